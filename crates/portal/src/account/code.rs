//! Codes from mails. Opening the address changes nothing, and neither does the script that hands over what stands behind
//! "#": a page says what the code does, and its button does it. Mail scanners open every link, some with a script engine.

use axum::response::Response;
use http::StatusCode;
use identity::{AccountError, citizens::Opens};

use super::{HOME, on_the_page, titled, typed_password};
use crate::{
    caller::Caller,
    confirmation::code,
    error::Failure,
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

const HERE: &str = "/konto/code";
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[derive(askama::Template)]
#[template(path = "account_code.html")]
pub(crate) struct EnterCodePage {
    pub page: Page,
    pub code: String,
    pub error: String,
    /// What was just sent.
    pub hint: String,
}

#[derive(askama::Template)]
#[template(path = "account_confirm.html")]
pub(crate) struct ConfirmPage {
    pub page: Page,
    pub code: String,
    /// Key of what the button does: "register", "sign-in", "email".
    pub what: &'static str,
    /// Which address it is about.
    pub email: String,
    pub error: String,
    /// Whether the browser must be signed in first.
    pub sign_in_first: bool,
}

/// `GET /konto/code`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Response {
    let page = caller.page();
    let hint = match fields.one("gesendet") {
        "registrierung" => page.t("account-sent-register"),
        "anmeldung" => page.t("account-sent-sign-in"),
        "adresse" => page.t("account-sent-email"),
        _ => String::new(),
    };
    ask(&caller, "", String::new(), hint, StatusCode::OK)
}

fn ask(caller: &Caller, code: &str, error: String, hint: String, status: StatusCode) -> Response {
    let page = titled(&caller.page(), HERE, "account-code-title", !error.is_empty());
    let view = EnterCodePage { page, code: code.to_owned(), error, hint };
    show(&view, caller.ctx().locale(), status, Shown::Personal)
}

/// `POST /konto/code`: without `ja` it says what the code would do.
pub(crate) async fn submit(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let typed = code(&fields).to_owned();
    if typed.is_empty() {
        let error = caller.page().t("code-missing");
        return Ok(ask(&caller, "", error, String::new(), WRONG));
    }
    // Signing in needs the session store; better said before the code is used up.
    if let Err(error) = caller.known() {
        return Err(AccountError::from(error).into());
    }
    let identity = caller.portal.identity.clone();
    let opens = match identity.look_at_code(caller.ctx(), caller.whereabouts(), &typed).await {
        Ok(opens) => opens,
        Err(error) => {
            let error = on_the_page(error, caller.ctx().locale())?;
            return Ok(ask(&caller, &typed, error, String::new(), WRONG));
        }
    };
    if fields.one("ja").is_empty() {
        return confirm(&caller, &typed, &opens, String::new(), StatusCode::OK).await;
    }
    match act(&mut caller, &fields, &typed, &opens).await {
        Ok(response) => Ok(response),
        Err(Act::Asked(error)) => {
            let error = on_the_page(error, caller.ctx().locale())?;
            confirm(&caller, &typed, &opens, error, WRONG).await
        }
        Err(Act::Failed(failure)) => Err(failure),
    }
}

/// Why the button did not do it.
enum Act {
    Asked(AccountError),
    Failed(Failure),
}

impl From<AccountError> for Act {
    fn from(error: AccountError) -> Self {
        Self::Asked(error)
    }
}

impl From<Failure> for Act {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

async fn act(
    caller: &mut Caller,
    fields: &Fields,
    typed: &str,
    opens: &Opens,
) -> Result<Response, Act> {
    let identity = caller.portal.identity.clone();
    match opens {
        Opens::Account(_) => {
            let password = typed_password(fields, "passwort");
            let (ctx, whence) = (caller.ctx(), caller.whereabouts());
            let account = identity.confirm(ctx, whence, typed, password.as_ref()).await?;
            let remembered = caller.begin_session(&account).await?;
            Ok(remembered.on(go("/konto?getan=registriert")))
        }
        Opens::SignIn(_) => {
            let account = identity.with_code(caller.ctx(), caller.whereabouts(), typed).await?;
            let remembered = caller.begin_session(&account).await?;
            Ok(remembered.on(go(HOME)))
        }
        Opens::Email(..) => {
            let (ctx, account) = caller.mine().await?;
            let whence = caller.whereabouts();
            let changed = identity.confirm_email_change(&ctx, &account, whence, typed).await?;
            let remembered = caller.stay_alone(&changed).await?;
            Ok(remembered.on(go("/konto?getan=adresse")))
        }
    }
}

async fn confirm(
    caller: &Caller,
    typed: &str,
    opens: &Opens,
    error: String,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (what, email, sign_in_first) = match opens {
        Opens::Account(profile) => ("register", &profile.email, false),
        Opens::SignIn(profile) => ("sign-in", &profile.email, false),
        Opens::Email(account, profile) => {
            let is_mine = caller.citizen().await.is_some_and(|mine| mine.id == *account);
            ("email", &profile.email, !is_mine)
        }
    };
    let key = match what {
        "register" => "account-confirm-register-title",
        "sign-in" => "account-confirm-sign-in-title",
        _ => "account-confirm-email-title",
    };
    let page = titled(&caller.page(), HERE, key, !error.is_empty());
    let view = ConfirmPage {
        page,
        code: typed.to_owned(),
        what,
        email: email.clone(),
        error,
        sign_in_first,
    };
    Ok(show(&view, caller.ctx().locale(), status, Shown::Personal))
}
