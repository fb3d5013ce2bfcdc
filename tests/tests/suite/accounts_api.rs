//! A citizen's account over GraphQL.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{
    Answer, TestApp, Town,
    booking::{BOOK, erika},
    citizens::{PASSWORD, sid},
};

const ERIKA: &str = "erika@example.org";

const REGISTER: &str = "mutation($input: RegisterAccountInput!) {
    registerAccount(input: $input) { accepted } }";
const CONFIRM: &str = "mutation($input: ConfirmAccountInput!) {
    confirmAccount(input: $input) { account { id firstName lastName email phone hasPassword } } }";
const SIGN_IN: &str = "mutation($input: SignInInput!) {
    signIn(input: $input) { account { email sessions { current } } } }";
const VIEWER: &str = "{ viewer { signedIn roles account { email hasPassword
    appointments(first: 1) { edges { cursor node { reference manageToken location { name } } } pageInfo { hasNextPage } }
    sessions { handle current device } signIns { method result ip } } } }";

fn person(email: &str) -> Value {
    json!({ "input": {
        "firstName": "Erika", "lastName": "Mustermann", "email": email, "phone": "0151 23456789",
    } })
}

/// A session that was begun by registering.
async fn registered(app: &TestApp, town: &Town) -> String {
    let answer = app.graphql(town, REGISTER, person(ERIKA)).await;
    assert_eq!(answer.data("registerAccount/accepted"), true);
    assert_eq!(answer.header("set-cookie"), "");
    let code = app.code_for(ERIKA).await;
    let input = json!({ "input": { "code": code, "password": PASSWORD } });
    let answer = app.graphql(town, CONFIRM, input).await;
    assert_eq!(answer.data("confirmAccount/account/email"), ERIKA);
    assert_eq!(answer.data("confirmAccount/account/hasPassword"), true);
    sid(&answer)
}

async fn viewer(app: &TestApp, town: &Town, sid: &str) -> Answer {
    app.graphql_with_cookie(town, sid, VIEWER, json!({})).await
}

#[tokio::test]
async fn a_citizen_registers_signs_in_books_and_leaves() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let sid_here = registered(&app, town).await;

    let slots = app.free(town).await;
    for slot in &slots[..2] {
        let token = app.held(town, slot).await;
        let input = json!({ "input": { "reservationToken": token, "contact": erika() } });
        let booked = app.graphql_with_cookie(town, &sid_here, BOOK, input).await;
        assert!(!booked.string("bookAppointment/appointment/reference").is_empty());
    }
    let seen = viewer(&app, town, &sid_here).await;
    assert_eq!(seen.data("viewer/roles"), json!(["CITIZEN"]));
    assert_eq!(seen.data("viewer/account/appointments/pageInfo/hasNextPage"), true);
    let first = seen.string("viewer/account/appointments/edges/0/node/reference");
    let cursor = seen.string("viewer/account/appointments/edges/0/cursor");
    let more = "query($after: String!) { viewer { account { appointments(first: 5, after: $after) {
        edges { node { reference } } pageInfo { hasNextPage } } } } }";
    let rest = app.graphql_with_cookie(town, &sid_here, more, json!({ "after": cursor })).await;
    let edges = rest.data("viewer/account/appointments/edges");
    assert_eq!(edges.as_array().map(Vec::len), Some(1));
    assert_ne!(edges[0]["node"]["reference"], first.as_str());
    let token = seen.string("viewer/account/appointments/edges/0/node/manageToken");
    let cancel = "mutation($token: String!) { cancelAppointment(input: { manageToken: $token }) {
        appointment { status } } }";
    let gone = app.graphql_with_cookie(town, &sid_here, cancel, json!({ "token": token })).await;
    assert_eq!(gone.data("cancelAppointment/appointment/status"), "CANCELLED");

    // a second session, with the password; and one more, with a code
    let input = json!({ "input": { "email": ERIKA, "password": PASSWORD } });
    let second = sid(&app.graphql(town, SIGN_IN, input).await);
    let ask =
        "mutation($email: String!) { requestSignInCode(input: { email: $email }) { accepted } }";
    app.graphql(town, ask, json!({ "email": ERIKA })).await;
    let code = app.code_for(ERIKA).await;
    let answer = app.graphql(town, SIGN_IN, json!({ "input": { "code": code } })).await;
    let sessions = answer.data("signIn/account/sessions");
    assert_eq!(sessions.as_array().map(Vec::len), Some(3));
    let third = sid(&answer);

    let seen = viewer(&app, town, &second).await;
    let listed = seen.data("viewer/account/sessions");
    let other = listed.as_array().expect("a list").iter().find(|one| one["current"] == false);
    let handle = other.expect("another one")["handle"].clone();
    let end = "mutation($handle: String!) { endSession(input: { handle: $handle }) { ended } }";
    let ended = app.graphql_with_cookie(town, &second, end, json!({ "handle": handle })).await;
    assert_eq!(ended.data("endSession/ended"), true);
    let methods = seen.data("viewer/account/signIns").to_string();
    assert!(methods.contains("password") && methods.contains("mail"), "{methods}");

    let out = "mutation { signOutEverywhere { signedOut } }";
    let answer = app.graphql_with_cookie(town, &second, out, json!({})).await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    for sid in [&sid_here, &second, &third] {
        assert_eq!(viewer(&app, town, sid).await.data("viewer/signedIn"), false);
    }
}

