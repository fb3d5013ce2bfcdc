//! Whether a municipality's notice can say everything that Art. 13 GDPR asks for. Where it cannot, the municipality is not
//! served.

use chrono::NaiveDate;
use kernel::Locale;
use tenant::{Municipality, Problem, RecipientRole};

use crate::{NoticeFacts, Section, notice::render};

/// What the notice cannot say yet, with the key of the municipality's file that would say it.
pub fn gaps(town: &Municipality, facts: &NoticeFacts, today: NaiveDate) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut need = |there: bool, key: &str, what: &str| {
        if !there {
            found.push(Problem { key: key.to_owned(), problem: what.to_owned() });
        }
    };
    let own = &town.controller;
    let address = [&own.name, &own.street, &own.postal_code, &own.city, &own.email];
    let is_complete = address.iter().all(|part| !part.trim().is_empty());
    need(is_complete, "controller", "name, address and e-mail address (Art. 13(1)(a) GDPR)");
    let officer = town.settings.data_protection_officer.as_ref();
    let is_reachable = officer
        .is_some_and(|officer| !officer.name.trim().is_empty() && officer.email.contains('@'));
    need(
        is_reachable,
        "data_protection_officer",
        "who it is and how to reach them (Art. 13(1)(b) GDPR)",
    );
    need(
        town.settings.legal_basis.is_some(),
        "legal_basis",
        "what allows each purpose: use, analysis, improvement (Art. 13(1)(c) GDPR)",
    );
    need(
        town.has_recipient(RecipientRole::Operator),
        "recipients",
        "who runs the service (Art. 13(1)(e) GDPR)",
    );
    for recipient in town.recipients.iter().filter(|recipient| recipient.contract_on > today) {
        let key = format!("recipients: {}", recipient.name);
        need(false, &key, "its contract is not in force yet (Art. 28(3) GDPR)");
    }
    let retention = &town.settings.retention;
    let periods = [retention.access_log_days, retention.appointment_days, retention.message_days];
    need(!periods.contains(&0), "retention", "how long data is kept (Art. 13(2)(a) GDPR)");
    found.extend(unsaid(town, facts));
    found
}

/// What the composed notice leaves out: rights, authority and the duty to give data are in its text, or it is not complete.
fn unsaid(town: &Municipality, facts: &NoticeFacts) -> Vec<Problem> {
    let sections = render(town, facts, Locale::De);
    let body = |key: &str| {
        sections.iter().find(|section| section.key == key).map_or("", |section| &section.text)
    };
    let phone = town.settings.phone.as_str();
    let (rights, use_of_it) = (body("rights"), body("service-use"));
    let wanted = [
        ("Art. 15", rights, "the rights of the person (Art. 13(2)(b) GDPR)"),
        ("Art. 7", rights, "how consent is withdrawn (Art. 13(2)(c) GDPR)"),
        (town.authority().name, rights, "the supervisory authority (Art. 13(2)(d) GDPR)"),
        (phone, use_of_it, "what follows from giving no data (Art. 13(2)(e) GDPR)"),
    ];
    let mut found: Vec<Problem> = wanted
        .into_iter()
        .filter(|(fact, text, _)| fact.trim().is_empty() || !text.contains(fact))
        .map(|(_, _, what)| Problem { key: "notice".to_owned(), problem: what.to_owned() })
        .collect();
    let is_empty = |section: &&Section| section.text.trim().is_empty();
    found.extend(sections.iter().filter(is_empty).map(|section| Problem {
        key: format!("notice.{}", section.key),
        problem: "the section is empty".to_owned(),
    }));
    found
}
