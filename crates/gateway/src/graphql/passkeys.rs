//! Passkeys: one's own, making one, signing in with one. What goes to and comes from the browser has the JSON forms of Web
//! Authentication (Level 3): `PublicKeyCredential.parseCreationOptionsFromJSON`, `PublicKeyCredential.toJSON`.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use http::header;
use identity::{
    Account, AccountError, AccountKind, Limit, Session, SignedIn,
    passkeys::{self, Asked, RelyingParty, Step},
};
use kernel::{
    PasskeyId,
    policy::{Action, Forbidden},
};
use serde_json::Value;

use super::{errors::ApiError, reading::Reading, scalars::DateTime};

/// A key on a device of its owner, with which they sign in.
#[derive(Debug, SimpleObject)]
pub(crate) struct Passkey {
    id: ID,
    /// What its owner calls it.
    name: String,
    /// Whether it is on several devices of its owner.
    backed_up: bool,
    /// When it was made.
    created_at: DateTime,
    /// When it last signed in.
    last_used_at: Option<DateTime>,
}

impl Passkey {
    fn new(passkey: passkeys::Passkey, reading: &Reading) -> Self {
        let local = |at| DateTime::local(at, reading.visit().town.zone());
        Self {
            id: passkey.id.to_string().into(),
            name: passkey.name,
            backed_up: passkey.is_backed_up,
            created_at: local(passkey.created_at),
            last_used_at: passkey.last_used_at.map(local),
        }
    }
}

/// What the new passkey is called.
#[derive(Debug, InputObject)]
pub(crate) struct BeginPasskeyRegistrationInput {
    /// Its name, for its owner.
    name: String,
}

/// The passkey that was made.
#[derive(Debug, InputObject)]
pub(crate) struct FinishPasskeyRegistrationInput {
    /// `RegistrationResponseJSON`.
    credential: Value,
}

/// How a passkey is to sign in.
#[derive(Debug, InputObject)]
pub(crate) struct BeginPasskeySignInInput {
    /// Whether it confirms a password that was given before: then it must be one of that account.
    #[graphql(default)]
    second_factor: bool,
}

/// What a passkey answered.
#[derive(Debug, InputObject)]
pub(crate) struct FinishPasskeySignInInput {
    /// `AuthenticationResponseJSON`.
    credential: Value,
}

/// A passkey's new name.
#[derive(Debug, InputObject)]
pub(crate) struct RenamePasskeyInput {
    /// Which one.
    id: ID,
    /// Its name, for its owner.
    name: String,
}

/// The passkey to remove.
#[derive(Debug, InputObject)]
pub(crate) struct RemovePasskeyInput {
    /// Which one.
    id: ID,
}

/// What the browser needs. It can be answered once, within five minutes, in the same session.
#[derive(Debug, SimpleObject)]
pub(crate) struct BeginPasskeyPayload {
    /// `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`.
    options: Value,
}

/// A passkey that was made or changed.
#[derive(Debug, SimpleObject)]
pub(crate) struct PasskeyPayload {
    passkey: Passkey,
}

/// A passkey that is gone.
#[derive(Debug, SimpleObject)]
pub(crate) struct RemovePasskeyPayload {
    /// Which one.
    id: ID,
}

/// Somebody is signed in; the cookie of the answer is their session.
#[derive(Debug, SimpleObject)]
pub(crate) struct FinishPasskeySignInPayload {
    /// Whether the account is one of the office's people.
    office: bool,
}

#[derive(Debug, Default)]
pub(crate) struct PasskeyQuery;

#[Object]
impl PasskeyQuery {
    /// One's own passkeys, the oldest first.
    async fn passkeys(&self, ctx: &Context<'_>) -> Result<Vec<Passkey>, ApiError> {
        let reading = Reading::of(ctx);
        let (account, _) = owner(reading)?;
        let all = passkeys::list(&reading.visit().ctx, reading.tx().await?, account).await?;
        Ok(all.into_iter().map(|passkey| Passkey::new(passkey, reading)).collect())
    }
}

#[derive(Debug, Default)]
pub(crate) struct PasskeyMutation;

