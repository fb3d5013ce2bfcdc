//! Citizens' accounts: registering, signing in, and one's own account.
//!
//! A session is the browser's: signing in answers with `Set-Cookie`, under a new id each time. Programs of the office use
//! access keys instead.

mod inputs;
mod own;
mod sign_in;

use async_graphql::{
    Context, ID, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use http::header;
use identity::{
    AccountError, AccountKind, Session,
    citizens::Proof,
    sign_in::history::{self, SignInEntry},
};
use kernel::{AppointmentId, Ctx, ErrorCode};
use scheduling::OwnAfter;
use secrecy::SecretString;

use super::{
    booking::Appointment,
    errors::ApiError,
    reading::Reading,
    scalars::{DateTime, Locale},
};

pub(crate) use own::OwnAccountMutation;
pub(crate) use sign_in::SignInMutation;

/// Entries of a list that one request may ask for.
const MOST: u32 = 20;

/// Somebody's account.
pub(crate) struct Account(pub identity::Account);

/// Whose account it is, after a change.
#[derive(SimpleObject)]
pub(crate) struct AccountPayload {
    /// The account.
    pub account: Account,
}

/// A browser that is signed in.
#[derive(Debug, SimpleObject)]
pub(crate) struct AccountSession {
    /// Names it, for `endSession`. Opens nothing.
    handle: String,
    /// Since when.
    since: DateTime,
    /// Browser and system, as far as they say so.
    device: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// An attempt to sign in.
#[derive(Debug, SimpleObject)]
pub(crate) struct SignInAttempt {
    /// When.
    at: DateTime,
    /// How: `password`, `mail`, `totp`, `passkey`, `openid`.
    method: Option<&'static str>,
    /// With what result: `signed-in`, `halfway`, `refused`.
    result: Option<&'static str>,
    /// The IP address, while it is kept.
    ip: Option<String>,
}

#[Object]
impl Account {
    /// Opaque.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// First name.
    async fn first_name(&self) -> &str {
        &self.0.profile.first_name
    }

    /// Last name.
    async fn last_name(&self) -> &str {
        &self.0.profile.last_name
    }

    /// The address that was verified.
    async fn email(&self) -> &str {
        &self.0.profile.email
    }

    /// Mobile number.
    async fn phone(&self) -> Option<&str> {
        self.0.profile.phone.as_deref()
    }

    /// The language of mails.
    async fn locale(&self) -> Locale {
        self.0.locale.into()
    }

    /// Whether there is a password. Without one, one signs in with codes by mail.
    async fn has_password(&self) -> bool {
        self.0.has_password
    }

    /// The appointments of the account, the latest first; at most 20 at a time.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn appointments(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<String>,
    ) -> Result<Connection<String, Appointment, EmptyFields, EmptyFields>, ApiError> {
        in_range(first)?;
        let reading = Reading::of(ctx);
        let (acting, tx) = (self.acting(reading), reading.tx().await?);
        let after = after.as_deref().map(read_cursor).transpose()?;
        let limit = u64::from(first) + 1;
        let mut found = scheduling::own_appointments(&acting, tx, after, limit).await?;
        let has_more = found.len() > first as usize;
        found.truncate(first as usize);
        let mut connection = Connection::new(after.is_some(), has_more);
        for appointment in found {
            let cursor = cursor(&appointment);
            let token = scheduling::own_manage_token(&acting, tx, appointment.id).await;
            let token = match token {
                Ok(token) => Some(token),
                Err(scheduling::Error::NotFound) => None,
                Err(error) => return Err(error.into()),
            };
            connection.edges.push(Edge::new(cursor, Appointment::new(appointment, token, reading)));
        }
        Ok(connection)
    }

    /// Where one is signed in, the newest first.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<AccountSession>, ApiError> {
        let reading = Reading::of(ctx);
        let listed = reading.identity().sessions.of_account(&self.acting(reading), self.0.id).await;
        let listed = listed.map_err(AccountError::from)?;
        let here = reading.caller().session.as_ref().map(Session::handle);
        let zone = reading.visit().town.zone();
        let shown = listed.into_iter().map(|session| AccountSession {
            since: DateTime::local(session.began_at, zone),
            current: here.as_ref() == Some(&session.handle),
            device: session.device,
            handle: session.handle,
        });
        Ok(shown.collect())
    }

    /// The latest attempts to sign in, the newest first; at most 20.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn sign_ins(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
    ) -> Result<Vec<SignInAttempt>, ApiError> {
        in_range(first)?;
        let reading = Reading::of(ctx);
        let acting = self.acting(reading);
        let found = history::own(&acting, reading.tx().await?, &self.0, u64::from(first)).await?;
        let zone = reading.visit().town.zone();
        let shown = found.into_iter().map(|entry: SignInEntry| SignInAttempt {
            at: DateTime::local(entry.at, zone),
            method: entry.method.map(identity::sign_in::Method::key),
            result: entry.outcome.map(identity::sign_in::Outcome::key),
            ip: entry.address,
        });
        Ok(shown.collect())
    }
}

