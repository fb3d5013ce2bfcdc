//! `directory`, `neighbour`, `gateways`: many municipalities, one of them in a rush, several processes.

use std::sync::Arc;

use anyhow::{Result, bail};

use crate::{
    arena::{Arena, Contestant},
    booking::{boxed, present, quotients},
    data::{self, Data},
    errands::{Booker, Offer, Question, Reader, Wish},
    figures::{Figures, Ratio, number},
    load::{self, Length, Visitor},
    machine,
    report::Row,
    server::Server,
};

/// Connections of the reads of the directory, and of the gateways together.
const CLIENTS: usize = 32;
/// Citizens of other municipalities.
const OTHERS: usize = 4;

/// Which municipality a host belongs to, asked with the cheapest request there is: at few and at many municipalities, and
/// at each of the many for the first time.
pub(crate) async fn directory(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let tenants = if arena.pace.quick { 200 } else { 10_000 };
    let (few, many) = ("bench_few", "bench_many");
    for database in [few, many] {
        data.copy(arena, if arena.pace.quick { 200 } else { 10_000 }, database)?;
    }
    data::crowd(arena, few, 1)?;
    data::crowd(arena, many, tenants)?;
    let mut servers = Vec::new();
    let mut offers = Vec::new();
    let mut empty = Vec::new();
    for database in [few, many] {
        let server = arena.program.serve(&arena.postgres, database).await?;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        empty.push(machine::resident_mb(server.pid()));
        servers.push(server);
        offers.push(data::offer(arena, database, "")?);
    }
    let ([at_few, at_many], [of_few, of_many]) = (servers.as_slice(), offers.as_slice()) else {
        bail!("two databases")
    };
    let ask_few = |n| boxed(Reader::new(n, of_few.clone(), Question::Nothing));
    let ask_many = |n| boxed(Reader::new(n, of_many.clone(), Question::Nothing));
    let contestants = [
        Contestant::Service { server: at_few, clients: CLIENTS, visitor: &ask_few },
        Contestant::Service { server: at_many, clients: CLIENTS, visitor: &ask_many },
    ];
    let rounds = arena.alternate(&contestants).await?;
    let [few_rounds, many_rounds] = rounds.as_slice() else { bail!("two contestants") };
    let (less, more) = (Figures::median(few_rounds), Figures::median(many_rounds));
    let mut row = Row::new("directory", format!("any host of {tenants} municipalities"));
    row.compare("of a few", 0.95, &quotients(many_rounds, few_rounds));
    let memory = machine::resident_mb(at_many.pid());
    let [empty_few, empty_many] = empty.as_slice() else { bail!("two figures") };
    row.notes.push(format!(
        "{:.1} µs more per request; {memory:.1} MB resident, {empty_many:.1} MB before the first request ({empty_few:.1} MB with a \
         few); ready after {:.3} s",
        more.server_cpu - less.server_cpu,
        at_many.ready_after.as_secs_f64()
    ));
    row.goal("≤ 120 MB resident", memory <= 120.0);
    row.goal("≤ 1 s to ready", at_many.ready_after.as_secs_f64() <= 1.0);
    row.goal("no failures", more.failed == 0);
    row.product = Some(more);
    let rows = vec![row, first_visits(arena, many, of_many, tenants).await?];
    servers.clear();
    for database in [few, many] {
        arena.postgres.drop(database)?;
    }
    Ok(rows)
}

/// The first page of each municipality, on a service that has just started and knows none of them.
async fn first_visits(arena: &Arena, database: &str, offer: &Offer, tenants: u64) -> Result<Row> {
    let server = arena.program.serve(&arena.postgres, database).await?;
    let mut hosts = offer.places.clone();
    hosts.dedup_by(|one, other| one.host == other.host);
    let share = hosts.len().div_ceil(OTHERS);
    let visitors = hosts.chunks(share).map(|some| {
        let offer = Offer { places: some.to_vec(), days: offer.days.clone() };
        boxed(Reader::in_order(Arc::new(offer), Question::Page))
    });
    let figures =
        load::closed_loop(&server.address, visitors.collect(), Length::Errands(share)).await?;
    let mut row = Row::new("directory", format!("first page of each of {tenants} municipalities"));
    row.notes.push(format!("{:.1} MB resident then", machine::resident_mb(server.pid())));
    row.goal("p99 ≤ 50 ms", figures.p99 <= 50.0);
    row.goal("no failures", figures.failed == 0);
    row.product = Some(figures);
    Ok(row)
}

