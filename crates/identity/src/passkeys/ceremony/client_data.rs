//! What the browser says about the ceremony (`WebAuthn` Level 3, `CollectedClientData`). The authenticator signs its hash, so
//! that a page of somebody else cannot pass an answer off as one to us.

use serde::Deserialize;

use super::{Expected, Refused};
use crate::passkeys::wire::Base64Url;

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: Base64Url,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
    #[serde(rename = "topOrigin", default)]
    top_origin: Option<String>,
}

/// What a passkey is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ceremony {
    Create,
    Get,
}

/// Checks that the browser answered our question, on a page of ours.
pub(super) fn check(expected: &Expected<'_>, wanted: Ceremony, json: &[u8]) -> Result<(), Refused> {
    let data: ClientData = serde_json::from_slice(json).map_err(|_| Refused::Malformed)?;
    let kind = match wanted {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if data.kind != kind {
        return Err(Refused::OtherCeremony);
    }
    if data.challenge.0 != expected.challenge {
        return Err(Refused::OtherChallenge);
    }
    if data.origin != expected.party.origin() {
        return Err(Refused::OtherOrigin);
    }
    // our pages cannot be put into a frame, so nobody is asked in one
    if data.cross_origin || data.top_origin.is_some() {
        return Err(Refused::Framed);
    }
    Ok(())
}
