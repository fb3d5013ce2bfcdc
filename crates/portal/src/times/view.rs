//! The calendar as words and links.

use chrono::{DateTime, Months, NaiveDate, TimeZone, Timelike, Utc};
use kernel::spoken;
use scheduling::{Alternative, Catalogue, Day, Item, Location, Reason, Released, Start, Why};
use tenant::Municipality;

use super::{Purpose, Wanted, time_value};
use crate::{
    month::{self, Month},
    page::Page,
    reasons::Words,
    selection::Selection,
    visit_facts::VisitFacts,
};

/// How many neighbours are offered when a time was taken.
const NEIGHBOURS: usize = 3;

/// What was found, before it is put into words.
pub(crate) struct Chosen<'a> {
    pub catalogue: &'a Catalogue,
    pub wanted: &'a Wanted,
    pub items: &'a [Item],
    /// Each possible place with its next free time.
    pub places: &'a [(&'a Location, Option<Start>)],
    /// The place that was chosen; all when `None`.
    pub place: Option<&'a Location>,
    /// The next free time there.
    pub next: Option<Start>,
    /// The next free time after a month without any.
    pub later: Option<Start>,
    /// The first day of the month.
    pub first: NaiveDate,
    /// The day whose times are shown.
    pub day: Option<&'a Day>,
    pub days: &'a [Day],
    /// What is to say about each of them.
    pub whys: &'a [Why],
    pub today: NaiveDate,
    /// The last day that can be booked now.
    pub last: NaiveDate,
    pub now: DateTime<Utc>,
    /// When new days come.
    pub release: Option<Released>,
}

#[derive(askama::Template)]
#[template(path = "times.html")]
pub(crate) struct TimesPage {
    pub page: Page,
    pub facts: VisitFacts,
    /// The appointment that is moved: when it is now. Empty for a booking.
    pub moving_from: String,
    /// Back to the services, or to the appointment.
    pub back: String,
    pub refused: String,
    pub neighbours: Vec<Chip>,
    pub next: Option<Next>,
    pub places: Vec<PlaceChoice>,
    pub month: Month,
    pub earlier_month: Option<Link>,
    pub later_month: Option<Link>,
    /// "Sie können Termine bis zum 22. Januar 2027 buchen."
    pub released_until: String,
    pub release: Option<ReleaseNote>,
    /// When what is left of a day is released on the day itself; empty where that is not done.
    pub release_today: String,
    pub day: DayPanel,
    pub form: TimeForm,
}

/// The form around every time.
#[derive(Debug, Clone)]
pub(crate) struct TimeForm {
    pub action: &'static str,
    pub hidden: Vec<(&'static str, String)>,
}

/// A time as a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chip {
    pub value: String,
    pub clock: String,
    /// Time and place in words.
    pub label: String,
}

/// The first free time.
#[derive(Debug, Clone)]
pub(crate) struct Next {
    pub value: String,
    pub when: String,
    pub place: String,
}

/// A place with its next free time.
#[derive(Debug, Clone)]
pub(crate) struct PlaceChoice {
    pub name: String,
    pub street: String,
    pub next: String,
    pub address: String,
    pub is_chosen: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub text: String,
    pub address: String,
}

/// Times that belong together.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub title: String,
    pub chips: Vec<Chip>,
}

/// When new days come.
#[derive(Debug, Clone)]
pub(crate) struct ReleaseNote {
    /// "in 2 Tagen und 3 Stunden"
    pub countdown: String,
    /// The same for the script that keeps it up to date.
    pub seconds: i64,
    pub words: String,
    pub text: String,
}

/// The times of a day, or why it has none and what else there is.
#[derive(Debug, Clone)]
pub(crate) struct DayPanel {
    pub title: String,
    pub groups: Vec<Group>,
    pub reason: String,
    /// Links have an address.
    pub others: Vec<Link>,
    /// When people may come without an appointment, on a day with free times.
    pub walk_in: Vec<String>,
}

