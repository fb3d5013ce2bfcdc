//! The register of incidents (Art. 33 GDPR).

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use chrono::Utc;
use identity::Limit;
use kernel::IncidentId;
use privacy::incidents::{self, Clock, Facts};

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{DateTime, page_size},
};

/// How the 72-hour clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum IncidentClock {
    /// The authority was told in time.
    Told,
    /// It was told late.
    ToldLate,
    /// It need not be told.
    NotNeeded,
    /// It must be told.
    Running,
    /// It should have been told.
    Over,
}

/// An incident of data protection.
#[derive(Debug, SimpleObject)]
pub(crate) struct Incident {
    /// Its id.
    id: ID,
    /// What it is called.
    title: String,
    /// When the municipality heard of it.
    noticed_at: DateTime,
    /// What happened.
    description: String,
    /// What kinds of data and of people it concerns.
    categories: String,
    /// About how many people.
    people: Option<u32>,
    /// What may follow from it and what was done.
    measures: String,
    /// When the authority was told.
    authority_told_at: Option<DateTime>,
    /// Why the authority need not be told; empty when it must.
    no_report_reason: String,
    /// When the people concerned were told.
    people_told_at: Option<DateTime>,
    /// Whether there is nothing left to do.
    is_closed: bool,
    /// How the clock stands.
    clock: IncidentClock,
    /// When the authority must have been told.
    due: DateTime,
}

impl Incident {
    fn new(incident: &incidents::Incident, reading: &Reading) -> Self {
        let visit = reading.visit();
        let local = |at| DateTime::local(at, visit.town.zone());
        let facts = incident.facts.clone();
        Self {
            id: ID(incident.id.to_string()),
            title: facts.title,
            noticed_at: local(facts.noticed_at),
            description: facts.description,
            categories: facts.categories,
            people: facts.people,
            measures: facts.measures,
            authority_told_at: facts.authority_told_at.map(local),
            no_report_reason: facts.no_report_reason,
            people_told_at: facts.people_told_at.map(local),
            is_closed: facts.is_closed,
            clock: match incident.clock(visit.ctx.now()) {
                Clock::Told => IncidentClock::Told,
                Clock::ToldLate => IncidentClock::ToldLate,
                Clock::NotNeeded => IncidentClock::NotNeeded,
                Clock::Running(_) => IncidentClock::Running,
                Clock::Over => IncidentClock::Over,
            },
            due: local(incident.due()),
        }
    }
}

/// What is known about an incident. Kinds and numbers; name nobody.
#[derive(InputObject)]
pub(crate) struct IncidentInput {
    /// Which incident, to write down what is known now; none for a new one.
    id: Option<ID>,
    /// What it is called, 3 to 120 characters.
    title: String,
    /// When the municipality heard of it.
    noticed_at: DateTime,
    /// What happened.
    #[graphql(default)]
    description: String,
    /// What kinds of data and of people it concerns.
    #[graphql(default)]
    categories: String,
    /// About how many people.
    people: Option<u32>,
    /// What may follow from it and what was done.
    #[graphql(default)]
    measures: String,
    /// When the authority was told.
    authority_told_at: Option<DateTime>,
    /// Why the authority need not be told.
    #[graphql(default)]
    no_report_reason: String,
    /// When the people concerned were told.
    people_told_at: Option<DateTime>,
    /// Whether there is nothing left to do.
    #[graphql(default)]
    is_closed: bool,
}

impl IncidentInput {
    fn facts(self) -> Facts {
        let utc = |at: DateTime| at.0.with_timezone(&Utc);
        Facts {
            title: self.title,
            noticed_at: utc(self.noticed_at),
            description: self.description,
            categories: self.categories,
            people: self.people,
            measures: self.measures,
            authority_told_at: self.authority_told_at.map(utc),
            no_report_reason: self.no_report_reason,
            people_told_at: self.people_told_at.map(utc),
            is_closed: self.is_closed,
        }
    }
}

/// The incident as it is noted now.
#[derive(SimpleObject)]
pub(crate) struct NoteIncidentPayload {
    /// It.
    incident: Incident,
}

fn incident_id(id: &ID) -> Result<IncidentId, ApiError> {
    IncidentId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct IncidentQuery;

#[Object]
impl IncidentQuery {
    /// Incidents of data protection, the newest first; at most 50 at a time. For the data-protection officer and the tenant
    /// administrator.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn incidents(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
    ) -> Result<Connection<String, Incident, EmptyFields, EmptyFields>, ApiError> {
        let most = page_size(first)?;
        let reading = Reading::of(ctx);
        let after = after.as_ref().map(incident_id).transpose()?;
        let (acting, tx) = (&reading.visit().ctx, reading.tx().await?);
        let found = incidents::list(acting, tx, after, u64::from(first) + 1).await?;
        let mut connection = Connection::new(after.is_some(), found.len() > most);
        connection.edges.extend(
            found.iter().take(most).map(|incident| {
                Edge::new(incident.id.to_string(), Incident::new(incident, reading))
            }),
        );
        Ok(connection)
    }
}

#[derive(Debug, Default)]
pub(crate) struct IncidentMutation;

#[Object]
impl IncidentMutation {
    /// Notes an incident, or what is known about one now. For the data-protection officer and the tenant administrator.
    async fn note_incident(
        &self,
        ctx: &Context<'_>,
        input: IncidentInput,
    ) -> Result<NoteIncidentPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let acting = &reading.visit().ctx;
        let tx = reading.begin().await?;
        let known = input.id.as_ref().map(incident_id).transpose()?;
        let facts = input.facts();
        let written = match known {
            Some(id) => incidents::change(acting, &tx, id, &facts).await?,
            None => incidents::note(acting, &tx, &facts).await?,
        };
        tx.commit().await?;
        Ok(NoteIncidentPayload { incident: Incident::new(&written, reading) })
    }
}
