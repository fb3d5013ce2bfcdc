//! What edits would do to the calendar as it is: days, capacity, appointments.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use db::TenantTx;
use kernel::{AppointmentId, Ctx, policy};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tenant::Municipality;

use crate::{
    Appointment, Catalogue, Edits, Error, appointments,
    calendar::{counters, horizon},
    customer,
    model::{
        availability::Window,
        impact::{self, AlteredDays, Taken},
        opening::LocalDay,
        relief::{self, Displaced, Maps, RELIEF_DAYS, Relief},
        rules::RuleBook,
        visit::Visit,
    },
    store::{appointments::appointment as table, changes},
};

/// Appointments that one change may hit, at most.
pub const MOST_HIT: usize = 2_000;

/// What a change of the rules does.
pub(crate) struct Outlook {
    pub(crate) edits: Edits,
    pub(crate) book: RuleBook,
    pub(crate) altered: AlteredDays,
    /// Days on which something may be hit.
    pub(crate) days: Vec<NaiveDate>,
}

/// An appointment whose hours go.
pub(crate) struct Affected {
    pub(crate) taken: Taken,
    pub(crate) row: table::Model,
    pub(crate) appointment: Appointment,
}

/// The appointments and reservations that are hit.
pub(crate) struct Hits {
    /// By start.
    pub(crate) affected: Vec<Affected>,
    pub(crate) held: Vec<AppointmentId>,
}

impl Outlook {
    /// Of edits on rules.
    pub(crate) async fn of(
        ctx: &Ctx,
        tx: &TenantTx,
        town: &Municipality,
        edits: &Edits,
        old: &RuleBook,
    ) -> Result<Self, Error> {
        let (from, to) = horizon(ctx, town);
        let book = edits.apply(old);
        let served = counters(tx).await?;
        let altered = impact::altered(&served, town, (from, to), old, &book);
        let closed = edits.closures.iter().flat_map(|closure| {
            let (from, to) = (closure.from.max(from), closure.to.min(to));
            from.iter_days().take_while(move |day| *day <= to)
        });
        let days: BTreeSet<NaiveDate> = altered.keys().map(|(_, day)| *day).chain(closed).collect();
        Ok(Self { edits: edits.clone(), book, altered, days: days.into_iter().collect() })
    }

    /// Finds what is hit. With `lock` held times cannot be booked until the transaction ends; all maps are locked.
    pub(crate) async fn hits(&self, ctx: &Ctx, tx: &TenantTx, lock: bool) -> Result<Hits, Error> {
        let taken = changes::taken(tx, &self.days, ctx.now(), lock).await?;
        let hit = taken.into_iter().filter(|one| one.is_hit(&self.altered, &self.edits));
        let (booked, held): (Vec<Taken>, Vec<Taken>) = hit.partition(|one| one.is_booked);
        if booked.len() > MOST_HIT {
            let limit = u32::try_from(MOST_HIT).unwrap_or(u32::MAX);
            return Err(Error::LimitReached { reason: "too-many-hit", limit });
        }
        let mut affected = appointments_of(tx, booked).await?;
        // nobody works with restricted data, a change of the calendar neither: the appointment stays as it is
        let people = affected.iter().filter_map(|one| one.row.subject_id).collect();
        let restricted = customer::restricted(tx, people).await?;
        affected.retain(|one| {
            let is_open =
                one.appointment.status.can_change() && one.appointment.starts_at > ctx.now();
            is_open && !one.row.subject_id.is_some_and(|subject| restricted.contains(&subject))
        });
        affected.sort_by_key(|one| (one.appointment.starts_at, one.appointment.id));
        Ok(Hits { affected, held: held.into_iter().map(|one| one.id).collect() })
    }

    /// The days on which another time is looked for, those of the change included.
    pub(crate) fn relief_days(&self) -> Vec<NaiveDate> {
        let around = |day: &NaiveDate| {
            let last = *day + Days::new(RELIEF_DAYS);
            day.iter_days().take_while(move |date| *date <= last)
        };
        let days: BTreeSet<NaiveDate> = self.days.iter().flat_map(around).collect();
        days.into_iter().collect()
    }

    /// Another time for each of the affected, on the maps as they will be.
    pub(crate) async fn reliefs(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        town: &Municipality,
        catalogue: &Catalogue,
        affected: &[Affected],
    ) -> Result<Vec<Option<Relief>>, Error> {
        if affected.is_empty() {
            return Ok(Vec::new());
        }
        let mut maps = Maps::new();
        for mut map in changes::maps(tx, &self.relief_days()).await? {
            if let Some(day) = self.altered.get(&(map.counter, map.day)) {
                map.open = day.new.online;
                map.open_phone = day.new.phone;
            }
            maps.insert((map.counter, map.day), map);
        }
        let displaced: Vec<Option<Displaced>> =
            affected.iter().map(|one| displaced(ctx, town, catalogue, one)).collect();
        let known: Vec<bool> = displaced.iter().map(Option::is_some).collect();
        let displaced: Vec<Displaced> = displaced.into_iter().flatten().collect();
        let mut found = relief::plan(&mut maps, &displaced, town.zone()).into_iter();
        Ok(known
            .into_iter()
            .map(|known| if known { found.next().flatten() } else { None })
            .collect())
    }
}

/// What an appointment needs; `None` when what was booked is no longer offered.
fn displaced(
    ctx: &Ctx,
    town: &Municipality,
    catalogue: &Catalogue,
    one: &Affected,
) -> Option<Displaced> {
    let visit = Visit::check(catalogue, &one.appointment.items).ok()?;
    // what is suggested is what citizens could choose: a call at short notice is the office's decision
    let window = Window::of(one.taken.channel.into(), ctx.now(), town, &visit);
    let mut places = visit.places(catalogue, None).ok()?;
    let reach = policy::reach(ctx.actor(), policy::Action::ReadCalendar);
    places.retain(|place| reach.includes(*place));
    places.sort_by_key(|place| *place != one.appointment.location);
    let able = places
        .iter()
        .flat_map(|place| catalogue.counters_for(*place, &visit.items))
        .map(|counter| (counter.location, counter.id));
    let shape = visit.shape(&town.settings.booking);
    Some(Displaced { taken: one.taken, shape, window, able: able.collect() })
}

async fn appointments_of(tx: &TenantTx, booked: Vec<Taken>) -> Result<Vec<Affected>, Error> {
    let tenant = tx.tenant().uuid();
    let ids = || booked.iter().map(|one| one.id.uuid());
    if booked.is_empty() {
        return Ok(Vec::new());
    }
    let rows = table::Entity::find()
        .filter(table::Column::TenantId.eq(tenant))
        .filter(table::Column::Id.is_in(ids()))
        .all(tx)
        .await?;
    let mut items = appointments::items_of(tx, ids()).await?;
    rows.into_iter()
        .filter_map(|row| {
            let taken = *booked.iter().find(|one| one.id.uuid() == row.id)?;
            let items = items.remove(&row.id).unwrap_or_default();
            let read = appointments::read_appointment(row.clone(), items);
            Some(read.map(|appointment| Affected { taken, row, appointment }))
        })
        .collect()
}

/// The local day of an instant.
pub(crate) fn day_of(at: chrono::DateTime<chrono::Utc>, town: &Municipality) -> NaiveDate {
    LocalDay::of(at, town.zone()).date
}