#[tokio::test]
async fn one_changes_exports_and_erases_what_is_kept() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let sid_here = registered(&app, town).await;
    let ask = async |query: &str, input: Value| {
        app.graphql_with_cookie(town, &sid_here, query, json!({ "input": input })).await
    };
    let update = "mutation($input: UpdateProfileInput!) { updateProfile(input: $input) {
        account { firstName phone locale } } }";
    let input = json!({ "firstName": "Erika Maria", "lastName": "Mustermann", "phone": "0171 3920012", "locale": "EN" });
    let changed = ask(update, input).await;
    assert_eq!(changed.data("updateProfile/account/firstName"), "Erika Maria");
    assert_eq!(changed.data("updateProfile/account/locale"), "EN");
    let wrong =
        ask(update, json!({ "firstName": "", "lastName": "M", "phone": "0171 3920012" })).await;
    assert_eq!(wrong.code(), "BAD_INPUT");
    assert_eq!(wrong.error("extensions/field"), "firstName");

    let guest = app.an_appointment(town).await;
    let claim = "mutation($input: ClaimAppointmentInput!) { claimAppointment(input: $input) {
        appointment { reference } } }";
    let token = json!({ "manageToken": guest.manage_token });
    let claimed = ask(claim, token.clone()).await;
    assert_eq!(claimed.data("claimAppointment/appointment/reference"), guest.reference.as_str());
    assert_eq!(app.graphql(town, claim, json!({ "input": token })).await.code(), "UNAUTHENTICATED");

    let export = "mutation { exportMyData { data } }";
    let copy = app.graphql_with_cookie(town, &sid_here, export, json!({})).await;
    let copy = copy.data("exportMyData/data");
    let (kept, account) = (&copy["data"], &copy["data"]["account"]);
    assert_eq!(account["firstName"], "Erika Maria");
    assert_eq!(kept["appointments"][0]["reference"], guest.reference.as_str());
    assert_eq!(kept["appointments"][0]["contact"]["lastName"], "Mustermann");
    assert_eq!(account["signIns"][0]["method"], "mail");
    assert_eq!(account["sessions"].as_array().map(Vec::len), Some(1));
    assert!(!copy.to_string().contains("argon2"));

    app.advance(TimeDelta::minutes(11));
    let erase = "mutation($input: EraseMyDataInput!) { eraseMyData(input: $input) { erased } }";
    assert_eq!(ask(erase, json!({})).await.code(), "CONFLICT");
    assert_eq!(ask(erase, json!({ "currentPassword": "falsch" })).await.code(), "BAD_INPUT");
    let gone = ask(erase, json!({ "currentPassword": PASSWORD })).await;
    assert_eq!(gone.data("eraseMyData/erased"), true);
    assert_eq!(viewer(&app, town, &sid_here).await.data("viewer/signedIn"), false);
    assert_eq!(app.rows_of("account").await, 0);
    assert_eq!(app.rows_of("appointment").await, 1);
}

#[tokio::test]
async fn the_address_and_the_password_change_over_the_api() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let sid_here = registered(&app, town).await;
    let change =
        "mutation($email: String!) { requestEmailChange(input: { email: $email }) { accepted } }";
    let new = "neu@example.org";
    let asked = app.graphql_with_cookie(town, &sid_here, change, json!({ "email": new })).await;
    assert_eq!(asked.data("requestEmailChange/accepted"), true);
    let same = app.graphql_with_cookie(town, &sid_here, change, json!({ "email": ERIKA })).await;
    assert_eq!(same.code(), "BAD_INPUT");
    let code = app.code_for(new).await;
    let confirm = "mutation($code: String!) { confirmEmailChange(input: { code: $code }) { account { email } } }";
    let refused = app.graphql(town, confirm, json!({ "code": code })).await;
    assert_eq!(refused.code(), "UNAUTHENTICATED", "the code alone is not enough");
    let done = app.graphql_with_cookie(town, &sid_here, confirm, json!({ "code": code })).await;
    assert_eq!(done.data("confirmEmailChange/account/email"), new);
    let sid_new = sid(&done);
    assert_eq!(viewer(&app, town, &sid_here).await.data("viewer/signedIn"), false);

    let password = "mutation($new: String) { changePassword(input: { newPassword: $new }) { account { hasPassword } } }";
    let weak =
        app.graphql_with_cookie(town, &sid_new, password, json!({ "new": "passwort12" })).await;
    assert_eq!(weak.code(), "BAD_INPUT");
    let done = app.graphql_with_cookie(town, &sid_new, password, json!({ "new": null })).await;
    assert_eq!(done.data("changePassword/account/hasPassword"), false);
    let input = json!({ "input": { "email": new, "password": PASSWORD } });
    assert_eq!(app.graphql(town, SIGN_IN, input).await.code(), "UNAUTHENTICATED");
}
