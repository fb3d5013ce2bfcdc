//! What the data-protection officer and the tenant administrator see: sign-ins, addresses with a reason, the audit trail.

use std::collections::BTreeSet;

use db::audit::{self, Entry};
use http::StatusCode;
use kernel::{Role, Scopes};
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{Browser, Setup, TestApp, Town, booking::erika, html, repository, towns};

use crate::key_pages::ask;

const SIGN_INS: &str =
    "query($kind: AccountKind, $result: SignInResult, $first: Int!, $after: ID) {
  signIns(kind: $kind, result: $result, first: $first, after: $after) {
    nodes { id kind result method accountId personName } pageInfo { hasNextPage endCursor } } }";
const REVEAL: &str = "mutation($input: RevealSignInAddressInput!) {
  revealSignInAddress(input: $input) { address } }";
const TRAIL: &str = "query($action: String, $first: Int!, $after: ID) {
  auditEntries(action: $action, first: $first, after: $after) {
    nodes { number actor actorName action object objectId details { name value } } pageInfo { hasNextPage endCursor } } }";
const VERDICT: &str = "{ auditVerdict { isSound entries brokenAt } }";

/// What was written down, the newest first.
async fn written(app: &TestApp, town: &Town) -> Vec<Entry> {
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    let entries = audit::entries(&ctx, &tx, None, 100).await.expect("entries");
    tx.commit().await.expect("committed");
    entries
}

/// Somebody tries a wrong password.
async fn guess(app: &TestApp, town: &Town, login: &str) {
    let mut browser = app.browser(town);
    let fields = [("email", login), ("passwort", "falsch-und-lang-genug")];
    browser.post("/amt/anmelden", &fields).await;
}

#[tokio::test]
async fn sign_ins_are_seen_without_addresses_and_in_pages() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.staff(town, Role::Clerk).await;
    for _ in 0..3 {
        guess(&app, town, &account.profile.email).await;
    }
    guess(&app, &app.musterstadt, "niemand@example.org").await;
    let mut browser = app.office_browser(town, Role::TenantAdministrator).await;
    let page = browser.open("/amt/anmeldungen").await.text();
    assert_eq!(page.matches("abgewiesen").count(), 4, "three, and the filter: {page}");
    assert!(!page.contains("192.0.2.7") && !page.contains("IP-Adresse anzeigen"));
    assert!(!page.contains(&account.profile.email), "nor what was typed");
    let none = browser.open("/amt/anmeldungen?konto=citizen").await.text();
    assert!(none.contains("keine Anmeldungen"), "{}", html::text(&none));

    let all = json!({ "first": 2 });
    let first = ask(&app, &browser, SIGN_INS, all).await;
    assert_eq!(first.data("signIns/pageInfo/hasNextPage"), true);
    let cursor = first.data("signIns/pageInfo/endCursor");
    let rest = ask(&app, &browser, SIGN_INS, json!({ "first": 2, "after": cursor })).await;
    assert_eq!(rest.data("signIns/nodes").as_array().expect("a list").len(), 1);
    assert_eq!(rest.data("signIns/nodes/0/result"), "REFUSED");
    assert_eq!(rest.data("signIns/nodes/0/kind"), "STAFF");
    for (filter, found) in [
        (json!({ "first": 9, "kind": "STAFF", "result": "REFUSED" }), 3),
        (json!({ "first": 9, "kind": "CITIZEN" }), 0),
        (json!({ "first": 9, "result": "SIGNED_IN" }), 0),
    ] {
        let answer = ask(&app, &browser, SIGN_INS, filter).await;
        assert_eq!(answer.data("signIns/nodes").as_array().expect("a list").len(), found);
    }
}

