use chrono::Days;
use proptest::prelude::*;

use super::*;

const BERLIN: Tz = chrono_tz::Europe::Berlin;

fn here() -> Here {
    Here { zone: BERLIN, today: NaiveDate::from_ymd_opt(2026, 12, 7).unwrap() }
}

fn entries(file: &str) -> Vec<Entry> {
    read(file.as_bytes(), here()).unwrap().entries.into_iter().map(Result::unwrap).collect()
}

fn wrongs(file: &str) -> Vec<(u32, &'static str)> {
    let all = read(file.as_bytes(), here()).unwrap().entries;
    all.into_iter().filter_map(Result::err).map(|(line, wrong)| (line, wrong.reason)).collect()
}

fn refused(file: &[u8]) -> Option<&'static str> {
    read(file, here()).err().map(|wrong| wrong.reason)
}

fn starts(entries: &[Entry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| match entry.span {
            Span::Timed(from, _) => from.format("%m-%dT%H:%M").to_string(),
            Span::Days(from, to) => format!("{} {}", from.format("%m-%d"), to.format("%m-%d")),
        })
        .collect()
}

fn calendar(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
        .replace("\r\n", "\n")
        .replace('\n', "\r\n")
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n")
}

#[test]
fn a_table_is_read_whatever_separates_its_columns() {
    let head = "Nr;Datum;Von;Bis;Dienstleistung;Vorname;Nachname;E-Mail;Sternzeichen";
    let row = "17;08.12.2026;9:15;09:30 Uhr;Personalausweis;Erika;Müller;erika@example.org;Löwe";
    let files = [
        format!("{head}\r\n{row}\r\n"),
        format!("\u{feff}sep=;\r\n{head}\r\n\r\n{row}"),
        format!("{head}\n{row}\n").replace(';', ","),
        format!("{head}\n{row}\n").replace(';', "\t"),
    ];
    for file in files {
        let read = read(file.as_bytes(), here()).unwrap();
        assert_eq!(read.ignored, ["Sternzeichen"]);
        let entry = read.entries.into_iter().next().unwrap().unwrap();
        assert_eq!(entry.key.as_deref(), Some("17"), "{file}");
        assert_eq!(entry.contact.last_name, "Müller");
        let Span::Timed(from, to) = entry.span else { panic!("{:?}", entry.span) };
        assert_eq!(from.to_string(), "2026-12-08 08:15:00 UTC");
        assert_eq!(to.unwrap().to_string(), "2026-12-08 08:30:00 UTC");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let file = "Datum;Beginn;Ende;Name;Status\n31.02.2026;9:15;9:30;A B;\n08.12.2026;neun;;A B;\n\
                08.12.2026;9:15;9:00;A B;\n08.12.2026;9:15;9:30;A B;Storniert\n12/08/2026;9:15;;A B;\n";
    let expected =
        [(2, "import-date"), (3, "import-time"), (4, "import-order"), (6, "import-date")];
    assert_eq!(wrongs(file), expected);
    assert_eq!(refused(b"Name;Alter\nErika;7\n"), Some("import-columns"));
    assert_eq!(refused(b"Datum;Date;Beginn\n"), Some("import-column-twice"));
}

#[test]
fn names_are_split_and_whole_days_are_whole_days() {
    let file = "Startdatum;Enddatum;Name;Grund\n24.12.2026;26.12.2026;;Urlaub\n";
    assert_eq!(starts(&entries(file)), ["12-24 12-26"]);
    assert_eq!(table::split_name("Mustermann, Erika"), ("Erika".into(), "Mustermann".into()));
    assert_eq!(table::split_name("Erika Maria Mustermann").1, "Mustermann");
    assert_eq!(table::split_name("Mustermann").0, "");
}

#[test]
fn the_template_is_understood() {
    let entries = entries(&template());
    assert_eq!(starts(&entries), ["12-08T08:15"]);
    assert_eq!(entries[0].contact.first_name, "Erika");
}

#[test]
fn events_have_zones_of_their_own() {
    let events = [
        event("UID:utc\nDTSTART:20261208T081500Z\nDURATION:PT15M"),
        event("UID:zone\nDTSTART;TZID=Europe/Berlin:20261208T091500\nDTEND;TZID=Europe/Berlin:20261208T093000"),
        event("UID:outlook\nDTSTART;TZID=\"W. Europe Standard Time\":20261208T091500\nDURATION:PT15M"),
        event("UID:vendor\nDTSTART;TZID=/example.org/x/Europe/Berlin:20261208T091500\nDURATION:PT15M"),
        event("UID:floating\nDTSTART:20261208T091500\nDURATION:PT15M"),
        event("UID:london\nDTSTART;TZID=Europe/London:20261208T081500\nDURATION:PT15M"),
    ]
    .concat();
    let found = entries(&calendar(&events));
    assert_eq!(starts(&found), ["12-08T08:15"; 6]);
    let days = event("UID:day\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227");
    assert_eq!(starts(&entries(&calendar(&days))), ["12-24 12-26"], "the end is the day after");
    assert_eq!(
        wrongs(&calendar(&event("DTSTART;TZID=Mars/Olympus:20261208T091500")))[0].1,
        "import-zone"
    );
}

#[test]
fn a_series_keeps_its_wall_clock_and_leaves_out_what_it_should() {
    let series = event(
        "UID:team\nDTSTART;TZID=Europe/Berlin:20260105T120000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222T110000Z\n\
         EXDATE;TZID=Europe/Berlin:20261215T120000",
    );
    let moved = event(
        "UID:team\nRECURRENCE-ID;TZID=Europe/Berlin:20261222T120000\nDTSTART;TZID=Europe/Berlin:20261223T130000\nDURATION:PT1H",
    );
    let found = entries(&calendar(&(series + &moved)));
    assert_eq!(starts(&found), ["12-08T11:00", "12-23T12:00"]);
    assert_eq!(found[0].key.as_deref(), Some("team\n20261208T120000"));
    assert_eq!(
        found[1].key.as_deref(),
        Some("team\n20261222T120000"),
        "the date that it stands for"
    );
    let cancelled = event(
        "UID:team\nSTATUS:CANCELLED\nRECURRENCE-ID:20261208T110000Z\nDTSTART:20261208T110000Z",
    );
    let series = event(
        "UID:team\nDTSTART;TZID=Europe/Berlin:20261208T120000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2",
    );
    assert_eq!(starts(&entries(&calendar(&(series + &cancelled)))), ["12-15T11:00"]);
    let summer = event(
        "UID:s\nDTSTART;TZID=Europe/Berlin:20270322T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2",
    );
    assert_eq!(
        starts(&entries(&calendar(&summer))),
        ["03-22T08:00", "03-29T07:00"],
        "nine on the clock"
    );
    let nights = event(
        "UID:n\nDTSTART;TZID=Europe/Berlin:20270327T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=3",
    );
    assert_eq!(starts(&entries(&calendar(&nights))), ["03-27T01:30", "03-28T01:30", "03-29T00:30"]);
}

#[test]
fn what_takes_nobody_s_time_is_nothing() {
    let events = event("UID:1\nSTATUS:CANCELLED\nDTSTART:20261208T081500Z")
        + &event("UID:2\nTRANSP:TRANSPARENT\nDTSTART:20261208T081500Z");
    assert!(entries(&calendar(&events)).is_empty());
    let later = event(
        "UID:3\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261208T081500Z\nDTSTART:20261208T081500Z",
    );
    assert_eq!(wrongs(&calendar(&later))[0].1, "import-series-range");
}

#[test]
fn the_line_of_an_event_is_that_of_its_beginning() {
    let folded = event("UID:1\nDTSTART:20261208T081500Z\nDURATION:PT15M\nSUMMARY:Lang\n er Titel");
    let found = entries(&calendar(&(folded.clone() + &folded.replace("UID:1", "UID:2"))));
    assert_eq!(found.iter().map(|entry| entry.line).collect::<Vec<_>>(), [3, 10]);
    assert_eq!(found[0].title.as_deref(), Some("Langer Titel"));
}

#[test]
fn rules_that_would_explode_are_refused_before_they_do() {
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=1",
        "FREQ=HOURLY",
        "FREQ=YEARLY;BYHOUR=0,1,2,3;BYMINUTE=0,1,2,3,4,5;BYSECOND=0,1,2,3",
        "FREQ=DAILY;BYSECOND=0,1,2,3,4,5,6,7,8,9",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=FORTNIGHTLY",
        "COUNT=3",
        "",
    ] {
        let file = calendar(&event(&format!(
            "UID:x\nDTSTART:20261208T081500Z\nDURATION:PT5M\nRRULE:{rule}"
        )));
        assert_eq!(wrongs(&file), [(3, "import-series")], "{rule}");
    }
    let forever =
        calendar(&event("UID:x\nDTSTART:20200101T081500Z\nDURATION:PT5M\nRRULE:FREQ=DAILY"));
    let found = entries(&forever);
    assert_eq!(found.len() as u64, FARTHEST_DAYS + 1, "from today on, and no farther");
    let old = calendar(&event("UID:x\nDTSTART:00010101T081500Z\nDURATION:PT5M\nRRULE:FREQ=DAILY"));
    assert_eq!(wrongs(&old), [(3, "import-series")]);
    let many: String = (0..200)
        .map(|n| {
            event(&format!(
                "UID:{n}\nDTSTART:20261208T081500Z\nDURATION:PT5M\nRRULE:FREQ=YEARLY;COUNT=1"
            ))
        })
        .collect();
    assert_eq!(wrongs(&calendar(&many)).len(), 200 - series::MOST_SERIES);
    let dates: String = (0..10)
        .map(|n| {
            event(&format!("UID:{n}\nDTSTART:20200101T081500Z\nDURATION:PT5M\nRRULE:FREQ=DAILY"))
        })
        .collect();
    assert_eq!(refused(calendar(&dates).as_bytes()), Some("import-many"));
}

