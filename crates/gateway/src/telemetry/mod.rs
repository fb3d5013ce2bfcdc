//! What the process tells about itself: log lines, and, where a collector is configured, traces, figures and log lines over OTLP.
//! They name no person, no address and no path with an id.

mod export;
mod figures;
mod losses;
mod trace_ids;

use std::io::{self, IsTerminal};

use tracing::Metadata;
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt, dynamic_filter_fn, filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::config::{self, Log, LogFormat};

pub(crate) use export::{ExportError, Exporters};
pub(crate) use figures::{Instruments, follow};
pub(crate) use losses::lost;

/// Our own crates: what libraries log stays on this machine.
const OURS: [&str; 12] = [
    "stadttermin",
    "kernel",
    "db",
    "tenant",
    "identity",
    "scheduling",
    "notify",
    "privacy",
    "portal",
    "gateway",
    "migrations",
    "demo",
];

/// The span of a statement. Outside of a request or a job nobody asks for it.
pub(crate) const STATEMENT: &str = "statement";

type Boxed = Box<dyn Layer<Registry> + Send + Sync>;

/// Sends log lines to standard error, once per process; a second call changes nothing.
pub fn start(log: &Log) {
    begin(vec![lines(log)]);
}

/// The same, and sends traces, figures and log lines to the configured collector. End what it returns with the process.
pub(crate) fn start_with_export(
    log: &Log,
    telemetry: &config::Telemetry,
) -> Result<Option<Exporters>, ExportError> {
    if !telemetry.is_on() {
        start(log);
        return Ok(None);
    }
    let exporters = Exporters::start(telemetry)?;
    let mut layers = vec![lines(log)];
    // in this order: the ids are there when the trace begins
    layers.push(trace_ids::TraceIds.with_filter(filter_fn(is_span)).boxed());
    let spans = tracing_opentelemetry::layer()
        .with_tracer(exporters.tracer())
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false);
    let inside = dynamic_filter_fn(|metadata, context| {
        is_span(metadata) && (metadata.name() != STATEMENT || context.lookup_current().is_some())
    });
    layers.push(spans.with_filter(inside).boxed());
    // the same lines as on this machine, of our own crates
    let own = filter_fn(is_ours).and(filter(log));
    layers.push(exporters.log_lines().with_filter(own).boxed());
    begin(layers);
    Ok(Some(exporters))
}

fn begin(layers: Vec<Boxed>) {
    let _ = tracing_subscriber::registry().with(layers).try_init();
    // The message of a panic may hold anything; the place is enough to find the fault.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

fn lines(log: &Log) -> Boxed {
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    match log.format {
        LogFormat::Text => lines.with_target(false).with_filter(filter(log)).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_filter(filter(log)).boxed(),
    }
}

/// The operator's filter. The spans of traces repeat what log lines say anyway.
fn filter(log: &Log) -> EnvFilter {
    let filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    match format!("{}=off", kernel::TRACE).parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    }
}

fn is_span(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target() == kernel::TRACE
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    let from = metadata.target().split("::").next().unwrap_or_default();
    metadata.is_event() && OURS.contains(&from)
}
