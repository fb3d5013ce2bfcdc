//! The latest report of each municipality.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use super::Report;
use crate::notice::permit;

mod rows {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proof_report")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        pub made_at: DateTimeUtc,
        pub notice_version: i32,
        pub findings: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Puts a report in the place of the one before. The operator's command does it.
pub async fn keep(ctx: &Ctx, tx: &TenantTx, report: &Report) -> Result<(), Fault> {
    use rows::Column;
    permit(ctx, Action::ConfigureTenant)?;
    let at: DateTime<Utc> = report.at;
    let row = rows::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        made_at: Set(at),
        notice_version: Set(report.notice_version),
        findings: Set(serde_json::to_value(&report.findings).unwrap_or_default()),
    };
    rows::Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::TenantId)
                .update_columns([Column::MadeAt, Column::NoticeVersion, Column::Findings])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The latest report, if the installation was ever looked at.
pub async fn latest(ctx: &Ctx, tx: &TenantTx) -> Result<Option<Report>, Fault> {
    permit(ctx, Action::ReadRecord)?;
    read(tx).await
}

/// The latest report, for use cases that have looked at the right themselves.
pub(crate) async fn read(tx: &TenantTx) -> Result<Option<Report>, Fault> {
    let row = rows::Entity::find_by_id(tx.tenant().uuid()).one(tx).await?;
    Ok(row.map(|row| Report {
        at: row.made_at,
        notice_version: row.notice_version,
        findings: serde_json::from_value(row.findings).unwrap_or_default(),
    }))
}
