//! Refusals before, around and instead of a page or an API answer.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kernel::{ErrorCode, Locale, RequestId, text};
use portal::Visit;

use crate::graphql::error_entry;

/// When a suspended municipality is to be asked again, in seconds.
const LATER: &str = "3600";

/// Which kind of answer the client understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    /// A person with a browser.
    Page,
    /// A program.
    Api,
}

impl Surface {
    pub(crate) fn of(path: &str) -> Self {
        if path == "/graphql" { Self::Api } else { Self::Page }
    }
}

/// Why a request is not served.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub code: ErrorCode,
    /// Key of the sentence in `kernel/locales/errors.*.ftl`.
    pub key: &'static str,
    pub limit: Option<String>,
    pub status: StatusCode,
}

impl Refusal {
    /// The code's own sentence and status.
    pub(crate) fn of(code: ErrorCode) -> Self {
        let status =
            StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { code, key: code.text_key(), limit: None, status }
    }

    /// The operator has closed the municipality for citizens.
    pub(crate) fn suspended() -> Self {
        Self { key: "tenant-suspended", ..Self::of(ErrorCode::Unavailable) }
    }

    /// The municipality gets more requests than it may.
    pub(crate) fn crowded() -> Self {
        Self { key: "quota-requests", ..Self::of(ErrorCode::RateLimited) }
    }

    fn is_suspension(&self) -> bool {
        self.key == "tenant-suspended"
    }

    /// When to come back, in seconds, where that is known.
    fn retry_after(&self) -> Option<HeaderValue> {
        match self.key {
            "tenant-suspended" => Some(HeaderValue::from_static(LATER)),
            "quota-requests" => Some(HeaderValue::from_static("60")),
            _ => None,
        }
    }

    /// A request that HTTP or the API's rules forbid.
    pub(crate) fn transport(status: StatusCode, key: &'static str) -> Self {
        Self { code: ErrorCode::BadInput, key, limit: None, status }
    }

    fn message(&self, locale: Locale) -> String {
        let args: Vec<(&str, &str)> =
            self.limit.iter().map(|limit| ("limit", limit.as_str())).collect();
        text::errors().say_with(locale, self.key, &args)
    }

    /// The answer as JSON with an `errors` entry.
    pub(crate) fn as_json(&self, locale: Locale, request_id: RequestId) -> Response {
        let entry = error_entry(self.code, &self.message(locale), request_id);
        let body = serde_json::json!({ "errors": [entry] }).to_string();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(later) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, later);
        }
        response
    }

    /// The answer in the form that the client understands.
    pub(crate) fn answer(
        &self,
        surface: Surface,
        visit: Option<&Visit>,
        locale: Locale,
        request_id: RequestId,
    ) -> Response {
        match surface {
            Surface::Api => self.as_json(locale, request_id),
            Surface::Page => {
                let mut response = match visit {
                    Some(visit) if self.is_suspension() => portal::suspended_page(visit),
                    Some(visit) if self.key != self.code.text_key() => portal::refusal_page(
                        visit,
                        self.code,
                        self.message(visit.ctx.locale()),
                        request_id,
                    ),
                    _ => portal::error_page(visit, self.code, request_id),
                };
                *response.status_mut() = self.status;
                if let Some(later) = self.retry_after() {
                    response.headers_mut().insert(header::RETRY_AFTER, later);
                }
                response
            }
        }
    }
}
