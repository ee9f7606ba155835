//! The smallest rectangle around a patch.

/// The smallest rectangle around a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The first row.
    pub top: i64,
    /// The first column.
    pub left: i64,
    /// The last row.
    pub bottom: i64,
    /// The last column.
    pub right: i64,
}

impl Bounds {
    /// The bounds of no places: only to add places to.
    pub(in crate::value) const NOTHING: Bounds = Bounds {
        top: i64::MAX,
        left: i64::MAX,
        bottom: i64::MIN,
        right: i64::MIN,
    };

    /// The bounds of these places and another one.
    #[inline]
    pub(in crate::value) fn with(self, (row, column): (i64, i64)) -> Bounds {
        Bounds {
            top: self.top.min(row),
            left: self.left.min(column),
            bottom: self.bottom.max(row),
            right: self.right.max(column),
        }
    }

    /// The number of rows.
    pub fn height(self) -> i64 {
        self.bottom - self.top + 1
    }

    /// The number of columns.
    pub fn width(self) -> i64 {
        self.right - self.left + 1
    }
}
