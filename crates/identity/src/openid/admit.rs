//! Which account somebody has whom the provider vouches for, and what they are today.

use db::{Fault, TenantTx, audit, sealed};
use kernel::{AccountId, Actor, Ctx, Grants};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use tenant::OpenIdSettings;
use uuid::Uuid;

use super::{OpenIdError, claims::Person};
use crate::{
    Account, AccountError, AccountKind, Attempt, FirstFactor, Identity, Passed, Profile,
    accounts::{
        self, NewAccount,
        codes::{self, Purpose},
        store::{
            account,
            openid_link::{ActiveModel, Column, Entity, Model},
        },
    },
    people,
    sign_in::{Method, Outcome, history},
};

/// The longest address that mail knows.
const LONGEST_ADDRESS: usize = 254;

/// Opens, links or makes the account, gives it the roles of today, and notes the sign-in.
pub(super) async fn admit(
    ctx: &Ctx,
    identity: &Identity,
    settings: &OpenIdSettings,
    attempt: Attempt<'_>,
    person: &Person,
    grants: &Grants,
) -> Result<Passed, OpenIdError> {
    let login = person.email.clone().unwrap_or_else(|| person.subject.clone());
    let attempt = Attempt { login: &login, kind: AccountKind::Staff, ..attempt };
    let tx = identity.db.begin(ctx).await?;
    let found = find_or_make(ctx, &tx, settings, person, grants).await;
    let account = match found {
        Ok(account) => account,
        Err(error) => {
            // whatever was begun goes with the transaction; the attempt is noted all the same
            drop(tx);
            identity.note(ctx, attempt, Method::OpenId, Outcome::Refused, None).await?;
            return Err(error);
        }
    };
    let refusal = match account {
        _ if account.is_locked => Some(OpenIdError::Locked),
        _ if account.grants.is_empty() => Some(OpenIdError::NoRole),
        _ => None,
    };
    let outcome = match (&refusal, settings.second_factor) {
        (Some(_), _) => Outcome::Refused,
        (None, true) => Outcome::SignedIn,
        (None, false) => Outcome::Halfway,
    };
    history::record(ctx, &tx, attempt, Method::OpenId, outcome, Some(&account)).await?;
    tx.commit().await?;
    match refusal {
        Some(refusal) => Err(refusal),
        None if settings.second_factor => Ok(Passed::Whole(account)),
        None => Ok(Passed::Halfway(FirstFactor(account))),
    }
}

async fn find_or_make(
    ctx: &Ctx,
    tx: &TenantTx,
    settings: &OpenIdSettings,
    person: &Person,
    grants: &Grants,
) -> Result<Account, OpenIdError> {
    let name = format!("{}\n{}", settings.issuer, person.subject);
    let subject = tx.keys().await?.blind_index("openid_link.subject_index", &name);
    // two sign-ins of one person wait for each other: both replace the roles
    let known = Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::SubjectIndex.eq(subject.clone()))
        .lock_exclusive()
        .one(tx)
        .await?;
    if let Some(link) = known {
        let account = accounts::by_id(tx, link.account_id.into()).await?;
        let account = account.ok_or(AccountError::NotFound)?;
        let account = with_profile(ctx, tx, settings, person, account).await?;
        return with_roles(ctx, tx, account, grants).await;
    }
    if grants.is_empty() {
        return Err(OpenIdError::NoRole);
    }
    let address = address(settings, person)?;
    let account = if let Some(row) = accounts::row_by_login(tx, AccountKind::Staff, address).await?
    {
        let account = accounts::open(tx, row).await?.ok_or(AccountError::NotFound)?;
        let links = links(tx, account.id).await?;
        if !may_link(settings, person, &account, &links) {
            return Err(OpenIdError::Taken);
        }
        // whoever finds the invitation's mail later does not get a second way in
        codes::withdraw(ctx, tx, account.id, Purpose::Invite).await?;
        link(ctx, tx, &account, settings, subject).await?;
        write(ctx, tx, "person.link", &account, json!({ "by": "openid" })).await?;
        let account = with_profile(ctx, tx, settings, person, account).await?;
        with_roles(ctx, tx, account, grants).await?
    } else {
        let account = make(ctx, tx, person, address, grants).await?;
        link(ctx, tx, &account, settings, subject).await?;
        let details = json!({ "roles": people::names(grants), "by": "openid" });
        write(ctx, tx, "person.add", &account, details).await?;
        account
    };
    Ok(account)
}

/// The address that an account can have: the provider says that it is the person's.
fn address<'a>(settings: &OpenIdSettings, person: &'a Person) -> Result<&'a str, OpenIdError> {
    let address = person
        .email
        .as_deref()
        .map(str::trim)
        .filter(|address| address.contains('@') && address.len() <= LONGEST_ADDRESS);
    let is_theirs = person.email_is_verified || settings.trust_email;
    address.filter(|_| is_theirs).ok_or(OpenIdError::NoEmail)
}

