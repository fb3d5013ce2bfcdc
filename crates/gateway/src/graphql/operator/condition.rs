//! How a municipality is, on the wire.

use async_graphql::{Enum, SimpleObject};
use chrono_tz::Tz;
use portal::platform::{Concern, Condition, Light};

use crate::graphql::scalars::DateTime;

/// How urgent something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Light")]
pub(crate) enum HealthLight {
    /// All is well.
    Green,
    /// Somebody should look at it.
    Yellow,
    /// Somebody must act: something does not work.
    Red,
}

/// What somebody should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum HealthConcernCode {
    /// Work waits for longer than five minutes.
    JobsLate,
    /// Work was given up.
    JobsDead,
    /// Mails failed in the last seven days.
    MailFailed,
    /// SMS failed in the last seven days.
    SmsFailed,
    /// None of the next fourteen days has a free time.
    NoFreeTimes,
    /// Something should have been deleted; `count` says for how many days.
    DeletionOverdue,
    /// The notice cannot say everything that Art. 13 GDPR asks for.
    NoticeGaps,
    /// The notice was not held against the running service in the last 35 days.
    ProofOld,
    /// Statements of the notice did not hold.
    ProofViolated,
    /// The token of a served domain is not published any more.
    DomainFailing,
    /// A domain waits for its proof.
    DomainWaiting,
}

impl From<Concern> for HealthConcernCode {
    fn from(concern: Concern) -> Self {
        match concern {
            Concern::JobsLate(_) => Self::JobsLate,
            Concern::JobsDead(_) => Self::JobsDead,
            Concern::MailFailed(_) => Self::MailFailed,
            Concern::SmsFailed(_) => Self::SmsFailed,
            Concern::NoFreeTimes => Self::NoFreeTimes,
            Concern::DeletionOverdue(_) => Self::DeletionOverdue,
            Concern::NoticeGaps(_) => Self::NoticeGaps,
            Concern::ProofOld => Self::ProofOld,
            Concern::ProofViolated(_) => Self::ProofViolated,
            Concern::DomainFailing(_) => Self::DomainFailing,
            Concern::DomainWaiting(_) => Self::DomainWaiting,
        }
    }
}

/// Something that somebody should look at.
#[derive(Debug, SimpleObject)]
pub(crate) struct HealthConcern {
    /// What.
    code: HealthConcernCode,
    /// How urgent it is.
    light: HealthLight,
    /// How many, where that can be counted.
    count: Option<i64>,
}

/// How messages of one kind fare.
#[derive(Debug, SimpleObject)]
pub(crate) struct SendingHealth {
    /// Whether the municipality sends them.
    enabled: bool,
    /// When the last one left.
    last_sent_at: Option<DateTime>,
    /// How many failed for good in the last seven days.
    failed_last_week: i64,
    /// How many wait.
    waiting: i64,
}

/// How a municipality is: counts and instants.
#[derive(Debug, SimpleObject)]
pub(crate) struct TenantHealth {
    /// The most urgent of the concerns.
    light: HealthLight,
    /// What somebody should look at, the most urgent first.
    concerns: Vec<HealthConcern>,
    /// Mails about appointments.
    mail: SendingHealth,
    /// SMS about appointments.
    sms: SendingHealth,
    /// Jobs whose time has not come.
    jobs_waiting: i64,
    /// Jobs that wait for a worker for longer than five minutes.
    jobs_late: i64,
    /// Jobs that were given up.
    jobs_dead: i64,
    /// How many of the next fourteen days have a free time.
    days_with_free_times: i64,
    /// Since when something should have been deleted.
    deletion_overdue_since: Option<DateTime>,
    /// What the notice cannot say yet, as a number.
    notice_gaps: i64,
    /// When the notice was last held against the running service.
    last_proof_at: Option<DateTime>,
    /// How many of its statements did not hold then.
    proof_violations: i64,
}

impl TenantHealth {
    pub(super) fn new(condition: &Condition, zone: Tz) -> Self {
        let local = |at| DateTime::local(at, zone);
        let sending = |of: notify::Sending| SendingHealth {
            enabled: of.is_on,
            last_sent_at: of.last_sent_at.map(local),
            failed_last_week: of.failed,
            waiting: of.waiting,
        };
        let concerns = condition.concerns().into_iter().map(|concern| HealthConcern {
            code: concern.into(),
            light: concern.light().into(),
            count: concern.count(),
        });
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Self {
            light: condition.light().into(),
            concerns: concerns.collect(),
            mail: sending(condition.messages.mail),
            sms: sending(condition.messages.sms),
            jobs_waiting: condition.jobs.waiting,
            jobs_late: condition.jobs.late,
            jobs_dead: condition.jobs.dead,
            days_with_free_times: condition.free_days,
            deletion_overdue_since: condition.duties.overdue_since.map(local),
            notice_gaps: number(condition.notice_gaps),
            last_proof_at: condition.duties.proven_at.map(local),
            proof_violations: number(condition.duties.violated),
        }
    }
}
