//! Which places a patch covers, as bits.
//!
//! Questions on how two patches lie to each other need no order of places, so a
//! row of places is a word, and a row of both is compared at once.

use smallvec::SmallVec;

use crate::value::SmallPatch;

/// The places of a patch, as far as one word holds a row of them.
pub(super) struct Silhouette {
    top: i64,
    left: i64,
    /// From the topmost row to the lowest, bit 0 the leftmost column.
    rows: SmallVec<[u128; Silhouette::FEW]>,
}

impl Silhouette {
    /// So many rows take no allocation: most patches have no more.
    const FEW: usize = 8;

    /// The largest height and width.
    const SIDE: i64 = u128::BITS as i64;

    /// That of a patch; `None` where it is too large.
    pub(super) fn of(patch: SmallPatch<'_>) -> Option<Silhouette> {
        let bounds = patch.bounds();
        if bounds.height() > Silhouette::SIDE || bounds.width() > Silhouette::SIDE {
            return None;
        }
        let mut rows = SmallVec::from_elem(0, bounds.height() as usize);
        for (row, column) in patch.places_in_any_order() {
            rows[(row - bounds.top) as usize] |= 1 << (column - bounds.left);
        }
        Some(Silhouette {
            top: bounds.top,
            left: bounds.left,
            rows,
        })
    }

    /// The number of places.
    pub(super) fn len(&self) -> usize {
        self.rows.iter().map(|row| row.count_ones() as usize).sum()
    }

    /// The places, and all that have an edge in common with one; `None` where
    /// they are too large.
    pub(super) fn with_neighbours(&self) -> Option<Silhouette> {
        let height = self.rows.len() as i64 + 2;
        let columns = self.rows.iter().fold(0, |columns, row| columns | row);
        // A column on either side: the bits that they need have to be free.
        if height > Silhouette::SIDE || columns.leading_zeros() < 2 {
            return None;
        }
        let rows = (-1..height - 1).map(|row| {
            let around = self.row(self.top + row - 1) | self.row(self.top + row + 1);
            let own = self.row(self.top + row);
            own | (around << 1) | (own << 1) | (own << 2)
        });
        let rows = rows.collect();
        Some(Silhouette {
            top: self.top - 1,
            left: self.left - 1,
            rows,
        })
    }

    /// The bits of a row, wherever it lies.
    fn row(&self, row: i64) -> u128 {
        let row = usize::try_from(row - self.top).ok();
        row.and_then(|row| self.rows.get(row)).copied().unwrap_or(0)
    }

    /// The rows and the columns in which there are places.
    pub(super) fn extents(&self) -> [Extent; 2] {
        let rows = self.rows.iter().zip(0..);
        let rows = rows.fold(0, |rows, (row, number)| {
            rows | u128::from(*row != 0) << number
        });
        let columns = self.rows.iter().fold(0, |columns, row| columns | row);
        [
            Extent {
                first: self.top,
                bits: rows,
            },
            Extent {
                first: self.left,
                bits: columns,
            },
        ]
    }

    /// Whether there is a place in both, the other moved by rows and columns.
    pub(super) fn meets(&self, other: &Silhouette, (down, right): (i64, i64)) -> bool {
        let mut rows = (other.top + down..).zip(&other.rows);
        rows.any(|(number, row)| {
            let own = self.row(number);
            own != 0 && own & aligned(other.left + right - self.left, *row) != 0
        })
    }
}

/// The rows, or the columns, in which a patch has places.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    first: i64,
    /// Bit 0 is the first.
    bits: u128,
}

impl Extent {
    /// Whether there is one in both.
    #[inline]
    pub(super) fn meets(self, other: Extent) -> bool {
        self.bits & aligned(other.first - self.first, other.bits) != 0
    }
}

/// Bits that begin so many places further than others, as bits of those.
#[inline]
fn aligned(further: i64, bits: u128) -> u128 {
    let distance = u32::try_from(further.unsigned_abs()).unwrap_or(u32::MAX);
    let aligned = match further {
        0.. => bits.checked_shl(distance),
        _ => bits.checked_shr(distance),
    };
    aligned.unwrap_or(0)
}
