//! The alphabet of SMS (3GPP TS 23.038). A single letter outside it more than halves the room.

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// These take the room of two.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// The parts that a text is sent in: 160 letters in one, 153 in each of several; 70 and 67 when one of
/// them is outside GSM 03.38.
pub fn segments(text: &str) -> usize {
    let (length, single, part) = match septets(text) {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if length <= single { 1 } else { length.div_ceil(part) }
}

/// The room that the text takes, or `None` when a letter is not in the alphabet.
fn septets(text: &str) -> Option<usize> {
    text.chars()
        .map(
            |letter| {
                if BASIC.contains(letter) {
                    Some(1)
                } else {
                    EXTENSION.contains(letter).then_some(2)
                }
            },
        )
        .sum()
}

/// The text in letters of the alphabet: names keep their look as far as it goes.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        if BASIC.contains(letter) || EXTENSION.contains(letter) {
            folded.push(letter);
        } else {
            folded.push_str(replacement(letter));
        }
    }
    folded
}

fn replacement(letter: char) -> &'static str {
    match letter {
        '–' | '—' | '‑' | '‐' | '−' => "-",
        '„' | '“' | '”' | '«' | '»' => "\"",
        '’' | '‘' | '‚' | '´' | '`' => "'",
        '…' => "...",
        '\t' | '\u{a0}' | '\u{202f}' | '\u{2009}' => " ",
        'ẞ' => "SS",
        'á' | 'â' | 'ã' | 'ă' | 'ą' => "a",
        'ć' | 'č' | 'ç' => "c",
        'ď' | 'đ' => "d",
        'ê' | 'ë' | 'ě' | 'ę' => "e",
        'ğ' => "g",
        'í' | 'î' | 'ï' | 'ı' => "i",
        'ł' => "l",
        'ń' | 'ň' => "n",
        'ó' | 'ô' | 'õ' | 'ő' => "o",
        'ř' | 'ŕ' => "r",
        'ś' | 'š' | 'ş' => "s",
        'ť' | 'ţ' => "t",
        'ú' | 'û' | 'ű' | 'ů' => "u",
        'ý' => "y",
        'ź' | 'ž' | 'ż' => "z",
        'Á' | 'Â' | 'À' => "A",
        'Ć' | 'Č' => "C",
        'È' | 'Ê' => "E",
        'İ' => "I",
        'Ł' => "L",
        'Ń' => "N",
        'Ó' | 'Ô' => "O",
        'Ř' => "R",
        'Ś' | 'Š' | 'Ş' => "S",
        'Ú' => "U",
        'Ź' | 'Ž' | 'Ż' => "Z",
        _ if letter.is_control() => "",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_as_networks_do() {
        assert_eq!(segments(""), 1);
        assert_eq!(segments(&"ä".repeat(160)), 1);
        assert_eq!(segments(&"ä".repeat(161)), 2);
        assert_eq!(segments(&"a".repeat(306)), 2);
        assert_eq!(segments(&"a".repeat(307)), 3);
        assert_eq!(segments(&"€".repeat(80)), 1);
        assert_eq!(segments(&"€".repeat(81)), 2);
        assert_eq!(segments(&"„".repeat(70)), 1);
        assert_eq!(segments(&"„".repeat(71)), 2);
    }

    #[test]
    fn typography_and_foreign_letters_are_written_plainly() {
        assert_eq!(
            fold("Bürgerbüro – „Süd“ in Budyšin’s Mitte…"),
            "Bürgerbüro - \"Süd\" in Budysin's Mitte..."
        );
        assert_eq!(fold("日\u{7}€"), "?€");
    }
}
