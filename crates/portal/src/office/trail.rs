//! The audit trail in words: what the office, the operator and their programs did. As a page, as a file for a
//! spreadsheet, and whether the chain holds.

use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use db::{
    TenantTx,
    audit::{self, Entry, Verdict},
};
use http::{StatusCode, header};
use identity::oversight::{self, Names};
use kernel::{AccessKeyId, AccountId, Ctx, csv, policy::Action};
use serde_json::Value;

use crate::{
    caller::Caller,
    error::Failure,
    fields::{Asked, Fields},
    page::{Page, Shown, show},
};

/// Where the trail is.
pub(super) const ADDRESS: &str = "/amt/protokoll";
/// Entries that one page lists.
const SHOWN: u64 = 50;
/// Entries that are read at once for the file.
const AT_ONCE: u64 = 1_000;
/// The most entries in a file: some hundred for each day of the year in which they are kept.
const MOST_IN_FILE: usize = 100_000;

#[derive(askama::Template)]
#[template(path = "office_trail.html")]
pub(crate) struct TrailPage {
    pub page: Page,
    pub entries: Vec<EntryLine>,
    /// Value, text, whether it is chosen.
    pub actions: Vec<(String, String, bool)>,
    /// What looking at the chain has found; empty when nobody has asked.
    pub verdict: String,
    pub is_broken: bool,
    /// The next page of the list; empty when there is none.
    pub more: String,
    pub file: String,
}

/// An entry as people read it.
#[derive(Debug, Clone)]
pub(crate) struct EntryLine {
    pub number: i64,
    pub when: String,
    pub who: String,
    pub what: String,
    /// On what; the id stands below.
    pub object: String,
    pub object_id: String,
    pub details: String,
}

