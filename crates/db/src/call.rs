//! The fast lane: one use case, one flush (docs/adr/0008).
//!
//! A [`TenantTx`](crate::TenantTx) waits for the server's answer to every message. Here `BEGIN`, `SET LOCAL`, the
//! statement and `COMMIT` leave together, and one wait brings all answers. That needs a client that pipelines, a
//! connection of its own and a statement that is whole in itself: usually a function of the database. It is for the
//! few hot paths; everything else stays with `TenantTx`.
//!
//! ```no_run
//! # async fn example(db: &db::Db, ctx: &kernel::Ctx) -> Result<(), db::Fault> {
//! // `$1` is the municipality, always, and bound here; the caller's values are `$2` and so on
//! let rows = db.call(ctx, "SELECT name FROM location WHERE tenant_id = $1 AND position > $2", &[&0_i32]).await?;
//! for row in &rows {
//!     let _name: String = row.try_get("name")?;
//! }
//! # Ok(())
//! # }
//! ```

mod lanes;
mod tls;

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

use futures::{
    FutureExt,
    future::{MaybeDone, maybe_done},
};
use kernel::Ctx;
use tokio_postgres::{Client, Error};
use uuid::Uuid;

pub(crate) use self::lanes::Lanes;
use self::lanes::{Access, Miss, Ready, Stage};
use crate::{
    Db, Fault, fault,
    traced::traced,
    wire::{Row, ToSql},
};

// At `debug`, tokio-postgres would log the values of parameters, which may be a person's.
const _: () = assert!(log::STATIC_MAX_LEVEL as usize <= log::LevelFilter::Info as usize);

/// A statement, and what is bound to it from `$2` on.
pub type Call<'a> = (&'static str, &'a [&'a (dyn ToSql + Sync)]);

impl Db {
    /// Runs one statement in a transaction of the context's municipality, everything in one flush. The municipality is
    /// `$1`, bound here, so that no caller can forget or forge it; `params` follow as `$2` and so on.
    ///
    /// An error undoes all. When the future is dropped, the statement is done whole or not at all.
    pub async fn call(
        &self,
        ctx: &Ctx,
        statement: &'static str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Fault> {
        let mut answers = self.call_all(ctx, &[(statement, params)]).await?;
        Ok(answers.pop().unwrap_or_default())
    }

    /// Runs several statements in one transaction and one flush, and returns the rows of each. No statement can use
    /// what another one returned.
    pub async fn call_all(&self, ctx: &Ctx, calls: &[Call<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        self.transact(ctx, calls, Access::Write).await
    }

    /// [`Self::call`] for what only reads: the database refuses everything else. Reading may be done twice, so that a
    /// connection that breaks is not noticed, wherever it broke.
    pub async fn read(
        &self,
        ctx: &Ctx,
        statement: &'static str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Fault> {
        let mut answers = self.read_all(ctx, &[(statement, params)]).await?;
        Ok(answers.pop().unwrap_or_default())
    }

    /// [`Self::call_all`] for what only reads.
    pub async fn read_all(&self, ctx: &Ctx, calls: &[Call<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        self.transact(ctx, calls, Access::Read).await
    }

    async fn transact(
        &self,
        ctx: &Ctx,
        calls: &[Call<'_>],
        access: Access,
    ) -> Result<Vec<Vec<Row>>, Fault> {
        let tenant = ctx.tenant().uuid();
        let work = async {
            match attempt(self.lanes(), tenant, calls, access, false).await {
                Err(Miss::NotDone(_)) => attempt(self.lanes(), tenant, calls, access, true).await,
                done => done,
            }
            .map_err(|(Miss::NotDone(fault) | Miss::Fault(fault))| fault)
        };
        // One flush, one span: the first statement says what it is about. Boxed, or all that waits for a statement would carry
        // the types of what is inside.
        traced(calls.first().map_or("", |(text, _)| text), work.boxed()).await
    }
}

async fn attempt(
    lanes: &Lanes,
    tenant: Uuid,
    calls: &[Call<'_>],
    access: Access,
    fresh: bool,
) -> Result<Vec<Vec<Row>>, Miss> {
    let mut lane = lanes.borrow(tenant, fresh).await.map_err(Miss::Fault)?;
    let mut prepared = Vec::with_capacity(calls.len());
    for (text, params) in calls {
        // outside a transaction: whatever goes wrong here, nothing was done
        let statement =
            lane.prepare(text).await.map_err(|error| lane.blame(error, Stage::Prepare, access))?;
        let mut bound: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(params.len() + 1);
        bound.push(&tenant);
        bound.extend_from_slice(params);
        if matches!(&statement, Ready::Whole(_, types) if types.len() != bound.len()) {
            return Err(Miss::Fault(fault::bug("a statement has other parameters than its call")));
        }
        prepared.push((statement, bound));
    }

    // `SET LOCAL` takes no parameters; the typed id formats as hexadecimal digits and dashes only. Not `set_config()`:
    // Citus passes only `SET LOCAL` on to its workers (docs/adr/0002).
    let begin = match access {
        Access::Read => "BEGIN READ ONLY",
        Access::Write => "BEGIN",
    };
    let local = lane.begin_with();
    let begin =
        format!("{begin}; SET LOCAL app.system = ''; SET LOCAL app.tenant_id = '{tenant}'{local}");
    let used = lane.set_off();
    let client = used.client();
    // The first poll puts all messages into the connection's queue, in this order and without a pause, so that nobody
    // can drop this future between BEGIN and COMMIT. COMMIT of a transaction that failed is a rollback.
    let (begun, answers, committed) = futures::join!(
        client.batch_execute(&begin),
        in_order(prepared.iter().map(|(statement, bound)| send(client, statement, bound))),
        client.batch_execute("COMMIT"),
    );
    lane.arrived();

    // the first error is the cause of those after it
    begun.map_err(|error| lane.blame(error, Stage::Begin, access))?;
    let rows = answers.into_iter().collect::<Result<Vec<_>, Error>>();
    let rows = rows.map_err(|error| lane.blame(error, Stage::Work, access))?;
    committed.map_err(|error| lane.blame(error, Stage::Work, access))?;
    Ok(rows)
}

/// Sends a statement with the first poll.
async fn send(
    client: &Client,
    statement: &Ready,
    bound: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>, Error> {
    match statement {
        Ready::Named(statement) => client.query(statement, bound).await,
        Ready::Whole(text, types) => {
            let typed: Vec<_> = bound.iter().copied().zip(types.iter().cloned()).collect();
            client.query_typed(text, &typed).await
        }
    }
}

/// Waits for all futures. Each poll polls them in their order, which decides the order of their messages; `join_all`
/// does not promise that for many.
async fn in_order<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<Pin<Box<MaybeDone<F>>>> =
        futures.map(|future| Box::pin(maybe_done(future))).collect();
    poll_fn(|context| {
        let mut all = true;
        for future in &mut futures {
            all &= future.as_mut().poll(context).is_ready();
        }
        if all { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    futures.iter_mut().filter_map(|future| future.as_mut().take_output()).collect()
}
