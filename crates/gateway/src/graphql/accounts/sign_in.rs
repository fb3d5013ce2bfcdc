//! Registering, signing in and signing out.

use async_graphql::{Context, Object, SimpleObject};
use identity::{AccountError, Errand, Passed};
use portal::PersonInput;

use super::{
    AccountPayload,
    inputs::{ConfirmAccountInput, RegisterAccountInput, RequestSignInCodeInput, SignInInput},
    password, person,
};
use crate::graphql::{errors::ApiError, reading::Reading};

/// The same for everybody: whether there is an account, only the mail tells.
#[derive(Debug, SimpleObject)]
pub(crate) struct LetterPayload {
    /// Always true.
    accepted: bool,
}

/// Nobody is signed in any more.
#[derive(Debug, SimpleObject)]
pub(crate) struct SignOutPayload {
    /// Always true.
    signed_out: bool,
}

#[derive(Debug, Default)]
pub(crate) struct SignInMutation;

#[Object]
impl SignInMutation {
    /// Sends a code to the address; `confirmAccount` makes the account. Where there is one already, its owner is told. The
    /// answer is the same.
    async fn register_account(
        &self,
        ctx: &Context<'_>,
        input: RegisterAccountInput,
    ) -> Result<LetterPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.needs_mail()?;
        let visit = reading.visit();
        let wanted = PersonInput {
            first_name: input.first_name,
            last_name: input.last_name,
            email: input.email,
            phone: input.phone,
        };
        let wanted = person(reading, &wanted)?;
        let locale = input.locale.map(kernel::Locale::from);
        let offered = locale.filter(|locale| visit.town.locales().contains(locale));
        let locale = offered.unwrap_or(visit.ctx.locale());
        let attempt = reading.attempt(&wanted.email);
        reading.prove(Errand::Code(attempt)).await?;
        reading.identity().register(&visit.ctx, attempt, &wanted, locale).await?;
        Ok(LetterPayload { accepted: true })
    }

    /// Makes the account that the code from the mail stands for, and signs in. Answers with `Set-Cookie`.
    async fn confirm_account(
        &self,
        ctx: &Context<'_>,
        input: ConfirmAccountInput,
    ) -> Result<AccountPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let wanted = password(input.password);
        let account = reading
            .identity()
            .confirm(&visit.ctx, reading.whereabouts(), &input.code, wanted.as_ref())
            .await?;
        begin(ctx, reading, account).await
    }

    /// Sends a code to sign in with, if there is an account with this address. It is valid for ten minutes.
    async fn request_sign_in_code(
        &self,
        ctx: &Context<'_>,
        input: RequestSignInCodeInput,
    ) -> Result<LetterPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.needs_mail()?;
        let visit = reading.visit();
        let identity = reading.identity();
        let attempt = reading.attempt(&input.email);
        reading.prove(Errand::Code(attempt)).await?;
        identity.request_code(&visit.ctx, attempt, visit.ctx.locale()).await?;
        Ok(LetterPayload { accepted: true })
    }

    /// Signs in, with address and password or with a code. Answers with `Set-Cookie`: the session has a new id.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        input: SignInInput,
    ) -> Result<AccountPayload, ApiError> {
        let reading = Reading::of(ctx);
        let (visit, identity) = (reading.visit(), reading.identity());
        let account = match (input.code, input.email, password(input.password)) {
            (Some(code), None, None) => {
                identity.with_code(&visit.ctx, reading.whereabouts(), &code).await?
            }
            (None, Some(email), Some(password)) => {
                let attempt = reading.attempt(&email);
                reading.prove(Errand::SignIn(attempt)).await?;
                match identity.with_password(&visit.ctx, attempt, &password).await? {
                    Passed::Whole(account) => account,
                    Passed::Halfway(_) => return Err(AccountError::Unauthenticated.into()),
                }
            }
            _ => {
                let (field, key) = (Some("code"), "bad-input");
                return Err(ApiError::BadInput { field, key, limit: None });
            }
        };
        begin(ctx, reading, account).await
    }

    /// Ends the session of this browser.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload, ApiError> {
        let reading = Reading::of(ctx);
        if let Some(session) = &reading.caller().session {
            let ended = reading.identity().sessions.end(&reading.visit().ctx, session.sid()).await;
            ended.map_err(AccountError::from)?;
        }
        reading.take_back(ctx);
        Ok(SignOutPayload { signed_out: true })
    }

    /// Ends all sessions of one's account, on all devices.
    async fn sign_out_everywhere(&self, ctx: &Context<'_>) -> Result<SignOutPayload, ApiError> {
        let reading = Reading::of(ctx);
        let account = reading.citizen()?;
        reading.identity().sign_out_everywhere(&reading.visit().ctx, account).await?;
        reading.take_back(ctx);
        Ok(SignOutPayload { signed_out: true })
    }
}

async fn begin(
    ctx: &Context<'_>,
    reading: &Reading,
    account: identity::Account,
) -> Result<AccountPayload, ApiError> {
    let (visit, before) = (reading.visit(), reading.caller().session.as_ref());
    let identity = reading.identity();
    let session = identity.begin_session(&visit.ctx, before, &account, &visit.device).await?;
    Ok(reading.welcome(ctx, &session, account))
}
