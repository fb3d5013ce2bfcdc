//! Holding a time while the citizen types.

use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, TenantTx, sealed::TenantKeys, token::Token};
use kernel::{AppointmentId, Ctx, LocationId, policy};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use tenant::Municipality;

use crate::{
    Catalogue, Channel, Error, IdempotencyKey, Item,
    catalogue::json,
    idempotency::KeyHashes,
    model::visit::Visit,
    reach,
    store::{appointments::reservation as table, day_maps, times},
    wish::Wish,
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
    /// Who books: the citizen, or the office for somebody who calls.
    pub channel: Channel,
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
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    command: &Reserve,
) -> Result<Reservation, Error> {
    reach::at(ctx, policy::Action::Reserve, command.location)?;
    command.channel.check(ctx)?;
    let visit = Visit::check(catalogue, &command.items)?;
    let wish = Wish::check(
        ctx,
        town,
        catalogue,
        &visit,
        command.channel.into(),
        command.location,
        command.start,
    )?;
    let keys = db.keys(ctx).await?;
    let key = command.key(&keys)?;
    let id = AppointmentId::new(ctx.clock(), ctx.chance());
    let hold = TimeDelta::minutes(town.settings.booking.hold_minutes.into());
    let held = Reservation {
        id,
        token: keys.token("reservation", id.uuid()),
        location: command.location,
        starts_at: wish.starts_at,
        ends_at: wish.ends_at,
        expires_at: ctx.now() + hold,
        extended: false,
        items: visit.items,
    };
    let old = command.instead_of.as_deref().and_then(Token::parse).map(|token| token.hash());
    let claim = wish.claim(id, Some(held.expires_at));
    match times::hold(ctx, db, &claim, &held, key.as_ref(), old).await? {
        times::Held::Yes => Ok(held),
        times::Held::Taken => Err(wish.refusal(ctx, db).await?),
        times::Held::Seen => replay(ctx, db, &keys, key.as_ref()).await,
    }
}

impl Reserve {
    fn key(&self, keys: &TenantKeys) -> Result<Option<KeyHashes>, Error> {
        let request =
            format!("{:?}|{}|{}|{:?}", self.items, self.location, self.start, self.channel);
        self.idempotency.as_ref().map(|key| key.hashes(keys, &request)).transpose()
    }
}

/// The token of the reservation that the command's key has led to, also when it is over.
pub(crate) async fn token_of(
    ctx: &Ctx,
    db: &Db,
    command: &Reserve,
) -> Result<Option<Token>, Error> {
    let keys = db.keys(ctx).await?;
    let Some(key) = command.key(&keys)? else { return Ok(None) };
    let tx = db.begin(ctx).await?;
    let outcome = key.outcome(&tx, "reserve").await?;
    tx.commit().await?;
    Ok(outcome.map(|id| keys.token("reservation", id)))
}

/// The reservation that the token opens. Expired ones are [`Error::ReservationExpired`].
pub async fn reservation(ctx: &Ctx, tx: &TenantTx, token: &str) -> Result<Reservation, Error> {
    let (row, token) = find(ctx, tx, token).await?;
    read(ctx, row, token)
}

/// Holds the time for as long again, once.
pub async fn extend_reservation(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    token: &str,
) -> Result<Reservation, Error> {
    let (row, token) = find(ctx, tx, token).await?;
    let held = read(ctx, row.clone(), token)?;
    if held.extended {
        return Err(Error::LimitReached { reason: "extended-already", limit: 1 });
    }
    let until = held.expires_at + TimeDelta::minutes(town.settings.booking.hold_minutes.into());
    // the live time before the reservation, as booking does: the order of docs/booking.md
    if !day_maps::extend(tx, held.id, ctx.now(), until).await? {
        return Err(Error::ReservationExpired);
    }
    // Conditional, so that of several requests at once one extends and the others hear that it was done. What they have
    // changed above is undone with their transaction.
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
    Ok(Reservation { expires_at: until, extended: true, ..held })
}

/// Gives the time back. Returns whether it was still held.
pub async fn release_reservation(ctx: &Ctx, tx: &TenantTx, token: &str) -> Result<bool, Error> {
    let (row, _) = match find(ctx, tx, token).await {
        Err(Error::NotFound) => return Ok(false),
        found => found?,
    };
    let freed = give_back(ctx, tx, row.id.into()).await?;
    Ok(freed && row.expires_at > ctx.now())
}

/// Gives a reservation's time back and forgets the reservation.
pub(crate) async fn give_back(ctx: &Ctx, tx: &TenantTx, id: AppointmentId) -> Result<bool, Error> {
    // the day map first, then the live time, then the reservation: the order of docs/booking.md
    let freed = day_maps::free(tx, id, day_maps::Kind::Held, ctx.now()).await?;
    table::Entity::delete_by_id((tx.tenant().uuid(), id.uuid())).exec(tx).await?;
    Ok(freed)
}

/// Finds by hash: the token itself is nowhere.
async fn find(ctx: &Ctx, tx: &TenantTx, token: &str) -> Result<(table::Model, Token), Error> {
    ctx.authorize(policy::Action::Reserve)?;
    let token = Token::parse(token).ok_or(Error::NotFound)?;
    let row = table::Entity::find()
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::TokenHash.eq(token.hash()))
        .one(tx)
        .await?;
    let row = row.ok_or(Error::NotFound)?;
    reach::at(ctx, policy::Action::Reserve, row.location_id.into())?;
    Ok((row, token))
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

/// The reservation that the key has led to.
async fn replay(
    ctx: &Ctx,
    db: &Db,
    keys: &TenantKeys,
    key: Option<&KeyHashes>,
) -> Result<Reservation, Error> {
    let tx = db.begin(ctx).await?;
    let outcome = match key {
        Some(key) => key.outcome(&tx, "reserve").await?,
        None => None,
    };
    // the key went in between, or what it led to was released, booked or swept: its outcome is over
    let id = outcome.ok_or(Error::ReservationExpired)?;
    let row = table::Entity::find_by_id((tx.tenant().uuid(), id)).one(&tx).await?;
    tx.commit().await?;
    read(ctx, row.ok_or(Error::ReservationExpired)?, keys.token("reservation", id))
}
