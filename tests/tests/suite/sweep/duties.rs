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
        api("erasureChecks", A::ReadRetention, &[], "{ erasureChecks { checked } }", nothing),
        api("supportGrants", A::ReadSupport, &[], "{ supportGrants { nodes { id } } }", nothing),
        api(
            "grantSupport",
            A::GrantSupport,
            &[],
            GRANT,
            |_| json!({ "input": { "hours": 2, "reason": "Kalender ist leer" } }),
        ),
        api("announcedRecipients", A::ReadPublic, &[], "{ announcedRecipients { name } }", nothing),
        api("recipientChanges", A::ReadRecord, &[], "{ recipientChanges { id } }", nothing),
        api("usageStatistics", A::ReadStatistics, &[], "{ usageStatistics { from } }", nothing),
        api("incidents", A::ManageIncidents, &[], "{ incidents { nodes { id } } }", nothing),
        api(
            "noteIncident",
            A::ManageIncidents,
            &[],
            NOTE,
            |_| json!({ "input": { "title": "Falscher Verteiler", "noticedAt": "2026-12-06T18:00:00+01:00" } }),
        ),
    ]
}

const NOTE: &str =
    "mutation($input: IncidentInput!) { noteIncident(input: $input) { __typename } }";
const GRANT: &str =
    "mutation($input: GrantSupportInput!) { grantSupport(input: $input) { __typename } }";

/// Pages.
pub(super) fn pages() -> Vec<Entry> {
    vec![
        page("GET /amt/datenschutz/loeschung", A::ReadRetention, &[], none),
        page("GET /amt/datenschutz/loeschung/belege.csv", A::ReadRetention, &[], none),
        page("GET /amt/datenschutz/empfaenger", A::ReadRecord, &[], none),
        page("GET /amt/statistik", A::ReadStatistics, &[], none),
        page("GET /amt/datenschutz/vorfaelle", A::ManageIncidents, &[], none),
        page("GET /amt/datenschutz/vorfaelle/vorfall", A::ManageIncidents, &[], none),
        page("POST /amt/datenschutz/vorfaelle/vorfall", A::ManageIncidents, &[], |_| {
            vec![
                ("titel", "Falscher Verteiler".to_owned()),
                ("bemerkt", "2026-12-06T18:00".to_owned()),
            ]
        }),
        page("GET /amt/datenschutz/betreiberzugriff", A::ReadSupport, &[], none),
        page("POST /amt/datenschutz/betreiberzugriff", A::GrantSupport, &[], |_| {
            vec![("stunden", "2".to_owned()), ("grund", "Kalender ist leer".to_owned())]
        }),
    ]
}