/// Citizens of other municipalities while one municipality is in a rush, and without.
pub(crate) async fn neighbour(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let database = "bench_neighbour";
    data.copy(arena, present(arena), database)?;
    let (others, rush) =
        (data::offer(arena, database, "t[0-9]")?, data::offer(arena, database, "rush")?);
    let server = arena.program.serve(&arena.postgres, database).await?;
    let crowd = if arena.pace.quick { 60 } else { 500 };
    let rusher = |n| boxed(Booker::new(n, rush.clone(), Wish::Random, true));
    let mut rows = Vec::new();
    for what in ["day", "book"] {
        let other = |n| match what {
            "day" => boxed(Reader::new(n, others.clone(), Question::Day)),
            _ => boxed(Booker::new(n, others.clone(), Wish::Random, true)),
        };
        let theirs = Contestant::Service { server: &server, clients: OTHERS, visitor: &other };
        let crowding = Contestant::Service { server: &server, clients: crowd, visitor: &rusher };
        let (mut alone, mut beside, mut rushing) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..arena.pace.rounds {
            alone.push(arena.measure(&theirs, arena.span()).await?);
            let (with, rush) = tokio::join!(
                arena.measure(&theirs, arena.span()),
                arena.measure(&crowding, arena.span())
            );
            beside.push(with?);
            rushing.push(rush?);
        }
        let slower: Vec<f64> =
            beside.iter().zip(&alone).map(|(with, without)| with.p99 / without.p99).collect();
        let (alone, beside) = (Figures::median(&alone), Figures::median(&beside));
        let rushing = Figures::median(&rushing);
        let case = format!("`{what}` of {OTHERS} elsewhere, while {crowd} book at one");
        let mut row = Row::new("neighbour", case);
        row.ratio = Ratio::of(&slower);
        "× p99 without".clone_into(&mut row.ratio_of);
        row.goal(
            "p99 ≤ 2 × that without the rush",
            row.ratio.as_ref().is_some_and(|ratio| ratio.median <= 2.0),
        );
        row.goal("no failures", beside.failed + rushing.failed == 0);
        row.notes.push(format!(
            "p99 {:.2} ms without; the rush itself {:.0}/s, p99 {:.0} ms",
            alone.p99, rushing.rate, rushing.p99
        ));
        row.product = Some(beside);
        rows.push(row);
    }
    drop(server);
    data::check(arena, database)?;
    arena.postgres.drop(database)?;
    Ok(rows)
}

/// The same load on one gateway and on three, on the same processors: what it costs to be several.
pub(crate) async fn gateways(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let database = "bench_gateways";
    data.copy(arena, present(arena), database)?;
    let offer = data::offer(arena, database, "t[0-9]")?;
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(arena.program.serve(&arena.postgres, database).await?);
    }
    let mut rows = Vec::new();
    for what in ["book", "day"] {
        let visitor = |n| match what {
            "day" => boxed(Reader::new(n, offer.clone(), Question::Day)),
            _ => boxed(Booker::new(n, offer.clone(), Wish::Random, true)),
        };
        let (mut one, mut three) = (Vec::new(), Vec::new());
        for _ in 0..arena.pace.rounds {
            one.push(spread(arena, servers.get(..1).unwrap_or_default(), &visitor).await?);
            three.push(spread(arena, &servers, &visitor).await?);
        }
        let mut row =
            Row::new("gateways", format!("`{what}` at 3 gateways, {CLIENTS} connections"));
        row.compare("of one", 0.90, &quotients(&three, &one));
        let (one, three) = (Figures::median(&one), Figures::median(&three));
        row.goal("no failures", three.failed == 0);
        row.notes.push(format!("one gateway {:.0}/s, p99 {:.2} ms", one.rate, one.p99));
        row.product = Some(three);
        rows.push(row);
    }
    servers.clear();
    data::check(arena, database)?;
    arena.postgres.drop(database)?;
    Ok(rows)
}

/// The clients in equal parts at some gateways: rates add up, times are those of the slowest.
async fn spread(
    arena: &Arena,
    servers: &[Server],
    visitor: &(dyn Fn(usize) -> Box<dyn Visitor> + Sync),
) -> Result<Figures> {
    let mut loads = tokio::task::JoinSet::new();
    for (part, server) in servers.iter().enumerate() {
        let visitors = (0..CLIENTS).filter(|n| n % servers.len() == part).map(visitor).collect();
        let (address, length) = (server.address.clone(), arena.span());
        loads.spawn(async move { load::closed_loop(&address, visitors, length).await });
    }
    let mut all = Figures::default();
    while let Some(figures) = loads.join_next().await {
        let part = figures??;
        all.rate += part.rate;
        all.done += part.done;
        all.refused += part.refused;
        all.failed += part.failed;
        all.p50 += part.p50 / number(servers.len());
        all.p95 = all.p95.max(part.p95);
        all.p99 = all.p99.max(part.p99);
    }
    Ok(all)
}
