//! Who signed in when, for whoever looks after that: without addresses, which need a reason each.

use axum::response::Response;
use http::StatusCode;
use identity::{
    AccountError, AccountKind, oversight,
    sign_in::history::{self, Method, Outcome, SignInEntry, Wanted},
};
use kernel::{
    PublicError, SignInId,
    policy::{self, Action},
};

use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, show},
};

/// Where the list is.
pub(super) const ADDRESS: &str = "/amt/anmeldungen";
/// Attempts that one page lists.
const SHOWN: u64 = 50;

#[derive(askama::Template)]
#[template(path = "office_sign_ins.html")]
pub(crate) struct SignInsPage {
    pub page: Page,
    pub attempts: Vec<AttemptLine>,
    /// Value, text, whether it is chosen.
    pub kinds: Vec<(&'static str, String, bool)>,
    pub outcomes: Vec<(&'static str, String, bool)>,
    pub may_read_addresses: bool,
    /// The next page of the list; empty when there is none.
    pub more: String,
}

#[derive(askama::Template)]
#[template(path = "office_sign_in_address.html")]
pub(crate) struct AddressPage {
    pub page: Page,
    pub attempt: AttemptLine,
    pub reason: String,
    /// Why it was refused.
    pub error: String,
    /// The address, or that it is not kept any more; empty before somebody has given a reason.
    pub answer: String,
}

/// An attempt to sign in.
#[derive(Debug, Clone)]
pub(crate) struct AttemptLine {
    pub id: String,
    pub when: String,
    pub kind: String,
    /// Whose account; empty when the attempt reached none.
    pub who: String,
    pub how: String,
    pub outcome: String,
}

fn kind_key(kind: AccountKind) -> String {
    format!("sign-ins-kind-{}", kind.key())
}

fn outcome_key(outcome: Outcome) -> String {
    format!("sign-ins-outcome-{}", outcome.key())
}

fn method_key(method: Method) -> String {
    format!("sign-ins-method-{}", method.key())
}

/// `GET /amt/anmeldungen`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadSignIns).await?;
    let wanted = wanted(&fields);
    let tx = caller.db().begin(&ctx).await?;
    let before = SignInId::parse(fields.one("vor"));
    let found = history::all(&ctx, &tx, wanted, before, SHOWN).await?;
    let accounts = found.iter().filter_map(|entry| entry.account);
    let names = oversight::names(&ctx, &tx, accounts, []).await?;
    tx.commit().await?;
    let page = caller.page();
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let more = found.get(shown).and_then(|_| found.get(shown - 1));
    let filter = |name, value: Option<&str>| {
        value.map(|value| format!("&{name}={value}")).unwrap_or_default()
    };
    let filters = filter("konto", wanted.kind.map(AccountKind::key))
        + &filter("ergebnis", wanted.outcome.map(Outcome::key));
    let kinds = [AccountKind::Citizen, AccountKind::Staff];
    let view = SignInsPage {
        attempts: found
            .iter()
            .take(shown)
            .map(|entry| line(&caller, &page, entry, &names))
            .collect(),
        kinds: kinds
            .into_iter()
            .map(|kind| (kind.key(), page.t(kind_key(kind)), wanted.kind == Some(kind)))
            .collect(),
        outcomes: Outcome::ALL
            .into_iter()
            .map(|one| (one.key(), page.t(outcome_key(one)), wanted.outcome == Some(one)))
            .collect(),
        may_read_addresses: policy::allows(ctx.actor(), Action::ReadAddresses),
        more: more.map(|last| format!("{ADDRESS}?vor={}{filters}", last.id)).unwrap_or_default(),
        page: page.clone().titled(page.t("sign-ins-title")),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

fn wanted(fields: &Fields) -> Wanted {
    let (kind, outcome) = (fields.one("konto"), fields.one("ergebnis"));
    Wanted {
        kind: [AccountKind::Citizen, AccountKind::Staff].into_iter().find(|one| one.key() == kind),
        outcome: Outcome::ALL.into_iter().find(|one| one.key() == outcome),
    }
}

fn line(
    caller: &Caller,
    page: &Page,
    entry: &SignInEntry,
    names: &oversight::Names,
) -> AttemptLine {
    let who = match entry.account {
        Some(id) => names.person(id).map_or_else(|| id.to_string(), ToOwned::to_owned),
        None => String::new(),
    };
    AttemptLine {
        id: entry.id.to_string(),
        when: super::moment(page, entry.at, caller.town().zone()),
        kind: page.t(kind_key(entry.kind)),
        who,
        how: entry.method.map(|method| page.t(method_key(method))).unwrap_or_default(),
        outcome: entry.outcome.map(|outcome| page.t(outcome_key(outcome))).unwrap_or_default(),
    }
}

/// `GET /amt/anmeldungen/adresse`: asks for the reason.
pub(crate) async fn ask_address(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadAddresses).await?;
    let id = id_of(&fields)?;
    answer(&caller, &ctx, id, Shownable::default()).await
}

/// What the page shows beside the attempt.
#[derive(Default)]
struct Shownable {
    reason: String,
    refused: Option<AccountError>,
    answer: String,
}

async fn answer(
    caller: &Caller,
    ctx: &kernel::Ctx,
    id: SignInId,
    shown: Shownable,
) -> Result<Response, Failure> {
    let tx = caller.db().begin(ctx).await?;
    let entry = history::one(ctx, &tx, id).await?;
    let names = oversight::names(ctx, &tx, entry.account, []).await?;
    tx.commit().await?;
    let page = caller.page().at(format!("{ADDRESS}/adresse?id={id}"));
    let page = page.failed(shown.refused.is_some());
    let status = shown.refused.as_ref().map_or(StatusCode::OK, super::status_of);
    let view = AddressPage {
        attempt: line(caller, &page, &entry, &names),
        reason: shown.reason,
        error: shown.refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        answer: shown.answer,
        page: page.clone().titled(page.t("address-title")),
    };
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// `POST /amt/anmeldungen/adresse`. That somebody looked, and why, is in the audit trail before they see it.
pub(crate) async fn address(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadAddresses).await?;
    let id = id_of(&fields)?;
    let reason = fields.one("grund").to_owned();
    let tx = caller.db().begin(&ctx).await?;
    match history::address(&ctx, &tx, id, &reason).await {
        Ok(found) => {
            tx.commit().await?;
            let answer = found.unwrap_or_else(|| caller.page().t("address-gone"));
            self::answer(&caller, &ctx, id, Shownable { reason, refused: None, answer }).await
        }
        Err(error @ AccountError::BadInput { .. }) => {
            tx.rollback().await?;
            let shown = Shownable { reason, refused: Some(error), answer: String::new() };
            self::answer(&caller, &ctx, id, shown).await
        }
        Err(error) => Err(error.into()),
    }
}

fn id_of(fields: &Fields) -> Result<SignInId, Refusal> {
    SignInId::parse(fields.one("id")).ok_or(Refusal::NotFound)
}
