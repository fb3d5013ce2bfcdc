//! Deciding which messages a change leads to.

use std::sync::Arc;

use db::{
    Db,
    jobs::{Handler, Job, JobError, enqueue},
};
use kernel::{Ctx, event::AppointmentChanged, policy::Action};
use tenant::{Directory, DirectoryError, Municipality, RecipientRole};

use crate::{
    facts::{AppointmentFacts, AppointmentSource},
    send::{SEND_JOB, SendMessage},
    sms::number::gets_sms,
    store::{self, Audience, Channel},
};

/// Does [`AppointmentChanged::JOB`].
pub(crate) struct Plan {
    pub(crate) source: Arc<dyn AppointmentSource>,
    pub(crate) directory: Arc<Directory>,
}

#[async_trait::async_trait]
impl Handler for Plan {
    fn in_order(&self) -> bool {
        true
    }

    async fn run(&self, ctx: &Ctx, db: &Db, job: &Job) -> Result<(), JobError> {
        ctx.authorize(Action::RunJobs).map_err(|error| JobError::Give(error.to_string()))?;
        let event: AppointmentChanged = job.payload()?;
        let town = municipality(&self.directory, ctx).await?;
        let tx = db.begin(ctx).await?;
        if store::has_unplanned_predecessor(&tx, &event).await? {
            return Err(JobError::NotYet("an earlier change is not planned yet"));
        }
        let facts = self.source.load(ctx, &tx, event.appointment, event.location).await?;
        // the office is not told what it has just done itself
        let hears = |audience| !(event.by_office && audience == Audience::Office);
        let wanted = facts.iter().flat_map(|facts| wanted(&town, facts));
        for (channel, audience) in wanted.filter(|(_, audience)| hears(*audience)) {
            if let Some(message) = store::plan(ctx, &tx, &event, channel, audience).await? {
                let payload = SendMessage { message, event: event.clone() };
                enqueue(ctx, &tx, SEND_JOB, &payload, ctx.now()).await?;
            }
        }
        job.finish(&tx).await?;
        Ok(tx.commit().await?)
    }
}

/// The municipality that a job is for.
pub(crate) async fn municipality(
    directory: &Directory,
    ctx: &Ctx,
) -> Result<Arc<Municipality>, JobError> {
    match directory.municipality(ctx).await {
        Ok(Some(town)) => Ok(town),
        Ok(None) => Err(JobError::Retry("no such municipality".to_owned())),
        Err(DirectoryError::Fault(fault)) => Err(fault.into()),
        Err(error @ DirectoryError::Incomplete(_)) => Err(JobError::Retry(error.to_string())),
    }
}

/// Whether the municipality uses the channel. One that leads through somebody else's hands is closed until the
/// notice names them (notice §3).
pub(crate) fn is_open(town: &Municipality, channel: Channel) -> bool {
    match channel {
        // a hoster's relay needs no entry of its own
        Channel::Mail => {
            town.settings.mail.enabled
                && (town.has_recipient(RecipientRole::Email)
                    || town.has_recipient(RecipientRole::Hosting))
        }
        Channel::Sms => town.settings.sms.enabled && town.has_recipient(RecipientRole::Sms),
    }
}

/// Whether the municipality would send SMS to a number, given in E.164. `None`: it sends none at all.
pub fn would_text(town: &Municipality, phone: &str) -> Option<bool> {
    is_open(town, Channel::Sms).then(|| gets_sms(phone, &town.settings.sms.countries))
}

/// Who hears of a change, and how.
fn wanted(town: &Municipality, facts: &AppointmentFacts) -> Vec<(Channel, Audience)> {
    let mut wanted = Vec::new();
    if is_open(town, Channel::Mail) {
        if facts.person.email.is_some() {
            wanted.push((Channel::Mail, Audience::Citizen));
        }
        if !facts.place.office_email.is_empty() {
            wanted.push((Channel::Mail, Audience::Office));
        }
    }
    let phone = facts.person.phone.as_deref().filter(|_| !facts.person.no_sms);
    if phone.is_some_and(|phone| would_text(town, phone) == Some(true)) {
        wanted.push((Channel::Sms, Audience::Citizen));
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::fixtures::{facts, town};

    #[test]
    fn who_gave_an_address_hears_on_it() {
        let (town, mut facts) = (town(), facts());
        let all = vec![
            (Channel::Mail, Audience::Citizen),
            (Channel::Mail, Audience::Office),
            (Channel::Sms, Audience::Citizen),
        ];
        assert_eq!(wanted(&town, &facts), all);
        facts.person.phone = Some("+4923649330".to_owned());
        facts.person.email = None;
        assert_eq!(wanted(&town, &facts), vec![(Channel::Mail, Audience::Office)]);
    }

    #[test]
    fn who_wants_no_sms_gets_none() {
        let (town, mut facts) = (town(), facts());
        facts.person.no_sms = true;
        assert!(!wanted(&town, &facts).contains(&(Channel::Sms, Audience::Citizen)));
    }

    #[test]
    fn a_channel_that_the_notice_does_not_name_stays_closed() {
        let (mut town, facts) = (town(), facts());
        town.recipients.retain(|recipient| recipient.role != RecipientRole::Sms);
        assert!(!wanted(&town, &facts).contains(&(Channel::Sms, Audience::Citizen)));
        assert!(is_open(&town, Channel::Mail));
        town.recipients.retain(|recipient| recipient.role == RecipientRole::Operator);
        assert_eq!(wanted(&town, &facts), Vec::new());
    }
}
