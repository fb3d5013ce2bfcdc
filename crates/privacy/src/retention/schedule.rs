//! The one table of periods.

use chrono::{DateTime, Months, TimeDelta, Utc};
use kernel::retention::Category;
use tenant::{Problem, Retention};

/// How long something is kept after its trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Minutes.
    Minutes(u32),
    /// Hours.
    Hours(u32),
    /// Days of 24 hours: an instant is due at the same instant some days later, whatever the clocks on the wall do.
    Days(u32),
    /// Months of the calendar.
    Months(u32),
}

impl Period {
    /// When what began then is due.
    pub fn after(self, began: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Minutes(minutes) => began + TimeDelta::minutes(minutes.into()),
            Self::Hours(hours) => began + TimeDelta::hours(hours.into()),
            Self::Days(days) => began + TimeDelta::days(days.into()),
            Self::Months(months) => {
                began.checked_add_months(Months::new(months)).unwrap_or(DateTime::<Utc>::MAX_UTC)
            }
        }
    }

    /// What began before this instant is due now.
    pub fn before(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Minutes(minutes) => now - TimeDelta::minutes(minutes.into()),
            Self::Hours(hours) => now - TimeDelta::hours(hours.into()),
            Self::Days(days) => now - TimeDelta::days(days.into()),
            Self::Months(months) => {
                now.checked_sub_months(Months::new(months)).unwrap_or(DateTime::<Utc>::MIN_UTC)
            }
        }
    }

    /// The number and the unit's word.
    pub fn parts(self) -> (u32, &'static str) {
        match self {
            Self::Minutes(number) => (number, "minutes"),
            Self::Hours(number) => (number, "hours"),
            Self::Days(number) => (number, "days"),
            Self::Months(number) => (number, "months"),
        }
    }
}

/// What a period begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// The end of the appointment.
    End,
    /// The cancellation.
    Cancellation,
    /// The end of a reservation, a code, a key or a grant.
    Expiry,
    /// That it was written: a request, an attempt, a deed.
    Collection,
    /// That a message was sent or given up.
    Sending,
    /// Its last use.
    LastUse,
    /// The end of the year in which a request was answered.
    YearOfAnswer,
}

impl Trigger {
    /// Its word in texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::Cancellation => "cancellation",
            Self::Expiry => "expiry",
            Self::Collection => "collection",
            Self::Sending => "sending",
            Self::LastUse => "last-use",
            Self::YearOfAnswer => "year-of-answer",
        }
    }
}

/// Where it is kept, and what deletes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the database; the housekeeping deletes it.
    Database,
    /// In Redis, which lets it expire.
    Redis,
}

/// What the municipality decides.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The key in its file.
    pub key: &'static str,
    days: fn(&Retention) -> u32,
    /// Days on top of the setting, for what is kept a little longer than what it belongs to.
    further_days: u32,
}

/// How long one category is kept.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What it is.
    pub category: Category,
    /// What the period begins with.
    pub trigger: Trigger,
    /// How long it is kept unless the municipality says otherwise.
    pub usual: Period,
    /// How long it is kept at most, whatever anybody says.
    pub cap: Period,
    /// What the municipality decides, if anything.
    pub setting: Option<Setting>,
    /// Where it is kept.
    pub place: Place,
}

impl Rule {
    /// The period of a municipality. Never longer than the cap, even if the settings were written by somebody else's hand.
    pub fn period(&self, retention: &Retention) -> Period {
        let Some(setting) = self.setting else { return self.usual };
        let days = (setting.days)(retention) + setting.further_days;
        let (cap, _) = self.cap.parts();
        Period::Days(days.min(cap))
    }
}

const fn fixed(category: Category, trigger: Trigger, period: Period) -> Rule {
    Rule { category, trigger, usual: period, cap: period, setting: None, place: Place::Database }
}

const fn chosen(
    category: Category,
    trigger: Trigger,
    usual: u32,
    cap: u32,
    setting: Setting,
) -> Rule {
    Rule {
        category,
        trigger,
        usual: Period::Days(usual),
        cap: Period::Days(cap),
        setting: Some(setting),
        place: Place::Database,
    }
}

