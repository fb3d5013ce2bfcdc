//! The register of incidents (Art. 33 GDPR): what happened, whom it concerns in kinds and numbers, what was done, and whether the
//! authority was told within 72 hours. It names nobody.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use db::{Fault, TenantTx, audit};
use kernel::{Ctx, IncidentId, policy::Action};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use uuid::Uuid;

use crate::DutyError;

/// How long the municipality has to tell the authority, from when it heard of the incident (Art. 33(1)).
pub const WITHIN: TimeDelta = TimeDelta::hours(72);

/// What is noted about an incident. Kinds and numbers, nobody's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What it is called, 3 to 120 characters.
    pub title: String,
    /// When the municipality heard of it. Not later than now.
    pub noticed_at: DateTime<Utc>,
    /// What happened.
    pub description: String,
    /// What kinds of data and of people it concerns.
    pub categories: String,
    /// About how many people, where one knows.
    pub people: Option<u32>,
    /// What was done and what follows from it.
    pub measures: String,
    /// When the authority was told.
    pub authority_told_at: Option<DateTime<Utc>>,
    /// Why the authority need not be told: there is no risk for people.
    pub no_report_reason: String,
    /// When the people concerned were told (Art. 34).
    pub people_told_at: Option<DateTime<Utc>>,
    /// Whether there is nothing left to do.
    pub is_closed: bool,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// What is noted.
    pub facts: Facts,
    /// When it was noted.
    pub created_at: DateTime<Utc>,
}

/// How the clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The authority was told in time.
    Told,
    /// It was told late: the report says why (Art. 33(1), second sentence).
    ToldLate,
    /// It need not be told, and the register says why.
    NotNeeded,
    /// It must be told within this time.
    Running(TimeDelta),
    /// It should have been told.
    Over,
}

impl Incident {
    /// When the authority must have been told.
    pub fn due(&self) -> DateTime<Utc> {
        self.facts.noticed_at + WITHIN
    }

    /// How the clock stands.
    pub fn clock(&self, now: DateTime<Utc>) -> Clock {
        match self.facts.authority_told_at {
            Some(told) if told <= self.due() => Clock::Told,
            Some(_) => Clock::ToldLate,
            None if !self.facts.no_report_reason.is_empty() => Clock::NotNeeded,
            None if now < self.due() => Clock::Running(self.due() - now),
            None => Clock::Over,
        }
    }
}

impl Facts {
    fn checked(&self, ctx: &Ctx) -> Result<Self, DutyError> {
        let bad = |field, reason| Err(DutyError::BadInput { field, reason });
        let clean = |text: &str| text.trim().replace("\r\n", "\n");
        let facts = Self {
            title: clean(&self.title),
            description: clean(&self.description),
            categories: clean(&self.categories),
            measures: clean(&self.measures),
            no_report_reason: clean(&self.no_report_reason),
            ..self.clone()
        };
        let unfit = |text: &str| text.contains(|c: char| c.is_control() && c != '\n');
        let texts = [
            ("title", &facts.title, 120),
            ("description", &facts.description, 2_000),
            ("categories", &facts.categories, 500),
            ("measures", &facts.measures, 2_000),
            ("noReportReason", &facts.no_report_reason, 500),
        ];
        if facts.title.chars().count() < 3 {
            return bad("title", "incident-title");
        }
        for (field, text, longest) in texts {
            if text.chars().count() > longest || unfit(text) {
                return bad(field, "incident-long");
            }
        }
        if facts.noticed_at > ctx.now() {
            return bad("noticedAt", "incident-future");
        }
        for (field, at) in
            [("authorityToldAt", facts.authority_told_at), ("peopleToldAt", facts.people_told_at)]
        {
            if at.is_some_and(|at| at < facts.noticed_at || at > ctx.now()) {
                return bad(field, "incident-order");
            }
        }
        Ok(facts)
    }
}

/// Notes an incident.
pub async fn note(ctx: &Ctx, tx: &TenantTx, facts: &Facts) -> Result<Incident, DutyError> {
    ctx.authorize(Action::ManageIncidents)?;
    let facts = facts.checked(ctx)?;
    let now = ctx.now().trunc_subsecs(6);
    let id = IncidentId::new(ctx.clock(), ctx.chance());
    let text = "INSERT INTO incident (tenant_id, id, title, noticed_at, description, categories, people, measures,
            authority_told_at, no_report_reason, people_told_at, closed_at, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)";
    tx.run(text, values(id, &facts, now)).await?;
    deed(ctx, tx, "incident.note", id).await?;
    Ok(Incident { id, facts, created_at: now })
}

