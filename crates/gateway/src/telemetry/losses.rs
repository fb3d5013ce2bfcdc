//! What could not be sent. A collector that is down costs what it would have got, never a request and never more memory than
//! a queue.

use std::{
    fmt,
    sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    logs::{LogBatch, LogExporter, LogProcessor, SdkLogRecord},
    metrics::{Temporality, data::ResourceMetrics, exporter::PushMetricExporter},
    trace::{Span, SpanData, SpanExporter, SpanProcessor},
};

/// How many spans, and how many log lines, wait at most to be sent.
pub(super) const LONGEST_QUEUE: usize = 2048;

/// The account of one signal. There is one pipeline in a process, so there is one account of each.
#[derive(Debug)]
pub(super) struct Account {
    signal: &'static str,
    waiting: AtomicUsize,
    lost: AtomicU64,
    is_down: AtomicBool,
}

pub(super) static SPANS: Account = Account::new("traces");
pub(super) static LINES: Account = Account::new("logs");
pub(super) static FIGURES: Account = Account::new("metrics");

/// What was lost by signal: spans, log lines, and reports of all figures.
pub(crate) fn lost() -> [(&'static str, u64); 3] {
    [&SPANS, &LINES, &FIGURES].map(|account| (account.signal, account.lost.load(Ordering::Relaxed)))
}

impl Account {
    const fn new(signal: &'static str) -> Self {
        Self {
            signal,
            waiting: AtomicUsize::new(0),
            lost: AtomicU64::new(0),
            is_down: AtomicBool::new(false),
        }
    }

    /// Whether there is room for one more. The SDK would drop it as well, but not say so.
    fn admit(&self) -> bool {
        let room = self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| {
            (waiting < LONGEST_QUEUE).then_some(waiting + 1)
        });
        if room.is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        room.is_ok()
    }

    fn taken(&self, count: usize) {
        self.waiting.fetch_sub(count, Ordering::Relaxed);
    }

    /// Notes how it went, and says so when that has changed.
    fn sent(&self, count: usize, result: OTelSdkResult) -> OTelSdkResult {
        let failed = result.is_err();
        if failed {
            self.lost.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        if self.is_down.swap(failed, Ordering::Relaxed) != failed {
            // the error may quote what the collector answered
            if failed {
                tracing::warn!(signal = self.signal, "the collector does not take what is sent");
            } else {
                tracing::info!(signal = self.signal, "the collector takes what is sent again");
            }
        }
        result
    }
}

/// A processor that lets in what there is room for.
pub(super) struct Bounded<P>(pub P);

/// An exporter that keeps the account.
pub(super) struct Counted<E>(pub E);

impl<P> fmt::Debug for Bounded<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bounded")
    }
}

impl<E> fmt::Debug for Counted<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // the exporter's own would show its headers
        f.write_str("Counted")
    }
}

impl<P: SpanProcessor> SpanProcessor for Bounded<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.0.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && SPANS.admit() {
            self.0.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

impl<P: LogProcessor> LogProcessor for Bounded<P> {
    fn emit(&self, line: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if LINES.admit() {
            self.0.emit(line, scope);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        SPANS.taken(count);
        SPANS.sent(count, self.0.export(batch).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

impl<E: LogExporter> LogExporter for Counted<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let count = batch.iter().count();
        LINES.taken(count);
        LINES.sent(count, self.0.export(batch).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for Counted<E> {
    async fn export(&self, figures: &ResourceMetrics) -> OTelSdkResult {
        FIGURES.sent(1, self.0.export(figures).await)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.0.temporality()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_loses_and_counts() {
        let account = Account::new("test");
        for _ in 0..LONGEST_QUEUE {
            assert!(account.admit());
        }
        assert!(!account.admit());
        assert_eq!(account.lost.load(Ordering::Relaxed), 1);
        account.taken(512);
        assert!(account.admit());
        let _ = account.sent(512, Err(opentelemetry_sdk::error::OTelSdkError::AlreadyShutdown));
        assert_eq!(account.lost.load(Ordering::Relaxed), 513);
        assert!(account.is_down.load(Ordering::Relaxed));
    }
}
