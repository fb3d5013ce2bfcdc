//! What happens to every request before and after a page or the API sees it: whose host it is, who asks, how large
//! it may be, whether it may act, what is logged and which headers the answer carries.
//!
//! Hosts: `<slug>.<base domain>` and proven domains are municipalities, `ops.<base domain>` is the operator's own. Everything
//! else gets the same 404, be it unknown or a draft. A suspended municipality says that it is closed.

mod answer;
mod counted;
mod headers;
mod metrics;
mod origin;
mod peer;
mod request_id;
mod span;

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, to_bytes},
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use chrono_tz::Tz;
use futures::FutureExt;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::{Actor, Chance, Clock, Ctx, ErrorCode, Locale, PublicError, RequestId, TenantId};
use portal::Visit;
use privacy::access_log;
use ring::hmac;
use tenant::{Directory, DirectoryError, Municipality};
use tracing::Instrument;

pub(crate) use answer::{Refusal, Surface};
pub use metrics::Metrics;
pub(crate) use origin::bearer;

use self::request_id::Trace;
use crate::{config, telemetry::Instruments};

/// Paths that belong to the installation, not to a municipality.
const SYSTEM_PATHS: [&str; 3] = ["/healthz", "/readyz", "/schema.graphql"];

/// What the edge needs to know.
pub(crate) struct Edge {
    pub server: config::Server,
    pub directory: Arc<Directory>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    pub client_key: hmac::Key,
    pub limits: identity::Limits,
    pub recorder: access_log::Recorder,
    pub metrics: Arc<Metrics>,
    pub instruments: Option<Instruments>,
}

/// What is known about a request before its municipality is loaded.
struct Arrival {
    peer: peer::Peer,
    tenant: Option<TenantId>,
    request_id: RequestId,
    trace: Trace,
    surface: Surface,
    accept_language: String,
    is_counted: bool,
    is_system: bool,
}

/// Answers addresses that no page has.
pub(crate) async fn missing(request: Request) -> Response {
    refuse(&request, &Refusal::of(ErrorCode::NotFound))
}

/// Answers methods that an address does not take.
pub(crate) async fn wrong_method(request: Request) -> Response {
    refuse(&request, &Refusal::transport(StatusCode::METHOD_NOT_ALLOWED, "method-wrong"))
}

fn refuse(request: &Request, refusal: &Refusal) -> Response {
    let visit = request.extensions().get::<Visit>();
    let request_id = request.extensions().get::<RequestId>().copied().unwrap_or(RequestId(0));
    let locale = visit.map_or(Locale::De, |visit| visit.ctx.locale());
    refusal.answer(Surface::of(request.uri().path()), visit, locale, request_id)
}

/// Wraps the whole router.
pub(crate) async fn serve(State(edge): State<Arc<Edge>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let arrival = edge.receive(&request);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let seen = request.headers().clone();
    let trace = span::of_request(&arrival, &method, route.as_deref(), edge.server.is_https());
    let span = tracing::info_span!("request", request_id = %arrival.request_id);
    let work = edge.limited(&arrival, request, next).instrument(span).instrument(trace.clone());
    let (mut response, town) = work.await;

    let (status, took) = (response.status(), started.elapsed());
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    edge.metrics.count(status, milliseconds);
    if let Some(instruments) = &edge.instruments {
        instruments.measure(span::method(&method), route.as_deref(), status, took);
    }
    let slug = town.as_ref().map(|town| town.slug.as_str());
    span::answered(&trace, status, slug);
    // The route's pattern, never the path; no query, no address.
    trace.in_scope(|| {
        tracing::info!(
            method = span::method(&method),
            route = route.as_deref().unwrap_or("(none)"),
            status = status.as_u16(),
            duration_ms = milliseconds,
            tenant = slug.unwrap_or("-"),
            request_id = %arrival.request_id,
            "request served"
        );
    });
    drop(trace);
    headers::protect(response.headers_mut(), edge.server.is_https());
    if let Ok(id) = HeaderValue::from_str(&arrival.request_id.to_string()) {
        response.headers_mut().insert("x-request-id", id);
    }
    if let Some(tenant) = arrival.tenant {
        let zone = town.map_or(chrono_tz::Europe::Berlin, |town| town.zone());
        // What somebody typed behind the host is no page; it may be a code that belongs into a form.
        let page = if route.is_some() { uri.path() } else { "(keine Seite)" };
        response = edge.noted(response, tenant, zone, &arrival, page, &seen);
    }
    response
}

