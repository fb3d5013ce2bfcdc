//! The town in which everything is tried: who tries, and the things that they try it with.

use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Method, Request, header};
use identity::{Account, AccountKind};
use kernel::{Actor, Grant, Grants, LocationId, Role, Scope, Scopes};
use sea_orm::sqlx::{self, AssertSqlSafe};
use serde_json::{Value, json};
use tests::{Answer, TestApp, Town, booking::Slot};

use super::rights;

/// What an entry needs to be there, made anew for each try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// A time that is held.
    Held,
    /// An appointment.
    Booked,
    /// A draft of the calendar.
    Draft,
    /// A published change.
    Published,
    /// An access key.
    Key,
    /// An attempt to sign in.
    SignIn,
    /// Somebody of the office.
    Person,
    /// An appointment of [`World::owner`].
    Owned,
    /// A request about data.
    Request,
    /// A request by which data are restricted.
    Restricted,
}

/// Everything that can stand in a question.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    pub service: String,
    pub location: String,
    /// What the pages call the location.
    pub place: String,
    pub counter: String,
    pub start: String,
    /// Another time of the same day.
    pub later: String,
    pub day: String,
    pub reservation: String,
    pub appointment: String,
    pub manage: String,
    pub draft: String,
    pub published: String,
    pub key: String,
    pub sign_in: String,
    pub person: String,
    pub request: String,
    pub number: usize,
}

impl Ids {
    /// Everything that names something.
    pub fn all(&self) -> Vec<&str> {
        let all = [
            &self.service,
            &self.location,
            &self.place,
            &self.counter,
            &self.reservation,
            &self.appointment,
            &self.manage,
            &self.draft,
            &self.published,
            &self.key,
            &self.sign_in,
            &self.person,
            &self.request,
        ];
        all.into_iter().map(String::as_str).filter(|id| !id.is_empty()).collect()
    }

    /// The same with ids and tokens that never existed.
    pub fn invented(&self) -> Self {
        let id = || uuid::Uuid::from_u128(rand::random()).to_string();
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &rand::random::<[u8; 32]>());
        let token = |what| db::token::Token::derive(&key, what, uuid::Uuid::nil()).to_string();
        Self {
            service: id(),
            location: id(),
            place: "nirgendwo".to_owned(),
            counter: id(),
            reservation: token("reservation"),
            appointment: id(),
            manage: token("manage"),
            draft: id(),
            published: id(),
            key: id(),
            sign_in: id(),
            person: id(),
            request: id(),
            ..self.clone()
        }
    }
}

/// Somebody who tries.
pub(super) struct Who {
    /// The column's head.
    pub short: &'static str,
    /// What the head means.
    pub name: &'static str,
    /// As whom the service must see them; `None` at another municipality's host.
    pub actor: Option<Actor>,
    host: String,
    sid: String,
    token: String,
}

impl Who {
    /// Asks GraphQL.
    pub async fn ask(&self, app: &TestApp, query: &str, variables: Value) -> Answer {
        let (cookie, origin) = (format!("sid={}", self.sid), format!("http://{}", self.host));
        let shown = format!("Bearer {}", self.token);
        let headers: &[(&str, &str)] = match (self.sid.is_empty(), self.token.is_empty()) {
            (false, _) => &[("cookie", &cookie), ("origin", &origin)],
            (true, false) => &[("authorization", &shown)],
            (true, true) => &[],
        };
        app.graphql_at(&self.host, query, variables, headers).await
    }

