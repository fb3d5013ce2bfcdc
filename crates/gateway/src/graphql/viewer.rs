//! Who is signed in.

use async_graphql::{Context, Enum, Object, SimpleObject};

use identity::AccountKind;

use super::{
    accounts::Account,
    people::{RoleGrant, grants_of},
    reading::{ApiCaller, Reading},
};

/// Who is signed in, if anyone.
#[derive(SimpleObject)]
pub(crate) struct Viewer {
    /// Whether somebody is signed in, or the request shows a valid access key.
    signed_in: bool,
    /// What they are beside a citizen like everybody.
    roles: Vec<Role>,
    /// What the access key allows.
    scopes: Vec<Scope>,
    /// What the office calls the access key.
    key_name: Option<String>,
    /// The name of somebody of the office.
    name: Option<String>,
    /// What somebody of the office is, and where.
    grants: Vec<RoleGrant>,
    /// The account of who is signed in.
    account: Option<Account>,
}

/// What a signed-in person or program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum Role {
    /// Has an account and sees their own appointments.
    Citizen,
    /// A program that acts for the office, through an access key.
    Office,
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

impl From<kernel::Role> for Role {
    fn from(role: kernel::Role) -> Self {
        match role {
            kernel::Role::Clerk => Self::Clerk,
            kernel::Role::OfficeManager => Self::OfficeManager,
            kernel::Role::DataProtectionOfficer => Self::DataProtectionOfficer,
            kernel::Role::TenantAdministrator => Self::TenantAdministrator,
            kernel::Role::Operator => Self::Operator,
        }
    }
}

/// What an access key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "kernel::Scope")]
pub(crate) enum Scope {
    /// See the calendar as the office sees it: opening rules, drafts, closures.
    CalendarRead,
    /// Change the calendar: opening rules, drafts and their publication, closures.
    CalendarWrite,
    /// Serve citizens: book for a caller, open, move and cancel appointments.
    Appointments,
    /// See the platform's municipalities and how they are. Exists in the operator's own realm only.
    PlatformRead,
    /// Create, change, suspend and resume municipalities. Exists in the operator's own realm only.
    PlatformWrite,
}

#[derive(Debug, Default)]
pub(crate) struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who is signed in, if anyone, with roles and rights.
    async fn viewer(&self, ctx: &Context<'_>) -> Viewer {
        let ApiCaller { key, account, .. } = Reading::of(ctx).caller();
        let mut roles: Vec<Role> = match account {
            Some(account) if account.kind == AccountKind::Citizen => vec![Role::Citizen],
            Some(account) => account.grants.iter().map(|grant| grant.role.into()).collect(),
            None => Vec::new(),
        };
        let staff = account.as_ref().filter(|account| account.kind == AccountKind::Staff);
        // one role at several locations is one role
        roles.dedup();
        roles.extend(key.as_ref().map(|_| Role::Office));
        let scopes = key.iter().flat_map(|key| key.scopes.iter().map(Scope::from)).collect();
        Viewer {
            signed_in: key.is_some() || account.is_some(),
            roles,
            scopes,
            key_name: key.as_ref().map(|key| key.name.clone()),
            name: staff.map(|account| {
                format!("{} {}", account.profile.first_name, account.profile.last_name)
            }),
            grants: staff.map(|account| grants_of(&account.grants)).unwrap_or_default(),
            account: account.clone().map(Account),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_calls_rights_as_the_documentation_does() {
        for scope in kernel::Scope::ALL {
            let shown = async_graphql::resolver_utils::enum_value(Scope::from(*scope));
            assert_eq!(shown.to_string(), scope.wire());
        }
    }
}
