//! Registering: the form leads to a mail, and to the same page for everybody.

use axum::response::Response;
use http::StatusCode;
use identity::{AccountError, AccountKind, Errand};
use scheduling::ContactProblem;

use super::{PersonForm, check_person, titled};
use crate::{
    caller::Caller,
    contact_form::Typed,
    error::Failure,
    fields::Sent,
    page::{Page, Shown, go, show},
    proof,
};

const HERE: &str = "/konto/registrieren";

#[derive(askama::Template)]
#[template(path = "account_register.html")]
pub(crate) struct RegisterPage {
    pub page: Page,
    pub form: PersonForm,
}

/// `GET /konto/registrieren`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    needs_mail(&caller)?;
    Ok(answer(&caller, &Typed::default(), &[], StatusCode::OK))
}

/// `POST /konto/registrieren`
pub(crate) async fn submit(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    needs_mail(&caller)?;
    let typed = Typed::read(&fields);
    let (ctx, town) = (caller.ctx(), caller.town());
    let wanted = match check_person(ctx, town, &typed.person()) {
        Ok(wanted) => wanted,
        Err(problems) => {
            return Ok(answer(&caller, &typed, &problems, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let identity = &caller.portal.identity;
    let attempt = caller.attempt(AccountKind::Citizen, &wanted.email);
    if let Some(page) = proof::ask(&caller, Errand::Code(attempt), &fields, HERE).await {
        return Ok(page);
    }
    identity.register(ctx, attempt, &wanted, ctx.locale()).await?;
    Ok(go("/konto/code?gesendet=registrierung"))
}

/// An account begins and lives with mails.
pub(super) fn needs_mail(caller: &Caller) -> Result<(), Failure> {
    if notify::can_mail(caller.town()) {
        Ok(())
    } else {
        Err(AccountError::Conflict("accounts-need-mail").into())
    }
}

fn answer(
    caller: &Caller,
    typed: &Typed,
    problems: &[ContactProblem],
    status: StatusCode,
) -> Response {
    let failed = !problems.is_empty();
    let page = titled(&caller.page(), HERE, "account-register-title", failed);
    let form = PersonForm::new(&page, caller.town(), typed, problems, true);
    let view = RegisterPage { page, form };
    show(&view, caller.ctx().locale(), status, Shown::Personal)
}