impl Edge {
    fn receive(&self, request: &Request) -> Arrival {
        let peer = peer::Peer::read(request, &self.server.trusted_proxies);
        let trace = Trace::of(request.headers(), peer.is_proxied, self.chance.as_ref());
        Arrival {
            tenant: self.directory.identify(&peer.host),
            request_id: trace.id,
            trace,
            surface: Surface::of(request.uri().path()),
            accept_language: text(request.headers(), header::ACCEPT_LANGUAGE.as_str()).to_owned(),
            is_counted: is_counted(request),
            is_system: SYSTEM_PATHS.contains(&request.uri().path()),
            peer,
        }
    }

    /// Serves within the time limit; whatever breaks becomes an answer.
    async fn limited(
        &self,
        arrival: &Arrival,
        request: Request,
        next: Next,
    ) -> (Response, Option<Arc<Municipality>>) {
        let visit = if arrival.is_system {
            Ok(None)
        } else {
            self.visit(arrival, request.headers()).await.map(Some)
        };
        let visit = match visit {
            Ok(visit) => visit,
            Err(refusal) => {
                return (
                    refusal.answer(arrival.surface, None, arrival.locale(None), arrival.request_id),
                    None,
                );
            }
        };
        let town = visit.as_ref().map(|visit| visit.town.clone());
        let work = self.guarded(arrival, visit.clone(), request, next);
        let limit = Duration::from_secs(self.server.request_timeout_seconds);
        let refusal = match tokio::time::timeout(limit, AssertUnwindSafe(work).catch_unwind()).await
        {
            Ok(Ok(Ok(response))) => return (response, town),
            Ok(Ok(Err(refusal))) => refusal,
            // What it said went to the panic hook; it may contain anything, so it is not repeated.
            Ok(Err(_)) => {
                tracing::error!(request_id = %arrival.request_id, "request panicked");
                Refusal::of(ErrorCode::Internal)
            }
            Err(_) => {
                tracing::warn!(request_id = %arrival.request_id, "request took too long");
                Refusal::of(ErrorCode::Unavailable)
            }
        };
        let response = refusal.answer(
            arrival.surface,
            visit.as_ref(),
            arrival.locale(visit.as_ref()),
            arrival.request_id,
        );
        (response, town)
    }

    async fn guarded(
        &self,
        arrival: &Arrival,
        visit: Option<Visit>,
        request: Request,
        next: Next,
    ) -> Result<Response, Refusal> {
        let asked = origin::Asked {
            method: request.method(),
            headers: request.headers(),
            host: &arrival.peer.host,
            is_api: arrival.surface == Surface::Api,
            has_cookie: visit.as_ref().is_some_and(|visit| visit.sid.is_some()),
        };
        if visit.is_some() && !origin::may_act(asked) {
            return Err(Refusal::of(ErrorCode::Forbidden));
        }
        if let Some(visit) = &visit {
            self.share(visit).await?;
        }
        // the API looks at who asks before it says so
        let is_closed = visit.as_ref().is_some_and(|visit| visit.is_suspended)
            && arrival.surface == Surface::Page
            && !portal::is_open_while_suspended(request.method(), request.uri().path());
        if is_closed {
            return Err(Refusal::suspended());
        }
        let has_session = visit.as_ref().is_some_and(|visit| visit.sid.is_some());
        let mut request = self.with_bounded_body(request, has_session).await?;
        request.extensions_mut().insert(arrival.request_id);
        if let Some(visit) = visit {
            request.extensions_mut().insert(visit);
        }
        Ok(next.run(request).await)
    }

    /// One municipality's rush must not take what the others need, where the operator has said how much it may have.
    async fn share(&self, visit: &Visit) -> Result<(), Refusal> {
        let (what, who) = (identity::Limit::Municipality, visit.ctx.tenant().uuid());
        let taken = match visit.town.requests_per_minute {
            Some(most) => self.limits.take_of(&visit.ctx, what, who.as_bytes(), most).await,
            None => self.limits.take(&visit.ctx, what, who.as_bytes()).await,
        };
        taken.map_err(|_| Refusal::crowded())
    }

