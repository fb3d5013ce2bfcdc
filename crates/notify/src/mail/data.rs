//! The words of mails about people's data and their requests.

use std::collections::BTreeMap;

use kernel::{Telling, spoken};
use tenant::Municipality;

use super::account::Opening;
use crate::words::Words;

/// Subject, headline, first sentence and what follows. Every answer says where one can complain (Art. 12(4) and 77 GDPR).
pub(super) fn opening(
    t: Words,
    town: &Municipality,
    telling: Telling,
    facts: &BTreeMap<String, String>,
) -> Opening {
    let due = day(t, facts, "due");
    let kind = kind(t, facts.get("kind").map_or("", String::as_str));
    let get = |name: &str| facts.get(name).map_or("", String::as_str);
    let about = [
        ("town", town.name.as_str()),
        ("reference", get("reference")),
        ("kind", &kind),
        ("due", &due),
        ("reason", get("reason")),
        ("references", get("references")),
        ("count", get("count")),
    ];
    let say = |key| t.say_with(key, &about);
    let (subject, headline, intro) = match telling {
        Telling::Erased => {
            (say("data-subject-erased"), say("data-headline-erased"), say("data-intro-erased"))
        }
        Telling::EraseMails => {
            (say("data-subject-mails"), say("data-headline-mails"), say("data-intro-mails"))
        }
        Telling::Received => (
            say("data-subject-received"),
            say("data-headline-received"),
            say("data-intro-received"),
        ),
        Telling::Extended => (
            say("data-subject-extended"),
            say("data-headline-extended"),
            say("data-intro-extended"),
        ),
        Telling::Refused => {
            (say("data-subject-refused"), say("data-headline-refused"), say("data-intro-refused"))
        }
        Telling::Answered => (
            say("data-subject-answered"),
            say("data-headline-answered"),
            say("data-intro-answered"),
        ),
        Telling::RestrictionEnds => {
            (say("data-subject-lifting"), say("data-headline-lifting"), say("data-intro-lifting"))
        }
        Telling::Waiting => {
            (say("data-subject-waiting"), say("data-headline-waiting"), say("data-intro-waiting"))
        }
        Telling::Review => {
            (say("data-subject-review"), say("data-headline-review"), say("data-intro-review"))
        }
    };
    let mut lines = match telling {
        Telling::Erased => vec![say("data-line-backups")],
        Telling::Extended | Telling::Refused => vec![say("data-line-reason")],
        _ => Vec::new(),
    };
    if !telling.is_for_office() {
        lines.push(complaint(t, town));
    }
    Opening { subject, headline, intro, lines }
}

fn complaint(t: Words, town: &Municipality) -> String {
    let authority = town.authority();
    let place = format!("{}, {} {}", authority.street, authority.postal_code, authority.city);
    let who = [("name", authority.name), ("place", place.as_str()), ("email", authority.email)];
    t.say_with("data-line-complaint", &who)
}

fn day(t: Words, facts: &BTreeMap<String, String>, name: &str) -> String {
    let day = facts.get(name).and_then(|day| day.parse().ok());
    day.map(|day| spoken::date(day, t.locale)).unwrap_or_default()
}

fn kind(t: Words, kind: &str) -> String {
    match kind {
        "access" => t.say("data-kind-access"),
        "portability" => t.say("data-kind-portability"),
        "rectification" => t.say("data-kind-rectification"),
        "erasure" => t.say("data-kind-erasure"),
        "restriction" => t.say("data-kind-restriction"),
        "objection" => t.say("data-kind-objection"),
        _ => String::new(),
    }
}
