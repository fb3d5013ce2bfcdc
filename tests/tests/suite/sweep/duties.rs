//! What whoever looks after data protection sees and does.

use kernel::policy::Action as A;
use serde_json::json;

use super::{
    entries::{Entry, api, nothing},
    pages::{none, page},
};

/// Fields of the schema.
pub(super) fn fields() -> Vec<Entry> {
    vec![
        api(
            "retentionSchedule",
            A::ReadRetention,
            &[],
            "{ retentionSchedule { category } }",
            nothing,
        ),
        api(
            "deletionReceipts",
            A::ReadRetention,
            &[],
            "{ deletionReceipts { nodes { number } } }",
            nothing,
        ),
        api(
            "deletionReceiptVerdict",
            A::ReadRetention,
            &[],
            "{ deletionReceiptVerdict { isSound } }",
            nothing,
        ),
        api("supportGrants", A::ReadSupport, &[], "{ supportGrants { nodes { id } } }", nothing),
        api(
            "grantSupport",
            A::GrantSupport,
            &[],
            GRANT,
            |_| json!({ "input": { "hours": 2, "reason": "Kalender ist leer" } }),
        ),
    ]
}

const GRANT: &str =
    "mutation($input: GrantSupportInput!) { grantSupport(input: $input) { __typename } }";

/// Pages.
pub(super) fn pages() -> Vec<Entry> {
    vec![
        page("GET /amt/datenschutz/loeschung", A::ReadRetention, &[], none),
        page("GET /amt/datenschutz/loeschung/belege.csv", A::ReadRetention, &[], none),
        page("GET /amt/datenschutz/betreiberzugriff", A::ReadSupport, &[], none),
        page("POST /amt/datenschutz/betreiberzugriff", A::GrantSupport, &[], |_| {
            vec![("stunden", "2".to_owned()), ("grund", "Kalender ist leer".to_owned())]
        }),
    ]
}
