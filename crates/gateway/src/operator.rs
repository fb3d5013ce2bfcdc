//! Who acts when the operator runs a command.

use std::sync::Arc;

use kernel::{Actor, Chance, Clock, Ctx, Locale, OsChance, RequestId, SystemClock, TenantId};

/// The context of a command on this machine's clock.
pub(crate) fn context(tenant: TenantId) -> Ctx {
    context_at(tenant, Arc::new(SystemClock), Arc::new(OsChance))
}

/// The context of a command, with time and chance of the caller's.
pub(crate) fn context_at(tenant: TenantId, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Ctx {
    let mut request = [0; 16];
    chance.fill(&mut request);
    let request = RequestId(u128::from_be_bytes(request));
    Ctx::new(tenant, Actor::Operator, Locale::De, request, clock, chance)
}
