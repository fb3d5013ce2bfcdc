//! Codes that are sent by mail: to confirm an address, to sign in, to accept an invitation.
//!
//! A code opens once and not for long. It is not stored: it is derived from the municipality's key and its id, so that the
//! worker that writes the mail can make it again, and the database holds its hash. What it confirms is sealed.

use chrono::{DateTime, TimeDelta, Utc};
use db::{
    Fault, TenantTx, jobs,
    sealed::{self, Place, SubjectKey},
    token::Token,
};
use kernel::{AccountCodeId, AccountId, Ctx, Locale, SubjectId, event::AccountLetter};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    AccountError, login_index,
    store::account_code::{self, Column, Entity},
};

/// Mails for one purpose that an address gets in an hour.
const MOST_IN_AN_HOUR: u64 = 5;

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To make an account for the address that it was sent to.
    Register,
    /// To sign in.
    SignIn,
    /// To change the address of an account to the one that it was sent to.
    ChangeEmail,
    /// To accept an invitation of the office.
    Invite,
    /// To see, take along or erase what is kept about whoever reads the mail.
    MyData,
    /// Nothing: the mail only tells something.
    Notice,
}

impl Purpose {
    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign-in",
            Self::ChangeEmail => "change-email",
            Self::Invite => "invite",
            Self::MyData => "my-data",
            Self::Notice => "notice",
        }
    }

    /// Reads the word.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Register, Self::SignIn, Self::ChangeEmail, Self::Invite, Self::MyData, Self::Notice]
            .into_iter()
            .find(|purpose| purpose.key() == key)
    }

    /// How long the code opens. A code that signs in: ten minutes (OWASP ASVS 5.0, 6.5.5).
    pub fn lives(self) -> TimeDelta {
        match self {
            Self::SignIn | Self::MyData => TimeDelta::minutes(10),
            Self::Register | Self::ChangeEmail => TimeDelta::minutes(60),
            Self::Invite => TimeDelta::hours(72),
            Self::Notice => TimeDelta::zero(),
        }
    }
}

/// A code that is to be sent.
pub struct NewCode<'a, T> {
    /// What for.
    pub purpose: Purpose,
    /// Whose account, if there is one already.
    pub account: Option<AccountId>,
    /// What it confirms or says, and whose key seals it.
    pub content: Option<(&'a SubjectKey, &'a T)>,
    /// The language of the mail.
    pub locale: Locale,
}

/// A code as it is kept, opened.
#[derive(Clone)]
pub struct Code<T> {
    /// Names it. Opens nothing.
    pub id: AccountCodeId,
    /// What for.
    pub purpose: Purpose,
    /// Whose account.
    pub account: Option<AccountId>,
    /// Whose key seals the content.
    pub subject: Option<SubjectId>,
    /// What it confirms or says. `None` where there is nothing or the person was erased.
    pub content: Option<T>,
    /// The language of the mail.
    pub locale: Locale,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// Writes a code and the job that sends it. Where there is nobody to send it to, write one without account and content:
/// it takes the same time, and the job finds nothing to do.
pub async fn issue<T: Serialize>(
    ctx: &Ctx,
    tx: &TenantTx,
    new: NewCode<'_, T>,
) -> Result<AccountCodeId, Fault> {
    issue_to(ctx, tx, new, None).await
}

/// [`issue`] that remembers, as a keyed hash, which address it was for: see [`may_write_to`].
pub async fn issue_to<T: Serialize>(
    ctx: &Ctx,
    tx: &TenantTx,
    new: NewCode<'_, T>,
    address: Option<&str>,
) -> Result<AccountCodeId, Fault> {
    let address_index = match address {
        Some(address) => Some(login_index(tx, address).await?),
        None => None,
    };
    let id = AccountCodeId::new(ctx.clock(), ctx.chance());
    let sealed = match new.content {
        Some((key, content)) => {
            let plain = serde_json::to_vec(content).map_err(|_| Fault::Sealed)?;
            Some(key.seal(ctx.chance(), place(id), &plain)?)
        }
        None => None,
    };
    let row = account_code::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(id.uuid()),
        purpose: Set(new.purpose.key().to_owned()),
        account_id: Set(new.account.map(AccountId::uuid)),
        subject_id: Set(new.content.map(|(key, _)| key.subject().uuid())),
        sealed: Set(sealed),
        code_hash: Set(token(tx, new.purpose, id).await?.hash()),
        address_index: Set(address_index),
        locale: Set(new.locale.key().to_owned()),
        created_at: Set(ctx.now()),
        expires_at: Set(ctx.now() + new.purpose.lives()),
        used_at: NotSet,
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    jobs::enqueue(ctx, tx, AccountLetter::JOB, &AccountLetter { code: id }, ctx.now()).await?;
    Ok(id)
}

/// Whether one more mail for a purpose may go to an address: some in an hour, whoever asks for them and from where, so that
/// nobody's mailbox is filled. The same with and without an account.
pub async fn may_write_to(
    ctx: &Ctx,
    tx: &TenantTx,
    purpose: Purpose,
    address: &str,
) -> Result<bool, Fault> {
    let written = Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AddressIndex.eq(login_index(tx, address).await?))
        .filter(Column::Purpose.eq(purpose.key()))
        .filter(Column::CreatedAt.gt(ctx.now() - TimeDelta::hours(1)))
        .count(tx)
        .await?;
    Ok(written < MOST_IN_AN_HOUR)
}

