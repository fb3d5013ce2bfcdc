//! Every field of the operator's API, tried by everybody. What comes of it is `operator_sweep.txt`, and must be what the table
//! of rights says. `SWEEP_WRITE=1` writes it anew; somebody must read what changed.

use std::{collections::BTreeSet, fmt::Write};

use kernel::{
    Actor, Role, Scope, Scopes,
    policy::{self, Action},
};
use serde_json::{Value, json};
use tests::{Answer, NameServer, Setup, TestApp, repository};

use crate::{operator_api as api, operator_domains as domains};

const ANNOUNCE: &str =
    "mutation($input: TenantInput!) { announceTenantDeletion(input: $input) { deleteAfter } }";
const WITHDRAW: &str =
    "mutation($input: TenantInput!) { withdrawTenantDeletion(input: $input) { tenant { id } } }";

/// A question's variables, for a municipality and a running number.
type Variables = fn(&str, usize) -> Value;

/// A field, what one must be allowed to do, how it is asked, and what is asked before so that it can be done.
struct Entry {
    name: &'static str,
    action: Action,
    query: &'static str,
    variables: Variables,
    before: &'static [(&'static str, Variables)],
}

fn entry(
    name: &'static str,
    action: Action,
    query: &'static str,
    variables: Variables,
    before: &'static [(&'static str, Variables)],
) -> Entry {
    Entry { name, action, query, variables, before }
}

fn one(id: &str, _: usize) -> Value {
    json!({ "input": { "tenantId": id } })
}

fn domain(id: &str, number: usize) -> Value {
    json!({ "input": { "tenantId": id, "domain": format!("t{number}.haltern.example") } })
}

fn reason(id: &str, _: usize) -> Value {
    json!({ "input": { "tenantId": id, "reason": "Der Vertrag ruht." } })
}

fn entries() -> Vec<Entry> {
    use Action as A;
    let none = |_: &str, _: usize| json!({});
    vec![
        entry("viewer", A::ReadPublic, "{ viewer { signedIn } }", none, &[]),
        entry("tenants", A::ReadPlatform, "{ tenants { nodes { slug } } }", none, &[]),
        entry(
            "tenant",
            A::ReadPlatform,
            "query($id: ID!) { tenant(id: $id) { slug } }",
            |id, _| json!({ "id": id }),
            &[],
        ),
        entry(
            "createTenant",
            A::ConfigureTenant,
            api::CREATE,
            |_, number| {
                let mut input = api::neustadt();
                input["slug"] = json!(format!("neu{number}"));
                json!({ "input": input })
            },
            &[],
        ),
        entry(
            "updateTenant",
            A::ConfigureTenant,
            api::UPDATE,
            |id, number| json!({ "input": { "tenantId": id, "phone": format!("{number}") } }),
            &[],
        ),
        entry("suspendTenant", A::ConfigureTenant, api::SUSPEND, reason, &[(api::RESUME, one)]),
        entry("resumeTenant", A::ConfigureTenant, api::RESUME, one, &[(api::SUSPEND, reason)]),
        entry("announceTenantDeletion", A::ConfigureTenant, ANNOUNCE, one, &[]),
        entry("withdrawTenantDeletion", A::ConfigureTenant, WITHDRAW, one, &[]),
        entry(
            "addTenantDomain",
            A::ConfigureTenant,
            domains::ADD,
            domain,
            &[(domains::REMOVE, domain)],
        ),
        entry(
            "proveTenantDomain",
            A::ConfigureTenant,
            domains::PROVE,
            domain,
            &[(domains::ADD, domain)],
        ),
        entry(
            "setTenantQuota",
            A::ConfigureTenant,
            "mutation($input: SetTenantQuotaInput!) { setTenantQuota(input: $input) { tenant { id } } }",
            |id, _| json!({ "input": { "tenantId": id, "name": "PEOPLE", "most": 99 } }),
            &[],
        ),
        entry(
            "rotateKeys",
            A::RotateKeys,
            "mutation { rotateKeys(input: {}) { rotated remaining } }",
            none,
            &[],
        ),
        entry(
            "removeTenantDomain",
            A::ConfigureTenant,
            domains::REMOVE,
            domain,
            &[(domains::ADD, domain)],
        ),
    ]
}

/// Somebody who tries, at the operator's host.
struct Who {
    name: &'static str,
    actor: Actor,
    headers: Vec<(&'static str, String)>,
}

impl Who {
    async fn ask(&self, app: &TestApp, query: &str, variables: Value) -> Answer {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        app.graphql_at("ops.localhost", query, variables, &headers).await
    }
}

async fn everybody(app: &TestApp) -> Vec<Who> {
    let ops = app.platform().await;
    let nobody = || kernel::AccountId::from(uuid::Uuid::nil());
    let key = |scopes: Scopes| Actor::Program { key: uuid::Uuid::nil().into(), scopes };
    let bearer = |token: String| vec![("authorization", format!("Bearer {token}"))];
    let cookie = |browser: &tests::Browser<'_>| {
        let sid = browser.cookies.get("sid").expect("a session");
        vec![("cookie", format!("sid={sid}")), ("origin", "http://ops.localhost".to_owned())]
    };
    let operator = app.office_browser(&ops, Role::Operator).await;
    let administrator = app.office_browser(&app.haltern, Role::TenantAdministrator).await;
    let staff = |role: Role| Actor::Staff { account: nobody(), grants: role.into() };
    vec![
        Who { name: "ohne Anmeldung", actor: Actor::Citizen, headers: Vec::new() },
        Who { name: "Betrieb", actor: staff(Role::Operator), headers: cookie(&operator) },
        Who {
            name: "Schlüssel PLATFORM_READ",
            actor: key(Scope::PlatformRead.into()),
            headers: bearer(app.office_key(&ops, Scope::PlatformRead).await),
        },
        Who {
            name: "Schlüssel PLATFORM_WRITE",
            actor: key(Scope::PlatformWrite.into()),
            headers: bearer(app.office_key(&ops, Scope::PlatformWrite).await),
        },
        // what belongs to a municipality is nothing here
        Who {
            name: "Verwaltung einer Kommune",
            actor: Actor::Citizen,
            headers: cookie(&administrator),
        },
        Who {
            name: "Schlüssel einer Kommune",
            actor: Actor::Citizen,
            headers: bearer(app.office_key(&app.haltern, Scopes::ALL).await),
        },
    ]
}

