//! One's own passkeys: the list, a form for a new one, names and removal. Making one needs the browser's help and the script
//! `passkey.js`; everything else works without.
//!
//! Pages that want the list or the button to sign in include `parts/passkeys.html` (with a [`PasskeyList`] called
//! `passkeys`), `parts/passkey_sign_in.html` or `parts/passkey_second.html`.

mod ceremony;

use axum::response::Response;
use http::StatusCode;
use identity::{
    Account, AccountError, AccountKind, Limit, SignedIn,
    passkeys::{self, LONGEST_NAME, MOST, Passkey, RelyingParty},
};
use kernel::{Ctx, PasskeyId, PublicError, spoken};

pub(crate) use self::ceremony::{begin, begin_sign_in, finish, finish_sign_in};
use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

#[derive(askama::Template)]
#[template(path = "passkeys.html")]
pub(crate) struct PasskeysPage {
    pub page: Page,
    /// What was done.
    pub done: String,
    /// The way back.
    pub back: &'static str,
    /// What there is; `None` when nobody is signed in.
    pub list: Option<PasskeyList>,
}

/// The passkeys of whoever is signed in.
pub(crate) struct PasskeyList {
    pub rows: Vec<Row>,
    /// Whether there may be more.
    pub has_room: bool,
    /// Whether the sign-in is young enough for adding and removing.
    pub is_fresh: bool,
    pub longest_name: u32,
    /// The only address under which passkeys work.
    pub address: String,
    /// Why a name was refused, and which passkey's.
    pub error: Option<(String, String)>,
}

/// A passkey in the list.
pub(crate) struct Row {
    pub id: String,
    pub name: String,
    pub is_backed_up: bool,
    pub created: String,
    pub used: Option<String>,
}

/// `GET /konto/passkeys`
pub(crate) async fn citizens(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let account = caller.signed_in(AccountKind::Citizen).await?;
    answer(&caller, AccountKind::Citizen, account.as_ref(), &fields, None).await
}

/// `GET /amt/passkeys`
pub(crate) async fn office(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    answer(&caller, AccountKind::Staff, Some(&account), &fields, None).await
}

