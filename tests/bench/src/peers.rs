//! `peers`: what other programs do on the same machine and the same Postgres. They are installed below `.data/peers` in the
//! versions that `tests/bench/peers/install.sh` names.

use std::{
    fmt::Write,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{
    arena::{Arena, Contestant},
    booking::{boxed, present, quotients},
    data::{self, Data},
    errands::{Booker, Dice, Offer, Question, Reader, Wish},
    figures::Figures,
    load::{self, Heard, Visitor},
    postgres::APP,
    report::Row,
    scripts,
    server::Server,
    wire,
};

const CLIENTS: usize = 32;
const PEERS: &str = "tests/bench/peers";

pub(crate) async fn peers(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let database = "bench_peers";
    data.copy(arena, present(arena), database)?;
    let offer = data::offer(arena, database, "t[0-9]")?;
    let server = arena.program.serve(&arena.postgres, database).await?;
    let mut rows = Vec::new();
    rows.extend(libres(arena, &server, &offer).await?);
    rows.extend(postgraphile(arena, database, &server, &offer).await?);
    drop(server);
    arena.postgres.drop(database)?;
    Ok(rows)
}

/// Where peers stay installed between runs.
fn installed(peer: &str) -> Result<PathBuf> {
    let folder = std::env::current_dir()?.join(".data/peers");
    let script = format!("{PEERS}/install.sh");
    let done = Command::new(script).arg(peer).arg(&folder).status()?;
    if !done.success() {
        bail!("{peer} could not be installed");
    }
    Ok(folder.join(peer))
}

#[derive(Deserialize)]
struct Told {
    micros: Vec<u32>,
    failed: u64,
    span: f64,
}

async fn libres(arena: &Arena, server: &Server, offer: &Arc<Offer>) -> Result<Vec<Row>> {
    let python = installed("libres")?.join("venv/bin/python");
    let database = "bench_libres";
    arena.postgres.run("postgres", &format!("CREATE DATABASE {database}"))?;
    let dsn = format!("postgresql+psycopg2://postgres@/{database}?host={}", arena.postgres.socket);
    run_libres(&python, &["setup", &dsn])?;
    let seconds = arena.pace.span.as_secs_f64().max(2.0).to_string();
    let mut rows = Vec::new();
    for (what, goal) in [("book", 80.0), ("slots", 80.0)] {
        let booker = |number| boxed(Booker::new(number, offer.clone(), Wish::Random, true));
        let reader = |number| boxed(Reader::new(number, offer.clone(), Question::Slots));
        let visitor: &(dyn Fn(usize) -> Box<dyn Visitor> + Sync) =
            if what == "book" { &booker } else { &reader };
        let product = Contestant::Service { server, clients: CLIENTS, visitor };
        let (mut ours, mut theirs, mut best) = (Vec::new(), Vec::new(), "1");
        for _ in 0..arena.pace.rounds {
            let mut found = Figures::default();
            // more processes get in each other's way: what counts is the better one
            for processes in ["1", "2"] {
                let told = run_libres(&python, &[what, &dsn, processes, &seconds])?;
                let told: Told = serde_json::from_str(told.trim())?;
                let mut figures = Figures::of(told.micros, Duration::from_secs_f64(told.span));
                figures.failed = told.failed;
                if figures.rate > found.rate {
                    (found, best) = (figures, processes);
                }
            }
            theirs.push(found);
            ours.push(arena.measure(&product, arena.span()).await?);
        }
        let case = match what {
            "book" => "against libres 1.4.0 (a library, no web): reserve, approve, commit",
            _ => {
                "`slots30` against libres 1.4.0: search_allocations and free_slots, 30 days, 4 schedulers"
            }
        };
        let mut row = Row::new("peers", case);
        row.compare("× the peer", goal, &quotients(&ours, &theirs));
        row.product = Some(Figures::median(&ours));
        let theirs = Figures::median(&theirs);
        row.notes.push(format!(
            "L is the peer, at best with {best} processes; {} of its attempts failed",
            theirs.failed
        ));
        row.limit = Some(theirs);
        rows.push(row);
    }
    arena.postgres.drop(database)?;
    Ok(rows)
}

fn run_libres(python: &Path, arguments: &[&str]) -> Result<String> {
    let output =
        Command::new(python).arg(format!("{PEERS}/with_libres.py")).args(arguments).output()?;
    if !output.status.success() {
        bail!("libres: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A running `PostGraphile`. Ended with the value.
struct Graphile {
    child: Child,
    address: String,
}

impl Drop for Graphile {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Graphile {
    fn start(arena: &Arena, database: &str) -> Result<Self> {
        let modules = installed("postgraphile")?;
        let connection =
            format!("postgresql:///{database}?host={}&user={APP}", arena.postgres.socket);
        let mut child = Command::new("node")
            .arg(format!("{PEERS}/postgraphile.mjs"))
            .arg(modules)
            .arg(connection)
            .stdout(Stdio::piped())
            .spawn()
            .context("node is not installed")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let graphile = Self { child, address: format!("127.0.0.1:{}", line.trim()) };
        if line.trim().is_empty() {
            bail!("PostGraphile did not start");
        }
        Ok(graphile)
    }
}

async fn postgraphile(
    arena: &Arena,
    database: &str,
    server: &Server,
    offer: &Arc<Offer>,
) -> Result<Vec<Row>> {
    arena.postgres.run(database, &scripts::of_postgraphile()?)?;
    let graphile = Graphile::start(arena, database)?;
    let mut rows = Vec::new();
    for (what, goal) in [("book", 4.0), ("slots", 9.0)] {
        let booker = |number| boxed(Booker::new(number, offer.clone(), Wish::Random, true));
        let reader = |number| boxed(Reader::new(number, offer.clone(), Question::Slots));
        let visitor: &(dyn Fn(usize) -> Box<dyn Visitor> + Sync) =
            if what == "book" { &booker } else { &reader };
        let product = Contestant::Service { server, clients: CLIENTS, visitor };
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..arena.pace.rounds {
            let asks =
                (0..CLIENTS).map(|number| boxed(Asker::new(number, offer.clone(), what == "book")));
            theirs.push(load::closed_loop(&graphile.address, asks.collect(), arena.span()).await?);
            ours.push(arena.measure(&product, arena.span()).await?);
        }
        let case = match what {
            "book" => "against PostGraphile 5.1.5, one call that holds and books",
            _ => "`slots30` against PostGraphile 5.1.5, 15-minute starts of 31 days",
        };
        let mut row = Row::new("peers", case);
        row.compare("× the peer", goal, &quotients(&ours, &theirs));
        row.product = Some(Figures::median(&ours));
        let theirs = Figures::median(&theirs);
        row.notes.push("L is the peer".to_owned());
        row.goal("no failures of the peer", theirs.failed == 0);
        row.limit = Some(theirs);
        rows.push(row);
    }
    Ok(rows)
}

/// Asks `PostGraphile`.
struct Asker {
    offer: Arc<Offer>,
    dice: Dice,
    books: bool,
    slots: Vec<usize>,
    body: String,
}

impl Asker {
    fn new(number: usize, offer: Arc<Offer>, books: bool) -> Self {
        Self {
            offer,
            dice: Dice::new(number),
            books,
            slots: (0..40).collect(),
            body: String::new(),
        }
    }
}

impl Visitor for Asker {
    fn begin(&mut self, request: &mut Vec<u8>) {
        let (Some(place), Some(day), Some(slot)) = (
            self.dice.pick(&self.offer.places),
            self.dice.pick(&self.offer.days),
            self.dice.pick(&self.slots),
        ) else {
            return;
        };
        let counters = place.counters.trim_matches(['{', '}']).replace(',', "\",\"");
        self.body.clear();
        let _ = if self.books {
            write!(
                self.body,
                r#"{{"query":"mutation($in:TakeInput!){{take(input:$in){{result}}}}","variables":{{"in":{{"pTenant":"{}","pLocation":"{}","pCounters":["{counters}"],"pService":"{}","pDay":"{}","pFirst":{},"pMorning":"{}","pSlot":{slot}}}}}}}"#,
                place.tenant, place.location, place.service, day.date, day.first_tick, day.morning
            )
        } else {
            let date = |n: usize| self.offer.days.get(n).map_or("", |day| day.date.as_str());
            write!(
                self.body,
                r#"{{"query":"query($t:UUID!,$c:[UUID]!,$f:Date!,$u:Date!){{freeStarts(pTenant:$t,pCounters:$c,pFrom:$f,pTo:$u)}}","variables":{{"t":"{}","c":["{counters}"],"f":"{}","u":"{}"}}}}"#,
                place.tenant,
                date(0),
                date(30)
            )
        };
        wire::graphql("127.0.0.1", &self.body, request);
    }

    fn hear(&mut self, answer: &[u8], _: &mut Vec<u8>) -> Result<Heard> {
        let expected: &[u8] = if self.books { b"\"result\":" } else { b"\"freeStarts\":[" };
        if wire::find(answer, expected).is_none() {
            bail!("PostGraphile: {}", String::from_utf8_lossy(answer));
        }
        Ok(Heard::Done)
    }
}
