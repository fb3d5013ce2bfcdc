//! Who comes: what is asked, what is checked, what is stored.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use email_address::EmailAddress;
use phonenumber::{Mode, country::Id as Country};
use serde::{Deserialize, Serialize};
use tenant::{ContactFields, Requirement};

use crate::ContactProblem;

/// Letters of a field, at most.
const MAX_LENGTH: usize = 100;
/// RFC 5321 §4.5.3.1.3, less the angle brackets.
const MAX_EMAIL: usize = 254;

/// What a person typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ContactInput {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postcode.
    pub postal_code: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
}

/// A checked contact. Exists only sealed at rest; never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number in E.164.
    pub phone: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postcode.
    pub postal_code: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
}

impl ContactInput {
    /// Checks what was typed against what the municipality asks. Lists every problem, so that a person corrects them
    /// in one go. What is not asked is not kept.
    pub fn check(
        &self,
        fields: &ContactFields,
        today: NaiveDate,
    ) -> Result<Contact, Vec<ContactProblem>> {
        let mut problems = Vec::new();
        let mut check = Checker { problems: &mut problems };
        let name = Requirement::Required;
        let first =
            check.text("contact.firstName", Some(&self.first_name), name, "first-name-missing");
        let last = check.text("contact.lastName", Some(&self.last_name), name, "last-name-missing");
        let email = check.email(self.email.as_deref(), fields.email);
        let phone = check.phone(self.phone.as_deref(), fields.phone);
        let street =
            check.text("contact.street", self.street.as_deref(), fields.address, "street-missing");
        let postal_code = check.postal_code(self.postal_code.as_deref(), fields.address);
        let city = check.text("contact.city", self.city.as_deref(), fields.address, "city-missing");
        let birth_date = check.birth_date(self.birth_date, fields.birth_date, today);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Contact {
            first_name: first.unwrap_or_default(),
            last_name: last.unwrap_or_default(),
            email,
            phone,
            street,
            postal_code,
            city,
            birth_date,
        })
    }
}

impl Contact {
    /// The address by which two entries of one person are recognised.
    pub(crate) fn email_key(&self) -> Option<String> {
        self.email.as_deref().map(email_key)
    }

    /// The last name as the office searches it.
    pub(crate) fn name_key(&self) -> String {
        last_name_key(&self.last_name)
    }

    /// The contact without address and date of birth, as far as they are not required. `None` when there is nothing to
    /// leave out.
    pub(crate) fn without_voluntary(&self, asked: &ContactFields) -> Option<Self> {
        let mut reduced = self.clone();
        if asked.address != Requirement::Required {
            (reduced.street, reduced.postal_code, reduced.city) = (None, None, None);
        }
        if asked.birth_date != Requirement::Required {
            reduced.birth_date = None;
        }
        (reduced != *self).then_some(reduced)
    }

    /// The API's names of the fields in which another contact differs.
    pub(crate) fn differences(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("firstName", self.first_name == other.first_name),
            ("lastName", self.last_name == other.last_name),
            ("email", self.email == other.email),
            ("phone", self.phone == other.phone),
            ("street", self.street == other.street),
            ("postalCode", self.postal_code == other.postal_code),
            ("city", self.city == other.city),
            ("birthDate", self.birth_date == other.birth_date),
        ];
        fields.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
    }
}

/// An address as it is compared.
pub(crate) fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A phone number in E.164, if it is one.
pub(crate) fn phone_key(text: &str) -> Option<String> {
    let number = phonenumber::parse(Some(Country::DE), text.trim()).ok();
    let number = number.filter(phonenumber::is_valid)?;
    Some(number.format().mode(Mode::E164).to_string())
}

