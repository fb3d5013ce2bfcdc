//! An authenticator in software, and the browser's part of Web Authentication: what a phone or a security key would answer.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

/// A device with passkeys. What it is and does can be changed, to see who notices.
#[derive(Debug)]
pub struct Authenticator {
    credentials: Vec<Credential>,
    random: SystemRandom,
    /// Whether it recognises its owner.
    pub verifies: bool,
    /// How often it was used; stays 0 when it does not count.
    pub sign_count: u32,
    /// Whether it counts.
    pub counts: bool,
    /// Asked by this origin, whatever page it really is.
    pub origin: String,
    /// For this RP id instead of the one that was asked for.
    pub other_party: Option<String>,
}

#[derive(Debug)]
struct Credential {
    id: Vec<u8>,
    user_handle: Vec<u8>,
    key: EcdsaKeyPair,
}

const PRESENT: u8 = 1;
const VERIFIED: u8 = 4;
const HAS_CREDENTIAL: u8 = 64;

impl Authenticator {
    /// A new device, in a browser that shows the municipality's pages.
    pub fn new(host: &str) -> Self {
        Self {
            credentials: Vec::new(),
            random: SystemRandom::new(),
            verifies: true,
            sign_count: 0,
            counts: false,
            origin: format!("http://{host}"),
            other_party: None,
        }
    }

    /// Makes a passkey: from `PublicKeyCredentialCreationOptionsJSON` to `RegistrationResponseJSON`.
    pub fn create(&mut self, options: &Value) -> Value {
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        let algorithms = options["pubKeyCredParams"].as_array().expect("algorithms");
        assert!(algorithms.iter().any(|one| one["alg"] == -7), "ES256 is asked for");

        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.random);
        let document = document.expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_ASN1_SIGNING,
            document.as_ref(),
            &self.random,
        )
        .expect("the same key");
        let id: [u8; 32] = rand::random();
        let point = key.public_key().as_ref();
        let cose = [
            // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
            &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32],
            &point[1..33],
            &[0x22, 0x58, 32],
            &point[33..],
        ]
        .concat();
        let mut data = self.data(options["rp"]["id"].as_str().expect("an RP id"), HAS_CREDENTIAL);
        data.extend([&[0; 16][..], &[0, 32], &id, &cose].concat());
        let attestation = [
            // {"fmt": "none", "attStmt": {}, "authData": …}
            b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59",
            &u16::try_from(data.len()).expect("short").to_be_bytes()[..],
            &data,
        ]
        .concat();
        let user_handle = bytes(&options["user"]["id"]);
        self.credentials.push(Credential { id: id.to_vec(), user_handle, key });
        let client_data = self.client_data("webauthn.create", options);
        json!({
            "id": text(&id),
            "rawId": text(&id),
            "type": "public-key",
            "response": {
                "clientDataJSON": text(client_data.as_bytes()),
                "attestationObject": text(&attestation),
                "transports": ["internal"],
            },
            "clientExtensionResults": {},
        })
    }

    /// Signs: from `PublicKeyCredentialRequestOptionsJSON` to `AuthenticationResponseJSON`, with the passkey that is allowed,
    /// or with the newest one.
    pub fn get(&mut self, options: &Value) -> Value {
        assert_eq!(options["userVerification"], "required");
        self.sign_count += u32::from(self.counts);
        let data = self.data(options["rpId"].as_str().expect("an RP id"), 0);
        let client_data = self.client_data("webauthn.get", options);
        let allowed = options["allowCredentials"].as_array().expect("a list");
        let allowed: Vec<_> = allowed.iter().map(|one| bytes(&one["id"])).collect();
        let fits = |one: &&Credential| allowed.is_empty() || allowed.contains(&one.id);
        let newest = self.credentials.iter().rev();
        let credential = newest.clone().find(fits).or(newest.clone().next()).expect("a passkey");
        let signed = [&data[..], digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = credential.key.sign(&self.random, &signed).expect("a signature");
        json!({
            "id": text(&credential.id),
            "rawId": text(&credential.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": text(client_data.as_bytes()),
                "authenticatorData": text(&data),
                "signature": text(signature.as_ref()),
                "userHandle": text(&credential.user_handle),
            },
            "clientExtensionResults": {},
        })
    }

    fn data(&self, party: &str, flags: u8) -> Vec<u8> {
        let party = self.other_party.as_deref().unwrap_or(party);
        let flags = flags | PRESENT | if self.verifies { VERIFIED } else { 0 };
        let hash = digest(&SHA256, party.as_bytes());
        [hash.as_ref(), &[flags], &self.sign_count.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let challenge = &options["challenge"];
        assert_eq!(bytes(challenge).len(), 32);
        let origin = &self.origin;
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false })
            .to_string()
    }
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("text");
    BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url without padding")
}
