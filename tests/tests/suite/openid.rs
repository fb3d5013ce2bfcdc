//! Signing in with the municipality's own sign-in, against a certified provider.

use chrono::TimeDelta;
use http::StatusCode;
use identity::{Profile, accounts::NewAccount, people};
use kernel::{Locale, Role};
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{
    Browser, Setup, TestApp,
    html::text,
    logged,
    openid::{BACK, Provider, settings},
    towns,
};

fn kim(groups: &[&str]) -> Value {
    json!({
        "given_name": "Kim", "family_name": "Amtlich", "email": "kim@haltern.example", "email_verified": true,
        "groups": groups,
    })
}

/// Haltern with a provider that knows Kim.
async fn haltern(groups: &[&str]) -> (Provider, TestApp) {
    let provider = Provider::start(&json!({ "kim": kim(groups) }));
    let app = Setup::new().openid(settings("haltern", &provider.issuer)).start().await;
    (provider, app)
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    let pool = app.database.superuser_sql().await;
    sqlx::query_scalar(sql).fetch_one(&pool).await.expect("a number")
}

async fn accounts(app: &TestApp) -> i64 {
    count(app, "SELECT count(*) FROM account").await
}

async fn words(app: &TestApp, sql: &'static str) -> Vec<String> {
    let pool = app.database.superuser_sql().await;
    sqlx::query_scalar(sql).fetch_all(&pool).await.expect("words")
}

async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/amt").await.status == StatusCode::OK
}

