//! What the script asks for and hands over, as JSON by POST. Other sites cannot: the edge refuses what comes from elsewhere,
//! and browsers ask before they send JSON to another host.

use std::sync::{Mutex, PoisonError};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use identity::{
    AccountError, AccountKind, Limit,
    passkeys::{self, Asked, Step},
};
use kernel::ErrorCode;
use serde_json::{Value, json};

use super::{address, home, own, owner, party};
use crate::{
    caller::{Caller, Remembered},
    error::Failure,
    language::safe_return,
    office,
};

/// A body of JSON that says that it is.
pub(crate) struct Posted(Value);

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        let bad = || StatusCode::BAD_REQUEST.into_response();
        let body = Bytes::from_request(request, state).await.map_err(|_| bad())?;
        serde_json::from_slice(&body).map(Self).map_err(|_| bad())
    }
}

impl Posted {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn credential(&self) -> &Value {
        self.0.get("credential").unwrap_or(&Value::Null)
    }
}

type Answered = Result<(Value, Remembered), Failure>;

/// `POST /passkey/anlegen/beginn`
pub(crate) async fn begin(mut caller: Caller, posted: Posted) -> Response {
    let answered = ask_to_make(&mut caller, &posted).await;
    say(&caller, answered)
}

async fn ask_to_make(caller: &mut Caller, posted: &Posted) -> Answered {
    caller.limit(Limit::Manage).await?;
    let (account, signed_in) = owner(caller).await?;
    let (ctx, party, name) = (own(caller, &account), party(caller), posted.text("name"));
    let tx = caller.db().begin(&ctx).await?;
    let (asked, options) =
        passkeys::begin_registration(&ctx, &tx, &party, &account, &signed_in, name).await?;
    tx.commit().await?;
    let remembered = keep(caller, Step::Registration, &asked).await?;
    Ok((options, remembered))
}

/// `POST /passkey/anlegen`
pub(crate) async fn finish(mut caller: Caller, posted: Posted) -> Response {
    let answered = make(&mut caller, &posted).await;
    say(&caller, answered)
}

async fn make(caller: &mut Caller, posted: &Posted) -> Answered {
    caller.limit(Limit::Manage).await?;
    let (account, _) = owner(caller).await?;
    let (asked, remembered) = take(caller, Step::Registration).await?;
    let (ctx, party) = (own(caller, &account), party(caller));
    let tx = caller.db().begin(&ctx).await?;
    let credential = posted.credential();
    passkeys::finish_registration(&ctx, &tx, &party, &account, asked, credential).await?;
    tx.commit().await?;
    let next = format!("{}?angelegt=ja", address(account.kind));
    Ok((json!({ "weiter": next }), remembered))
}

/// `POST /passkey/anmelden/beginn`
pub(crate) async fn begin_sign_in(mut caller: Caller, posted: Posted) -> Response {
    let answered = ask_to_sign(&mut caller, &posted).await;
    say(&caller, answered)
}

async fn ask_to_sign(caller: &mut Caller, posted: &Posted) -> Answered {
    // everybody may ask, and the session that remembers the question costs something
    caller.limit(Limit::Reserve).await?;
    let is_second = posted.0.get("zweiter").and_then(Value::as_bool).unwrap_or_default();
    let halfway = known(caller)?.and_then(|data| data.halfway).filter(|_| is_second);
    let (identity, party) = (caller.portal.identity.clone(), party(caller));
    let (asked, options) = identity.ask_for_passkey(caller.ctx(), &party, halfway.as_ref()).await?;
    let remembered = keep(caller, Step::SignIn, &asked).await?;
    Ok((options, remembered))
}

/// `POST /passkey/anmelden`
pub(crate) async fn finish_sign_in(mut caller: Caller, posted: Posted) -> Response {
    let answered = sign_in(&mut caller, &posted).await;
    say(&caller, answered)
}

