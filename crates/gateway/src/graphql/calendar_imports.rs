//! Importing appointments and absences from another system's file.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use identity::Limit;
use kernel::{CalendarImportId, ServiceId};
use scheduling::{Import, ImportOutcome, PastImport};

use super::{
    calendar_inputs::{TextsInput, counter_id},
    errors::ApiError,
    reading::Reading,
    scalars::{Date, DateTime, Locale, page_size},
    services::location_id,
};

/// What the entries of a file become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum CalendarImportKind {
    /// Appointments of people.
    Appointments,
    /// Times at which nobody serves: a draft of the calendar.
    Absences,
}

impl From<CalendarImportKind> for scheduling::ImportKind {
    fn from(kind: CalendarImportKind) -> Self {
        match kind {
            CalendarImportKind::Appointments => Self::Appointments,
            CalendarImportKind::Absences => Self::Absences,
        }
    }
}

impl From<scheduling::ImportKind> for CalendarImportKind {
    fn from(kind: scheduling::ImportKind) -> Self {
        match kind {
            scheduling::ImportKind::Appointments => Self::Appointments,
            scheduling::ImportKind::Absences => Self::Absences,
        }
    }
}

/// A file and what is to become of it.
#[derive(InputObject)]
pub(crate) struct CalendarImportInput {
    /// The file in Base64: CSV or iCalendar. As a whole a request has the size that the installation allows; a longer file is sent in
    /// pieces.
    file: String,
    /// What its entries become.
    kind: CalendarImportKind,
    /// The service of entries that name none.
    service_id: Option<ID>,
    /// The location of entries that name none.
    location_id: Option<ID>,
    /// The counter of entries that name none.
    counter_id: Option<ID>,
    /// The language of people of whom the file says none.
    locale: Option<Locale>,
    /// Whether people get the messages of a booking, with the link to their appointment.
    #[graphql(default)]
    tells: bool,
    /// Whether titles are used: as names of people without one, as reasons of absences. They are dropped otherwise.
    #[graphql(default)]
    uses_titles: bool,
    /// Why nobody serves, for citizens who look for a time.
    reason: Option<TextsInput>,
}

impl CalendarImportInput {
    fn import(self) -> Result<Import, ApiError> {
        let wrong = ApiError::BadInput { field: Some("file"), key: "import-base64", limit: None };
        Ok(Import {
            file: BASE64_STANDARD.decode(self.file.as_bytes()).map_err(|_| wrong)?,
            kind: self.kind.into(),
            service: self.service_id.as_ref().map(service_id).transpose()?,
            location: self.location_id.as_ref().map(location_id).transpose()?,
            counter: self.counter_id.as_ref().map(counter_id).transpose()?,
            locale: self.locale.map_or(kernel::Locale::De, Into::into),
            tells: self.tells,
            uses_titles: self.uses_titles,
            reason: self.reason.map(Into::into),
        })
    }
}

/// What comes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum CalendarImportOutcome {
    /// It would be made.
    New,
    /// It was made.
    Made,
    /// It is there already.
    Known,
    /// It is not made.
    Refused,
}

/// An entry of the file, without the person.
#[derive(Debug, SimpleObject)]
pub(crate) struct CalendarImportLine {
    /// The line of the file.
    line: u32,
    /// When it begins.
    start: Option<DateTime>,
    /// The first of whole days.
    from: Option<Date>,
    /// The last of whole days.
    to: Option<Date>,
    /// Where.
    location_id: Option<ID>,
    /// What comes of it.
    outcome: CalendarImportOutcome,
    /// Why it is not made, in the language of the request.
    message: Option<String>,
    /// The appointment that it became.
    appointment_id: Option<ID>,
}

impl CalendarImportLine {
    fn new(line: &scheduling::ImportLine, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        Self {
            line: line.line,
            start: line.starts_at.map(|at| DateTime::local(at, zone)),
            from: line.days.map(|(from, _)| Date(from)),
            to: line.days.map(|(_, to)| Date(to)),
            location_id: line.location.map(|id| ID(id.to_string())),
            outcome: match line.outcome {
                ImportOutcome::New => CalendarImportOutcome::New,
                ImportOutcome::Made => CalendarImportOutcome::Made,
                ImportOutcome::Known => CalendarImportOutcome::Known,
                ImportOutcome::Refused { .. } => CalendarImportOutcome::Refused,
            },
            message: line.outcome.message(reading.locale()),
            appointment_id: line.appointment.map(|id| ID(id.to_string())),
        }
    }
}

/// What comes of a file.
#[derive(Debug, SimpleObject)]
pub(crate) struct CalendarImportReport {
    /// The import, for taking it back; null when there was nothing to make.
    import_id: Option<ID>,
    /// The draft that absences became; it is looked at and published like any other.
    change_id: Option<ID>,
    /// Entries that would be made. After an import: those that are left, because one makes at most 500 appointments.
    new: u32,
    /// Entries that were made.
    made: u32,
    /// Entries that are there already.
    known: u32,
    /// Entries that are not made.
    refused: u32,
    /// Appointments that the absences hit.
    hits: u32,
    /// Columns that nobody understands.
    ignored_columns: Vec<String>,
    /// Each entry, in the order of the file.
    lines: Vec<CalendarImportLine>,
}

