//! Signing in: what is checked, in which order, what is counted and what is noted.
//!
//! A wrong password, an unknown address, a locked account and one without a password are the same to whoever asks, in
//! words and in time: each costs one comparison and one note.

pub mod history;

use std::{collections::BTreeMap, net::IpAddr};

use chrono::TimeDelta;
use db::{Db, Fault, TenantTx};
use kernel::{AccountId, Ctx};
use secrecy::SecretString;

pub use self::history::{Method, Outcome};
use crate::{
    Account, AccountError, AccountKind, Halfway, Limits, Passwords, ProofOfWork, RateLimited,
    Session, SessionData, Sessions, SignedIn,
    accounts::{self, store::account},
    limits::network,
    personal_data, second_factor,
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
    /// What is asked of programs when a limit nears.
    pub proofs: ProofOfWork,
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

/// Where somebody is, for limits and for the note.
#[derive(Debug, Clone, Copy)]
pub struct Whereabouts<'a> {
    /// Keyed hash of the client's address.
    pub client: &'a [u8],
    /// The address.
    pub address: IpAddr,
}

impl<'a> Whereabouts<'a> {
    /// An attempt to sign in from here.
    pub fn attempt(self, kind: AccountKind, login: &'a str) -> Attempt<'a> {
        Attempt { kind, login, client: self.client, address: self.address }
    }
}

/// How far an attempt came.
#[derive(Debug, Clone)]
pub enum Passed {
    /// They are who they say.
    Whole(Account),
    /// The password is right; people of the office also need a second factor.
    Halfway(FirstFactor),
}

/// Somebody of the office who has shown the first of two factors. The account stays inside: no session can begin with it
/// before [`Identity::finish`] gives it out.
#[derive(Debug, Clone)]
pub struct FirstFactor(pub(crate) Account);

impl FirstFactor {
    /// Whether they have no second factor yet and must set one up.
    pub fn needs_second(&self) -> bool {
        !second_factor::has_one(&self.0)
    }
}

impl Identity {
    /// Looks at a password.
    pub async fn with_password(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
        password: &SecretString,
    ) -> Result<Passed, AccountError> {
        let login = accounts::login_key(attempt.login);
        let from = attempt.address;
        self.unless_known(ctx, attempt, self.limits.check_widely(ctx, from, &login).await).await?;
        self.limits.take_at_place(ctx, from, &login).await?;
        self.unless_known(ctx, attempt, self.limits.take_anywhere(ctx, &login).await).await?;
        // The transaction ends before the password is compared: that takes long, and waits for its turn.
        let tx = self.db.begin(ctx).await?;
        let row = accounts::row_by_login(&tx, attempt.kind, attempt.login).await?;
        // Where the office's people sign in with the municipality's own sign-in alone, no password is right.
        let has_passwords =
            attempt.kind == AccountKind::Citizen || !has_own_sign_in_only(&tx).await?;
        tx.commit().await?;
        let stored = row.as_ref().and_then(|row| row.password.as_deref());
        let is_right = self.passwords.matches(password, stored).await?;
        // While this one waited for its turn others were wrong: many at once are told no more than the limit.
        self.unless_known(ctx, attempt, self.limits.check_network(ctx, from).await).await?;
        let row = row.filter(|row| is_right && has_passwords && row.state == "active");
        let outcome = match (&row, attempt.kind) {
            (None, _) => Outcome::Refused,
            (Some(_), AccountKind::Citizen) => Outcome::SignedIn,
            (Some(_), AccountKind::Staff) => Outcome::Halfway,
        };
        let account = self.note(ctx, attempt, Method::Password, outcome, row).await?;
        let Some(account) = account else {
            self.limits.count_wrong_password(ctx, from).await;
            return Err(AccountError::Unauthenticated);
        };
        self.limits.forgive_password(ctx, from, &login).await;
        match attempt.kind {
            AccountKind::Citizen => Ok(Passed::Whole(account)),
            AccountKind::Staff => Ok(Passed::Halfway(FirstFactor(account))),
        }
    }

