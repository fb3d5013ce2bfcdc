//! Administering the people of the office: inviting, roles at places, locking, resetting, and the administrator who stays.

use chrono::TimeDelta;
use http::StatusCode;
use identity::{AccountError, people, people::PersonChange};
use kernel::{Actor, Ctx, Grant, Grants, Role, policy::Action};
use sea_orm::sqlx;
use tests::{Browser, PASSWORD, Person, TestApp, Town, html};

const SIGN_IN: &str = "/amt/anmelden";
const PEOPLE: &str = "/amt/personen";

fn person_page(id: kernel::AccountId) -> String {
    format!("{PEOPLE}/person?id={id}")
}

/// Their context, as a use case gets it.
fn acting(app: &TestApp, town: &Town, person: &Person) -> Ctx {
    app.operator(town).with_actor(person.account.actor())
}

#[tokio::test]
async fn an_administrator_invites_for_a_location_and_the_role_ends_there() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let administrator = app.person(town, Role::TenantAdministrator).await;
    let mut browser = app.browser(town);
    app.sign_in(&mut browser, &administrator).await;
    let page = browser.open(PEOPLE).await;
    let places = html::forms(&page.text())
        .into_iter()
        .find(|form| form.action == PEOPLE)
        .expect("the form")
        .choices
        .into_iter()
        .filter(|(name, value)| name == "rolle" && value.starts_with("clerk@"))
        .map(|(_, value)| value)
        .collect::<Vec<_>>();
    assert_eq!(places.len(), 2, "a box for each location");
    let fields = [
        ("vorname", "Kim"),
        ("nachname", "Neumann"),
        ("email", "kim.neumann@haltern.example"),
        ("rolle", &places[0]),
    ];
    let refused = browser.post(PEOPLE, &fields[..3]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html::text(&refused.text()).contains("mindestens eine Rolle"));
    assert!(refused.text().contains("value=\"Neumann\""), "what was typed is still there");
    let page = browser.post(PEOPLE, &fields).await;
    let text = html::text(&page.text());
    assert!(text.contains("Die Einladung ist unterwegs") && text.contains("Kim Neumann"), "{text}");
    assert!(text.contains("eingeladen"), "{text}");
    let again = browser.post(PEOPLE, &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    let kim = people::by_email(&ctx, &tx, "Kim.Neumann@haltern.example").await.expect("invited");
    tx.commit().await.expect("committed");
    let grant = kim.grants.iter().next().expect("a role");
    let place = grant.location.expect("a location");
    assert!(places[0].ends_with(&place.to_string()));
    let reach = kernel::policy::reach(&kim.actor(), Action::ServeAppointments);
    assert_eq!(reach, kernel::policy::Reach::At(vec![place]));
    // and of what concerns the whole municipality they see nothing
    let mut browser = app.signed_in(town, &kim).await;
    assert_eq!(browser.get(PEOPLE).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/amt/kalender").await.status, StatusCode::OK);
    let page = browser.get("/amt").await.text();
    assert!(!page.contains("href=\"/amt/personen\""));
}

#[tokio::test]
async fn nobody_else_administers_people() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let other = app.staff(town, Role::Clerk).await;
    for role in Role::of(false).iter().filter(|role| !role.is_administrator()) {
        let mut browser = app.office_browser(town, *role).await;
        for path in [PEOPLE.to_owned(), person_page(other.id)] {
            assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{role:?}");
        }
        let id = other.id.to_string();
        for act in ["aendern", "sperren", "entsperren", "zuruecksetzen", "einladen", "entfernen"] {
            let fields = [("id", id.as_str()), ("tun", act)];
            let page = browser.post("/amt/personen/person", &fields).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{role:?} {act}");
        }
    }
    // another municipality's people do not exist
    let mut neighbour = app.office_browser(&app.musterstadt, Role::TenantAdministrator).await;
    assert_eq!(neighbour.get(&person_page(other.id)).await.status, StatusCode::NOT_FOUND);
    // and the use cases look themselves
    let ctx = app.operator(town).with_actor(Actor::Worker);
    let tx = app.begin(&ctx).await;
    let refused = people::list(&ctx, &tx, None, 10).await;
    assert!(matches!(refused, Err(AccountError::Forbidden(_))));
    for refused in [
        people::lock(&ctx, &tx, other.id).await.map(|_| ()),
        people::unlock(&ctx, &tx, other.id).await.map(|_| ()),
        people::reset(&ctx, &tx, other.id).await.map(|_| ()),
        people::remove(&ctx, &tx, other.id).await,
        people::invite_again(&ctx, &tx, other.id).await.map(|_| ()),
        people::update(&ctx, &tx, other.id, &PersonChange::default()).await.map(|_| ()),
    ] {
        assert!(matches!(refused, Err(AccountError::Forbidden(_))));
    }
}