#[tokio::test]
async fn everybody_reaches_what_the_table_of_rights_says_and_nothing_else() {
    let server = NameServer::start().await;
    let app = Setup::new().name_server(&server).start().await;
    let everybody = everybody(&app).await;
    let id = app.haltern.id.to_string();
    let mut matrix = String::from(
        "Felder der Schnittstelle des Betreibers: wer was erreicht (operator_sweep.rs)\n\n",
    );
    let (mut wrong, mut number) = (Vec::new(), 0);
    for entry in entries() {
        let _ = writeln!(matrix, "{}", entry.name);
        for who in &everybody {
            number += 1;
            for (query, variables) in entry.before {
                // what is there already stays
                everybody[3].ask(&app, query, variables(&id, number)).await;
            }
            let answer = who.ask(&app, entry.query, (entry.variables)(&id, number)).await;
            let is_foreign = who.name == "Schlüssel einer Kommune";
            let may = policy::allows(&who.actor, entry.action) && !is_foreign;
            let code = answer.code();
            let (sign, should) = match code.as_str() {
                "" => ("ja", true),
                "FORBIDDEN" => ("403", false),
                "UNAUTHENTICATED" => ("401", false),
                other => (other, !may),
            };
            if should != may {
                wrong.push(format!("{} as {}: {}", entry.name, who.name, answer.text()));
            }
            if !may && entry.action != Action::ReadPublic {
                // another municipality's id and one that never was are told apart by nobody
                let invented = uuid::Uuid::from_u128(rand::random()).to_string();
                let other = who.ask(&app, entry.query, (entry.variables)(&invented, number)).await;
                assert_eq!(answer.errors_without_request_id(), other.errors_without_request_id());
            }
            let _ = writeln!(matrix, "  {:<26} {sign}", who.name);
        }
    }
    assert!(wrong.is_empty(), "{}\n\n{matrix}", wrong.join("\n"));
    let path = repository::root().join("tests/tests/suite/operator_sweep.txt");
    if std::env::var_os("SWEEP_WRITE").is_some_and(|set| !set.is_empty()) {
        std::fs::write(&path, &matrix).expect("written");
    }
    let agreed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(agreed == matrix, "read what changed, then write it with SWEEP_WRITE=1:\n{matrix}");
}

#[tokio::test]
async fn a_municipality_that_never_was_is_not_found() {
    let server = NameServer::start().await;
    let app = Setup::new().name_server(&server).start().await;
    let everybody = everybody(&app).await;
    let invented = uuid::Uuid::from_u128(rand::random()).to_string();
    let realm = kernel::TenantId::PLATFORM.to_string();
    for entry in
        entries().iter().filter(|entry| (entry.variables)("§", 0).to_string().contains('§'))
    {
        for id in [&invented, &realm] {
            let answer = everybody[3].ask(&app, entry.query, (entry.variables)(id, 0)).await;
            assert_eq!(answer.code(), "NOT_FOUND", "{} {id}: {}", entry.name, answer.text());
        }
    }
}

/// The types of the schema with their fields, as `Type.field`.
fn fields() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let sdl = repository::text("schema-ops.graphql");
    for part in sdl.split("\ntype ").skip(1) {
        let (head, body) = part.split_once('{').expect("a type");
        let body = body.split_once("\n}").expect("its end").0;
        let name = head.split_whitespace().next().unwrap_or_default();
        // descriptions stand between three quotation marks; what is left are fields
        for piece in body.split("\"\"\"").step_by(2) {
            for line in piece.lines().filter(|line| line.contains(':')) {
                let field: String =
                    line.trim().chars().take_while(char::is_ascii_alphanumeric).collect();
                found.insert(format!("{name}.{field}"));
            }
        }
    }
    found
}

#[test]
fn every_field_has_an_entry_and_none_leads_to_people() {
    let tried: BTreeSet<String> = entries().iter().map(|entry| entry.name.to_owned()).collect();
    let fields = fields();
    let root = |field: &String| {
        let (kind, name) = field.split_once('.')?;
        ["Query", "Mutation"].contains(&kind).then(|| name.to_owned())
    };
    let there: BTreeSet<String> = fields.iter().filter_map(root).collect();
    assert_eq!(there, tried);
    let personal =
        ["email", "appointment", "customer", "person", "account", "contact", "birth", "address"];
    let suspicious: Vec<_> = fields
        .iter()
        .filter(|field| personal.iter().any(|word| field.to_lowercase().contains(word)))
        .collect();
    // where a municipality's pages are
    assert_eq!(suspicious, ["Tenant.address"]);
}