    /// Opens a page or sends a form.
    pub async fn open(
        &self,
        app: &TestApp,
        address: &str,
        form: Option<&[(&'static str, String)]>,
    ) -> Answer {
        let method = if form.is_some() { Method::POST } else { Method::GET };
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, &self.host)
            .header(header::ORIGIN, format!("http://{}", self.host))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if !self.sid.is_empty() {
            request = request.header(header::COOKIE, format!("sid={}", self.sid));
        }
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        let body = serde_urlencoded::to_string(form.unwrap_or_default()).expect("pairs of text");
        app.send(request.body(body.into()).expect("a request")).await
    }
}

/// The town, with its times.
pub(super) struct World {
    pub app: TestApp,
    office: String,
    service: String,
    pub location: String,
    place: String,
    elsewhere: String,
    counter: String,
    days: Vec<String>,
    sign_in: String,
    /// A citizen with an account, to whom appointments belong.
    pub owner: Account,
    used: AtomicUsize,
}

impl World {
    pub async fn build() -> Self {
        let app = TestApp::start().await;
        let town = &app.haltern;
        let office = app.office_key(town, Scopes::ALL).await;
        let service = app.service(town, "Personalausweis").await;
        let query = "{ counters { id location { id } } locations { id } }";
        let plans = app.graphql_as(town, &office, query, json!({})).await;
        let (location, counter) =
            (plans.string("counters/0/location/id"), plans.string("counters/0/id"));
        let all = plans.data("locations");
        let others = all.as_array().into_iter().flatten().filter_map(|one| one["id"].as_str());
        let elsewhere = others.into_iter().find(|id| *id != location).expect("another location");
        let elsewhere = elsewhere.to_owned();
        let slots = app.slots(town, &service, "2026-12-08", "2027-01-29").await;
        let mut days: Vec<String> = slots
            .iter()
            .filter(|slot| slot.location == location)
            .map(|slot| slot.start[..10].to_owned())
            .collect();
        days.dedup();
        assert!(days.len() > 20, "{} days are not enough for all tries", days.len());
        let mut guess = app.browser(town);
        let wrong = [("email", "niemand@example.org"), ("passwort", "falsch-und-lang")];
        guess.post("/amt/anmelden", &wrong).await;
        let sql = app.database.superuser_sql().await;
        let sign_in: uuid::Uuid =
            sqlx::query_scalar("SELECT id FROM sign_in").fetch_one(&sql).await.expect("an id");
        let (sign_in, used) = (sign_in.to_string(), AtomicUsize::new(0));
        let place = format!("SELECT key FROM location WHERE id = '{location}'");
        let place: String =
            sqlx::query_scalar(AssertSqlSafe(place)).fetch_one(&sql).await.expect("a key");
        let owner = citizen(&app, &app.haltern).await;
        Self {
            app,
            office,
            service,
            location,
            place,
            elsewhere,
            counter,
            days,
            sign_in,
            owner,
            used,
        }
    }

    /// Everybody who tries, in the order of the columns.
    pub async fn everybody(&self) -> Vec<Who> {
        let town = &self.app.haltern;
        let place = |id: &str| LocationId::parse(id).expect("an id");
        let at = |role, id: &str| -> Grants {
            std::iter::once(Grant { role, location: Some(place(id)) }).collect()
        };
        let mut all = vec![nobody(town)];
        all.push(self.known("Konto", "Bürgerin oder Bürger mit Konto", town, &self.owner).await);
        for (short, name, grants) in [
            ("SB", "Sachbearbeitung, alle Standorte", Grants::from(Role::Clerk)),
            ("SB hier", "Sachbearbeitung, dieser Standort", at(Role::Clerk, &self.location)),
            ("SB dort", "Sachbearbeitung, anderer Standort", at(Role::Clerk, &self.elsewhere)),
            ("L", "Leitung, alle Standorte", Role::OfficeManager.into()),
            ("L dort", "Leitung, anderer Standort", at(Role::OfficeManager, &self.elsewhere)),
            ("DS", "Datenschutz", Role::DataProtectionOfficer.into()),
            ("VD", "Verwaltung des Dienstes", Role::TenantAdministrator.into()),
        ] {
            all.push(self.clerk(short, name, town, grants).await);
        }
        for (short, name, scope) in [
            ("S sehen", "Schlüssel `CALENDAR_READ`", Scope::CalendarRead),
            ("S ändern", "Schlüssel `CALENDAR_WRITE`", Scope::CalendarWrite),
            ("S Termine", "Schlüssel `APPOINTMENTS`", Scope::Appointments),
        ] {
            let (token, key) = self.app.office_key_with_id(town, scope).await;
            let actor = Some(Actor::Program { key, scopes: scope.into() });
            all.push(Who {
                short,
                name,
                actor,
                host: town.host.clone(),
                sid: String::new(),
                token,
            });
        }
        let everything: Grants =
            Role::of(false).iter().map(|role| Grant { role: *role, location: None }).collect();
        let neighbour = &self.app.musterstadt;
        let home = "Nachbarkommune mit allen Rollen, auf ihrer Adresse, mit Kennungen von hier";
        let there = self.clerk("N", home, neighbour, everything).await;
        let name = "Nachbarkommune mit allen Rollen, ihre Sitzung auf unserer Adresse";
        let host = town.host.clone();
        let (actor, sid) = (Some(Actor::Citizen), there.sid.clone());
        let here = Who { short: "N hier", name, actor, host, sid, token: String::new() };
        all.push(Who { actor: None, ..there });
        all.push(here);
        all
    }