impl Account {
    /// The request as its owner's, also when it has only just signed in.
    fn acting(&self, reading: &Reading) -> Ctx {
        reading.visit().ctx.clone().with_actor(self.0.actor())
    }
}

impl Reading {
    /// The citizen who is signed in.
    pub(crate) fn citizen(&self) -> Result<&identity::Account, ApiError> {
        let account = self.caller().account.as_ref();
        let citizen = account.filter(|account| account.kind == AccountKind::Citizen);
        citizen.ok_or_else(|| AccountError::SignedOut.into())
    }

    /// How the citizen who is signed in shows that it is them.
    fn proof<'a>(&'a self, password: Option<&'a SecretString>) -> Result<Proof<'a>, ApiError> {
        let session = self.caller().session.as_ref();
        let signed_in = session.and_then(|session| session.data.signed_in);
        let signed_in = signed_in.ok_or(AccountError::SignedOut)?;
        let visit = self.visit();
        let (client, address) = (&visit.client, visit.address);
        Ok(Proof { signed_in_at: signed_in.at, password, client, address })
    }

    /// Hands a session's id to the browser, and says whose it is.
    fn welcome(
        &self,
        ctx: &Context<'_>,
        session: &Session,
        account: identity::Account,
    ) -> AccountPayload {
        let cookie = identity::cookie::set_cookie(session.sid(), self.secure_cookies());
        ctx.append_http_header(header::SET_COOKIE, cookie);
        AccountPayload { account: Account(account) }
    }

    /// Makes the browser forget its session.
    fn take_back(&self, ctx: &Context<'_>) {
        let cookie = identity::cookie::clear(self.secure_cookies());
        ctx.append_http_header(header::SET_COOKIE, cookie);
    }

    /// Refuses what needs mails where none are sent.
    fn needs_mail(&self) -> Result<(), ApiError> {
        if notify::can_mail(&self.visit().town) {
            Ok(())
        } else {
            Err(AccountError::Conflict("accounts-need-mail").into())
        }
    }
}

/// Checks who somebody is. The first problem is told.
fn person(reading: &Reading, input: &portal::PersonInput) -> Result<identity::Profile, ApiError> {
    let visit = reading.visit();
    portal::check_person(&visit.ctx, &visit.town, input).map_err(|problems| {
        let first = problems.first();
        ApiError::BadInput {
            field: first.map(|problem| problem.field),
            key: first.map_or(ErrorCode::BadInput.text_key(), |problem| problem.reason),
            limit: first.and_then(|problem| problem.limit),
        }
    })
}

fn in_range(first: u32) -> Result<(), ApiError> {
    if (1..=MOST).contains(&first) {
        return Ok(());
    }
    Err(ApiError::BadInput { field: Some("first"), key: "first-range", limit: Some(MOST) })
}

fn cursor(appointment: &scheduling::Appointment) -> String {
    format!("{}.{}", appointment.starts_at.timestamp(), appointment.id)
}

fn read_cursor(text: &str) -> Result<OwnAfter, ApiError> {
    let wrong = || ApiError::BadInput { field: Some("after"), key: "bad-input", limit: None };
    let (seconds, id) = text.split_once('.').ok_or_else(wrong)?;
    let starts_at = seconds.parse().ok().and_then(|at| chrono::DateTime::from_timestamp(at, 0));
    let id = AppointmentId::parse(id);
    Ok(OwnAfter { starts_at: starts_at.ok_or_else(wrong)?, id: id.ok_or_else(wrong)? })
}

/// A password as a client sends it; an empty one is none.
fn password(text: Option<String>) -> Option<SecretString> {
    text.filter(|text| !text.is_empty()).map(SecretString::from)
}
