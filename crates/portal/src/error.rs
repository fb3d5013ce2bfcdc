//! Refusals as pages, in the person's language.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use kernel::{ErrorCode, Locale, PublicError, RequestId};

use crate::{
    Visit,
    page::{Page, Shown, show},
};

/// What pages refuse themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// No such page, or nothing to show on it.
    #[error("not found")]
    NotFound,
    /// An address or a form that no page of ours made.
    #[error("bad input")]
    BadInput,
    /// More than a form can carry.
    #[error("the form is too large")]
    TooLarge,
}

impl PublicError for Refusal {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound => ErrorCode::NotFound,
            Self::BadInput | Self::TooLarge => ErrorCode::BadInput,
        }
    }
}

/// Why a page could not be made. [`crate::caller::serve`] turns it into one.
#[derive(Debug, Clone)]
pub(crate) struct Failure(pub Arc<dyn PublicError + Send + Sync>);

impl<E: PublicError + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Arc::new(error))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Failure {
    /// The page for the failure. Faults on our side are logged here, once.
    pub fn page(&self, page: Page, visit: &Visit) -> Response {
        let (code, locale) = (self.0.code(), page.locale);
        let request_id = visit.ctx.request_id();
        if matches!(code, ErrorCode::Internal | ErrorCode::Unavailable) {
            tracing::error!(%request_id, code = code.wire(), error = %self.0, "page failed");
        }
        let mut response = render(page, code, self.0.message(locale), request_id);
        let seconds = self.0.text_args().into_iter().find(|(name, _)| *name == "seconds");
        if let Some(Ok(value)) = seconds.map(|(_, value)| value.parse()) {
            response.headers_mut().insert(http::header::RETRY_AFTER, value);
        }
        response
    }
}

#[derive(askama::Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    message: String,
    request_id: String,
    retryable: bool,
    /// Nothing here invites to look for the request in the log.
    ours: bool,
}

/// The page for an error outside of the portal's own pages: unknown host, request too large, fault of the server.
/// Without a visit nothing of any municipality is shown.
pub fn error_page(visit: Option<&Visit>, code: ErrorCode, request_id: RequestId) -> Response {
    let page = visit.map_or_else(|| Page::nowhere(Locale::De), |visit| Page::new(visit, "/"));
    let key = match visit {
        None if code == ErrorCode::NotFound => return unknown_host(request_id),
        _ => code.text_key(),
    };
    let message = kernel::text::errors().say_with(page.locale, key, &[("seconds", "60")]);
    render(page, code, message, request_id)
}

/// [`error_page`] with a sentence of its own, where the code alone does not say what to do.
pub fn refusal_page(
    visit: &Visit,
    code: ErrorCode,
    message: String,
    request_id: RequestId,
) -> Response {
    render(Page::new(visit, "/"), code, message, request_id)
}

/// The same for a host that never was and for a municipality that is switched off.
fn unknown_host(request_id: RequestId) -> Response {
    let page = Page::nowhere(Locale::De);
    let message = page.t("error-unknown-host");
    render(page, ErrorCode::NotFound, message, request_id)
}

fn render(page: Page, code: ErrorCode, message: String, request_id: RequestId) -> Response {
    let title = page.t(match code {
        ErrorCode::NotFound => "error-not-found-title",
        ErrorCode::RateLimited | ErrorCode::Busy | ErrorCode::Unavailable => "error-later-title",
        ErrorCode::Internal => "error-internal-title",
        _ => "error-title",
    });
    let view = ErrorPage {
        page: page.titled(title),
        message,
        request_id: request_id.to_string(),
        retryable: code.retryable(),
        ours: matches!(code, ErrorCode::Internal | ErrorCode::Unavailable),
    };
    let language = view.page.locale;
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    show(&view, language, status, Shown::Personal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[tokio::test]
    async fn every_code_has_a_page_and_none_shows_internals() {
        let visit = samples::visit();
        for code in ErrorCode::ALL {
            for visit in [Some(&visit), None] {
                let response = error_page(visit, *code, RequestId(0xabc));
                assert_eq!(response.status().as_u16(), code.status());
                let html = samples::body(response).await;
                assert!(html.contains(&RequestId(0xabc).to_string()), "{code:?}");
                assert_eq!(html.contains("Haltern"), visit.is_some(), "{code:?}");
            }
        }
    }
}
