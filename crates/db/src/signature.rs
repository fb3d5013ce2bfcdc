//! Signatures of the installation: receipts of deletion and certificates can be checked by whoever has the public key,
//! and made only with the master key (docs/adr/0016).

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::{Db, TenantTx, sealed::derive};

/// The installation's key for signatures (Ed25519, RFC 8032). It follows from the master key: there is nothing more to
/// store and nothing more to lose.
pub(crate) struct Signer(Ed25519KeyPair);

impl Signer {
    #[expect(clippy::expect_used, reason = "32 bytes are the length of a seed by type")]
    pub(crate) fn new(master: &[u8; 32]) -> Self {
        let seed = derive(master, b"signatures").unwrap_or_default();
        Self(Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes"))
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }

    fn public(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }
}

/// The public key of an installation with this master key.
pub fn public_key_of(master: &[u8; 32]) -> Vec<u8> {
    Signer::new(master).public()
}

/// Whether a signature over the message was made with the key.
pub fn holds(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key).verify(message, signature).is_ok()
}

impl TenantTx {
    /// Signs a message as the installation.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.keyring().signer().sign(message)
    }

    /// The key with which the installation's signatures are checked.
    pub fn public_key(&self) -> Vec<u8> {
        self.keyring().signer().public()
    }

    /// All keys whose signatures count: the installation's own, and those of its earlier master keys.
    pub fn public_keys(&self) -> Vec<Vec<u8>> {
        let former = self.keyring().former_public_keys().iter().cloned();
        std::iter::once(self.public_key()).chain(former).collect()
    }
}

impl Db {
    /// Signs a message as the installation.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.keyring().signer().sign(message)
    }

    /// The key with which the installation's signatures are checked.
    pub fn public_key(&self) -> Vec<u8> {
        self.keyring().signer().public()
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Reads hexadecimal digits. `None` when they are none.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(byte).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_one_key_and_one_message() {
        let (ours, theirs) = (Signer::new(&[1; 32]), Signer::new(&[2; 32]));
        let signature = ours.sign(b"3 appointments");
        assert!(holds(&ours.public(), b"3 appointments", &signature));
        assert!(!holds(&ours.public(), b"4 appointments", &signature));
        assert!(!holds(&theirs.public(), b"3 appointments", &signature));
        assert_eq!(Signer::new(&[1; 32]).public(), ours.public(), "the same after a restart");
    }

    #[test]
    fn digits_are_read_as_they_were_written() {
        let key = Signer::new(&[1; 32]).public();
        assert_eq!(from_hex(&hex(&key)), Some(key));
        assert_eq!(from_hex("abc"), None);
        assert_eq!(from_hex("zz"), None);
    }
}
