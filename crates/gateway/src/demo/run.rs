//! `stadttermin demo`: everything on this machine, from a database server and a Redis that are already there.
//!
//! Every step finds what an earlier start left behind, so it can be ended and started at any moment.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use db::{Db, provision::provision, sealed::Keyring};
use identity::LimitSettings;
use kernel::{Chance, OsChance, SystemClock};
use scheduling::Hours;
use secrecy::SecretString;
use tokio::net::TcpListener;

use super::{
    codes::{self, Phones},
    lox24_stand_in::Lox24StandIn,
    outbox::{self, Outbox},
    people, running, sign_ins,
    smtp_sink::SmtpSink,
};
use crate::{
    App,
    cli::{DemoArguments, apply_file, apply_operator_file},
    config::{Config, Scheme, Secret},
    operator, serve,
};

/// The database's name, and the beginning of its roles' names.
const DATABASE: &str = "stadttermin_demo";
/// What the service shows to the stand-in of the SMS provider; no secret.
const SMS_KEY: &str = "1:demo";

/// Runs the demo until it is told to stop.
pub async fn run(mut config: Config, arguments: &DemoArguments) -> anyhow::Result<()> {
    let own = arguments.data_dir.join("demo");
    fs::create_dir_all(&own).with_context(|| format!("cannot make {}", own.display()))?;
    config.keys.master =
        Secret::new(kept(&own.join("master.key"), || BASE64_STANDARD.encode(random()))?);
    let password = kept(&own.join("role.password"), || BASE64_URL_SAFE_NO_PAD.encode(random()))?;

    prepare_database(&mut config, password.into(), &arguments.tenants).await?;

    let outbox = Outbox::open(&own, Arc::new(SystemClock)).context("cannot open the outbox")?;
    let relay = SmtpSink::start(outbox.clone()).await.context("cannot start the mail server")?;
    let provider = Lox24StandIn::start(SMS_KEY, outbox.clone())
        .await
        .context("cannot start the SMS provider")?;
    config.mail.smtp_url = Secret::new(relay.url());
    config.sms.lox24_url = provider.url();
    config.sms.lox24_key = Secret::new(SMS_KEY);

    let listeners = listen(arguments.port).await?;
    let port = listeners
        .first()
        .and_then(|listener| listener.local_addr().ok())
        .map_or(arguments.port, |at| at.port());
    config.server.public_scheme = Scheme::Http;
    config.server.public_port = port;
    "localhost".clone_into(&mut config.server.base_domain);
    config.server.introspection = true;
    config.worker.in_process = true;
    // Whoever tries it asks from one address, and quickly.
    config.limits = LimitSettings::OFF;

    let phones = Phones::default();
    let pages = outbox::router(outbox).merge(codes::router(phones.clone()));
    let app = App::build_with(&config, Arc::new(SystemClock), Arc::new(OsChance), pages).await?;
    announce(&app, &config, &phones).await?;
    let written = own.join("running.toml");
    running::write_down(&config, &written)?;
    announce_proof(&written);
    serve::serve(app, &config, listeners, serve::stop_signal()).await?;
    drop((relay, provider));
    Ok(())
}

/// Makes roles and database, migrates, and applies the municipalities' files.
async fn prepare_database(
    config: &mut Config,
    password: SecretString,
    tenants: &Path,
) -> anyhow::Result<()> {
    let admin =
        [&config.database.admin_url, &config.database.url].into_iter().find(|url| url.is_set());
    let Some(admin) = admin else {
        bail!(
            "there is no database server: `make run` starts one, or set STADTTERMIN_DATABASE__ADMIN_URL to one whose \
             role may make roles and databases"
        );
    };
    let provisioned = provision(admin.value(), DATABASE, &password)
        .await
        .context("cannot make the demo's database")?;
    config.database.url = Secret::from(provisioned.app_url);
    config.database.owner_url = Secret::from(provisioned.owner_url);

    let mut options = db::Options::new(config.database.owner_url.value().clone());
    options.max_connections = 2;
    let owner =
        Db::connect_unchecked(&options, Keyring::new(&config.master_key().unwrap_or_default()))
            .await?;
    migrations::migrate(owner.owner_pool())
        .await
        .context("the demo's database could not be migrated")?;
    for file in municipality_files(tenants)? {
        let line = apply_file(&owner, &file, Hours::KeepEdited).await?;
        tracing::info!("{line}");
    }
    let operator = tenants.join("operator/operator.toml");
    if operator.exists() {
        let line = apply_operator_file(&owner, &operator).await?;
        tracing::info!("{line}");
    }
    owner.close().await;
    Ok(())
}

