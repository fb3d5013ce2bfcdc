//! Sign-in of the office's people through the municipality's own provider (`OpenID` Connect, authorization code flow).
//!
//! [`OpenId::begin`] makes the address at the provider and the [`Step`] that the browser's session keeps: state, nonce and
//! the secret of PKCE. [`OpenId::complete`] takes what the provider's redirect brought. The provider is asked between
//! transactions, never in one. What it says someone is decides their roles, at every sign-in anew.

mod admit;
mod claims;
mod error;
mod http;
mod provider;
mod token;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Ctx, LocationId};
use openidconnect::{
    AuthenticationContextClass, AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, Scope, core::CoreResponseType,
};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use tenant::Municipality;

pub use self::{
    error::OpenIdError,
    http::HttpError,
    provider::{HttpClientError, OpenId},
};
use crate::{Attempt, Identity, Limit, Passed};

/// How long one may take at the provider.
pub const LIVES: TimeDelta = TimeDelta::minutes(10);
/// The name of the [`Step`] in a session.
pub const STEP: &str = "openid";

/// What a session remembers while its person is at the provider. It is taken out before it is used.
#[derive(Clone, Serialize, Deserialize)]
pub struct Step {
    /// Binds the answer to this browser.
    state: String,
    /// Binds the ID token to this browser.
    nonce: String,
    /// Without it nobody can exchange the code (PKCE).
    verifier: String,
    /// Which provider was asked.
    issuer: String,
    /// Since when.
    at: DateTime<Utc>,
    /// Where to go afterwards.
    pub next: String,
}

/// A way to the provider that has begun.
#[derive(Clone)]
pub struct Begun {
    /// Where the browser goes.
    pub address: String,
    /// What its session keeps.
    pub step: Step,
}

/// What the provider's redirect brought, and to whom.
#[derive(Clone, Copy)]
pub struct Return<'a> {
    /// Where.
    pub town: &'a Municipality,
    /// The page that the provider redirects to.
    pub comes_back_to: &'a str,
    /// What the session kept, taken out of it.
    pub step: Option<&'a Step>,
    /// `code`
    pub code: &'a str,
    /// `state`
    pub state: &'a str,
    /// `iss`, empty when it is not there.
    pub issuer: &'a str,
    /// `error`, empty when it is not there.
    pub error: &'a str,
    /// Who and where; the address that they sign in with is not known yet.
    pub attempt: Attempt<'a>,
    /// The locations by their keys.
    pub place: &'a (dyn Fn(&str) -> Option<LocationId> + Sync),
}

impl OpenId {
    /// Begins: where the browser goes, and what its session must keep until it comes back to `comes_back_to`.
    pub async fn begin(
        &self,
        ctx: &Ctx,
        town: &Municipality,
        comes_back_to: &str,
        next: &str,
    ) -> Result<Begun, OpenIdError> {
        let settings = provider::settings(town)?;
        let metadata = self.metadata(ctx, settings).await.inspect_err(|error| {
            tracing::warn!(%error, tenant = town.slug, "the provider cannot be used");
        })?;
        let client =
            self.client(town, settings, &metadata, comes_back_to).inspect_err(|error| {
                tracing::warn!(%error, tenant = town.slug, "the provider cannot be used");
            })?;
        let random = || BASE64_URL_SAFE_NO_PAD.encode(ctx.random::<32>());
        let step = Step {
            state: random(),
            nonce: random(),
            verifier: random(),
            issuer: settings.issuer.clone(),
            at: ctx.now(),
            next: next.to_owned(),
        };
        let (state, nonce) = (step.state.clone(), step.nonce.clone());
        let verifier = PkceCodeVerifier::new(step.verifier.clone());
        let request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(
                settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        let wanted = settings.required_acr.iter().cloned().map(AuthenticationContextClass::new);
        let request =
            wanted.fold(request, openidconnect::AuthorizationRequest::add_auth_context_value);
        let (address, _, _) = request.url();
        Ok(Begun { address: address.into(), step })
    }

    /// Ends: who came back, with which account. Whoever failed in a way that looks like an attack is counted.
    pub async fn complete(
        &self,
        ctx: &Ctx,
        identity: &Identity,
        back: Return<'_>,
    ) -> Result<Passed, OpenIdError> {
        identity.limits.check(ctx, Limit::Authenticate, back.attempt.client).await?;
        let done = self.try_to_complete(ctx, identity, back).await;
        if let Err(error) = &done {
            tracing::warn!(%error, tenant = back.town.slug, "nobody was signed in through the provider");
            if error.is_suspicious() {
                identity.limits.take(ctx, Limit::Authenticate, back.attempt.client).await?;
            }
        }
        done
    }

    async fn try_to_complete(
        &self,
        ctx: &Ctx,
        identity: &Identity,
        back: Return<'_>,
    ) -> Result<Passed, OpenIdError> {
        let settings = provider::settings(back.town)?;
        let step = back.step.ok_or(OpenIdError::NotBegun)?;
        // hashes, so that the time tells nothing about how much of it was right
        let hash = |state: &str| digest(&SHA256, state.as_bytes());
        let is_ours = hash(&step.state).as_ref() == hash(back.state).as_ref();
        // who changes the municipality's provider does not let the old one answer
        let is_same = step.issuer == settings.issuer;
        if !is_ours || !is_same || ctx.now() - step.at >= LIVES {
            return Err(OpenIdError::NotBegun);
        }
        let metadata = self.metadata(ctx, settings).await?;
        let announced = metadata.additional_metadata();
        let names_another = !back.issuer.is_empty() && back.issuer != settings.issuer;
        let names_nobody =
            announced.authorization_response_iss_parameter_supported && back.issuer.is_empty();
        if names_another || names_nobody {
            return Err(OpenIdError::Refused("the answer is from somebody else"));
        }
        if !back.error.is_empty() {
            return Err(OpenIdError::Denied);
        }
        if back.code.is_empty() {
            return Err(OpenIdError::Refused("there is no code"));
        }
        let what = (back.code, step, back.comes_back_to);
        let person = token::person(self, ctx, back.town, settings, metadata, what).await?;
        let grants = person.grants(settings, back.place);
        admit::admit(ctx, identity, settings, back.attempt, &person, &grants).await
    }
}