#[Object]
impl PasskeyMutation {
    /// Asks for a new passkey of one's own account. Needs a sign-in of the last ten minutes.
    async fn begin_passkey_registration(
        &self,
        ctx: &Context<'_>,
        input: BeginPasskeyRegistrationInput,
    ) -> Result<BeginPasskeyPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let (account, signed_in) = owner(reading)?;
        let tx = reading.begin().await?;
        let (asked, options) = passkeys::begin_registration(
            &reading.visit().ctx,
            &tx,
            &party(reading),
            account,
            &signed_in,
            &input.name,
        )
        .await?;
        tx.commit().await?;
        keep(ctx, Step::Registration, &asked).await?;
        Ok(BeginPasskeyPayload { options })
    }

    /// Keeps the passkey that was made. Its owner is told by mail.
    async fn finish_passkey_registration(
        &self,
        ctx: &Context<'_>,
        input: FinishPasskeyRegistrationInput,
    ) -> Result<PasskeyPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let (account, _) = owner(reading)?;
        let asked = take(reading, Step::Registration).await?.1;
        let (visit, party) = (reading.visit(), party(reading));
        let tx = reading.begin().await?;
        let credential = &input.credential;
        let made =
            passkeys::finish_registration(&visit.ctx, &tx, &party, account, asked, credential)
                .await?;
        tx.commit().await?;
        Ok(PasskeyPayload { passkey: Passkey::new(made, reading) })
    }

    /// Asks for any passkey of this municipality, or for one that confirms a password.
    async fn begin_passkey_sign_in(
        &self,
        ctx: &Context<'_>,
        input: BeginPasskeySignInInput,
    ) -> Result<BeginPasskeyPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Reserve).await?;
        let session = reading.caller().session.as_ref();
        let halfway = session.and_then(|session| session.data.halfway);
        let halfway = halfway.filter(|_| input.second_factor);
        let (identity, visit) = (reading.identity(), reading.visit());
        let (asked, options) =
            identity.ask_for_passkey(&visit.ctx, &party(reading), halfway.as_ref()).await?;
        keep(ctx, Step::SignIn, &asked).await?;
        Ok(BeginPasskeyPayload { options })
    }

    /// Signs in with a passkey, which stands for two factors. An unknown passkey and a wrong answer are the same.
    async fn finish_passkey_sign_in(
        &self,
        ctx: &Context<'_>,
        input: FinishPasskeySignInInput,
    ) -> Result<FinishPasskeySignInPayload, ApiError> {
        let reading = Reading::of(ctx);
        let (identity, visit) = (reading.identity(), reading.visit());
        let (before, asked) = take(reading, Step::SignIn).await?;
        let attempt = reading.attempt("");
        let (party, credential) = (party(reading), &input.credential);
        let account = identity.with_passkey(&visit.ctx, attempt, &party, asked, credential).await?;
        let before = before.as_ref();
        let session = identity.begin_session(&visit.ctx, before, &account, &visit.device).await?;
        set_cookie(ctx, &session);
        Ok(FinishPasskeySignInPayload { office: account.kind == AccountKind::Staff })
    }

    /// Gives one's own passkey another name.
    async fn rename_passkey(
        &self,
        ctx: &Context<'_>,
        input: RenamePasskeyInput,
    ) -> Result<PasskeyPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let (account, _) = owner(reading)?;
        let tx = reading.begin().await?;
        let id = passkey_id(&input.id)?;
        let named = passkeys::rename(&reading.visit().ctx, &tx, account, id, &input.name).await?;
        tx.commit().await?;
        Ok(PasskeyPayload { passkey: Passkey::new(named, reading) })
    }

    /// Removes one's own passkey. Needs a sign-in of the last ten minutes. Its owner is told by mail.
    async fn remove_passkey(
        &self,
        ctx: &Context<'_>,
        input: RemovePasskeyInput,
    ) -> Result<RemovePasskeyPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let (account, signed_in) = owner(reading)?;
        let tx = reading.begin().await?;
        let id = passkey_id(&input.id)?;
        passkeys::remove(&reading.visit().ctx, &tx, account, &signed_in, id).await?;
        tx.commit().await?;
        Ok(RemovePasskeyPayload { id: id.to_string().into() })
    }
}

/// Whose browser it is. A program has no passkeys.
fn owner(reading: &Reading) -> Result<(&Account, SignedIn), ApiError> {
    let caller = reading.caller();
    let signed_in = caller.session.as_ref().and_then(|session| session.data.signed_in);
    let both = caller.account.as_ref().zip(signed_in);
    let forbidden = || AccountError::from(Forbidden { action: Action::OwnAccount });
    Ok(both.ok_or_else(forbidden)?)
}

fn party(reading: &Reading) -> RelyingParty {
    RelyingParty::new(&reading.base_url(), &reading.visit().town.name)
}

fn passkey_id(id: &ID) -> Result<PasskeyId, ApiError> {
    PasskeyId::parse(id).ok_or_else(ApiError::not_found)
}

async fn keep(ctx: &Context<'_>, step: Step, asked: &Asked) -> Result<(), ApiError> {
    let reading = Reading::of(ctx);
    let visit = reading.visit();
    let known = reading.caller().session.clone();
    let is_new = known.is_none();
    let mut session = known.unwrap_or_else(|| Session::new(&visit.ctx));
    asked.keep(step, &mut session.data);
    let sessions = &reading.identity().sessions;
    sessions.save(&visit.ctx, &mut session).await.map_err(AccountError::from)?;
    if is_new {
        set_cookie(ctx, &session);
    }
    Ok(())
}

/// Takes the question out of the session; of two requests with the same answer one is told to come again, and finds none.
async fn take(reading: &Reading, step: Step) -> Result<(Option<Session>, Option<Asked>), ApiError> {
    let Some(mut session) = reading.caller().session.clone() else { return Ok((None, None)) };
    let asked = Asked::take(step, &mut session.data);
    let sessions = &reading.identity().sessions;
    sessions.save(&reading.visit().ctx, &mut session).await.map_err(AccountError::from)?;
    Ok((Some(session), asked))
}

fn set_cookie(ctx: &Context<'_>, session: &Session) {
    let cookie = identity::cookie::set_cookie(session.sid(), Reading::of(ctx).secure_cookies());
    ctx.append_http_header(header::SET_COOKIE, cookie);
}
