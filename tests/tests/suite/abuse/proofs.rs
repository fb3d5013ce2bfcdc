//! Programs that let mails be sent or try passwords at the citizens' pages and at the API: before the second half of a
//! limit comes proof of work, and whoever brings none leaves that half to the people who share the address.

use chrono::TimeDelta;
use http::StatusCode;
use identity::LimitSettings;
use serde_json::{Value, json};
use tests::{
    Answer, Browser, Setup, TestApp, Town,
    citizens::{PASSWORD, sid},
    html,
    proof::{challenge_on, solved},
};

const CODE: &str =
    "mutation($email: String!) { requestSignInCode(input: { email: $email }) { accepted } }";
const REGISTER: &str =
    "mutation($input: RegisterAccountInput!) { registerAccount(input: $input) { accepted } }";
const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { account { id } } }";
const OTHER_ADDRESS: &str = "mutation($input: RequestEmailChangeInput!) {
    requestEmailChange(input: $input) { accepted } }";

async fn guarded() -> TestApp {
    Setup::new().limits(LimitSettings::default()).start().await
}

fn number_of(n: usize) -> Value {
    json!({ "email": format!("niemand{n}@example.org") })
}

/// Asks for codes until it is stopped; returns how many were sent, and the refusal.
async fn codes(app: &TestApp, town: &Town) -> (usize, Answer) {
    for n in 0..40 {
        let answer = app.graphql(town, CODE, number_of(n)).await;
        if !answer.code().is_empty() {
            return (n, answer);
        }
    }
    panic!("nobody stopped it")
}

/// Tries passwords until it is stopped.
async fn passwords(app: &TestApp, town: &Town) -> (usize, Answer) {
    for n in 0..60 {
        let mut input = number_of(n);
        input["password"] = json!("Sommer2026!");
        let answer = app.graphql(town, SIGN_IN, json!({ "input": input })).await;
        if answer.code() != "UNAUTHENTICATED" {
            return (n, answer);
        }
    }
    panic!("nobody stopped it")
}

async fn with_proof(app: &TestApp, town: &Town, query: &str, asked: Value, proof: &str) -> Answer {
    app.graphql_at(&town.host, query, asked, &[("x-proof-of-work", proof)]).await
}

fn challenge(refused: &Answer) -> String {
    assert_eq!(refused.code(), "RATE_LIMITED", "{}", refused.text());
    refused.error("extensions/challenge").to_string()
}

#[tokio::test]
async fn who_lets_many_mails_be_sent_pays_for_each_with_work() {
    let app = guarded().await;
    let town = &app.haltern;
    let (sent, refused) = codes(&app, town).await;
    assert_eq!(sent, 5, "half of what a network may");

    let person = json!({ "input": { "firstName": "Erika", "lastName": "Mustermann",
        "email": "erika@example.org", "phone": "0151 23456789" } });
    for (query, asked) in [(CODE, number_of(30)), (REGISTER, person)] {
        let without = app.graphql(town, query, asked.clone()).await;
        let proof = solved(&challenge(&without));
        let paid = with_proof(&app, town, query, asked.clone(), &proof).await;
        assert_eq!(paid.code(), "", "{query}: {}", paid.text());
        let again = with_proof(&app, town, query, asked, &proof).await;
        assert!(again.error("extensions/challenge").is_object(), "{query}: good once");
    }
    // what one network asks for in all is bounded, work or not
    let mut proof = solved(&challenge(&refused));
    for n in 31..40 {
        let answer = with_proof(&app, town, CODE, number_of(n), &proof).await;
        if answer.code() == "RATE_LIMITED" {
            assert!(n > 31 && answer.error("extensions/challenge").is_null(), "{}", answer.text());
            return;
        }
        let next = app.graphql(town, CODE, number_of(n)).await;
        if next.error("extensions/challenge").is_object() {
            proof = solved(&challenge(&next));
        }
    }
    panic!("nobody stopped it");
}

