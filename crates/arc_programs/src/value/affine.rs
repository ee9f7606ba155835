//! Affine maps of places: what shifting, mirroring and scaling do.
//!
//! A [`Movement`] says how the coordinates of a moved place come from those of
//! the place itself: by Python's operators, in the order in which the reference
//! applies them. It is a value, so that it can run in two ways: on any values,
//! where an operator may fail or overflow, and, where all its constants are
//! small integers, as the [`Affine`] map that it amounts to, on machine integers.

use std::ops::Range;

use smallvec::{SmallVec, smallvec};

use super::{Failure, Outcome, Value, number};

/// A coordinate of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The row.
    Row,
    /// The column.
    Column,
}

impl Axis {
    /// Choice of two things by this axis.
    #[inline]
    pub fn choose<T>(self, row: T, column: T) -> T {
        match self {
            Axis::Row => row,
            Axis::Column => column,
        }
    }
}

/// An operator with one operand given.
enum Step {
    /// `coordinate + offset`
    Add(Value),
    /// `coordinate - offset`
    Subtract(Value),
    /// `sum - coordinate`
    SubtractFrom(Value),
    /// `coordinate * factor`
    Multiply(Value),
}

impl Step {
    fn apply(&self, coordinate: &Value) -> Outcome {
        match self {
            Step::Add(offset) => number::add(coordinate, offset),
            Step::Subtract(offset) => number::subtract(coordinate, offset),
            Step::SubtractFrom(sum) => number::subtract(sum, coordinate),
            Step::Multiply(factor) => number::multiply(coordinate, factor),
        }
    }
}

/// Coordinate of a moved place, by how it comes from the place: it begins as one of
/// the place's own, and operators are applied to it in turn.
pub struct Coordinate {
    axis: Axis,
    steps: SmallVec<[Step; 2]>,
}

impl Coordinate {
    /// That of the place, as it is.
    pub fn of(axis: Axis) -> Coordinate {
        Coordinate {
            axis,
            steps: smallvec![],
        }
    }

    fn then(mut self, step: Step) -> Coordinate {
        self.steps.push(step);
        self
    }

    /// `… + offset`
    pub fn plus(self, offset: Value) -> Coordinate {
        self.then(Step::Add(offset))
    }

    /// `… - offset`
    pub fn minus(self, offset: Value) -> Coordinate {
        self.then(Step::Subtract(offset))
    }

    /// `sum - …`
    pub fn subtracted_from(self, sum: Value) -> Coordinate {
        self.then(Step::SubtractFrom(sum))
    }

    /// `… * factor`
    pub fn times(self, factor: Value) -> Coordinate {
        self.then(Step::Multiply(factor))
    }

    fn apply(&self, row: &Value, column: &Value) -> Outcome {
        let mut coordinate = self.axis.choose(row, column).clone();
        for step in &self.steps {
            coordinate = step.apply(&coordinate)?;
        }
        Ok(coordinate)
    }

    fn linear(&self) -> Option<Linear> {
        let start = Linear {
            axis: self.axis,
            factor: 1,
            offset: 0,
        };
        self.steps.iter().try_fold(start, Linear::then)
    }
}

/// Movement of the places of a patch.
pub struct Movement {
    /// Row of a moved place.
    pub row: Coordinate,
    /// Column of a moved place.
    pub column: Coordinate,
}

impl Movement {
    /// By a vector.
    pub fn by(down: Value, right: Value) -> Movement {
        Movement {
            row: Coordinate::of(Axis::Row).plus(down),
            column: Coordinate::of(Axis::Column).plus(right),
        }
    }

    /// Upside down, where the first row and the last add up to this.
    pub fn top_down(ends: Value) -> Movement {
        Movement {
            row: Coordinate::of(Axis::Row).subtracted_from(ends),
            column: Coordinate::of(Axis::Column),
        }
    }

    /// Left and right exchanged, where the first column and the last add up to this.
    pub fn left_right(ends: Value) -> Movement {
        Movement {
            row: Coordinate::of(Axis::Row),
            column: Coordinate::of(Axis::Column).subtracted_from(ends),
        }
    }

    /// Rows and columns exchanged, counted from this corner.
    pub fn transposed(top: Value, left: Value) -> Movement {
        Movement {
            row: Coordinate::of(Axis::Column)
                .minus(left.clone())
                .plus(top.clone()),
            column: Coordinate::of(Axis::Row).minus(top).plus(left),
        }
    }

    /// Image of a place.
    ///
    /// # Errors
    /// Those of the operators: [`Failure::WrongType`] for coordinates that are no
    /// numbers, [`Failure::Overflow`].
    pub fn apply(&self, row: &Value, column: &Value) -> Result<(Value, Value), Failure> {
        Ok((
            self.row.apply(row, column)?,
            self.column.apply(row, column)?,
        ))
    }

    /// The same on integers of 32 bits; `None` where a constant is no such
    /// integer.
    pub fn affine(&self) -> Option<Affine> {
        Some(Affine {
            row: self.row.linear()?,
            column: self.column.linear()?,
        })
    }
}

