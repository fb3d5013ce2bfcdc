//! The citizen's way over pages, by HTTP alone: no JavaScript, nothing typed is lost.

use chrono::TimeDelta;
use http::StatusCode;
use tests::{Answer, Browser, Setup, TestApp, html, html::Form, towns};

/// The page with the times for an identity card.
async fn times(browser: &mut Browser<'_>) -> Answer {
    let start = browser.open("/").await;
    let form = Browser::form(&start, "/termine").with("anliegen", "personalausweis");
    browser.submit(&form).await
}

/// A form as it is sent when its first choice, a time or a button, is taken.
fn with_first_choice(form: Form) -> Form {
    match form.choices.first().cloned() {
        Some((name, value)) if form.value(&name).is_none() => form.with(&name, &value),
        _ => form,
    }
}

/// From the first page to the form for the details.
async fn held(browser: &mut Browser<'_>) -> Answer {
    let times = times(browser).await;
    let form = with_first_choice(Browser::form(&times, "/reservieren"));
    browser.submit(&form).await
}

fn filled(page: &Answer) -> Form {
    Browser::form(page, "/angaben")
        .with("firstName", "Erika")
        .with("lastName", "Mustermann")
        .with("email", "erika@example.org")
        .with("phone", "0151 23456789")
}

/// From the first page to the one where everything is checked.
pub(crate) async fn checked(browser: &mut Browser<'_>) -> Answer {
    let details = held(browser).await;
    browser.submit(&filled(&details)).await
}

#[tokio::test]
async fn a_citizen_books_without_javascript() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let times = times(&mut browser).await;
    assert!(browser.cookies.is_empty(), "nothing to remember yet");
    assert!(
        html::text(&times.text()).contains("Biometrisches Foto"),
        "what to bring is said before anyone picks a time"
    );

    let form = with_first_choice(Browser::form(&times, "/reservieren"));
    let details = browser.submit(&form).await;
    assert!(browser.path.starts_with("/angaben"), "{}", browser.path);
    assert_eq!(
        browser.cookies.keys().collect::<Vec<_>>(),
        ["sid"],
        "now there is something to remember"
    );
    assert!(html::text(&details.text()).contains("freiwillig"));

    let review = browser.submit(&filled(&details)).await;
    assert!(browser.path.starts_with("/pruefen"), "{}", browser.path);
    let text = html::text(&review.text());
    for part in [
        "Erika",
        "Mustermann",
        "erika@example.org",
        "Dienstag, 8. Dezember 2026",
        "Personalausweis",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!browser.path.contains("Erika"), "nothing personal in an address");

    let done = browser.submit(&Browser::form(&review, "/buchen")).await;
    assert!(
        browser.path.starts_with("/bestaetigung"),
        "{}: {}",
        browser.path,
        html::text(&done.text())
    );
    let text = html::text(&done.text());
    for part in [
        "Dienstag, 8. Dezember 2026",
        "Dr.-Conrads-Straße 1",
        "Biometrisches Foto",
        "erika@example.org",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let file = match html::links(&done.text()).into_iter().find(|link| link.contains(".ics")) {
        Some(link) => browser.get(&link).await,
        None => browser.send_form(&Browser::form(&done, "/kalender")).await,
    };
    assert!(
        file.header("content-type").starts_with("text/calendar")
            && file.text().contains("BEGIN:VEVENT")
    );
    assert!(file.text().contains("METHOD:PUBLISH"), "{}", file.text());

    app.run_jobs().await;
    assert_eq!(app.mails_to("erika@example.org").len(), 1);
}

