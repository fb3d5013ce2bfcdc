//! Entries that become a draft of the calendar.

use db::TenantTx;
use kernel::{Ctx, Locale, LocalizedText, policy::Action};

use super::{
    ImportKind, ImportLine, ImportOutcome, ImportReport, Work, appointments::note, resolve::Names,
};
use crate::{
    Edits, Error, SaveDraft, change,
    model::import::{
        Entry, Read, Span, Wrong,
        absences::{Absence, Gathered},
    },
    reach,
    store::{imports, rule_book},
    today,
};

/// What a look has found.
pub(super) struct Look {
    pub(super) report: ImportReport,
    edits: Edits,
}

/// Looks at what the absences change in the calendar as it is.
pub(super) async fn look(work: Work<'_>, read: Read) -> Result<Look, Error> {
    // they change the calendar, whoever brings them along
    work.ctx.authorize(Action::ChangeCalendar)?;
    let tx = work.db.begin(work.ctx).await?;
    let mut look = gather(work, &tx, read).await?;
    if look.edits.count() > 0 {
        look.report.hits = change::count_hits(work.ctx, &tx, work.town, &look.edits).await?;
    }
    tx.commit().await?;
    Ok(look)
}

async fn gather(work: Work<'_>, tx: &TenantTx, read: Read) -> Result<Look, Error> {
    let names = Names::read(work, tx).await?;
    let book = rule_book::read(tx).await?;
    let mut gathered = Gathered::new(&book, work.town);
    let mut report = ImportReport { ignored: read.ignored, ..ImportReport::default() };
    for entry in read.entries {
        let mut line = ImportLine {
            line: 0,
            starts_at: None,
            days: None,
            location: None,
            outcome: ImportOutcome::New,
            appointment: None,
        };
        match entry {
            Ok(entry) => {
                line.line = entry.line;
                match entry.span {
                    Span::Timed(from, _) => line.starts_at = Some(from),
                    Span::Days(from, to) => line.days = Some((from, to)),
                }
                match absence(work, &names, &entry) {
                    Ok(absence) => {
                        line.location = Some(absence.location);
                        if !gathered.add(&absence) {
                            line.outcome = ImportOutcome::Known;
                        }
                    }
                    Err(wrong) => line.outcome = wrong.into(),
                }
            }
            Err((at, wrong)) => (line.line, line.outcome) = (at, wrong.into()),
        }
        report.lines.push(line);
    }
    Ok(Look { report, edits: gathered.finish() })
}

fn absence(work: Work<'_>, names: &Names<'_>, entry: &Entry) -> Result<Absence, Wrong> {
    let today = today(work.ctx, work.town);
    match entry.span {
        Span::Timed(_, None) => return Err(Wrong::new("import-no-end")),
        Span::Timed(_, Some(to)) if to <= work.ctx.now() => return Err(Wrong::new("import-past")),
        Span::Days(_, to) if to < today => return Err(Wrong::new("import-past")),
        // a day of each year until the end of time would be looked at one by one
        Span::Timed(from, Some(to)) if (to - from).num_days() > 400 => {
            return Err(Wrong::new("import-far"));
        }
        _ => {}
    }
    let location = names.location(entry)?;
    reach::at(work.ctx, Action::ImportCalendar, location)
        .map_err(|_| Wrong::new("import-location"))?;
    let counter = names.counter(entry, location)?;
    let title = entry.title.as_deref().filter(|_| work.command.uses_titles);
    let title =
        title.map(|title| LocalizedText::german(title.chars().take(200).collect::<String>()));
    Ok(Absence {
        location,
        counters: counter.map_or_else(|| names.counters_at(location), |one| vec![one]),
        is_all: counter.is_none(),
        span: entry.span,
        reason: title.or_else(|| work.command.reason.clone()).unwrap_or_else(usual_reason),
    })
}

/// What citizens read where nobody says why.
fn usual_reason() -> LocalizedText {
    LocalizedText::german("Nicht besetzt").with(Locale::En, "Not staffed")
}

/// Makes the draft. The same file again finds it, or finds that nothing is left to change.
pub(super) async fn make(work: Work<'_>, read: Read) -> Result<ImportReport, Error> {
    let Work { ctx, town, .. } = work;
    let Look { mut report, edits } = look(work, read).await?;
    if edits.count() == 0 {
        return Ok(report);
    }
    let tx = work.db.begin(ctx).await?;
    report.change = change::same_draft(&tx, &edits).await?;
    if report.change.is_some() {
        tx.commit().await?;
        become_known(&mut report);
        return Ok(report);
    }
    let command =
        SaveDraft { id: None, title: title(ctx, report.count(ImportOutcome::New)), edits };
    let saved = change::save(ctx, &tx, &command).await?;
    let id = note(work, &tx, &report, ImportKind::Absences, Some(saved.id.uuid())).await?;
    imports::finish(&tx, id, report.count(ImportOutcome::New) as u64, report.refused() as u64)
        .await?;
    tx.commit().await?;
    for line in report.lines.iter_mut().filter(|line| line.outcome == ImportOutcome::New) {
        line.outcome = ImportOutcome::Made;
    }
    (report.id, report.change) = (Some(id), Some(saved.id));
    tracing::info!(tenant = town.slug, "absences were imported as a draft");
    Ok(report)
}

fn become_known(report: &mut ImportReport) {
    for line in report.lines.iter_mut().filter(|line| line.outcome == ImportOutcome::New) {
        line.outcome = ImportOutcome::Known;
    }
}

/// The draft's name, in the language of whoever imports.
fn title(ctx: &Ctx, count: usize) -> String {
    match ctx.locale() {
        Locale::En => format!("Imported absences ({count})"),
        _ => format!("Übernommene Abwesenheiten ({count})"),
    }
}
