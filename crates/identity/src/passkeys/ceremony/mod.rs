//! The two ceremonies of Web Authentication, checked without a clock, a database or a network (`WebAuthn` Level 3, §7).
//!
//! Attestation is not asked for. If a statement comes along it is not believed either: its form is read, nothing else. Who
//! made somebody's key is not ours to know, and the municipality accepts all of them.

mod authenticator_data;
mod cbor;
mod client_data;
mod public_key;
#[cfg(test)]
mod vectors;

use ring::digest::{SHA256, digest};

use self::{authenticator_data::AuthenticatorData, client_data::Ceremony, public_key::PublicKey};
pub(crate) use self::{authenticator_data::LONGEST_ID, public_key::ALGORITHMS};
use super::RelyingParty;

/// What an answer must fit to.
pub(crate) struct Expected<'a> {
    /// To whom.
    pub party: &'a RelyingParty,
    /// To which question.
    pub challenge: &'a [u8],
}

/// Why an answer is not believed. For tests and the log; whoever sent it is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("it cannot be read")]
    Malformed,
    #[error("it answers another kind of question")]
    OtherCeremony,
    #[error("it answers another question")]
    OtherChallenge,
    #[error("it comes from another origin")]
    OtherOrigin,
    #[error("it was given in a frame")]
    Framed,
    #[error("it is for another relying party")]
    OtherParty,
    #[error("nobody was present")]
    NotPresent,
    #[error("the person was not verified")]
    NotVerified,
    #[error("what it says of backups contradicts itself")]
    Backup,
    #[error("the key cannot be used")]
    Key,
    #[error("the signature is wrong")]
    Signature,
    #[error("it is the credential of somebody else")]
    OtherUser,
    #[error("the counter went backwards")]
    Counter,
}

/// A credential that was made.
#[derive(Debug)]
pub(crate) struct NewCredential {
    /// Its id, chosen by the authenticator.
    pub id: Vec<u8>,
    /// COSE.
    pub public_key: Vec<u8>,
    /// What changes with every use.
    pub state: State,
    /// Whether it may be on several devices. Stays as it is.
    pub is_backup_eligible: bool,
}

/// What changes with every use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// How often it was used; 0 when the authenticator does not count.
    pub sign_count: u32,
    /// Whether its owner has it on several devices.
    pub is_backed_up: bool,
}

/// A credential that we know.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    pub public_key: &'a [u8],
    pub user_handle: &'a [u8],
    pub sign_count: u32,
    pub is_backup_eligible: bool,
}

/// The answer of a credential that was asked to sign.
#[derive(Debug)]
pub(crate) struct Assertion<'a> {
    pub client_data: &'a [u8],
    pub authenticator_data: &'a [u8],
    pub signature: &'a [u8],
    pub user_handle: &'a [u8],
}

/// Checks that a credential was made for us, now, by somebody who was recognised.
pub(crate) fn registration(
    expected: &Expected<'_>,
    client_data: &[u8],
    attestation: &[u8],
) -> Result<NewCredential, Refused> {
    client_data::check(expected, Ceremony::Create, client_data)?;
    let attestation = cbor::whole(attestation).ok_or(Refused::Malformed)?;
    let data = attestation.named("authData").and_then(cbor::Value::bytes);
    let data = data.and_then(AuthenticatorData::parse).ok_or(Refused::Malformed)?;
    check_party(expected, &data)?;
    data.check_person()?;
    let credential = data.credential.as_ref().ok_or(Refused::Malformed)?;
    PublicKey::parse(credential.public_key).ok_or(Refused::Key)?;
    Ok(NewCredential {
        id: credential.id.to_vec(),
        public_key: credential.public_key.to_vec(),
        state: State { sign_count: data.sign_count, is_backed_up: data.is_backed_up() },
        is_backup_eligible: data.is_backup_eligible(),
    })
}

/// Checks that a known credential signed our question, now, with somebody there who was recognised.
pub(crate) fn assertion(
    expected: &Expected<'_>,
    known: &Known<'_>,
    answer: &Assertion<'_>,
) -> Result<State, Refused> {
    if answer.user_handle != known.user_handle {
        return Err(Refused::OtherUser);
    }
    client_data::check(expected, Ceremony::Get, answer.client_data)?;
    let data = AuthenticatorData::parse(answer.authenticator_data).ok_or(Refused::Malformed)?;
    check_party(expected, &data)?;
    data.check_person()?;
    if data.is_backup_eligible() != known.is_backup_eligible {
        return Err(Refused::Backup);
    }
    let key = PublicKey::parse(known.public_key).ok_or(Refused::Key)?;
    let hash = digest(&SHA256, answer.client_data);
    let signed = [answer.authenticator_data, hash.as_ref()].concat();
    if !key.signed(&signed, answer.signature) {
        return Err(Refused::Signature);
    }
    // An authenticator that counts counts up. If it does not, there are two with the same key.
    let counts = data.sign_count != 0 || known.sign_count != 0;
    if counts && data.sign_count <= known.sign_count {
        return Err(Refused::Counter);
    }
    Ok(State { sign_count: data.sign_count, is_backed_up: data.is_backed_up() })
}

fn check_party(expected: &Expected<'_>, data: &AuthenticatorData<'_>) -> Result<(), Refused> {
    let ours = digest(&SHA256, expected.party.id().as_bytes());
    if data.party == ours.as_ref() { Ok(()) } else { Err(Refused::OtherParty) }
}
