//! Sending a message. Nothing is sent while a transaction is open: it is decided in one, sent, and written down
//! in another.

use std::sync::{Arc, atomic::Ordering};

use db::{
    Db, Fault, TenantTx,
    jobs::{Handler, Job, JobError},
};
use kernel::{
    Ctx, MessageId,
    event::{AppointmentChanged, Change},
    policy::Action,
    spoken::local_day,
};
use serde::{Deserialize, Serialize};
use tenant::{Directory, Municipality};

use crate::{
    Channels, MailFailure, Sms, SmsOutcome, attempt,
    budget::{self, UsedUp},
    facts::{AppointmentFacts, AppointmentSource},
    mail::compose::{ComposeError, Occasion, to_citizen, to_office},
    plan::{is_open, municipality},
    sms::text,
    store::{self, Audience, Channel, State, message},
};

/// The kind of the job that sends one message.
pub const SEND_JOB: &str = "message.send";
/// How often an SMS of unknown fate is looked for.
const LOOKUPS: i32 = 5;

/// What the job of a message knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SendMessage {
    pub(crate) message: MessageId,
    pub(crate) event: AppointmentChanged,
}

/// Does [`SEND_JOB`].
pub(crate) struct Send {
    pub(crate) source: Arc<dyn AppointmentSource>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) channels: Channels,
}

/// What is to be done with a message.
enum Decision {
    /// Nothing more.
    Done,
    /// Hand the mail over.
    Mail(Box<AppointmentFacts>, Audience),
    /// Hand the SMS over. It counts as unknown from here on.
    Sms(Box<AppointmentFacts>),
    /// It may have been handed over already: look for it.
    LookUp,
}

/// What became of a message at this attempt.
enum Outcome {
    /// Final. The provider's id, where there is one.
    Settled(State, Option<String>),
    /// It will never be taken.
    Failed(String),
    /// It was certainly not taken; try again.
    Later(String),
    /// It may have been taken; look again.
    Unsure(String),
}

#[async_trait::async_trait]
impl Handler for Send {
    async fn run(&self, ctx: &Ctx, db: &Db, job: &Job) -> Result<(), JobError> {
        ctx.authorize(Action::RunJobs).map_err(|error| JobError::Give(error.to_string()))?;
        let send: SendMessage = job.payload()?;
        let town = municipality(&self.directory, ctx).await?;
        let tx = db.begin(ctx).await?;
        let decision = self.decide(ctx, &tx, job, &town, &send).await?;
        tx.commit().await?;
        let outcome = match decision {
            Decision::Done => return Ok(()),
            Decision::Mail(facts, audience) => {
                self.send_mail(ctx, &town, &send, &facts, audience).await
            }
            Decision::Sms(facts) => self.send_sms(ctx, &town, &send, &facts).await,
            Decision::LookUp => self.look_up(ctx, job, send.message).await,
        };
        self.write_down(ctx, db, job, send.message, outcome).await
    }
}

impl Send {
    /// Decides with what is true now: between a change and its message lie seconds or, when a relay is down, hours.
    async fn decide(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        job: &Job,
        town: &Municipality,
        send: &SendMessage,
    ) -> Result<Decision, JobError> {
        job.hold(tx, ctx.now()).await?;
        let row = store::find(tx, send.message).await?;
        let Some(row) = row.filter(|row| row.settled_at.is_none()) else {
            job.finish(tx).await?;
            return Ok(Decision::Done);
        };
        if row.state == State::Unknown.key() {
            return Ok(Decision::LookUp);
        }
        // A new time that is old news is not told any more. The booking itself always is: the office gets its mail (notice
        // §5), and the citizen the entry that later ones change.
        if send.event.change == Change::Moved && store::is_superseded(tx, &row).await? {
            store::record(tx, send.message, State::Skipped, None, Some(ctx.now())).await?;
            job.finish(tx).await?;
            return Ok(Decision::Done);
        }
        if store::is_behind_another(tx, &row, ctx.now()).await? {
            return Err(JobError::NotYet("an earlier message is still on its way"));
        }
        let event = &send.event;
        let facts = self.source.load(ctx, tx, event.appointment, event.location).await?;
        let mut facts = facts.map(|facts| facts.after(event));
        if let (Some(facts), Some(note)) = (&mut facts, event.note) {
            facts.note = self.source.note(ctx, tx, note).await?;
        }
        let Some((facts, channel, audience)) = still_wanted(ctx, town, facts, &row) else {
            store::record(tx, send.message, State::Skipped, None, Some(ctx.now())).await?;
            job.finish(tx).await?;
            return Ok(Decision::Done);
        };
        if channel == Channel::Mail {
            return Ok(Decision::Mail(Box::new(facts), audience));
        }
        if let Err(used_up) = self.within_budget(ctx, tx, town, &row, &facts).await? {
            // no number, no person
            tracing::warn!(tenant = %town.slug, limit = used_up.name(), "sms over budget, not sent");
            self.channels.over_budget.fetch_add(1, Ordering::Relaxed);
            store::record(tx, send.message, State::OverBudget, None, Some(ctx.now())).await?;
            job.finish(tx).await?;
            return Ok(Decision::Done);
        }
        // Before it is handed over: if we die in between, nobody sends it a second time.
        store::record(tx, send.message, State::Unknown, None, None).await?;
        Ok(Decision::Sms(Box::new(facts)))
    }

