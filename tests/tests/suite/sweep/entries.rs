//! Every field of the schema, one entry each; `pages.rs` has the pages. A field or page without an entry fails the build; adding one is adding a
//! line here, and reading the matrix that comes of it.

use kernel::policy::Action;
use serde_json::{Value, json};
use tests::booking::{APPOINTMENT, BOOK, CANCEL, RESCHEDULE, RESERVE};

use super::world::{
    CLOSE, Ids,
    Need::{self, Booked, Draft, Held, Key, Person, Published, SignIn},
    SAVE, closing, contact, draft,
};

/// How it is asked.
#[derive(Clone, Copy)]
pub(super) enum Ask {
    /// A GraphQL operation.
    Api(&'static str, fn(&Ids) -> Value),
    /// A page, with what stands behind the `?`.
    Page(fn(&Ids) -> Vec<(&'static str, String)>),
    /// A form.
    Form(fn(&Ids) -> Vec<(&'static str, String)>),
}

/// Something that can be asked.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// The field, or the method and the route.
    pub name: &'static str,
    /// What one must be allowed to do.
    pub action: Action,
    pub needs: &'static [Need],
    pub ask: Ask,
}

pub(super) fn api(
    name: &'static str,
    action: Action,
    needs: &'static [Need],
    query: &'static str,
    variables: fn(&Ids) -> Value,
) -> Entry {
    Entry { name, action, needs, ask: Ask::Api(query, variables) }
}

/// The fields of the schema.
pub(super) fn fields() -> Vec<Entry> {
    use Action as A;
    vec![
        api("municipality", A::ReadPublic, &[], "{ municipality { id } }", nothing),
        api("services", A::ReadPublic, &[], "{ services { id } }", nothing),
        api(
            "locations",
            A::ReadPublic,
            &[],
            "query($s: ID!) { locations(serviceIds: [$s]) { id } }",
            |ids| json!({ "s": ids.service }),
        ),
        api(
            "availability",
            A::ReadPublic,
            &[],
            AVAILABILITY,
            |ids| json!({ "input": { "items": [{ "serviceId": ids.service }], "from": "2026-12-08", "to": "2026-12-08" } }),
        ),
        api("privacyNotice", A::ReadPublic, &[], "{ privacyNotice { version } }", nothing),
        api("viewer", A::ReadPublic, &[], "{ viewer { signedIn } }", nothing),
        api(
            "reserveSlot",
            A::Reserve,
            &[],
            RESERVE,
            |ids| json!({ "input": { "items": [{ "serviceId": ids.service }], "locationId": ids.location, "start": ids.start } }),
        ),
        api(
            "extendReservation",
            A::Reserve,
            &[Held],
            EXTEND,
            |ids| json!({ "t": ids.reservation }),
        ),
        api(
            "releaseReservation",
            A::Reserve,
            &[Held],
            RELEASE,
            |ids| json!({ "t": ids.reservation }),
        ),
        api(
            "bookAppointment",
            A::Book,
            &[Held],
            BOOK,
            |ids| json!({ "input": { "reservationToken": ids.reservation, "contact": contact(ids.number) } }),
        ),
        api(
            "appointment",
            A::ManageOwn,
            &[Booked],
            APPOINTMENT,
            |ids| json!({ "token": ids.manage }),
        ),
        api(
            "rescheduleAppointment",
            A::ManageOwn,
            &[Booked],
            RESCHEDULE,
            |ids| json!({ "input": { "manageToken": ids.manage, "locationId": ids.location, "start": ids.start } }),
        ),
        api(
            "cancelAppointment",
            A::ManageOwn,
            &[Booked],
            CANCEL,
            |ids| json!({ "input": { "manageToken": ids.manage } }),
        ),
        api("counters", A::ReadCalendar, &[], "{ counters { id } }", nothing),
        api("closures", A::ReadCalendar, &[], "{ closures { from } }", nothing),
        api(
            "calendarChanges",
            A::ReadCalendar,
            &[],
            "{ calendarChanges { nodes { id } } }",
            nothing,
        ),
        api(
            "calendarChange",
            A::ReadCalendar,
            &[Draft],
            "query($id: ID!) { calendarChange(id: $id) { state } }",
            |ids| json!({ "id": ids.draft }),
        ),
        api("saveCalendarChange", A::ChangeCalendar, &[], SAVE, draft),
        api(
            "publishCalendarChange",
            A::ChangeCalendar,
            &[Draft],
            PUBLISH,
            |ids| json!({ "input": { "id": ids.draft, "others": "KEEP" } }),
        ),
        api(
            "undoCalendarChange",
            A::ChangeCalendar,
            &[Published],
            "mutation($id: ID!) { undoCalendarChange(id: $id) { kept } }",
            |ids| json!({ "id": ids.published }),
        ),
        api(
            "discardCalendarChange",
            A::ChangeCalendar,
            &[Draft],
            "mutation($id: ID!) { discardCalendarChange(id: $id) }",
            |ids| json!({ "id": ids.draft }),
        ),
        api("closeDays", A::ChangeCalendar, &[], CLOSE, closing),
        api(
            "moveAppointment",
            A::ServeAppointments,
            &[Booked],
            MOVE,
            |ids| json!({ "input": { "appointmentId": ids.appointment, "locationId": ids.location, "start": ids.start } }),
        ),
        api(
            "cancelAppointmentByOffice",
            A::ServeAppointments,
            &[Booked],
            CANCEL_BY_OFFICE,
            |ids| json!({ "input": { "appointmentId": ids.appointment } }),
        ),
        api(
            "appointments",
            A::ServeAppointments,
            &[],
            DAY,
            |ids| json!({ "location": ids.location, "date": "2026-12-08" }),
        ),
        api(
            "officeAppointment",
            A::ServeAppointments,
            &[Booked],
            "query($id: ID!) { officeAppointment(id: $id) { appointment { id } } }",
            |ids| json!({ "id": ids.appointment }),
        ),
        api(
            "customers",
            A::SearchCustomers,
            &[],
            CUSTOMERS,
            |_| json!({ "search": { "lastName": "Mustermann" } }),
        ),
        api("bookForCaller", A::ServeAppointments, &[], BOOK_FOR_CALLER, |ids| {
            json!({ "input": { "items": [{ "serviceId": ids.service }], "locationId": ids.location, "start": ids.start,
                "contact": contact(ids.number) } })
        }),
        api(
            "correctContact",
            A::ServeAppointments,
            &[Booked],
            CORRECT,
            |ids| json!({ "input": { "appointmentId": ids.appointment, "contact": contact(ids.number + 1) } }),
        ),
        api("calendarImportPreview", A::ImportCalendar, &[], LOOK, imported),
        api("importCalendar", A::ImportCalendar, &[], IMPORT, imported),
        api(
            "calendarImports",
            A::ImportCalendar,
            &[],
            "{ calendarImports { nodes { id } } }",
            nothing,
        ),
        api("accessKeys", A::ManageAccessKeys, &[], "{ accessKeys { nodes { id } } }", nothing),
        api(
            "createAccessKey",
            A::ManageAccessKeys,
            &[],
            CREATE_KEY,
            |_| json!({ "input": { "name": "Anzeige", "scopes": ["CALENDAR_READ"] } }),
        ),
        api(
            "revokeAccessKey",
            A::ManageAccessKeys,
            &[Key],
            REVOKE_KEY,
            |ids| json!({ "input": { "id": ids.key } }),
        ),
        api("signIns", A::ReadSignIns, &[], "{ signIns { nodes { id } } }", nothing),
        api(
            "revealSignInAddress",
            A::ReadAddresses,
            &[SignIn],
            REVEAL,
            |ids| json!({ "input": { "signInId": ids.sign_in, "reason": "Viele Fehlversuche" } }),
        ),
        api("auditEntries", A::ReadAudit, &[], "{ auditEntries { nodes { number } } }", nothing),
        api("people", A::ManagePeople, &[], "{ people { nodes { id } } }", nothing),
        api("invitePerson", A::ManagePeople, &[], INVITE, |ids| {
            json!({ "input": { "firstName": "Neu", "lastName": "Muster", "email": format!("neu{}@example.org", ids.number),
                "grants": [{ "role": "CLERK" }] } })
        }),
        api(
            "updatePerson",
            A::ManagePeople,
            &[Person],
            UPDATE_PERSON,
            |ids| json!({ "input": { "personId": ids.person, "firstName": "Anders" } }),
        ),
        api(
            "lockPerson",
            A::ManagePeople,
            &[Person],
            "mutation($input: PersonInput!) { lockPerson(input: $input) { __typename } }",
            person_input,
        ),
        api(
            "unlockPerson",
            A::ManagePeople,
            &[Person],
            "mutation($input: PersonInput!) { unlockPerson(input: $input) { __typename } }",
            person_input,
        ),
        api(
            "resetSecondFactor",
            A::ManagePeople,
            &[Person],
            "mutation($input: PersonInput!) { resetSecondFactor(input: $input) { __typename } }",
            person_input,
        ),
        api(
            "removePerson",
            A::ManagePeople,
            &[Person],
            "mutation($input: PersonInput!) { removePerson(input: $input) { __typename } }",
            person_input,
        ),
        api("auditVerdict", A::ReadAudit, &[], "{ auditVerdict { isSound } }", nothing),
    ]
}

fn person_input(ids: &Ids) -> Value {
    json!({ "input": { "personId": ids.person } })
}

/// `Datum;Beginn` and a line that nobody can import.
fn imported(_: &Ids) -> Value {
    json!({ "input": { "file": "RGF0dW07QmVnaW5uCjAxLjAyLjIwMDE7MDk6MDAK", "kind": "APPOINTMENTS" } })
}

const LOOK: &str =
    "query($input: CalendarImportInput!) { calendarImportPreview(input: $input) { refused } }";
const IMPORT: &str =
    "mutation($input: CalendarImportInput!) { importCalendar(input: $input) { refused } }";
const INVITE: &str =
    "mutation($input: InvitePersonInput!) { invitePerson(input: $input) { __typename } }";
const UPDATE_PERSON: &str =
    "mutation($input: UpdatePersonInput!) { updatePerson(input: $input) { __typename } }";

pub(super) fn nothing(_: &Ids) -> Value {
    json!({})
}

const AVAILABILITY: &str =
    "query($input: AvailabilityInput!) { availability(input: $input) { durationMinutes } }";
const EXTEND: &str =
    "mutation($t: String!) { extendReservation(token: $t) { reservation { expiresAt } } }";
const RELEASE: &str = "mutation($t: String!) { releaseReservation(token: $t) }";
const PUBLISH: &str = "mutation($input: PublishCalendarChangeInput!) { publishCalendarChange(input: $input) { kept } }";
const MOVE: &str = "mutation($input: MoveAppointmentInput!) { moveAppointment(input: $input) { appointment { id } } }";
const CANCEL_BY_OFFICE: &str = "mutation($input: CancelAppointmentByOfficeInput!) {
  cancelAppointmentByOffice(input: $input) { appointment { id } } }";
const DAY: &str = "query($location: ID!, $date: Date!) {
  appointments(locationId: $location, date: $date) { nodes { id } } }";
const CUSTOMERS: &str =
    "query($search: CustomerSearchInput!) { customers(search: $search) { __typename } }";
const BOOK_FOR_CALLER: &str =
    "mutation($input: BookForCallerInput!) { bookForCaller(input: $input) { appointment { id } } }";
const CORRECT: &str = "mutation($input: CorrectContactInput!) { correctContact(input: $input) { appointment { id } } }";
const CREATE_KEY: &str = "mutation($input: CreateAccessKeyInput!) { createAccessKey(input: $input) { accessKey { id } } }";
const REVOKE_KEY: &str = "mutation($input: RevokeAccessKeyInput!) { revokeAccessKey(input: $input) { accessKey { id } } }";
const REVEAL: &str = "mutation($input: RevealSignInAddressInput!) { revealSignInAddress(input: $input) { address } }";
