//! Sheets for spreadsheet programs: semicolons, quotes, and no cell that runs.

/// A row with its line end.
pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<_> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(";"))
}

/// A whole sheet. Spreadsheets recognise UTF-8 by the mark at its beginning.
pub fn sheet(rows: &[Vec<String>]) -> String {
    let rows = rows.iter().map(|cells| row(cells.iter().map(String::as_str)));
    std::iter::once(MARK.to_owned()).chain(rows).collect()
}

/// Says that a sheet is UTF-8.
pub const MARK: &str = "\u{feff}";

/// A cell that a spreadsheet takes for text: what begins like a formula gets an apostrophe before it, as OWASP advises.
fn cell(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let looks_like_formula =
        text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let guard = if looks_like_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+49", "-1", "@SUM(A1)", " =cmd|' /C calc'!A0", "\t=1", "\r=1", "＝1"]
        {
            assert!(cell(bad).starts_with("\"'"), "{bad:?} became {}", cell(bad));
        }
        assert_eq!(cell("Sie sagte \"ja\"; =1"), "\"Sie sagte \"\"ja\"\"; =1\"");
        assert_eq!(cell("a\nb\r\nc"), "\"a b  c\"", "one entry is one line");
        assert_eq!(row(["1", "a;b"]), "\"1\";\"a;b\"\r\n");
    }

    #[test]
    fn a_sheet_says_that_it_is_utf_8() {
        let rows = [vec!["ä".to_owned()], vec!["=1".to_owned()]];
        assert_eq!(sheet(&rows), "\u{feff}\"ä\"\r\n\"'=1\"\r\n");
    }
}
