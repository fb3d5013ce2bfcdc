//! `stadttermin person …`: the first administrator of a municipality, and the way back in for the last one.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use db::{Db, TenantTx};
use identity::{
    Account, AccountError,
    accounts::{codes, letters::Letter},
    people::{self, Invited, NewPerson},
};
use kernel::{AccountCodeId, Ctx, Grant, Grants, Locale, PublicError, Role};

use super::{
    commands::{self, begin},
    support::{self, Emergency},
};
use crate::config::Source;

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub(super) enum PersonCommand {
    /// Invite somebody: a mail brings them the code with which they set up their access.
    Invite {
        #[command(flatten)]
        town: Town,
        /// Where the invitation goes.
        #[arg(long)]
        email: String,
        /// First name.
        #[arg(long)]
        first_name: String,
        /// Last name.
        #[arg(long)]
        last_name: String,
        /// What they are to be, everywhere in the municipality. Can be given several times.
        #[arg(long = "role", required = true, value_enum)]
        roles: Vec<RoleName>,
        /// The language of their mails.
        #[arg(long, value_enum, default_value_t = Language::De)]
        language: Language,
        /// Print the code, for an installation that cannot send mails. Whoever reads it can accept the invitation.
        #[arg(long)]
        print_code: bool,
    },
    /// List the people of a municipality's office, with their addresses. Needs access that an administrator of the
    /// municipality has given.
    List {
        #[command(flatten)]
        town: Town,
        #[command(flatten)]
        emergency: Emergency,
    },
    /// Lock an account: its sessions end at once.
    Lock {
        #[command(flatten)]
        town: Town,
        /// Their address.
        #[arg(long)]
        email: String,
    },
    /// Unlock an account.
    Unlock {
        #[command(flatten)]
        town: Town,
        /// Their address.
        #[arg(long)]
        email: String,
    },
    /// Take password and second factor away and invite anew, for whoever has lost them.
    Reset {
        #[command(flatten)]
        town: Town,
        /// Their address.
        #[arg(long)]
        email: String,
        /// Print the code, for an installation that cannot send mails. Whoever reads it can accept the invitation.
        #[arg(long)]
        print_code: bool,
    },
}

/// Whose office.
#[derive(Debug, Clone, Args)]
pub(super) struct Town {
    /// The municipality's short name.
    #[arg(long, value_name = "SLUG")]
    tenant: String,
}

/// The roles, in the words of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RoleName {
    /// Serves citizens.
    Clerk,
    /// Sets opening hours, and does what a clerk does.
    OfficeManager,
    /// Reads sign-ins and the audit trail.
    DataProtectionOfficer,
    /// Invites people and gives roles.
    TenantAdministrator,
    /// Runs the platform, with `--tenant ops` only.
    Operator,
}

impl RoleName {
    fn role(self) -> Role {
        match self {
            Self::Clerk => Role::Clerk,
            Self::OfficeManager => Role::OfficeManager,
            Self::DataProtectionOfficer => Role::DataProtectionOfficer,
            Self::TenantAdministrator => Role::TenantAdministrator,
            Self::Operator => Role::Operator,
        }
    }
}

/// The language of mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    /// German.
    De,
    /// English.
    En,
}

