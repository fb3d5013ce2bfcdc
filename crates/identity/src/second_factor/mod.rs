//! The second factor of the office's people. Nobody of the office gets a session without one: [`Identity::finish`] and
//! [`Identity::set_up_app`] are the ways from a first factor to an account that a session can begin with.
//!
//! A code of the app opens once, and wrong codes are limited per account in the database, where the account's row is
//! locked meanwhile: attempts at the same time count one after the other, with or without Redis.

pub mod recovery;
mod set_up;
mod totp;

use chrono::TimeDelta;
use db::{
    Fault, TenantTx,
    sealed::{self, Place, SubjectKey},
};
use kernel::{AccountId, Ctx};
use sea_orm::{ActiveValue::Set, EntityTrait, QuerySelect};

pub use self::{set_up::AppSetUp, totp::AppSecret};
use crate::{
    Account, AccountError, AccountKind, Halfway, Identity, RateLimited,
    accounts::{self, store::account},
    passkeys,
    sign_in::{Method, Outcome, Whereabouts, history},
};

/// Wrong codes that an account may have shown within [`WATCHED`].
pub const MOST_WRONG: u64 = 5;
/// How long a wrong code counts.
pub const WATCHED: TimeDelta = TimeDelta::minutes(15);

/// What somebody shows as their second factor.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// The code that their authenticator app shows.
    Totp(&'a str),
    /// One of their recovery codes.
    Recovery(&'a str),
}

impl Proof<'_> {
    fn method(self) -> Method {
        match self {
            Self::Totp(_) => Method::Totp,
            Self::Recovery(_) => Method::Recovery,
        }
    }
}

/// Whether an account has a second factor: an authenticator app or a passkey.
pub fn has_one(account: &Account) -> bool {
    account.has_totp || account.has_passkey
}

/// Takes all second factors of an account away.
pub(crate) async fn forget(tx: &TenantTx, id: AccountId) -> Result<(), Fault> {
    let row = account::ActiveModel { totp: Set(None), ..accounts::one(tx, id) };
    account::Entity::update(row).exec(tx).await?;
    passkeys::forget(tx, id).await?;
    recovery::forget(tx, id).await
}

impl Identity {
    /// Looks at the second factor of whoever has shown the first. The account that comes out is the one to begin a session
    /// with.
    pub async fn finish(
        &self,
        ctx: &Ctx,
        halfway: &Halfway,
        from: Whereabouts<'_>,
        proof: Proof<'_>,
    ) -> Result<Account, AccountError> {
        let login = self.halfway(ctx, halfway).await?.email;
        let attempt = from.attempt(AccountKind::Staff, &login);
        self.limits.check_network(ctx, from.address).await?;
        let tx = self.db.begin(ctx).await?;
        let (row, account) = open_halfway(ctx, &tx, halfway).await?;
        too_many(ctx, &tx, account.id).await?;
        let is_right = match proof {
            Proof::Totp(code) => accept_code(ctx, &tx, &row, &account, code).await?,
            Proof::Recovery(code) => recovery::take(&tx, account.id, code).await?,
        };
        let outcome = if is_right { Outcome::SignedIn } else { Outcome::Refused };
        history::record(ctx, &tx, attempt, proof.method(), outcome, Some(&account)).await?;
        tx.commit().await?;
        if is_right {
            return Ok(account);
        }
        self.limits.count_wrong_password(ctx, from.address).await;
        Err(AccountError::Unauthenticated)
    }

    /// Who has shown the first factor, as far as the next step needs it.
    pub async fn halfway(&self, ctx: &Ctx, halfway: &Halfway) -> Result<Waiting, AccountError> {
        let tx = self.db.begin(ctx).await?;
        let (_, account) = open_halfway(ctx, &tx, halfway).await?;
        tx.commit().await?;
        let needs_second = !has_one(&account);
        Ok(Waiting { email: account.profile.email, needs_second })
    }
}

/// Somebody between the two factors.
pub struct Waiting {
    /// Their address, which the authenticator app shows.
    pub email: String,
    /// Whether they must set up a second factor.
    pub needs_second: bool,
}

