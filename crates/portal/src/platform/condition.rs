//! How a municipality is: what the operator looks at, and what must be done about it. Counts and instants; nobody's data.

use chrono::{DateTime, TimeDelta, Utc};
use db::{TenantTx, jobs::Backlog};
use kernel::Ctx;
use notify::MessageCondition;
use privacy::{DutyCondition, NoticeFacts};
use tenant::{Municipality, State, domains::Domain};

use super::PlatformError;

/// How long a proof of the notice is fresh.
const PROOF_FRESH: TimeDelta = TimeDelta::days(35);
/// How late deletion may be before somebody must look.
const DELETION_LATE: TimeDelta = TimeDelta::days(1);

/// How urgent something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// All is well.
    Green,
    /// Somebody should look at it.
    Yellow,
    /// Somebody must act: something does not work.
    Red,
}

/// Something that somebody should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// Work waits for longer than five minutes.
    JobsLate(i64),
    /// Work was given up.
    JobsDead(i64),
    /// Mails failed in the last seven days.
    MailFailed(i64),
    /// SMS failed in the last seven days.
    SmsFailed(i64),
    /// None of the next fourteen days has a free time.
    NoFreeTimes,
    /// Something should have been deleted for so many days.
    DeletionOverdue(i64),
    /// The notice cannot say everything.
    NoticeGaps(i64),
    /// The notice was not held against the service lately.
    ProofOld,
    /// Statements of the notice did not hold.
    ProofViolated(i64),
    /// The token of a served domain is not published any more.
    DomainFailing(i64),
    /// A domain waits for its proof.
    DomainWaiting(i64),
}

impl Concern {
    /// Its name, for texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::JobsLate(_) => "jobs-late",
            Self::JobsDead(_) => "jobs-dead",
            Self::MailFailed(_) => "mail-failed",
            Self::SmsFailed(_) => "sms-failed",
            Self::NoFreeTimes => "no-free-times",
            Self::DeletionOverdue(_) => "deletion-overdue",
            Self::NoticeGaps(_) => "notice-gaps",
            Self::ProofOld => "proof-old",
            Self::ProofViolated(_) => "proof-violated",
            Self::DomainFailing(_) => "domain-failing",
            Self::DomainWaiting(_) => "domain-waiting",
        }
    }

    /// How many, where that can be counted.
    pub fn count(self) -> Option<i64> {
        match self {
            Self::JobsLate(count)
            | Self::JobsDead(count)
            | Self::MailFailed(count)
            | Self::SmsFailed(count)
            | Self::DeletionOverdue(count)
            | Self::NoticeGaps(count)
            | Self::ProofViolated(count)
            | Self::DomainFailing(count)
            | Self::DomainWaiting(count) => Some(count),
            Self::NoFreeTimes | Self::ProofOld => None,
        }
    }

    /// How urgent it is.
    pub fn light(self) -> Light {
        match self {
            Self::JobsLate(_) | Self::DeletionOverdue(_) | Self::NoticeGaps(_) => Light::Red,
            _ => Light::Yellow,
        }
    }
}

/// How a municipality is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Whether citizens can book.
    pub state: State,
    /// Mails and SMS.
    pub messages: MessageCondition,
    /// Work of the background service.
    pub jobs: Backlog,
    /// How many of the next fourteen days have a free time.
    pub free_days: i64,
    /// Deletion and proof.
    pub duties: DutyCondition,
    /// What the notice cannot say.
    pub notice_gaps: usize,
    /// Domains that wait for their proof, and those whose token is gone.
    pub domains: (usize, usize),
    /// When this was looked at.
    pub at: DateTime<Utc>,
}

