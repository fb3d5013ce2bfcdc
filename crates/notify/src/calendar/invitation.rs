//! The calendar entry of an appointment. One UID for its whole life, a sequence that rises with every change, and
//! the office as organizer from the first entry to the cancellation: calendars accept updates only then.
//!
//! Times are in UTC: every calendar shows them right without a time zone table. The entry says what to bring
//! and the number of the appointment, but neither the name of the person nor the code that opens the
//! appointment: people share calendars.

use chrono::{DateTime, Utc};
use kernel::Locale;
use tenant::Municipality;

use super::content_line::{Calendar, quoted};
use crate::{facts::AppointmentFacts, words::Words};

/// What a calendar entry is for (RFC 5546 §1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Comes by mail, new or changed.
    Request,
    /// Comes by mail and takes the entry back.
    Cancel,
    /// Is downloaded.
    Publish,
}

impl Method {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Publish => "PUBLISH",
        }
    }
}

/// The calendar entry of an appointment for download, `METHOD:PUBLISH`. `base_url` is the address of the
/// municipality's pages, without a slash at the end.
pub fn calendar_file(
    town: &Municipality,
    facts: &AppointmentFacts,
    base_url: &str,
    now: DateTime<Utc>,
) -> String {
    entry(Method::Publish, town, facts, base_url, now)
}

/// The calendar entry that a mail carries.
pub(crate) fn invitation(
    town: &Municipality,
    facts: &AppointmentFacts,
    base_url: &str,
    now: DateTime<Utc>,
) -> (Method, String) {
    let method = if facts.cancelled { Method::Cancel } else { Method::Request };
    (method, entry(method, town, facts, base_url, now))
}

fn entry(
    method: Method,
    town: &Municipality,
    facts: &AppointmentFacts,
    base_url: &str,
    now: DateTime<Utc>,
) -> String {
    let locale = facts.locale;
    let words = Words::for_citizens(locale);
    let organizer = format!("ORGANIZER;CN={}", quoted(&town.settings.mail.sender_name));
    let mut calendar = Calendar::default();
    calendar.component("VCALENDAR", |calendar| {
        calendar.line("VERSION", "2.0");
        calendar.line("PRODID", "-//Stadttermin//Stadttermin//DE");
        calendar.line("CALSCALE", "GREGORIAN");
        calendar.line("METHOD", method.key());
        calendar.component("VEVENT", |event| {
            event.line("UID", &format!("{}@{}", facts.id, mail_domain(town)));
            event.line("SEQUENCE", &facts.sequence.to_string());
            event.instant("DTSTAMP", now);
            event.instant("LAST-MODIFIED", now);
            event.instant("DTSTART", facts.starts_at);
            event.instant("DTEND", facts.ends_at);
            let place = facts.place.name.get(locale);
            event.text(
                "SUMMARY",
                &words.say_with("calendar-title", &[("place", place), ("town", &town.name)]),
            );
            event.text("LOCATION", &facts.place.line(locale));
            event.text("DESCRIPTION", &description(words, facts, locale));
            event.line("STATUS", if facts.cancelled { "CANCELLED" } else { "CONFIRMED" });
            event.line("TRANSP", if facts.cancelled { "TRANSPARENT" } else { "OPAQUE" });
            event.line("CLASS", "PRIVATE");
            event.line(&organizer, &format!("mailto:{}", town.settings.mail.from));
            if method == Method::Publish {
                event.line("URL", &format!("{base_url}/termin"));
            } else if let Some(email) = &facts.person.email {
                // no answer wanted: nobody at the office reads them
                event.line(
                    "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE",
                    &format!("mailto:{email}"),
                );
            }
            if !facts.cancelled && !facts.person.no_reminders {
                for trigger in ["-P1D", "-PT2H"] {
                    event.component("VALARM", |alarm| {
                        alarm.line("ACTION", "DISPLAY");
                        alarm.text("DESCRIPTION", &words.say("calendar-reminder"));
                        alarm.line("TRIGGER", trigger);
                    });
                }
            }
        });
    });
    calendar.finish()
}

/// The right-hand side of ids that stay the same for ever, whatever host the municipality uses.
pub(crate) fn mail_domain(town: &Municipality) -> String {
    format!("{}.stadttermin", town.slug)
}

