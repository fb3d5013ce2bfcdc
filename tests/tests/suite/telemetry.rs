//! What is sent to a collector of traces, figures and log lines: the right things, about nobody, and never at the cost of a request.
//! The collector is a process of its own that reads the official protocol (`tests/src/bin/otlp_receiver.rs`).

use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use serde_json::json;
use tests::{
    Setup, TestApp, booking,
    collector::{Attributes, Collector, Span},
    running::{free_port, now_millis},
    server::Server,
};

const RECEIVER: &str = env!("CARGO_BIN_EXE_otlp_receiver");

/// All attributes that may leave. Whoever needs another one says here why it names nobody.
const SPAN_ATTRIBUTES: [&str; 19] = [
    "db.collection.name",
    "db.operation.name",
    "db.system.name",
    "error.type",
    "graphql.operation.name",
    "graphql.operation.type",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "stadttermin.channel",
    "stadttermin.graphql.fields",
    "stadttermin.job.attempt",
    "stadttermin.job.kind",
    "stadttermin.job.outcome",
    "stadttermin.outcome",
    "stadttermin.request_id",
    "stadttermin.tenant",
    "stadttermin.tenant.id",
    "url.scheme",
];
const FIGURE_ATTRIBUTES: [&str; 8] = [
    "error.type",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "stadttermin.job.state",
    "stadttermin.retention.category",
    "stadttermin.telemetry.signal",
    "url.scheme",
];

async fn app() -> TestApp {
    Setup::new().at_real_time(now_millis()).start().await
}

async fn server(app: &TestApp, collector: &Collector, further: &[(&str, &str)]) -> Server {
    let endpoint = collector.endpoint();
    let mut settings = vec![
        ("STADTTERMIN_TELEMETRY__OTLP_ENDPOINT", endpoint.as_str()),
        ("STADTTERMIN_TELEMETRY__INTERVAL_SECONDS", "1"),
    ];
    settings.extend(further);
    Server::start_with(app, true, &settings).await
}

fn get<'a>(attributes: &'a Attributes, name: &str) -> &'a str {
    attributes.get(name).map_or("", String::as_str)
}

