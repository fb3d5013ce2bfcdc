//! The JSON forms of Web Authentication (Level 3, §5.1.8 and §5.1.9): bytes are base64url without padding.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::{Value, json};

use super::{
    RelyingParty,
    asked::{Asked, LIVES},
    ceremony::{ALGORITHMS, LONGEST_ID},
};
use crate::Account;

/// Bytes in JSON.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Base64Url(pub Vec<u8>);

impl Serialize for Base64Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text.as_bytes()).map(Self).map_err(D::Error::custom)
    }
}

/// `RegistrationResponseJSON`, as much of it as we look at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RegistrationResponse {
    pub raw_id: Base64Url,
    pub response: Attestation,
}

/// See [`RegistrationResponse`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attestation {
    #[serde(rename = "clientDataJSON")]
    pub client_data: Base64Url,
    pub attestation_object: Base64Url,
}

/// `AuthenticationResponseJSON`, as much of it as we look at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthenticationResponse {
    pub raw_id: Base64Url,
    pub response: Signed,
}

/// See [`AuthenticationResponse`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Signed {
    #[serde(rename = "clientDataJSON")]
    pub client_data: Base64Url,
    pub authenticator_data: Base64Url,
    pub signature: Base64Url,
    #[serde(default)]
    pub user_handle: Option<Base64Url>,
}

impl RegistrationResponse {
    /// Reads what the browser sent.
    pub fn read(json: &Value) -> Option<Self> {
        Self::deserialize(json).ok()
    }
}

impl AuthenticationResponse {
    /// Reads what the browser sent.
    pub fn read(json: &Value) -> Option<Self> {
        Self::deserialize(json).ok().filter(|answer: &Self| answer.raw_id.0.len() <= LONGEST_ID)
    }
}

/// `PublicKeyCredentialCreationOptionsJSON`: a discoverable passkey, whose owner is recognised each time.
pub(super) fn creation_options(
    party: &RelyingParty,
    asked: &Asked,
    account: &Account,
    known: &[Vec<u8>],
) -> Value {
    let profile = &account.profile;
    json!({
        "rp": { "id": party.id(), "name": party.name() },
        "user": {
            "id": asked.user_handle,
            "name": profile.email,
            "displayName": format!("{} {}", profile.first_name, profile.last_name),
        },
        "challenge": asked.challenge,
        "pubKeyCredParams": ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg })),
        "timeout": LIVES.num_milliseconds(),
        "excludeCredentials": descriptors(known),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
    })
}

/// `PublicKeyCredentialRequestOptionsJSON`: any passkey of this municipality, or one of those that are named.
pub(super) fn request_options(party: &RelyingParty, asked: &Asked, allowed: &[Vec<u8>]) -> Value {
    json!({
        "rpId": party.id(),
        "challenge": asked.challenge,
        "timeout": LIVES.num_milliseconds(),
        "allowCredentials": descriptors(allowed),
        "userVerification": "required",
    })
}

fn descriptors(ids: &[Vec<u8>]) -> Vec<Value> {
    ids.iter().map(|id| json!({ "type": "public-key", "id": text(id) })).collect()
}

/// Bytes as base64url.
pub(super) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
