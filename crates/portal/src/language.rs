//! Switching the language, on the same page, without losing what was typed.

use axum::response::Response;
use http::StatusCode;
use identity::{Limit, SessionError};
use kernel::Locale;

use crate::{
    caller::Caller, contact_form::Typed, details, draft, error::Failure, fields::Sent, page::go,
};

/// `POST /sprache`
pub(crate) async fn switch(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let wish = Locale::from_key(fields.one("sprache"))
        .filter(|wish| caller.town().locales().contains(wish));
    caller.limit(Limit::Reserve).await?;
    let back = safe_return(fields.one("zurueck"));
    let Some(wish) = wish else { return Ok(go(&back)) };
    // the contact form sends its values along
    let typed = fields.has("firstName").then(|| Typed::read(&fields));
    let remembered = caller
        .remember(|data| {
            data.locale = Some(wish);
            if let Some(typed) = typed.clone() {
                draft::change(data, fields.one("entwurf"), |draft| draft.typed = typed);
            }
        })
        .await;
    match (remembered, typed, draft::find(&caller, &fields)) {
        (Ok(remembered), ..) => Ok(remembered.on(go(&back))),
        // nothing can remember the wish now; this answer at least can follow it, with what was typed
        (Err(SessionError::Unavailable), Some(typed), Some(mut found)) => {
            found.draft.typed = typed;
            let carried = draft::pack(&found.draft);
            Ok(details::answer(&caller.speaking(wish), &found, &[], &carried, StatusCode::OK))
        }
        (Err(error), ..) => Err(error.into()),
    }
}

/// The path and query to go back to: on this host and nowhere else, whatever the form says.
pub(crate) fn safe_return(wanted: &str) -> String {
    const HERE: &str = "http://here.invalid";
    let address = url::Url::parse(HERE).ok().and_then(|here| here.join(wanted).ok());
    match address {
        Some(address)
            if wanted.starts_with('/')
                && !address.path().starts_with("//")
                && address
                    .as_str()
                    .strip_prefix(HERE)
                    .is_some_and(|rest| rest.starts_with('/')) =>
        {
            let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
            format!("{}{query}", address.path())
        }
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::safe_return;

    #[test]
    fn nobody_is_sent_to_another_host() {
        assert_eq!(
            safe_return("/termine?anliegen=a:1&tag=2026-12-08#x"),
            "/termine?anliegen=a:1&tag=2026-12-08"
        );
        for bad in [
            "",
            "termine",
            "//example.org",
            "/\\example.org",
            "\\\\example.org",
            "https://example.org/",
            "javascript:alert(1)",
            "/\t/example.org",
            "http://here.invalid@example.org",
            " //example.org",
            "/\n/example.org",
        ] {
            assert_eq!(safe_return(bad), "/", "{bad:?}");
        }
        assert!(safe_return("/x\r\nSet-Cookie: a=b").starts_with("/xSet-Cookie"));
        assert_eq!(safe_return("/.//example.org"), "/");
    }
}
