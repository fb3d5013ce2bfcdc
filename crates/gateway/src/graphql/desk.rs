//! The office's desk: a day's appointments, one with its history, the customer database, booking for who calls.

use async_graphql::{
    ComplexObject, Context, Enum, ID, InputObject, Object, OneofObject, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use chrono::Utc;
use identity::Limit;
use kernel::LocationId;
use scheduling::{
    BookForCaller, Cursor, CustomerSearch, DayQuery, DeskEntry, IdempotencyKey, Item, When,
};

use super::{
    availability::Channel,
    booking::{Appointment, AppointmentItem, AppointmentPayload, AppointmentStatus, ContactInput},
    calendar_changes::appointment_id,
    errors::ApiError,
    reading::Reading,
    scalars::{Date, DateTime, Locale},
    services::{Location, ServiceItemInput, location_id},
};

/// A person as the office knows them.
#[derive(SimpleObject)]
pub(crate) struct Contact {
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// E-mail address.
    email: Option<String>,
    /// Phone number in E.164.
    phone: Option<String>,
    /// Street and number.
    street: Option<String>,
    /// Postcode.
    postal_code: Option<String>,
    /// Town.
    city: Option<String>,
    /// Date of birth.
    birth_date: Option<Date>,
}

impl From<scheduling::Contact> for Contact {
    fn from(contact: scheduling::Contact) -> Self {
        Self {
            first_name: contact.first_name,
            last_name: contact.last_name,
            email: contact.email,
            phone: contact.phone,
            street: contact.street,
            postal_code: contact.postal_code,
            city: contact.city,
            birth_date: contact.birth_date.map(Date),
        }
    }
}

/// An appointment as the office sees it.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct OfficeAppointment {
    /// Opaque.
    id: ID,
    /// What people say on the phone.
    reference: String,
    /// Its state.
    status: AppointmentStatus,
    /// From when.
    start: DateTime,
    /// Until when.
    end: DateTime,
    /// What the office calls the counter.
    counter: String,
    /// How it was booked; null when its day is over or it was cancelled.
    channel: Option<Channel>,
    /// Who comes; null when the person was erased.
    contact: Option<Contact>,
    /// When it was booked.
    booked_at: DateTime,
    #[graphql(skip)]
    location_id: LocationId,
    #[graphql(skip)]
    visit: Vec<Item>,
}

#[ComplexObject]
impl OfficeAppointment {
    /// Where.
    async fn location(&self, ctx: &Context<'_>) -> Result<Location, ApiError> {
        Location::find(&Reading::of(ctx).catalogue().await?, self.location_id)
    }

    /// What for.
    #[graphql(complexity = "2 * (1 + child_complexity)")]
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<AppointmentItem>, ApiError> {
        AppointmentItem::all(ctx, &self.visit).await
    }
}

impl OfficeAppointment {
    fn new(entry: DeskEntry, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        let DeskEntry { appointment, counter, channel, contact } = entry;
        Self {
            id: ID(appointment.id.to_string()),
            reference: appointment.reference,
            status: appointment.status.into(),
            start: DateTime::local(appointment.starts_at, zone),
            end: DateTime::local(appointment.ends_at, zone),
            counter,
            channel: channel.and_then(|channel| match channel {
                scheduling::Channel::Online => Some(Channel::Online),
                scheduling::Channel::Phone => Some(Channel::Phone),
                scheduling::Channel::WalkIn => None,
            }),
            contact: contact.map(Into::into),
            booked_at: DateTime::local(appointment.booked_at, zone),
            location_id: appointment.location,
            visit: appointment.items,
        }
    }
}

/// What was done with an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "scheduling::Deed")]
pub(crate) enum AppointmentDeed {
    /// It was booked.
    Booked,
    /// It got another time or place.
    Moved,
    /// The office corrected the contact.
    Corrected,
    /// It was cancelled.
    Cancelled,
}

/// Who has changed an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "scheduling::Doer")]
pub(crate) enum AppointmentDoer {
    /// A citizen without an account.
    Citizen,
    /// A citizen who was signed in.
    Account,
    /// Somebody of the office.
    Staff,
    /// A program of the office.
    Program,
    /// The service itself.
    Service,
}

/// A place and a time.
#[derive(Debug, SimpleObject)]
pub(crate) struct PlaceAndTime {
    /// Where.
    location_id: ID,
    /// From when.
    start: DateTime,
}

/// An entry in the history of an appointment.
#[derive(Debug, SimpleObject)]
pub(crate) struct AppointmentHistoryEntry {
    /// When.
    at: DateTime,
    /// What was done.
    deed: AppointmentDeed,
    /// By whom.
    by: AppointmentDoer,
    /// Whose account or which access key of the office.
    by_id: Option<ID>,
    /// Where and when the appointment was before.
    from: Option<PlaceAndTime>,
    /// Where and when it is since.
    to: Option<PlaceAndTime>,
}

