//! The mail to the citizen.

use askama::Template;
use kernel::{
    event::Change,
    spoken::{date, local_day, long_date, time},
};
use tenant::Municipality;

use crate::{facts::AppointmentFacts, words::Words};

/// What a mail says, in both of its forms.
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// A service as the letter lists it.
pub(super) struct Line {
    pub(super) title: String,
    fee: String,
    documents: Vec<String>,
}

/// How the person changes the appointment.
struct Manage {
    /// With the code in the fragment, which browsers keep to themselves.
    link: String,
    page: String,
    /// The code in groups, for typing.
    code: String,
}

#[derive(Template)]
#[template(path = "citizen.txt")]
struct Text<'a> {
    t: Words,
    letter: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "citizen.html")]
struct Html<'a> {
    t: Words,
    letter: &'a View<'a>,
}

struct View<'a> {
    language: &'static str,
    subject: String,
    headline: String,
    greeting: String,
    intro: String,
    /// What the office says.
    note: &'a str,
    /// Leads to another time when the office has cancelled.
    rebook: Option<String>,
    cancelled: bool,
    when: String,
    until: String,
    facts: &'a AppointmentFacts,
    town: &'a Municipality,
    place: &'a str,
    directions: &'a str,
    lines: Vec<Line>,
    manage: Option<Manage>,
    base_url: &'a str,
    call: String,
    retention: String,
    rights: String,
}

/// Writes the mail that tells the citizen about a change.
pub(crate) fn letter(
    town: &Municipality,
    facts: &AppointmentFacts,
    change: Change,
    base_url: &str,
) -> Result<Letter, askama::Error> {
    let (locale, zone) = (facts.locale, town.zone());
    let t = Words::for_citizens(locale);
    let place = facts.place.name.get(locale);
    let day = local_day(facts.starts_at, zone);
    let from = time(facts.starts_at, zone, locale);
    let short = format!("{}, {from}", date(day, locale));
    let about = [("when", short.as_str()), ("place", place)];
    let what = match (change, facts.by_office) {
        (Change::Booked, _) => "booked",
        (Change::Moved, false) => "moved",
        (Change::Moved, true) => "moved-office",
        (Change::Cancelled, false) => "cancelled",
        (Change::Cancelled, true) => "cancelled-office",
    };
    let subject = t.say_with(&format!("subject-{what}"), &about);
    let (headline, intro) = (t.say(&format!("headline-{what}")), t.say(&format!("intro-{what}")));
    let until = time(facts.ends_at, zone, locale);
    let name = format!("{} {}", facts.person.first_name, facts.person.last_name);
    let days = town.settings.retention.appointment_days.to_string();
    let cancelled = change == Change::Cancelled;
    let view = View {
        language: locale.tag(),
        headline,
        greeting: t.say_with("greeting", &[("name", &name)]),
        intro,
        note: facts.note.as_ref().map_or("", |note| note.get(locale)),
        rebook: (cancelled && facts.by_office).then(|| manage(facts, base_url).link),
        cancelled,
        when: long_date(day, locale),
        until: t.say_with("time", &[("from", &from), ("until", &until)]),
        facts,
        town,
        place,
        directions: facts.place.directions.get(locale),
        lines: lines(t, facts),
        manage: (!cancelled).then(|| manage(facts, base_url)),
        base_url,
        call: t.say_with("call", &[("phone", &town.settings.phone)]),
        retention: t.say_with("retention", &[("days", &days)]),
        rights: t.say_with("rights", &[("email", &town.controller.email)]),
        subject,
    };
    let text = Text { t, letter: &view }.render()?;
    let html = Html { t, letter: &view }.render()?;
    Ok(Letter { subject: view.subject, text, html })
}

/// The services as the letter lists them.
fn lines(t: Words, facts: &AppointmentFacts) -> Vec<Line> {
    let line = |item: &crate::facts::VisitItem| Line {
        title: match item.quantity {
            0 | 1 => item.name.get(t.locale).to_owned(),
            count => t.say_with(
                "persons",
                &[("name", item.name.get(t.locale)), ("count", &count.to_string())],
            ),
        },
        fee: match &item.fee {
            Some(fee) => t.say_with("fee", &[("fee", fee.get(t.locale))]),
            None => t.say("free"),
        },
        documents: item.documents.iter().map(|text| text.get(t.locale).to_owned()).collect(),
    };
    facts.items.iter().map(line).collect()
}

