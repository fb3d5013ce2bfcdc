//! What the actor may do where. What lies elsewhere does not exist for them.

use kernel::{Ctx, LocationId, policy};

use crate::Error;

/// Refuses what the actor may not do at all, and does not find what is elsewhere.
pub(crate) fn at(ctx: &Ctx, action: policy::Action, location: LocationId) -> Result<(), Error> {
    ctx.authorize(action)?;
    ctx.authorize_at(action, location).map_err(|_| Error::NotFound)
}

/// Whether the office acts: its people, or its programs.
pub(crate) fn is_office(ctx: &Ctx) -> bool {
    policy::allows(ctx.actor(), policy::Action::ServeAppointments)
}
