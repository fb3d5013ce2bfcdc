//! A code by mail: whoever reads the mail may see what is kept about its address. As with all codes, opening the link
//! changes nothing; the button does.

use axum::response::Response;
use http::StatusCode;
use identity::{AccountError, AccountKind};
use kernel::PublicError;
use privacy::requests::RequestKind;

use super::{GUEST, OPEN, Opened, STEP};
use crate::{
    account::PersonInput,
    caller::Caller,
    confirmation::code,
    error::Failure,
    fields::{Asked, Sent},
    page::{Page, Shown, go, show},
};

const HERE: &str = "/datenschutz/meine-daten/code";
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[derive(askama::Template)]
#[template(path = "my_data_enter.html")]
pub(crate) struct EnterPage {
    pub page: Page,
    pub email: String,
    pub error: String,
    /// What was just done.
    pub hint: String,
    /// Whether a code can be sent at all.
    pub by_mail: bool,
}

#[derive(askama::Template)]
#[template(path = "my_data_code.html")]
pub(crate) struct CodePage {
    pub page: Page,
    pub code: String,
    pub error: String,
    /// What was just sent.
    pub hint: String,
    /// The address that the code is for, once it was looked at: then the button opens.
    pub email: String,
}

/// `GET /datenschutz/meine-daten`
pub(crate) async fn enter(caller: Caller, Asked(fields): Asked) -> Response {
    let hint = match fields.one("getan") {
        "geloescht" => caller.page().t("my-data-done-erased"),
        _ => String::new(),
    };
    ask(&caller, "", String::new(), hint, StatusCode::OK)
}

fn ask(caller: &Caller, email: &str, error: String, hint: String, status: StatusCode) -> Response {
    let page = caller.page().at(GUEST).failed(!error.is_empty());
    let view = EnterPage {
        email: email.to_owned(),
        error,
        hint,
        by_mail: notify::can_mail(caller.town()),
        page: page.clone().titled(page.t("my-data-title")),
    };
    show(&view, page.locale, status, Shown::Personal)
}

/// `POST /datenschutz/meine-daten`: sends a code. The same answer for every address.
pub(crate) async fn request(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    if !notify::can_mail(caller.town()) {
        return Err(AccountError::Conflict("accounts-need-mail").into());
    }
    let email = fields.one("email").to_owned();
    let (first_name, last_name, phone) = ("-".to_owned(), "-".to_owned(), None);
    let input = PersonInput { first_name, last_name, email: email.clone(), phone };
    let problems = crate::check_person(caller.ctx(), caller.town(), &input).err();
    let problem = problems.iter().flatten().find(|problem| problem.field == "email");
    if let Some(problem) = problem {
        let error = problem.message(caller.ctx().locale());
        return Ok(ask(&caller, &email, error, String::new(), WRONG));
    }
    let attempt = caller.attempt(AccountKind::Citizen, &email);
    let (ctx, locale) = (caller.ctx(), caller.ctx().locale());
    caller.portal.identity.request_data_code(ctx, attempt, locale).await?;
    Ok(go(&format!("{HERE}?gesendet=ja")))
}

/// `GET /datenschutz/meine-daten/code`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Response {
    let sent = fields.one("gesendet") == "ja";
    let hint = if sent { caller.page().t("my-data-sent") } else { String::new() };
    answer(&caller, "", "", String::new(), hint, StatusCode::OK)
}

fn answer(
    caller: &Caller,
    code: &str,
    email: &str,
    error: String,
    hint: String,
    status: StatusCode,
) -> Response {
    let page = caller.page().at(HERE).failed(!error.is_empty());
    let title = if email.is_empty() { "my-data-code-title" } else { "my-data-confirm-title" };
    let view = CodePage {
        code: code.to_owned(),
        email: email.to_owned(),
        error,
        hint,
        page: page.clone().titled(page.t(title)),
    };
    show(&view, page.locale, status, Shown::Personal)
}

/// `POST /datenschutz/meine-daten/code`: without `ja` it says whose data the code opens.
pub(crate) async fn submit(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let typed = code(&fields).to_owned();
    if typed.is_empty() {
        let error = caller.page().t("code-missing");
        return Ok(answer(&caller, "", "", error, String::new(), WRONG));
    }
    // what was opened is kept in the session; better said before the code is used up
    if let Err(error) = caller.known() {
        return Err(AccountError::from(error).into());
    }
    let identity = caller.portal.identity.clone();
    let (is_act, whence) = (!fields.one("ja").is_empty(), caller.whereabouts());
    let opened = if is_act {
        identity.redeem_data_code(caller.ctx(), whence, &typed).await
    } else {
        identity.look_at_data_code(caller.ctx(), whence, &typed).await
    };
    let email = match opened {
        Ok(email) => email,
        Err(error @ AccountError::CodeUnknown) => {
            let error = error.message(caller.ctx().locale());
            return Ok(answer(&caller, &typed, "", error, String::new(), WRONG));
        }
        Err(error) => return Err(error.into()),
    };
    if !is_act {
        return Ok(answer(&caller, &typed, &email, String::new(), String::new(), StatusCode::OK));
    }
    let opened = Opened { email, until: caller.ctx().now() + OPEN };
    let opened = serde_json::to_value(opened).unwrap_or_default();
    let remembered = caller
        .remember(|data| {
            data.steps.insert(STEP.to_owned(), opened.clone());
        })
        .await?;
    let rights = &caller.portal.rights;
    rights.note_copy(caller.ctx(), caller.db(), caller.town(), RequestKind::Access).await?;
    Ok(remembered.on(go(&format!("{GUEST}/ansicht"))))
}