impl Condition {
    pub(super) async fn read(
        ctx: &Ctx,
        tx: &TenantTx,
        town: &Municipality,
        state: State,
        domains: &[Domain],
        facts: &NoticeFacts,
    ) -> Result<Self, PlatformError> {
        let today = scheduling::today(ctx, town);
        let waiting = domains.iter().filter(|domain| !domain.is_proven).count();
        let failing = domains.iter().filter(|domain| domain.failing_since.is_some()).count();
        Ok(Self {
            state,
            messages: notify::condition(ctx, tx, town).await?,
            jobs: db::jobs::backlog(tx, ctx.now()).await?,
            free_days: scheduling::free_days(ctx, tx, today).await?,
            duties: privacy::condition(ctx, tx).await?,
            notice_gaps: privacy::gaps(town, facts, today).len(),
            domains: (waiting, failing),
            at: ctx.now(),
        })
    }

    /// What somebody should look at, the most urgent first. A draft serves nobody: it has only what it needs to go live.
    pub fn concerns(&self) -> Vec<Concern> {
        let is_active = self.state == State::Active;
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let late = self.duties.overdue_since.map_or(TimeDelta::zero(), |since| self.at - since);
        let is_old = self.duties.proven_at.is_none_or(|at| self.at - at > PROOF_FRESH);
        let all = [
            (self.jobs.late > 0, Concern::JobsLate(self.jobs.late)),
            (late > DELETION_LATE, Concern::DeletionOverdue(late.num_days())),
            (self.notice_gaps > 0, Concern::NoticeGaps(number(self.notice_gaps))),
            (self.jobs.dead > 0, Concern::JobsDead(self.jobs.dead)),
            (self.messages.mail.failed > 0, Concern::MailFailed(self.messages.mail.failed)),
            (self.messages.sms.failed > 0, Concern::SmsFailed(self.messages.sms.failed)),
            (is_active && self.free_days == 0, Concern::NoFreeTimes),
            (is_active && is_old, Concern::ProofOld),
            (self.duties.violated > 0, Concern::ProofViolated(number(self.duties.violated))),
            (self.domains.1 > 0, Concern::DomainFailing(number(self.domains.1))),
            (self.domains.0 > 0, Concern::DomainWaiting(number(self.domains.0))),
        ];
        all.into_iter().filter_map(|(is_so, concern)| is_so.then_some(concern)).collect()
    }

    /// The most urgent of the concerns.
    pub fn light(&self) -> Light {
        self.concerns().into_iter().map(Concern::light).max().unwrap_or(Light::Green)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well() -> Condition {
        let at: DateTime<Utc> = "2026-12-07T08:00:00Z".parse().unwrap();
        Condition {
            state: State::Active,
            messages: MessageCondition::default(),
            jobs: Backlog::default(),
            free_days: 9,
            duties: DutyCondition { overdue_since: None, proven_at: Some(at), violated: 0 },
            notice_gaps: 0,
            domains: (0, 0),
            at,
        }
    }

    #[test]
    fn a_light_says_the_worst() {
        assert_eq!(well().light(), Light::Green);
        let quiet = Condition { free_days: 0, ..well() };
        assert_eq!((quiet.light(), quiet.concerns()), (Light::Yellow, vec![Concern::NoFreeTimes]));
        let jobs = Backlog { late: 3, ..Backlog::default() };
        let stuck = Condition { jobs, free_days: 0, ..well() };
        assert_eq!(stuck.light(), Light::Red);
        assert_eq!(stuck.concerns()[0], Concern::JobsLate(3));
        let draft = Condition { state: State::Draft, ..quiet };
        assert_eq!(draft.light(), Light::Green, "nobody looks for times there");
    }

    #[test]
    fn a_day_late_is_nothing_and_two_are_red() {
        let late = |hours| {
            let overdue_since = Some(well().at - TimeDelta::hours(hours));
            Condition { duties: DutyCondition { overdue_since, ..well().duties }, ..well() }
        };
        assert_eq!(late(23).light(), Light::Green);
        assert_eq!(late(49).concerns(), [Concern::DeletionOverdue(2)]);
    }
}
