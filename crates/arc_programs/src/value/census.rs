//! How often each value occurs: colours, mostly.
//!
//! What is asked of a census (the most frequent value, ranks, the palette) is
//! what the reference asks of its list of all values, so ties fall as they do
//! there: some questions by the order in which values were first met, some by the
//! order of a set of them. A census keeps the first and makes the second when it
//! is asked.
//!
//! A grid keeps its census ([`Grid::census`](super::Grid::census)): programs ask
//! one grid for its palette, its ranks and its counts over and over.

use std::cmp::{Ordering, Reverse};
use std::fmt;
use std::sync::OnceLock;

use hashbrown::HashTable;
use smallvec::SmallVec;

use super::{Failure, Set, Value};

/// How many colours are counted in whatever order: those of a task.
const MOST: usize = 10;

/// How many values are in a table of eight slots at most.
const FEW: usize = 4;

/// Values, each with how often it occurs, in the order in which they were first
/// met.
#[derive(Clone, Default)]
pub struct Census {
    counts: Vec<(Value, usize)>,
    palette: OnceLock<Set>,
}

impl Census {
    /// Of these values.
    pub fn of_values(values: impl IntoIterator<Item = Value>) -> Census {
        let mut counts: Vec<(Value, usize)> = Vec::new();
        let mut places: HashTable<usize> = HashTable::new();
        let mut last = 0;
        for value in values {
            // Neighbours are mostly alike.
            if let Some((own, count)) = counts.get_mut(last)
                && own.same(&value)
            {
                *count += 1;
                continue;
            }
            let entry = places.entry(
                value.hash() as u64,
                |place| counts[*place].0.same(&value),
                |place| counts[*place].0.hash() as u64,
            );
            last = *entry.or_insert(counts.len()).get();
            match counts.get_mut(last) {
                Some((_, count)) => *count += 1,
                None => counts.push((value, 1)),
            }
        }
        Census {
            counts,
            palette: OnceLock::new(),
        }
    }

    /// Of one value that occurs so often, at least once.
    pub(crate) fn of_one(value: Value, count: usize) -> Census {
        Census {
            counts: vec![(value, count)],
            palette: OnceLock::new(),
        }
    }

    /// Of these colours, which come in whatever order; `None` where some answer depends
    /// on it: two occur as often, or would get in each other's way in a set, or they are
    /// many.
    pub(crate) fn of_unordered(colours: impl IntoIterator<Item = i64>) -> Option<Census> {
        let counts = counted(colours)?;
        let is_alone = |(place, (_, count)): (usize, &(i64, usize))| {
            counts[..place].iter().all(|(_, other)| other != count)
        };
        let is_free = slots_of(&counts).is_some() && counts.iter().enumerate().all(is_alone);
        let counts = counts.into_iter();
        is_free.then(|| Census {
            counts: counts
                .map(|(colour, count)| (Value::Integer(colour), count))
                .collect(),
            palette: OnceLock::new(),
        })
    }

    /// The colour whose count lies furthest to one side, as [`Census::extreme`] has it of these,
    /// which come in whatever order; `None` where that decides, or they are none or many.
    pub(crate) fn extreme_of_unordered(
        colours: impl IntoIterator<Item = i64>,
        side: Ordering,
    ) -> Option<i64> {
        let counts = counted(colours)?;
        let all = counts.iter().map(|(_, count)| *count);
        let furthest = match side {
            Ordering::Greater => all.max(),
            _ => all.min(),
        }?;
        let is_furthest = |(_, count): &&(i64, usize)| *count == furthest;
        let mut candidates = counts.iter().filter(is_furthest);
        if let (Some((only, _)), None) = (candidates.next(), candidates.next()) {
            return Some(*only);
        }
        let slots = slots_of(&counts)?;
        let candidates = counts.iter().filter(is_furthest).map(|(colour, _)| *colour);
        candidates.min_by_key(|colour| colour & (slots - 1))
    }

    /// The number of these colours; `None` where one is not from 0 to 63.
    pub(crate) fn number_of_unordered(colours: impl Iterator<Item = i64>) -> Option<usize> {
        Some(met(colours)?.count_ones() as usize)
    }

