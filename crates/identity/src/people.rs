//! The people of the office: who has an account there, and what they may.

use db::{TenantTx, audit, sealed};
use kernel::{Ctx, Grants, policy::Action};
use serde_json::json;

use crate::{
    Account, AccountError, AccountKind,
    accounts::{self, NewAccount},
};

/// Makes an account for somebody of the office, without credentials. How they get some is up to the caller: usually an
/// invitation.
pub async fn add(ctx: &Ctx, tx: &TenantTx, wanted: &NewAccount) -> Result<Account, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    let key = sealed::create_subject(ctx, tx).await?;
    let wanted = NewAccount { kind: AccountKind::Staff, ..wanted.clone() };
    let account = accounts::insert(ctx, tx, &key, &wanted).await?;
    let act =
        audit::Act { action: "person.add", object: "account", object_id: Some(account.id.uuid()) };
    audit::append(ctx, tx, act, json!({ "roles": names(&account.grants) })).await?;
    Ok(account)
}

/// Roles as the audit trail names them.
pub(crate) fn names(grants: &Grants) -> Vec<String> {
    let name = |grant: kernel::Grant| match grant.location {
        Some(location) => format!("{} {location}", grant.role.name()),
        None => grant.role.name().to_owned(),
    };
    grants.iter().map(name).collect()
}
