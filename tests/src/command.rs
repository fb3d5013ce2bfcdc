//! The real program at the command line, against the test's database.

use std::process::{Command, Output};

use secrecy::ExposeSecret;

use crate::{TestApp, binary, database::redis_url};

/// What a command did and said.
#[derive(Debug)]
pub struct Said {
    /// Its exit code.
    pub code: Option<i32>,
    /// Standard output, then standard error.
    pub text: String,
}

impl TestApp {
    /// Runs `stadttermin` with the installation's settings, as the operator does. It has the machine's clock.
    pub fn command(&self, arguments: &[&str]) -> Said {
        self.command_with(arguments, &[])
    }

    /// The same with other settings, as variables of the environment.
    pub fn command_with(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Said {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("STADTTERMIN_")) {
            command.env_remove(name);
        }
        let Output { status, stdout, stderr } = command
            .args(arguments)
            .env("STADTTERMIN_DATABASE__URL", self.database.app_url.expose_secret())
            .env("STADTTERMIN_DATABASE__OWNER_URL", self.owner_url().expose_secret())
            .env("STADTTERMIN_REDIS__URL", redis_url().expose_secret())
            .env("STADTTERMIN_KEYS__MASTER", self.master_key())
            .envs(settings.iter().copied())
            .output()
            .expect("the program");
        let text = [stdout.as_slice(), stderr.as_slice()].concat();
        Said { code: status.code(), text: String::from_utf8_lossy(&text).into_owned() }
    }
}