fn municipality_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("{} holds no municipality's file", folder.display());
    }
    Ok(files)
}

/// This machine only, over both of its addresses: browsers try either for `*.localhost`.
async fn listen(port: u16) -> anyhow::Result<Vec<TcpListener>> {
    let first = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .await
        .with_context(|| format!("cannot listen on port {port}; choose another one: PORT=8090"))?;
    let port = first.local_addr()?.port();
    let mut listeners = vec![first];
    match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
        Ok(second) => listeners.push(second),
        Err(error) => tracing::debug!(%error, "no IPv6 here"),
    }
    Ok(listeners)
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
async fn announce(app: &App, config: &Config, phones: &Phones) -> anyhow::Result<()> {
    println!("\nStadttermin runs. Ctrl-C ends it.\n");
    let master = config.master_key().unwrap_or_default();
    let (mut offices, mut keys) = (Vec::new(), Vec::new());
    for tenant in app.directory.tenants() {
        let ctx = operator::context(tenant);
        let Some(town) = app.directory.municipality(&ctx).await? else { continue };
        let address = config.server.base_url(&town);
        println!("  {:<24} {address}", town.name);
        println!("  {:<24} {address}/demo/outbox", "  what was sent");
        if !tenant.is_platform() {
            println!("  {:<24} {address}/graphql", "  API");
            keys.push((address.clone(), sign_ins::office_key(app, &master, &ctx).await?));
        }
        let people = people::keep(app, &master, &ctx, &town).await?;
        phones.set(tenant, people.clone());
        offices.push((address, people));
    }
    println!("\n  Demo sign-ins of the offices\n");
    for (address, people) in offices {
        println!("  {address}/amt/anmelden (the six digits of the moment: {address}/demo/codes)");
        for person in people {
            println!("    {:<38} {:<40} {}", person.title, person.email, person.password);
        }
    }
    println!("\n  Demo access keys for programs (Authorization: Bearer …)\n");
    for (address, token) in keys {
        println!("  {address}/graphql\n    {token}");
    }
    println!();
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn announce_proof(config: &Path) {
    let config = config.display();
    println!("  Whether the privacy notice is true (`make proof`)\n");
    println!("    stadttermin --config {config} privacy proof\n");
}

/// A secret that is made once and kept for this user alone.
fn kept(path: &Path, make: impl FnOnce() -> String) -> anyhow::Result<String> {
    let shown = path.display();
    match fs::read_to_string(path) {
        Ok(found) if !found.trim().is_empty() => return Ok(found.trim().to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
    }
    let made = make();
    // Written whole under another name first: a kill in between leaves no half a key.
    let half = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&half).with_context(|| format!("cannot write {shown}"))?;
    writeln!(file, "{made}")?;
    file.sync_all()?;
    fs::rename(&half, path).with_context(|| format!("cannot write {shown}"))?;
    Ok(made)
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    OsChance.fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_for_one_user() {
        let path =
            std::env::temp_dir().join(format!("stadttermin-demo-{}.key", std::process::id()));
        let first = kept(&path, || "first".to_owned()).unwrap();
        let second = kept(&path, || "second".to_owned()).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        fs::remove_file(&path).unwrap();
        assert_eq!((first.as_str(), second.as_str(), mode & 0o777), ("first", "first", 0o600));
    }
}
