//! Taking over what another system has: a file is chosen and looked at, then imported, and an import can be taken back.
//!
//! The file is kept nowhere. The page that shows what would come of it carries it, and sends it again with the button that
//! imports it, together with a checksum: what is imported is what was looked at.

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{StatusCode, header};
use kernel::{
    CalendarImportId, CounterId, Ctx, Locale, LocationId, PublicError, ServiceId, policy::Action,
    spoken,
};
use ring::digest;
use scheduling::{
    Error, Import, ImportKind, ImportLine, ImportOutcome, ImportReport, LARGEST_FILE, PastImport,
    import_template,
};

use super::{calendar, moment, status_of};
use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Where the page is.
pub(super) const ADDRESS: &str = "/amt/kalender/uebernahme";
/// Where a file that was looked at is imported.
const RUN: &str = "/amt/kalender/uebernahme/ausfuehren";
/// The field that carries a file.
const CARRIED: &str = "inhalt";
/// Its checksum.
const CHECKSUM: &str = "pruefsumme";
/// Kilobytes that a file takes on its way, packed and with the fields of the form.
pub const LARGEST_UPLOAD_KB: usize = 1_536;
/// Imports that the list shows.
const SHOWN: u64 = 20;
/// Entries that the page lists; the numbers above them count all.
const MOST_LINES: usize = 300;

/// Whether a file is sent to an address.
pub fn takes_file(path: &str) -> bool {
    [ADDRESS, RUN].contains(&path)
}

#[derive(askama::Template)]
#[template(path = "office_import.html")]
pub(crate) struct ImportPage {
    pub page: Page,
    pub form: ImportForm,
    pub imports: Vec<ImportRow>,
    /// What was just done.
    pub done: String,
    pub error: String,
    pub template: &'static str,
    pub largest_kb: usize,
}

/// The form as it was filled in.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "boxes that are ticked, independent of each other"
)]
pub(crate) struct ImportForm {
    pub is_absences: bool,
    pub tells: bool,
    pub uses_titles: bool,
    pub can_tell: bool,
    /// Value, name, and whether it is chosen.
    pub places: Vec<(String, String, bool)>,
    pub services: Vec<(String, String, bool)>,
    pub reason: String,
}

/// An import in the list.
#[derive(Debug, Clone)]
pub(crate) struct ImportRow {
    pub id: String,
    pub when: String,
    pub what: String,
    /// The page of the draft that absences became; empty for appointments.
    pub change: String,
    /// Whether it can be taken back here.
    pub can_undo: bool,
    pub is_undone: bool,
}

#[derive(askama::Template)]
#[template(path = "office_import_look.html")]
pub(crate) struct LookPage {
    pub page: Page,
    /// "12 neu", and what else there is, in the order of importance.
    pub counts: Vec<String>,
    pub ignored: String,
    /// Why entries are not made, and how often.
    pub reasons: Vec<String>,
    pub lines: Vec<LineRow>,
    pub is_cut: bool,
    /// Fields that send the same file again; empty when nothing is left to be imported.
    pub carried: Vec<(&'static str, String)>,
    pub was_run: bool,
    pub tells: bool,
    /// The page of the draft.
    pub change: String,
}

/// An entry of the file.
#[derive(Debug, Clone)]
pub(crate) struct LineRow {
    pub line: u32,
    pub when: String,
    pub place: String,
    pub outcome: String,
    pub is_refused: bool,
    /// The page of the appointment that it became.
    pub address: String,
}

/// A form with a file: from a browser, or carried by the page before.
pub(crate) struct Upload {
    fields: Fields,
    file: Vec<u8>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return Self::chosen(request, state).await;
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| Refusal::TooLarge)?;
        let carried = url::form_urlencoded::parse(&body).find(|(name, _)| name == CARRIED);
        let file = carried.map(|(_, packed)| BASE64_URL_SAFE_NO_PAD.decode(packed.as_bytes()));
        let file = file.transpose().map_err(|_| Refusal::BadInput)?;
        Ok(Self { fields: Fields::parse(&body), file: file.unwrap_or_default() })
    }
}

