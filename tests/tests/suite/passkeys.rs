//! Passkeys, on the pages: made, used, named, removed, and everything that must not sign anybody in.

use chrono::TimeDelta;
use http::StatusCode;
use identity::{Account, LimitSettings};
use kernel::Role;
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{Answer, Authenticator, Browser, Setup, TestApp, Town};

/// What a browser without the page sends.
const NOTHING: Value = Value::Null;

/// Somebody with an account of their own. Made as one of the office and turned into a citizen, until there is a shorter way.
pub async fn citizen(app: &TestApp, town: &Town) -> Account {
    let mut account = app.staff(town, Role::Clerk).await;
    let sql = app.database.superuser_sql().await;
    sqlx::query("UPDATE account SET kind = 'citizen' WHERE id = $1")
        .bind(account.id.uuid())
        .execute(&sql)
        .await
        .expect("updated");
    account.kind = identity::AccountKind::Citizen;
    account
}

/// Makes a passkey in a browser that is signed in.
async fn make(browser: &mut Browser<'_>, device: &mut Authenticator, name: &str) -> Answer {
    let asked = browser.post_json("/passkey/anlegen/beginn", &json!({ "name": name })).await;
    if asked.status != StatusCode::OK {
        return asked;
    }
    let credential = device.create(&asked.json());
    browser.post_json("/passkey/anlegen", &json!({ "credential": credential })).await
}

async fn ask(browser: &mut Browser<'_>) -> Value {
    let asked = browser.post_json("/passkey/anmelden/beginn", &json!({})).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    asked.json()
}

async fn give(browser: &mut Browser<'_>, credential: &Value) -> Answer {
    let body = json!({ "credential": credential, "weiter": "/amt/anmelden?x" });
    browser.post_json("/passkey/anmelden", &body).await
}

/// The whole way in a new browser.
async fn sign_in<'a>(
    app: &'a TestApp,
    town: &Town,
    device: &mut Authenticator,
) -> (Browser<'a>, Answer) {
    let mut browser = app.browser(town);
    let options = ask(&mut browser).await;
    let answer = give(&mut browser, &device.get(&options)).await;
    (browser, answer)
}

async fn count(app: &TestApp, question: &'static str) -> i64 {
    let sql = app.database.superuser_sql().await;
    sqlx::query_scalar(question).fetch_one(&sql).await.expect("a number")
}

/// A device with a passkey of an account.
async fn device_of(app: &TestApp, town: &Town, account: &Account) -> Authenticator {
    let mut device = Authenticator::new(&town.host);
    let made = make(&mut app.signed_in(town, account).await, &mut device, "Handy").await;
    assert_eq!(made.status, 200, "{}", made.text());
    device
}

#[tokio::test]
async fn a_citizen_makes_a_passkey_and_signs_in_with_it() {
    let app = TestApp::start().await;
    let account = citizen(&app, &app.haltern).await;
    let mut here = app.signed_in(&app.haltern, &account).await;
    let page = here.open("/konto/passkeys").await;
    assert!(page.text().contains("noch keinen Passkey") && page.text().contains("passkey.js"));
    assert!(page.header("permissions-policy").contains("publickey-credentials-get=(self)"));

    let mut device = Authenticator::new("haltern.localhost");
    let made = make(&mut here, &mut device, " Mein <Handy> ").await;
    assert_eq!(made.json()["weiter"], "/konto/passkeys?angelegt=ja", "{}", made.text());
    let page = here.open("/konto/passkeys?angelegt=ja").await.text();
    assert!(page.contains("Mein &#60;Handy&#62;") && page.contains("noch nie benutzt"));
    let told = "SELECT count(*) FROM account_code WHERE purpose = 'notice'";
    assert_eq!(count(&app, told).await, 1, "its owner is told");
    assert_eq!(
        count(&app, "SELECT count(*) FROM audit_entry WHERE action LIKE 'passkey%'").await,
        0
    );
    let open = "SELECT count(*) FROM passkey WHERE encode(name, 'escape') LIKE '%Handy%'";
    assert_eq!(count(&app, open).await, 0, "the name is sealed");

    let mut elsewhere = app.browser(&app.haltern);
    let options = ask(&mut elsewhere).await;
    assert_eq!(options["rpId"], "haltern.localhost");
    assert_eq!(options["allowCredentials"], json!([]), "nobody says who they are");
    let before = elsewhere.cookies["sid"].clone();
    let credential = device.get(&options);
    let body = json!({ "credential": credential, "weiter": "/konto/passkeys" });
    let answer = elsewhere.post_json("/passkey/anmelden", &body).await;
    assert_eq!(answer.json()["weiter"], "/konto/passkeys", "{}", answer.text());
    assert_ne!(elsewhere.cookies["sid"], before, "under a new id");
    let page = elsewhere.open("/konto/passkeys").await.text();
    assert!(page.contains("zuletzt benutzt am"), "{page}");
    let noted = "SELECT count(*) FROM sign_in WHERE method = 'passkey' AND result = 'signed-in' \
                 AND kind = 'citizen' AND account_id IS NOT NULL";
    assert_eq!(count(&app, noted).await, 1);

    // the question is gone with the answer
    let mut again = app.browser(&app.haltern);
    again.cookies.insert("sid".to_owned(), before);
    assert_eq!(give(&mut again, &credential).await.status, 409, "replayed");
    assert_eq!(give(&mut elsewhere, &credential).await.status, 409, "replayed by the same");
}

