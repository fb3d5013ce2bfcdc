//! The colours of a municipality as a style sheet, with lighter ones for dark mode.

use tenant::{Theme, contrast};

/// Contrast that text and controls keep to their ground: WCAG AAA for text, with room for KERN's hover shades.
const ENOUGH: f64 = 7.0;
/// Luminance of KERN's lightest dark ground, plus the 0.05 of the formula.
const DARK_GROUND: f64 = 0.068;

/// Sets KERN's action colours and our accent.
pub(crate) fn style_sheet(theme: &Theme) -> String {
    let rules = |primary: &str, on_primary: &str, accent: &str| {
        // KERN's components read the `-contextual` twins, which it sets for its own theme attributes only.
        format!(
            ":root{{--kern-color-action-default:{primary};--kern-color-action-default-contextual:{primary};\
             --kern-color-action-on-default:{on_primary};--kern-color-action-on-default-contextual:{on_primary};\
             --kern-color-action-focus-default:{primary};--stadt-accent:{accent}}}"
        )
    };
    let (Some(primary), Some(accent)) = (Rgb::parse(&theme.primary), Rgb::parse(&theme.accent))
    else {
        return String::new();
    };
    let light = rules(&primary.css(), "#fff", &accent.css());
    let dark = rules(&primary.for_dark().css(), "#000", &accent.for_dark().css());
    format!("{light}\n@media (prefers-color-scheme:dark){{{dark}}}\n@media print{{{light}}}\n")
}

/// A plain shield in the municipality's colour, where it has set no coat of arms.
pub(crate) fn shield(theme: &Theme) -> String {
    let colour = Rgb::parse(&theme.primary).map_or_else(|| "#171a2b".to_owned(), Rgb::css);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 80 96\"><path d=\"M6 5h68v46c0 20-14 33-34 \
         40C20 84 6 71 6 51z\" fill=\"#fff\" stroke=\"{colour}\" stroke-width=\"5\"/></svg>"
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rgb([u8; 3]);

impl Rgb {
    fn parse(colour: &str) -> Option<Self> {
        let digits =
            colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    fn css(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Mixed with white until it can be read on KERN's dark grounds.
    fn for_dark(self) -> Self {
        let mixed = (0..=20u16).map(|step| {
            Self(self.0.map(|channel| {
                let channel = u16::from(channel);
                u8::try_from(channel + (255 - channel) * step / 20).unwrap_or(u8::MAX)
            }))
        });
        let readable = |colour: &Self| {
            // contrast to white is 1.05 / (L + 0.05)
            contrast(&colour.css()).is_some_and(|to_white| 1.05 / to_white / DARK_GROUND >= ENOUGH)
        };
        mixed.clone().find(readable).unwrap_or(Self([255; 3]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_mode_gets_a_lighter_colour_of_the_same_kind() {
        let theme =
            Theme { primary: "#1a4f7a".into(), accent: "#0a7d5a".into(), coat_of_arms: None };
        let css = style_sheet(&theme);
        assert!(css.contains("--kern-color-action-default:#1a4f7a"));
        let dark = Rgb::parse("#1a4f7a").unwrap().for_dark();
        assert!(css.contains(&dark.css()));
        assert!(dark.0[2] > dark.0[0], "still blue: {dark:?}");
        assert_eq!(Rgb::parse("#ffffff").unwrap().for_dark(), Rgb([255; 3]));
        assert!(Rgb::parse("#000000").unwrap().for_dark().0[0] > 100);
    }

    #[test]
    fn what_is_no_colour_gives_no_rule() {
        let theme =
            Theme { primary: "red;}body{".into(), accent: "#12345".into(), coat_of_arms: None };
        assert_eq!(style_sheet(&theme), "");
        assert!(shield(&theme).contains("#171a2b"));
    }
}
