//! The slots of a table that a hash leads to.
//!
//! CPython looks at a row of slots that lie side by side, as far as the table goes, and jumps
//! to another row where all of them are taken. With each jump more bits of the hash come into
//! play.

/// How many further slots are looked at in a row before a jump.
const LINEAR_PROBES: usize = 9;

/// How many slots a row has that is not cut off by the table's end.
pub(super) const ROW: usize = LINEAR_PROBES + 1;

/// How many bits of the hash come into play with each jump.
const PERTURB_SHIFT: u32 = 5;

/// The slots that a hash leads to, in order, without end.
pub(super) struct Probe {
    mask: usize,
    start: usize,
    perturb: u64,
    /// The offset of the next slot from `start`.
    offset: usize,
    /// The last offset before the next jump.
    last: usize,
}

impl Probe {
    #[inline]
    pub(super) fn new(hash: i64, mask: usize) -> Probe {
        let start = hash as u64 as usize & mask;
        Probe {
            mask,
            start,
            perturb: hash as u64,
            offset: 0,
            last: Probe::further(start, mask),
        }
    }

    /// How many further slots in a row there are: none where they would not
    /// all fit in the table.
    #[inline]
    fn further(start: usize, mask: usize) -> usize {
        if start + LINEAR_PROBES <= mask {
            LINEAR_PROBES
        } else {
            0
        }
    }

    #[inline]
    pub(super) fn next(&mut self) -> usize {
        if self.offset > self.last {
            self.jump();
        }
        let slot = self.start + self.offset;
        self.offset += 1;
        slot
    }

    /// The slots before the next jump, in a row: the first one and their number.
    #[inline]
    pub(super) fn row(&self) -> (usize, usize) {
        (self.start, self.last + 1)
    }

    /// Goes on with the row behind the next jump.
    #[inline]
    pub(super) fn jump(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.start = self
            .start
            .wrapping_mul(5)
            .wrapping_add(1)
            .wrapping_add(self.perturb as usize)
            & self.mask;
        self.offset = 0;
        self.last = Probe::further(self.start, self.mask);
    }
}
