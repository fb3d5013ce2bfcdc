//! Signing in: what is checked, in which order, what is counted and what is noted.
//!
//! A wrong password, an unknown address, a locked account and one without a password are the same to whoever asks, in
//! words and in time: each costs one comparison and one note.

pub mod history;

use std::net::IpAddr;

use chrono::TimeDelta;
use db::Db;
use kernel::Ctx;
use secrecy::SecretString;

pub use self::history::{Method, Outcome};
use crate::{
    Account, AccountError, AccountKind, Halfway, Limit, Limits, Passwords, Session, SessionData,
    Sessions, SignedIn,
    accounts::{self, store::account},
};

/// What signing in needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The database.
    pub db: Db,
    /// The sessions of browsers.
    pub sessions: Sessions,
    /// How often one may try.
    pub limits: Limits,
    /// Hashes and compares passwords.
    pub passwords: Passwords,
}

/// Somebody who wants to be signed in.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// To which kind of account.
    pub kind: AccountKind,
    /// The address that they typed, or that is known of them.
    pub login: &'a str,
    /// Keyed hash of where they are, for limits.
    pub client: &'a [u8],
    /// Where they are, for the note (notice, section 5).
    pub address: IpAddr,
}

/// How far an attempt came.
#[derive(Debug, Clone)]
pub enum Passed {
    /// They are who they say.
    Whole(Account),
    /// The password is right; people of the office also need a second factor.
    Halfway(Account),
}

impl Identity {
    /// Looks at a password.
    pub async fn with_password(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
        password: &SecretString,
    ) -> Result<Passed, AccountError> {
        self.limits.check_sign_in(ctx, attempt.client, &accounts::login_key(attempt.login)).await?;
        // The transaction ends before the password is compared: that takes long, and waits for its turn.
        let tx = self.db.begin(ctx).await?;
        let row = accounts::row_by_login(&tx, attempt.kind, attempt.login).await?;
        tx.commit().await?;
        let stored = row.as_ref().and_then(|row| row.password.as_deref());
        let is_right = self.passwords.matches(password, stored).await?;
        let row = row.filter(|row| is_right && row.state == "active");
        let outcome = match (&row, attempt.kind) {
            (None, _) => Outcome::Refused,
            (Some(_), AccountKind::Citizen) => Outcome::SignedIn,
            (Some(_), AccountKind::Staff) => Outcome::Halfway,
        };
        let account = self.note(ctx, attempt, Method::Password, outcome, row).await?;
        match account {
            Some(account) if attempt.kind == AccountKind::Citizen => Ok(Passed::Whole(account)),
            Some(account) => Ok(Passed::Halfway(account)),
            None => {
                self.limits
                    .take_sign_in(ctx, attempt.client, &accounts::login_key(attempt.login))
                    .await?;
                Err(AccountError::Unauthenticated)
            }
        }
    }

    /// Notes an attempt and opens the account that it reached.
    pub(crate) async fn note(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
        method: Method,
        outcome: Outcome,
        row: Option<account::Model>,
    ) -> Result<Option<Account>, AccountError> {
        let tx = self.db.begin(ctx).await?;
        let account = match row {
            Some(row) => accounts::open(&tx, row).await?,
            None => None,
        };
        history::record(ctx, &tx, attempt, method, outcome, account.as_ref()).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Begins a session for whoever was signed in, under a new id: one that somebody planted or saw before opens nothing.
    /// A citizen's drafts come along; what was typed in a browser before is not the office's.
    pub async fn begin_session(
        &self,
        ctx: &Ctx,
        before: Option<&Session>,
        account: &Account,
        device: &str,
    ) -> Result<Session, AccountError> {
        let mut data = match (before, account.kind) {
            (Some(session), AccountKind::Citizen) if !is_anothers(session, account) => {
                session.data.clone()
            }
            (Some(session), _) => {
                SessionData { locale: session.data.locale, ..SessionData::default() }
            }
            (None, _) => SessionData::default(),
        };
        data.halfway = None;
        data.steps.clear();
        // After the instant in which all sessions were ended, also when it is the same one.
        let after = account.signed_out_at.map(|ended| ended + TimeDelta::microseconds(1));
        let at = after.map_or(ctx.now(), |after| after.max(ctx.now()));
        data.signed_in = Some(SignedIn { account: account.id, kind: account.kind, at });
        let session = self.replace(ctx, before, data).await?;
        self.sessions.note(ctx, account.id, &session, device).await?;
        Ok(session)
    }

    /// Remembers, under a new id, who has shown the first of two factors.
    pub async fn begin_halfway(
        &self,
        ctx: &Ctx,
        before: Option<&Session>,
        account: &Account,
    ) -> Result<Session, AccountError> {
        let data = SessionData {
            locale: before.and_then(|session| session.data.locale),
            halfway: Some(Halfway { account: account.id, kind: account.kind, at: ctx.now() }),
            ..SessionData::default()
        };
        self.replace(ctx, before, data).await
    }

    async fn replace(
        &self,
        ctx: &Ctx,
        before: Option<&Session>,
        data: SessionData,
    ) -> Result<Session, AccountError> {
        if let Some(session) = before {
            return Ok(self.sessions.renew(ctx, session, data).await?);
        }
        let mut session = Session::new(ctx);
        session.data = data;
        self.sessions.save(ctx, &mut session).await?;
        Ok(session)
    }
}

/// Whether somebody else was signed in with the session: what they typed stays theirs.
fn is_anothers(session: &Session, account: &Account) -> bool {
    session.data.signed_in.is_some_and(|before| before.account != account.id)
}

impl Limits {
    /// Counts a mail that somebody asks for without being known.
    pub async fn take_letter(&self, ctx: &Ctx, client: &[u8]) -> Result<(), AccountError> {
        Ok(self.take(ctx, Limit::Letter, client).await?)
    }

    /// Whether somebody may try to sign in: neither where they are nor whose account they want has had too many wrong
    /// attempts. Nothing is counted.
    pub async fn check_sign_in(
        &self,
        ctx: &Ctx,
        client: &[u8],
        login: &str,
    ) -> Result<(), AccountError> {
        self.check(ctx, Limit::Authenticate, client).await?;
        Ok(self.check(ctx, Limit::Authenticate, login.as_bytes()).await?)
    }

    /// Counts a wrong attempt, for the client and for the account.
    pub async fn take_sign_in(
        &self,
        ctx: &Ctx,
        client: &[u8],
        login: &str,
    ) -> Result<(), AccountError> {
        let both = [client, login.as_bytes()];
        for who in both {
            // the one that is full must not keep the other from counting
            let counted = self.take(ctx, Limit::Authenticate, who).await;
            if let Err(limited) = counted {
                tracing::debug!(%limited, "sign-in limit reached");
            }
        }
        Ok(())
    }
}
