//! How many visits fit into a day of a citizens' office, depending on how times are given out. For
//! `docs/benchmarks.md`; `cargo run --example full_day` prints its table.
//!
//! Citizens come one after the other, each with a service, a number of persons and an idea of when. Each takes the
//! offered start that is nearest to it, if one is near enough. The day ends when three times as many have asked as it
//! has time for. Equal seeds give each way the same citizens.

#![expect(clippy::print_stdout, reason = "it prints a table")]

use rand::{Rng, SeedableRng, rngs::StdRng};

/// Eight to twelve and one to four, in ticks of five minutes from eight o'clock.
const OPEN: [(usize, usize); 2] = [(0, 48), (60, 96)];
const TICKS: usize = 96;
/// The demo's services (deploy/demo/haltern.toml): how often, minutes, minutes for each further person, persons at most.
const SERVICES: [(u32, usize, usize, usize); 9] = [
    (100, 15, 10, 4),
    (90, 15, 10, 4),
    (80, 20, 5, 6),
    (70, 10, 5, 4),
    (60, 10, 10, 2),
    (40, 10, 5, 4),
    (50, 15, 5, 5),
    (20, 10, 5, 1),
    (10, 30, 5, 2),
];
/// The longest of them.
const FIXED: usize = 6;
const SEEDS: u64 = 200;

/// How times are given out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Slots of the longest service, as calendars with a fixed slot length do it.
    FixedSlots,
    /// Real lengths, the first counter that is free.
    FirstFit,
    /// Real lengths, the counter where the smallest gap is left.
    BestFit,
    /// The same, and equal counters swap their times.
    Swapping,
}

struct Wish {
    ticks: usize,
    from: usize,
    patience: usize,
}

fn wish(dice: &mut StdRng) -> Wish {
    let all: u32 = SERVICES.iter().map(|service| service.0).sum();
    let mut drawn = dice.random_range(0..all);
    let (_, minutes, further, most) = SERVICES
        .into_iter()
        .find(|service| {
            let found = drawn < service.0;
            drawn = drawn.saturating_sub(service.0);
            found
        })
        .unwrap_or(SERVICES[0]);
    // two of three come alone
    let persons = if dice.random_ratio(2, 3) { 1 } else { dice.random_range(1..=most) };
    let ticks = (minutes + further * (persons - 1)).div_ceil(5);
    // half of them want the first hours or the time after lunch
    let from = if dice.random_ratio(1, 2) {
        [0, 60][dice.random_range(0..2)] + dice.random_range(0..24)
    } else {
        dice.random_range(0..TICKS)
    };
    // an hour around it, or any time of the day
    let patience = if dice.random_ratio(2, 3) { 12 } else { TICKS };
    Wish { ticks, from, patience }
}

/// A day at some counters: which ticks of which are taken.
struct Office {
    busy: Vec<[bool; TICKS]>,
    raster: usize,
    way: Way,
}

impl Office {
    /// How long a visit blocks a counter.
    fn length(&self, ticks: usize) -> usize {
        if self.way == Way::FixedSlots { ticks.div_ceil(FIXED) * FIXED } else { ticks }
    }

    fn raster(&self) -> usize {
        if self.way == Way::FixedSlots { FIXED } else { self.raster }
    }

    fn starts(&self, length: usize) -> impl Iterator<Item = usize> {
        let raster = self.raster();
        OPEN.into_iter().flat_map(move |(from, to)| {
            (from..to).step_by(raster).filter(move |start| start + length <= to)
        })
    }

    fn is_free(&self, counter: usize, start: usize, length: usize) -> bool {
        self.busy[counter][start..start + length].iter().all(|taken| !taken)
    }

    fn is_offered(&self, start: usize, length: usize) -> bool {
        if self.way == Way::Swapping {
            // there is room exactly when at each tick one of them is free
            return (start..start + length).all(|tick| self.busy.iter().any(|day| !day[tick]));
        }
        (0..self.busy.len()).any(|counter| self.is_free(counter, start, length))
    }

