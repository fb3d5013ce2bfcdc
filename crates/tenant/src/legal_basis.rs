//! What allows the municipality to process personal data: one legal basis for each purpose of the notice, and whom people
//! turn to about it.

use kernel::inventory::Purpose;
use serde::{Deserialize, Serialize};

use crate::{Land, Problem};

/// A point of Art. 6(1) GDPR that a municipality may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Point {
    /// A contract with the person.
    B,
    /// A task in the public interest; the law that gives the task is named with it.
    E,
    /// Legitimate interests. Not for authorities in the performance of their tasks (Art. 6(1), second subparagraph).
    F,
}

impl Point {
    /// Its letter.
    pub fn letter(self) -> &'static str {
        match self {
            Self::B => "b",
            Self::E => "e",
            Self::F => "f",
        }
    }
}

/// The legal basis of one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The point of Art. 6(1) GDPR.
    pub point: Point,
    /// The law that gives the task, for point (e): "§ 3 DSG NRW".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub law: String,
}

impl Basis {
    /// A point without a law of its own.
    pub const fn of(point: Point) -> Self {
        Self { point, law: String::new() }
    }

    /// "Art. 6 Abs. 1 S. 1 lit. e DSGVO mit § 3 DSG NRW"
    pub fn german(&self) -> String {
        let article = format!("Art. 6 Abs. 1 S. 1 lit. {} DSGVO", self.point.letter());
        match self.law.trim() {
            "" => article,
            law => format!("{article} mit {law}"),
        }
    }
}

/// The legal bases of the notice's three purposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalBases {
    /// Using the service: appointments, accounts, messages about them.
    #[serde(rename = "use")]
    pub usage: Basis,
    /// Learning how the service is used.
    pub analysis: Basis,
    /// Improving it, faults and misuse included.
    pub improvement: Basis,
}

/// What the law itself demands is the basis of what proves that it was kept.
const ACCOUNTABILITY: &str = "Art. 6 Abs. 1 S. 1 lit. c DSGVO mit Art. 5 Abs. 2 DSGVO";

impl LegalBases {
    /// What a municipality stands on that has not chosen: the bases of the notice that this product was built after.
    pub fn usual() -> &'static Self {
        static USUAL: LegalBases = LegalBases {
            usage: Basis::of(Point::B),
            analysis: Basis::of(Point::F),
            improvement: Basis::of(Point::F),
        };
        &USUAL
    }

    /// The names in the municipality's file, with the bases.
    pub fn named(&self) -> [(&'static str, &Basis); 3] {
        [("use", &self.usage), ("analysis", &self.analysis), ("improvement", &self.improvement)]
    }

    /// The basis of what the inventory names a purpose, as German text. None for what has no personal data.
    pub fn of(&self, purpose: Purpose) -> Option<String> {
        match purpose {
            Purpose::Appointment | Purpose::Account | Purpose::Notification => {
                Some(self.usage.german())
            }
            Purpose::Analysis => Some(self.analysis.german()),
            Purpose::Security => Some(self.improvement.german()),
            Purpose::Accountability => Some(ACCOUNTABILITY.to_owned()),
            Purpose::Operation => None,
        }
    }

    /// Whether any purpose stands on one of the points.
    pub fn any(&self, points: &[Point]) -> bool {
        self.named().iter().any(|(_, basis)| points.contains(&basis.point))
    }

    /// What is wrong with them.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut note = |key: &str, problem: &str| {
            let key = format!("legal_basis.{key}");
            found.push(Problem { key, problem: problem.to_owned() });
        };
        for (key, basis) in self.named() {
            if basis.point == Point::E && basis.law.trim().is_empty() {
                note(
                    key,
                    "point e needs the law that gives the task, such as law = \"§ 3 DSG NRW\"",
                );
            }
            if basis.point != Point::E && !basis.law.is_empty() {
                note(key, "a law belongs to point e only");
            }
        }
        if self.usage.point == Point::F {
            let problem = "offering appointments is a task of the authority: point f is closed to it \
                           (Art. 6(1), second subparagraph, GDPR); use b or e";
            note("use", problem);
        }
        found
    }

    /// What may be used but is on thin ice.
    pub(crate) fn hints(&self, land: Land) -> Vec<Problem> {
        let is_thin = |(_, basis): &(&str, &Basis)| basis.point == Point::F;
        let thin = self.named().into_iter().skip(1).filter(is_thin);
        thin.map(|(key, _)| Problem {
            key: format!("legal_basis.{key}"),
            problem: format!(
                "authorities cannot rely on point f for their tasks (Art. 6(1), second subparagraph, GDPR); \
                 consider point e with {}",
                general_clause(land)
            ),
        })
        .collect()
    }
}

