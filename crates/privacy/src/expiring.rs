//! What of this crate's own tables ends, and since when.

use db::retention::{Expiring, Rows};
use kernel::retention::Category;

/// Everything of this crate that ends.
pub fn expiring() -> Vec<Box<dyn Expiring>> {
    let rows = |category, table, since, only| Rows { category, table, since, only };
    vec![
        Box::new(rows(Category::AccessLog, "access_log", "requested_at", "true")),
        Box::new(rows(Category::DeletionReceipt, "deletion_receipt", "to_at", "true")),
        Box::new(rows(
            Category::SupportGrant,
            "support_grant",
            "LEAST(expires_at, revoked_at)",
            "true",
        )),
        Box::new(rows(
            Category::Statistics,
            "usage_count",
            "(day + 1)::timestamp AT TIME ZONE 'Europe/Berlin'",
            "true",
        )),
        Box::new(rows(
            Category::PrivacyRequest,
            "privacy_request",
            "(date_trunc('year', answered_at AT TIME ZONE 'Europe/Berlin') + interval '1 year') AT TIME ZONE 'Europe/Berlin'",
            "answered_at IS NOT NULL",
        )),
        Box::new(rows(Category::Incident, "incident", "created_at", "true")),
    ]
}
