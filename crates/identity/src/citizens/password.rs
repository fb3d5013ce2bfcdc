//! Setting, changing and removing the password of one's own account.

use db::sealed;
use kernel::Ctx;
use secrecy::SecretString;

use super::{Proof, owner, register::good_enough};
use crate::{
    Account, AccountError, Identity,
    accounts::{
        self,
        letters::{self, NoticeKind},
    },
};

impl Identity {
    /// Gives the account another password, or none: then one signs in with codes by mail. All sessions end.
    pub async fn change_password(
        &self,
        ctx: &Ctx,
        account: &Account,
        proof: &Proof<'_>,
        new: Option<&SecretString>,
    ) -> Result<Account, AccountError> {
        owner(ctx, account)?;
        if let Some(new) = new {
            good_enough(new, &account.profile)?;
        }
        self.prove(ctx, account, proof).await?;
        let hash = match new {
            Some(new) => Some(self.passwords.hash(ctx, new).await?),
            None => None,
        };
        let tx = self.db.begin(ctx).await?;
        accounts::set_password(&tx, account.id, hash).await?;
        accounts::sign_out_everywhere(ctx, &tx, account.id).await?;
        let key = sealed::subject_key(&tx, account.subject).await?.ok_or(AccountError::NotFound)?;
        letters::tell(ctx, &tx, &key, account, NoticeKind::PasswordChanged).await?;
        let changed = accounts::by_id(&tx, account.id).await?.ok_or(AccountError::NotFound)?;
        tx.commit().await?;
        Ok(changed)
    }
}