#[tokio::test]
async fn an_address_needs_a_role_and_a_reason_and_is_written_down() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    guess(&app, town, "wer@example.org").await;
    guess(&app, &app.musterstadt, "wer@example.org").await;
    let mut officer = app.office_browser(town, Role::DataProtectionOfficer).await;
    let list = officer.open("/amt/anmeldungen").await.text();
    let link = html::links(&list).into_iter().find(|link| link.contains("/adresse?id="));
    let link = link.expect("a link to the address");
    let asked = officer.open(&link).await;
    assert!(!asked.text().contains("192.0.2.7"), "asking shows nothing");
    let form = Browser::form(&asked, "/amt/anmeldungen/adresse");
    let refused = officer.submit(&form.clone().with("grund", "weil")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.text().contains("192.0.2.7"));
    let before = written(&app, town).await.len();
    let shown = officer.submit(&form.with("grund", "Viele Fehlversuche in einer Minute")).await;
    assert!(shown.text().contains("192.0.2.7"), "{}", html::text(&shown.text()));
    assert_eq!(shown.header("cache-control"), "no-store");
    let entries = written(&app, town).await;
    assert_eq!(entries.len(), before + 1, "once, and only for what was shown");
    assert_eq!(entries[0].action, "sign-in.read-address");
    assert_eq!(entries[0].details, json!({ "reason": "Viele Fehlversuche in einer Minute" }));

    // over the API, and what is another's is as if it never was
    let id = link.split("id=").nth(1).expect("an id").to_owned();
    let reason = "Viele Fehlversuche in einer Minute";
    let input = |id: &str| json!({ "input": { "signInId": id, "reason": reason } });
    let shown = ask(&app, &officer, REVEAL, input(&id)).await;
    assert_eq!(shown.data("revealSignInAddress/address"), "192.0.2.7");
    let mut theirs = app.office_browser(&app.musterstadt, Role::DataProtectionOfficer).await;
    let foreign = ask(&app, &theirs, REVEAL, input(&id)).await;
    let random = uuid::Uuid::from_u128(rand::random()).to_string();
    let random = ask(&app, &theirs, REVEAL, input(&random)).await;
    assert_eq!(foreign.code(), "NOT_FOUND");
    assert_eq!(foreign.errors_without_request_id(), random.errors_without_request_id());
    assert_eq!(theirs.get(&link).await.status, StatusCode::NOT_FOUND);
    let theirs = written(&app, &app.musterstadt).await;
    assert!(theirs.iter().all(|entry| entry.action != "sign-in.read-address"));

    // the administrator sees the attempts and no addresses
    let mut administrator = app.office_browser(town, Role::TenantAdministrator).await;
    assert_eq!(administrator.get(&link).await.status, StatusCode::NOT_FOUND);
    let posted = [("id", id.as_str()), ("grund", "Neugier, sonst nichts")];
    let refused = administrator.post("/amt/anmeldungen/adresse", &posted).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&app, &administrator, REVEAL, input(&id)).await.code(), "FORBIDDEN");
}

#[tokio::test]
async fn an_address_that_is_not_kept_any_more_is_not_there() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    guess(&app, town, "wer@example.org").await;
    app.advance(chrono::TimeDelta::days(8));
    app.housekeeping().await;
    let officer = app.office_browser(town, Role::DataProtectionOfficer).await;
    let list = ask(&app, &officer, SIGN_INS, json!({ "first": 9 })).await;
    let id = list.string("signIns/nodes/0/id");
    let input = json!({ "input": { "signInId": id, "reason": "Störung von gestern" } });
    let answer = ask(&app, &officer, REVEAL, input).await;
    assert_eq!(answer.data("revealSignInAddress/address"), Value::Null);
}

#[tokio::test]
async fn the_trail_is_read_in_words_filtered_and_downloaded() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.staff(town, Role::TenantAdministrator).await;
    let mut browser = app.signed_in(town, &account).await;
    let name = format!("{} {}", account.profile.first_name, account.profile.last_name);
    let form = Browser::form(&browser.open("/amt/schluessel").await, "/amt/schluessel");
    let form = form.with("name", "=HYPERLINK(1)").with("recht", "calendar-read");
    browser.submit(&form).await;
    app.office_key(town, Scopes::ALL).await;

    let page = browser.open("/amt/protokoll").await.text();
    let words = html::text(&page);
    for part in [
        name.as_str(),
        "Zugangsschlüssel angelegt",
        "Person aufgenommen",
        "Kommune angelegt",
        "Öffnungszeiten, Entwürfe und Schließungen sehen",
        "Betreiber",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let filtered = browser.open("/amt/protokoll?taetigkeit=key.create").await.text();
    let rows = filtered.split("<tbody>").nth(1).expect("a table").matches("<tr>").count();
    assert_eq!(rows, 2);
    let nothing = browser.open("/amt/protokoll?taetigkeit=x.y").await.text();
    assert!(nothing.contains("keine Einträge"));

    let link = html::links(&page).into_iter().find(|link| link.contains(".csv"));
    let file = browser.get(&link.expect("a link to the file")).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("cache-control"), "no-store");
    assert!(file.header("content-disposition").starts_with("attachment"));
    let text = file.text();
    assert!(text.starts_with("\u{feff}\"Nummer\";\"Zeit\""), "{text}");
    assert_eq!(text.lines().count(), 1 + written(&app, town).await.len());
    assert!(text.contains(&name));
    for cell in text.split("\";\"") {
        let first = cell.trim_start_matches(['\u{feff}', '"', '\r', '\n']).chars().next();
        assert!(!first.is_some_and(|c| "=+-@".contains(c)), "a formula: {cell}");
    }

    let answer = ask(&app, &browser, TRAIL, json!({ "first": 1, "action": "key.create" })).await;
    assert_eq!(answer.data("auditEntries/nodes/0/actor"), "operator");
    assert_eq!(answer.data("auditEntries/pageInfo/hasNextPage"), true);
    let after = answer.data("auditEntries/pageInfo/endCursor");
    let next = json!({ "first": 1, "action": "key.create", "after": after });
    let answer = ask(&app, &browser, TRAIL, next).await;
    assert_eq!(answer.data("auditEntries/nodes/0/actorName"), name);
    assert_eq!(
        answer.data("auditEntries/nodes/0/details/0"),
        json!({ "name": "days", "value": "90" })
    );
}