/// An affine map of places whose coordinates are integers of 32 bits.
#[derive(Clone, Copy, Debug)]
pub struct Affine {
    row: Linear,
    column: Linear,
}

impl Affine {
    /// By a vector.
    pub(super) fn shift(down: i64, right: i64) -> Affine {
        let moved = |axis, offset| Linear {
            axis,
            factor: 1,
            offset,
        };
        Affine {
            row: moved(Axis::Row, down),
            column: moved(Axis::Column, right),
        }
    }

    /// The map that this one makes of what another one makes, where all coordinates stay in
    /// 32 bits on the way.
    pub(super) fn after(&self, first: &Affine) -> Affine {
        let linear = |outer: Linear| {
            let inner = outer.axis.choose(first.row, first.column);
            // What leaves 64 bits on the way comes back in the end.
            let offset = outer.factor.wrapping_mul(inner.offset);
            Linear {
                axis: inner.axis,
                factor: outer.factor.wrapping_mul(inner.factor),
                offset: offset.wrapping_add(outer.offset),
            }
        };
        Affine {
            row: linear(self.row),
            column: linear(self.column),
        }
    }

    /// Image of a place of 32-bit coordinates. Nothing overflows.
    #[inline]
    pub fn apply(&self, row: i64, column: i64) -> (i64, i64) {
        (self.row.apply(row, column), self.column.apply(row, column))
    }

    /// Whether it surely sends no two places to one.
    pub(super) fn is_one_to_one(&self) -> bool {
        self.row.axis != self.column.axis && self.row.factor != 0 && self.column.factor != 0
    }

    /// The upper left and the lower right corner of what it makes of places with these
    /// corners, where it sends no two of them to one.
    pub(super) fn corners(&self, corners: [(i64, i64); 2]) -> [(i64, i64); 2] {
        let [one, other] = corners.map(|(row, column)| self.apply(row, column));
        [
            (one.0.min(other.0), one.1.min(other.1)),
            (one.0.max(other.0), one.1.max(other.1)),
        ]
    }

    /// Whether of two places in one row of those that it makes, the one further on comes
    /// of one further on, as places come row by row.
    pub(super) fn keeps_columns_ascending(&self) -> bool {
        self.column.factor > 0
    }

    /// The rows and the columns of a grid of one shape, height and width, whose cells it sends
    /// into one of another shape, where it sends no two of them to one place.
    pub(super) fn sent_into(
        &self,
        (height, width): (usize, usize),
        into: (usize, usize),
    ) -> (Range<usize>, Range<usize>) {
        let rows_in = |axis, all| match self.row.axis == axis {
            true => self.row.sent_below(into.0, all),
            false => self.column.sent_below(into.1, all),
        };
        (rows_in(Axis::Row, height), rows_in(Axis::Column, width))
    }

    /// The vector by which it moves all places, where it moves all by the same.
    pub(super) fn as_shift(&self) -> Option<(i64, i64)> {
        let is_shift = self.row.axis == Axis::Row
            && self.column.axis == Axis::Column
            && (self.row.factor, self.column.factor) == (1, 1);
        is_shift.then_some((self.row.offset, self.column.offset))
    }
}

/// `factor * coordinate + offset`, both below 2^63 with whatever coordinate of 32
/// bits.
#[derive(Clone, Copy, Debug)]
struct Linear {
    axis: Axis,
    factor: i64,
    offset: i64,
}

impl Linear {
    fn then(self, step: &Step) -> Option<Linear> {
        let small = |constant: &Value| constant.as_integer().and_then(|n| i32::try_from(n).ok());
        let Linear {
            axis,
            factor,
            offset,
        } = self;
        let (factor, offset) = match step {
            Step::Add(constant) => (factor, offset + i64::from(small(constant)?)),
            Step::Subtract(constant) => (factor, offset - i64::from(small(constant)?)),
            Step::SubtractFrom(constant) => (-factor, i64::from(small(constant)?) - offset),
            Step::Multiply(constant) => {
                let constant = i64::from(small(constant)?);
                (factor * constant, offset * constant)
            }
        };
        // With a coordinate of 32 bits the product stays below 2^62.
        let is_small = i32::try_from(factor).is_ok() && offset.unsigned_abs() < 1 << 40;
        is_small.then_some(Linear {
            axis,
            factor,
            offset,
        })
    }

    /// Those coordinates from 0 up to the end of all that come out from 0 up to an end.
    fn sent_below(self, end: usize, all: usize) -> Range<usize> {
        let last = end as i64 - 1;
        // Backwards, what comes out from the last one down.
        let (factor, offset) = match self.factor > 0 {
            true => (self.factor, self.offset),
            false => (-self.factor, last - self.offset),
        };
        let first_from = |least: i64| {
            let first = -(offset - least).div_euclid(factor);
            first.clamp(0, all as i64) as usize
        };
        let start = first_from(0);
        start..first_from(end as i64).max(start)
    }

    #[inline]
    fn apply(self, row: i64, column: i64) -> i64 {
        let product = self.factor.wrapping_mul(self.axis.choose(row, column));
        product.wrapping_add(self.offset)
    }
}
