//! Makes the database agree with a tenant's file. Applying the same file again changes nothing.

use db::{Db, Fault, TenantTx};
use kernel::{Ctx, RecipientId, TenantId, policy};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement,
    sea_query::{Expr, OnConflict},
};

use crate::{
    CHANNEL, PLATFORM_SLUG, Problem, State, TenantFile, domains,
    store::{coat_of_arms, controller, recipient, settings, tenant},
};

/// What applying a file did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// The municipality is new.
    Created,
    /// It was there; its data now agrees with the file.
    Updated,
}

/// Why a file was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The file must be corrected first.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<Problem>),
    /// A domain belongs to another municipality.
    #[error("a host of the file belongs to another municipality")]
    HostTaken,
    /// Only the operator applies files.
    #[error(transparent)]
    Forbidden(#[from] policy::Forbidden),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sea_orm::DbErr> for ApplyError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

/// The id of the municipality with the slug, if there is one.
pub async fn identify(db: &Db, slug: &str) -> Result<Option<TenantId>, Fault> {
    let tx = db.begin_system().await?;
    let found = tenant::Entity::find().filter(tenant::Column::Slug.eq(slug)).one(&tx).await?;
    tx.commit().await?;
    Ok(found.map(|row| row.id.into()))
}

/// The names of all municipalities in addresses and at the command line, suspended ones too, with their ids.
pub async fn slugs(db: &Db) -> Result<Vec<(String, TenantId)>, Fault> {
    let tx = db.begin_system().await?;
    let rows = tenant::Entity::find().order_by_asc(tenant::Column::Slug).all(&tx).await?;
    tx.commit().await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.id.into())).collect())
}

/// Writes the municipality's own data in the caller's transaction (the owner's role). Services and notice follow in
/// the same transaction.
pub async fn apply(
    ctx: &Ctx,
    tx: &TenantTx,
    file: &TenantFile,
    coat_of_arms_svg: Option<&str>,
) -> Result<Applied, ApplyError> {
    ctx.authorize(policy::Action::ConfigureTenant)?;
    let mut problems = file.problems(coat_of_arms_svg);
    if (file.slug == PLATFORM_SLUG) != ctx.tenant().is_platform() {
        let problem = "`ops` is the operator's own host";
        problems.push(Problem { key: "slug".to_owned(), problem: problem.to_owned() });
    }
    if !problems.is_empty() {
        return Err(ApplyError::Problems(problems));
    }
    let id = ctx.tenant().uuid();
    let known = tenant::Entity::find_by_id(id).one(tx).await?;
    let row = tenant::ActiveModel {
        id: Set(id),
        slug: Set(file.slug.clone()),
        name: Set(file.name.clone()),
        state: Set(State::Draft.key().to_owned()),
        notice_version: Set(0),
        revision: Set(1),
        created_at: Set(ctx.now()),
        suspended_at: Set(None),
        suspended_for: Set(None),
    };
    // `state` is not touched: a suspended municipality stays suspended when its file is applied, and a draft is one until
    // its notice says everything (`go_live`).
    tenant::Entity::insert(row)
        .on_conflict(
            OnConflict::column(tenant::Column::Id)
                .update_columns([tenant::Column::Slug, tenant::Column::Name])
                .value(tenant::Column::Revision, Expr::cust("tenant.revision + 1"))
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    db::sealed::ensure_tenant_key(ctx, tx).await?;
    domains::agree_with_file(ctx, tx, file).await?;
    write_controller(tx, file).await?;
    write_recipients(ctx, tx, file).await?;
    write_settings(tx, file).await?;
    write_coat_of_arms(tx, coat_of_arms_svg).await?;
    tell_directories(tx).await?;
    Ok(if known.is_some() { Applied::Updated } else { Applied::Created })
}

/// Tells running gateways to read the directory anew, once the transaction has committed.
pub async fn tell_directories(tx: &TenantTx) -> Result<(), Fault> {
    tx.execute_raw(Statement::from_sql_and_values(
        sea_orm::DbBackend::Postgres,
        "SELECT pg_notify($1, $2)",
        [CHANNEL.into(), tx.tenant().to_string().into()],
    ))
    .await?;
    Ok(())
}

/// Lets a draft be served. Returns whether it was one; any other state stays as it is.
pub async fn go_live(ctx: &Ctx, tx: &TenantTx) -> Result<bool, ApplyError> {
    ctx.authorize(policy::Action::ConfigureTenant)?;
    let changed = tenant::Entity::update_many()
        .col_expr(tenant::Column::State, Expr::value(State::Active.key()))
        .filter(tenant::Column::Id.eq(ctx.tenant().uuid()))
        .filter(tenant::Column::State.eq(State::Draft.key()))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Whether the transaction's municipality is served, and if not, why.
pub async fn state(tx: &TenantTx) -> Result<Option<State>, Fault> {
    let row = tenant::Entity::find_by_id(tx.tenant().uuid()).one(tx).await?;
    Ok(row.and_then(|row| State::from_key(&row.state)))
}

async fn write_controller(tx: &TenantTx, file: &TenantFile) -> Result<(), ApplyError> {
    use controller::Column;
    let row = controller::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        name: Set(file.controller.name.clone()),
        street: Set(file.controller.street.clone()),
        postal_code: Set(file.controller.postal_code.clone()),
        city: Set(file.controller.city.clone()),
        email: Set(file.controller.email.clone()),
    };
    controller::Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::TenantId)
                .update_columns([
                    Column::Name,
                    Column::Street,
                    Column::PostalCode,
                    Column::City,
                    Column::Email,
                ])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Recipients keep their id as long as role and name stay.
async fn write_recipients(ctx: &Ctx, tx: &TenantTx, file: &TenantFile) -> Result<(), ApplyError> {
    let known = recipient::Entity::find()
        .filter(recipient::Column::TenantId.eq(tx.tenant().uuid()))
        .order_by_asc(recipient::Column::Position)
        .all(tx)
        .await?;
    recipient::Entity::delete_many()
        .filter(recipient::Column::TenantId.eq(tx.tenant().uuid()))
        .exec(tx)
        .await?;
    for (position, entry) in (0i32..).zip(&file.recipients) {
        let same = known.iter().find(|row| row.role == entry.role.key() && row.name == entry.name);
        let id =
            same.map_or_else(|| RecipientId::new(ctx.clock(), ctx.chance()).uuid(), |row| row.id);
        let row = recipient::ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            id: Set(id),
            position: Set(position),
            role: Set(entry.role.key().to_owned()),
            name: Set(entry.name.clone()),
            street: Set(entry.street.clone()),
            postal_code: Set(entry.postal_code.clone()),
            city: Set(entry.city.clone()),
            contract_on: Set(entry.contract_on),
        };
        recipient::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn write_settings(tx: &TenantTx, file: &TenantFile) -> Result<(), ApplyError> {
    let row = settings::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        document: Set(serde_json::to_value(file.settings()).unwrap_or_default()),
    };
    settings::Entity::insert(row)
        .on_conflict(
            OnConflict::column(settings::Column::TenantId)
                .update_column(settings::Column::Document)
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

async fn write_coat_of_arms(tx: &TenantTx, svg: Option<&str>) -> Result<(), ApplyError> {
    use coat_of_arms::Column;
    coat_of_arms::Entity::delete_many()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .exec(tx)
        .await?;
    if let Some(svg) = svg {
        let row = coat_of_arms::ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            svg: Set(svg.to_owned()),
        };
        coat_of_arms::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}
