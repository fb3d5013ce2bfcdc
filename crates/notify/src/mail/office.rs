//! The mail to the office (notice §5): everything that was entered, and the services.

use askama::Template;
use kernel::{
    Locale,
    event::Change,
    spoken::{date, local_day, long_date, time},
};
use tenant::Municipality;

use super::letter::Letter;
use crate::{
    facts::{AppointmentFacts, Person},
    words::Words,
};

#[derive(Template)]
#[template(path = "office.txt")]
struct Text<'a> {
    t: Words,
    letter: &'a View,
}

#[derive(Template)]
#[template(path = "office.html")]
struct Html<'a> {
    t: Words,
    letter: &'a View,
}

struct View {
    subject: String,
    headline: String,
    /// What is said about the appointment and about the person: label and value.
    appointment: Vec<(String, String)>,
    services: Vec<String>,
    person: Vec<(String, String)>,
    retention: String,
}

/// Writes the mail that tells the office about a change.
pub(crate) fn letter(
    town: &Municipality,
    facts: &AppointmentFacts,
    change: Change,
) -> Result<Letter, askama::Error> {
    let (locale, zone) = (Locale::De, town.zone());
    let t = Words::for_office();
    let day = local_day(facts.starts_at, zone);
    let from = time(facts.starts_at, zone, locale);
    let short = format!("{}, {from}", date(day, locale));
    let place = facts.place.name.get(locale);
    let about = [("when", short.as_str()), ("place", place), ("reference", &facts.reference)];
    let (subject, headline) = match change {
        Change::Booked => {
            (t.say_with("office-subject-booked", &about), t.say("office-headline-booked"))
        }
        Change::Moved => {
            (t.say_with("office-subject-moved", &about), t.say("office-headline-moved"))
        }
        Change::Cancelled => {
            (t.say_with("office-subject-cancelled", &about), t.say("office-headline-cancelled"))
        }
    };
    let until = time(facts.ends_at, zone, locale);
    let hours = t.say_with("office-time", &[("from", &from), ("until", &until)]);
    let days = town.settings.retention.appointment_days.to_string();
    let services = facts.items.iter();
    let view = View {
        headline,
        appointment: vec![
            (t.say("office-when"), format!("{}, {hours}", long_date(day, locale))),
            (t.say("office-where"), facts.place.line(locale)),
            (t.say("office-reference"), facts.reference.clone()),
        ],
        services: services
            .map(|item| format!("{} × {}", item.quantity, item.name.get(locale)))
            .collect(),
        person: person(t, &facts.person, facts.locale),
        retention: t.say_with("office-retention", &[("days", &days)]),
        subject,
    };
    let text = Text { t, letter: &view }.render()?;
    let html = Html { t, letter: &view }.render()?;
    Ok(Letter { subject: view.subject, text, html })
}

/// What the person entered; what they did not enter is not mentioned.
fn person(t: Words, person: &Person, language: Locale) -> Vec<(String, String)> {
    let town = [person.postal_code.as_deref(), person.city.as_deref()];
    let town: Vec<&str> = town.into_iter().flatten().collect();
    let address = [person.street.clone(), (!town.is_empty()).then(|| town.join(" "))];
    let address: Vec<String> = address.into_iter().flatten().collect();
    let entered = [
        (t.say("office-name"), Some(format!("{} {}", person.first_name, person.last_name))),
        (t.say("office-email"), person.email.clone()),
        (t.say("office-phone"), person.phone.clone()),
        (t.say("office-address"), (!address.is_empty()).then(|| address.join(", "))),
        (t.say("office-birth-date"), person.birth_date.map(|day| date(day, Locale::De))),
        (t.say("office-language"), Some(language_name(language).to_owned())),
    ];
    entered.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

fn language_name(language: Locale) -> &'static str {
    match language {
        Locale::De => "Deutsch",
        Locale::En => "Englisch",
        Locale::DeLeicht => "Leichte Sprache",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::fixtures::{facts, town};

    #[test]
    fn the_office_reads_everything_that_was_entered() {
        let (town, facts) = (town(), facts());
        let booked = letter(&town, &facts, Change::Booked).unwrap();
        insta::assert_snapshot!("office_text", booked.text);
        insta::assert_snapshot!("office_html", booked.html);
        assert_eq!(
            booked.subject,
            "Neuer Termin am 8. Dezember 2026, 9:15 Uhr – Bürgerbüro (K7PX-2M9D)"
        );
        assert!(!booked.text.contains(&facts.manage_token));
    }

    #[test]
    fn what_was_not_entered_is_not_mentioned() {
        let (town, mut facts) = (town(), facts());
        facts.person.birth_date = None;
        facts.person.street = None;
        facts.person.postal_code = None;
        facts.person.city = None;
        let text = letter(&town, &facts, Change::Cancelled).unwrap().text;
        assert!(!text.contains("Geburtsdatum") && !text.contains("Anschrift"), "{text}");
    }
}
