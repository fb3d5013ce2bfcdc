//! The form that asks who comes: its fields, what was typed, what must be corrected.

use chrono::NaiveDate;
use scheduling::{Contact, ContactInput, ContactProblem};
use serde::{Deserialize, Serialize};
use tenant::{ContactFields, Requirement};

use crate::{fields::Fields, page::Page};

/// What was typed, as it was typed. Has no `Debug`: it is personal.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub street: String,
    pub postal_code: String,
    pub city: String,
    pub birth_day: String,
    pub birth_month: String,
    pub birth_year: String,
}

impl Typed {
    /// Reads the form.
    pub fn read(fields: &Fields) -> Self {
        let one = |name| fields.one(name).to_owned();
        Self {
            first_name: one("firstName"),
            last_name: one("lastName"),
            email: one("email"),
            phone: one("phone"),
            street: one("street"),
            postal_code: one("postalCode"),
            city: one("city"),
            birth_day: one("birthDay"),
            birth_month: one("birthMonth"),
            birth_year: one("birthYear"),
        }
    }

    /// What was typed for a contact that is known.
    pub fn of(contact: Contact) -> Self {
        let some = Option::unwrap_or_default;
        let birth = |format| {
            contact.birth_date.map(|date| date.format(format).to_string()).unwrap_or_default()
        };
        Self {
            birth_day: birth("%-d"),
            birth_month: birth("%-m"),
            birth_year: birth("%Y"),
            first_name: contact.first_name,
            last_name: contact.last_name,
            email: some(contact.email),
            phone: some(contact.phone),
            street: some(contact.street),
            postal_code: some(contact.postal_code),
            city: some(contact.city),
        }
    }

    /// Whether nothing was typed yet.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The date of birth: none typed, or typed as a date, or typed as something else.
    fn birth_date(&self) -> Result<Option<NaiveDate>, ()> {
        let parts = [&self.birth_year, &self.birth_month, &self.birth_day];
        if parts.iter().all(|part| part.is_empty()) {
            return Ok(None);
        }
        // "70" is no year: nobody guesses the century of a birth
        let year = self.birth_year.parse().ok().filter(|year| (1000..=9999).contains(year));
        let (month, day) = (self.birth_month.parse(), self.birth_day.parse());
        match (year, month, day) {
            (Some(year), Ok(month), Ok(day)) => {
                NaiveDate::from_ymd_opt(year, month, day).map(Some).ok_or(())
            }
            _ => Err(()),
        }
    }

    /// What the use case takes.
    pub fn input(&self) -> ContactInput {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ContactInput {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: some(&self.email),
            phone: some(&self.phone),
            street: some(&self.street),
            postal_code: some(&self.postal_code),
            city: some(&self.city),
            birth_date: self.birth_date().unwrap_or_default(),
        }
    }

    /// Checks what was typed against what the municipality asks.
    pub fn check(
        &self,
        asked: &ContactFields,
        today: NaiveDate,
    ) -> Result<Contact, Vec<ContactProblem>> {
        let checked = self.input().check(asked, today);
        if asked.birth_date == Requirement::Hidden || self.birth_date().is_ok() {
            return checked;
        }
        let mut problems = checked.err().unwrap_or_default();
        problems.retain(|problem| problem.field != "contact.birthDate");
        problems.push(ContactProblem {
            field: "contact.birthDate",
            reason: "birth-date-wrong",
            limit: None,
        });
        Err(problems)
    }
}

/// A field of the form.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Its name, also its id in the page.
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    /// `type` of the input.
    pub kind: &'static str,
    pub autocomplete: &'static str,
    /// How wide: a class.
    pub width: &'static str,
    pub required: bool,
    pub value: String,
    pub error: String,
}

/// The date of birth, in three fields that belong together.
#[derive(Debug, Clone)]
pub(crate) struct BirthDate {
    pub required: bool,
    pub error: String,
    pub parts: Vec<Field>,
}

