//! What visitors want from the API.

use std::{fmt::Write, sync::Arc};

use anyhow::{Context, Result, bail};

use crate::{
    load::{Heard, Visitor},
    town::{Day, Place},
    wire,
};

/// The places and days that visitors choose from.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) places: Vec<Place>,
    pub(crate) days: Vec<Day>,
}

/// Chance that costs nothing and can be repeated (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: usize) -> Self {
        let now =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self(
            (seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                ^ u64::from(now.subsec_nanos())
                ^ (now.as_secs() << 32),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of the things.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let count = of.len() as u64;
        of.get(usize::try_from(self.next().checked_rem(count)?).ok()?)
    }
}

/// Which start an attempt wants.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wish {
    /// Any of any day.
    Random,
    /// Any of this day.
    OfDay(usize),
    /// The n-th attempt wants the n-th start of this day.
    InOrder(usize),
}

/// Reserves a time and books it, if `to_the_end`.
#[derive(Debug)]
pub(crate) struct Booker {
    pub(crate) offer: Arc<Offer>,
    pub(crate) wish: Wish,
    pub(crate) to_the_end: bool,
    dice: Dice,
    attempts: usize,
    number: usize,
    host: String,
    body: String,
    booking: bool,
}

impl Booker {
    pub(crate) fn new(number: usize, offer: Arc<Offer>, wish: Wish, to_the_end: bool) -> Self {
        Self {
            offer,
            wish,
            to_the_end,
            dice: Dice::new(number),
            attempts: 0,
            number,
            host: String::new(),
            body: String::new(),
            booking: false,
        }
    }
}

impl Visitor for Booker {
    fn begin(&mut self, request: &mut Vec<u8>) {
        let day = match self.wish {
            Wish::Random => self.dice.pick(&self.offer.days),
            Wish::OfDay(day) | Wish::InOrder(day) => self.offer.days.get(day),
        };
        let starts = day.map(|day| day.starts.as_slice()).unwrap_or_default();
        let start = match self.wish {
            Wish::InOrder(_) => starts.get(self.attempts % starts.len().max(1)),
            // every day has at least these, whatever else a town offers
            Wish::Random => self.dice.pick(starts.get(..40).unwrap_or(starts)),
            Wish::OfDay(_) => self.dice.pick(starts),
        };
        let (Some(place), Some(start)) = (self.dice.pick(&self.offer.places), start) else {
            return;
        };
        self.attempts += 1;
        self.booking = false;
        self.host.clone_from(&place.host);
        self.body.clear();
        let _ = write!(
            self.body,
            r#"{{"query":"mutation($in:ReserveSlotInput!){{reserveSlot(input:$in){{reservation{{token start end expiresAt}}}}}}","variables":{{"in":{{"items":[{{"serviceId":"{}"}}],"locationId":"{}","start":"{start}"}}}}}}"#,
            place.service, place.location
        );
        wire::graphql(&self.host, &self.body, request);
    }

    fn hear(&mut self, answer: &[u8], request: &mut Vec<u8>) -> Result<Heard> {
        if let Some(code) = code(answer) {
            return match code {
                "SLOT_TAKEN" => Ok(Heard::Refused("SLOT_TAKEN")),
                "BUSY" => Ok(Heard::Refused("BUSY")),
                _ => bail!("{}", String::from_utf8_lossy(answer)),
            };
        }
        if self.booking || !self.to_the_end {
            return Ok(Heard::Done);
        }
        self.booking = true;
        let token = field(answer, b"\"token\":\"").context("no token")?;
        self.body.clear();
        let _ = write!(
            self.body,
            r#"{{"query":"mutation($in:BookAppointmentInput!){{bookAppointment(input:$in){{appointment{{id reference status start end manageToken}}}}}}","variables":{{"in":{{"reservationToken":"{token}","locale":"DE","contact":{{"firstName":"Erika","lastName":"Muster","email":"erika.{}.{}@example.org","phone":"+49 171 3920012"}}}}}}}}"#,
            self.number, self.attempts
        );
        wire::graphql(&self.host, &self.body, request);
        Ok(Heard::Next)
    }
}

