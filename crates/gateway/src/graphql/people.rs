//! The people of the office, for who administers them. Accepting an invitation and setting up a second factor are pages
//! only: they belong into a browser and to one person.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use db::TenantTx;
use identity::{
    Account, Limit,
    people::{self, NewPerson, PersonChange},
};
use kernel::{AccountId, Ctx, Grant, Grants, LocationId};

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{DateTime, Locale},
    services::{Location, location_id},
};

/// The most people in one answer.
const MOST: u32 = 100;

/// What somebody of the office can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "kernel::Role")]
pub(crate) enum OfficeRole {
    /// Serves citizens: today's list, phone booking, moving and cancelling.
    Clerk,
    /// Sets opening hours and closures, and does what a clerk does.
    OfficeManager,
    /// Checks that the notice is true: sign-ins, audit trail, requests of citizens.
    DataProtectionOfficer,
    /// Invites people, gives roles, makes access keys. Sees no citizen's data.
    TenantAdministrator,
    /// Runs the platform. Exists in the operator's own realm only, never at a municipality.
    Operator,
}

/// A role, and where it holds.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct RoleGrant {
    /// What somebody is.
    role: OfficeRole,
    #[graphql(skip)]
    place: Option<LocationId>,
}

#[async_graphql::ComplexObject]
impl RoleGrant {
    /// Where; null: in the whole municipality.
    async fn location(&self, ctx: &Context<'_>) -> Result<Option<Location>, ApiError> {
        let Some(place) = self.place else { return Ok(None) };
        Ok(Some(Location::find(&Reading::of(ctx).catalogue().await?, place)?))
    }
}

/// The roles of somebody.
pub(crate) fn grants_of(grants: &Grants) -> Vec<RoleGrant> {
    grants
        .iter()
        .map(|grant| RoleGrant { role: grant.role.into(), place: grant.location })
        .collect()
}

/// Whether somebody can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum PersonState {
    /// Invited, and not in yet.
    Invited,
    /// Can sign in.
    Active,
    /// Locked by an administrator.
    Locked,
}

/// Somebody of the office.
#[derive(Debug, SimpleObject)]
pub(crate) struct Person {
    /// Opaque.
    id: ID,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// Email address, with which they sign in.
    email: String,
    /// Whether they can sign in.
    state: PersonState,
    /// What they are, and where.
    grants: Vec<RoleGrant>,
    /// Whether they have set up a second factor. Without one nobody gets in.
    has_second_factor: bool,
    /// When they were invited.
    created_at: DateTime,
    /// When they used the service, to an hour.
    last_used_at: Option<DateTime>,
}

impl Person {
    fn new(account: &Account, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        let state = if account.is_locked {
            PersonState::Locked
        } else if account.is_waiting() {
            PersonState::Invited
        } else {
            PersonState::Active
        };
        Self {
            id: ID(account.id.to_string()),
            first_name: account.profile.first_name.clone(),
            last_name: account.profile.last_name.clone(),
            email: account.profile.email.clone(),
            state,
            grants: grants_of(&account.grants),
            has_second_factor: identity::second_factor::has_one(account),
            created_at: DateTime::local(account.created_at, zone),
            last_used_at: account.last_used_at.map(|at| DateTime::local(at, zone)),
        }
    }
}

/// A role that is to be given.
#[derive(Debug, InputObject)]
pub(crate) struct RoleGrantInput {
    /// What somebody is to be.
    role: OfficeRole,
    /// Where; null: in the whole municipality. Only clerks and office managers can have single locations.
    location_id: Option<ID>,
}

fn grants(input: &[RoleGrantInput]) -> Result<Grants, ApiError> {
    let one = |grant: &RoleGrantInput| {
        let location = grant.location_id.as_ref().map(location_id).transpose()?;
        Ok(Grant { role: grant.role.into(), location })
    };
    input.iter().map(one).collect()
}

/// Somebody who is to be invited.
#[derive(Debug, InputObject)]
pub(crate) struct InvitePersonInput {
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// Where the invitation goes.
    email: String,
    /// The language of their mails.
    #[graphql(default_with = "Locale::De")]
    locale: Locale,
    /// At least one role.
    grants: Vec<RoleGrantInput>,
}

/// What is to be different about somebody. What is null stays.
#[derive(Debug, InputObject)]
pub(crate) struct UpdatePersonInput {
    /// Who.
    person_id: ID,
    /// First name.
    first_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// All roles, in the place of the ones from before.
    grants: Option<Vec<RoleGrantInput>>,
}

/// Somebody, by their id.
#[derive(Debug, InputObject)]
pub(crate) struct PersonInput {
    /// Who.
    person_id: ID,
}

/// Somebody as they are now.
#[derive(Debug, SimpleObject)]
pub(crate) struct PersonPayload {
    /// Who.
    person: Person,
}

/// Somebody was removed.
#[derive(Debug, SimpleObject)]
pub(crate) struct RemovePersonPayload {
    /// Who it was.
    person_id: ID,
}

