//! A request's span, after OpenTelemetry's conventions for HTTP servers, without what would tell who asked for what: no path, no
//! query, no address, no host, no header.

use http::{Method, StatusCode};
use tracing::{Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::Arrival;

/// The span of a request. The probes of whoever runs the process have none.
pub(super) fn of_request(
    arrival: &Arrival,
    asked: &Method,
    route: Option<&str>,
    is_https: bool,
) -> Span {
    if arrival.is_system {
        return Span::none();
    }
    let asked = method(asked);
    let span = tracing::info_span!(
        target: kernel::TRACE,
        "request",
        otel.kind = "server",
        otel.name = Empty,
        otel.status_code = Empty,
        http.request.method = asked,
        http.route = route,
        http.response.status_code = Empty,
        error.type = Empty,
        url.scheme = if is_https { "https" } else { "http" },
        stadttermin.tenant = Empty,
        stadttermin.tenant.id = arrival.tenant.map(tracing::field::display),
        stadttermin.request_id = %arrival.request_id,
    );
    if !span.is_disabled() {
        match route {
            Some(route) => span.record("otel.name", format!("{asked} {route}")),
            None => span.record("otel.name", asked),
        };
        if let Some(parent) = arrival.trace.parent() {
            // without a collector there is no trace to go on with
            let _ = span.set_parent(parent);
        }
    }
    span
}

/// Notes how it went.
pub(super) fn answered(span: &Span, status: StatusCode, slug: Option<&str>) {
    span.record("http.response.status_code", status.as_u16());
    if let Some(slug) = slug {
        span.record("stadttermin.tenant", slug);
    }
    if status.is_server_error() {
        span.record("otel.status_code", "error");
        span.record("error.type", status.as_str());
    }
}

/// Methods are free text; only the known ones are repeated.
pub(super) fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        _ => "_OTHER",
    }
}
