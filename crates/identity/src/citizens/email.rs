//! Changing the address of one's own account: it counts once its mail was read, and the old one hears of it.

use db::{Fault, sealed};
use kernel::Ctx;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{Proof, owner};
use crate::{
    Account, AccountError, Attempt, Identity, Profile, Whereabouts,
    accounts::{
        self,
        codes::{self, Purpose},
        letters::{self, Letter, NoticeKind},
        store::account,
    },
};

impl Identity {
    /// Sends a code to the new address. Where that has an account already, its owner is told instead; whoever asks is
    /// told the same.
    pub async fn request_email_change(
        &self,
        ctx: &Ctx,
        account: &Account,
        proof: &Proof<'_>,
        email: &str,
    ) -> Result<(), AccountError> {
        owner(ctx, account)?;
        if accounts::login_key(email) == accounts::login_key(&account.profile.email) {
            let (field, reason) = ("email", "email-same");
            return Err(AccountError::BadInput { field, reason, limit: None });
        }
        self.prove(ctx, account, proof).await?;
        let (client, address) = (proof.client, proof.address);
        let attempt = Attempt { kind: account.kind, login: email, client, address };
        self.take_code_request(ctx, attempt).await?;
        let tx = self.db.begin(ctx).await?;
        let row = accounts::row_by_login(&tx, account.kind, email).await?;
        let (purpose, whose, notice) = match row {
            Some(_) => (Purpose::Notice, None, Some(NoticeKind::AlreadyRegistered)),
            None => (Purpose::ChangeEmail, Some(account), None),
        };
        if codes::may_write_to(ctx, &tx, purpose, email).await? {
            let key = sealed::create_subject(ctx, &tx).await?;
            let to = Profile { email: email.to_owned(), ..account.profile.clone() };
            let letter = Letter::to(to, notice);
            letters::send(ctx, &tx, purpose, whose, &key, &letter, account.locale).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes the address of a code that of one's account. The code alone is not enough: somebody who reads a mail that
    /// they did not expect must not give their address to a stranger's account.
    pub async fn confirm_email_change(
        &self,
        ctx: &Ctx,
        account: &Account,
        whence: Whereabouts<'_>,
        code: &str,
    ) -> Result<Account, AccountError> {
        owner(ctx, account)?;
        self.check_code_limit(ctx, whence).await?;
        let (tx, opened) = self.redeem(ctx, whence, Purpose::ChangeEmail, code).await?;
        let letter = match opened.content {
            Some(letter) if opened.account == Some(account.id) => letter,
            _ => return Err(AccountError::CodeUnknown),
        };
        let key = sealed::subject_key(&tx, account.subject).await?.ok_or(AccountError::NotFound)?;
        // to the old address, before it is gone
        letters::tell(ctx, &tx, &key, account, NoticeKind::EmailChanged).await?;
        let profile = Profile { email: letter.to.email, ..account.profile.clone() };
        let row = account::ActiveModel {
            sealed: Set(accounts::seal(ctx, &key, account.id, &profile)?),
            login_index: Set(accounts::login_index(&tx, &profile.email).await?),
            ..accounts::one(&tx, account.id)
        };
        account::Entity::update(row).exec(&tx).await.map_err(Fault::from).map_err(|fault| {
            match fault {
                Fault::Unique(name) if name == "account_login" => AccountError::Taken,
                fault => AccountError::Fault(fault),
            }
        })?;
        for purpose in [Purpose::SignIn, Purpose::ChangeEmail] {
            codes::withdraw(ctx, &tx, account.id, purpose).await?;
        }
        accounts::sign_out_everywhere(ctx, &tx, account.id).await?;
        let changed = accounts::by_id(&tx, account.id).await?.ok_or(AccountError::NotFound)?;
        tx.commit().await?;
        Ok(changed)
    }
}
