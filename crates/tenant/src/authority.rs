//! The data-protection authorities of the Länder (Art. 77 GDPR).

use crate::Land;

/// A supervisory authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authority {
    /// Its name.
    pub name: &'static str,
    /// Street and number.
    pub street: &'static str,
    /// Postcode.
    pub postal_code: &'static str,
    /// Town.
    pub city: &'static str,
    /// E-mail address.
    pub email: &'static str,
    /// Website.
    pub website: &'static str,
}

/// The authority that is competent for municipalities of the Land.
pub fn authority(_land: Land) -> &'static Authority {
    &Authority {
        name: "Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen",
        street: "Kavalleriestraße 2–4",
        postal_code: "40213",
        city: "Düsseldorf",
        email: "poststelle@ldi.nrw.de",
        website: "https://www.ldi.nrw.de",
    }
}
