//! What the operator does with a municipality beside applying its file: found it as a draft, change what is said about it,
//! suspend and resume it.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Fault, TenantTx, audit};
use kernel::{Ctx, ErrorCode, Locale, PublicError, policy};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::Expr,
};
use serde_json::json;

use crate::{
    Applied, ApplyError, Booking, ContactFields, Controller, HolidaySwitches, Land, MailSettings,
    Municipality, RecipientRole, Release, Requirement, Retention, SmsSettings, State, TenantFile,
    Theme,
    apply::{apply, tell_directories},
    directory,
    file::RecipientEntry,
    sections::{sections, write_down},
    store::{controller, settings, tenant},
};

/// The shortest and the longest reason for a suspension.
const REASON: std::ops::RangeInclusive<usize> = 5..=200;

/// Why the operator's wish was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// A value cannot be used.
    #[error("bad input in {field}: {reason}")]
    BadInput {
        /// The API's name of the field.
        field: &'static str,
        /// Key of the sentence.
        reason: &'static str,
    },
    /// There is no such municipality, domain or limit.
    #[error("not found")]
    NotFound,
    /// It does not fit what is there.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// A limit of the municipality is reached.
    #[error("limit reached: {0}")]
    Limit(&'static str),
    /// Somebody else's server did not answer.
    #[error("unavailable: {0}")]
    Unavailable(&'static str),
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] policy::Forbidden),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sea_orm::DbErr> for ManageError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl PublicError for ManageError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::BadInput { .. } => ErrorCode::BadInput,
            Self::NotFound => ErrorCode::NotFound,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::Limit(_) => ErrorCode::LimitReached,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Forbidden(error) => error.code(),
            Self::Fault(fault) => fault.code(),
        }
    }

    fn text_key(&self) -> &'static str {
        match self {
            Self::BadInput { reason, .. } => reason,
            Self::Conflict(key) | Self::Limit(key) | Self::Unavailable(key) => key,
            other => other.code().text_key(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::BadInput { field, .. } => Some(field),
            _ => None,
        }
    }
}

/// A municipality to be founded: what is known on the day of the contract. The rest follows with its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMunicipality {
    /// Its subdomain.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its Land.
    pub land: Land,
    /// Telephone.
    pub phone: String,
    /// Website.
    pub website: String,
    /// Who answers for the processing.
    pub controller: Controller,
    /// Date of the contract with the operator (Art. 28 GDPR).
    pub contract_on: NaiveDate,
}

/// What is to be changed; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Who answers for the processing.
    pub controller: Option<Controller>,
}

/// Since when a municipality is suspended, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// When it began.
    pub since: DateTime<Utc>,
    /// The operator's reason.
    pub reason: String,
}

/// Founds a municipality as a draft in the transaction of its new id. `operator` is the operator's own realm: it becomes the
/// first recipient of the notice.
pub async fn found(
    ctx: &Ctx,
    tx: &TenantTx,
    wanted: &NewMunicipality,
    operator: &Controller,
) -> Result<(), ManageError> {
    let file = wanted.file(operator);
    if let Some(problem) = file.problems(None).first() {
        return Err(wrong(&problem.key));
    }
    let applied = apply(ctx, tx, &file, None).await.map_err(|error| match error {
        ApplyError::Problems(problems) => wrong(problems.first().map_or("", |first| &first.key)),
        ApplyError::HostTaken => ManageError::Conflict("domain-taken"),
        ApplyError::Forbidden(error) => error.into(),
        ApplyError::Fault(Fault::Unique(_)) => {
            ManageError::BadInput { field: "slug", reason: "tenant-slug-taken" }
        }
        ApplyError::Fault(fault) => fault.into(),
    })?;
    let after = sections(tx).await?;
    write_down(ctx, tx, applied, &crate::Sections::new(), &after).await?;
    Ok(())
}

/// Changes what is said about a municipality. Returns whether anything differs.
pub async fn change(ctx: &Ctx, tx: &TenantTx, wanted: &Change) -> Result<bool, ManageError> {
    ctx.authorize(policy::Action::ConfigureTenant)?;
    let before = sections(tx).await?;
    let town = municipality(ctx, tx).await?;
    wanted.check()?;
    let id = tx.tenant().uuid();
    tenant::Entity::update_many()
        .col_expr(
            tenant::Column::Name,
            Expr::value(wanted.name.as_ref().unwrap_or(&town.name).trim()),
        )
        .col_expr(tenant::Column::Revision, Expr::cust("revision + 1"))
        .filter(tenant::Column::Id.eq(id))
        .exec(tx)
        .await?;
    if let Some(own) = &wanted.controller {
        let row = controller::ActiveModel {
            tenant_id: Unchanged(id),
            name: Set(own.name.clone()),
            street: Set(own.street.clone()),
            postal_code: Set(own.postal_code.clone()),
            city: Set(own.city.clone()),
            email: Set(own.email.clone()),
        };
        controller::Entity::update(row).exec(tx).await?;
    }
    let mut document = town.settings;
    document.phone = wanted.phone.clone().unwrap_or(document.phone);
    document.website = wanted.website.clone().unwrap_or(document.website);
    let row = settings::ActiveModel {
        tenant_id: Unchanged(id),
        document: Set(serde_json::to_value(document).unwrap_or_default()),
    };
    settings::Entity::update(row).exec(tx).await?;
    tell_directories(tx).await?;
    let after = sections(tx).await?;
    write_down(ctx, tx, Applied::Updated, &before, &after).await?;
    Ok(before != after)
}

