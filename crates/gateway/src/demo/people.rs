//! The people of the demo's offices. Their passwords and the secrets of their authenticator apps are derived from the
//! demo's own master key, so that they can be shown at every start; other demos have others.

use anyhow::Context;
use identity::{
    AccountError, AccountKind, Profile, accounts::NewAccount, people, second_factor::AppSecret,
};
use kernel::{Ctx, Grant, Grants, Locale, Role};
use ring::hmac;
use scheduling::Catalogues;
use secrecy::SecretString;
use tenant::Municipality;

use crate::App;

/// Somebody who can sign in.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// What they are, in German, as the page of codes says it.
    pub title: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// What their authenticator app would know.
    pub secret: AppSecret,
}

/// Role, whether at one location only, first name, last name.
type Post = (Role, bool, &'static str, &'static str);

/// Who there is in the operator's own realm.
const OPERATORS: &[Post] = &[(Role::Operator, false, "Bea", "Trieb")];

/// Who there is at every municipality.
const OFFICE: &[Post] = &[
    (Role::TenantAdministrator, false, "Vera", "Waltung"),
    (Role::OfficeManager, false, "Leo", "Leitner"),
    (Role::Clerk, true, "Sabine", "Schalter"),
    (Role::DataProtectionOfficer, false, "Dario", "Schutz"),
];

/// Words of the passwords. Four of them are enough for a demo that only this machine can reach.
const WORDS: [&str; 32] = [
    "Ahorn", "Biber", "Dattel", "Efeu", "Falke", "Ginster", "Hafer", "Igel", "Jasmin", "Kranich",
    "Linde", "Mohn", "Nelke", "Otter", "Pappel", "Quitte", "Reiher", "Salbei", "Tanne", "Ulme",
    "Veilchen", "Wachtel", "Ysop", "Zeder", "Amsel", "Buche", "Distel", "Erle", "Fichte", "Grille",
    "Holunder", "Iltis",
];

/// The people of an office, made at the first start.
pub(super) async fn keep(
    app: &App,
    master: &[u8; 32],
    ctx: &Ctx,
    town: &Municipality,
) -> anyhow::Result<Vec<DemoPerson>> {
    let catalogue = Catalogues::default().of(ctx, &app.db, town).await?;
    let posts = if ctx.tenant().is_platform() { OPERATORS } else { OFFICE };
    let mut known = Vec::new();
    for &(role, is_bound, first_name, last_name) in posts {
        let email = format!(
            "{}.{}@{}.example",
            first_name.to_lowercase(),
            last_name.to_lowercase(),
            town.slug
        );
        let place = catalogue.locations.first().filter(|_| is_bound);
        let grants = Grants::from_iter([Grant { role, location: place.map(|place| place.id) }]);
        let mut title = role.german().to_owned();
        if let Some(place) = place {
            title = format!("{title} – {}", place.name.get(Locale::De));
        }
        let person = DemoPerson {
            title,
            password: password(&derive(master, "password", &email)),
            secret: AppSecret::known(first_of(&derive(master, "app", &email))),
            email,
        };
        let profile = Profile {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: person.email.clone(),
            phone: None,
        };
        let wanted = NewAccount { kind: AccountKind::Staff, profile, locale: Locale::De, grants };
        make(app, ctx, &wanted, &person).await.context("cannot make the demo's people")?;
        known.push(person);
    }
    Ok(known)
}

/// Makes somebody who is not there yet. What was changed since, in the demo, stays.
async fn make(
    app: &App,
    ctx: &Ctx,
    wanted: &NewAccount,
    person: &DemoPerson,
) -> Result<(), AccountError> {
    let tx = app.db.begin(ctx).await?;
    let found = people::by_email(ctx, &tx, &person.email).await;
    tx.commit().await?;
    if !matches!(found, Err(AccountError::NotFound)) {
        return found.map(|_| ());
    }
    let password = SecretString::from(person.password.clone());
    let hash = app.identity.passwords.hash(ctx, &password).await?;
    let tx = app.db.begin(ctx).await?;
    let account = people::add(ctx, &tx, wanted).await?;
    people::keep_credentials(ctx, &tx, &account, hash, &person.secret).await?;
    Ok(tx.commit().await?)
}

fn derive(master: &[u8; 32], purpose: &str, email: &str) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, master);
    let tag = hmac::sign(&key, format!("demo {purpose} {email}").as_bytes());
    first_of(tag.as_ref().try_into().unwrap_or(&[0; 32]))
}

fn first_of<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    let mut first = [0; N];
    for (to, from) in first.iter_mut().zip(bytes) {
        *to = *from;
    }
    first
}

fn password(bytes: &[u8; 32]) -> String {
    let words = bytes
        .iter()
        .take(4)
        .map(|byte| WORDS.get(usize::from(*byte) % WORDS.len()).copied().unwrap_or_default());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_demo_has_other_secrets() {
        let of = |master: u8, email| password(&derive(&[master; 32], "password", email));
        assert_eq!(of(1, "a@x.example"), of(1, "a@x.example"));
        assert_ne!(of(1, "a@x.example"), of(2, "a@x.example"));
        assert_ne!(of(1, "a@x.example"), of(1, "b@x.example"));
        assert_eq!(of(1, "a@x.example").split('-').count(), 4);
        assert!(identity::password::weakness(&of(1, "a@x.example"), &[]).is_none());
    }
}