    /// The set of these colours, or a copy of it, which come in whatever order; `None` where two of
    /// them would get in each other's way in a set, or they are many.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn palette_of_unordered(
        colours: impl Iterator<Item = i64>,
        is_copied: bool,
    ) -> Option<Result<Set, Failure>> {
        let met = met(colours)?;
        // Each has a slot of its own in a table that they did not outgrow.
        let count = met.count_ones() as usize;
        let taken = match count {
            0..=FEW => (0..8).fold(0, |taken, eighth| taken | met >> (8 * eighth) & 0xff),
            _ => (met | met >> 32) & u64::from(u32::MAX),
        };
        if count > MOST || taken.count_ones() as usize != count {
            return None;
        }
        let mut left = met;
        let colours = std::iter::from_fn(|| {
            let colour = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            (colour < u64::BITS).then_some(i64::from(colour))
        });
        Some(Set::of_distinct(colours.map(Value::Integer), is_copied))
    }

    /// Of the integers that these bytes are.
    ///
    /// One fast pass for each that occurs, and not a slow one for all: a grid has
    /// ten colours at most, mostly four.
    pub(super) fn of_bytes(bytes: &[i8]) -> Census {
        /// How many are expected: ARC's colours.
        const COLOURS: usize = 10;
        let mut counts = Vec::with_capacity(COLOURS.min(bytes.len()));
        let mut is_counted = [false; 256];
        let (mut rest, mut left) = (bytes, bytes.len());
        while left > 0 {
            let is_new = |byte: &i8| !is_counted[usize::from(byte.cast_unsigned())];
            let Some(start) = rest.iter().position(is_new) else {
                break;
            };
            rest = &rest[start..];
            let byte = rest[0];
            let count = occurrences(rest, byte);
            counts.push((Value::Integer(i64::from(byte)), count));
            is_counted[usize::from(byte.cast_unsigned())] = true;
            left -= count;
        }
        Census {
            counts,
            palette: OnceLock::new(),
        }
    }

    /// How often a value occurs.
    pub fn count(&self, value: &Value) -> usize {
        let found = self.counts.iter().find(|(own, _)| own.same(value));
        found.map_or(0, |(_, count)| *count)
    }

    /// The values, each once, as they were met.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.counts.iter().map(|(value, _)| value)
    }

    /// The set of all values, inserted as they were met.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn palette(&self) -> Result<Set, Failure> {
        if let Some(palette) = self.palette.get() {
            return Ok(palette.clone());
        }
        let palette = Set::from_values(self.counts.iter().map(|(value, _)| value.clone()))?;
        // Another thread that was faster has made the same set.
        let _ = self.palette.set(palette.clone());
        Ok(palette)
    }

    /// The value whose count lies furthest to one side: the most frequent one
    /// for `Greater`, the least frequent for `Less`. Of several, the first in
    /// the order of a set of all; `None` where there is no value.
    ///
    /// # Errors
    /// As [`Census::palette`].
    pub fn extreme(&self, side: Ordering) -> Result<Option<Value>, Failure> {
        let counts = self.counts.iter().map(|(_, count)| *count);
        let furthest = match side {
            Ordering::Greater => counts.max(),
            _ => counts.min(),
        };
        let Some(furthest) = furthest else {
            return Ok(None);
        };
        let is_furthest = |(_, count): &&(Value, usize)| *count == furthest;
        let mut candidates = self.counts.iter().filter(is_furthest);
        if let (Some((only, _)), None) = (candidates.next(), candidates.next()) {
            return Ok(Some(only.clone()));
        }
        let in_order = self.in_order_of_a_set()?;
        let first = in_order.into_iter().find(|(_, count)| *count == furthest);
        Ok(first.map(|(value, _)| value))
    }

    /// The values from the most to the least frequent, those met first before
    /// others as frequent.
    pub fn ranked(&self) -> Vec<&Value> {
        let mut counts: Vec<&(Value, usize)> = self.counts.iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(*count));
        counts.into_iter().map(|(value, _)| value).collect()
    }

    /// The values from the least to the most frequent, those as frequent in the
    /// order of a set of all.
    ///
    /// # Errors
    /// As [`Census::palette`].
    pub fn rising(&self) -> Result<Vec<Value>, Failure> {
        let mut counts = self.in_order_of_a_set()?;
        counts.sort_by_key(|(_, count)| *count);
        Ok(counts.into_iter().map(|(value, _)| value).collect())
    }

    fn in_order_of_a_set(&self) -> Result<Vec<(Value, usize)>, Failure> {
        /// So few are found faster one by one than by their hashes.
        const FEW: usize = 16;
        let palette = self.palette()?;
        if self.counts.len() <= FEW {
            let counted = |value: Value| {
                let count = self.count(&value);
                (value, count)
            };
            return Ok(palette.iter().map(counted).collect());
        }
        let mut counts = HashTable::with_capacity(self.counts.len());
        for counted in &self.counts {
            let hash = counted.0.hash() as u64;
            counts.insert_unique(hash, counted, |(value, _)| value.hash() as u64);
        }
        let counted = |value: Value| {
            let found = counts.find(value.hash() as u64, |(own, _)| own.same(&value));
            found.map(|counted| (*counted).clone())
        };
        Ok(palette.iter().filter_map(counted).collect())
    }
}

