//! What those see who look after the others: whose account an id is, for sign-ins and the audit trail.

use std::collections::{HashMap, HashSet};

use db::TenantTx;
use kernel::{AccessKeyId, AccountId, Ctx, policy::Action};

use crate::{AccountError, AccountKind, access_keys, accounts};

/// Who stands behind ids. Has no `Debug`: names of people are personal data.
#[derive(Clone, Default)]
pub struct Names {
    people: HashMap<AccountId, String>,
    keys: HashMap<AccessKeyId, String>,
}

impl Names {
    /// The name of somebody of the office whose account still is there.
    pub fn person(&self, id: AccountId) -> Option<&str> {
        self.people.get(&id).map(String::as_str)
    }

    /// What the office calls a key that still is there.
    pub fn key(&self, id: AccessKeyId) -> Option<&str> {
        self.keys.get(&id).map(String::as_str)
    }
}

/// Names of people of the office and of access keys. Citizens have none here: nobody needs to know who they are in order to
/// see that somebody is trying passwords.
pub async fn names(
    ctx: &Ctx,
    tx: &TenantTx,
    people: impl IntoIterator<Item = AccountId>,
    keys: impl IntoIterator<Item = AccessKeyId>,
) -> Result<Names, AccountError> {
    ctx.authorize(Action::ReadSignIns)?;
    let mut names = Names::default();
    for id in people.into_iter().collect::<HashSet<_>>() {
        let account = accounts::by_id(tx, id).await?;
        if let Some(account) = account.filter(|account| account.kind == AccountKind::Staff) {
            let (first, last) = (account.profile.first_name, account.profile.last_name);
            names.people.insert(id, format!("{first} {last}"));
        }
    }
    for id in keys.into_iter().collect::<HashSet<_>>() {
        if let Some(name) = access_keys::name(tx, id).await? {
            names.keys.insert(id, name);
        }
    }
    Ok(names)
}
