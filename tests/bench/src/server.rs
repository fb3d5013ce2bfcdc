//! The program that is measured, as an operator starts it.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    postgres::{APP, OWNER, Postgres},
    wire::{self, Wire},
};

/// 32 bytes for the master key of a run.
const MASTER: &str = "YmVuY2htYXJrcyBrZWVwIG5vIHNlY3JldHMgYXQgYWw=";

/// `stadttermin`, built for release.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    path: PathBuf,
    redis: String,
}

/// A running `stadttermin serve`. Ended with the value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
    /// From the start of the process to the first `200` of `/readyz`.
    pub(crate) ready_after: Duration,
}

impl Program {
    /// The program beside this one.
    pub(crate) fn beside_this() -> Result<Self> {
        let own = std::env::current_exe()?;
        let path = own.with_file_name("stadttermin");
        if !path.exists() {
            bail!("{} is missing: run `make bench`", path.display());
        }
        let redis = std::env::var("STADTTERMIN_REDIS__URL")
            .context("there is no Redis: run `make bench`")?;
        Ok(Self { path, redis })
    }

    /// Its file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn command(&self, postgres: &Postgres, database: &str) -> Result<Command> {
        let mut command = Command::new(&self.path);
        command
            .env_remove("STADTTERMIN_CONFIG")
            .env_remove("STADTTERMIN_DATABASE__ADMIN_URL")
            .env("STADTTERMIN_DATABASE__URL", postgres.url(database, APP)?)
            .env("STADTTERMIN_DATABASE__OWNER_URL", postgres.url(database, OWNER)?)
            .env("STADTTERMIN_REDIS__URL", &self.redis)
            .env("STADTTERMIN_KEYS__MASTER", MASTER)
            // nobody listens there and nothing is sent: the worker would be a process of its own
            .env("STADTTERMIN_MAIL__SMTP_URL", "smtp://127.0.0.1:9")
            .env("STADTTERMIN_WORKER__IN_PROCESS", "false");
        let on_requests = ["READ", "RESERVE", "BOOK", "MANAGE"];
        let on_guessing = ["SIGN_IN_PLACE", "SIGN_IN_ACCOUNT", "SIGN_IN_NETWORK"];
        for limit in on_requests.iter().chain(&on_guessing) {
            command.env(format!("STADTTERMIN_LIMITS__{limit}"), "0");
        }
        Ok(command)
    }

    /// Runs a command of the owner's to its end.
    pub(crate) fn own(
        &self,
        postgres: &Postgres,
        database: &str,
        arguments: &[&str],
    ) -> Result<()> {
        let output = self.command(postgres, database)?.args(arguments).output()?;
        if !output.status.success() {
            bail!("stadttermin {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// Starts `serve` and waits until it is ready. What it logs is thrown away.
    pub(crate) async fn serve(&self, postgres: &Postgres, database: &str) -> Result<Server> {
        let address = {
            let free = TcpListener::bind("127.0.0.1:0")?;
            free.local_addr()?.to_string()
        };
        let mut command = self.command(postgres, database)?;
        command.arg("serve").env("STADTTERMIN_SERVER__LISTEN", &address);
        let begun = Instant::now();
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut server = Server { child, address, ready_after: Duration::ZERO };
        let (mut request, mut answer) = (Vec::new(), Vec::new());
        wire::get("localhost", "/readyz", "identity", &mut request);
        while begun.elapsed() < Duration::from_secs(30) {
            if let Some(status) = server.child.try_wait()? {
                bail!("stadttermin serve ended with {status}");
            }
            if let Ok(mut wire) = Wire::open(&server.address).await
                && wire.exchange(&request, &mut answer).await.is_ok_and(|status| status == 200)
            {
                server.ready_after = begun.elapsed();
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("stadttermin serve is not ready after 30 seconds")
    }
}

impl Server {
    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
