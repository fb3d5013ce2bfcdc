//! The calendar with made-up days.

use scheduling::DayState;

use super::*;
use crate::{Visit, fields::Fields, samples};

fn view(wanted: &Wanted, day: &str, days: &[Day], later: Option<Start>) -> TimesPage {
    view_in(&samples::visit(), wanted, day, days, later)
}

fn view_in(
    visit: &Visit,
    wanted: &Wanted,
    day: &str,
    days: &[Day],
    later: Option<Start>,
) -> TimesPage {
    let catalogue = samples::catalogue();
    let items = wanted.selection.items(&catalogue);
    let whys = whys(days, later, &visit.town);
    let day_of = |text: &str| month::parse_day(text).unwrap();
    let next = samples::start(day_of("2026-12-03"), "08:00", 1);
    let both: Vec<(&Location, Option<Start>)> = vec![
        (&catalogue.locations[0], Some(samples::start(day_of("2026-12-04"), "09:15", 0))),
        (&catalogue.locations[1], Some(next)),
    ];
    let chosen = Chosen {
        catalogue: &catalogue,
        wanted,
        items: &items,
        places: &both,
        place: catalogue.locations.iter().find(|place| place.key == wanted.place),
        next: Some(next),
        later: later.filter(|_| day.is_empty()),
        first: day_of("2026-12-01"),
        day: days.iter().find(|known| known.date.to_string() == day),
        days,
        whys: &whys,
        today: day_of("2026-12-02"),
        last: day_of("2027-01-31"),
        now: visit.ctx.now(),
        release: scheduling::next_release(&visit.ctx, &visit.town),
    };
    let page = Page::new(visit, "/").at(chosen.here());
    chosen.view(&page, &visit.town, "0123456789abcdef")
}

/// What is to say about days: Christmas is a holiday, and what else there is comes later.
fn whys(days: &[Day], later: Option<Start>, town: &Municipality) -> Vec<Why> {
    let one = |day: &Day| {
        let reason = match day.state {
            DayState::Free => None,
            DayState::Full => Some(Reason::AllBooked),
            DayState::Closed if day.date.to_string() == "2026-12-25" => {
                Some(Reason::Holiday(tenant::Holiday::ChristmasDay))
            }
            DayState::Closed => Some(Reason::NoHours),
            DayState::TooShort => Some(Reason::TooShort { minutes: 10 }),
            DayState::Past => Some(Reason::Over),
            DayState::NotYetReleased => {
                scheduling::release_of(town, day.date).map(|at| Reason::NotYetReleased { at })
            }
        };
        let alternatives = later.map(Alternative::Later).into_iter().collect();
        Why { date: day.date, reason, alternatives, walk_in: Vec::new() }
    };
    days.iter().map(one).collect()
}

fn wanted(place: &str, purpose: Purpose) -> Wanted {
    let fields = Fields::parse(b"anliegen=personalausweis:2&anliegen=reisepass");
    let selection = Selection::read(&fields, &samples::catalogue());
    let place = place.to_owned();
    Wanted { selection, place, month: None, day: None, purpose, refused: None }
}

fn booking() -> Purpose {
    Purpose::Book { draft: "d1".into(), carried: String::new() }
}

#[test]
fn all_places_are_side_by_side_and_every_link_keeps_the_selection() {
    let days = samples::december();
    let page = view(&wanted("alle", booking()), "2026-12-08", &days, None);
    assert_eq!(page.day.groups.len(), 2);
    assert_eq!(page.day.groups[1].title, "Nebenstelle Sythen");
    assert_eq!(page.day.groups[1].chips[0].label, "08:00 Uhr, Nebenstelle Sythen");
    assert_eq!(page.places.len(), 3);
    assert!(
        page.places[0].is_chosen
            && page.places[0].next.contains("Donnerstag, 3. Dezember 2026, 8:00 Uhr")
    );
    assert!(page.earlier_month.is_none());
    let january = page.later_month.as_ref().unwrap();
    assert_eq!(
        january.address,
        "/termine?anliegen=personalausweis:2&anliegen=reisepass:1&monat=2027-01&entwurf=d1"
    );
    assert_eq!(page.form.action, "/reservieren");
    assert_eq!(page.form.hidden.iter().filter(|(name, _)| *name == "anliegen").count(), 2);
    let html = samples::picture("times", &page, "");
    assert!(html.contains("Schritt 2 von 4"));
    assert!(html.contains("value=\"sythen@2026-12-03T07:00:00Z\""));
    assert!(html.contains("Personalausweis beantragen"));
}

#[test]
fn one_place_parts_the_day_at_noon() {
    let here = samples::catalogue().locations[0].id;
    let only_here = |day: Day| {
        let starts: Vec<_> =
            day.starts().into_iter().filter(|start| start.location == here).collect();
        match day.state {
            DayState::Free => Day::with_times(day.date, samples::town().zone(), &starts),
            _ => day,
        }
    };
    let days: Vec<Day> = samples::december().into_iter().map(only_here).collect();
    let page = view(&wanted("buergerbuero", booking()), "2026-12-08", &days, None);
    let titles: Vec<_> = page.day.groups.iter().map(|group| group.title.as_str()).collect();
    assert_eq!(titles, ["Vormittag", "Nachmittag"]);
    assert_eq!(page.day.groups[1].chips[0].clock, "13:45");
    samples::picture("times", &page, "place");
}

