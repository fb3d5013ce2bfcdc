//! People's rights to their data: access, portability, restriction, objection, erasure, and requests with a clock.

mod copy;
mod erasure;
mod requests;
mod restore;
mod restriction;
mod verified;

use serde_json::{Value, json};
use tests::{Answer, Browser, TestApp, Town, booking::Appointment};

const GUEST: &str = "/datenschutz/meine-daten";
const MY_DATA: &str = "query($t: String) { myData(manageToken: $t) { schema data } }";
const ERASE: &str = "mutation($input: EraseMyDataInput!) { eraseMyData(input: $input) { erased } }";
const CHOOSE: &str =
    "mutation($input: ChooseForMyDataInput!) { chooseForMyData(input: $input) { choice } }";

/// Somebody with a name that occurs nowhere else.
fn canary() -> Value {
    json!({ "firstName": "Kanarina", "lastName": "Zwitschervogel", "email": "kanarina@example.org",
        "phone": "0160 98765432" })
}

/// What of them could be found anywhere.
const CANARY: [&str; 4] = ["Kanarina", "Zwitschervogel", "kanarina@example.org", "+4916098765432"];

/// Two appointments of the canary's, and the messages about them.
async fn two_appointments(app: &TestApp, town: &Town) -> Vec<Appointment> {
    let slots = app.free(town).await;
    let mut booked = Vec::new();
    for slot in slots.iter().step_by(4).take(2) {
        booked.push(app.booked(town, slot, canary()).await);
    }
    app.run_jobs().await;
    booked
}

/// The copy for whoever has the token of an appointment.
async fn copy_by_token(app: &TestApp, town: &Town, token: &str) -> Answer {
    app.graphql(town, MY_DATA, json!({ "t": token })).await
}

/// A guest's browser that has read the mail with the code.
async fn by_mail<'a>(app: &'a TestApp, town: &Town, email: &str) -> Browser<'a> {
    let mut browser = app.browser(town);
    let sent = browser.post(GUEST, &[("email", email)]).await;
    assert!(sent.text().contains("zehn Minuten"), "{}", sent.text());
    let code = app.code_for(email).await;
    let asked = browser.post(&format!("{GUEST}/code"), &[("code", &code)]).await;
    assert!(asked.text().contains(email), "{}", asked.text());
    browser.post(&format!("{GUEST}/code"), &[("code", &code), ("ja", "1")]).await;
    assert_eq!(browser.path, format!("{GUEST}/ansicht"));
    browser
}

/// A guest's browser that has opened an appointment, and the name under which the session keeps it.
async fn by_code<'a>(app: &'a TestApp, town: &Town, token: &str) -> (Browser<'a>, String) {
    let mut browser = app.browser(town);
    browser.post("/termin", &[("code", token)]).await;
    let name = browser.path.split("t=").nth(1).expect("a name").to_owned();
    (browser, name)
}
