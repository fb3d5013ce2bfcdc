//! Signing in with a code from a mail.

use db::{TenantTx, sealed};
use kernel::{AccountId, Ctx, Locale, SubjectId};

use crate::{
    Account, AccountError, AccountKind, Attempt, Identity, Profile, Whereabouts,
    accounts::{
        self,
        codes::{self, Code, NewCode, Purpose},
        letters::{self, Letter},
    },
    sign_in::{Method, Outcome, history},
};

/// What a code would do. Has no `Debug`: it is personal data.
#[derive(Clone)]
pub enum Opens {
    /// Makes an account.
    Account(Profile),
    /// Signs in.
    SignIn(Profile),
    /// Gives an account the address of this profile.
    Email(AccountId, Profile),
}

impl Identity {
    /// Sends a code to sign in with, to the address of an account. Where there is none, it writes one that nobody gets.
    pub async fn request_code(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
        locale: Locale,
    ) -> Result<(), AccountError> {
        let email = attempt.login;
        self.take_code_request(ctx, attempt).await?;
        let tx = self.db.begin(ctx).await?;
        if codes::may_write_to(ctx, &tx, Purpose::SignIn, email).await? {
            self.write_code(ctx, &tx, email, locale).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn write_code(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        email: &str,
        locale: Locale,
    ) -> Result<(), AccountError> {
        let row = accounts::row_by_login(tx, AccountKind::Citizen, email).await?;
        let account = if let Some(row) = row {
            accounts::open(tx, row).await?.filter(|account| !account.is_locked)
        } else {
            // as many questions as where there is an account
            let nobody = SubjectId::new(ctx.clock(), ctx.chance());
            sealed::subject_key(tx, nobody).await?;
            None
        };
        let subject = account.as_ref().map(|account| account.subject);
        let nobody = || SubjectId::new(ctx.clock(), ctx.chance());
        let key = sealed::subject_key(tx, subject.unwrap_or_else(nobody)).await?;
        if let (Some(account), Some(key)) = (account, key) {
            let letter = Letter::to(account.profile.clone(), None);
            let purpose = Purpose::SignIn;
            letters::send(ctx, tx, purpose, Some(&account), &key, &letter, locale).await?;
        } else {
            let decoy = NewCode::<Letter> {
                purpose: Purpose::SignIn,
                account: None,
                content: None,
                locale,
            };
            codes::issue_to(ctx, tx, decoy, Some(email)).await?;
        }
        Ok(())
    }

    /// Signs in with a code. It is used up, whether or not the account is still open.
    pub async fn with_code(
        &self,
        ctx: &Ctx,
        whence: Whereabouts<'_>,
        code: &str,
    ) -> Result<Account, AccountError> {
        self.check_code_limit(ctx, whence).await?;
        let (tx, opened) = self.redeem(ctx, whence, Purpose::SignIn, code).await?;
        let account = match opened.account {
            Some(id) => accounts::by_id(&tx, id).await?,
            None => None,
        };
        let Some(account) = account.filter(|account| account.kind == AccountKind::Citizen) else {
            return Err(AccountError::CodeUnknown);
        };
        let outcome = if account.is_locked { Outcome::Refused } else { Outcome::SignedIn };
        let attempt = whence.attempt(AccountKind::Citizen, &account.profile.email);
        history::record(ctx, &tx, attempt, Method::Mail, outcome, Some(&account)).await?;
        tx.commit().await?;
        if account.is_locked { Err(AccountError::CodeUnknown) } else { Ok(account) }
    }

    /// What a code would do, without doing it: a page asks first, because opening an address must change nothing.
    pub async fn look_at_code(
        &self,
        ctx: &Ctx,
        whence: Whereabouts<'_>,
        code: &str,
    ) -> Result<Opens, AccountError> {
        self.check_code_limit(ctx, whence).await?;
        let tx = self.db.begin(ctx).await?;
        for purpose in [Purpose::SignIn, Purpose::Register, Purpose::ChangeEmail] {
            let looked = match codes::look::<Letter>(ctx, &tx, purpose, code).await {
                Err(AccountError::CodeUnknown) => continue,
                looked => looked?,
            };
            tx.commit().await?;
            return what_it_opens(looked);
        }
        tx.commit().await?;
        self.count_wrong_code(ctx, whence, Err(AccountError::CodeUnknown)).await
    }

    /// Uses a code up in a transaction that the caller commits with what the code stands for.
    pub(super) async fn redeem(
        &self,
        ctx: &Ctx,
        whence: Whereabouts<'_>,
        purpose: Purpose,
        code: &str,
    ) -> Result<(TenantTx, Code<Letter>), AccountError> {
        let tx = self.db.begin(ctx).await?;
        match codes::redeem::<Letter>(ctx, &tx, purpose, code).await {
            Ok(opened) => Ok((tx, opened)),
            Err(error) => {
                // nothing waits for Redis inside a transaction
                drop(tx);
                self.count_wrong_code(ctx, whence, Err(error)).await
            }
        }
    }

    /// Nobody tries codes without end.
    pub(super) async fn check_code_limit(
        &self,
        ctx: &Ctx,
        whence: Whereabouts<'_>,
    ) -> Result<(), AccountError> {
        Ok(self.limits.check(ctx, crate::Limit::Authenticate, whence.client).await?)
    }

    /// Counts a code that opens nothing.
    pub(super) async fn count_wrong_code<T>(
        &self,
        ctx: &Ctx,
        whence: Whereabouts<'_>,
        opened: Result<T, AccountError>,
    ) -> Result<T, AccountError> {
        if matches!(opened, Err(AccountError::CodeUnknown)) {
            self.limits.take(ctx, crate::Limit::Authenticate, whence.client).await?;
        }
        opened
    }
}

fn what_it_opens(code: Code<Letter>) -> Result<Opens, AccountError> {
    let profile = code.content.ok_or(AccountError::CodeUnknown)?.to;
    match (code.purpose, code.account) {
        (Purpose::Register, _) => Ok(Opens::Account(profile)),
        (Purpose::SignIn, Some(_)) => Ok(Opens::SignIn(profile)),
        (Purpose::ChangeEmail, Some(account)) => Ok(Opens::Email(account, profile)),
        _ => Err(AccountError::CodeUnknown),
    }
}
