//! Codes of authenticator apps: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is what all apps do.

use chrono::{DateTime, Utc};
use kernel::Ctx;
use totp_rs::{Builder, Secret, Totp};

/// What an authenticator app and the service share: 160 bits (RFC 4226, section 4).
#[derive(Clone)]
pub struct AppSecret([u8; 20]);

impl std::fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppSecret(…)")
    }
}

impl AppSecret {
    /// A new one.
    pub fn random(ctx: &Ctx) -> Self {
        Self(ctx.random())
    }

    /// One that is known, as in the demo.
    pub fn known(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Reads what [`Self::text`] wrote; blanks between the letters do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.split_whitespace().collect();
        let secret = Secret::try_from_base32(text.to_ascii_uppercase()).ok()?;
        Self::stored(secret.as_bytes())
    }

    /// Reads what was sealed.
    pub(crate) fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// What is sealed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it into their app: 32 letters and digits.
    pub fn text(&self) -> String {
        Secret::new_stack(self.0).to_base32()
    }

    /// As apps read it from a picture. `issuer` and `name` are what the app shows.
    pub fn link(&self, issuer: &str, name: &str) -> String {
        let (issuer, name) = (encoded(issuer), encoded(name));
        let secret = self.text();
        format!("otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}")
    }

    /// The code that the app shows at this time.
    pub fn code(&self, at: DateTime<Utc>) -> String {
        self.app().generate(seconds(at)).to_string()
    }

    /// The step that a code belongs to, if it is the one of now, of 30 seconds ago or of 30 seconds from now: clocks
    /// differ. Whoever accepts it notes the step and accepts none that is not later.
    pub(crate) fn step(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let code: String = code.split_whitespace().collect();
        self.app().check(&code, seconds(now)).and_then(|step| i64::try_from(step).ok())
    }

    fn app(&self) -> Totp {
        Builder::new().with_secret(Secret::new_stack(self.0)).build_noncompliant()
    }
}

fn seconds(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp()).unwrap_or_default()
}

fn encoded(text: &str) -> String {
    // a colon would end the name of the issuer; apps take "+" for itself
    let text = text.replace(':', " ");
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    /// RFC 6238, appendix B, with the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = AppSecret(*b"12345678901234567890");
        for (at, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let at = DateTime::from_timestamp(at, 0).unwrap();
            assert_eq!(secret.code(at), code);
        }
    }

    #[test]
    fn a_code_holds_for_three_steps() {
        let secret = AppSecret([7; 20]);
        let now = DateTime::from_timestamp(1_800_000_015, 0).unwrap();
        let code = secret.code(now);
        let at = |seconds| secret.step(&code, now + TimeDelta::seconds(seconds));
        assert_eq!(at(0), Some(60_000_000));
        assert_eq!((at(30), at(-30)), (at(0), at(0)));
        assert_eq!((at(60), at(-60)), (None, None));
        let spoken = format!(" {} {} ", &code[..3], &code[3..]);
        assert_eq!(secret.step(&spoken, now), at(0));
        for wrong in ["", "1", "abcdef", "+12345"] {
            assert_eq!(secret.step(wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_link_and_people_the_text() {
        let secret = AppSecret([1; 20]);
        let link = secret.link("Stadt Haltern: am See", "kim+amt@haltern.example");
        assert_eq!(
            link,
            "otpauth://totp/Stadt%20Haltern%20%20am%20See:kim%2Bamt%40haltern.example\
             ?secret=AEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIB&issuer=Stadt%20Haltern%20%20am%20See"
        );
        let typed = format!(" {} {}", &secret.text()[..4], &secret.text()[4..].to_lowercase());
        assert_eq!(AppSecret::parse(&typed).map(|read| read.text()), Some(secret.text()));
        assert!(AppSecret::parse("AEAQ").is_none() && AppSecret::parse("ä").is_none());
        assert!(!format!("{secret:?}").contains("AEAQ"));
    }
}
