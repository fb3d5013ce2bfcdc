//! A local day in ticks of five minutes, as bits: which ticks are open, which are busy, where a visit fits.

/// Minutes of a tick.
pub(crate) const TICK_MINUTES: u32 = 5;
/// Bits of a day map: 25 hours, the length of the autumn day on which clocks go back.
pub(crate) const TICKS: u32 = 300;
const WORDS: usize = 5;

/// A set of ticks. Tick 0 begins at local midnight; it is the most significant bit of the first word, as in
/// Postgres' `bit(300)`.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ticks([u64; WORDS]);

impl Ticks {
    /// `length` ticks from `first` on; what lies beyond the map is left out.
    pub(crate) fn range(first: u32, length: u32) -> Self {
        let mut ticks = Self::default();
        for tick in first.min(TICKS)..first.saturating_add(length).min(TICKS) {
            ticks.insert(tick);
        }
        ticks
    }

    /// Reads the bytes of a `bit(300)`.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let mut words = [0u64; WORDS];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks(8)) {
            for (position, byte) in chunk.iter().enumerate() {
                *word |= u64::from(*byte) << (56 - 8 * position);
            }
        }
        Self(words)
    }

    /// Zeros and ones, as Postgres reads a `bit(300)`.
    pub(crate) fn to_bit_text(self) -> String {
        (0..TICKS).map(|tick| if self.contains(tick) { '1' } else { '0' }).collect()
    }

    pub(crate) fn insert(&mut self, tick: u32) {
        if let Some(word) = self.0.get_mut((tick / 64) as usize) {
            *word |= 1 << (63 - tick % 64);
        }
    }

    pub(crate) fn contains(self, tick: u32) -> bool {
        self.0.get((tick / 64) as usize).is_some_and(|word| word >> (63 - tick % 64) & 1 == 1)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == [0; WORDS]
    }

    pub(crate) fn and(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    fn zip(self, other: Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        let mut words = self.0;
        for (word, with) in words.iter_mut().zip(other.0) {
            *word = combine(*word, with);
        }
        Self(words)
    }

    /// Every tick `by` earlier; what would begin before midnight falls away.
    fn earlier(self, by: u32) -> Self {
        let (skip, bits) = ((by / 64) as usize, by % 64);
        let mut words = [0u64; WORDS];
        for (index, word) in words.iter_mut().enumerate() {
            let here = self.0.get(index + skip).copied().unwrap_or_default();
            let next = self.0.get(index + skip + 1).copied().unwrap_or_default();
            *word = if bits == 0 { here } else { here << bits | next >> (64 - bits) };
        }
        Self(words)
    }

    /// The ticks at which `length` ticks in a row begin. Doubles the run it knows with each step.
    pub(crate) fn starts_of(self, length: u32) -> Self {
        let mut starts = self;
        let mut known = 1;
        while known < length {
            let step = known.min(length - known);
            starts = starts.and(starts.earlier(step));
            known += step;
        }
        starts
    }

    /// The raster of offered starts: every `step` ticks from the beginning of each run.
    pub(crate) fn raster(self, step: u32) -> Self {
        let mut raster = Self::default();
        let mut run = None;
        for tick in 0..TICKS {
            if !self.contains(tick) {
                run = None;
                continue;
            }
            let begin = *run.get_or_insert(tick);
            if (tick - begin).is_multiple_of(step.max(1)) {
                raster.insert(tick);
            }
        }
        raster
    }

    /// The ticks of the set, in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = u32> {
        (0u32..).zip(self.0).flat_map(|(index, mut word)| {
            std::iter::from_fn(move || {
                if word == 0 {
                    return None;
                }
                let leading = word.leading_zeros();
                word &= !(1 << (63 - leading));
                Some(index * 64 + leading)
            })
        })
    }
}

impl std::fmt::Debug for Ticks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Where a visit of `length` ticks can begin: the single definition of "offered", for one counter and day.
pub(crate) fn offered(open: Ticks, busy: Ticks, length: u32, raster: u32) -> Ticks {
    open.minus(busy).starts_of(length).and(open.raster(raster))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Slow and obvious: look at each tick of each possible visit.
    fn offered_naively(open: &[bool], busy: &[bool], length: usize, raster: usize) -> Vec<u32> {
        let mut found = Vec::new();
        for start in 0..open.len() {
            let fits =
                (start..start + length).all(|tick| tick < open.len() && open[tick] && !busy[tick]);
            if !fits {
                continue;
            }
            let mut opening = start;
            while opening > 0 && open[opening - 1] {
                opening -= 1;
            }
            if (start - opening) % raster == 0 {
                found.push(u32::try_from(start).unwrap());
            }
        }
        found
    }

    fn ticks(bits: &[bool]) -> Ticks {
        let mut ticks = Ticks::default();
        for (tick, set) in (0..).zip(bits) {
            if *set {
                ticks.insert(tick);
            }
        }
        ticks
    }

    /// Days look like runs, not like noise.
    fn runs() -> impl Strategy<Value = Vec<bool>> {
        proptest::collection::vec((any::<bool>(), 1usize..40), 1..30).prop_map(|runs| {
            let mut bits: Vec<bool> =
                runs.into_iter().flat_map(|(set, length)| vec![set; length]).collect();
            bits.resize(TICKS as usize, false);
            bits
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn shifting_words_finds_what_looking_at_each_tick_finds(
            open in runs(), busy in runs(), length in 1u32..60, raster in 1u32..13,
        ) {
            let fast: Vec<u32> = offered(ticks(&open), ticks(&busy), length, raster).iter().collect();
            prop_assert_eq!(fast, offered_naively(&open, &busy, length as usize, raster as usize));
        }

        #[test]
        fn bits_survive_the_way_to_postgres(bits in runs()) {
            let set = ticks(&bits);
            let text = set.to_bit_text();
            let bytes: Vec<u8> = text
                .as_bytes()
                .chunks(8)
                .map(|chunk| {
                    (0..8).fold(0, |byte, i| byte << 1 | u8::from(chunk.get(i) == Some(&b'1')))
                })
                .collect();
            prop_assert_eq!(Ticks::from_bytes(&bytes), set);
            prop_assert_eq!(set.iter().count(), bits.iter().filter(|bit| **bit).count());
        }
    }

    #[test]
    fn a_range_stops_at_the_end_of_the_map() {
        assert_eq!(Ticks::range(298, 10).iter().collect::<Vec<_>>(), [298, 299]);
        assert!(Ticks::range(400, 2).is_empty());
    }
}
