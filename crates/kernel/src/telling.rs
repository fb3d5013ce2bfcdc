//! What people are told in writing about their data and their requests. Who writes the mail knows the words.

use serde::{Deserialize, Serialize};

/// What a mail about somebody's data tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Telling {
    /// Their data are erased.
    Erased,
    /// To an office: mails about these appointments must go too (Art. 19 GDPR).
    EraseMails,
    /// Their request was written down, and until when it is answered.
    Received,
    /// Their request takes longer, why and until when.
    Extended,
    /// Their request is refused, and why.
    Refused,
    /// Their request was carried out.
    Answered,
    /// The restriction of their data will end (Art. 18(3) GDPR).
    RestrictionEnds,
    /// To whoever decides: requests wait for an answer.
    Waiting,
    /// To whoever decides: restrictions must be looked at again.
    Review,
}

impl Telling {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Erased,
        Self::EraseMails,
        Self::Received,
        Self::Extended,
        Self::Refused,
        Self::Answered,
        Self::RestrictionEnds,
        Self::Waiting,
        Self::Review,
    ];

    /// Whether it goes to people of the office and not to a citizen.
    pub fn is_for_office(self) -> bool {
        matches!(self, Self::EraseMails | Self::Waiting | Self::Review)
    }
}
