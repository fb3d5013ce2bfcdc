//! The commands that serve, migrate and print.

use std::{future::Future, io::Write, path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use db::{Db, TenantTx};
use kernel::{Ctx, OsChance, SystemClock};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;

use super::DemoArguments;
use crate::{
    app::{self, App},
    config::{self, Config, Need, Source},
    demo, docs, graphql, operator, serve as server,
    telemetry::{self, Exporters},
};

pub(super) fn schema(of_operator: bool) -> ExitCode {
    print(&if of_operator { graphql::operator_sdl() } else { graphql::sdl() });
    ExitCode::SUCCESS
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn docs(check: bool) -> anyhow::Result<ExitCode> {
    let mut current = true;
    for file in docs::generated(Path::new("."))? {
        let path = file.path.strip_prefix(".").unwrap_or(&file.path).display().to_string();
        if file.is_current() {
            continue;
        }
        if check {
            current = false;
            println!("{path} is not current: run `make docs`");
        } else {
            file.write().with_context(|| format!("cannot write {path}"))?;
            println!("{path} written");
        }
    }
    Ok(if current { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn config_check(source: &Source) -> anyhow::Result<ExitCode> {
    print(&Config::sanitised(source)?);
    Config::load(source)?.validate(crate::app::NEEDS)?;
    print("\n# the configuration can be used\n");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn config_reference() -> ExitCode {
    print(&config::reference());
    ExitCode::SUCCESS
}

pub(super) fn serve(source: &Source) -> anyhow::Result<ExitCode> {
    let (config, exporters) = load_to_run(source, crate::app::NEEDS)?;
    let done = wait_for(async {
        let app = App::build(&config, Arc::new(SystemClock), Arc::new(OsChance)).await?;
        let address = config.server.listen;
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        tracing::info!(%address, tenants = app.directory.tenants().len(), "serving");
        server::serve(app, &config, vec![listener], server::stop_signal()).await?;
        Ok(ExitCode::SUCCESS)
    });
    end(exporters);
    done
}

pub(super) fn worker(source: &Source) -> anyhow::Result<ExitCode> {
    let (config, exporters) = load_to_run(source, crate::app::NEEDS)?;
    let done = wait_for(async {
        let app = App::build(&config, Arc::new(SystemClock), Arc::new(OsChance)).await?;
        tracing::info!("working");
        server::work_only(app, &config, server::stop_signal()).await?;
        Ok(ExitCode::SUCCESS)
    });
    end(exporters);
    done
}

pub(super) fn migrate(source: &Source) -> anyhow::Result<ExitCode> {
    let config = load(source, &[Need::Owner])?;
    wait_for(async {
        let owner = owner(&config).await?;
        migrations::migrate(owner.owner_pool())
            .await
            .context("the database could not be migrated")?;
        tracing::info!(step = migrations::newest_step(), "the database is current");
        owner.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

pub(super) fn demo(source: &Source, arguments: &DemoArguments) -> anyhow::Result<ExitCode> {
    let (config, exporters) = load_to_run(source, &[Need::Redis])?;
    let done = wait_for(async {
        demo::run::run(config, arguments).await?;
        Ok(ExitCode::SUCCESS)
    });
    end(exporters);
    done
}

pub(super) fn load(source: &Source, needs: &[Need]) -> anyhow::Result<Config> {
    let config = Config::load(source)?;
    config.validate(needs)?;
    telemetry::start(&config.log);
    Ok(config)
}

/// The same for a process that runs until it is told to stop: it is worth being watched.
fn load_to_run(source: &Source, needs: &[Need]) -> anyhow::Result<(Config, Option<Exporters>)> {
    let config = Config::load(source)?;
    config.validate(needs)?;
    let exporters = telemetry::start_with_export(&config.log, &config.telemetry)?;
    Ok((config, exporters))
}

/// Sends what still waits, after the runtime has ended: the exporters have threads of their own.
fn end(exporters: Option<Exporters>) {
    if let Some(exporters) = exporters {
        exporters.end();
    }
}

/// Writes to standard output. A reader that went away (`| head`) is no fault.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Connects as the role that owns the tables.
pub(super) async fn owner(config: &Config) -> anyhow::Result<Db> {
    let mut options = db::Options::new(config.database.owner_url.value().clone());
    options.max_connections = 2;
    options.application_role = url::Url::parse(config.database.url.value().expose_secret())
        .map(|url| url.username().to_owned())
        .ok()
        .filter(|role| !role.is_empty());
    // Migrations and large municipalities take longer than a request may.
    options.statement_timeout = std::time::Duration::from_mins(10);
    Db::connect_unchecked(&options, config.keyring())
        .await
        .context("the database cannot be reached as its owner")
}

/// Does something on the database, as the role that the service has.
pub(super) fn on_database<T>(
    source: &Source,
    work: impl AsyncFnOnce(&Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    on_database_with(source, &[Need::Database], work)
}

/// The same, with the settings that the work needs.
pub(super) fn on_database_with<T>(
    source: &Source,
    needs: &[Need],
    work: impl AsyncFnOnce(&Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let config = load(source, needs)?;
    wait_for(async {
        let db = Db::connect(&app::database(&config), config.keyring())
            .await
            .context("the database cannot be used")?;
        let done = work(&db).await;
        db.close().await;
        done
    })
}

/// Begins a transaction of the operator's at a municipality.
pub(super) async fn begin(db: &Db, slug: &str) -> anyhow::Result<(Ctx, TenantTx)> {
    let Some(tenant) = tenant::identify(db, slug).await? else {
        bail!("there is no municipality {slug}")
    };
    let ctx = operator::context(tenant);
    let tx = db.begin(&ctx).await?;
    Ok((ctx, tx))
}

pub(super) fn wait_for<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    // Followers and listeners end with the process.
    runtime.shutdown_background();
    done
}
