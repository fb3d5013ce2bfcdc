//! A start that somebody wants: checked against everything that can be known without the database.

use chrono::{DateTime, Utc};
use db::Db;
use kernel::{AppointmentId, CounterId, Ctx, LocationId};
use tenant::Municipality;
use uuid::Uuid;

use crate::{
    Catalogue, Channel, Error,
    model::{
        availability::{Window, window_ticks},
        channel::Way,
        opening::LocalDay,
        ticks::{Shape, TICKS, offered},
        visit::Visit,
    },
    store::day_maps::{self, Claim},
};

/// A time that may be on offer. Whether it is, and whether it is free, is the claim's question.
pub(crate) struct Wish {
    location: LocationId,
    counters: Vec<Uuid>,
    teams: Vec<i32>,
    channel: Channel,
    percent: Option<u32>,
    day: LocalDay,
    window: Window,
    /// The tick at which the visit begins.
    tick: u32,
    shape: Shape,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
}

impl Wish {
    /// Checks place and start.
    pub(crate) fn check(
        ctx: &Ctx,
        town: &Municipality,
        catalogue: &Catalogue,
        visit: &Visit,
        way: Way,
        location: LocationId,
        start: DateTime<Utc>,
    ) -> Result<Self, Error> {
        if catalogue.location(location).is_none() {
            return Err(Error::NotFound);
        }
        let able = catalogue.counters_for(location, &visit.items);
        if able.is_empty() {
            let field = "locationId";
            return Err(Error::BadInput { field, reason: "service-not-here", limit: None });
        }
        let (now, zone, booking) = (ctx.now(), town.zone(), &town.settings.booking);
        let window = Window::of(way, now, town, visit);
        let channel = way.channel;
        let day = LocalDay::of(start, zone);
        if day.date > window.last_day {
            return Err(wrong("start-far"));
        }
        let tick = day.tick_at(start);
        if start < window.earliest_on(day.date) {
            return Err(wrong("start-past"));
        }
        let tick = tick.ok_or_else(|| wrong("start-raster"))?;
        let shape = visit.shape(booking);
        // what does not fit between this midnight and the next is offered on no day
        if tick < shape.before || tick - shape.before + shape.span() > TICKS {
            return Err(wrong("start-raster"));
        }
        Ok(Self {
            location,
            counters: able.iter().map(|counter| counter.id.uuid()).collect(),
            teams: able.iter().map(|counter| counter.team).collect(),
            channel,
            percent: catalogue.percent(location, channel, day.date, now, zone),
            day,
            window,
            tick,
            shape,
            starts_at: day.instant(tick),
            ends_at: day.instant(tick + shape.visit),
        })
    }

    /// The same at one counter only, whatever is left to the channel: who is moved there has their place already.
    pub(crate) fn only_at(mut self, counter: CounterId) -> Self {
        let at = self.counters.iter().position(|known| *known == counter.uuid());
        self.teams = at.and_then(|at| self.teams.get(at)).copied().into_iter().collect();
        self.counters = vec![counter.uuid()];
        self.percent = None;
        self
    }

    /// The same as it was promised elsewhere: at any time of the grid, as long as it is there, whatever is left to a channel.
    pub(crate) fn promised(mut self, ends_at: Option<DateTime<Utc>>) -> Result<Self, Error> {
        self.shape.raster = 1;
        self.percent = None;
        if let Some(ends_at) = ends_at {
            self.shape.visit = self.day.first_tick_from(ends_at).saturating_sub(self.tick);
            if self.shape.visit == 0 || self.tick - self.shape.before + self.shape.span() > TICKS {
                return Err(wrong("start-raster"));
            }
            self.ends_at = self.day.instant(self.tick + self.shape.visit);
        }
        Ok(self)
    }

    /// What to take for it.
    pub(crate) fn claim(&self, id: AppointmentId, expires_at: Option<DateTime<Utc>>) -> Claim<'_> {
        let first_tick = self.tick - self.shape.before;
        Claim {
            id,
            location: self.location,
            counters: &self.counters,
            teams: &self.teams,
            channel: self.channel,
            percent: self.percent,
            day: self.day.date,
            first_tick,
            shape: self.shape,
            starts_at: self.day.instant(first_tick),
            ends_at: self.day.instant(first_tick + self.shape.span()),
            expires_at,
        }
    }

    /// Why it could not be taken: somebody has it, or it is offered to nobody.
    pub(crate) async fn refusal(&self, ctx: &Ctx, db: &Db) -> Result<Error, Error> {
        let date = self.day.date;
        let maps = day_maps::load(ctx, db, &self.counters, date, date).await?;
        let bookable = window_ticks(self.day, self.window);
        let on_offer = maps.iter().any(|map| {
            let open = map.bookable(self.channel);
            offered(open, open, self.shape).and(bookable).contains(self.tick)
        });
        Ok(if on_offer { Error::SlotTaken } else { wrong("start-raster") })
    }
}

fn wrong(reason: &'static str) -> Error {
    Error::BadInput { field: "start", reason, limit: None }
}
