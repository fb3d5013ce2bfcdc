//! What must be true of the settings before they are used.

use base64::{Engine, prelude::BASE64_STANDARD};

use db::{sealed::Keyring, signature};

use super::{Config, ConfigError, Pooler, Scheme, Secret};

/// A setting that a command cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// `database.url`
    Database,
    /// `database.owner_url`
    Owner,
    /// `database.admin_url`
    Admin,
    /// `redis.url`
    Redis,
    /// `keys.master`
    MasterKey,
    /// `mail.smtp_url`
    Relay,
}

impl Config {
    /// Everything that is wrong, so that the operator corrects it in one go.
    pub fn validate(&self, needs: &[Need]) -> Result<(), ConfigError> {
        let mut problems = self.problems();
        for need in needs {
            let (key, secret) = match need {
                Need::Database => ("database.url", &self.database.url),
                Need::Owner => ("database.owner_url", &self.database.owner_url),
                Need::Admin => ("database.admin_url", &self.database.admin_url),
                Need::Redis => ("redis.url", &self.redis.url),
                Need::MasterKey => ("keys.master", &self.keys.master),
                Need::Relay => ("mail.smtp_url", &self.mail.smtp_url),
            };
            if !secret.is_set() {
                let (section, name) = key.split_once('.').unwrap_or((key, ""));
                let variable =
                    format!("STADTTERMIN_{}__{}", section.to_uppercase(), name.to_uppercase());
                problems.push(format!(
                    "{key}: is missing; set it in the file, or {variable}, or {variable}_FILE"
                ));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(ConfigError::Problems(problems)) }
    }

    fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut check = |good: bool, key: &str, problem: &str| {
            if !good {
                found.push(format!("{key}: {problem}"));
            }
        };
        let server = &self.server;
        check(
            server.metrics_listen.is_empty() || server.metrics_address().is_some(),
            "server.metrics_listen",
            "must be empty or an address with a port, such as 127.0.0.1:9090",
        );
        check(
            !server.base_domain.is_empty()
                && server.base_domain == server.base_domain.to_lowercase()
                && !server.base_domain.contains(['/', ':', ' ']),
            "server.base_domain",
            "must be a bare domain in lower case, such as termine.example",
        );
        check(
            server.public_scheme == Scheme::Https || is_local(&server.base_domain),
            "server.public_scheme",
            "must be `https` for a domain that is not `localhost`: the session cookie needs it",
        );
        check(
            self.domains.nameserver.is_empty() || self.domains.nameserver().is_some(),
            "domains.nameserver",
            "must be empty or an address with a port, such as 192.0.2.53:53",
        );
        check((1..=1024).contains(&server.body_limit_kb), "server.body_limit_kb", "use 1 to 1024");
        check(
            (1..=300).contains(&server.request_timeout_seconds),
            "server.request_timeout_seconds",
            "use 1 to 300",
        );
        check((0..=300).contains(&server.drain_seconds), "server.drain_seconds", "use 0 to 300");
        check(
            (1..=300).contains(&server.shutdown_seconds),
            "server.shutdown_seconds",
            "use 1 to 300",
        );
        check(
            (1..=1000).contains(&self.database.max_connections),
            "database.max_connections",
            "use 1 to 1000",
        );
        check(
            (1..=1000).contains(&self.database.fast_connections),
            "database.fast_connections",
            "use 1 to 1000",
        );
        check(
            (1..=60).contains(&self.database.acquire_timeout_seconds),
            "database.acquire_timeout_seconds",
            "use 1 to 60",
        );
        check(
            self.database.pooler == Pooler::None || self.database.direct_url.is_set(),
            "database.direct_url",
            "is needed behind a pooler: LISTEN needs a connection that stays",
        );
        for (key, secret, schemes) in [
            ("database.url", &self.database.url, &["postgres", "postgresql"][..]),
            ("database.owner_url", &self.database.owner_url, &["postgres", "postgresql"]),
            ("database.admin_url", &self.database.admin_url, &["postgres", "postgresql"]),
            ("database.direct_url", &self.database.direct_url, &["postgres", "postgresql"]),
            ("redis.url", &self.redis.url, &["redis", "rediss", "redis+unix", "unix"]),
            ("mail.smtp_url", &self.mail.smtp_url, &["smtp", "smtps"]),
        ] {
            let fits =
                url::Url::parse(secret.expose()).is_ok_and(|url| schemes.contains(&url.scheme()));
            check(
                !secret.is_set() || fits,
                key,
                &format!("must be a URL that begins with {}://", schemes.join(":// or ")),
            );
        }
        let is_sentinel = |url: &String| {
            url::Url::parse(url).is_ok_and(|url| ["redis", "rediss"].contains(&url.scheme()))
        };
        check(
            self.redis.sentinels.iter().all(is_sentinel),
            "redis.sentinels",
            "must be URLs that begin with redis:// or rediss://",
        );
        check(
            !self.keys.previous.is_set()
                || self.previous_key().is_some_and(|key| Some(key) != self.master_key()),
            "keys.previous",
            "must be another master key of 32 bytes in base64",
        );
        let is_public = |key: &String| signature::from_hex(key).is_some_and(|key| key.len() == 32);
        check(
            self.keys.former_public_keys.iter().all(is_public),
            "keys.former_public_keys",
            "list public keys of 64 hexadecimal digits",
        );
        check(
            !self.keys.master.is_set() || self.master_key().is_some(),
            "keys.master",
            "must be 32 random bytes in base64 (`openssl rand -base64 32`)",
        );
        check(url::Url::parse(&self.sms.lox24_url).is_ok(), "sms.lox24_url", "must be a URL");
        check(
            (50..=600_000).contains(&self.worker.poll_milliseconds),
            "worker.poll_milliseconds",
            "use 50 to 600000",
        );
        check(
            (1..=1440).contains(&self.worker.housekeeping_minutes),
            "worker.housekeeping_minutes",
            "use 1 to 1440",
        );
        let least = privacy::recipients::LEAST_DAYS;
        check(
            (least..=365).contains(&self.privacy.recipient_notice_days),
            "privacy.recipient_notice_days",
            &format!("use {least} to 365"),
        );
        check(
            self.log.filter.parse::<tracing_subscriber::EnvFilter>().is_ok(),
            "log.filter",
            "must be a filter such as `info` or `info,gateway=debug`",
        );
        for (key, problem) in self.telemetry.problems() {
            check(false, key, problem);
        }
        found
    }

