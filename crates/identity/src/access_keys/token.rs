//! The token: what opens, and how it is recognised.

use db::token::Token;
use kernel::Ctx;
use ring::hmac;
use uuid::Uuid;

/// Where a token is found in a file by accident, this says what it is.
const PREFIX: &str = "st_";

/// An access key's secret: 160 random bits behind a prefix that secret scanners can look for
/// (`st_[0-9a-hjkmnp-tv-z]{32}`).
///
/// It is compared by its hash only: how long a look-up takes says nothing about a token that is nearly right.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AccessToken(Token);

impl AccessToken {
    /// A new one.
    pub(super) fn random(ctx: &Ctx) -> Self {
        // The key is random and forgotten at once, so the derived bits are as good as random ones.
        Self::derive(&ctx.random::<32>(), Uuid::nil())
    }

    /// One that can be made again from a secret. For the demo alone.
    pub fn derive(secret: &[u8], id: Uuid) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Self(Token::derive(&key, "access key", id))
    }

    /// Reads a token as it was copied, blanks around it included.
    pub fn parse(text: &str) -> Option<Self> {
        Token::parse(text.trim().strip_prefix(PREFIX)?).map(Self)
    }

    /// What the database stores.
    pub(super) fn hash(&self) -> Vec<u8> {
        self.0.hash()
    }
}

/// The token itself, for the one time that it is shown.
impl std::fmt::Display for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}

/// Never prints the token.
impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_and_never_printed() {
        let ctx = Ctx::for_tests(Uuid::nil().into(), "2026-12-07T08:00:00+01:00");
        let (token, other) = (AccessToken::random(&ctx), AccessToken::random(&ctx));
        let text = token.to_string();
        assert!(text.starts_with("st_") && text.len() == 35, "{text}");
        assert_eq!(AccessToken::parse(&format!(" {text}\n")), Some(token));
        assert!(other != token && other.hash() != token.hash());
        assert_eq!(token.hash().len(), 32);
        for wrong in ["", "st_", &text[3..], &text[..34], &format!("{text}0"), "sk_live", "st_ü"] {
            assert_eq!(AccessToken::parse(wrong), None, "{wrong}");
        }
        assert!(!format!("{token:?}").contains(&text[3..]));
    }

    #[test]
    fn a_derived_token_is_made_again() {
        let one = AccessToken::derive(&[1; 32], Uuid::nil());
        assert_eq!(AccessToken::derive(&[1; 32], Uuid::nil()), one);
        assert_ne!(AccessToken::derive(&[2; 32], Uuid::nil()), one);
        assert_ne!(AccessToken::derive(&[1; 32], Uuid::from_u128(1)), one);
    }
}
