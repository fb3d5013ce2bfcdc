//! Entries that become appointments.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use db::{TenantTx, audit, jobs, sealed::TenantKeys};
use kernel::{AppointmentId, CalendarImportId, CounterId, JobId, Locale, policy::Action};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;
use uuid::Uuid;

use super::{
    Import, ImportKind, ImportLine, ImportOutcome, ImportReport, MOST_AT_ONCE, Work, refusal,
    resolve::Names,
};
use crate::{
    Channel, Contact, Error, Item, Reservation,
    book::{imported_fields, new_appointment},
    history::{self, Deed, When},
    model::{
        channel::Way,
        import::{Entry, Read, Span, Wrong, split_name},
        ticks::Ticks,
        visit::Visit,
    },
    reach,
    reserve::give_back,
    store::{
        day_maps::{self, DayMap},
        imports::{self, calendar_import, number},
        times::{self, Held, Written},
    },
    today,
    wish::Wish,
};

/// What a look has found.
pub(super) struct Look {
    pub(super) report: ImportReport,
    /// What is to be made: each with its line in the report.
    wanted: Vec<(usize, Wanted)>,
}

/// An appointment that is to be made.
struct Wanted {
    /// The ways in which the office could book it, the phone first.
    wishes: Vec<Wish>,
    items: Vec<Item>,
    contact: Contact,
    locale: Locale,
    key: Vec<u8>,
}

/// Looks at each entry by itself, at what was imported before, and at what is free.
pub(super) async fn look(work: Work<'_>, read: Read) -> Result<Look, Error> {
    let tx = work.db.begin(work.ctx).await?;
    let keys = tx.keys().await?;
    let names = Names::read(work, &tx).await?;
    let mut report = ImportReport { ignored: read.ignored, ..ImportReport::default() };
    let mut wanted = Vec::new();
    let mut seen = HashSet::new();
    for entry in read.entries {
        let (line, found) = match entry {
            Ok(entry) => {
                let found = understand(work, &names, &keys, &entry)?;
                (line_of(&names, &entry), found)
            }
            Err((line, wrong)) => (blank(line), Err(wrong.into())),
        };
        let outcome = match found {
            Ok(one) if !seen.insert(one.key.clone()) => Wrong::new("import-twice").into(),
            Ok(one) => {
                wanted.push((report.lines.len(), one));
                ImportOutcome::New
            }
            Err(outcome) => outcome,
        };
        report.lines.push(ImportLine { outcome, ..line });
    }
    let all: Vec<Vec<u8>> = wanted.iter().map(|(_, one)| one.key.clone()).collect();
    let known: HashSet<Vec<u8>> = imports::known(&tx, all).await?.into_iter().collect();
    tx.commit().await?;
    let mut maps = Maps::of(work, &wanted).await?;
    wanted.retain(|(at, one)| {
        let outcome = if known.contains(&one.key) { ImportOutcome::Known } else { maps.take(one) };
        if let Some(line) = report.lines.get_mut(*at) {
            line.outcome = outcome;
        }
        // what looks taken is tried all the same: visits can be swapped between equal counters
        outcome == ImportOutcome::New || outcome == Wrong::new("import-taken").into()
    });
    Ok(Look { report, wanted })
}

fn blank(line: u32) -> ImportLine {
    let outcome = ImportOutcome::New;
    ImportLine { line, starts_at: None, days: None, location: None, outcome, appointment: None }
}

fn line_of(names: &Names<'_>, entry: &Entry) -> ImportLine {
    let (starts_at, days) = match entry.span {
        Span::Timed(from, _) => (Some(from), None),
        Span::Days(from, to) => (None, Some((from, to))),
    };
    ImportLine { starts_at, days, location: names.location(entry).ok(), ..blank(entry.line) }
}

/// What an entry asks for, or why it cannot be had by anybody. The outer error ends everything.
fn understand(
    work: Work<'_>,
    names: &Names<'_>,
    keys: &TenantKeys,
    entry: &Entry,
) -> Result<Result<Wanted, ImportOutcome>, Error> {
    match want(work, names, keys, entry) {
        Ok(wanted) => Ok(Ok(wanted)),
        Err(error) => Ok(Err(refusal(error)?)),
    }
}