async fn answer(
    caller: &Caller,
    kind: AccountKind,
    account: Option<&Account>,
    fields: &Fields,
    error: Option<(String, String)>,
) -> Result<Response, Failure> {
    let page = caller.page();
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let list = match account {
        Some(account) => Some(PasskeyList { error, ..list(caller, account).await? }),
        None => None,
    };
    let done = ["angelegt", "umbenannt", "geloescht"].into_iter().find(|name| fields.has(name));
    let view = PasskeysPage {
        done: match done {
            Some("angelegt") => page.t("passkey-added"),
            Some("umbenannt") => page.t("passkey-renamed"),
            Some(_) => page.t("passkey-removed"),
            None => String::new(),
        },
        back: home(kind),
        page: page.clone().titled(page.t("passkey-title")).failed(status != StatusCode::OK),
        list,
    };
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// The passkeys of an account, for any page that shows them.
pub(crate) async fn list(caller: &Caller, account: &Account) -> Result<PasskeyList, Failure> {
    let ctx = own(caller, account);
    let tx = caller.db().begin(&ctx).await?;
    let known = passkeys::list(&ctx, &tx, account).await?;
    tx.commit().await?;
    let signed_in = caller.known()?.and_then(|data| data.signed_in);
    Ok(PasskeyList {
        has_room: (known.len() as u64) < MOST,
        is_fresh: signed_in.is_some_and(|signed_in| passkeys::is_fresh(&ctx, &signed_in)),
        rows: known.iter().map(|passkey| Row::new(caller, passkey)).collect(),
        longest_name: LONGEST_NAME,
        address: (caller.portal.base_url)(caller.town()),
        error: None,
    })
}

impl PasskeyList {
    /// Whether what was wanted of this passkey was refused.
    pub fn is_wrong(&self, row: &Row) -> bool {
        self.error.as_ref().is_some_and(|(id, _)| *id == row.id)
    }
}

impl Row {
    fn new(caller: &Caller, passkey: &Passkey) -> Self {
        let locale = caller.ctx().locale();
        let day = |at| spoken::date(spoken::local_day(at, caller.town().zone()), locale);
        Self {
            id: passkey.id.to_string(),
            name: passkey.name.clone(),
            is_backed_up: passkey.is_backed_up,
            created: day(passkey.created_at),
            used: passkey.last_used_at.map(day),
        }
    }
}

/// `POST /passkey/umbenennen`
pub(crate) async fn rename(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    caller.limit(Limit::Manage).await?;
    let (account, _) = owner(&caller).await?;
    let (ctx, id) = (own(&caller, &account), id(&fields)?);
    let tx = caller.db().begin(&ctx).await?;
    match passkeys::rename(&ctx, &tx, &account, id, fields.one("name")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("{}?umbenannt=ja", address(account.kind))))
        }
        Err(error @ AccountError::BadInput { .. }) => {
            tx.rollback().await?;
            let error = (id.to_string(), error.message(ctx.locale()));
            let nothing = Fields::default();
            answer(&caller, account.kind, Some(&account), &nothing, Some(error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /passkey/loeschen`
pub(crate) async fn remove(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    caller.limit(Limit::Manage).await?;
    let (account, signed_in) = owner(&caller).await?;
    let (ctx, id) = (own(&caller, &account), id(&fields)?);
    let tx = caller.db().begin(&ctx).await?;
    match passkeys::remove(&ctx, &tx, &account, &signed_in, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(go(&format!("{}?geloescht=ja", address(account.kind))))
        }
        Err(error @ AccountError::Conflict(_)) => {
            tx.rollback().await?;
            let error = (id.to_string(), error.message(ctx.locale()));
            let nothing = Fields::default();
            answer(&caller, account.kind, Some(&account), &nothing, Some(error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Whoever is signed in, of either kind.
async fn owner(caller: &Caller) -> Result<(Account, SignedIn), Failure> {
    let signed_in = caller.known()?.and_then(|data| data.signed_in);
    let signed_in = signed_in.ok_or(AccountError::Unauthenticated)?;
    let account = caller.signed_in(signed_in.kind).await?;
    Ok((account.ok_or(AccountError::Unauthenticated)?, signed_in))
}

/// The context in which somebody acts on their own account.
fn own(caller: &Caller, account: &Account) -> Ctx {
    caller.ctx().clone().with_actor(account.actor())
}

/// For whom passkeys are made here.
fn party(caller: &Caller) -> RelyingParty {
    RelyingParty::new(&(caller.portal.base_url)(caller.town()), &caller.town().name)
}

fn id(fields: &Fields) -> Result<PasskeyId, Failure> {
    Ok(PasskeyId::parse(fields.one("passkey")).ok_or(Refusal::NotFound)?)
}

/// Where one's passkeys are.
fn address(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Citizen => "/konto/passkeys",
        AccountKind::Staff => "/amt/passkeys",
    }
}

/// Where one is after signing in.
fn home(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Citizen => "/konto",
        AccountKind::Staff => "/amt",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn row(name: &str, used: Option<&str>) -> Row {
        Row {
            id: format!("id-of-{name}"),
            name: name.to_owned(),
            is_backed_up: used.is_some(),
            created: "7. Dezember 2026".to_owned(),
            used: used.map(str::to_owned),
        }
    }

    fn view(list: Option<PasskeyList>) -> PasskeysPage {
        let page = Page::new(&samples::visit(), "/konto/passkeys");
        let page = page.clone().titled(page.t("passkey-title"));
        PasskeysPage { page, done: String::new(), back: "/konto", list }
    }

    fn listed(rows: Vec<Row>) -> PasskeyList {
        PasskeyList {
            rows,
            has_room: true,
            is_fresh: true,
            longest_name: LONGEST_NAME,
            address: "http://haltern.localhost:8080".to_owned(),
            error: None,
        }
    }

    #[test]
    fn passkeys_can_be_seen_named_and_removed() {
        let rows = vec![row("Handy", Some("8. Dezember 2026")), row("Stick <1>", None)];
        let html = samples::picture("passkeys", &view(Some(listed(rows))), "");
        assert!(html.contains("Handy") && html.contains("Stick &#60;1&#62;"));
        assert!(html.contains("noch nie benutzt") && html.contains("8. Dezember 2026"));
        assert_eq!(html.matches("action=\"/passkey/loeschen\"").count(), 2);
        assert!(html.contains("hidden data-passkey=\"anlegen\""), "hidden without the script");
        assert!(html.contains("aria-live=\"polite\"") && html.contains("passkey.js"));

        let wrong = PasskeyList {
            error: Some((
                "id-of-Handy".to_owned(),
                "Geben Sie dem Passkey einen Namen.".to_owned(),
            )),
            ..listed(vec![row("Handy", None)])
        };
        let html = samples::picture("passkeys", &view(Some(wrong)), "wrong");
        assert!(
            html.contains("href=\"#name-id-of-Handy\"") || html.contains("#name-id-of-Handy\"")
        );
        assert!(html.contains("aria-invalid") && html.contains("<details open"));
    }

    #[test]
    fn what_cannot_be_done_is_not_offered() {
        let full = PasskeyList { has_room: false, ..listed(vec![row("Handy", None)]) };
        let html = samples::picture("passkeys", &view(Some(full)), "full");
        assert!(!html.contains("data-passkey=\"anlegen\"") && html.contains("Löschen Sie einen"));

        let old = PasskeyList { is_fresh: false, ..listed(vec![row("Handy", None)]) };
        let html = samples::picture("passkeys", &view(Some(old)), "old");
        assert!(!html.contains("data-passkey=\"anlegen\"") && !html.contains("/passkey/loeschen"));
        assert!(html.contains("data-passkey=\"anmelden\""), "one can sign in again here");
        assert!(html.contains("/passkey/umbenennen"));

        let html = samples::picture("passkeys", &view(None), "nobody");
        assert!(html.contains("data-passkey=\"anmelden\"") && !html.contains("anlegen\""));
        assert!(html.contains("href=\"/konto/anmelden?weiter=%2Fkonto%2Fpasskeys\""));
    }
}
