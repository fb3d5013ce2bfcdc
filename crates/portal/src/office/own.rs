//! The own account of somebody of the office: password, sessions, sign-ins. The authenticator app is in [`super::own_app`].

use axum::response::Response;
use http::StatusCode;
use identity::{
    Account, AccountError, AccountKind, SessionError,
    second_factor::recovery,
    sign_in::{
        Outcome,
        history::{self, SignInEntry},
    },
};
use kernel::{Ctx, PublicError, policy::Action, spoken};
use secrecy::SecretString;

use super::{
    roles,
    set_up::{chosen, field},
    sign_in::signed_out,
};
use crate::{
    caller::Caller,
    contact_form::Field,
    error::Failure,
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Its address.
pub(super) const PAGE: &str = "/amt/konto";
/// How many sign-ins are shown.
const SHOWN: u64 = 20;

#[derive(askama::Template)]
#[template(path = "staff_own.html")]
pub(crate) struct OwnPage {
    pub page: Page,
    pub name: String,
    pub email: String,
    pub roles: Vec<String>,
    /// What was just done.
    pub done: String,
    pub error: String,
    /// The field that the error belongs to.
    pub at: String,
    pub password: Vec<Field>,
    /// The password that setting up another app asks for.
    pub app: Field,
    /// The same for new recovery codes.
    pub recovery: Field,
    pub codes_left: u64,
    pub sessions: Vec<SessionLine>,
    pub sign_ins: Vec<SignInLine>,
}

/// One of the own sessions.
#[derive(Debug, Clone)]
pub(crate) struct SessionLine {
    pub handle: String,
    pub since: String,
    pub device: String,
    pub is_this: bool,
}

/// One of the own sign-ins.
#[derive(Debug, Clone)]
pub(crate) struct SignInLine {
    pub when: String,
    pub how: String,
    pub outcome: String,
    pub address: String,
}

/// Where something was refused.
pub(super) struct Refused<'a> {
    /// The field.
    pub at: &'static str,
    /// Why.
    pub error: &'a AccountError,
}

/// `GET /amt/konto`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    let ctx = caller.office(Action::OwnAccount).await?;
    let done = match fields.one("getan") {
        what @ ("passwort" | "app" | "sitzung") => {
            caller.page().t(format!("staff-own-{what}-done"))
        }
        _ => String::new(),
    };
    overview(&caller, &ctx, &account, done, None).await
}

