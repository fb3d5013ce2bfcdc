//! What was sent, to be read on `/demo/outbox` of each municipality's host.
//!
//! The stand-ins of mail server and SMS provider put it here. Each municipality sees what left under its own
//! sender, and nothing else.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Extension, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use kernel::Clock;
use serde::{Deserialize, Serialize};
use tenant::Municipality;

/// How a message left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By mail.
    Mail,
    /// By SMS.
    Sms,
}

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// How it left.
    pub channel: Channel,
    /// Under which address or name.
    pub from: String,
    /// To which address or number.
    pub to: String,
    /// The subject of a mail.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// The mail as HTML.
    pub html: Option<String>,
    /// What came with a mail, its calendar entry included.
    pub attachments: Vec<Attachment>,
    /// When it arrived.
    pub at: DateTime<Utc>,
}

/// What came with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// The content type with its parameters.
    pub content_type: String,
    /// The content; empty when it is no text.
    pub text: String,
}

/// Keeps what was sent, in memory and, between starts, in a file of JSON lines. Clones share it.
#[derive(Debug, Clone)]
pub struct Outbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    items: Vec<Item>,
    file: Option<File>,
}

impl Outbox {
    /// An outbox that is gone with the process.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner { clock, kept: Mutex::new(Kept { items: Vec::new(), file: None }) }))
    }

    /// The outbox in `outbox.jsonl` of a directory, with what was sent before. Lines that were cut off are left out.
    pub fn open(directory: &Path, clock: Arc<dyn Clock>) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let path = directory.join("outbox.jsonl");
        let before = match std::fs::read_to_string(&path) {
            Ok(before) => before,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let items = before.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        if !before.is_empty() && !before.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        let kept = Kept { items, file: Some(file) };
        Ok(Self(Arc::new(Inner { clock, kept: Mutex::new(kept) })))
    }

    /// Keeps an item. It is in the file when this returns.
    pub fn add(&self, item: Item) -> io::Result<()> {
        let mut kept = self.lock();
        if let Some(file) = &mut kept.file {
            let line = serde_json::to_string(&item)?;
            file.write_all(format!("{line}\n").as_bytes())?;
        }
        kept.items.push(item);
        Ok(())
    }

    /// Everything that was sent, newest first.
    pub fn all(&self) -> Vec<Item> {
        self.lock().items.iter().rev().cloned().collect()
    }

    /// What a municipality sent, newest first.
    pub fn of(&self, town: &Municipality) -> Vec<Item> {
        let own = |item: &&Item| match item.channel {
            Channel::Mail => item.from.eq_ignore_ascii_case(&town.settings.mail.from),
            Channel::Sms => item.from == town.settings.sms.sender,
        };
        self.lock().items.iter().rev().filter(own).cloned().collect()
    }

    /// The time, for the stand-ins.
    pub(super) fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `GET /demo/outbox`: what the municipality of the host sent, as a page or, for `Accept: application/json`, as a list.
/// Needs [`portal::Visit`] among the request's extensions.
pub fn router(outbox: Outbox) -> Router {
    Router::new().route("/demo/outbox", get(show)).with_state(outbox)
}

async fn show(
    State(outbox): State<Outbox>,
    visit: Option<Extension<portal::Visit>>,
    headers: HeaderMap,
) -> Response {
    let Some(Extension(visit)) = visit else { return StatusCode::NOT_FOUND.into_response() };
    let items = outbox.of(&visit.town);
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let answer = if accept.is_some_and(|accept| accept.contains("application/json")) {
        Json(items).into_response()
    } else {
        Html(page(&visit.town, &items)).into_response()
    };
    ([(header::CACHE_CONTROL, "no-store"), (header::VARY, "Accept")], answer).into_response()
}

/// The page. Plain on purpose: it is for people who try the demo.
fn page(town: &Municipality, items: &[Item]) -> String {
    let name = escape(&town.name);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Postausgang – {name}</title>\n</head>\n<body>\n<main>\n\
         <h1>Postausgang der Demo – {name}</h1>\n\
         <p>Hier steht, was die Demo an E-Mails und SMS verschickt hat. Nichts davon hat diesen Rechner verlassen.</p>\n\
         <p><a href=\"/\">Zur Terminbuchung</a></p>\n"
    );
    if items.is_empty() {
        page += "<p>Noch wurde nichts verschickt. Buchen Sie einen Termin, dann steht hier die Bestätigung.</p>\n";
    }
    for item in items {
        let channel = match item.channel {
            Channel::Mail => "E-Mail",
            Channel::Sms => "SMS",
        };
        let title = item.subject.as_deref().unwrap_or("SMS");
        let zone = town.zone();
        let at = kernel::spoken::date_and_time(item.at, zone, kernel::Locale::De);
        page += &format!(
            "<article>\n<h2>{}</h2>\n<p>{channel} an {}, {at}</p>\n<p>{}</p>\n",
            escape(title),
            escape(&item.to),
            paragraph(&item.text)
        );
        for attachment in &item.attachments {
            page += &format!(
                "<details>\n<summary>Anhang: {} ({})</summary>\n<pre>{}</pre>\n</details>\n",
                escape(&attachment.name),
                escape(&attachment.content_type),
                escape(&attachment.text)
            );
        }
        page += "</article>\n<hr>\n";
    }
    page + "</main>\n</body>\n</html>\n"
}

/// A text with its lines and its links.
fn paragraph(text: &str) -> String {
    let line = |line: &str| {
        let words = line.split(' ').map(|word| {
            let shown = escape(word);
            if word.starts_with("http://") || word.starts_with("https://") {
                format!("<a href=\"{shown}\">{shown}</a>")
            } else {
                shown
            }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("<br>\n")
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(text: &str) -> Item {
        Item {
            channel: Channel::Sms,
            from: "Haltern".to_owned(),
            to: "+4915123456789".to_owned(),
            subject: None,
            text: text.to_owned(),
            html: None,
            attachments: Vec::new(),
            at: "2026-12-01T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn what_was_sent_survives_a_start_even_when_the_last_line_was_cut_off() {
        let directory = std::env::temp_dir().join(format!("outbox-{}", std::process::id()));
        let clock: Arc<dyn Clock> = Arc::new(kernel::SystemClock);
        let outbox = Outbox::open(&directory, clock.clone()).unwrap();
        outbox.add(item("first")).unwrap();
        drop(outbox);
        let path = directory.join("outbox.jsonl");
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"chan").unwrap();
        let outbox = Outbox::open(&directory, clock.clone()).unwrap();
        outbox.add(item("second")).unwrap();
        drop(outbox);
        let outbox = Outbox::open(&directory, clock).unwrap();
        let texts: Vec<String> = outbox.all().into_iter().map(|item| item.text).collect();
        std::fs::remove_dir_all(&directory).unwrap();
        assert_eq!(texts, ["second", "first"]);
    }

    #[test]
    fn nothing_sent_becomes_markup() {
        assert_eq!(
            paragraph("<b>\nhttp://x.example/\"onclick=1 'y'"),
            "&lt;b&gt;<br>\n<a href=\"http://x.example/&quot;onclick=1\">http://x.example/&quot;onclick=1</a> &#39;y&#39;"
        );
    }
}
