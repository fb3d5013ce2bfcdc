//! `POST /graphql`: what HTTP must look like before anything is run.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use axum::{
    body::Bytes,
    extract::{Extension, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use identity::{AccountKind, Limit, access_keys, accounts};
use kernel::{ErrorCode, PublicError};
use portal::Visit;

use super::{
    errors::{ApiError, make_public},
    operator::{self, OperatorApi},
    reading::{ApiCaller, Reading, Services},
    schema::{self, Api},
};
use crate::edge::{Refusal, bearer};

/// Carries the answer to a challenge, as the widget makes it.
const PROOF: &str = "x-proof-of-work";

/// Answers all methods of `/graphql`.
pub(crate) async fn endpoint(
    State((apis, services)): State<(Apis, Services)>,
    Extension(visit): Extension<Visit>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (locale, request_id) = (visit.ctx.locale(), visit.ctx.request_id());
    let mut request = match accept(&method, &headers, &body) {
        Ok(request) => request,
        Err(refusal) => return answer_refusal(&refusal, &visit),
    };
    let mut response = match admit(&services, &visit, bearer(&headers)).await {
        Ok(caller) if visit.is_suspended && !may_read(&mut request, &caller) => {
            return answer_refusal(&Refusal::suspended(), &visit);
        }
        Ok(caller) => {
            let proof = headers.get(PROOF).and_then(|value| value.to_str().ok());
            let caller = ApiCaller { proof: proof.map(str::to_owned), ..caller };
            let reading = Arc::new(Reading::new(services, visit.clone(), caller));
            apis.execute(request.data(reading), visit.town.is_platform()).await
        }
        Err(error) if error.code() == ErrorCode::Unauthenticated => {
            return answer_refusal(&Refusal::of(ErrorCode::Unauthenticated), &visit);
        }
        Err(error) => refused(error),
    };
    make_public(&mut response, &visit);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag())),
    ];
    // the cookies of whoever signs in or out
    let further = std::mem::take(&mut response.http_headers);
    match serde_json::to_vec(&response) {
        Ok(body) => {
            let mut answer = (headers, body).into_response();
            answer.headers_mut().extend(further);
            answer
        }
        Err(error) => {
            tracing::error!(%error, %request_id, "api answer cannot be written");
            Refusal::of(ErrorCode::Internal).as_json(locale, request_id)
        }
    }
}

/// The schemas of municipalities and of the operator.
#[derive(Clone)]
pub(crate) struct Apis {
    towns: Api,
    operator: OperatorApi,
}

impl Apis {
    /// Builds both over the services.
    pub(crate) fn build(services: &Services, introspection: bool) -> Self {
        let towns = schema::build(services.clone(), introspection);
        Self { towns, operator: operator::build(services, introspection) }
    }

    async fn execute(
        &self,
        request: async_graphql::Request,
        is_platform: bool,
    ) -> async_graphql::Response {
        if is_platform {
            self.operator.execute(request).await
        } else {
            self.towns.execute(request).await
        }
    }
}

/// Whether a request may be answered although the municipality is suspended: the office reads and changes nothing.
fn may_read(request: &mut async_graphql::Request, caller: &ApiCaller) -> bool {
    let is_office = caller.key.is_some()
        || caller.account.as_ref().is_some_and(|account| account.kind == AccountKind::Staff);
    // what cannot be read as a query changes nothing either; its answer says what is wrong with it
    let only_reads = request.parsed_query().is_ok_and(|document| {
        document.operations.iter().all(|(_, operation)| operation.node.ty == OperationType::Query)
    });
    is_office && only_reads
}

/// Counts the request, then finds out who asks: by the key that is shown, or by the browser's session.
async fn admit(
    services: &Services,
    visit: &Visit,
    token: Option<&str>,
) -> Result<ApiCaller, ApiError> {
    let (ctx, identity) = (&visit.ctx, &services.identity);
    identity.limits.take(ctx, Limit::Read, &visit.client).await?;
    if let Some(token) = token {
        let key =
            access_keys::admit(ctx, &services.db, &identity.limits, &visit.client, token).await?;
        return Ok(ApiCaller { key: Some(key), ..ApiCaller::default() });
    }
    let Some(sid) = &visit.sid else { return Ok(ApiCaller::default()) };
    // Without the store of sessions nobody is signed in; what everybody may do goes on.
    let session = identity.sessions.load(ctx, sid).await.unwrap_or_default();
    let signed_in = session.as_ref().and_then(|session| session.data.signed_in);
    let Some(signed_in) = signed_in else {
        return Ok(ApiCaller { session, ..ApiCaller::default() });
    };
    let tx = services.db.begin(ctx).await?;
    let account = accounts::resume(&tx, &signed_in).await?;
    tx.commit().await?;
    if let Some(account) = &account {
        accounts::note_use(ctx, &services.db, account);
    }
    Ok(ApiCaller { session, account, ..ApiCaller::default() })
}