    /// Counts a code that is to be sent by mail to the attempt's login (to register, to sign in, to change the address), or
    /// refuses it. To be asked before anything is looked up, and for unknown addresses as well.
    pub async fn take_code_request(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
    ) -> Result<(), AccountError> {
        let (login, from) = (accounts::login_key(attempt.login), attempt.address);
        let Err(limited) = self.limits.take_code_request(ctx, from, &login).await else {
            return Ok(());
        };
        self.unless_known(ctx, attempt, Err(limited)).await?;
        Ok(self.limits.take_code_request_at_known_place(ctx, from, &login).await?)
    }

    /// A wide limit, which does not hold at a known place. The database is asked about the place only when it matters.
    async fn unless_known(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
        counted: Result<(), RateLimited>,
    ) -> Result<(), AccountError> {
        match counted {
            Err(limited) if !self.is_known_place(ctx, attempt).await? => Err(limited.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Whether the account was signed in to from this network lately.
    pub(crate) async fn is_known_place(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
    ) -> Result<bool, AccountError> {
        let tx = self.db.begin(ctx).await?;
        let addresses = history::lately_from(ctx, &tx, attempt).await?;
        tx.commit().await?;
        let here = network(attempt.address);
        Ok(addresses.into_iter().any(|address| network(address) == here))
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
        // an objection that is kept with the account holds in every browser
        data.is_uncounted |= self.objects_to_analysis(ctx, account).await?;
        // After the instant in which all sessions were ended, also when it is the same one.
        let after = account.signed_out_at.map(|ended| ended + TimeDelta::microseconds(1));
        let at = after.map_or(ctx.now(), |after| after.max(ctx.now()));
        data.signed_in = Some(SignedIn { account: account.id, kind: account.kind, at });
        let session = self.replace(ctx, before, data).await?;
        self.sessions.note(ctx, account.id, &session, device).await?;
        Ok(session)
    }

    async fn objects_to_analysis(
        &self,
        ctx: &Ctx,
        account: &Account,
    ) -> Result<bool, AccountError> {
        if account.kind != AccountKind::Citizen {
            return Ok(false);
        }
        let tx = self.db.begin(ctx).await?;
        let since = personal_data::since(&tx, account.id.uuid(), "uncounted_at").await?;
        tx.commit().await?;
        Ok(since.is_some())
    }

    /// Remembers, under a new id, who has shown the first of two factors, and what the next steps need.
    pub async fn begin_halfway(
        &self,
        ctx: &Ctx,
        before: Option<&Session>,
        FirstFactor(account): &FirstFactor,
        steps: BTreeMap<String, serde_json::Value>,
    ) -> Result<Session, AccountError> {
        let data = SessionData {
            locale: before.and_then(|session| session.data.locale),
            halfway: Some(Halfway { account: account.id, kind: account.kind, at: ctx.now() }),
            steps,
            ..SessionData::default()
        };
        self.replace(ctx, before, data).await
    }

    /// Remembers what the next steps need, under a new id and for nobody yet.
    pub async fn begin_steps(
        &self,
        ctx: &Ctx,
        before: Option<&Session>,
        steps: BTreeMap<String, serde_json::Value>,
    ) -> Result<Session, AccountError> {
        let locale = before.and_then(|session| session.data.locale);
        self.replace(ctx, before, SessionData { locale, steps, ..SessionData::default() }).await
    }

    /// Ends the sessions of an account in Redis. The account's `signed_out_at` ends them too, at their next request: it
    /// is no harm when Redis does not answer.
    pub async fn forget_sessions(&self, ctx: &Ctx, account: AccountId, but: Option<&str>) {
        if let Err(error) = self.sessions.end_all_of_account(ctx, account, but).await {
            tracing::warn!(%error, request_id = %ctx.request_id(), "sessions were not ended in Redis");
        }
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

/// Whether the office's people sign in with the municipality's own sign-in and nothing else: then it decides who still is
/// one of them.
pub(crate) async fn has_own_sign_in_only(tx: &TenantTx) -> Result<bool, Fault> {
    Ok(tenant::settings(tx).await?.is_some_and(|settings| settings.has_no_passwords()))
}

/// Whether somebody else was signed in with the session: what they typed stays theirs.
fn is_anothers(session: &Session, account: &Account) -> bool {
    session.data.signed_in.is_some_and(|before| before.account != account.id)
}