/// Closes a municipality for citizens, with a reason that names nobody.
pub async fn suspend(ctx: &Ctx, tx: &TenantTx, reason: &str) -> Result<(), ManageError> {
    ctx.authorize(policy::Action::ConfigureTenant)?;
    let reason = reason.trim();
    if !REASON.contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(ManageError::BadInput { field: "reason", reason: "tenant-suspend-reason" });
    }
    let row = locked(tx).await?;
    if ctx.tenant().is_platform() || row.state != State::Active.key() {
        return Err(ManageError::Conflict("tenant-not-active"));
    }
    let mut row = row.into_active_model();
    row.state = Set(State::Suspended.key().to_owned());
    row.suspended_at = Set(Some(ctx.now()));
    row.suspended_for = Set(Some(reason.to_owned()));
    tenant::Entity::update(row).exec(tx).await?;
    tell_directories(tx).await?;
    note(ctx, tx, "tenant.suspend", json!({ "reason": reason })).await
}

/// Opens a municipality again. Whether its notice is complete is the caller's to look at before.
pub async fn resume(ctx: &Ctx, tx: &TenantTx) -> Result<(), ManageError> {
    ctx.authorize(policy::Action::ConfigureTenant)?;
    let row = locked(tx).await?;
    if row.state != State::Suspended.key() {
        return Err(ManageError::Conflict("tenant-not-suspended"));
    }
    let mut row = row.into_active_model();
    row.state = Set(State::Active.key().to_owned());
    row.suspended_at = Set(None);
    row.suspended_for = Set(None);
    tenant::Entity::update(row).exec(tx).await?;
    tell_directories(tx).await?;
    note(ctx, tx, "tenant.resume", json!({})).await
}

/// Since when the transaction's municipality is suspended, if it is, and when it was founded.
pub async fn history(
    ctx: &Ctx,
    tx: &TenantTx,
) -> Result<(DateTime<Utc>, Option<Suspension>), ManageError> {
    ctx.authorize(policy::Action::ReadPlatform)?;
    let row = tenant::Entity::find_by_id(tx.tenant().uuid()).one(tx).await?;
    let row = row.ok_or(ManageError::NotFound)?;
    let suspension = row.suspended_at.filter(|_| row.state == State::Suspended.key());
    let reason = row.suspended_for.unwrap_or_default();
    Ok((row.created_at, suspension.map(|since| Suspension { since, reason })))
}

/// Writes a deed at the transaction's municipality into its trail.
pub(crate) async fn note(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &str,
    details: serde_json::Value,
) -> Result<(), ManageError> {
    let act = audit::Act { action, object: "tenant", object_id: Some(tx.tenant().uuid()) };
    Ok(audit::append(ctx, tx, act, details).await?)
}

async fn locked(tx: &TenantTx) -> Result<tenant::Model, ManageError> {
    use sea_orm::QuerySelect;
    let row = tenant::Entity::find_by_id(tx.tenant().uuid()).lock_exclusive().one(tx).await?;
    row.ok_or(ManageError::NotFound)
}

async fn municipality(ctx: &Ctx, tx: &TenantTx) -> Result<Municipality, ManageError> {
    match directory::municipality(ctx, tx).await {
        Ok(found) => found.ok_or(ManageError::NotFound),
        Err(directory::DirectoryError::Incomplete(_)) => {
            Err(ManageError::Conflict("tenant-incomplete"))
        }
        Err(directory::DirectoryError::Fault(fault)) => Err(fault.into()),
    }
}

/// What is wrong with a value of the file, in the API's words.
fn wrong(key: &str) -> ManageError {
    let (field, reason) = match key {
        "slug" => ("slug", "tenant-slug"),
        "website" => ("website", "tenant-website"),
        "phone" => ("phone", "tenant-missing"),
        "controller.name" => ("controller.name", "tenant-missing"),
        "controller.street" => ("controller.street", "tenant-missing"),
        "controller.postal_code" => ("controller.postalCode", "tenant-missing"),
        "controller.city" => ("controller.city", "tenant-missing"),
        "controller.email" => ("controller.email", "email-wrong"),
        _ => ("name", "tenant-missing"),
    };
    ManageError::BadInput { field, reason }
}

