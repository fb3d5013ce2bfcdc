//! A citizen's account over pages, by HTTP alone: no JavaScript, and the code from the mail.

use chrono::TimeDelta;
use http::StatusCode;
use tests::{Answer, Browser, Setup, TestApp, citizens::PASSWORD, html};

const ERIKA: &str = "erika@example.org";
const WITH_NEW_ADDRESS: &str = "erika.neu@example.org";

fn text(answer: &Answer) -> String {
    html::text(&answer.text())
}

/// Types a code and presses the button of the page that asks.
async fn confirm(browser: &mut Browser<'_>, code: &str, password: &str) -> Answer {
    let asked = browser.post("/konto/code", &[("code", code)]).await;
    let mut form = Browser::form(&asked, "/konto/code").with("ja", "ja");
    if form.value("passwort").is_some() {
        form = form.with("passwort", password);
    }
    browser.submit(&form).await
}

async fn register(browser: &mut Browser<'_>, email: &str) -> Answer {
    let page = browser.open("/konto/registrieren").await;
    let form = Browser::form(&page, "/konto/registrieren")
        .with("firstName", "Erika")
        .with("lastName", "Mustermann")
        .with("email", email)
        .with("phone", "0151 23456789");
    browser.submit(&form).await
}

async fn sign_in(browser: &mut Browser<'_>, email: &str, password: &str) -> Answer {
    let page = browser.open("/konto/anmelden").await;
    let form = Browser::form(&page, "/konto/anmelden");
    browser.submit(&form.with("email", email).with("passwort", password)).await
}

/// Books what the first page offers first, and returns the form of the details as it came.
async fn book(browser: &mut Browser<'_>) -> Answer {
    let start = browser.open("/").await;
    let form = Browser::form(&start, "/termine").with("anliegen", "personalausweis");
    let times = browser.submit(&form).await;
    let form = Browser::form(&times, "/reservieren");
    let (name, value) = form.choices.first().cloned().expect("a time");
    let details = browser.submit(&form.with(&name, &value)).await;
    let review = browser.submit(&Browser::form(&details, "/angaben")).await;
    let done = browser.submit(&Browser::form(&review, "/buchen")).await;
    assert!(browser.path.starts_with("/bestaetigung"), "{}", text(&done));
    details
}

#[tokio::test]
async fn a_citizen_registers_books_moves_to_another_address_and_signs_out_everywhere() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mut browser = app.browser(town);
    let sent = register(&mut browser, ERIKA).await;
    assert_eq!(browser.path, "/konto/code?gesendet=registrierung");
    assert!(text(&sent).contains("Wir haben eine E-Mail"), "{}", text(&sent));
    assert!(browser.cookies.is_empty(), "nothing to remember yet");
    assert_eq!(app.rows_of("account").await, 0, "the account begins with the mail");

    let code = app.code_for(ERIKA).await;
    let account = confirm(&mut browser, &code, PASSWORD).await;
    assert!(browser.path.starts_with("/konto?"), "{}: {}", browser.path, text(&account));
    for part in ["Ihr Konto ist angelegt", "Erika Mustermann", ERIKA, "+4915123456789"] {
        assert!(text(&account).contains(part), "{part} is not in {}", text(&account));
    }

    // signed in, the form knows who comes, and the account knows the appointment
    let details = book(&mut browser).await;
    let form = Browser::form(&details, "/angaben");
    assert_eq!(form.value("lastName"), Some("Mustermann"));
    assert_eq!(form.value("email"), Some(ERIKA));
    let account = browser.open("/konto").await;
    assert!(text(&account).contains("Dienstag, 8. Dezember 2026"), "{}", text(&account));
    let opened = browser.submit(&Browser::form(&account, "/konto/termin")).await;
    assert!(browser.path.starts_with("/termin/ansicht?t="), "{}", browser.path);
    assert!(text(&opened).contains("Termin absagen"), "{}", text(&opened));
    assert!(!opened.text().contains("/konto/termin/uebernehmen"), "it is theirs already");

    // another browser, with the password
    let mut phone = app.browser(town);
    sign_in(&mut phone, ERIKA, PASSWORD).await;
    assert_eq!(phone.path, "/konto");

    let page = browser.open("/konto/angaben").await;
    let form = Browser::form(&page, "/konto/adresse").with("email", WITH_NEW_ADDRESS);
    browser.submit(&form).await;
    assert_eq!(browser.path, "/konto/code?gesendet=adresse");
    let page = phone.open("/konto").await;
    assert!(text(&page).contains(ERIKA) && !text(&page).contains(WITH_NEW_ADDRESS));
    let code = app.code_for(WITH_NEW_ADDRESS).await;
    let changed = confirm(&mut browser, &code, "").await;
    assert!(text(&changed).contains(WITH_NEW_ADDRESS), "{}", text(&changed));
    phone.open("/konto").await;
    assert_eq!(phone.path, "/konto/anmelden", "all other devices are signed out");
    app.run_jobs().await;
    assert!(app.mails_to(ERIKA)[0].subject.contains("wurde geändert"), "the old address hears");
    let refused = sign_in(&mut phone, ERIKA, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", text(&refused));
    sign_in(&mut phone, WITH_NEW_ADDRESS, PASSWORD).await;
    assert_eq!(phone.path, "/konto");

    let page = browser.open("/konto/sitzungen").await;
    assert!(text(&page).contains("dieses Gerät"), "{}", text(&page));
    browser.post("/konto/sitzungen", &[("aktion", "alle")]).await;
    assert!(browser.path.starts_with("/konto/anmelden"), "{}", browser.path);
    for browser in [&mut browser, &mut phone] {
        browser.open("/konto").await;
        assert_eq!(browser.path, "/konto/anmelden");
    }
}

