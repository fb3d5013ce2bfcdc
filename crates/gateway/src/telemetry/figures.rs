//! The figures of `/metrics` as OpenTelemetry's instruments, under the names of its semantic conventions where there are some.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use http::StatusCode;
use kernel::retention::Category;
use opentelemetry::{
    KeyValue, global,
    metrics::{AsyncInstrument, Histogram},
};

use super::{export::SCOPE, losses};
use crate::{config::Config, health::Figures};

/// Seconds, as the conventions for HTTP servers give them.
const BOUNDARIES: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Measures requests.
#[derive(Debug, Clone)]
pub(crate) struct Instruments {
    duration: Histogram<f64>,
    scheme: &'static str,
}

impl Instruments {
    /// The instruments of this process, where there is a collector.
    pub(crate) fn of(config: &Config) -> Option<Self> {
        if !config.telemetry.is_on() {
            return None;
        }
        let duration = global::meter(SCOPE)
            .f64_histogram("http.server.request.duration")
            .with_unit("s")
            .with_description("Duration of HTTP server requests.")
            .with_boundaries(BOUNDARIES.to_vec())
            .build();
        let scheme = if config.server.is_https() { "https" } else { "http" };
        Some(Self { duration, scheme })
    }

    /// Measures an answer.
    pub(crate) fn measure(
        &self,
        method: &'static str,
        route: Option<&str>,
        status: StatusCode,
        took: Duration,
    ) {
        let mut attributes = vec![
            KeyValue::new("http.request.method", method),
            KeyValue::new("http.response.status_code", i64::from(status.as_u16())),
            KeyValue::new("url.scheme", self.scheme),
        ];
        attributes.extend(route.map(|route| KeyValue::new("http.route", route.to_owned())));
        if status.is_server_error() {
            attributes.push(KeyValue::new("error.type", status.as_str().to_owned()));
        }
        self.duration.record(took.as_secs_f64(), &attributes);
    }
}

#[derive(Debug, Default)]
struct Latest {
    jobs: Vec<(&'static str, i64)>,
    overdue: Vec<(Category, TimeDelta)>,
    remains: Option<i64>,
}

/// Reads the figures of the database again and again, because instruments are read in a thread that cannot wait for it.
pub(crate) async fn follow(figures: Figures, interval: Duration) {
    let latest = Arc::new(Mutex::new(Latest::default()));
    observe(&figures, &latest);
    loop {
        let now = Latest {
            jobs: figures.jobs().await,
            overdue: figures.overdue().await,
            remains: figures.remains().await,
        };
        *latest.lock().unwrap_or_else(PoisonError::into_inner) = now;
        tokio::time::sleep(interval).await;
    }
}

fn observe(figures: &Figures, latest: &Arc<Mutex<Latest>>) {
    let meter = global::meter(SCOPE);
    let source = latest.clone();
    let _ = meter
        .i64_observable_gauge("stadttermin.jobs")
        .with_unit("{job}")
        .with_description(
            "Jobs in the database: ready, retried after a failure, late by five minutes, dead.",
        )
        .with_callback(move |observer| {
            let latest = source.lock().unwrap_or_else(PoisonError::into_inner);
            for (state, count) in &latest.jobs {
                observer.observe(*count, &[KeyValue::new("stadttermin.job.state", *state)]);
            }
        })
        .build();
    let source = latest.clone();
    let _ = meter
        .i64_observable_gauge("stadttermin.retention.overdue")
        .with_unit("s")
        .with_description(
            "For how long the oldest row of any municipality should have been deleted by now.",
        )
        .with_callback(move |observer| {
            let latest = source.lock().unwrap_or_else(PoisonError::into_inner);
            for (category, late) in &latest.overdue {
                let category = KeyValue::new("stadttermin.retention.category", category.key());
                observer.observe(late.num_seconds(), &[category]);
            }
        })
        .build();
    let source = latest.clone();
    let _ = meter
        .i64_observable_gauge("stadttermin.erasure.remains")
        .with_unit("{erasure}")
        .with_description(
            "Erasures at people's wish of which something was still there at the last look.",
        )
        .with_callback(move |observer| {
            let latest = source.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(remains) = latest.remains {
                observer.observe(remains, &[]);
            }
        })
        .build();
    let metrics = figures.metrics.clone();
    let _ = meter
        .u64_observable_counter("stadttermin.sms.over_budget")
        .with_unit("{message}")
        .with_description("SMS that a budget has kept from being sent.")
        .with_callback(move |observer| observer.observe(metrics.texts_over_budget(), &[]))
        .build();
    let _ = meter
        .u64_observable_counter("stadttermin.telemetry.lost")
        .with_description("Spans, log lines and reports of figures that the collector did not get.")
        .with_callback(|observer| observe_losses(observer))
        .build();
}

fn observe_losses(observer: &dyn AsyncInstrument<u64>) {
    for (signal, count) in losses::lost() {
        observer.observe(count, &[KeyValue::new("stadttermin.telemetry.signal", signal)]);
    }
}
