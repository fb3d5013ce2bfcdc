//! What the office's people and programs may do, right by right.

/// Declares the rights once: enum, names, list.
macro_rules! scopes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $bit:literal, $wire:literal, $name:literal;)+) => {
        /// One right at the office.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $($(#[doc = $doc])+ $variant),+ }

        impl Scope {
            /// All rights, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in the API.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }

            /// The name at the command line and in the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            const fn bit(self) -> u8 {
                match self { $(Self::$variant => 1 << $bit),+ }
            }
        }
    };
}

scopes! {
    /// See the calendar as the office sees it: opening rules, drafts, closures.
    CalendarRead = 0, "CALENDAR_READ", "calendar-read";
    /// Change the calendar: opening rules, drafts and their publication, closures.
    CalendarWrite = 1, "CALENDAR_WRITE", "calendar-write";
    /// Serve citizens: book for a caller, open, move and cancel appointments.
    Appointments = 2, "APPOINTMENTS", "appointments";
    /// See the platform's municipalities and how they are. Exists in the operator's own realm only.
    PlatformRead = 3, "PLATFORM_READ", "platform-read";
    /// Create, change, suspend and resume municipalities. Exists in the operator's own realm only.
    PlatformWrite = 4, "PLATFORM_WRITE", "platform-write";
}

impl Scope {
    /// Reads a name of the command line or of the database.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.name() == name)
    }

    /// The rights that exist in a realm: the office's in a municipality, the platform's in the operator's own.
    pub fn of(is_platform: bool) -> &'static [Self] {
        let (office, platform) = Self::ALL.split_at(3);
        if is_platform { platform } else { office }
    }
}

/// A set of rights. Small enough to travel with every request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// No right at all.
    pub const NONE: Self = Self(0);
    /// The calendar, with everything that belongs to it.
    pub const CALENDAR: Self = Self(Scope::CalendarRead.bit() | Scope::CalendarWrite.bit());
    /// Every right at an office.
    pub const ALL: Self = Self(Self::CALENDAR.0 | Scope::Appointments.bit());

    /// The set with one right more.
    #[must_use]
    pub const fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }

    /// Whether the right is among them.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether there is no right at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The rights, in the order of the documentation.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.contains(*scope))
    }

    /// The names, with blanks between them: the form in the database.
    pub fn names(self) -> String {
        self.iter().map(Scope::name).collect::<Vec<_>>().join(" ")
    }

    /// Reads [`Self::names`]. A right that this program does not know is not granted by it.
    pub fn from_names(names: &str) -> Self {
        names.split_whitespace().filter_map(Scope::from_name).collect()
    }
}

impl From<Scope> for Scopes {
    fn from(scope: Scope) -> Self {
        Self::NONE.with(scope)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::NONE, Self::with)
    }
}

impl std::fmt::Debug for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_survives_the_database() {
        for scopes in [Scopes::NONE, Scopes::CALENDAR, Scopes::ALL, Scope::Appointments.into()] {
            assert_eq!(Scopes::from_names(&scopes.names()), scopes);
        }
        assert_eq!(Scopes::CALENDAR.names(), "calendar-read calendar-write");
        assert_eq!(Scope::of(false).iter().copied().collect::<Scopes>(), Scopes::ALL);
        assert_eq!(Scope::of(true), [Scope::PlatformRead, Scope::PlatformWrite]);
    }

    #[test]
    fn a_right_from_the_future_grants_nothing() {
        let known = Scopes::from_names("launch-rockets calendar-read CALENDAR_WRITE");
        assert_eq!(known, Scope::CalendarRead.into());
        assert!(Scopes::from_names("").is_empty());
    }
}
