//! The schema as a whole, and its limits.

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, Schema};

use super::{
    access_keys::{AccessKeyMutation, AccessKeyQuery},
    accounts::{OwnAccountMutation, SignInMutation},
    availability::AvailabilityQuery,
    booking::{AppointmentMutation, AppointmentQuery, ReservationMutation},
    calendar::CalendarQuery,
    calendar_changes::{CalendarMutation, OfficeAppointmentMutation},
    calendar_imports::{CalendarImportMutation, CalendarImportQuery},
    deletion::DeletionQuery,
    desk::{DeskMutation, DeskQuery},
    incidents::{IncidentMutation, IncidentQuery},
    limits::Limited,
    municipality::MunicipalityQuery,
    my_data::{MyDataMutation, MyDataQuery},
    oversight::{OversightMutation, OversightQuery},
    passkeys::{PasskeyMutation, PasskeyQuery},
    people::{PeopleMutation, PeopleQuery},
    privacy::PrivacyQuery,
    privacy_requests::{PrivacyRequestsMutation, PrivacyRequestsQuery},
    reading::Services,
    recipients::{RecipientsMutation, RecipientsQuery},
    record::RecordQuery,
    services::ServicesQuery,
    statistics::StatisticsQuery,
    support::{SupportMutation, SupportQuery},
    traced::Traced,
    viewer::ViewerQuery,
};

/// Reading what a municipality publishes, and one's own appointment.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct Query(
    MunicipalityQuery,
    ServicesQuery,
    AvailabilityQuery,
    AppointmentQuery,
    PrivacyQuery,
    ViewerQuery,
    PasskeyQuery,
    CalendarQuery,
    CalendarImportQuery,
    AccessKeyQuery,
    OversightQuery,
    DeskQuery,
    PeopleQuery,
    MyDataQuery,
    DataProtectionQuery,
);

/// What whoever looks after data protection reads. A part of its own: each member of a merged object nests the types of the
/// one before it, and the compiler follows them only so deep.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct DataProtectionQuery(
    PrivacyRequestsQuery,
    DeletionQuery,
    SupportQuery,
    RecordQuery,
    StatisticsQuery,
    IncidentQuery,
    RecipientsQuery,
);

/// Booking, moving and cancelling, accounts, and the office's calendar. One of these fields per request.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct Mutation(
    ReservationMutation,
    AppointmentMutation,
    CalendarMutation,
    CalendarImportMutation,
    OfficeAppointmentMutation,
    AccessKeyMutation,
    OversightMutation,
    PasskeyMutation,
    DeskMutation,
    PeopleMutation,
    SignInMutation,
    OwnAccountMutation,
    MyDataMutation,
    DataProtectionMutation,
);

/// What whoever looks after data protection does.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct DataProtectionMutation(
    PrivacyRequestsMutation,
    SupportMutation,
    IncidentMutation,
    RecipientsMutation,
);

/// The schema of a municipality's host.
pub(crate) type Api = Schema<Query, Mutation, EmptySubscription>;

/// Weights of nested lists multiply; a month of free times with their locations stays below.
pub(super) const MOST_COMPLEX: usize = 4_000;
pub(super) const MOST_DIRECTIVES: usize = 4;
pub(super) const DEEPEST_NESTING: usize = 32;

/// Builds the schema over the services.
pub(crate) fn build(services: Services, introspection: bool) -> Api {
    let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .limit_complexity(MOST_COMPLEX)
        .limit_directives(MOST_DIRECTIVES)
        .limit_recursive_depth(DEEPEST_NESTING)
        .disable_suggestions()
        .extension(Traced)
        .extension(Limited)
        .data(services);
    if introspection { schema.finish() } else { schema.disable_introspection().finish() }
}

/// The schema definition, in an order that does not depend on the code's.
pub fn sdl() -> String {
    let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription).finish();
    schema.sdl_with_options(sorted())
}

/// An order that does not depend on the code's.
pub(super) fn sorted() -> SDLExportOptions {
    SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items()
}
