//! Another recipient of people's data: announced, objected to, in force on its day and not before.

use chrono::{Days, NaiveDate, TimeDelta};
use gateway::notice_facts;
use kernel::{Clock, Role, SystemClock};
use privacy::{
    DutyError,
    recipients::{self, Announcement, Change, Kind},
};
use serde_json::json;
use tenant::RecipientRole;
use tests::{Setup, TestApp, Town, html, watched::Watched};

const PAGE: &str = "/amt/datenschutz/empfaenger";
const OBJECT: &str = "mutation($input: ObjectToRecipientInput!) {
    objectToRecipient(input: $input) { change { id stage } } }";
const ACCEPT: &str = "mutation($input: AcceptRecipientInput!) {
    acceptRecipient(input: $input) { change { id stage } } }";

fn kurzfunk(effective_on: NaiveDate) -> Announcement {
    Announcement {
        kind: Kind::Add,
        role: RecipientRole::Sms,
        name: "Kurzfunk GmbH".to_owned(),
        street: "Funkweg 3".to_owned(),
        postal_code: "60311".to_owned(),
        city: "Frankfurt am Main".to_owned(),
        contract_on: effective_on - Days::new(10),
        purpose: "Versand von SMS, wenn der bisherige Anbieter ausfällt".to_owned(),
        place: "Frankfurt am Main, Deutschland".to_owned(),
        host: "api.kurzfunk.example".to_owned(),
        effective_on,
    }
}

fn in_days(app: &TestApp, days: u64) -> NaiveDate {
    app.now().date_naive() + Days::new(days)
}

async fn announced(app: &TestApp, town: &Town, what: &Announcement) -> Result<Change, DutyError> {
    let (ctx, place) = app.operators_view(town).await;
    let tx = app.begin(&ctx).await;
    let change = recipients::announce(&ctx, &tx, &place, 30, what).await?;
    tx.commit().await?;
    Ok(change)
}

/// The housekeeping, and what the directory hears of it.
async fn housekeep(app: &TestApp) {
    app.housekeeping().await;
    app.reload_directory().await;
}

async fn notice(app: &TestApp, town: &Town) -> (i64, String, String) {
    let query = "{ privacyNotice(locale: DE) { version hash text } }";
    let answer = app.graphql(town, query, json!({})).await.data("privacyNotice");
    let text = |name: &str| answer[name].as_str().expect("text").to_owned();
    (answer["version"].as_i64().expect("a number"), text("hash"), text("text"))
}

#[tokio::test]
async fn a_recipient_comes_into_force_on_its_day_and_the_notice_with_it() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let before = notice(&app, town).await;
    announced(&app, town, &kurzfunk(in_days(&app, 30))).await.expect("announced");

    // announced beside the version in force, which stays as it is
    let page = html::text(&app.get(&town.host, "/datenschutz").await.text());
    assert!(page.contains("Ab dem 6. Januar 2027 erhält auch dieser Empfänger Daten"), "{page}");
    assert!(page.contains("Kurzfunk GmbH, Funkweg 3") && page.contains("Ort der Verarbeitung"));
    let query = "{ announcedRecipients { kind name purpose place effectiveOn } }";
    let coming = app.graphql(town, query, json!({})).await.data("announcedRecipients");
    assert_eq!(coming[0]["effectiveOn"], "2027-01-06");
    assert_eq!(notice(&app, town).await, before);
    housekeep(&app).await;
    assert_eq!(notice(&app, town).await, before, "not before its day");

    app.advance(TimeDelta::days(29) + TimeDelta::hours(15));
    housekeep(&app).await;
    assert_eq!(notice(&app, town).await.0, before.0, "an hour before midnight");
    app.advance(TimeDelta::hours(1) + TimeDelta::minutes(5));
    housekeep(&app).await;
    let after = notice(&app, town).await;
    assert_eq!(after.0, before.0 + 1);
    assert_ne!(after.1, before.1);
    assert!(after.2.contains("Kurzfunk GmbH") && !before.2.contains("Kurzfunk GmbH"));
    let page = html::text(&app.get(&town.host, "/datenschutz").await.text());
    assert!(page.contains("Gilt seit 6. Januar 2027") || page.contains("6. Januar 2027"), "{page}");
    assert!(!page.contains("erhält auch dieser Empfänger"), "it is no announcement any more");
    let old = format!("/datenschutz?fassung={}", before.0);
    assert!(!html::text(&app.get(&town.host, &old).await.text()).contains("Kurzfunk"));
    housekeep(&app).await;
    assert_eq!(notice(&app, town).await, after, "once");
    // the neighbour has nothing of it
    assert!(!notice(&app, &app.musterstadt).await.2.contains("Kurzfunk"));

    // and it ends in the same way
    let end = Announcement { kind: Kind::Remove, ..kurzfunk(in_days(&app, 31)) };
    announced(&app, town, &end).await.expect("announced");
    app.advance(TimeDelta::days(32));
    housekeep(&app).await;
    let last = notice(&app, town).await;
    assert_eq!((last.0, &last.1), (after.0 + 1, &before.1), "it reads as before");
}

