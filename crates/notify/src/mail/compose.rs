//! Putting a mail together: headers, parts, calendar entry (RFC 6047).

use std::fmt::Display;

use chrono::{DateTime, Utc};
use kernel::{MessageId, event::Change};
use lettre::{
    Address, Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use tenant::Municipality;

use super::{account, letter, office};
use crate::{
    account_facts::AccountFacts,
    calendar::invitation::{invitation, mail_domain},
    facts::AppointmentFacts,
};

/// Why a mail could not be put together. None of it passes with time, none of it names a person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ComposeError {
    #[error("the {0} address cannot be used in a mail")]
    Address(&'static str),
    #[error("the mail could not be rendered: {0}")]
    Template(#[from] askama::Error),
    #[error("the mail could not be put together: {0}")]
    Mail(#[from] lettre::error::Error),
    #[error("the content type of the calendar entry is wrong: {0}")]
    ContentType(#[from] lettre::message::header::ContentTypeErr),
}

/// What both kinds of mail are made from.
pub(crate) struct Occasion<'a> {
    pub(crate) id: MessageId,
    pub(crate) now: DateTime<Utc>,
    pub(crate) town: &'a Municipality,
    pub(crate) facts: &'a AppointmentFacts,
    pub(crate) change: Change,
    pub(crate) base_url: &'a str,
}

/// The mail to the citizen, with the calendar entry. `None` when there is no address.
pub(crate) fn to_citizen(occasion: &Occasion<'_>) -> Result<Option<Message>, ComposeError> {
    let Occasion { now, town, facts, change, base_url, .. } = *occasion;
    let Some(email) = &facts.person.email else { return Ok(None) };
    let letter = letter::letter(town, facts, change, base_url)?;
    let (method, calendar) = invitation(town, facts, base_url, now);
    // The entry comes twice: mail programs act on the alternative, people open the attachment.
    let act = format!("text/calendar; method={}; charset=UTF-8", method.key());
    let alternative = MultiPart::alternative()
        .singlepart(SinglePart::plain(letter.text))
        .singlepart(SinglePart::html(letter.html))
        .singlepart(
            SinglePart::builder().content_type(ContentType::parse(&act)?).body(calendar.clone()),
        );
    let attachment = Attachment::new("invite.ics".to_owned())
        .body(calendar.into_bytes(), ContentType::parse("application/ics; name=\"invite.ics\"")?);
    let body = MultiPart::mixed().multipart(alternative).singlepart(attachment);
    let reply_to = address(&facts.place.office_email, "office's")?;
    let to = address(email, "citizen's")?;
    let mail = start(town, &occasion.id, now, to, &letter.subject)?
        .reply_to(Mailbox::new(None, reply_to))
        .multipart(body)?;
    Ok(Some(mail))
}

/// The mail to the office.
pub(crate) fn to_office(occasion: &Occasion<'_>) -> Result<Message, ComposeError> {
    let Occasion { now, town, facts, change, .. } = *occasion;
    let letter = office::letter(town, facts, change)?;
    let to = address(&facts.place.office_email, "office's")?;
    let mut mail = start(town, &occasion.id, now, to, &letter.subject)?;
    // "Reply" reaches the person, if there is an address that mail programs understand
    if let Some(citizen) = facts.person.email.as_deref().and_then(|email| email.parse().ok()) {
        mail = mail.reply_to(Mailbox::new(None, citizen));
    }
    Ok(mail.multipart(MultiPart::alternative_plain_html(letter.text, letter.html))?)
}

/// The mail about an account. "Reply" reaches the municipality.
pub(crate) fn to_account(
    now: DateTime<Utc>,
    town: &Municipality,
    facts: &AccountFacts,
    base_url: &str,
) -> Result<Message, ComposeError> {
    let letter = account::letter(town, facts, base_url)?;
    let to = address(&facts.email, "account's")?;
    let reply_to = address(&town.controller.email, "municipality's")?;
    Ok(start(town, &facts.id, now, to, &letter.subject)?
        .reply_to(Mailbox::new(None, reply_to))
        .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))?)
}

fn start(
    town: &Municipality,
    id: &dyn Display,
    now: DateTime<Utc>,
    to: Address,
    subject: &str,
) -> Result<lettre::message::MessageBuilder, ComposeError> {
    let settings = &town.settings.mail;
    let from =
        Mailbox::new(Some(one_line(&settings.sender_name)), address(&settings.from, "sender's")?);
    // The same id at every attempt: mail programs can tell a repetition.
    let id = format!("<{id}@{}>", mail_domain(town));
    Ok(Message::builder()
        .date(now.into())
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(one_line(subject))
        .message_id(Some(id))
        // RFC 3834: keeps out-of-office notes from answering
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        )))
}