#[tokio::test]
async fn a_code_signs_in_and_opening_its_page_does_not() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    app.citizen(town, ERIKA, None).await;
    let mut browser = app.browser(town);
    let page = browser.open("/konto/anmelden").await;
    assert!(browser.cookies.is_empty() && page.header("x-robots-tag").contains("noindex"));
    assert_eq!(page.header("cache-control"), "no-store");
    let form = Browser::form(&page, "/konto/anmelden");
    browser.submit(&form.with("email", ERIKA).with("aktion", "code")).await;
    assert_eq!(browser.path, "/konto/code?gesendet=anmeldung");
    let code = app.code_for(ERIKA).await;

    // what the script or a scanner does: nothing comes of it, however often
    for _ in 0..2 {
        let asked = browser.post("/konto/code", &[("code", &code)]).await;
        assert!(text(&asked).contains(ERIKA) && text(&asked).contains("Jetzt anmelden"));
        assert!(browser.cookies.is_empty(), "nobody is signed in");
    }
    confirm(&mut browser, &code, "").await;
    assert_eq!(browser.path, "/konto");
    let history = browser.open("/konto/anmeldungen").await;
    assert!(text(&history).contains("Code per E-Mail"), "{}", text(&history));
    assert!(text(&history).contains("192.0.2.7"), "{}", text(&history));

    let mut other = app.browser(town);
    let again = other.post("/konto/code", &[("code", &code)]).await;
    assert!(text(&again).contains("Dieser Code gilt nicht"), "{}", text(&again));
}

#[tokio::test]
async fn what_was_typed_stays_and_passwords_do_not() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let page = browser.open("/konto/registrieren").await;
    let form = Browser::form(&page, "/konto/registrieren")
        .with("firstName", "Erika")
        .with("email", "erika@");
    let page = browser.submit(&form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = Browser::form(&page, "/konto/registrieren");
    assert_eq!((form.value("firstName"), form.value("email")), (Some("Erika"), Some("erika@")));
    assert_eq!(app.rows_of("account_code").await, 0);

    app.citizen(&app.haltern, ERIKA, Some(PASSWORD)).await;
    let page = sign_in(&mut browser, ERIKA, "falsch und geheim").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(Browser::form(&page, "/konto/anmelden").value("email"), Some(ERIKA));
    assert!(!page.text().contains("falsch und geheim"));
    assert!(browser.cookies.is_empty());

    register(&mut browser, "max@example.org").await;
    let code = app.code_for("max@example.org").await;
    let page = confirm(&mut browser, &code, "max@example").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "easy to guess");
    let page = confirm(&mut browser, &code, PASSWORD).await;
    assert!(text(&page).contains("Ihr Konto ist angelegt"), "the code was not used up");
}

#[tokio::test]
async fn a_guests_appointment_can_be_claimed_with_its_code() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mine = app.an_appointment(town).await;
    let account = app.citizen(town, "max@example.org", None).await;
    let mut browser = app.signed_in(town, &account).await;
    let page = browser.post("/termin", &[("code", &mine.manage_token)]).await;
    let page = browser.submit(&Browser::form(&page, "/konto/termin/uebernehmen")).await;
    assert!(text(&page).contains(&mine.reference), "{}", text(&page));

    let other = app.citizen(town, ERIKA, None).await;
    let mut other = app.signed_in(town, &other).await;
    other.post("/termin", &[("code", &mine.manage_token)]).await;
    let refused =
        other.post("/konto/termin/uebernehmen", &[("code", mine.manage_token.as_str())]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", text(&refused));
    assert!(!text(&other.open("/konto").await).contains(&mine.reference));
}