#[tokio::test]
async fn the_code_moves_and_cancels() {
    let app = TestApp::start().await;
    let mine = app.an_appointment(&app.haltern).await;
    let mut browser = app.browser(&app.haltern);
    let entry = browser.open("/termin").await;
    // as people type it
    let code = mine
        .manage_token
        .to_uppercase()
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect::<Vec<_>>()
        .join(" ");
    let form = Browser::form(&entry, "/termin");
    let (field, _) = form.fields.last().cloned().expect("a field for the code");
    let view = browser.submit(&form.with(&field, &code)).await;
    assert!(html::text(&view.text()).contains("Personalausweis"), "{}", html::text(&view.text()));
    assert!(
        !browser.path.contains(&mine.manage_token),
        "the code is in no address: {}",
        browser.path
    );

    let links = html::links(&view.text());
    let link = |part: &str| {
        links
            .iter()
            .find(|link| link.starts_with(part))
            .cloned()
            .unwrap_or_else(|| panic!("{part} is not in {links:?}"))
    };
    let choose = browser.open(&link("/termin/verschieben")).await;
    let moved =
        browser.submit(&with_first_choice(Browser::form(&choose, "/termin/verschieben"))).await;
    assert!(moved.status.is_success(), "{}", html::text(&moved.text()));

    let view = browser.open(&view_address(&links, &browser.path)).await;
    let links = html::links(&view.text());
    let ask = links
        .iter()
        .find(|link| link.starts_with("/termin/absagen"))
        .expect("a way to cancel")
        .clone();
    let question = browser.open(&ask).await;
    assert_eq!(status(&app).await, "CONFIRMED", "asking changes nothing");
    let done =
        browser.submit(&with_first_choice(Browser::form(&question, "/termin/absagen"))).await;
    assert!(html::text(&done.text()).contains("abgesagt"), "{}", html::text(&done.text()));
    assert_eq!(status(&app).await, "CANCELLED");
}

/// The address of the appointment's page: the handle of this session, which every link of it carries.
fn view_address(links: &[String], fallback: &str) -> String {
    let handle = links
        .iter()
        .find_map(|link| link.split("t=").nth(1))
        .map(|rest| rest.split('&').next().unwrap_or_default());
    handle.map_or_else(|| fallback.to_owned(), |handle| format!("/termin/ansicht?t={handle}"))
}

async fn status(app: &TestApp) -> String {
    let sql = app.database.superuser_sql().await;
    sea_orm::sqlx::query_scalar("SELECT status FROM appointment")
        .fetch_one(&sql)
        .await
        .expect("one appointment")
}

async fn appointments(app: &TestApp) -> i64 {
    let sql = app.database.superuser_sql().await;
    sea_orm::sqlx::query_scalar("SELECT count(*) FROM appointment")
        .fetch_one(&sql)
        .await
        .expect("a number")
}

#[tokio::test]
async fn bad_input_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let details = held(&mut browser).await;
    let form = filled(&details)
        .with("lastName", " ")
        .with("email", "erika@")
        .with("city", "Haltern <b>&\"");
    let again = browser.submit(&form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html::title(&again.text()).starts_with("Fehler:"), "{}", html::title(&again.text()));
    let text = html::text(&again.text());
    assert!(
        text.contains("Geben Sie Ihren Nachnamen ein")
            && text.contains("vollständige E-Mail-Adresse"),
        "{text}"
    );
    assert!(!text.contains("ungültig"));
    let form = Browser::form(&again, "/angaben");
    for (name, value) in [
        ("firstName", "Erika"),
        ("email", "erika@"),
        ("phone", "0151 23456789"),
        ("city", "Haltern <b>&\""),
    ] {
        assert_eq!(form.value(name), Some(value), "{name} is lost");
    }
    assert!(!again.text().contains("<b>&"), "escaped");
    let links = html::links(&again.text());
    assert!(
        links.iter().any(|link| link.ends_with("#lastName")),
        "the summary leads to the field: {links:?}"
    );
}

#[tokio::test]
async fn a_session_that_ended_loses_nothing_that_was_typed() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let details = held(&mut browser).await;
    // half an hour later, or after Redis was emptied
    browser.cookies.clear();
    let again = browser.submit(&filled(&details).with("email", "erika@")).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = Browser::form(&again, "/angaben");
    assert_eq!(form.value("lastName"), Some("Mustermann"));
    let review = browser.submit(&form.with("email", "erika@example.org")).await;
    browser.submit(&Browser::form(&review, "/buchen")).await;
    assert_eq!(appointments(&app).await, 1);
}

