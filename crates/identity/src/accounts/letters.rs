//! What the mails about accounts say and to whom: the sealed content of a code (see [`super::codes`]).

use db::{Fault, TenantTx, sealed::SubjectKey};
use kernel::{AccountCodeId, Ctx, Locale};
use serde::{Deserialize, Serialize};

use super::{
    Account, Profile,
    codes::{self, NewCode, Purpose},
};

/// To whom a mail goes, and what it confirms or tells. Has no `Debug`: it is personal data.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    /// Who gets it, at which address. For [`Purpose::Register`] and [`Purpose::ChangeEmail`] it is what is confirmed.
    pub to: Profile,
    /// What a [`Purpose::Notice`] tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeKind>,
}

/// What happened to an account, told to its owner so that they can object if it was not them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// Somebody wanted to register with the address of an account that is there.
    AlreadyRegistered,
    /// The address was changed; goes to the old one.
    EmailChanged,
    /// The password was set or changed.
    PasswordChanged,
    /// A second factor or a passkey was added or removed.
    FactorChanged,
    /// The account was deleted.
    Deleted,
}

/// Tells the owner of an account what happened to it.
pub async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    key: &SubjectKey,
    account: &Account,
    notice: NoticeKind,
) -> Result<AccountCodeId, Fault> {
    let letter = Letter { to: account.profile.clone(), notice: Some(notice) };
    send(ctx, tx, Purpose::Notice, Some(account), key, &letter, account.locale).await
}

/// Writes a code with its letter.
pub async fn send(
    ctx: &Ctx,
    tx: &TenantTx,
    purpose: Purpose,
    account: Option<&Account>,
    key: &SubjectKey,
    letter: &Letter,
    locale: Locale,
) -> Result<AccountCodeId, Fault> {
    let account = account.map(|account| account.id);
    codes::issue(ctx, tx, NewCode { purpose, account, content: Some((key, letter)), locale }).await
}
