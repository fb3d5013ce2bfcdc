//! Signing in with the municipality's own sign-in where the answers are forged, one way each.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::{OriginalUri, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use chrono::TimeDelta;
use identity::LimitSettings;
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};
use tests::{
    Answer, Browser, Setup, TestApp,
    html::text,
    openid::{CLIENT_SECRET, settings},
};

/// What the provider says, to be changed by a test.
#[derive(Clone)]
struct Said {
    discovery: Value,
    key: Arc<Ed25519KeyPair>,
    /// Its key set; not always those that it signs with.
    keys: Value,
    header: Value,
    claims: Value,
    sign: Sign,
    token_status: StatusCode,
    padding: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Truly,
    NotAtAll,
    WithTheClientSecret,
    WithAnotherKey,
}

fn key() -> Arc<Ed25519KeyPair> {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
    Arc::new(Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("the same key"))
}

fn key_set(key: &Ed25519KeyPair, id: &str) -> Value {
    let x = BASE64_URL_SAFE_NO_PAD.encode(key.public_key());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": id, "x": x }] })
}

impl Said {
    fn token(&self) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&self.header), part(&self.claims));
        let signature = match self.sign {
            Sign::Truly => self.key.sign(signed.as_bytes()).as_ref().to_vec(),
            Sign::NotAtAll => Vec::new(),
            Sign::WithTheClientSecret => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, CLIENT_SECRET.as_bytes());
                hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
            }
            Sign::WithAnotherKey => key().sign(signed.as_bytes()).as_ref().to_vec(),
        };
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

type Shared = Arc<Mutex<Option<Said>>>;

async fn answer(State(said): State<Shared>, OriginalUri(uri): OriginalUri) -> Response {
    let Some(said) = said.lock().expect("what is said").clone() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match uri.path() {
        "/.well-known/openid-configuration" => Json(said.discovery).into_response(),
        "/keys" => Json(said.keys).into_response(),
        "/token" if said.token_status.is_redirection() => {
            Redirect::temporary("/elsewhere").into_response()
        }
        "/token" | "/elsewhere" => Json(json!({
            "access_token": "a", "token_type": "Bearer", "id_token": said.token(),
            "padding": "x".repeat(said.padding),
        }))
        .into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A provider whose answers a test forges, and Haltern with it.
struct Stage {
    said: Shared,
    honest: Said,
    app: TestApp,
    issuer: String,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Stage {
    async fn set(limits: LimitSettings) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let said = Shared::default();
        let every = get(answer).post(answer);
        let router = Router::new().fallback(every).with_state(said.clone());
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("served");
        });
        let setup = Setup::new().openid(settings("haltern", &issuer)).limits(limits);
        let app = setup.start().await;
        let key = key();
        let honest = Said {
            discovery: json!({
                "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
                "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA"],
                "authorization_response_iss_parameter_supported": true,
            }),
            keys: key_set(&key, "1"),
            key,
            header: json!({ "alg": "EdDSA", "kid": "1", "typ": "JWT" }),
            claims: json!({
                "iss": issuer, "aud": "stadttermin-haltern", "sub": "kim", "given_name": "Kim",
                "family_name": "Amtlich", "email": "kim@haltern.example", "email_verified": true,
                "groups": ["leitung"],
            }),
            sign: Sign::Truly,
            token_status: StatusCode::OK,
            padding: 0,
        };
        *said.lock().expect("what is said") = Some(honest.clone());
        Self { said, honest, app, issuer, server }
    }

    fn say(&self, said: Said) {
        *self.said.lock().expect("what is said") = Some(said);
    }

    /// A browser that was at the provider, and the address that it comes back with. `forge` changes what will be said.
    async fn returning(
        &self,
        forge: impl Fn(&mut Said, &mut Vec<(String, String)>),
    ) -> (Browser<'_>, String) {
        let mut browser = self.app.browser(&self.app.haltern);
        self.say(self.honest.clone());
        let page = browser.leave_for_provider().await;
        let asked = Browser::address_at_provider(&page).parse::<Uri>().expect("an address");
        let asked: Vec<(String, String)> =
            serde_urlencoded::from_str(asked.query().expect("a query")).expect("pairs");
        let value = |name: &str| {
            asked.iter().find(|(found, _)| found == name).expect("a parameter").1.clone()
        };
        let mut said = self.honest.clone();
        let now = self.app.now().timestamp();
        said.claims["nonce"] = json!(value("nonce"));
        said.claims["iat"] = json!(now);
        said.claims["exp"] = json!(now + 300);
        let mut brought = vec![
            ("code".to_owned(), "c".to_owned()),
            ("state".to_owned(), value("state")),
            ("iss".to_owned(), self.issuer.clone()),
        ];
        forge(&mut said, &mut brought);
        self.say(said);
        let query = serde_urlencoded::to_string(brought).expect("pairs");
        (browser, format!("http://haltern.localhost/amt/openid/rueckkehr?{query}"))
    }

    /// The whole way.
    async fn try_with(&self, forge: impl Fn(&mut Said, &mut Vec<(String, String)>)) -> Answer {
        let (mut browser, back) = self.returning(forge).await;
        browser.come_back(&back).await
    }
}