/// Writes down what is known now.
pub async fn change(
    ctx: &Ctx,
    tx: &TenantTx,
    id: IncidentId,
    facts: &Facts,
) -> Result<Incident, DutyError> {
    let known = one(ctx, tx, id).await?;
    let facts = facts.checked(ctx)?;
    let text = "UPDATE incident SET title = $3, noticed_at = $4, description = $5, categories = $6, people = $7,
            measures = $8, authority_told_at = $9, no_report_reason = $10, people_told_at = $11, closed_at = $12,
            changed_at = $13 WHERE tenant_id = $1 AND id = $2";
    tx.run(text, values(id, &facts, ctx.now().trunc_subsecs(6))).await?;
    deed(ctx, tx, "incident.change", id).await?;
    Ok(Incident { facts, ..known })
}

/// One incident.
pub async fn one(ctx: &Ctx, tx: &TenantTx, id: IncidentId) -> Result<Incident, DutyError> {
    ctx.authorize(Action::ManageIncidents)?;
    select(tx, "id = $2", [id.uuid().into()]).await?.pop().ok_or(DutyError::NotFound)
}

/// The incidents, the newest first.
pub async fn list(
    ctx: &Ctx,
    tx: &TenantTx,
    after: Option<IncidentId>,
    limit: u64,
) -> Result<Vec<Incident>, DutyError> {
    ctx.authorize(Action::ManageIncidents)?;
    let after = after.map_or(Uuid::max(), IncidentId::uuid);
    let values = [after.into(), db::retention::limit(limit)];
    Ok(select(tx, "id < $2 ORDER BY id DESC LIMIT $3", values).await?)
}

fn values(id: IncidentId, facts: &Facts, now: DateTime<Utc>) -> [Value; 12] {
    [
        id.uuid().into(),
        facts.title.clone().into(),
        facts.noticed_at.into(),
        facts.description.clone().into(),
        facts.categories.clone().into(),
        facts.people.map(i64::from).into(),
        facts.measures.clone().into(),
        facts.authority_told_at.into(),
        facts.no_report_reason.clone().into(),
        facts.people_told_at.into(),
        facts.is_closed.then_some(now).into(),
        now.into(),
    ]
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    title: String,
    noticed_at: DateTime<Utc>,
    description: String,
    categories: String,
    people: Option<i64>,
    measures: String,
    authority_told_at: Option<DateTime<Utc>>,
    no_report_reason: String,
    people_told_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl From<Row> for Incident {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            facts: Facts {
                title: row.title,
                noticed_at: row.noticed_at,
                description: row.description,
                categories: row.categories,
                people: row.people.and_then(|people| u32::try_from(people).ok()),
                measures: row.measures,
                authority_told_at: row.authority_told_at,
                no_report_reason: row.no_report_reason,
                people_told_at: row.people_told_at,
                is_closed: row.closed_at.is_some(),
            },
            created_at: row.created_at,
        }
    }
}

async fn select(
    tx: &TenantTx,
    which: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Incident>, Fault> {
    let text = format!(
        "SELECT id, title, noticed_at, description, categories, people, measures, authority_told_at, no_report_reason,
                people_told_at, closed_at, created_at
           FROM incident WHERE tenant_id = $1 AND {which}"
    );
    let rows = Row::find_by_statement(tx.statement(text, values)).all(tx).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The trail says that something was noted, and not what.
async fn deed(ctx: &Ctx, tx: &TenantTx, action: &str, id: IncidentId) -> Result<(), DutyError> {
    let act = audit::Act { action, object: "incident", object_id: Some(id.uuid()) };
    Ok(audit::append(ctx, tx, act, json!({})).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(authority_told_at: Option<&str>, reason: &str) -> Incident {
        let at = |text: &str| text.parse().unwrap();
        Incident {
            id: Uuid::nil().into(),
            facts: Facts {
                // Friday evening: weekends count (Regulation 1182/71 does not stop the 72 hours)
                noticed_at: at("2026-12-04T18:00:00+01:00"),
                authority_told_at: authority_told_at.map(at),
                no_report_reason: reason.to_owned(),
                ..Facts::default()
            },
            created_at: at("2026-12-04T18:05:00+01:00"),
        }
    }

    #[test]
    fn the_clock_runs_for_72_hours() {
        let now = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let open = incident(None, "");
        assert_eq!(
            open.clock(now("2026-12-07T17:00:00+01:00")),
            Clock::Running(TimeDelta::hours(1))
        );
        assert_eq!(open.clock(now("2026-12-07T18:00:00+01:00")), Clock::Over);
        let late = now("2026-12-09T18:00:00+01:00");
        let told = incident(Some("2026-12-07T18:00:00+01:00"), "");
        assert_eq!(told.clock(late), Clock::Told);
        assert_eq!(incident(Some("2026-12-07T18:00:01+01:00"), "").clock(late), Clock::ToldLate);
        assert_eq!(incident(None, "verschlüsselt").clock(late), Clock::NotNeeded);
    }
}
