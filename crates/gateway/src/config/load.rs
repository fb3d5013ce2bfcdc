//! Reading the settings, and saying which one is wrong.

use std::{
    fs,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};

use super::{Config, DEFAULTS, Secret};

/// What all variables begin with.
const PREFIX: &str = "STADTTERMIN_";

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Keys or values that do not fit.
    #[error("the configuration cannot be used:\n{}", .0.iter().map(|problem| format!("  {problem}")).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<String>),
    /// A file could not be read.
    #[error("{key}: cannot read {path}: {source}")]
    File {
        /// The key that names the file.
        key: &'static str,
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// Where settings come from besides the defaults.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The file.
    pub file: Option<PathBuf>,
    /// Whether the environment counts; tests leave it out.
    pub environment: bool,
}

impl Source {
    /// The process's own: `--config` or `STADTTERMIN_CONFIG`, then the environment.
    pub fn process(file: Option<PathBuf>) -> Self {
        Self { file, environment: true }
    }

    fn figment(&self) -> Result<Figment, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(path) = &self.file {
            let text = read("--config", path)?;
            figment = figment.merge(Toml::string(&text));
        }
        if self.environment {
            // Without `__` a variable is no setting: STADTTERMIN_CONFIG names the file, others belong to scripts.
            figment = figment
                .merge(Env::prefixed(PREFIX).filter(|key| key.as_str().contains("__")).split("__"));
        }
        Ok(figment)
    }
}

impl Config {
    /// The embedded defaults alone; tests and the demo set what they need on top.
    pub fn defaults() -> Result<Self, ConfigError> {
        Self::load(&Source::default())
    }

    /// Reads all sources.
    pub fn load(source: &Source) -> Result<Self, ConfigError> {
        let mut config: Self = source.figment()?.extract().map_err(|error| describe(&error))?;
        config.read_secret_files()?;
        Ok(config)
    }

    /// The settings in force as TOML, secrets replaced by whether they are set.
    pub fn sanitised(source: &Source) -> Result<String, ConfigError> {
        let figment = source.figment()?;
        let mut document: toml::Table = figment.extract().map_err(|error| describe(&error))?;
        for (section, keys) in &mut document {
            for (key, value) in keys.as_table_mut().into_iter().flatten() {
                if SECRETS.contains(&format!("{section}.{key}").as_str()) {
                    hide(value);
                }
            }
        }
        Ok(document.to_string())
    }

    fn read_secret_files(&mut self) -> Result<(), ConfigError> {
        for (key, secret, path) in [
            ("database.url", &mut self.database.url, &self.database.url_file),
            ("database.owner_url", &mut self.database.owner_url, &self.database.owner_url_file),
            ("database.admin_url", &mut self.database.admin_url, &self.database.admin_url_file),
            ("database.direct_url", &mut self.database.direct_url, &self.database.direct_url_file),
            ("redis.url", &mut self.redis.url, &self.redis.url_file),
            (
                "redis.sentinel_password",
                &mut self.redis.sentinel_password,
                &self.redis.sentinel_password_file,
            ),
            ("keys.master", &mut self.keys.master, &self.keys.master_file),
            ("keys.previous", &mut self.keys.previous, &self.keys.previous_file),
            ("mail.smtp_url", &mut self.mail.smtp_url, &self.mail.smtp_url_file),
            ("sms.lox24_key", &mut self.sms.lox24_key, &self.sms.lox24_key_file),
            (
                "telemetry.otlp_headers",
                &mut self.telemetry.otlp_headers,
                &self.telemetry.otlp_headers_file,
            ),
        ] {
            if path.as_os_str().is_empty() {
                continue;
            }
            if secret.is_set() {
                let problem = format!("{key}: is set, and {key}_file too; remove one of them");
                return Err(ConfigError::Problems(vec![problem]));
            }
            *secret = Secret::new(read(key, path)?.trim_end());
        }
        if !self.redis.ca_file.as_os_str().is_empty() {
            self.redis.ca = Some(read("redis.ca", &self.redis.ca_file)?.into_bytes());
        }
        let collector = &mut self.telemetry;
        if !collector.otlp_ca_file.as_os_str().is_empty() {
            let read = read("telemetry.otlp_ca", &collector.otlp_ca_file)?;
            collector.otlp_ca = Some(read.into_bytes());
        }
        for (slug, path) in &self.openid.secret_files {
            if self.openid.secrets.contains_key(slug) {
                let problem = format!(
                    "openid.secrets.{slug}: is set, and openid.secret_files.{slug} too; remove one of them"
                );
                return Err(ConfigError::Problems(vec![problem]));
            }
            let secret = Secret::new(read("openid.secret_files", path)?.trim_end());
            self.openid.secrets.insert(slug.clone(), secret);
        }
        Ok(())
    }
}