#[tokio::test]
async fn somebody_of_the_office_is_in_with_a_passkey_alone() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::OfficeManager).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    assert_eq!(
        count(&app, "SELECT count(*) FROM audit_entry WHERE action = 'passkey.add'").await,
        1
    );
    let (mut browser, answer) = sign_in(&app, &app.haltern, &mut device).await;
    assert_eq!(answer.json()["weiter"], "/amt");
    assert_eq!(browser.get("/amt/kalender").await.status, 200);
    assert!(browser.open("/amt/passkeys").await.text().contains("Handy"));
    let page = app.browser(&app.haltern).open("/amt/passkeys").await;
    assert!(page.text().contains("type=\"password\""), "who is not signed in is asked to");

    // two devices, one account: the second is known by the same handle
    let mut stick = device_of(&app, &app.haltern, &account).await;
    assert_eq!(count(&app, "SELECT count(DISTINCT user_handle) FROM passkey").await, 1);
    assert_eq!(sign_in(&app, &app.haltern, &mut stick).await.1.status, 200);
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 200);
}

#[tokio::test]
async fn what_is_not_right_signs_nobody_in() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let other = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    let others = device_of(&app, &app.haltern, &other).await;
    let mut neighbour =
        device_of(&app, &app.musterstadt, &app.staff(&app.musterstadt, Role::Clerk).await).await;

    let (mut answers, mut wrong) = (Vec::new(), Vec::new());
    let refused = "SELECT count(*) FROM sign_in WHERE method = 'passkey' AND result = 'refused'";
    for what in [
        "other origin",
        "other port",
        "other party",
        "wrong signature",
        "unverified",
        "other handle",
        "unknown",
        "garbage",
    ] {
        let mut browser = app.browser(&app.haltern);
        let options = ask(&mut browser).await;
        let origin = device.origin.clone();
        match what {
            "other origin" => device.origin = "http://musterstadt.localhost".to_owned(),
            "other port" => device.origin = "http://haltern.localhost:8081".to_owned(),
            "other party" => device.other_party = Some("musterstadt.localhost".to_owned()),
            "unverified" => device.verifies = false,
            _ => {}
        }
        let mut credential = device.get(&options);
        (device.origin, device.other_party, device.verifies) = (origin, None, true);
        match what {
            "wrong signature" => {
                let other = device.get(&ask(&mut app.browser(&app.haltern)).await);
                credential["response"]["signature"] = other["response"]["signature"].clone();
            }
            "other handle" => credential["response"]["userHandle"] = json!("AAAA"),
            "unknown" => {
                neighbour.origin.clone_from(&device.origin);
                credential = neighbour.get(&options);
            }
            "garbage" => credential = json!({ "rawId": 7 }),
            _ => {}
        }
        let before = count(&app, refused).await;
        let answer = give(&mut browser, &credential).await;
        let noted = count(&app, refused).await - before;
        let is_in = browser.get("/amt").await.status == 200;
        let text = answer.text().contains("Dieser Passkey passt nicht");
        if (answer.status.as_u16(), noted, is_in, text) != (401, 1, false, true) {
            wrong.push((what, answer.status, noted, is_in));
        }
        answers.push(answer.text());
    }
    assert_eq!(wrong, []);
    answers.dedup();
    assert_eq!(answers.len(), 1, "nobody is told which: {answers:?}");
    assert_eq!(
        sign_in(&app, &app.haltern, &mut device).await.1.status,
        200,
        "and it is still good"
    );
    drop(others);
}

