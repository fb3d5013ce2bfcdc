//! The operator opens people's data with the municipality's leave only, or in an emergency that the municipality hears of.

use chrono::TimeDelta;
use kernel::{Clock, Role, SystemClock};
use serde_json::json;
use tests::{Said, Setup, TestApp, html};

const PAGE: &str = "/amt/datenschutz/betreiberzugriff";
const LIST: [&str; 4] = ["person", "list", "--tenant", "haltern"];
const REVOKE: &str =
    "mutation($input: RevokeSupportInput!) { revokeSupport(input: $input) { id } }";

/// The program has the machine's clock.
async fn start() -> TestApp {
    Setup::new().at_real_time(SystemClock.now().timestamp_millis()).start().await
}

fn refused(said: &Said) -> bool {
    said.code != Some(0) && said.text.contains(PAGE)
}

#[tokio::test]
async fn nobody_s_address_is_printed_without_leave() {
    let app = start().await;
    let town = &app.haltern;
    let person = app.staff(town, Role::Clerk).await;
    let email = &person.profile.email;
    let said = app.command(&LIST);
    assert!(refused(&said) && !said.text.contains(email), "{said:?}");
    // what acts on an address that was typed repeats nothing else
    let lock = app.command(&["person", "lock", "--tenant", "haltern", "--email", email]);
    assert!(lock.code == Some(0) && !lock.text.contains(&person.profile.last_name), "{lock:?}");

    let mut browser = app.office_browser(town, Role::TenantAdministrator).await;
    let wrong = browser.post(PAGE, &[("grund", "x"), ("stunden", "4")]).await;
    assert_eq!(wrong.status, 422);
    assert!(refused(&app.command(&LIST)), "a grant that was not made opens nothing");
    browser.post(PAGE, &[("grund", "Konto eines Kollegen klemmt"), ("stunden", "4")]).await;
    let said = app.command(&LIST);
    assert!(said.code == Some(0) && said.text.contains(email), "{said:?}");
    let page = html::text(&browser.open(PAGE).await.text());
    assert!(page.contains("Konto eines Kollegen klemmt") && page.contains("Offen"), "{page}");
    assert!(!page.contains("nicht genutzt"), "its use is seen: {page}");
    let trail = html::text(&browser.open("/amt/protokoll").await.text());
    assert!(trail.contains("Freigegebenen Zugriff genutzt") && trail.contains("person.list"));
}

#[tokio::test]
async fn leave_ends_by_itself_and_when_it_is_taken_back() {
    let app = start().await;
    let town = &app.haltern;
    let browser = app.office_browser(town, Role::TenantAdministrator).await;
    let sid = browser.cookies["sid"].clone();
    let grant = async |hours: u32| {
        let query = "mutation($input: GrantSupportInput!) { grantSupport(input: $input) { grant { id isOpen } } }";
        let input = json!({ "input": { "hours": hours, "reason": "Fehler im Kalender" } });
        app.graphql_with_cookie(town, &sid, query, input).await.string("grantSupport/grant/id")
    };
    let id = grant(1).await;
    assert_eq!(app.command(&LIST).code, Some(0));
    app.graphql_with_cookie(town, &sid, REVOKE, json!({ "input": { "id": id } })).await.data("");
    assert!(refused(&app.command(&LIST)), "taken back");

    // neither the neighbour nor the officer takes back what is not theirs to take
    let id = grant(2).await;
    let other = app.office_browser(&app.musterstadt, Role::TenantAdministrator).await;
    let their_sid = other.cookies["sid"].clone();
    let input = json!({ "input": { "id": id } });
    let answer = app.graphql_with_cookie(&app.musterstadt, &their_sid, REVOKE, input.clone()).await;
    assert_eq!(answer.code(), "NOT_FOUND");
    let mut officer = app.office_browser(town, Role::DataProtectionOfficer).await;
    let form = "/amt/datenschutz/betreiberzugriff/zurueckziehen";
    assert_eq!(officer.post(form, &[("id", &id)]).await.status, 404);
    assert!(!officer.open(PAGE).await.text().contains("name=\"grund\""), "reads and does not give");
    assert_eq!(app.command(&LIST).code, Some(0), "it still holds");
    assert!(refused(&app.command(&["person", "list", "--tenant", "musterstadt"])), "there only");

    let sql = app.database.superuser_sql().await;
    let text = "UPDATE support_grant SET granted_at = $1, expires_at = $1 WHERE revoked_at IS NULL";
    let past = app.now() - TimeDelta::seconds(1);
    sea_orm::sqlx::query(text).bind(past).execute(&sql).await.expect("it is over");
    assert!(refused(&app.command(&LIST)), "over");
}

#[tokio::test]
async fn who_breaks_the_glass_is_heard() {
    let app = start().await;
    let town = &app.haltern;
    let administrator = app.person(town, Role::TenantAdministrator).await;
    let officer = app.person(town, Role::DataProtectionOfficer).await;
    let clerk = app.person(town, Role::Clerk).await;
    let no_reason = app.command(&[&LIST[..], &["--break-glass", "x"]].concat());
    assert!(
        no_reason.code != Some(0) && no_reason.text.contains("--break-glass:"),
        "{no_reason:?}"
    );
    let why = "Niemand kommt mehr in die Verwaltung";
    let said = app.command(&[&LIST[..], &["--break-glass", why]].concat());
    assert!(said.code == Some(0) && said.text.contains(&clerk.email), "{said:?}");
    app.advance(TimeDelta::minutes(5));
    app.run_jobs().await;
    for told in [&administrator, &officer] {
        let mails = app.mails_to(&told.email);
        let mail = mails.first().expect("a mail");
        assert!(
            mail.text.contains("ohne dass Ihre Kommune das vorher freigegeben hat"),
            "{}",
            mail.text
        );
        assert!(mail.text.contains("/amt/anmelden"), "{}", mail.text);
    }
    assert!(app.mails_to(&clerk.email).is_empty(), "not everybody");
    let mut browser = app.office_browser(town, Role::DataProtectionOfficer).await;
    let page = html::text(&browser.open(PAGE).await.text());
    assert!(page.contains("Notfall") && page.contains(why), "{page}");
    let trail = html::text(&browser.open("/amt/protokoll").await.text());
    assert!(trail.contains("Notfall: ohne Freigabe zugegriffen") && trail.contains(why), "{trail}");
    assert!(refused(&app.command(&LIST)), "once is once");
}
