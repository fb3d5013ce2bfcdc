//! The person at the other end: their visit, their language, and what their session remembers.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use db::Db;
use http::{HeaderValue, StatusCode, header, request::Parts};
use identity::{
    Account, AccountError, AccountKind, Attempt, FirstFactor, Limit, Session, SessionData,
    SessionError, Whereabouts, accounts,
};
use kernel::{Ctx, ErrorCode, Locale, RequestId, ServiceId};
use privacy::statistics::Step;
use scheduling::{Catalogue, Error};
use serde::de::DeserializeOwned;
use tenant::Municipality;

use crate::{
    Portal, Visit, account,
    error::{Failure, error_page},
    office,
    page::{self, Page},
};

/// What steps leave for each other, by name.
pub(crate) type Steps = BTreeMap<String, serde_json::Value>;

/// A request with its session.
#[derive(Clone)]
pub(crate) struct Caller {
    pub portal: Arc<Portal>,
    pub visit: Visit,
    /// Path and query of the request.
    pub here: String,
    memory: Memory,
}

#[derive(Clone)]
enum Memory {
    /// Nothing is remembered yet.
    Empty,
    Held(Box<Session>),
    /// The session store does not answer.
    Down,
}

/// A session was written. Whoever has one must hand the cookie to the browser.
#[must_use]
pub(crate) struct Remembered(Option<HeaderValue>);

impl Remembered {
    /// Nothing was written, so the browser gets nothing.
    pub fn nothing() -> Self {
        Self(None)
    }

    /// Adds the cookie to the answer if the browser does not have it yet.
    pub fn on(self, mut response: Response) -> Response {
        if let Some(cookie) = self.0 {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl Caller {
    async fn open(portal: Arc<Portal>, mut visit: Visit, here: String) -> Self {
        let memory = match &visit.sid {
            None => Memory::Empty,
            Some(sid) => match portal.identity.sessions.load(&visit.ctx, sid).await {
                Ok(Some(session)) => Memory::Held(Box::new(session)),
                Ok(None) => Memory::Empty,
                Err(_) => Memory::Down,
            },
        };
        if let Memory::Held(session) = &memory
            && let Some(wish) = session.data.locale
            && visit.town.locales().contains(&wish)
        {
            visit.ctx = visit.ctx.with_locale(wish);
        }
        Self { portal, visit, here, memory }
    }

    /// The context.
    pub fn ctx(&self) -> &Ctx {
        &self.visit.ctx
    }

    /// The database, for use cases that make one call of it.
    pub fn db(&self) -> &Db {
        &self.portal.db
    }

    /// What the municipality offers.
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        self.portal.catalogues.of(self.ctx(), self.db(), self.town()).await
    }

    /// The municipality.
    pub fn town(&self) -> &Municipality {
        &self.visit.town
    }

    /// The frame of the answer.
    pub fn page(&self) -> Page {
        let signed_in = self.data().and_then(|data| data.signed_in);
        let is_citizen = signed_in.is_some_and(|who| who.kind == AccountKind::Citizen);
        Page::new(&self.visit, &self.here).with_account(is_citizen)
    }

    /// The same person, answered in another language.
    pub fn speaking(mut self, locale: Locale) -> Self {
        self.visit.ctx = self.visit.ctx.with_locale(locale);
        self
    }

    /// What the session remembers.
    pub fn data(&self) -> Option<&SessionData> {
        match &self.memory {
            Memory::Held(session) => Some(&session.data),
            Memory::Empty | Memory::Down => None,
        }
    }

    /// What the session remembers, for pages that cannot do without: they say so when the store does not answer.
    pub fn known(&self) -> Result<Option<&SessionData>, SessionError> {
        match self.memory {
            Memory::Down => Err(SessionError::Unavailable),
            Memory::Held(_) | Memory::Empty => Ok(self.data()),
        }
    }

    /// Changes what the session remembers; it begins with the first change. When another tab has written in between,
    /// the change is made again to what that tab has left.
    pub async fn remember(
        &mut self,
        change: impl Fn(&mut SessionData),
    ) -> Result<Remembered, SessionError> {
        for _ in 0..10 {
            match self.remember_once(&change).await {
                Err(SessionError::Changed) => {}
                done => return done,
            }
            let Memory::Held(session) = &self.memory else { break };
            let (sessions, sid) = (&self.portal.identity.sessions, session.sid().to_owned());
            self.memory = match sessions.load(self.ctx(), &sid).await? {
                Some(session) => Memory::Held(Box::new(session)),
                None => Memory::Empty,
            };
        }
        Err(SessionError::Changed)
    }

    async fn remember_once(
        &mut self,
        change: &impl Fn(&mut SessionData),
    ) -> Result<Remembered, SessionError> {
        let (mut session, is_new) = match &self.memory {
            Memory::Held(session) => (session.clone(), false),
            Memory::Empty => (Box::new(Session::new(self.ctx())), true),
            // its content is out of reach, not gone: a new one would throw it away
            Memory::Down => return Err(SessionError::Unavailable),
        };
        change(&mut session.data);
        self.portal.identity.sessions.save(self.ctx(), &mut session).await?;
        let cookie = identity::cookie::set_cookie(session.sid(), self.portal.secure_cookies);
        self.memory = Memory::Held(session);
        Ok(Remembered(HeaderValue::try_from(cookie).ok().filter(|_| is_new)))
    }

    /// Signs somebody in: a session under a new id.
    pub async fn begin_session(&mut self, account: &Account) -> Result<Remembered, AccountError> {
        let before = self.session()?;
        let (identity, visit) = (&self.portal.identity, &self.visit);
        let begun = identity.begin_session(&visit.ctx, before, account, &visit.device).await?;
        Ok(self.hold(begun))
    }

    /// Remembers who has shown the first of two factors: a session under a new id that opens nothing yet.
    pub async fn begin_halfway(
        &mut self,
        first: &FirstFactor,
        steps: Steps,
    ) -> Result<Remembered, AccountError> {
        let before = self.session()?;
        let begun = self.portal.identity.begin_halfway(self.ctx(), before, first, steps).await?;
        Ok(self.hold(begun))
    }

    /// Remembers what the next step needs, in a session under a new id.
    pub async fn begin_steps(&mut self, steps: Steps) -> Result<Remembered, AccountError> {
        let before = self.session()?;
        let begun = self.portal.identity.begin_steps(self.ctx(), before, steps).await?;
        Ok(self.hold(begun))
    }

    /// What an earlier step has left for this one.
    pub fn step<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let kept = self.data()?.steps.get(name)?;
        serde_json::from_value(kept.clone()).ok()
    }

    /// Where they are, for limits and notes.
    pub fn whereabouts(&self) -> Whereabouts<'_> {
        Whereabouts { client: &self.visit.client, address: self.visit.address }
    }

