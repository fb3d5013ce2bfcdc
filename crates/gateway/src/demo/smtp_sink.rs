//! A small mail server that delivers into the [`Outbox`].

use std::{io, net::SocketAddr, time::Duration};

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, tcp},
    task::{JoinHandle, JoinSet},
};

use super::{
    outbox::{Attachment, Channel, Item, Outbox},
    script::Script,
};

/// The largest mail, in octets.
const MAIL_LIMIT: usize = 1024 * 1024;
/// The longest line, in octets.
const LINE_LIMIT: u64 = 8 * 1024;

/// What to do with a mail instead of taking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orders {
    /// Answer with a code such as 451 or 550.
    Answer(u16),
    /// Take it, but let the client wait before the answer.
    Delay(Duration),
    /// Break the connection without taking it.
    Drop,
    /// Take it and break the connection before the answer.
    TakeAndDrop,
}

/// A running mail server. It stops when it is dropped.
#[derive(Debug)]
pub struct SmtpSink {
    address: SocketAddr,
    script: Script<Orders>,
    task: JoinHandle<()>,
}

impl SmtpSink {
    /// Starts on a free port of this machine.
    pub async fn start(outbox: Outbox) -> io::Result<Self> {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0)), outbox).await
    }

    /// Starts on a given address, to come back after an outage.
    pub async fn start_on(address: SocketAddr, outbox: Outbox) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let script = Script::default();
        let task = tokio::spawn(accept(listener, outbox, script.clone()));
        Ok(Self { address, script, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for the configuration.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What it does with the next mails.
    pub fn script(&self) -> &Script<Orders> {
        &self.script
    }

    /// Stops, and waits until its port is free.
    pub async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, outbox: Outbox, script: Script<Orders>) {
    // connections end with the server
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (outbox, script) = (outbox.clone(), script.clone());
        conversations.spawn(async move {
            // a client that breaks off is no event
            let _ = Conversation::new(stream, outbox, script).run().await;
        });
        while conversations.try_join_next().is_some() {}
    }
}

/// One connection (RFC 5321).
struct Conversation {
    reader: BufReader<tcp::OwnedReadHalf>,
    writer: tcp::OwnedWriteHalf,
    outbox: Outbox,
    script: Script<Orders>,
    sender: Option<String>,
    recipients: Vec<String>,
}

/// A mail as it came over the wire.
enum Data {
    Mail(Vec<u8>),
    TooLarge,
    BrokenOff,
}

impl Conversation {
    fn new(stream: TcpStream, outbox: Outbox, script: Script<Orders>) -> Self {
        let (reader, writer) = stream.into_split();
        let reader = BufReader::new(reader);
        Self { reader, writer, outbox, script, sender: None, recipients: Vec::new() }
    }

