//! The command line.

mod access_key;
mod audit;
mod commands;
mod doctor;
mod farewell;
mod import_calendar;
mod keys;
mod municipality;
mod operator;
mod person;
mod platform;
mod privacy;
mod recipients;
mod retention;
mod support;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

pub(crate) use municipality::apply_file;
pub(crate) use operator::apply_file as apply_operator_file;

use scheduling::Hours;

use crate::config::Source;

/// Appointments for municipalities.
#[derive(Debug, Parser)]
#[command(name = "stadttermin", version, about)]
pub struct Arguments {
    /// The configuration file. Without one: defaults and environment.
    #[arg(long, global = true, env = "STADTTERMIN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages and API.
    Serve,
    /// Send messages and keep house, without serving.
    Worker,
    /// Bring the database to this version, as the role that owns the tables.
    Migrate,
    /// Municipalities.
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// The operator's own realm.
    #[command(subcommand)]
    Operator(operator::OperatorCommand),
    /// Access keys of a municipality's office.
    #[command(subcommand)]
    AccessKey(access_key::AccessKeyCommand),
    /// The trail of what the office, its programs and the operator did.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// People of a municipality's office.
    #[command(subcommand)]
    Person(person::PersonCommand),
    /// What a data-protection officer asks of the installation.
    #[command(subcommand)]
    Privacy(privacy::PrivacyCommand),
    /// The master key that wraps the keys of the municipalities.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Print the GraphQL schema of municipalities.
    Schema {
        /// The operator's instead.
        #[arg(long)]
        ops: bool,
    },
    /// Write the generated files of the project in the current directory.
    Docs {
        /// Write nothing; fail when a file is not current.
        #[arg(long)]
        check: bool,
    },
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Check what the service needs, in plain words.
    Doctor,
    /// Serve two invented municipalities with everything they need on this machine.
    Demo(DemoArguments),
}

#[derive(Debug, Subcommand)]
enum TenantCommand {
    /// Create a municipality, or make it agree with its file. Applying the same file again changes nothing.
    Apply {
        /// The municipality's file, see `deploy/demo/`.
        file: PathBuf,
        /// Put the file's hours and closures in the place of those that the office has changed itself.
        #[arg(long)]
        reset_hours: bool,
    },
    /// Who gets a municipality's data: what changes is announced with its day.
    #[command(subcommand)]
    Recipients(recipients::RecipientsCommand),
    /// Take over appointments or absences from another system's file (docs/import.md). Without --apply it says what would come of
    /// it and changes nothing.
    ImportCalendar(import_calendar::ImportArguments),
    #[command(flatten)]
    Platform(platform::PlatformCommand),
    #[command(flatten)]
    Farewell(farewell::FarewellCommand),
    /// Say what is wrong with a file, and what the notice could not say yet (Art. 13 GDPR). Changes nothing and needs no
    /// database. Exit code 1 when the municipality would not be served.
    Check {
        /// The municipality's file.
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the settings in force without secrets, and what is wrong with them.
    Check,
    /// Print the reference of all settings.
    Reference,
}

/// What the demo can be told.
#[derive(Debug, Clone, Args)]
pub struct DemoArguments {
    /// Where the municipalities' files are.
    #[arg(long, env = "TENANTS_DIR", default_value = "deploy/demo", value_name = "DIR")]
    pub tenants: PathBuf,
    /// Where it listens.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Where its master key, its password and what was sent are kept.
    #[arg(long, env = "DATA_DIR", default_value = ".data", value_name = "DIR")]
    pub data_dir: PathBuf,
}

/// Runs a command.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let source = Source::process(arguments.config);
    match arguments.command {
        Command::Schema { ops } => Ok(commands::schema(ops)),
        Command::Docs { check } => commands::docs(check),
        Command::Config(ConfigCommand::Check) => commands::config_check(&source),
        Command::Config(ConfigCommand::Reference) => Ok(commands::config_reference()),
        Command::Serve => commands::serve(&source),
        Command::Worker => commands::worker(&source),
        Command::Migrate => commands::migrate(&source),
        Command::Tenant(TenantCommand::Apply { file, reset_hours }) => {
            let hours = if reset_hours { Hours::Reset } else { Hours::KeepEdited };
            municipality::apply(&source, &file, hours)
        }
        Command::Tenant(TenantCommand::Recipients(command)) => recipients::run(&source, command),
        Command::Tenant(TenantCommand::ImportCalendar(arguments)) => {
            import_calendar::run(&source, &arguments)
        }
        Command::Tenant(TenantCommand::Farewell(command)) => farewell::run(&source, command),
        Command::Tenant(TenantCommand::Platform(command)) => platform::run(&source, command),
        Command::Tenant(TenantCommand::Check { file }) => municipality::check(&file),
        Command::Operator(command) => operator::run(&source, command),
        Command::AccessKey(command) => access_key::run(&source, command),
        Command::Audit(command) => audit::run(&source, command),
        Command::Person(command) => person::run(&source, command),
        Command::Privacy(command) => privacy::run(&source, command),
        Command::Keys(command) => keys::run(&source, &command),
        Command::Doctor => doctor::doctor(&source),
        Command::Demo(arguments) => commands::demo(&source, &arguments),
    }
}
