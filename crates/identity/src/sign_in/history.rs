//! Who signed in when, how, and from where (notice, section 5). The address is kept apart and not as long.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Fault, TenantTx, audit};
use kernel::{AccountId, Ctx, SignInId, policy::Action};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Attempt;
use crate::{
    Account, AccountError, AccountKind,
    accounts::{
        self,
        store::{sign_in, sign_in_address},
    },
};

/// How long a sign-in is kept.
pub const KEPT: TimeDelta = TimeDelta::days(90);

/// How somebody tried to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Address and password.
    Password,
    /// A code that was sent by mail.
    Mail,
    /// The code of an authenticator app, as the second factor.
    Totp,
    /// A recovery code, instead of the second factor.
    Recovery,
    /// A passkey.
    Passkey,
    /// The municipality's own sign-in (`OpenID` Connect).
    OpenId,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Password, Self::Mail, Self::Totp, Self::Recovery, Self::Passkey, Self::OpenId];

    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Mail => "mail",
            Self::Totp => "totp",
            Self::Recovery => "recovery",
            Self::Passkey => "passkey",
            Self::OpenId => "openid",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// They are in.
    SignedIn,
    /// The first factor was right.
    Halfway,
    /// It was wrong.
    Refused,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SignedIn, Self::Halfway, Self::Refused];

    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::Halfway => "halfway",
            Self::Refused => "refused",
        }
    }
}

/// An attempt that was noted.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInEntry {
    /// Its id.
    pub id: SignInId,
    /// To which kind of account.
    pub kind: AccountKind,
    /// Whose account.
    pub account: Option<AccountId>,
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub method: Option<Method>,
    /// With what result.
    pub outcome: Option<Outcome>,
    /// From where, while that is kept.
    pub address: Option<String>,
}

/// Notes an attempt, with or without an account.
pub(crate) async fn record(
    ctx: &Ctx,
    tx: &TenantTx,
    attempt: Attempt<'_>,
    method: Method,
    outcome: Outcome,
    account: Option<&Account>,
) -> Result<(), Fault> {
    let id = SignInId::new(ctx.clock(), ctx.chance());
    let row = sign_in::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(id.uuid()),
        kind: Set(attempt.kind.key().to_owned()),
        account_id: Set(account.map(|account| account.id.uuid())),
        login_index: Set(accounts::login_index(tx, attempt.login).await?),
        method: Set(method.key().to_owned()),
        result: Set(outcome.key().to_owned()),
        at: Set(ctx.now()),
    };
    sign_in::Entity::insert(row).exec_without_returning(tx).await?;
    let row = sign_in_address::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        sign_in_id: Set(id.uuid()),
        ip: Set(attempt.address.to_string()),
        at: Set(ctx.now()),
    };
    sign_in_address::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// How many of the latest sign-ins say where a person usually is.
const LATEST: u64 = 100;
/// How long a place is known: as long as the notice lets addresses be kept for misuse.
const KNOWN: TimeDelta = TimeDelta::days(7);

