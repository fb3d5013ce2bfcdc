//! Citizens' accounts: optional, made by whoever can read the mail, and gone when their owner says so.
//!
//! What is asked without being signed in (register, a code to sign in) is answered in the same way and with the same rows
//! whether or not there is an account; only the mail tells. An account begins with the code from the mail and not with
//! the form: see docs/adr/0012-accounts-begin-with-the-mail.md. Changes that would lock the owner out ask for the password
//! or for a sign-in of the last minutes, end all other sessions, and are told by mail.

mod email;
mod erase;
mod my_data;
mod password;
mod profile;
mod register;
mod sign_in;
mod sweep;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, Ctx, policy::Action};
use secrecy::SecretString;

pub(crate) use self::{
    erase::remove,
    sweep::{EndedCodes, UnusedAccounts},
};
pub use self::{
    profile::{NewProfile, update_profile},
    sign_in::Opens,
    sweep::{UNUSED_MONTHS, WARNED_DAYS, warn_unused},
};
use crate::{
    Account, AccountError, AccountKind, Identity, Session,
    accounts::{self, store::account},
};

/// How long a sign-in stands for the password when something important is changed.
pub const FRESH: TimeDelta = TimeDelta::minutes(10);

/// How the owner of an account shows that it is them, before something important is changed.
pub struct Proof<'a> {
    /// Since when they are signed in.
    pub signed_in_at: DateTime<Utc>,
    /// Their password, if they typed it.
    pub password: Option<&'a SecretString>,
    /// Keyed hash of where they are, for limits.
    pub client: &'a [u8],
    /// Where they are, for limits.
    pub address: IpAddr,
}

impl Identity {
    /// Whether it is the owner who asks for an important change: they have signed in just now, or know the password.
    pub async fn prove(
        &self,
        ctx: &Ctx,
        account: &Account,
        proof: &Proof<'_>,
    ) -> Result<(), AccountError> {
        let Some(password) = proof.password else {
            return if ctx.now() - proof.signed_in_at <= FRESH {
                Ok(())
            } else {
                Err(AccountError::Conflict("sign-in-again"))
            };
        };
        let login = accounts::login_key(&account.profile.email);
        self.limits.check_network(ctx, proof.address).await?;
        self.limits.take_at_place(ctx, proof.address, &login).await?;
        let tx = self.db.begin(ctx).await?;
        let row = accounts::row_by_login(&tx, account.kind, &account.profile.email).await?;
        tx.commit().await?;
        let stored: Option<&account::Model> = row.as_ref();
        let stored = stored.and_then(|row| row.password.as_deref());
        if self.passwords.matches(password, stored).await? {
            self.limits.forgive_password(ctx, proof.address, &login).await;
            return Ok(());
        }
        self.limits.count_wrong_password(ctx, proof.address).await;
        let (field, reason) = ("currentPassword", "password-wrong");
        Err(AccountError::BadInput { field, reason, limit: None })
    }

    /// Keeps this browser signed in, under a new id, after all sessions of the account were ended.
    pub async fn stay_alone(
        &self,
        ctx: &Ctx,
        before: Option<&Session>,
        account: &Account,
        device: &str,
    ) -> Result<Session, AccountError> {
        let session = self.begin_session(ctx, before, account, device).await?;
        self.sessions.end_all_of_account(ctx, account.id, Some(&session.handle())).await?;
        Ok(session)
    }

    /// Ends all sessions of one's account, this one too: at once, also those that the session store still holds.
    pub async fn sign_out_everywhere(
        &self,
        ctx: &Ctx,
        account: &Account,
    ) -> Result<(), AccountError> {
        owner(ctx, account)?;
        let tx = self.db.begin(ctx).await?;
        accounts::sign_out_everywhere(ctx, &tx, account.id).await?;
        tx.commit().await?;
        self.forget_sessions(ctx, account.id, None).await;
        Ok(())
    }
}

/// Whether the context acts as this very account, and may.
fn owner(ctx: &Ctx, account: &Account) -> Result<(), AccountError> {
    ctx.authorize(Action::OwnAccount)?;
    let is_mine = match ctx.actor() {
        Actor::Account(id) => *id == account.id && account.kind == AccountKind::Citizen,
        Actor::Staff { account: id, .. } => *id == account.id,
        _ => false,
    };
    if is_mine { Ok(()) } else { Err(AccountError::NotFound) }
}
