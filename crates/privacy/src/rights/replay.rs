//! After a restore: whoever was erased since the backup is erased again, before anybody is served (docs/adr/0015).

use std::collections::BTreeSet;

use db::{
    Db, Fault,
    ledger::{self, Entry},
    sealed,
};
use kernel::{Ctx, SubjectId, policy::Action};
use tenant::{
    Municipality,
    personal_data::{Clue, DataSubject},
};

use super::Rights;

impl Rights {
    /// Erases whom the entries name and who is there all the same. Nobody is told: they were, when it was done first.
    /// Returns how many people that were.
    pub async fn replay(
        &self,
        ctx: &Ctx,
        db: &Db,
        town: &Municipality,
        entries: &[Entry],
    ) -> Result<usize, Fault> {
        ctx.authorize(Action::RunJobs).map_err(|_| Fault::Refused("policy".to_owned()))?;
        let tx = db.begin(ctx).await?;
        let mut people: BTreeSet<SubjectId> = sealed::subjects(&tx).await?.into_iter().collect();
        for context in self.contexts.iter() {
            people.extend(context.everybody(ctx, &tx).await?);
        }
        let back = ledger::erased(&tx, entries, people).await?;
        for person in &back {
            let mut who = DataSubject::default();
            self.follow(ctx, &tx, &Clue::Person(*person), &mut who).await?;
            self.let_go(ctx, &tx, town, &who).await?;
            // also where nothing but the key has come back
            ledger::destroy(ctx, &tx, *person, ledger::Class::Request).await?;
        }
        tx.commit().await?;
        Ok(back.len())
    }
}