#[tokio::test]
async fn somebody_of_the_office_signs_in_at_the_municipality_s_provider() {
    let (provider, app) = haltern(&["leitung", "kegeln"]).await;
    let mut browser = app.browser(&app.haltern);
    let page = browser.leave_for_provider().await;
    assert_eq!(
        page.status,
        StatusCode::OK,
        "no redirect: Chromium would not follow a form to another host"
    );
    assert!(page.text().contains("noreferrer") && text(&page.text()).contains("127.0.0.1"));
    let address = Browser::address_at_provider(&page);
    for part in
        ["code_challenge_method=S256", "response_type=code", "scope=openid+profile+email+groups"]
    {
        assert!(address.contains(part), "{part} in {address}");
    }

    let back = provider.sign_in(&address, "kim").await;
    let path = back.split_once("haltern.localhost").expect("our host").1.to_owned();
    let page = browser.get(&path).await;
    assert_eq!(page.header("referrer-policy"), "strict-origin");
    assert_eq!(
        (accounts(&app).await, is_signed_in(&mut browser).await),
        (0, false),
        "a GET does nothing"
    );
    let before = browser.cookies["sid"].clone();
    let home = browser.submit(&Browser::form(&page, BACK)).await;
    assert!(text(&home.text()).contains("Kim Amtlich"), "{}", text(&home.text()));
    assert_ne!(
        browser.cookies["sid"], before,
        "another session than the one that somebody may have planted"
    );
    assert!(browser.open("/amt/kalender").await.status.is_success(), "what the role allows");

    let trail =
        words(&app, "SELECT action || ' ' || details FROM audit_entry WHERE action <> 'tenant.create' ORDER BY number").await;
    assert_eq!(trail, [r#"person.add {"by": "openid", "roles": ["office-manager"]}"#]);
    let noted = words(&app, "SELECT kind || ' ' || method || ' ' || result FROM sign_in").await;
    assert_eq!(noted, ["staff openid signed-in"]);
    assert_eq!(count(&app, "SELECT count(*) FROM sign_in JOIN account ON account.id = account_id AND account.login_index = sign_in.login_index").await, 1);

    // neither what opens something nor who it was is written anywhere
    app.flush_access_log().await;
    let (log, stored) = (logged(), app.database.dump().await);
    for (name, value) in
        url::form_urlencoded::parse(path.split_once('?').expect("a query").1.as_bytes())
    {
        if name != "iss" {
            assert!(!log.contains(&*value) && !stored.contains(&*value), "{name} was written");
        }
    }
    assert!(!log.contains("Amtlich") && !log.contains("kim@haltern"));
    assert!(!stored.contains("Amtlich") && !stored.contains("kim@haltern"));
    assert!(stored.contains(BACK), "the page itself is in the access log");
}

#[tokio::test]
async fn roles_are_those_of_today() {
    let (provider, app) = haltern(&["technik"]).await;
    let mut browser = app.browser(&app.haltern);
    browser.sign_in_at(&provider, "kim").await;
    assert!(is_signed_in(&mut browser).await);

    provider.say("kim", &kim(&["kasse"])).await;
    let mut second = app.browser(&app.haltern);
    second.sign_in_at(&provider, "kim").await;
    assert_eq!(accounts(&app).await, 1, "the same person");
    let roles =
        words(&app, "SELECT role || ' ' || (location_id IS NOT NULL) FROM account_role").await;
    assert_eq!(roles, ["clerk true"]);
    // the session of before has the new roles, too
    let page = browser.open("/amt").await.text();
    assert!(page.contains("am Telefon"), "{}", text(&page));

    provider.say("kim", &kim(&["kegeln"])).await;
    let mut third = app.browser(&app.haltern);
    let refused = third.sign_in_at(&provider, "kim").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(text(&refused.text()).contains("keine Aufgabe"));
    assert!(!is_signed_in(&mut third).await);
    assert_eq!(count(&app, "SELECT count(*) FROM account_role").await, 0);
    let trail = words(
        &app,
        "SELECT action FROM audit_entry WHERE action <> 'tenant.create' ORDER BY number",
    )
    .await;
    assert_eq!(trail, ["person.add", "person.roles", "person.roles"]);
    let noted = words(&app, "SELECT result FROM sign_in ORDER BY result").await;
    assert_eq!(noted, ["refused", "signed-in", "signed-in"]);
}

#[tokio::test]
async fn whoever_has_no_role_gets_no_account() {
    let (provider, app) = haltern(&[]).await;
    let mut browser = app.browser(&app.haltern);
    let refused = browser.sign_in_at(&provider, "kim").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(text(&refused.text()).contains("keine Aufgabe"));
    assert_eq!((accounts(&app).await, is_signed_in(&mut browser).await), (0, false));
    // whoever breaks it off is told so
    let page = browser.leave_for_provider().await;
    let back = provider.sign_in(&Browser::address_at_provider(&page), "").await;
    let refused = browser.come_back(&back).await;
    assert!(text(&refused.text()).contains("abgebrochen"));
}

#[tokio::test]
async fn without_the_municipality_s_word_for_it_the_second_factor_is_asked_for_here() {
    let provider = Provider::start(&json!({ "kim": kim(&["leitung"]) }));
    let mut own = settings("haltern", &provider.issuer);
    own.remove("second_factor");
    let app = Setup::new().openid(own).start().await;
    let mut browser = app.browser(&app.haltern);
    browser.sign_in_at(&provider, "kim").await;
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(words(&app, "SELECT result FROM sign_in").await, ["halfway"]);
}

#[tokio::test]
async fn the_municipality_can_want_a_strong_sign_in() {
    let provider = Provider::start(&json!({ "kim": kim(&["leitung"]) }));
    for (setting, word, claims) in [
        ("required_acr", "zwei-faktoren", json!({ "acr": "zwei-faktoren" })),
        ("required_amr", "otp", json!({ "amr": ["pwd", "otp"] })),
    ] {
        let mut own = settings("haltern", &provider.issuer);
        own.insert(setting.to_owned(), toml::Value::Array(vec![word.into()]));
        let app = Setup::new().openid(own).start().await;
        let mut browser = app.browser(&app.haltern);
        provider.say("kim", &kim(&["leitung"])).await;
        let refused = browser.sign_in_at(&provider, "kim").await;
        assert!(text(&refused.text()).contains("zweiten Faktor"), "{setting}");
        let mut strong = kim(&["leitung"]);
        for (name, value) in claims.as_object().expect("claims") {
            strong[name] = value.clone();
        }
        provider.say("kim", &strong).await;
        browser.sign_in_at(&provider, "kim").await;
        assert!(is_signed_in(&mut browser).await, "{setting}");
    }
}

#[tokio::test]
async fn what_is_not_in_the_id_token_is_asked_for() {
    let provider = Provider::start_with(&json!({ "kim": kim(&["leitung"]) }), false);
    let app = Setup::new().openid(settings("haltern", &provider.issuer)).start().await;
    let home = app.browser(&app.haltern).sign_in_at(&provider, "kim").await;
    assert!(text(&home.text()).contains("Kim Amtlich"), "{}", text(&home.text()));
}

#[tokio::test]
async fn an_invitation_is_taken_up_and_nobody_else_s_account_is() {
    let (provider, app) = haltern(&["kasse"]).await;
    let ctx = app.operator(&app.haltern);
    let tx = app.begin(&ctx).await;
    let wanted = NewAccount {
        kind: identity::AccountKind::Staff,
        profile: Profile {
            first_name: "Kim".to_owned(),
            last_name: "Eingeladen".to_owned(),
            email: "Kim@haltern.example".to_owned(),
            phone: None,
        },
        locale: Locale::De,
        grants: Role::Clerk.into(),
    };
    people::add(&ctx, &tx, &wanted).await.expect("invited");
    tx.commit().await.expect("committed");

    // an address that nobody has checked is not theirs
    let mut unverified = kim(&["kasse"]);
    unverified["email_verified"] = json!(false);
    provider.say("kim", &unverified).await;
    let refused = app.browser(&app.haltern).sign_in_at(&provider, "kim").await;
    assert!(text(&refused.text()).contains("keine bestätigte E-Mail-Adresse"));

    // with a password it is somebody's own
    let password = |value: &'static str| {
        let app = &app;
        async move {
            let sql = app.database.superuser_sql().await;
            let done = sqlx::query("UPDATE account SET password = $1").bind(value).execute(&sql);
            done.await.expect("a password");
        }
    };
    password("$argon2id$").await;
    provider.say("kim", &kim(&["kasse"])).await;
    let refused = app.browser(&app.haltern).sign_in_at(&provider, "kim").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(count(&app, "SELECT count(*) FROM openid_link").await, 0);

    app.without_guard(&["UPDATE account SET password = NULL"]).await;
    let home = app.browser(&app.haltern).sign_in_at(&provider, "kim").await;
    assert!(text(&home.text()).contains("Kim Amtlich"), "{}", text(&home.text()));
    assert_eq!(accounts(&app).await, 1);
    let roles =
        words(&app, "SELECT role || ' ' || (location_id IS NOT NULL) FROM account_role").await;
    assert_eq!(roles, ["clerk true"], "the provider's word, not the invitation's");

    // another person of the provider with the same address does not get it
    provider.say("doppel", &kim(&["leitung"])).await;
    let refused = app.browser(&app.haltern).sign_in_at(&provider, "doppel").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);

    // locked is locked
    app.without_guard(&["UPDATE account SET state = 'locked'"]).await;
    let mut browser = app.browser(&app.haltern);
    let refused = browser.sign_in_at(&provider, "kim").await;
    assert!(text(&refused.text()).contains("gesperrt"));
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn an_answer_is_for_one_browser_once_and_not_for_long() {
    let provider = Provider::start(&json!({ "kim": kim(&["leitung"]) }));
    let app = Setup::new()
        .openid(settings("haltern", &provider.issuer))
        .openid_of_musterstadt(settings("musterstadt", &provider.issuer))
        .start()
        .await;
    let again = "noch einmal an";
    let mut browser = app.browser(&app.haltern);
    let page = browser.leave_for_provider().await;
    let back = provider.sign_in(&Browser::address_at_provider(&page), "kim").await;

    // brought to another browser, which has begun, too: login CSRF, or a stolen answer
    let mut other = app.browser(&app.haltern);
    other.leave_for_provider().await;
    assert!(text(&other.come_back(&back).await.text()).contains(again));
    // and to one that has not
    let mut new = app.browser(&app.haltern);
    assert!(text(&new.come_back(&back).await.text()).contains(again));
    // and to another municipality, by the same browser
    let mut town = app.browser(&app.musterstadt);
    town.cookies = browser.cookies.clone();
    let elsewhere = back.replace("haltern.localhost", "musterstadt.localhost");
    assert!(text(&town.come_back(&elsewhere).await.text()).contains(again));
    assert_eq!(accounts(&app).await, 0);

    browser.come_back(&back).await;
    assert!(is_signed_in(&mut browser).await);
    // once more, by the browser itself
    let replayed = browser.come_back(&back).await;
    assert!(text(&replayed.text()).contains(again));
    // once more with what a session would have kept: the provider exchanges a code once
    let mut slow = app.browser(&app.haltern);
    let page = slow.leave_for_provider().await;
    let back = provider.sign_in(&Browser::address_at_provider(&page), "kim").await;
    app.advance(TimeDelta::minutes(10));
    assert!(text(&slow.come_back(&back).await.text()).contains(again), "after ten minutes");
    assert!(!is_signed_in(&mut slow).await);
}

#[tokio::test]
async fn the_provider_of_before_does_not_answer_for_the_new_one() {
    let (provider, app) = haltern(&["leitung"]).await;
    let mut browser = app.browser(&app.haltern);
    let page = browser.leave_for_provider().await;
    let back = provider.sign_in(&Browser::address_at_provider(&page), "kim").await;
    let other = Provider::start(&json!({}));
    let mut file = towns::haltern();
    towns::set(&mut file, "openid", settings("haltern", &other.issuer));
    app.apply(file).await;
    let refused = browser.come_back(&back).await;
    assert!(text(&refused.text()).contains("noch einmal an"), "{}", text(&refused.text()));
    assert_eq!(accounts(&app).await, 0);
}

#[tokio::test]
async fn a_provider_that_is_down_or_refuses_us_is_said_to_be() {
    let (mut provider, app) = haltern(&["leitung"]).await;
    let mut browser = app.browser(&app.haltern);
    let page = browser.leave_for_provider().await;
    let back = provider.sign_in(&Browser::address_at_provider(&page), "kim").await;
    let form = browser.get(back.split_once("haltern.localhost").expect("our host").1).await;
    provider.stop();
    let down = browser.submit(&Browser::form(&form, BACK)).await;
    assert_eq!(down.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(&down.text()).contains("antwortet gerade nicht"));
    // what it said about itself is remembered for an hour
    assert_eq!(browser.leave_for_provider().await.status, StatusCode::OK);
    app.advance(TimeDelta::hours(1));
    let down = browser.leave_for_provider().await;
    assert_eq!(down.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(&down.text()).contains("antwortet gerade nicht"));

    let provider = Provider::start(&json!({ "kim": kim(&["leitung"]) }));
    let setup = Setup::new().openid(settings("haltern", &provider.issuer));
    let app = setup.openid_secret("haltern", "another-one").start().await;
    let refused = app.browser(&app.haltern).sign_in_at(&provider, "kim").await;
    assert!(text(&refused.text()).contains("noch nicht fertig eingerichtet"));
    assert!(logged().contains("the provider refuses the client"), "the operator reads why");
    // no secret at all
    let setup = Setup::new().openid(settings("haltern", &provider.issuer));
    let app = setup.openid_secret("haltern", "").start().await;
    let refused = app.browser(&app.haltern).leave_for_provider().await;
    assert!(text(&refused.text()).contains("noch nicht fertig eingerichtet"));
}

#[tokio::test]
async fn name_and_address_are_those_of_today() {
    let (provider, app) = haltern(&["leitung"]).await;
    app.browser(&app.haltern).sign_in_at(&provider, "kim").await;
    let known = async || {
        let ctx = app.operator(&app.haltern);
        let tx = app.begin(&ctx).await;
        let people = identity::people::list(&ctx, &tx, None, 9).await.expect("people");
        tx.commit().await.expect("committed");
        let names = people.into_iter().map(|one| (one.profile.last_name, one.profile.email));
        names.collect::<Vec<_>>()
    };
    let mut today = kim(&["leitung"]);
    today["family_name"] = json!("Neumann");
    today["email"] = json!("kim.neumann@haltern.example");
    provider.say("kim", &today).await;
    let home = app.browser(&app.haltern).sign_in_at(&provider, "kim").await;
    assert!(text(&home.text()).contains("Kim Neumann"), "{}", text(&home.text()));
    let neumann = ("Neumann".to_owned(), "kim.neumann@haltern.example".to_owned());
    assert_eq!(known().await, std::slice::from_ref(&neumann));
    let trail = "SELECT details::text FROM audit_entry WHERE action = 'person.change'";
    let details = r#"{"by": "openid", "renamed": true, "readdressed": true}"#;
    assert_eq!(words(&app, trail).await, [details]);

    // neither an address that nobody has checked nor one that somebody else has here
    let colleague = app.staff(&app.haltern, Role::Clerk).await.profile;
    for (address, is_checked) in [("mallory@haltern.example", false), (&colleague.email, true)] {
        today["email"] = json!(address);
        today["email_verified"] = json!(is_checked);
        provider.say("kim", &today).await;
        let mut browser = app.browser(&app.haltern);
        browser.sign_in_at(&provider, "kim").await;
        assert!(is_signed_in(&mut browser).await);
        let mut both = [neumann.clone(), (colleague.last_name.clone(), colleague.email.clone())];
        both.sort();
        let mut known = known().await;
        known.sort();
        assert_eq!(known, both);
    }
    assert_eq!(words(&app, trail).await.len(), 1, "what did not change is not written down");
}

#[tokio::test]
async fn where_the_provider_is_the_only_way_no_password_is_right() {
    let provider = Provider::start(&json!({ "kim": kim(&["leitung"]) }));
    for only in [false, true] {
        let mut own = settings("haltern", &provider.issuer);
        own.insert("only".to_owned(), only.into());
        let app = Setup::new().openid(own).start().await;
        let account = app.staff(&app.haltern, Role::Clerk).await;
        let ctx = app.operator(&app.haltern);
        let password = secrecy::SecretString::from("ein ziemlich langer Satz");
        let hash = identity::Passwords::new().hash(&ctx, &password).await.expect("a hash");
        let sql = app.database.superuser_sql().await;
        let set = sqlx::query("UPDATE account SET password = $1").bind(hash).execute(&sql).await;
        set.expect("a password");

        let mut browser = app.browser(&app.haltern);
        let page = browser.open("/amt/anmelden").await.text();
        assert_eq!(page.contains("type=\"password\""), !only);
        assert!(page.contains("Mit dem Konto der Kommune anmelden"));
        let email = account.profile.email.as_str();
        let fields = [("email", email), ("passwort", "ein ziemlich langer Satz")];
        let answer = browser.post("/amt/anmelden", &fields).await;
        assert_eq!(answer.text().contains("stimmen nicht"), only);
    }
    // and where there is no provider, there is no button, and no page
    let app = TestApp::start().await;
    let page = app.get(&app.haltern.host, "/amt/anmelden").await.text();
    assert!(!page.contains("openid") && page.contains("type=\"password\""));
    let mut browser = app.browser(&app.haltern);
    assert_eq!(browser.post("/amt/openid/beginn", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_session_store_one_is_told() {
    let provider = Provider::start(&json!({ "kim": kim(&["leitung"]) }));
    let app =
        Setup::new().openid(settings("haltern", &provider.issuer)).without_redis().start().await;
    let answer = app.browser(&app.haltern).post("/amt/openid/beginn", &[]).await;
    // nobody has a cookie: what cannot be remembered is found out when it is tried
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}