#[tokio::test]
async fn locking_ends_the_session_at_the_next_request() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let administrator = app.person(town, Role::TenantAdministrator).await;
    let clerk = app.person(town, Role::Clerk).await;
    let mut office = app.browser(town);
    app.sign_in(&mut office, &administrator).await;
    let mut browser = app.browser(town);
    app.sign_in(&mut browser, &clerk).await;
    assert_eq!(browser.path, "/amt");
    // between the two factors, too
    let mut halfway = app.browser(town);
    halfway.post(SIGN_IN, &[("email", &clerk.email), ("passwort", PASSWORD)]).await;

    let page = office.open(&person_page(clerk.account.id)).await;
    let lock = html::forms(&page.text())
        .into_iter()
        .find(|form| form.fields.contains(&("tun".to_owned(), "sperren".to_owned())));
    let page = office.submit(&lock.expect("a button")).await;
    assert!(html::text(&page.text()).contains("Der Zugang ist gesperrt"));
    browser.open("/amt").await;
    assert_eq!(browser.path, SIGN_IN);
    app.advance(TimeDelta::minutes(1));
    halfway.post("/amt/anmelden/code", &[("code", &app.app_code(&clerk))]).await;
    assert_eq!(halfway.path, SIGN_IN);
    let refused = browser.post(SIGN_IN, &[("email", &clerk.email), ("passwort", PASSWORD)]).await;
    assert!(html::text(&refused.text()).contains("stimmen nicht"), "like a wrong password");

    let id = clerk.account.id.to_string();
    office.post("/amt/personen/person", &[("id", &id), ("tun", "entsperren")]).await;
    halfway.open("/amt").await;
    assert_eq!(halfway.path, SIGN_IN, "nothing began meanwhile");
    app.sign_in(&mut browser, &clerk).await;
    assert_eq!(browser.path, "/amt");
    // locked in the database alone, with Redis as it was
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    people::lock(&ctx, &tx, clerk.account.id).await.expect("locked");
    tx.commit().await.expect("committed");
    browser.open("/amt").await;
    assert_eq!(browser.path, SIGN_IN);
}