#[tokio::test]
async fn the_municipality_s_objection_holds_a_change_back() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let change = announced(&app, town, &kurzfunk(in_days(&app, 30))).await.expect("announced");
    let id = change.id.to_string();
    let officer = app.staff(town, Role::DataProtectionOfficer).await;
    let mut browser = app.signed_in(town, &officer).await;
    let page = html::text(&browser.open(PAGE).await.text());
    assert!(page.contains("Ab dem 6. Januar 2027 neu: Kurzfunk GmbH"), "{page}");
    let wrong = browser.post(PAGE, &[("id", &id), ("tun", "widersprechen"), ("grund", "x")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("5 bis 500 Zeichen"), "{}", wrong.text());
    let reason = "Kein Vertrag mit dem Mutterkonzern";
    browser.post(PAGE, &[("id", &id), ("tun", "widersprechen"), ("grund", reason)]).await;
    let page = html::text(&browser.open(PAGE).await.text());
    assert!(page.contains("Ihre Kommune widerspricht") && page.contains(reason), "{page}");
    let public = html::text(&app.get(&town.host, "/datenschutz").await.text());
    assert!(!public.contains("Kurzfunk"), "what does not come is not announced");
    let (ctx, _) = app.operators_view(town).await;
    let tx = app.begin(&ctx).await;
    let seen = recipients::list(&ctx, &tx).await.expect("the operator sees it");
    tx.commit().await.expect("read");
    assert_eq!(seen[0].objection.as_ref().expect("an objection").reason, reason);

    app.advance(TimeDelta::days(40));
    housekeep(&app).await;
    assert!(!notice(&app, town).await.2.contains("Kurzfunk"), "an objection stands");
    let mut browser = app.signed_in(town, &officer).await;
    browser.post(PAGE, &[("id", &id), ("tun", "zuruecknehmen")]).await;
    assert_eq!(browser.path, format!("{PAGE}?getan=zurueck"));
    housekeep(&app).await;
    assert!(notice(&app, town).await.2.contains("Kurzfunk"), "taken back, and its day is over");
    let late =
        browser.post(PAGE, &[("id", &id), ("tun", "widersprechen"), ("grund", reason)]).await;
    assert_eq!(late.status, 422, "it is in force");
    let trail = html::text(&browser.open("/amt/protokoll").await.text());
    for deed in [
        "Änderung bei Empfängern von Daten angekündigt",
        "Angekündigtem Empfänger widersprochen",
        "Widerspruch gegen Empfänger zurückgenommen",
        "Angekündigte Änderung bei Empfängern gilt",
    ] {
        assert!(trail.contains(deed), "{deed}: {trail}");
    }
}

#[tokio::test]
async fn the_api_serves_those_who_answer_for_data_protection_only() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let change = announced(&app, town, &kurzfunk(in_days(&app, 30))).await.expect("announced");
    let object =
        json!({ "input": { "id": change.id.to_string(), "reason": "Noch nicht geprüft" } });
    let accept = json!({ "input": { "id": change.id.to_string() } });
    let clerk = app.office_browser(town, Role::Clerk).await;
    for (query, input) in [(OBJECT, &object), (ACCEPT, &accept)] {
        let sid = &clerk.cookies["sid"];
        let answer = app.graphql_with_cookie(town, sid, query, input.clone()).await;
        assert_eq!(answer.code(), "FORBIDDEN");
    }
    let neighbour = app.office_browser(&app.musterstadt, Role::TenantAdministrator).await;
    let sid = &neighbour.cookies["sid"];
    let answer = app.graphql_with_cookie(&app.musterstadt, sid, OBJECT, object.clone()).await;
    assert_eq!(answer.code(), "NOT_FOUND");
    let administrator = app.office_browser(town, Role::TenantAdministrator).await;
    let sid = &administrator.cookies["sid"];
    let stage = async |query, input| {
        let answer = app.graphql_with_cookie(town, sid, query, input).await;
        answer.data("")
    };
    let objected = stage(OBJECT, object).await;
    assert_eq!(objected["objectToRecipient"]["change"]["stage"], "OBJECTED");
    let list = "{ recipientChanges { stage objection recipient { name } } }";
    let listed = stage(list, json!({})).await;
    assert_eq!(listed["recipientChanges"][0]["objection"], "Noch nicht geprüft");
    let accepted = stage(ACCEPT, accept).await;
    assert_eq!(accepted["acceptRecipient"]["change"]["stage"], "COMING");
}

