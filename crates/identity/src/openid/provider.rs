//! What a provider says about itself, remembered for a while.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Ctx, TenantId};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, Client, ClientId, ClientSecret, DiscoveryError,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl,
    ProviderMetadata, RedirectUrl, StandardErrorResponse, StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
        CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
        CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
        CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tenant::{Municipality, OpenIdSettings};

use super::{HttpError, OpenIdError, claims::Further, http::Http};

/// How long it is believed without asking again.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// How soon it may be asked again, when a token is signed with a key that nobody knows.
const NOT_BEFORE: TimeDelta = TimeDelta::minutes(1);

/// Signatures that are believed. Neither none, nor those that whoever knows the client's secret can make.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What we read of a discovery document beside what the library reads.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub(super) struct Announced {
    /// RFC 9207: answers say who gives them.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
}

impl AdditionalProviderMetadata for Announced {}

pub(super) type Metadata = ProviderMetadata<
    Announced,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Fields = IdTokenFields<
    Further,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

pub(super) type Tokens = StandardTokenResponse<Fields, CoreTokenType>;

pub(super) type Provider = Client<
    Further,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

#[derive(Debug)]
struct Known {
    metadata: Arc<Metadata>,
    asked_at: DateTime<Utc>,
}

/// The providers of all municipalities. Cheap to clone.
#[derive(Clone)]
pub struct OpenId {
    pub(super) http: Http,
    secrets: Arc<BTreeMap<String, SecretString>>,
    known: Arc<Mutex<HashMap<TenantId, Known>>>,
}

impl std::fmt::Debug for OpenId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenId").field("secrets", &self.secrets.len()).finish_non_exhaustive()
    }
}

impl OpenId {
    /// Providers with the clients' secrets, by the municipalities' slugs. `in_development` lets it speak to a provider on
    /// this machine without TLS.
    pub fn new(
        secrets: BTreeMap<String, SecretString>,
        in_development: bool,
    ) -> Result<Self, HttpClientError> {
        let http = Http::new(in_development).map_err(HttpClientError)?;
        Ok(Self { http, secrets: Arc::new(secrets), known: Arc::default() })
    }

    /// Asks the provider of a municipality anew and says what is wrong with it, for the operator.
    pub async fn check(&self, ctx: &Ctx, town: &Municipality) -> Result<(), OpenIdError> {
        let settings = settings(town)?;
        self.secret(town)?;
        self.ask(ctx, settings).await?;
        Ok(())
    }

    /// What the provider says about itself: as it was remembered, or asked for now.
    pub(super) async fn metadata(
        &self,
        ctx: &Ctx,
        settings: &OpenIdSettings,
    ) -> Result<Arc<Metadata>, OpenIdError> {
        match self.remembered(ctx, settings, FRESH) {
            Some(metadata) => Ok(metadata),
            None => self.ask(ctx, settings).await,
        }
    }

    /// The same after a token was signed with an unknown key: asked for now, unless that was done a moment ago.
    pub(super) async fn renewed(
        &self,
        ctx: &Ctx,
        settings: &OpenIdSettings,
    ) -> Result<Option<Arc<Metadata>>, OpenIdError> {
        match self.remembered(ctx, settings, NOT_BEFORE) {
            Some(_) => Ok(None),
            None => self.ask(ctx, settings).await.map(Some),
        }
    }

    fn remembered(
        &self,
        ctx: &Ctx,
        settings: &OpenIdSettings,
        fresh: TimeDelta,
    ) -> Option<Arc<Metadata>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&ctx.tenant())?;
        let is_fresh = ctx.now() - known.asked_at < fresh;
        let is_same = known.metadata.issuer().as_str() == settings.issuer;
        (is_fresh && is_same).then(|| known.metadata.clone())
    }

    async fn ask(
        &self,
        ctx: &Ctx,
        settings: &OpenIdSettings,
    ) -> Result<Arc<Metadata>, OpenIdError> {
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .map_err(|_| OpenIdError::NotSetUp("the issuer is no address"))?;
        let call = self.caller();
        let found = Metadata::discover_async(issuer, &call).await;
        let metadata = found.map_err(|error| match error {
            DiscoveryError::Request(error) => OpenIdError::Down(error),
            DiscoveryError::Validation(_) => {
                OpenIdError::NotSetUp("the provider calls itself by another name than `issuer`")
            }
            _ => OpenIdError::NotSetUp("there is no discovery document below `issuer`"),
        })?;
        self.http.check(metadata.authorization_endpoint().url())?;
        let methods = &metadata.additional_metadata().code_challenge_methods_supported;
        if methods.as_ref().is_some_and(|methods| !methods.iter().any(|name| name == "S256")) {
            return Err(OpenIdError::NotSetUp("the provider does not know PKCE with S256"));
        }
        let offered = metadata.id_token_signing_alg_values_supported();
        if !offered.iter().any(|algorithm| ALGORITHMS.contains(algorithm)) {
            return Err(OpenIdError::NotSetUp(
                "the provider signs with none of RS256, ES256, EdDSA",
            ));
        }
        if metadata.token_endpoint().is_none() {
            return Err(OpenIdError::NotSetUp("the provider has no token endpoint"));
        }
        let metadata = Arc::new(metadata);
        let known = Known { metadata: metadata.clone(), asked_at: ctx.now() };
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(ctx.tenant(), known);
        Ok(metadata)
    }

    /// Our side of the conversation.
    pub(super) fn client(
        &self,
        town: &Municipality,
        settings: &OpenIdSettings,
        metadata: &Metadata,
        comes_back_to: &str,
    ) -> Result<Provider, OpenIdError> {
        let redirect = RedirectUrl::new(comes_back_to.to_owned())
            .map_err(|_| OpenIdError::NotSetUp("the address of this service is no address"))?;
        let secret = ClientSecret::new(self.secret(town)?.expose_secret().to_owned());
        let client_id = ClientId::new(settings.client_id.clone());
        let client = Provider::from_provider_metadata(metadata.clone(), client_id, Some(secret));
        let known = metadata.token_endpoint_auth_methods_supported();
        // what a provider knows that does not say it (OpenID Connect Discovery 1.0, 3)
        let basic = CoreClientAuthMethod::ClientSecretBasic;
        let kind = if known.is_none_or(|methods| methods.contains(&basic)) {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        };
        Ok(client.set_redirect_uri(redirect).set_auth_type(kind))
    }

    /// The HTTP client as the library wants it.
    pub(super) fn caller(
        &self,
    ) -> impl Fn(
        openidconnect::HttpRequest,
    ) -> std::pin::Pin<
        Box<dyn Future<Output = Result<openidconnect::HttpResponse, HttpError>> + Send>,
    > + Send
    + Sync
    + use<> {
        let http = self.http.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move { http.call(request).await })
        }
    }

    fn secret(&self, town: &Municipality) -> Result<&SecretString, OpenIdError> {
        let missing = "the client's secret is missing in the configuration (openid.secrets)";
        self.secrets.get(&town.slug).ok_or(OpenIdError::NotSetUp(missing))
    }
}

/// How the municipality's people sign in through its provider.
pub(super) fn settings(town: &Municipality) -> Result<&OpenIdSettings, OpenIdError> {
    town.settings.openid.as_ref().ok_or(OpenIdError::NotOffered)
}

/// There is no HTTP client.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up")]
pub struct HttpClientError(#[source] reqwest::Error);
