//! How deep and how large a value is, and how far either may go.

use super::{Failure, Value};

/// The depth and the weight of a value, kept by every container so that a
/// limit costs one look at each part when a container is built.
///
/// CPython has no such limits; it raises `RecursionError` somewhere below a
/// thousand nested calls, or fills the memory. Honest programs stay within
/// these: the product of a grid's 900 cells with themselves has 7.3 million
/// nodes.
///
/// Both are nominal: the same for equal values in whatever form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Containers and closures on the longest way down: 0 for an atom, 1 for a
    /// flat tuple, even an empty one.
    pub depth: u32,
    /// Nodes of the value seen as a tree: shared parts count as often as they
    /// are reached.
    pub weight: u32,
}

impl Measure {
    /// The deepest value that is built: deeper than any honest program nests,
    /// and far from the end of a thread's stack.
    pub const DEPTH: u32 = 100;

    /// The largest value that is built, in nodes.
    pub const WEIGHT: u32 = 1 << 24;

    /// Nominal bytes of a node.
    pub const NODE_BYTES: u64 = 16;

    /// The measure of what has no parts.
    pub const ATOM: Measure = Measure {
        depth: 0,
        weight: 1,
    };

    /// The measure of a container of `count` atoms.
    pub(super) fn flat(count: usize) -> Measure {
        Measure {
            depth: 1,
            weight: u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1),
        }
    }

    /// The measure of a container of `count` tuples of `items` atoms each.
    pub(super) fn of_flat_tuples(count: usize, items: usize) -> Measure {
        let weight = count.saturating_mul(items + 1).saturating_add(1);
        Measure {
            depth: 2,
            weight: u32::try_from(weight).unwrap_or(u32::MAX),
        }
    }

    /// The measure of a container of these parts.
    pub(super) fn around<'part>(
        parts: impl IntoIterator<Item = &'part Value>,
    ) -> Result<Measure, Failure> {
        Measure::of_parts(parts).checked()
    }

    /// The same, within the limits or not.
    pub(super) fn of_parts<'part>(parts: impl IntoIterator<Item = &'part Value>) -> Measure {
        let mut whole = Measure::flat(0);
        for part in parts {
            whole.include(part.measure());
        }
        whole
    }

    /// The measure of a container of so many parts of one measure.
    pub(super) fn around_alike(part: Measure, count: usize) -> Result<Measure, Failure> {
        let weight = (part.weight as usize)
            .saturating_mul(count)
            .saturating_add(1);
        let whole = Measure {
            depth: part.depth + 1,
            weight: u32::try_from(weight).unwrap_or(u32::MAX),
        };
        whole.checked()
    }

    /// Adds a part.
    #[inline]
    fn include(&mut self, part: Measure) {
        self.depth = self.depth.max(part.depth + 1);
        self.weight = self.weight.saturating_add(part.weight);
    }

    /// The measure itself where it is within the limits.
    pub(super) fn checked(self) -> Result<Measure, Failure> {
        if self.depth > Measure::DEPTH {
            Err(Failure::TooDeep)
        } else if self.weight > Measure::WEIGHT {
            Err(Failure::TooLarge)
        } else {
            Ok(self)
        }
    }
}
