//! The table of requests.

use chrono::NaiveDate;
use db::{
    Fault, TenantTx,
    sealed::{self, Place},
};
use kernel::{Ctx, PrivacyRequestId};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    RightsError,
    model::{About, Applicant, NewRequest, PrivacyRequest, RequestKind, RequestState, Way},
};

/// Table `privacy_request`.
pub(super) mod table {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "privacy_request")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub reference: String,
        pub kind: String,
        pub state: String,
        pub channel: String,
        pub received_on: Date,
        pub due_on: Date,
        pub extended_until: Option<Date>,
        pub extension_reason: Option<String>,
        pub refusal_reason: Option<String>,
        pub answered_at: Option<DateTimeUtc>,
        pub answered_by: Option<String>,
        pub reminded_on: Option<Date>,
        pub review_on: Option<Date>,
        pub created_at: DateTimeUtc,
        pub subject_id: Option<Uuid>,
        pub sealed: Option<Vec<u8>>,
        pub about: Option<Json>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use table::{ActiveModel, Column, Entity, Model};

/// States in which something is still to be done.
const LIVE: [RequestState; 3] =
    [RequestState::Open, RequestState::Restricted, RequestState::Lifting];

/// Writes a request that waits for its answer.
pub(super) async fn insert(
    ctx: &Ctx,
    tx: &TenantTx,
    new: &NewRequest,
    about: &About,
) -> Result<PrivacyRequestId, Fault> {
    let id = PrivacyRequestId::new(ctx.clock(), ctx.chance());
    let key = sealed::create_subject(ctx, tx).await?;
    let plain = serde_json::to_vec(&new.applicant).map_err(|_| Fault::Sealed)?;
    let row = ActiveModel {
        state: Set(RequestState::Open.key().to_owned()),
        channel: Set(new.channel.key().to_owned()),
        received_on: Set(new.received_on),
        due_on: Set(super::clock::due(new.received_on)),
        subject_id: Set(Some(key.subject().uuid())),
        sealed: Set(Some(key.seal(ctx.chance(), place(id), &plain)?)),
        about: Set(Some(serde_json::to_value(about).unwrap_or_default())),
        ..blank(ctx, tx, id, new.kind)
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// Writes down what a person has done themself, at once.
pub(super) async fn insert_done(
    ctx: &Ctx,
    tx: &TenantTx,
    kind: RequestKind,
    today: NaiveDate,
) -> Result<(), Fault> {
    let id = PrivacyRequestId::new(ctx.clock(), ctx.chance());
    let row = ActiveModel {
        state: Set(RequestState::Done.key().to_owned()),
        channel: Set(Way::Own.key().to_owned()),
        received_on: Set(today),
        due_on: Set(super::clock::due(today)),
        answered_at: Set(Some(ctx.now())),
        answered_by: Set(Some(Way::Own.key().to_owned())),
        ..blank(ctx, tx, id, kind)
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

fn blank(ctx: &Ctx, tx: &TenantTx, id: PrivacyRequestId, kind: RequestKind) -> ActiveModel {
    ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(id.uuid()),
        reference: Set(reference(ctx)),
        kind: Set(kind.key().to_owned()),
        extended_until: Set(None),
        extension_reason: Set(None),
        refusal_reason: Set(None),
        answered_at: Set(None),
        answered_by: Set(None),
        reminded_on: Set(None),
        review_on: Set(None),
        created_at: Set(ctx.now()),
        subject_id: Set(None),
        sealed: Set(None),
        about: Set(None),
        ..<ActiveModel as sea_orm::ActiveModelTrait>::default()
    }
}

/// "DS-7K3Q9M2X": without letters that are mistaken for each other.
fn reference(ctx: &Ctx) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let letter = |byte: u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('2', char::from);
    format!("DS-{}", ctx.random::<8>().into_iter().map(letter).collect::<String>())
}

/// A request, locked for a change or not.
pub(super) async fn find(
    tx: &TenantTx,
    id: PrivacyRequestId,
    lock: bool,
) -> Result<Option<PrivacyRequest>, RightsError> {
    let mut query = Entity::find_by_id((tx.tenant().uuid(), id.uuid()));
    if lock {
        query = query.lock_exclusive();
    }
    match query.one(tx).await? {
        Some(row) => Ok(Some(read(tx, row).await?)),
        None => Ok(None),
    }
}

/// What waits, by its last day, and then what is answered, the latest first; after the first `skipped`.
pub(super) async fn list(
    tx: &TenantTx,
    open: bool,
    skipped: u64,
    limit: u64,
) -> Result<Vec<PrivacyRequest>, RightsError> {
    let live = LIVE.map(RequestState::key);
    let query = Entity::find().filter(Column::TenantId.eq(tx.tenant().uuid()));
    let query = if open {
        query.filter(Column::State.is_in(live)).order_by_asc(Column::DueOn)
    } else {
        query.filter(Column::State.is_not_in(live)).order_by_desc(Column::AnsweredAt)
    };
    let rows = query.order_by_asc(Column::Id).offset(skipped).limit(limit).all(tx).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(read(tx, row).await?);
    }
    Ok(found)
}

/// Everything that waits, without who asks.
pub(super) async fn waiting(tx: &TenantTx) -> Result<Vec<Model>, Fault> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::State.eq(RequestState::Open.key()))
        .order_by_asc(Column::DueOn)
        .all(tx)
        .await?)
}

