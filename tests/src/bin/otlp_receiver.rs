//! A receiver of OTLP over HTTP in a process of its own: `otlp_receiver PORT DIRECTORY`. It reads what it gets with the official
//! protocol's types, refuses what is none, answers as a collector does, and keeps headers and body of each request in the directory.

#![expect(clippy::expect_used, reason = "a test's own program: what goes wrong ends it")]

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderMap, StatusCode, header};
use opentelemetry_proto::tonic::collector::{
    logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse},
    metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse},
    trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
};
use prost::Message;

struct Kept {
    directory: PathBuf,
    count: AtomicUsize,
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().and_then(|port| port.parse().ok()).expect("a port");
    let directory = PathBuf::from(arguments.next().expect("a directory"));
    let kept = Arc::new(Kept { directory, count: AtomicUsize::new(0) });
    let router = Router::new().route("/v1/{signal}", post(receive)).with_state(kept);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
    axum::serve(listener, router).await.expect("served");
}

async fn receive(
    State(kept): State<Arc<Kept>>,
    Path(signal): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/x-protobuf") {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let answer = match signal.as_str() {
        "traces" => ExportTraceServiceRequest::decode(body.clone())
            .map(|_| ExportTraceServiceResponse::default().encode_to_vec()),
        "metrics" => ExportMetricsServiceRequest::decode(body.clone())
            .map(|_| ExportMetricsServiceResponse::default().encode_to_vec()),
        "logs" => ExportLogsServiceRequest::decode(body.clone())
            .map(|_| ExportLogsServiceResponse::default().encode_to_vec()),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let Ok(answer) = answer else { return StatusCode::BAD_REQUEST.into_response() };
    kept.keep(&signal, &headers, &body);
    ([(header::CONTENT_TYPE, "application/x-protobuf")], answer).into_response()
}

impl Kept {
    /// Whole under another name first: the test reads while this writes.
    fn keep(&self, signal: &str, headers: &HeaderMap, body: &[u8]) {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos();
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let name = format!("{at}-{number}.{signal}");
        let headers = headers.iter().map(|(name, value)| format!("{name}: {value:?}\n"));
        let headers = headers.collect::<Vec<_>>().concat();
        fs::write(self.directory.join(format!("{name}.headers")), headers).expect("written");
        let half = self.directory.join(format!("{name}-half"));
        fs::write(&half, body).expect("written");
        fs::rename(half, self.directory.join(name)).expect("renamed");
    }
}
