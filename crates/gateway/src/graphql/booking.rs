//! Holding, booking, seeing, moving and cancelling.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, SimpleObject};
use chrono::Utc;
use identity::{Errand, Limit};
use kernel::LocationId;
use scheduling::{Book, IdempotencyKey, Item, Reschedule, Reserve};

use super::{
    availability::Channel,
    errors::ApiError,
    reading::Reading,
    scalars::{Date, DateTime, Locale},
    services::{Location, Service, ServiceItemInput, location_id},
};

/// The time to hold.
#[derive(Debug, InputObject)]
pub(crate) struct ReserveSlotInput {
    /// The visit: each service once.
    items: Vec<ServiceItemInput>,
    /// Where.
    location_id: ID,
    /// One of the offered times.
    start: DateTime,
    /// Who books. `PHONE` is for who serves citizens.
    #[graphql(default_with = "Channel::Online")]
    channel: Channel,
    /// Sent again with the same content, it gives the same reservation.
    idempotency_key: Option<String>,
}

/// A held time.
#[derive(Debug, SimpleObject)]
pub(crate) struct ReserveSlotPayload {
    /// The reservation.
    reservation: Reservation,
}

/// A time that is held while the person types.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Reservation {
    /// Opens it. Keep it to yourself.
    token: String,
    /// From when.
    start: DateTime,
    /// Until when.
    end: DateTime,
    /// Until when it is held.
    expires_at: DateTime,
    #[graphql(skip)]
    location_id: LocationId,
}

#[ComplexObject]
impl Reservation {
    /// Where.
    async fn location(&self, ctx: &Context<'_>) -> Result<Location, ApiError> {
        Location::find(&Reading::of(ctx).catalogue().await?, self.location_id)
    }
}

impl ReserveSlotPayload {
    fn new(reservation: &scheduling::Reservation, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        Self {
            reservation: Reservation {
                token: reservation.token.to_string(),
                start: DateTime::local(reservation.starts_at, zone),
                end: DateTime::local(reservation.ends_at, zone),
                expires_at: DateTime::local(reservation.expires_at, zone),
                location_id: reservation.location,
            },
        }
    }
}

/// What a held time is booked with.
#[derive(InputObject)]
pub(crate) struct BookAppointmentInput {
    /// Opens the reservation.
    reservation_token: String,
    /// Who comes.
    contact: ContactInput,
    /// The language of messages; the request's when null.
    locale: Option<Locale>,
    /// Sent again with the same content, it gives the same appointment.
    idempotency_key: Option<String>,
}

/// Who comes. Which fields are required is the municipality's choice; the names always are.
#[derive(InputObject)]
pub(crate) struct ContactInput {
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// E-mail address.
    email: Option<String>,
    /// Phone number; German ones may begin with 0.
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

impl From<ContactInput> for scheduling::ContactInput {
    fn from(input: ContactInput) -> Self {
        Self {
            first_name: input.first_name,
            last_name: input.last_name,
            email: input.email,
            phone: input.phone,
            street: input.street,
            postal_code: input.postal_code,
            city: input.city,
            birth_date: input.birth_date.map(|date| date.0),
        }
    }
}

/// Where and when to move an appointment.
#[derive(Debug, InputObject)]
pub(crate) struct RescheduleAppointmentInput {
    /// Opens the appointment.
    manage_token: String,
    /// Where.
    location_id: ID,
    /// One of the offered times.
    start: DateTime,
    /// Sent again with the same content, it moves once.
    idempotency_key: Option<String>,
}

/// Which appointment to cancel.
#[derive(Debug, InputObject)]
pub(crate) struct CancelAppointmentInput {
    /// Opens the appointment.
    manage_token: String,
}

/// An appointment after a change.
#[derive(Debug, SimpleObject)]
pub(crate) struct AppointmentPayload {
    /// The appointment.
    pub(crate) appointment: Appointment,
}

/// A booked visit.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Appointment {
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
    /// Opens the appointment. Shown once, to who booked.
    manage_token: Option<String>,
    #[graphql(skip)]
    location_id: LocationId,
    #[graphql(skip)]
    visit: Vec<Item>,
}

#[ComplexObject]
impl Appointment {
    /// Where.
    async fn location(&self, ctx: &Context<'_>) -> Result<Location, ApiError> {
        Location::find(&Reading::of(ctx).catalogue().await?, self.location_id)
    }

    /// What for.
    #[graphql(complexity = "5 * (1 + child_complexity)")]
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<AppointmentItem>, ApiError> {
        AppointmentItem::all(ctx, &self.visit).await
    }
}

impl AppointmentItem {
    /// The parts of a visit.
    pub(crate) async fn all(ctx: &Context<'_>, visit: &[Item]) -> Result<Vec<Self>, ApiError> {
        let catalogue = Reading::of(ctx).catalogue().await?;
        let item = |item: &Item| {
            let service = Service::find(&catalogue, item.service)?;
            Ok(Self { service, quantity: item.quantity })
        };
        visit.iter().map(item).collect()
    }
}

impl Appointment {
    pub(crate) fn new(
        appointment: scheduling::Appointment,
        manage_token: Option<String>,
        reading: &Reading,
    ) -> Self {
        let zone = reading.visit().town.zone();
        Self {
            id: ID(appointment.id.to_string()),
            status: appointment.status.into(),
            start: DateTime::local(appointment.starts_at, zone),
            end: DateTime::local(appointment.ends_at, zone),
            manage_token,
            location_id: appointment.location,
            reference: appointment.reference,
            visit: appointment.items,
        }
    }
}

