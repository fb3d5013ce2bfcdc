//! What the mails about accounts say and to whom: the sealed content of a code (see [`super::codes`]).

use std::collections::BTreeMap;

use db::{Fault, TenantTx, sealed::SubjectKey};
use kernel::{AccountCodeId, Ctx, Locale, Telling, policy::Action};
use serde::{Deserialize, Serialize};

use super::{
    Account, AccountError, AccountKind, Profile,
    codes::{self, Code, NewCode, Purpose},
    kind_of,
};

/// To whom a mail goes, and what it confirms or tells. Has no `Debug`: it is personal data.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    /// Who gets it, at which address. For [`Purpose::Register`] and [`Purpose::ChangeEmail`] it is what is confirmed.
    pub to: Profile,
    /// What a [`Purpose::Notice`] tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeKind>,
    /// Names and values of what the text mentions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
}

impl Letter {
    /// A letter that mentions nothing more.
    pub fn to(to: Profile, notice: Option<NoticeKind>) -> Self {
        Self { to, notice, facts: BTreeMap::new() }
    }
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
    /// The account was not used for long and will be deleted.
    Unused,
    /// Something about the person's data or their request.
    Data(Telling),
    /// The operator has opened people's data without the municipality's leave. To the office.
    BreakGlass,
    /// The municipality will be deleted because its contract ends. To the office.
    ContractEnd,
    /// The operator has announced another recipient of people's data, or the end of one. To the office.
    Recipients,
}

/// A letter that is to be sent. Has no `Debug`: it is personal data.
pub struct Due {
    /// The code, without what it opens.
    pub code: Code<Letter>,
    /// What the mail says, and to whom.
    pub letter: Letter,
    /// Whose account it is about.
    pub kind: AccountKind,
    /// The code as it stands in the mail.
    pub text: String,
}

/// The letter with this id, for the worker that sends it. `None` when it has none, when its person was erased, and when
/// its code was used or withdrawn.
pub async fn due(ctx: &Ctx, tx: &TenantTx, id: AccountCodeId) -> Result<Option<Due>, AccountError> {
    ctx.authorize(Action::RunJobs)?;
    let Some((code, text)) = codes::letter::<Letter>(tx, id).await? else { return Ok(None) };
    let Some(letter) = code.content.clone().filter(|_| code.used_at.is_none()) else {
        return Ok(None);
    };
    let kind = match (code.purpose, code.account) {
        (Purpose::Invite, _) => AccountKind::Staff,
        (_, Some(account)) => kind_of(tx, account).await?.unwrap_or(AccountKind::Citizen),
        (_, None) => AccountKind::Citizen,
    };
    Ok(Some(Due { code, letter, kind, text }))
}

/// Tells the owner of an account what happened to it.
pub async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    key: &SubjectKey,
    account: &Account,
    notice: NoticeKind,
) -> Result<AccountCodeId, Fault> {
    let letter = Letter::to(account.profile.clone(), Some(notice));
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
    let code = NewCode { purpose, account, content: Some((key, letter)), locale };
    codes::issue_to(ctx, tx, code, Some(&letter.to.email)).await
}
