//! Which times are free.

use chrono::{Days, NaiveDate};
use db::Db;
use kernel::{Ctx, LocationId, policy};
use tenant::Municipality;

use crate::{
    Availability, AvailabilityQuery, Catalogue, Day, Error, MAX_DAYS, Start,
    model::{availability::Window, visit::Visit},
    search::Search,
};

/// The free times of a range of days, and for each day without any, why.
pub async fn availability(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    query: &AvailabilityQuery,
) -> Result<Availability, Error> {
    ctx.authorize(policy::Action::ReadPublic)?;
    query.channel.check(ctx)?;
    let (visit, places) = query.resolve(catalogue)?;
    let duration_minutes = visit.minutes();
    let search = Search { ctx, db, town, catalogue, visit, places, way: query.channel.into() };
    let days = search.days(query.from, query.to).await?;
    Ok(Availability { duration_minutes, days })
}

impl AvailabilityQuery {
    /// How long the visit takes, without looking for times. Refuses what cannot be asked.
    pub fn duration_minutes(&self, catalogue: &Catalogue) -> Result<u32, Error> {
        self.resolve(catalogue).map(|(visit, _)| visit.minutes())
    }

    /// Whether the actor may ask for this way to book.
    pub fn may_be_asked(&self, ctx: &Ctx) -> Result<(), Error> {
        Ok(self.channel.check(ctx)?)
    }

    /// The last day that can be booked now for this visit. Lies before today when nothing is released.
    pub fn released_until(
        &self,
        ctx: &Ctx,
        town: &Municipality,
        catalogue: &Catalogue,
    ) -> Result<NaiveDate, Error> {
        let visit = Visit::check(catalogue, &self.items)?;
        Ok(Window::of(self.channel.into(), ctx.now(), town, &visit).last_day)
    }

    fn resolve(&self, catalogue: &Catalogue) -> Result<(Visit, Vec<LocationId>), Error> {
        let wrong = |field, reason, limit| Error::BadInput { field, reason, limit };
        if self.to < self.from {
            return Err(wrong("to", "range-order", None));
        }
        if (self.to - self.from).num_days() >= i64::from(MAX_DAYS) {
            return Err(wrong("to", "range-long", Some(MAX_DAYS)));
        }
        self.places(catalogue)
    }

    /// The visit and where it can take place, whatever the days.
    pub(crate) fn places(&self, catalogue: &Catalogue) -> Result<(Visit, Vec<LocationId>), Error> {
        let visit = Visit::check(catalogue, &self.items)?;
        let places = visit.places(catalogue, self.locations.as_deref())?;
        Ok((visit, places))
    }
}

/// The first free time from the first day of the query on, up to the last released day.
pub async fn next_free(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    query: &AvailabilityQuery,
) -> Result<Option<Start>, Error> {
    ctx.authorize(policy::Action::ReadPublic)?;
    query.channel.check(ctx)?;
    let (visit, places) = query.places(catalogue)?;
    let search = Search { ctx, db, town, catalogue, visit, places, way: query.channel.into() };
    let window = search.window();
    let mut from = query.from.max(window.today);
    // Usually the first fortnight has it; only a booked-out calendar is read to its end.
    while from <= window.last_day {
        let to = from.checked_add_days(Days::new(13)).unwrap_or(from).min(window.last_day);
        if let Some(start) = search.days(from, to).await?.iter().find_map(Day::first) {
            return Ok(Some(start));
        }
        from = to.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    }
    Ok(None)
}