#[tokio::test]
async fn a_question_is_answered_in_time_and_once() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    let mut browser = app.browser(&app.haltern);
    let credential = device.get(&ask(&mut browser).await);
    app.advance(TimeDelta::minutes(5));
    let answer = give(&mut browser, &credential).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("zu lange gedauert"), "{}", answer.text());

    // a wrong answer uses the question up, too
    let mut browser = app.browser(&app.haltern);
    let options = ask(&mut browser).await;
    let (right, mut wrong) = (device.get(&options), device.get(&options));
    wrong["response"]["userHandle"] = json!("AAAA");
    assert_eq!(give(&mut browser, &wrong).await.status, 401);
    assert_eq!(give(&mut browser, &right).await.status, 409);

    // of two at once, one
    let mut browser = app.browser(&app.haltern);
    let credential = device.get(&ask(&mut browser).await);
    let (mut one, mut two) = (browser.clone(), browser);
    let (one, two) = futures::join!(give(&mut one, &credential), give(&mut two, &credential));
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);

    // and nobody answers another browser's
    let credential = device.get(&ask(&mut app.browser(&app.haltern)).await);
    let mut victim = app.browser(&app.haltern);
    ask(&mut victim).await;
    assert_eq!(give(&mut victim, &credential).await.status, 401);
    assert_eq!(give(&mut app.browser(&app.haltern), &credential).await.status, 409);
}

#[tokio::test]
async fn a_counter_that_goes_backwards_is_noticed() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    (device.counts, device.sign_count) = (true, 5);
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 200);
    // a copy of the key that was made before
    device.sign_count = 5;
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 401, "the same again");
    (device.counts, device.sign_count) = (false, 0);
    assert_eq!(
        sign_in(&app, &app.haltern, &mut device).await.1.status,
        401,
        "not counting any more"
    );
    let refused = "SELECT count(*) FROM sign_in WHERE method = 'passkey' AND result = 'refused'";
    assert_eq!(count(&app, refused).await, 2);
    (device.counts, device.sign_count) = (true, 6);
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 200);
    assert_eq!(count(&app, "SELECT sign_count FROM passkey").await, 7);
}

#[tokio::test]
async fn a_passkey_confirms_the_password_of_its_own_account() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let other = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &person.account).await;
    let mut others = device_of(&app, &app.haltern, &other).await;
    for (device, status) in [(&mut others, 401), (&mut device, 200)] {
        let mut browser = app.halfway(&app.haltern, &person).await;
        let asked =
            browser.post_json("/passkey/anmelden/beginn", &json!({ "zweiter": true })).await;
        let options = asked.json();
        assert_eq!(options["allowCredentials"].as_array().map(Vec::len), Some(1));
        assert_eq!(give(&mut browser, &device.get(&options)).await.status, status);
        assert_eq!(browser.get("/amt").await.status == 200, status == 200);
    }
    // it leads to where they wanted to go
    let mut browser = app.halfway_to(&app.haltern, &person, "/amt/kalender?tag=1").await;
    let options = ask(&mut browser).await;
    let body = json!({ "credential": device.get(&options), "weiter": "/amt/anmelden/code" });
    let answer = browser.post_json("/passkey/anmelden", &body).await;
    assert_eq!(answer.json()["weiter"], "/amt/kalender?tag=1", "{}", answer.text());

    // and it is a second factor: with the password alone nobody sets up one of their own
    let sql = app.database.superuser_sql().await;
    sqlx::query("UPDATE account SET totp = NULL").execute(&sql).await.expect("no app");
    let mut thief = app.halfway(&app.haltern, &person).await;
    thief.open("/amt/einrichten").await;
    assert_eq!(thief.path, "/amt/anmelden/code");

    // whoever is not halfway is told nobody's passkeys
    let mut stranger = app.browser(&app.haltern);
    let asked = stranger.post_json("/passkey/anmelden/beginn", &json!({ "zweiter": true })).await;
    assert_eq!(asked.json()["allowCredentials"], json!([]));
}