#[tokio::test]
async fn what_cannot_be_announced_is_refused() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let good = kurzfunk(in_days(&app, 30));
    let refused = async |what: &Announcement| match announced(&app, town, what).await {
        Err(DutyError::BadInput { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&kurzfunk(in_days(&app, 29))).await, "recipients-too-soon");
    let late = Announcement { contract_on: good.effective_on + Days::new(1), ..good.clone() };
    assert_eq!(refused(&late).await, "recipients-contract");
    let blank = Announcement { purpose: " ".to_owned(), ..good.clone() };
    assert_eq!(refused(&blank).await, "recipients-text");
    let (_, place) = app.operators_view(town).await;
    for (role, reason) in
        [(RecipientRole::Operator, "recipients-needed"), (RecipientRole::Sms, "recipients-needed")]
    {
        let name = place.recipients.iter().find(|one| one.role == role).expect("one").name.clone();
        let add = Announcement { role, name: name.clone(), ..good.clone() };
        assert_eq!(refused(&add).await, "recipients-in-force");
        let remove = Announcement { kind: Kind::Remove, role, name, ..good.clone() };
        assert_eq!(refused(&remove).await, reason);
    }
    let unknown = Announcement { kind: Kind::Remove, ..good.clone() };
    assert_eq!(refused(&unknown).await, "recipients-unknown");
    announced(&app, town, &good).await.expect("announced");
    assert_eq!(refused(&good).await, "recipients-announced");
    // the least notice holds whatever the operator has set up
    let (ctx, place) = app.operators_view(town).await;
    let tx = app.begin(&ctx).await;
    let soon = Announcement { name: "Eilfunk".to_owned(), ..kurzfunk(in_days(&app, 13)) };
    let tried = recipients::announce(&ctx, &tx, &place, 1, &soon).await;
    assert!(matches!(tried, Err(DutyError::BadInput { field: "effectiveOn", .. })), "{tried:?}");
}

#[tokio::test]
async fn a_file_brings_nobody_into_force() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let before = notice(&app, town).await;
    let entry: toml::Value = toml::from_str(
        "role = 'sms'\nname = 'Kurzfunk GmbH'\nstreet = 'Funkweg 3'\npostal_code = '60311'\n\
         city = 'Frankfurt am Main'\ncontract_on = '2026-12-01'",
    )
    .expect("an entry");
    let mut more = tests::towns::haltern();
    more["recipients"].as_array_mut().expect("recipients").push(entry);
    let refused = app.try_apply(more.clone()).await.expect_err("it was not announced");
    assert!(refused.contains("recipients: Kurzfunk GmbH: is new; announce it first"), "{refused}");
    announced(&app, town, &kurzfunk(in_days(&app, 30))).await.expect("announced");
    app.try_apply(more.clone()).await.expect("it is announced, and comes on its day");
    assert_eq!(notice(&app, town).await, before, "not with the file");

    let mut less = tests::towns::haltern();
    less["recipients"]
        .as_array_mut()
        .expect("recipients")
        .retain(|one| one["role"].as_str() != Some("sms"));
    tests::towns::set(&mut less, "sms.enabled", false);
    let refused = app.try_apply(less).await.expect_err("its end was not announced");
    assert!(refused.contains("is in force and missing"), "{refused}");

    // a channel of somebody who is not in force yet
    let mut openid = more.clone();
    let settings = tests::openid::settings("haltern", "https://api.kurzfunk.example");
    openid.insert("openid".to_owned(), settings.into());
    let refused = app.try_apply(openid).await.expect_err("too early");
    assert!(
        refused.contains("openid.issuer: Kurzfunk GmbH gets data from 2027-01-06"),
        "{refused}"
    );

    app.advance(TimeDelta::days(31));
    housekeep(&app).await;
    let after = notice(&app, town).await;
    app.try_apply(more).await.expect("the file agrees with what is in force");
    assert_eq!(notice(&app, town).await, after);
    let refused = app.try_apply(tests::towns::haltern()).await.expect_err("the old file");
    assert!(refused.contains("recipients: Kurzfunk GmbH: is in force and missing"), "{refused}");
}