#[tokio::test]
async fn resetting_takes_everything_and_invites_anew() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let administrator = app.person(town, Role::TenantAdministrator).await;
    let clerk = app.person(town, Role::Clerk).await;
    let mut browser = app.browser(town);
    app.sign_in(&mut browser, &clerk).await;
    let ctx = acting(&app, town, &administrator);
    let tx = app.begin(&ctx).await;
    let first = people::reset(&ctx, &tx, clerk.account.id).await.expect("reset");
    let second = people::invite_again(&ctx, &tx, clerk.account.id).await.expect("again");
    let letter =
        |id| identity::accounts::codes::letter::<identity::accounts::letters::Letter>(&tx, id);
    let old = letter(first.code).await.expect("a letter").expect("a letter").1;
    let new = letter(second.code).await.expect("a letter").expect("a letter").1;
    tx.commit().await.expect("committed");
    browser.open("/amt").await;
    assert_eq!(browser.path, SIGN_IN, "the session is over");
    let refused = browser.post(SIGN_IN, &[("email", &clerk.email), ("passwort", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the password is gone");
    app.advance(TimeDelta::minutes(1));
    let refused = browser.post("/amt/code", &[("code", &old)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "withdrawn by the second one");
    browser.post("/amt/code", &[("code", &new)]).await;
    let fields = [("passwort", PASSWORD), ("wiederholung", PASSWORD)];
    let page = browser.post("/amt/einrichten", &fields).await;
    assert!(page.text().contains("<svg"), "the app is set up anew");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let last = app.person(town, Role::TenantAdministrator).await;
    // neither somebody locked, nor somebody who was only invited, nor another municipality's could do it
    let locked = app.person(town, Role::TenantAdministrator).await;
    let (waiting, _) = app.invited(town, Role::TenantAdministrator).await;
    app.person(&app.musterstadt, Role::TenantAdministrator).await;
    let ctx = acting(&app, town, &last);
    let tx = app.begin(&ctx).await;
    people::lock(&ctx, &tx, locked.account.id).await.expect("another one is there");
    tx.commit().await.expect("committed");

    let id = last.account.id;
    let clerk = PersonChange { grants: Some(Role::Clerk.into()), ..PersonChange::default() };
    let mut more = last.account.grants.iter().collect::<Vec<_>>();
    more.push(Grant { role: Role::Clerk, location: None });
    let more = PersonChange { grants: Some(Grants::from_iter(more)), ..PersonChange::default() };
    let tx = app.begin(&ctx).await;
    for refused in [
        people::lock(&ctx, &tx, id).await.map(|_| ()),
        people::reset(&ctx, &tx, id).await.map(|_| ()),
        people::remove(&ctx, &tx, id).await,
        people::update(&ctx, &tx, id, &clerk).await.map(|_| ()),
    ] {
        assert!(matches!(refused, Err(AccountError::Conflict("last-administrator"))));
    }
    people::update(&ctx, &tx, id, &more).await.expect("a further role is no harm");
    people::remove(&ctx, &tx, waiting.id).await.expect("the others may go");
    tx.commit().await.expect("committed");

    // the operator lets the last one in who has lost the phone
    let operator = app.operator(town);
    let tx = app.begin(&operator).await;
    let refused = people::lock(&operator, &tx, id).await;
    assert!(matches!(refused, Err(AccountError::Conflict(_))));
    people::reset(&operator, &tx, id).await.expect("reset");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn two_administrators_do_not_remove_each_other_at_the_same_time() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let (one, two) = (
        app.person(town, Role::TenantAdministrator).await,
        app.person(town, Role::TenantAdministrator).await,
    );
    let lock = async |by: &Person, whom: &Person| {
        let ctx = acting(&app, town, by);
        let tx = app.begin(&ctx).await;
        match people::lock(&ctx, &tx, whom.account.id).await {
            Ok(_) => tx.commit().await.is_ok(),
            Err(_) => false,
        }
    };
    for _ in 0..5 {
        let done = tokio::join!(lock(&one, &two), lock(&two, &one));
        assert!(done.0 != done.1, "{done:?}: one stays");
        let ctx = app.operator(town);
        let tx = app.begin(&ctx).await;
        for person in [&one, &two] {
            people::unlock(&ctx, &tx, person.account.id).await.expect("unlocked");
        }
        tx.commit().await.expect("committed");
    }
}

#[tokio::test]
async fn everything_is_written_down_and_names_nobody() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let administrator = app.person(town, Role::TenantAdministrator).await;
    let (somebody, code) = app.invited(town, Role::Clerk).await;
    let mut browser = app.browser(town);
    browser.post("/amt/code", &[("code", &code)]).await;
    let fields = [("passwort", PASSWORD), ("wiederholung", PASSWORD)];
    browser.post("/amt/einrichten", &fields).await;
    let ctx = acting(&app, town, &administrator);
    let tx = app.begin(&ctx).await;
    let change = PersonChange {
        last_name: Some("Anders".to_owned()),
        grants: Some(Role::OfficeManager.into()),
        ..PersonChange::default()
    };
    people::update(&ctx, &tx, somebody.id, &change).await.expect("changed");
    people::lock(&ctx, &tx, somebody.id).await.expect("locked");
    people::unlock(&ctx, &tx, somebody.id).await.expect("unlocked");
    people::reset(&ctx, &tx, somebody.id).await.expect("reset");
    people::remove(&ctx, &tx, somebody.id).await.expect("removed");
    let entries = db::audit::entries(&ctx, &tx, None, 50).await.expect("the trail");
    let verdict = db::audit::verify(&ctx, &tx).await.expect("the trail");
    tx.commit().await.expect("committed");
    assert!(matches!(verdict, db::audit::Verdict::Sound { .. }));
    let own: Vec<_> =
        entries.iter().filter(|entry| entry.object_id == Some(somebody.id.uuid())).collect();
    let actions: Vec<&str> = own.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "person.invite",
            "person.accept",
            "person.change",
            "person.lock",
            "person.unlock",
            "person.reset",
            "person.remove"
        ]
    );
    assert_eq!(own[0].actor_id, Some(administrator.account.id.uuid()));
    for entry in entries {
        let details = entry.details.to_string();
        assert!(!details.contains("Anders") && !details.contains('@'), "{details}");
    }
    // what is removed is gone, with its key
    let sql = app.database.superuser_sql().await;
    let left: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM account WHERE id = $1) + (SELECT count(*) FROM account_code WHERE account_id = $1)
              + (SELECT count(*) FROM keys.subject_key WHERE subject_id = $2)",
    )
    .bind(somebody.id.uuid())
    .bind(somebody.subject.uuid())
    .fetch_one(&sql)
    .await
    .expect("a number");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_changed_role_holds_from_the_next_request_on() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let clerk = app.staff(town, Role::Clerk).await;
    let mut browser = app.signed_in(town, &clerk).await;
    assert_eq!(browser.get("/amt/kalender").await.status, StatusCode::OK);
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    let grants = Some(Role::DataProtectionOfficer.into());
    let change = PersonChange { grants, ..PersonChange::default() };
    people::update(&ctx, &tx, clerk.id, &change).await.expect("changed");
    let unknown = Grants::from_iter([Grant {
        role: Role::Clerk,
        location: Some(kernel::LocationId::from(uuid::Uuid::from_u128(9))),
    }]);
    tx.commit().await.expect("committed");
    assert_eq!(browser.get("/amt/kalender").await.status, StatusCode::NOT_FOUND);
    let tx = app.begin(&ctx).await;
    let change = PersonChange { grants: Some(unknown), ..PersonChange::default() };
    let refused = people::update(&ctx, &tx, clerk.id, &change).await;
    assert!(matches!(refused, Err(AccountError::BadInput { reason: "role-place-unknown", .. })));
}

#[tokio::test]
async fn the_form_of_somebody_shows_what_was_typed_when_it_is_refused() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let other = app.staff(town, Role::Clerk).await;
    let mut browser = app.office_browser(town, Role::TenantAdministrator).await;
    let page = browser.open(&person_page(other.id)).await;
    let form = Browser::form(&page, "/amt/personen/person").with("nachname", " ");
    let page = browser.submit(&form.with("vorname", "Kimberley")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("value=\"Kimberley\"") && page.text().contains("aria-invalid"));
    let page = browser.open(&person_page(other.id)).await;
    let form = Browser::form(&page, "/amt/personen/person").with("nachname", "Neu");
    let page = browser.submit(&form).await;
    let text = html::text(&page.text());
    assert!(text.contains("Die Änderung gilt ab sofort") && text.contains("Kim Neu"), "{text}");
}
