//! One's name, number and address.

use axum::response::Response;
use http::StatusCode;
use identity::{
    Account, AccountKind, Errand,
    citizens::{NewProfile, update_profile},
};
use privacy::requests::RequestKind;
use scheduling::ContactProblem;

use super::{PersonForm, check_person, on_the_page, titled, typed_password};
use crate::{
    caller::Caller,
    contact_form::Typed,
    error::Failure,
    fields::Sent,
    page::{Page, Shown, go, show},
    proof,
};

const HERE: &str = "/konto/angaben";
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[derive(askama::Template)]
#[template(path = "account_profile.html")]
pub(crate) struct ProfilePage {
    pub page: Page,
    pub form: PersonForm,
    /// The address that counts.
    pub email: String,
    /// The one that was typed.
    pub new_email: String,
    pub email_error: String,
    /// Whether changing the address asks for the password.
    pub needs_password: bool,
}

/// `GET /konto/angaben`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let (_, account) = caller.mine().await?;
    let typed = Typed::of_profile(&account.profile);
    Ok(answer(&caller, &account, &typed, &[], ("", ""), StatusCode::OK))
}

/// `POST /konto/angaben`
pub(crate) async fn submit(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let (ctx, account) = caller.mine().await?;
    let typed = Typed { email: account.profile.email.clone(), ..Typed::read(&fields) };
    let profile = match check_person(&ctx, caller.town(), &typed.person()) {
        Ok(profile) => profile,
        Err(problems) => return Ok(answer(&caller, &account, &typed, &problems, ("", ""), WRONG)),
    };
    let new = NewProfile {
        first_name: profile.first_name,
        last_name: profile.last_name,
        phone: profile.phone,
        locale: ctx.locale(),
    };
    let tx = caller.db().begin(&ctx).await?;
    update_profile(&ctx, &tx, &account, &new).await?;
    tx.commit().await?;
    let (rights, kind) = (&caller.portal.rights, RequestKind::Rectification);
    rights.note_copy(&ctx, caller.db(), caller.town(), kind).await?;
    Ok(go("/konto?getan=angaben"))
}

/// `POST /konto/adresse`
pub(crate) async fn change_email(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let (ctx, account) = caller.mine().await?;
    super::register::needs_mail(&caller)?;
    let wanted = fields.one("email").to_owned();
    let typed = Typed { email: wanted.clone(), ..Typed::of_profile(&account.profile) };
    let known = Typed::of_profile(&account.profile);
    if let Err(problems) = check_person(&ctx, caller.town(), &typed.person())
        && let Some(problem) = problems.iter().find(|problem| problem.field == "email")
    {
        let error = problem.message(ctx.locale());
        return Ok(answer(&caller, &account, &known, &[], (&wanted, &error), WRONG));
    }
    let password = typed_password(&fields, "passwort");
    let proof = caller.proof(password.as_ref())?;
    let errand = Errand::Code(caller.attempt(AccountKind::Citizen, &wanted));
    if let Some(page) = proof::ask(&caller, errand, &fields, "/konto/adresse").await {
        return Ok(page);
    }
    let identity = &caller.portal.identity;
    match identity.request_email_change(&ctx, &account, &proof, &wanted).await {
        Ok(()) => Ok(go("/konto/code?gesendet=adresse")),
        Err(error) => {
            let error = on_the_page(error, ctx.locale())?;
            Ok(answer(&caller, &account, &known, &[], (&wanted, &error), WRONG))
        }
    }
}

fn answer(
    caller: &Caller,
    account: &Account,
    typed: &Typed,
    problems: &[ContactProblem],
    (new_email, email_error): (&str, &str),
    status: StatusCode,
) -> Response {
    let failed = !problems.is_empty() || !email_error.is_empty();
    let page = titled(&caller.page(), HERE, "account-profile-title", failed);
    let form = PersonForm::new(&page, caller.town(), typed, problems, false);
    let view = ProfilePage {
        form,
        email: account.profile.email.clone(),
        new_email: new_email.to_owned(),
        email_error: email_error.to_owned(),
        needs_password: !caller.is_fresh(),
        page,
    };
    show(&view, caller.ctx().locale(), status, Shown::Personal)
}
