//! The id that leads from an answer to its log entries.

use http::HeaderMap;
use kernel::{Chance, RequestId};

/// The caller's trace id (W3C Trace Context `traceparent`), or a new one.
pub(crate) fn request_id(headers: &HeaderMap, chance: &dyn Chance) -> RequestId {
    let given = headers.get("traceparent").and_then(|value| value.to_str().ok()).and_then(trace_id);
    given.unwrap_or_else(|| {
        let mut bytes = [0; 16];
        chance.fill(&mut bytes);
        RequestId(u128::from_be_bytes(bytes))
    })
}

/// `00-<32 hex digits>-<16 hex digits>-<flags>`; an id of zeros is none.
fn trace_id(traceparent: &str) -> Option<RequestId> {
    let mut parts = traceparent.split('-');
    let (version, id, parent) = (parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length| {
        text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    if !hex(version, 2)
        || version == "ff"
        || !hex(id, 32)
        || !hex(parent, 16)
        || parts.next().is_none()
    {
        return None;
    }
    u128::from_str_radix(id, 16).ok().filter(|id| *id != 0).map(RequestId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_s_trace_goes_on() {
        let id = trace_id("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
        assert_eq!(id.to_string(), "0af7651916cd43dd8448eb211c80319c");
        for wrong in
            ["", "00-0-0-0", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "<script>"]
        {
            assert_eq!(trace_id(wrong), None);
        }
    }
}
