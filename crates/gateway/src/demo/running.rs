//! How the running demo is configured, for commands beside it: `stadttermin --config … privacy proof`.

use std::{
    fs::{self, OpenOptions, Permissions},
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::Context;
use toml::{Table, Value};

use crate::config::Config;

/// Writes the settings that differ from the defaults, for this user alone: passwords are among them.
pub(super) fn write_down(config: &Config, path: &Path) -> anyhow::Result<()> {
    let shown = || format!("cannot write {}", path.display());
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(path).with_context(shown)?;
    // one that was there keeps its mode otherwise
    fs::set_permissions(path, Permissions::from_mode(0o600)).with_context(shown)?;
    file.write_all(settings(config).to_string().as_bytes()).with_context(shown)
}

fn settings(config: &Config) -> Table {
    let server = [
        ("public_scheme", Value::from("http")),
        ("public_port", i64::from(config.server.public_port).into()),
        ("base_domain", config.server.base_domain.as_str().into()),
    ];
    let secret = |secret: &crate::config::Secret| Value::from(secret.expose());
    let sections = [
        ("server", table(server)),
        ("database", table([("url", secret(&config.database.url))])),
        ("redis", table([("url", secret(&config.redis.url))])),
        ("keys", table([("master", secret(&config.keys.master))])),
        ("mail", table([("smtp_url", secret(&config.mail.smtp_url))])),
        (
            "sms",
            table([
                ("lox24_url", config.sms.lox24_url.as_str().into()),
                ("lox24_key", secret(&config.sms.lox24_key)),
            ]),
        ),
    ];
    sections.into_iter().map(|(name, section)| (name.to_owned(), Value::Table(section))).collect()
}

fn table<const N: usize>(values: [(&str, Value); N]) -> Table {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Source;

    #[test]
    fn what_is_written_down_is_read_again() {
        let path = std::env::temp_dir().join(format!("stadttermin-{}.toml", std::process::id()));
        let mut config = Config::defaults().unwrap();
        config.server.public_port = 8090;
        config.database.url = crate::config::Secret::new("postgres://app:\"x\"@localhost/demo");
        write_down(&config, &path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        let read = Config::load(&Source::process(Some(path.clone()))).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(read.server.public_port, 8090);
        assert_eq!(read.database.url.expose(), config.database.url.expose());
    }
}
