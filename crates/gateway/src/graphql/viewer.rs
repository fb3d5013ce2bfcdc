//! Who is signed in.

use async_graphql::{Context, Enum, Object, SimpleObject};

use super::reading::Reading;

/// Who is signed in, if anyone.
#[derive(Debug, SimpleObject)]
pub(crate) struct Viewer {
    /// Whether somebody is signed in: whether the request shows a valid access key.
    signed_in: bool,
    /// What they are beside a citizen like everybody.
    roles: Vec<Role>,
    /// What they may do beside what everybody may.
    scopes: Vec<Scope>,
    /// What the office calls the access key.
    key_name: Option<String>,
}

/// What a signed-in person or program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum Role {
    /// Has an account and sees their own appointments.
    Citizen,
    /// Acts for the office, through an access key.
    Office,
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
}

#[derive(Debug, Default)]
pub(crate) struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who is signed in, if anyone, with roles and rights.
    async fn viewer(&self, ctx: &Context<'_>) -> Viewer {
        match Reading::of(ctx).key() {
            Some(key) => Viewer {
                signed_in: true,
                roles: vec![Role::Office],
                scopes: key.scopes.iter().map(Scope::from).collect(),
                key_name: Some(key.name.clone()),
            },
            None => {
                Viewer { signed_in: false, roles: Vec::new(), scopes: Vec::new(), key_name: None }
            }
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
