//! Which municipalities there are, and how they are.

use async_graphql::{
    Context, Enum, ID, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use chrono_tz::Tz;
use kernel::TenantId;
use portal::platform::Overview;

use super::condition::TenantHealth;
use crate::graphql::{
    errors::ApiError,
    reading::Reading,
    scalars::{DateTime, page_size},
};

/// Whether a municipality is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "tenant::State")]
pub(crate) enum TenantState {
    /// Set up, but its notice cannot say everything yet. Answers like an unknown host.
    Draft,
    /// Served.
    Active,
    /// Closed for citizens, who are told so; the office reads, and what is due is sent and deleted.
    Suspended,
}

/// A municipality's own domain.
#[derive(Debug, SimpleObject)]
pub(crate) struct TenantDomain {
    /// Its name.
    name: String,
    /// Whether it is served.
    proven: bool,
    /// The name under which the proof is to be published as a TXT record; null for a domain that is older than the proof.
    record_name: Option<String>,
    /// What is to be published there.
    record_value: Option<String>,
    /// When it was found there first.
    proven_at: Option<DateTime>,
    /// When it was looked for last.
    checked_at: Option<DateTime>,
    /// Since when it is missing. After 14 days the domain is not served any more.
    failing_since: Option<DateTime>,
}

impl TenantDomain {
    pub(super) fn new(domain: &tenant::domains::Domain, zone: Tz) -> Self {
        let local = |at| DateTime::local(at, zone);
        Self {
            name: domain.name.clone(),
            proven: domain.is_proven,
            record_name: domain.record.as_ref().map(|record| record.name.clone()),
            record_value: domain.record.as_ref().map(|record| record.value.clone()),
            proven_at: domain.proven_at.map(local),
            checked_at: domain.checked_at.map(local),
            failing_since: domain.failing_since.map(local),
        }
    }
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "tenant::quotas::Quota")]
pub(crate) enum QuotaName {
    /// People of the office with an account.
    People,
    /// Valid access keys.
    AccessKeys,
    /// Requests to pages and API within a minute, whoever sends them.
    RequestsPerMinute,
}

/// A limit of a municipality.
#[derive(Debug, SimpleObject)]
pub(crate) struct TenantQuota {
    /// What is limited.
    name: QuotaName,
    /// The limit; null when there is none of its own.
    most: Option<u32>,
    /// How much there is, where that can be counted.
    used: Option<i64>,
}

/// A municipality of the platform.
#[derive(Debug, SimpleObject)]
pub(crate) struct Tenant {
    /// Its id.
    id: ID,
    /// Its subdomain.
    slug: String,
    /// Its name.
    name: String,
    /// Whether it is served.
    state: TenantState,
    /// When it was founded.
    created_at: DateTime,
    /// Since when it is suspended.
    suspended_at: Option<DateTime>,
    /// The operator's reason.
    suspended_for: Option<String>,
    /// From when on it may be deleted, once its deletion is announced.
    delete_after: Option<DateTime>,
    /// Where its pages are; null while it is not completely set up.
    address: Option<String>,
    /// The version of its privacy notice; 0 before the first is published.
    notice_version: i32,
    /// Its own domains.
    domains: Vec<TenantDomain>,
    /// What is limited.
    quotas: Vec<TenantQuota>,
    /// How it is; null while it is not completely set up.
    health: Option<TenantHealth>,
}

impl Tenant {
    pub(super) fn new(overview: &Overview, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        let local = |at| DateTime::local(at, zone);
        let (listed, suspension) = (&overview.listed, overview.suspension.as_ref());
        Self {
            id: ID(listed.id.to_string()),
            slug: listed.slug.clone(),
            name: listed.name.clone(),
            state: listed.state.into(),
            created_at: local(overview.created_at),
            suspended_at: suspension.map(|suspension| local(suspension.since)),
            suspended_for: suspension.map(|suspension| suspension.reason.clone()),
            delete_after: overview.ending.map(|ending| local(ending.delete_after)),
            address: overview.town.as_ref().map(|town| reading.base_url_of(town)),
            notice_version: overview.town.as_ref().map_or(0, |town| town.notice_version),
            domains: overview
                .domains
                .iter()
                .map(|domain| TenantDomain::new(domain, zone))
                .collect(),
            quotas: overview
                .quotas
                .iter()
                .map(|line| TenantQuota {
                    name: line.quota.into(),
                    most: line.most,
                    used: line.used,
                })
                .collect(),
            health: overview.condition.as_ref().map(|found| TenantHealth::new(found, zone)),
        }
    }

    /// A municipality after a deed.
    pub(super) async fn load(reading: &Reading, id: TenantId) -> Result<Self, ApiError> {
        let overview = reading.platform().one(&reading.visit().ctx, id).await?;
        Ok(Self::new(&overview, reading))
    }
}

pub(super) fn tenant_id(id: &ID) -> Result<TenantId, ApiError> {
    TenantId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct TenantQuery;

#[Object]
impl TenantQuery {
    /// The platform's municipalities in the order of their subdomains; at most 50 at a time.
    #[graphql(complexity = "20 * (1 + child_complexity)")]
    async fn tenants(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<String>,
    ) -> Result<Connection<String, Tenant, EmptyFields, EmptyFields>, ApiError> {
        let most = page_size(first)?;
        let reading = Reading::of(ctx);
        let acting = &reading.visit().ctx;
        let found = reading.platform().list(acting, after.as_deref(), most).await?;
        let mut connection = Connection::new(after.is_some(), found.len() > most);
        connection.edges.extend(
            found
                .iter()
                .take(most)
                .map(|one| Edge::new(one.listed.slug.clone(), Tenant::new(one, reading))),
        );
        Ok(connection)
    }

    /// One municipality, by its id or its subdomain.
    #[graphql(complexity = "20 + child_complexity")]
    async fn tenant(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
    ) -> Result<Tenant, ApiError> {
        let reading = Reading::of(ctx);
        let acting = &reading.visit().ctx;
        acting.authorize(kernel::policy::Action::ReadPlatform)?;
        let id = match (id, slug) {
            (Some(id), None) => tenant_id(&id)?,
            (None, Some(slug)) => reading.platform().find(&slug)?,
            _ => {
                let field = Some("slug");
                return Err(ApiError::BadInput { field, key: "tenant-which", limit: None });
            }
        };
        Tenant::load(reading, id).await
    }
}
