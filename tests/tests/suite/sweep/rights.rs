//! Entries of people's rights to their data, and of the office's work on requests.

use kernel::policy::Action;
use serde_json::{Value, json};

use super::{
    entries::{Entry, api, nothing},
    pages::{none, open, own, page},
    world::{
        Ids,
        Need::{Booked, Request, Restricted},
    },
};

/// The fields.
pub(super) fn fields() -> Vec<Entry> {
    use Action as A;
    vec![
        api(
            "myData",
            A::OwnData,
            &[Booked],
            "query($t: String) { myData(manageToken: $t) { schema } }",
            |ids| json!({ "t": ids.manage }),
        ),
        api(
            "privacyRequests",
            A::DecidePrivacyRequests,
            &[],
            "{ privacyRequests { nodes { id } } }",
            nothing,
        ),
        api("recordPrivacyRequest", A::RecordPrivacyRequests, &[], RECORD, record),
        api("extendPrivacyRequest", A::DecidePrivacyRequests, &[Request], EXTEND, reason),
        api("refusePrivacyRequest", A::DecidePrivacyRequests, &[Request], REFUSE, reason),
        api(
            "answerPrivacyRequest",
            A::DecidePrivacyRequests,
            &[Request],
            ANSWER,
            |ids| json!({ "input": { "id": ids.request, "way": "LETTER" } }),
        ),
        api(
            "liftRestriction",
            A::DecidePrivacyRequests,
            &[Restricted],
            LIFT,
            |ids| json!({ "input": { "id": ids.request } }),
        ),
        api(
            "keepRestriction",
            A::DecidePrivacyRequests,
            &[Restricted],
            KEEP,
            |ids| json!({ "input": { "id": ids.request, "reason": "Der Streit dauert noch an" } }),
        ),
    ]
}

/// Takes a request down.
pub(super) const RECORD: &str = "mutation($input: RecordPrivacyRequestInput!) {
  recordPrivacyRequest(input: $input) { request { id } } }";
/// Carries one out.
pub(super) const ANSWER: &str = "mutation($input: AnswerPrivacyRequestInput!) {
  answerPrivacyRequest(input: $input) { request { id } } }";
const EXTEND: &str = "mutation($input: PrivacyRequestReasonInput!) {
  extendPrivacyRequest(input: $input) { request { id } } }";
const REFUSE: &str = "mutation($input: PrivacyRequestReasonInput!) {
  refusePrivacyRequest(input: $input) { request { id } } }";
const KEEP: &str = "mutation($input: PrivacyRequestReasonInput!) {
  keepRestriction(input: $input) { request { id } } }";
const LIFT: &str = "mutation($input: PrivacyRequestInput!) {
  liftRestriction(input: $input) { request { id } } }";

/// A request by letter.
pub(super) fn letter(kind: &str) -> Value {
    json!({ "input": { "kind": kind, "channel": "LETTER", "receivedOn": "2026-12-07",
        "firstName": "Erika", "lastName": "Muster" } })
}

fn record(_: &Ids) -> Value {
    letter("ACCESS")
}

fn reason(ids: &Ids) -> Value {
    json!({ "input": { "id": ids.request, "reason": "Die Akten liegen im Archiv." } })
}

/// The pages of the office.
pub(super) fn pages() -> Vec<Entry> {
    use Action as A;
    vec![
        page("GET /amt/datenschutz/anfragen", A::DecidePrivacyRequests, &[], none),
        page("GET /amt/datenschutz/anfragen/neu", A::RecordPrivacyRequests, &[], none),
        page("POST /amt/datenschutz/anfragen/neu", A::RecordPrivacyRequests, &[], |_| {
            pairs(&[
                ("recht", "access"),
                ("weg", "letter"),
                ("vorname", "Erika"),
                ("nachname", "Muster"),
                ("eingang", "2026-12-07"),
            ])
        }),
        page("GET /amt/datenschutz/anfragen/anfrage", A::DecidePrivacyRequests, &[Request], id),
        page(
            "POST /amt/datenschutz/anfragen/anfrage",
            A::DecidePrivacyRequests,
            &[Request],
            |ids| pairs(&[("id", &ids.request), ("tun", "ausfuehren"), ("weg", "letter")]),
        ),
        page("POST /amt/datenschutz/anfragen/kopie", A::DecidePrivacyRequests, &[Request], id),
    ]
}

fn pairs(all: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    all.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn id(ids: &Ids) -> Vec<(&'static str, String)> {
    pairs(&[("id", &ids.request)])
}

/// The pages of guests.
pub(super) fn open_pages() -> Vec<Entry> {
    [
        "GET /datenschutz/meine-daten",
        "POST /datenschutz/meine-daten",
        "GET /datenschutz/meine-daten/code",
        "POST /datenschutz/meine-daten/code",
        "GET /datenschutz/meine-daten/ansicht",
        "GET /datenschutz/meine-daten/mitnehmen",
        "POST /datenschutz/meine-daten/mitnehmen",
        "GET /datenschutz/meine-daten/loeschen",
        "POST /datenschutz/meine-daten/loeschen",
        "GET /datenschutz/meine-daten/einschraenken",
        "POST /datenschutz/meine-daten/einschraenken",
        "GET /datenschutz/meine-daten/sms",
        "POST /datenschutz/meine-daten/sms",
        "GET /datenschutz/meine-daten/widerspruch",
        "POST /datenschutz/meine-daten/widerspruch",
        "GET /schemas/my-data.schema.json",
    ]
    .map(open)
    .into()
}

/// The pages of accounts.
pub(super) fn account_pages() -> Vec<Entry> {
    vec![
        own("GET /konto/daten"),
        own("GET /konto/daten/loeschen"),
        own("POST /konto/daten/mitnehmen"),
        // taken back at once, so that the others find their owner's data as they were
        page("POST /konto/daten/einschraenken", Action::OwnAccount, &[], |_| {
            pairs(&[("aufheben", "1")])
        }),
        page("POST /konto/daten/sms", Action::OwnAccount, &[], |_| pairs(&[("wieder", "1")])),
        page("POST /konto/daten/widerspruch", Action::OwnAccount, &[], |_| {
            pairs(&[("gegen", "statistik"), ("wieder", "1")])
        }),
    ]
}