/// Asks the same kind of question again and again.
#[derive(Debug)]
pub(crate) struct Reader {
    offer: Arc<Offer>,
    question: Question,
    dice: Dice,
    /// The place that is next, for whoever visits each once.
    next: Option<usize>,
    body: String,
}

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// `{ __typename }`: what HTTP and GraphQL cost without any work.
    Nothing,
    /// The free times of a random day.
    Day,
    /// The state of 31 days.
    Month,
    /// All times of 31 days.
    Slots,
    /// The first page.
    Page,
}

impl Question {
    /// The last day of those that are asked for, counted from the first.
    pub(crate) fn days_more(self) -> usize {
        match self {
            Self::Month | Self::Slots => 30,
            Self::Nothing | Self::Day | Self::Page => 0,
        }
    }
}

impl Reader {
    pub(crate) fn new(number: usize, offer: Arc<Offer>, question: Question) -> Self {
        Self { offer, question, dice: Dice::new(number), next: None, body: String::new() }
    }

    /// Visits the places in their order.
    pub(crate) fn in_order(offer: Arc<Offer>, question: Question) -> Self {
        Self { next: Some(0), ..Self::new(0, offer, question) }
    }

    fn place<'a>(&mut self, places: &'a [Place]) -> Option<&'a Place> {
        let Some(next) = &mut self.next else { return self.dice.pick(places) };
        *next += 1;
        places.get((*next - 1) % places.len().max(1))
    }
}

impl Visitor for Reader {
    fn begin(&mut self, request: &mut Vec<u8>) {
        let question = self.question;
        let offer = self.offer.clone();
        let Some(place) = self.place(&offer.places) else { return };
        let fields = match question {
            Question::Nothing => {
                return wire::graphql(&place.host, r#"{"query":"{ __typename }"}"#, request);
            }
            Question::Page => return wire::get(&place.host, "/", "identity", request),
            Question::Month => "date state",
            Question::Day | Question::Slots => "date times",
        };
        let days = &self.offer.days;
        let more = self.question.days_more();
        let (from, to) = if more == 0 {
            let day = self.dice.pick(days);
            (day, day)
        } else {
            (days.first(), days.get(more).or(days.last()))
        };
        let (Some(from), Some(to)) = (from, to) else { return };
        self.body.clear();
        let _ = write!(
            self.body,
            r#"{{"query":"query($in:AvailabilityInput!){{availability(input:$in){{days{{{fields}}}}}}}","variables":{{"in":{{"items":[{{"serviceId":"{}"}}],"locationIds":["{}"],"from":"{}","to":"{}"}}}}}}"#,
            place.service, place.location, from.date, to.date
        );
        wire::graphql(&place.host, &self.body, request);
    }

    fn hear(&mut self, answer: &[u8], _: &mut Vec<u8>) -> Result<Heard> {
        if code(answer).is_some() {
            bail!("{}", String::from_utf8_lossy(answer));
        }
        let expected: &[u8] = match self.question {
            Question::Nothing => b"__typename",
            Question::Page => b"<html",
            Question::Month => b"\"state\":",
            Question::Day | Question::Slots => b"\"times\":",
        };
        if wire::find(answer, expected).is_none() {
            bail!("an unexpected answer: {}", String::from_utf8_lossy(answer));
        }
        Ok(Heard::Done)
    }
}

/// The code of the error, if the answer is one: only a short answer can be.
fn code(answer: &[u8]) -> Option<&str> {
    if answer.len() > 1200 {
        return None;
    }
    field(answer, b"\"code\":\"")
}

fn field<'a>(answer: &'a [u8], before: &[u8]) -> Option<&'a str> {
    let rest = answer.get(wire::find(answer, before)? + before.len()..)?;
    std::str::from_utf8(rest.get(..wire::find(rest, b"\"")?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_refusal_is_found() {
        let refusal =
            br#"{"data":null,"errors":[{"message":"taken","extensions":{"code":"SLOT_TAKEN"}}]}"#;
        assert_eq!(code(refusal), Some("SLOT_TAKEN"));
        assert_eq!(code(br#"{"data":{"__typename":"Query"}}"#), None);
    }
}