#[tokio::test]
async fn passkeys_are_named_and_removed_by_their_owner() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    let mut browser = app.signed_in(&app.haltern, &account).await;
    let list = browser.open("/amt/passkeys").await;
    let mut form = Browser::form(&list, "/passkey/umbenennen");
    let id = form.fields.iter().find(|(name, _)| name == "passkey").expect("an id").1.clone();
    form.fields.retain(|(name, _)| name != "name");
    form.fields.push(("name".to_owned(), String::new()));
    let wrong = browser.send_form(&form).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("Geben Sie dem Passkey einen Namen"));
    form.fields.retain(|(name, _)| name != "name");
    form.fields.push(("name".to_owned(), "Stick".to_owned()));
    assert!(browser.submit(&form).await.text().contains("<b>Stick</b>"));

    // the last way in stays
    let last = browser.post("/passkey/loeschen", &[("passkey", &id)]).await;
    assert_eq!(last.status, 422, "{}", last.text());
    assert!(last.text().contains("Ohne diesen Passkey"));
    let mut second = device_of(&app, &app.haltern, &account).await;

    // nobody else's
    let mut stranger = app.office_browser(&app.haltern, Role::TenantAdministrator).await;
    for way in ["/passkey/loeschen", "/passkey/umbenennen"] {
        let answer = stranger.post(way, &[("passkey", &id), ("name", "meiner")]).await;
        assert_eq!(answer.status, 404, "{way}");
    }

    // not with an old sign-in, neither adding nor removing
    app.advance(TimeDelta::minutes(10));
    let list = browser.open("/amt/passkeys").await.text();
    assert!(!list.contains("/passkey/loeschen") && list.contains("data-passkey=\"anmelden\""));
    assert_eq!(browser.post("/passkey/loeschen", &[("passkey", &id)]).await.status, 422);
    assert_eq!(make(&mut browser, &mut device, "Noch einer").await.status, 409);
    assert_eq!(count(&app, "SELECT count(*) FROM passkey").await, 2);

    let (mut browser, _) = sign_in(&app, &app.haltern, &mut second).await;
    let told = "SELECT count(*) FROM account_code WHERE purpose = 'notice'";
    let before = count(&app, told).await;
    let gone = browser.post("/passkey/loeschen", &[("passkey", &id)]).await;
    assert!(gone.text().contains("Der Passkey ist gelöscht"), "{}", gone.text());
    assert_eq!(count(&app, told).await, before + 1, "its owner is told");
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 401);
    for action in ["passkey.add", "passkey.rename", "passkey.remove"] {
        let sql = app.database.superuser_sql().await;
        let noted: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_entry WHERE action = $1")
            .bind(action)
            .fetch_one(&sql)
            .await
            .expect("a number");
        assert!(noted > 0, "{action} is written down");
    }
}

#[tokio::test]
async fn there_are_not_more_than_ten() {
    let app = TestApp::start().await;
    let account = citizen(&app, &app.haltern).await;
    let mut browser = app.signed_in(&app.haltern, &account).await;
    let mut device = Authenticator::new("haltern.localhost");
    let first = browser.post_json("/passkey/anlegen/beginn", &json!({ "name": "Erster" })).await;
    assert_eq!(first.json()["excludeCredentials"], json!([]));
    for number in 0..10 {
        let made = make(&mut browser, &mut device, &format!("Nummer {number}")).await;
        assert_eq!(made.status, 200, "{}", made.text());
    }
    let made = make(&mut browser, &mut device, "Nummer 11").await;
    assert_eq!(made.status, 409);
    assert!(made.text().contains("so viele Passkeys"));
    assert_eq!(count(&app, "SELECT count(*) FROM passkey").await, 10);
}

