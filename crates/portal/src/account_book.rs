//! Tells mails about accounts: `notify` asks, `identity` knows, and neither knows the other.

use db::{Fault, TenantTx};
use identity::{
    AccountError, AccountKind,
    accounts::{
        codes::Purpose,
        letters::{self, NoticeKind},
    },
};
use kernel::{AccountCodeId, Ctx};
use notify::{AccountFacts, AccountOccasion, AccountSource};

/// Reads what mails about accounts say.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountBook;

#[async_trait::async_trait]
impl AccountSource for AccountBook {
    async fn load(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        id: AccountCodeId,
    ) -> Result<Option<AccountFacts>, Fault> {
        let Some(due) = letters::due(ctx, tx, id).await.map_err(fault)? else { return Ok(None) };
        let Some(occasion) = occasion(due.code.purpose, due.letter.notice) else { return Ok(None) };
        let to = due.letter.to;
        Ok(Some(AccountFacts {
            id,
            occasion,
            is_staff: due.kind == AccountKind::Staff,
            name: format!("{} {}", to.first_name, to.last_name),
            email: to.email,
            locale: due.code.locale,
            code: due.text,
            expires_at: due.code.expires_at,
            facts: due.letter.facts,
        }))
    }
}

fn occasion(purpose: Purpose, notice: Option<NoticeKind>) -> Option<AccountOccasion> {
    Some(match (purpose, notice) {
        (Purpose::Register, _) => AccountOccasion::Register,
        (Purpose::SignIn, _) => AccountOccasion::SignIn,
        (Purpose::ChangeEmail, _) => AccountOccasion::ChangeEmail,
        (Purpose::Invite, _) => AccountOccasion::Invite,
        (Purpose::Notice, Some(NoticeKind::AlreadyRegistered)) => {
            AccountOccasion::AlreadyRegistered
        }
        (Purpose::Notice, Some(NoticeKind::EmailChanged)) => AccountOccasion::EmailChanged,
        (Purpose::Notice, Some(NoticeKind::PasswordChanged)) => AccountOccasion::PasswordChanged,
        (Purpose::Notice, Some(NoticeKind::FactorChanged)) => AccountOccasion::FactorChanged,
        (Purpose::Notice, Some(NoticeKind::Deleted)) => AccountOccasion::Deleted,
        (Purpose::Notice, Some(NoticeKind::Unused)) => AccountOccasion::Unused,
        (Purpose::MyData, _) => AccountOccasion::MyData,
        (Purpose::Notice, Some(NoticeKind::Data(telling))) => AccountOccasion::Data(telling),
        (Purpose::Notice, Some(NoticeKind::BreakGlass)) => AccountOccasion::BreakGlass,
        (Purpose::Notice, Some(NoticeKind::ContractEnd)) => AccountOccasion::ContractEnd,
        (Purpose::Notice, Some(NoticeKind::Recipients)) => AccountOccasion::Recipients,
        (Purpose::Notice, None) => return None,
    })
}

/// What the database did, or what only a bug can bring about.
fn fault(error: AccountError) -> Fault {
    match error {
        AccountError::Fault(fault) => fault,
        other => Fault::Refused(other.to_string()),
    }
}
