//! Changing the calendar: drafts, publishing, undoing, closing days, and single appointments in the office's hands.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::Utc;
use identity::Limit;
use kernel::AppointmentId;
use scheduling::{CloseDays, MoveByOffice, Publish, SaveDraft};

use super::{
    booking::{Appointment, AppointmentPayload},
    calendar::{CalendarChange, change_id},
    calendar_inputs::{
        CancelAppointmentByOfficeInput, CloseDaysInput, MoveAppointmentInput,
        PublishCalendarChangeInput, SaveCalendarChangeInput, counter_id,
    },
    errors::ApiError,
    reading::Reading,
    services::location_id,
};

/// A draft after it was saved.
#[derive(Debug, SimpleObject)]
pub(crate) struct SaveCalendarChangePayload {
    /// The draft.
    change: CalendarChange,
}

/// What publishing did.
#[derive(Debug, SimpleObject)]
pub(crate) struct PublishCalendarChangePayload {
    /// The change.
    change: CalendarChange,
    /// Appointments that stay outside of opening hours.
    kept: u32,
    /// Appointments with another time or place.
    moved: u32,
    /// Appointments that only got another counter. Nobody is told.
    same_time: u32,
    /// Appointments that were cancelled.
    cancelled: u32,
    /// Held times that were taken back.
    reservations: u32,
}

impl PublishCalendarChangePayload {
    fn new(done: &scheduling::Published, reading: &Reading) -> Self {
        Self {
            change: CalendarChange::new(&done.change, false, reading),
            kept: done.kept,
            moved: done.moved,
            same_time: done.same_time,
            cancelled: done.cancelled,
            reservations: done.reservations,
        }
    }
}

/// What undoing did. Appointments that were moved or cancelled are not brought back: their people were told.
#[derive(Debug, SimpleObject)]
pub(crate) struct UndoCalendarChangePayload {
    /// The change.
    change: CalendarChange,
    /// Appointments that were booked in hours that are gone now. They stay.
    kept: u32,
}

#[derive(Debug, Default)]
pub(crate) struct CalendarMutation;

#[Object]
impl CalendarMutation {
    /// Saves a draft. Nothing changes for citizens. Saving again brings a draft to the calendar's present state.
    async fn save_calendar_change(
        &self,
        ctx: &Context<'_>,
        input: SaveCalendarChangeInput,
    ) -> Result<SaveCalendarChangePayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let id = input.id.as_ref().map(change_id).transpose()?;
        let title = input.title.clone();
        let command = SaveDraft { id, title, edits: input.edits()? };
        let tx = reading.begin().await?;
        let saved = scheduling::save(&reading.visit().ctx, &tx, &command).await?;
        tx.commit().await?;
        Ok(SaveCalendarChangePayload { change: CalendarChange::new(&saved, true, reading) })
    }

    /// Publishes a draft and does what was decided for the appointments that it hits, all of it or nothing.
    async fn publish_calendar_change(
        &self,
        ctx: &Context<'_>,
        input: PublishCalendarChangeInput,
    ) -> Result<PublishCalendarChangePayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        let command = Publish { id: change_id(&input.id)?, choices: input.choices()? };
        let catalogue = reading.catalogue().await?;
        let done = scheduling::publish(&visit.ctx, reading.db(), &visit.town, &catalogue, &command)
            .await?;
        Ok(PublishCalendarChangePayload::new(&done, reading))
    }

    /// Takes a published change back: the rules are as they were before it. Refused when the same counters, dates or
    /// closures were changed again since.
    async fn undo_calendar_change(
        &self,
        ctx: &Context<'_>,
        id: ID,
    ) -> Result<UndoCalendarChangePayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        let undone =
            scheduling::undo(&visit.ctx, reading.db(), &visit.town, change_id(&id)?).await?;
        let change = CalendarChange::new(&undone.change, false, reading);
        Ok(UndoCalendarChangePayload { change, kept: undone.kept })
    }

    /// Throws a draft away.
    async fn discard_calendar_change(&self, ctx: &Context<'_>, id: ID) -> Result<bool, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let tx = reading.begin().await?;
        scheduling::discard(&reading.visit().ctx, &tx, change_id(&id)?).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Closes days and moves or cancels every appointment on them in one step, all of it or nothing. At most 2,000
    /// appointments at once.
    async fn close_days(
        &self,
        ctx: &Context<'_>,
        input: CloseDaysInput,
    ) -> Result<PublishCalendarChangePayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        let command = CloseDays {
            location: input.location_id.as_ref().map(location_id).transpose()?,
            counter: input.counter_id.as_ref().map(counter_id).transpose()?,
            from: input.from.0,
            to: input.to.0,
            reason: input.reason.into(),
            note: input.note.map(Into::into),
            decision: input.decision.plain()?,
        };
        let catalogue = reading.catalogue().await?;
        let done =
            scheduling::close_days(&visit.ctx, reading.db(), &visit.town, &catalogue, &command)
                .await?;
        Ok(PublishCalendarChangePayload::new(&done, reading))
    }
}

#[derive(Debug, Default)]
pub(crate) struct OfficeAppointmentMutation;

pub(crate) fn appointment_id(id: &ID) -> Result<AppointmentId, ApiError> {
    AppointmentId::parse(id).ok_or_else(ApiError::not_found)
}

#[Object]
impl OfficeAppointmentMutation {
    /// Moves an appointment for the office. The old time is kept until the new one is fixed.
    async fn move_appointment(
        &self,
        ctx: &Context<'_>,
        input: MoveAppointmentInput,
    ) -> Result<AppointmentPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        let command = MoveByOffice {
            appointment: appointment_id(&input.appointment_id)?,
            location: location_id(&input.location_id)?,
            start: input.start.0.with_timezone(&Utc),
            note: input.note.map(Into::into),
        };
        let catalogue = reading.catalogue().await?;
        let moved =
            scheduling::move_by_office(&visit.ctx, reading.db(), &visit.town, &catalogue, &command)
                .await?;
        Ok(AppointmentPayload { appointment: Appointment::new(moved, None, reading) })
    }

    /// Cancels an appointment for the office. Cancelling it again changes nothing.
    async fn cancel_appointment_by_office(
        &self,
        ctx: &Context<'_>,
        input: CancelAppointmentByOfficeInput,
    ) -> Result<AppointmentPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        reading.catalogue().await?;
        let id = appointment_id(&input.appointment_id)?;
        let note = input.note.map(Into::into);
        let tx = reading.begin().await?;
        let cancelled =
            scheduling::cancel_by_office(&visit.ctx, &tx, &visit.town, id, note.as_ref()).await?;
        tx.commit().await?;
        Ok(AppointmentPayload { appointment: Appointment::new(cancelled, None, reading) })
    }
}
