//! What is limited, over which time, and how much of it is allowed.

use serde::{Deserialize, Serialize};

const MINUTE: i64 = 60;
const QUARTER_HOUR: i64 = 15 * MINUTE;
const HOUR: i64 = 60 * MINUTE;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Reading pages and free times.
    Read,
    /// Holding times.
    Reserve,
    /// Booking.
    Book,
    /// Opening, moving and cancelling appointments by their code.
    Manage,
    /// Wrong access keys.
    Authenticate,
    /// Wrong passwords for one account from one network.
    SignInPlace,
    /// Wrong passwords for one account from everywhere.
    SignInAccount,
    /// Wrong passwords from one network, for whatever account.
    SignInNetwork,
    /// Codes by mail to one address.
    CodeAddress,
    /// Codes by mail that one network asks for.
    CodeNetwork,
    /// Wrong second factors of one account.
    SecondFactor,
    /// All requests to one municipality.
    Municipality,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Read,
        Self::Reserve,
        Self::Book,
        Self::Manage,
        Self::Authenticate,
        Self::SignInPlace,
        Self::SignInAccount,
        Self::SignInNetwork,
        Self::CodeAddress,
        Self::CodeNetwork,
        Self::SecondFactor,
        Self::Municipality,
    ];

    /// Its name in the configuration.
    pub fn key(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Reserve => "reserve",
            Self::Book => "book",
            Self::Manage => "manage",
            Self::Authenticate => "authenticate",
            Self::SignInPlace => "sign_in_place",
            Self::SignInAccount => "sign_in_account",
            Self::SignInNetwork => "sign_in_network",
            Self::CodeAddress => "code_address",
            Self::CodeNetwork => "code_network",
            Self::SecondFactor => "second_factor",
            Self::Municipality => "municipality",
        }
    }

    /// The length of its window. Divides the day, whose counters have names of their own.
    pub(super) fn window(self) -> i64 {
        match self {
            Self::Read
            | Self::Reserve
            | Self::Book
            | Self::Manage
            | Self::Authenticate
            | Self::Municipality => MINUTE,
            Self::SignInPlace | Self::SignInAccount | Self::SecondFactor => QUARTER_HOUR,
            Self::SignInNetwork | Self::CodeAddress | Self::CodeNetwork => HOUR,
        }
    }

    /// Whether it protects people from being impersonated or flooded with mail. Such a limit is never open: without
    /// Redis it is narrower.
    pub(super) fn is_on_guessing(self) -> bool {
        match self {
            Self::Read
            | Self::Reserve
            | Self::Book
            | Self::Manage
            | Self::Authenticate
            | Self::Municipality => false,
            Self::SignInPlace
            | Self::SignInAccount
            | Self::SignInNetwork
            | Self::CodeAddress
            | Self::CodeNetwork
            | Self::SecondFactor => true,
        }
    }
}

/// How much is allowed in a window; 0 switches a limit off.
///
/// The numbers per client are generous because whole villages share one address: mobile networks and offices do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// See [`Limit::Read`], per minute.
    pub read: u32,
    /// See [`Limit::Reserve`], per minute.
    pub reserve: u32,
    /// See [`Limit::Book`], per minute.
    pub book: u32,
    /// See [`Limit::Manage`], per minute.
    pub manage: u32,
    /// See [`Limit::Authenticate`], per minute.
    pub authenticate: u32,
    /// See [`Limit::SignInPlace`], per 15 minutes.
    pub sign_in_place: u32,
    /// See [`Limit::SignInAccount`], per 15 minutes.
    pub sign_in_account: u32,
    /// See [`Limit::SignInNetwork`], per hour.
    pub sign_in_network: u32,
    /// See [`Limit::CodeAddress`], per hour.
    pub code_address: u32,
    /// See [`Limit::CodeNetwork`], per hour.
    pub code_network: u32,
    /// See [`Limit::SecondFactor`], per 15 minutes.
    pub second_factor: u32,
    /// See [`Limit::Municipality`], per minute.
    pub municipality: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            read: 600,
            reserve: 60,
            book: 30,
            manage: 30,
            authenticate: 20,
            sign_in_place: 5,
            sign_in_account: 30,
            sign_in_network: 20,
            code_address: 3,
            code_network: 10,
            second_factor: 5,
            municipality: 0,
        }
    }
}

impl LimitSettings {
    /// No limits, for benchmarks and for tests of something else.
    pub const OFF: Self = Self {
        read: 0,
        reserve: 0,
        book: 0,
        manage: 0,
        authenticate: 0,
        sign_in_place: 0,
        sign_in_account: 0,
        sign_in_network: 0,
        code_address: 0,
        code_network: 0,
        second_factor: 0,
        municipality: 0,
    };

    pub(super) fn of(&self, what: Limit) -> u32 {
        match what {
            Limit::Read => self.read,
            Limit::Reserve => self.reserve,
            Limit::Book => self.book,
            Limit::Manage => self.manage,
            Limit::Authenticate => self.authenticate,
            Limit::SignInPlace => self.sign_in_place,
            Limit::SignInAccount => self.sign_in_account,
            Limit::SignInNetwork => self.sign_in_network,
            Limit::CodeAddress => self.code_address,
            Limit::CodeNetwork => self.code_network,
            Limit::SecondFactor => self.second_factor,
            Limit::Municipality => self.municipality,
        }
    }
}
