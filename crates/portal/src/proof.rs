//! The page between a form and its answer when a limit nears: the browser does some work, or the person waits. What was
//! sent is sent again from here, so that nothing is lost.

use axum::response::Response;
use http::{StatusCode, header};
use identity::{Errand, ProofNeeded};

use crate::{
    caller::Caller,
    fields::Fields,
    page::{Page, Shown, show},
};

/// The field that carries the answer; the widget's name for it.
pub(crate) const FIELD: &str = "altcha";
/// What a page never repeats: it is typed again.
const SECRET: &str = "passwort";

#[derive(askama::Template)]
#[template(path = "proof.html")]
pub(crate) struct ProofPage {
    pub page: Page,
    /// Where the form goes.
    pub action: &'static str,
    /// What it carries.
    pub carried: Vec<(String, String)>,
    /// Whether the password must be typed again.
    pub has_password: bool,
    /// The challenge, as JSON.
    pub challenge: String,
    /// When it goes on without a proof.
    pub seconds: u32,
}

/// The page that asks for a proof of work, if one is needed and was not sent with the form. A handler of a form that can be
/// sent too often begins with it, before anything is counted.
pub(crate) async fn ask(
    caller: &Caller,
    errand: Errand<'_>,
    fields: &Fields,
    action: &'static str,
) -> Option<Response> {
    let shown = Some(fields.one(FIELD));
    let needed = caller.portal.identity.ask_for_proof(caller.ctx(), errand, shown).await.err()?;
    let mut response = show(
        &ProofPage::new(&caller.page(), &needed, fields, action),
        caller.ctx().locale(),
        StatusCode::TOO_MANY_REQUESTS,
        Shown::Personal,
    );
    let seconds = needed.limited.retry_after_seconds;
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    Some(response)
}

impl ProofPage {
    pub(crate) fn new(
        page: &Page,
        needed: &ProofNeeded,
        fields: &Fields,
        action: &'static str,
    ) -> Self {
        let carried = fields.pairs().filter(|(name, _)| *name != FIELD && *name != SECRET);
        Self {
            action,
            carried: carried.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            has_password: !fields.as_typed(SECRET).is_empty(),
            challenge: needed.challenge.clone(),
            seconds: needed.limited.retry_after_seconds,
            page: page.clone().titled(page.t("proof-title")),
        }
    }
}

#[cfg(test)]
mod tests {
    use identity::RateLimited;

    use super::*;
    use crate::samples;

    #[test]
    fn everything_is_sent_again_but_the_password_is_typed() {
        let needed = ProofNeeded {
            challenge: r#"{"parameters":{"nonce":"a"}}"#.into(),
            limited: RateLimited { retry_after_seconds: 42 },
        };
        let fields =
            Fields::parse(b"email=kim%40x.example&passwort=geheim1234&altcha=old&weiter=/amt");
        let page = Page::new(&samples::visit(), "/");
        let view = ProofPage::new(&page, &needed, &fields, "/amt/anmelden");
        let html = samples::picture("proof", &view, "");
        assert!(html.contains("kim@x.example") && html.contains("name=\"weiter\""));
        assert!(!html.contains("geheim1234") && !html.contains("\"old\""));
        assert!(html.contains("type=\"password\"") && html.contains("altcha-widget"));
        assert!(html.contains("42 Sekunden"), "how long one waits without a script");
        assert!(html.contains("tel:"), "or one calls");
    }
}
