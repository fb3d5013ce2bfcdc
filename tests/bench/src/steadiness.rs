//! `growth`, `rls`, `footprint`: what it costs to be large, to be kept apart, and to be there.

use std::fs;

use anyhow::{Result, bail};

use crate::{
    arena::{Arena, Contestant},
    booking::{boxed, present, quotients},
    data::{self, Data},
    errands::{Booker, Question, Reader, Wish},
    figures::{Figures, median, number},
    load::Visitor,
    machine,
    postgres::{APP, BYPASS},
    report::Row,
    scripts,
    server::Server,
};

const CLIENTS: usize = 8;

/// Makes visitors by their number.
type Visitors = dyn Fn(usize) -> Box<dyn Visitor> + Sync;

/// The same load on databases of different size, in turn.
pub(crate) async fn growth(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let quick = arena.pace.quick;
    let sizes: &[u64] = if quick { &[200, 2_000, 4_000] } else { &[10_000, 1_000_000, 5_000_000] };
    let crowds: &[u64] = if quick { &[1, 30, 60] } else { &[1, 100, 10_000] };
    let mut cases = Vec::new();
    for size in sizes {
        let database = format!("bench_grown_{size}");
        data.copy(arena, *size, &database)?;
        cases.push((database, format!("{size} appointments")));
    }
    let mut rows = compare_sizes(arena, &cases, "t[0-9]").await?;
    cases.clear();
    let smallest = sizes.first().copied().unwrap_or_default();
    for tenants in crowds {
        let database = format!("bench_crowd_{tenants}");
        data.copy(arena, smallest, &database)?;
        if *tenants == 1 {
            // the others were never there
            arena.postgres.run(&database, include_str!("../sql/alone.sql"))?;
        }
        data::crowd(arena, &database, *tenants)?;
        cases.push((database, format!("{tenants} municipalities")));
    }
    rows.extend(compare_sizes(arena, &cases, "t01").await?);
    Ok(rows)
}

async fn compare_sizes(arena: &Arena, cases: &[(String, String)], towns: &str) -> Result<Vec<Row>> {
    let mut servers: Vec<Server> = Vec::new();
    let mut offers = Vec::new();
    for (database, _) in cases {
        servers.push(arena.program.serve(&arena.postgres, database).await?);
        offers.push(data::offer(arena, database, towns)?);
    }
    let mut rows = Vec::new();
    for what in ["book", "day", "month"] {
        let visitors: Vec<Box<Visitors>> = offers
            .iter()
            .map(|offer| {
                let offer = offer.clone();
                let visitor: Box<Visitors> = match what {
                    "book" => {
                        Box::new(move |n| boxed(Booker::new(n, offer.clone(), Wish::Random, true)))
                    }
                    "day" => Box::new(move |n| boxed(Reader::new(n, offer.clone(), Question::Day))),
                    _ => Box::new(move |n| boxed(Reader::new(n, offer.clone(), Question::Month))),
                };
                visitor
            })
            .collect();
        let contestants: Vec<Contestant<'_>> = servers
            .iter()
            .zip(&visitors)
            .map(|(server, visitor)| Contestant::Service { server, clients: CLIENTS, visitor })
            .collect();
        let rounds = arena.alternate(&contestants).await?;
        let Some(smallest) = rounds.first() else { bail!("nothing was compared") };
        for (index, ((_, case), grown)) in cases.iter().zip(&rounds).enumerate() {
            let mut row = Row::new("growth", format!("`{what}`, {case}, {CLIENTS} connections"));
            if index > 0 {
                row.compare("of the smallest", 0.95, &quotients(grown, smallest));
            }
            row.product = Some(Figures::median(grown));
            rows.push(row);
        }
    }
    servers.clear();
    for (database, _) in cases {
        data::check(arena, database)?;
        arena.postgres.drop(database)?;
    }
    Ok(rows)
}

/// The service refuses a role that row-level security does not hold, so the SQL alone is compared: the same statements
/// by the role that serves and by one with the same rights that bypasses the policies.
pub(crate) async fn rls(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let database = "bench_rls";
    data.copy(arena, present(arena), database)?;
    let offer = data::offer(arena, database, "t[0-9]")?;
    let mut rows = Vec::new();
    for (what, script) in [
        ("book", scripts::book(&offer)?),
        ("day", scripts::read(&offer, 0)?),
        ("month", scripts::read(&offer, Question::Month.days_more())?),
    ] {
        let by =
            |role| Contestant::Limit { database, role, script: script.clone(), clients: CLIENTS };
        let rounds = arena.alternate(&[by(APP), by(BYPASS)]).await?;
        let [with, without] = rounds.as_slice() else { bail!("two contestants") };
        let mut row = Row::new(
            "rls",
            format!("SQL of `{what}` with the policies, L without, {CLIENTS} connections"),
        );
        row.compare("L", 0.85, &quotients(with, without));
        row.product = Some(Figures::median(with));
        row.limit = Some(Figures::median(without));
        rows.push(row);
    }
    arena.postgres.drop(database)?;
    Ok(rows)
}

pub(crate) async fn footprint(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let database = "bench_footprint";
    let tenants = if arena.pace.quick { 30 } else { 1_000 };
    data.copy(arena, if arena.pace.quick { 200 } else { 10_000 }, database)?;
    data::crowd(arena, database, tenants)?;
    let (mut memory, mut ready) = (Vec::new(), Vec::new());
    for _ in 0..arena.pace.rounds {
        let server = arena.program.serve(&arena.postgres, database).await?;
        ready.push(server.ready_after.as_secs_f64());
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        memory.push(machine::resident_mb(server.pid()));
    }
    arena.postgres.drop(database)?;
    let (memory, ready) = (median(memory), median(ready));
    let size =
        number(usize::try_from(fs::metadata(arena.program.path())?.len()).unwrap_or(usize::MAX))
            / 1e6;
    let mut row = Row::new("footprint", format!("idle, {tenants} municipalities"));
    row.notes
        .push(format!("{memory:.1} MB resident; ready after {ready:.3} s; program {size:.1} MB"));
    row.goal("≤ 60 MB resident", memory <= 60.0);
    row.goal("≤ 0.3 s to ready", ready <= 0.3);
    row.goal("≤ 40 MB program", size <= 40.0);
    Ok(vec![row])
}
