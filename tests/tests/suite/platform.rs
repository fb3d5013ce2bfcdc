//! The operator's own host: its people, and nothing for citizens.

use db::Fault;
use http::StatusCode;
use identity::{AccountError, AccountKind, Profile, accounts::NewAccount, people};
use kernel::{Locale, Role};
use tests::{TestApp, Town, html};

fn wanted(role: Role) -> NewAccount {
    NewAccount {
        kind: AccountKind::Staff,
        profile: Profile {
            first_name: "Kim".to_owned(),
            last_name: "Betrieb".to_owned(),
            email: "kim@betrieb.example".to_owned(),
            phone: None,
        },
        locale: Locale::De,
        grants: role.into(),
    }
}

async fn add(app: &TestApp, realm: &Town, role: Role) -> Result<(), AccountError> {
    let ctx = app.operator(realm);
    let tx = app.begin(&ctx).await;
    people::add(&ctx, &tx, &wanted(role)).await?;
    Ok(tx.commit().await?)
}

#[tokio::test]
async fn the_host_answers_when_the_operator_has_set_it_up_and_serves_no_citizens() {
    let app = TestApp::start().await;
    assert_eq!(app.get("ops.localhost", "/amt/anmelden").await.status, StatusCode::NOT_FOUND);
    let ops = app.platform().await;
    let mut browser = app.browser(&ops);
    let page = browser.open("/").await;
    assert_eq!((browser.path.as_str(), page.status), ("/amt/anmelden", StatusCode::OK));
    assert!(page.text().contains("Bentjen Software"), "{}", page.text());
    assert!(!page.text().contains("href=\"/termin\""), "no way to pages that are not there");
    for path in ["/termine", "/termin", "/angaben", "/datenschutz", "/impressum", "/nirgends"] {
        assert_eq!(app.get(&ops.host, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // its API has a schema of its own, without anything of citizens
    let api = app.graphql(&ops, "{ viewer { signedIn } }", serde_json::json!({})).await;
    assert_eq!(api.data("viewer/signedIn"), false);
    let theirs = app.graphql(&ops, "{ services { id } }", serde_json::json!({})).await;
    assert_eq!(theirs.code(), "BAD_INPUT");
}

#[tokio::test]
async fn the_operator_sees_the_municipalities_and_nobody_else_does() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let mut operator = app.office_browser(&ops, Role::Operator).await;
    let page = operator.open("/amt/kommunen").await;
    let text = html::text(&page.text());
    for shown in ["Stadt Haltern am See", "Stadt Musterstadt", "in Betrieb"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(!text.contains("ops.localhost"), "the realm is no municipality");
    // the session opens nothing elsewhere, and no role of a municipality opens this page
    let mut elsewhere = app.browser(&app.haltern);
    elsewhere.cookies.clone_from(&operator.cookies);
    elsewhere.open("/amt").await;
    assert_eq!(elsewhere.path, "/amt/anmelden");
    for role in Role::of(false) {
        let mut office = app.office_browser(&app.haltern, *role).await;
        assert_eq!(office.get("/amt/kommunen").await.status, StatusCode::NOT_FOUND, "{role:?}");
    }
}

#[tokio::test]
async fn the_operator_s_role_exists_in_the_operator_s_realm_only() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    for (realm, role) in [(&app.haltern, Role::Operator), (&ops, Role::TenantAdministrator)] {
        let refused = add(&app, realm, role).await.expect_err("refused");
        let by_constraint = matches!(&refused, AccountError::Fault(Fault::Refused(name)) if name == "account_role_realm");
        assert!(by_constraint, "{refused:?}");
    }
    add(&app, &ops, Role::Operator).await.expect("an operator");
}
