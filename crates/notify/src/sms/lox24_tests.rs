//! The adapter against a server that answers as LOX24 does.

use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_partial_json, header, method, path},
};

use super::*;

const KEY: &str = "1234567:e3f3a759b6677959b6eb";

fn now() -> DateTime<Utc> {
    "2026-12-01T10:00:00Z".parse().unwrap()
}

fn sms() -> Sms {
    Sms {
        key: uuid::Uuid::from_u128(7).into(),
        sender: "Haltern".to_owned(),
        to: "+4915123456789".to_owned(),
        text: "Ihr Termin im Bürgerbüro".to_owned(),
    }
}

fn provider(server: &MockServer) -> Lox24 {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Lox24::new(&server.uri().parse().unwrap(), &SecretString::from(KEY)).unwrap()
}

async fn server_that_answers(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/sms")).respond_with(answer).mount(&server).await;
    server
}

async fn calls(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn an_sms_is_handed_over_with_our_id_and_its_text_is_not_kept() {
    let server = MockServer::start().await;
    let accepted = ResponseTemplate::new(201).set_body_json(json!({
        "uuid": "b1775747-29e8-4f2c-9e5e-cc2b2bca2f0f", "status_code": 0, "dlr_code": 0, "parts_count": 1
    }));
    Mock::given(method("POST"))
        .and(path("/sms"))
        .and(header(KEY_HEADER, KEY))
        .and(body_partial_json(json!({
            "sender_id": "Haltern",
            "phone": "+4915123456789",
            "text": "Ihr Termin im Bürgerbüro",
            "service_code": "direct",
            "callback_data": "00000000-0000-0000-0000-000000000007",
            "is_text_deleted": true,
        })))
        .respond_with(accepted)
        .expect(1)
        .mount(&server)
        .await;
    let outcome = provider(&server).send(now(), &sms()).await;
    assert_eq!(outcome, SmsOutcome::Accepted("b1775747-29e8-4f2c-9e5e-cc2b2bca2f0f".to_owned()));
}

#[tokio::test]
async fn each_answer_leads_to_what_can_be_done_about_it() {
    for (status, kind) in [
        (400, "permanent"),
        (402, "retry"),
        (403, "permanent"),
        (404, "permanent"),
        (422, "permanent"),
        (429, "retry"),
        (500, "unknown"),
        (502, "unknown"),
        (503, "retry"),
        (504, "unknown"),
        (302, "unknown"),
    ] {
        let server = server_that_answers(ResponseTemplate::new(status)).await;
        let found = match provider(&server).send(now(), &sms()).await {
            SmsOutcome::Accepted(_) => "accepted",
            SmsOutcome::Permanent(_) => "permanent",
            SmsOutcome::Retry(_) => "retry",
            SmsOutcome::Unknown(_) => "unknown",
        };
        assert_eq!(found, kind, "{status}");
    }
}

#[tokio::test]
async fn a_refused_key_stops_all_calls_for_minutes() {
    let server = server_that_answers(ResponseTemplate::new(401)).await;
    let provider = provider(&server);
    for _ in 0..5 {
        assert!(matches!(provider.send(now(), &sms()).await, SmsOutcome::Retry(_)));
        assert_eq!(provider.find(now(), sms().key).await, None);
    }
    assert_eq!(calls(&server).await, 1);
    provider.send(now() + PAUSE, &sms()).await;
    assert_eq!(calls(&server).await, 2);
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_the_sms_can_be_found() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(201).set_delay(Duration::from_millis(400));
    Mock::given(method("POST")).and(path("/sms")).respond_with(slow).mount(&server).await;
    let mut provider = provider(&server);
    provider.client = Client::builder().timeout(Duration::from_millis(100)).build().unwrap();
    assert!(matches!(provider.send(now(), &sms()).await, SmsOutcome::Unknown(_)));

    let entry = json!({ "uuid": "b1775747", "callback_data": sms().key.to_string() });
    let other = json!({ "uuid": "00000000" });
    for list in [json!([other, entry]), json!({ "hydra:member": [other, entry] })] {
        let answer = ResponseTemplate::new(200).set_body_json(&list);
        let guard = Mock::given(method("GET")).and(path("/sms")).respond_with(answer);
        let guard = guard.mount_as_scoped(&server).await;
        assert_eq!(provider.find(now(), sms().key).await, Some("b1775747".to_owned()));
        assert_eq!(provider.find(now(), uuid::Uuid::from_u128(8).into()).await, None);
        drop(guard);
    }
}

#[tokio::test]
async fn without_a_connection_it_was_not_sent() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = format!("http://127.0.0.1:{port}").parse().unwrap();
    let provider = Lox24::new(&nobody, &SecretString::from(KEY)).unwrap();
    assert!(matches!(provider.send(now(), &sms()).await, SmsOutcome::Retry(_)));
}

#[test]
fn numbers_and_texts_leave_the_machine_encrypted_or_not_at_all() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let provider = |address: &str| Lox24::new(&address.parse().unwrap(), &SecretString::from(KEY));
    assert!(provider("https://api.lox24.eu").is_ok());
    assert!(provider("http://127.0.0.1:8081/").is_ok());
    assert!(matches!(provider("http://api.lox24.eu"), Err(Lox24SetupError::PlainText)));
    assert!(!format!("{:?}", provider("https://api.lox24.eu").unwrap()).contains("e3f3"));
}
