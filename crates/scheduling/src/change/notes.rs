//! What the office says to people whose appointments it changes. The text has a row of its own: no job carries it.

use db::{Fault, TenantTx};
use kernel::{Ctx, Locale, LocalizedText, OfficeNoteId, policy};
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::{Error, catalogue::json, store::changes::office_note as table};

/// Letters of a note in one language, at most.
pub const LONGEST_NOTE: usize = 500;

/// A note as it is sent; `None` when it says nothing.
pub(crate) fn check(note: Option<&LocalizedText>) -> Result<Option<LocalizedText>, Error> {
    let wrong = |reason, limit| Error::BadInput { field: "note", reason, limit };
    let Some(note) = note.filter(|note| note.all().any(|text| !text.trim().is_empty())) else {
        return Ok(None);
    };
    if !note.has_german() {
        return Err(wrong("note-german", None));
    }
    if note.all().any(|text| text.chars().count() > LONGEST_NOTE) {
        return Err(wrong("note-long", u32::try_from(LONGEST_NOTE).ok()));
    }
    let unfit = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\r');
    if note.all().any(|text| text.contains(unfit)) {
        return Err(wrong("note-signs", None));
    }
    let mut clean = LocalizedText::german(note.get(Locale::De).trim());
    let english = note.get(Locale::En).trim();
    if english != note.get(Locale::De).trim() && !english.is_empty() {
        clean = clean.with(Locale::En, english);
    }
    Ok(Some(clean))
}

/// Writes a checked note.
pub(crate) async fn write(
    ctx: &Ctx,
    tx: &TenantTx,
    note: &LocalizedText,
) -> Result<OfficeNoteId, Fault> {
    let id = OfficeNoteId::new(ctx.clock(), ctx.chance());
    let row = table::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(id.uuid()),
        text: Set(serde_json::to_value(note).unwrap_or_default()),
        created_at: Set(ctx.now()),
    };
    table::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// What the office has said, for the message that tells it. `None` when its time is over.
pub async fn office_note(
    ctx: &Ctx,
    tx: &TenantTx,
    id: OfficeNoteId,
) -> Result<Option<LocalizedText>, Error> {
    ctx.authorize(policy::Action::RunJobs)?;
    let row = table::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    Ok(row.map(|row| json(row.text)).transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_short_german_and_plain() {
        let reason = |note: &LocalizedText| match check(Some(note)) {
            Err(Error::BadInput { reason, .. }) => reason,
            _ => "",
        };
        assert_eq!(check(None).unwrap(), None);
        assert_eq!(check(Some(&LocalizedText::german("  "))).unwrap(), None);
        let note = LocalizedText::german(" Wasserschaden.\nBitte buchen Sie neu. ");
        let clean = check(Some(&note)).unwrap().unwrap();
        assert_eq!(clean.get(Locale::De), "Wasserschaden.\nBitte buchen Sie neu.");
        assert_eq!(reason(&LocalizedText::german("x".repeat(501))), "note-long");
        assert_eq!(reason(&LocalizedText::german("a\u{7}")), "note-signs");
        assert_eq!(reason(&LocalizedText::german("").with(Locale::En, "Flood")), "note-german");
    }
}