    /// Those who try the pages of citizens' accounts.
    pub async fn citizens(&self) -> Vec<Who> {
        let (town, neighbour) = (&self.app.haltern, &self.app.musterstadt);
        let (other, foreign) =
            (citizen(&self.app, town).await, citizen(&self.app, neighbour).await);
        let home = "Konto der Nachbarkommune, auf ihrer Adresse, mit Kennungen von hier";
        let there = self.known("NK", home, neighbour, &foreign).await;
        let name = "Konto der Nachbarkommune, ihre Sitzung auf unserer Adresse";
        let (host, sid) = (town.host.clone(), there.sid.clone());
        let here = Who {
            short: "NK hier",
            name,
            actor: Some(Actor::Citizen),
            host,
            sid,
            token: String::new(),
        };
        vec![
            nobody(town),
            self.known("Konto", "Bürgerin oder Bürger mit Konto", town, &self.owner).await,
            self.known("Konto 2", "jemand anderes mit Konto", town, &other).await,
            self.clerk("SB", "Sachbearbeitung, alle Standorte", town, Role::Clerk.into()).await,
            Who { actor: None, ..there },
            here,
        ]
    }

    async fn clerk(
        &self,
        short: &'static str,
        name: &'static str,
        town: &Town,
        grants: Grants,
    ) -> Who {
        let account = self.app.staff(town, grants).await;
        self.known(short, name, town, &account).await
    }

    /// Somebody who is signed in.
    async fn known(
        &self,
        short: &'static str,
        name: &'static str,
        town: &Town,
        account: &Account,
    ) -> Who {
        let browser = self.app.signed_in(town, account).await;
        let (actor, sid) = (Some(account.actor()), browser.cookies["sid"].clone());
        Who { short, name, actor, host: town.host.clone(), sid, token: String::new() }
    }

    async fn give_to_owner(&self, appointment: &str) {
        let sql = self.app.database.superuser_sql().await;
        let give = format!(
            "INSERT INTO account_appointment SELECT tenant_id, '{appointment}', id, now() FROM account WHERE id = '{}'",
            self.owner.id
        );
        sqlx::raw_sql(AssertSqlSafe(give)).execute(&sql).await.expect("given");
    }

    /// Things for one try, which no other try has touched.
    pub async fn things(&self, needs: &[Need]) -> Ids {
        let number = self.used.fetch_add(1, Ordering::Relaxed);
        // the tries are spread over the days; what is free is asked anew
        let day = &self.days[number % self.days.len()];
        let mut slots = self.app.slots(&self.app.haltern, &self.service, day, day).await;
        slots.retain(|slot| slot.location == self.location);
        let slot = slots.first().expect("a free time");
        // each try has a day of its own for closures
        let day = chrono::NaiveDate::from_ymd_opt(2027, 2, 1).expect("a day")
            + chrono::Days::new(number.try_into().expect("a number"));
        let mut ids = Ids {
            service: self.service.clone(),
            location: self.location.clone(),
            place: self.place.clone(),
            counter: self.counter.clone(),
            start: slot.start.clone(),
            day: day.to_string(),
            sign_in: self.sign_in.clone(),
            later: slots.last().expect("another").start.clone(),
            number,
            ..Ids::default()
        };
        for need in needs {
            self.make(*need, &mut ids, slot).await;
        }
        ids
    }

