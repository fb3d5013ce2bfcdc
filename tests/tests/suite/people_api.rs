//! The office's people over GraphQL, at the command line and by mail.

use std::process::{Command, Output};

use kernel::{Clock, Role, SystemClock};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tests::{Answer, Browser, PASSWORD, Setup, TestApp, Town};

const PEOPLE: &str = "query($first: Int!, $after: ID) { people(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { id firstName lastName email state hasSecondFactor lastUsedAt grants { role location { id name } } } } }";

async fn ask(
    app: &TestApp,
    town: &Town,
    browser: &Browser<'_>,
    query: &str,
    variables: Value,
) -> Answer {
    let cookie = format!("sid={}", browser.cookies["sid"]);
    let origin = format!("http://{}", town.host);
    let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
    app.graphql_at(&town.host, query, variables, &headers).await
}

fn mutation(name: &str, input: &str, rest: &str) -> String {
    format!("mutation($input: {input}!) {{ {name}(input: $input) {{ {rest} }} }}")
}

#[tokio::test]
async fn everything_about_people_over_the_api() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let administrator = app.person(town, Role::TenantAdministrator).await;
    let mut browser = app.browser(town);
    app.sign_in(&mut browser, &administrator).await;
    let viewer = "{ viewer { signedIn roles name grants { role location { id } } } }";
    let answer = ask(&app, town, &browser, viewer, json!({})).await;
    assert_eq!(answer.data("viewer/grants/0/role"), "TENANT_ADMINISTRATOR");
    assert_eq!(answer.data("viewer/grants/0/location"), Value::Null);
    assert!(answer.string("viewer/name").starts_with("Kim "));

    app.advance(chrono::TimeDelta::seconds(1));
    let location = app.graphql(town, "{ locations { id } }", json!({})).await;
    let location = location.string("locations/0/id");
    let input = json!({ "firstName": "Neu", "lastName": "Kollegin", "email": "neu@haltern.example",
        "locale": "EN", "grants": [{ "role": "CLERK", "locationId": location }] });
    let rest = "person { id state grants { role location { id } } }";
    let invite = mutation("invitePerson", "InvitePersonInput", rest);
    let answer = ask(&app, town, &browser, &invite, json!({ "input": input })).await;
    assert_eq!(answer.data("invitePerson/person/state"), "INVITED");
    assert_eq!(answer.data("invitePerson/person/grants/0/location/id"), location.as_str());
    let id = answer.string("invitePerson/person/id");
    let again = ask(&app, town, &browser, &invite, json!({ "input": input })).await;
    assert_eq!(again.code(), "CONFLICT");

    let first = ask(&app, town, &browser, PEOPLE, json!({ "first": 1 })).await;
    assert_eq!(first.data("people/pageInfo/hasNextPage"), true);
    let after = first.data("people/pageInfo/endCursor");
    let second = ask(&app, town, &browser, PEOPLE, json!({ "first": 1, "after": after })).await;
    assert_eq!(second.data("people/nodes/0/id"), id.as_str());
    assert_eq!(second.data("people/pageInfo/hasNextPage"), false);
    let wrong = ask(&app, town, &browser, PEOPLE, json!({ "first": 101 })).await;
    assert_eq!(wrong.code(), "BAD_INPUT");

    let update =
        mutation("updatePerson", "UpdatePersonInput", "person { lastName grants { role } }");
    let bound = json!({ "personId": id, "grants": [{ "role": "DATA_PROTECTION_OFFICER", "locationId": location }] });
    let answer = ask(&app, town, &browser, &update, json!({ "input": bound })).await;
    assert_eq!(answer.code(), "BAD_INPUT");
    let change =
        json!({ "personId": id, "lastName": "Anders", "grants": [{ "role": "OFFICE_MANAGER" }] });
    let answer = ask(&app, town, &browser, &update, json!({ "input": change })).await;
    assert_eq!(answer.data("updatePerson/person/lastName"), "Anders");
    assert_eq!(answer.data("updatePerson/person/grants/0/role"), "OFFICE_MANAGER");

    for (name, state) in
        [("lockPerson", "LOCKED"), ("unlockPerson", "INVITED"), ("resetSecondFactor", "INVITED")]
    {
        let query = mutation(name, "PersonInput", "person { state }");
        let input = json!({ "input": { "personId": id } });
        let answer = ask(&app, town, &browser, &query, input).await;
        assert_eq!(answer.data(&format!("{name}/person/state")), state, "{}", answer.text());
    }
    let lock = mutation("lockPerson", "PersonInput", "person { id }");
    let own = json!({ "input": { "personId": administrator.account.id.to_string() } });
    let answer = ask(&app, town, &browser, &lock, own).await;
    assert_eq!(answer.code(), "CONFLICT", "the last administrator");
    let remove = mutation("removePerson", "PersonInput", "personId");
    let input = json!({ "input": { "personId": id } });
    let answer = ask(&app, town, &browser, &remove, input.clone()).await;
    assert_eq!(answer.data("removePerson/personId"), id.as_str());
    let answer = ask(&app, town, &browser, &remove, input).await;
    assert_eq!(answer.code(), "NOT_FOUND");
}