impl CalendarImportReport {
    fn of(report: &scheduling::ImportReport, reading: &Reading) -> Self {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            import_id: report.id.map(|id| ID(id.to_string())),
            change_id: report.change.map(|id| ID(id.to_string())),
            new: count(report.count(ImportOutcome::New)),
            made: count(report.count(ImportOutcome::Made)),
            known: count(report.count(ImportOutcome::Known)),
            refused: count(report.refused()),
            hits: count(report.hits),
            ignored_columns: report.ignored.clone(),
            lines: report.lines.iter().map(|line| CalendarImportLine::new(line, reading)).collect(),
        }
    }
}

/// An import of another system's file.
#[derive(Debug, SimpleObject)]
pub(crate) struct CalendarImport {
    /// Its id.
    id: ID,
    /// What the entries became.
    kind: CalendarImportKind,
    /// When.
    created_at: DateTime,
    /// Entries of the file.
    entries: u32,
    /// Entries that were made.
    made: u32,
    /// Entries that were there already.
    known: u32,
    /// Entries that were not made.
    refused: u32,
    /// Whether the people were told.
    tells: bool,
    /// The draft that absences became.
    change_id: Option<ID>,
    /// When it was taken back.
    undone_at: Option<DateTime>,
}

impl CalendarImport {
    fn new(import: &PastImport, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            id: ID(import.id.to_string()),
            kind: import.kind.into(),
            created_at: DateTime::local(import.created_at, zone),
            entries: count(import.entries),
            made: count(import.made),
            known: count(import.known),
            refused: count(import.refused),
            tells: import.tells,
            change_id: import.change.map(|id| ID(id.to_string())),
            undone_at: import.undone_at.map(|at| DateTime::local(at, zone)),
        }
    }
}

/// What taking an import back did.
#[derive(Debug, SimpleObject)]
pub(crate) struct UndoCalendarImportPayload {
    /// Appointments that were cancelled.
    cancelled: u32,
    /// Appointments that stay, because somebody has done something with them or they have begun.
    kept: u32,
}

fn service_id(id: &ID) -> Result<ServiceId, ApiError> {
    ServiceId::parse(id).ok_or_else(ApiError::not_found)
}

fn import_id(id: &ID) -> Result<CalendarImportId, ApiError> {
    CalendarImportId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct CalendarImportQuery;

#[Object]
impl CalendarImportQuery {
    /// Looks at a file: what would be made of it, and why not. Nothing is written, and the file is not kept.
    async fn calendar_import_preview(
        &self,
        ctx: &Context<'_>,
        input: CalendarImportInput,
    ) -> Result<CalendarImportReport, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        let (catalogue, command) = (reading.catalogue().await?, input.import()?);
        let report =
            scheduling::preview_import(&visit.ctx, reading.db(), &visit.town, &catalogue, &command)
                .await?;
        Ok(CalendarImportReport::of(&report, reading))
    }

    /// Imports, the newest first; at most 50 at a time.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn calendar_imports(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
    ) -> Result<Connection<String, CalendarImport, EmptyFields, EmptyFields>, ApiError> {
        let most = page_size(first)?;
        let reading = Reading::of(ctx);
        let after = after.as_ref().map(import_id).transpose()?;
        let (acting, tx) = (&reading.visit().ctx, reading.tx().await?);
        let found = scheduling::imports(acting, tx, after, u64::from(first) + 1).await?;
        let mut connection = Connection::new(after.is_some(), found.len() > most);
        connection.edges.extend(
            found.iter().take(most).map(|import| {
                Edge::new(import.id.to_string(), CalendarImport::new(import, reading))
            }),
        );
        Ok(connection)
    }
}

#[derive(Debug, Default)]
pub(crate) struct CalendarImportMutation;

#[Object]
impl CalendarImportMutation {
    /// Imports a file. What was imported before is not imported again, and nobody loses a time by it: what cannot be had is
    /// reported, entry by entry.
    async fn import_calendar(
        &self,
        ctx: &Context<'_>,
        input: CalendarImportInput,
    ) -> Result<CalendarImportReport, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        let (catalogue, command) = (reading.catalogue().await?, input.import()?);
        let report =
            scheduling::import(&visit.ctx, reading.db(), &visit.town, &catalogue, &command).await?;
        Ok(CalendarImportReport::of(&report, reading))
    }

    /// Takes an import of appointments back, as far as nobody has done anything with them. Absences are undone with
    /// `undoCalendarChange`.
    async fn undo_calendar_import(
        &self,
        ctx: &Context<'_>,
        id: ID,
    ) -> Result<UndoCalendarImportPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        reading.take(Limit::Manage).await?;
        let id = import_id(&id)?;
        let undone = scheduling::undo_import(&visit.ctx, reading.db(), &visit.town, id).await?;
        Ok(UndoCalendarImportPayload { cancelled: undone.cancelled, kept: undone.kept })
    }
}
