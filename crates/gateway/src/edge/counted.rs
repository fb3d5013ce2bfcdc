//! Counts the bytes of an answer while they are sent.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};

/// A body that says how much of it was sent when it ends, by whatever end.
pub(crate) struct Counted<F: FnOnce(u64)> {
    inner: Body,
    sent: u64,
    at_end: Option<F>,
}

impl<F: FnOnce(u64) + Send + Unpin + 'static> Counted<F> {
    /// Wraps a body.
    pub(crate) fn wrap(inner: Body, at_end: F) -> Body {
        Body::new(Self { inner, sent: 0, at_end: Some(at_end) })
    }
}

impl<F: FnOnce(u64) + Unpin> HttpBody for Counted<F> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.sent += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl<F: FnOnce(u64)> Drop for Counted<F> {
    fn drop(&mut self) {
        if let Some(at_end) = self.at_end.take() {
            at_end(self.sent);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn the_count_is_what_was_sent() {
        let seen = Arc::new(AtomicU64::new(u64::MAX));
        let note = seen.clone();
        let body =
            Counted::wrap(Body::from("Grüße"), move |sent| note.store(sent, Ordering::SeqCst));
        axum::body::to_bytes(body, 100).await.unwrap();
        assert_eq!(seen.load(Ordering::SeqCst), 7);
    }
}