/// Whether an account that is there may become the provider's: an invitation that nobody has accepted; an account of the
/// municipality's former provider; any, where passwords do not work any more.
fn may_link(
    settings: &OpenIdSettings,
    person: &Person,
    account: &Account,
    links: &[Model],
) -> bool {
    // `trust_email` is about new accounts: what somebody else has is only given to whom the provider has checked
    let is_theirs = person.email_is_verified;
    let is_of_another_person = links.iter().any(|link| link.issuer == settings.issuer);
    let has_nothing = !account.has_password && !account.has_totp;
    let is_invited = has_nothing && account.last_used_at.is_none() && links.is_empty();
    let is_of_a_former_provider = has_nothing && !links.is_empty();
    is_theirs && !is_of_another_person && (is_invited || is_of_a_former_provider || settings.only)
}

async fn make(
    ctx: &Ctx,
    tx: &TenantTx,
    person: &Person,
    address: &str,
    grants: &Grants,
) -> Result<Account, OpenIdError> {
    let key = sealed::create_subject(ctx, tx).await?;
    let name_is_known = !person.last_name.is_empty();
    let wanted = NewAccount {
        kind: AccountKind::Staff,
        profile: Profile {
            first_name: person.first_name.clone(),
            last_name: if name_is_known { person.last_name.clone() } else { address.to_owned() },
            email: address.to_owned(),
            phone: None,
        },
        locale: ctx.locale(),
        grants: grants.clone(),
    };
    match accounts::insert(ctx, tx, &key, &wanted).await {
        Err(AccountError::Taken) => Err(OpenIdError::Taken),
        made => Ok(made?),
    }
}

/// Gives an account the name and address of today. An address that the provider does not vouch for, or that somebody else
/// has here, is not taken: the old one stays.
async fn with_profile(
    ctx: &Ctx,
    tx: &TenantTx,
    settings: &OpenIdSettings,
    person: &Person,
    account: Account,
) -> Result<Account, OpenIdError> {
    let mut profile = account.profile.clone();
    if !person.last_name.is_empty() {
        profile.first_name.clone_from(&person.first_name);
        profile.last_name.clone_from(&person.last_name);
    }
    if let Ok(address) = address(settings, person)
        && accounts::login_key(address) != accounts::login_key(&profile.email)
        && accounts::row_by_login(tx, AccountKind::Staff, address).await?.is_none()
    {
        address.clone_into(&mut profile.email);
    }
    if profile == account.profile {
        return Ok(account);
    }
    let readdressed = profile.email != account.profile.email;
    let key = sealed::subject_key(tx, account.subject).await?.ok_or(AccountError::NotFound)?;
    let row = account::ActiveModel {
        sealed: Set(accounts::seal(ctx, &key, account.id, &profile)?),
        login_index: Set(accounts::login_index(tx, &profile.email).await?),
        ..accounts::one(tx, account.id)
    };
    account::Entity::update(row).exec(tx).await.map_err(Fault::from)?;
    let details = json!({ "renamed": true, "readdressed": readdressed, "by": "openid" });
    write(ctx, tx, "person.change", &account, details).await?;
    Ok(Account { profile, ..account })
}

/// Gives an account the roles of today. The provider's word is the truth for its accounts.
async fn with_roles(
    ctx: &Ctx,
    tx: &TenantTx,
    mut account: Account,
    grants: &Grants,
) -> Result<Account, OpenIdError> {
    if account.grants != *grants {
        accounts::set_grants(ctx, tx, account.id, grants).await?;
        let (before, after) = (people::names(&account.grants), people::names(grants));
        let details = json!({ "before": before, "after": after, "by": "openid" });
        write(ctx, tx, "person.roles", &account, details).await?;
        account.grants = grants.clone();
    }
    Ok(account)
}

async fn links(tx: &TenantTx, account: AccountId) -> Result<Vec<Model>, Fault> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
        .all(tx)
        .await?)
}

async fn link(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
    settings: &OpenIdSettings,
    subject: Vec<u8>,
) -> Result<(), OpenIdError> {
    let row = ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(AccountId::new(ctx.clock(), ctx.chance()).uuid()),
        account_id: Set(account.id.uuid()),
        issuer: Set(settings.issuer.clone()),
        subject_index: Set(subject),
        created_at: Set(ctx.now()),
    };
    match Entity::insert(row).exec_without_returning(tx).await.map_err(Fault::from) {
        Ok(_) => Ok(()),
        // the same person came back in two windows at once
        Err(Fault::Unique(_)) => Err(OpenIdError::Account(AccountError::Fault(Fault::Busy))),
        Err(fault) => Err(fault.into()),
    }
}

/// Written down as theirs: it is their sign-in that changes it.
async fn write(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &str,
    account: &Account,
    details: serde_json::Value,
) -> Result<(), Fault> {
    let actor = Actor::Staff { account: account.id, grants: account.grants.clone() };
    let object_id: Option<Uuid> = Some(account.id.uuid());
    let act = audit::Act { action, object: "account", object_id };
    audit::append(&ctx.clone().with_actor(actor), tx, act, details).await
}