fn is_in(answer: &Answer) -> bool {
    text(&answer.text()).contains("Kim Amtlich")
}

#[tokio::test]
async fn what_is_forged_is_not_believed() {
    type Forge = fn(&mut Said, &mut Vec<(String, String)>);
    let forgeries: [(&str, Forge); 20] = [
        ("nonce", |said, _| said.claims["nonce"] = json!("another")),
        ("no nonce", |said, _| {
            said.claims.as_object_mut().expect("claims").remove("nonce");
        }),
        ("audience", |said, _| said.claims["aud"] = json!("somebody-else")),
        ("further audience", |said, _| {
            said.claims["aud"] = json!(["stadttermin-haltern", "somebody-else"]);
        }),
        ("azp", |said, _| said.claims["azp"] = json!("somebody-else")),
        ("issuer", |said, _| said.claims["iss"] = json!("https://a.example")),
        ("expired", |said, _| {
            let long_ago = said.claims["iat"].as_i64().expect("a time") - 61;
            said.claims["exp"] = json!(long_ago);
        }),
        ("old", |said, _| {
            said.claims["iat"] = json!(said.claims["iat"].as_i64().expect("a time") - 601);
        }),
        ("from the future", |said, _| {
            said.claims["iat"] = json!(said.claims["iat"].as_i64().expect("a time") + 120);
        }),
        ("no subject", |said, _| {
            said.claims.as_object_mut().expect("claims").remove("sub");
        }),
        ("alg none", |said, _| {
            said.header = json!({ "alg": "none" });
            said.sign = Sign::NotAtAll;
        }),
        ("no signature", |said, _| said.sign = Sign::NotAtAll),
        ("HS256 with the secret that both know", |said, _| {
            said.header["alg"] = json!("HS256");
            said.sign = Sign::WithTheClientSecret;
        }),
        ("another key under the same name", |said, _| said.sign = Sign::WithAnotherKey),
        ("a key that the provider does not have", |said, _| {
            said.header["kid"] = json!("2");
            said.sign = Sign::WithAnotherKey;
        }),
        ("iss of another provider", |_, brought| brought[2].1 = "https://a.example".to_owned()),
        ("no iss although it is announced", |_, brought| drop(brought.pop())),
        ("state", |_, brought| brought[1].1.push('x')),
        ("a redirect of the token endpoint", |said, _| {
            said.token_status = StatusCode::TEMPORARY_REDIRECT;
        }),
        ("an endless answer", |said, _| said.padding = 600_000),
    ];
    let stage = Stage::set(LimitSettings::OFF).await;
    for (name, forge) in forgeries {
        let answer = stage.try_with(forge).await;
        assert!(!is_in(&answer), "{name} was believed");
        assert!(answer.status.is_client_error() || answer.status.is_server_error(), "{name}");
    }
    // and the same without a forgery is believed, also when the clocks are not quite the same
    assert!(is_in(&stage.try_with(|_, _| ()).await));
    let late = stage.try_with(|said, _| {
        said.claims["exp"] = json!(said.claims["iat"].as_i64().expect("a time") - 30);
    });
    assert!(is_in(&late.await));
}

