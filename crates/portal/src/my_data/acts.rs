//! What one does with one's data: taking them along, restricting them, no SMS, erasing them.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use kernel::my_data::OwnAppointment;
use notify::AppointmentSource as _;
use privacy::requests::RequestKind;
use tenant::personal_data::Objection;

use super::{GUEST, Mine, Place};
use crate::{
    AppointmentBook,
    account::{on_the_page, typed_password},
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

#[derive(askama::Template)]
#[template(path = "my_data_erase.html")]
pub(crate) struct ErasePage {
    pub page: Page,
    pub place: Place,
    pub error: String,
    /// Appointments that are still to come and will be cancelled.
    pub upcoming: Vec<String>,
    pub has_account: bool,
    /// Whether it asks for the password.
    pub needs_password: bool,
}

/// `POST /datenschutz/meine-daten/mitnehmen`
pub(crate) async fn take_guest(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let mine = caller.must_guest(&fields).await?;
    take(&caller, &mine, &fields).await
}

/// `POST /konto/daten/mitnehmen`
pub(crate) async fn take_account(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let mine = caller.my_account_data().await?;
    take(&caller, &mine, &fields).await
}

/// As a file for programs, or as one for calendars.
async fn take(caller: &Caller, mine: &Mine, fields: &Fields) -> Result<Response, Failure> {
    let (town, portal) = (caller.town(), &caller.portal);
    let base = (portal.base_url)(town);
    let (kind, name, text) = if fields.one("als") == "kalender" {
        ("text/calendar; charset=utf-8", "termine.ics", calendar(caller, mine, &base).await?)
    } else {
        let copy = portal.rights.copy(&mine.ctx, caller.db(), town, &mine.who, &base).await?;
        let text = serde_json::to_string_pretty(&copy).unwrap_or_default();
        ("application/json", "meine-daten.json", text)
    };
    portal.rights.note_copy(&mine.ctx, caller.db(), town, RequestKind::Portability).await?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, text).into_response())
}

/// All appointments in one calendar (RFC 5545 §3.6: a calendar holds any number of events).
async fn calendar(caller: &Caller, mine: &Mine, base: &str) -> Result<String, Failure> {
    let tx = caller.db().begin(&mine.ctx).await?;
    let mut entries = Vec::new();
    for id in &mine.who.appointments {
        let Some(dossier) = scheduling::dossier(&mine.ctx, &tx, *id).await? else { continue };
        let place = dossier.appointment.location;
        if let Some(facts) = AppointmentBook.load(&mine.ctx, &tx, *id, place).await? {
            entries.push(notify::calendar_file(caller.town(), &facts, base, mine.ctx.now()));
        }
    }
    tx.commit().await?;
    Ok(together(&entries))
}

/// The events of some calendars of ours in one.
fn together(calendars: &[String]) -> String {
    const BEGIN: &str = "BEGIN:VEVENT";
    const END: &str = "END:VCALENDAR";
    let Some((head, _)) = calendars.first().and_then(|first| first.split_once(BEGIN)) else {
        let product = "PRODID:-//Stadttermin//DE";
        return format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{product}\r\n{END}\r\n");
    };
    let events = calendars.iter().filter_map(|one| {
        let (_, rest) = one.split_once(BEGIN)?;
        let (event, _) = rest.split_once(END)?;
        Some(format!("{BEGIN}{event}"))
    });
    format!("{head}{}{END}\r\n", events.collect::<String>())
}

/// `POST /datenschutz/meine-daten/einschraenken`
pub(crate) async fn restrict_guest(
    caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    let mine = caller.must_guest(&fields).await?;
    restrict(&caller, &mine, &fields).await
}

/// `POST /konto/daten/einschraenken`
pub(crate) async fn restrict_account(
    caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    let mine = caller.my_account_data().await?;
    restrict(&caller, &mine, &fields).await
}

async fn restrict(caller: &Caller, mine: &Mine, fields: &Fields) -> Result<Response, Failure> {
    let (wanted, rights) = (fields.one("aufheben").is_empty(), &caller.portal.rights);
    rights.restrict(&mine.ctx, caller.db(), caller.town(), &mine.who, wanted).await?;
    Ok(back(&mine.place, if wanted { "eingeschraenkt" } else { "aufgehoben" }))
}

/// `POST /datenschutz/meine-daten/sms`
pub(crate) async fn sms_guest(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let mine = caller.must_guest(&fields).await?;
    stop_sms(&caller, &mine, &fields).await
}

/// `POST /konto/daten/sms`
pub(crate) async fn sms_account(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let mine = caller.my_account_data().await?;
    stop_sms(&caller, &mine, &fields).await
}

async fn stop_sms(caller: &Caller, mine: &Mine, fields: &Fields) -> Result<Response, Failure> {
    let (stopped, rights) = (fields.one("wieder").is_empty(), &caller.portal.rights);
    let objection = (Objection::Sms, stopped);
    rights.object(&mine.ctx, caller.db(), caller.town(), &mine.who, objection).await?;
    Ok(back(&mine.place, if stopped { "ohne-sms" } else { "mit-sms" }))
}

/// `POST /datenschutz/meine-daten/widerspruch`
pub(crate) async fn object_guest(
    mut caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    let mine = caller.must_guest(&fields).await?;
    object(&mut caller, &mine, &fields).await
}

