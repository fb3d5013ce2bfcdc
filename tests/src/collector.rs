//! A collector of traces, figures and log lines, and what it got.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use db::signature::hex;
use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, KeyValue, any_value::Value},
    metrics::v1::{Metric, metric::Data, number_data_point},
};
use prost::Message;

use crate::running::free_port;

/// Attributes as text.
pub type Attributes = BTreeMap<String, String>;

/// A span as it arrived.
#[derive(Debug, Clone)]
pub struct Span {
    /// What it is called.
    pub name: String,
    /// Its kind as the protocol numbers them: 1 internal, 2 server, 3 client, 5 consumer.
    pub kind: i32,
    /// Its trace, as hexadecimal digits.
    pub trace: String,
    /// Itself.
    pub id: String,
    /// What it is part of; empty for a root.
    pub parent: String,
    /// What it says.
    pub attributes: Attributes,
    /// Who sent it.
    pub resource: Attributes,
    /// How many events it has.
    pub events: usize,
}

/// A log line as it arrived.
#[derive(Debug, Clone)]
pub struct Line {
    /// What happened.
    pub text: String,
    /// How bad it is.
    pub severity: String,
    /// The trace that it belongs to, if any.
    pub trace: String,
    /// What it says besides.
    pub attributes: Attributes,
}

/// A point of a figure as it arrived.
#[derive(Debug, Clone)]
pub struct Point {
    /// The figure's name.
    pub name: String,
    /// Its value; of a histogram the count.
    pub value: i64,
    /// What tells it from other points.
    pub attributes: Attributes,
}

/// The receiver's process and the place where it keeps what it got.
#[derive(Debug)]
pub struct Collector {
    program: String,
    process: Option<Child>,
    port: u16,
    place: PathBuf,
}

impl Collector {
    /// A collector that is not there yet.
    pub fn absent(program: &str) -> Self {
        let name = format!("stadttermin-otlp-{:x}", rand::random::<u64>());
        let place = std::env::temp_dir().join(name);
        fs::create_dir(&place).expect("a directory");
        Self { program: program.to_owned(), process: None, port: free_port(), place }
    }

    /// A collector that takes what comes.
    pub async fn start(program: &str) -> Self {
        let mut collector = Self::absent(program);
        collector.appear().await;
        collector
    }

    /// Starts it, at the address that it has always had.
    pub async fn appear(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg(self.port.to_string()).arg(&self.place).stdout(Stdio::null());
        self.process = Some(command.spawn().expect("the receiver starts"));
        let deadline = Instant::now() + Duration::from_secs(10);
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            assert!(Instant::now() < deadline, "the receiver does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Takes it away.
    pub fn vanish(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Its address.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits until something is true of what arrived.
    pub async fn until(&self, what: &str, is_true: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !is_true(self) {
            assert!(Instant::now() < deadline, "did not arrive: {what}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Every byte that arrived, request by request: bodies and headers.
    pub fn everything(&self) -> Vec<Vec<u8>> {
        self.files("").into_iter().map(|path| fs::read(path).expect("a file")).collect()
    }

    fn bodies(&self, signal: &str) -> Vec<Vec<u8>> {
        let files = self.files(&format!(".{signal}"));
        files.into_iter().map(|path| fs::read(path).expect("a file")).collect()
    }

    fn files(&self, ending: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.place).expect("the directory");
        let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| {
            let name = path.to_string_lossy();
            name.ends_with(ending) && !name.ends_with("-half")
        });
        paths.sort();
        paths
    }

    /// The headers of all requests.
    pub fn headers(&self) -> String {
        let files = self.files(".headers").into_iter();
        files.map(|path| fs::read_to_string(path).expect("text")).collect()
    }

    /// The spans.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        for body in self.bodies("traces") {
            let request = ExportTraceServiceRequest::decode(body.as_slice()).expect("the protocol");
            for part in request.resource_spans {
                let resource = texts(part.resource.map(|it| it.attributes).unwrap_or_default());
                for span in part.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                    spans.push(Span {
                        name: span.name,
                        kind: span.kind,
                        trace: hex(&span.trace_id),
                        id: hex(&span.span_id),
                        parent: hex(&span.parent_span_id),
                        attributes: texts(span.attributes),
                        resource: resource.clone(),
                        events: span.events.len(),
                    });
                }
            }
        }
        spans
    }

    /// The log lines.
    pub fn lines(&self) -> Vec<Line> {
        let bodies = self.bodies("logs").into_iter();
        let requests = bodies
            .map(|body| ExportLogsServiceRequest::decode(body.as_slice()).expect("the protocol"));
        requests
            .flat_map(|request| request.resource_logs)
            .flat_map(|part| part.scope_logs)
            .flat_map(|scope| scope.log_records)
            .map(|line| Line {
                text: line.body.map(text).unwrap_or_default(),
                severity: line.severity_text,
                trace: hex(&line.trace_id),
                attributes: texts(line.attributes),
            })
            .collect()
    }

    /// The points of all figures.
    pub fn points(&self) -> Vec<Point> {
        let bodies = self.bodies("metrics").into_iter();
        let requests = bodies.map(|body| {
            ExportMetricsServiceRequest::decode(body.as_slice()).expect("the protocol")
        });
        requests
            .flat_map(|request| request.resource_metrics)
            .flat_map(|part| part.scope_metrics)
            .flat_map(|scope| scope.metrics)
            .flat_map(points)
            .collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.vanish();
        let _ = fs::remove_dir_all(&self.place);
    }
}

fn points(figure: Metric) -> Vec<Point> {
    let name = figure.name;
    let numbers = match figure.data {
        Some(Data::Gauge(gauge)) => gauge.data_points,
        Some(Data::Sum(sum)) => sum.data_points,
        Some(Data::Histogram(histogram)) => {
            let point = |count: u64, attributes| Point {
                name: name.clone(),
                value: i64::try_from(count).unwrap_or(i64::MAX),
                attributes: texts(attributes),
            };
            return histogram
                .data_points
                .into_iter()
                .map(|it| point(it.count, it.attributes))
                .collect();
        }
        _ => Vec::new(),
    };
    let value = |value| match value {
        Some(number_data_point::Value::AsInt(value)) => value,
        _ => 0,
    };
    numbers
        .into_iter()
        .map(|it| Point {
            name: name.clone(),
            value: value(it.value),
            attributes: texts(it.attributes),
        })
        .collect()
}

fn texts(attributes: Vec<KeyValue>) -> Attributes {
    let pair = |it: KeyValue| (it.key, it.value.map(text).unwrap_or_default());
    attributes.into_iter().map(pair).collect()
}

fn text(value: AnyValue) -> String {
    match value.value {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::BoolValue(flag)) => flag.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}
