//! The ways to an appointment.

use kernel::{
    Ctx,
    policy::{Action, Forbidden},
};
use serde::{Deserialize, Serialize};

/// How an appointment comes about, or whether none is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The citizen books.
    Online,
    /// The office books for somebody who calls.
    Phone,
    /// People come without an appointment; nothing is booked.
    WalkIn,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 3] = [Self::Online, Self::Phone, Self::WalkIn];

    /// Whether the actor may book this way: the phone is answered by who serves citizens.
    pub(crate) fn check(self, ctx: &Ctx) -> Result<(), Forbidden> {
        match self {
            Self::Online => Ok(()),
            Self::Phone | Self::WalkIn => ctx.authorize(Action::ServeAppointments),
        }
    }

    /// The word in the database.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Phone => "phone",
            Self::WalkIn => "walk-in",
        }
    }

    /// Reads the word.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.key() == key)
    }
}

/// A channel, and whether the office uses it: the time that citizens are given to book in does not bind the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) channel: Channel,
    pub(crate) by_office: bool,
}

impl Way {
    /// The office moves what was booked through a channel.
    pub(crate) fn of_office(channel: Channel) -> Self {
        Self { channel, by_office: true }
    }
}

impl From<Channel> for Way {
    /// Who answers the phone is the office.
    fn from(channel: Channel) -> Self {
        Self { channel, by_office: channel == Channel::Phone }
    }
}
