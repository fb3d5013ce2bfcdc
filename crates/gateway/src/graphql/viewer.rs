//! Who is signed in.

use async_graphql::{Enum, Object, SimpleObject};

/// Who is signed in, if anyone.
#[derive(Debug, SimpleObject)]
pub(crate) struct Viewer {
    /// Whether somebody is signed in. Accounts do not exist yet, so nobody is.
    signed_in: bool,
    /// What they may do beside what everybody may.
    roles: Vec<Role>,
}

/// What a signed-in person may do beside what everybody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum Role {
    /// Has an account and sees their own appointments.
    Citizen,
}

#[derive(Debug, Default)]
pub(crate) struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who is signed in, if anyone, with roles.
    async fn viewer(&self) -> Viewer {
        Viewer { signed_in: false, roles: Vec::new() }
    }
}
