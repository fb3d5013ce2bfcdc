//! Inviting somebody of the office, and inviting them again.

use db::{TenantTx, sealed};
use kernel::{AccountCodeId, AccountId, Ctx, Grants, Locale, policy::Action};
use serde_json::json;
use tenant::quotas::{self, Quota};

use super::{names, note, one, passwords_are_used};
use crate::{
    Account, AccountError, AccountKind, Profile,
    accounts::{
        self, NewAccount,
        codes::{self, Purpose},
        letters::{self, Letter},
    },
};

/// Letters of a name at most.
const LONGEST_NAME: u32 = 100;
/// Letters of an address at most (RFC 5321).
const LONGEST_EMAIL: u32 = 254;

/// Somebody who is to be invited.
#[derive(Clone)]
pub struct NewPerson {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Where the invitation goes.
    pub email: String,
    /// The language of their mails.
    pub locale: Locale,
    /// What they are to be, and where.
    pub grants: Grants,
}

/// Somebody who was invited.
#[derive(Debug)]
pub struct Invited {
    /// Their account, without credentials yet.
    pub account: Account,
    /// The code that the mail brings; see [`codes::letter`].
    pub code: AccountCodeId,
}

/// Makes an account without credentials and sends the code with which its owner chooses some.
pub async fn invite(ctx: &Ctx, tx: &TenantTx, wanted: &NewPerson) -> Result<Invited, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    let used = crate::usage::people(tx).await?;
    quotas::make_room(tx, Quota::People, used).await??;
    passwords_are_used(tx).await?;
    let wanted = wanted.checked()?;
    let key = sealed::create_subject(ctx, tx).await?;
    let account = accounts::insert(ctx, tx, &key, &wanted).await.map_err(unknown_place)?;
    let code = send(ctx, tx, &account).await?;
    note(ctx, tx, "person.invite", account.id, json!({ "roles": names(&account.grants) })).await?;
    Ok(Invited { account, code })
}

/// Sends another code to somebody who has not come yet. The one from before opens nothing any more.
pub async fn invite_again(
    ctx: &Ctx,
    tx: &TenantTx,
    id: AccountId,
) -> Result<Invited, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    passwords_are_used(tx).await?;
    let account = one(ctx, tx, id).await?;
    if account.has_password || account.is_locked {
        return Err(AccountError::Conflict("person-not-waiting"));
    }
    let code = send(ctx, tx, &account).await?;
    note(ctx, tx, "person.invite-again", id, json!({})).await?;
    Ok(Invited { account, code })
}

/// Writes the code and its letter; earlier ones open nothing any more.
pub(super) async fn send(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
) -> Result<AccountCodeId, AccountError> {
    codes::withdraw(ctx, tx, account.id, Purpose::Invite).await?;
    let key = sealed::subject_key(tx, account.subject).await?.ok_or(AccountError::NotFound)?;
    let letter = Letter::to(account.profile.clone(), None);
    let (purpose, to) = (Purpose::Invite, Some(account));
    Ok(letters::send(ctx, tx, purpose, to, &key, &letter, account.locale).await?)
}

impl NewPerson {
    fn checked(&self) -> Result<NewAccount, AccountError> {
        let profile = Profile {
            first_name: name("firstName", &self.first_name, "first-name-missing")?,
            last_name: name("lastName", &self.last_name, "last-name-missing")?,
            email: email(&self.email)?,
            phone: None,
        };
        check_grants(&self.grants)?;
        let (locale, grants) = (self.locale, self.grants.clone());
        Ok(NewAccount { kind: AccountKind::Staff, profile, locale, grants })
    }
}

fn bad(field: &'static str, reason: &'static str, limit: Option<u32>) -> AccountError {
    AccountError::BadInput { field, reason, limit }
}

/// A name without blanks around it.
pub(super) fn name(
    field: &'static str,
    typed: &str,
    missing: &'static str,
) -> Result<String, AccountError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(bad(field, missing, None));
    }
    if typed.chars().count() > LONGEST_NAME as usize {
        return Err(bad(field, "text-long", Some(LONGEST_NAME)));
    }
    if typed.chars().any(char::is_control) {
        return Err(bad(field, "text-signs", None));
    }
    Ok(typed.to_owned())
}

