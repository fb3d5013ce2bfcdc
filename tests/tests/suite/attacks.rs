//! What an attacker would try, each tried here: sessions that were planted, cookies from next door, headers that lie, forms of
//! other sites, tokens used twice, questions whose answers give away who has an account. `docs/security.md` lists them.

mod answers;
mod forged;

use std::time::Instant;

use axum::body::Body;
use http::{Method, Request, StatusCode};
use identity::LimitSettings;
use kernel::{Role, Scopes};
use sea_orm::sqlx::{self, AssertSqlSafe};
use serde_json::json;
use tests::{
    Answer, Setup, TestApp,
    booking::{APPOINTMENT, CANCEL, RESCHEDULE, erika},
};

use self::forged::{
    DOORS, Forged, PASSWORD, VIEWER, is_signed_in, knows_somebody, sid_of, with_password,
};
use crate::key_pages::ask;

const REGISTRATION: &str =
    "firstName=Kim&lastName=Muster&email=kim%40example.org&phone=0151+23456789";
const CREATE_KEY: &str =
    "mutation { createAccessKey(input: { name: \"x\", scopes: [CALENDAR_READ] }) { token } }";

#[tokio::test]
async fn a_planted_session_opens_nothing_after_signing_in() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    for door in DOORS {
        let account = door.somebody(&app, town).await;
        // one that was made up, and one that the attacker began and has the cookie of
        let mut attacker = app.browser(town);
        attacker.post("/sprache", &[("sprache", "en"), ("zurueck", "/")]).await;
        for planted in ["A".repeat(43), attacker.cookies["sid"].clone()] {
            let victim = Forged::at(&app, town).ours().with("cookie", format!("sid={planted}"));
            let answer = victim.sign_in_at(door, &account.profile.email, PASSWORD, "").await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
            let fresh = sid_of(&answer).expect("a new session");
            assert_ne!(fresh, planted, "the id is renewed");
            assert!(knows_somebody(&app, town, &fresh).await);
            assert!(!knows_somebody(&app, town, &planted).await);
            assert!(!is_signed_in(&app, town, &format!("sid={planted}")).await);
            let page = Forged::at(&app, town).with("cookie", format!("sid={planted}"));
            let page = page.send(Method::GET, door.home, "").await;
            assert_eq!(page.header("location"), door.way_in);
        }
    }
}

#[tokio::test]
async fn a_cookie_from_next_door_is_not_taken_for_ours() {
    let app = Setup::new().over_https().start().await;
    let town = &app.haltern;
    let (victim, attacker) =
        (app.staff(town, Role::Clerk).await, app.staff(town, Role::Clerk).await);
    let sid = async |account| app.signed_in(town, account).await.cookies["sid"].clone();
    let (victim, attacker) = (sid(&victim).await, sid(&attacker).await);
    let origin = format!("https://{}", town.host);
    let signed_in = async |cookie: &str| {
        let headers = [("cookie", cookie), ("origin", origin.as_str())];
        app.graphql_with(town, VIEWER, &headers).await.data("viewer/signedIn") == true
    };
    assert!(signed_in(&format!("__Host-sid={victim}")).await);
    // a sibling can set `sid` for the whole domain; browsers refuse it the prefix
    for tossed in ["sid", "__Secure-sid", "__host-sid", "host-sid"] {
        assert!(!signed_in(&format!("{tossed}={attacker}")).await, "{tossed}");
    }
    // and beside the right one it changes nothing, wherever it stands
    for cookie in [
        format!("sid={attacker}; __Host-sid={victim}"),
        format!("__Host-sid={victim}; sid={attacker}"),
        format!("__Host-sid=; sid={attacker}; __Host-sid={victim}"),
    ] {
        assert!(signed_in(&cookie).await, "{cookie}");
    }
    let sessions = identity::Sessions::connect(&tests::database::redis_url());
    sessions.end(&app.operator(town), &victim).await.expect("Redis");
    let tossed = format!("sid={attacker}; __Host-sid={victim}");
    assert!(!signed_in(&tossed).await, "with the right one gone, nobody is signed in");

    // what we set cannot be set from there: the prefix, no domain, only over TLS
    let page = Request::post("/sprache")
        .header("host", &town.host)
        .header("origin", &origin)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("sprache=en&zurueck=%2F"));
    let answer = app.send(page.expect("a request")).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-sid="), "{cookie}");
    assert!(cookie.contains("; Secure") && cookie.contains("Path=/;"), "{cookie}");
    assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
    assert!(answer.header("strict-transport-security").contains("includeSubDomains"));
}

