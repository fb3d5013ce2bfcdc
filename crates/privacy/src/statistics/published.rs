//! What of a count is shown.
//!
//! Three rules: what is smaller than five is not shown; everything else is rounded down to a multiple of five; and where
//! another way of dividing the same sum up (by day, by service, by part of the day) would give a hidden number away, that
//! other way loses its smallest number, too ([`protect`], complementary suppression). So neither a number nor the difference of
//! two says anything about one person. Days are shown when they are over: nobody can watch a number change as somebody books.

use serde::Serialize;

/// The smallest count that is shown, and the step of rounding.
pub const FEWEST: u64 = 5;

/// A count as it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Published {
    /// Fewer than five, or none.
    #[default]
    Few,
    /// As many, rounded down to a multiple of five.
    About(u64),
}

impl Published {
    /// What is shown of a count.
    pub fn of(count: u64) -> Self {
        if count < FEWEST { Self::Few } else { Self::About(count / FEWEST * FEWEST) }
    }

    /// The number, where one is shown.
    pub fn number(self) -> Option<u64> {
        match self {
            Self::Few => None,
            Self::About(number) => Some(number),
        }
    }
}

/// What a hidden number must leave open at least: sums that differ by so much.
const OPEN: u64 = 3;

/// Hides further numbers until no way of dividing one sum up gives away what is hidden in another. Each of `ways` divides the
/// same sum up.
pub(super) fn protect(ways: &mut [Vec<Published>]) {
    while let Some(telling) = first_telling(ways) {
        let Some(way) = ways.get_mut(telling) else { return };
        let smallest =
            way.iter_mut().filter(|one| **one != Published::Few).min_by_key(|one| one.number());
        match smallest {
            Some(one) => *one = Published::Few,
            None => return,
        }
    }
}

/// The way whose sum is so close to the most that another can be that nothing hidden stays open.
fn first_telling(ways: &[Vec<Published>]) -> Option<usize> {
    let hides = |way: &[Published]| way.contains(&Published::Few);
    ways.iter().enumerate().find_map(|(telling, low)| {
        let tells = |(other, high): (usize, &Vec<Published>)| {
            other != telling && (hides(high) || hides(low)) && most(high) < least(low) + OPEN
        };
        ways.iter().enumerate().any(tells).then_some(telling)
    })
}

/// The least that the sum of a way can be.
fn least(way: &[Published]) -> u64 {
    way.iter().filter_map(|one| one.number()).sum()
}

/// The most that it can be.
fn most(way: &[Published]) -> u64 {
    least(way) + (FEWEST - 1) * way.len() as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_counts_are_one_and_the_same() {
        let shown: Vec<_> = (0..7).map(Published::of).collect();
        assert_eq!(shown[..5], [Published::Few; 5]);
        assert_eq!(shown[5..], [Published::About(5); 2]);
        assert_eq!(Published::of(19).number(), Some(15));
    }

    /// What a hidden number of a way can be, from all that is shown.
    fn range(ways: &[Vec<Published>], index: usize) -> (u64, u64) {
        let lowest = ways.iter().map(|way| least(way)).max().unwrap();
        let highest = ways.iter().map(|way| most(way)).min().unwrap();
        let (own_least, own_most) = (least(&ways[index]), most(&ways[index]));
        let low = lowest.saturating_sub(own_most - (FEWEST - 1));
        (low, (highest - own_least).min(FEWEST - 1))
    }

    #[test]
    fn five_times_four_would_be_given_away_by_twenty() {
        let mut ways = vec![vec![Published::Few; 5], vec![Published::About(20)]];
        assert_eq!(range(&ways, 0), (4, 4), "each is four: this is what must not be");
        protect(&mut ways);
        assert_eq!(ways[1], [Published::Few]);
    }

    proptest! {
        /// Whatever is shown, a hidden number can be one of at least three.
        #[test]
        fn no_way_of_dividing_gives_another_away(
            cells in prop::collection::vec((0..6_usize, 0..8_usize, 0..3_usize, 1..9_u64), 0..40)
        ) {
            let mut sums = [vec![0; 6], vec![0; 8], vec![0; 3]];
            for (service, day, part, count) in cells {
                sums[0][service] += count;
                sums[1][day] += count;
                sums[2][part] += count;
            }
            let mut ways: Vec<Vec<_>> = sums
                .iter()
                .map(|way| way.iter().copied().map(Published::of).collect())
                .collect();
            protect(&mut ways);
            for (index, way) in ways.iter().enumerate() {
                if way.contains(&Published::Few) {
                    let (low, high) = range(&ways, index);
                    prop_assert!(high >= low + 2, "{low}..={high} in {way:?} of {ways:?}");
                }
                for (shown, sum) in way.iter().zip(&sums[index]) {
                    prop_assert!(shown.number().is_none_or(|number| number >= FEWEST && number <= *sum));
                }
            }
        }
    }
}