/// `tenant apply` of the SMS channel while its provider is only announced.
#[tokio::test]
async fn a_channel_waits_for_its_recipient() {
    let mut without = tests::towns::haltern();
    without["recipients"]
        .as_array_mut()
        .expect("recipients")
        .retain(|one| one["role"].as_str() != Some("sms"));
    tests::towns::set(&mut without, "sms.enabled", false);
    let app = Setup::new().haltern(without).start().await;
    announced(&app, &app.haltern, &kurzfunk(in_days(&app, 30))).await.expect("announced");
    let entry: toml::Value = toml::from_str(
        "role = 'sms'\nname = 'Kurzfunk GmbH'\nstreet = 'Funkweg 3'\npostal_code = '60311'\n\
         city = 'Frankfurt am Main'\ncontract_on = '2026-12-01'",
    )
    .expect("an entry");
    let mut early = tests::towns::haltern();
    let listed = early["recipients"].as_array_mut().expect("recipients");
    listed.retain(|one| one["role"].as_str() != Some("sms"));
    listed.push(entry);
    let refused = app.try_apply(early.clone()).await.expect_err("too early");
    assert!(refused.contains("sms.enabled: Kurzfunk GmbH gets data from 2027-01-06"), "{refused}");
    app.advance(TimeDelta::days(31));
    housekeep(&app).await;
    app.try_apply(early).await.expect("it is in force");
}

/// The program has the machine's clock.
#[tokio::test]
async fn the_operator_announces_and_those_who_answer_are_told() {
    let app = Setup::new().at_real_time(SystemClock.now().timestamp_millis()).start().await;
    let town = &app.haltern;
    let officer = app.person(town, Role::DataProtectionOfficer).await;
    let clerk = app.person(town, Role::Clerk).await;
    let (soon, day) = (in_days(&app, 20).to_string(), in_days(&app, 31).to_string());
    let announce = |from: &str| {
        app.command(&[
            "tenant",
            "recipients",
            "announce",
            "haltern",
            "--role",
            "sms",
            "--name",
            "Kurzfunk GmbH",
            "--street",
            "Funkweg 3",
            "--postal-code",
            "60311",
            "--city",
            "Frankfurt am Main",
            "--contract-on",
            "2026-11-01",
            "--purpose",
            "Versand von SMS",
            "--place",
            "Deutschland",
            "--from",
            from,
        ])
    };
    let said = announce(&soon);
    assert!(said.code != Some(0) && said.text.contains("(30 days)"), "{said:?}");
    let said = announce(&day);
    assert_eq!(said.code, Some(0), "{said:?}");
    app.advance(TimeDelta::minutes(5));
    app.run_jobs().await;
    let mails = app.mails_to(&officer.email);
    assert!(mails[0].text.contains("Empfänger von Daten"), "{}", mails[0].text);
    assert!(mails[0].text.contains("/amt/anmelden"));
    assert!(app.mails_to(&clerk.email).is_empty(), "not everybody");

    let list = ["tenant", "recipients", "list", "haltern"];
    let listed = app.command(&list);
    assert!(listed.text.contains("coming") && listed.text.contains(&day), "{listed:?}");
    let id = listed.text.lines().find(|line| line.contains("coming")).expect("a line");
    let id = id.rsplit(", ").next().expect("an id").to_owned();
    let mut browser = app.office_browser(town, Role::TenantAdministrator).await;
    browser.post(PAGE, &[("id", &id), ("tun", "widersprechen"), ("grund", "Noch zu prüfen")]).await;
    let listed = app.command(&list);
    assert!(
        listed.text.contains("OBJECTED") && listed.text.contains("Noch zu prüfen"),
        "{listed:?}"
    );
    let said = app.command(&["tenant", "recipients", "withdraw", "haltern", &id]);
    assert!(said.code == Some(0) && said.text.contains("withdrawn"), "{said:?}");
    assert!(html::text(&browser.open(PAGE).await.text()).contains("zurückgenommen am"));
}