    /// The master key.
    pub fn master_key(&self) -> Option<[u8; 32]> {
        key(&self.keys.master)
    }

    /// The master key before it.
    fn previous_key(&self) -> Option<[u8; 32]> {
        key(&self.keys.previous)
    }

    /// What opens the municipalities' keys.
    pub fn keyring(&self) -> Keyring {
        let former = self.keys.former_public_keys.iter();
        Keyring::new(&self.master_key().unwrap_or_default())
            .with_previous(self.previous_key().as_ref())
            .with_former_public_keys(former.filter_map(|key| signature::from_hex(key)))
    }

    /// Whether a public key is this installation's, or was with an earlier master key.
    pub fn knows_public_key(&self, public_key: &str) -> bool {
        let own = [self.master_key(), self.previous_key()].into_iter().flatten();
        let mut own = own.map(|key| signature::hex(&signature::public_key_of(&key)));
        own.any(|key| key == public_key)
            || self.keys.former_public_keys.iter().any(|key| key.trim() == public_key)
    }
}

fn key(secret: &Secret) -> Option<[u8; 32]> {
    BASE64_STANDARD.decode(secret.expose().trim()).ok()?.try_into().ok()
}

fn is_local(domain: &str) -> bool {
    domain == "localhost"
        || domain.strip_suffix("localhost").is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_shown_at_once() {
        let mut config = Config::defaults().unwrap();
        config.server.base_domain = "termine.example".to_owned();
        config.keys.master = Secret::new("c2hvcnQ=");
        config.database.url = Secret::new("mysql://root:sesame@h/d");
        let text = config.validate(&[Need::Redis]).unwrap_err().to_string();
        for key in [
            "server.public_scheme",
            "keys.master",
            "database.url",
            "redis.url",
            "STADTTERMIN_REDIS__URL_FILE",
        ] {
            assert!(text.contains(key), "{key} in {text}");
        }
        assert!(!text.contains("sesame"), "{text}");
    }
}
