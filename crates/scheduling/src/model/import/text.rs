//! Bytes of a file as text: UTF-8, what German spreadsheets still write (Windows-1252), or UTF-16 with its mark.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::{LARGEST_FILE, Wrong};

/// The file's text. Anything is text in Windows-1252, so what is none is told by its zero bytes.
pub(super) fn decode(file: &[u8]) -> Result<String, Wrong> {
    if file.len() > LARGEST_FILE {
        return Err(Wrong::limit("import-large", LARGEST_FILE / 1024));
    }
    let text = match Encoding::for_bom(file) {
        Some((encoding, mark)) => {
            let marked = file.get(mark..).unwrap_or_default();
            encoding.decode_without_bom_handling(marked).0.into_owned()
        }
        None => match std::str::from_utf8(file) {
            Ok(text) => text.to_owned(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(file).0.into_owned(),
        },
    };
    if text.contains('\0') {
        return Err(Wrong::new("import-no-text"));
    }
    if text.trim().is_empty() {
        return Err(Wrong::new("import-empty"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn umlauts_survive_every_usual_encoding() {
        let utf16: Vec<u8> = "\u{feff}Müller".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for file in [
            "Müller".as_bytes(),
            "\u{feff}Müller".as_bytes(),
            b"M\xfcller".as_slice(),
            utf16.as_slice(),
        ] {
            assert_eq!(decode(file).as_deref(), Ok("Müller"), "{file:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let reason = |file: &[u8]| decode(file).err().map(|wrong| wrong.reason);
        assert_eq!(reason(b"PK\x03\x04\x14\0\x06\0"), Some("import-no-text"));
        assert_eq!(reason(b"Datum;Na\0me"), Some("import-no-text"));
        assert_eq!(reason(b" \r\n"), Some("import-empty"));
        assert_eq!(reason(&vec![b'a'; LARGEST_FILE + 1]), Some("import-large"));
        assert_eq!(decode(&vec![b'a'; LARGEST_FILE]).map(|text| text.len()), Ok(LARGEST_FILE));
    }
}
