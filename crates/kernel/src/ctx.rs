//! Who acts, for which municipality, in which language, when.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    AccessKeyId, AccountId, Chance, Clock, Grants, Locale, LocationId, ManualClock, Scopes,
    SeededChance, TenantId, policy,
};

/// Everything a use case may know about the request that it serves.
#[derive(Debug, Clone)]
pub struct Ctx {
    tenant: TenantId,
    actor: Actor,
    locale: Locale,
    request_id: RequestId,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A citizen whom nobody knows. What they may touch, they prove with a token.
    Citizen,
    /// A citizen who is signed in.
    Account(AccountId),
    /// Somebody of the office, signed in with two factors.
    Staff {
        /// Their account, for the record of who did what.
        account: AccountId,
        /// What they are, and where.
        grants: Grants,
    },
    /// A program of the municipality, acting through an access key.
    Program {
        /// The key, for the record of who did what. Names nobody.
        key: AccessKeyId,
        /// What it may do.
        scopes: Scopes,
    },
    /// The background worker.
    Worker,
    /// The platform operator at the command line.
    Operator,
}

/// The trace id of the request (32 hex digits, W3C Trace Context). Clients get it with every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(pub u128);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Ctx {
    /// A context; made at the edge (a request, a job, a command) and nowhere else.
    pub fn new(
        tenant: TenantId,
        actor: Actor,
        locale: Locale,
        request_id: RequestId,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Self {
        Self { tenant, actor, locale, request_id, clock, chance }
    }

    /// A citizen's context at a fixed time, for tests and examples.
    ///
    /// # Panics
    /// When `now` is not RFC 3339.
    #[expect(clippy::expect_used, reason = "a test helper: a wrong literal must stop the test")]
    pub fn for_tests(tenant: TenantId, now: &str) -> Self {
        let now = DateTime::parse_from_rfc3339(now).expect("RFC 3339").to_utc();
        Self::new(
            tenant,
            Actor::Citizen,
            Locale::De,
            RequestId(1),
            Arc::new(ManualClock::new(now)),
            Arc::new(SeededChance::new(42)),
        )
    }

    /// The same context in another language.
    #[must_use]
    pub fn with_locale(mut self, locale: Locale) -> Self {
        self.locale = locale;
        self
    }

    /// The same request once it is known who acts. Made where credentials are checked and nowhere else.
    #[must_use]
    pub fn with_actor(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// A look at how a municipality is, for whoever may see the platform. They stay who they are.
    pub fn looking_at(&self, tenant: TenantId) -> Result<Self, policy::Forbidden> {
        self.authorize(policy::Action::ReadPlatform)?;
        Ok(Self { tenant, ..self.clone() })
    }

    /// The operator's work at a municipality, for somebody of the operator's own realm.
    pub fn at_municipality(&self, tenant: TenantId) -> Result<Self, policy::Forbidden> {
        self.authorize(policy::Action::ConfigureTenant)?;
        Ok(Self { tenant, actor: Actor::Operator, ..self.clone() })
    }

    /// The municipality.
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The language to answer in.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The request's id.
    pub fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// The current instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The clock, for making ids.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// The source of random bytes.
    pub fn chance(&self) -> &dyn Chance {
        self.chance.as_ref()
    }

    /// `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes);
        bytes
    }

    /// Refuses what the actor may not do. The first line of every use case.
    pub fn authorize(&self, action: policy::Action) -> Result<(), policy::Forbidden> {
        policy::check(&self.actor, action)
    }

    /// Refuses what the actor may not do at this location. Where even its existence is none of the actor's business, the
    /// use case answers "not found" instead.
    pub fn authorize_at(
        &self,
        action: policy::Action,
        location: LocationId,
    ) -> Result<(), policy::Forbidden> {
        policy::check_at(&self.actor, action, location)
    }
}
