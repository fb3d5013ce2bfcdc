//! Renders the pages for taking over another system's calendar with made-up data.

use super::page;
use crate::{
    office::import::{ImportForm, ImportPage, ImportRow, LineRow, LookPage},
    samples,
};

#[test]
fn the_form_keeps_what_was_chosen_and_lists_what_was_imported() {
    let row = |change: &str, is_undone: bool| ImportRow {
        id: "0193a".into(),
        when: "8. Dezember 2026, 9:15 Uhr".into(),
        what: "Termine: 12 übernommen, 1 nicht übernommen".into(),
        change: change.into(),
        can_undo: change.is_empty() && !is_undone,
        is_undone,
    };
    for wrong in [false, true] {
        let view = ImportPage {
            form: ImportForm {
                is_absences: wrong,
                can_tell: true,
                tells: true,
                uses_titles: false,
                places: vec![("p1".into(), "Bürgerbüro".into(), true)],
                services: vec![("s1".into(), "Personalausweis".into(), false)],
                reason: "Fortbildung <intern>".into(),
            },
            imports: vec![
                row("", false),
                row("", true),
                row("/amt/kalender/aenderung?id=1", false),
            ],
            done: String::new(),
            error: if wrong { "Wählen Sie eine Datei aus.".into() } else { String::new() },
            template: "/amt/kalender/uebernahme/vorlage.csv",
            largest_kb: 1024,
            page: page("import-title").failed(wrong),
        };
        let html = samples::picture("office_import", &view, if wrong { "wrong" } else { "" });
        assert_eq!(html.matches("/zuruecknehmen\"").count(), 1, "only what can be taken back");
        assert!(html.contains("Fortbildung &#60;intern&#62;"));
        assert!(html.contains("value=\"p1\" selected"));
        assert_eq!(html.contains("value=\"absences\" checked"), wrong);
        assert_eq!(html.contains("role=\"alert\""), wrong);
    }
}

#[test]
fn what_would_come_of_a_file_is_shown_with_a_button_as_long_as_something_is_left() {
    for left in [false, true] {
        let line = |line: u32, outcome: &str, is_refused: bool| LineRow {
            line,
            when: "8. Dezember 2026, 9:15 Uhr".into(),
            place: "Bürgerbüro".into(),
            outcome: outcome.into(),
            is_refused,
            address: String::new(),
        };
        let view = LookPage {
            counts: vec!["2 Einträge können übernommen werden".into()],
            ignored: "Sternzeichen, <b>".into(),
            reasons: vec!["1 × Das Datum fehlt oder ist nicht lesbar.".into()],
            lines: vec![
                line(7, "Das Datum fehlt oder ist nicht lesbar.", true),
                line(2, "kann übernommen werden", false),
            ],
            is_cut: false,
            carried: if left { vec![("inhalt", "RGF0dW0".into())] } else { Vec::new() },
            was_run: !left,
            tells: left,
            change: String::new(),
            page: page("import-look-title"),
        };
        let html = samples::picture("office_import_look", &view, if left { "left" } else { "" });
        assert_eq!(html.contains("name=\"inhalt\""), left);
        assert!(html.contains("Sternzeichen, &#60;b&#62;"));
    }
}