/// A last name as it is compared: who hears it on the phone knows neither capitals nor hyphens nor accents, and writes
/// "Mueller" for "Müller".
pub(crate) fn last_name_key(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.to_lowercase().chars() {
        match letter {
            'ä' | 'æ' => plain.push_str("ae"),
            'ö' | 'œ' | 'ø' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ă' | 'ą' => plain.push('a'),
            'ç' | 'ć' | 'č' => plain.push('c'),
            'ď' | 'đ' => plain.push('d'),
            // also the mark of an umlaut that is written with a letter of its own
            '\u{308}' | 'è' | 'é' | 'ê' | 'ë' | 'ė' | 'ę' | 'ě' => plain.push('e'),
            'ğ' => plain.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => plain.push('i'),
            'ł' => plain.push('l'),
            'ñ' | 'ń' | 'ň' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' => plain.push('o'),
            'ř' => plain.push('r'),
            'ś' | 'ş' | 'š' | 'ș' => plain.push('s'),
            'ť' | 'ț' => plain.push('t'),
            'ù' | 'ú' | 'û' | 'ů' => plain.push('u'),
            'ý' | 'ÿ' => plain.push('y'),
            'ź' | 'ż' | 'ž' => plain.push('z'),
            '\u{300}'..='\u{36f}' | '\'' | '’' => {}
            letter if letter.is_alphanumeric() => plain.push(letter),
            _ => plain.push(' '),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Checker<'a> {
    problems: &'a mut Vec<ContactProblem>,
}

impl Checker<'_> {
    fn problem(&mut self, field: &'static str, reason: &'static str, limit: Option<usize>) {
        let limit = limit.and_then(|limit| u32::try_from(limit).ok());
        self.problems.push(ContactProblem { field, reason, limit });
    }

    /// Trims, refuses what is too long or unprintable, and says so when something required is missing.
    fn given<'t>(
        &mut self,
        field: &'static str,
        text: Option<&'t str>,
        requirement: Requirement,
        missing: &'static str,
        max: usize,
    ) -> Option<&'t str> {
        if requirement == Requirement::Hidden {
            return None;
        }
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        match text {
            None if requirement == Requirement::Required => self.problem(field, missing, None),
            Some(text) if text.chars().count() > max => self.problem(field, "text-long", Some(max)),
            // An address in a name would be sent to anybody in the municipality's own mail.
            Some(text) if text.contains("://") || text.chars().any(is_unprintable) => {
                self.problem(field, "text-signs", None);
            }
            found => return found,
        }
        None
    }

    fn text(
        &mut self,
        field: &'static str,
        text: Option<&str>,
        requirement: Requirement,
        missing: &'static str,
    ) -> Option<String> {
        let text = self.given(field, text, requirement, missing, MAX_LENGTH)?;
        if text.chars().any(char::is_alphanumeric) {
            return Some(text.to_owned());
        }
        self.problem(field, missing, None);
        None
    }

    fn email(&mut self, text: Option<&str>, requirement: Requirement) -> Option<String> {
        const FIELD: &str = "contact.email";
        let text = self.given(FIELD, text, requirement, "email-missing", MAX_EMAIL)?;
        let domain = text.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
        // an address on the internet has a domain with a dot, and neither quotes nor a display name
        let usable = EmailAddress::from_str(text).is_ok()
            && is_internet_domain(domain)
            && !text.contains(['"', '<', '>', ' ', ',', ';']);
        if usable {
            return Some(text.to_owned());
        }
        self.problem(FIELD, "email-wrong", None);
        None
    }

    fn phone(&mut self, text: Option<&str>, requirement: Requirement) -> Option<String> {
        const FIELD: &str = "contact.phone";
        let text = self.given(FIELD, text, requirement, "phone-missing", MAX_LENGTH)?;
        if let Some(number) = phone_key(text) {
            return Some(number);
        }
        self.problem(FIELD, "phone-wrong", None);
        None
    }

    fn postal_code(&mut self, text: Option<&str>, requirement: Requirement) -> Option<String> {
        const FIELD: &str = "contact.postalCode";
        let text = self.given(FIELD, text, requirement, "postal-code-missing", MAX_LENGTH)?;
        if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(text.to_owned());
        }
        self.problem(FIELD, "postal-code-wrong", None);
        None
    }

    fn birth_date(
        &mut self,
        date: Option<NaiveDate>,
        requirement: Requirement,
        today: NaiveDate,
    ) -> Option<NaiveDate> {
        const FIELD: &str = "contact.birthDate";
        match (date, requirement) {
            (_, Requirement::Hidden) | (None, Requirement::Optional) => None,
            (None, Requirement::Required) => {
                self.problem(FIELD, "birth-date-missing", None);
                None
            }
            (Some(date), _) if date > today || date.year() < 1900 => {
                self.problem(FIELD, "birth-date-wrong", None);
                None
            }
            (found, _) => found,
        }
    }
}

/// Labels of letters, digits and dashes, and a last one of letters; with umlauts for internationalised names.
fn is_internet_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && domain.split('.').all(label)
        && (last.starts_with("xn--") || last.chars().all(char::is_alphabetic))
        && last.chars().count() >= 2
}

