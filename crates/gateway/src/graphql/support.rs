//! The operator's access to people's data.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use identity::{
    Limit,
    oversight::{self, Names},
};
use kernel::SupportGrantId;
use privacy::support::{self, Kind};

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{DateTime, page_size},
};

/// How the operator came to have access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub(crate) enum SupportKind {
    /// An administrator of the municipality gave it.
    Grant,
    /// The operator took it, in an emergency.
    BreakGlass,
}

/// Access to people's data that the operator was given or took.
#[derive(Debug, SimpleObject)]
pub(crate) struct SupportGrant {
    /// Its id.
    id: ID,
    /// How it came about.
    kind: SupportKind,
    /// Why.
    reason: String,
    /// The account that gave it.
    granted_by_id: Option<ID>,
    /// Whose account that is, while there is one.
    granted_by_name: Option<String>,
    /// When.
    granted_at: DateTime,
    /// Until when it holds.
    expires_at: DateTime,
    /// When it was taken back.
    revoked_at: Option<DateTime>,
    /// When it was last used.
    last_used_at: Option<DateTime>,
    /// Whether it opens something now.
    is_open: bool,
}

impl SupportGrant {
    fn new(grant: &support::SupportGrant, names: &Names, reading: &Reading) -> Self {
        let visit = reading.visit();
        let local = |at| DateTime::local(at, visit.town.zone());
        Self {
            id: ID(grant.id.to_string()),
            kind: grant.kind.into(),
            reason: grant.reason.clone(),
            granted_by_id: grant.granted_by.map(|id| ID(id.to_string())),
            granted_by_name: grant.granted_by.and_then(|id| names.person(id)).map(Into::into),
            granted_at: local(grant.granted_at),
            expires_at: local(grant.expires_at),
            revoked_at: grant.revoked_at.map(local),
            last_used_at: grant.last_used_at.map(local),
            is_open: grant.is_open(visit.ctx.now()),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct SupportQuery;

#[Object]
impl SupportQuery {
    /// Access to people's data that the operator was given or took, the newest first; at most 50 at a time. For the
    /// data-protection officer and the tenant administrator.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn support_grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
    ) -> Result<Connection<String, SupportGrant, EmptyFields, EmptyFields>, ApiError> {
        let most = page_size(first)?;
        let reading = Reading::of(ctx);
        let after = after.as_ref().map(grant_id).transpose()?;
        let (acting, tx) = (&reading.visit().ctx, reading.tx().await?);
        let found = support::list(acting, tx, after, u64::from(first) + 1).await?;
        let givers = found.iter().filter_map(|grant| grant.granted_by);
        let names = oversight::names(acting, tx, givers, []).await?;
        let mut connection = Connection::new(after.is_some(), found.len() > most);
        connection.edges.extend(found.iter().take(most).map(|grant| {
            Edge::new(grant.id.to_string(), SupportGrant::new(grant, &names, reading))
        }));
        Ok(connection)
    }
}

/// For how long, and why.
#[derive(InputObject)]
pub(crate) struct GrantSupportInput {
    /// 1 to 72 hours.
    hours: u32,
    /// Why, 5 to 200 characters. It is written into the audit trail; name no people in it.
    reason: String,
}

/// The access that was given.
#[derive(SimpleObject)]
pub(crate) struct GrantSupportPayload {
    /// It.
    grant: SupportGrant,
}

/// Which access.
#[derive(InputObject)]
pub(crate) struct RevokeSupportInput {
    /// Its id.
    id: ID,
}

/// Access was taken back.
#[derive(SimpleObject)]
pub(crate) struct RevokeSupportPayload {
    /// Its id.
    id: ID,
}

fn grant_id(id: &ID) -> Result<SupportGrantId, ApiError> {
    SupportGrantId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct SupportMutation;

#[Object]
impl SupportMutation {
    /// Gives the operator access to people's data for some hours. For the tenant administrator.
    async fn grant_support(
        &self,
        ctx: &Context<'_>,
        input: GrantSupportInput,
    ) -> Result<GrantSupportPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let acting = &reading.visit().ctx;
        let tx = reading.begin().await?;
        let made = support::grant(acting, &tx, input.hours, &input.reason).await?;
        let names = oversight::names(acting, &tx, made.granted_by, []).await?;
        tx.commit().await?;
        Ok(GrantSupportPayload { grant: SupportGrant::new(&made, &names, reading) })
    }

    /// Takes access back. For the tenant administrator.
    async fn revoke_support(
        &self,
        ctx: &Context<'_>,
        input: RevokeSupportInput,
    ) -> Result<RevokeSupportPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let tx = reading.begin().await?;
        support::revoke(&reading.visit().ctx, &tx, grant_id(&input.id)?).await?;
        tx.commit().await?;
        Ok(RevokeSupportPayload { id: input.id })
    }
}
