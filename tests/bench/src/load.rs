//! The load: clients that send the next request when the answer has come (closed loop), and the rush, where all of
//! them send at one instant whether or not the service keeps up (open loop). Both end by count or by time.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::{sync::watch, task::JoinSet};

use crate::{figures::Figures, wire::Wire};

/// How an errand goes on.
pub(crate) enum Heard {
    /// The next request of the same errand was written.
    Next,
    /// It ended well.
    Done,
    /// It was refused in good order.
    Refused(&'static str),
}

/// Somebody who wants something from the service, again and again.
pub(crate) trait Visitor: Send {
    /// Writes the first request of an errand.
    fn begin(&mut self, request: &mut Vec<u8>);
    /// Hears the answer.
    fn hear(&mut self, answer: &[u8], request: &mut Vec<u8>) -> Result<Heard>;
}

/// When a load ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Length {
    /// After a second of warming up and this time.
    Time(Duration),
    /// When each client has done so many errands.
    Errands(usize),
}

/// No load takes longer, whatever happens.
const LONGEST: Duration = Duration::from_mins(2);

#[derive(Default)]
struct Tally {
    micros: Vec<u32>,
    refused: u64,
    failed: u64,
    first_failure: Option<String>,
    ended: Option<Instant>,
}

/// Runs each visitor on a connection of its own. With a count, refusals are answers like others; with a time, only
/// what was done counts.
pub(crate) async fn closed_loop(
    address: &str,
    visitors: Vec<Box<dyn Visitor>>,
    length: Length,
) -> Result<Figures> {
    let mut clients = Vec::new();
    for visitor in visitors {
        clients.push((Wire::open(address).await?, visitor));
    }
    let begun = Instant::now();
    let (warm, errands, span) = match length {
        Length::Time(span) => (begun + Duration::from_secs(1), usize::MAX, Some(span)),
        Length::Errands(errands) => (begun, errands, None),
    };
    let until = span.map_or(begun + LONGEST, |span| warm + span);
    let mut running = JoinSet::new();
    for (wire, visitor) in clients {
        running.spawn(client(wire, visitor, warm, until, errands));
    }
    let mut all = Tally::default();
    while let Some(tally) = running.join_next().await {
        let tally = tally?;
        all.micros.extend(tally.micros);
        all.refused += tally.refused;
        all.failed += tally.failed;
        all.first_failure = all.first_failure.or(tally.first_failure);
        all.ended = all.ended.max(tally.ended);
    }
    if let Some(failure) = &all.first_failure {
        eprintln!("bench: {} errands went wrong, the first: {failure}", all.failed);
    }
    let span = span.unwrap_or_else(|| all.ended.map_or(LONGEST, |ended| ended - begun));
    let refused = all.refused;
    let figures = Figures::of(all.micros, span);
    let done = figures.done - if errands == usize::MAX { 0 } else { refused };
    Ok(Figures { done, refused, failed: all.failed, ..figures })
}

async fn client(
    mut wire: Wire,
    mut visitor: Box<dyn Visitor>,
    warm: Instant,
    until: Instant,
    errands: usize,
) -> Tally {
    let (mut request, mut answer) = (Vec::with_capacity(2048), Vec::with_capacity(16 * 1024));
    let counted = errands != usize::MAX;
    let mut tally = Tally::default();
    for _ in 0..errands {
        let begun = Instant::now();
        if begun >= until {
            break;
        }
        let ended = errand(&mut wire, visitor.as_mut(), &mut request, &mut answer).await;
        let now = Instant::now();
        let timely = begun >= warm && now <= until;
        match ended {
            Ok(Heard::Refused(_)) => {
                tally.refused += 1;
                if counted {
                    tally.micros.push(micros(now - begun));
                }
            }
            Ok(_) if timely => tally.micros.push(micros(now - begun)),
            Ok(_) => {}
            Err(error) => {
                tally.failed += 1;
                tally.first_failure.get_or_insert_with(|| format!("{error:#}"));
                if tally.failed > 20 {
                    break;
                }
            }
        }
        tally.ended = Some(now);
    }
    tally
}

async fn errand(
    wire: &mut Wire,
    visitor: &mut dyn Visitor,
    request: &mut Vec<u8>,
    answer: &mut Vec<u8>,
) -> Result<Heard> {
    visitor.begin(request);
    loop {
        let status = wire.exchange(request, answer).await?;
        if status != 200 {
            bail!("status {status}: {}", String::from_utf8_lossy(answer));
        }
        match visitor.hear(answer, request)? {
            Heard::Next => {}
            heard => return Ok(heard),
        }
    }
}

/// How a rush ended.
#[derive(Debug, Default)]
pub(crate) struct Rush {
    /// From the instant of release to each client's first answer.
    pub(crate) figures: Figures,
    /// The slowest of them, in milliseconds.
    pub(crate) slowest: f64,
    /// Refusals by their code.
    pub(crate) refusals: std::collections::BTreeMap<&'static str, u64>,
}

/// All clients are connected before the release, as people who have the page open; then each runs one errand. The time
/// of the first answer counts from the release, however late the request could be sent.
pub(crate) async fn rush(
    address: &str,
    visitors: Vec<Box<dyn Visitor>>,
    limit: Duration,
) -> Result<Rush> {
    let (release, released) = watch::channel(None);
    let mut running = JoinSet::new();
    for mut visitor in visitors {
        let mut wire = Wire::open(address).await?;
        let mut released = released.clone();
        running.spawn(async move {
            let at: Instant =
                *released.wait_for(Option::is_some).await?.as_ref().unwrap_or(&Instant::now());
            let (mut request, mut answer) = (Vec::new(), Vec::new());
            visitor.begin(&mut request);
            let mut first = None;
            let whole = async {
                loop {
                    let status = wire.exchange(&request, &mut answer).await?;
                    first.get_or_insert_with(|| at.elapsed());
                    if status != 200 {
                        bail!("status {status}: {}", String::from_utf8_lossy(&answer));
                    }
                    match visitor.hear(&answer, &mut request)? {
                        Heard::Next => {}
                        heard => return Ok(heard),
                    }
                }
            };
            let heard = tokio::time::timeout(limit, whole).await?;
            anyhow::Ok((first.unwrap_or(limit), heard?))
        });
    }
    // the last connections are accepted
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    release.send(Some(begun))?;
    let mut rush = Rush::default();
    let mut all = Vec::new();
    let (mut done, mut failed) = (0, 0);
    while let Some(ended) = running.join_next().await {
        match ended? {
            Ok((first, heard)) => {
                all.push(micros(first));
                match heard {
                    Heard::Refused(code) => *rush.refusals.entry(code).or_default() += 1,
                    Heard::Next | Heard::Done => done += 1,
                }
            }
            Err(error) => {
                if failed == 0 {
                    eprintln!("bench: a client of the rush was not served: {error:#}");
                }
                failed += 1;
            }
        }
    }
    rush.slowest = all.iter().max().map_or(0.0, |micros| f64::from(*micros) / 1000.0);
    let refused = rush.refusals.values().sum();
    rush.figures = Figures { done, refused, failed, ..Figures::of(all, begun.elapsed()) };
    Ok(rush)
}

fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}
