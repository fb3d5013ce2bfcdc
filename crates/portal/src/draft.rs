//! What a citizen has chosen and typed so far. It lives in the session; without one it travels in the form.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use identity::{SessionData, SessionError};
use kernel::LocationId;
use serde::{Deserialize, Serialize};

use crate::{
    caller::{Caller, Remembered},
    contact_form::Typed,
    fields::Fields,
    selection::Selection,
};

/// The field that carries a draft while the session store does not answer.
pub(crate) const CARRIED: &str = "mappe";
/// Drafts that one session keeps: a few tabs. The oldest goes first.
const MOST: usize = 5;
/// Times that one session holds at once. More would take them from others.
pub(crate) const MOST_HELD: usize = 3;

/// A booking that is being made, or was made in this session. Has no `Debug`: it holds what a person typed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Draft {
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// What for.
    pub selection: Selection,
    /// Where.
    pub location: LocationId,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Opens the reservation.
    pub reservation: String,
    /// Until when it is held.
    pub held_until: DateTime<Utc>,
    /// Whether the one extension is used up.
    pub extended: bool,
    /// What was typed, whether or not it can be used.
    pub typed: Typed,
    /// What became of it.
    pub booked: Option<Done>,
}

/// A booking that was made.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Done {
    /// Opens the appointment.
    pub manage_token: String,
    /// Where the confirmation went.
    pub email: Option<String>,
}

impl Draft {
    /// Whether its times can be true. A form can say anything, and a date at the end of time breaks arithmetic.
    fn is_of_our_time(&self, now: DateTime<Utc>) -> bool {
        let near = now - TimeDelta::days(800)..now + TimeDelta::days(800);
        [self.begun_at, self.starts_at, self.ends_at, self.held_until]
            .iter()
            .all(|time| near.contains(time))
    }

    /// Whether the time is still held.
    pub fn is_held(&self, now: DateTime<Utc>) -> bool {
        self.held_until > now
    }
}

/// A draft with its name, and how it got here.
#[derive(Clone)]
pub(crate) struct Found {
    pub id: String,
    pub draft: Draft,
}

/// Reads the draft that an address or a form names: from the session, or from the form itself when the session has
/// ended or its store was away. Of two the one that is held longer is the newer.
pub(crate) fn find(caller: &Caller, fields: &Fields) -> Option<Found> {
    let id = fields.one("entwurf");
    if !is_id(id) {
        return None;
    }
    let remembered = caller
        .data()
        .and_then(|data| data.drafts.get(id))
        .and_then(|value| serde_json::from_value::<Draft>(value.clone()).ok());
    let carried =
        unpack(fields.one(CARRIED)).filter(|draft| draft.is_of_our_time(caller.ctx().now()));
    let draft = match (remembered, carried) {
        (Some(remembered), Some(carried)) if carried.held_until > remembered.held_until => carried,
        (Some(remembered), _) => remembered,
        (None, carried) => carried?,
    };
    Some(Found { id: id.to_owned(), draft })
}

/// Sixteen letters, as [`Caller::random_id`] makes them.
fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The draft of this session that holds a reservation: the second tap of two finds what the first one began.
pub(crate) fn holding(caller: &Caller, reservation: &str) -> Option<Found> {
    let mut drafts = caller.data()?.drafts.iter().filter_map(|(id, value)| {
        Some(Found { id: id.clone(), draft: serde_json::from_value(value.clone()).ok()? })
    });
    drafts.find(|found| found.draft.reservation == reservation)
}

/// Whether the session holds as many times as one may, beside the one that is given up for the next.
pub(crate) fn holds_enough(caller: &Caller, given_up: Option<&Found>) -> bool {
    let now = caller.ctx().now();
    let drafts = caller.data().into_iter().flat_map(|data| &data.drafts);
    let others = drafts.filter(|(id, _)| given_up.is_none_or(|found| found.id != **id));
    let others =
        others.filter_map(|(_, value)| serde_json::from_value::<Draft>(value.clone()).ok());
    others.filter(|draft| draft.booked.is_none() && draft.is_held(now)).count() >= MOST_HELD
}