/// A mail or an SMS about an appointment. Neither address nor text is kept.
#[derive(Debug, SimpleObject)]
pub(crate) struct AppointmentMessage {
    /// When it was planned.
    at: DateTime,
    /// `mail` or `sms`.
    channel: String,
    /// `citizen` or `office`.
    audience: String,
    /// About which change: `booked`, `moved` or `cancelled`.
    about: String,
    /// `waiting`, `sent`, `failed`, `skipped` or `unknown`.
    state: String,
}

/// An appointment with all that happened to it.
#[derive(SimpleObject)]
pub(crate) struct AppointmentFile {
    /// The appointment.
    appointment: OfficeAppointment,
    /// What was done with it, the oldest first.
    history: Vec<AppointmentHistoryEntry>,
    /// What was sent about it, the oldest first.
    messages: Vec<AppointmentMessage>,
}

/// Somebody who has or had an appointment.
#[derive(SimpleObject)]
pub(crate) struct Customer {
    /// Who.
    contact: Contact,
    /// Their appointments, the latest first.
    appointments: Vec<OfficeAppointment>,
}

/// What a search has found.
#[derive(SimpleObject)]
pub(crate) struct CustomersFound {
    /// The people; at most 50 appointments in all.
    customers: Vec<Customer>,
    /// Whether there is more.
    has_more: bool,
}

/// By what somebody is searched: one of these. The words stand neither in a log nor in the audit trail.
#[derive(OneofObject)]
pub(crate) enum CustomerSearchInput {
    /// The whole e-mail address.
    Email(String),
    /// The whole phone number; German ones may begin with 0.
    Phone(String),
    /// The whole last name; capitals, accents and hyphens do not count, and `ue` is `ü`.
    LastName(String),
    /// The reference of an appointment.
    Reference(String),
}

impl From<CustomerSearchInput> for CustomerSearch {
    fn from(input: CustomerSearchInput) -> Self {
        match input {
            CustomerSearchInput::Email(text) => Self::Email(text),
            CustomerSearchInput::Phone(text) => Self::Phone(text),
            CustomerSearchInput::LastName(text) => Self::LastName(text),
            CustomerSearchInput::Reference(text) => Self::Reference(text),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct DeskQuery;

#[Object]
impl DeskQuery {
    /// The appointments of a day at a location, by start; at most 200 at a time. All but cancelled ones when `status` is
    /// null. For who serves citizens there.
    #[graphql(complexity = "20 * (1 + child_complexity)")]
    async fn appointments(
        &self,
        ctx: &Context<'_>,
        location_id: ID,
        date: Date,
        #[graphql(default = 50)] first: u32,
        after: Option<String>,
        status: Option<Vec<AppointmentStatus>>,
    ) -> Result<Connection<String, OfficeAppointment, EmptyFields, EmptyFields>, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let wrong = || ApiError::BadInput { field: Some("after"), key: "bad-input", limit: None };
        let query = DayQuery {
            location: super::services::location_id(&location_id)?,
            day: date.0,
            statuses: status.map(|all| all.into_iter().map(Into::into).collect()),
            after: after
                .as_deref()
                .map(|after| Cursor::parse(after).ok_or_else(wrong))
                .transpose()?,
            first,
        };
        let catalogue = reading.catalogue().await?;
        let tx = reading.tx().await?;
        let list = scheduling::day_list(&visit.ctx, tx, &visit.town, &catalogue, &query).await?;
        let mut connection = Connection::new(query.after.is_some(), list.has_more);
        connection.edges.extend(list.entries.into_iter().map(|entry| {
            Edge::new(Cursor::of(&entry).to_string(), OfficeAppointment::new(entry, reading))
        }));
        Ok(connection)
    }

    /// An appointment with its person, its history and what was sent about it. For who serves citizens at its location.
    #[graphql(complexity = "10 + child_complexity")]
    async fn office_appointment(
        &self,
        ctx: &Context<'_>,
        id: ID,
    ) -> Result<AppointmentFile, ApiError> {
        let reading = Reading::of(ctx);
        let (visit, tx) = (reading.visit(), reading.tx().await?);
        let zone = visit.town.zone();
        let entry = scheduling::office_appointment(&visit.ctx, tx, appointment_id(&id)?).await?;
        let history = scheduling::history(&visit.ctx, tx, &entry.appointment).await?;
        let messages = notify::messages_about(&visit.ctx, tx, entry.appointment.id).await?;
        let when = |when: When| PlaceAndTime {
            location_id: ID(when.location.to_string()),
            start: DateTime::local(when.starts_at, zone),
        };
        Ok(AppointmentFile {
            appointment: OfficeAppointment::new(entry, reading),
            history: history
                .into_iter()
                .map(|entry| AppointmentHistoryEntry {
                    at: DateTime::local(entry.at, zone),
                    deed: entry.deed.into(),
                    by: entry.doer.into(),
                    by_id: entry.doer_id.map(|id| ID(id.to_string())),
                    from: entry.from.map(when),
                    to: entry.to.map(when),
                })
                .collect(),
            messages: messages
                .into_iter()
                .map(|message| AppointmentMessage {
                    at: DateTime::local(message.at, zone),
                    channel: message.channel,
                    audience: message.audience,
                    about: message.kind,
                    state: message.state,
                })
                .collect(),
        })
    }

    /// People who have or had an appointment where the asking person serves citizens. That somebody has searched is
    /// noted; what for is not.
    #[graphql(complexity = "20 * (1 + child_complexity)")]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        search: CustomerSearchInput,
    ) -> Result<CustomersFound, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let tx = reading.begin().await?;
        let found = scheduling::customers(&reading.visit().ctx, &tx, &search.into()).await?;
        tx.commit().await?;
        let customer = |customer: scheduling::Customer| Customer {
            contact: customer.contact.into(),
            appointments: customer
                .appointments
                .into_iter()
                .map(|entry| OfficeAppointment::new(entry, reading))
                .collect(),
        };
        Ok(CustomersFound {
            customers: found.customers.into_iter().map(customer).collect(),
            has_more: found.has_more,
        })
    }
}