fn want(
    work: Work<'_>,
    names: &Names<'_>,
    keys: &TenantKeys,
    entry: &Entry,
) -> Result<Wanted, Error> {
    let Work { ctx, town, catalogue, command, .. } = work;
    let Span::Timed(start, ends_at) = entry.span else {
        return Err(wrong(Wrong::new("import-whole-day")));
    };
    let location = names.location(entry).map_err(wrong)?;
    reach::at(ctx, Action::ImportCalendar, location)?;
    let counter = names.counter(entry, location).map_err(wrong)?;
    let items = names.items(entry).map_err(wrong)?;
    let locale = names.locale(entry).map_err(wrong)?;
    let mut input = entry.contact.clone();
    if let Some(title) = entry.title.as_deref().filter(|_| command.uses_titles)
        && input.first_name.is_empty()
        && input.last_name.is_empty()
    {
        (input.first_name, input.last_name) = split_name(title);
    }
    let contact = input.check(&imported_fields(town), today(ctx, town)).map_err(Error::Contact)?;
    let visit = Visit::check(catalogue, &items)?;
    let able = catalogue.counters_for(location, &visit.items);
    if counter.is_some_and(|id| able.iter().all(|one| one.id != id)) {
        return Err(wrong(Wrong::new("import-counter")));
    }
    let wish = |channel| -> Result<Wish, Error> {
        let way = Way::of_office(channel);
        let wish = Wish::check(ctx, town, catalogue, &visit, way, location, start)?;
        let wish = wish.promised(ends_at)?;
        Ok(match counter {
            Some(id) => wish.only_at(id),
            None => wish,
        })
    };
    let wishes = vec![wish(Channel::Phone)?, wish(Channel::Online)?];
    let name = entry.key.clone().unwrap_or_else(|| {
        let who = serde_json::to_string(&contact).unwrap_or_default();
        format!("{start}|{location}|{items:?}|{who}")
    });
    let key = keys.blind_index("calendar_import_row.key_hash", &name);
    Ok(Wanted { wishes, items, contact, locale, key })
}

fn wrong(Wrong { reason, limit }: Wrong) -> Error {
    Error::BadInput { field: "file", reason, limit }
}

/// What is open and taken on the days of a file, and what its own entries take.
struct Maps(HashMap<(CounterId, NaiveDate), DayMap>);

impl Maps {
    async fn of(work: Work<'_>, wanted: &[(usize, Wanted)]) -> Result<Self, Error> {
        let wishes = || wanted.iter().filter_map(|(_, one)| one.wishes.first());
        let claims: Vec<_> = wishes().map(|wish| wish.claim(nobody(), None)).collect();
        let days: BTreeSet<NaiveDate> = claims.iter().map(|claim| claim.day).collect();
        let counters: BTreeSet<Uuid> =
            claims.iter().flat_map(|claim| claim.counters).copied().collect();
        let (Some(from), Some(to)) = (days.first(), days.last()) else {
            return Ok(Self(HashMap::new()));
        };
        let counters: Vec<Uuid> = counters.into_iter().collect();
        let maps = day_maps::load(work.ctx, work.db, &counters, *from, *to).await?;
        Ok(Self(maps.into_iter().map(|map| ((map.counter, map.day), map)).collect()))
    }

    /// Takes the time for an entry, if there is one at a single counter.
    fn take(&mut self, one: &Wanted) -> ImportOutcome {
        let mut is_open = false;
        for wish in &one.wishes {
            let claim = wish.claim(nobody(), None);
            let mask = Ticks::range(claim.first_tick, claim.shape.span());
            for counter in claim.counters {
                let Some(map) = self.0.get_mut(&((*counter).into(), claim.day)) else { continue };
                if map.bookable(claim.channel).and(mask) != mask {
                    continue;
                }
                is_open = true;
                if map.busy.and(mask).is_empty() {
                    map.busy = map.busy.or(mask);
                    return ImportOutcome::New;
                }
            }
        }
        Wrong::new(if is_open { "import-taken" } else { "import-closed" }).into()
    }
}

fn nobody() -> AppointmentId {
    Uuid::nil().into()
}

/// Makes the appointments that a look finds possible.
pub(super) async fn make(work: Work<'_>, read: Read) -> Result<ImportReport, Error> {
    let Look { mut report, wanted } = look(work, read).await?;
    if report.count(ImportOutcome::New) == 0 {
        return Ok(report);
    }
    let id = begin(work, &report).await?;
    let (mut made, mut unmade) = (0_u64, 0_u64);
    for (at, one) in wanted {
        if made >= MOST_AT_ONCE as u64 {
            break;
        }
        let (outcome, appointment) = match book(work, id, &one).await {
            Ok(Some(appointment)) => (ImportOutcome::Made, Some(appointment)),
            Ok(None) => (ImportOutcome::Known, None),
            Err(error) => (refusal(error)?, None),
        };
        made += u64::from(outcome == ImportOutcome::Made);
        unmade += u64::from(matches!(outcome, ImportOutcome::Refused { .. }));
        if let Some(line) = report.lines.get_mut(at) {
            (line.outcome, line.appointment) = (outcome, appointment);
        }
    }
    let tx = work.db.begin(work.ctx).await?;
    imports::finish(&tx, id, made, report.refused() as u64).await?;
    let details = json!({ "made": made, "refused": report.refused(), "taken": unmade });
    audit::append(work.ctx, &tx, Work::act(id, "calendar.imported"), details).await?;
    tx.commit().await?;
    if work.command.tells {
        work.db.jobs_written();
    }
    report.id = Some(id);
    Ok(report)
}

