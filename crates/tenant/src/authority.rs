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
///
/// In Bavaria this is the one for public bodies; companies there have another.
pub fn authority(land: Land) -> &'static Authority {
    match land {
        Land::BW => &BADEN_WUERTTEMBERG,
        Land::BY => &BAYERN,
        Land::BE => &BERLIN,
        Land::BB => &BRANDENBURG,
        Land::HB => &BREMEN,
        Land::HH => &HAMBURG,
        Land::HE => &HESSEN,
        Land::MV => &MECKLENBURG_VORPOMMERN,
        Land::NI => &NIEDERSACHSEN,
        Land::NW => &NORDRHEIN_WESTFALEN,
        Land::RP => &RHEINLAND_PFALZ,
        Land::SL => &SAARLAND,
        Land::SN => &SACHSEN,
        Land::ST => &SACHSEN_ANHALT,
        Land::SH => &SCHLESWIG_HOLSTEIN,
        Land::TH => &THUERINGEN,
    }
}

const BADEN_WUERTTEMBERG: Authority = Authority {
    name: "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Baden-Württemberg",
    street: "Heilbronner Straße 35",
    postal_code: "70191",
    city: "Stuttgart",
    email: "poststelle@lfdi.bwl.de",
    website: "https://www.baden-wuerttemberg.datenschutz.de",
};

const BAYERN: Authority = Authority {
    name: "Bayerischer Landesbeauftragter für den Datenschutz",
    street: "Wagmüllerstraße 18",
    postal_code: "80538",
    city: "München",
    email: "poststelle@datenschutz-bayern.de",
    website: "https://www.datenschutz-bayern.de",
};

const BERLIN: Authority = Authority {
    name: "Berliner Beauftragte für Datenschutz und Informationsfreiheit",
    street: "Alt-Moabit 59–61",
    postal_code: "10555",
    city: "Berlin",
    email: "mailbox@datenschutz-berlin.de",
    website: "https://www.datenschutz-berlin.de",
};

const BRANDENBURG: Authority = Authority {
    name: "Landesbeauftragte für den Datenschutz und für das Recht auf Akteneinsicht Brandenburg",
    street: "Stahnsdorfer Damm 77",
    postal_code: "14532",
    city: "Kleinmachnow",
    email: "poststelle@lda.brandenburg.de",
    website: "https://www.lda.brandenburg.de",
};

const BREMEN: Authority = Authority {
    name: "Landesbeauftragte für Datenschutz und Informationsfreiheit der Freien Hansestadt Bremen",
    street: "Arndtstraße 1",
    postal_code: "27570",
    city: "Bremerhaven",
    email: "office@datenschutz.bremen.de",
    website: "https://www.datenschutz.bremen.de",
};

const HAMBURG: Authority = Authority {
    name: "Hamburgischer Beauftragter für Datenschutz und Informationsfreiheit",
    street: "Ludwig-Erhard-Straße 22",
    postal_code: "20459",
    city: "Hamburg",
    email: "mailbox@datenschutz.hamburg.de",
    website: "https://datenschutz-hamburg.de",
};

const HESSEN: Authority = Authority {
    name: "Hessischer Beauftragter für Datenschutz und Informationsfreiheit",
    street: "Gustav-Stresemann-Ring 1",
    postal_code: "65189",
    city: "Wiesbaden",
    email: "poststelle@datenschutz.hessen.de",
    website: "https://datenschutz.hessen.de",
};

const MECKLENBURG_VORPOMMERN: Authority = Authority {
    name: "Landesbeauftragter für Datenschutz und Informationsfreiheit Mecklenburg-Vorpommern",
    street: "Werderstraße 74a",
    postal_code: "19055",
    city: "Schwerin",
    email: "info@datenschutz-mv.de",
    website: "https://www.datenschutz-mv.de",
};

const NIEDERSACHSEN: Authority = Authority {
    name: "Landesbeauftragter für den Datenschutz Niedersachsen",
    street: "Prinzenstraße 5",
    postal_code: "30159",
    city: "Hannover",
    email: "poststelle@lfd.niedersachsen.de",
    website: "https://www.lfd.niedersachsen.de",
};

const NORDRHEIN_WESTFALEN: Authority = Authority {
    name: "Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen",
    street: "Kavalleriestraße 2–4",
    postal_code: "40213",
    city: "Düsseldorf",
    email: "poststelle@ldi.nrw.de",
    website: "https://www.ldi.nrw.de",
};

const RHEINLAND_PFALZ: Authority = Authority {
    name: "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Rheinland-Pfalz",
    street: "Hintere Bleiche 34",
    postal_code: "55116",
    city: "Mainz",
    email: "poststelle@datenschutz.rlp.de",
    website: "https://www.datenschutz.rlp.de",
};

const SAARLAND: Authority = Authority {
    name: "Unabhängiges Datenschutzzentrum Saarland",
    street: "Fritz-Dobisch-Straße 12",
    postal_code: "66111",
    city: "Saarbrücken",
    email: "poststelle@datenschutz.saarland.de",
    website: "https://www.datenschutz.saarland.de",
};

const SACHSEN: Authority = Authority {
    name: "Sächsische Datenschutz- und Transparenzbeauftragte",
    street: "Maternistraße 17",
    postal_code: "01067",
    city: "Dresden",
    email: "post@sdtb.sachsen.de",
    website: "https://www.datenschutz.sachsen.de",
};

const SACHSEN_ANHALT: Authority = Authority {
    name: "Landesbeauftragte für den Datenschutz Sachsen-Anhalt",
    street: "Otto-von-Guericke-Straße 34a",
    postal_code: "39104",
    city: "Magdeburg",
    email: "poststelle@lfd.sachsen-anhalt.de",
    website: "https://datenschutz.sachsen-anhalt.de",
};

const SCHLESWIG_HOLSTEIN: Authority = Authority {
    name: "Unabhängiges Landeszentrum für Datenschutz Schleswig-Holstein",
    street: "Holstenstraße 98",
    postal_code: "24103",
    city: "Kiel",
    email: "mail@datenschutzzentrum.de",
    website: "https://www.datenschutzzentrum.de",
};

const THUERINGEN: Authority = Authority {
    name: "Thüringer Landesbeauftragter für den Datenschutz und die Informationsfreiheit",
    street: "Häßlerstraße 8",
    postal_code: "99096",
    city: "Erfurt",
    email: "poststelle@datenschutz.thueringen.de",
    website: "https://www.tlfdi.de",
};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_land_has_its_own_authority_with_all_its_data() {
        let mut names = HashSet::new();
        let mut emails = HashSet::new();
        for land in Land::ALL {
            let found = authority(land);
            assert!(names.insert(found.name), "{land:?} shares its authority");
            assert!(emails.insert(found.email), "{land:?} shares its address");
            assert!(found.name.contains("atenschutz"), "{land:?}");
            assert!(found.street.ends_with(|c: char| c.is_ascii_digit() || c == 'a'), "{land:?}");
            assert!(
                found.postal_code.len() == 5
                    && found.postal_code.bytes().all(|b| b.is_ascii_digit()),
                "{land:?}"
            );
            assert!(!found.city.is_empty(), "{land:?}");
            assert!(found.email.contains('@'), "{land:?}");
            assert!(found.website.starts_with("https://"), "{land:?}");
        }
        assert_eq!(names.len(), 16);
    }
}