#[tokio::test]
async fn a_host_that_lies_reaches_neither_mails_nor_redirects_nor_logs() {
    const EVIL: &str = "evil-host.example";
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = with_password(&app, town, Role::Clerk).await;
    let lying = || {
        Forged::at(&app, town)
            .ours()
            .with("x-forwarded-host", EVIL)
            .with("x-host", EVIL)
            .with("x-original-host", EVIL)
            .with("forwarded", format!("host={EVIL};proto=https"))
    };
    let mut answers = vec![
        lying().send(Method::GET, "/", "").await,
        lying().send(Method::GET, "/amt/kalender", "").await,
        lying().send(Method::POST, "/amt/abmelden", "").await,
        lying().send(Method::POST, "/sprache", "sprache=en&zurueck=%2Ftermin").await,
        lying().sign_in(&account.profile.email, PASSWORD, "/amt/kalender").await,
        lying().sign_in(&account.profile.email, "falsch-und-lang", "").await,
        lying().send(Method::GET, "/konto/sitzungen", "").await,
        lying().sign_in_at(DOORS[1], "niemand@example.org", "falsch-und-lang", "").await,
        lying().send(Method::POST, "/konto/registrieren", REGISTRATION).await,
    ];
    let slot = app.free(town).await.swap_remove(0);
    let token = app.held(town, &slot).await;
    let body = json!({ "input": { "reservationToken": token, "contact": erika() } });
    let headers = [("x-forwarded-host", EVIL), ("forwarded", "host=evil-host.example")];
    answers.push(app.graphql_at(&town.host, tests::booking::BOOK, body, &headers).await);
    for answer in &answers {
        assert!(answer.status.as_u16() < 500);
        let headers = format!("{:?}", answer.headers);
        assert!(
            !headers.contains("evil-host") && !answer.text().contains("evil-host"),
            "{headers}"
        );
        let to = answer.header("location");
        assert!(to.is_empty() || to.starts_with('/') && !to.starts_with("//"), "{to}");
    }
    // another host altogether is no municipality, and is not repeated
    let other = Forged::at(&app, town).with("host", EVIL).send(Method::GET, "/", "").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    assert!(!other.text().contains("evil-host"));

    app.run_jobs().await;
    assert!(!app.outbox().is_empty());
    for sent in app.outbox() {
        assert!(!format!("{sent:?}").contains("evil-host"), "a mail has it");
    }
    app.flush_access_log().await;
    let sql = app.database.superuser_sql().await;
    let rows: Vec<String> = sqlx::query_scalar("SELECT row_to_json(t)::text FROM access_log t")
        .fetch_all(&sql)
        .await
        .expect("the access log");
    assert!(rows.len() >= 6 && rows.iter().all(|row| !row.contains("evil-host")));
    let lines = tests::logged();
    let said =
        lines.lines().filter(|line| line.contains("stadttermin") || line.contains("gateway"));
    assert!(said.clone().count() > 5, "the log is looked at");
    assert_eq!(said.filter(|line| line.contains("evil-host")).collect::<Vec<_>>(), [""; 0]);
}

#[tokio::test]
async fn a_forwarded_address_from_just_anybody_changes_neither_limits_nor_notes() {
    let limits = LimitSettings { sign_in_network: 3, ..LimitSettings::OFF };
    let app = Setup::new().limits(limits).start().await;
    let town = &app.haltern;
    let mut refused = 0;
    for n in 0..6 {
        let lying = format!("203.0.113.{n}, 198.51.100.{n}");
        let guess = Forged::at(&app, town).ours().with("x-forwarded-for", lying.clone());
        let guess =
            guess.with("x-real-ip", lying.clone()).with("forwarded", format!("for={lying}"));
        let answer = guess.sign_in(&format!("wer{n}@example.org"), "falsch-und-lang", "").await;
        refused += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 3, "{refused} of six were refused: the address is the connection's");
    let sql = app.database.superuser_sql().await;
    let noted: Vec<String> = sqlx::query_scalar("SELECT DISTINCT ip FROM sign_in_address")
        .fetch_all(&sql)
        .await
        .expect("the notes");
    assert_eq!(noted, ["192.0.2.66"]);
    app.flush_access_log().await;
    let seen: Vec<String> = sqlx::query_scalar("SELECT DISTINCT host(ip) FROM access_log")
        .fetch_all(&sql)
        .await
        .expect("the access log");
    assert_eq!(seen, ["192.0.2.66"]);
}