#[tokio::test]
async fn the_database_lets_nobody_in_before_the_day() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let change = announced(&app, town, &kurzfunk(in_days(&app, 30))).await.expect("announced");
    let sql = app.database.app_sql().await;
    let mut tx = sql.begin().await.expect("a transaction");
    let statements = [
        format!("SELECT set_config('app.tenant_id', '{}', true)", town.id),
        format!("SELECT recipient_takes_effect('{}', '2027-01-05', '2027-01-05')", change.id),
    ];
    for statement in statements {
        sea_orm::sqlx::query(sea_orm::sqlx::AssertSqlSafe(statement))
            .execute(&mut *tx)
            .await
            .expect("asked");
    }
    let text = "INSERT INTO recipient (tenant_id, id, position, role, name, street, postal_code, city, contract_on)
         VALUES (current_setting('app.tenant_id')::uuid, gen_random_uuid(), 9, 'other', 'x', 'x', 'x', 'x', now())";
    let count: i64 =
        sea_orm::sqlx::query_scalar("SELECT count(*) FROM recipient WHERE name = 'Kurzfunk GmbH'")
            .fetch_one(&mut *tx)
            .await
            .expect("a number");
    assert_eq!(count, 0, "its day has not come");
    assert!(sea_orm::sqlx::query(text).execute(&mut *tx).await.is_err(), "only the function may");
}

/// The service does not start on a database where one of the two functions with the owner's rights says something else.
#[tokio::test]
async fn the_functions_with_the_owner_s_rights_are_known_word_by_word() {
    let app = TestApp::start().await;
    app.another_start(std::path::Path::new("")).await.expect("as the migrations made them");
    app.without_guard(&[
        "CREATE OR REPLACE FUNCTION notice_comes_into_force(new_version integer) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
        AS $$ UPDATE tenant SET notice_version = new_version $$",
    ])
    .await;
    let refused = app.another_start(std::path::Path::new("")).await.expect_err("changed");
    assert!(refused.contains("notice_comes_into_force runs with its owner's rights"), "{refused}");
}

#[tokio::test]
async fn the_proof_sees_who_gets_data_too_early() {
    let mut watched = Watched::start().await;
    let day = watched.app.now().date_naive() + Days::new(30);
    announced(&watched.app, &watched.app.haltern, &kurzfunk(day)).await.expect("announced");
    let looked = watched.look().await;
    for statement in [5, 6] {
        let finding = looked.finding(statement);
        assert_eq!(finding.verdict, privacy::proof::Verdict::Holds, "{finding:?}");
    }
    let smtp = watched.config.mail.smtp_url.clone();
    watched.config.mail.smtp_url = gateway::config::Secret::new("smtps://api.kurzfunk.example");
    watched.look().await.assert_violated(6, "dessen Eintrag erst ab 2027-01-06 gilt");
    watched.config.mail.smtp_url = smtp;
    watched.sql("UPDATE recipient SET name = 'Kurzfunk GmbH' WHERE role = 'sms'").await;
    watched.look().await.assert_violated(5, "obwohl die Änderung (ab 2027-01-06) noch nicht gilt");
    // who was to get nothing any more
    watched.sql("UPDATE recipient_change SET kind = 'remove', effective_on = '2026-12-01'").await;
    watched.look().await.assert_violated(5, "erhält nach dem 2026-12-01 noch Daten");
}

#[tokio::test]
async fn nothing_of_it_is_the_worker_s_to_announce() {
    let app = TestApp::start().await;
    let (ctx, place) = app.operators_view(&app.haltern).await;
    let ctx = ctx.with_actor(kernel::Actor::Worker);
    let tx = app.begin(&ctx).await;
    let what = kurzfunk(in_days(&app, 30));
    let tried = recipients::announce(&ctx, &tx, &place, 30, &what).await;
    assert!(matches!(tried, Err(DutyError::Forbidden(_))), "{tried:?}");
    let citizen = app.anybody(&app.haltern);
    let tried = recipients::take_effect(&citizen, &tx, &place, &notice_facts()).await;
    assert!(matches!(tried, Err(DutyError::Forbidden(_))), "{tried:?}");
}
