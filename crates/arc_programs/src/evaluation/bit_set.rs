//! Sets of small numbers, as bits.

use std::ops::Range;

/// A set of small numbers, a bit each.
#[derive(Debug, Default)]
pub(super) struct BitSet(Vec<u64>);

impl BitSet {
    /// Removes all, and makes room for numbers below this.
    pub(super) fn clear(&mut self, end: usize) {
        self.0.clear();
        self.0.resize(end.div_ceil(u64::BITS as usize), 0);
    }

    #[inline]
    pub(super) fn insert(&mut self, number: usize) {
        self.0[number / u64::BITS as usize] |= 1 << (number % u64::BITS as usize);
    }

    /// Those in a range, in their order.
    pub(super) fn within(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        let first = range.start / u64::BITS as usize;
        let words = self.0.iter().enumerate().skip(first);
        let numbers = words.flat_map(|(place, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(place * u64::BITS as usize + bit)
            })
        });
        numbers
            .skip_while(move |number| *number < range.start)
            .take_while(move |number| *number < range.end)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_of_bits_has_what_was_inserted_in_its_order(
            numbers in prop::collection::vec(0..300_usize, 0..40),
            (start, end) in (0..301_usize, 0..301_usize),
        ) {
            let mut set = BitSet::default();
            // What was there before is gone.
            set.clear(1000);
            set.insert(999);
            set.insert(7);
            set.clear(300);
            numbers.iter().for_each(|&number| set.insert(number));
            let expected: BTreeSet<usize> = numbers.into_iter().collect();
            let expected: Vec<usize> = expected.into_iter().filter(|own| (start..end).contains(own)).collect();
            prop_assert_eq!(set.within(start..end).collect::<Vec<_>>(), expected);
        }
    }
}