    /// Reads the body here, whole: its limit then holds for every kind of transfer and every extractor behind.
    /// Files are larger than forms; they go to pages of the office, which nobody reaches without a session.
    async fn with_bounded_body(
        &self,
        request: Request,
        has_session: bool,
    ) -> Result<Request, Refusal> {
        let takes_file = has_session && portal::takes_file(request.uri().path());
        let file_limit = if takes_file { portal::LARGEST_UPLOAD_KB } else { 0 };
        let limit_kb = self.server.body_limit_kb.max(file_limit);
        let limit = limit_kb * 1024;
        let too_large = || Refusal {
            limit: Some(limit_kb.to_string()),
            ..Refusal::transport(StatusCode::PAYLOAD_TOO_LARGE, "body-large")
        };
        let announced = text(request.headers(), header::CONTENT_LENGTH.as_str()).parse::<usize>();
        if announced.is_ok_and(|length| length > limit) {
            return Err(too_large());
        }
        let (parts, body) = request.into_parts();
        // A body that breaks off is not distinguished from one that is too large: nobody reads the answer then.
        let bytes = to_bytes(body, limit).await.map_err(|_| too_large())?;
        Ok(Request::from_parts(parts, Body::from(bytes)))
    }

    async fn visit(&self, arrival: &Arrival, headers: &HeaderMap) -> Result<Visit, Refusal> {
        let not_found = || Refusal::of(ErrorCode::NotFound);
        let tenant = arrival.tenant.ok_or_else(not_found)?;
        let ctx = Ctx::new(
            tenant,
            Actor::Citizen,
            arrival.locale(None),
            arrival.request_id,
            self.clock.clone(),
            self.chance.clone(),
        );
        let town = self.directory.municipality(&ctx).await.map_err(|error| match error {
            DirectoryError::Incomplete(slug) => {
                tracing::error!(slug, "municipality is not completely set up");
                not_found()
            }
            DirectoryError::Fault(fault) => {
                tracing::error!(%fault, request_id = %arrival.request_id, "municipality cannot be read");
                Refusal::of(fault.code())
            }
        })?;
        let town = town.ok_or_else(not_found)?;
        let locale = town.pick_locale(None, &arrival.accept_language);
        let cookies =
            headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        Ok(Visit {
            ctx: ctx.with_locale(locale),
            town,
            sid: identity::cookie::read(&cookies, self.server.is_https()),
            client: arrival.peer.hash(&self.client_key),
            address: arrival.peer.address,
            device: access_log::device(text(headers, header::USER_AGENT.as_str())),
            is_counted: arrival.is_counted,
            is_suspended: self.directory.is_suspended(tenant),
        })
    }

    /// Writes the access log when the last byte is sent.
    fn noted(
        &self,
        response: Response,
        tenant: TenantId,
        zone: Tz,
        arrival: &Arrival,
        path: &str,
        headers: &HeaderMap,
    ) -> Response {
        let (at, status, address) =
            (self.clock.now(), response.status().as_u16(), arrival.peer.address);
        let recorder = self.recorder.clone();
        let path = path.to_owned();
        let referer = text(headers, header::REFERER.as_str()).to_owned();
        let agent = text(headers, header::USER_AGENT.as_str()).to_owned();
        let language = arrival.accept_language.clone();
        response.map(|body| {
            counted::Counted::wrap(body, move |bytes| {
                let entry = access_log::Entry::from_request(access_log::Request {
                    ip: address,
                    at,
                    zone,
                    path: &path,
                    status,
                    bytes,
                    referer: &referer,
                    user_agent: &agent,
                    accept_language: &language,
                });
                recorder.record(tenant, entry);
            })
        })
    }
}

impl Arrival {
    fn locale(&self, visit: Option<&Visit>) -> Locale {
        visit.map_or_else(
            || {
                Locale::negotiate(&self.accept_language, &[Locale::De, Locale::En])
                    .unwrap_or(Locale::De)
            },
            |visit| visit.ctx.locale(),
        )
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Whether a request may be counted in the statistics: somebody is looking at a page, and their browser does not object
/// (Global Privacy Control). Who looks ahead or works through all pages by machine is nobody looking.
fn is_counted(request: &Request) -> bool {
    let headers = request.headers();
    let objects = text(headers, "sec-gpc") == "1";
    let looks_ahead = ["sec-purpose", "purpose", "x-moz"]
        .iter()
        .any(|name| text(headers, name).to_ascii_lowercase().contains("prefetch"));
    let agent = text(headers, header::USER_AGENT.as_str()).to_ascii_lowercase();
    let is_machine = ["bot", "crawl", "spider"].iter().any(|word| agent.contains(word));
    request.method() != Method::HEAD && !objects && !looks_ahead && !is_machine
}