fn person_id(id: &ID) -> Result<AccountId, ApiError> {
    AccountId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// The people of the office, in the order in which they were invited; at most 100 at a time. For administrators.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
    ) -> Result<Connection<String, Person, EmptyFields, EmptyFields>, ApiError> {
        if !(1..=MOST).contains(&first) {
            let (field, limit) = (Some("first"), Some(MOST));
            return Err(ApiError::BadInput { field, key: "first-range", limit });
        }
        let reading = Reading::of(ctx);
        let after = after.as_ref().map(person_id).transpose()?;
        let (ctx, tx) = (&reading.visit().ctx, reading.tx().await?);
        let found = people::list(ctx, tx, after, u64::from(first) + 1).await?;
        let mut connection = Connection::new(after.is_some(), found.len() > first as usize);
        let edge = |one: &Account| Edge::new(one.id.to_string(), Person::new(one, reading));
        connection.edges.extend(found.iter().take(first as usize).map(edge));
        Ok(connection)
    }
}

#[derive(Debug, Default)]
pub(crate) struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// Invites somebody: a mail brings them a code, valid for 72 hours. They accept it in their browser, where they choose
    /// a password and set up a second factor; there are no fields for that here. For administrators.
    async fn invite_person(
        &self,
        ctx: &Context<'_>,
        input: InvitePersonInput,
    ) -> Result<PersonPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let wanted = NewPerson {
            grants: grants(&input.grants)?,
            first_name: input.first_name,
            last_name: input.last_name,
            email: input.email,
            locale: input.locale.into(),
        };
        let tx = reading.begin().await?;
        let invited = people::invite(&reading.visit().ctx, &tx, &wanted).await?;
        tx.commit().await?;
        Ok(PersonPayload { person: Person::new(&invited.account, reading) })
    }

    /// Changes name or roles. Roles hold from the next request on. For administrators.
    async fn update_person(
        &self,
        ctx: &Context<'_>,
        input: UpdatePersonInput,
    ) -> Result<PersonPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let id = person_id(&input.person_id)?;
        let change = PersonChange {
            grants: input.grants.as_deref().map(grants).transpose()?,
            first_name: input.first_name,
            last_name: input.last_name,
        };
        let tx = reading.begin().await?;
        let account = people::update(&reading.visit().ctx, &tx, id, &change).await?;
        tx.commit().await?;
        Ok(PersonPayload { person: Person::new(&account, reading) })
    }

    /// Locks an account: it opens nothing any more, and its sessions end. For administrators.
    async fn lock_person(
        &self,
        ctx: &Context<'_>,
        input: PersonInput,
    ) -> Result<PersonPayload, ApiError> {
        let change = Change::begin(ctx, &input).await?;
        let account = people::lock(change.ctx(), &change.tx, change.id).await?;
        change.payload(&account, Sessions::End).await
    }

    /// Unlocks an account. For administrators.
    async fn unlock_person(
        &self,
        ctx: &Context<'_>,
        input: PersonInput,
    ) -> Result<PersonPayload, ApiError> {
        let change = Change::begin(ctx, &input).await?;
        let account = people::unlock(change.ctx(), &change.tx, change.id).await?;
        change.payload(&account, Sessions::Stay).await
    }

    /// Takes password, second factor and sessions away and invites anew: for a lost phone or a forgotten password. For
    /// administrators.
    async fn reset_second_factor(
        &self,
        ctx: &Context<'_>,
        input: PersonInput,
    ) -> Result<PersonPayload, ApiError> {
        let change = Change::begin(ctx, &input).await?;
        let invited = people::reset(change.ctx(), &change.tx, change.id).await?;
        change.payload(&invited.account, Sessions::End).await
    }

    /// Removes somebody with all that is kept about them. For administrators.
    async fn remove_person(
        &self,
        ctx: &Context<'_>,
        input: PersonInput,
    ) -> Result<RemovePersonPayload, ApiError> {
        let change = Change::begin(ctx, &input).await?;
        people::remove(change.ctx(), &change.tx, change.id).await?;
        change.commit(Sessions::End).await?;
        Ok(RemovePersonPayload { person_id: input.person_id })
    }
}

/// What becomes of somebody's sessions.
enum Sessions {
    Stay,
    End,
}

/// A change of one person that has begun.
struct Change<'a> {
    reading: &'a Reading,
    tx: TenantTx,
    id: AccountId,
}

impl<'a> Change<'a> {
    async fn begin(ctx: &'a Context<'_>, input: &PersonInput) -> Result<Self, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let id = person_id(&input.person_id)?;
        Ok(Self { reading, tx: reading.begin().await?, id })
    }

    fn ctx(&self) -> &'a Ctx {
        &self.reading.visit().ctx
    }

    async fn commit(self, sessions: Sessions) -> Result<(), ApiError> {
        self.tx.commit().await?;
        if matches!(sessions, Sessions::End) {
            let (identity, ctx) = (self.reading.identity(), &self.reading.visit().ctx);
            identity.forget_sessions(ctx, self.id, None).await;
        }
        Ok(())
    }

    /// The end of a change, as it is answered.
    async fn payload(
        self,
        account: &Account,
        sessions: Sessions,
    ) -> Result<PersonPayload, ApiError> {
        let person = Person::new(account, self.reading);
        self.commit(sessions).await?;
        Ok(PersonPayload { person })
    }
}