impl Upload {
    async fn chosen<S: Send + Sync>(request: Request, state: &S) -> Result<Self, Failure> {
        let mut parts =
            Multipart::from_request(request, state).await.map_err(|_| Refusal::BadInput)?;
        let (mut pairs, mut file) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(|_| Refusal::BadInput)? {
            let name = part.name().unwrap_or_default().to_owned();
            // the file's own name is not looked at: it may name people
            let bytes = part.bytes().await.map_err(|_| Refusal::TooLarge)?;
            if name == "datei" {
                file = bytes.to_vec();
            } else if bytes.len() <= 4096 && pairs.len() < 20 {
                pairs.push((name, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        Ok(Self { fields: Fields::known(pairs), file })
    }

    fn import(&self) -> Import {
        let one = |name| self.fields.one(name);
        let (location, counter) = one("standort").split_once('/').unwrap_or((one("standort"), ""));
        Import {
            file: self.file.clone(),
            kind: ImportKind::from_key(one("art")).unwrap_or(ImportKind::Appointments),
            service: ServiceId::parse(one("leistung")),
            location: LocationId::parse(location),
            counter: CounterId::parse(counter),
            locale: Locale::De,
            tells: one("nachricht") == "ja",
            uses_titles: one("titel") == "ja",
            reason: calendar::texts(&self.fields, "grund"),
        }
    }

    /// Whether the file is the one that was looked at.
    fn is_whole(&self) -> bool {
        !self.file.is_empty() && self.fields.one(CHECKSUM) == checksum(&self.file)
    }

    /// What sends it again.
    fn carried(&self) -> Vec<(&'static str, String)> {
        let names = ["art", "standort", "leistung", "nachricht", "titel", "grund_de", "grund_en"];
        let known = names.map(|name| (name, self.fields.one(name).to_owned()));
        let mut carried: Vec<_> =
            known.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        carried.push((CHECKSUM, checksum(&self.file)));
        carried.push((CARRIED, BASE64_URL_SAFE_NO_PAD.encode(&self.file)));
        carried
    }
}

fn checksum(file: &[u8]) -> String {
    db::signature::hex(digest::digest(&digest::SHA256, file).as_ref())
}

/// `GET /amt/kalender/uebernahme`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ImportCalendar).await?;
    begin(&caller, &ctx, &fields, None).await
}

/// The form as it was filled in, and what was imported before.
async fn begin(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&Error>,
) -> Result<Response, Failure> {
    let catalogue = caller.catalogue().await?;
    let page = caller.page().at(ADDRESS).failed(refused.is_some());
    let tx = caller.db().begin(ctx).await?;
    let found = scheduling::imports(ctx, &tx, None, SHOWN).await?;
    let plans = scheduling::plans(ctx, &tx, caller.town(), &catalogue).await?;
    tx.commit().await?;
    let chosen = |name: &str, value: &str| fields.one(name) == value;
    let mut places = Vec::new();
    for place in catalogue.locations.iter().filter(|one| plans.may_change(Some(one.id), None)) {
        let (id, name) = (place.id.to_string(), place.name.get(page.locale));
        places.push((id.clone(), name.to_owned(), chosen("standort", &id)));
        for counter in plans.counters.iter().filter(|counter| counter.location == place.id) {
            let value = format!("{id}/{}", counter.id);
            let is_chosen = chosen("standort", &value);
            places.push((value, format!("{name} – {}", counter.name), is_chosen));
        }
    }
    let services = catalogue.services.iter().map(|service| {
        let id = service.id.to_string();
        let is_chosen = chosen("leistung", &id);
        (id, service.name.get(page.locale).to_owned(), is_chosen)
    });
    let undone =
        fields.one("abgesagt").parse::<u32>().ok().zip(fields.one("geblieben").parse::<u32>().ok());
    let done = undone.map(|(cancelled, kept)| {
        let (cancelled, kept) = (cancelled.to_string(), kept.to_string());
        page.t2("import-undone", ("cancelled", &cancelled), ("kept", &kept))
    });
    let zone = caller.town().zone();
    let view = ImportPage {
        form: ImportForm {
            is_absences: chosen("art", ImportKind::Absences.key()),
            tells: chosen("nachricht", "ja"),
            uses_titles: chosen("titel", "ja"),
            can_tell: notify::can_mail(caller.town()),
            places,
            services: services.collect(),
            reason: fields.one("grund_de").to_owned(),
        },
        imports: found
            .iter()
            .map(|one| row(&page, one, moment(&page, one.created_at, zone)))
            .collect(),
        done: done.unwrap_or_default(),
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        template: "/amt/kalender/uebernahme/vorlage.csv",
        largest_kb: LARGEST_FILE / 1024,
        page: page.clone().titled(page.t("import-title")),
    };
    let status = refused.map_or(StatusCode::OK, status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

fn row(page: &Page, import: &PastImport, when: String) -> ImportRow {
    let is_draft = import.kind == ImportKind::Absences;
    let kind = if is_draft { "import-absences" } else { "import-appointments" };
    let (made, refused) = (import.made.to_string(), import.refused.to_string());
    let counts = page.t2("import-row", ("made", &made), ("refused", &refused));
    ImportRow {
        id: import.id.to_string(),
        when,
        what: format!("{}: {counts}", page.t(kind)),
        change: import.change.map(calendar::address).unwrap_or_default(),
        can_undo: !is_draft && import.undone_at.is_none(),
        is_undone: import.undone_at.is_some(),
    }
}

/// `POST /amt/kalender/uebernahme`: what would come of the file. Nothing is written.
pub(crate) async fn look(caller: Caller, upload: Upload) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ImportCalendar).await?;
    let catalogue = caller.catalogue().await?;
    if upload.file.is_empty() {
        let missing = Error::BadInput { field: "file", reason: "import-no-file", limit: None };
        return begin(&caller, &ctx, &upload.fields, Some(&missing)).await;
    }
    let command = upload.import();
    let found = scheduling::preview_import(&ctx, caller.db(), caller.town(), &catalogue, &command);
    match found.await {
        Ok(report) => shown(&caller, &upload, &report, false).await,
        Err(error @ Error::BadInput { .. }) => {
            begin(&caller, &ctx, &upload.fields, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /amt/kalender/uebernahme/ausfuehren`
pub(crate) async fn run(caller: Caller, upload: Upload) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ImportCalendar).await?;
    let catalogue = caller.catalogue().await?;
    if !upload.is_whole() {
        let broken = Error::BadInput { field: "file", reason: "import-broken", limit: None };
        return begin(&caller, &ctx, &upload.fields, Some(&broken)).await;
    }
    let command = upload.import();
    let made = scheduling::import(&ctx, caller.db(), caller.town(), &catalogue, &command);
    match made.await {
        Ok(report) => shown(&caller, &upload, &report, true).await,
        Err(error @ Error::BadInput { .. }) => {
            begin(&caller, &ctx, &upload.fields, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn shown(
    caller: &Caller,
    upload: &Upload,
    report: &ImportReport,
    was_run: bool,
) -> Result<Response, Failure> {
    let catalogue = caller.catalogue().await?;
    let page = caller.page().at(ADDRESS);
    let place =
        |id: LocationId| catalogue.location_ever(id).map(|place| place.name.get(page.locale));
    let zone = caller.town().zone();
    let line = |line: &ImportLine| LineRow {
        line: line.line,
        when: match (line.starts_at, line.days) {
            (Some(at), _) => moment(&page, at, zone),
            (None, Some((from, to))) if from == to => spoken::date(from, page.locale),
            (None, Some((from, to))) => {
                format!("{} – {}", spoken::date(from, page.locale), spoken::date(to, page.locale))
            }
            (None, None) => String::new(),
        },
        place: line.location.and_then(place).unwrap_or_default().to_owned(),
        outcome: outcome(&page, line.outcome),
        is_refused: matches!(line.outcome, ImportOutcome::Refused { .. }),
        address: line.appointment.map(|id| format!("/amt/termin?id={id}")).unwrap_or_default(),
    };
    // what somebody must look at comes first
    let mut lines: Vec<&ImportLine> = report.lines.iter().collect();
    lines.sort_by_key(|line| (!matches!(line.outcome, ImportOutcome::Refused { .. }), line.line));
    let left = report.count(ImportOutcome::New) > 0;
    let view = LookPage {
        counts: counts(&page, report),
        ignored: report.ignored.join(", "),
        reasons: reasons(&page, report),
        lines: lines.iter().take(MOST_LINES).map(|one| line(one)).collect(),
        is_cut: lines.len() > MOST_LINES,
        carried: if left { upload.carried() } else { Vec::new() },
        was_run,
        tells: upload.fields.one("nachricht") == "ja",
        change: report.change.map(calendar::address).unwrap_or_default(),
        page: page.clone().titled(page.t(if was_run {
            "import-done-title"
        } else {
            "import-look-title"
        })),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

fn counts(page: &Page, report: &ImportReport) -> Vec<String> {
    let known = [
        ("made", report.count(ImportOutcome::Made)),
        ("new", report.count(ImportOutcome::New)),
        ("known", report.count(ImportOutcome::Known)),
        ("refused", report.refused()),
        ("hits", report.hits),
    ];
    let told = known.into_iter().filter(|(_, count)| *count > 0);
    told.map(|(what, count)| page.t1(format!("import-count-{what}"), "count", count)).collect()
}

fn reasons(page: &Page, report: &ImportReport) -> Vec<String> {
    let mut all: Vec<(String, usize)> = report
        .reasons()
        .into_iter()
        .map(|(reason, count)| {
            let refused = report.lines.iter().map(|line| line.outcome).find(
                |outcome| matches!(outcome, ImportOutcome::Refused { reason: known, .. } if *known == reason),
            );
            (refused.and_then(|outcome| outcome.message(page.locale)).unwrap_or_default(), count)
        })
        .collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.into_iter().map(|(reason, count)| format!("{count} × {reason}")).collect()
}

fn outcome(page: &Page, outcome: ImportOutcome) -> String {
    outcome.message(page.locale).unwrap_or_else(|| {
        page.t(match outcome {
            ImportOutcome::Made => "import-outcome-made",
            ImportOutcome::Known => "import-outcome-known",
            ImportOutcome::New | ImportOutcome::Refused { .. } => "import-outcome-new",
        })
    })
}

/// `POST /amt/kalender/uebernahme/zuruecknehmen`
pub(crate) async fn undo(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ImportCalendar).await?;
    let id = CalendarImportId::parse(fields.one("id")).ok_or(Refusal::NotFound)?;
    match scheduling::undo_import(&ctx, caller.db(), caller.town(), id).await {
        Ok(done) => {
            Ok(go(&format!("{ADDRESS}?abgesagt={}&geblieben={}", done.cancelled, done.kept)))
        }
        Err(error @ Error::Conflict(_)) => begin(&caller, &ctx, &fields, Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

/// `GET /amt/kalender/uebernahme/vorlage.csv`
pub(crate) async fn template(caller: Caller) -> Result<Response, Failure> {
    caller.office(Action::ImportCalendar).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"vorlage-uebernahme.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, import_template()).into_response())
}