#[tokio::test]
async fn another_site_can_neither_sign_in_nor_out_nor_act_by_the_cookie() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = with_password(&app, town, Role::TenantAdministrator).await;
    let browser = app.signed_in(town, &account).await;
    let cookie = format!("sid={}", browser.cookies["sid"]);
    let evil = "https://evil.example";
    let neighbour = format!("http://{}", app.musterstadt.host);
    app.citizen(town, "erika@example.org", Some(PASSWORD)).await;
    let strangers: [(&'static str, &[(&'static str, &str)]); 4] = [
        ("another site", &[("origin", evil), ("sec-fetch-site", "cross-site")]),
        ("a sibling", &[("origin", &neighbour), ("sec-fetch-site", "same-site")]),
        ("a sandbox", &[("origin", "null"), ("sec-fetch-site", "cross-site")]),
        ("one that says nothing", &[]),
    ];
    for (who, headers) in strangers {
        let forged = || {
            let request = Forged::at(&app, town).with("cookie", cookie.clone());
            headers.iter().fold(request, |request, (name, value)| request.with(name, *value))
        };
        for (door, login) in DOORS.into_iter().zip([&account.profile.email, "erika@example.org"]) {
            // signing somebody in as the attacker is an attack, too
            let answer = forged().sign_in_at(door, login, PASSWORD, "").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who} signs in");
            assert_eq!(sid_of(&answer), None);
            let answer = forged().send(Method::POST, door.way_out, "").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who} signs out");
        }
        let form = "name=x&recht=calendar-read&tage=9";
        let answer = forged().send(Method::POST, "/amt/schluessel", form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who} makes a key");
        // the six probes: what a form of any site can send, a link, and many in one
        let body = json!({ "query": CREATE_KEY }).to_string();
        for kind in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
        {
            let answer =
                forged().with("content-type", kind).send(Method::POST, "/graphql", &body).await;
            assert!(answer.status.is_client_error(), "{who} sends {kind}: {}", answer.text());
        }
        let json_type = "application/json";
        let batch = format!("[{body},{body}]");
        for body in [&body, &batch] {
            let answer =
                forged().with("content-type", json_type).send(Method::POST, "/graphql", body).await;
            assert!(answer.status.is_client_error(), "{who}: {}", answer.text());
        }
        let link = serde_urlencoded::to_string([("query", CREATE_KEY)]).expect("text");
        let answer = forged().send(Method::GET, &format!("/graphql?{link}"), "").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(app.keys(town).await, [], "nothing of it was done");
    assert!(is_signed_in(&app, town, &cookie).await, "nobody was signed out");
    let done = ask(&app, &browser, CREATE_KEY, json!({})).await;
    assert!(!done.string("createAccessKey/token").is_empty(), "our own page may");
}