/// Restrictions that must be looked at again by a day and of which nobody was told since, without who asks. Those that were
/// decided before there was a review are looked at once their time is over, too.
pub(super) async fn to_review(tx: &TenantTx, today: NaiveDate) -> Result<Vec<Model>, Fault> {
    let rows = Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::State.eq(RequestState::Restricted.key()))
        .order_by_asc(Column::ReceivedOn)
        .all(tx)
        .await?;
    let due = |row: &Model| row.review_on.unwrap_or_else(|| super::clock::review(row.received_on));
    Ok(rows
        .into_iter()
        .filter(|row| due(row) <= today && row.reminded_on.is_none_or(|day| day < due(row)))
        .collect())
}

/// Columns of one request.
pub(super) fn one(tx: &TenantTx, id: PrivacyRequestId) -> ActiveModel {
    use sea_orm::ActiveValue::Unchanged;
    ActiveModel {
        tenant_id: Unchanged(tx.tenant().uuid()),
        id: Unchanged(id.uuid()),
        ..<ActiveModel as sea_orm::ActiveModelTrait>::default()
    }
}

/// Writes columns of one request.
pub(super) async fn update(tx: &TenantTx, row: ActiveModel) -> Result<(), Fault> {
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Ends a request: who asked and what it was about goes.
pub(super) async fn close(
    ctx: &Ctx,
    tx: &TenantTx,
    id: PrivacyRequestId,
    state: RequestState,
    by: Way,
    refusal: Option<&str>,
) -> Result<(), Fault> {
    let found = Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    if let Some(subject) = found.and_then(|row| row.subject_id) {
        sealed::destroy_subject(tx, subject.into()).await?;
    }
    let row = ActiveModel {
        state: Set(state.key().to_owned()),
        answered_at: Set(Some(ctx.now())),
        answered_by: Set(Some(by.key().to_owned())),
        refusal_reason: Set(refusal.map(ToOwned::to_owned)),
        subject_id: Set(None),
        sealed: Set(None),
        about: Set(None),
        ..one(tx, id)
    };
    update(tx, row).await
}

async fn read(tx: &TenantTx, row: Model) -> Result<PrivacyRequest, RightsError> {
    let id = PrivacyRequestId::from(row.id);
    let applicant = match (row.subject_id, &row.sealed) {
        (Some(subject), Some(sealed_applicant)) => {
            match sealed::subject_key(tx, subject.into()).await? {
                Some(key) => {
                    let plain = key.open(place(id), sealed_applicant)?;
                    let applicant: Applicant =
                        serde_json::from_slice(&plain).map_err(|_| Fault::Sealed)?;
                    Some(applicant)
                }
                None => None,
            }
        }
        _ => None,
    };
    Ok(PrivacyRequest {
        id,
        reference: row.reference,
        kind: RequestKind::from_key(&row.kind).ok_or(RightsError::NotFound)?,
        state: RequestState::from_key(&row.state).ok_or(RightsError::NotFound)?,
        channel: Way::from_key(&row.channel).ok_or(RightsError::NotFound)?,
        received_on: row.received_on,
        due_on: row.due_on,
        extended_until: row.extended_until,
        extension_reason: row.extension_reason,
        refusal_reason: row.refusal_reason,
        review_on: row.review_on,
        answered_at: row.answered_at,
        answered_by: row.answered_by.as_deref().and_then(Way::from_key),
        applicant,
        about: row.about.and_then(|about| serde_json::from_value(about).ok()),
    })
}

fn place(id: PrivacyRequestId) -> Place {
    Place { column: "privacy_request.sealed", row: id.uuid() }
}