/// Writes down that an import begins, so that whatever becomes of it can be taken back.
async fn begin(work: Work<'_>, report: &ImportReport) -> Result<CalendarImportId, Error> {
    let tx = work.db.begin(work.ctx).await?;
    let id = note(work, &tx, report, ImportKind::Appointments, None).await?;
    tx.commit().await?;
    Ok(id)
}

/// Writes the row of an import and its entry in the trail, which is the last thing before the commit.
pub(super) async fn note(
    work: Work<'_>,
    tx: &TenantTx,
    report: &ImportReport,
    kind: ImportKind,
    change: Option<Uuid>,
) -> Result<CalendarImportId, Error> {
    let Work { ctx, command: Import { tells, .. }, .. } = work;
    let id = CalendarImportId::new(ctx.clock(), ctx.chance());
    let count = |count: usize| number(count as u64);
    calendar_import::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(id.uuid()),
        kind: Set(kind.key().to_owned()),
        made_by: Set(audit::who(ctx.actor()).1),
        entries: Set(count(report.lines.len())),
        known: Set(count(report.count(ImportOutcome::Known))),
        made: Set(0),
        refused: Set(count(report.refused())),
        tells: Set(*tells),
        change_id: Set(change),
        created_at: Set(ctx.now()),
        undone_at: Set(None),
    }
    .insert(tx)
    .await?;
    let details = json!({
        "becomes": format!("import-{}", kind.key()),
        "entries": report.lines.len(),
        "new": report.count(ImportOutcome::New),
        "known": report.count(ImportOutcome::Known),
        "refused": report.refused(),
        "tells": tells,
    });
    audit::append(ctx, tx, Work::act(id, "calendar.import"), details).await?;
    Ok(id)
}

/// Holds and books one entry. `None`: another import was faster.
async fn book(
    work: Work<'_>,
    import: CalendarImportId,
    one: &Wanted,
) -> Result<Option<AppointmentId>, Error> {
    let held = hold(work, one).await?;
    match book_held(work, import, one, &held).await {
        Ok(true) => Ok(Some(held.id)),
        done => {
            let tx = work.db.begin(work.ctx).await?;
            give_back(work.ctx, &tx, held.id).await?;
            tx.commit().await?;
            done.map(|_| None)
        }
    }
}

/// Takes the time as a citizen's reservation does: what somebody else has is never taken from them.
async fn hold(work: Work<'_>, one: &Wanted) -> Result<Reservation, Error> {
    let Work { ctx, db, town, .. } = work;
    let keys = db.keys(ctx).await?;
    for wish in &one.wishes {
        let id = AppointmentId::new(ctx.clock(), ctx.chance());
        let minutes = town.settings.booking.hold_minutes.into();
        let expires_at = ctx.now() + chrono::TimeDelta::minutes(minutes);
        let claim = wish.claim(id, Some(expires_at));
        let held = Reservation {
            id,
            token: keys.token("reservation", id.uuid()),
            location: claim.location,
            starts_at: wish.starts_at,
            ends_at: wish.ends_at,
            expires_at,
            extended: false,
            items: one.items.clone(),
        };
        if times::hold(ctx, db, &claim, &held, None, None).await? == Held::Yes {
            return Ok(held);
        }
    }
    Err(Error::SlotTaken)
}

/// Books what is held, notes which entry it was, and tells nobody unless that is wanted. Limits per person do not hold: the
/// appointment was promised already.
async fn book_held(
    work: Work<'_>,
    import: CalendarImportId,
    one: &Wanted,
    held: &Reservation,
) -> Result<bool, Error> {
    let Work { ctx, db, town, command, .. } = work;
    let keys = db.keys(ctx).await?;
    let (new, _) = new_appointment(
        ctx,
        &keys,
        &held.token,
        &one.contact,
        one.locale,
        town.notice_version,
        json!({}),
    )?;
    let tx = db.begin(ctx).await?;
    let Written::Booked(booked) = times::book_in(ctx, &tx, &new, None).await? else {
        return Err(Error::SlotTaken);
    };
    let id = AppointmentId::from(booked.id);
    let place = When { location: held.location, starts_at: held.starts_at };
    history::note(ctx, &tx, id, Deed::Booked, None, Some(place)).await?;
    if !command.tells {
        jobs::withdraw(&tx, JobId::from(new.job)).await?;
    }
    if !imports::note(&tx, &one.key, import, id).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}
