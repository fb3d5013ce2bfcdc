//! The proof: what the notice says, held against a running installation. `gateway` looks; here is what it looks for and
//! what it found.

mod statements;
mod store;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use statements::{STATEMENTS, Statement};
pub(crate) use store::read;
pub use store::{keep, latest};

/// What looking has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is so.
    Holds,
    /// It is not so.
    Violated,
    /// It cannot be seen from here; the evidence says why.
    Unchecked,
}

/// What was found about a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The statement's number.
    pub statement: u8,
    /// Whether it holds.
    pub verdict: Verdict,
    /// What was seen, in German, without data of a person.
    pub evidence: String,
}

impl Finding {
    /// The statement.
    pub fn of(&self) -> Option<&'static Statement> {
        STATEMENTS.iter().find(|statement| statement.number == self.statement)
    }
}

/// What was found about all statements at one municipality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// When it was looked at.
    pub at: DateTime<Utc>,
    /// The version of the notice that was in force.
    pub notice_version: i32,
    /// The findings in the order of the statements.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing is violated.
    pub fn is_clean(&self) -> bool {
        self.count(Verdict::Violated) == 0
    }

    /// How many findings have the verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }
}
