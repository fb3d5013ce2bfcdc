//! Compared day by day with an independent table of the same laws.

use std::collections::BTreeMap;

use super::*;

fn observing(holidays: &[Holiday]) -> HolidaySwitches {
    HolidaySwitches { observe: holidays.to_vec(), ignore: Vec::new() }
}

#[test]
fn every_day_of_twelve_years_agrees_with_an_independent_table() {
    let mut compared = 0;
    for line in include_str!("germany.golden.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let land = Land::parse(words.next().unwrap()).unwrap();
        let observed: Vec<Holiday> =
            words.next().unwrap().split(',').filter_map(Holiday::from_key).collect();
        let expected: BTreeMap<NaiveDate, Holiday> = words
            .map(|word| word.split_once('=').unwrap())
            .map(|(day, key)| (day.parse().unwrap(), Holiday::from_key(key).unwrap()))
            .collect();
        let year = expected.keys().next().unwrap().year();
        let switches = observing(&observed);
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        for day in first.iter_days().take_while(|day| day.year() == year) {
            let found = on(land, &switches, day);
            assert_eq!(found, expected.get(&day).copied(), "{land:?} {observed:?} {day}");
            compared += 1;
        }
        let listed: BTreeMap<NaiveDate, Holiday> =
            in_year(land, &switches, year).into_iter().collect();
        assert_eq!(listed, expected, "{land:?} {year}");
    }
    assert_eq!(compared, (16 + 4) * 4383, "16 Länder and 4 places, 2024 to 2035");
}

#[test]
fn easter_is_right_where_gauss_needed_exceptions() {
    for (year, day) in [
        (1954, "1954-04-18"),
        (1981, "1981-04-19"),
        (2019, "2019-04-21"),
        (2038, "2038-04-25"),
        (2049, "2049-04-18"),
        (2076, "2076-04-19"),
    ] {
        assert_eq!(easter(year).unwrap().to_string(), day);
    }
}

#[test]
fn the_municipality_decides_about_places_customs_and_exceptions() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let usual = HolidaySwitches::default();
    for (date, holiday) in [
        ("2027-02-04", WeiberfastnachtThursday),
        ("2027-02-08", CarnivalMonday),
        ("2027-02-09", CarnivalTuesday),
        ("2026-12-24", ChristmasEve),
        ("2026-12-31", NewYearsEve),
    ] {
        assert_eq!(on(NW, &usual, day(date)), None, "{date}");
        assert_eq!(on(NW, &observing(&[holiday]), day(date)), Some(holiday), "{date}");
    }
    assert_eq!(on(BY, &usual, day("2026-08-15")), None, "not Catholic until somebody says so");
    let ignoring = HolidaySwitches { ignore: vec![WomensDay], ..usual.clone() };
    assert_eq!(on(BE, &usual, day("2027-03-08")), Some(WomensDay));
    assert_eq!(on(BE, &ignoring, day("2027-03-08")), None);
}

#[test]
fn keys_read_back_and_unknown_ones_are_answered_with_the_list() {
    for holiday in Holiday::ALL {
        assert_eq!(Holiday::from_key(holiday.key()), Some(holiday));
        assert!(Holiday::ALL.iter().all(|other| other == &holiday
            || other.name(Locale::De) != holiday.name(Locale::De)
                && other.name(Locale::En) != holiday.name(Locale::En)));
    }
    let read: HolidaySwitches = toml::from_str("observe = [\"heiligabend\"]").unwrap();
    assert_eq!(read, observing(&[ChristmasEve]));
    let stored = serde_json::to_value(&read).unwrap();
    assert_eq!(stored, serde_json::json!({ "observe": ["heiligabend"], "ignore": [] }));
    let refused = toml::from_str::<HolidaySwitches>("ignore = [\"ostern\"]").unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("unknown holiday `ostern`"), "{refused}");
    assert!(refused.contains("neujahr, heilige-drei-koenige"), "{refused}");
    assert!(toml::from_str::<HolidaySwitches>("observed = []").is_err());
}

#[test]
fn switches_that_contradict_each_other_or_do_nothing_are_problems() {
    let problems = |observe: &[Holiday], ignore: &[Holiday]| {
        let switches = HolidaySwitches { ignore: ignore.to_vec(), ..observing(observe) };
        switches.problems(NW).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(problems(&[ChristmasEve, CorpusChristi], &[AllSaints]), [""; 0]);
    assert_eq!(
        problems(&[AllSaints], &[AllSaints]),
        ["holidays.ignore: `allerheiligen` is listed under `observe`, too"]
    );
    assert_eq!(
        problems(&[], &[Reformation]),
        ["holidays.ignore: `reformationstag` is no public holiday of the Land"]
    );
    assert_eq!(
        problems(&[NewYearsEve, NewYearsEve], &[]),
        ["holidays.observe: `silvester` is listed twice"]
    );
}
