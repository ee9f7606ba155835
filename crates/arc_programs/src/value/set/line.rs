//! Places on a line, and the lines between the places of two sets.
//!
//! Programs connect every place of a set with every other, half a million times
//! for the cells of a large grid, and look at hardly any of the lines: most pairs
//! lie on none, and each line is found from both of its ends. So a [`Line`] is
//! known by its first place, its step and its length, and its items are listed
//! when somebody asks for them.

use rustc_hash::FxHashSet;

use super::super::patch::Kind;
use super::super::{Failure, Measure, Value};
use super::Set;
use super::general::General;
use super::item::Item;
use super::line_hashes::LineHashes;
use super::packed::PackedSet;
use super::recipe::Recipe;
use super::table::Table;

/// Places in the order of rows, each as far from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) first: Item,
    /// How many there are: at least one.
    pub(super) count: u32,
    /// [`Way::Right`] of one place.
    pub(super) way: Way,
}

/// How a line goes on from one place to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Right,
    DownLeft,
    Down,
    DownRight,
}

impl Way {
    /// All, in the order in which they are declared.
    pub(super) const ALL: [Way; 4] = [Way::Right, Way::DownLeft, Way::Down, Way::DownRight];

    /// `None` for a step that does not lead on row by row, and for one that is longer.
    #[inline]
    fn of(step: (i64, i64)) -> Option<Way> {
        match step {
            (0, 1) => Some(Way::Right),
            (1, -1) => Some(Way::DownLeft),
            (1, 0) => Some(Way::Down),
            (1, 1) => Some(Way::DownRight),
            _ => None,
        }
    }

    #[inline]
    pub(super) fn step(self) -> (i64, i64) {
        match self {
            Way::Right => (0, 1),
            Way::DownLeft => (1, -1),
            Way::Down => (1, 0),
            Way::DownRight => (1, 1),
        }
    }

    /// What moves an item by so many steps.
    #[inline]
    fn steps(self, number: u32) -> u64 {
        let (down, right) = self.step();
        Item::offset(down, right).wrapping_mul(number.into())
    }
}

impl Line {
    /// The line of so many places; `None` where there are none, where one is out of
    /// the range of items, and where a step is none of a line's.
    fn new((row, column): (i64, i64), step: (i64, i64), count: i64) -> Option<Line> {
        let further = count.checked_sub(1)?;
        let last = |start: i64, step: i64| step.checked_mul(further)?.checked_add(start);
        Item::place(last(row, step.0)?, last(column, step.1)?)?;
        Some(Line {
            first: Item::place(row, column)?,
            count: u32::try_from(count).ok().filter(|count| *count > 0)?,
            way: match further {
                0 => Way::Right,
                _ => Way::of(step)?,
            },
        })
    }

    /// The line between two places of one row, one column or one diagonal; `None`
    /// where they lie on none.
    #[inline]
    pub(super) fn between(a: Item, b: Item) -> Option<Line> {
        let (first, last) = (a.min(b), a.max(b));
        let down = last.row() - first.row();
        let right = last.column() - first.column();
        if down != 0 && right != 0 && down != right.abs() {
            return None;
        }
        let further = down.max(right);
        Some(Line {
            first,
            count: further as u32 + 1,
            way: Way::of((down.signum(), right.signum())).unwrap_or(Way::Right),
        })
    }

    #[inline]
    pub(super) fn len(self) -> usize {
        self.count as usize
    }

    /// The places row by row.
    #[inline]
    pub(super) fn items(self) -> impl ExactSizeIterator<Item = Item> + Clone {
        (0..self.count).map(move |number| self.first.moved(self.way.steps(number)))
    }

    /// The first place and the last.
    #[inline]
    pub(super) fn ends(self) -> [Item; 2] {
        [self.first, self.first.moved(self.way.steps(self.count - 1))]
    }

    fn into_set(self) -> Result<Set, Failure> {
        Set::of_packed(self.packed())
    }

    fn packed(self) -> PackedSet {
        let Line { first, count, way } = self;
        PackedSet::of_recipe(Kind::Indices, Recipe::Line { first, count, way })
    }
}

/// The longest line that is surely within the limits of a value.
const LONGEST: u32 = Measure::WEIGHT / 8;

/// All lines between a place of one set and a place of another.
pub struct Lines {
    /// Each once, as it is first met, and where there are none the empty set.
    distinct: Vec<Option<Line>>,
    /// How many places they have, those met again counted again.
    places: usize,
}

impl Lines {
    /// The lines that are met when each right place is connected with all left ones in
    /// turn. `None` where the sets are not both sets of places of small integers, and
    /// where the lines have more than so many places, those met again counted again, or
    /// one is too long.
    pub fn between(lefts: &Set, rights: &Set, most: usize) -> Option<Lines> {
        let (left_places, _) = lefts.both_packed(rights)?;
        if left_places.kind() != Kind::Indices {
            return None;
        }
        let [lefts, rights]: [Vec<Item>; 2] =
            [lefts, rights].map(|set| set.items_in_order().collect());
        // Then a line is met first from its end that comes first.
        let are_alike = lefts == rights;
        let mut met = FxHashSet::default();
        let mut lines = Lines {
            distinct: Vec::new(),
            places: 0,
        };
        let mut has_empty = false;
        for (number, right) in rights.iter().enumerate() {
            let skipped = if are_alike { number } else { 0 };
            for (further, left) in lefts[skipped..].iter().enumerate() {
                let Some(line) = Line::between(*left, *right) else {
                    if !has_empty {
                        has_empty = true;
                        lines.distinct.push(None);
                    }
                    continue;
                };
                if line.count > LONGEST {
                    return None;
                }
                let times = if are_alike && further > 0 { 2 } else { 1 };
                lines.places = lines.places.saturating_add(times * line.len());
                if are_alike || met.insert(line.ends()) {
                    lines.distinct.push(Some(line));
                }
            }
            if lines.places > most {
                return None;
            }
        }
        Some(lines)
    }

    /// How many places they have, those met again counted again.
    pub fn places(&self) -> usize {
        self.places
    }

    /// The set of them, as if they were inserted as they are met.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn into_set(self) -> Result<Set, Failure> {
        let hashes = LineHashes::around(self.distinct.iter().copied().flatten());
        let set = |line: Line| {
            let packed = line.packed();
            if let Some(hashes) = &hashes {
                packed.set_hash(hashes.hash(line));
            }
            Set::of_packed(packed)
        };
        let mut table = Table::new();
        for line in self.distinct {
            let set = line.map_or_else(|| Ok(Set::empty()), set)?;
            table.insert_distinct(General::new(Value::Set(set)));
        }
        Set::of_general(table)
    }
}

impl Set {
    /// The set of so many places that begins with this one and goes on by this step,
    /// row by row, as if they were inserted in turn; `None` where there is no such
    /// line of places of small integers.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    #[inline]
    pub fn of_line(
        start: (i64, i64),
        step: (i64, i64),
        count: i64,
    ) -> Option<Result<Set, Failure>> {
        Some(Line::new(start, step, count)?.into_set())
    }
}
