//! What somebody of the office does to their own password.

use chrono::TimeDelta;
use db::{TenantTx, sealed};
use kernel::{AccountId, Ctx, policy::Action};
use sea_orm::{ActiveValue::Set, EntityTrait};
use secrecy::SecretString;
use serde_json::json;

use super::{accept::check_password, note};
use crate::{
    Account, AccountError, Attempt, Identity, Passed,
    accounts::{
        self,
        letters::{self, NoticeKind},
        store::account,
    },
    second_factor::{self, AppSecret},
};

impl Identity {
    /// Another password, for somebody of the office who knows the present one. All sessions end, the present one too: the
    /// caller begins a new one with the account that comes back.
    pub async fn change_own_password(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
        present: &SecretString,
        chosen: &SecretString,
    ) -> Result<Account, AccountError> {
        ctx.authorize(Action::OwnAccount)?;
        let Passed::Halfway(known) = self.with_password(ctx, attempt, present).await? else {
            return Err(AccountError::Unauthenticated);
        };
        let account = known.0;
        check_password(chosen, &account.profile)?;
        let hash = self.passwords.hash(ctx, chosen).await?;
        let tx = self.db.begin(ctx).await?;
        write_password(&tx, account.id, hash).await?;
        end_until_now(ctx, &tx, account.id).await?;
        let key = sealed::subject_key(&tx, account.subject).await?.ok_or(AccountError::NotFound)?;
        letters::tell(ctx, &tx, &key, &account, NoticeKind::PasswordChanged).await?;
        note(ctx, &tx, "own.password", account.id, json!({})).await?;
        tx.commit().await?;
        self.forget_sessions(ctx, account.id, None).await;
        Ok(account)
    }
}

/// Ends the sessions that began before this instant; the one that begins now stays.
async fn end_until_now(ctx: &Ctx, tx: &TenantTx, id: AccountId) -> Result<(), AccountError> {
    let before = ctx.now() - TimeDelta::microseconds(1);
    let row = account::ActiveModel { signed_out_at: Set(Some(before)), ..accounts::one(tx, id) };
    account::Entity::update(row).exec(tx).await?;
    Ok(())
}

pub(super) async fn write_password(
    tx: &TenantTx,
    id: AccountId,
    hash: String,
) -> Result<(), AccountError> {
    let row = account::ActiveModel { password: Set(Some(hash)), ..accounts::one(tx, id) };
    account::Entity::update(row).exec(tx).await?;
    Ok(())
}

/// For the demo, whose people are the same at every start: gives an account that has no credentials this password and
/// this app.
pub async fn keep_credentials(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
    password_hash: String,
    secret: &AppSecret,
) -> Result<(), AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    write_password(tx, account.id, password_hash).await?;
    let key = sealed::subject_key(tx, account.subject).await?.ok_or(AccountError::NotFound)?;
    second_factor::keep(ctx, tx, &key, account.id, secret).await?;
    note(ctx, tx, "person.keep-credentials", account.id, json!({})).await
}