#[tokio::test]
async fn whoever_asks_learns_whether_the_trail_holds() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mut browser = app.office_browser(town, Role::DataProtectionOfficer).await;
    let verify = "/amt/protokoll?pruefen=ja";
    assert!(browser.open(verify).await.text().contains("Die Prüfung ist in Ordnung"));
    let answer = ask(&app, &browser, VERDICT, json!({})).await;
    assert_eq!(answer.data("auditVerdict/isSound"), true);
    let (code, said) = command(&app, &["audit", "verify", "--all"]);
    assert!(code == Some(0) && said.contains("haltern  sound, 2 entries"), "{said}");

    let superuser = app.database.superuser_sql().await;
    sqlx::query("UPDATE audit_entry SET details = '{\"roles\": []}' WHERE action = 'person.add'")
        .execute(&superuser)
        .await
        .expect("tampered");
    let page = browser.open(verify).await.text();
    assert!(page.contains("nicht mehr vollständig") && page.contains("Ab Eintrag 2"), "{page}");
    let answer = ask(&app, &browser, VERDICT, json!({})).await;
    assert_eq!(
        answer.data("auditVerdict"),
        json!({ "isSound": false, "entries": null, "brokenAt": 2 })
    );
    let (code, said) = command(&app, &["audit", "verify", "--all"]);
    assert!(code == Some(1) && said.contains("haltern  BROKEN: from entry 2"), "{said}");
    assert!(said.contains("musterstadt  sound, 1 entry"), "{said}");
    let (code, said) = command(&app, &["audit", "verify", "--tenant", "musterstadt"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = command(&app, &["doctor"]);
    assert!(code == Some(1) && said.contains("the audit trail of haltern is BROKEN"), "{said}");
    let (code, said) = command(&app, &["audit", "list", "--tenant", "haltern"]);
    assert!(code == Some(0) && said.contains("person.add"), "{said}");
}

/// Runs the real program against the test's database.
fn command(app: &TestApp, arguments: &[&str]) -> (Option<i32>, String) {
    use secrecy::ExposeSecret;
    let mut command = std::process::Command::new(tests::binary());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("STADTTERMIN_")) {
        command.env_remove(name);
    }
    let done = command
        .args(arguments)
        .env("STADTTERMIN_DATABASE__URL", app.database.app_url.expose_secret())
        .env("STADTTERMIN_KEYS__MASTER", app.master_key())
        .output()
        .expect("the program");
    let said = [done.stdout.as_slice(), done.stderr.as_slice()].concat();
    (done.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test]
async fn what_the_office_does_is_written_down_with_ids_and_counts_only() {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).start().await;
    let town = &app.haltern;
    let key = app.office_key(town, Scopes::ALL).await;
    let run = async |query: &str, variables: Value| {
        let answer = app.graphql_as(town, &key, query, variables).await;
        answer.data("");
        answer
    };
    let slots = app.free(town).await;
    let first = app.booked(town, &slots[0], erika()).await;
    let second = app.booked(town, &slots[1], erika()).await;
    run(
        "mutation($input: MoveAppointmentInput!) { moveAppointment(input: $input) { appointment { id } } }",
        json!({ "input": { "appointmentId": first.id, "locationId": slots[2].location, "start": slots[2].start } }),
    )
    .await;
    let cancel = "mutation($input: CancelAppointmentByOfficeInput!) {
        cancelAppointmentByOffice(input: $input) { appointment { id } } }";
    let note = json!({ "de": "Frau Mustermann ist krank." });
    for _ in 0..2 {
        run(cancel, json!({ "input": { "appointmentId": second.id, "note": note } })).await;
    }
    let day = &slots[0].start[..10];
    let closed = run(
        "mutation($input: CloseDaysInput!) { closeDays(input: $input) { change { id } cancelled } }",
        json!({ "input": { "from": day, "to": day, "decision": "CANCEL", "reason": { "de": "Umbau" } } }),
    )
    .await;
    let change = closed.string("closeDays/change/id");
    let undo = "mutation($id: ID!) { undoCalendarChange(id: $id) { kept } }";
    run(undo, json!({ "id": change })).await;
    let saved = run(
        "mutation($input: SaveCalendarChangeInput!) { saveCalendarChange(input: $input) { change { id } } }",
        json!({ "input": { "title": "Umbau", "closures": [{ "from": day, "to": day, "reason": { "de": "Umbau" } }] } }),
    )
    .await;
    let draft = saved.string("saveCalendarChange/change/id");
    run(
        "mutation($input: PublishCalendarChangeInput!) { publishCalendarChange(input: $input) { kept } }",
        json!({ "input": { "id": draft } }),
    )
    .await;

    let entries = written(&app, town).await;
    let mut done: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    done.reverse();
    assert_eq!(
        done[2..],
        [
            "appointment.move",
            "appointment.cancel",
            "calendar.close-days",
            "calendar.undo",
            "calendar.publish"
        ],
        "after the municipality and the key, each once"
    );
    assert!(entries[..5].iter().all(|entry| entry.actor == "program" && entry.actor_id.is_some()));
    assert_eq!(entries[2].details["cancelled"], 1);
    let all = format!("{entries:?}");
    for personal in ["Mustermann", "erika", "Umbau", "krank", "Erika"] {
        assert!(!all.contains(personal), "{personal} is in the trail");
    }
}