/// `POST /konto/daten/widerspruch`
pub(crate) async fn object_account(
    mut caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    let mine = caller.my_account_data().await?;
    object(&mut caller, &mine, &fields).await
}

/// Objects to reminders or to being counted, or takes it back. It is kept with the person; that they are not counted holds in
/// this browser at once.
async fn object(caller: &mut Caller, mine: &Mine, fields: &Fields) -> Result<Response, Failure> {
    let objects = fields.one("wieder").is_empty();
    let (to, done) = match (fields.one("gegen"), objects) {
        ("erinnerungen", true) => (Objection::Reminders, "ohne-erinnerungen"),
        ("erinnerungen", false) => (Objection::Reminders, "mit-erinnerungen"),
        ("statistik", true) => (Objection::Analysis, "ungezaehlt"),
        ("statistik", false) => (Objection::Analysis, "gezaehlt"),
        _ => return Err(Refusal::BadInput.into()),
    };
    let rights = &caller.portal.rights;
    rights.object(&mine.ctx, caller.db(), caller.town(), &mine.who, (to, objects)).await?;
    let answer = back(&mine.place, done);
    if to != Objection::Analysis || caller.known()?.is_none() {
        return Ok(answer);
    }
    let kept = caller.remember(|data| data.is_uncounted = objects).await?;
    Ok(kept.on(answer))
}

fn back(place: &Place, done: &str) -> Response {
    let view = place.view();
    let sign = if view.contains('?') { '&' } else { '?' };
    go(&format!("{view}{sign}getan={done}"))
}

/// `GET /datenschutz/meine-daten/loeschen`: the question.
pub(crate) async fn ask_erase_guest(
    caller: Caller,
    Asked(fields): Asked,
) -> Result<Response, Failure> {
    match caller.my_guest_data(&fields).await? {
        Some(mine) => ask_erase(&caller, &mine, String::new(), false, StatusCode::OK).await,
        None => Ok(go(GUEST)),
    }
}

/// `GET /konto/daten/loeschen`: the question.
pub(crate) async fn ask_erase_account(caller: Caller) -> Result<Response, Failure> {
    let mine = caller.my_account_data().await?;
    let (_, account) = caller.mine().await?;
    let needs = account.has_password && !caller.is_fresh();
    ask_erase(&caller, &mine, String::new(), needs, StatusCode::OK).await
}

async fn ask_erase(
    caller: &Caller,
    mine: &Mine,
    error: String,
    needs_password: bool,
    status: StatusCode,
) -> Result<Response, Failure> {
    let town = caller.town();
    let copy = caller.portal.rights.copy(&mine.ctx, caller.db(), town, &mine.who, "").await?;
    let page = caller.page().at(mine.place.address("/loeschen")).failed(!error.is_empty());
    let is_upcoming =
        |one: &&OwnAppointment| one.starts_at > mine.ctx.now() && one.cancelled_at.is_none();
    let line = |one: &OwnAppointment| {
        let when = kernel::spoken::date_and_time(one.starts_at, town.zone(), page.locale);
        format!("{when}, {}", one.location)
    };
    let view = ErasePage {
        place: mine.place.clone(),
        error,
        upcoming: copy.data.appointments.iter().filter(is_upcoming).map(line).collect(),
        has_account: copy.data.account.is_some(),
        needs_password,
        page: page.clone().titled(page.t("my-data-erase-title")),
    };
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// `POST /datenschutz/meine-daten/loeschen`
pub(crate) async fn erase_guest(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let mine = caller.must_guest(&fields).await?;
    if fields.one("ja").is_empty() {
        return ask_erase(&caller, &mine, String::new(), false, StatusCode::OK).await;
    }
    erase(&caller, &mine).await?;
    // the session remembers what was typed, and codes of appointments that are no more
    caller.leave(&format!("{GUEST}?getan=geloescht")).await
}

/// `POST /konto/daten/loeschen`: with the password, or right after signing in.
pub(crate) async fn erase_account(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let mine = caller.my_account_data().await?;
    let (ctx, account) = caller.mine().await?;
    let password = typed_password(&fields, "passwort");
    let proof = caller.proof(password.as_ref())?;
    let proved = caller.portal.identity.prove(&ctx, &account, &proof).await;
    if let Err(error) = proved {
        let error = on_the_page(error, ctx.locale())?;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let needs = account.has_password && !caller.is_fresh();
        return ask_erase(&caller, &mine, error, needs, status).await;
    }
    erase(&caller, &mine).await?;
    caller.leave(&format!("{GUEST}?getan=geloescht")).await
}

async fn erase(caller: &Caller, mine: &Mine) -> Result<(), Failure> {
    let rights = &caller.portal.rights;
    Ok(rights.erase(&mine.ctx, caller.db(), caller.town(), &mine.who).await?)
}

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn calendars_become_one() {
        let one = |name: &str| {
            format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:{name}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            )
        };
        let all = together(&[one("a"), one("b")]);
        assert_eq!(all.matches("BEGIN:VCALENDAR").count(), 1);
        assert_eq!(all.matches("END:VCALENDAR").count(), 1);
        assert_eq!(all.matches("BEGIN:VEVENT").count(), 2);
        assert!(
            all.contains("UID:a") && all.contains("UID:b") && all.ends_with("END:VCALENDAR\r\n")
        );
        assert!(together(&[]).starts_with("BEGIN:VCALENDAR"));
    }
}
