//! How long everything is kept, how far deletion has come, and its receipts: for whoever looks after data protection.

use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use db::ledger::Checks;
use http::{StatusCode, header};
use kernel::{csv, policy::Action, retention::Category};
use privacy::retention::{
    self, Period, Place, Rule, SCHEDULE, State,
    receipts::{self, Receipt, Verdict},
};

use crate::{
    caller::Caller,
    error::Failure,
    fields::Asked,
    page::{Page, Shown, show},
};

/// Where the page is.
pub(super) const ADDRESS: &str = "/amt/datenschutz/loeschung";
/// Receipts that one page lists.
const SHOWN: u64 = 30;
/// The most receipts in a file: about one a day for three years.
const MOST_IN_FILE: u64 = 2_000;
/// Two rounds of deletion may pass before it is late.
const LATE: TimeDelta = TimeDelta::hours(1);

#[derive(askama::Template)]
#[template(path = "office_deletion.html")]
pub(crate) struct DeletionPage {
    pub page: Page,
    /// What is overdue, in words; empty when nothing is.
    pub overdue: Vec<String>,
    pub lines: Vec<PeriodLine>,
    /// What was found when it was looked whether erasures left anything, in words.
    pub checks: Vec<String>,
    /// Whether something was left.
    pub has_remains: bool,
    pub receipts: Vec<ReceiptLine>,
    /// What looking at the chain has found; empty when nobody has asked.
    pub verdict: String,
    pub is_broken: bool,
    /// The next page of the list; empty when there is none.
    pub more: String,
    pub file: String,
    /// The installation's key, with which receipts are checked elsewhere.
    pub public_key: String,
}

/// How long one category is kept.
#[derive(Debug, Clone)]
pub(crate) struct PeriodLine {
    pub what: String,
    pub trigger: String,
    pub period: String,
    /// How long it may be kept at most; empty where nobody decides anything.
    pub cap: String,
    /// When it was last gone through.
    pub ran: String,
    /// For how long it is overdue; empty when it is not.
    pub late: String,
}

/// A receipt as people read it.
#[derive(Debug, Clone)]
pub(crate) struct ReceiptLine {
    pub number: i64,
    pub from: String,
    pub to: String,
    /// "12 Termine; 3 Codes"
    pub counts: Vec<String>,
}

