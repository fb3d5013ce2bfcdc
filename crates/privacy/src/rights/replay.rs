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

/// What following a ledger did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replayed {
    /// People whom it was compared with: a hash for each.
    pub compared: usize,
    /// Those who had come back and were erased again.
    pub again: usize,
}

impl std::ops::AddAssign for Replayed {
    fn add_assign(&mut self, more: Self) {
        self.compared += more.compared;
        self.again += more.again;
    }
}

impl Rights {
    /// The same with those entries alone that the database does not know. An erasure and its entry are one transaction: a
    /// database that has the entry has the erasure, and one that was restored from before it has neither. So a start
    /// without a restore compares nobody.
    pub async fn catch_up(
        &self,
        ctx: &Ctx,
        db: &Db,
        town: &Municipality,
        entries: &[Entry],
    ) -> Result<Replayed, Fault> {
        let tx = db.begin(ctx).await?;
        let unknown = ledger::unknown(ctx, &tx, entries).await?;
        tx.commit().await?;
        if unknown.is_empty() {
            return Ok(Replayed::default());
        }
        self.replay(ctx, db, town, &unknown).await
    }

    /// Erases whom the entries name and who is there all the same, and takes the entries over. Nobody is told: they were,
    /// when it was done first.
    pub async fn replay(
        &self,
        ctx: &Ctx,
        db: &Db,
        town: &Municipality,
        entries: &[Entry],
    ) -> Result<Replayed, Fault> {
        ctx.authorize(Action::RunJobs).map_err(|_| Fault::Refused("policy".to_owned()))?;
        let tx = db.begin(ctx).await?;
        let mut people: BTreeSet<SubjectId> = sealed::subjects(&tx).await?.into_iter().collect();
        for context in self.contexts.iter() {
            people.extend(context.everybody(ctx, &tx).await?);
        }
        let compared = people.len();
        let back = ledger::erased(&tx, entries, people).await?;
        for person in &back {
            let mut who = DataSubject::default();
            self.follow(ctx, &tx, &Clue::Person(*person), &mut who).await?;
            self.let_go(ctx, &tx, town, &who).await?;
            // also where nothing but the key has come back
            ledger::destroy(ctx, &tx, *person, ledger::Class::Request, &[]).await?;
        }
        ledger::adopt(&tx, entries).await?;
        tx.commit().await?;
        Ok(Replayed { compared, again: back.len() })
    }
}
