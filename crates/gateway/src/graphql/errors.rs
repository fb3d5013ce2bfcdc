//! How the API says no: a code, a sentence in the person's language, the field where there is one, and the request
//! id. What went wrong inside is logged here, once, and never sent.

use async_graphql::{ErrorExtensionValues, Response, ServerError};
use db::{Fault, audit::AuditError};
use identity::{AccountError, ProofNeeded, RateLimited, access_keys::AccessError};
use kernel::{ErrorCode, Locale, PublicError, RequestId, policy::Forbidden, text};
use portal::{Visit, platform::PlatformError};
use privacy::{DutyError, RightsError};
use tenant::ManageError;

/// Why a resolver did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// A use case of the calendar said no.
    #[error(transparent)]
    Scheduling(#[from] scheduling::Error),
    /// Too many requests.
    #[error(transparent)]
    RateLimited(#[from] RateLimited),
    /// A proof of work is needed first.
    #[error(transparent)]
    Proof(#[from] ProofNeeded),
    /// The access key is not believed, or may not.
    #[error(transparent)]
    Access(AccessError),
    /// Nobody was signed in, or an account was not made or changed.
    #[error(transparent)]
    Account(AccountError),
    /// The audit trail was not read.
    #[error(transparent)]
    Audit(AuditError),
    /// Something about people's data was not done.
    #[error(transparent)]
    Rights(#[from] RightsError),
    /// A duty of data protection was not done or not shown.
    #[error(transparent)]
    Duty(DutyError),
    /// What was sent about an appointment was not read.
    #[error(transparent)]
    Sent(#[from] notify::SentError),
    /// The operator's wish was not carried out.
    #[error(transparent)]
    Platform(PlatformError),
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A value cannot be used.
    #[error("bad input: {key}")]
    BadInput {
        /// The API's name of the field.
        field: Option<&'static str>,
        /// Key of the sentence.
        key: &'static str,
        /// A number that the sentence mentions.
        limit: Option<u32>,
    },
}

impl ApiError {
    /// There is no such thing in this municipality.
    pub(crate) fn not_found() -> Self {
        Self::Scheduling(scheduling::Error::NotFound)
    }

    /// The request asks for too much at once.
    pub(crate) fn too_large() -> Self {
        Self::BadInput { field: None, key: "query-large", limit: None }
    }
}

impl From<AccessError> for ApiError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::RateLimited(limited) => Self::RateLimited(limited),
            AccessError::Fault(fault) => Self::Fault(fault),
            error => Self::Access(error),
        }
    }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::RateLimited(limited) => Self::RateLimited(limited),
            AccountError::Fault(fault) => Self::Fault(fault),
            error => Self::Account(error),
        }
    }
}

impl From<DutyError> for ApiError {
    fn from(error: DutyError) -> Self {
        match error {
            DutyError::Fault(fault) => Self::Fault(fault),
            DutyError::NotFound => Self::not_found(),
            error => Self::Duty(error),
        }
    }
}

impl From<PlatformError> for ApiError {
    fn from(error: PlatformError) -> Self {
        match error {
            PlatformError::Manage(ManageError::Fault(fault)) => Self::Fault(fault),
            PlatformError::Manage(ManageError::NotFound) => Self::not_found(),
            PlatformError::Scheduling(error) => error.into(),
            PlatformError::Duty(error) => error.into(),
            PlatformError::Account(error) => error.into(),
            error @ PlatformError::Manage(_) => Self::Platform(error),
        }
    }
}

impl From<AuditError> for ApiError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Fault(fault) => Self::Fault(fault),
            error @ AuditError::Forbidden(_) => Self::Audit(error),
        }
    }
}

impl PublicError for ApiError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Scheduling(error) => error.code(),
            Self::RateLimited(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Access(error) => error.code(),
            Self::Account(error) => error.code(),
            Self::Audit(error) => error.code(),
            Self::Rights(error) => error.code(),
            Self::Duty(error) => error.code(),
            Self::Sent(error) => error.code(),
            Self::Platform(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Fault(error) => error.code(),
            Self::BadInput { .. } => ErrorCode::BadInput,
        }
    }

    fn text_key(&self) -> &'static str {
        match self {
            Self::Scheduling(error) => error.text_key(),
            Self::RateLimited(error) => error.text_key(),
            Self::Proof(error) => error.text_key(),
            Self::Access(error) => error.text_key(),
            Self::Account(error) => error.text_key(),
            Self::Audit(error) => error.text_key(),
            Self::Rights(error) => error.text_key(),
            Self::Duty(error) => error.text_key(),
            Self::Sent(error) => error.text_key(),
            Self::Platform(error) => error.text_key(),
            Self::Forbidden(error) => error.text_key(),
            Self::Fault(error) => error.text_key(),
            Self::BadInput { key, .. } => key,
        }
    }

    fn text_args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Scheduling(error) => error.text_args(),
            Self::RateLimited(error) => error.text_args(),
            Self::Proof(error) => error.text_args(),
            Self::Access(error) => error.text_args(),
            Self::Account(error) => error.text_args(),
            Self::Audit(error) => error.text_args(),
            Self::Rights(error) => error.text_args(),
            Self::Duty(error) => error.text_args(),
            Self::Sent(error) => error.text_args(),
            Self::Platform(error) => error.text_args(),
            Self::Forbidden(error) => error.text_args(),
            Self::Fault(error) => error.text_args(),
            Self::BadInput { limit, .. } => {
                limit.map(|limit| ("limit", limit.to_string())).into_iter().collect()
            }
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Scheduling(error) => error.field(),
            Self::Access(error) => error.field(),
            Self::Account(error) => error.field(),
            Self::Rights(error) => error.field(),
            Self::Duty(error) => error.field(),
            Self::Platform(error) => error.field(),
            Self::BadInput { field, .. } => *field,
            _ => None,
        }
    }
}