/// Something to correct, for the list on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Correction {
    /// Id of the field.
    pub field: String,
    pub message: String,
}

/// The form.
#[derive(Debug, Clone)]
pub(crate) struct ContactForm {
    pub person: Vec<Field>,
    pub address: Vec<Field>,
    pub birth_date: Option<BirthDate>,
    pub corrections: Vec<Correction>,
    /// Whether any field may be left empty.
    pub has_voluntary: bool,
}

impl ContactForm {
    /// The form of a municipality with what was typed.
    pub fn new(
        page: &Page,
        asked: &ContactFields,
        typed: &Typed,
        problems: &[ContactProblem],
    ) -> Self {
        let make = Make { page, problems };
        let required = Requirement::Required;
        let person = [
            make.field(("firstName", "text", "given-name"), "", required, &typed.first_name),
            make.field(("lastName", "text", "family-name"), "", required, &typed.last_name),
            make.field(("email", "email", "email"), "", asked.email, &typed.email),
            make.field(("phone", "tel", "tel"), "", asked.phone, &typed.phone),
        ];
        let address = [
            make.field(("street", "text", "street-address"), "", asked.address, &typed.street),
            make.field(
                ("postalCode", "text", "postal-code"),
                "short",
                asked.address,
                &typed.postal_code,
            ),
            make.field(("city", "text", "address-level2"), "", asked.address, &typed.city),
        ];
        let birth = asked.birth_date;
        let parts = [
            make.field(("birthDay", "text", "bday-day"), "two", birth, &typed.birth_day),
            make.field(("birthMonth", "text", "bday-month"), "two", birth, &typed.birth_month),
            make.field(("birthYear", "text", "bday-year"), "four", birth, &typed.birth_year),
        ];
        let parts: Vec<Field> = parts.into_iter().flatten().collect();
        let birth_date = (!parts.is_empty()).then(|| BirthDate {
            required: birth == required,
            error: make.error("birthDate"),
            parts,
        });
        let corrections = problems.iter().map(|problem| Correction {
            field: match short(problem.field) {
                "birthDate" => "birthDay".to_owned(),
                name => name.to_owned(),
            },
            message: problem.message(page.locale),
        });
        let optional = [asked.email, asked.phone, asked.address, asked.birth_date];
        Self {
            person: person.into_iter().flatten().collect(),
            address: address.into_iter().flatten().collect(),
            birth_date,
            corrections: corrections.collect(),
            has_voluntary: optional.contains(&Requirement::Optional),
        }
    }

    /// For somebody who types what others say: the browser must not offer the details of whoever called before.
    pub fn for_office(mut self) -> Self {
        let parts = self.birth_date.iter_mut().flat_map(|birth| &mut birth.parts);
        for field in self.person.iter_mut().chain(&mut self.address).chain(parts) {
            field.autocomplete = "off";
            field.hint.clear();
        }
        self
    }
}

struct Make<'a> {
    page: &'a Page,
    problems: &'a [ContactProblem],
}

impl Make<'_> {
    fn error(&self, name: &str) -> String {
        let found = self.problems.iter().find(|problem| short(problem.field) == name);
        found.map(|problem| problem.message(self.page.locale)).unwrap_or_default()
    }

    fn field(
        &self,
        (name, kind, autocomplete): (&'static str, &'static str, &'static str),
        width: &'static str,
        requirement: Requirement,
        value: &str,
    ) -> Option<Field> {
        if requirement == Requirement::Hidden {
            return None;
        }
        let key = name.chars().fold("field".to_owned(), |key, letter| {
            if letter.is_ascii_uppercase() || key == "field" {
                format!("{key}-{}", letter.to_ascii_lowercase())
            } else {
                format!("{key}{letter}")
            }
        });
        let hint_key = format!("{key}-hint");
        let hint = self.page.t(&hint_key);
        Some(Field {
            name,
            label: self.page.t(&key),
            // not every field needs one
            hint: if hint == hint_key { String::new() } else { hint },
            kind,
            autocomplete,
            width,
            required: requirement == Requirement::Required,
            value: value.to_owned(),
            error: self.error(name),
        })
    }
}

