//! Having the SMS provider forget what it was handed about somebody who is erased (Art. 19 GDPR).

use std::sync::Arc;

use db::{
    Db,
    jobs::{Handler, Job, JobError},
};
use kernel::{Ctx, policy::Action};
use serde::{Deserialize, Serialize};

use super::provider::SmsProvider;

/// The kind of the job that has one SMS forgotten.
pub(crate) const ERASE_JOB: &str = "sms.erase";

/// What the job knows: how the provider names the SMS. Neither number nor text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EraseSms {
    pub(crate) provider_id: String,
}

/// Does [`ERASE_JOB`].
pub(crate) struct Erase {
    pub(crate) sms: Arc<dyn SmsProvider>,
}

#[async_trait::async_trait]
impl Handler for Erase {
    async fn run(&self, ctx: &Ctx, db: &Db, job: &Job) -> Result<(), JobError> {
        ctx.authorize(Action::RunJobs).map_err(|error| JobError::Give(error.to_string()))?;
        let wanted: EraseSms = job.payload()?;
        if !self.sms.erase(ctx.now(), &wanted.provider_id).await {
            return Err(JobError::Retry("the SMS provider has not erased an SMS".to_owned()));
        }
        let tx = db.begin(ctx).await?;
        job.finish(&tx).await?;
        Ok(tx.commit().await?)
    }
}