const ACCESS_LOG: Setting = Setting {
    key: "retention.access_log_days",
    days: |retention| retention.access_log_days,
    further_days: 0,
};
const APPOINTMENT: Setting = Setting {
    key: "retention.appointment_days",
    days: |retention| retention.appointment_days,
    further_days: 0,
};
const CANCELLED: Setting = Setting {
    key: "retention.cancelled_days",
    days: |retention| retention.cancelled_days,
    further_days: 0,
};
const VOLUNTARY: Setting = Setting {
    key: "retention.voluntary_days",
    days: |retention| retention.voluntary_days,
    further_days: 0,
};
const MESSAGE: Setting = Setting {
    key: "retention.message_days",
    days: |retention| retention.message_days,
    further_days: 0,
};
/// A message may be tried for some days before it gives up; what it quotes is there as long.
const OFFICE_NOTE: Setting = Setting { further_days: 7, ..MESSAGE };

/// How long everything is kept. Research and reasons: docs/privacy.md.
pub const SCHEDULE: &[Rule] = &[
    chosen(Category::Appointment, Trigger::End, 7, 30, APPOINTMENT),
    chosen(Category::CancelledAppointment, Trigger::Cancellation, 2, 7, CANCELLED),
    chosen(Category::VoluntaryFields, Trigger::End, 1, 7, VOLUNTARY),
    fixed(Category::Hold, Trigger::Expiry, Period::Days(1)),
    fixed(Category::PersonPlace, Trigger::End, Period::Hours(1)),
    fixed(Category::IdempotencyKey, Trigger::Collection, Period::Hours(24)),
    chosen(Category::Message, Trigger::Sending, 30, 30, MESSAGE),
    chosen(Category::OfficeNote, Trigger::Collection, 37, 37, OFFICE_NOTE),
    chosen(Category::GivenUpJob, Trigger::Collection, 30, 30, MESSAGE),
    fixed(Category::SmsCount, Trigger::Collection, Period::Hours(24)),
    fixed(Category::UnusedAccount, Trigger::LastUse, Period::Months(24)),
    fixed(Category::Code, Trigger::Expiry, Period::Days(1)),
    fixed(Category::SignIn, Trigger::Collection, Period::Days(90)),
    chosen(Category::SignInAddress, Trigger::Collection, 7, 7, ACCESS_LOG),
    chosen(Category::AccessLog, Trigger::Collection, 7, 7, ACCESS_LOG),
    Rule {
        place: Place::Redis,
        cap: Period::Hours(12),
        ..fixed(Category::Session, Trigger::LastUse, Period::Minutes(30))
    },
    Rule {
        place: Place::Redis,
        cap: Period::Hours(24),
        ..fixed(Category::LimitCounter, Trigger::Collection, Period::Hours(2))
    },
    fixed(Category::AccessKey, Trigger::Expiry, Period::Days(90)),
    fixed(Category::AuditTrail, Trigger::Collection, Period::Days(365)),
    fixed(Category::Statistics, Trigger::Collection, Period::Months(36)),
    fixed(Category::SupportGrant, Trigger::Expiry, Period::Days(365)),
    fixed(Category::Incident, Trigger::Collection, Period::Months(60)),
    fixed(Category::PrivacyRequest, Trigger::YearOfAnswer, Period::Months(36)),
    fixed(Category::ErasureLedger, Trigger::Collection, Period::Days(365)),
    fixed(Category::DeletionReceipt, Trigger::Collection, Period::Months(36)),
];

/// The rule of a category. The schedule has one for each; a test says so.
pub fn rule(category: Category) -> &'static Rule {
    static SHORTEST: Rule = fixed(Category::Hold, Trigger::Collection, Period::Hours(1));
    SCHEDULE.iter().find(|rule| rule.category == category).unwrap_or(&SHORTEST)
}

/// What is wrong with a municipality's periods: it may shorten them, neither switch them off nor pass the cap.
pub fn problems(retention: &Retention) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for rule in SCHEDULE {
        let Some(setting) = rule.setting else { continue };
        let days = (setting.days)(retention);
        let most = rule.cap.parts().0.saturating_sub(setting.further_days);
        if !(1..=most).contains(&days) && found.iter().all(|problem| problem.key != setting.key) {
            let problem = format!(
                "{days} days cannot be: use 1 to {most}; deletion can be sooner than usual, but neither be switched off nor come later"
            );
            found.push(Problem { key: setting.key.to_owned(), problem });
        }
    }
    found
}