/// A service of a visit and for how many persons.
#[derive(Debug, SimpleObject)]
pub(crate) struct AppointmentItem {
    /// The service.
    pub(crate) service: Service,
    /// For how many persons.
    pub(crate) quantity: u32,
}

/// The states of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "scheduling::Status")]
pub(crate) enum AppointmentStatus {
    /// Waits for the confirmation of the e-mail address.
    Pending,
    /// Firm.
    Confirmed,
    /// The person is here.
    CheckedIn,
    /// The person was called.
    Called,
    /// The person is being served.
    Serving,
    /// Done.
    Completed,
    /// Nobody came.
    NoShow,
    /// Cancelled.
    Cancelled,
}

#[derive(Debug, Default)]
pub(crate) struct AppointmentQuery;

#[Object]
impl AppointmentQuery {
    /// The appointment that the token opens.
    async fn appointment(
        &self,
        ctx: &Context<'_>,
        manage_token: String,
    ) -> Result<Appointment, ApiError> {
        let reading = Reading::of(ctx);
        let found =
            scheduling::appointment(&reading.visit().ctx, reading.tx().await?, &manage_token)
                .await?;
        Ok(Appointment::new(found, None, reading))
    }
}

#[derive(Debug, Default)]
pub(crate) struct ReservationMutation;

#[Object]
impl ReservationMutation {
    /// Holds a time while the person types. Nobody else can take it until it expires, is released or booked.
    async fn reserve_slot(
        &self,
        ctx: &Context<'_>,
        input: ReserveSlotInput,
    ) -> Result<ReserveSlotPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.prove(Errand::Client(Limit::Reserve, &visit.client)).await?;
        reading.take(Limit::Reserve).await?;
        let command = Reserve {
            items: ServiceItemInput::visit(&input.items)?,
            location: location_id(&input.location_id)?,
            start: input.start.0.with_timezone(&Utc),
            idempotency: input
                .idempotency_key
                .map(|key| IdempotencyKey { key, client: visit.client.clone() }),
            instead_of: None,
            channel: input.channel.into(),
        };
        let catalogue = reading.catalogue().await?;
        let held = scheduling::reserve(&visit.ctx, reading.db(), &visit.town, &catalogue, &command)
            .await?;
        Ok(ReserveSlotPayload::new(&held, reading))
    }

    /// Holds a time for as long again. Possible once.
    async fn extend_reservation(
        &self,
        ctx: &Context<'_>,
        token: String,
    ) -> Result<ReserveSlotPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Reserve).await?;
        // read before the change: nothing can fail any more after the commit
        reading.catalogue().await?;
        let tx = reading.begin().await?;
        let held = scheduling::extend_reservation(&visit.ctx, &tx, &visit.town, &token).await?;
        tx.commit().await?;
        Ok(ReserveSlotPayload::new(&held, reading))
    }

    /// Gives a held time back. Says whether it was still held.
    async fn release_reservation(
        &self,
        ctx: &Context<'_>,
        token: String,
    ) -> Result<bool, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Reserve).await?;
        let tx = reading.begin().await?;
        let released = scheduling::release_reservation(&reading.visit().ctx, &tx, &token).await?;
        tx.commit().await?;
        Ok(released)
    }
}

#[derive(Debug, Default)]
pub(crate) struct AppointmentMutation;

#[Object]
impl AppointmentMutation {
    /// Books a held time.
    async fn book_appointment(
        &self,
        ctx: &Context<'_>,
        input: BookAppointmentInput,
    ) -> Result<AppointmentPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Book).await?;
        let wish = input.locale.map(kernel::Locale::from);
        let offered = |wish: &kernel::Locale| visit.town.locales().contains(wish);
        let command = Book {
            reservation_token: input.reservation_token,
            contact: input.contact.into(),
            // a language that the municipality does not offer becomes the one that it stands in for
            locale: wish
                .and_then(|wish| [Some(wish), wish.fallback()].into_iter().flatten().find(offered))
                .unwrap_or_else(|| visit.ctx.locale()),
            idempotency: input
                .idempotency_key
                .map(|key| IdempotencyKey { key, client: visit.client.clone() }),
        };
        let catalogue = reading.catalogue().await?;
        let booked =
            scheduling::book(&visit.ctx, reading.db(), &visit.town, &catalogue, &command).await?;
        let token = booked.manage_token.to_string();
        Ok(AppointmentPayload {
            appointment: Appointment::new(booked.appointment, Some(token), reading),
        })
    }

    /// Moves an appointment. The old time is kept until the new one is fixed.
    async fn reschedule_appointment(
        &self,
        ctx: &Context<'_>,
        input: RescheduleAppointmentInput,
    ) -> Result<AppointmentPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        let command = Reschedule {
            manage_token: input.manage_token,
            location: location_id(&input.location_id)?,
            start: input.start.0.with_timezone(&Utc),
            idempotency_key: input.idempotency_key,
        };
        let catalogue = reading.catalogue().await?;
        let moved =
            scheduling::reschedule(&visit.ctx, reading.db(), &visit.town, &catalogue, &command)
                .await?;
        Ok(AppointmentPayload { appointment: Appointment::new(moved, None, reading) })
    }

    /// Cancels an appointment. Cancelling it again changes nothing.
    async fn cancel_appointment(
        &self,
        ctx: &Context<'_>,
        input: CancelAppointmentInput,
    ) -> Result<AppointmentPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        reading.catalogue().await?;
        let tx = reading.begin().await?;
        let cancelled =
            scheduling::cancel(&visit.ctx, &tx, &visit.town, &input.manage_token).await?;
        tx.commit().await?;
        Ok(AppointmentPayload { appointment: Appointment::new(cancelled, None, reading) })
    }
}