    async fn run(mut self) -> io::Result<()> {
        self.say("220 stand-in ESMTP").await?;
        while let Some(line) = self.line().await? {
            let line = String::from_utf8_lossy(&line).trim().to_owned();
            let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    self.reset();
                    self.say(&format!(
                        "250-stand-in\r\n250-SIZE {MAIL_LIMIT}\r\n250-8BITMIME\r\n250 SMTPUTF8"
                    ))
                    .await?;
                }
                "HELO" => {
                    self.reset();
                    self.say("250 stand-in").await?;
                }
                "MAIL" => match path(&line, "FROM:") {
                    Some(sender) => {
                        self.reset();
                        self.sender = Some(sender);
                        self.say("250 OK").await?;
                    }
                    None => self.say("501 which sender?").await?,
                },
                "RCPT" if self.sender.is_none() => self.say("503 MAIL comes first").await?,
                "RCPT" => match path(&line, "TO:").filter(|to| to.contains('@')) {
                    Some(recipient) => {
                        self.recipients.push(recipient);
                        self.say("250 OK").await?;
                    }
                    None => self.say("501 which recipient?").await?,
                },
                "DATA" if self.recipients.is_empty() => self.say("503 RCPT comes first").await?,
                "DATA" => {
                    self.say("354 go ahead, end with a dot").await?;
                    if !self.take_mail().await? {
                        return Ok(());
                    }
                    self.reset();
                }
                "RSET" => {
                    self.reset();
                    self.say("250 OK").await?;
                }
                "NOOP" => self.say("250 OK").await?,
                "QUIT" => return self.say("221 bye").await,
                _ => self.say("502 not here").await?,
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    /// Reads a mail and does what the script says. Returns whether the conversation goes on.
    async fn take_mail(&mut self) -> io::Result<bool> {
        let mail = match self.data().await? {
            Data::Mail(mail) => mail,
            Data::TooLarge => {
                self.say("552 too large").await?;
                return Ok(true);
            }
            Data::BrokenOff => return Ok(false),
        };
        let orders = self.script.take();
        match orders {
            Some(Orders::Answer(code)) => {
                self.say(&format!("{code} as ordered")).await?;
                return Ok(true);
            }
            Some(Orders::Drop) => return Ok(false),
            Some(Orders::Delay(time)) => tokio::time::sleep(time).await,
            Some(Orders::TakeAndDrop) | None => {}
        }
        let Some(parsed) = MessageParser::default().parse(&mail) else {
            self.say("554 this is no mail").await?;
            return Ok(true);
        };
        for recipient in &self.recipients {
            self.outbox.add(self.read(&parsed, recipient))?;
        }
        if orders == Some(Orders::TakeAndDrop) {
            return Ok(false);
        }
        self.say("250 taken").await?;
        Ok(true)
    }

    /// A mail as the outbox keeps it. Its `From` tells the municipality; the envelope's sender may be a relay's.
    fn read(&self, mail: &Message<'_>, recipient: &str) -> Item {
        let from = mail.from().and_then(|from| from.first()).and_then(|from| from.address());
        Item {
            channel: Channel::Mail,
            from: from.or(self.sender.as_deref()).unwrap_or_default().to_owned(),
            to: recipient.to_owned(),
            subject: Some(mail.subject().unwrap_or_default().to_owned()),
            text: mail.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
            html: mail.body_html(0).map(|html| html.replace("\r\n", "\n")),
            attachments: mail.attachments().map(attachment).collect(),
            at: self.outbox.clock().now(),
        }
    }

    /// The lines up to the single dot, without the dots that protect others.
    async fn data(&mut self) -> io::Result<Data> {
        let (mut mail, mut size) = (Vec::new(), 0);
        loop {
            let Some(line) = self.line().await? else { return Ok(Data::BrokenOff) };
            if matches!(line.as_slice(), b".\r\n" | b".\n") {
                return Ok(if size > MAIL_LIMIT { Data::TooLarge } else { Data::Mail(mail) });
            }
            let line = line.strip_prefix(b".").unwrap_or(&line);
            size += line.len();
            if size <= MAIL_LIMIT {
                mail.extend_from_slice(line);
            }
        }
    }

    /// A line with its end, or nothing when the client is gone.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = (&mut self.reader).take(LINE_LIMIT).read_until(b'\n', &mut line).await?;
        Ok((read > 0).then_some(line))
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
        self.writer.flush().await
    }
}

/// The address in `MAIL FROM:<…>` and `RCPT TO:<…>`.
fn path(line: &str, word: &str) -> Option<String> {
    let rest = line.get(5..)?.trim_start();
    let prefix = rest.get(..word.len())?;
    let path = rest.get(word.len()..)?.trim_start().strip_prefix('<')?;
    prefix.eq_ignore_ascii_case(word).then(|| path.split('>').next().map(str::to_owned))?
}

fn attachment(part: &MessagePart<'_>) -> Attachment {
    let mut content_type = "application/octet-stream".to_owned();
    if let Some(kind) = part.content_type() {
        content_type = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream"));
        for attribute in kind.attributes().unwrap_or_default() {
            content_type += &format!("; {}={}", attribute.name, attribute.value);
        }
    }
    // the alternative that mail programs act on has no file name
    let unnamed = if content_type.starts_with("text/calendar") { "calendar.ics" } else { "" };
    Attachment {
        name: part.attachment_name().unwrap_or(unnamed).to_owned(),
        content_type,
        text: match part.text_contents() {
            Some(text) => text.to_owned(),
            None => String::from_utf8(part.contents().to_vec()).unwrap_or_default(),
        },
    }
}

#[cfg(test)]
#[path = "smtp_sink_tests.rs"]
mod tests;
