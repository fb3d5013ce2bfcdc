//! The eight sections, put together from texts, the municipality and facts of the program.

use std::sync::LazyLock;

use kernel::{Locale, cookie::CookieDeclaration, retention::Category, text::Catalog};
use tenant::{
    Authority, Basis, Controller, DataProtectionOfficer, Municipality, Point, Recipient,
    RecipientRole, Requirement,
};

use super::{
    NoticeFacts, Section,
    block::{self, Block, Line, Table},
};
use crate::{access_log::FIELDS, retention};

/// A session's record ends so many minutes after its last use, and so many hours after its first (crate `identity`).
const SESSION: [(&str, &str); 2] = [("idle", "30"), ("absolute", "12")];
/// An idempotency key is kept so many hours (crate `scheduling`).
const REPEAT: [(&str, &str); 1] = [("hours", "24")];
/// How long sign-ins are kept, and accounts that nobody uses; `tests` compares them with the code.
const LOGINS: [(&str, &str); 1] = [("logins", "90")];
const UNUSED: [(&str, &str); 1] = [("months", "24")];

static TEXTS: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::new(&[
        (Locale::De, include_str!("../../locales/de.ftl")),
        (Locale::En, include_str!("../../locales/en.ftl")),
        (Locale::DeLeicht, include_str!("../../locales/de-leicht.ftl")),
    ])
});

/// The texts, for the completeness test.
#[cfg(test)]
pub(super) fn texts() -> &'static Catalog {
    &TEXTS
}

/// The languages that have texts of their own.
pub(super) fn languages() -> impl Iterator<Item = Locale> {
    TEXTS.keys().keys().copied()
}

/// All sections in their order.
pub(super) fn sections(town: &Municipality, facts: &NoticeFacts, locale: Locale) -> Vec<Section> {
    blocks(town, facts, locale)
        .into_iter()
        .zip(1..)
        .map(|((key, blocks), number)| {
            let title = TEXTS.say(locale, &format!("{key}-title"));
            Section {
                key: key.to_owned(),
                title: format!("{number}. {title}"),
                html: block::html(&blocks),
                text: block::text(&blocks),
            }
        })
        .collect()
}

/// The sections by key, before they are rendered.
pub(super) fn blocks(
    town: &Municipality,
    facts: &NoticeFacts,
    locale: Locale,
) -> [(&'static str, Vec<Block>); 8] {
    let say = Composer { town, locale };
    [
        ("controller", say.controller()),
        ("purposes", say.purposes()),
        ("recipients", say.recipients()),
        ("informational-use", say.informational_use(facts.cookies)),
        ("service-use", say.service_use()),
        ("retention", say.retention()),
        ("rights", say.rights()),
        ("security", say.security()),
    ]
}

#[derive(Clone, Copy)]
struct Composer<'a> {
    town: &'a Municipality,
    locale: Locale,
}