#[tokio::test]
async fn what_was_used_or_ended_opens_nothing_again() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    // the session that was ended, with the cookie kept
    let mut browser = app.office_browser(town, Role::TenantAdministrator).await;
    let kept = format!("sid={}", browser.cookies["sid"]);
    assert!(is_signed_in(&app, town, &kept).await);
    browser.post("/amt/abmelden", &[]).await;
    assert!(
        !is_signed_in(&app, town, &kept).await,
        "signed out at the server, not in the browser only"
    );

    // an account that was locked, or has signed out everywhere, while its sessions are still in Redis
    for damage in ["state = 'locked'", "signed_out_at = '2027-01-01'"] {
        let account = app.staff(town, Role::TenantAdministrator).await;
        let browser = app.signed_in(town, &account).await;
        let kept = format!("sid={}", browser.cookies["sid"]);
        assert!(is_signed_in(&app, town, &kept).await);
        let sql = app.database.superuser_sql().await;
        let update = format!("UPDATE account SET {damage} WHERE id = '{}'", account.id);
        sqlx::raw_sql(AssertSqlSafe(update)).execute(&sql).await.expect("changed");
        assert!(!is_signed_in(&app, town, &kept).await, "{damage}");
        assert_eq!(ask(&app, &browser, CREATE_KEY, json!({})).await.code(), "FORBIDDEN");
    }

    // a key that was taken back
    let (key, id) = app.office_key_with_id(town, Scopes::ALL).await;
    app.revoke_key(town, id).await;
    assert_eq!(app.graphql_as(town, &key, VIEWER, json!({})).await.code(), "UNAUTHENTICATED");

    // a reservation that was booked, and the code of an appointment that was cancelled
    let slots = app.free(town).await;
    let held = app.held(town, &slots[0]).await;
    let booked = app.book(town, &held, erika()).await;
    let manage = booked.string("bookAppointment/appointment/manageToken");
    let mut other = erika();
    other["email"] = json!("mallory@example.org");
    assert_eq!(app.book(town, &held, other).await.code(), "CONFLICT");
    let cancel = json!({ "input": { "manageToken": manage } });
    app.graphql(town, CANCEL, cancel).await.data("cancelAppointment");
    let to = &slots[4];
    let again =
        json!({ "input": { "manageToken": manage, "locationId": to.location, "start": to.start } });
    assert_eq!(app.graphql(town, RESCHEDULE, again).await.code(), "CONFLICT");
    let shown = app.graphql(town, APPOINTMENT, json!({ "token": manage })).await;
    assert_eq!(shown.string("appointment/status"), "CANCELLED");
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_cost_and_look_the_same() {
    for door in DOORS {
        let app = TestApp::start().await;
        let town = &app.haltern;
        let known = door.somebody(&app, town).await.profile.email;
        let without = if door.is_office() {
            app.staff(town, Role::Clerk).await.profile.email
        } else {
            app.citizen(town, "ohne-passwort@example.org", None).await.profile.email
        };
        let sql = app.database.superuser_sql().await;
        let noted = async || -> i64 {
            let count = sqlx::query_scalar("SELECT count(*) FROM sign_in").fetch_one(&sql).await;
            count.expect("a number")
        };
        let before = noted().await;
        let wrong = "falsch-und-lang-genug";
        let try_it = async |login: &str| {
            let before = tests::logged().len();
            let answer = Forged::at(&app, town).ours().sign_in_at(door, login, wrong, "").await;
            let log = tests::logged();
            (answer, log[before..].matches("a password is compared").count())
        };
        try_it(&known).await; // the first one warms up
        let seen = |answer: &Answer, login: &str| {
            let id = answer.header("x-request-id").to_owned();
            let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            // what was typed is kept
            let text = answer.text().replace(&id, "").replace(login, "");
            (answer.status, names, text)
        };
        // structure: one comparison, one note, the same answer
        let (answer, compared) = try_it(&known).await;
        assert_eq!(compared, 1, "one comparison of argon2");
        let odd = if door.is_office() { "kein name" } else { "noch-niemand@example.org" };
        for login in ["niemand@example.org", without.as_str(), odd, &known.to_uppercase()] {
            let (other, compared) = try_it(login).await;
            assert_eq!(seen(&other, login), seen(&answer, &known), "{login}");
            assert_eq!(compared, 1, "{login}");
        }
        assert_eq!(noted().await - before, 6, "every attempt is noted once");

        // time: both pay for one comparison of argon2, which is by far the most expensive thing here
        let mut times: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
        for n in 0..40 {
            let login = if n % 2 == 0 { known.clone() } else { format!("niemand{n}@example.org") };
            let begun = Instant::now();
            Forged::at(&app, town).ours().sign_in_at(door, &login, wrong, "").await;
            times[n % 2].push(begun.elapsed().as_secs_f64());
        }
        let [known, unknown] = times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        });
        let ratio = unknown / known;
        assert!((0.5..2.0).contains(&ratio), "known {known:.4} s, unknown {unknown:.4} s");
    }
}

#[tokio::test]
async fn nobody_is_sent_away_from_the_host() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    for door in DOORS {
        let account = door.somebody(&app, town).await;
        let signed_in = app.signed_in(town, &account).await;
        for elsewhere in [
            "//evil.example/§/x",
            "https://evil.example/§/x",
            "/\\evil.example/§/x",
            "/§/../..//evil.example",
            "/§/x\r\nLocation: https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example/§",
        ] {
            let elsewhere = elsewhere.replace("/§", door.home);
            let forged = Forged::at(&app, town).ours();
            let mut ways =
                vec![forged.sign_in_at(door, &account.profile.email, PASSWORD, &elsewhere).await];
            let query = serde_urlencoded::to_string([("weiter", &elsewhere)]).expect("text");
            let address = format!("{}?{query}", door.way_in);
            ways.push(signed_in.clone().get(&address).await);
            let body = [("sprache", "en"), ("zurueck", elsewhere.as_str())];
            let body = serde_urlencoded::to_string(body).expect("text");
            ways.push(Forged::at(&app, town).ours().send(Method::POST, "/sprache", &body).await);
            for answer in ways {
                let to = answer.header("location");
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{elsewhere:?}");
                assert!(to.starts_with('/'), "{elsewhere:?} leads to {to}");
                let base = url::Url::parse("http://haltern.localhost").expect("an address");
                let joined = base.join(to).expect("an address");
                let host = joined.host_str();
                assert_eq!(host, Some("haltern.localhost"), "{elsewhere:?} leads to {to}");
                assert_eq!(answer.headers.get_all("location").iter().count(), 1);
            }
        }
    }
}