    /// The session; what needs one says so when its store does not answer.
    pub fn session(&self) -> Result<Option<&Session>, SessionError> {
        match &self.memory {
            Memory::Down => Err(SessionError::Unavailable),
            Memory::Held(session) => Ok(Some(session)),
            Memory::Empty => Ok(None),
        }
    }

    /// Goes on with another session, which the browser must hear of.
    pub fn hold(&mut self, session: Session) -> Remembered {
        let cookie = identity::cookie::set_cookie(session.sid(), self.portal.secure_cookies);
        self.memory = Memory::Held(Box::new(session));
        Remembered(HeaderValue::try_from(cookie).ok())
    }

    /// Whoever is signed in with an account of this kind, if it still is open to them.
    pub async fn signed_in(&self, kind: AccountKind) -> Result<Option<Account>, Failure> {
        let signed_in = self.known()?.and_then(|data| data.signed_in);
        let Some(signed_in) = signed_in.filter(|signed_in| signed_in.kind == kind) else {
            return Ok(None);
        };
        let tx = self.portal.db.begin(self.ctx()).await?;
        let account = accounts::resume(&tx, &signed_in).await?;
        tx.commit().await?;
        if let Some(account) = &account {
            accounts::note_use(self.ctx(), &self.portal.db, account);
        }
        Ok(account)
    }

    /// An attempt to sign in, from where they are.
    pub fn attempt<'a>(&'a self, kind: AccountKind, login: &'a str) -> Attempt<'a> {
        self.whereabouts().attempt(kind, login)
    }

    /// Counts one request of the client.
    pub async fn limit(&self, what: Limit) -> Result<(), Failure> {
        Ok(self.portal.identity.limits.take(self.ctx(), what, &self.visit.client).await?)
    }

    /// Counts that a step of booking was reached, for each service or for none, unless they object. Nobody waits for it.
    pub fn count(&self, step: Step, services: &[ServiceId]) {
        let objects = self.data().is_some_and(|data| data.is_uncounted);
        if self.visit.is_counted && !objects {
            let town = self.town();
            self.portal.statistics.count(town.id, town.zone(), step, services);
        }
    }

    /// Sixteen random letters.
    pub fn random_id(&self) -> String {
        format!("{:016x}", u64::from_be_bytes(self.ctx().random()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let missing = || StatusCode::INTERNAL_SERVER_ERROR.into_response();
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

/// Opens the session before a page is made, and makes the page of what failed.
pub(crate) async fn serve(
    State(portal): State<Arc<Portal>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return error_page(None, ErrorCode::NotFound, RequestId(0));
    };
    let is_office = office::is_office(request.uri().path());
    let is_account = account::is_account(request.uri().path());
    if visit.town.is_platform() {
        match request.uri().path() {
            "/" => return page::go(office::HOME),
            path if office::is_served_by_platform(path) => {}
            _ => return error_page(Some(&visit), ErrorCode::NotFound, visit.ctx.request_id()),
        }
    }
    let here = if request.method() == http::Method::GET {
        request.uri().path_and_query().map_or("/", |address| address.as_str()).to_owned()
    } else {
        "/".to_owned()
    };
    let typed = if is_office { office::again::look(&mut request).await } else { None };
    let mut caller = Caller::open(portal, visit, here).await;
    request.extensions_mut().insert(caller.clone());
    let mut response = next.run(request).await;
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        response = match failure.0.code() {
            ErrorCode::Unauthenticated if is_account => account::ask_to_sign_in(&caller.here),
            ErrorCode::Unauthenticated if is_office => office::ask_to_sign_in(&caller, typed),
            _ => failure.page(caller.page(), &caller.visit),
        };
    } else if typed.is_some_and(|typed| typed.was_kept) {
        office::again::forget(&mut caller).await;
    }
    if is_office || is_account {
        office::hide(&mut response);
    }
    response
}
