//! The examples of the standard. It leaves the person unverified in most of them; those must be refused for that alone.

use serde_json::Value;

use super::{
    Assertion, Expected, Known, Refused, State, assertion, authenticator_data::AuthenticatorData,
    cbor, public_key::PublicKey, registration,
};
use crate::passkeys::RelyingParty;

fn party() -> RelyingParty {
    RelyingParty::new("https://example.org", "Example")
}

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("w3c_vectors.json")).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn bytes(vector: &Value, path: &str) -> Vec<u8> {
    let hex = vector.pointer(path).unwrap_or_else(|| panic!("{path}")).as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// The key and whether it may have copies, whatever the ceremony thinks of the rest.
fn made(vector: &Value) -> (Vec<u8>, bool) {
    let attestation = bytes(vector, "/registration/attestationObject");
    let attestation = cbor::whole(&attestation).unwrap();
    let data = attestation.named("authData").unwrap().bytes().unwrap();
    let data = AuthenticatorData::parse(data).unwrap();
    (data.credential.as_ref().unwrap().public_key.to_vec(), data.is_backup_eligible())
}

#[test]
fn credentials_of_the_standard_are_made() {
    let mut seen = 0;
    for vector in vectors() {
        let name = vector["name"].as_str().unwrap();
        let challenge = bytes(&vector, "/registration/challenge");
        let (party, challenge) = (party(), &challenge);
        let result = registration(
            &Expected { party: &party, challenge },
            &bytes(&vector, "/registration/clientDataJSON"),
            &bytes(&vector, "/registration/attestationObject"),
        );
        let wanted = match name {
            "packed-self.ES256" | "packed.ES256" | "packed.RS256" => None,
            "none.ES256.crossOrigin" | "none.ES256.topOrigin" => Some(Refused::Framed),
            _ => Some(Refused::NotVerified),
        };
        match result {
            Ok(new) => {
                assert_eq!(new.id, bytes(&vector, "/registration/credentialId"), "{name}");
                assert_eq!(None, wanted, "{name}");
                seen += 1;
            }
            Err(refused) => assert_eq!(Some(refused), wanted, "{name}"),
        }
    }
    assert_eq!(seen, 3);
}

#[test]
fn signatures_of_the_standard_are_theirs() {
    for vector in vectors() {
        let name = vector["name"].as_str().unwrap();
        let (key, _) = made(&vector);
        let Some(key) = PublicKey::parse(&key) else {
            assert_eq!(name, "packed.ES384", "the only one that we do not ask for");
            continue;
        };
        let client_data = bytes(&vector, "/authentication/clientDataJSON");
        let hash = ring::digest::digest(&ring::digest::SHA256, &client_data);
        let mut signed = bytes(&vector, "/authentication/authenticatorData");
        signed.extend(hash.as_ref());
        let signature = bytes(&vector, "/authentication/signature");
        assert!(key.signed(&signed, &signature), "{name}");
        *signed.last_mut().unwrap() ^= 1;
        assert!(!key.signed(&signed, &signature), "{name}");
    }
}

#[test]
fn the_standard_signs_in() {
    let mut seen = 0;
    for vector in vectors() {
        let name = vector["name"].as_str().unwrap();
        let (key, is_backup_eligible) = made(&vector);
        let known =
            Known { public_key: &key, user_handle: b"u", sign_count: 0, is_backup_eligible };
        let client_data = bytes(&vector, "/authentication/clientDataJSON");
        let authenticator_data = bytes(&vector, "/authentication/authenticatorData");
        let signature = bytes(&vector, "/authentication/signature");
        let answer = Assertion {
            client_data: &client_data,
            authenticator_data: &authenticator_data,
            signature: &signature,
            user_handle: b"u",
        };
        let challenge = bytes(&vector, "/authentication/challenge");
        let (party, challenge) = (party(), &challenge[..]);
        let result = assertion(&Expected { party: &party, challenge }, &known, &answer);
        let wanted = match name {
            "packed.ES256" | "none.ES256.long-credential-id" => {
                seen += 1;
                Ok(State { sign_count: 0, is_backed_up: false })
            }
            "none.ES256.crossOrigin" | "none.ES256.topOrigin" => Err(Refused::Framed),
            "packed.ES384" => Err(Refused::Key),
            _ => Err(Refused::NotVerified),
        };
        assert_eq!(result, wanted, "{name}");
        if wanted.is_err() {
            continue;
        }

        // and nothing of it is left out
        let other = RelyingParty::new("https://example.com", "Example");
        let elsewhere = Expected { party: &other, challenge };
        assert_eq!(assertion(&elsewhere, &known, &answer), Err(Refused::OtherOrigin));
        let port = RelyingParty::new("https://example.org:8443", "Example");
        let elsewhere = Expected { party: &port, challenge };
        assert_eq!(assertion(&elsewhere, &known, &answer), Err(Refused::OtherOrigin));
        let late = Expected { party: &party, challenge: &[0; 32] };
        assert_eq!(assertion(&late, &known, &answer), Err(Refused::OtherChallenge));
        let here = Expected { party: &party, challenge };
        let stranger = Assertion { user_handle: b"v", ..answer };
        assert_eq!(assertion(&here, &known, &stranger), Err(Refused::OtherUser));
        let copied = Known { is_backup_eligible: !is_backup_eligible, ..known };
        assert_eq!(assertion(&here, &copied, &answer), Err(Refused::Backup));
        let counted = Known { sign_count: 1, is_backup_eligible, ..copied };
        assert_eq!(assertion(&here, &counted, &answer), Err(Refused::Counter));
        let mut forged = authenticator_data.clone();
        forged[36] = 1;
        let forged = Assertion { authenticator_data: &forged, user_handle: b"u", ..stranger };
        assert_eq!(assertion(&here, &counted, &forged), Err(Refused::Signature));
        let mut foreign = authenticator_data.clone();
        foreign[0] ^= 1;
        let foreign = Assertion { authenticator_data: &foreign, ..forged };
        assert_eq!(assertion(&here, &counted, &foreign), Err(Refused::OtherParty));
        let made = bytes(&vector, "/registration/clientDataJSON");
        let made = Assertion { client_data: &made, ..foreign };
        assert_eq!(assertion(&here, &counted, &made), Err(Refused::OtherCeremony));
    }
    assert_eq!(seen, 2);
}
