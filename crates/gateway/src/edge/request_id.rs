//! The id that leads from an answer to its log entries and its trace.

use http::HeaderMap;
use kernel::{Chance, RequestId};
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState},
};

/// The trace that a request belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace {
    /// The id of the trace.
    pub id: RequestId,
    /// What a proxy in front of us has begun.
    parent: Option<SpanContext>,
}

impl Trace {
    /// Goes on with the trace of a trusted proxy (W3C Trace Context `traceparent`), or begins one: a stranger's id could be anything,
    /// and would be written down.
    pub(crate) fn of(headers: &HeaderMap, is_trusted: bool, chance: &dyn Chance) -> Self {
        let given = headers.get("traceparent").and_then(|value| value.to_str().ok());
        if let Some(parent) = given.filter(|_| is_trusted).and_then(traceparent) {
            let id = RequestId(u128::from_be_bytes(parent.trace_id().to_bytes()));
            return Self { id, parent: Some(parent) };
        }
        let mut bytes = [0; 16];
        chance.fill(&mut bytes);
        Self { id: RequestId(u128::from_be_bytes(bytes)), parent: None }
    }

    /// The context under which the request's span begins.
    pub(crate) fn parent(&self) -> Option<Context> {
        let parent = self.parent.clone()?;
        Some(Context::new().with_remote_span_context(parent))
    }
}

/// `00-<32 hex digits>-<16 hex digits>-<flags>`; an id of zeros is none.
fn traceparent(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (version, id, parent) = (parts.next()?, parts.next()?, parts.next()?);
    let flags = parts.next()?;
    let hex = |text: &str, length| {
        text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    if !hex(version, 2) || version == "ff" || !hex(id, 32) || !hex(parent, 16) || !hex(flags, 2) {
        return None;
    }
    let context = SpanContext::new(
        TraceId::from_hex(id).ok()?,
        SpanId::from_hex(parent).ok()?,
        TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use kernel::SeededChance;

    use super::*;

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn id(traceparent: &str, is_trusted: bool) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", traceparent.parse().unwrap());
        Trace::of(&headers, is_trusted, &SeededChance::new(1)).id.to_string()
    }

    #[test]
    fn a_trusted_proxy_s_trace_goes_on() {
        assert_eq!(id(GIVEN, true), "0af7651916cd43dd8448eb211c80319c");
        let parent = traceparent(GIVEN).unwrap();
        assert!(parent.is_sampled() && parent.is_remote());
        assert_eq!(parent.span_id().to_string(), "b7ad6b7169203331");
    }

    #[test]
    fn a_stranger_s_and_a_broken_one_are_not_repeated() {
        assert_ne!(id(GIVEN, false), "0af7651916cd43dd8448eb211c80319c");
        for wrong in [
            "",
            "00-0-0-0",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "<script>",
        ] {
            assert_eq!(traceparent(wrong), None, "{wrong}");
        }
    }
}