impl Composer<'_> {
    fn text(self, key: &str) -> String {
        TEXTS.say(self.locale, key)
    }

    fn text_with(self, key: &str, args: &[(&str, &str)]) -> String {
        TEXTS.say_with(self.locale, key, args)
    }

    fn paragraph(self, key: &str) -> Block {
        Block::Paragraph(self.text(key))
    }

    fn paragraph_with(self, key: &str, args: &[(&str, &str)]) -> Block {
        Block::Paragraph(self.text_with(key, args))
    }

    fn heading(self, key: &str) -> Block {
        Block::Heading(self.text(key))
    }

    fn list(self, keys: &[&str]) -> Block {
        Block::List(keys.iter().map(|key| self.text(key)).collect())
    }

    fn controller(self) -> Vec<Block> {
        let controller = &self.town.controller;
        let settings = &self.town.settings;
        let mut address = controller_lines(controller);
        address
            .push(Line::plain(self.text_with("controller-phone", &[("phone", &settings.phone)])));
        if !settings.website.is_empty() {
            address.push(Line::website(&settings.website));
        }
        let mut blocks = vec![
            self.paragraph_with("controller-scope", &[("provider", &controller.name)]),
            self.paragraph("controller-who"),
            Block::Address(address),
        ];
        blocks.extend(self.officer());
        blocks
    }

    fn officer(self) -> Vec<Block> {
        let Some(officer) = &self.town.settings.data_protection_officer else {
            return vec![self.paragraph("controller-officer-unnamed")];
        };
        let DataProtectionOfficer { name, email, phone } = officer;
        let mut address = vec![Line::plain(name), Line::email(email)];
        if !phone.is_empty() {
            address.push(Line::plain(self.text_with("controller-phone", &[("phone", phone)])));
        }
        vec![self.paragraph("controller-officer"), Block::Address(address)]
    }

    fn purposes(self) -> Vec<Block> {
        let bases = self.town.legal_bases();
        let purposes = bases.named().map(|(purpose, basis)| {
            let basis = self.basis(basis);
            self.text_with(&format!("purposes-{purpose}"), &[("basis", &basis)])
        });
        let mut blocks = vec![self.paragraph("purposes-intro"), Block::List(purposes.to_vec())];
        if bases.any(&[Point::F]) {
            blocks.push(self.paragraph("purposes-interest"));
        }
        blocks.extend([
            self.paragraph("purposes-analysis-how"),
            self.paragraph("purposes-accountability"),
            self.paragraph("purposes-decisions"),
        ]);
        blocks
    }

    fn basis(self, basis: &Basis) -> String {
        self.text_with(&format!("basis-{}", basis.point.letter()), &[("law", &basis.law)])
    }

    fn recipients(self) -> Vec<Block> {
        let mut blocks = vec![self.paragraph("recipients-contract")];
        for role in RecipientRole::ALL {
            let listed = self.town.recipients.iter().filter(|recipient| recipient.role == role);
            let lines: Vec<String> = listed.map(recipient_line).collect();
            if !lines.is_empty() {
                blocks.push(self.heading(&format!("recipients-{}", role.key())));
                blocks.push(Block::List(lines));
            }
        }
        if self.town.has_recipient(RecipientRole::Sms) {
            blocks.push(self.paragraph(if self.sends_sms() {
                "recipients-sms-what"
            } else {
                "recipients-sms-off"
            }));
        }
        blocks.push(self.paragraph("recipients-nobody-else"));
        blocks.push(self.paragraph("recipients-abroad"));
        blocks
    }

    fn informational_use(self, cookies: &[CookieDeclaration]) -> Vec<Block> {
        let fields: Vec<&str> = FIELDS.iter().map(|field| field.text_key).collect();
        let days = self.town.settings.retention.access_log_days.to_string();
        let mut blocks = vec![
            self.paragraph("informational-use-intro"),
            self.paragraph("informational-use-log"),
            self.list(&fields),
            self.paragraph_with("informational-use-log-period", &[("days", &days)]),
            self.paragraph("informational-use-limits"),
        ];
        if !cookies.is_empty() {
            blocks.extend(self.cookies(cookies));
        }
        blocks
    }

    fn cookies(self, cookies: &[CookieDeclaration]) -> [Block; 7] {
        let head = ["kind", "source", "purpose", "expiry", "refusal"];
        [
            self.heading("cookies-heading"),
            self.paragraph("cookies-what"),
            self.paragraph("cookies-harmless"),
            Block::Table(Table {
                caption: self.text("cookies-table"),
                head: head.iter().map(|name| self.text(&format!("cookies-head-{name}"))).collect(),
                rows: cookies.iter().map(|cookie| self.cookie_row(cookie)).collect(),
            }),
            self.paragraph_with("cookies-server", &SESSION),
            self.paragraph("cookies-only"),
            self.paragraph_with("cookies-refused", &[("phone", &self.town.settings.phone)]),
        ]
    }

    fn cookie_row(self, cookie: &CookieDeclaration) -> Vec<String> {
        let kind = self.text(&format!("cookie-{}-kind", cookie.kind));
        let names =
            [("kind", kind.as_str()), ("name", cookie.name), ("plain", cookie.name_without_tls)];
        let expiry =
            if cookie.ends_with_session { "cookie-session-end" } else { "cookie-own-date" };
        vec![
            self.text_with("cookie-name", &names),
            self.text("cookie-source"),
            self.text(&format!("cookie-{}-purpose", cookie.kind)),
            self.text(expiry),
            self.text("cookie-refusal"),
        ]
    }

    fn service_use(self) -> Vec<Block> {
        let settings = &self.town.settings;
        let minutes = settings.booking.hold_minutes.to_string();
        let mut blocks = vec![
            self.heading("service-use-fields-heading"),
            self.paragraph("service-use-fields"),
            self.list(&self.fields(Requirement::Required)),
        ];
        let optional = self.fields(Requirement::Optional);
        if optional.is_empty() {
            blocks.push(self.paragraph("service-use-optional-none"));
        } else {
            blocks.push(self.paragraph("service-use-optional"));
            blocks.push(self.list(&optional));
        }
        blocks.extend([
            self.paragraph_with("service-use-mandatory", &[("phone", &settings.phone)]),
            self.paragraph("service-use-only-for"),
            self.heading("service-use-booking-heading"),
            self.paragraph_with("service-use-booking", &[("minutes", &minutes)]),
            self.paragraph("service-use-stored"),
            self.paragraph_with("service-use-repeat", &REPEAT),
            self.heading("service-use-messages-heading"),
        ]);
        blocks.extend(self.messages());
        blocks.push(self.heading("service-use-account-heading"));
        blocks.extend(self.accounts());
        blocks
    }

    /// The fields that are asked in one way. Names are always required.
    fn fields(self, requirement: Requirement) -> Vec<&'static str> {
        let contact = &self.town.settings.contact;
        [
            ("field-first-name", Requirement::Required),
            ("field-last-name", Requirement::Required),
            ("field-email", contact.email),
            ("field-phone", contact.phone),
            ("field-address", contact.address),
            ("field-birth-date", contact.birth_date),
        ]
        .into_iter()
        .filter(|(_, asked)| *asked == requirement)
        .map(|(key, _)| key)
        .collect()
    }

    fn messages(self) -> Vec<Block> {
        let contact = &self.town.settings.contact;
        let mail = self.town.settings.mail.enabled;
        let mut keys = Vec::new();
        if mail && contact.email != Requirement::Hidden {
            keys.push("service-use-messages-mail");
        }
        if self.sends_sms() && contact.phone != Requirement::Hidden {
            keys.push("service-use-messages-sms");
        }
        if mail {
            keys.extend(["service-use-office", "service-use-office-honest"]);
        } else {
            keys.push("service-use-messages-off");
        }
        keys.into_iter().map(|key| self.paragraph(key)).collect()
    }

    /// Accounts live with mails: where none are sent, there are none.
    fn accounts(self) -> Vec<Block> {
        if !self.town.settings.mail.enabled {
            return vec![self.paragraph("service-use-account-none")];
        }
        vec![
            self.paragraph("service-use-account"),
            self.paragraph_with("service-use-account-logins", &LOGINS),
            self.paragraph_with("service-use-account-end", &UNUSED),
        ]
    }

    fn sends_sms(self) -> bool {
        self.town.settings.sms.enabled && self.town.has_recipient(RecipientRole::Sms)
    }

    fn retention(self) -> Vec<Block> {
        let settings = &self.town.settings;
        let hold = settings.booking.hold_minutes;
        let (minutes, double) = (hold.to_string(), (hold * 2).to_string());
        let days = |category| {
            let (days, _) = retention::rule(category).period(&settings.retention).parts();
            days.to_string()
        };
        let (log, appointment) = (days(Category::AccessLog), days(Category::Appointment));
        let (message, cancelled) = (days(Category::Message), days(Category::CancelledAppointment));
        let voluntary = days(Category::VoluntaryFields);
        let row = |key: &str, args: &[(&str, &str)]| {
            vec![
                self.text(&format!("retention-{key}")),
                self.text_with(&format!("retention-{key}-period"), args),
            ]
        };
        vec![
            self.paragraph("retention-principle"),
            Block::Table(Table {
                caption: self.text("retention-table"),
                head: vec![self.text("retention-head-what"), self.text("retention-head-period")],
                rows: vec![
                    row("log", &[("days", &log)]),
                    row("session", &SESSION),
                    row("hold", &[("minutes", &minutes), ("double", &double)]),
                    row("appointment", &[("days", &appointment)]),
                    row("cancelled", &[("days", &cancelled)]),
                    row("voluntary", &[("days", &voluntary)]),
                    row("message", &[("days", &message)]),
                    row("repeat", &REPEAT),
                ],
            }),
            self.paragraph("retention-how"),
        ]
    }

    fn rights(self) -> Vec<Block> {
        // Which rights the law gives depends on the basis; all six are served whatever it is.
        let bases = self.town.legal_bases();
        let may_object = bases.any(&[Point::E, Point::F]);
        let mut blocks = vec![
            self.paragraph("rights-intro"),
            self.list(&[
                "rights-access",
                "rights-rectification",
                "rights-erasure",
                "rights-restriction",
                "rights-portability",
                "rights-objection",
            ]),
            self.paragraph(if may_object {
                "rights-objection-when"
            } else {
                "rights-objection-anyway"
            }),
        ];
        if !bases.any(&[Point::B]) {
            blocks.push(self.paragraph("rights-portability-anyway"));
        }
        blocks.extend([
            self.paragraph("rights-withdrawal"),
            self.paragraph_with("rights-how", &[("email", &self.town.controller.email)]),
            self.paragraph("rights-complaint"),
            Block::Address(authority_lines(self.town.authority())),
        ]);
        blocks
    }

    fn security(self) -> Vec<Block> {
        vec![
            self.paragraph("security-intro"),
            self.list(&[
                "security-transport",
                "security-sealed",
                "security-separate",
                "security-code",
                "security-no-names",
            ]),
        ]
    }
}

fn controller_lines(controller: &Controller) -> Vec<Line> {
    vec![
        Line::plain(&controller.name),
        Line::plain(&controller.street),
        Line::plain(format!("{} {}", controller.postal_code, controller.city)),
        Line::email(&controller.email),
    ]
}

fn authority_lines(authority: &Authority) -> Vec<Line> {
    vec![
        Line::plain(authority.name),
        Line::plain(authority.street),
        Line::plain(format!("{} {}", authority.postal_code, authority.city)),
        Line::email(authority.email),
        Line::website(authority.website),
    ]
}

fn recipient_line(recipient: &Recipient) -> String {
    let Recipient { name, street, postal_code, city, .. } = recipient;
    format!("{name}, {street}, {postal_code} {city}")
}
