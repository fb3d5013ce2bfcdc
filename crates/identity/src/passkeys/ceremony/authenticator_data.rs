//! What the authenticator says about itself, the person and the credential (`WebAuthn` Level 3, §6.1).

use super::{Refused, cbor};

/// The longest id of a credential (`WebAuthn` Level 3, §7.1).
pub(crate) const LONGEST_ID: usize = 1023;

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

/// The signed part of an answer, taken apart.
#[derive(Debug)]
pub(super) struct AuthenticatorData<'a> {
    /// For whom the credential is: the hash of the RP id.
    pub party: &'a [u8],
    flags: u8,
    /// How often it was used, if the authenticator counts.
    pub sign_count: u32,
    /// The credential that was made.
    pub credential: Option<Credential<'a>>,
}

/// A new credential.
#[derive(Debug)]
pub(super) struct Credential<'a> {
    pub id: &'a [u8],
    /// COSE, as it came.
    pub public_key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// Takes it apart; nothing may be left over.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (party, rest) = bytes.split_at_checked(32)?;
        let (&[flags], rest) = rest.split_first_chunk()?;
        let (sign_count, mut rest) = rest.split_first_chunk()?;
        let mut credential = None;
        if flags & HAS_CREDENTIAL != 0 {
            let (_aaguid, behind) = rest.split_at_checked(16)?;
            let (length, behind) = behind.split_first_chunk()?;
            let (id, behind) = behind.split_at_checked(u16::from_be_bytes(*length).into())?;
            let (_key, left) = cbor::first(behind)?;
            let public_key = behind.get(..behind.len() - left.len())?;
            if id.is_empty() || id.len() > LONGEST_ID {
                return None;
            }
            credential = Some(Credential { id, public_key });
            rest = left;
        }
        if flags & HAS_EXTENSIONS != 0 {
            (_, rest) = cbor::first(rest)?;
        }
        let sign_count = u32::from_be_bytes(*sign_count);
        rest.is_empty().then_some(Self { party, flags, sign_count, credential })
    }

    /// Whether somebody was there, and was recognised: by a finger, a face, a PIN. Without that a passkey is one factor, and
    /// here it stands for two.
    pub fn check_person(&self) -> Result<(), Refused> {
        if self.flags & PRESENT == 0 {
            return Err(Refused::NotPresent);
        }
        if self.flags & VERIFIED == 0 {
            return Err(Refused::NotVerified);
        }
        if self.is_backed_up() && !self.is_backup_eligible() {
            return Err(Refused::Backup);
        }
        Ok(())
    }

    /// Whether the credential may be on several devices of its owner.
    pub fn is_backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    /// Whether it is.
    pub fn is_backed_up(&self) -> bool {
        self.flags & BACKED_UP != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_flags(flags: u8, behind: &[u8]) -> Vec<u8> {
        [&[7; 32][..], &[flags, 0, 0, 1, 0], behind].concat()
    }

    #[test]
    fn it_is_read_whole_or_not_at_all() {
        let short = with_flags(PRESENT | VERIFIED, &[]);
        assert_eq!(AuthenticatorData::parse(&short).unwrap().sign_count, 256);
        assert!(AuthenticatorData::parse(&[&short[..], &[0]].concat()).is_none(), "left over");

        // credential "ab" with an empty map as its key, then extensions
        let behind = [&[0; 16][..], &[0, 2, b'a', b'b', 0xa0, 0xa1, 0x61, b'x', 0xf5]].concat();
        let long = with_flags(PRESENT | HAS_CREDENTIAL | HAS_EXTENSIONS, &behind);
        let credential = AuthenticatorData::parse(&long).unwrap().credential.unwrap();
        assert_eq!((credential.id, credential.public_key), (&b"ab"[..], &[0xa0][..]));
        for end in 0..long.len() {
            assert!(AuthenticatorData::parse(&long[..end]).is_none(), "cut after {end}");
        }
        let nameless = [&[0; 16][..], &[0, 0, 0xa0]].concat();
        assert!(AuthenticatorData::parse(&with_flags(HAS_CREDENTIAL, &nameless)).is_none());
        let endless = [&[0; 16][..], &[4, 0], &[1; 1024], &[0xa0]].concat();
        assert!(AuthenticatorData::parse(&with_flags(HAS_CREDENTIAL, &endless)).is_none());
    }

    #[test]
    fn somebody_must_have_been_there_and_recognised() {
        let check =
            |flags| AuthenticatorData::parse(&with_flags(flags, &[])).unwrap().check_person();
        assert_eq!(check(PRESENT | VERIFIED), Ok(()));
        assert_eq!(check(PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP), Ok(()));
        assert_eq!(check(VERIFIED), Err(Refused::NotPresent));
        assert_eq!(check(PRESENT), Err(Refused::NotVerified));
        assert_eq!(check(PRESENT | VERIFIED | BACKED_UP), Err(Refused::Backup));
    }
}
