//! One's own account: what it says, what it opens, and its end.

use async_graphql::{Context, Json, Object, SimpleObject};
use identity::{
    AccountError, Errand, Limit,
    citizens::{self, NewProfile},
};
use portal::PersonInput;

use super::{
    Account, AccountPayload,
    inputs::{
        ChangePasswordInput, ClaimAppointmentInput, ConfirmEmailChangeInput, EndSessionInput,
        EraseMyDataInput, EraseScope, RequestEmailChangeInput, UpdateProfileInput,
    },
    password, person,
};
use crate::graphql::{
    booking::{Appointment, AppointmentPayload},
    errors::ApiError,
    my_data::{self, OwnDataInput},
    reading::Reading,
};

/// A mail was written to the new address.
#[derive(Debug, SimpleObject)]
pub(crate) struct RequestEmailChangePayload {
    /// Always true.
    accepted: bool,
}

/// Whether a session ended.
#[derive(Debug, SimpleObject)]
pub(crate) struct EndSessionPayload {
    /// False when there was no such session.
    ended: bool,
}

/// Everything that is kept about one's account.
#[derive(SimpleObject)]
pub(crate) struct ExportMyDataPayload {
    /// Everything that is kept, in the form that `/schemas/my-data.schema.json` describes (Art. 15 and 20 GDPR).
    data: Json<serde_json::Value>,
}

/// The account is gone.
#[derive(Debug, SimpleObject)]
pub(crate) struct EraseMyDataPayload {
    /// Always true.
    erased: bool,
}

#[derive(Debug, Default)]
pub(crate) struct OwnAccountMutation;

