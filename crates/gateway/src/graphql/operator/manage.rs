//! The operator's deeds at municipalities.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use identity::Limit;
use kernel::TenantId;
use tenant::{
    Land,
    manage::{Change, NewMunicipality},
};

use super::tenants::{QuotaName, Tenant, TenantDomain, tenant_id};
use crate::graphql::{
    errors::ApiError,
    reading::Reading,
    scalars::{Date, DateTime},
};

/// Who answers for the processing (Art. 4(7) GDPR).
#[derive(Debug, Clone, InputObject)]
pub(crate) struct TenantControllerInput {
    /// Name of the authority.
    name: String,
    /// Street and number.
    street: String,
    /// Postcode.
    postal_code: String,
    /// Town.
    city: String,
    /// E-mail address.
    email: String,
}

impl From<TenantControllerInput> for tenant::Controller {
    fn from(input: TenantControllerInput) -> Self {
        let TenantControllerInput { name, street, postal_code, city, email } = input;
        Self { name, street, postal_code, city, email }
    }
}

/// The Land of a municipality: ISO 3166-2:DE without the country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(rename_items = "SCREAMING_SNAKE_CASE")]
#[graphql(remote = "Land")]
pub(crate) enum TenantLand {
    BW,
    BY,
    BE,
    BB,
    HB,
    HH,
    HE,
    MV,
    NI,
    NW,
    RP,
    SL,
    SN,
    ST,
    SH,
    TH,
}

/// A municipality to be founded. What is not said here follows with its file (`stadttermin tenant apply`).
#[derive(Debug, InputObject)]
pub(crate) struct CreateTenantInput {
    /// Its subdomain: lower case letters, digits and dashes.
    slug: String,
    /// Its name.
    name: String,
    /// Its Land, for holidays and the supervisory authority.
    land: TenantLand,
    /// Telephone, for people who need help.
    phone: String,
    /// Its website, https.
    website: String,
    /// Who answers for the processing.
    controller: TenantControllerInput,
    /// Date of the contract with the operator (Art. 28 GDPR).
    contract_on: Date,
}

/// What is to be different about a municipality. What is null stays.
#[derive(Debug, InputObject)]
pub(crate) struct UpdateTenantInput {
    /// Which.
    tenant_id: ID,
    /// Its name.
    name: Option<String>,
    /// Telephone.
    phone: Option<String>,
    /// Its website, https.
    website: Option<String>,
    /// Who answers for the processing.
    controller: Option<TenantControllerInput>,
}

/// Which municipality to suspend, and why.
#[derive(Debug, InputObject)]
pub(crate) struct SuspendTenantInput {
    /// Which.
    tenant_id: ID,
    /// Why, 5 to 200 characters. It stands in both audit trails; name no people in it.
    reason: String,
}

/// A municipality, by its id.
#[derive(Debug, InputObject)]
pub(crate) struct TenantInput {
    /// Which.
    tenant_id: ID,
}

/// A domain of a municipality.
#[derive(Debug, InputObject)]
pub(crate) struct TenantDomainInput {
    /// Which municipality.
    tenant_id: ID,
    /// The domain, in lower case, umlauts as `xn--`.
    domain: String,
}

/// A limit to set.
#[derive(Debug, InputObject)]
pub(crate) struct SetTenantQuotaInput {
    /// Which municipality.
    tenant_id: ID,
    /// What is limited.
    name: QuotaName,
    /// The limit, at least 1; null takes it away.
    most: Option<u32>,
}

/// A municipality as it is now.
#[derive(Debug, SimpleObject)]
pub(crate) struct TenantPayload {
    /// It.
    tenant: Tenant,
}

impl TenantPayload {
    async fn load(reading: &Reading, id: TenantId) -> Result<Self, ApiError> {
        Ok(Self { tenant: Tenant::load(reading, id).await? })
    }
}

/// A domain as it is now.
#[derive(Debug, SimpleObject)]
pub(crate) struct TenantDomainPayload {
    /// It.
    domain: TenantDomain,
}

/// A domain was removed.
#[derive(Debug, SimpleObject)]
pub(crate) struct RemoveTenantDomainPayload {
    /// Its name.
    name: String,
}

/// A deletion was announced.
#[derive(Debug, SimpleObject)]
pub(crate) struct AnnounceTenantDeletionPayload {
    /// From when on the municipality may be deleted, at the command line.
    delete_after: DateTime,
}

#[derive(Debug, Default)]
pub(crate) struct TenantMutation;