/// What is booked for somebody who calls.
#[derive(InputObject)]
pub(crate) struct BookForCallerInput {
    /// The visit: each service once.
    items: Vec<ServiceItemInput>,
    /// Where.
    location_id: ID,
    /// One of the times that are free for `PHONE`.
    start: DateTime,
    /// Who comes. The e-mail address is voluntary here, whatever the municipality asks of citizens.
    contact: ContactInput,
    /// The language of messages; the request's when null.
    locale: Option<Locale>,
    /// Sent again with the same content, it gives the same appointment.
    idempotency_key: Option<String>,
}

/// What is known of a person, corrected.
#[derive(InputObject)]
pub(crate) struct CorrectContactInput {
    /// Whose.
    appointment_id: ID,
    /// All of it, as it should be.
    contact: ContactInput,
}

/// An appointment after its contact was corrected.
#[derive(SimpleObject)]
pub(crate) struct CorrectContactPayload {
    /// The appointment.
    appointment: OfficeAppointment,
}

#[derive(Debug, Default)]
pub(crate) struct DeskMutation;

#[Object]
impl DeskMutation {
    /// Books for somebody who calls, in one step: from now on until the end of the calendar. For who serves citizens.
    async fn book_for_caller(
        &self,
        ctx: &Context<'_>,
        input: BookForCallerInput,
    ) -> Result<AppointmentPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Book).await?;
        let wish = input.locale.map(kernel::Locale::from);
        let offered = |wish: &kernel::Locale| visit.town.locales().contains(wish);
        let command = BookForCaller {
            items: ServiceItemInput::visit(&input.items)?,
            location: location_id(&input.location_id)?,
            start: input.start.0.with_timezone(&Utc),
            contact: input.contact.into(),
            locale: wish.filter(offered).unwrap_or_else(|| visit.ctx.locale()),
            idempotency: input
                .idempotency_key
                .map(|key| IdempotencyKey { key, client: visit.client.clone() }),
        };
        let catalogue = reading.catalogue().await?;
        let (town, db) = (&visit.town, reading.db());
        let booked =
            scheduling::book_for_caller(&visit.ctx, db, town, &catalogue, &command).await?;
        let token = booked.manage_token.to_string();
        Ok(AppointmentPayload {
            appointment: Appointment::new(booked.appointment, Some(token), reading),
        })
    }

    /// Corrects what is known of a person. For who serves citizens at the appointment's location.
    async fn correct_contact(
        &self,
        ctx: &Context<'_>,
        input: CorrectContactInput,
    ) -> Result<CorrectContactPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        reading.catalogue().await?;
        let id = appointment_id(&input.appointment_id)?;
        let contact = input.contact.into();
        let tx = reading.begin().await?;
        let entry = scheduling::correct_contact(&visit.ctx, &tx, &visit.town, id, &contact).await?;
        tx.commit().await?;
        Ok(CorrectContactPayload { appointment: OfficeAppointment::new(entry, reading) })
    }
}
