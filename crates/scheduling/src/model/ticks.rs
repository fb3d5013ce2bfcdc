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

    /// Reads zeros and ones.
    pub(crate) fn from_bit_text(text: &str) -> Self {
        let mut ticks = Self::default();
        for (tick, bit) in (0..TICKS).zip(text.bytes()) {
            if bit == b'1' {
                ticks.insert(tick);
            }
        }
        ticks
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

    /// Every tick `by` later; what would lie beyond the map falls away.
    pub(crate) fn later(self, by: u32) -> Self {
        let (skip, bits) = ((by / 64) as usize, by % 64);
        let mut words = [0u64; WORDS];
        for (index, word) in words.iter_mut().enumerate() {
            let at = |back: usize| {
                index.checked_sub(skip + back).and_then(|index| self.0.get(index)).copied()
            };
            let (here, before) = (at(0).unwrap_or_default(), at(1).unwrap_or_default());
            *word = if bits == 0 { here } else { here >> bits | before << (64 - bits) };
        }
        Self(words).and(Self::all())
    }

    /// Every tick of the map.
    fn all() -> Self {
        let mut words = [u64::MAX; WORDS];
        if let Some(last) = words.last_mut() {
            // what the last word has beyond the map
            *last <<= u64::BITS - TICKS % u64::BITS;
        }
        Self(words)
    }

    /// How many ticks are in the set.
    pub(crate) fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
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

    /// The raster of offered starts: every `step` ticks from the beginning of each run. Doubles the distance that it
    /// bridges with each step: a tick is on the raster when the one `step` before it is, and all between are in the set.
    pub(crate) fn raster(self, step: u32) -> Self {
        let step = step.max(1);
        let mut raster = self.minus(self.later(1));
        let mut bridged = step;
        // ticks from which so many and one more follow without a gap
        let mut bridges = self.starts_of(step + 1);
        while bridged < TICKS {
            raster = raster.or(raster.and(bridges).later(bridged));
            bridges = bridges.and(bridges.earlier(bridged));
            bridged *= 2;
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

/// How much of a counter's time a visit takes, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Before the visit, to prepare.
    pub(crate) before: u32,
    /// The visit.
    pub(crate) visit: u32,
    /// After it.
    pub(crate) after: u32,
    /// Visits begin at multiples of this, counted from the opening.
    pub(crate) raster: u32,
}

impl Shape {
    /// The whole of it.
    pub(crate) fn span(self) -> u32 {
        self.before + self.visit + self.after
    }
}

/// Where a visit can begin: the single definition of "offered". `free` is what of `open` is not taken.
pub(crate) fn offered(open: Ticks, free: Ticks, shape: Shape) -> Ticks {
    free.starts_of(shape.span()).later(shape.before).and(open.raster(shape.raster))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Slow and obvious: look at each tick of each possible visit.
    fn offered_naively(open: &[bool], busy: &[bool], shape: Shape) -> Vec<u32> {
        let (before, raster) = (shape.before as usize, shape.raster as usize);
        let mut found = Vec::new();
        for start in before..open.len() {
            let mut span = start - before..start - before + shape.span() as usize;
            if !span.all(|tick| tick < open.len() && open[tick] && !busy[tick]) || !open[start] {
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
            open in runs(), busy in runs(), before in 0u32..7, visit in 1u32..60, after in 0u32..7, raster in 1u32..90,
        ) {
            let shape = Shape { before, visit, after, raster };
            let (open_ticks, busy_ticks) = (ticks(&open), ticks(&busy));
            let fast: Vec<u32> = offered(open_ticks, open_ticks.minus(busy_ticks), shape).iter().collect();
            prop_assert_eq!(fast, offered_naively(&open, &busy, shape));
        }

        #[test]
        fn what_goes_later_and_earlier_comes_back(bits in runs(), by in 0u32..300) {
            let kept = ticks(&bits).and(Ticks::range(0, TICKS - by));
            prop_assert_eq!(kept.later(by).earlier(by), kept);
            prop_assert_eq!(kept.later(by).count(), kept.count());
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
