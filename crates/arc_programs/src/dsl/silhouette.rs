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

    /// Those bits of another silhouette's row that lie over columns of this one,
    /// as bits of this one.
    fn aligned(&self, other_left: i64, bits: u128) -> u128 {
        let shift = other_left - self.left;
        let distance = u32::try_from(shift.unsigned_abs()).unwrap_or(u32::MAX);
        let aligned = match shift {
            0.. => bits.checked_shl(distance),
            _ => bits.checked_shr(distance),
        };
        aligned.unwrap_or(0)
    }

    /// Whether there is a row in which both have places.
    pub(super) fn shares_row(&self, other: &Silhouette) -> bool {
        let mut rows = (self.top..).zip(&self.rows);
        rows.any(|(number, row)| *row != 0 && other.row(number) != 0)
    }

    /// Whether there is a column in which both have places.
    pub(super) fn shares_column(&self, other: &Silhouette) -> bool {
        let columns = |own: &Silhouette| own.rows.iter().fold(0, |columns, row| columns | row);
        columns(self) & self.aligned(other.left, columns(other)) != 0
    }

    /// Whether there is a place in both, the other moved by rows and columns.
    pub(super) fn meets(&self, other: &Silhouette, (down, right): (i64, i64)) -> bool {
        let mut rows = (other.top + down..).zip(&other.rows);
        rows.any(|(number, row)| {
            let own = self.row(number);
            own != 0 && own & self.aligned(other.left + right, *row) != 0
        })
    }
}
