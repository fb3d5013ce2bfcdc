//! What reaches GraphQL and pages at all: hosts, content types, sizes, headers.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::json;
use tests::{Answer, Setup, TestApp, Town, html};

const MUTATION: &str = r#"{"query":"mutation { releaseReservation(token: \"x\") }"}"#;

async fn post(
    app: &TestApp,
    town: &Town,
    content_type: Option<&str>,
    body: impl Into<Body>,
) -> Answer {
    let mut request =
        Request::builder().method(Method::POST).uri("/graphql").header("host", &town.host);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    app.send(request.body(body.into()).expect("a request")).await
}

fn assert_refused(answer: &Answer, what: &str) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.text());
    assert!(answer.json()["data"].is_null(), "{what} was executed: {}", answer.text());
    assert!(!answer.code().is_empty(), "{what}: {}", answer.text());
    assert!(answer.error("extensions/requestId").is_string(), "{what}: {}", answer.text());
}

#[tokio::test]
async fn the_six_probes_are_refused() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    // 1 to 4: what a form of any website can send without asking
    for content_type in [
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        None,
        Some("multipart/form-data; boundary=x"),
    ] {
        let answer = post(&app, town, content_type, MUTATION).await;
        assert_refused(&answer, &format!("{content_type:?}"));
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type:?}");
    }
    // 5: a mutation in an address
    let query =
        serde_urlencoded::to_string([("query", "mutation { releaseReservation(token: \"x\") }")])
            .expect("text");
    let answer = app.get(&town.host, &format!("/graphql?{query}")).await;
    assert_refused(&answer, "GET");
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    // 6: many in one
    let batch = format!("[{}]", [MUTATION; 300].join(","));
    assert_refused(&post(&app, town, Some("application/json"), batch).await, "a batch");
    let aliases = (0..90)
        .map(|n| format!("a{n}: releaseReservation(token: \"x\") "))
        .collect::<Vec<_>>()
        .concat();
    let answer = app.graphql(town, &format!("mutation {{ {aliases} }}"), json!({})).await;
    assert_eq!(answer.code(), "BAD_INPUT", "{}", answer.text());
    let aliases = (0..11).map(|n| format!("a{n}: services {{ id }} ")).collect::<Vec<_>>().concat();
    let answer = app.graphql(town, &format!("{{ {aliases} }}"), json!({})).await;
    assert_eq!(answer.code(), "BAD_INPUT", "{}", answer.text());
}