#[Object]
impl TenantMutation {
    /// Founds a municipality as a draft. Nobody is served until its notice can say everything.
    async fn create_tenant(
        &self,
        ctx: &Context<'_>,
        input: CreateTenantInput,
    ) -> Result<TenantPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let wanted = NewMunicipality {
            slug: input.slug,
            name: input.name,
            land: input.land.into(),
            phone: input.phone,
            website: input.website,
            controller: input.controller.into(),
            contract_on: input.contract_on.0,
        };
        let id = reading.platform().create(&reading.visit().ctx, &wanted).await?;
        TenantPayload::load(reading, id).await
    }

    /// Changes what is said about a municipality. Its notice follows, as a new version.
    async fn update_tenant(
        &self,
        ctx: &Context<'_>,
        input: UpdateTenantInput,
    ) -> Result<TenantPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let id = tenant_id(&input.tenant_id)?;
        let wanted = Change {
            name: input.name,
            phone: input.phone,
            website: input.website,
            controller: input.controller.map(Into::into),
        };
        reading.platform().change(&reading.visit().ctx, id, &wanted).await?;
        TenantPayload::load(reading, id).await
    }

    /// Closes a municipality for citizens. What was booked stands; what is due is sent and deleted.
    async fn suspend_tenant(
        &self,
        ctx: &Context<'_>,
        input: SuspendTenantInput,
    ) -> Result<TenantPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let id = tenant_id(&input.tenant_id)?;
        reading.platform().suspend(&reading.visit().ctx, id, &input.reason).await?;
        TenantPayload::load(reading, id).await
    }

    /// Opens a municipality again.
    async fn resume_tenant(
        &self,
        ctx: &Context<'_>,
        input: TenantInput,
    ) -> Result<TenantPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let id = tenant_id(&input.tenant_id)?;
        reading.platform().resume(&reading.visit().ctx, id).await?;
        TenantPayload::load(reading, id).await
    }

    /// Sets a limit of a municipality, or takes it away. What is there already stays.
    async fn set_tenant_quota(
        &self,
        ctx: &Context<'_>,
        input: SetTenantQuotaInput,
    ) -> Result<TenantPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let (acting, id) = (&reading.visit().ctx, tenant_id(&input.tenant_id)?);
        reading.platform().set_quota(acting, id, input.name.into(), input.most).await?;
        TenantPayload::load(reading, id).await
    }

    /// Announces that a municipality will be deleted at the end of its contract, and tells its administrators. Exporting and
    /// deleting itself are commands: they open people's data, and need the database's owner.
    async fn announce_tenant_deletion(
        &self,
        ctx: &Context<'_>,
        input: TenantInput,
    ) -> Result<AnnounceTenantDeletionPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let (acting, zone) = (&reading.visit().ctx, reading.visit().town.zone());
        let id = tenant_id(&input.tenant_id)?;
        let ending = reading.platform().announce_deletion(acting, id).await?;
        let delete_after = DateTime::local(ending.delete_after, zone);
        Ok(AnnounceTenantDeletionPayload { delete_after })
    }

    /// Takes the announcement of a deletion back. Without one nothing happens.
    async fn withdraw_tenant_deletion(
        &self,
        ctx: &Context<'_>,
        input: TenantInput,
    ) -> Result<TenantPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let id = tenant_id(&input.tenant_id)?;
        reading.platform().withdraw_deletion(&reading.visit().ctx, id).await?;
        TenantPayload::load(reading, id).await
    }
}

#[derive(Debug, Default)]
pub(crate) struct DomainMutation;

#[Object]
impl DomainMutation {
    /// Adds a domain, which is served once its proof is published.
    async fn add_tenant_domain(
        &self,
        ctx: &Context<'_>,
        input: TenantDomainInput,
    ) -> Result<TenantDomainPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let (acting, id) = (&reading.visit().ctx, tenant_id(&input.tenant_id)?);
        let domain = reading.platform().add_domain(acting, id, &input.domain).await?;
        let zone = reading.visit().town.zone();
        Ok(TenantDomainPayload { domain: TenantDomain::new(&domain, zone) })
    }

    /// Looks whether the proof is published, and serves the domain if it is. `domain.proven` says whether.
    async fn prove_tenant_domain(
        &self,
        ctx: &Context<'_>,
        input: TenantDomainInput,
    ) -> Result<TenantDomainPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let (acting, id) = (&reading.visit().ctx, tenant_id(&input.tenant_id)?);
        let domain = reading.platform().prove_domain(acting, id, &input.domain).await?;
        let zone = reading.visit().town.zone();
        Ok(TenantDomainPayload { domain: TenantDomain::new(&domain, zone) })
    }

    /// Removes a domain: it is not served any more.
    async fn remove_tenant_domain(
        &self,
        ctx: &Context<'_>,
        input: TenantDomainInput,
    ) -> Result<RemoveTenantDomainPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let (acting, id) = (&reading.visit().ctx, tenant_id(&input.tenant_id)?);
        reading.platform().remove_domain(acting, id, &input.domain).await?;
        Ok(RemoveTenantDomainPayload { name: input.domain })
    }
}
