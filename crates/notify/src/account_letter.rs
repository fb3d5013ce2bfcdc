//! Sending the mails about accounts. As with messages, nothing is sent while a transaction is open. A mail may go out
//! twice, with the same `Message-ID`; its code opens once all the same.

use std::sync::Arc;

use db::{
    Db,
    jobs::{Handler, Job, JobError},
};
use kernel::{Ctx, event::AccountLetter, policy::Action};
use tenant::Directory;

use crate::{
    Channels, MailFailure,
    account_facts::AccountSource,
    attempt,
    mail::compose::to_account,
    plan::{is_open, municipality},
    store::Channel,
};

/// Does [`AccountLetter::JOB`].
pub(crate) struct SendAccountLetter {
    pub(crate) source: Arc<dyn AccountSource>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) channels: Channels,
}

#[async_trait::async_trait]
impl Handler for SendAccountLetter {
    async fn run(&self, ctx: &Ctx, db: &Db, job: &Job) -> Result<(), JobError> {
        ctx.authorize(Action::RunJobs).map_err(|error| JobError::Give(error.to_string()))?;
        let letter: AccountLetter = job.payload()?;
        let town = municipality(&self.directory, ctx).await?;
        let tx = db.begin(ctx).await?;
        job.hold(&tx, ctx.now()).await?;
        let facts = self.source.load(ctx, &tx, letter.code).await?;
        let facts = facts.filter(|facts| {
            let has_ended = facts.occasion.brings_code() && facts.expires_at <= ctx.now();
            is_open(&town, Channel::Mail) && !has_ended
        });
        let Some(facts) = facts else {
            job.finish(&tx).await?;
            return Ok(tx.commit().await?);
        };
        tx.commit().await?;
        let base_url = (self.channels.base_url)(&town);
        let mail = to_account(ctx.now(), &town, &facts, &base_url)
            .map_err(|error| JobError::Give(error.to_string()))?;
        match attempt::mail(&self.channels, &town.slug, mail).await {
            Ok(()) => {
                let tx = db.begin(ctx).await?;
                job.finish(&tx).await?;
                Ok(tx.commit().await?)
            }
            Err(error @ MailFailure::Later(_)) => Err(JobError::Retry(error.to_string())),
            Err(error @ MailFailure::Never(_)) => Err(JobError::Give(error.to_string())),
        }
    }
}
