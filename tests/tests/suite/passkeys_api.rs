//! Passkeys through the API.

use chrono::TimeDelta;
use kernel::{Role, Scope};
use serde_json::{Value, json};
use tests::{Answer, Authenticator, Browser, TestApp};

use crate::passkeys::citizen;

async fn ask(browser: &mut Browser<'_>, query: &str, input: Value) -> Answer {
    let body = json!({ "query": query, "variables": { "input": input } });
    browser.post_json("/graphql", &body).await
}

const BEGIN: &str = "mutation ($input: BeginPasskeyRegistrationInput!) {
    beginPasskeyRegistration(input: $input) { options } }";
const FINISH: &str = "mutation ($input: FinishPasskeyRegistrationInput!) {
    finishPasskeyRegistration(input: $input) { passkey { id name backedUp createdAt lastUsedAt } } }";
const BEGIN_SIGN_IN: &str = "mutation ($input: BeginPasskeySignInInput!) {
    beginPasskeySignIn(input: $input) { options } }";
const FINISH_SIGN_IN: &str = "mutation ($input: FinishPasskeySignInInput!) {
    finishPasskeySignIn(input: $input) { office } }";
const RENAME: &str = "mutation ($input: RenamePasskeyInput!) {
    renamePasskey(input: $input) { passkey { name } } }";
const REMOVE: &str =
    "mutation ($input: RemovePasskeyInput!) { removePasskey(input: $input) { id } }";
const LIST: &str = "{ passkeys { id name lastUsedAt } viewer { signedIn } }";

#[tokio::test]
async fn a_client_makes_uses_and_removes_a_passkey() {
    let app = TestApp::start().await;
    let account = citizen(&app, &app.haltern).await;
    let mut here = app.signed_in(&app.haltern, &account).await;
    let mut device = Authenticator::new("haltern.localhost");
    let options = ask(&mut here, BEGIN, json!({ "name": "Handy" })).await;
    let options = options.data("beginPasskeyRegistration/options");
    let credential = json!({ "credential": device.create(&options) });
    let made = ask(&mut here, FINISH, credential.clone()).await;
    assert_eq!(made.string("finishPasskeyRegistration/passkey/name"), "Handy");
    let id = made.string("finishPasskeyRegistration/passkey/id");
    assert_eq!(ask(&mut here, FINISH, credential).await.code(), "CONFLICT", "once");

    let mut elsewhere = app.browser(&app.haltern);
    let options = ask(&mut elsewhere, BEGIN_SIGN_IN, json!({})).await;
    let before = elsewhere.cookies["sid"].clone();
    let credential = device.get(&options.data("beginPasskeySignIn/options"));
    let signed_in = ask(&mut elsewhere, FINISH_SIGN_IN, json!({ "credential": credential })).await;
    assert_eq!(signed_in.data("finishPasskeySignIn/office"), json!(false));
    assert_ne!(elsewhere.cookies["sid"], before, "under a new id");
    let list = ask(&mut elsewhere, LIST, NOTHING).await;
    assert_eq!(list.data("viewer/signedIn"), json!(true));
    assert!(list.data("passkeys/0/lastUsedAt").is_string());
    let replayed = ask(&mut elsewhere, FINISH_SIGN_IN, json!({ "credential": credential })).await;
    assert_eq!(replayed.code(), "CONFLICT");

    let renamed = ask(&mut here, RENAME, json!({ "id": id, "name": "Stick" })).await;
    assert_eq!(renamed.string("renamePasskey/passkey/name"), "Stick");
    let nameless = ask(&mut here, RENAME, json!({ "id": id, "name": "" })).await;
    assert_eq!(
        (nameless.code().as_str(), &nameless.error("extensions/field")),
        ("BAD_INPUT", &json!("name"))
    );
    app.advance(TimeDelta::minutes(10));
    assert_eq!(
        ask(&mut here, REMOVE, json!({ "id": id })).await.code(),
        "CONFLICT",
        "an old sign-in"
    );
    let mut fresh = app.signed_in(&app.haltern, &account).await;
    assert_eq!(ask(&mut fresh, REMOVE, json!({ "id": id })).await.string("removePasskey/id"), id);
    assert_eq!(ask(&mut fresh, LIST, NOTHING).await.data("passkeys"), json!([]));
}

const NOTHING: Value = Value::Null;

#[tokio::test]
async fn others_and_programs_have_no_passkeys() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = Authenticator::new("haltern.localhost");
    let mut here = app.signed_in(&app.haltern, &account).await;
    let options = ask(&mut here, BEGIN, json!({ "name": "Handy" })).await;
    let options = options.data("beginPasskeyRegistration/options");
    let made = ask(&mut here, FINISH, json!({ "credential": device.create(&options) })).await;
    let id = made.string("finishPasskeyRegistration/passkey/id");

    let mut stranger = app.office_browser(&app.haltern, Role::TenantAdministrator).await;
    for (way, input) in [(RENAME, json!({ "id": id, "name": "x" })), (REMOVE, json!({ "id": id }))]
    {
        assert_eq!(ask(&mut stranger, way, input).await.code(), "NOT_FOUND");
    }
    assert_eq!(
        ask(&mut here, REMOVE, json!({ "id": id })).await.code(),
        "CONFLICT",
        "the last one"
    );

    let mut nobody = app.browser(&app.haltern);
    assert_eq!(ask(&mut nobody, LIST, NOTHING).await.code(), "FORBIDDEN");
    assert_eq!(ask(&mut nobody, BEGIN, json!({ "name": "x" })).await.code(), "FORBIDDEN");
    let key = app.office_key(&app.haltern, Scope::Appointments).await;
    let answer = app.graphql_as(&app.haltern, &key, LIST, json!({})).await;
    assert_eq!(answer.code(), "FORBIDDEN");

    // wrong is wrong, and unknown is the same
    let mut codes = Vec::new();
    for unknown in [false, true] {
        let mut browser = app.browser(&app.haltern);
        let options = ask(&mut browser, BEGIN_SIGN_IN, json!({ "secondFactor": true })).await;
        let mut credential = device.get(&options.data("beginPasskeySignIn/options"));
        if unknown {
            credential["rawId"] = json!("AAAA");
        } else {
            credential["response"]["signature"] = json!("AAAA");
        }
        let answer = ask(&mut browser, FINISH_SIGN_IN, json!({ "credential": credential })).await;
        codes.push(answer.errors_without_request_id());
    }
    assert_eq!(codes[0], codes[1]);
    assert_eq!(codes[0][0]["extensions"]["code"], "UNAUTHENTICATED");
}
