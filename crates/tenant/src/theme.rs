//! Colours of a municipality, checked for contrast when they are set.

use serde::{Deserialize, Serialize};

/// Two colours as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Buttons and links.
    pub primary: String,
    /// Accents.
    pub accent: String,
    /// File of the coat of arms beside the tenant's file; only there while it is applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coat_of_arms: Option<String>,
}

/// The contrast ratio of a colour to white (WCAG 2.2, relative luminance). `None` when it is no `#rrggbb`.
pub fn contrast(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii())?;
    let mut channels = [0.0; 3];
    for (index, channel) in channels.iter_mut().enumerate() {
        let value = u8::from_str_radix(digits.get(index * 2..index * 2 + 2)?, 16).ok()?;
        let value = f64::from(value) / 255.0;
        *channel =
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
    }
    let [red, green, blue] = channels;
    Some(1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05))
}

/// Whether an SVG is a picture and nothing more: no script, no event handler, nothing loaded from elsewhere.
pub(crate) fn is_harmless_svg(svg: &str) -> bool {
    let text = svg.to_ascii_lowercase();
    let forbidden = [
        "<script",
        "<foreignobject",
        "<iframe",
        "<use",
        "<image",
        "<!entity",
        "<!doctype",
        "javascript:",
        "href",
        "url(",
        "@import",
        "<style",
        "<set",
        "<animate",
        "&#",
    ];
    let handler = text
        .split(|c: char| c.is_whitespace() || c == '/' || c == '"' || c == '\'')
        .any(|word| word.starts_with("on") && word.contains('='));
    text.trim_start().starts_with("<svg")
        && !handler
        && !forbidden.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_measured_as_wcag_does() {
        assert!((contrast("#000000").unwrap() - 21.0).abs() < 0.01);
        assert!((contrast("#767676").unwrap() - 4.54).abs() < 0.01);
        assert_eq!(contrast("red"), None);
        assert_eq!(contrast("#12345ü"), None);
    }

    #[test]
    fn a_picture_that_does_something_is_refused() {
        assert!(is_harmless_svg("<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>"));
        for bad in [
            "<svg><script>1</script></svg>",
            "<svg onload=alert(1)>",
            "<svg/onload=alert(1)>",
            "<svg><a href='https://example.org'/></svg>",
            "<svg><image xlink:href='x'/></svg>",
            "<p>",
        ] {
            assert!(!is_harmless_svg(bad), "{bad}");
        }
    }
}