#[tokio::test]
async fn a_passkey_is_made_for_us_by_who_was_asked() {
    let app = TestApp::start().await;
    let account = citizen(&app, &app.haltern).await;
    let mut browser = app.signed_in(&app.haltern, &account).await;
    let begin = json!({ "name": "Handy" });
    let mut wrong = Vec::new();
    for what in ["other origin", "other party", "unverified", "other challenge"] {
        let mut device = Authenticator::new("haltern.localhost");
        let mut options = browser.post_json("/passkey/anlegen/beginn", &begin).await.json();
        assert_eq!(options["rp"]["id"], "haltern.localhost");
        assert_eq!(options["rp"]["name"], "Stadt Haltern am See");
        match what {
            "other origin" => device.origin = "http://musterstadt.localhost".to_owned(),
            "other party" => device.other_party = Some("localhost".to_owned()),
            "unverified" => device.verifies = false,
            _ => options["challenge"] = json!("A".repeat(43)),
        }
        let credential = device.create(&options);
        let body = json!({ "credential": credential });
        let answer = browser.post_json("/passkey/anlegen", &body).await;
        let again = browser.post_json("/passkey/anlegen", &body).await;
        if (answer.status.as_u16(), again.status.as_u16()) != (422, 409) {
            wrong.push((what, answer.status, again.status));
        }
    }
    assert_eq!(wrong, [], "refused, and used up");
    // not in the session of somebody else who came in between
    let mut device = Authenticator::new("haltern.localhost");
    let options = browser.post_json("/passkey/anlegen/beginn", &begin).await.json();
    let body = json!({ "credential": device.create(&options) });
    app.advance(TimeDelta::minutes(5));
    assert_eq!(browser.post_json("/passkey/anlegen", &body).await.status, 409, "late");
    let stranger = app.browser(&app.haltern).post_json("/passkey/anlegen/beginn", &begin).await;
    assert_eq!(stranger.status, 401, "{}", stranger.text());
    assert_eq!(count(&app, "SELECT count(*) FROM passkey").await, 0);

    // a credential that is there already is not there twice, whoever has it
    let mut browser = app.signed_in(&app.haltern, &account).await;
    assert_eq!(make(&mut browser, &mut device, "Handy").await.status, 200);
    let again = browser.post_json("/passkey/anlegen/beginn", &begin).await.json();
    assert_eq!(again["excludeCredentials"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_locked_account_and_the_neighbour_stay_out() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    // a browser would not do this: the passkey is not the neighbour's
    device.origin = "http://musterstadt.localhost".to_owned();
    assert_eq!(sign_in(&app, &app.musterstadt, &mut device).await.1.status, 401);
    device.origin = "http://haltern.localhost".to_owned();
    let sql = app.database.superuser_sql().await;
    sqlx::query("UPDATE account SET state = 'locked'").execute(&sql).await.expect("locked");
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 401);
    sqlx::query("DELETE FROM account WHERE id = $1")
        .bind(account.id.uuid())
        .execute(&sql)
        .await
        .expect("deleted");
    assert_eq!(count(&app, "SELECT count(*) FROM passkey").await, 0, "they go with the account");
}

#[tokio::test]
async fn wrong_passkeys_are_counted() {
    let limits = LimitSettings { authenticate: 3, ..LimitSettings::OFF };
    let app = Setup::new().limits(limits).start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    device.verifies = false;
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(sign_in(&app, &app.haltern, &mut device).await.1.status.as_u16());
    }
    assert_eq!(seen, [401, 401, 401, 429, 429]);
    device.verifies = true;
    let (_, answer) = sign_in(&app, &app.haltern, &mut device).await;
    assert_eq!(answer.status, 429, "the right one waits, too: {}", answer.text());
}

#[tokio::test]
async fn other_sites_ask_for_nothing() {
    let app = TestApp::start().await;
    let ways = [
        "/passkey/anmelden/beginn",
        "/passkey/anmelden",
        "/passkey/anlegen/beginn",
        "/passkey/anlegen",
    ];
    for way in ways {
        let request = http::Request::post(way)
            .header("host", "haltern.localhost")
            .header("origin", "http://evil.example")
            .header("content-type", "application/json")
            .body(axum::body::Body::from("{}"))
            .expect("a request");
        assert_eq!(app.send(request).await.status, 403, "{way}");
        let mut browser = app.browser(&app.haltern);
        let fields = [("credential", "x")];
        assert_eq!(browser.post(way, &fields).await.status, 415, "a form: {way}");
        assert_eq!(browser.post_json(way, &NOTHING).await.status.is_success(), way == ways[0]);
    }
}

#[tokio::test]
async fn the_operator_s_people_have_passkeys_for_their_own_host() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let account = app.staff(&ops, Role::Operator).await;
    let mut device = device_of(&app, &ops, &account).await;
    let options = ask(&mut app.browser(&ops)).await;
    assert_eq!(options["rpId"], "ops.localhost");
    let (mut browser, answer) = sign_in(&app, &ops, &mut device).await;
    assert_eq!(answer.json()["weiter"], "/amt", "{}", answer.text());
    assert_eq!(browser.get("/amt/kommunen").await.status, 200);
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 401, "not elsewhere");
}

#[tokio::test]
async fn where_the_municipality_s_own_sign_in_is_the_only_way_passkeys_are_none() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let person = citizen(&app, &app.haltern).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    let mut own = device_of(&app, &app.haltern, &person).await;
    let mut file = tests::towns::haltern();
    let mut settings = tests::openid::settings("haltern", "https://id.haltern.example");
    settings.insert("only".to_owned(), true.into());
    tests::towns::set(&mut file, "openid", settings);
    app.apply(file).await;
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 401);
    let mut browser = app.signed_in(&app.haltern, &account).await;
    let made = make(&mut browser, &mut device, "Noch einer").await;
    assert!(made.text().contains("mit der Anmeldung der Kommune"), "{}", made.text());
    // citizens have nothing to do with it
    assert_eq!(sign_in(&app, &app.haltern, &mut own).await.1.status, 200);
}
