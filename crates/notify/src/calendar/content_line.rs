//! Writing content lines: escaping, folding, line ends (RFC 5545 §3.1, §3.3.11).

use chrono::{DateTime, Utc};

/// Octets that a line may have, without its end.
const LINE: usize = 75;

/// A calendar under construction.
#[derive(Debug, Default)]
pub(crate) struct Calendar(String);

impl Calendar {
    /// Writes a component: what `body` writes, between `BEGIN` and `END`.
    pub(crate) fn component(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        self.line("BEGIN", name);
        body(self);
        self.line("END", name);
    }

    /// Writes a property whose value needs no escaping: a keyword, a number, a URI.
    pub(crate) fn line(&mut self, name: &str, value: &str) {
        let clean: String = value.chars().filter(|letter| !letter.is_control()).collect();
        self.fold(&format!("{name}:{clean}"));
    }

    /// Writes a property of type TEXT.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for letter in value.chars() {
            match letter {
                '\\' | ';' | ',' => escaped.extend(['\\', letter]),
                '\n' => escaped.push_str("\\n"),
                _ if letter.is_control() => {}
                _ => escaped.push(letter),
            }
        }
        self.fold(&format!("{name}:{escaped}"));
    }

    /// Writes an instant in UTC.
    pub(crate) fn instant(&mut self, name: &str, at: DateTime<Utc>) {
        self.line(name, &at.format("%Y%m%dT%H%M%SZ").to_string());
    }

    /// The finished text.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    /// Breaks a line at 75 octets, never inside a letter.
    fn fold(&mut self, line: &str) {
        let mut room = LINE;
        for letter in line.chars() {
            if letter.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            self.0.push(letter);
            room -= letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A parameter value in quotes, which allow everything but quotes and control characters (RFC 5545 §3.2).
pub(crate) fn quoted(value: &str) -> String {
    let clean: String =
        value.chars().filter(|letter| !letter.is_control() && *letter != '"').collect();
    format!("\"{clean}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfold(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn lines_are_folded_at_75_octets_between_letters() {
        // the umlaut's two octets begin at 74, 75, 76 and 77
        for length in 66..70 {
            let mut calendar = Calendar::default();
            let value =
                format!("{}üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü", "a".repeat(length));
            calendar.text("SUMMARY", &value);
            let text = calendar.finish();
            assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
            assert!(text.split("\r\n").nth(1).is_some_and(|line| line.starts_with(' ')));
            assert_eq!(unfold(&text), format!("SUMMARY:{value}\r\n"));
        }
    }

    #[test]
    fn text_cannot_begin_a_line_of_its_own() {
        let mut calendar = Calendar::default();
        calendar.text("LOCATION", "Rathaus\r\nATTENDEE:mailto:x@example.org; a, b \\ c");
        calendar.line("URL", "https://example.org/\r\nX-EVIL:1");
        assert_eq!(
            calendar.finish(),
            "LOCATION:Rathaus\\nATTENDEE:mailto:x@example.org\\; a\\, b \\\\ c\r\n\
             URL:https://example.org/X-EVIL:1\r\n"
        );
        assert_eq!(quoted("Stadt \"X\";\r\nY"), "\"Stadt X;Y\"");
    }
}
