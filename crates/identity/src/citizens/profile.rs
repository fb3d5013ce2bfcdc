//! Name and number of one's own account.

use db::{TenantTx, sealed};
use kernel::{Ctx, Locale};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::owner;
use crate::{
    Account, AccountError, Profile,
    accounts::{self, store::account},
};

/// What one can change of one's own account without proving anything anew. The caller has checked it.
#[derive(Clone)]
pub struct NewProfile {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Mobile number, E.164.
    pub phone: Option<String>,
    /// The language of mails.
    pub locale: Locale,
}

/// Changes name and number.
pub async fn update_profile(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
    new: &NewProfile,
) -> Result<Account, AccountError> {
    owner(ctx, account)?;
    let key = sealed::subject_key(tx, account.subject).await?.ok_or(AccountError::NotFound)?;
    let profile = Profile {
        first_name: new.first_name.clone(),
        last_name: new.last_name.clone(),
        email: account.profile.email.clone(),
        phone: new.phone.clone(),
    };
    let row = account::ActiveModel {
        sealed: Set(accounts::seal(ctx, &key, account.id, &profile)?),
        locale: Set(new.locale.key().to_owned()),
        ..accounts::one(tx, account.id)
    };
    account::Entity::update(row).exec(tx).await?;
    Ok(Account { profile, locale: new.locale, ..account.clone() })
}
