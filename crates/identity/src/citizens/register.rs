//! Registering: the form writes a mail, the code in it makes the account.

use db::sealed;
use kernel::{Ctx, Locale};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    Account, AccountError, AccountKind, Attempt, Identity, Profile, Whereabouts,
    accounts::{
        self, NewAccount,
        codes::{self, Purpose},
        letters::{self, Letter, NoticeKind},
    },
    password,
    sign_in::{Method, Outcome, history},
};

impl Identity {
    /// Sends a code to the address; with an account already there, a note about that instead. Both are one code with one
    /// job under one new key: the same rows, the same statements, the same answer.
    pub async fn register(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
        wanted: &Profile,
        locale: Locale,
    ) -> Result<(), AccountError> {
        self.take_code_request(ctx, Attempt { login: &wanted.email, ..attempt }).await?;
        let tx = self.db.begin(ctx).await?;
        let row = accounts::row_by_login(&tx, AccountKind::Citizen, &wanted.email).await?;
        let (purpose, notice) = match row {
            Some(_) => (Purpose::Notice, Some(NoticeKind::AlreadyRegistered)),
            None => (Purpose::Register, None),
        };
        if codes::may_write_to(ctx, &tx, purpose, &wanted.email).await? {
            let key = sealed::create_subject(ctx, &tx).await?;
            let letter = Letter::to(wanted.clone(), notice);
            letters::send(ctx, &tx, purpose, None, &key, &letter, locale).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes the account that a code stands for, and the password that whoever opened the mail wants. Whoever typed the
    /// form has no part in it.
    pub async fn confirm(
        &self,
        ctx: &Ctx,
        whence: Whereabouts<'_>,
        code: &str,
        password: Option<&SecretString>,
    ) -> Result<Account, AccountError> {
        self.check_code_limit(ctx, whence).await?;
        let password = match password {
            Some(password) => Some(self.hash_for_new(ctx, whence, code, password).await?),
            None => None,
        };
        let (tx, opened) = self.redeem(ctx, whence, Purpose::Register, code).await?;
        let (Some(subject), Some(letter)) = (opened.subject, opened.content) else {
            return Err(AccountError::CodeUnknown);
        };
        let key = sealed::subject_key(&tx, subject).await?.ok_or(AccountError::CodeUnknown)?;
        let wanted = NewAccount {
            kind: AccountKind::Citizen,
            profile: letter.to,
            locale: opened.locale,
            grants: kernel::Grants::default(),
        };
        let mut account = accounts::insert(ctx, &tx, &key, &wanted).await?;
        if password.is_some() {
            accounts::set_password(&tx, account.id, password).await?;
            account.has_password = true;
        }
        let attempt = whence.attempt(AccountKind::Citizen, &wanted.profile.email);
        let (how, end) = (Method::Mail, Outcome::SignedIn);
        history::record(ctx, &tx, attempt, how, end, Some(&account)).await?;
        tx.commit().await?;
        Ok(account)
    }

    async fn hash_for_new(
        &self,
        ctx: &Ctx,
        whence: Whereabouts<'_>,
        code: &str,
        password: &SecretString,
    ) -> Result<String, AccountError> {
        let tx = self.db.begin(ctx).await?;
        let looked = codes::look::<Letter>(ctx, &tx, Purpose::Register, code).await;
        tx.commit().await?;
        let looked = self.count_wrong_code(ctx, whence, looked).await?;
        let profile = looked.content.ok_or(AccountError::CodeUnknown)?.to;
        good_enough(password, &profile)?;
        Ok(self.passwords.hash(ctx, password).await?)
    }
}

/// Refuses a password that would be guessed.
pub(super) fn good_enough(password: &SecretString, profile: &Profile) -> Result<(), AccountError> {
    let about = [&profile.first_name, &profile.last_name, &profile.email].map(String::as_str);
    match password::weakness(password.expose_secret(), &about) {
        Some((reason, limit)) => Err(AccountError::BadInput { field: "password", reason, limit }),
        None => Ok(()),
    }
}