#[tokio::test]
async fn who_tries_many_passwords_pays_and_the_owner_at_home_does_not() {
    let app = guarded().await;
    let town = &app.haltern;
    let address = "erika@example.org";
    app.citizen(town, address, Some(PASSWORD)).await;
    let (tried, refused) = passwords(&app, town).await;
    assert_eq!(tried, 10, "half of what a network may");
    let mut input = number_of(50);
    input["password"] = json!("Winter2026!");
    let proof = solved(&challenge(&refused));
    let paid = with_proof(&app, town, SIGN_IN, json!({ "input": input }), &proof).await;
    assert_eq!(paid.code(), "UNAUTHENTICATED", "{}", paid.text());

    // the account was begun from this network: its owner is known here
    let input = json!({ "input": { "email": address, "password": PASSWORD } });
    let owner = app.graphql(town, SIGN_IN, input).await;
    assert_eq!(owner.code(), "", "{}", owner.text());

    // and when codes near their limit as well, an address for one's own account takes work like all of them
    codes(&app, town).await;
    let other = json!({ "input": { "email": "erika.neu@example.org" } });
    let asked = app.graphql_with_cookie(town, &sid(&owner), OTHER_ADDRESS, other).await;
    assert!(challenge(&asked).contains("nonce"), "{}", asked.text());
}

/// A form, where it goes, what is typed, and where that leads.
struct Sent {
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    then: &'static str,
}

/// What the pages of the account can be asked for too often.
const FORMS: [Sent; 3] = [
    Sent {
        path: "/konto/registrieren",
        fields: &[
            ("firstName", "Kim"),
            ("lastName", "Muster"),
            ("email", "kim@example.org"),
            ("phone", "0151 23456780"),
        ],
        then: "/konto/code?gesendet=registrierung",
    },
    Sent {
        path: "/konto/anmelden",
        fields: &[("email", "kim@example.org"), ("passwort", "vom Browser"), ("aktion", "code")],
        then: "/konto/code?gesendet=anmeldung",
    },
    Sent {
        path: "/konto/anmelden",
        fields: &[("email", "erika@example.org"), ("passwort", PASSWORD)],
        then: "/konto",
    },
];

/// The page that asks for a proof instead of doing what the form asks.
async fn asked(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.post(path, fields).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{}", html::text(&page.text()));
    for secret in [PASSWORD, "vom Browser"] {
        assert!(!page.text().contains(secret), "a password is typed again");
    }
    page
}

#[tokio::test]
async fn citizens_pages_go_on_with_a_proof_or_with_patience() {
    let app = guarded().await;
    let town = &app.haltern;
    app.citizen(town, "erika@example.org", Some(PASSWORD)).await;
    // nobody knows this network any more, and the limits are untouched
    app.advance(TimeDelta::days(8));
    for Sent { path, fields, then } in FORMS {
        passwords(&app, town).await;
        codes(&app, town).await;
        let needs_password = then == "/konto";
        let complete = |form: html::Form| {
            assert_eq!(form.value("passwort").is_some(), needs_password, "{path}");
            if needs_password { form.with("passwort", PASSWORD) } else { form }
        };

        let mut browser = app.browser(town);
        let page = asked(&mut browser, path, fields).await;
        let proof = solved(&challenge_on(&page));
        let form = complete(Browser::form(&page, path)).with("altcha", &proof);
        let done = browser.submit(&form).await;
        assert_eq!(browser.path, then, "{}", html::text(&done.text()));
        if needs_password {
            // where they have just signed in they are known and asked for nothing
            let again = app.browser(town).post(path, fields).await;
            assert_eq!(again.status, StatusCode::OK, "{}", html::text(&again.text()));
            app.advance(TimeDelta::days(8));
            passwords(&app, town).await;
        }

        // without a script: wait as long as the page says, then the button
        let mut patient = app.browser(town);
        let page = asked(&mut patient, path, fields).await;
        let seconds: i64 = page.header("retry-after").parse().expect("seconds");
        let text = html::text(&page.text());
        assert!(text.contains(&format!("{seconds} Sekunden")), "{text}");
        app.advance(TimeDelta::seconds(seconds));
        let done = patient.submit(&complete(Browser::form(&page, path))).await;
        assert_eq!(patient.path, then, "{}", html::text(&done.text()));
        app.advance(TimeDelta::days(8));
    }
}
