//! Who somebody is, as accounts know it: name, address, mobile number. Checked as the contact of an appointment is.

use kernel::Ctx;
use scheduling::{ContactInput, ContactProblem};
use tenant::{ContactFields, Municipality, Requirement};

use crate::{
    contact_form::{ContactForm, Correction, Field, Typed},
    page::Page,
};
use identity::Profile;

/// What a person typed. Has no `Debug`: it is personal data.
#[derive(Clone, Default)]
pub struct PersonInput {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Mobile number.
    pub phone: Option<String>,
}

/// Checks what was typed: names and address always, the number as the municipality asks for it. Lists every problem.
pub fn check_person(
    ctx: &Ctx,
    town: &Municipality,
    input: &PersonInput,
) -> Result<Profile, Vec<ContactProblem>> {
    let contact = ContactInput {
        first_name: input.first_name.clone(),
        last_name: input.last_name.clone(),
        email: Some(input.email.clone()),
        phone: input.phone.clone(),
        ..ContactInput::default()
    };
    let checked =
        contact.check(&asked(town), scheduling::today(ctx, town)).map_err(|problems| {
            let own = |problem: ContactProblem| ContactProblem {
                field: problem.field.strip_prefix("contact.").unwrap_or(problem.field),
                ..problem
            };
            problems.into_iter().map(own).collect::<Vec<_>>()
        })?;
    Ok(Profile {
        first_name: checked.first_name,
        last_name: checked.last_name,
        email: checked.email.unwrap_or_default(),
        phone: checked.phone,
    })
}

/// What accounts ask for.
fn asked(town: &Municipality) -> ContactFields {
    ContactFields {
        email: Requirement::Required,
        phone: town.settings.contact.phone,
        address: Requirement::Hidden,
        birth_date: Requirement::Hidden,
    }
}

impl Typed {
    /// What was typed, as accounts take it.
    pub(crate) fn person(&self) -> PersonInput {
        PersonInput {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            phone: (!self.phone.is_empty()).then(|| self.phone.clone()),
        }
    }

    /// The same for an account that is there.
    pub(crate) fn of_profile(profile: &Profile) -> Self {
        Self {
            first_name: profile.first_name.clone(),
            last_name: profile.last_name.clone(),
            email: profile.email.clone(),
            phone: profile.phone.clone().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Fills in from an account what was left empty; what was typed wins.
    pub(crate) fn fill_from(&mut self, profile: &Profile) {
        let known = Self::of_profile(profile);
        let fields = [
            (&mut self.first_name, known.first_name),
            (&mut self.last_name, known.last_name),
            (&mut self.email, known.email),
            (&mut self.phone, known.phone),
        ];
        for (typed, known) in fields {
            if typed.is_empty() {
                *typed = known;
            }
        }
    }
}

/// The fields of a person's form.
#[derive(Debug, Clone)]
pub(crate) struct PersonForm {
    pub fields: Vec<Field>,
    pub corrections: Vec<Correction>,
}

impl PersonForm {
    /// With what was typed and what to correct. Without the address where that has a form of its own.
    pub fn new(
        page: &Page,
        town: &Municipality,
        typed: &Typed,
        problems: &[ContactProblem],
        with_email: bool,
    ) -> Self {
        let mut asked = asked(town);
        if !with_email {
            asked.email = Requirement::Hidden;
        }
        let form = ContactForm::new(page, &asked, typed, problems);
        Self { fields: form.person, corrections: form.corrections }
    }
}