#[tokio::test]
async fn what_a_form_says_of_itself_breaks_nothing() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let details = held(&mut browser).await;
    let form = Browser::form(&details, "/angaben");
    let copy = URL_SAFE_NO_PAD.decode(form.value("mappe").expect("a copy")).expect("base64");
    let mut copy: serde_json::Value = serde_json::from_slice(&copy).expect("JSON");
    copy["held_until"] = "+262142-12-31T23:59:59Z".into();
    copy["starts_at"] = "+262142-12-31T23:59:59Z".into();
    let copy = URL_SAFE_NO_PAD.encode(copy.to_string());
    for (draft, copy) in [
        (form.value("entwurf").expect("a name"), copy.as_str()),
        ("x\r\nSet-Cookie: a=b", form.value("mappe").expect("a copy")),
        ("\0", "%%%"),
    ] {
        let form = filled(&details).with("entwurf", draft).with("mappe", copy);
        let answer = browser.send_form(&form).await;
        assert!(answer.status.as_u16() < 500, "{draft:?}: {}", answer.status);
        assert!(!answer.text().is_empty() || answer.status.is_redirection());
    }
    for path in ["/%ff%fe", "/assets/..%2f", "/assets/%ff"] {
        let answer = app.get(&app.haltern.host, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("<h1"), "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_reload_and_a_detour_lose_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    checked(&mut browser).await;
    let review = browser.path.clone();
    browser.open("/datenschutz").await;
    browser.open("/").await;
    let back = browser.open(&review).await;
    assert!(html::text(&back.text()).contains("Mustermann"), "{}", html::text(&back.text()));
    let details = html::links(&back.text())
        .into_iter()
        .find(|link| link.starts_with("/angaben"))
        .expect("a way to change it");
    let form = browser.open(&details).await;
    assert_eq!(Browser::form(&form, "/angaben").value("lastName"), Some("Mustermann"));
}

#[tokio::test]
async fn two_tabs_are_two_bookings() {
    let app = TestApp::start().await;
    let mut first = app.browser(&app.haltern);
    let one = held(&mut first).await;
    let mut second = first.clone();
    let two = held(&mut second).await;
    first.cookies.clone_from(&second.cookies);
    let review = first.submit(&filled(&one).with("firstName", "Anna")).await;
    let other = second.submit(&filled(&two).with("firstName", "Berta")).await;
    assert!(
        html::text(&review.text()).contains("Anna") && html::text(&other.text()).contains("Berta")
    );
    first.submit(&Browser::form(&review, "/buchen")).await;
    second.submit(&Browser::form(&other, "/buchen")).await;
    assert_eq!(appointments(&app).await, 2);
}

#[tokio::test]
async fn a_double_click_books_once() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let review = checked(&mut browser).await;
    let form = Browser::form(&review, "/buchen");
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (first, second) = tokio::join!(one.submit(&form), two.submit(&form));
    let third = browser.submit(&form).await;
    for answer in [&first, &second, &third] {
        assert!(answer.status.is_success(), "{}", html::text(&answer.text()));
    }
    assert_eq!(html::text(&first.text()), html::text(&third.text()));
    assert_eq!(appointments(&app).await, 1);
    app.run_jobs().await;
    assert_eq!(app.mails_to("erika@example.org").len(), 1);
}

#[tokio::test]
async fn an_expired_hold_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let review = checked(&mut browser).await;
    app.advance(TimeDelta::minutes(15));
    let late = browser.submit(&Browser::form(&review, "/buchen")).await;
    assert_eq!(appointments(&app).await, 0);
    let text = html::text(&late.text());
    assert!(!text.contains("ungültig"), "{text}");
    // another time, and everything is still there
    let again =
        match html::links(&late.text()).into_iter().find(|link| link.starts_with("/termine")) {
            Some(link) => browser.open(&link).await,
            None => late,
        };
    let form = with_first_choice(Browser::form(&again, "/reservieren"));
    let details = browser.submit(&form).await;
    let name = if browser.path.starts_with("/angaben") {
        Browser::form(&details, "/angaben").value("lastName").unwrap_or_default().to_owned()
    } else {
        html::text(&details.text())
    };
    assert!(name.contains("Mustermann"), "{}: {name}", browser.path);
}

#[tokio::test]
async fn a_time_that_somebody_else_took_is_said_kindly() {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).start().await;
    let mut browser = app.browser(&app.haltern);
    let times = times(&mut browser).await;
    let slots = app.free(&app.haltern).await;
    app.held(&app.haltern, &slots[0]).await;
    let answer = browser.submit(&with_first_choice(Browser::form(&times, "/reservieren"))).await;
    let text = html::text(&answer.text());
    assert!(text.contains("gerade jemand anderes gebucht"), "{text}");
    assert!(
        html::forms(&answer.text()).iter().any(|form| form.action.starts_with("/reservieren")),
        "other times are offered"
    );
}

