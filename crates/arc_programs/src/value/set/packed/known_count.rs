//! The number of items of a set, kept where it fits in two bytes.
//!
//! It is asked for more often than anything else, and of a set that is another one moved, of one
//! that is another one mirrored, it would be looked for in that.

/// How many items a set has, where that is known and few enough.
#[derive(Clone, Copy)]
pub(super) struct KnownCount(u16);

impl KnownCount {
    pub(super) const UNKNOWN: KnownCount = KnownCount(u16::MAX);

    #[inline]
    pub(super) fn of(count: usize) -> KnownCount {
        u16::try_from(count).map_or(KnownCount::UNKNOWN, KnownCount)
    }

    #[inline]
    pub(super) fn get(self) -> Option<usize> {
        (self.0 != KnownCount::UNKNOWN.0).then_some(usize::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::KnownCount;

    #[test]
    fn what_does_not_fit_is_not_known() {
        for count in [0, 1, 900, 65_534] {
            assert_eq!(KnownCount::of(count).get(), Some(count));
        }
        for count in [65_535, 65_536, 1 << 20, usize::MAX] {
            assert_eq!(KnownCount::of(count).get(), None);
        }
    }
}