    async fn request(&self, kind: &str) -> String {
        let clerk = self.app.office_browser(&self.app.haltern, Role::Clerk).await;
        let recorded = self.app.graphql_in(&clerk, rights::RECORD, rights::letter(kind)).await;
        recorded.string("recordPrivacyRequest/request/id")
    }

    async fn make(&self, need: Need, ids: &mut Ids, slot: &Slot) {
        let (app, town) = (&self.app, &self.app.haltern);
        match need {
            Need::Held => ids.reservation = app.held(town, slot).await,
            Need::Booked => {
                let booked = app.booked(town, slot, contact(ids.number)).await;
                (ids.appointment, ids.manage) = (booked.id, booked.manage_token);
                // where it can go
                ids.start.clone_from(&ids.later);
            }
            Need::Draft => {
                let answer = app.graphql_as(town, &self.office, SAVE, draft(ids)).await;
                ids.draft = answer.string("saveCalendarChange/change/id");
            }
            Need::Published => {
                let answer = app.graphql_as(town, &self.office, CLOSE, closing(ids)).await;
                ids.published = answer.string("closeDays/change/id");
            }
            Need::Key => {
                let scope = Scope::CalendarRead;
                ids.key = app.office_key_with_id(town, scope).await.1.to_string();
            }
            Need::SignIn => {}
            Need::Person => {
                ids.person = app.staff(town, Role::Clerk).await.id.to_string();
            }
            Need::Owned => {
                ids.appointment = app.booked(town, slot, contact(ids.number)).await.id;
                self.give_to_owner(&ids.appointment).await;
            }
            Need::Request => ids.request = self.request("ACCESS").await,
            Need::Restricted => {
                ids.request = self.request("RESTRICTION").await;
                let officer = app.office_browser(town, Role::DataProtectionOfficer).await;
                let input = json!({ "input": { "id": ids.request, "way": "LETTER" } });
                let done = app.graphql_in(&officer, rights::ANSWER, input).await;
                done.string("answerPrivacyRequest/request/id");
            }
        }
    }
}

/// Whoever is not signed in.
fn nobody(town: &Town) -> Who {
    Who {
        short: "ohne",
        name: "ohne Anmeldung",
        actor: Some(Actor::Citizen),
        host: town.host.clone(),
        sid: String::new(),
        token: String::new(),
    }
}

/// A citizen's account. The tests' office makes accounts of the office only, so it is changed by hand.
async fn citizen(app: &TestApp, town: &Town) -> Account {
    let mut account = app.staff(town, Grants::default()).await;
    let sql = app.database.superuser_sql().await;
    let update = format!("UPDATE account SET kind = 'citizen' WHERE id = '{}'", account.id);
    sqlx::raw_sql(AssertSqlSafe(update)).execute(&sql).await.expect("a citizen's account");
    account.kind = AccountKind::Citizen;
    account
}

/// Somebody who has no appointment yet.
pub(super) fn contact(number: usize) -> Value {
    json!({ "firstName": "Erika", "lastName": "Mustermann", "email": format!("erika{number}@example.org"),
        "phone": format!("0151 2345{number:04}") })
}

/// Saves a draft.
pub(super) const SAVE: &str = "mutation($input: SaveCalendarChangeInput!) {
  saveCalendarChange(input: $input) { change { id } } }";
/// Closes days.
pub(super) const CLOSE: &str =
    "mutation($input: CloseDaysInput!) { closeDays(input: $input) { change { id } } }";

/// A draft that closes the location on the try's day.
pub(super) fn draft(ids: &Ids) -> Value {
    let closure = json!({ "locationId": ids.location, "from": ids.day, "to": ids.day,
        "reason": { "de": "Umbau" } });
    json!({ "input": { "title": "Umbau", "closures": [closure] } })
}

/// The same at once.
pub(super) fn closing(ids: &Ids) -> Value {
    json!({ "input": { "locationId": ids.location, "from": ids.day, "to": ids.day, "decision": "KEEP",
        "reason": { "de": "Umbau" } } })
}