/// An `errors` entry as JSON, for answers that no resolver made.
pub(crate) fn error_entry(
    code: ErrorCode,
    message: &str,
    request_id: RequestId,
) -> serde_json::Value {
    serde_json::json!({
        "message": message,
        "extensions": {
            "code": code.wire(),
            "requestId": request_id.to_string(),
            "retryable": code.retryable(),
        },
    })
}

/// Gives every error of an answer its public form.
pub(crate) fn make_public(response: &mut Response, visit: &Visit) {
    for error in &mut response.errors {
        let extensions = match error.source::<ApiError>() {
            Some(source) => {
                log(source, visit);
                let (message, extensions) = refused(source, visit.ctx.locale());
                error.message = message;
                extensions
            }
            None => misunderstood(error, visit.ctx.locale()),
        };
        let mut extensions = extensions;
        extensions.set("requestId", visit.ctx.request_id().to_string());
        error.extensions = Some(extensions);
    }
}

fn refused(error: &ApiError, locale: Locale) -> (String, ErrorExtensionValues) {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", error.code().wire());
    extensions.set("retryable", error.code().retryable());
    if let Some(field) = error.field() {
        extensions.set("field", field);
    }
    if let ApiError::RateLimited(limited) = error {
        extensions.set("retryAfterSeconds", limited.retry_after_seconds);
    }
    if let ApiError::Proof(needed) = error {
        extensions.set("retryAfterSeconds", needed.limited.retry_after_seconds);
        let challenge = serde_json::from_str(&needed.challenge).unwrap_or_default();
        let challenge = async_graphql::Value::from_json(challenge);
        extensions.set("challenge", challenge.unwrap_or_default());
    }
    if let ApiError::Scheduling(scheduling::Error::Contact(problems)) = error {
        let all = problems.iter().map(|problem| {
            async_graphql::value!({ "field": problem.field, "message": problem.message(locale) })
        });
        extensions.set("problems", async_graphql::Value::List(all.collect()));
    }
    if let ApiError::Scheduling(scheduling::Error::Edits(problems)) = error {
        let all = problems.iter().map(|problem| {
            let (field, message) = (problem.field.as_str(), problem.message(locale));
            async_graphql::value!({ "field": field, "message": message })
        });
        extensions.set("problems", async_graphql::Value::List(all.collect()));
    }
    if let ApiError::Scheduling(scheduling::Error::Undecided { count, .. }) = error {
        extensions.set("count", *count);
    }
    (error.message(locale), extensions)
}

/// The request was not executed at all: it could not be parsed, or does not match the schema. The parser's own words
/// help who writes the client and say nothing about the inside; the sentence is for the person.
fn misunderstood(error: &mut ServerError, locale: Locale) -> ErrorExtensionValues {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", ErrorCode::BadInput.wire());
    extensions.set("retryable", false);
    if let Some(field) = named_argument(&error.message) {
        extensions.set("field", field);
    }
    let too_large = ["too complex", "too deep", "recursion depth", "number of directives"]
        .iter()
        .any(|sign| error.message.contains(sign));
    let key = if too_large { "query-large" } else { "query-wrong" };
    let detail = std::mem::replace(&mut error.message, text::errors().say(locale, key));
    extensions.set("detail", detail);
    extensions
}

/// `Invalid value for argument "input.from", expected type "Date"` names `from`.
fn named_argument(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("argument \"")?;
    let (path, _) = rest.split_once('"')?;
    Some(path.strip_prefix("input.").unwrap_or(path).to_owned())
}

fn log(error: &ApiError, visit: &Visit) {
    let request_id = visit.ctx.request_id();
    let mut chain = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        chain = format!("{chain}: {inner}");
        cause = inner.source();
    }
    match error.code() {
        ErrorCode::Internal => tracing::error!(error = chain, %request_id, "api request failed"),
        ErrorCode::Unavailable | ErrorCode::Busy => {
            tracing::warn!(error = chain, %request_id, "api request refused");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_named_as_clients_spell_it() {
        let message = "Invalid value for argument \"input.from\", expected type \"Date\"";
        assert_eq!(named_argument(message).as_deref(), Some("from"));
        assert_eq!(named_argument("Unknown field"), None);
    }

    #[test]
    fn contact_problems_are_all_listed() {
        let problem = |field, reason| scheduling::ContactProblem { field, reason, limit: None };
        let error = ApiError::from(scheduling::Error::Contact(vec![
            problem("contact.firstName", "first-name-missing"),
            problem("contact.email", "email-wrong"),
        ]));
        let (message, extensions) = refused(&error, Locale::En);
        assert_eq!(message, "Enter your first name.");
        assert_eq!(extensions.get("field"), Some(&async_graphql::Value::from("contact.firstName")));
        assert!(
            matches!(extensions.get("problems"), Some(async_graphql::Value::List(all)) if all.len() == 2)
        );
    }
}