/// The page, with what was refused.
pub(super) async fn overview(
    caller: &Caller,
    ctx: &Ctx,
    account: &Account,
    done: String,
    refused: Option<Refused<'_>>,
) -> Result<Response, Failure> {
    let catalogue = caller.catalogue().await?;
    let tx = caller.db().begin(ctx).await?;
    let codes_left = recovery::left(&tx, account.id).await?;
    let entries = history::own(ctx, &tx, account, SHOWN).await?;
    tx.commit().await?;
    let page = caller.page().at(PAGE).failed(refused.is_some());
    let (at, error) = refused
        .as_ref()
        .map_or(("", String::new()), |refused| (refused.at, sentence(&page, refused.error)));
    let view = OwnPage {
        name: format!("{} {}", account.profile.first_name, account.profile.last_name),
        email: account.profile.email.clone(),
        roles: roles::in_words(&page, &catalogue, &account.grants),
        done,
        codes_left,
        sessions: sessions(caller, &page, account).await?,
        sign_ins: entries.iter().map(|entry| sign_in(caller, &page, entry)).collect(),
        ..OwnPage::forms(&page, at, &error)
    };
    let status = refused.map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

impl OwnPage {
    /// The page with its forms and without what is known of the person.
    pub fn forms(page: &Page, at: &str, error: &str) -> Self {
        let input = |name, autocomplete, label, hint| {
            let mut input = field(page, name, "password", autocomplete, label, hint);
            if name == at {
                error.clone_into(&mut input.error);
            }
            input
        };
        Self {
            name: String::new(),
            email: String::new(),
            roles: Vec::new(),
            done: String::new(),
            error: error.to_owned(),
            at: at.to_owned(),
            password: vec![
                input("jetziges-passwort", "current-password", "staff-password-present", ""),
                input("passwort", "new-password", "staff-password-new", "staff-password-hint"),
                input("wiederholung", "new-password", "staff-password-again", ""),
            ],
            app: input("app-passwort", "current-password", "staff-password-present", ""),
            recovery: input("codes-passwort", "current-password", "staff-password-present", ""),
            codes_left: 0,
            sessions: Vec::new(),
            sign_ins: Vec::new(),
            page: page.clone().titled(page.t("staff-own-title")),
        }
    }
}

fn sentence(page: &Page, error: &AccountError) -> String {
    match error {
        AccountError::Unauthenticated => page.t("staff-password-wrong"),
        AccountError::Conflict(key) => page.t(key),
        error => error.message(page.locale),
    }
}

async fn sessions(
    caller: &Caller,
    page: &Page,
    account: &Account,
) -> Result<Vec<SessionLine>, SessionError> {
    let this = caller.session()?.map(identity::Session::handle);
    let known = caller.portal.identity.sessions.of_account(caller.ctx(), account.id).await?;
    let zone = caller.town().zone();
    let line = |session: identity::ListedSession| SessionLine {
        since: spoken::date_and_time(session.began_at, zone, page.locale),
        is_this: this.as_ref() == Some(&session.handle),
        device: session.device,
        handle: session.handle,
    };
    Ok(known.into_iter().map(line).collect())
}

fn sign_in(caller: &Caller, page: &Page, entry: &SignInEntry) -> SignInLine {
    let zone = caller.town().zone();
    let how = entry.method.map(|method| page.t(format!("staff-method-{}", method.key())));
    let outcome = match entry.outcome {
        Some(Outcome::SignedIn) => page.t("staff-outcome-signed-in"),
        Some(Outcome::Halfway) => page.t("staff-outcome-halfway"),
        _ => page.t("staff-outcome-refused"),
    };
    SignInLine {
        when: spoken::date_and_time(entry.at, zone, page.locale),
        how: how.unwrap_or_default(),
        outcome,
        address: entry.address.clone().unwrap_or_default(),
    }
}

/// `POST /amt/konto/passwort`
pub(crate) async fn change_password(
    mut caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    let ctx = caller.office(Action::OwnAccount).await?;
    let Some(password) = chosen(&fields) else {
        let error = AccountError::Conflict("staff-password-differs");
        let refused = Refused { at: "passwort", error: &error };
        return overview(&caller, &ctx, &account, String::new(), Some(refused)).await;
    };
    let identity = caller.portal.identity.clone();
    let attempt = caller.attempt(AccountKind::Staff, &account.profile.email);
    let present = SecretString::from(fields.as_typed("jetziges-passwort"));
    match identity.change_own_password(&ctx, attempt, &present, &password).await {
        Ok(account) => {
            let remembered = caller.begin_session(&account).await?;
            Ok(remembered.on(go(&format!("{PAGE}?getan=passwort"))))
        }
        Err(error @ (AccountError::BadInput { .. } | AccountError::Unauthenticated)) => {
            let is_present = matches!(error, AccountError::Unauthenticated);
            let at = if is_present { "jetziges-passwort" } else { "passwort" };
            let refused = Refused { at, error: &error };
            overview(&caller, &ctx, &account, String::new(), Some(refused)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /amt/konto/sitzung`: ends another session of one's own.
pub(crate) async fn end_session(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    let sessions = &caller.portal.identity.sessions;
    sessions.end_of_account(caller.ctx(), account.id, handle(&fields)).await?;
    Ok(go(&format!("{PAGE}?getan=sitzung")))
}

fn handle(fields: &Fields) -> &str {
    fields.one("sitzung")
}

/// `POST /amt/konto/ueberall-abmelden`
pub(crate) async fn sign_out_everywhere(caller: Caller) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    let ctx = caller.office(Action::OwnAccount).await?;
    caller.portal.identity.sign_out_everywhere(&ctx, &account).await?;
    Ok(signed_out(&caller))
}
