//! Setting up an authenticator app: the first one on the way in, and another one later.

use db::{TenantTx, audit, sealed};
use kernel::{Ctx, policy::Action};
use serde_json::json;

use super::{AppSecret, Whereabouts, has_one, locked_row, open_halfway, recovery, store_app};
use crate::{
    Account, AccountError, AccountKind, Halfway, Identity,
    accounts::letters::{self, NoticeKind},
    sign_in::{Method, Outcome, history},
};

/// An app that was set up.
pub struct AppSetUp {
    /// Whose.
    pub account: Account,
    /// The recovery codes, this once.
    pub recovery_codes: Vec<String>,
}

impl Identity {
    /// Sets up the first app of somebody who has shown the first factor; the app's first code is their second one. Refused
    /// where there is a second factor already: a password alone must not replace it.
    pub async fn set_up_app(
        &self,
        ctx: &Ctx,
        halfway: &Halfway,
        from: Whereabouts<'_>,
        secret: &AppSecret,
        code: &str,
    ) -> Result<AppSetUp, AccountError> {
        let tx = self.db.begin(ctx).await?;
        let (_, account) = open_halfway(ctx, &tx, halfway).await?;
        if has_one(&account) {
            return Err(AccountError::Unauthenticated);
        }
        let attempt = from.attempt(AccountKind::Staff, &account.profile.email);
        let done = (Method::Totp, Outcome::SignedIn);
        history::record(ctx, &tx, attempt, done.0, done.1, Some(&account)).await?;
        let own = ctx.clone().with_actor(account.actor());
        let recovery_codes = store(&own, &tx, &account, secret, code).await?;
        tx.commit().await?;
        Ok(AppSetUp { account, recovery_codes })
    }

    /// Sets up another app in the place of the present one, for somebody who is signed in. The old recovery codes end.
    pub async fn replace_app(
        &self,
        ctx: &Ctx,
        account: &Account,
        secret: &AppSecret,
        code: &str,
    ) -> Result<AppSetUp, AccountError> {
        ctx.authorize(Action::OwnAccount)?;
        let tx = self.db.begin(ctx).await?;
        locked_row(&tx, account.id).await?.ok_or(AccountError::NotFound)?;
        let recovery_codes = store(ctx, &tx, account, secret, code).await?;
        tx.commit().await?;
        Ok(AppSetUp { account: account.clone(), recovery_codes })
    }

    /// New recovery codes in the place of the old ones, for somebody who is signed in.
    pub async fn new_recovery_codes(
        &self,
        ctx: &Ctx,
        account: &Account,
    ) -> Result<Vec<String>, AccountError> {
        ctx.authorize(Action::OwnAccount)?;
        let tx = self.db.begin(ctx).await?;
        let codes = recovery::replace(ctx, &tx, account.id).await?;
        note(ctx, &tx, account, "own.recovery-codes").await?;
        tx.commit().await?;
        Ok(codes)
    }
}

async fn store(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
    secret: &AppSecret,
    code: &str,
) -> Result<Vec<String>, AccountError> {
    let key = sealed::subject_key(tx, account.subject).await?.ok_or(AccountError::NotFound)?;
    let codes = store_app(ctx, tx, &key, account.id, secret, code).await?;
    let Some(codes) = codes else {
        let (field, reason) = ("code", "totp-wrong");
        return Err(AccountError::BadInput { field, reason, limit: None });
    };
    if account.has_totp {
        letters::tell(ctx, tx, &key, account, NoticeKind::FactorChanged).await?;
    }
    note(ctx, tx, account, "own.second-factor").await?;
    Ok(codes)
}

/// What somebody of the office does to their own way in is written down, too.
async fn note(ctx: &Ctx, tx: &TenantTx, account: &Account, action: &str) -> Result<(), db::Fault> {
    let act = audit::Act { action, object: "account", object_id: Some(account.id.uuid()) };
    audit::append(ctx, tx, act, json!({})).await
}