fn answer_refusal(refusal: &Refusal, visit: &Visit) -> Response {
    let mut response = refusal.as_json(visit.ctx.locale(), visit.ctx.request_id());
    let further = match refusal.code {
        ErrorCode::Unauthenticated => Some((header::WWW_AUTHENTICATE, "Bearer")),
        _ if refusal.status == StatusCode::METHOD_NOT_ALLOWED => Some((header::ALLOW, "POST")),
        _ => None,
    };
    if let Some((name, value)) = further {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refused(error: ApiError) -> async_graphql::Response {
    let error = async_graphql::Error::from(error);
    let error = async_graphql::ServerError {
        source: error.source,
        ..async_graphql::ServerError::new(error.message, None)
    };
    async_graphql::Response::from_errors(vec![error])
}

/// Forms and links of other sites can send any method and type but this one without asking first.
fn accept(
    method: &Method,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<async_graphql::Request, Refusal> {
    if method != Method::POST {
        return Err(Refusal::transport(StatusCode::METHOD_NOT_ALLOWED, "method-wrong"));
    }
    // Whoever shows credentials wants to act by them: those of another kind are not passed over.
    if headers.contains_key(header::AUTHORIZATION) && bearer(headers).is_none() {
        return Err(Refusal::of(ErrorCode::Unauthenticated));
    }
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::transport(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type"));
    }
    let bad = |key| Refusal::transport(StatusCode::BAD_REQUEST, key);
    let document: serde_json::Value =
        serde_json::from_slice(body).map_err(|_| bad("json-wrong"))?;
    match &document {
        serde_json::Value::Array(_) => return Err(bad("query-large")),
        serde_json::Value::Object(fields)
            if fields.get("query").is_some_and(serde_json::Value::is_string) => {}
        _ => return Err(bad("query-wrong")),
    }
    serde_json::from_value(document).map_err(|_| bad("query-wrong"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &Method, content_type: Option<&str>, body: &str) -> u16 {
        let mut headers = HeaderMap::new();
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        }
        accept(method, &headers, body.as_bytes())
            .map_or_else(|refusal| refusal.status.as_u16(), |_| 200)
    }

    #[test]
    fn only_json_by_post_is_run() {
        let query = r#"{"query":"{ viewer { signedIn } }"}"#;
        let json = Some("application/json");
        assert_eq!(status(&Method::POST, json, query), 200);
        assert_eq!(status(&Method::POST, Some("Application/JSON; charset=utf-8"), query), 200);
        for simple in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json5",
        ] {
            assert_eq!(status(&Method::POST, Some(simple), query), 415, "{simple}");
        }
        assert_eq!(status(&Method::POST, None, query), 415);
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
            assert_eq!(status(&method, json, query), 405, "{method}");
        }
    }

    #[test]
    fn broken_and_batched_requests_are_refused() {
        let json = Some("application/json");
        for body in [
            "",
            "{",
            "\"query\"",
            "null",
            "{}",
            r#"{"query":1}"#,
            r#"{"query":"{a}","variables":7}"#,
        ] {
            assert_eq!(status(&Method::POST, json, body), 400, "{body}");
        }
        assert_eq!(status(&Method::POST, json, r#"[{"query":"{ viewer { signedIn } }"}]"#), 400);
        assert_eq!(
            status(&Method::POST, json, &format!("{}1{}", "[".repeat(500), "]".repeat(500))),
            400
        );
    }

    #[test]
    fn credentials_of_another_kind_are_refused() {
        let code = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            accept(&Method::POST, &headers, b"{}").unwrap_err().code
        };
        for other in ["", "Bearer", "Basic c3Q6MA==", "st_0", "Token st_0"] {
            assert_eq!(code(other), ErrorCode::Unauthenticated, "{other}");
        }
        assert_eq!(code("bearer x"), ErrorCode::BadInput, "looked at later");
    }
}
