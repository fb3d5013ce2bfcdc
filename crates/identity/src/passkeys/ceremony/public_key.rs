//! The public keys of credentials (COSE, RFC 9053) and what is signed with them.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

use super::cbor::{self, Value};

/// The algorithms that we ask for, as numbers of the COSE registry, the preferred one first: `EdDSA`, `ES256`, `RS256`
/// (Windows Hello on older machines).
pub(crate) const ALGORITHMS: [i64; 3] = [-8, -7, -257];

/// A key that can check signatures.
pub(super) enum PublicKey<'a> {
    /// An uncompressed point on P-256.
    Es256([u8; 65]),
    Ed25519(&'a [u8]),
    Rs256 {
        n: &'a [u8],
        e: &'a [u8],
    },
}

impl<'a> PublicKey<'a> {
    /// Reads a key of one of our [`ALGORITHMS`]; one that says it is of another kind than its algorithm needs is none.
    pub fn parse(cose: &'a [u8]) -> Option<Self> {
        let key = cbor::whole(cose)?;
        let number = |label| key.numbered(label).and_then(Value::integer);
        let bytes = |label| key.numbered(label).and_then(Value::bytes);
        let (kind, algorithm, curve) = (number(1)?, number(3)?, number(-1));
        match (kind, algorithm, curve) {
            (2, -7, Some(1)) => {
                let mut point = [4; 65];
                point[1..33].copy_from_slice(bytes(-2).filter(|x| x.len() == 32)?);
                point[33..].copy_from_slice(bytes(-3).filter(|y| y.len() == 32)?);
                Some(Self::Es256(point))
            }
            (1, -8, Some(6)) => bytes(-2).filter(|x| x.len() == 32).map(Self::Ed25519),
            (3, -257, None) => {
                let (n, e) = (bytes(-1)?, bytes(-2)?);
                // ring refuses the others too, but only when somebody wants to sign in
                (256..=1024).contains(&n.len()).then_some(Self::Rs256 { n, e })
            }
            _ => None,
        }
    }

    /// Whether the signature is this key's.
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let checked = match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
            Self::Rs256 { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        checked.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ec2(algorithm: u8, curve: u8) -> Vec<u8> {
        let head = [0xa5, 0x01, 0x02, 0x03, algorithm, 0x20, curve];
        [&head[..], &[0x21, 0x58, 32], &[1; 32], &[0x22, 0x58, 32], &[2; 32]].concat()
    }

    #[test]
    fn a_key_is_of_the_kind_that_its_algorithm_needs() {
        assert!(matches!(PublicKey::parse(&ec2(0x26, 1)), Some(PublicKey::Es256(_))));
        assert!(PublicKey::parse(&ec2(0x26, 2)).is_none(), "P-384");
        assert!(PublicKey::parse(&ec2(0x27, 1)).is_none(), "EdDSA on P-256");
        assert!(PublicKey::parse(&ec2(0x26, 1)[..76]).is_none(), "cut");
        let short = [&[0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x58, 128][..], &[9; 128]];
        let short = [&short.concat()[..], &[0x21, 0x43, 1, 0, 1]].concat();
        assert!(PublicKey::parse(&short).is_none(), "RSA of 1024 bits");
    }
}
