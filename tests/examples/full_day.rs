//! How many visits fit into a day of a citizens' office, depending on how times are given out. For
//! `docs/benchmarks.md`; `cargo run --example full_day` prints its table.
//!
//! Citizens come one after the other, each with a service, a number of persons and an idea of when. Each takes the
//! offered start that is nearest to it, if one is near enough; every sixth time somebody cancels. Before the day comes they
//! have asked for a fifth more time than it has. Equal seeds give each way the same citizens.

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

/// Which ticks of which counters it takes, and how long the citizen is there.
struct Visit {
    at: Vec<(usize, usize)>,
    ticks: usize,
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

/// A day at some counters: which ticks of which are taken, and by whom.
struct Office {
    busy: Vec<[bool; TICKS]>,
    visits: Vec<Visit>,
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
        let (from, to) =
            OPEN.into_iter().find(|(from, to)| (*from..*to).contains(&start)).unwrap_or((0, TICKS));
        let day = &self.busy[counter];
        let before = (from..start).rev().take_while(|tick| !day[*tick]).count();
        let after = (start + length..to).take_while(|tick| !day[*tick]).count();
        before + length + after
    }

    fn take(&mut self, start: usize, length: usize, ticks: usize) {
        let mut able: Vec<usize> =
            (0..self.busy.len()).filter(|counter| self.is_free(*counter, start, length)).collect();
        if matches!(self.way, Way::BestFit | Way::Swapping) {
            able.sort_by_key(|counter| self.gap(*counter, start, length));
        }
        // Swapping deals out anew who stands where. For what fits later only the number at each tick counts, so the
        // visit is simply spread over what is free.
        let any = |tick: usize| {
            let free = (0..self.busy.len()).find(|counter| !self.busy[*counter][tick]);
            (free.unwrap_or_default(), tick)
        };
        let at: Vec<(usize, usize)> = match able.first() {
            Some(counter) => (start..start + length).map(|tick| (*counter, tick)).collect(),
            None => (start..start + length).map(any).collect(),
        };
        for (counter, tick) in &at {
            self.busy[*counter][*tick] = true;
        }
        self.visits.push(Visit { at, ticks });
    }

    fn cancel(&mut self, index: usize) {
        for (counter, tick) in self.visits.swap_remove(index).at {
            self.busy[counter][tick] = false;
        }
    }
}

/// What a day came to.
struct Seen {
    visits: f64,
    /// Percent of the counters' time in which citizens were served.
    used: f64,
    /// Percent of those with at least half an hour to do who found no time.
    long_refused: f64,
}

fn day(way: Way, counters: usize, raster: usize, seed: u64) -> Seen {
    let mut office =
        Office { busy: vec![[false; TICKS]; counters], visits: Vec::new(), raster, way };
    let mut dice = StdRng::seed_from_u64(seed);
    let open: usize = OPEN.iter().map(|(from, to)| to - from).sum();
    let (mut asked, mut long, mut long_refused) = (0, 0_u32, 0_u32);
    while asked * 5 < open * counters * 6 {
        let wish = wish(&mut dice);
        let cancels = dice.random_ratio(1, 6);
        let which: usize = dice.random_range(0..usize::MAX);
        asked += wish.ticks;
        let length = office.length(wish.ticks);
        let near = |start: &usize| start.abs_diff(wish.from) <= wish.patience;
        let found = office
            .starts(length)
            .filter(near)
            .filter(|start| office.is_offered(*start, length))
            .min_by_key(|start| start.abs_diff(wish.from));
        long += u32::from(wish.ticks >= 6);
        match found {
            Some(start) => office.take(start, length, wish.ticks),
            None => long_refused += u32::from(wish.ticks >= 6),
        }
        if cancels && !office.visits.is_empty() {
            office.cancel(which % office.visits.len());
        }
    }
    let served: usize = office.visits.iter().map(|visit| visit.ticks).sum();
    Seen {
        visits: number(office.visits.len()),
        used: number(served * 100) / number(open * counters),
        long_refused: f64::from(long_refused) * 100.0 / f64::from(long.max(1)),
    }
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from)
}

/// Mean and half of the 95 % interval.
fn mean(values: &[f64]) -> (f64, f64) {
    let count = number(values.len());
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, 1.96 * (variance / count).sqrt())
}

fn main() {
    println!(
        "| raster | counters | way | visits per day | more with ours | time used | no time for half an hour or longer |"
    );
    println!("|---|---|---|---|---|---|---|");
    for raster in [3, 1] {
        for counters in [2, 4, 8] {
            let all = |way: Way| -> Vec<Seen> {
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
                let told = |of: fn(&Seen) -> f64| {
                    let (mean, around) = mean(&seen.iter().map(of).collect::<Vec<_>>());
                    format!("{mean:.1} ± {around:.1}")
                };
                let gain =
                    |(ours, theirs): (&Seen, &Seen)| (ours.visits / theirs.visits - 1.0) * 100.0;
                let (more, around) = mean(&ours.iter().zip(&seen).map(gain).collect::<Vec<_>>());
                println!(
                    "| {} min | {counters} | {name} | {} | {more:+.1} % ± {around:.1} | {} % | {} % |",
                    raster * 5,
                    told(|day| day.visits),
                    told(|day| day.used),
                    told(|day| day.long_refused)
                );
            }
        }
    }
}