/// Something before and after the one "@", a dot in the domain, and nothing that ends a line of a mail. Whether it
/// exists is found out by writing to it.
fn email(typed: &str) -> Result<String, AccountError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(bad("email", "email-missing", None));
    }
    if typed.chars().count() > LONGEST_EMAIL as usize {
        return Err(bad("email", "text-long", Some(LONGEST_EMAIL)));
    }
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
    let whole = typed.split_once('@').is_some_and(|(local, domain)| {
        let parts: Vec<&str> = domain.split('.').collect();
        !local.is_empty()
            && !domain.contains('@')
            && parts.len() > 1
            && parts.iter().all(|part| !part.is_empty())
    });
    if !whole || typed.chars().any(is_odd) {
        return Err(bad("email", "email-wrong", None));
    }
    Ok(typed.to_owned())
}

/// At least one role; a place only with the roles that have places.
pub(super) fn check_grants(grants: &Grants) -> Result<(), AccountError> {
    if grants.is_empty() {
        return Err(bad("roles", "roles-missing", None));
    }
    if grants.iter().any(|grant| grant.location.is_some() && !grant.role.has_places()) {
        return Err(bad("roles", "role-everywhere", None));
    }
    Ok(())
}

/// A location that is not of this municipality does not exist, and neither does a role of another realm. The database says
/// so.
pub(super) fn unknown_place(error: AccountError) -> AccountError {
    match error {
        AccountError::Fault(db::Fault::Refused(name)) if name == "account_role_realm" => {
            bad("roles", "role-realm", None)
        }
        AccountError::Fault(db::Fault::ForeignKey(_)) => bad("roles", "role-place-unknown", None),
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Grant, LocationId, PublicError, Role};

    use super::*;

    fn person() -> NewPerson {
        NewPerson {
            first_name: " Kim ".to_owned(),
            last_name: "Amtlich".to_owned(),
            email: " kim@haltern.example ".to_owned(),
            locale: Locale::De,
            grants: Role::Clerk.into(),
        }
    }

    fn refused(person: &NewPerson) -> (String, String) {
        let error = person.checked().err().unwrap();
        assert_ne!(error.message(Locale::De), error.text_key(), "a sentence for people");
        (error.field().unwrap_or_default().to_owned(), error.text_key().to_owned())
    }

    #[test]
    fn who_is_invited_has_a_name_an_address_and_a_role() {
        let checked = person().checked().unwrap();
        assert_eq!(checked.profile.first_name, "Kim");
        assert_eq!(checked.profile.email, "kim@haltern.example");
        for email in ["", "kim", "kim@", "@x.example", "kim@x", "k@x@y.example", "k im@x.example"] {
            let person = NewPerson { email: email.to_owned(), ..person() };
            assert_eq!(refused(&person).0, "email", "{email}");
        }
        let broken = NewPerson { email: "kim@x.example\r\nBcc: y@x.example".into(), ..person() };
        assert_eq!(refused(&broken).1, "email-wrong");
        for name in ["  ", &"x".repeat(101), "a\nb"] {
            assert_eq!(refused(&NewPerson { first_name: name.into(), ..person() }).0, "firstName");
            assert_eq!(refused(&NewPerson { last_name: name.into(), ..person() }).0, "lastName");
        }
        assert_eq!(
            refused(&NewPerson { grants: Grants::default(), ..person() }).1,
            "roles-missing"
        );
    }

    #[test]
    fn only_some_roles_have_places() {
        let place = Some(LocationId::from(uuid::Uuid::nil()));
        for role in Role::ALL {
            let grants = std::iter::once(Grant { role: *role, location: place }).collect();
            let checked = NewPerson { grants, ..person() }.checked();
            assert_eq!(checked.is_ok(), role.has_places(), "{role:?}");
        }
    }
}