#[tokio::test]
async fn the_operator_s_file_is_written_down_by_its_sections() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    app.apply(towns::haltern()).await;
    let entries = written(&app, town).await;
    assert_eq!(entries.len(), 1, "the same file again changes nothing: {entries:?}");
    assert_eq!(
        (entries[0].actor.as_str(), entries[0].action.as_str()),
        ("operator", "tenant.create")
    );

    let mut file = towns::haltern();
    towns::set(&mut file, "booking.hold_minutes", 12);
    towns::set(&mut file, "controller.email", "neu@haltern.example");
    app.apply(file).await;
    let entries = written(&app, town).await;
    assert_eq!(entries[0].action, "tenant.apply");
    assert_eq!(entries[0].details, json!({ "sections": ["booking", "controller"] }), "no values");
}

/// What looks like an action and is something else.
const OTHER: [&str; 15] = [
    "account.sealed",
    "account.totp",
    "appointment.changed",
    "restriction.lift",
    "contact.city",
    "contact.email",
    "contact.phone",
    "contact.street",
    "controller.city",
    "controller.email",
    "controller.name",
    "controller.street",
    "input.from",
    "passkey.name",
    "totp.secret",
];

/// Every word of the trail that the code writes, read from the code.
fn actions() -> BTreeSet<String> {
    let word = |text: &str| {
        let parts: Vec<&str> = text.split('.').collect();
        parts.len() == 2
            && parts.iter().all(|part| {
                part.len() > 1 && part.chars().all(|c| c.is_ascii_lowercase() || c == '-')
            })
    };
    let files = repository::files().into_iter().filter_map(|path| {
        let path = path.to_str()?.to_owned();
        let is_source = path.starts_with("crates/") && path.split('.').next_back() == Some("rs");
        let reads_only = ["crates/db/", "crates/portal/", "crates/gateway/"];
        let is_writer = is_source && !reads_only.iter().any(|one| path.starts_with(one));
        is_writer.then(|| repository::text(&path))
    });
    let files: Vec<String> = files.collect();
    let words = |text: &str| -> BTreeSet<String> {
        let found = text.split('"').filter(|text| word(text) && !OTHER.contains(text));
        found.map(ToOwned::to_owned).collect()
    };
    let writes = |text: &&String| text.contains("audit::") || text.contains("witness(");
    // what is done is named in the file that writes it down, or in one that calls it: there by the same subjects
    let mut found: BTreeSet<String> = files.iter().filter(writes).flat_map(|t| words(t)).collect();
    let subject = |action: &str| action.split('.').next().unwrap_or_default().to_owned();
    let subjects: BTreeSet<String> = found.iter().map(|action| subject(action)).collect();
    let others = files.iter().flat_map(|text| words(text));
    found.extend(others.filter(|action| subjects.contains(&subject(action))));
    found
}

#[test]
fn every_action_of_the_trail_has_words_in_both_languages() {
    let actions = actions();
    for known in ["person.lock", "own.password", "calendar.close-days", "key.create"] {
        assert!(actions.contains(known), "{actions:?}");
    }
    for language in ["de", "en"] {
        let is_text = |path: &str| {
            path.starts_with("crates/portal/locales/")
                && path.ends_with(&format!(".{language}.ftl"))
        };
        let files =
            repository::files().into_iter().filter_map(|path| path.to_str().map(str::to_owned));
        let texts: String =
            files.filter(|path| is_text(path)).map(|path| repository::text(&path)).collect();
        let missing: Vec<_> = actions
            .iter()
            .filter(|action| {
                !texts.contains(&format!("\naudit-action-{} = ", action.replace('.', "-")))
            })
            .collect();
        assert_eq!(missing, Vec::<&String>::new(), "crates/portal/locales/*.{language}.ftl");
    }
}