/// Whether days are released at a published time for several days together.
fn is_planned(town: &Municipality) -> bool {
    use tenant::Release::{Monthly, Weekly};
    matches!(town.settings.booking.release, Weekly { .. } | Monthly { .. })
}

impl Chosen<'_> {
    /// The address of this very view.
    pub fn here(&self) -> String {
        self.address(self.place_key(), Some(self.first), self.day.map(|day| day.date))
    }

    fn place_key(&self) -> &str {
        self.place.map_or("", |place| place.key.as_str())
    }

    fn address(&self, place: &str, month: Option<NaiveDate>, day: Option<NaiveDate>) -> String {
        let month = month.filter(|_| day.is_none()).map(|first| first.format("%Y-%m").to_string());
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        let month = month.unwrap_or_default();
        let more = [("ort", place), ("monat", month.as_str()), ("tag", day.as_str())];
        match &self.wanted.purpose {
            Purpose::Book { draft, .. } => {
                let [place, month, day] = more;
                self.wanted.selection.address("/termine", &[place, month, day, ("entwurf", draft)])
            }
            Purpose::Move { managed, .. } => {
                let [place, month, day] = more;
                Selection::default()
                    .address("/termin/verschieben", &[("t", managed), place, month, day])
            }
        }
    }

    /// Puts it into words. `page_key` makes two taps on one button one.
    pub fn view(&self, page: &Page, town: &Municipality, page_key: &str) -> TimesPage {
        let facts = VisitFacts::new(page, self.catalogue, self.items);
        let words = Words {
            town,
            catalogue: self.catalogue,
            locale: page.locale,
            now: self.now,
            visit_minutes: facts.minutes,
        };
        let zone = town.zone();
        let in_words = |at| spoken::date_and_time(at, zone, page.locale);
        let moving_from = match self.wanted.purpose {
            Purpose::Move { from, .. } => in_words(from),
            Purpose::Book { .. } => String::new(),
        };
        let title = if moving_from.is_empty() { "times-title" } else { "move-title" };
        let (refused_at, refused) = self.wanted.refused.clone().unwrap_or_default();
        let next = self.next.map(|next| Next {
            value: self.value(&next),
            when: in_words(next.at),
            place: self.name(page, &next),
        });
        let chosen_day = self.day.map(|day| day.date);
        let month_link = |first: NaiveDate| Link {
            text: spoken::month_and_year(first, page.locale),
            address: self.address(self.place_key(), Some(first), None),
        };
        let earlier = self.first.checked_sub_months(Months::new(1));
        let later = self.first + Months::new(1);
        TimesPage {
            back: self.back(),
            neighbours: refused_at.map(|at| self.neighbours(page, town, at)).unwrap_or_default(),
            places: self.place_choices(page, town),
            month: Month::new(
                page,
                self.first,
                self.days,
                (self.whys, &words),
                chosen_day,
                |day| format!("{}#zeiten", self.address(self.place_key(), None, Some(day))),
            ),
            earlier_month: earlier
                .filter(|first| *first >= month::first_of(self.today))
                .map(month_link),
            later_month: (later <= self.last).then(|| month_link(later)),
            released_until: page.t1(
                if is_planned(town) { "calendar-until-plan" } else { "calendar-until" },
                "date",
                spoken::date(self.last, page.locale),
            ),
            release: self.release_note(page, &words),
            release_today: release_today(page, town),
            day: self.panel(page, &words),
            form: self.form(page_key),
            page: page.clone().titled(page.t(title)).failed(!refused.is_empty()),
            facts,
            moving_from,
            refused,
            next,
        }
    }

    fn back(&self) -> String {
        match &self.wanted.purpose {
            Purpose::Book { draft, .. } => {
                self.wanted.selection.address("/", &[("entwurf", draft)])
            }
            Purpose::Move { managed, .. } => format!("/termin/ansicht?t={managed}"),
        }
    }

    fn form(&self, page_key: &str) -> TimeForm {
        let mut hidden =
            vec![("schluessel", page_key.to_owned()), ("ort", self.place_key().to_owned())];
        let action = match &self.wanted.purpose {
            Purpose::Book { draft, carried } => {
                hidden.extend(
                    self.wanted.selection.values().into_iter().map(|value| ("anliegen", value)),
                );
                hidden.push(("entwurf", draft.clone()));
                hidden.push((crate::draft::CARRIED, carried.clone()));
                "/reservieren"
            }
            Purpose::Move { managed, .. } => {
                hidden.push(("t", managed.clone()));
                "/termin/verschieben"
            }
        };
        hidden.retain(|(_, value)| !value.is_empty());
        TimeForm { action, hidden }
    }

    fn name(&self, page: &Page, start: &Start) -> String {
        let place = self.catalogue.location(start.location);
        place.map(|place| place.name.get(page.locale).to_owned()).unwrap_or_default()
    }

    fn value(&self, start: &Start) -> String {
        let place = self.catalogue.location(start.location);
        time_value(place.map_or("", |place| place.key.as_str()), start.at)
    }

    fn chip(&self, page: &Page, town: &Municipality, start: &Start) -> Chip {
        let clock = spoken::clock_time(start.at, town.zone());
        let label = page.t2("time-at-place", ("clock", &clock), ("place", &self.name(page, start)));
        Chip { value: self.value(start), clock, label }
    }

    /// The free times nearest to the one that was taken, in their order.
    fn neighbours(&self, page: &Page, town: &Municipality, taken: DateTime<Utc>) -> Vec<Chip> {
        let mut starts: Vec<Start> = self.day.iter().flat_map(|day| day.starts()).collect();
        starts.sort_by_key(|start| (start.at - taken).abs());
        starts.dedup_by_key(|start| start.at);
        starts.truncate(NEIGHBOURS);
        starts.sort_by_key(|start| start.at);
        starts.iter().map(|start| self.chip(page, town, start)).collect()
    }

    fn place_choices(&self, page: &Page, town: &Municipality) -> Vec<PlaceChoice> {
        let next_text = |next: Option<Start>| match next {
            Some(next) => {
                let when = spoken::date_and_time(next.at, town.zone(), page.locale);
                page.t1("place-next", "when", when)
            }
            None => page.t("place-none"),
        };
        let first = self.places.iter().filter_map(|(_, next)| *next).min_by_key(|next| next.at);
        let everywhere = PlaceChoice {
            name: page.t("place-all"),
            street: String::new(),
            next: next_text(first),
            address: self.address("alle", None, None),
            is_chosen: self.place.is_none(),
        };
        let each = self.places.iter().map(|(place, next)| PlaceChoice {
            name: place.name.get(page.locale).to_owned(),
            street: place.street.clone(),
            next: next_text(*next),
            address: self.address(&place.key, None, None),
            is_chosen: self.place.is_some_and(|chosen| chosen.id == place.id),
        });
        match self.places {
            // nothing to choose from
            [_] => Vec::new(),
            _ => std::iter::once(everywhere).chain(each).collect(),
        }
    }

    fn groups(&self, page: &Page, town: &Municipality, day: &Day) -> Vec<Group> {
        let several = self.place.is_none() && self.places.len() > 1;
        let starts = day.starts();
        let mut groups = Vec::new();
        if several {
            for (place, _) in self.places {
                let here = starts.iter().filter(|start| start.location == place.id);
                let chips: Vec<Chip> = here.map(|start| self.chip(page, town, start)).collect();
                groups.push(Group { title: place.name.get(page.locale).to_owned(), chips });
            }
        } else {
            let is_morning =
                |start: &&Start| town.zone().from_utc_datetime(&start.at.naive_utc()).hour() < 12;
            let (morning, afternoon): (Vec<&Start>, Vec<&Start>) =
                starts.iter().partition(is_morning);
            for (key, starts) in [("times-morning", morning), ("times-afternoon", afternoon)] {
                let chips = starts.into_iter().map(|start| self.chip(page, town, start));
                groups.push(Group { title: page.t(key), chips: chips.collect() });
            }
        }
        groups.retain(|group| !group.chips.is_empty());
        groups
    }

    fn release_note(&self, page: &Page, words: &Words<'_>) -> Option<ReleaseNote> {
        let release = self.release.filter(|_| is_planned(words.town))?;
        let date = |day| spoken::date(day, page.locale);
        let days =
            page.t2("days-from-to", ("from", &date(release.from)), ("to", &date(release.to)));
        let when = words.instant(release.at);
        Some(ReleaseNote {
            countdown: words.countdown(release.at),
            seconds: (release.at - self.now).num_seconds(),
            words: words.counted(),
            text: page.t2("release-next", ("when", &when), ("days", &days)),
        })
    }

    fn panel(&self, page: &Page, words: &Words<'_>) -> DayPanel {
        let Some(day) = self.day else {
            let month = spoken::month_and_year(self.first, page.locale);
            let reason = match self.later {
                Some(_) => "month-empty",
                None if is_planned(words.town) => "all-empty-plan",
                None => "all-empty",
            };
            return DayPanel {
                title: page.t1("month-empty-title", "month", &month),
                groups: Vec::new(),
                reason: page.t1(reason, "month", month),
                others: self.others(page, words, self.later.map(Alternative::Later).as_slice()),
                walk_in: Vec::new(),
            };
        };
        let date = spoken::long_date(day.date, page.locale);
        let groups = self.groups(page, words.town, day);
        let why = self.whys.iter().find(|why| why.date == day.date);
        if !groups.is_empty() {
            let walk_in = why.iter().flat_map(|why| &why.walk_in);
            return DayPanel {
                title: page.t1("day-title", "date", date),
                groups,
                reason: String::new(),
                others: Vec::new(),
                walk_in: walk_in.map(|hours| words.walk_in(hours)).collect(),
            };
        }
        let reason = why.and_then(|why| why.reason.as_ref()).unwrap_or(&Reason::AllBooked);
        let alternatives = why.map(|why| why.alternatives.as_slice()).unwrap_or_default();
        // the reason has just said it
        let is_said = |other: &Alternative| match (other, reason) {
            (Alternative::Release(release), Reason::NotYetReleased { at }) => release.at == *at,
            _ => false,
        };
        let alternatives: Vec<Alternative> =
            alternatives.iter().filter(|other| !is_said(other)).cloned().collect();
        DayPanel {
            title: page.t1("day-empty-title", "date", date),
            groups,
            reason: words.sentence(day.date, reason),
            others: self.others(page, words, &alternatives),
            walk_in: Vec::new(),
        }
    }

    /// What else there is, the most useful first.
    fn others(&self, page: &Page, words: &Words<'_>, alternatives: &[Alternative]) -> Vec<Link> {
        let zone = words.town.zone();
        let day_of = |start: &Start, place: &str| {
            let day = spoken::local_day(start.at, zone);
            format!("{}#zeiten", self.address(place, None, Some(day)))
        };
        let mut others = Vec::new();
        for alternative in alternatives {
            let address = match alternative {
                Alternative::Elsewhere(start) => {
                    let place = self.catalogue.location(start.location);
                    day_of(start, place.map_or("", |place| place.key.as_str()))
                }
                Alternative::Later(start) => day_of(start, self.place_key()),
                Alternative::Phone { number, has_times: true } => {
                    format!("tel:{}", crate::page::phone_link(number))
                }
                // the number stands below anyway
                Alternative::Phone { .. } => continue,
                Alternative::Release(_) | Alternative::WalkIn(_) => String::new(),
            };
            others.push(Link { text: words.alternative(alternative), address });
        }
        if self.place.is_some() && self.places.len() > 1 {
            let day = self.day.map(|day| day.date);
            others.push(Link {
                text: page.t("other-places"),
                address: self.address("alle", Some(self.first), day),
            });
        }
        others
    }
}

fn release_today(page: &Page, town: &Municipality) -> String {
    let Some(time) = town.settings.booking.same_day_from else { return String::new() };
    let clock = format!("{}:{:02}", time.minutes() / 60, time.minutes() % 60);
    let time = if page.locale == kernel::Locale::En { clock } else { format!("{clock} Uhr") };
    page.t1("release-today", "time", time)
}

#[cfg(test)]
mod tests;
