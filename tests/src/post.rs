//! The mail relay and the SMS provider of a test: real conversations with stand-ins that write down what they took.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::Router;
use gateway::{
    config::{Config, Secret},
    demo::{
        lox24_stand_in::{self, Lox24StandIn},
        outbox::{self, Channel, Outbox},
        smtp_sink::{self, SmtpSink},
    },
};
use kernel::Clock;
use sea_orm::sqlx;

use crate::TestApp;

const LOX24_KEY: &str = "4711:of-the-tests";

/// A message that left.
#[derive(Debug, Clone)]
pub struct Sent {
    /// `mail` or `sms`.
    pub channel: &'static str,
    /// Address or number.
    pub to: String,
    /// Empty for SMS.
    pub subject: String,
    /// The text.
    pub text: String,
    /// Empty for SMS.
    pub html: String,
    /// Files of a mail.
    pub attachments: Vec<Attachment>,
}

/// A file of a mail.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// With parameters.
    pub content_type: String,
    /// Its text.
    pub text: String,
}

#[derive(Debug)]
pub(crate) struct Post {
    outbox: Outbox,
    smtp: SmtpSink,
    lox24: Lox24StandIn,
}

impl Post {
    /// Starts both and tells the configuration where they are.
    pub(crate) async fn start(config: &mut Config, clock: Arc<dyn Clock>) -> Self {
        let outbox = Outbox::in_memory(clock);
        let smtp = SmtpSink::start(outbox.clone()).await.expect("a free port");
        let lox24 = Lox24StandIn::start(LOX24_KEY, outbox.clone()).await.expect("a free port");
        config.mail.smtp_url = Secret::new(smtp.url());
        config.sms.lox24_url = lox24.url();
        config.sms.lox24_key = Secret::new(LOX24_KEY);
        Self { outbox, smtp, lox24 }
    }

    /// The demo's pages.
    pub(crate) fn pages(&self) -> Router {
        outbox::router(self.outbox.clone())
    }
}

impl TestApp {
    /// What was sent, newest first.
    pub fn outbox(&self) -> Vec<Sent> {
        let sent = self.post.outbox.all().into_iter().map(|item| Sent {
            channel: if item.channel == Channel::Mail { "mail" } else { "sms" },
            to: item.to,
            subject: item.subject.unwrap_or_default(),
            text: item.text,
            html: item.html.unwrap_or_default(),
            attachments: item
                .attachments
                .into_iter()
                .map(|file| Attachment {
                    name: file.name,
                    content_type: file.content_type,
                    text: file.text,
                })
                .collect(),
        });
        sent.collect()
    }

    /// The mails to an address, newest first.
    pub fn mails_to(&self, address: &str) -> Vec<Sent> {
        let mut mails = self.outbox();
        mails.retain(|sent| sent.channel == "mail" && sent.to == address);
        mails
    }

    /// The SMS, newest first.
    pub fn texts(&self) -> Vec<Sent> {
        let mut texts = self.outbox();
        texts.retain(|sent| sent.channel == "sms");
        texts
    }

    /// Waits until citizen and office have a mail about each appointment, and sees that nobody has two. An SMS comes once
    /// or, when the day's are used up, not at all.
    pub async fn each_message_once(&self, references: &[String]) {
        let count = || {
            let sent = self.outbox();
            let about = |channel: &str, reference: &String| {
                let hits = sent.iter().filter(|message| message.channel == channel);
                hits.filter(|message| message.text.contains(reference)).count()
            };
            let both = |reference| (about("mail", reference), about("sms", reference));
            references.iter().map(both).collect::<Vec<_>>()
        };
        let deadline = Instant::now() + Duration::from_mins(1);
        while count().iter().any(|(mails, _)| *mails < 2) && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // long enough to see one too many
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let seen = count();
        assert!(seen.iter().all(|(mails, texts)| *mails == 2 && *texts <= 1), "{seen:?}");
    }

    /// SMS that the provider has and was not asked to forget.
    pub fn texts_at_provider(&self) -> usize {
        self.post.lox24.taken()
    }

    /// What became of the messages of a channel, and of how many.
    pub async fn message_states(&self, channel: &str) -> Vec<(String, i64)> {
        let sql = self.database.superuser_sql().await;
        sqlx::query_as(
            "SELECT state, count(*) FROM message WHERE channel = $1 GROUP BY state ORDER BY state",
        )
        .bind(channel)
        .fetch_all(&sql)
        .await
        .expect("the states")
    }

    /// SMS that a budget has kept from being sent, as the figures of the process say.
    pub fn texts_over_budget(&self) -> u64 {
        self.app.metrics.texts_over_budget()
    }

    /// Tells the relay what to do with the next mails.
    pub fn order_mails(&self, times: usize, orders: smtp_sink::Orders) {
        self.post.smtp.script().next(times, orders);
    }

    /// How many of the relay's orders no mail has come for yet.
    pub fn mail_orders_left(&self) -> usize {
        self.post.smtp.script().left()
    }

    /// The relay takes mails again.
    pub fn relay_recovers(&self) {
        self.post.smtp.script().clear();
    }

    /// Tells the SMS provider what to do with the next SMS.
    pub fn order_texts(&self, times: usize, orders: lox24_stand_in::Orders) {
        self.post.lox24.script().next(times, orders);
    }

    /// The relay's address, for the real program.
    pub fn smtp_url(&self) -> String {
        self.post.smtp.url()
    }

    /// The provider's address, for the real program.
    pub fn lox24_url(&self) -> String {
        self.post.lox24.url()
    }

    /// The provider's key, for the real program.
    pub fn lox24_key(&self) -> &'static str {
        LOX24_KEY
    }
}
