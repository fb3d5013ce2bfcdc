//! What the service answered.

use axum::body::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// An HTTP answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value in a GraphQL answer without errors, by its path from `data`: `"services/0/id"`.
    #[track_caller]
    pub fn data(&self, path: &str) -> Value {
        let json = self.json();
        assert!(json.get("errors").is_none(), "unexpected errors: {json:#}");
        let found = json.pointer(format!("/data/{path}").trim_end_matches('/'));
        found.cloned().unwrap_or_else(|| panic!("no {path} in {json:#}"))
    }

    /// [`Self::data`] as text.
    #[track_caller]
    pub fn string(&self, path: &str) -> String {
        let value = self.data(path);
        value.as_str().unwrap_or_else(|| panic!("{path} is {value}")).to_owned()
    }

    /// `extensions.code` of the first GraphQL error; empty when there is none.
    pub fn code(&self) -> String {
        self.error("extensions/code").as_str().unwrap_or_default().to_owned()
    }

    /// A value of the first GraphQL error by its path.
    pub fn error(&self, path: &str) -> Value {
        serde_json::from_slice::<Value>(&self.body)
            .ok()
            .and_then(|json| json.pointer(&format!("/errors/0/{path}")).cloned())
            .unwrap_or_default()
    }

    /// The error as a client can tell it from others: without the request's id.
    pub fn errors_without_request_id(&self) -> Value {
        let mut errors = self.json().get("errors").cloned().unwrap_or_default();
        for error in errors.as_array_mut().into_iter().flatten() {
            if let Some(extensions) = error.get_mut("extensions").and_then(Value::as_object_mut) {
                extensions.remove("requestId");
            }
        }
        errors
    }
}
