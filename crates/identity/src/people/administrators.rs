//! One administrator stays: without one nobody could invite anybody any more.

use db::TenantTx;
use kernel::{AccountId, Role};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::{
    AccountError,
    accounts::store::{account, account_role},
};

/// Refuses when nobody else could administer. Locks the administrators until the transaction ends: two of them cannot
/// remove each other at the same time. Who was only invited does not count, they may never come.
pub(super) async fn another_stays(tx: &TenantTx, without: AccountId) -> Result<(), AccountError> {
    let administrators = account_role::Entity::find()
        .select_only()
        .column(account_role::Column::AccountId)
        .filter(account_role::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account_role::Column::Role.eq(Role::TenantAdministrator.name()))
        .into_query();
    let rows = account::Entity::find()
        .filter(account::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account::Column::Id.in_subquery(administrators))
        .order_by_asc(account::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let can_act = |row: &account::Model| {
        row.state == "active" && (row.password.is_some() || row.last_used_at.is_some())
    };
    let others = rows.iter().filter(|row| row.id != without.uuid() && can_act(row)).count();
    if others == 0 { Err(AccountError::Conflict("last-administrator")) } else { Ok(()) }
}