#[test]
fn a_day_without_times_says_why_and_what_else_there_is() {
    let days = samples::december();
    let later = samples::start(month::parse_day("2026-12-14").unwrap(), "08:15", 0);
    let page = view(&wanted("buergerbuero", booking()), "2026-12-11", &days, Some(later));
    assert_eq!(page.day.title, "Keine freie Uhrzeit am Freitag, 11. Dezember 2026");
    assert!(page.day.reason.contains("vergeben"));
    assert_eq!(page.day.others.len(), 2);
    assert!(
        page.day.others[0].address.ends_with("&ort=buergerbuero&tag=2026-12-14&entwurf=d1#zeiten")
    );
    assert!(page.day.others[1].address.contains("ort=alle"));
    let html = samples::picture("times", &page, "full");
    assert!(html.contains("tel:023649330"));
    for (day, word) in [("2026-12-23", "kurze Lücken"), ("2026-12-25", "geschlossen")] {
        let page = view(&wanted("", booking()), day, &days, None);
        assert!(page.day.reason.contains(word), "{}", page.day.reason);
    }
}

#[test]
fn a_day_that_is_not_released_says_when_it_will_be() {
    let date = month::parse_day("2027-01-04").unwrap();
    let zone = samples::town().zone();
    let days = [Day::without_times(date, DayState::NotYetReleased, zone)];
    let told = |release| {
        let mut visit = samples::visit();
        let mut town = (*visit.town).clone();
        town.settings.booking.release = release;
        visit.town = std::sync::Arc::new(town);
        view_in(&visit, &wanted("", booking()), "2027-01-04", &days, None)
    };
    let rolling = told(tenant::Release::Rolling);
    assert!(rolling.day.reason.contains("am Donnerstag, 5. November 2026 frei"));
    assert!(rolling.release.is_none() && rolling.released_until.contains("Jeden Tag"));
    let page = told(tenant::Release::Weekly {
        weekday: tenant::Weekday::Mo,
        at: tenant::ClockTime::parse("07:00").unwrap(),
        weeks_ahead: 2,
    });
    let weekly = &page.day.reason;
    assert!(
        weekly.contains("am Montag, 21. Dezember 2026, 7:00 Uhr frei (in 18 Tagen)"),
        "{weekly}"
    );
    let release = page.release.as_ref().unwrap();
    assert_eq!(release.countdown, "in 4 Tagen und 22 Stunden");
    assert_eq!(
        release.text,
        "Am Montag, 7. Dezember 2026, 7:00 Uhr geben wir Termine für diese Tage frei: \
         21. Dezember 2026 bis 27. Dezember 2026."
    );
    let html = samples::picture("times", &page, "release");
    assert!(html.contains("data-countdown=\"424800\""), "the script counts on from there");
    assert!(page.released_until.ends_with("buchen."), "{}", page.released_until);
}

#[test]
fn a_month_without_any_time_is_said_clearly() {
    let mut days = samples::december();
    for day in &mut days {
        *day = Day::without_times(day.date, DayState::Full, samples::town().zone());
    }
    let page = view(&wanted("", booking()), "", &days, None);
    assert_eq!(page.day.title, "Keine freien Termine im Dezember 2026");
    assert!(page.day.reason.starts_with("Zurzeit sind alle"));
    assert_eq!(page.month.reasons.len(), 1);
}

#[test]
fn a_time_that_is_gone_offers_its_neighbours() {
    let days = samples::december();
    let at = "2026-12-08T08:00:00Z".parse().unwrap();
    let refused = Some((Some(at), "Diese Uhrzeit hat gerade jemand anderes gebucht.".to_owned()));
    let page = view(&Wanted { refused, ..wanted("", booking()) }, "2026-12-08", &days, None);
    let clocks: Vec<_> = page.neighbours.iter().map(|chip| chip.clock.as_str()).collect();
    assert_eq!(clocks, ["08:15", "08:45", "09:15"]);
    let html = samples::picture("times", &page, "taken");
    assert!(html.contains("<title>Fehler:"));
}

#[test]
fn moving_uses_the_same_calendar_and_no_selection_in_its_links() {
    let from = "2026-12-08T08:15:00Z".parse().unwrap();
    let purpose = Purpose::Move { managed: "m1".into(), from };
    let days = samples::december();
    let page = view(&wanted("buergerbuero", purpose), "2026-12-09", &days, None);
    assert_eq!(page.form.action, "/termin/verschieben");
    assert!(page.form.hidden.contains(&("t", "m1".to_owned())));
    assert_eq!(page.back, "/termin/ansicht?t=m1");
    assert!(page.places[1].address.starts_with("/termin/verschieben?t=m1&ort=buergerbuero"));
    let html = samples::picture("move", &page, "");
    assert!(html.contains("Dienstag, 8. Dezember 2026, 9:15 Uhr"));
    assert!(!html.contains("Schritt"));
}