async fn sign_in(caller: &mut Caller, posted: &Posted) -> Answered {
    let (asked, _) = take(caller, Step::SignIn).await?;
    let (identity, party) = (caller.portal.identity.clone(), party(caller));
    let wanted = posted.text("weiter");
    // the page tells for whom it is; whose account it is, the passkey tells
    let kind = if office::is_office(wanted) { AccountKind::Staff } else { AccountKind::Citizen };
    let attempt = caller.attempt(kind, "");
    let account =
        identity.with_passkey(caller.ctx(), attempt, &party, asked, posted.credential()).await?;
    let mut next = destination(account.kind, wanted);
    let remembered = if account.kind == AccountKind::Staff && next == home(account.kind) {
        // whoever has shown a password before has left there what they wanted
        let (remembered, left) = office::enter(caller, &account, Vec::new()).await?;
        next = left;
        remembered
    } else {
        caller.begin_session(&account).await?
    };
    Ok((json!({ "weiter": next }), remembered))
}

/// Where to go after signing in: a page of the same kind on this host, and nowhere else, whatever the script says.
fn destination(kind: AccountKind, wanted: &str) -> String {
    let wanted = safe_return(wanted);
    let path = wanted.split('?').next().unwrap_or_default();
    let is_way_in = ["/konto/anmelden", "/amt/anmelden", "/konto/abmelden", "/amt/abmelden"]
        .iter()
        .any(|way| path.starts_with(way));
    let fits = match kind {
        AccountKind::Staff => office::is_office(path),
        AccountKind::Citizen => !office::is_office(path) && path != "/",
    };
    if fits && !is_way_in { wanted } else { home(kind).to_owned() }
}

fn known(caller: &Caller) -> Result<Option<&identity::SessionData>, AccountError> {
    Ok(caller.known()?)
}

async fn keep(caller: &mut Caller, step: Step, asked: &Asked) -> Result<Remembered, AccountError> {
    Ok(caller.remember(|data| asked.keep(step, data)).await?)
}

/// Takes the question out of the session; of two requests with the same answer one finds none.
async fn take(
    caller: &mut Caller,
    step: Step,
) -> Result<(Option<Asked>, Remembered), AccountError> {
    // a session is not begun for an answer to nothing
    if known(caller)?.is_none_or(|data| data.steps.is_empty()) {
        return Ok((None, Remembered::nothing()));
    }
    let taken = Mutex::new(None);
    let remembered = caller
        .remember(|data| {
            *taken.lock().unwrap_or_else(PoisonError::into_inner) = Asked::take(step, data);
        })
        .await?;
    Ok((taken.into_inner().unwrap_or_else(PoisonError::into_inner), remembered))
}

fn say(caller: &Caller, answered: Answered) -> Response {
    match answered {
        Ok((value, remembered)) => remembered.on(as_json(StatusCode::OK, &value)),
        Err(Failure(error)) => {
            let (code, request_id) = (error.code(), caller.ctx().request_id());
            if matches!(code, ErrorCode::Internal | ErrorCode::Unavailable) {
                tracing::error!(%request_id, code = code.wire(), %error, "passkey failed");
            }
            let status = StatusCode::from_u16(code.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let message = error.message(caller.ctx().locale());
            as_json(status, &json!({ "code": code.wire(), "message": message }))
        }
    }
}

fn as_json(status: StatusCode, value: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, value.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_pages_of_one_s_own_kind_only() {
        use AccountKind::{Citizen, Staff};
        assert_eq!(destination(Staff, "/amt/kalender?tag=1"), "/amt/kalender?tag=1");
        assert_eq!(destination(Citizen, "/konto/passkeys"), "/konto/passkeys");
        for wrong in
            ["", "/", "/amt/anmelden", "/amt/anmelden/code", "//evil.example/amt", "/termin"]
        {
            assert_eq!(destination(Staff, wrong), "/amt", "{wrong}");
        }
        for wrong in ["", "/", "/amt", "/amt/kalender", "/konto/anmelden", "https://evil.example/"]
        {
            assert_eq!(destination(Citizen, wrong), "/konto", "{wrong}");
        }
    }
}
