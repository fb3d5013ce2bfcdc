//! Holding a time while the citizen types.

use chrono::{DateTime, TimeDelta, Utc};
use db::{TenantTx, token::Token};
use kernel::{AppointmentId, CounterId, Ctx, LocationId, policy};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use tenant::Municipality;

use crate::{
    Catalogue, Error, IdempotencyKey, Item, catalogue,
    catalogue::json,
    idempotency::{Seen, remember},
    model::{
        availability::{Window, offered_starts},
        opening::LocalDay,
        ticks::Ticks,
        visit::Visit,
    },
    store::{
        appointments::reservation as table,
        day_maps::{self, Claim},
    },
};

/// Hold a time.
#[derive(Debug, Clone)]
pub struct Reserve {
    /// The visit.
    pub items: Vec<Item>,
    /// Where.
    pub location: LocationId,
    /// From when; one of the offered starts.
    pub start: DateTime<Utc>,
    /// The same key gives the same reservation.
    pub idempotency: Option<IdempotencyKey>,
    /// Token of a reservation that is given up for this one, together or not at all.
    pub instead_of: Option<String>,
}

/// A held time.
#[derive(Debug, Clone)]
pub struct Reservation {
    /// Its id; the appointment will have the same.
    pub id: AppointmentId,
    /// Opens it. Shown to whoever reserved.
    pub token: Token,
    /// Where.
    pub location: LocationId,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Until when it is held.
    pub expires_at: DateTime<Utc>,
    /// Whether it was extended, which is possible once.
    pub extended: bool,
    /// The visit.
    pub items: Vec<Item>,
}

/// Holds a time. Nobody else can take it until the reservation expires, is released or booked.
pub async fn reserve(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    command: &Reserve,
) -> Result<Reservation, Error> {
    ctx.authorize(policy::Action::Reserve)?;
    let id = AppointmentId::new(ctx.clock(), ctx.chance());
    let request = format!("{:?}|{}|{}", command.items, command.location, command.start);
    let seen =
        remember(ctx, tx, "reserve", command.idempotency.as_ref(), &request, id.uuid()).await?;
    if let Seen::Before(outcome) = seen {
        return replay(ctx, tx, outcome.into()).await;
    }
    let catalogue = catalogue(ctx, tx).await?;
    let visit = Visit::check(&catalogue, &command.items)?;
    let wish =
        Wish::check(ctx, tx, town, &catalogue, &visit, command.location, command.start).await?;
    let expires_at = ctx.now() + TimeDelta::minutes(town.settings.booking.hold_minutes.into());
    let old = match &command.instead_of {
        Some(token) => find(tx, token).await.map(|(row, _)| row).ok(),
        None => None,
    };
    let old_id = old.as_ref().map(|row| row.id.into());
    let counter = day_maps::claim(tx, &wish.claim(id), ctx.now(), expires_at, old_id)
        .await?
        .ok_or(Error::SlotTaken)?;
    if let Some(old) = old {
        table::Entity::delete_by_id((old.tenant_id, old.id)).exec(tx).await?;
    }
    let token = token_of(tx, id).await?;
    let row = table::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(id.uuid()),
        token_hash: Set(token.hash()),
        location_id: Set(command.location.uuid()),
        counter_id: Set(counter.uuid()),
        starts_at: Set(wish.starts_at),
        ends_at: Set(wish.ends_at),
        items: Set(serde_json::to_value(&visit.items).unwrap_or_default()),
        expires_at: Set(expires_at),
        extended: Set(false),
        created_at: Set(ctx.now()),
    };
    table::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(Reservation {
        id,
        token,
        location: command.location,
        starts_at: wish.starts_at,
        ends_at: wish.ends_at,
        expires_at,
        extended: false,
        items: visit.items,
    })
}

/// The reservation that the token opens. Expired ones are [`Error::ReservationExpired`].
pub async fn reservation(ctx: &Ctx, tx: &TenantTx, token: &str) -> Result<Reservation, Error> {
    ctx.authorize(policy::Action::Reserve)?;
    let (row, token) = find(tx, token).await?;
    read(ctx, row, token)
}

/// Holds the time for as long again, once.
pub async fn extend_reservation(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    token: &str,
) -> Result<Reservation, Error> {
    ctx.authorize(policy::Action::Reserve)?;
    let (row, token) = find(tx, token).await?;
    let held = read(ctx, row.clone(), token)?;
    if held.extended {
        return Err(Error::LimitReached { reason: "extended-already", limit: 1 });
    }
    let until = held.expires_at + TimeDelta::minutes(town.settings.booking.hold_minutes.into());
    // Conditional, so that of several requests at once one extends and the others hear that it was done.
    let extended = table::Entity::update_many()
        .col_expr(table::Column::ExpiresAt, Expr::value(until))
        .col_expr(table::Column::Extended, Expr::value(true))
        .filter(table::Column::TenantId.eq(row.tenant_id))
        .filter(table::Column::Id.eq(row.id))
        .filter(table::Column::Extended.eq(false))
        .exec(tx)
        .await?;
    if extended.rows_affected == 0 {
        return Err(Error::LimitReached { reason: "extended-already", limit: 1 });
    }
    if !day_maps::extend(tx, held.id, ctx.now(), until).await? {
        return Err(Error::ReservationExpired);
    }
    Ok(Reservation { expires_at: until, extended: true, ..held })
}