fn description(words: Words, facts: &AppointmentFacts, locale: Locale) -> String {
    let mut text = words.say_with("calendar-reference", &[("reference", &facts.reference)]);
    for item in &facts.items {
        text += &format!("\n\n{}", item.name.get(locale));
        if !item.documents.is_empty() {
            text += &format!("\n{}", words.say("bring"));
        }
        for document in &item.documents {
            text += &format!("\n- {}", document.get(locale));
        }
    }
    let directions = facts.place.directions.get(locale);
    if !directions.is_empty() {
        text += &format!("\n\n{directions}");
    }
    text
}

#[cfg(test)]
mod tests {
    use icalendar::{Calendar as Parsed, Component};

    use super::*;
    use crate::mail::fixtures::{facts, town};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn property(text: &str, name: &str) -> String {
        let parsed: Parsed = text.parse().unwrap();
        let event = parsed.events().next().unwrap();
        event.property_value(name).unwrap_or_default().to_owned()
    }

    #[test]
    fn an_entry_is_created_moved_and_taken_back() {
        let (town, mut facts) = (town(), facts());
        let base = "https://haltern.example";
        let (method, created) = invitation(&town, &facts, base, at("2026-12-01T10:00:00Z"));
        assert_eq!(method, Method::Request);

        facts.sequence = 1;
        facts.starts_at = at("2027-03-29T07:15:00Z");
        facts.ends_at = at("2027-03-29T07:30:00Z");
        let (method, moved) = invitation(&town, &facts, base, at("2026-12-02T10:00:00Z"));
        assert_eq!(method, Method::Request);

        facts.sequence = 2;
        facts.cancelled = true;
        let (method, cancelled) = invitation(&town, &facts, base, at("2026-12-03T10:00:00Z"));
        assert_eq!(method, Method::Cancel);

        for text in [&created, &moved, &cancelled] {
            assert_eq!(property(text, "UID"), property(&created, "UID"));
            assert_eq!(property(text, "ORGANIZER"), "mailto:termine@haltern.example");
            let parsed: Parsed = text.parse().unwrap();
            let event = parsed.events().next().unwrap();
            let attendee = &event.multi_properties()["ATTENDEE"][0];
            assert_eq!(attendee.value(), "mailto:erika@example.org");
            assert!(!text.contains(&facts.manage_token));
            assert!(!text.contains("Mustermann"));
            assert!(text.ends_with("END:VCALENDAR\r\n"));
            assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
        }
        assert_eq!(property(&moved, "SEQUENCE"), "1");
        assert_eq!(property(&cancelled, "STATUS"), "CANCELLED");
        insta::assert_snapshot!("created", created.replace('\r', ""));
        insta::assert_snapshot!("moved", moved.replace('\r', ""));
        insta::assert_snapshot!("cancelled", cancelled.replace('\r', ""));
    }

    #[test]
    fn the_clock_on_the_wall_is_kept_on_both_sides_of_the_change() {
        let (town, mut facts) = (town(), facts());
        // 9:15 in Haltern am See on the Fridays before and the Mondays after each change
        let days = [
            ("2026-03-27T08:15:00Z", "20260327T081500Z"),
            ("2026-03-30T07:15:00Z", "20260330T071500Z"),
            ("2026-10-23T07:15:00Z", "20261023T071500Z"),
            ("2026-10-26T08:15:00Z", "20261026T081500Z"),
        ];
        for (start, written) in days {
            facts.starts_at = at(start);
            let text = calendar_file(&town, &facts, "https://haltern.example", at(start));
            assert_eq!(property(&text, "DTSTART"), written);
            let wall = kernel::spoken::time(facts.starts_at, town.zone(), Locale::De);
            assert_eq!(wall, "9:15 Uhr");
        }
    }

    #[test]
    fn a_download_names_no_person_and_no_code() {
        let (town, facts) = (town(), facts());
        let now = at("2026-12-01T10:00:00Z");
        let text = calendar_file(&town, &facts, "https://haltern.example", now);
        assert!(text.contains("METHOD:PUBLISH\r\n"));
        assert_eq!(property(&text, "URL"), "https://haltern.example/termin");
        for secret in ["erika@example.org", "Mustermann", &facts.manage_token, "+49151"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
}