fn manage(facts: &AppointmentFacts, base_url: &str) -> Manage {
    let letters: Vec<char> = facts.manage_token.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Manage {
        link: format!("{base_url}/termin#{}", facts.manage_token),
        page: format!("{base_url}/termin"),
        code: groups.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Locale, LocalizedText};

    use super::*;
    use crate::mail::fixtures::{facts, town};

    const BASE: &str = "https://haltern.example";

    #[test]
    fn the_letters_read_as_they_should() {
        let (town, mut facts) = (town(), facts());
        let booked = letter(&town, &facts, Change::Booked, BASE).unwrap();
        insta::assert_snapshot!("booked_text", booked.text);
        insta::assert_snapshot!("booked_html", booked.html);
        let moved = letter(&town, &facts, Change::Moved, BASE).unwrap();
        insta::assert_snapshot!("moved_text", moved.text);
        let cancelled = letter(&town, &facts, Change::Cancelled, BASE).unwrap();
        insta::assert_snapshot!("cancelled_text", cancelled.text);
        assert!(!cancelled.text.contains(&facts.manage_token));
        facts.locale = Locale::En;
        let english = letter(&town, &facts, Change::Booked, BASE).unwrap();
        insta::assert_snapshot!("booked_text_en", english.text);
    }

    #[test]
    fn what_the_office_changes_comes_with_its_words_and_a_way_on() {
        let (town, mut facts) = (town(), facts());
        facts.by_office = true;
        facts.note = Some(
            LocalizedText::german("Wasserschaden <im> Bürgerbüro.").with(Locale::En, "A flood."),
        );
        let cancelled = letter(&town, &facts, Change::Cancelled, BASE).unwrap();
        insta::assert_snapshot!("cancelled_by_office_text", cancelled.text);
        assert!(cancelled.html.contains("Wasserschaden &#60;im&#62; Bürgerbüro."), "escaped");
        let link = format!("{BASE}/termin#{}", facts.manage_token);
        assert!(cancelled.html.contains(&link) && cancelled.text.contains(&link));
        let moved = letter(&town, &facts, Change::Moved, BASE).unwrap();
        insta::assert_snapshot!("moved_by_office_text", moved.text);
        facts.locale = Locale::En;
        let english = letter(&town, &facts, Change::Cancelled, BASE).unwrap();
        assert!(english.text.contains("A flood.") && !english.text.contains("Wasserschaden"));
        facts.note = None;
        let silent = letter(&town, &facts, Change::Cancelled, BASE).unwrap();
        assert!(!silent.text.contains("Reason"), "{}", silent.text);
    }

    #[test]
    fn subjects_name_nobody_and_the_code_stays_in_the_fragment() {
        let (town, facts) = (town(), facts());
        let booked = letter(&town, &facts, Change::Booked, BASE).unwrap();
        assert_eq!(booked.subject, "Termin am 8. Dezember 2026, 9:15 Uhr – Bürgerbüro");
        for change in [Change::Booked, Change::Moved, Change::Cancelled] {
            let letter = letter(&town, &facts, change, BASE).unwrap();
            assert!(!letter.subject.contains("Mustermann"), "{}", letter.subject);
            for form in [&letter.text, &letter.html] {
                let plain = form.matches(&facts.manage_token).count();
                let fragments = form.matches(&format!("/termin#{}", facts.manage_token)).count();
                assert_eq!(plain, fragments);
            }
        }
    }

    #[test]
    fn nothing_typed_becomes_markup() {
        let (town, mut facts) = (town(), facts());
        facts.person.first_name = "<img src=x>".to_owned();
        let letter = letter(&town, &facts, Change::Booked, BASE).unwrap();
        assert!(!letter.html.contains("<img"), "{}", letter.html);
        for remote in ["src=", "@import", "url("] {
            assert!(!letter.html.replace("img src=x", "").contains(remote), "{remote}");
        }
    }
}
