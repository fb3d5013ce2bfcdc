//! A copy of somebody's data in words.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kernel::{
    my_data::{Content, OwnAccount, OwnAppointment, OwnCode, OwnContact, OwnEvent, OwnMessage},
    spoken,
};

use super::show::{Group, Section};
use crate::page::Page;

/// The parts of which there is something.
pub(super) fn sections(page: &Page, zone: Tz, data: &Content) -> Vec<Section> {
    let words = Words { page, zone };
    let appointments = data.appointments.iter().map(|one| words.appointment(one, &data.messages));
    let mut all =
        vec![Section { title: page.t("my-data-appointments"), groups: appointments.collect() }];
    if let Some(account) = &data.account {
        all.push(Section { title: page.t("my-data-account"), groups: words.account(account) });
    }
    let codes = Group {
        lines: data.codes.iter().map(|code| words.code(code)).collect(),
        ..Group::default()
    };
    if !codes.lines.is_empty() {
        all.push(Section { title: page.t("my-data-codes"), groups: vec![codes] });
    }
    all.retain(|section| !section.groups.is_empty());
    all
}

struct Words<'a> {
    page: &'a Page,
    zone: Tz,
}

impl Words<'_> {
    fn at(&self, at: DateTime<Utc>) -> String {
        spoken::date_and_time(at, self.zone, self.page.locale)
    }

    /// The text for a word of the data; the word itself where there is none.
    fn word(&self, kind: &str, word: &str) -> String {
        let key = format!("my-data-{kind}-{}", word.to_lowercase().replace('_', "-"));
        let text = self.page.t(&key);
        if text == key { word.to_owned() } else { text }
    }

    fn facts(&self, all: Vec<(&str, Option<String>)>) -> Vec<(String, String)> {
        let known = all.into_iter().filter_map(|(name, value)| {
            let value = value.filter(|value| !value.is_empty())?;
            Some((self.page.t(format!("my-data-fact-{name}")), value))
        });
        known.collect()
    }

    fn appointment(&self, one: &OwnAppointment, messages: &[OwnMessage]) -> Group {
        let services = one.items.iter().map(|item| match item.quantity {
            1 => item.service.clone(),
            number => format!("{} ({number})", item.service),
        });
        let mut facts = self.facts(vec![
            ("reference", Some(one.reference.clone())),
            ("state", Some(self.word("state", &one.status))),
            ("services", Some(services.collect::<Vec<_>>().join(", "))),
            ("location", Some(format!("{}, {}", one.location, one.counter))),
        ]);
        if let Some(contact) = &one.contact {
            facts.extend(self.contact(contact));
        }
        facts.extend(self.facts(vec![
            ("booked", Some(self.at(one.booked_at))),
            ("changed", (one.changed_at != one.booked_at).then(|| self.at(one.changed_at))),
            ("cancelled", one.cancelled_at.map(|at| self.at(at))),
            ("language", Some(one.language.clone())),
            ("notice", Some(one.notice_version.to_string())),
            ("in-account", one.in_account_since.map(|at| self.at(at))),
            ("restricted", one.restricted_since.map(|at| self.at(at))),
            ("no-sms", one.no_sms_since.map(|at| self.at(at))),
            ("no-reminders", one.no_reminders_since.map(|at| self.at(at))),
            ("uncounted", one.uncounted_since.map(|at| self.at(at))),
        ]));
        let history = one.history.iter().map(|event| self.event(event));
        let sent = messages.iter().filter(|message| message.appointment == one.id);
        Group {
            title: self.at(one.starts_at),
            facts,
            lines: history.chain(sent.map(|message| self.message(message))).collect(),
        }
    }

    fn contact(&self, contact: &OwnContact) -> Vec<(String, String)> {
        let some = Option::clone;
        let town = [&contact.postal_code, &contact.city];
        let town: Vec<&str> = town.into_iter().filter_map(|part| part.as_deref()).collect();
        self.facts(vec![
            ("name", Some(format!("{} {}", contact.first_name, contact.last_name))),
            ("email", some(&contact.email)),
            ("phone", some(&contact.phone)),
            ("street", some(&contact.street)),
            ("town", Some(town.join(" "))),
            ("birth", contact.birth_date.map(|day| spoken::date(day, self.page.locale))),
        ])
    }

    fn event(&self, event: &OwnEvent) -> String {
        let (what, by) = (self.word("deed", &event.what), self.word("by", &event.by));
        format!("{}: {what} ({by})", self.at(event.at))
    }

    fn message(&self, message: &OwnMessage) -> String {
        let way = self.word("channel", &format!("{}-{}", message.channel, message.audience));
        let state = self.word("sent", &message.state);
        format!("{}: {way}, {state}", self.at(message.created_at))
    }

    fn code(&self, code: &OwnCode) -> String {
        let what = self.word("code", &code.purpose);
        let to = code.email.as_ref().map(|to| format!(", {to}")).unwrap_or_default();
        format!("{}: {what}{to}", self.at(code.created_at))
    }

    fn account(&self, account: &OwnAccount) -> Vec<Group> {
        let yes = |is_so: bool| self.page.t(if is_so { "my-data-yes" } else { "my-data-no" });
        let first = Group {
            title: self.page.t("my-data-profile"),
            facts: self.facts(vec![
                ("name", Some(format!("{} {}", account.first_name, account.last_name))),
                ("email", Some(account.email.clone())),
                ("phone", account.phone.clone()),
                ("language", Some(account.locale.clone())),
                ("password", Some(yes(account.has_password))),
                ("made", Some(self.at(account.created_at))),
                ("used", account.last_used_at.map(|at| self.at(at))),
                ("restricted", account.restricted_since.map(|at| self.at(at))),
                ("uncounted", account.uncounted_since.map(|at| self.at(at))),
            ]),
            lines: Vec::new(),
        };
        let list = |key: &str, lines: Vec<String>| Group {
            title: self.page.t(format!("my-data-{key}")),
            facts: Vec::new(),
            lines,
        };
        let sessions = account.sessions.iter();
        let sessions = sessions.map(|one| format!("{}: {}", self.at(one.since), one.device));
        let passkeys = account.passkeys.iter();
        let passkeys = passkeys.map(|one| format!("{}: {}", self.at(one.created_at), one.name));
        let sign_ins = account.sign_ins.iter().map(|one| {
            let ip = one.ip.as_ref().map(|ip| format!(", {ip}")).unwrap_or_default();
            let (how, result) =
                (self.word("method", &one.method), self.word("result", &one.result));
            format!("{}: {how}, {result}{ip}", self.at(one.at))
        });
        let mut all = vec![
            first,
            list("sessions", sessions.collect()),
            list("passkeys", passkeys.collect()),
            list("sign-ins", sign_ins.collect()),
        ];
        all.retain(|group| !group.facts.is_empty() || !group.lines.is_empty());
        all
    }
}
