//! Passkeys, on the pages: made, used, named, removed.

use chrono::TimeDelta;
use http::StatusCode;
use identity::Account;
use kernel::Role;
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{Answer, Authenticator, Browser, TestApp, Town};

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
pub async fn make(browser: &mut Browser<'_>, device: &mut Authenticator, name: &str) -> Answer {
    let asked = browser.post_json("/passkey/anlegen/beginn", &json!({ "name": name })).await;
    if asked.status != StatusCode::OK {
        return asked;
    }
    let credential = device.create(&asked.json());
    browser.post_json("/passkey/anlegen", &json!({ "credential": credential })).await
}

/// The question that a browser gets when it wants to sign in.
pub async fn ask(browser: &mut Browser<'_>) -> Value {
    let asked = browser.post_json("/passkey/anmelden/beginn", &json!({})).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    asked.json()
}

/// Gives the answer to it.
pub async fn give(browser: &mut Browser<'_>, credential: &Value) -> Answer {
    let body = json!({ "credential": credential, "weiter": "/amt/anmelden?x" });
    browser.post_json("/passkey/anmelden", &body).await
}

/// The whole way in a new browser.
pub async fn sign_in<'a>(
    app: &'a TestApp,
    town: &Town,
    device: &mut Authenticator,
) -> (Browser<'a>, Answer) {
    let mut browser = app.browser(town);
    let options = ask(&mut browser).await;
    let answer = give(&mut browser, &device.get(&options)).await;
    (browser, answer)
}

/// A number from the database.
pub async fn count(app: &TestApp, question: &'static str) -> i64 {
    let sql = app.database.superuser_sql().await;
    sqlx::query_scalar(question).fetch_one(&sql).await.expect("a number")
}

/// A device with a passkey of an account.
pub async fn device_of(app: &TestApp, town: &Town, account: &Account) -> Authenticator {
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
