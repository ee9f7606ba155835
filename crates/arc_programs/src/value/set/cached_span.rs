//! The first and the last column of a set, kept where they fit in four bytes.
//!
//! Programs ask for the corners of one object over and over, as it is moved and held against
//! others. Its rows are told by its first and last item, its columns by all.

use std::sync::atomic::{AtomicU32, Ordering};

/// A span that is computed when it is first asked for, and again where it does not fit.
///
/// No lock: two threads that race compute the same.
pub(super) struct CachedSpan(AtomicU32);

impl CachedSpan {
    /// The last before the first, which no span is.
    const UNKNOWN: u32 = packed(0, -1);

    pub(super) fn unknown() -> CachedSpan {
        CachedSpan(AtomicU32::new(CachedSpan::UNKNOWN))
    }

    #[inline]
    pub(super) fn get_or(&self, compute: impl FnOnce() -> (i64, i64)) -> (i64, i64) {
        let known = self.0.load(Ordering::Relaxed);
        if known != CachedSpan::UNKNOWN {
            let (first, last) = ((known >> 16) as u16, known as u16);
            return (
                i64::from(first.cast_signed()),
                i64::from(last.cast_signed()),
            );
        }
        let span = compute();
        if let (Ok(first), Ok(last)) = (i16::try_from(span.0), i16::try_from(span.1)) {
            self.0.store(packed(first, last), Ordering::Relaxed);
        }
        span
    }
}

const fn packed(first: i16, last: i16) -> u32 {
    (first.cast_unsigned() as u32) << 16 | last.cast_unsigned() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_computed_once_where_they_fit() {
        let spans = [(0, 0), (-3, 29), (-32_768, 32_767), (-32_768, -32_768)];
        for span in spans {
            let cached = CachedSpan::unknown();
            assert_eq!(cached.get_or(|| span), span);
            assert_eq!(cached.get_or(|| (7, 8)), span);
        }
        for span in [(0, 32_768), (-32_769, 0), (100_000, 100_001)] {
            let cached = CachedSpan::unknown();
            assert_eq!(cached.get_or(|| span), span);
            assert_eq!(cached.get_or(|| (7, 8)), (7, 8));
        }
    }
}
