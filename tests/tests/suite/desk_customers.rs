//! The customer database: found by what one hears, nowhere else, and not written down.

use kernel::{Role, Scope};
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{Browser, TestApp, html};

const FIND: &str = "query($s: CustomerSearchInput!) { customers(search: $s) { hasMore customers {
    contact { firstName lastName } appointments { id reference status location { name } } } } }";

fn somebody() -> Value {
    json!({ "firstName": "Kanarina", "lastName": "Vogelsang-Müller", "email": "Kanarina.Vogelsang@Example.org", "phone": "0151 98765432" })
}

fn searches(reference: &str) -> Vec<Value> {
    vec![
        json!({ "email": " kanarina.vogelsang@example.ORG " }),
        json!({ "phone": "+49 (151) 987 654 32" }),
        json!({ "lastName": "vogelsang mueller" }),
        json!({ "reference": reference.to_lowercase().replace('-', " ") }),
    ]
}

#[tokio::test]
async fn people_are_found_by_each_key_and_only_where_one_serves() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let here = app.location(town, "Bürgerbüro").await;
    let there = app.location(town, "Altes Rathaus").await;
    let service = "Ausweis oder Reisepass abholen";
    let mut mine = Vec::new();
    for day in ["2026-12-08", "2026-12-09"] {
        let slots = app.free_at(town, service, &here, day).await;
        mine.push(app.booked(town, &slots[0], somebody()).await);
    }
    let elsewhere = app.free_at(town, service, &there, "2026-12-08").await;
    let away = app.booked(town, &elsewhere[0], somebody()).await;

    let clerk = app.at_location(town, Role::Clerk, &here).await;
    let neighbour = app.at_location(town, Role::Clerk, &there).await;
    let stranger = app.office_browser(&app.musterstadt, Role::Clerk).await;
    let key = app.office_key(town, Scope::Appointments).await;
    for search in searches(&mine[0].reference) {
        let ask = json!({ "s": search });
        let found = app.graphql_in(&clerk, FIND, ask.clone()).await.data("customers");
        let [person] = &found["customers"].as_array().expect("a list")[..] else {
            panic!("one person by {search}: {found}")
        };
        assert_eq!(person["contact"]["lastName"], "Vogelsang-Müller");
        let visits = person["appointments"].as_array().expect("a list");
        let ids: Vec<&str> = visits.iter().filter_map(|visit| visit["id"].as_str()).collect();
        if search.get("reference").is_some() {
            assert_eq!(ids, [mine[0].id.as_str()]);
        } else {
            assert_eq!(ids, [mine[1].id.as_str(), mine[0].id.as_str()], "the latest first");
            let all = app.graphql_as(town, &key, FIND, ask.clone()).await;
            let all = all.data("customers/customers/0/appointments");
            assert_eq!(all.as_array().map(Vec::len), Some(3), "who serves everywhere sees all");
            let theirs = app.graphql_in(&neighbour, FIND, ask.clone()).await;
            let theirs = theirs.data("customers/customers/0/appointments");
            assert_eq!(theirs[0]["id"], json!(away.id));
            assert_eq!(theirs.as_array().map(Vec::len), Some(1));
        }
        let none = app.graphql_in(&stranger, FIND, ask).await.data("customers/customers");
        assert_eq!(none, json!([]), "another municipality");
    }
    let other = json!({ "s": { "reference": away.reference } });
    assert_eq!(app.graphql_in(&clerk, FIND, other).await.data("customers/customers"), json!([]));
    for role in [Role::DataProtectionOfficer, Role::TenantAdministrator] {
        let browser = app.office_browser(town, role).await;
        let ask = json!({ "s": { "lastName": "Vogelsang" } });
        assert_eq!(app.graphql_in(&browser, FIND, ask).await.code(), "FORBIDDEN");
    }
    for wrong in [json!({ "phone": "12" }), json!({ "lastName": " - " }), json!({ "email": "" })] {
        assert_eq!(app.graphql_in(&clerk, FIND, json!({ "s": wrong })).await.code(), "BAD_INPUT");
    }
}

#[tokio::test]
async fn at_most_fifty_appointments_are_found() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let place = app.location(town, "Bürgerbüro").await;
    let mut booked = 0;
    for day in ["2026-12-08", "2026-12-10"] {
        for slot in app.free_at(town, "Ausweis oder Reisepass abholen", &place, day).await {
            if booked < 52 {
                app.booked(town, &slot, somebody()).await;
                booked += 1;
            }
        }
    }
    assert_eq!(booked, 52);
    let clerk = app.office_browser(town, Role::Clerk).await;
    let ask = json!({ "s": { "lastName": "Vogelsang-Müller" } });
    let found = app.graphql_in(&clerk, FIND, ask).await.data("customers");
    assert_eq!(found["hasMore"], true);
    assert_eq!(found["customers"][0]["appointments"].as_array().map(Vec::len), Some(50));
}

#[tokio::test]
async fn what_is_searched_stands_in_no_address_log_or_trail() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let mine = app.booked(town, &slots[0], somebody()).await;
    let mut clerk = app.office_browser(town, Role::Clerk).await;
    let page = clerk.open("/amt/kunden").await;
    let form = Browser::form(&page, "/amt/kunden");
    assert_eq!(form.method, "post");
    let kinds = [
        ("name", "Vogelsang-Müller"),
        ("mail", "kanarina.vogelsang@example.org"),
        ("telefon", "0151 98765432"),
        ("nummer", mine.reference.as_str()),
    ];
    for (kind, words) in kinds {
        let page = clerk.submit(&form.clone().with("nach", kind).with("suche", words)).await;
        assert_eq!(clerk.path, "/amt/kunden");
        let text = html::text(&page.text());
        assert!(
            text.contains("Vogelsang-Müller, Kanarina") && text.contains("1 Person gefunden"),
            "{text}"
        );
        assert!(page.text().contains(&format!("/amt/termin?id={}", mine.id)));
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(html::addresses(&page.text()).iter().all(|address| !address.contains("ogelsang")));
    }
    // correct, book and cancel, so that each has left its entry
    let page = clerk.open(&format!("/amt/termin?id={}", mine.id)).await;
    clerk.submit(&Browser::form(&page, "/amt/termin/kontakt").with("firstName", "Kanarine")).await;
    let page = clerk.open(&format!("/amt/termin?id={}", mine.id)).await;
    clerk.submit(&Browser::form(&page, "/amt/termin/absagen")).await;
    app.run_jobs().await;
    app.flush_access_log().await;

    let sql = app.database.superuser_sql().await;
    let trail: Vec<(String, Value)> = sqlx::query_as(
        "SELECT action, details FROM audit_entry WHERE tenant_id = $1 AND action !~ '^(person|access|tenant)' ORDER BY number",
    )
    .bind(town.id.uuid())
    .fetch_all(&sql)
    .await
    .expect("the trail");
    let kind = |kind: &str| ("customers.search".to_owned(), json!({ "by": kind, "hits": 1 }));
    assert_eq!(
        trail,
        [
            kind("lastName"),
            kind("email"),
            kind("phone"),
            kind("reference"),
            ("appointment.correct".to_owned(), json!({ "fields": ["firstName"] })),
            ("appointment.cancel".to_owned(), json!({ "location": mine.slot.location })),
        ]
    );
    let (dump, log) = (app.database.dump().await, tests::logged());
    for needle in ["Kanarin", "ogelsang", "98765432"] {
        assert!(!dump.contains(needle), "{needle} is in the database");
        let line = log.lines().find(|line| line.contains(needle));
        assert!(line.is_none(), "{needle} is in the log: {line:?}");
    }
}
