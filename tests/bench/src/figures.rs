//! What a measurement gives, and how several become one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One contestant in one round, or the median of its rounds. Times are milliseconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// What was done per second.
    pub(crate) rate: f64,
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    /// How many ended well, were refused in good order, and went wrong.
    pub(crate) done: u64,
    pub(crate) refused: u64,
    pub(crate) failed: u64,
    /// Processor time of the service and of Postgres for each thing done, in microseconds.
    pub(crate) server_cpu: f64,
    pub(crate) postgres_cpu: f64,
    /// Share of the machine that others took meanwhile, in percent.
    pub(crate) others: f64,
}

/// A quotient over the rounds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ratio {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Figures {
    /// From the time that each of the things done took, in microseconds.
    pub(crate) fn of(mut micros: Vec<u32>, span: Duration) -> Self {
        micros.sort_unstable();
        let at = |share: f64| {
            let last = micros.len().saturating_sub(1);
            let index = (number(last) * share).round();
            // the nearest rank; the list is never that long that a float forgets a place
            let index = micros.len().min(whole(index));
            micros.get(index).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
        };
        Self {
            rate: number(micros.len()) / span.as_secs_f64().max(1e-9),
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
            done: micros.len() as u64,
            ..Self::default()
        }
    }

    /// The median of each figure.
    pub(crate) fn median(rounds: &[Self]) -> Self {
        let of = |pick: fn(&Self) -> f64| median(rounds.iter().map(pick).collect());
        let sum = |pick: fn(&Self) -> u64| rounds.iter().map(pick).sum();
        Self {
            rate: of(|figures| figures.rate),
            p50: of(|figures| figures.p50),
            p95: of(|figures| figures.p95),
            p99: of(|figures| figures.p99),
            done: sum(|figures| figures.done),
            refused: sum(|figures| figures.refused),
            failed: sum(|figures| figures.failed),
            server_cpu: of(|figures| figures.server_cpu),
            postgres_cpu: of(|figures| figures.postgres_cpu),
            others: of(|figures| figures.others),
        }
    }
}

impl Ratio {
    /// Round by round, because a neighbour that takes the machine takes it from both.
    pub(crate) fn of(quotients: &[f64]) -> Option<Self> {
        let finite: Vec<f64> =
            quotients.iter().copied().filter(|ratio| ratio.is_finite()).collect();
        if finite.is_empty() {
            return None;
        }
        Some(Self {
            least: finite.iter().copied().fold(f64::INFINITY, f64::min),
            most: finite.iter().copied().fold(0.0, f64::max),
            median: median(finite),
        })
    }
}

/// The rate at which two things can be done after one another on the same cores.
pub(crate) fn in_series(one: f64, other: f64) -> f64 {
    1.0 / (1.0 / one + 1.0 / other)
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// A count as a number to reckon with.
pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank is whole, not negative and small"
)]
fn whole(rank: f64) -> usize {
    rank as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_and_medians_are_those_of_the_list() {
        let figures =
            Figures::of((1..=1000).rev().map(|n| n * 1000).collect(), Duration::from_secs(2));
        assert!((figures.rate - 500.0).abs() < 1e-9);
        assert!((figures.p50 - 501.0).abs() <= 1.0 && (figures.p99 - 990.0).abs() <= 1.0);
        assert!((median(vec![9.0, 1.0, 5.0]) - 5.0).abs() < 1e-9);
        assert!((in_series(100.0, 100.0) - 50.0).abs() < 1e-9);
        let ratio = Ratio::of(&[0.5, f64::NAN, 0.7, 0.6]).unwrap();
        assert!((ratio.median - 0.6).abs() < 1e-9 && ratio.least < ratio.most);
    }
}
