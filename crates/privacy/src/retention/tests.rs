use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use kernel::{inventory::Kept, retention::Category};
use proptest::prelude::*;
use tenant::Retention;

use super::*;
use crate::inventory;

#[test]
fn every_category_has_one_rule() {
    let all: BTreeSet<_> = SCHEDULE.iter().map(|rule| rule.category).collect();
    assert_eq!(all.len(), SCHEDULE.len(), "none twice");
    assert!(Category::ALL.iter().all(|category| all.contains(category)), "none missing");
}

#[test]
fn what_is_usual_is_within_the_cap_and_in_the_settings() {
    let usual = Retention::default();
    for rule in SCHEDULE {
        let now = Utc.with_ymd_and_hms(2026, 12, 7, 8, 0, 0).unwrap();
        assert!(rule.usual.after(now) <= rule.cap.after(now), "{rule:?}");
        assert_eq!(rule.period(&usual), rule.usual, "{:?}", rule.category);
    }
    assert_eq!(problems(&usual), []);
}

#[test]
fn a_municipality_may_shorten_and_nothing_else() {
    let keys = |retention: &Retention| {
        problems(retention).into_iter().map(|problem| problem.key).collect::<Vec<_>>()
    };
    let shortest = Retention {
        access_log_days: 1,
        appointment_days: 1,
        message_days: 1,
        cancelled_days: 1,
        voluntary_days: 1,
    };
    assert_eq!(keys(&shortest), Vec::<String>::new());
    let off = Retention {
        access_log_days: 0,
        appointment_days: 0,
        message_days: 0,
        cancelled_days: 0,
        voluntary_days: 0,
    };
    let all = [
        "retention.appointment_days",
        "retention.cancelled_days",
        "retention.voluntary_days",
        "retention.message_days",
        "retention.access_log_days",
    ];
    assert_eq!(keys(&off), all, "switched off");
    let longer = Retention {
        access_log_days: 8,
        appointment_days: 31,
        message_days: 31,
        cancelled_days: 8,
        voluntary_days: 8,
    };
    assert_eq!(keys(&longer), all, "longer than the cap");
    let said = problems(&longer)[0].to_string();
    assert!(said.contains("retention.appointment_days: 31 days cannot be: use 1 to 30"), "{said}");
    // settings that came into the database by another hand
    for rule in SCHEDULE {
        let now = Utc.with_ymd_and_hms(2026, 12, 7, 8, 0, 0).unwrap();
        assert!(rule.period(&longer).after(now) <= rule.cap.after(now), "{:?}", rule.category);
    }
}

/// The category that an inventory's period is about. `None` where nothing ends by the clock alone.
fn category_of(kept: Kept) -> Option<Category> {
    Some(match kept {
        Kept::WithTenant | Kept::UntilDone | Kept::Minutes | Kept::ByTheOffice => return None,
        Kept::Request => Category::PrivacyRequest,
        Kept::Reservation => Category::Hold,
        Kept::AfterAppointment => Category::Appointment,
        Kept::AfterMessage => Category::Message,
        Kept::AccessLog => Category::AccessLog,
        Kept::AfterAccessKey => Category::AccessKey,
        Kept::Account => Category::UnusedAccount,
        Kept::Code => Category::Code,
        Kept::SignIn => Category::SignIn,
        Kept::SignInAddress => Category::SignInAddress,
        Kept::AuditTrail => Category::AuditTrail,
        Kept::Receipt => Category::DeletionReceipt,
        Kept::SupportGrant => Category::SupportGrant,
        Kept::Incident => Category::Incident,
        Kept::Statistics => Category::Statistics,
        Kept::Session => Category::Session,
        Kept::Day => Category::IdempotencyKey,
    })
}

#[test]
fn the_inventory_says_what_the_schedule_does() {
    use inventory::INVENTORY;
    let entries = |kept| kernel::inventory::Entry::technical("t", &["c"], "x", kept);
    assert!(INVENTORY.iter().any(|entry| entry.kept == Kept::Receipt));
    for kept in [
        Kept::Reservation,
        Kept::AfterAppointment,
        Kept::AfterMessage,
        Kept::AccessLog,
        Kept::AfterAccessKey,
        Kept::Account,
        Kept::Code,
        Kept::SignIn,
        Kept::SignInAddress,
        Kept::AuditTrail,
        Kept::Request,
        Kept::Receipt,
        Kept::SupportGrant,
        Kept::Incident,
        Kept::Statistics,
        Kept::Session,
        Kept::Day,
    ] {
        let rule = rule(category_of(kept).unwrap());
        let said = inventory::markdown(&[entries(kept)]);
        let words = match rule.cap {
            Period::Days(1) => vec!["einen Tag".to_owned()],
            Period::Days(365) => vec!["12 Monate".to_owned()],
            Period::Months(months) if months % 12 == 0 => {
                vec![format!("{months} Monate"), format!("{} Jahre", months / 12)]
            }
            period => vec![period.parts().0.to_string()],
        };
        assert!(words.iter().any(|word| said.contains(word.as_str())), "{kept:?}: {said}");
    }
}

fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    // ten years by the minute, both nights of each in which the clocks change among them
    (0..10 * 366 * 24 * 60_i64).prop_map(|minute| {
        Utc.with_ymd_and_hms(2024, 1, 1, 0, 0, 0).unwrap() + TimeDelta::minutes(minute)
    })
}

fn periods() -> impl Strategy<Value = Period> {
    prop_oneof![
        (1..120_u32).prop_map(Period::Minutes),
        (1..48_u32).prop_map(Period::Hours),
        (1..400_u32).prop_map(Period::Days),
        (1..60_u32).prop_map(Period::Months),
    ]
}

proptest! {
    /// Nothing goes early, nothing stays: due is due to the second, whatever the clocks on the wall do in between.
    #[test]
    fn due_is_due_to_the_second(began in instants(), period in periods()) {
        let due = period.after(began);
        prop_assert!(due > began);
        let second = TimeDelta::seconds(1);
        if matches!(period, Period::Months(_)) {
            // the 31st has no counterpart in short months: the end of the month stands in for it, never a day more
            prop_assert!(period.before(due) <= began);
            prop_assert!(began < period.before(due + TimeDelta::days(4)));
        } else {
            prop_assert_eq!(period.before(due), began);
            prop_assert!(began >= period.before(due - second), "a second before it is kept");
            prop_assert!(began < period.before(due + second), "a second after it goes");
        }
    }

    /// What began later is never due before what began earlier.
    #[test]
    fn who_comes_later_goes_later(one in instants(), other in instants(), period in periods()) {
        prop_assert_eq!(one < other, one < other && period.after(one) <= period.after(other));
        if one < other {
            prop_assert!(period.before(one) <= period.before(other));
        }
    }
}
