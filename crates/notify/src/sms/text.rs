//! What SMS say. Town, date, time, place and number of the appointment; no name, no service.

use chrono::Datelike;
use kernel::{
    event::Change,
    spoken::{date, local_day, time, weekday_short},
};
use tenant::Municipality;

use super::gsm7::{fold, segments};
use crate::{facts::AppointmentFacts, words::Words};

/// The text for the citizen. It leads to the appointment only when no mail does: links in SMS look like fraud.
pub(crate) fn text(
    town: &Municipality,
    facts: &AppointmentFacts,
    change: Change,
    base_url: &str,
) -> String {
    let locale = facts.locale;
    let words = Words::for_citizens(locale);
    let day = local_day(facts.starts_at, town.zone());
    let when = format!(
        "{}, {}, {}",
        weekday_short(day.weekday().num_days_from_monday(), locale),
        date(day, locale),
        time(facts.starts_at, town.zone(), locale)
    );
    let name = facts.place.name.get(locale);
    let with_street = format!("{name}, {}", facts.place.street);
    let write = |place: &str| {
        let args = [
            ("town", town.name.as_str()),
            ("when", &when),
            ("place", place),
            ("reference", &facts.reference),
        ];
        fold(&match change {
            Change::Booked => words.say_with("sms-booked", &args),
            Change::Moved => words.say_with("sms-moved", &args),
            Change::Cancelled => words.say_with("sms-cancelled", &args),
        })
    };
    let full = write(&with_street);
    let mut text = if segments(&full) == 1 { full } else { write(name) };
    let way_on = match change {
        Change::Cancelled if facts.by_office => Some("sms-rebook"),
        Change::Cancelled => None,
        Change::Booked | Change::Moved => Some("sms-manage"),
    };
    if let Some(way_on) = way_on.filter(|_| facts.person.email.is_none()) {
        let link = format!("{base_url}/termin#{}", facts.manage_token);
        text.push(' ');
        text.push_str(&fold(&words.say_with(way_on, &[("link", &link)])));
    }
    text
}

#[cfg(test)]
mod tests {
    use kernel::{Locale, LocalizedText};

    use super::*;
    use crate::mail::fixtures::{facts, town};

    const CHANGES: [Change; 3] = [Change::Booked, Change::Moved, Change::Cancelled];

    #[test]
    fn an_sms_is_one_part_in_every_language() {
        let (town, mut facts) = (town(), facts());
        for locale in [Locale::De, Locale::En] {
            facts.locale = locale;
            for change in CHANGES {
                let text = text(&town, &facts, change, "https://haltern.example");
                assert_eq!(segments(&text), 1, "{text}");
                assert!(!text.contains('?'), "{text}");
                for fact in [town.name.as_str(), "2026", "9:15", "K7PX-2M9D"] {
                    assert!(text.contains(fact), "{fact} in {text}");
                }
                assert!(!text.contains("Mustermann") && !text.contains("termin#"), "{text}");
            }
        }
        facts.locale = Locale::De;
        insta::assert_snapshot!(
            text(&town, &facts, Change::Booked, "https://haltern.example"),
            @"Stadt Haltern am See: Ihr Termin am Di, 8. Dezember 2026, 9:15 Uhr. Ort: Bürgerbüro, Dr.-Conrads-Straße 1. Nummer: K7PX-2M9D"
        );
    }

    #[test]
    fn a_long_address_gives_way_to_the_limit() {
        let (town, mut facts) = (town(), facts());
        facts.place.street =
            "Bürgermeister-Doktor-Maximilian-von-und-zu-Hohenstein-Straße 123a".to_owned();
        let text = text(&town, &facts, Change::Booked, "https://haltern.example");
        assert_eq!(segments(&text), 1);
        assert!(text.contains("Bürgerbüro") && !text.contains("Hohenstein"));
    }

    #[test]
    fn letters_outside_the_alphabet_do_not_double_the_price() {
        let (town, mut facts) = (town(), facts());
        facts.place.name = LocalizedText::german("Bürgerbüro – „Süd“");
        let text = text(&town, &facts, Change::Moved, "https://haltern.example");
        assert_eq!(segments(&text), 1, "{text}");
    }

    #[test]
    fn without_mail_the_sms_leads_to_the_appointment() {
        let (town, mut facts) = (town(), facts());
        facts.person.email = None;
        let booked = text(&town, &facts, Change::Booked, "https://haltern.example");
        assert!(
            booked.ends_with(&format!("https://haltern.example/termin#{}", facts.manage_token))
        );
        assert_eq!(segments(&booked), 2);
        let cancelled = text(&town, &facts, Change::Cancelled, "https://haltern.example");
        assert!(!cancelled.contains(&facts.manage_token));
        facts.by_office = true;
        let cancelled = text(&town, &facts, Change::Cancelled, "https://haltern.example");
        assert!(cancelled.contains(&format!("/termin#{}", facts.manage_token)), "{cancelled}");
    }
}