fn of_kind(spans: &[Span], name: &str, value: &str) -> Vec<Span> {
    spans.iter().filter(|span| get(&span.attributes, name) == value).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_figures_and_log_lines_arrive() {
    let app = app().await;
    let collector = Collector::start(RECEIVER).await;
    let place = std::env::temp_dir().join(format!("otlp-headers-{:x}", rand::random::<u64>()));
    std::fs::write(&place, "api-key=kollektor-geheim, x-scope=a\n").expect("written");
    let settings = [
        ("STADTTERMIN_TELEMETRY__OTLP_HEADERS_FILE", place.to_str().expect("a path")),
        ("STADTTERMIN_TELEMETRY__RESOURCE_ATTRIBUTES", "[\"deployment.environment.name=test\"]"),
        ("STADTTERMIN_SERVER__TRUSTED_PROXIES", "[\"127.0.0.1\"]"),
    ];
    let server = server(&app, &collector, &settings).await;
    std::fs::remove_file(&place).expect("removed");
    let town = &app.haltern;
    let get_page = async |path: &str, headers: &[(&str, &str)]| {
        let mut request = server.client.get(format!("http://127.0.0.1:{}{path}", server.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.header("host", &town.host).send().await.expect("an answer");
        let id = answer.headers()["x-request-id"].to_str().expect("text").to_owned();
        (answer.status().as_u16(), id)
    };
    let proxy = ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assert_eq!(get_page("/datenschutz", &[proxy]).await.1, "4bf92f3577b34da6a3ce929d0e0e4736");
    let unsampled = ("traceparent", "00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
    get_page("/impressum", &[unsampled]).await;
    let (status, missing) = get_page("/gibt/es/nicht", &[]).await;
    assert_eq!(status, 404);
    server.graphql(town, "query Services { viele: services { id } }", json!({})).await;
    server.book(town).await;
    let sent = |collector: &Collector| {
        let spans = collector.spans();
        !of_kind(&spans, "stadttermin.channel", "mail").is_empty()
            && !of_kind(&spans, "stadttermin.channel", "sms").is_empty()
    };
    collector.until("mail and SMS", sent).await;
    let has_figures = |collector: &Collector| {
        collector.points().iter().any(|point| point.name == "stadttermin.jobs")
            && collector.points().iter().any(|point| point.name == "http.server.request.duration")
    };
    collector.until("figures", has_figures).await;
    server.stop().await;

    let spans = collector.spans();
    pages_are_told(&spans, &missing);
    a_booking_is_one_trace(&spans);
    no_other_attribute_leaves(&spans);
    figures_are_told(&collector);
    let lines = collector.lines();
    let served = lines.iter().find(|line| line.trace == missing).expect("a line of the 404");
    assert_eq!((served.text.as_str(), served.severity.as_str()), ("request served", "INFO"));
    assert_eq!(get(&served.attributes, "request_id"), missing);
    assert!(collector.headers().contains("api-key: \"kollektor-geheim\""));
    assert!(collector.headers().contains("x-scope: \"a\""));
}

fn pages_are_told(spans: &[Span], missing: &str) {
    // a trusted proxy's trace goes on under its span, and is left alone when the proxy says so
    let page = &of_kind(spans, "http.route", "/datenschutz")[0];
    assert_eq!((page.name.as_str(), page.kind), ("GET /datenschutz", 2));
    assert_eq!(page.trace, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(page.parent, "00f067aa0ba902b7");
    assert_eq!(get(&page.attributes, "stadttermin.tenant"), "haltern");
    assert_eq!(get(&page.attributes, "http.response.status_code"), "200");
    assert!(of_kind(spans, "http.route", "/impressum").is_empty());
    // without one, the id that people see is the trace's
    let lost = spans.iter().find(|span| span.trace == missing && span.kind == 2).expect("a span");
    assert_eq!((lost.name.as_str(), lost.parent.as_str()), ("GET", ""));
    assert!(!lost.attributes.contains_key("http.route"), "a path that is none of ours");
}

fn a_booking_is_one_trace(spans: &[Span]) {
    let asked = &of_kind(spans, "graphql.operation.name", "Services")[0];
    assert_eq!(get(&asked.attributes, "stadttermin.graphql.fields"), "services");
    assert_eq!(asked.name, "graphql");
    let booked = &of_kind(spans, "stadttermin.graphql.fields", "bookAppointment")[0];
    let request = spans.iter().find(|span| span.id == booked.parent).expect("the request's span");
    assert_eq!(
        (request.name.as_str(), request.trace.as_str()),
        ("POST /graphql", booked.trace.as_str())
    );
    let inside: Vec<_> = spans.iter().filter(|span| span.trace == booked.trace).collect();
    assert!(inside.iter().any(|span| get(&span.attributes, "db.system.name") == "postgresql"));
    // the mails of a booking are in its trace, with the attempt that sent them
    let mail = inside.iter().find(|span| get(&span.attributes, "stadttermin.channel") == "mail");
    let mail = mail.expect("the mail's span in the booking's trace");
    assert_eq!(get(&mail.attributes, "stadttermin.outcome"), "accepted");
    let job = inside.iter().find(|span| span.id == mail.parent).expect("the job's span");
    assert_eq!((job.kind, get(&job.attributes, "stadttermin.job.outcome")), (5, "done"));
    // what a worker looks for again and again is no trace of its own
    assert!(spans.iter().all(|span| !span.parent.is_empty() || [2, 5].contains(&span.kind)));
}

fn no_other_attribute_leaves(spans: &[Span]) {
    for span in spans {
        assert_eq!(span.events, 0);
        for name in span.attributes.keys() {
            assert!(SPAN_ATTRIBUTES.contains(&name.as_str()), "{name} leaves with {}", span.name);
        }
        assert_eq!(get(&span.resource, "service.name"), "stadttermin");
        assert_eq!(get(&span.resource, "deployment.environment.name"), "test");
        assert_eq!(span.resource.len(), 4, "{:?}", span.resource);
    }
}

fn figures_are_told(collector: &Collector) {
    let points = collector.points();
    let named = |name: &str| points.iter().filter(|point| point.name == name).collect::<Vec<_>>();
    let durations = named("http.server.request.duration");
    assert!(
        durations
            .iter()
            .any(|it| get(&it.attributes, "http.route") == "/datenschutz" && it.value > 0)
    );
    assert_eq!(
        named("stadttermin.jobs")
            .iter()
            .filter(|it| get(&it.attributes, "stadttermin.job.state") == "dead")
            .count()
            * 4,
        named("stadttermin.jobs").len()
    );
    assert!(named("stadttermin.telemetry.lost").iter().all(|point| point.value == 0));
    assert!(!named("stadttermin.sms.over_budget").is_empty());
    assert!(!named("stadttermin.retention.overdue").is_empty());
    for name in points.iter().flat_map(|point| point.attributes.keys()) {
        assert!(FIGURE_ATTRIBUTES.contains(&name.as_str()), "{name} leaves");
    }
}

/// The forms in which a word could hide.
fn forms(word: &str) -> Vec<Vec<u8>> {
    let percent: String = url::form_urlencoded::byte_serialize(word.as_bytes())
        .collect::<String>()
        .replace('+', "%20");
    let mut forms: Vec<Vec<u8>> =
        [word.to_owned(), word.to_lowercase(), word.to_uppercase(), percent]
            .map(String::into_bytes)
            .to_vec();
    forms.push(db::signature::hex(word.as_bytes()).into_bytes());
    // base64 of the word at each of three places in a longer text, without the ends that its neighbours change
    for before in 0..3 {
        let padded = [vec![b' '; before], word.as_bytes().to_vec()].concat();
        for text in [BASE64_STANDARD.encode(&padded), BASE64_URL_SAFE_NO_PAD.encode(&padded)] {
            let text = text.trim_end_matches('=');
            let first = if before == 0 { 0 } else { before + 1 };
            let last = text.len() - usize::from(padded.len() % 3 != 0);
            forms.push(text.as_bytes()[first..last].to_vec());
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

fn holds(body: &[u8], word: &str) -> bool {
    forms(word).iter().any(|form| body.windows(form.len()).any(|window| window == form.as_slice()))
}

#[test]
fn the_search_finds_what_hides() {
    for hidden in [
        "name=Kanarina".to_owned(),
        "name=kanarina".to_owned(),
        BASE64_STANDARD.encode("xxKanarina"),
        BASE64_STANDARD.encode("Frau Kanarina V."),
        BASE64_URL_SAFE_NO_PAD.encode("a: Kanarina, b"),
        "4b616e6172696e61".to_owned(),
    ] {
        assert!(holds(format!("…{hidden}…").as_bytes(), "Kanarina"), "{hidden}");
    }
    assert!(holds(b"kanarina%40example.org", "kanarina@example.org"));
    assert!(!holds(b"Kanarienvogel", "Kanarina"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_person_arrives() {
    let app = app().await;
    let collector = Collector::start(RECEIVER).await;
    // debug lines, too, and a proxy that tells the client's address
    let settings = [
        ("STADTTERMIN_SERVER__TRUSTED_PROXIES", "[\"127.0.0.1\"]"),
        ("STADTTERMIN_LOG__FILTER", "trace"),
    ];
    let server = server(&app, &collector, &settings).await;
    let town = &app.haltern;
    let contact = json!({
        "firstName": "Kanarina", "lastName": "Vogelsang-Zwitscher", "email": "kanarina.vogelsang@example.org",
        "phone": "0151 98765432", "street": "Kanarienweg 77", "postalCode": "45721", "city": "Vogelhausen",
        "birthDate": "1961-07-23",
    });
    let appointment = server.book_for(town, contact).await;
    let word = |name: &str| appointment[name].as_str().expect("text").to_owned();
    let (token, reference, id) = (word("manageToken"), word("reference"), word("id"));
    let sent = |collector: &Collector| {
        of_kind(&collector.spans(), "stadttermin.channel", "mail").len() >= 2
    };
    collector.until("the mails", sent).await;

    let sid = marked_requests(&server, &app, &token).await;
    let goodbye = |collector: &Collector| {
        of_kind(&collector.spans(), "stadttermin.graphql.fields", "cancelAppointment").len() == 1
            && collector.lines().iter().any(|line| line.severity == "ERROR")
    };
    collector.until("the cancellation and an error", goodbye).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    server.stop().await;

    let everything = collector.everything();
    let seen = |word: &str| everything.iter().any(|body| holds(body, word));
    for there in ["haltern", "request served", "bookAppointment", "/termin/ansicht"] {
        assert!(seen(there), "the search sees {there}");
    }
    for needle in [
        "Kanarina",
        "Vogelsang",
        "Zwitscher",
        "kanarina.vogelsang@example.org",
        "98765432",
        "15198765432",
        "Kanarienweg",
        "Vogelhausen",
        "1961-07-23",
        "23.07.1961",
        "Kanarienpass77",
        "198.51.100.77",
        "Zwitscherbrowser",
        "st_Kanarina",
    ] {
        assert!(!seen(needle), "{needle} arrived");
    }
    for (what, needle) in [("token", token), ("reference", reference), ("id", id), ("session", sid)]
    {
        assert!(!seen(&needle), "the {what} {needle} arrived");
    }
}

/// Names that the client chooses, values that do not fit, credentials that do not open, and a database that answers with errors. Returns the
/// session's id.
async fn marked_requests(server: &Server, app: &TestApp, token: &str) -> String {
    let town = &app.haltern;
    let headers = [
        ("x-forwarded-for", "198.51.100.77"),
        ("user-agent", "Zwitscherbrowser/77"),
        ("referer", "https://vogelsang.example/kanarina"),
        ("accept-language", "de-kanarina"),
        ("tracestate", "kanarina=vogelsang"),
        ("baggage", "name=Kanarina"),
        ("x-kanarina", "Vogelsang"),
    ];
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let client = client.build().expect("a client");
    // status, cookies, and where it leads
    let send = async |request: reqwest::RequestBuilder| {
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = request.header("host", &town.host).send().await.expect("an answer");
        let text = |name: &str| {
            let values = answer.headers().get_all(name).iter();
            values.filter_map(|it| it.to_str().ok()).collect::<Vec<_>>().join("; ")
        };
        (answer.status().as_u16(), text("set-cookie"), text("location"))
    };
    let at = |path: &str| format!("http://127.0.0.1:{}{path}", server.port);
    let ask = |query: &str, variables: serde_json::Value| {
        let body = json!({ "query": query, "variables": variables, "operationName": "Kanarina" });
        client.post(at("/graphql")).json(&body)
    };
    for query in [
        "query Kanarina { Vogelsang: services { id } }",
        "query Kanarina { kanarina(name: \"Vogelsang\") { id } }",
        "query Kanarina { appointment(manageToken: \"Kanarina Vogelsang\") { id } }",
        "mutation Kanarina { signIn(input: { email: \"kanarina.vogelsang@example.org\", password: \"Kanarienpass77!\" }) { __typename } }",
    ] {
        send(ask(query, json!({}))).await;
    }
    send(ask(
        "mutation Kanarina($input: Kanarina!) { signIn(input: $input) }",
        json!({ "input": "Vogelsang" }),
    ))
    .await;
    let bearer = client.post(at("/graphql")).bearer_auth("st_Kanarina_Vogelsang");
    send(bearer.json(&json!({ "query": "{ services { id } }" }))).await;
    for path in [
        "/kanarina/vogelsang",
        "/termine?anliegen=Kanarina&name=Vogelsang",
        "/datenschutz/Kanarienweg%2077",
        "/?q=Kanarienweg",
    ] {
        send(client.get(at(path))).await;
    }
    let form = |path: &str, fields: &[(&str, &str)]| client.post(at(path)).form(fields);
    let (_, cookies, page) = send(form("/termin", &[("code", token)])).await;
    let sid = cookies
        .split("sid=")
        .nth(1)
        .and_then(|rest| rest.split(';').next())
        .unwrap_or_default()
        .to_owned();
    assert!(sid.len() > 20, "a session begins: {cookies}");
    send(form("/termin", &[("code", "Kanarinas-Code")])).await;
    for path in ["/konto/anmelden", "/amt/anmelden"] {
        let fields = [("email", "kanarina.vogelsang@example.org"), ("password", "Kanarienpass77!")];
        send(form(path, &fields)).await;
    }
    let known = client.get(at(&page)).header("cookie", format!("sid={sid}"));
    assert_eq!(send(known).await.0, 200);
    let input = json!({ "input": { "manageToken": token } });
    let cancelled = server.graphql(town, booking::CANCEL, input).await;
    assert!(cancelled.get("errors").is_none(), "{cancelled}");
    // a database that answers with errors
    app.without_guard(&["ALTER TABLE appointment RENAME TO appointment_gone"]).await;
    send(form("/termin", &[("code", token)])).await;
    send(ask("query($t: String!) { appointment(manageToken: $t) { id } }", json!({ "t": token })))
        .await;
    app.without_guard(&["ALTER TABLE appointment_gone RENAME TO appointment"]).await;
    sid
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_down_costs_nothing_but_what_it_misses() {
    let app = app().await;
    let mut collector = Collector::absent(RECEIVER);
    let port = free_port();
    let figures = format!("127.0.0.1:{port}");
    let server =
        server(&app, &collector, &[("STADTTERMIN_SERVER__METRICS_LISTEN", &figures)]).await;
    let town = &app.haltern;
    let lost = async |signal: &str| {
        let text = reqwest::get(format!("http://{figures}/metrics")).await.expect("figures");
        let text = text.text().await.expect("text");
        let line = format!("stadttermin_telemetry_lost_total{{signal=\"{signal}\"}} ");
        let value = text.lines().find_map(|it| it.strip_prefix(&line)).expect("the figure");
        value.parse::<u64>().expect("a number")
    };
    let ask = async || {
        let begun = Instant::now();
        let answer = server.graphql(town, "{ services { id } }", json!({})).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        begun.elapsed()
    };
    let mut slowest = Duration::ZERO;
    for _ in 0..200 {
        slowest = slowest.max(ask().await);
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    server.book(town).await;
    let deadline = Instant::now() + Duration::from_secs(20);
    while [lost("traces").await, lost("logs").await, lost("metrics").await].contains(&0) {
        assert!(Instant::now() < deadline, "nothing is counted as lost");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    collector.appear().await;
    ask().await;
    collector.until("a trace after all", |it| !it.spans().is_empty()).await;
    let back = |it: &Collector| {
        it.points().iter().any(|p| p.name == "stadttermin.telemetry.lost" && p.value > 0)
    };
    collector.until("how much was lost", back).await;

    collector.vanish();
    for _ in 0..50 {
        slowest = slowest.max(ask().await);
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    let took = server.stop().await;
    assert!(took < Duration::from_secs(12), "ending took {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_sent_at_the_end() {
    let app = app().await;
    let collector = Collector::start(RECEIVER).await;
    // nothing is sent before, but for the full batch
    let slow = [("STADTTERMIN_TELEMETRY__INTERVAL_SECONDS", "300")];
    let server = server(&app, &collector, &slow).await;
    server.graphql(&app.haltern, "{ services { id } }", json!({})).await;
    assert!(collector.everything().is_empty(), "{:?}", collector.headers());
    let took = server.stop().await;
    assert!(took < Duration::from_secs(12), "ending took {took:?}");
    assert!(!of_kind(&collector.spans(), "stadttermin.graphql.fields", "services").is_empty());
    assert!(collector.lines().iter().any(|line| line.text == "stopped"));
    assert!(!collector.points().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_requests_can_be_traced() {
    let app = app().await;
    let collector = Collector::start(RECEIVER).await;
    let none = [("STADTTERMIN_TELEMETRY__SAMPLING_RATIO", "0.0")];
    let server = server(&app, &collector, &none).await;
    server.graphql(&app.haltern, "{ services { id } }", json!({})).await;
    collector.until("log lines", |it| it.lines().iter().any(|l| l.text == "request served")).await;
    server.stop().await;
    assert!(collector.spans().is_empty());
    assert!(!collector.points().is_empty(), "figures count all the same");
}
