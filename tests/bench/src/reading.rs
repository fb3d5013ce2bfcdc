//! `day`, `month`, `slots30`, `page`: what is looked at.

use std::fmt::Write;

use anyhow::{Context, Result, bail};

use crate::{
    arena::{Arena, Contestant},
    booking::{boxed, present, quotients},
    data::{self, Data},
    errands::{Question, Reader},
    figures::{Figures, in_series},
    postgres::APP,
    report::Row,
    scripts,
    wire::{self, Wire},
};

const CLIENTS: usize = 32;

/// The reads among `names`, on one database.
pub(crate) async fn reads(arena: &Arena, data: &mut Data, names: &[&str]) -> Result<Vec<Row>> {
    let database = "bench_reads";
    data.copy(arena, present(arena), database)?;
    let offer = data::offer(arena, database, "t[0-9]")?;
    let server = arena.program.serve(&arena.postgres, database).await?;
    let mut rows = Vec::new();
    for (name, question) in
        [("day", Question::Day), ("month", Question::Month), ("slots30", Question::Slots)]
    {
        if !names.contains(&name) {
            continue;
        }
        let script = scripts::read(&offer, question.days_more())?;
        let reader = |number| boxed(Reader::new(number, offer.clone(), question));
        let hello = |number| boxed(Reader::new(number, offer.clone(), Question::Nothing));
        let contestants = [
            Contestant::Limit { database, role: APP, script, clients: CLIENTS },
            Contestant::Service { server: &server, clients: CLIENTS, visitor: &reader },
            Contestant::Service { server: &server, clients: CLIENTS, visitor: &hello },
        ];
        let rounds = arena.alternate(&contestants).await?;
        let [limit, product, transport] = rounds.as_slice() else { bail!("three contestants") };
        let mut row = Row::new(name, format!("{CLIENTS} connections, 1 location, 4 counters"));
        let series: Vec<f64> = product
            .iter()
            .zip(limit.iter().zip(transport))
            .map(|(product, (limit, transport))| {
                product.rate / in_series(limit.rate, transport.rate)
            })
            .collect();
        row.compare("S", 0.65, &series);
        if let Some(of_h) = crate::figures::Ratio::of(&quotients(product, transport)) {
            let goal = of_h.median >= 0.9;
            row.notes.push(format!(
                "{:.2} H{}",
                of_h.median,
                if goal { ", as from a cache" } else { "" }
            ));
        }
        let product = Figures::median(product);
        row.goal("no failures", product.failed == 0);
        row.limit = Some(Figures::median(limit));
        row.product = Some(product);
        row.transport = Some(Figures::median(transport));
        rows.push(row);
    }
    drop(server);
    arena.postgres.drop(database)?;
    Ok(rows)
}

pub(crate) async fn page(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let database = "bench_page";
    data.copy(arena, present(arena), database)?;
    let offer = data::offer(arena, database, "t[0-9]")?;
    let server = arena.program.serve(&arena.postgres, database).await?;
    let host = &offer.places.first().context("no place")?.host;
    let (bytes, parts) = first_page(&server.address, host).await?;
    let visitor = |number| boxed(Reader::new(number, offer.clone(), Question::Page));
    let contestant = Contestant::Service { server: &server, clients: 2, visitor: &visitor };
    let rounds = arena.alternate(&[contestant]).await?;
    let figures = Figures::median(rounds.first().map_or(&[], Vec::as_slice));
    let mut row = Row::new("page", "2 connections, first page of a municipality");
    let kilobytes = crate::figures::number(bytes) / 1000.0;
    row.notes.push(format!("{kilobytes:.1} kB: {parts}"));
    row.goal("≤ 100 kB with fonts", bytes <= 100_000);
    row.goal("p95 ≤ 5 ms", figures.p95 <= 5.0);
    row.goal("no failures", figures.failed == 0);
    row.product = Some(figures);
    drop(server);
    arena.postgres.drop(database)?;
    Ok(vec![row])
}

/// What a browser loads on its first visit, in bytes of bodies as they are sent: the page, what it names, and every
/// font that the style sheet names, whether or not the page has a word in it.
async fn first_page(address: &str, host: &str) -> Result<(usize, String)> {
    let mut wire = Wire::open(address).await?;
    let (mut request, mut answer) = (Vec::new(), Vec::new());
    let mut load = async |path: &str, encoding: &str| {
        wire::get(host, path, encoding, &mut request);
        let status = wire.exchange(&request, &mut answer).await?;
        if status != 200 {
            bail!("{path}: status {status}");
        }
        Ok(answer.clone())
    };
    let html = String::from_utf8(load("/", "identity").await?)?;
    let mut total = load("/", "gzip").await?.len();
    let mut parts = format!("page {total}");
    let mut paths: Vec<String> = Vec::new();
    for tag in html
        .split('<')
        .filter(|tag| ["link", "script", "img"].iter().any(|name| tag.starts_with(name)))
    {
        let address =
            ["href=\"", "src=\""].iter().find_map(|name| tag.split_once(name)?.1.split('"').next());
        if let Some(path) = address.filter(|path| path.starts_with('/') && path.len() > 1) {
            paths.push(path.to_owned());
        }
    }
    let mut at = 0;
    while let Some(path) = paths.get(at).cloned() {
        at += 1;
        if paths.iter().take(at - 1).any(|earlier| *earlier == path) {
            continue;
        }
        if extension(&path) == "css" {
            let style = String::from_utf8(load(&path, "identity").await?)?;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
            for inner in style.split("url(").skip(1).filter_map(|rest| rest.split(')').next()) {
                let inner = inner.trim_matches(['"', '\'']);
                if extension(inner) == "woff2" {
                    paths.push(if inner.starts_with('/') {
                        inner.to_owned()
                    } else {
                        format!("{folder}/{inner}")
                    });
                }
            }
        }
        let length = load(&path, "gzip").await?.len();
        total += length;
        let name = path.rsplit('/').next().unwrap_or(&path);
        let _ = write!(parts, ", {} {length}", name.split_once('-').map_or(name, |(_, name)| name));
    }
    Ok((total, parts))
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}
