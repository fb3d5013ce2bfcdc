//! What the people of the office are, and where.

use std::sync::Arc;

use crate::LocationId;

/// Declares the roles once: enum, names, list.
macro_rules! roles {
    ($($(#[doc = $doc:literal])+ $variant:ident = $wire:literal, $name:literal, $german:literal;)+) => {
        /// What somebody of the office is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[doc = $doc])+ $variant),+ }

        impl Role {
            /// All roles, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in the API.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }

            /// The name at the command line and in the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The name in German documents.
            pub fn german(self) -> &'static str {
                match self { $(Self::$variant => $german),+ }
            }
        }
    };
}

roles! {
    /// Serves citizens: today's list, phone booking, moving and cancelling.
    Clerk = "CLERK", "clerk", "Sachbearbeitung";
    /// Sets opening hours and closures, and does what a clerk does.
    OfficeManager = "OFFICE_MANAGER", "office-manager", "Leitung";
    /// Checks that the notice is true: sign-ins, audit trail, requests of citizens.
    DataProtectionOfficer = "DATA_PROTECTION_OFFICER", "data-protection-officer", "Datenschutz";
    /// Invites people, gives roles, makes access keys. Sees no citizen's data.
    TenantAdministrator = "TENANT_ADMINISTRATOR", "tenant-administrator", "Verwaltung des Dienstes";
    /// Runs the platform: sets up municipalities. Exists in the operator's own realm only.
    Operator = "OPERATOR", "operator", "Betrieb der Plattform";
}

impl Role {
    /// Reads a name of the command line or of the database.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }

    /// The roles that exist in a realm: the office's in a municipality, the operator's in the operator's own.
    pub fn of(is_platform: bool) -> &'static [Self] {
        match Self::ALL.split_last() {
            Some((_, office)) if !is_platform => office,
            _ => &[Self::Operator],
        }
    }

    /// Whether it administers its realm: somebody with it must stay.
    pub fn is_administrator(self) -> bool {
        matches!(self, Self::TenantAdministrator | Self::Operator)
    }

    /// Whether it can be given for single locations. The others always concern the whole municipality.
    pub fn has_places(self) -> bool {
        matches!(self, Self::Clerk | Self::OfficeManager)
    }
}

/// A role, and where it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// What somebody is.
    pub role: Role,
    /// Where; `None`: at all locations.
    pub location: Option<LocationId>,
}

/// All roles of one person. Cheap to clone: it travels with every request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants(Arc<[Grant]>);

impl Grants {
    /// The roles, in the order of the documentation.
    pub fn iter(&self) -> impl Iterator<Item = Grant> + '_ {
        self.0.iter().copied()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Grant> for Grants {
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Self {
        let mut all: Vec<Grant> = grants.into_iter().collect();
        all.sort();
        all.dedup();
        Self(all.into())
    }
}

impl From<Role> for Grants {
    /// One role at all locations.
    fn from(role: Role) -> Self {
        std::iter::once(Grant { role, location: None }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_s_role_exists_in_the_operator_s_realm_only() {
        assert_eq!(Role::of(true), [Role::Operator]);
        assert!(!Role::of(false).contains(&Role::Operator));
        assert_eq!(Role::of(false).len() + 1, Role::ALL.len());
    }
}
