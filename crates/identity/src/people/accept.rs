//! Accepting an invitation: choosing a password. The second factor comes after it.

use db::TenantTx;
use kernel::{AccountId, Ctx};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{note, own::write_password, passwords_are_used};
use crate::{
    Account, AccountError, AccountKind, FirstFactor, Identity, Limit, Profile,
    accounts::{
        self,
        codes::{self, Purpose},
        letters::Letter,
    },
    password,
};

/// An invitation that still can be accepted.
pub struct Invitation {
    /// Whose.
    pub account: AccountId,
    /// Who they are.
    pub profile: Profile,
}

/// Looks at an invitation without using it up.
pub async fn look(ctx: &Ctx, tx: &TenantTx, code: &str) -> Result<Invitation, AccountError> {
    let found = codes::look::<Letter>(ctx, tx, Purpose::Invite, code).await?;
    passwords_are_used(tx).await?;
    let account = invited(tx, found.account).await?;
    Ok(Invitation { account: account.id, profile: account.profile })
}

impl Identity {
    /// Looks at an invitation for a client, whose wrong codes are counted.
    pub async fn look_at_invitation(
        &self,
        ctx: &Ctx,
        client: &[u8],
        code: &str,
    ) -> Result<Invitation, AccountError> {
        self.limits.check(ctx, Limit::Authenticate, client).await?;
        let tx = self.db.begin(ctx).await?;
        let found = look(ctx, &tx, code).await;
        tx.commit().await?;
        if matches!(found, Err(AccountError::CodeUnknown)) {
            self.limits.take(ctx, Limit::Authenticate, client).await?;
        }
        found
    }

    /// Uses an invitation up and stores the password that its owner chose. That is the first factor.
    pub async fn accept_invitation(
        &self,
        ctx: &Ctx,
        client: &[u8],
        code: &str,
        chosen: &SecretString,
    ) -> Result<FirstFactor, AccountError> {
        let invitation = self.look_at_invitation(ctx, client, code).await?;
        check_password(chosen, &invitation.profile)?;
        // hashing takes long: no transaction waits for it
        let hash = self.passwords.hash(ctx, chosen).await?;
        let tx = self.db.begin(ctx).await?;
        let used = codes::redeem::<Letter>(ctx, &tx, Purpose::Invite, code).await?;
        passwords_are_used(&tx).await?;
        let account = invited(&tx, used.account).await?;
        write_password(&tx, account.id, hash).await?;
        let own = ctx.clone().with_actor(account.actor());
        note(&own, &tx, "person.accept", account.id, json!({})).await?;
        tx.commit().await?;
        Ok(FirstFactor(account))
    }
}

/// Refuses a password that is easily guessed, also by who knows the person.
pub(super) fn check_password(chosen: &SecretString, profile: &Profile) -> Result<(), AccountError> {
    let Profile { first_name, last_name, email, .. } = profile;
    match password::weakness(chosen.expose_secret(), &[first_name, last_name, email]) {
        Some((reason, limit)) => Err(AccountError::BadInput { field: "password", reason, limit }),
        None => Ok(()),
    }
}

/// The account of an invitation. One that was locked or removed since has none.
async fn invited(tx: &TenantTx, id: Option<AccountId>) -> Result<Account, AccountError> {
    let account = match id {
        Some(id) => accounts::by_id(tx, id).await?,
        None => None,
    };
    account
        .filter(|account| account.kind == AccountKind::Staff && !account.is_locked)
        .ok_or(AccountError::CodeUnknown)
}