/// Without line breaks, which would begin another header.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn address(text: &str, whose: &'static str) -> Result<Address, ComposeError> {
    text.parse().map_err(|_| ComposeError::Address(whose))
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders};

    use super::*;
    use crate::mail::fixtures::{facts, town};

    fn occasion<'a>(
        town: &'a Municipality,
        facts: &'a AppointmentFacts,
        change: Change,
    ) -> Occasion<'a> {
        Occasion {
            id: uuid::Uuid::from_u128(7).into(),
            now: "2026-12-01T10:00:00Z".parse().unwrap(),
            town,
            facts,
            change,
            base_url: "https://haltern.example",
        }
    }

    #[test]
    fn the_calendar_entry_says_the_same_in_both_places() {
        let (town, mut facts) = (town(), facts());
        for (change, method) in [(Change::Booked, "REQUEST"), (Change::Cancelled, "CANCEL")] {
            facts.cancelled = change == Change::Cancelled;
            let mail = to_citizen(&occasion(&town, &facts, change)).unwrap().unwrap().formatted();
            let mail = MessageParser::default().parse(&mail).unwrap();
            let kinds: Vec<String> = mail
                .parts
                .iter()
                .map(|part| {
                    let kind = part.content_type().unwrap();
                    format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
                })
                .collect();
            assert_eq!(
                kinds,
                [
                    "multipart/mixed",
                    "multipart/alternative",
                    "text/plain",
                    "text/html",
                    "text/calendar",
                    "application/ics"
                ]
            );
            let entry = &mail.parts[4];
            assert_eq!(entry.content_type().unwrap().attribute("method"), Some(method));
            let calendar = entry.text_contents().unwrap();
            assert!(calendar.contains(&format!("METHOD:{method}\r\n")), "{calendar}");
            assert_eq!(mail.parts[5].attachment_name(), Some("invite.ics"));
            assert_eq!(mail.parts[5].contents(), calendar.as_bytes());
        }
    }

    #[test]
    fn headers_are_what_relays_and_programs_expect() {
        let (town, facts) = (town(), facts());
        let mail = to_citizen(&occasion(&town, &facts, Change::Booked)).unwrap().unwrap();
        let again = to_citizen(&occasion(&town, &facts, Change::Booked)).unwrap().unwrap();
        let id = mail.headers().get_raw("Message-ID");
        assert_eq!(id, Some("<00000000-0000-0000-0000-000000000007@haltern.stadttermin>"));
        assert_eq!(again.headers().get_raw("Message-ID"), id);
        assert_eq!(mail.headers().get_raw("Auto-Submitted"), Some("auto-generated"));
        assert_eq!(mail.headers().get_raw("Reply-To"), Some("buergerbuero@haltern.de"));
        let office = to_office(&occasion(&town, &facts, Change::Booked)).unwrap();
        assert_eq!(office.headers().get_raw("To"), Some("buergerbuero@haltern.de"));
        assert_eq!(office.headers().get_raw("Reply-To"), Some("erika@example.org"));
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        let (mut town, mut facts) = (town(), facts());
        town.settings.mail.sender_name = "Stadt\r\nBcc: evil@example.org".to_owned();
        facts.reference = "X\r\nBcc: evil@example.org\r\n\r\nbody".to_owned();
        facts.place.name = kernel::LocalizedText::german("Amt\r\nBcc: evil@example.org");
        let office = to_office(&occasion(&town, &facts, Change::Booked)).unwrap().formatted();
        let citizen =
            to_citizen(&occasion(&town, &facts, Change::Booked)).unwrap().unwrap().formatted();
        for mail in [office, citizen] {
            let mail = MessageParser::default().parse(&mail).unwrap();
            assert!(mail.bcc().is_none());
            assert_eq!(mail.to().unwrap().iter().count(), 1);
        }
        facts.person.email = Some("a@example.org\r\nBcc: evil@example.org".to_owned());
        assert!(to_citizen(&occasion(&town, &facts, Change::Booked)).is_err());
    }
}
