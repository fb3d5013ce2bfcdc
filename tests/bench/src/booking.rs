//! `book`, `sellout`, `hotrow`, `rush`: who gets a time.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, bail};

use crate::{
    arena::{Arena, Contestant},
    data::{self, Data},
    errands::{Booker, Offer, Question, Reader, Wish},
    figures::Figures,
    limit::WARM_ERRANDS,
    load::{self, Length, Visitor},
    postgres::APP,
    report::Row,
    scripts,
};

/// Clients of the contests for one day and one start.
const CLIENTS: usize = 32;

/// Appointments that are there before `book` and the reads begin.
pub(crate) fn present(arena: &Arena) -> u64 {
    if arena.pace.quick { 2_000 } else { 1_000_000 }
}

pub(crate) async fn book(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let database = "bench_book";
    data.copy(arena, present(arena), database)?;
    let offer = data::offer(arena, database, "t[0-9]")?;
    let server = arena.program.serve(&arena.postgres, database).await?;
    let booker = |number| boxed(Booker::new(number, offer.clone(), Wish::Random, true));
    let hello = |number| boxed(Reader::new(number, offer.clone(), Question::Nothing));
    let mut rows = Vec::new();
    for clients in [2, 32] {
        let contestants = [
            Contestant::Limit { database, role: APP, script: scripts::book(&offer)?, clients },
            Contestant::Service { server: &server, clients, visitor: &booker },
            Contestant::Service { server: &server, clients, visitor: &hello },
        ];
        let rounds = arena.alternate(&contestants).await?;
        let [limit, product, transport] = rounds.as_slice() else { bail!("three contestants") };
        let mut row = Row::new(
            "book",
            format!("{clients} connections, {} appointments present", present(arena)),
        );
        row.compare("L", 0.70, &quotients(product, limit));
        let (limit, product) = (Figures::median(limit), Figures::median(product));
        let slower = product.p95 / limit.p95;
        row.goal(format!("p95 ≤ 2 × that of L ({slower:.1})"), slower <= 2.0);
        row.goal("no failures", product.failed == 0);
        row.limit = Some(limit);
        row.product = Some(product);
        row.transport = Some(Figures::median(transport));
        rows.push(row);
    }
    drop(server);
    data::check(arena, database)?;
    arena.postgres.drop(database)?;
    Ok(rows)
}

/// Round by round.
pub(crate) fn quotients(product: &[Figures], limit: &[Figures]) -> Vec<f64> {
    product.iter().zip(limit).map(|(product, limit)| product.rate / limit.rate).collect()
}

pub(crate) fn boxed(visitor: impl Visitor + 'static) -> Box<dyn Visitor> {
    Box::new(visitor)
}

/// A contest of all clients for one day, repeated on other days.
struct Contest {
    name: &'static str,
    attempts: usize,
    places: u64,
    goal: f64,
}

pub(crate) async fn sellout(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let contest = Contest { name: "sellout", attempts: 1_920 / CLIENTS, places: 160, goal: 0.60 };
    let mut row = contest_for_a_day(arena, data, &contest, "sale").await?;
    let p99 = row.product.as_ref().map_or(f64::MAX, |figures| figures.p99);
    row.goal("p99 ≤ 100 ms", p99 <= 100.0);
    Ok(vec![row])
}

pub(crate) async fn hotrow(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let contest = Contest { name: "hotrow", attempts: 40, places: 40 * 32, goal: 0.80 };
    Ok(vec![contest_for_a_day(arena, data, &contest, "hot").await?])
}

