//! The mail server, spoken to by hand.

use std::sync::Arc;

use super::*;

struct Client(BufReader<TcpStream>);

impl Client {
    async fn connect(sink: &SmtpSink) -> Self {
        let mut client = Self(BufReader::new(TcpStream::connect(sink.address()).await.unwrap()));
        assert!(client.hear().await.starts_with("220"));
        client
    }

    /// The last line of an answer.
    async fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line).await.unwrap_or_default();
            if read == 0 || line.as_bytes().get(3) == Some(&b' ') {
                return line;
            }
        }
    }

    async fn say(&mut self, line: &str) -> String {
        self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        self.hear().await
    }

    async fn mail(&mut self, recipients: &[&str], content: &str) -> String {
        assert!(self.say("EHLO test").await.starts_with("250"));
        assert!(self.say("MAIL FROM:<termine@haltern.example> SIZE=100").await.starts_with("250"));
        for recipient in recipients {
            assert!(self.say(&format!("RCPT TO:<{recipient}>")).await.starts_with("250"));
        }
        assert!(self.say("DATA").await.starts_with("354"));
        self.say(&format!("{content}\r\n.")).await
    }
}

async fn sink() -> (SmtpSink, Outbox) {
    let outbox = Outbox::in_memory(Arc::new(kernel::SystemClock));
    (SmtpSink::start(outbox.clone()).await.unwrap(), outbox)
}

const MAIL: &str = concat!(
    "From: =?utf-8?q?B=C3=BCrgerb=C3=BCro?= <termine@haltern.example>\r\n",
    "To: <a@example.org>\r\nSubject: =?utf-8?q?Termin_am_8=2E_M=C3=A4rz?=\r\n",
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n",
    "--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n",
    "--a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n..und mehr\r\n",
    "--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hallo</p>\r\n",
    "--a\r\nContent-Type: text/calendar; method=REQUEST; charset=UTF-8\r\n\r\nBEGIN:VCALENDAR\r\n",
    "--a--\r\n",
    "--m\r\nContent-Type: application/ics; name=\"invite.ics\"\r\n",
    "Content-Disposition: attachment; filename=\"invite.ics\"\r\n",
    "Content-Transfer-Encoding: base64\r\n\r\nQkVHSU46VkNBTEVOREFS\r\n--m--\r\n",
);

#[tokio::test]
async fn a_mail_to_two_is_kept_for_each_with_everything_in_it() {
    let (sink, outbox) = sink().await;
    let mut client = Client::connect(&sink).await;
    let answer = client.mail(&["a@example.org", "b@example.org"], MAIL).await;
    assert!(answer.starts_with("250"), "{answer}");
    assert!(client.say("NOOP").await.starts_with("250"));
    assert!(client.say("QUIT").await.starts_with("221"));
    let items = outbox.all();
    assert_eq!(items.len(), 2);
    let item = &items[1];
    assert_eq!(
        (item.from.as_str(), item.to.as_str()),
        ("termine@haltern.example", "a@example.org")
    );
    assert_eq!(item.subject.as_deref(), Some("Termin am 8. März"));
    assert_eq!(item.text.trim_end(), "Grüße\n.und mehr");
    assert_eq!(item.html.as_deref().map(str::trim_end), Some("<p>Hallo</p>"));
    let attachments: Vec<(&str, &str, &str)> = item
        .attachments
        .iter()
        .map(|a| (a.name.as_str(), a.content_type.as_str(), a.text.trim_end()))
        .collect();
    assert_eq!(
        attachments,
        [
            ("calendar.ics", "text/calendar; method=REQUEST; charset=UTF-8", "BEGIN:VCALENDAR"),
            ("invite.ics", "application/ics; name=invite.ics", "BEGIN:VCALENDAR"),
        ]
    );
}

#[tokio::test]
async fn orders_are_followed_in_turn() {
    let (sink, outbox) = sink().await;
    let script = sink.script();
    script.next(1, Orders::Answer(451));
    script.next(1, Orders::Answer(550));
    script.next(1, Orders::Delay(Duration::from_millis(10)));
    script.next(1, Orders::Drop);
    script.next(1, Orders::TakeAndDrop);
    let mut client = Client::connect(&sink).await;
    assert!(client.mail(&["a@example.org"], MAIL).await.starts_with("451"));
    assert!(client.mail(&["a@example.org"], MAIL).await.starts_with("550"));
    assert_eq!(outbox.all().len(), 0);
    assert!(client.mail(&["a@example.org"], MAIL).await.starts_with("250"));
    assert_eq!(outbox.all().len(), 1);
    assert_eq!(client.mail(&["a@example.org"], MAIL).await, "");
    assert_eq!(outbox.all().len(), 1);
    let mut client = Client::connect(&sink).await;
    assert_eq!(client.mail(&["a@example.org"], MAIL).await, "");
    assert_eq!(outbox.all().len(), 2);
    let address = sink.address();
    sink.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn nonsense_is_refused() {
    let (sink, outbox) = sink().await;
    let mut client = Client::connect(&sink).await;
    assert!(client.say("DATA").await.starts_with("503"));
    assert!(client.say("RCPT TO:<a@example.org>").await.starts_with("503"));
    assert!(client.say("MAIL FROM termine@haltern.example").await.starts_with("501"));
    assert!(client.say("EXPN all").await.starts_with("502"));
    let large = format!("Subject: x\r\n\r\n{}", "a line of text\r\n".repeat(80_000));
    assert!(client.mail(&["a@example.org"], &large).await.starts_with("552"));
    assert!(client.say("RSET").await.starts_with("250"));
    assert_eq!(outbox.all().len(), 0);
}
