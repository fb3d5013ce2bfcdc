//! A QR code as a picture in the page: no script, no request.

use std::fmt::Write;

use qrcode::{Color, QrCode};

/// Modules around the code that stay white (ISO/IEC 18004).
const QUIET: usize = 4;

/// The picture as SVG. Dark on white in every colour scheme: cameras want it so. Empty when the text is too long.
pub(super) fn picture(text: &str, label: &str) -> String {
    let Ok(code) = QrCode::new(text) else { return String::new() };
    let width = code.width();
    let mut path = String::new();
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET);
        }
    }
    let side = width + 2 * QUIET;
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{label}\" width=\"232\" height=\"232\" \
         viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_one_of_the_page() {
        let picture = picture("otpauth://totp/x", "Bild \"<für>\" die App");
        assert!(picture.starts_with("<svg") && picture.ends_with("</svg>"));
        assert!(picture.contains("aria-label=\"Bild &quot;&lt;für>&quot; die App\""));
        assert!(picture.contains("M4 4h1v1h-1z"), "the corner of the finder pattern");
        assert!(!picture.contains("href") && !picture.contains("style="));
    }
}