pub(super) fn run(source: &Source, command: PersonCommand) -> anyhow::Result<ExitCode> {
    commands::on_database(source, async |db| {
        act(db, command).await?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn act(db: &Db, command: PersonCommand) -> anyhow::Result<()> {
    match command {
        PersonCommand::Invite {
            town,
            email,
            first_name,
            last_name,
            roles,
            language,
            print_code,
        } => {
            let grant = |name: RoleName| Grant { role: name.role(), location: None };
            let grants: Grants = roles.into_iter().map(grant).collect();
            let locale = if language == Language::De { Locale::De } else { Locale::En };
            let wanted = NewPerson { first_name, last_name, email, locale, grants };
            let (ctx, tx) = begin(db, &town.tenant).await?;
            let invited = people::invite(&ctx, &tx, &wanted).await.map_err(said)?;
            finish(tx, invited, print_code, true).await
        }
        PersonCommand::List { town, emergency } => list(db, &town, &emergency).await,
        PersonCommand::Lock { town, email } => {
            let (ctx, tx) = begin(db, &town.tenant).await?;
            let id = find(&ctx, &tx, &email).await?.id;
            let account = people::lock(&ctx, &tx, id).await.map_err(said)?;
            tx.commit().await?;
            print(&account);
            Ok(())
        }
        PersonCommand::Unlock { town, email } => {
            let (ctx, tx) = begin(db, &town.tenant).await?;
            let id = find(&ctx, &tx, &email).await?.id;
            let account = people::unlock(&ctx, &tx, id).await.map_err(said)?;
            tx.commit().await?;
            print(&account);
            Ok(())
        }
        PersonCommand::Reset { town, email, print_code } => {
            let (ctx, tx) = begin(db, &town.tenant).await?;
            let id = find(&ctx, &tx, &email).await?.id;
            let invited = people::reset(&ctx, &tx, id).await.map_err(said)?;
            finish(tx, invited, print_code, false).await
        }
    }
}

async fn find(ctx: &Ctx, tx: &TenantTx, email: &str) -> anyhow::Result<Account> {
    match people::by_email(ctx, tx, email).await {
        Err(AccountError::NotFound) => bail!("nobody of the office has the address {email}"),
        found => found.map_err(said),
    }
}

/// The code alone goes to standard output, so that it can be put where it belongs without being seen.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "what the command is for")]
async fn finish(
    tx: TenantTx,
    invited: Invited,
    print_code: bool,
    is_new: bool,
) -> anyhow::Result<()> {
    let code = if print_code { Some(read_code(&tx, invited.code).await?) } else { None };
    tx.commit().await?;
    // of somebody new it repeats what was typed; of anybody else it opens nothing
    let account = &invited.account;
    eprintln!("{}", if is_new { line(account) } else { state_line(account) });
    match code {
        Some(code) => {
            eprintln!("The code for /amt/code, valid for 72 hours:");
            println!("{code}");
        }
        None => eprintln!("The invitation goes out by mail and is valid for 72 hours."),
    }
    Ok(())
}

async fn read_code(tx: &TenantTx, id: AccountCodeId) -> anyhow::Result<String> {
    let letter = codes::letter::<Letter>(tx, id).await.map_err(said)?;
    letter.map(|(_, text)| text).context("the code is not there")
}

async fn list(db: &Db, town: &Town, emergency: &Emergency) -> anyhow::Result<()> {
    const AT_ONCE: u64 = 200;
    let (ctx, tx) = begin(db, &town.tenant).await?;
    support::open(&ctx, &tx, "person.list", emergency).await?;
    let mut after = None;
    loop {
        let some = people::list(&ctx, &tx, after, AT_ONCE).await.map_err(said)?;
        let Some(last) = some.last() else { break };
        after = Some(last.id);
        some.iter().for_each(print_whole);
    }
    tx.commit().await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn print(account: &Account) {
    println!("{}", state_line(account));
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn print_whole(account: &Account) {
    println!("{}", line(account));
}

/// What people may read stays what they read; the rest keeps its cause.
fn said(error: AccountError) -> anyhow::Error {
    match &error {
        AccountError::BadInput { field, .. } => {
            anyhow::anyhow!("{field}: {}", error.message(Locale::En))
        }
        AccountError::Taken | AccountError::Conflict(_) => {
            anyhow::anyhow!("{}", error.message(Locale::En))
        }
        _ => error.into(),
    }
}

/// `<id>  active  clerk@<location> data-protection-officer  used 2026-12-07  kim@haltern.example  Kim Amtlich`
fn line(account: &Account) -> String {
    let profile = &account.profile;
    let (state, email) = (state_line(account), &profile.email);
    format!("{state}  {email}  {} {}", profile.first_name, profile.last_name)
}

/// The same without who it is: whoever typed the address knows that.
fn state_line(account: &Account) -> String {
    let state = if account.is_locked {
        "locked"
    } else if account.is_waiting() {
        "invited"
    } else {
        "active"
    };
    let role = |grant: Grant| match grant.location {
        Some(location) => format!("{}@{location}", grant.role.name()),
        None => grant.role.name().to_owned(),
    };
    let roles: Vec<String> = account.grants.iter().map(role).collect();
    let used = account
        .last_used_at
        .map_or_else(|| "never used".to_owned(), |at| format!("used {}", at.date_naive()));
    format!("{}  {state}  {}  {used}", account.id, roles.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_has_a_word_for_every_role() {
        for role in Role::ALL {
            let name = RoleName::from_str(role.name(), false).unwrap();
            assert_eq!(name.role(), *role);
        }
    }
}
