//! What clients send about accounts. None of it has `Debug`: it is personal data, or a secret.

use async_graphql::{Enum, InputObject};

use crate::graphql::scalars::Locale;

/// Who wants an account.
#[derive(InputObject)]
pub(crate) struct RegisterAccountInput {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address. A code is sent to it; the account begins with the code.
    pub email: String,
    /// Mobile number; whether it is required is the municipality's choice.
    pub phone: Option<String>,
    /// The language of mails; the request's when null.
    pub locale: Option<Locale>,
}

/// The code from the mail.
#[derive(InputObject)]
pub(crate) struct ConfirmAccountInput {
    /// As it stands in the mail.
    pub code: String,
    /// A password, for who wants one. Without it one signs in with codes by mail.
    pub password: Option<String>,
}

/// Who wants a code to sign in with.
#[derive(InputObject)]
pub(crate) struct RequestSignInCodeInput {
    /// E-mail address of the account.
    pub email: String,
}

/// Either address and password, or a code from a mail.
#[derive(InputObject)]
pub(crate) struct SignInInput {
    /// E-mail address of the account.
    pub email: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// A code from a mail, instead of both.
    pub code: Option<String>,
}

/// What one's account is to say.
#[derive(InputObject)]
pub(crate) struct UpdateProfileInput {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Mobile number; whether it is required is the municipality's choice.
    pub phone: Option<String>,
    /// The language of mails; as before when null.
    pub locale: Option<Locale>,
}

/// Another address for one's account.
#[derive(InputObject)]
pub(crate) struct RequestEmailChangeInput {
    /// The new address. A code is sent to it.
    pub email: String,
    /// The password that counts. Not needed within ten minutes of signing in.
    pub current_password: Option<String>,
}

/// The code from the mail to the new address.
#[derive(InputObject)]
pub(crate) struct ConfirmEmailChangeInput {
    /// As it stands in the mail.
    pub code: String,
}

/// Another password.
#[derive(InputObject)]
pub(crate) struct ChangePasswordInput {
    /// The new one; null removes the password.
    pub new_password: Option<String>,
    /// The one that counts. Not needed within ten minutes of signing in.
    pub current_password: Option<String>,
}

/// Which session to end.
#[derive(InputObject)]
pub(crate) struct EndSessionInput {
    /// Its name in the list.
    pub handle: String,
}

/// Which appointment to add to one's account.
#[derive(InputObject)]
pub(crate) struct ClaimAppointmentInput {
    /// Opens the appointment.
    pub manage_token: String,
}

/// How much is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
pub(crate) enum EraseScope {
    /// The account. Its appointments stay, as those of a guest.
    #[default]
    Account,
    /// Everything that `myData` shows. Appointments to come are cancelled.
    Everything,
}

/// Who erases their data, and how much.
#[derive(InputObject)]
pub(crate) struct EraseMyDataInput {
    /// The password. Not needed within ten minutes of signing in.
    pub current_password: Option<String>,
    /// How much; guests erase everything.
    #[graphql(default)]
    pub scope: EraseScope,
    /// The token of an appointment, for guests: it stands for this appointment's person.
    pub manage_token: Option<String>,
    /// A code from `requestMyDataCode`, for guests: it stands for everything that is kept for the address.
    pub code: Option<String>,
}
