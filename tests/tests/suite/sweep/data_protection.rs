//! What the data-protection officer reads: the record, the proof, the notice's versions.

use kernel::policy::Action as A;

use super::{
    entries::{Entry, api, nothing},
    pages::{none, page},
};

/// The fields of the schema.
pub(super) fn fields() -> Vec<Entry> {
    vec![
        api(
            "privacyNoticeVersions",
            A::ReadPublic,
            &[],
            "{ privacyNoticeVersions { version } }",
            nothing,
        ),
        api(
            "recordOfProcessing",
            A::ReadRecord,
            &[],
            "{ recordOfProcessing { measures } }",
            nothing,
        ),
        api("privacyProof", A::ReadRecord, &[], "{ privacyProof { noticeVersion } }", nothing),
    ]
}

/// The pages of the office.
pub(super) fn pages() -> Vec<Entry> {
    vec![
        page("GET /amt/datenschutz/verzeichnis", A::ReadRecord, &[], none),
        page("GET /amt/datenschutz/verzeichnis/verzeichnis.csv", A::ReadRecord, &[], none),
        page("GET /amt/datenschutz/nachweis", A::ReadRecord, &[], none),
        page("GET /amt/datenschutz/nachweis/nachweis.json", A::ReadRecord, &[], none),
    ]
}