#[tokio::test]
async fn a_provider_may_change_its_keys() {
    let mut stage = Stage::set(LimitSettings::OFF).await;
    assert!(is_in(&stage.try_with(|_, _| ()).await));
    // soon after it was asked, an unknown key does not make us ask again
    let fresh = key();
    let turn = |said: &mut Said| {
        said.keys = key_set(&fresh, "2");
        said.key = fresh.clone();
        said.header["kid"] = json!("2");
    };
    assert!(!is_in(&stage.try_with(|said, _| turn(said)).await));
    stage.app.advance(TimeDelta::seconds(61));
    assert!(is_in(&stage.try_with(|said, _| turn(said)).await));
    // from then on the new one is known, and the old one is not
    turn(&mut stage.honest);
    assert!(is_in(&stage.try_with(|_, _| ()).await));
}

#[tokio::test]
async fn a_provider_that_cannot_be_trusted_is_not_asked() {
    type Forge = fn(&mut Value);
    let documents: [(&str, Forge); 6] = [
        ("another issuer", |document| document["issuer"] = json!("http://127.0.0.1:1")),
        ("sends people over plain HTTP", |document| {
            document["authorization_endpoint"] = json!("http://a.example/authorize");
        }),
        ("keys over plain HTTP", |document| document["jwks_uri"] = json!("http://a.example/keys")),
        ("signs with shared secrets", |document| {
            document["id_token_signing_alg_values_supported"] = json!(["HS256", "none"]);
        }),
        ("no PKCE", |document| document["code_challenge_methods_supported"] = json!(["plain"])),
        ("no token endpoint", |document| {
            document.as_object_mut().expect("a document").remove("token_endpoint");
        }),
    ];
    let stage = Stage::set(LimitSettings::OFF).await;
    for (name, forge) in documents {
        let mut said = stage.honest.clone();
        forge(&mut said.discovery);
        stage.say(said);
        let answer = stage.app.browser(&stage.app.haltern).leave_for_provider().await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{name}");
    }
    stage.say(stage.honest.clone());
    let answer = stage.app.browser(&stage.app.haltern).leave_for_provider().await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_tries_forgeries_is_stopped() {
    let stage = Stage::set(LimitSettings { authenticate: 3, ..LimitSettings::OFF }).await;
    for _ in 0..3 {
        let answer = stage.try_with(|said, _| said.sign = Sign::WithAnotherKey).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = stage.try_with(|_, _| ()).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

/// The provider of these tests exchanges every code, as often as one likes: what is used once here is used once by us.
#[tokio::test]
async fn an_answer_is_used_once_whatever_the_provider_does() {
    let stage = Stage::set(LimitSettings::OFF).await;
    // two at once
    let (browser, back) = stage.returning(|_, _| ()).await;
    let (mut first, mut second) = (browser.clone(), browser.clone());
    let (one, two) = futures::join!(first.come_back(&back), second.come_back(&back));
    assert_eq!([one, two].iter().filter(|answer| is_in(answer)).count(), 1);
    // once more after it went wrong
    let (mut browser, back) = stage.returning(|said, _| said.sign = Sign::WithAnotherKey).await;
    assert!(!is_in(&browser.come_back(&back).await));
    let mut said = stage.said.lock().expect("what is said").clone().expect("something");
    said.sign = Sign::Truly;
    stage.say(said);
    assert!(!is_in(&browser.come_back(&back).await));
}
