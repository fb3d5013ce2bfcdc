//! Which crates keep people's data, and the jobs that belong to people's rights.

use std::{collections::HashMap, sync::Arc};

use db::{
    Db,
    jobs::{Handler, Job, JobError},
    ledger,
};
use identity::{DataLetters, PersonalAccounts, Sessions};
use kernel::{Ctx, policy::Action};
use notify::PersonalMessages;
use privacy::{
    Rights,
    requests::{self, LIFT_JOB, Lift},
};
use scheduling::PersonalAppointments;

use crate::{config::Config, ledger::WriteLedger, verify::VerifyErasure};

/// All of them, in the order of erasure: messages hang on appointments, links to accounts on both.
pub fn rights(sessions: Sessions) -> Rights {
    Rights::new(
        vec![
            Arc::new(PersonalMessages),
            Arc::new(PersonalAppointments),
            Arc::new(PersonalAccounts { sessions }),
        ],
        Arc::new(DataLetters),
    )
}

/// The jobs of this part.
pub(crate) fn handlers(
    rights: &Rights,
    config: &Config,
) -> HashMap<&'static str, Box<dyn Handler>> {
    let file = config.privacy.ledger_file.clone();
    let mut handlers: HashMap<&'static str, Box<dyn Handler>> = HashMap::new();
    handlers.insert(ledger::JOB, Box::new(WriteLedger { file }));
    handlers.insert(ledger::VERIFY_JOB, Box::new(VerifyErasure { rights: rights.clone() }));
    handlers.insert(LIFT_JOB, Box::new(LiftRestriction { rights: rights.clone() }));
    handlers
}

/// Ends a restriction some days after its person was told.
struct LiftRestriction {
    rights: Rights,
}

#[async_trait::async_trait]
impl Handler for LiftRestriction {
    async fn run(&self, ctx: &Ctx, db: &Db, job: &Job) -> Result<(), JobError> {
        ctx.authorize(Action::RunJobs).map_err(|error| JobError::Give(error.to_string()))?;
        let lift: Lift = job.payload()?;
        let tx = db.begin(ctx).await?;
        requests::lift(ctx, &tx, &self.rights, lift.request)
            .await
            .map_err(|error| JobError::Retry(error.to_string()))?;
        job.finish(&tx).await?;
        Ok(tx.commit().await?)
    }
}
