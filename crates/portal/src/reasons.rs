//! Why a day has no free time and what else there is, in words: for the pages, and for the API.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::{Locale, LocationId, spoken};
use scheduling::{Alternative, Catalogue, PlaceHours, Reason};
use tenant::Municipality;

use crate::texts::texts;

/// What the words depend on.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// The municipality.
    pub town: &'a Municipality,
    /// Its locations have names.
    pub catalogue: &'a Catalogue,
    /// The language.
    pub locale: Locale,
    /// To count down from.
    pub now: DateTime<Utc>,
    /// How long the visit takes.
    pub visit_minutes: u32,
}

/// The parts of a countdown as the page's script needs them, in its order.
const COUNTED: [&str; 9] = [
    "count-day-one",
    "count-day-many",
    "count-hour-one",
    "count-hour-many",
    "count-minute-one",
    "count-minute-many",
    "count-and",
    "count-in",
    "count-now",
];

impl Words<'_> {
    fn t(&self, key: &str, values: &[(&str, &str)]) -> String {
        texts().say_with(self.locale, key, values)
    }

    /// A word or two, for a day among others.
    pub fn short(&self, reason: &Reason) -> String {
        match reason {
            Reason::Over => self.t("day-past", &[]),
            Reason::TooSoon { .. } => self.t("day-too-soon", &[]),
            Reason::Closure(reason) => {
                self.t("day-closure", &[("reason", reason.get(self.locale))])
            }
            Reason::Holiday(holiday) => {
                self.t("day-holiday", &[("name", holiday.name(self.locale))])
            }
            Reason::NoHours => self.t("day-closed", &[]),
            Reason::OtherChannels => self.t("day-other-channels", &[]),
            // with a rolling plan each day has its own date: nobody wants to read sixty of them
            Reason::NotYetReleased { .. } if self.is_rolling() => self.t("day-not-released", &[]),
            Reason::NotYetReleased { at } => {
                self.t("day-released-at", &[("when", &self.instant(*at))])
            }
            Reason::AllBooked => self.t("day-full", &[]),
            Reason::TooShort { .. } => self.t("day-too-short", &[]),
            Reason::ContingentUsed { .. } => self.t("day-contingent", &[]),
        }
    }

    /// A sentence or two, for a day alone.
    pub fn sentence(&self, date: NaiveDate, reason: &Reason) -> String {
        match reason {
            Reason::Over => self.t("day-past-long", &[]),
            Reason::TooSoon { remainder: Some(at), .. } => {
                let time = spoken::time(*at, self.town.zone(), self.locale);
                self.t("day-remainder-long", &[("time", &time), ("in", &self.within(*at))])
            }
            Reason::TooSoon { until, .. } => {
                self.t("day-too-soon-long", &[("until", &self.deadline(*until))])
            }
            Reason::Closure(reason) => {
                self.t("day-closure-long", &[("reason", reason.get(self.locale))])
            }
            Reason::Holiday(holiday) => {
                self.t("day-holiday-long", &[("name", holiday.name(self.locale))])
            }
            Reason::NoHours => {
                let weekday = date.weekday().num_days_from_monday();
                let weekday = spoken::weekday_name(weekday, self.locale);
                self.t("day-closed-long", &[("weekday", weekday)])
            }
            Reason::OtherChannels => self.t("day-other-channels-long", &[]),
            Reason::NotYetReleased { at } => {
                let values = [("date", &*self.instant(*at)), ("in", &*self.within(*at))];
                self.t("day-not-released-long", &values)
            }
            Reason::AllBooked => self.t("day-full-long", &[]),
            Reason::TooShort { minutes } => {
                let (longest, minutes) = (minutes.to_string(), self.visit_minutes.to_string());
                self.t("day-too-short-long", &[("longest", &longest), ("minutes", &minutes)])
            }
            Reason::ContingentUsed { opens: Some(at) } => {
                let values = [("when", &*self.instant(*at)), ("in", &*self.within(*at))];
                self.t("day-contingent-long", &values)
            }
            Reason::ContingentUsed { opens: None } => self.t("day-contingent-only", &[]),
        }
    }

    /// What else there is.
    pub fn alternative(&self, alternative: &Alternative) -> String {
        match alternative {
            Alternative::Elsewhere(start) | Alternative::Later(start) => {
                let when = spoken::date_and_time(start.at, self.town.zone(), self.locale);
                let key = match alternative {
                    Alternative::Elsewhere(_) => "other-elsewhere",
                    _ => "other-later",
                };
                self.t(key, &[("when", &when), ("place", &self.place(start.location))])
            }
            Alternative::Release(release) => {
                let values =
                    [("when", &*self.instant(release.at)), ("in", &*self.within(release.at))];
                self.t("other-release", &values)
            }
            Alternative::Phone { number, has_times } => {
                let key = if *has_times { "other-phone-times" } else { "other-phone" };
                self.t(key, &[("number", number)])
            }
            Alternative::WalkIn(hours) => self.walk_in(hours),
        }
    }

    /// When people may come without an appointment.
    pub fn walk_in(&self, hours: &PlaceHours) -> String {
        let zone = self.town.zone();
        let from = spoken::time(hours.from, zone, self.locale);
        let from = from.strip_suffix(" Uhr").unwrap_or(&from);
        let to = spoken::time(hours.to, zone, self.locale);
        let place = self.place(hours.location);
        self.t("other-walk-in", &[("from", from), ("to", &to), ("place", &place)])
    }

    /// "in 2 Tagen und 3 Stunden"
    pub fn countdown(&self, at: DateTime<Utc>) -> String {
        let parts = self.parts(at);
        let and = format!(" {} ", self.t("count-and", &[]));
        self.after(&parts.join(&and))
    }

    /// The words of a countdown, for the script that keeps it up to date.
    pub fn counted(&self) -> String {
        COUNTED.map(|key| self.t(key, &[])).join("|")
    }

    /// Day and time, or the day alone where it begins then.
    pub fn instant(&self, at: DateTime<Utc>) -> String {
        let zone = self.town.zone();
        if spoken::clock_time(at, zone) == "00:00" {
            spoken::long_date(spoken::local_day(at, zone), self.locale)
        } else {
            spoken::date_and_time(at, zone, self.locale)
        }
    }

    /// The same as the end of something: the day before, where a day begins then.
    fn deadline(&self, at: DateTime<Utc>) -> String {
        let zone = self.town.zone();
        let day = spoken::local_day(at, zone);
        match day.pred_opt() {
            Some(before) if spoken::clock_time(at, zone) == "00:00" => {
                spoken::long_date(before, self.locale)
            }
            _ => spoken::date_and_time(at, zone, self.locale),
        }
    }

    /// " (in 2 Tagen)", or nothing when it is over.
    fn within(&self, at: DateTime<Utc>) -> String {
        match self.parts(at).into_iter().next() {
            Some(first) => format!(" ({})", self.after(&first)),
            None => String::new(),
        }
    }

    fn after(&self, words: &str) -> String {
        if words.is_empty() {
            self.t("count-now", &[])
        } else {
            self.t("count-in", &[]).replace('%', words)
        }
    }

    /// Days and hours, or hours and minutes; what is zero is left out.
    fn parts(&self, at: DateTime<Utc>) -> Vec<String> {
        let seconds = (at - self.now).num_seconds().max(0);
        let minutes = (seconds + 59) / 60;
        let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let all = if days > 0 {
            [("day", days), ("hour", hours)]
        } else {
            [("hour", hours), ("minute", minutes)]
        };
        let word = |(unit, number): (&str, i64)| {
            let form = if number == 1 { "one" } else { "many" };
            self.t(&format!("count-{unit}-{form}"), &[]).replace('%', &number.to_string())
        };
        all.into_iter().filter(|(_, number)| *number > 0).map(word).collect()
    }

    fn is_rolling(&self) -> bool {
        self.town.settings.booking.release.is_rolling()
    }

    fn place(&self, id: LocationId) -> String {
        let place = self.catalogue.location(id);
        place.map(|place| place.name.get(self.locale).to_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use kernel::LocalizedText;
    use scheduling::Released;
    use tenant::Holiday;

    use super::*;
    use crate::samples;

    fn with_words(locale: Locale, told: impl Fn(&Words<'_>)) {
        let (town, catalogue) = (samples::town(), samples::catalogue());
        let now = "2026-12-02T08:00:00Z".parse().unwrap();
        told(&Words { town: &town, catalogue: &catalogue, locale, now, visit_minutes: 25 });
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn each_reason_has_words_in_each_language() {
        let seven = at("2026-12-07T06:00:00Z");
        let reasons = [
            Reason::Over,
            Reason::TooSoon { until: at("2026-12-01T23:00:00Z"), remainder: None },
            Reason::TooSoon { until: seven, remainder: Some(at("2026-12-02T08:30:00Z")) },
            Reason::Closure(LocalizedText::german("Betriebsausflug")),
            Reason::Holiday(Holiday::ChristmasDay),
            Reason::NoHours,
            Reason::OtherChannels,
            Reason::NotYetReleased { at: seven },
            Reason::AllBooked,
            Reason::TooShort { minutes: 10 },
            Reason::ContingentUsed { opens: Some(seven) },
            Reason::ContingentUsed { opens: None },
        ];
        let date = "2026-12-05".parse().unwrap();
        for locale in [Locale::De, Locale::En] {
            with_words(locale, |words| {
                for reason in &reasons {
                    for text in [words.short(reason), words.sentence(date, reason)] {
                        assert!(!text.starts_with("day-") && !text.contains('$'), "{text}");
                    }
                }
            });
        }
        with_words(Locale::De, |words| {
            let long = |reason| words.sentence(date, reason);
            assert_eq!(
                long(&reasons[1]),
                "Diesen Tag konnte man bis Dienstag, 1. Dezember 2026 online buchen. Wenn es eilt, rufen Sie uns bitte an."
            );
            assert!(long(&reasons[2]).ends_with("um 9:30 Uhr frei (in 30 Minuten)."));
            assert!(long(&reasons[5]).starts_with("An diesem Samstag"));
            assert!(
                long(&reasons[7])
                    .ends_with("am Montag, 7. Dezember 2026, 7:00 Uhr frei (in 4 Tagen).")
            );
            assert_eq!(words.short(&reasons[3]), "geschlossen: Betriebsausflug");
        });
    }

    #[test]
    fn each_alternative_has_words() {
        let start = samples::start("2026-12-08".parse().unwrap(), "08:15", 0);
        let release = Released {
            at: at("2026-12-07T06:00:00Z"),
            from: "2026-12-21".parse().unwrap(),
            to: "2026-12-27".parse().unwrap(),
        };
        let hours = PlaceHours {
            location: start.location,
            from: at("2026-12-08T07:00:00Z"),
            to: at("2026-12-08T11:00:00Z"),
        };
        let number = || "02364 933-0".to_owned();
        with_words(Locale::De, |words| {
            let told = |alternative| words.alternative(&alternative);
            let when = "Dienstag, 8. Dezember 2026, 8:15 Uhr, Bürgerbüro";
            assert_eq!(
                told(Alternative::Elsewhere(start)),
                format!("An einem anderen Standort: {when}")
            );
            assert_eq!(told(Alternative::Later(start)), format!("Nächster freier Termin: {when}"));
            assert_eq!(
                told(Alternative::Release(release)),
                "Neue Termine ab Montag, 7. Dezember 2026, 7:00 Uhr (in 4 Tagen)"
            );
            assert_eq!(
                told(Alternative::WalkIn(hours)),
                "Ohne Termin: 8:00 bis 12:00 Uhr, Bürgerbüro"
            );
            let phone = |has_times| told(Alternative::Phone { number: number(), has_times });
            assert!(
                phone(true).contains("noch Termine frei") && phone(true).ends_with("02364 933-0")
            );
            assert_eq!(phone(false), "Rufen Sie uns an: 02364 933-0");
        });
    }

    #[test]
    fn a_countdown_has_at_most_two_parts() {
        with_words(Locale::De, |words| {
            let told = |text| words.countdown(at(text));
            assert_eq!(told("2026-12-04T11:00:00Z"), "in 2 Tagen und 3 Stunden");
            assert_eq!(told("2026-12-03T08:00:00Z"), "in 1 Tag");
            assert_eq!(told("2026-12-02T09:01:00Z"), "in 1 Stunde und 1 Minute");
            assert_eq!(told("2026-12-02T08:00:01Z"), "in 1 Minute");
            assert_eq!(told("2026-12-02T07:00:00Z"), "jetzt");
            assert_eq!(words.counted().split('|').count(), COUNTED.len());
        });
    }
}