#[Object]
impl OwnAccountMutation {
    /// Changes name, number and language of one's account.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        input: UpdateProfileInput,
    ) -> Result<AccountPayload, ApiError> {
        let reading = Reading::of(ctx);
        let account = reading.citizen()?;
        let visit = reading.visit();
        let wanted = PersonInput {
            first_name: input.first_name,
            last_name: input.last_name,
            email: account.profile.email.clone(),
            phone: input.phone,
        };
        let profile = person(reading, &wanted)?;
        let locale = input.locale.map(kernel::Locale::from);
        let new = NewProfile {
            first_name: profile.first_name,
            last_name: profile.last_name,
            phone: profile.phone,
            locale: locale
                .filter(|locale| visit.town.locales().contains(locale))
                .unwrap_or(account.locale),
        };
        let tx = reading.begin().await?;
        let changed = citizens::update_profile(&visit.ctx, &tx, account, &new).await?;
        tx.commit().await?;
        Ok(AccountPayload { account: Account(changed) })
    }

    /// Sends a code to a new address; until `confirmEmailChange` the old one counts.
    async fn request_email_change(
        &self,
        ctx: &Context<'_>,
        input: RequestEmailChangeInput,
    ) -> Result<RequestEmailChangePayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.needs_mail()?;
        let account = reading.citizen()?;
        let wanted = PersonInput {
            first_name: account.profile.first_name.clone(),
            last_name: account.profile.last_name.clone(),
            email: input.email,
            phone: account.profile.phone.clone(),
        };
        let wanted = person(reading, &wanted)?;
        let current = password(input.current_password);
        let proof = reading.proof(current.as_ref())?;
        let (identity, visit) = (reading.identity(), reading.visit());
        reading.prove(Errand::Code(reading.attempt(&wanted.email))).await?;
        identity.request_email_change(&visit.ctx, account, &proof, &wanted.email).await?;
        Ok(RequestEmailChangePayload { accepted: true })
    }

    /// Makes the new address count. The old one hears of it; all other sessions end.
    async fn confirm_email_change(
        &self,
        ctx: &Context<'_>,
        input: ConfirmEmailChangeInput,
    ) -> Result<AccountPayload, ApiError> {
        let reading = Reading::of(ctx);
        let (account, visit) = (reading.citizen()?, reading.visit());
        let identity = reading.identity();
        let changed = identity
            .confirm_email_change(&visit.ctx, account, reading.whereabouts(), &input.code)
            .await?;
        stay_alone(ctx, reading, changed).await
    }

    /// Sets, changes or removes the password. A mail tells of it; all other sessions end.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        input: ChangePasswordInput,
    ) -> Result<AccountPayload, ApiError> {
        let reading = Reading::of(ctx);
        let account = reading.citizen()?;
        let (new, current) = (password(input.new_password), password(input.current_password));
        let proof = reading.proof(current.as_ref())?;
        let (identity, visit) = (reading.identity(), reading.visit());
        let changed = identity.change_password(&visit.ctx, account, &proof, new.as_ref()).await?;
        stay_alone(ctx, reading, changed).await
    }

    /// Ends one session of one's account.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        input: EndSessionInput,
    ) -> Result<EndSessionPayload, ApiError> {
        let reading = Reading::of(ctx);
        let account = reading.citizen()?;
        let sessions = &reading.identity().sessions;
        let ended = sessions.end_of_account(&reading.visit().ctx, account.id, &input.handle).await;
        Ok(EndSessionPayload { ended: ended.map_err(AccountError::from)? })
    }

    /// Adds a guest's appointment to one's account. Again, it changes nothing.
    async fn claim_appointment(
        &self,
        ctx: &Context<'_>,
        input: ClaimAppointmentInput,
    ) -> Result<AppointmentPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.citizen()?;
        reading.take(Limit::Manage).await?;
        reading.catalogue().await?;
        let tx = reading.begin().await?;
        let claimed = scheduling::claim(&reading.visit().ctx, &tx, &input.manage_token).await?;
        tx.commit().await?;
        Ok(AppointmentPayload { appointment: Appointment::new(claimed, None, reading) })
    }

    /// Everything that is kept about whoever is signed in, or about a guest.
    async fn export_my_data(
        &self,
        ctx: &Context<'_>,
        input: Option<OwnDataInput>,
    ) -> Result<ExportMyDataPayload, ApiError> {
        let reading = Reading::of(ctx);
        let whose = input.unwrap_or_default().whose(reading).await?;
        let copy = reading.copy(&whose).await?;
        reading.note_copy(&whose).await?;
        Ok(ExportMyDataPayload { data: Json(my_data::value(&copy)) })
    }

    /// Deletes one's account for good, and with `EVERYTHING` all that is kept about oneself; or all that is kept about a
    /// guest.
    async fn erase_my_data(
        &self,
        ctx: &Context<'_>,
        input: EraseMyDataInput,
    ) -> Result<EraseMyDataPayload, ApiError> {
        let reading = Reading::of(ctx);
        let (token, code) = (input.manage_token.as_deref(), input.code.as_deref());
        if token.is_some() || code.is_some() {
            let whose = reading.whose(token, code).await?;
            reading.erase(&whose).await?;
            return Ok(EraseMyDataPayload { erased: true });
        }
        let account = reading.citizen()?;
        let current = password(input.current_password);
        let proof = reading.proof(current.as_ref())?;
        reading.identity().prove(&reading.visit().ctx, account, &proof).await?;
        let whose = match input.scope {
            EraseScope::Account => reading.account_alone()?,
            EraseScope::Everything => reading.whose(None, None).await?,
        };
        reading.erase(&whose).await?;
        reading.take_back(ctx);
        Ok(EraseMyDataPayload { erased: true })
    }
}

async fn stay_alone(
    ctx: &Context<'_>,
    reading: &Reading,
    account: identity::Account,
) -> Result<AccountPayload, ApiError> {
    let (visit, before) = (reading.visit(), reading.caller().session.as_ref());
    let identity = reading.identity();
    let session = identity.stay_alone(&visit.ctx, before, &account, &visit.device).await?;
    Ok(reading.welcome(ctx, &session, account))
}