/// Uses a code up. Of two requests with the same code one is told that it opens nothing.
pub async fn redeem<T: DeserializeOwned>(
    ctx: &Ctx,
    tx: &TenantTx,
    purpose: Purpose,
    text: &str,
) -> Result<Code<T>, AccountError> {
    let row = find(ctx, tx, purpose, text, true).await?;
    Entity::update_many()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::Id.eq(row.id))
        .col_expr(Column::UsedAt, Expr::value(ctx.now()))
        .exec(tx)
        .await?;
    open(tx, row).await
}

/// Reads a code without using it up, to show what it would do.
pub async fn look<T: DeserializeOwned>(
    ctx: &Ctx,
    tx: &TenantTx,
    purpose: Purpose,
    text: &str,
) -> Result<Code<T>, AccountError> {
    open(tx, find(ctx, tx, purpose, text, false).await?).await
}

/// The code with this id and what is written in the mail, for the worker that sends it.
pub async fn letter<T: DeserializeOwned>(
    tx: &TenantTx,
    id: AccountCodeId,
) -> Result<Option<(Code<T>, String)>, AccountError> {
    let found = Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    let Some(row) = found else { return Ok(None) };
    let code = open(tx, row).await?;
    let text = token(tx, code.purpose, id).await?.to_string();
    Ok(Some((code, text)))
}

/// Takes back all open codes of an account for a purpose, as when the address that they went to is not theirs any more.
pub async fn withdraw(
    ctx: &Ctx,
    tx: &TenantTx,
    account: AccountId,
    purpose: Purpose,
) -> Result<(), Fault> {
    Entity::update_many()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
        .filter(Column::Purpose.eq(purpose.key()))
        .filter(Column::UsedAt.is_null())
        .col_expr(Column::UsedAt, Expr::value(ctx.now()))
        .exec(tx)
        .await?;
    Ok(())
}

async fn find(
    ctx: &Ctx,
    tx: &TenantTx,
    purpose: Purpose,
    text: &str,
    lock: bool,
) -> Result<account_code::Model, AccountError> {
    let token = Token::parse(text).ok_or(AccountError::CodeUnknown)?;
    let mut query = Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::CodeHash.eq(token.hash()));
    if lock {
        query = query.lock_exclusive();
    }
    let row = query.one(tx).await?.filter(|row| {
        row.purpose == purpose.key() && row.used_at.is_none() && ctx.now() < row.expires_at
    });
    row.ok_or(AccountError::CodeUnknown)
}

/// Opens a row.
pub(crate) async fn open<T: DeserializeOwned>(
    tx: &TenantTx,
    row: account_code::Model,
) -> Result<Code<T>, AccountError> {
    let id = AccountCodeId::from(row.id);
    let subject = row.subject_id.map(SubjectId::from);
    let content = match (subject, &row.sealed) {
        (Some(subject), Some(sealed_content)) => match sealed::subject_key(tx, subject).await? {
            Some(key) => {
                let plain = key.open(place(id), sealed_content)?;
                Some(serde_json::from_slice(&plain).map_err(|_| Fault::Sealed)?)
            }
            None => None,
        },
        _ => None,
    };
    Ok(Code {
        id,
        purpose: Purpose::from_key(&row.purpose).ok_or(AccountError::CodeUnknown)?,
        account: row.account_id.map(Into::into),
        subject,
        content,
        locale: Locale::from_key(&row.locale).unwrap_or(Locale::De),
        expires_at: row.expires_at,
        used_at: row.used_at,
    })
}

async fn token(tx: &TenantTx, purpose: Purpose, id: AccountCodeId) -> Result<Token, Fault> {
    Ok(tx.keys().await?.token(&format!("account code {}", purpose.key()), id.uuid()))
}

fn place(id: AccountCodeId) -> Place {
    Place { column: "account_code.sealed", row: id.uuid() }
}