/// From which addresses an account was signed in to lately. To keep guessers apart from the account's owner, who alone
/// knew the password or read the mail.
pub(super) async fn lately_from(
    ctx: &Ctx,
    tx: &TenantTx,
    attempt: Attempt<'_>,
) -> Result<Vec<IpAddr>, Fault> {
    let login = accounts::login_index(tx, attempt.login).await?;
    let ids: Vec<Uuid> = sign_in::Entity::find()
        .select_only()
        .column(sign_in::Column::Id)
        .filter(sign_in::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(sign_in::Column::LoginIndex.eq(login))
        .filter(sign_in::Column::Kind.eq(attempt.kind.key()))
        .filter(sign_in::Column::Result.ne(Outcome::Refused.key()))
        .filter(sign_in::Column::At.gt(ctx.now() - KNOWN))
        .order_by_desc(sign_in::Column::At)
        .limit(LATEST)
        .into_tuple()
        .all(tx)
        .await?;
    let addresses = addresses_of(tx, ids).await?;
    Ok(addresses.into_iter().filter_map(|(_, ip)| ip.parse().ok()).collect())
}

/// When the latest of `most` wrong second factors of an account was shown, if there were as many since `since`.
pub(crate) async fn refused_factors(
    tx: &TenantTx,
    account: AccountId,
    since: DateTime<Utc>,
    most: u64,
) -> Result<Option<DateTime<Utc>>, Fault> {
    let factors = [Method::Totp, Method::Recovery].map(Method::key);
    let oldest = sign_in::Entity::find()
        .filter(sign_in::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(sign_in::Column::AccountId.eq(account.uuid()))
        .filter(sign_in::Column::Result.eq(Outcome::Refused.key()))
        .filter(sign_in::Column::Method.is_in(factors))
        .filter(sign_in::Column::At.gt(since))
        .order_by_desc(sign_in::Column::At)
        .offset(most - 1)
        .one(tx)
        .await?;
    Ok(oldest.map(|row| row.at))
}

/// All attempts on an account, the newest first, with their addresses while they are kept. For who has looked at the right.
pub(crate) async fn of_account(
    tx: &TenantTx,
    account: &Account,
) -> Result<Vec<(sign_in::Model, Option<String>)>, Fault> {
    let rows = rows_of(tx, account, u64::from(u32::MAX)).await?;
    let mut addresses: std::collections::HashMap<Uuid, String> =
        addresses_of(tx, rows.iter().map(|row| row.id).collect()).await?.into_iter().collect();
    Ok(rows.into_iter().map(|row| (row.clone(), addresses.remove(&row.id))).collect())
}

async fn rows_of(
    tx: &TenantTx,
    account: &Account,
    limit: u64,
) -> Result<Vec<sign_in::Model>, Fault> {
    // wrong passwords are on the login, not on the account that they did not reach
    let login = accounts::login_index(tx, &account.profile.email).await?;
    let mine = sea_orm::Condition::any()
        .add(sign_in::Column::AccountId.eq(account.id.uuid()))
        .add(sign_in::Column::LoginIndex.eq(login));
    Ok(sign_in::Entity::find()
        .filter(sign_in::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(sign_in::Column::Kind.eq(account.kind.key()))
        .filter(mine)
        .order_by_desc(sign_in::Column::At)
        .limit(limit)
        .all(tx)
        .await?)
}

/// The attempts on one's own account, the newest first, with their addresses.
pub async fn own(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
    limit: u64,
) -> Result<Vec<SignInEntry>, AccountError> {
    ctx.authorize(Action::OwnAccount)?;
    let rows = rows_of(tx, account, limit).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let addresses = addresses_of(tx, ids).await?;
    Ok(rows.iter().map(|row| entry(row, &addresses)).collect())
}

/// Which attempts are wanted; all of them where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// To which kind of account.
    pub kind: Option<AccountKind>,
    /// With what result.
    pub outcome: Option<Outcome>,
}

/// The attempts on all accounts, the newest first, without addresses; those before one of them. One more than `most`
/// when there are more.
pub async fn all(
    ctx: &Ctx,
    tx: &TenantTx,
    wanted: Wanted,
    before: Option<SignInId>,
    most: u64,
) -> Result<Vec<SignInEntry>, AccountError> {
    ctx.authorize(Action::ReadSignIns)?;
    let mut query =
        sign_in::Entity::find().filter(sign_in::Column::TenantId.eq(tx.tenant().uuid()));
    if let Some(kind) = wanted.kind {
        query = query.filter(sign_in::Column::Kind.eq(kind.key()));
    }
    if let Some(outcome) = wanted.outcome {
        query = query.filter(sign_in::Column::Result.eq(outcome.key()));
    }
    if let Some(before) = before {
        query = query.filter(sign_in::Column::Id.lt(before.uuid()));
    }
    // ids are ordered by the time at which they were made
    let rows = query.order_by_desc(sign_in::Column::Id).limit(most + 1).all(tx).await?;
    Ok(rows.iter().map(|row| entry(row, &[])).collect())
}

/// One attempt, without its address.
pub async fn one(ctx: &Ctx, tx: &TenantTx, id: SignInId) -> Result<SignInEntry, AccountError> {
    ctx.authorize(Action::ReadSignIns)?;
    let found = sign_in::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    found.map(|row| entry(&row, &[])).ok_or(AccountError::NotFound)
}

/// The address of one attempt, while it is kept, for whoever looks into a fault or misuse. The reason is noted in the
/// audit trail.
pub async fn address(
    ctx: &Ctx,
    tx: &TenantTx,
    id: SignInId,
    reason: &str,
) -> Result<Option<String>, AccountError> {
    ctx.authorize(Action::ReadAddresses)?;
    one(ctx, tx, id).await?;
    let reason = reason.trim();
    if reason.chars().count() < 5 {
        let (field, reason) = ("reason", "address-reason-missing");
        return Err(AccountError::BadInput { field, reason, limit: None });
    }
    if reason.chars().count() > 200 {
        let (field, reason) = ("reason", "text-long");
        return Err(AccountError::BadInput { field, reason, limit: Some(200) });
    }
    let found = addresses_of(tx, vec![id.uuid()]).await?;
    let act = audit::Act {
        action: "sign-in.read-address",
        object: "sign-in",
        object_id: Some(id.uuid()),
    };
    audit::append(ctx, tx, act, serde_json::json!({ "reason": reason })).await?;
    Ok(found.into_iter().next().map(|(_, ip)| ip))
}

async fn addresses_of(tx: &TenantTx, ids: Vec<Uuid>) -> Result<Vec<(Uuid, String)>, Fault> {
    let rows = sign_in_address::Entity::find()
        .filter(sign_in_address::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(sign_in_address::Column::SignInId.is_in(ids))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.sign_in_id, row.ip)).collect())
}

fn entry(row: &sign_in::Model, addresses: &[(Uuid, String)]) -> SignInEntry {
    let address = addresses.iter().find(|(id, _)| *id == row.id).map(|(_, ip)| ip.clone());
    SignInEntry {
        id: row.id.into(),
        kind: AccountKind::from_key(&row.kind),
        account: row.account_id.map(Into::into),
        at: row.at,
        method: Method::ALL.into_iter().find(|method| method.key() == row.method),
        outcome: Outcome::ALL.into_iter().find(|outcome| outcome.key() == row.result),
        address,
    }
}