    /// Counts an SMS on today's budget, once.
    async fn within_budget(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        town: &Municipality,
        row: &message::Model,
        facts: &AppointmentFacts,
    ) -> Result<Result<(), UsedUp>, Fault> {
        let today = local_day(ctx.now(), town.zone());
        let Some(phone) = facts.person.phone.as_deref().filter(|_| row.counted_on != Some(today))
        else {
            return Ok(Ok(()));
        };
        let counted = budget::take(tx, town, today, phone).await?;
        if counted.is_ok() {
            store::note_counted(tx, row.id.into(), today).await?;
        }
        Ok(counted)
    }

    async fn send_mail(
        &self,
        ctx: &Ctx,
        town: &Municipality,
        send: &SendMessage,
        facts: &AppointmentFacts,
        audience: Audience,
    ) -> Outcome {
        let occasion = Occasion {
            id: send.message,
            now: ctx.now(),
            town,
            facts,
            change: send.event.change,
            base_url: &(self.channels.base_url)(town),
        };
        let mail: Result<_, ComposeError> = match audience {
            Audience::Citizen => to_citizen(&occasion),
            Audience::Office => to_office(&occasion).map(Some),
        };
        match mail {
            Ok(Some(mail)) => match attempt::mail(&self.channels, &town.slug, mail).await {
                Ok(()) => Outcome::Settled(State::Sent, None),
                Err(error @ MailFailure::Later(_)) => Outcome::Later(error.to_string()),
                Err(error @ MailFailure::Never(_)) => Outcome::Failed(error.to_string()),
            },
            Ok(None) => Outcome::Settled(State::Skipped, None),
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }

    async fn send_sms(
        &self,
        ctx: &Ctx,
        town: &Municipality,
        send: &SendMessage,
        facts: &AppointmentFacts,
    ) -> Outcome {
        let Some(to) = facts.person.phone.clone() else {
            return Outcome::Settled(State::Skipped, None);
        };
        let base_url = (self.channels.base_url)(town);
        let sms = Sms {
            key: send.message,
            sender: town.settings.sms.sender.clone(),
            to,
            text: text::text(town, facts, send.event.change, &base_url),
        };
        match attempt::sms(&self.channels, &town.slug, ctx.now(), &sms).await {
            SmsOutcome::Accepted(id) => Outcome::Settled(State::Sent, Some(id)),
            SmsOutcome::Permanent(error) => Outcome::Failed(error),
            SmsOutcome::Retry(error) => Outcome::Later(error),
            SmsOutcome::Unknown(error) => Outcome::Unsure(error),
        }
    }

    async fn look_up(&self, ctx: &Ctx, job: &Job, message: MessageId) -> Outcome {
        match self.channels.sms.find(ctx.now(), message).await {
            Some(id) => Outcome::Settled(State::Sent, Some(id)),
            None if job.attempts() < LOOKUPS => {
                Outcome::Unsure("not found at the provider yet".to_owned())
            }
            None => Outcome::Settled(State::Unknown, None),
        }
    }

    async fn write_down(
        &self,
        ctx: &Ctx,
        db: &Db,
        job: &Job,
        message: MessageId,
        outcome: Outcome,
    ) -> Result<(), JobError> {
        let tx = db.begin(ctx).await?;
        match outcome {
            Outcome::Settled(state, provider_id) => {
                store::record(&tx, message, state, provider_id.as_deref(), Some(ctx.now())).await?;
                job.finish(&tx).await?;
                Ok(tx.commit().await?)
            }
            Outcome::Later(error) if job.attempts() < self.max_attempts() => {
                store::record(&tx, message, State::Waiting, None, None).await?;
                tx.commit().await?;
                Err(JobError::Retry(error))
            }
            // stays unknown: the next attempt only looks
            Outcome::Unsure(error) => Err(JobError::Retry(error)),
            // The job stays as a dead one, for the office to see.
            Outcome::Later(error) | Outcome::Failed(error) => {
                store::record(&tx, message, State::Failed, None, Some(ctx.now())).await?;
                tx.commit().await?;
                Err(JobError::Give(error))
            }
        }
    }
}

/// The message with its contents, if there still is somebody to get it.
fn still_wanted(
    ctx: &Ctx,
    town: &Municipality,
    facts: Option<AppointmentFacts>,
    row: &message::Model,
) -> Option<(AppointmentFacts, Channel, Audience)> {
    let facts = facts?;
    let channel = Channel::from_key(&row.channel).filter(|channel| is_open(town, *channel))?;
    let audience = Audience::from_key(&row.audience)?;
    // a phone that buzzes about yesterday's appointment helps nobody; the mail still is a record
    let too_late = channel == Channel::Sms && facts.ends_at < ctx.now();
    let unwanted = channel == Channel::Sms && facts.person.no_sms;
    (!too_late && !unwanted).then_some((facts, channel, audience))
}