/// Replaces a secret, or each of a table of them, by whether it is set.
fn hide(value: &mut toml::Value) {
    if let Some(secrets) = value.as_table_mut() {
        secrets.iter_mut().for_each(|(_, secret)| hide(secret));
        return;
    }
    let set = value.as_str() != Some("");
    *value = toml::Value::String(if set { "(set)" } else { "" }.to_owned());
}

/// Keys whose values are never printed.
pub(super) const SECRETS: [&str; 12] = [
    "database.url",
    "database.owner_url",
    "database.admin_url",
    "database.direct_url",
    "redis.url",
    "redis.sentinel_password",
    "keys.master",
    "keys.previous",
    "mail.smtp_url",
    "sms.lox24_key",
    "openid.secrets",
    "telemetry.otlp_headers",
];

fn read(key: &'static str, path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::File {
        key,
        path: path.display().to_string(),
        source,
    })
}

/// Figment's errors in our words: which key, what is wrong, where it came from.
fn describe(errors: &figment::Error) -> ConfigError {
    let problems = errors.clone().into_iter().map(|error| {
        let key = error
            .path
            .iter()
            .filter(|part| *part != "default")
            .cloned()
            .collect::<Vec<_>>()
            .join(".");
        let from = error
            .metadata
            .as_ref()
            .map(|metadata| format!(" ({})", metadata.name))
            .unwrap_or_default();
        let key = if key.is_empty() { String::new() } else { format!("{key}: ") };
        format!("{key}{}{from}", error.kind)
    });
    ConfigError::Problems(problems.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (Source, PathBuf) {
        let name = format!("stadttermin-config-{}-{:p}.toml", std::process::id(), &raw const *text);
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        (Source { file: Some(path.clone()), environment: false }, path)
    }

    #[test]
    fn the_defaults_hold_every_key() {
        let config = Config::defaults().unwrap();
        assert_eq!(config.server.base_domain, "localhost");
        assert!(!config.database.url.is_set());
    }

    #[test]
    fn an_unknown_key_is_named_with_the_known_ones() {
        let (source, path) = file("[server]\nlissten = \"0.0.0.0:80\"\n");
        let text = Config::load(&source).unwrap_err().to_string();
        fs::remove_file(path).unwrap();
        assert!(text.contains("lissten") && text.contains("listen"), "{text}");
    }

    #[test]
    fn a_wrong_value_is_named_by_its_key() {
        let (source, path) = file("[server]\nlisten = \"everywhere\"\n");
        let text = Config::load(&source).unwrap_err().to_string();
        fs::remove_file(path).unwrap();
        assert!(text.contains("server.listen"), "{text}");
    }

    #[test]
    fn secrets_come_from_files_and_are_never_printed() {
        let (_, secret) = file("postgres://u:sesame@h/d\n");
        let (source, path) = file(&format!(
            "[database]\nurl_file = \"{}\"\n[sms]\nlox24_key = \"sesame\"\n",
            secret.display()
        ));
        let config = Config::load(&source).unwrap();
        let shown = Config::sanitised(&source).unwrap();
        fs::remove_file(path).unwrap();
        fs::remove_file(secret).unwrap();
        assert_eq!(config.database.url.expose(), "postgres://u:sesame@h/d");
        assert!(!format!("{config:?}").contains("sesame"));
        assert!(!shown.contains("sesame"), "{shown}");
        assert!(shown.contains("lox24_key = \"(set)\""), "{shown}");
    }
}