/// What was typed last in this session: nobody should have to type it twice (WCAG 2.2, 3.3.7).
pub(crate) fn typed_before(caller: &Caller) -> Typed {
    let drafts = caller.data().into_iter().flat_map(|data| data.drafts.values());
    let drafts = drafts.filter_map(|value| serde_json::from_value::<Draft>(value.clone()).ok());
    let typed = drafts.filter(|draft| !draft.typed.is_empty());
    typed.max_by_key(|draft| draft.begun_at).map(|draft| draft.typed).unwrap_or_default()
}

/// Where a draft went.
pub(crate) enum Kept {
    /// Into the session: the next page can be asked for by its address.
    Session(Remembered),
    /// Nowhere: the next page must be the answer, and carry it.
    Form(String),
}

/// Keeps a draft.
pub(crate) async fn keep(caller: &mut Caller, found: &Found) -> Kept {
    let saved = caller.remember(|data| store(data, &found.id, &found.draft)).await;
    match saved {
        Ok(remembered) => Kept::Session(remembered),
        Err(SessionError::Unavailable | SessionError::Changed) => Kept::Form(pack(&found.draft)),
    }
}

/// Changes a draft of the session, if it is there.
pub(crate) fn change(data: &mut SessionData, id: &str, change: impl FnOnce(&mut Draft)) {
    let known = data.drafts.get(id).cloned();
    if let Some(mut draft) = known.and_then(|value| serde_json::from_value::<Draft>(value).ok()) {
        change(&mut draft);
        store(data, id, &draft);
    }
}

fn store(data: &mut SessionData, id: &str, draft: &Draft) {
    data.drafts.insert(id.to_owned(), serde_json::to_value(draft).unwrap_or_default());
    while data.drafts.len() > MOST {
        // RFC 3339 in UTC sorts by time
        let age =
            |value: &serde_json::Value| value["begun_at"].as_str().unwrap_or_default().to_owned();
        let oldest =
            data.drafts.iter().filter(|(key, _)| *key != id).min_by_key(|(_, value)| age(value));
        let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { break };
        data.drafts.remove(&oldest);
    }
}

/// Nothing in a carried draft is a secret from the person, and nothing in it is believed: the reservation's token
/// decides what is booked.
pub(crate) fn pack(draft: &Draft) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(draft).unwrap_or_default())
}

fn unpack(text: &str) -> Option<Draft> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn a_carried_draft_arrives_whole_and_garbage_is_none() {
        let draft = samples::draft();
        let arrived = unpack(&pack(&draft)).unwrap();
        assert_eq!(arrived.reservation, draft.reservation);
        assert_eq!(arrived.typed.last_name, "Mustermann");
        let now = draft.begun_at;
        assert!(draft.is_of_our_time(now));
        let end_of_time = Draft { held_until: DateTime::<Utc>::MAX_UTC, ..draft };
        assert!(!unpack(&pack(&end_of_time)).unwrap().is_of_our_time(now));
        assert!(!is_id("x\r\nSet-Cookie: a=b") && !is_id("") && is_id("0123456789abcdef"));
        assert!(unpack("").is_none());
        assert!(unpack("e30").is_none());
        assert!(unpack("%%%").is_none());
    }

    #[test]
    fn a_session_keeps_the_youngest_drafts() {
        let mut data = SessionData::default();
        for minute in 0..8 {
            let mut draft = samples::draft();
            draft.begun_at += chrono::TimeDelta::minutes(minute);
            store(&mut data, &format!("draft-{}", 9 - minute), &draft);
        }
        let kept: Vec<_> = data.drafts.keys().map(String::as_str).collect();
        assert_eq!(kept, ["draft-2", "draft-3", "draft-4", "draft-5", "draft-6"]);
        change(&mut data, "draft-2", |draft| draft.typed.last_name = "Musterfrau".to_owned());
        assert_eq!(data.drafts["draft-2"]["typed"]["last_name"], "Musterfrau");
        change(&mut data, "nothing", |_| unreachable!());
    }
}