impl fmt::Debug for Census {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.counts.iter().map(|(value, count)| (value, count));
        formatter.debug_map().entries(counts).finish()
    }
}

/// How often each of these colours occurs; `None` where they are many.
fn counted(colours: impl IntoIterator<Item = i64>) -> Option<SmallVec<[(i64, usize); MOST]>> {
    let mut counts: SmallVec<[(i64, usize); MOST]> = SmallVec::new();
    let mut last = 0;
    for colour in colours {
        if counts.get(last).is_none_or(|(own, _)| *own != colour) {
            let known = counts.iter().position(|(own, _)| *own == colour);
            last = known.unwrap_or(counts.len());
            if last == MOST {
                return None;
            }
            if last == counts.len() {
                counts.push((colour, 0));
            }
        }
        counts[last].1 += 1;
    }
    Some(counts)
}

/// How many slots a set of these colours has, each of which lies in its own whoever came first;
/// `None` where two would get in each other's way.
fn slots_of(counts: &[(i64, usize)]) -> Option<i64> {
    let slots = if counts.len() <= FEW { 8 } else { 32 };
    let (mut taken, mut is_free) = (0_u32, true);
    for (colour, _) in counts {
        let slot = 1 << (colour & (slots - 1));
        is_free &= *colour >= 0 && taken & slot == 0;
        taken |= slot;
    }
    is_free.then_some(slots)
}

/// How many of the bytes are this one.
pub(super) fn occurrences(bytes: &[i8], byte: i8) -> usize {
    /// A sum of so many ones and zeros is a byte, and bytes add up many at a time, none of a chunk
    /// of this length alone.
    const CHUNK: usize = 224;
    let in_chunk = |chunk: &[i8]| chunk.iter().map(|own| u8::from(*own == byte)).sum::<u8>();
    let (chunks, rest) = bytes.as_chunks::<CHUNK>();
    let in_chunks = chunks.iter().map(|chunk| usize::from(in_chunk(chunk)));
    in_chunks.sum::<usize>() + usize::from(in_chunk(rest))
}

/// Colours that are told apart.
const COLOURS: u64 = u64::BITS as u64;