/// `GET /amt/protokoll`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadAudit).await?;
    let page = caller.page();
    let tx = caller.db().begin(&ctx).await?;
    let chosen = fields.one("taetigkeit");
    let found = some(&ctx, &tx, chosen, fields.one("vor").parse().ok(), SHOWN + 1).await?;
    let names = names(&ctx, &tx, &found).await?;
    let actions = audit::actions(&ctx, &tx).await?;
    let verdict = match fields.one("pruefen") {
        "ja" => Some(audit::verify(&ctx, &tx).await?),
        _ => None,
    };
    tx.commit().await?;
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let more = found.get(shown).and_then(|_| found.get(shown - 1));
    let filter = filter(chosen);
    let zone = caller.town().zone();
    let when = |entry: &Entry| super::moment(&page, entry.at, zone);
    let view = TrailPage {
        entries: found
            .iter()
            .take(shown)
            .map(|entry| EntryLine::new(&page, entry, &names, when(entry)))
            .collect(),
        actions: actions
            .into_iter()
            .map(|action| {
                let (text, is_chosen) = (action_text(&page, &action), action == chosen);
                (action, text, is_chosen)
            })
            .collect(),
        verdict: verdict.as_ref().map(|verdict| verdict_text(&page, verdict)).unwrap_or_default(),
        is_broken: matches!(verdict, Some(Verdict::Broken { .. })),
        more: more.map(|last| format!("{ADDRESS}?vor={}{filter}", last.number)).unwrap_or_default(),
        file: format!("{ADDRESS}/protokoll.csv?{}", filter.trim_start_matches('&')),
        page: page.clone().titled(page.t("trail-title")),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

fn filter(action: &str) -> String {
    if action.is_empty() {
        return String::new();
    }
    let action: String = url::form_urlencoded::byte_serialize(action.as_bytes()).collect();
    format!("&taetigkeit={action}")
}

async fn some(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &str,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Entry>, audit::AuditError> {
    match action {
        "" => audit::entries(ctx, tx, before, limit).await,
        action => audit::entries_of(ctx, tx, action, before, limit).await,
    }
}

/// Names of everybody whom the entries mention.
async fn names(ctx: &Ctx, tx: &TenantTx, entries: &[Entry]) -> Result<Names, Failure> {
    let of = |actor: &'static str, object: &'static str| {
        entries.iter().flat_map(move |entry| {
            let by = entry.actor_id.filter(|_| entry.actor == actor);
            by.into_iter().chain(entry.object_id.filter(|_| entry.object == object))
        })
    };
    let people = of("staff", "account").map(AccountId::from);
    let keys = of("program", "access-key").map(AccessKeyId::from);
    Ok(oversight::names(ctx, tx, people, keys).await?)
}

fn verdict_text(page: &Page, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Sound { entries } => page.t1("trail-sound", "count", entries),
        Verdict::Broken { number } => page.t1("trail-broken", "number", number),
    }
}

impl EntryLine {
    /// An entry in the person's language.
    pub fn new(page: &Page, entry: &Entry, names: &Names, when: String) -> Self {
        let known = |object: &str, id: Option<uuid::Uuid>| match (object, id) {
            ("staff" | "account", Some(id)) => names.person(id.into()),
            ("program" | "access-key", Some(id)) => names.key(id.into()),
            _ => None,
        };
        let kind = word(page, "audit-actor", &entry.actor);
        let who = match (known(&entry.actor, entry.actor_id), entry.actor_id) {
            (Some(name), _) => format!("{kind} {name}"),
            (None, Some(id)) => format!("{kind} {id}"),
            (None, None) => kind,
        };
        let object = word(page, "audit-object", &entry.object);
        Self {
            number: entry.number,
            when,
            who,
            what: action_text(page, &entry.action),
            object: match known(&entry.object, entry.object_id) {
                Some(name) => format!("{object} {name}"),
                None => object,
            },
            object_id: entry.object_id.map(|id| id.to_string()).unwrap_or_default(),
            details: details(page, &entry.details),
        }
    }

    fn cells(&self) -> [String; 7] {
        let Self { number, when, who, what, object, object_id, details } = self.clone();
        [number.to_string(), when, who, what, object, object_id, details]
    }
}

/// The text for a word of the trail; the word itself where there is none.
fn word(page: &Page, prefix: &str, word: &str) -> String {
    let key = format!("{prefix}-{}", word.replace(['.', '_'], "-"));
    let text = page.t(&key);
    if text == key { word.to_owned() } else { text }
}

fn action_text(page: &Page, action: &str) -> String {
    word(page, "audit-action", action)
}

/// "Rechte: Kalender sehen, Kalender ändern; Tage: 90"
fn details(page: &Page, details: &Value) -> String {
    let part = |(name, value): (&String, &Value)| {
        format!("{}: {}", word(page, "audit-detail", name), value_text(page, value))
    };
    details.as_object().into_iter().flatten().map(part).collect::<Vec<_>>().join("; ")
}

fn value_text(page: &Page, value: &Value) -> String {
    match value {
        Value::String(text) => {
            // "clerk <id of a location>": the role has a word, the place its id
            let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
            match word(page, "audit-value", first) {
                known if known != first => format!("{known} {rest}").trim_end().to_owned(),
                _ => text.clone(),
            }
        }
        Value::Array(all) => {
            all.iter().map(|one| value_text(page, one)).collect::<Vec<_>>().join(", ")
        }
        Value::Bool(is_so) => page.t(if *is_so { "audit-yes" } else { "audit-no" }),
        Value::Null => "–".to_owned(),
        other => other.to_string(),
    }
}

/// `GET /amt/protokoll/protokoll.csv`
pub(crate) async fn file(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadAudit).await?;
    let text = sheet(&caller, &ctx, &fields).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"protokoll.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

async fn sheet(caller: &Caller, ctx: &Ctx, fields: &Fields) -> Result<String, Failure> {
    let (page, zone) = (caller.page(), caller.town().zone());
    let columns = ["number", "when", "who", "what", "object", "id", "details"];
    let titles = columns.map(|column| page.t(format!("trail-column-{column}")));
    let mut text = format!("{}{}", csv::MARK, csv::row(titles.iter().map(String::as_str)));
    let (mut before, mut written) = (None, 0);
    let tx = caller.db().begin(ctx).await?;
    loop {
        let found = some(ctx, &tx, fields.one("taetigkeit"), before, AT_ONCE).await?;
        let names = names(ctx, &tx, &found).await?;
        for entry in &found {
            let when = entry.at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false);
            let cells = EntryLine::new(&page, entry, &names, when).cells();
            text += &csv::row(cells.iter().map(String::as_str));
        }
        written += found.len();
        before = found.last().map(|entry| entry.number);
        if before.is_none() || written >= MOST_IN_FILE {
            break;
        }
    }
    tx.commit().await?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::samples;

    #[test]
    fn settings_are_said_in_words() {
        let page = Page::new(&samples::visit(), ADDRESS);
        let scopes = json!({ "scopes": ["calendar-read"], "days": 90 });
        assert_eq!(
            details(&page, &scopes),
            "Gültig (Tage): 90; Rechte: Öffnungszeiten, Entwürfe und Schließungen sehen"
        );
        let roles = json!({ "roles": ["clerk 018f", "unheard-of"] });
        assert_eq!(details(&page, &roles), "Rollen: Sachbearbeitung 018f, unheard-of");
        assert_eq!(action_text(&page, "x.unheard-of"), "x.unheard-of");
    }
}