/// "contact.firstName" is the field "firstName".
fn short(field: &'static str) -> &'static str {
    field.strip_prefix("contact.").unwrap_or(field)
}

/// What was typed, as the review shows it: label and value, in the order of the form.
pub(crate) fn summary(page: &Page, typed: &Typed, asked: &ContactFields) -> Vec<(String, String)> {
    let mut lines =
        vec![(page.t("review-name"), format!("{} {}", typed.first_name, typed.last_name))];
    let mut add = |asked: Requirement, label: String, value: String| {
        if asked != Requirement::Hidden {
            let value = value.trim().to_owned();
            lines.push((label, if value.is_empty() { page.t("review-not-given") } else { value }));
        }
    };
    add(asked.email, page.t("field-email"), typed.email.clone());
    add(asked.phone, page.t("field-phone"), typed.phone.clone());
    let town = format!("{} {}", typed.postal_code, typed.city);
    let address = [typed.street.as_str(), town.trim()];
    let address: Vec<&str> = address.into_iter().filter(|part| !part.is_empty()).collect();
    add(asked.address, page.t("review-address"), address.join(", "));
    let birth = typed.birth_date().ok().flatten();
    let birth = birth.map(|day| kernel::spoken::date(day, page.locale)).unwrap_or_default();
    add(asked.birth_date, page.t("field-birth-date"), birth);
    lines
}

/// How many digits or letters go together in a code that people read aloud.
const GROUP: usize = 4;

/// A code in groups of four, in capitals: "7K3M 9QXD …".
pub(crate) fn in_groups(code: &str) -> String {
    let letters: Vec<char> = code.to_uppercase().chars().collect();
    letters
        .chunks(GROUP)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn problems(typed: &Typed, asked: &ContactFields) -> Vec<&'static str> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let found = typed.check(asked, today).err().unwrap_or_default();
        found.iter().map(|problem| problem.reason).collect()
    }

    #[test]
    fn a_birth_date_is_three_fields_and_one_answer() {
        let asked = samples::town().settings.contact;
        let mut typed = samples::draft().typed;
        assert_eq!(problems(&typed, &asked), Vec::<&str>::new());
        for (day, month, year) in
            [("31", "2", "1970"), ("1", "", ""), ("1", "1", "70"), ("x", "1", "1970")]
        {
            typed.birth_day = day.into();
            typed.birth_month = month.into();
            typed.birth_year = year.into();
            assert_eq!(problems(&typed, &asked), ["birth-date-wrong"], "{day} {month} {year}");
        }
        let hidden = ContactFields { birth_date: Requirement::Hidden, ..asked };
        assert_eq!(problems(&typed, &hidden), Vec::<&str>::new());
    }

    #[test]
    fn each_field_says_whether_it_is_voluntary_and_what_to_correct() {
        let page = Page::new(&samples::visit(), "/angaben");
        let asked = samples::town().settings.contact;
        let typed = Typed { birth_day: "40".into(), ..Typed::default() };
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let problems = typed.check(&asked, today).err().unwrap();
        let form = ContactForm::new(&page, &asked, &typed, &problems);
        assert!(form.person.iter().all(|field| field.required && !field.error.is_empty()));
        assert!(form.address.iter().all(|field| !field.required && field.error.is_empty()));
        let targets: Vec<_> = form.corrections.iter().map(|found| found.field.as_str()).collect();
        assert_eq!(targets, ["firstName", "lastName", "email", "phone", "birthDay"]);
        assert!(form.has_voluntary);
    }

    #[test]
    fn a_code_can_be_read_aloud() {
        assert_eq!(in_groups("abcd1234ef"), "ABCD 1234 EF");
    }
}