/// The account of whoever has shown the first factor, with its row locked. Not any more when it took them too long, when
/// the account was locked or when it was signed out everywhere since.
async fn open_halfway(
    ctx: &Ctx,
    tx: &TenantTx,
    halfway: &Halfway,
) -> Result<(account::Model, Account), AccountError> {
    let row = locked_row(tx, halfway.account).await?.ok_or(AccountError::Unauthenticated)?;
    let account = accounts::open(tx, row.clone()).await?.ok_or(AccountError::Unauthenticated)?;
    let is_over = account.signed_out_at.is_some_and(|ended| halfway.at <= ended);
    let is_staff = account.kind == AccountKind::Staff && halfway.kind == AccountKind::Staff;
    if !halfway.is_open(ctx.now()) || is_over || account.is_locked || !is_staff {
        return Err(AccountError::Unauthenticated);
    }
    Ok((row, account))
}

async fn locked_row(tx: &TenantTx, id: AccountId) -> Result<Option<account::Model>, Fault> {
    Ok(account::Entity::find_by_id((tx.tenant().uuid(), id.uuid()))
        .lock_exclusive()
        .one(tx)
        .await?)
}

async fn too_many(ctx: &Ctx, tx: &TenantTx, id: AccountId) -> Result<(), AccountError> {
    let since = ctx.now() - WATCHED;
    match history::refused_factors(tx, id, since, MOST_WRONG).await? {
        Some(at) => {
            let left = (at + WATCHED - ctx.now()).num_seconds().max(1);
            let retry_after_seconds = u32::try_from(left).unwrap_or(u32::MAX);
            Err(RateLimited { retry_after_seconds }.into())
        }
        None => Ok(()),
    }
}

/// Whether the code is the app's, and later than the last one that was accepted: nobody who saw one uses it again.
async fn accept_code(
    ctx: &Ctx,
    tx: &TenantTx,
    row: &account::Model,
    account: &Account,
    code: &str,
) -> Result<bool, Fault> {
    let Some(sealed_secret) = &row.totp else { return Ok(false) };
    let Some(key) = sealed::subject_key(tx, account.subject).await? else { return Ok(false) };
    let secret = AppSecret::stored(&key.open(place(account.id), sealed_secret)?);
    let step = secret.and_then(|secret| secret.step(code, ctx.now()));
    let Some(step) = step.filter(|step| *step > row.totp_step) else { return Ok(false) };
    let row = account::ActiveModel { totp_step: Set(step), ..accounts::one(tx, account.id) };
    account::Entity::update(row).exec(tx).await?;
    Ok(true)
}

/// Stores the secret of an app that has shown its first code. `None`: the code was wrong.
async fn store_app(
    ctx: &Ctx,
    tx: &TenantTx,
    key: &SubjectKey,
    id: AccountId,
    secret: &AppSecret,
    code: &str,
) -> Result<Option<Vec<String>>, Fault> {
    let Some(step) = secret.step(code, ctx.now()) else { return Ok(None) };
    let row = account::ActiveModel {
        totp: Set(Some(key.seal(ctx.chance(), place(id), secret.bytes())?)),
        totp_step: Set(step),
        ..accounts::one(tx, id)
    };
    account::Entity::update(row).exec(tx).await?;
    recovery::replace(ctx, tx, id).await.map(Some)
}

/// Stores a secret whose codes nobody has shown yet.
pub(crate) async fn keep(
    ctx: &Ctx,
    tx: &TenantTx,
    key: &SubjectKey,
    id: AccountId,
    secret: &AppSecret,
) -> Result<(), Fault> {
    let row = account::ActiveModel {
        totp: Set(Some(key.seal(ctx.chance(), place(id), secret.bytes())?)),
        totp_step: Set(0),
        ..accounts::one(tx, id)
    };
    account::Entity::update(row).exec(tx).await?;
    Ok(())
}

fn place(id: AccountId) -> Place {
    Place { column: "account.totp", row: id.uuid() }
}
