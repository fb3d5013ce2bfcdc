//! `make bench`: how fast the service is, and how far from what this machine can do.
//!
//! `bench [--quick] [--peers] [name …]`. Started by `deploy/bench.sh`, which brings a Postgres and a Redis of its own.

mod arena;
mod booking;
mod data;
mod errands;
mod figures;
mod limit;
mod load;
mod login;
mod machine;
mod peers;
mod postgres;
mod reading;
mod report;
mod scale;
mod scripts;
mod server;
mod steadiness;
mod town;
mod wire;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{
    arena::{Arena, Pace},
    data::Data,
    report::{ORDER, Row},
};

fn main() -> ExitCode {
    // one thread: the load must leave the processors to what is measured
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let (quick, peers) = (has("--quick"), has("--peers"));
    let wanted: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    if let Some(unknown) = wanted.iter().find(|name| !ORDER.contains(name)) {
        bail!("there is no benchmark {unknown}; there are {}", ORDER.join(", "));
    }
    // peers need other people's programs, so they run only when asked for
    let all: Vec<&str> = ORDER.into_iter().filter(|name| peers || *name != "peers").collect();
    let names = if wanted.is_empty() { &all } else { &wanted };

    let arena = Arena::enter(if quick { Pace::quick() } else { Pace::full() })?;
    let date = arena.postgres.value("postgres", "SELECT current_date")?;
    let mut data = Data::prepare(&arena)?;
    eprintln!("bench: {} towns on {}", data.towns(), machine::description(&arena.postgres.version));
    let mut failed = Vec::new();
    for name in ORDER.into_iter().filter(|name| names.contains(name)) {
        eprintln!("bench: {name}");
        match benchmark(&arena, &mut data, name).await {
            Ok(rows) => {
                for row in &rows {
                    eprintln!("{}", row.line());
                }
                // what a look finds is no figure
                if !quick {
                    report::write(&arena.postgres, &rows, &date)?;
                }
            }
            Err(error) => {
                eprintln!("bench: {name} failed: {error:#}");
                failed.push(name);
            }
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

async fn benchmark(arena: &Arena, data: &mut Data, name: &str) -> Result<Vec<Row>> {
    match name {
        "book" => booking::book(arena, data).await,
        "sellout" => booking::sellout(arena, data).await,
        "hotrow" => booking::hotrow(arena, data).await,
        "rush" => booking::rush(arena, data).await,
        "day" | "month" | "slots30" => reading::reads(arena, data, &[name]).await,
        "page" => reading::page(arena, data).await,
        "growth" => steadiness::growth(arena, data).await,
        "login" => login::login(arena, data).await,
        "rls" => steadiness::rls(arena, data).await,
        "peers" => peers::peers(arena, data).await,
        "directory" => scale::directory(arena, data).await,
        "neighbour" => scale::neighbour(arena, data).await,
        "gateways" => scale::gateways(arena, data).await,
        "footprint" => steadiness::footprint(arena, data).await,
        other => bail!("there is no benchmark {other}"),
    }
}
