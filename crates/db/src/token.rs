//! Tokens that open one reservation or one appointment.
//!
//! A token is not stored: it is derived from a secret key and the id, and the database holds its hash. Whoever
//! copies the database cannot make tokens; erasing the person's key makes the appointment's token unmakeable.

use ring::{digest, hmac};

/// Crockford's alphabet: no I, L, O or U, so that a code can be read over the phone.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 160 bits, shown as 32 letters and digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token([u8; 20]);

impl Token {
    /// Derives the token for `purpose` and `id` from a key.
    pub fn derive(key: &hmac::Key, purpose: &str, id: uuid::Uuid) -> Self {
        Self::derive_for(key, purpose, id.as_bytes())
    }

    /// Derives the token for `purpose` and whatever tells one thing from another.
    pub fn derive_for(key: &hmac::Key, purpose: &str, of: &[u8]) -> Self {
        let mut context = hmac::Context::with_key(key);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(of);
        let tag = context.sign();
        let mut bytes = [0; 20];
        for (to, from) in bytes.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        Self(bytes)
    }

    /// Reads a token as people type it: any case, with blanks and dashes, O for 0, I and L for 1.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0u8; 20];
        let mut count = 0usize;
        for letter in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let letter = match letter.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                other => other,
            };
            let value = ALPHABET.iter().position(|a| char::from(*a) == letter)?;
            for bit in (0..5).rev() {
                let byte = bytes.get_mut(count / 8)?;
                *byte = (*byte << 1) | u8::from(value >> bit & 1 == 1);
                count += 1;
            }
        }
        (count == 160).then_some(Self(bytes))
    }

    /// What the database stores.
    pub fn hash(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, &self.0).as_ref().to_vec()
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut buffer = 0u32;
        let mut bits = 0;
        for byte in self.0 {
            buffer = buffer << 8 | u32::from(byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                let index = (buffer >> bits & 31) as usize;
                f.write_str(
                    ALPHABET.get(index..=index).and_then(|a| str::from_utf8(a).ok()).unwrap_or(""),
                )?;
            }
        }
        Ok(())
    }
}

/// Never prints the token.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_being_read_over_the_phone() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        let token = Token::derive(&key, "manage", uuid::Uuid::nil());
        let text = token.to_string();
        assert_eq!(text.len(), 32);
        let spoken = format!(" {}-{} ", &text[..16], &text[16..]).to_uppercase().replace('0', "O");
        assert_eq!(Token::parse(&spoken), Some(token));
        assert_eq!(Token::parse(&text[1..]), None);
        assert_eq!(Token::parse(&format!("{text}0")), None);
        assert_eq!(Token::parse("ü"), None);
        assert_ne!(Token::derive(&key, "reserve", uuid::Uuid::nil()), token);
    }
}