    /// The free stretch that a visit would be cut from.
    fn gap(&self, counter: usize, start: usize, length: usize) -> usize {
        let (from, to) = OPEN.into_iter().find(|(from, to)| (*from..*to).contains(&start)).unwrap_or((0, TICKS));
        let day = &self.busy[counter];
        let before = (from..start).rev().take_while(|tick| !day[*tick]).count();
        let after = (start + length..to).take_while(|tick| !day[*tick]).count();
        before + length + after
    }

    fn take(&mut self, start: usize, length: usize) {
        let mut able: Vec<usize> =
            (0..self.busy.len()).filter(|counter| self.is_free(*counter, start, length)).collect();
        if matches!(self.way, Way::BestFit | Way::Swapping) {
            able.sort_by_key(|counter| self.gap(*counter, start, length));
        }
        if let Some(counter) = able.first() {
            self.busy[*counter][start..start + length].fill(true);
            return;
        }
        // Swapped: who stands where is dealt out anew. For what fits later only the number at each tick counts.
        for tick in start..start + length {
            if let Some(day) = self.busy.iter_mut().find(|day| !day[tick]) {
                day[tick] = true;
            }
        }
    }
}

/// Visits of a day, and minutes in which citizens were served.
fn day(way: Way, counters: usize, raster: usize, seed: u64) -> (f64, f64) {
    let mut office = Office { busy: vec![[false; TICKS]; counters], raster, way };
    let mut dice = StdRng::seed_from_u64(seed);
    let open: usize = OPEN.iter().map(|(from, to)| to - from).sum();
    let (mut asked, mut visits, mut served) = (0, 0_u32, 0);
    while asked < 3 * open * counters {
        let wish = wish(&mut dice);
        asked += wish.ticks;
        let length = office.length(wish.ticks);
        let near = |start: &usize| start.abs_diff(wish.from) <= wish.patience;
        let found = office
            .starts(length)
            .filter(near)
            .filter(|start| office.is_offered(*start, length))
            .min_by_key(|start| start.abs_diff(wish.from));
        if let Some(start) = found {
            office.take(start, length);
            visits += 1;
            served += wish.ticks;
        }
    }
    let share = f64::from(u32::try_from(served).unwrap_or(0))
        / f64::from(u32::try_from(open * counters).unwrap_or(1));
    (f64::from(visits), share * 100.0)
}

/// Mean and half of the 95 % interval.
fn mean(values: &[f64]) -> (f64, f64) {
    let count = f64::from(u32::try_from(values.len()).unwrap_or(1));
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, 1.96 * (variance / count).sqrt())
}

fn main() {
    println!("| raster | counters | way | visits per day | of the time used | more with ours |");
    println!("|---|---|---|---|---|---|");
    for raster in [3, 1] {
        for counters in [2, 4, 8] {
            let all = |way: Way| -> Vec<(f64, f64)> {
                (0..SEEDS).map(|seed| day(way, counters, raster, seed)).collect()
            };
            let ours = all(Way::Swapping);
            for (name, way) in [
                ("fixed slots of 30 minutes", Way::FixedSlots),
                ("first fit", Way::FirstFit),
                ("best fit", Way::BestFit),
                ("best fit and swapping", Way::Swapping),
            ] {
                let seen = all(way);
                let (visits, around) = mean(&seen.iter().map(|day| day.0).collect::<Vec<_>>());
                let (used, _) = mean(&seen.iter().map(|day| day.1).collect::<Vec<_>>());
                let more: Vec<f64> = ours
                    .iter()
                    .zip(&seen)
                    .map(|(ours, theirs)| (ours.0 / theirs.0 - 1.0) * 100.0)
                    .collect();
                let (more, more_around) = mean(&more);
                println!(
                    "| {} min | {counters} | {name} | {visits:.1} ± {around:.1} | {used:.1} % | {more:+.1} % ± {more_around:.1} |",
                    raster * 5
                );
            }
        }
    }
}
