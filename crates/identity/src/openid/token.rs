//! Exchanging the code, and whether what comes back may be believed.

use std::sync::Arc;

use chrono::TimeDelta;
use kernel::Ctx;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, IdTokenVerifier, Nonce,
    OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError, SignatureVerificationError,
    TokenResponse, UserInfoError,
    core::{CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey},
};
use tenant::{Municipality, OpenIdSettings};

use super::{
    HttpError, OpenId, OpenIdError, Step,
    claims::{Further, Person},
    provider::{ALGORITHMS, Metadata, Provider, Tokens},
};

/// How far the clocks of two machines may be apart.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// How old a token may be: it was made for the code that was exchanged a moment ago.
const OLDEST: TimeDelta = TimeDelta::minutes(10);

/// Exchanges a code for what the provider says about the person.
pub(super) async fn person(
    openid: &OpenId,
    ctx: &Ctx,
    town: &Municipality,
    settings: &OpenIdSettings,
    metadata: Arc<Metadata>,
    (code, step, back): (&str, &Step, &str),
) -> Result<Person, OpenIdError> {
    let mut client = openid.client(town, settings, &metadata, back)?;
    let tokens = exchange(openid, &client, code, step).await?;
    let token = tokens.id_token().ok_or(OpenIdError::Refused("there is no ID token"))?;
    let nonce = Nonce::new(step.nonce.clone());
    let mut claims = token.claims(&verifier(ctx, &client), &nonce);
    // the provider may have changed its keys since it was asked
    if matches!(
        claims,
        Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        ))
    ) && let Some(renewed) = openid.renewed(ctx, settings).await?
    {
        client = openid.client(town, settings, &renewed, back)?;
        claims = token.claims(&verifier(ctx, &client), &nonce);
    }
    let claims = claims.map_err(|error| OpenIdError::Refused(reason(&error)))?;
    // For whom it was made, where that is said (OpenID Connect Core 1.0, 3.1.3.7, 5).
    let made_for = claims.authorized_party().map(|party| party.as_str());
    if made_for.is_some_and(|party| party != settings.client_id) {
        return Err(OpenIdError::Refused("the token was made for another party"));
    }
    let acr = claims.auth_context_ref().map(|context| context.as_str());
    let amr = claims.auth_method_refs().into_iter().flatten().map(|method| method.as_str());
    if !has_one_of(acr, &settings.required_acr) || !has_one_of(amr, &settings.required_amr) {
        return Err(OpenIdError::TooWeak);
    }
    let mut person = Person::of_token(claims, settings);
    if person.is_incomplete() && client.user_info_url().is_some() {
        if let Some(stated) = claims.access_token_hash() {
            let verifier = verifier(ctx, &client);
            let hash = token
                .signing_alg()
                .and_then(|algorithm| Ok((algorithm, token.signing_key(&verifier)?)))
                .map_err(|_| OpenIdError::Refused("the signature's key is gone"))
                .and_then(|(algorithm, key)| {
                    AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                        .map_err(|_| OpenIdError::Refused("the access token cannot be compared"))
                })?;
            if hash != *stated {
                return Err(OpenIdError::Refused("the access token is another one"));
            }
        }
        ask_further(openid, &client, &tokens, claims.subject().clone(), settings, &mut person)
            .await?;
    }
    Ok(person)
}

async fn exchange(
    openid: &OpenId,
    client: &Provider,
    code: &str,
    step: &Step,
) -> Result<Tokens, OpenIdError> {
    let request = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|_| OpenIdError::NotSetUp("the provider has no token endpoint"))?
        .set_pkce_verifier(PkceCodeVerifier::new(step.verifier.clone()));
    let call = openid.caller();
    request.request_async(&call).await.map_err(|error| match error {
        RequestTokenError::Request(error) => OpenIdError::Down(error),
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            CoreErrorResponseType::InvalidGrant => OpenIdError::NotBegun,
            CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => {
                OpenIdError::NotSetUp("the provider refuses the client: look at its id and secret")
            }
            _ => OpenIdError::Refused("the provider does not exchange the code"),
        },
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            OpenIdError::Refused("the answer of the token endpoint makes no sense")
        }
    })
}

async fn ask_further(
    openid: &OpenId,
    client: &Provider,
    tokens: &Tokens,
    subject: openidconnect::SubjectIdentifier,
    settings: &OpenIdSettings,
    person: &mut Person,
) -> Result<(), OpenIdError> {
    let request = client
        .user_info(tokens.access_token().clone(), Some(subject))
        .map_err(|_| OpenIdError::NotSetUp("the provider has no userinfo endpoint"))?;
    let call = openid.caller();
    let answer = request.request_async::<Further, _, CoreGenderClaim>(&call).await;
    let answer = answer.map_err(|error: UserInfoError<HttpError>| match error {
        UserInfoError::Request(error) => OpenIdError::Down(error),
        UserInfoError::ClaimsVerification(error) => OpenIdError::Refused(reason(&error)),
        _ => OpenIdError::Refused("the answer of the userinfo endpoint makes no sense"),
    })?;
    person.complete(answer.standard_claims(), answer.additional_claims(), settings);
    Ok(())
}

/// The checks of `OpenID` Connect Core 1.0, 3.1.3.7, at the time of the request.
fn verifier<'a>(ctx: &Ctx, client: &'a Provider) -> IdTokenVerifier<'a, CoreJsonWebKey> {
    let now = ctx.now();
    client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now - LEEWAY)
        .set_issue_time_verifier_fn(move |issued| match issued {
            early if early < now - OLDEST => Err("issued long ago".to_owned()),
            late if late > now + LEEWAY => Err("issued in the future".to_owned()),
            _ => Ok(()),
        })
}

/// Whether there is one of the wanted words; nothing wanted is always there.
fn has_one_of<'a>(found: impl IntoIterator<Item = &'a str>, wanted: &[String]) -> bool {
    wanted.is_empty() || found.into_iter().any(|word| wanted.iter().any(|other| other == word))
}

/// What was wrong, without what the token says: that can be anything.
fn reason(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "the token is too old or from the future",
        ClaimsVerificationError::InvalidAudience(_) => "the token is for somebody else",
        ClaimsVerificationError::InvalidIssuer(_) => "the token is from somebody else",
        ClaimsVerificationError::InvalidNonce(_) => "the token is not for this browser",
        ClaimsVerificationError::InvalidSubject(_) => "the token is about somebody else",
        ClaimsVerificationError::SignatureVerification(error) => match error {
            SignatureVerificationError::NoSignature => "the token is not signed",
            SignatureVerificationError::NoMatchingKey => "the token's key is not the provider's",
            SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::UnsupportedAlg(_) => "the token is signed in another way",
            _ => "the token's signature is wrong",
        },
        _ => "the token makes no sense",
    }
}
