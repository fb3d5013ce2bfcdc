//! Requests as an attacker's own program writes them, and the doors that they knock at.

use std::net::IpAddr;

use axum::body::Body;
use http::{Method, Request, header};
use identity::{Account, Passwords};
use kernel::Role;
use sea_orm::sqlx::{self, AssertSqlSafe};
use secrecy::SecretString;
use tests::{Answer, TestApp, Town};

/// Everybody's password here.
pub(super) const PASSWORD: &str = "korrekt-pferd-batterie-heftklammer";
/// Whether somebody is signed in.
pub(super) const VIEWER: &str = "{ viewer { signedIn } }";

/// The two ways in with a password, and the way out beside each.
pub(super) const DOORS: [Door; 2] = [
    Door { way_in: "/amt/anmelden", way_out: "/amt/abmelden", home: "/amt" },
    Door { way_in: "/konto/anmelden", way_out: "/konto/abmelden", home: "/konto" },
];

#[derive(Clone, Copy)]
pub(super) struct Door {
    pub way_in: &'static str,
    pub way_out: &'static str,
    pub home: &'static str,
}

impl Door {
    pub fn is_office(self) -> bool {
        self.home == "/amt"
    }

    /// Somebody with a password who may come in here.
    pub async fn somebody(self, app: &TestApp, town: &Town) -> Account {
        if self.is_office() {
            return with_password(app, town, Role::TenantAdministrator).await;
        }
        app.citizen(town, "erika@example.org", Some(PASSWORD)).await
    }
}

/// Somebody of the office with a password.
pub(super) async fn with_password(app: &TestApp, town: &Town, role: Role) -> Account {
    let account = app.staff(town, role).await;
    let password = SecretString::from(PASSWORD);
    let hash = Passwords::new().hash(&app.operator(town), &password).await.expect("a hash");
    let sql = app.database.superuser_sql().await;
    let update = format!("UPDATE account SET password = '{hash}' WHERE id = '{}'", account.id);
    sqlx::raw_sql(AssertSqlSafe(update)).execute(&sql).await.expect("a password");
    account
}

/// A request as somebody's own program would write it.
pub(super) struct Forged<'a> {
    app: &'a TestApp,
    town: &'a Town,
    headers: Vec<(&'static str, String)>,
    from: IpAddr,
}

impl<'a> Forged<'a> {
    pub fn at(app: &'a TestApp, town: &'a Town) -> Self {
        Self { app, town, headers: Vec::new(), from: IpAddr::from([192, 0, 2, 66]) }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sent by our own page.
    pub fn ours(self) -> Self {
        let origin = format!("http://{}", self.town.host);
        self.with("origin", origin).with("sec-fetch-site", "same-origin")
    }

    pub async fn send(self, method: Method, address: &str, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(address);
        if !self.headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(header::HOST, &self.town.host);
        }
        if !self.headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        self.app.send_from(self.from, request).await
    }

    pub async fn sign_in(self, login: &str, password: &str, next: &str) -> Answer {
        self.sign_in_at(DOORS[0], login, password, next).await
    }

    pub async fn sign_in_at(self, door: Door, login: &str, password: &str, next: &str) -> Answer {
        let fields = [("email", login), ("passwort", password), ("weiter", next)];
        let body = serde_urlencoded::to_string(fields).expect("pairs of text");
        self.send(Method::POST, door.way_in, &body).await
    }
}

/// The session id that an answer sets.
pub(super) fn sid_of(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
    cookies
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next()?.split_once('='))
        .find(|(name, value)| name.ends_with("sid") && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

pub(super) async fn is_signed_in(app: &TestApp, town: &Town, cookie: &str) -> bool {
    let origin = format!("http://{}", town.host);
    let headers = [("cookie", cookie), ("origin", origin.as_str())];
    app.graphql_with(town, VIEWER, &headers).await.data("viewer/signedIn") == true
}

/// Whether the session knows of anybody: signed in, or half of the way there.
pub(super) async fn knows_somebody(app: &TestApp, town: &Town, sid: &str) -> bool {
    let sessions = identity::Sessions::connect(&tests::database::redis_url());
    let session = sessions.load(&app.operator(town), sid).await.expect("Redis");
    session.is_some_and(|one| one.data.signed_in.is_some() || one.data.halfway.is_some())
}
