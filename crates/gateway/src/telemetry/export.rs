//! The pipeline of traces, figures and log lines to the collector, in threads of its own: no request waits for it.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use kernel::{Chance, OsChance};
use opentelemetry::{KeyValue, global, trace::TracerProvider};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{
    ExporterBuildError, LogExporter, MetricExporter, Protocol, RetryPolicy, SpanExporter,
    WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::{
    Resource, logs,
    logs::{BatchLogProcessor, SdkLogger, SdkLoggerProvider},
    metrics::{PeriodicReader, SdkMeterProvider},
    trace::{self, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider},
};
use reqwest::{blocking::Client, redirect::Policy, tls::Certificate};

use super::{
    losses::{Bounded, Counted, LONGEST_QUEUE},
    trace_ids::RequestIds,
};
use crate::config::Telemetry;

/// How long a delivery may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the end of the process waits for the last delivery.
const FAREWELL: Duration = Duration::from_secs(3);

/// Who measures, as receivers show it.
pub(super) const SCOPE: &str = "stadttermin";

/// Why nothing can be sent. Names no header: they are secrets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    /// The authority's certificates cannot be read, or there is no TLS here.
    #[error("telemetry.otlp_ca_file: the collector cannot be reached with it: {0}")]
    Client(#[source] reqwest::Error),
    /// The settings do not make an exporter.
    #[error("telemetry.otlp_endpoint: {0}")]
    Exporter(#[from] ExporterBuildError),
}

/// What sends.
#[derive(Debug)]
pub(crate) struct Exporters {
    spans: SdkTracerProvider,
    lines: SdkLoggerProvider,
    figures: SdkMeterProvider,
}

impl Exporters {
    pub(super) fn start(telemetry: &Telemetry) -> Result<Self, ExportError> {
        let client = client(telemetry).map_err(ExportError::Client)?;
        let headers: HashMap<_, _> = telemetry.headers().unwrap_or_default().into_iter().collect();
        let interval = Duration::from_secs(telemetry.interval_seconds);
        let resource = resource(telemetry);
        macro_rules! exporter {
            ($exporter:ty, $signal:literal) => {
                <$exporter>::builder()
                    .with_http()
                    .with_http_client(client.clone())
                    .with_protocol(Protocol::HttpBinary)
                    .with_endpoint(telemetry.address($signal))
                    .with_headers(headers.clone())
                    .with_timeout(PATIENCE)
                    // what is new is worth more than what is old
                    .with_retry_policy(RetryPolicy::disabled())
                    .build()?
            };
        }

        let batches = trace::BatchConfigBuilder::default()
            .with_max_queue_size(LONGEST_QUEUE)
            .with_scheduled_delay(interval)
            .build();
        let processor = BatchSpanProcessor::builder(Counted(exporter!(SpanExporter, "traces")))
            .with_batch_config(batches)
            .build();
        let ratio = Sampler::TraceIdRatioBased(telemetry.sampling_ratio);
        let spans = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(ratio)))
            .with_id_generator(RequestIds::default())
            .with_resource(resource.clone())
            .with_span_processor(Bounded(processor))
            .build();

        let batches = logs::BatchConfigBuilder::default()
            .with_max_queue_size(LONGEST_QUEUE)
            .with_scheduled_delay(interval)
            .build();
        let processor = BatchLogProcessor::builder(Counted(exporter!(LogExporter, "logs")))
            .with_batch_config(batches)
            .build();
        let lines = SdkLoggerProvider::builder()
            .with_resource(resource.clone())
            .with_log_processor(Bounded(processor))
            .build();

        let reader = PeriodicReader::builder(Counted(exporter!(MetricExporter, "metrics")))
            .with_interval(interval)
            .build();
        let figures =
            SdkMeterProvider::builder().with_resource(resource).with_reader(reader).build();
        global::set_meter_provider(figures.clone());
        Ok(Self { spans, lines, figures })
    }

    pub(super) fn tracer(&self) -> SdkTracer {
        self.spans.tracer(SCOPE)
    }

    pub(super) fn log_lines(&self) -> OpenTelemetryTracingBridge<SdkLoggerProvider, SdkLogger> {
        OpenTelemetryTracingBridge::new(&self.lines)
    }

    /// Sends what is left and ends, within a bound: a collector that is down does not hold the process.
    pub(crate) fn end(self) {
        let ends: [Box<dyn FnOnce() + Send>; 3] = [
            Box::new(move || drop(self.spans.shutdown_with_timeout(FAREWELL))),
            Box::new(move || drop(self.lines.shutdown_with_timeout(FAREWELL))),
            Box::new(move || drop(self.figures.shutdown_with_timeout(FAREWELL))),
        ];
        let threads = ends.map(std::thread::spawn);
        let deadline = Instant::now() + FAREWELL + Duration::from_millis(500);
        while threads.iter().any(|thread| !thread.is_finished()) && Instant::now() < deadline {
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }
}

fn client(telemetry: &Telemetry) -> Result<Client, reqwest::Error> {
    let mut client = Client::builder()
        .timeout(PATIENCE)
        .connect_timeout(PATIENCE / 2)
        // whoever redirects is not the collector that the operator named
        .redirect(Policy::none())
        .no_proxy();
    if let Some(ca) = &telemetry.otlp_ca {
        client = client.tls_certs_merge(Certificate::from_pem_bundle(ca)?);
    }
    client.build()
}

/// Who sends. Built from the settings alone: what the SDK would find out about machine and process is nobody's business.
fn resource(telemetry: &Telemetry) -> Resource {
    let mut instance = [0; 16];
    OsChance.fill(&mut instance);
    let own = telemetry.attributes().unwrap_or_default();
    let own = own.into_iter().map(|(name, value)| KeyValue::new(name, value));
    Resource::builder_empty()
        .with_attributes(own)
        .with_attributes([
            KeyValue::new("service.name", telemetry.service_name.clone()),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new(
                "service.instance.id",
                uuid::Builder::from_random_bytes(instance).into_uuid().to_string(),
            ),
        ])
        .build()
}