#[tokio::test]
async fn two_fields_of_a_fragment_are_two_fields() {
    let app = TestApp::start().await;
    let query = "mutation { ...F } fragment F on Mutation {
        a: releaseReservation(token: \"x\") ... on Mutation { b: releaseReservation(token: \"y\") } }";
    assert_eq!(app.graphql(&app.haltern, query, json!({})).await.code(), "BAD_INPUT");
}

#[tokio::test]
async fn a_query_cannot_grow_without_end() {
    let app = TestApp::start().await;
    let mut deep = "id".to_owned();
    for _ in 0..10 {
        deep = format!("services {{ id locations {{ {deep} }} }}");
    }
    for (what, query) in [
        ("deep", format!("{{ locations {{ {deep} }} }}")),
        ("directives", format!("{{ services {{ id {} }} }}", "@include(if: true)".repeat(200))),
        (
            "wide",
            format!(
                "{{ services {{ {} }} }}",
                (0..2_000).map(|n| format!("a{n}: name ")).collect::<Vec<_>>().concat()
            ),
        ),
    ] {
        let answer = app.graphql(&app.haltern, &query, json!({})).await;
        assert_eq!(answer.code(), "BAD_INPUT", "{what}: {}", answer.text());
    }
    // what costs next to nothing, too often: by its cost alone nobody would refuse it
    let many = |count: usize, kind: &str, field: &str| {
        let fields: Vec<String> = (0..count).map(|n| format!("a{n}: {field}")).collect();
        format!("{kind} {{ {} }}", fields.join(" "))
    };
    let viewer = "viewer { signedIn }";
    let release = "releaseReservation(token: \"0123456789abcdefghjkmnpqrstvwxyz\")";
    for (query, code) in [
        (many(10, "query", viewer), ""),
        (many(11, "query", viewer), "BAD_INPUT"),
        (many(1, "mutation", release), ""),
        (many(2, "mutation", release), "BAD_INPUT"),
    ] {
        let answer = app.graphql(&app.haltern, &query, json!({})).await;
        assert_eq!(answer.code(), code, "{query}: {}", answer.text());
    }
}

#[tokio::test]
async fn mistakes_get_no_hints_about_the_schema() {
    let app = TestApp::start().await;
    let answer = app.graphql(&app.haltern, "{ servces { id } }", json!({})).await;
    assert_eq!(answer.code(), "BAD_INPUT", "{}", answer.text());
    assert!(
        !answer.text().contains("Did you mean") && !answer.text().contains("services"),
        "{}",
        answer.text()
    );
    let answer = app.graphql(&app.haltern, "{ __schema { types { name } } }", json!({})).await;
    assert!(answer.json()["data"]["__schema"].is_null(), "{}", answer.text());
}

#[tokio::test]
async fn broken_json_gets_a_clear_answer() {
    let app = TestApp::start().await;
    for body in
        ["", "{", "null", "[]", "42", "{\"query\": 1}", "{\"query\": \"{ services\"}", "\u{0}"]
    {
        let answer = post(&app, &app.haltern, Some("application/json"), body.to_owned()).await;
        assert_eq!(answer.code(), "BAD_INPUT", "{body:?}: {} {}", answer.status, answer.text());
        assert!(answer.json()["data"].is_null(), "{body:?}");
    }
}

#[tokio::test]
async fn two_megabytes_are_too_much_everywhere() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let big = "x".repeat(2 * 1024 * 1024);
    let answer =
        post(&app, town, Some("application/json"), format!("{{\"query\":\"{big}\"}}")).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.code(), "BAD_INPUT", "{}", answer.text());
    // in pieces, with no length announced
    let pieces =
        futures::stream::iter((0..64).map(|_| Ok::<_, std::io::Error>("y".repeat(32 * 1024))));
    let answer = post(&app, town, Some("application/json"), Body::from_stream(pieces)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.text());
    // a form
    let answer = app.browser(town).post("/angaben", &[("vorname", &big)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(html::text(&answer.text()).contains("zu groß"), "{}", answer.text());
}

#[tokio::test]
async fn an_unknown_host_and_a_draft_look_the_same() {
    let app = TestApp::start().await;
    let sql = app.database.superuser_sql().await;
    sea_orm::sqlx::query("UPDATE tenant SET state = 'draft' WHERE slug = 'musterstadt'")
        .execute(&sql)
        .await
        .expect("a draft");
    app.reload_directory().await;
    let pages = [
        "nowhere.localhost",
        &app.musterstadt.host,
        "localhost",
        "haltern.localhost.evil.example",
        "[::1]",
        "haltern",
    ];
    let mut texts = Vec::new();
    for host in pages {
        let answer = app.get(host, "/").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{host}");
        let id = answer.header("x-request-id").to_owned();
        texts.push(answer.text().replace(&id, ""));
        assert!(
            !answer.text().contains("Musterstadt") && !answer.text().contains("Haltern"),
            "{host}"
        );
        let answer = app.graphql_at(host, "{ services { id } }", json!({}), &[]).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::NOT_FOUND, "NOT_FOUND"),
            "{host}"
        );
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "the pages differ");
    assert_eq!(
        app.get("nowhere.localhost", "/healthz").await.status,
        StatusCode::OK,
        "whatever the host"
    );
    assert_eq!(app.get("nowhere.localhost", "/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_forwarded_host_from_just_anybody_means_nothing() {
    let app = TestApp::start().await;
    let request = Request::get("/")
        .header("host", &app.haltern.host)
        .header("x-forwarded-host", &app.musterstadt.host);
    let answer = app.send(request.body(Body::empty()).expect("a request")).await;
    assert!(answer.text().contains("Haltern") && !answer.text().contains("Musterstadt"));
}

#[tokio::test]
async fn the_host_is_compared_without_case_port_and_final_dot() {
    let app = TestApp::start().await;
    for host in ["HALTERN.localhost", "haltern.localhost:8080", "haltern.localhost."] {
        assert_eq!(app.get(host, "/").await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_protecting_headers() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/termine",
        "/datenschutz",
        "/impressum",
        "/barrierefreiheit",
        "/termin",
        "/nowhere",
        "/graphql",
    ] {
        let answer = app.get(&app.haltern.host, path).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("geolocation=()"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}: only over TLS");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert_eq!(answer.header("server"), "", "{path}");
    }
}

#[tokio::test]
async fn pages_hold_no_code_of_their_own() {
    let app = TestApp::start().await;
    for path in ["/", "/datenschutz", "/impressum", "/barrierefreiheit", "/termin", "/nowhere"] {
        let page = app.get(&app.haltern.host, path).await.text();
        assert!(!page.contains("style=\"") && !page.contains("<style"), "{path}");
        assert!(!page.contains("onclick=") && !page.contains("javascript:"), "{path}");
        for script in page.split("<script").skip(1) {
            assert!(
                script.split('>').next().unwrap_or_default().contains("src=\"/"),
                "{path}: {script:.80}"
            );
        }
    }
}

#[tokio::test]
async fn the_request_id_follows_a_trusted_proxy_s_trace_and_nobody_else_s() {
    let app = Setup::new().behind("10.0.0.0/8").start().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (from, is_followed) in [([10, 0, 0, 1], true), ([192, 0, 2, 1], false)] {
        let request = Request::get("/")
            .header("host", &app.haltern.host)
            .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
        let request = request.body(Body::empty()).expect("a request");
        let answer = app.send_from(from.into(), request).await;
        assert_eq!(answer.header("x-request-id") == trace, is_followed, "{from:?}");
        assert_eq!(answer.header("x-request-id").len(), 32);
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let app = TestApp::start().await;
    let sid = format!("sid={}", "A".repeat(43));
    for (origin, site, cookie, allowed) in [
        (Some("https://evil.example"), None, true, false),
        (Some("https://evil.example"), None, false, false),
        (Some("https://evil.example"), Some("cross-site"), true, false),
        (Some("https://evil.example"), Some("same-origin"), true, false),
        (Some("http://musterstadt.localhost"), Some("same-site"), true, false),
        (Some("null"), Some("cross-site"), false, false),
        (None, Some("cross-site"), false, false),
        (None, None, true, false),
        (Some("null"), Some("same-origin"), true, true),
        (Some("http://haltern.localhost"), None, true, true),
        // a program that says nothing about itself and brings nobody's cookie
        (None, None, false, true),
    ] {
        let mut request = Request::post("/sprache")
            .header("host", &app.haltern.host)
            .header("content-type", "application/x-www-form-urlencoded");
        let cookie = cookie.then_some(sid.as_str());
        for (name, value) in [("origin", origin), ("sec-fetch-site", site), ("cookie", cookie)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer =
            app.send(request.body(Body::from("sprache=en&zurueck=%2F")).expect("a request")).await;
        let refused = answer.status == StatusCode::FORBIDDEN;
        assert_eq!(refused, !allowed, "{origin:?} {site:?} {cookie:?}: {}", answer.status);
    }
}