async fn contest_for_a_day(
    arena: &Arena,
    data: &mut Data,
    contest: &Contest,
    town: &str,
) -> Result<Row> {
    let database = format!("bench_{}", contest.name);
    data.copy(arena, present(arena), &database)?;
    let offer = data::offer(arena, &database, town)?;
    let server = arena.program.serve(&arena.postgres, &database).await?;
    let selling = contest.name == "sellout";
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    let warm_day = offer.days.len() - 1;
    let (mut limits, mut products, mut sold_right, mut all_right) =
        (Vec::new(), Vec::new(), true, true);
    for round in 0..arena.pace.rounds {
        let (limit_day, product_day) = (round * 2, round * 2 + 1);
        let script = if selling {
            scripts::sellout(&offer, limit_day, warm_day)?
        } else {
            scripts::hotrow(&offer, limit_day, warm_day)?
        };
        let limit = Contestant::Limit { database: &database, role: APP, script, clients: CLIENTS };
        let wish = if selling { Wish::OfDay } else { Wish::InOrder };
        let warm =
            |number| boxed(Booker::new(number, offer.clone(), Wish::OfDay(warm_day), selling));
        let visitor =
            |number| boxed(Booker::new(number, offer.clone(), wish(product_day), selling));
        let warm = Contestant::Service { server: &server, clients: CLIENTS, visitor: &warm };
        let product = Contestant::Service { server: &server, clients: CLIENTS, visitor: &visitor };
        limits.push(arena.measure(&limit, Length::Errands(contest.attempts)).await?);
        arena.measure(&warm, Length::Errands(WARM_ERRANDS)).await?;
        let figures = arena.measure(&product, Length::Errands(contest.attempts)).await?;
        all_right &= figures.failed == 0;
        products.push(figures);
        for day in [limit_day, product_day] {
            let sold = taken(arena, &database, &offer, day, selling)?;
            if sold != contest.places {
                eprintln!("bench: {} places of {} were taken on day {day}", sold, contest.places);
                sold_right = false;
            }
        }
    }
    drop(server);
    let deadlocks = arena.postgres.count(&database, deadlocks)?;
    data::check(arena, &database)?;
    arena.postgres.drop(&database)?;
    let mut row = Row::new(
        contest.name,
        format!("{CLIENTS} clients, {} attempts", contest.attempts * CLIENTS),
    );
    row.compare("L", contest.goal, &quotients(&products, &limits));
    row.limit = Some(Figures::median(&limits));
    row.product = Some(Figures::median(&products));
    row.goal(format!("exactly {} taken each time", contest.places), sold_right);
    row.goal("no overlap", true);
    row.goal(format!("no deadlock ({deadlocks})"), deadlocks == 0);
    row.goal("no failures", all_right);
    Ok(row)
}

/// How many times of a day are taken; for good, if `booked`.
fn taken(arena: &Arena, database: &str, offer: &Offer, day: usize, booked: bool) -> Result<u64> {
    let (Some(place), Some(day)) = (offer.places.first(), offer.days.get(day)) else {
        bail!("no such day")
    };
    let only = if booked {
        " AND expires_at IS NULL AND EXISTS (SELECT FROM appointment a WHERE a.tenant_id = l.tenant_id AND a.id = l.id)"
    } else {
        ""
    };
    let sql = format!(
        "SELECT count(*) FROM live_time l WHERE tenant_id = '{}' AND location_id = '{}' AND day = '{}'{only}",
        place.tenant, place.location, day.date
    );
    arena.postgres.count(database, &sql)
}

pub(crate) async fn rush(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let database = "bench_rush";
    data.copy(arena, present(arena), database)?;
    let offer = data::offer(arena, database, "rush")?;
    let server = arena.program.serve(&arena.postgres, database).await?;
    let clients = if arena.pace.quick { 2_000 } else { 10_000 };
    let warm = |number| boxed(Reader::new(number, offer.clone(), Question::Day));
    let warm = Contestant::Service { server: &server, clients: CLIENTS, visitor: &warm };
    let (mut rounds, mut slowest) = (Vec::new(), 0.0f64);
    let (mut sold_right, mut all_answered, mut busy) = (true, true, 0);
    for round in 0..arena.pace.rounds {
        arena.measure(&warm, Length::Errands(50)).await?;
        let offer: Arc<Offer> = offer.clone();
        let visitors = (0..clients)
            .map(|number| boxed(Booker::new(number, offer.clone(), Wish::OfDay(round), true)));
        let before = arena.usage(Some(&server));
        let mut rush =
            load::rush(&server.address, visitors.collect(), Duration::from_secs(30)).await?;
        let sold = taken(arena, database, &offer, round, true)?;
        if sold != 500 {
            eprintln!("bench: {sold} places of 500 were sold");
            sold_right = false;
        }
        all_answered &= rush.figures.failed == 0;
        busy += rush.refusals.get("BUSY").copied().unwrap_or_default();
        slowest = slowest.max(rush.slowest);
        arena.add_costs(&mut rush.figures, Some(&server), before, 1.0);
        rounds.push(rush.figures);
    }
    drop(server);
    data::check(arena, database)?;
    arena.postgres.drop(database)?;
    let mut row = Row::new("rush", format!("{clients} clients at one instant, 500 places"));
    let figures = Figures::median(&rounds);
    row.goal("every place once", sold_right);
    row.goal("everybody answered", all_answered);
    row.goal("p99 ≤ 2 s", figures.p99 <= 2_000.0);
    row.notes.push(format!("slowest answer {slowest:.0} ms, {busy} heard `BUSY`"));
    row.product = Some(figures);
    Ok(vec![row])
}
