//! What was typed into a form of the office whose session had ended meanwhile. The sign-in page takes it along, the
//! session keeps it until its owner is in, and a page with a button sends it: nothing is done without being asked.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    response::Response,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use super::{HOME, is_office, is_way_in};
use crate::{
    caller::Caller,
    error::Failure,
    fields::Fields,
    page::{Page, Shown, go, show},
};

/// The field of the sign-in form that carries it; in the form that sends it again, the sign that it does.
pub(crate) const CARRIED: &str = "erneut";
/// Its name in the session.
pub(crate) const STEP: &str = "again";
/// The page that asks whether to send it.
pub(crate) const PAGE: &str = "/amt/anmelden/weiter";
/// Bytes at most, as it travels; more would not fit into a request.
const MOST: usize = 40 * 1024;
/// The own account: what is typed there, as on the way in, is secret and stays nowhere.
const OWN: &str = "/amt/konto";

/// A form as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typed {
    /// Where it was sent to.
    pub path: String,
    /// What it held.
    pub fields: Vec<(String, String)>,
    /// Whether it came from the page that sends it again.
    #[serde(skip)]
    pub was_kept: bool,
}

impl Typed {
    fn new(path: &str, body: &[u8]) -> Option<Self> {
        let sent = Fields::parse(body);
        let fields = sent.pairs().filter(|(name, _)| *name != CARRIED);
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let typed = Self { path: path.to_owned(), fields, was_kept: sent.has(CARRIED) };
        typed.is_harmless().then_some(typed)
    }

    /// Whether it goes to one of the office's pages that may get it. Asked again for what a form claims.
    fn is_harmless(&self) -> bool {
        let is_plain = self.path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-".contains(&b));
        let is_secret = self.fields.iter().any(|(name, _)| name.contains("passwort"));
        is_office(&self.path)
            && is_plain
            && !is_secret
            && !is_way_in(&self.path)
            && !self.path.starts_with(OWN)
            // a file of people's data is chosen again, not carried
            && !super::import::takes_file(&self.path)
    }

    /// For the hidden field of the sign-in form; empty when it is too large.
    pub fn pack(&self) -> String {
        let packed = serde_json::to_vec(self).map(|json| BASE64_URL_SAFE_NO_PAD.encode(json));
        packed.ok().filter(|packed| packed.len() <= MOST).unwrap_or_default()
    }

    /// Reads what [`Self::pack`] wrote.
    pub fn unpack(packed: &str) -> Option<Self> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(packed).ok()?;
        serde_json::from_slice(&json).ok().filter(Self::is_harmless)
    }
}

/// What a request sends, read beside its handler: that one may find that nobody is signed in any more.
pub(crate) async fn look(request: &mut Request) -> Option<Typed> {
    if request.method() != Method::POST || super::import::takes_file(request.uri().path()) {
        return None;
    }
    let body = std::mem::replace(request.body_mut(), Body::empty());
    // the edge has read it whole and knows that it is small
    let bytes = to_bytes(body, usize::MAX).await.ok()?;
    *request.body_mut() = Body::from(bytes.clone());
    Typed::new(request.uri().path(), &bytes)
}

/// It was sent: the session need not keep it.
pub(crate) async fn forget(caller: &mut Caller) {
    let forgotten = caller.remember(|data| {
        data.steps.remove(STEP);
    });
    if let Err(error) = forgotten.await {
        tracing::debug!(%error, "a form that was sent again stays in its session");
    }
}

#[derive(askama::Template)]
#[template(path = "staff_again.html")]
pub(crate) struct AgainPage {
    pub page: Page,
    pub typed: Typed,
    /// What people can read of it.
    pub shown: Vec<String>,
}

impl AgainPage {
    pub fn new(page: &Page, typed: Typed) -> Self {
        let values = typed.fields.iter().map(|(_, value)| value.trim().to_owned());
        // ids and keys of choices say nothing to anybody
        let shown =
            values.filter(|value| !value.is_empty() && uuid::Uuid::parse_str(value).is_err());
        Self {
            shown: shown.take(50).collect(),
            page: page.clone().titled(page.t("staff-again-title")),
            typed,
        }
    }
}

/// `GET /amt/anmelden/weiter`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    caller.staff().await?;
    let Some(typed) = caller.step::<Typed>(STEP).filter(Typed::is_harmless) else {
        return Ok(go(HOME));
    };
    let view = AgainPage::new(&caller.page(), typed);
    Ok(show(&view, view.page.locale, StatusCode::OK, Shown::Personal))
}

/// `POST /amt/anmelden/weiter`: it is not to be sent.
pub(crate) async fn discard(mut caller: Caller) -> Result<Response, Failure> {
    caller.staff().await?;
    forget(&mut caller).await;
    Ok(go(HOME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        let typed =
            Typed::new("/amt/kalender/schliessen", b"von=2026-12-08&grund_de=%C3%84&a=1&a=2");
        let typed = typed.unwrap();
        assert_eq!(Typed::unpack(&typed.pack()), Some(typed.clone()));
        assert_eq!(typed.fields.len(), 4);
        let again = Typed::new("/amt/kalender/schliessen", b"von=x&erneut=ja").unwrap();
        assert!(again.was_kept && again.fields.len() == 1);
        let large = vec![b'a'; 4000].repeat(20);
        let body = [b"x=".as_slice(), &large].concat();
        assert!(Typed::new("/amt/x", &body).unwrap().pack().len() < MOST, "values are cut");
    }

    #[test]
    fn nothing_secret_is_kept_and_nothing_leaves_the_office() {
        for path in ["/", "/buchen", "/amt/konto/passwort", "/amt/anmelden", "/amt/code"] {
            assert_eq!(Typed::new(path, b"a=b"), None, "{path}");
        }
        assert_eq!(Typed::new("/amt/x", b"passwort=geheim"), None);
        assert_eq!(Typed::new("/amt/kalender/uebernahme", b"art=appointments"), None);
        for path in
            ["//evil.example/amt/x", "https://evil.example/amt/", "/amt/../buchen", "/amt?x"]
        {
            let typed = Typed { path: path.to_owned(), fields: Vec::new(), was_kept: false };
            assert_eq!(Typed::unpack(&typed.pack()), None, "{path}");
        }
    }
}
