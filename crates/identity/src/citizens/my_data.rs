//! A code by mail with which somebody without an account sees what is kept about them. Whoever asks is told the same, and the
//! same rows are written, whether or not anything is kept: that nothing is kept is an answer too, for whoever reads the mail.

use db::sealed;
use kernel::{Ctx, Locale};

use crate::{
    AccountError, Attempt, Identity, Profile, Whereabouts,
    accounts::{
        codes::{self, Purpose},
        letters::{self, Letter},
    },
};

impl Identity {
    /// Sends the code.
    pub async fn request_data_code(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
        locale: Locale,
    ) -> Result<(), AccountError> {
        let email = attempt.login;
        self.take_code_request(ctx, attempt).await?;
        let tx = self.db.begin(ctx).await?;
        if codes::may_write_to(ctx, &tx, Purpose::MyData, email).await? {
            let key = sealed::create_subject(ctx, &tx).await?;
            let nobody = String::new();
            let to = Profile {
                first_name: nobody.clone(),
                last_name: nobody,
                email: email.to_owned(),
                phone: None,
            };
            let letter = Letter::to(to, None);
            letters::send(ctx, &tx, Purpose::MyData, None, &key, &letter, locale).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The address that a code was sent to, without using it up.
    pub async fn look_at_data_code(
        &self,
        ctx: &Ctx,
        whence: Whereabouts<'_>,
        code: &str,
    ) -> Result<String, AccountError> {
        self.check_code_limit(ctx, whence).await?;
        let tx = self.db.begin(ctx).await?;
        let looked = codes::look::<Letter>(ctx, &tx, Purpose::MyData, code).await;
        tx.commit().await?;
        let looked = self.count_wrong_code(ctx, whence, looked).await?;
        Ok(looked.content.ok_or(AccountError::CodeUnknown)?.to.email)
    }

    /// The address that a code was sent to. It is used up.
    pub async fn redeem_data_code(
        &self,
        ctx: &Ctx,
        whence: Whereabouts<'_>,
        code: &str,
    ) -> Result<String, AccountError> {
        self.check_code_limit(ctx, whence).await?;
        let (tx, opened) = self.redeem(ctx, whence, Purpose::MyData, code).await?;
        tx.commit().await?;
        Ok(opened.content.ok_or(AccountError::CodeUnknown)?.to.email)
    }
}