#[test]
fn what_is_nested_like_no_calendar_is_refused() {
    let deep = "BEGIN:VEVENT\n".repeat(60_000);
    assert_eq!(refused(calendar(&deep).as_bytes()), Some("import-calendar"));
    let open = calendar("BEGIN:VEVENT\nUID:1\n");
    assert_eq!(refused(open.as_bytes()), Some("import-calendar"));
    assert_eq!(refused("BEGIN:VCALENDAR".as_bytes()), Some("import-calendar"));
    let rows = "Datum;Beginn\n".to_owned() + &"08.12.2026;09:15\n".repeat(MOST_ENTRIES + 1);
    assert_eq!(refused(rows.as_bytes()), Some("import-many"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_file_breaks_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, here());
        let table = [b"Datum;Beginn;Name;Dauer\n".as_slice(), &bytes].concat();
        let _ = read(&table, here());
        let events = [b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:".as_slice(), &bytes, b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"].concat();
        let _ = read(&events, here());
    }

    #[test]
    fn every_local_time_of_a_table_is_the_same_in_a_calendar(days in 0u64..380, minute in 0u32..1440) {
        let day = here().today + Days::new(days);
        let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
        let table = format!("Datum;Beginn\n{};{clock}\n", day.format("%d.%m.%Y"));
        let event = event(&format!(
            "DTSTART;TZID=Europe/Berlin:{}T{}00",
            day.format("%Y%m%d"),
            clock.replace(':', "")
        ));
        prop_assert_eq!(entries(&table)[0].span, entries(&calendar(&event))[0].span);
    }
}
