//! What mails about accounts say. Another crate fills it in; this one knows no accounts.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::{AccountCodeId, Ctx, Locale, Telling};

/// Reads what a mail about an account says.
#[async_trait::async_trait]
pub trait AccountSource: Send + Sync {
    /// The mail. `None` when there is nobody to send it to, or nothing more to say.
    async fn load(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        id: AccountCodeId,
    ) -> Result<Option<AccountFacts>, Fault>;
}

/// What a mail about an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountOccasion {
    /// Its code makes an account for the address.
    Register,
    /// Its code signs in.
    SignIn,
    /// Its code makes the address that of an account.
    ChangeEmail,
    /// Its code opens the office's pages to somebody new there.
    Invite,
    /// Somebody wanted to register with the address of an account that is there.
    AlreadyRegistered,
    /// The address was changed; goes to the old one.
    EmailChanged,
    /// The password was set, changed or removed.
    PasswordChanged,
    /// A second factor or a passkey was added or removed.
    FactorChanged,
    /// The account was deleted.
    Deleted,
    /// The account was not used for long and will be deleted.
    Unused,
    /// Its code shows what is kept about whoever reads the mail.
    MyData,
    /// Something about somebody's data or their request.
    Data(Telling),
    /// The operator has opened people's data without the municipality's leave.
    BreakGlass,
    /// The municipality will be deleted because its contract ends.
    ContractEnd,
    /// The operator has announced another recipient of people's data, or the end of one.
    Recipients,
}

impl AccountOccasion {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::Register,
        Self::SignIn,
        Self::ChangeEmail,
        Self::Invite,
        Self::AlreadyRegistered,
        Self::EmailChanged,
        Self::PasswordChanged,
        Self::FactorChanged,
        Self::Deleted,
        Self::Unused,
        Self::MyData,
        Self::Data(Telling::Erased),
        Self::Data(Telling::EraseMails),
        Self::Data(Telling::Received),
        Self::Data(Telling::Extended),
        Self::Data(Telling::Refused),
        Self::Data(Telling::Answered),
        Self::Data(Telling::RestrictionEnds),
        Self::Data(Telling::Waiting),
        Self::Data(Telling::Review),
        Self::BreakGlass,
        Self::ContractEnd,
        Self::Recipients,
    ];

    /// Whether the mail brings a code.
    pub fn brings_code(self) -> bool {
        matches!(
            self,
            Self::Register | Self::SignIn | Self::ChangeEmail | Self::Invite | Self::MyData
        )
    }
}

/// A mail about an account. Has no `Debug`: it must not reach a log.
#[derive(Clone)]
pub struct AccountFacts {
    /// Names the code or notice, and the mail.
    pub id: AccountCodeId,
    /// What for.
    pub occasion: AccountOccasion,
    /// The account is that of somebody of the office: other pages take the code.
    pub is_staff: bool,
    /// First and last name.
    pub name: String,
    /// Where it goes.
    pub email: String,
    /// The language of the mail.
    pub locale: Locale,
    /// What opens, where the mail brings a code.
    pub code: String,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
    /// Names and values of what the text mentions.
    pub facts: BTreeMap<String, String>,
}