#[tokio::test]
async fn an_account_can_be_deleted_and_its_appointments_stay() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.citizen(town, ERIKA, Some(PASSWORD)).await;
    let mut browser = app.signed_in(town, &account).await;
    book(&mut browser).await;
    let keys = app.rows_of("keys.subject_key").await;
    let page = browser.open("/konto/loeschen").await;
    let page = browser.submit(&Browser::form(&page, "/konto/loeschen")).await;
    assert!(text(&page).contains("Ihr Konto ist gelöscht"), "{}", text(&page));
    for (table, left) in
        [("account", 0), ("sign_in", 0), ("account_appointment", 0), ("appointment", 1)]
    {
        assert_eq!(app.rows_of(table).await, left, "{table}");
    }
    assert_eq!(app.rows_of("keys.subject_key").await, keys, "theirs went, the note's came");
    app.run_jobs().await;
    assert!(app.mails_to(ERIKA).iter().any(|mail| mail.subject.contains("gelöscht")));
    // the note's key goes with the note
    app.advance(TimeDelta::hours(27));
    app.housekeeping().await;
    assert_eq!(app.rows_of("account_code").await, 0);
    assert!(app.rows_of("keys.subject_key").await < keys);
    browser.open("/konto").await;
    assert_eq!(browser.path, "/konto/anmelden");
}

#[tokio::test]
async fn a_password_can_be_changed_and_removed() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.citizen(town, ERIKA, Some(PASSWORD)).await;
    let mut browser = app.signed_in(town, &account).await;
    let mut other = app.signed_in(town, &account).await;
    app.advance(TimeDelta::minutes(11));
    let new = [("neu", "vier Enten am Stausee")];
    let refused = browser.post("/konto/passwort", &new).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "not fresh any more");
    let wrong = [new[0], ("passwort", "das ist es nicht")];
    let refused = browser.post("/konto/passwort", &wrong).await;
    assert!(text(&refused).contains("Das Passwort stimmt nicht"), "{}", text(&refused));
    let before = browser.cookies["sid"].clone();
    let page = browser.post("/konto/passwort", &[new[0], ("passwort", PASSWORD)]).await;
    assert!(text(&page).contains("Gespeichert"), "{}", text(&page));
    assert_ne!(browser.cookies["sid"], before, "a new id");
    other.open("/konto").await;
    assert_eq!(other.path, "/konto/anmelden");
    app.run_jobs().await;
    assert!(app.mails_to(ERIKA)[0].subject.contains("Passwort wurde geändert"));

    browser.post("/konto/passwort", &[("aktion", "entfernen")]).await;
    let refused = sign_in(&mut other, ERIKA, new[0].1).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_nobody_uses_goes_by_itself() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mut browser = app.browser(town);
    register(&mut browser, "nie@example.org").await;
    assert_eq!(app.rows_of("keys.subject_key").await, 1);
    app.citizen(town, ERIKA, None).await;
    app.advance(TimeDelta::hours(26));
    app.housekeeping().await;
    assert_eq!(app.rows_of("account_code").await, 0);
    assert_eq!(app.rows_of("keys.subject_key").await, 1, "the account's stays");

    app.advance(TimeDelta::days(697));
    app.housekeeping().await;
    app.run_jobs().await;
    assert!(!app.mails_to(ERIKA)[0].subject.contains("löschen"), "not yet");
    app.advance(TimeDelta::days(5));
    for _ in 0..2 {
        app.housekeeping().await;
    }
    app.run_jobs().await;
    let warned = app.mails_to(ERIKA);
    let warnings = warned.iter().filter(|mail| mail.subject.contains("bald")).count();
    assert_eq!(warnings, 1, "{warned:?}");
    app.advance(TimeDelta::days(29));
    app.housekeeping().await;
    assert_eq!(app.rows_of("account").await, 1);
    app.advance(TimeDelta::days(2));
    app.housekeeping().await;
    assert_eq!(app.rows_of("account").await, 0);
}

#[tokio::test]
async fn without_redis_the_pages_say_so_and_booking_goes_on() {
    let app = Setup::new().without_redis().start().await;
    let mut browser = app.browser(&app.haltern);
    let page = browser.open("/konto/anmelden").await;
    assert_eq!(page.status, StatusCode::OK, "without a cookie nothing is known of the store yet");
    let mut with_cookie = app.browser(&app.haltern);
    with_cookie.cookies.insert("sid".to_owned(), "A".repeat(43));
    let page = with_cookie.open("/konto/anmelden").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(&page).contains("Einen Termin können Sie trotzdem buchen"), "{}", text(&page));
    for path in ["/konto", "/konto/sitzungen"] {
        let page = with_cookie.open(path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(text(&page).contains("Einen Termin können Sie trotzdem buchen"), "{path}");
    }
    app.citizen(&app.haltern, ERIKA, Some(PASSWORD)).await;
    let refused = sign_in(&mut browser, ERIKA, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", text(&refused));
    app.an_appointment(&app.haltern).await;
}

#[tokio::test]
async fn without_mail_there_are_no_accounts() {
    let app = Setup::new().change_haltern("mail.enabled", false).start().await;
    let mut browser = app.browser(&app.haltern);
    let start = browser.open("/").await;
    assert!(!start.text().contains("/konto"), "no way leads there");
    let page = browser.open("/konto/registrieren").await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let page = browser.open("/konto/anmelden").await;
    assert!(!page.text().contains("value=\"code\""), "{}", text(&page));
}