/// A bit for each of these colours; `None` where one is not from 0 to 63.
fn met(colours: impl Iterator<Item = i64>) -> Option<u64> {
    let (met, others) = colours.fold((0_u64, 0), |(met, others), colour| {
        // Of one beyond it is said that it is, and whatever else is set does not matter.
        let beyond = colour as u64 / COLOURS;
        (met | 1 << (colour as u64 % COLOURS), others | beyond)
    });
    (others == 0).then_some(met)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All that a census is asked.
    fn answers(census: &Census) -> String {
        let palette = census.palette().expect("small");
        let palette: Vec<Value> = palette.iter().collect();
        let extremes = [Ordering::Less, Ordering::Greater].map(|side| census.extreme(side));
        format!(
            "{palette:?} {extremes:?} {:?} {:?}",
            census.ranked(),
            census.rising()
        )
    }

    proptest! {
        /// Long runs of a few bytes, with others between them.
        #[test]
        fn bytes_are_counted_as_their_values(
            runs in prop::collection::vec((-2..5_i8, 0..300_usize), 0..9),
        ) {
            let runs = runs.into_iter();
            let bytes: Vec<i8> = runs.flat_map(|(byte, count)| vec![byte; count]).collect();
            let values = bytes.iter().map(|byte| Value::Integer(i64::from(*byte)));
            let expected = Census::of_values(values);
            prop_assert_eq!(format!("{:?}", Census::of_bytes(&bytes)), format!("{expected:?}"));
        }
    }

    proptest! {
        /// Where the order makes no difference the answers are those of any order.
        #[test]
        fn unordered_colours_are_counted_as_those_in_order(
            colours in prop::collection::vec(prop_oneof![20 => 0..10_i64, 1 => -2..40_i64], 0..30),
            few in prop::collection::vec(0..10_i64, 0..5),
            times in prop::collection::vec(1..6_usize, 5),
        ) {
            let repeated = few.iter().zip(&times).flat_map(|(colour, times)| vec![*colour; *times]);
            for colours in [colours, repeated.collect()] {
                let in_order = Census::of_values(colours.iter().copied().map(Value::Integer));
                for turn in 0..colours.len() {
                    let mut turned = colours.clone();
                    turned.rotate_left(turn);
                    for is_copied in [false, true] {
                        let colours = turned.iter().copied();
                        let Some(palette) = Census::palette_of_unordered(colours, is_copied) else {
                            continue;
                        };
                        let mut in_order = in_order.palette().expect("small");
                        if is_copied {
                            in_order = in_order.copied().expect("small");
                        }
                        let texts = [palette.expect("small"), in_order].map(|palette| {
                            format!("{:?}", palette.iter().collect::<Vec<Value>>())
                        });
                        prop_assert_eq!(&texts[0], &texts[1]);
                    }
                    if let Some(census) = Census::of_unordered(turned.iter().copied()) {
                        prop_assert_eq!(answers(&census), answers(&in_order));
                    }
                    for side in [Ordering::Less, Ordering::Greater] {
                        let colours = turned.iter().copied();
                        if let Some(extreme) = Census::extreme_of_unordered(colours, side) {
                            let in_order = in_order.extreme(side).expect("small");
                            prop_assert_eq!(in_order.and_then(|own| own.as_integer()), Some(extreme));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_the_order_decides_is_not_counted_without_it() {
        for colours in [&[1, 2][..], &[0, 8, 8], &[1, 9, 9], &[-1, 3, 3]] {
            assert!(Census::of_unordered(colours.iter().copied()).is_none());
        }
        for colours in [
            &[][..],
            &[1, 2, 2],
            &[0, 1, 1, 9, 9, 9, 2, 2, 2, 2, 3, 3, 3, 3, 3][3..],
        ] {
            assert!(Census::of_unordered(colours.iter().copied()).is_some());
        }
        assert!(Census::of_unordered(0..11).is_none());
        let most = |colours: &[i64]| {
            Census::extreme_of_unordered(colours.iter().copied(), Ordering::Greater)
        };
        assert_eq!(most(&[2, 1, 1, 2, 3]), Some(1));
        assert_eq!(most(&[0, 8, 8]), Some(8));
        for colours in [&[][..], &[0, 8], &[-1, 3], &[1, 9, 1, 9, 3]] {
            assert!(most(colours).is_none());
        }
        let palette =
            |colours: &[i64]| Census::palette_of_unordered(colours.iter().copied(), false);
        assert!(palette(&[1, 2, 1, 2]).is_some());
        assert!(palette(&[0, 8, 1, 9, 2]).is_some());
        for colours in [&[0, 8, 0][..], &[-1, 2], &[64, 2], &[0, 32, 1, 2, 3]] {
            assert!(palette(colours).is_none());
        }
    }
}