impl Change {
    fn check(&self) -> Result<(), ManageError> {
        let is_empty =
            |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
        if is_empty(&self.name) {
            return Err(wrong("name"));
        }
        if is_empty(&self.phone) {
            return Err(wrong("phone"));
        }
        if self.website.as_ref().is_some_and(|website| !website.starts_with("https://")) {
            return Err(wrong("website"));
        }
        let Some(own) = &self.controller else { return Ok(()) };
        let parts = [
            ("controller.name", &own.name),
            ("controller.street", &own.street),
            ("controller.postal_code", &own.postal_code),
            ("controller.city", &own.city),
        ];
        if let Some((key, _)) = parts.into_iter().find(|(_, part)| part.trim().is_empty()) {
            return Err(wrong(key));
        }
        if own.email.contains('@') { Ok(()) } else { Err(wrong("controller.email")) }
    }
}

impl NewMunicipality {
    /// The file of a draft: usual settings, no channel switched on, nobody served.
    fn file(&self, operator: &Controller) -> TenantFile {
        let operator = RecipientEntry {
            role: RecipientRole::Operator,
            name: operator.name.clone(),
            street: operator.street.clone(),
            postal_code: operator.postal_code.clone(),
            city: operator.city.clone(),
            contract_on: self.contract_on,
        };
        TenantFile {
            slug: self.slug.clone(),
            name: self.name.trim().to_owned(),
            time_zone: chrono_tz::Europe::Berlin,
            land: self.land,
            holidays: HolidaySwitches::default(),
            locales: vec![Locale::De, Locale::En],
            hosts: Vec::new(),
            phone: self.phone.clone(),
            website: self.website.clone(),
            controller: self.controller.clone(),
            data_protection_officer: None,
            legal_basis: None,
            recipients: vec![operator],
            theme: Theme {
                primary: "#1a4f7a".to_owned(),
                accent: "#0a5d45".to_owned(),
                coat_of_arms: None,
            },
            contact: ContactFields {
                email: Requirement::Required,
                phone: Requirement::Optional,
                address: Requirement::Hidden,
                birth_date: Requirement::Hidden,
            },
            booking: Booking {
                lead_days: 1,
                lead_minutes: 0,
                horizon_days: 60,
                release: Release::default(),
                same_day_from: None,
                cooldown: None,
                hold_minutes: 10,
                raster_minutes: 15,
                max_open_appointments: 3,
            },
            mail: MailSettings {
                enabled: false,
                from: self.controller.email.clone(),
                sender_name: self.name.trim().to_owned(),
            },
            sms: SmsSettings::usual(false, "lox24", "Termin"),
            openid: None,
            retention: Retention::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> NewMunicipality {
        let controller = Controller {
            name: "Stadt Neustadt".to_owned(),
            street: "Markt 1".to_owned(),
            postal_code: "12345".to_owned(),
            city: "Neustadt".to_owned(),
            email: "info@neustadt.example".to_owned(),
        };
        NewMunicipality {
            slug: "neustadt".to_owned(),
            name: "Neustadt".to_owned(),
            land: Land::NW,
            phone: "02364 1".to_owned(),
            website: "https://www.neustadt.example".to_owned(),
            controller,
            contract_on: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
        }
    }

    #[test]
    fn a_draft_is_a_file_without_problems() {
        let wanted = wanted();
        assert_eq!(wanted.file(&wanted.controller).problems(None), []);
        let bad = NewMunicipality { slug: "Neu Stadt".to_owned(), ..wanted };
        let problem = bad.file(&bad.controller).problems(None).remove(0);
        assert_eq!(wrong(&problem.key).field(), Some("slug"));
    }

    #[test]
    fn only_what_is_said_is_checked_and_every_refusal_has_a_sentence() {
        assert!(Change::default().check().is_ok());
        let text = |text: &str| Some(text.to_owned());
        let own = Controller { city: String::new(), ..wanted().controller };
        for (change, field) in [
            (Change { name: text(" "), ..Change::default() }, "name"),
            (Change { phone: text(""), ..Change::default() }, "phone"),
            (Change { website: text("http://x"), ..Change::default() }, "website"),
            (Change { controller: Some(own), ..Change::default() }, "controller.city"),
        ] {
            let error = change.check().unwrap_err();
            assert_eq!(error.field(), Some(field));
            assert_ne!(error.message(Locale::De), error.text_key());
        }
    }
}