/// Gives the time back. Returns whether it was still held.
pub async fn release_reservation(ctx: &Ctx, tx: &TenantTx, token: &str) -> Result<bool, Error> {
    ctx.authorize(policy::Action::Reserve)?;
    let (row, _) = match find(tx, token).await {
        Err(Error::NotFound) => return Ok(false),
        found => found?,
    };
    // the day map first, then the live time, then the reservation: the order of docs/booking.md
    let freed = day_maps::free(tx, row.id.into(), day_maps::Kind::Held, ctx.now()).await?;
    table::Entity::delete_by_id((row.tenant_id, row.id)).exec(tx).await?;
    Ok(freed && row.expires_at > ctx.now())
}

/// A start that the municipality offers to somebody, whether or not it is still free.
pub(crate) struct Wish {
    location: LocationId,
    counters: Vec<CounterId>,
    day: LocalDay,
    first_tick: u32,
    ticks: u32,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
}

impl Wish {
    /// Checks place and start. What is offered passes, and nothing else; whether it is taken is the claim's question.
    pub(crate) async fn check(
        ctx: &Ctx,
        tx: &TenantTx,
        town: &Municipality,
        catalogue: &Catalogue,
        visit: &Visit,
        location: LocationId,
        start: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let wrong = |reason| Error::BadInput { field: "start", reason, limit: None };
        if catalogue.location(location).is_none() {
            return Err(Error::NotFound);
        }
        let able: Vec<CounterId> = catalogue
            .counters_for(location, &visit.items)
            .iter()
            .map(|counter| counter.id)
            .collect();
        if able.is_empty() {
            return Err(Error::BadInput {
                field: "locationId",
                reason: "service-not-here",
                limit: None,
            });
        }
        let booking = &town.settings.booking;
        let window = Window::new(ctx.now(), town.zone(), booking);
        let day = LocalDay::of(start, town.zone());
        if start < window.earliest_on(day.date) {
            return Err(wrong("start-past"));
        }
        if day.date > window.last_day {
            return Err(wrong("start-far"));
        }
        let first_tick = day.tick_at(start).ok_or_else(|| wrong("start-raster"))?;
        let maps = day_maps::load(tx, &able, day.date, day.date, ctx.now()).await?;
        let counters: Vec<CounterId> = able
            .into_iter()
            .filter(|counter| {
                maps.iter().filter(|map| map.counter == *counter).any(|map| {
                    let empty = day_maps::DayMap { busy: Ticks::default(), ..*map };
                    offered_starts(&empty, day, window, visit.ticks, booking.raster_minutes)
                        .contains(first_tick)
                })
            })
            .collect();
        if counters.is_empty() {
            return Err(wrong("start-raster"));
        }
        Ok(Self {
            location,
            counters,
            day,
            first_tick,
            ticks: visit.ticks,
            starts_at: day.instant(first_tick),
            ends_at: day.instant(first_tick + visit.ticks),
        })
    }

    pub(crate) fn claim(&self, id: AppointmentId) -> Claim<'_> {
        Claim {
            id,
            location: self.location,
            counters: &self.counters,
            day: self.day.date,
            first_tick: self.first_tick,
            ticks: self.ticks,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
        }
    }
}

async fn token_of(tx: &TenantTx, id: AppointmentId) -> Result<Token, Error> {
    Ok(tx.keys().await?.token("reservation", id.uuid()))
}

/// Finds by hash: the token itself is nowhere.
pub(crate) async fn find(tx: &TenantTx, token: &str) -> Result<(table::Model, Token), Error> {
    let token = Token::parse(token).ok_or(Error::NotFound)?;
    let row = table::Entity::find()
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::TokenHash.eq(token.hash()))
        .one(tx)
        .await?;
    Ok((row.ok_or(Error::NotFound)?, token))
}

pub(crate) fn read(ctx: &Ctx, row: table::Model, token: Token) -> Result<Reservation, Error> {
    if row.expires_at <= ctx.now() {
        return Err(Error::ReservationExpired);
    }
    Ok(Reservation {
        id: row.id.into(),
        token,
        location: row.location_id.into(),
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        expires_at: row.expires_at,
        extended: row.extended,
        items: json(row.items)?,
    })
}

async fn replay(ctx: &Ctx, tx: &TenantTx, id: AppointmentId) -> Result<Reservation, Error> {
    let row = table::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    // released, booked or swept since: the key's outcome is over
    read(ctx, row.ok_or(Error::ReservationExpired)?, token_of(tx, id).await?)
}
