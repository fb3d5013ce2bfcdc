//! What of messages ends, and since when. For how long each is kept says the retention schedule (crate `privacy`).

use db::retention::{Expiring, Rows};
use kernel::retention::Category;

/// Everything of this crate that ends.
pub fn expiring() -> Vec<Box<dyn Expiring>> {
    let rows = |category, table, since, only| Rows { category, table, since, only };
    vec![
        Box::new(rows(Category::Message, "message", "settled_at", "settled_at IS NOT NULL")),
        // a message whose job died is never settled, but not kept for ever either: it was tried for a day
        Box::new(rows(
            Category::Message,
            "message",
            "created_at + interval '24 hours'",
            "settled_at IS NULL",
        )),
        // of a whole day of the municipality: over when the day is, 23 or 25 hours long
        Box::new(rows(
            Category::SmsCount,
            "sms_count",
            "((day + 1)::timestamp AT TIME ZONE 'Europe/Berlin') - interval '24 hours'",
            "true",
        )),
    ]
}
