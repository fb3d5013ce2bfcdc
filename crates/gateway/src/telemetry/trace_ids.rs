//! The id of a request is the id of its trace, so that what somebody reads on an error page leads to it.

use std::cell::Cell;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

/// The field of a span that begins a trace.
const FIELD: &str = "stadttermin.request_id";

thread_local! {
    /// The id of the trace that begins on this thread in this moment.
    static NEXT: Cell<Option<TraceId>> = const { Cell::new(None) };
}

/// Reads the id from the span's field and hands it to [`RequestIds`] when the span is entered for the first time, which is when
/// its trace begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct TraceIds;

struct Waiting(TraceId);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TraceIds {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut found = Found(None);
        attributes.record(&mut found);
        if let (Some(trace), Some(span)) = (found.0, context.span(id)) {
            span.extensions_mut().insert(Waiting(trace));
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let waiting = context.span(id).and_then(|span| span.extensions_mut().remove::<Waiting>());
        if let Some(Waiting(trace)) = waiting {
            NEXT.set(Some(trace));
        }
    }

    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        // a trace that a proxy has begun had an id already
        NEXT.set(None);
    }
}

struct Found(Option<TraceId>);

impl Visit for Found {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == FIELD {
            self.0 = TraceId::from_hex(&format!("{value:?}")).ok();
        }
    }
}

/// Gives a new trace the id of its request; everything else gets ids by chance.
#[derive(Debug, Default)]
pub(super) struct RequestIds(RandomIdGenerator);

impl IdGenerator for RequestIds {
    fn new_trace_id(&self) -> TraceId {
        NEXT.take().filter(|id| *id != TraceId::INVALID).unwrap_or_else(|| self.0.new_trace_id())
    }

    fn new_span_id(&self) -> SpanId {
        self.0.new_span_id()
    }
}