/// Control characters, and the marks that turn the direction of text around them.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' | '\u{3164}' | '\u{feff}' | '\u{fffd}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> ContactFields {
        ContactFields {
            email: Requirement::Required,
            phone: Requirement::Required,
            address: Requirement::Optional,
            birth_date: Requirement::Hidden,
        }
    }

    fn erika() -> ContactInput {
        ContactInput {
            first_name: " Erika ".to_owned(),
            last_name: "Müller-Lüdenscheidt".to_owned(),
            email: Some("erika+termin@beispiel.de".to_owned()),
            phone: Some("0151 23456789".to_owned()),
            ..ContactInput::default()
        }
    }

    fn today() -> NaiveDate {
        "2026-12-07".parse().unwrap()
    }

    fn problems(input: &ContactInput) -> Vec<(&'static str, &'static str)> {
        let problems = input.check(&fields(), today()).err().unwrap_or_default();
        problems.iter().map(|problem| (problem.field, problem.reason)).collect()
    }

    #[test]
    fn what_people_type_is_understood() {
        let contact = erika().check(&fields(), today()).ok().unwrap();
        assert_eq!(contact.first_name, "Erika");
        assert_eq!(contact.phone.as_deref(), Some("+4915123456789"));
        assert_eq!(contact.email.as_deref(), Some("erika+termin@beispiel.de"));
    }

    #[test]
    fn every_problem_is_listed_at_once() {
        let found = problems(&ContactInput {
            first_name: " ".to_owned(),
            last_name: "'-".to_owned(),
            email: Some("erika.musterfrau@".to_owned()),
            phone: Some("12".to_owned()),
            postal_code: Some("4572".to_owned()),
            ..ContactInput::default()
        });
        assert_eq!(
            found,
            [
                ("contact.firstName", "first-name-missing"),
                ("contact.lastName", "last-name-missing"),
                ("contact.email", "email-wrong"),
                ("contact.phone", "phone-wrong"),
                ("contact.postalCode", "postal-code-wrong"),
            ]
        );
    }

    #[test]
    fn addresses_that_reach_nobody_are_refused() {
        for email in [
            "a@b",
            "a b@c.de",
            "\"x\"@c.de",
            "a@[127.0.0.1]",
            "a@1.2.3.4",
            "a@c.123",
            "a@c_d.de",
            "a@-c.de",
            "a@c.de, d@e.de",
            "Erika <a@c.de>",
            "@c.de",
        ] {
            let input = ContactInput { email: Some(email.to_owned()), ..erika() };
            assert_eq!(problems(&input), [("contact.email", "email-wrong")], "{email}");
        }
        let long = ContactInput { email: Some(format!("{}@c.de", "a".repeat(300))), ..erika() };
        assert_eq!(problems(&long), [("contact.email", "text-long")]);
    }

    #[test]
    fn names_carry_no_control_characters() {
        for name in [
            "Erika\r\nBcc: x@y.de",
            "Erika https://evil.example",
            "Eri\u{2028}ka",
            "Erika\u{202e}",
            "Eri\0ka",
        ] {
            let input = ContactInput { first_name: name.to_owned(), ..erika() };
            assert_eq!(problems(&input), [("contact.firstName", "text-signs")], "{name:?}");
        }
    }

    #[test]
    fn a_last_name_is_found_as_it_is_heard() {
        for (typed, heard) in [
            ("Müller-Lüdenscheidt", "mueller luedenscheidt"),
            ("  GROß ", "Gross"),
            ("Mu\u{308}ller", "Mueller"),
            ("O’Neill", "ONeill"),
            ("Yıldız", "Yildiz"),
            ("Nuñez  Pérez", "nunez perez"),
        ] {
            assert_eq!(last_name_key(typed), last_name_key(heard), "{typed}");
        }
        assert_ne!(last_name_key("Meier"), last_name_key("Maier"));
    }

    #[test]
    fn what_is_not_asked_is_not_kept() {
        let input = ContactInput { birth_date: Some("1970-01-01".parse().unwrap()), ..erika() };
        assert_eq!(input.check(&fields(), today()).ok().unwrap().birth_date, None);
        let optional = ContactFields { birth_date: Requirement::Optional, ..fields() };
        let future = ContactInput { birth_date: Some("2027-01-01".parse().unwrap()), ..erika() };
        assert!(future.check(&optional, today()).is_err());
    }
}