#[tokio::test]
async fn booking_goes_on_without_redis() {
    let app = Setup::new().without_redis().start().await;
    let mut browser = app.browser(&app.haltern);
    let details = held(&mut browser).await;
    let review = browser.submit(&filled(&details)).await;
    assert!(
        html::text(&review.text()).contains("Mustermann"),
        "{} {}",
        browser.path,
        html::text(&review.text())
    );
    let done = browser.submit(&Browser::form(&review, "/buchen")).await;
    assert!(done.status.is_success(), "{}", html::text(&done.text()));
    assert_eq!(appointments(&app).await, 1);
    app.run_jobs().await;
    assert_eq!(app.mails_to("erika@example.org").len(), 1);
}

#[tokio::test]
async fn a_browser_without_cookies_is_told_what_to_do() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    browser.takes_cookies = false;
    let answer = held(&mut browser).await;
    let text = html::text(&answer.text());
    assert!(text.contains("Cookie") && text.contains("02364 933-0"), "{text}");
}

#[tokio::test]
async fn the_language_stays_on_the_same_step() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let details = held(&mut browser).await;
    // the button belongs to the form, so that what was typed goes along
    let mut form =
        Browser::form(&details, "/angaben").with("lastName", "Halbfertig").with("sprache", "en");
    form.action = "/sprache".to_owned();
    let english = browser.submit(&form).await;
    assert_eq!(Browser::form(&english, "/angaben").value("lastName"), Some("Halbfertig"));
    assert!(browser.path.starts_with("/angaben"), "{}", browser.path);
    assert!(
        english.text().contains("lang=\"en\"")
            && html::text(&english.text()).contains("First name"),
        "{}",
        html::text(&english.text())
    );

    for target in
        ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
    {
        let answer = browser
            .send_form(&Form {
                action: "/sprache".to_owned(),
                method: "post".to_owned(),
                fields: vec![
                    ("sprache".to_owned(), "de".to_owned()),
                    ("zurueck".to_owned(), target.to_owned()),
                ],
                choices: Vec::new(),
            })
            .await;
        assert!(
            !answer.header("location").contains("evil")
                && !answer.header("location").contains("javascript"),
            "{target}"
        );
    }
}

#[tokio::test]
async fn personal_pages_are_kept_by_nobody() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let review = checked(&mut browser).await;
    assert!(
        review.header("cache-control").contains("no-store"),
        "{}",
        review.header("cache-control")
    );
    let done = browser.submit(&Browser::form(&review, "/buchen")).await;
    assert!(done.header("cache-control").contains("no-store"));
}

#[tokio::test]
async fn every_error_page_helps_in_the_person_s_language() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    for language in ["de", "en"] {
        browser.language = language.to_owned();
        for path in [
            "/nowhere",
            "/termin/ansicht?t=nothing",
            "/angaben?entwurf=nothing",
            "/pruefen",
            "/kalender/termin.ics?entwurf=x",
            "/datenschutz?version=4711",
        ] {
            let answer = browser.open(path).await;
            assert!(
                answer.status.is_client_error() || answer.status.is_success(),
                "{path}: {}",
                answer.status
            );
            let page = answer.text();
            assert!(page.contains(&format!("lang=\"{language}\"")), "{path}");
            assert_eq!(page.matches("<h1").count(), 1, "{path} has one heading");
            for internal in ["Error(", "panicked", "sqlx", "SELECT", "todo", "not-found"] {
                assert!(!html::text(&page).contains(internal), "{path}: {internal}");
            }
        }
    }
}

#[tokio::test]
async fn searching_knows_everyday_words() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let found = html::text(&browser.open("/?q=Perso+verloren").await.text());
    assert!(found.contains("Personalausweis"), "{found}");
    let nothing = html::text(&browser.open("/?q=Einhorn").await.text());
    assert!(
        nothing.contains("02364 933-0") || nothing.contains("Anliegen"),
        "an empty answer says what to do next: {nothing}"
    );
    let script = browser.open("/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await.text();
    assert!(!script.contains("<script>alert"), "escaped");
}
