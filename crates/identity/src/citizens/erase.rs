//! Deleting an account: what it knew is noise from then on, in backups too. Appointments stay, as those of guests.

use db::{
    Fault, TenantTx,
    ledger::{self, Class},
    sealed,
};
use kernel::{AccountId, Ctx, policy::Action};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    Account, AccountError,
    accounts::{
        self,
        codes::Purpose,
        letters::{self, Letter, NoticeKind},
        store::{account, account_code, sign_in},
    },
};

/// Deletes an account that nobody has used for too long.
pub(super) async fn erase_unused(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
) -> Result<(), AccountError> {
    ctx.authorize(Action::RunJobs)?;
    remove(ctx, tx, account).await
}

/// Removes an account with all that hangs on it, for who has looked at the right.
pub(crate) async fn remove(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
) -> Result<(), AccountError> {
    // The note about it outlives the account, under a key of its own, until it is sent.
    let key = sealed::create_subject(ctx, tx).await?;
    let letter = Letter::to(account.profile.clone(), Some(NoticeKind::Deleted));
    letters::send(ctx, tx, Purpose::Notice, None, &key, &letter, account.locale).await?;

    destroy_keys_of_codes(tx, account.id).await?;
    ledger::destroy(ctx, tx, account.subject, Class::Account, &[account.id.uuid()]).await?;
    // the code that it began with has the account's own key, and was made before there was an account to go with
    account_code::Entity::delete_many()
        .filter(account_code::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account_code::Column::SubjectId.eq(account.subject.uuid()))
        .exec(tx)
        .await?;
    // Wrong passwords are on the login and not on the account: they do not go with its row.
    let login = accounts::login_index(tx, &account.profile.email).await?;
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(sign_in::Column::Kind.eq(account.kind.key()))
        .filter(sign_in::Column::LoginIndex.eq(login))
        .exec(tx)
        .await?;
    // roles, codes, sign-ins and the links to appointments go with it
    account::Entity::delete_by_id((tx.tenant().uuid(), account.id.uuid())).exec(tx).await?;
    Ok(())
}

/// Codes may have keys of their own, as for an address that was to be the account's.
async fn destroy_keys_of_codes(tx: &TenantTx, account: AccountId) -> Result<(), Fault> {
    let codes = account_code::Entity::find()
        .filter(account_code::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account_code::Column::AccountId.eq(account.uuid()))
        .all(tx)
        .await?;
    for subject in codes.into_iter().filter_map(|code| code.subject_id) {
        sealed::destroy_subject(tx, subject.into()).await?;
    }
    Ok(())
}
