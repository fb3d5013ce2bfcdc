//! What a copy of somebody's data says beside the data (Art. 15(1) GDPR): why, how long, who got it, what one may ask for.

use std::sync::LazyLock;

use kernel::{
    Ctx, Locale,
    my_data::{Content, Kind, Processing, Receiver, Responsible},
    text::Catalog,
};
use tenant::{Municipality, RecipientRole};

fn texts() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        Catalog::new(&[
            (Locale::De, include_str!("../../locales/rights.de.ftl")),
            (Locale::En, include_str!("../../locales/rights.en.ftl")),
        ])
    });
    &CATALOG
}

/// The municipality as the one who is responsible.
pub(super) fn controller(town: &Municipality) -> Responsible {
    let controller = &town.controller;
    Responsible {
        name: controller.name.clone(),
        street: controller.street.clone(),
        postal_code: controller.postal_code.clone(),
        city: controller.city.clone(),
        email: Some(controller.email.clone()),
        website: None,
    }
}

fn authority(town: &Municipality) -> Responsible {
    let authority = town.authority();
    Responsible {
        name: authority.name.to_owned(),
        street: authority.street.to_owned(),
        postal_code: authority.postal_code.to_owned(),
        city: authority.city.to_owned(),
        email: Some(authority.email.to_owned()),
        website: Some(authority.website.to_owned()),
    }
}

/// What goes with the data.
pub(super) fn of(ctx: &Ctx, town: &Municipality, data: &Content) -> Processing {
    let locale = ctx.locale();
    let t = |key: &str| texts().say(locale, key);
    let rights = ["access", "rectification", "erasure", "restriction", "portability", "objection"];
    Processing {
        kinds: kinds(locale, town, data),
        recipients: recipients(locale, town, data),
        source: t("rights-source"),
        rights: rights.map(|right| t(&format!("rights-right-{right}"))).into(),
        authority: authority(town),
        left_out: ["backups", "access-log", "check-values", "staff"]
            .map(|what| t(&format!("rights-left-out-{what}")))
            .into(),
        notice_version: town.notice_version,
    }
}

fn kinds(locale: Locale, town: &Municipality, data: &Content) -> Vec<Kind> {
    let retention = &town.settings.retention;
    let kind = |name: &str, days: u32| {
        let days = days.to_string();
        let say = |part: &str| {
            texts().say_with(locale, &format!("rights-{name}-{part}"), &[("days", &days)])
        };
        Kind { category: say("category"), purpose: say("purpose"), kept: say("kept") }
    };
    let mut kinds = Vec::new();
    if !data.appointments.is_empty() {
        kinds.push(kind("appointment", retention.appointment_days));
        kinds.push(kind("contact", retention.appointment_days));
    }
    if !data.messages.is_empty() {
        kinds.push(kind("message", retention.message_days));
    }
    if let Some(account) = &data.account {
        kinds.push(kind("account", 0));
        if !account.sign_ins.is_empty() {
            kinds.push(kind("sign-in", retention.access_log_days));
        }
    }
    if !data.codes.is_empty() {
        kinds.push(kind("code", 1));
    }
    kinds
}

/// Who really got something: the operator and the hosters all of it, others only what was sent through them.
fn recipients(locale: Locale, town: &Municipality, data: &Content) -> Vec<Receiver> {
    let went_out = |channel: &str| {
        let left = |state: &str| matches!(state, "sent" | "unknown");
        data.messages.iter().any(|message| message.channel == channel && left(&message.state))
    };
    let wrote_codes = !data.codes.is_empty() || data.account.is_some();
    let got = |role: RecipientRole| match role {
        RecipientRole::Operator | RecipientRole::Hosting => Some("everything"),
        RecipientRole::Sms => went_out("sms").then_some("sms"),
        RecipientRole::Email => (went_out("mail") || wrote_codes).then_some("mail"),
        RecipientRole::Other => None,
    };
    let say = |key: String| texts().say(locale, &key);
    let mut all: Vec<Receiver> = town
        .recipients
        .iter()
        .filter_map(|recipient| {
            let what = got(recipient.role)?;
            Some(Receiver {
                role: say(format!("rights-role-{}", recipient.role.key())),
                name: recipient.name.clone(),
                address: format!(
                    "{}, {} {}",
                    recipient.street, recipient.postal_code, recipient.city
                ),
                what: say(format!("rights-got-{what}")),
            })
        })
        .collect();
    if data.messages.iter().any(|message| message.audience == "office" && message.state == "sent") {
        let controller = &town.controller;
        all.push(Receiver {
            role: say("rights-role-office".to_owned()),
            name: controller.name.clone(),
            address: format!(
                "{}, {} {}",
                controller.street, controller.postal_code, controller.city
            ),
            what: say("rights-got-office".to_owned()),
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn both_languages_say_the_same() {
        let keys: Vec<BTreeSet<_>> =
            texts().keys().values().map(|keys| keys.iter().cloned().collect()).collect();
        assert_eq!(keys[0], keys[1]);
        for role in RecipientRole::ALL {
            assert!(keys[0].contains(&format!("rights-role-{}", role.key())), "{role:?}");
        }
    }
}