/// `GET /amt/datenschutz/loeschung`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadRetention).await?;
    let page = caller.page();
    let tx = caller.db().begin(&ctx).await?;
    let states = retention::states(&ctx, &tx).await?;
    let found = receipts::list(&ctx, &tx, fields.one("vor").parse().ok(), SHOWN + 1).await?;
    let verdict = match fields.one("pruefen") {
        "ja" => Some(receipts::verify(&ctx, &tx).await?),
        _ => None,
    };
    let checks = retention::erasure_checks(&ctx, &tx).await?;
    let public_key = db::signature::hex(&tx.public_key());
    tx.commit().await?;
    let (zone, now) = (caller.town().zone(), ctx.now());
    let when = |at| super::moment(&page, at, zone);
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let more = found.get(shown).and_then(|_| found.get(shown - 1));
    let periods = &caller.town().settings.retention;
    let lines = SCHEDULE.iter().map(|rule| {
        let state = states.iter().find(|state| state.category == rule.category);
        PeriodLine::new(&page, rule, rule.period(periods), state.map(|state| (state, now)), &when)
    });
    let view = DeletionPage {
        overdue: overdue(&page, &states, now),
        lines: lines.collect(),
        checks: checks_text(&page, &checks, &when),
        has_remains: checks.with_remains > 0,
        receipts: found
            .iter()
            .take(shown)
            .map(|receipt| ReceiptLine::new(&page, receipt, &when))
            .collect(),
        verdict: verdict.map(|verdict| verdict_text(&page, verdict)).unwrap_or_default(),
        is_broken: matches!(verdict, Some(Verdict::Broken { .. })),
        more: more.map(|last| format!("{ADDRESS}?vor={}", last.number)).unwrap_or_default(),
        file: format!("{ADDRESS}/belege.csv"),
        public_key,
        page: page.clone().titled(page.t("deletion-title")),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

fn overdue(page: &Page, states: &[State], now: DateTime<Utc>) -> Vec<String> {
    states
        .iter()
        .filter(|state| state.overdue(now) > LATE)
        .map(|state| {
            let late = span(page, state.overdue(now));
            format!("{}: {late}", category(page, state.category))
        })
        .collect()
}

fn checks_text(
    page: &Page,
    checks: &Checks,
    when: &impl Fn(DateTime<Utc>) -> String,
) -> Vec<String> {
    let Some(last) = checks.last_at else { return vec![page.t("deletion-checks-none")] };
    let count = checks.checked.to_string();
    let mut said = vec![page.t2("deletion-checks", ("count", &count), ("when", &when(last)))];
    said.push(match checks.with_remains {
        0 => page.t("deletion-checks-clean"),
        remains => page.t1("deletion-checks-remains", "count", remains),
    });
    said
}

fn verdict_text(page: &Page, verdict: Verdict) -> String {
    match verdict {
        Verdict::Sound { receipts } => page.t1("deletion-sound", "count", receipts),
        Verdict::Broken { number } => page.t1("deletion-broken", "number", number),
    }
}

/// What a kind of data is called.
pub(crate) fn category(page: &Page, category: Category) -> String {
    page.t(format!("category-{}", category.key()))
}

/// "7 Tage"
fn period(page: &Page, period: Period) -> String {
    let (number, unit) = period.parts();
    page.t1(format!("period-{unit}"), "number", number)
}

fn span(page: &Page, late: TimeDelta) -> String {
    let (unit, number) = match late.num_hours() {
        hours if hours < 48 => ("hours", hours),
        hours => ("days", hours / 24),
    };
    page.t1(format!("period-{unit}"), "number", number)
}

impl PeriodLine {
    fn new(
        page: &Page,
        rule: &Rule,
        kept: Period,
        state: Option<(&State, DateTime<Utc>)>,
        when: &impl Fn(DateTime<Utc>) -> String,
    ) -> Self {
        let late = state.map(|(state, now)| state.overdue(now)).filter(|late| *late > LATE);
        let is_capped = rule.setting.is_some() || rule.cap != rule.usual;
        Self {
            what: category(page, rule.category),
            trigger: page.t(format!("trigger-{}", rule.trigger.key())),
            period: period(page, kept),
            cap: if is_capped { period(page, rule.cap) } else { String::new() },
            ran: match (rule.place, state) {
                (Place::Redis, _) => page.t("deletion-by-itself"),
                (Place::Database, Some((state, _))) => when(state.ran_at),
                (Place::Database, None) => page.t("deletion-not-yet"),
            },
            late: late.map(|late| span(page, late)).unwrap_or_default(),
        }
    }
}

impl ReceiptLine {
    fn new(page: &Page, receipt: &Receipt, when: &impl Fn(DateTime<Utc>) -> String) -> Self {
        Self {
            number: receipt.number,
            from: when(receipt.from),
            to: when(receipt.to),
            counts: counts(page, receipt),
        }
    }
}

fn counts(page: &Page, receipt: &Receipt) -> Vec<String> {
    let known = |word: &str| Category::from_key(word).map(|known| category(page, known));
    let counts = receipt.counts.iter();
    counts
        .map(|(word, rows)| format!("{}: {rows}", known(word).unwrap_or_else(|| word.clone())))
        .collect()
}

/// `GET /amt/datenschutz/loeschung/belege.csv`: with what is signed and its signature, so that it can be checked elsewhere.
pub(crate) async fn file(caller: Caller) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadRetention).await?;
    let (page, zone) = (caller.page(), caller.town().zone());
    let tx = caller.db().begin(&ctx).await?;
    let found = receipts::list(&ctx, &tx, None, MOST_IN_FILE).await?;
    tx.commit().await?;
    let columns = ["number", "from", "to", "counts", "signed", "signature"];
    let titles = columns.map(|column| page.t(format!("deletion-column-{column}")));
    // spreadsheets recognise UTF-8 by this mark
    let mut text = format!("{}{}", csv::MARK, csv::row(titles.iter().map(String::as_str)));
    let local =
        |at: DateTime<Utc>| at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false);
    for receipt in &found {
        let cells = [
            receipt.number.to_string(),
            local(receipt.from),
            local(receipt.to),
            counts(&page, receipt).join("; "),
            receipt.words(ctx.tenant()),
            receipt.signature(),
        ];
        text += &csv::row(cells.iter().map(String::as_str));
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"loeschbelege.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}