#[tokio::test]
async fn nobody_else_reads_or_changes_people_over_the_api() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let other = app.staff(town, Role::Clerk).await.id.to_string();
    let key = app.office_key(town, kernel::Scopes::ALL).await;
    let input = json!({ "input": { "personId": other } });
    let mut queries = vec![(PEOPLE.to_owned(), json!({ "first": 1 }))];
    for name in ["lockPerson", "unlockPerson", "resetSecondFactor"] {
        queries.push((mutation(name, "PersonInput", "person { id }"), input.clone()));
    }
    queries.push((mutation("removePerson", "PersonInput", "personId"), input.clone()));
    let update = mutation("updatePerson", "UpdatePersonInput", "person { id }");
    queries.push((update, json!({ "input": { "personId": other, "firstName": "X" } })));
    let invite = mutation("invitePerson", "InvitePersonInput", "person { id }");
    let person = json!({ "firstName": "A", "lastName": "B", "email": "a@b.example", "grants": [{ "role": "CLERK" }] });
    queries.push((invite, json!({ "input": person })));
    for role in [Role::Clerk, Role::OfficeManager, Role::DataProtectionOfficer] {
        let browser = app.office_browser(town, role).await;
        for (query, variables) in &queries {
            let answer = ask(&app, town, &browser, query, variables.clone()).await;
            assert_eq!(answer.code(), "FORBIDDEN", "{role:?} {query}");
        }
    }
    let neighbour = app.office_browser(&app.musterstadt, Role::TenantAdministrator).await;
    for (query, variables) in &queries {
        assert_eq!(app.graphql(town, query, variables.clone()).await.code(), "FORBIDDEN");
        let answer = app.graphql_as(town, &key, query, variables.clone()).await;
        assert_eq!(answer.code(), "FORBIDDEN", "{query}");
        if query.contains("PersonInput!") && !query.contains("invitePerson") {
            let answer = ask(&app, &app.musterstadt, &neighbour, query, variables.clone()).await;
            assert_eq!(answer.code(), "NOT_FOUND", "{query}");
        }
    }
}

#[tokio::test]
async fn the_mail_brings_the_code() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let (account, code) = app.invited(town, Role::Clerk).await;
    app.run_jobs().await;
    let mail = app.mails_to(&account.profile.email).swap_remove(0);
    let link = format!("http://{}/amt/code#{code}", town.host);
    assert!(mail.text.contains(&link), "{}", mail.text);
    let mut browser = app.browser(town);
    browser.post("/amt/code", &[("code", &code)]).await;
    let fields = [("passwort", PASSWORD), ("wiederholung", PASSWORD)];
    browser.post("/amt/einrichten", &fields).await;
    // who accepted once is not invited again by a mail that is still under way
    app.run_jobs().await;
    assert_eq!(app.mails_to(&account.profile.email).len(), 1);
}

fn command(app: &TestApp, arguments: &[&str]) -> Output {
    Command::new(tests::binary())
        .arg("person")
        .args(arguments)
        .env("STADTTERMIN_DATABASE__URL", app.database.app_url.expose_secret())
        .env("STADTTERMIN_KEYS__MASTER", app.master_key())
        .env_remove("STADTTERMIN_DATABASE__ADMIN_URL")
        .output()
        .expect("the program")
}

#[tokio::test]
async fn the_first_administrator_comes_from_the_command_line() {
    // the program has the machine's clock
    let app = Setup::new().at_real_time(SystemClock.now().timestamp_millis()).start().await;
    app.advance(chrono::TimeDelta::minutes(10));
    let town = ["--tenant", "haltern"];
    let email = ["--email", "Vera@haltern.example"];
    let name = ["--first-name", "Vera", "--last-name", "Waltung", "--role", "tenant-administrator"];
    let run = |command_name: &str, more: &[&str]| {
        let arguments = [&[command_name], &town[..], more].concat();
        let done = command(&app, &arguments);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        (done.status.success(), String::from_utf8_lossy(&done.stdout).trim().to_owned(), said)
    };
    let (done, printed, said) = run("invite", &[&email[..], &name[..]].concat());
    assert!(done && printed.is_empty(), "{said}");
    assert!(said.contains("Vera Waltung"), "{said}");
    app.run_jobs().await;
    let mail = app.mails_to("Vera@haltern.example").swap_remove(0);
    assert!(mail.text.contains("/amt/code#"));
    let (done, _, said) = run("invite", &[&email[..], &name[..]].concat());
    assert!(!done && said.contains("account for this email address"), "{said}");

    // without mail the code is printed, and opens what the mail's did
    let (done, code, said) = run("reset", &[&email[..], &["--print-code"]].concat());
    assert!(done, "{said}");
    let mut browser = app.browser(&app.haltern);
    browser.post("/amt/code", &[("code", &code)]).await;
    assert_eq!(browser.path, "/amt/einrichten");

    let (done, _, said) = run("list", &[]);
    assert!(!done && said.contains("betreiberzugriff"), "{said}");
    let (done, listed, said) = run("list", &["--break-glass", "die erste Einrichtung"]);
    assert!(
        done && listed.contains("vera@haltern.example") || listed.contains("Vera@haltern.example"),
        "{said}"
    );
    assert!(listed.contains("invited  tenant-administrator  never used"), "{listed}");
    let (done, _, said) = run("lock", &email);
    assert!(!done && said.contains("administer the service"), "{said}");
    let (done, _, said) = run("unlock", &["--email", "niemand@haltern.example"]);
    assert!(!done && said.contains("nobody of the office"), "{said}");
    let (done, _, said) = run(
        "invite",
        &["--email", "x", "--first-name", "A", "--last-name", "B", "--role", "clerk"],
    );
    assert!(!done && said.contains("email:"), "{said}");
}