/// The general clause of the Land's data-protection act that goes with point (e).
#[expect(clippy::match_same_arms, reason = "one line for each Land")]
pub fn general_clause(land: Land) -> &'static str {
    match land {
        Land::BW => "§ 4 LDSG",
        Land::BY => "Art. 4 BayDSG",
        Land::BE => "§ 3 BlnDSG",
        Land::BB => "§ 5 BbgDSG",
        Land::HB => "§ 3 BremDSGVOAG",
        Land::HH => "§ 4 HmbDSG",
        Land::HE => "§ 3 HDSIG",
        Land::MV => "§ 4 DSG M-V",
        Land::NI => "§ 3 NDSG",
        Land::NW => "§ 3 DSG NRW",
        Land::RP => "§ 3 LDSG",
        Land::SL => "§ 4 SDSG",
        Land::SN => "§ 3 SächsDSDG",
        Land::ST => "§ 4 DSAG LSA",
        Land::SH => "§ 3 LDSG",
        Land::TH => "§ 16 ThürDSG",
    }
}

/// Whom people turn to about their data: a person or a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataProtectionOfficer {
    /// A name, or what the office calls the function.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone, if there is one of their own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}

impl DataProtectionOfficer {
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut check = |good: bool, key: &str, problem: &str| {
            if !good {
                let key = format!("data_protection_officer.{key}");
                found.push(Problem { key, problem: problem.to_owned() });
            }
        };
        check(!self.name.trim().is_empty(), "name", "name the officer or the function");
        check(self.email.contains('@'), "email", "must be an e-mail address");
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(usage: Basis) -> LegalBases {
        LegalBases { usage, ..LegalBases::usual().clone() }
    }

    fn public_task() -> Basis {
        Basis { law: "§ 3 DSG NRW".to_owned(), ..Basis::of(Point::E) }
    }

    #[test]
    fn a_basis_is_said_as_lawyers_say_it() {
        assert_eq!(Basis::of(Point::B).german(), "Art. 6 Abs. 1 S. 1 lit. b DSGVO");
        assert_eq!(public_task().german(), "Art. 6 Abs. 1 S. 1 lit. e DSGVO mit § 3 DSG NRW");
    }

    #[test]
    fn every_purpose_with_personal_data_has_a_basis() {
        let bases = on(public_task());
        let said = |purpose| bases.of(purpose).unwrap_or_default();
        assert!(said(Purpose::Appointment).contains("lit. e"));
        assert!(said(Purpose::Notification).contains("DSG NRW"));
        assert!(said(Purpose::Security).contains("lit. f"));
        assert!(said(Purpose::Accountability).contains("lit. c"));
        assert_eq!(bases.of(Purpose::Operation), None);
    }

    #[test]
    fn what_a_municipality_cannot_choose_is_named() {
        let keys = |bases: &LegalBases| {
            bases.problems().into_iter().map(|problem| problem.key).collect::<Vec<_>>()
        };
        assert_eq!(keys(LegalBases::usual()), [""; 0]);
        assert_eq!(keys(&on(public_task())), [""; 0]);
        assert_eq!(keys(&on(Basis::of(Point::E))), ["legal_basis.use"]);
        assert_eq!(keys(&on(Basis::of(Point::F))), ["legal_basis.use"]);
        let law = Basis { law: "§ 3 DSG NRW".to_owned(), ..Basis::of(Point::B) };
        assert_eq!(keys(&on(law)), ["legal_basis.use"]);
    }

    #[test]
    fn point_f_is_hinted_at_with_the_law_of_the_land() {
        let hints = LegalBases::usual().hints(Land::NW);
        assert_eq!(hints.len(), 2);
        assert!(hints.iter().all(|hint| hint.problem.contains("§ 3 DSG NRW")));
        let lawful = LegalBases {
            usage: public_task(),
            analysis: public_task(),
            improvement: public_task(),
        };
        assert_eq!(lawful.hints(Land::NW), []);
    }
}
