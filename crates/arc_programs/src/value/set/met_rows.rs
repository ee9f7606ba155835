//! How many items a patch has in common with a set, from each of many places.
//!
//! Programs move a patch to every place and ask how much of it meets something there. Nothing of
//! that has to be listed: with a word of bits for each row of both, they are counted a row at a
//! time.

use smallvec::SmallVec;

use super::item::Item;
use super::items::{NOTHING, columns_over};
use super::packed::PackedSet;
use super::rows::OfBoth;
use super::set_side::SetSide;

/// How many columns either may have.
const COLUMNS: i64 = u64::BITS as i64;

/// How many rows the set may have, and colours the patch.
const ROWS: i64 = 1 << 10;
const COLOURS: usize = 16;

/// Items of a patch in one row, of one colour.
struct Line {
    row: i64,
    /// The number of the colour.
    colour: usize,
    /// A bit for each column from the leftmost of the patch on.
    columns: u64,
}

/// The number of items in each row of what two sets make, one of which is a patch that is moved
/// in each row; `None` of all others.
pub(super) fn counted(of: OfBoth, a: &SetSide, b: &SetSide) -> Option<Vec<usize>> {
    let (rows, set) = match (a, b) {
        (SetSide::Rows(rows), SetSide::Same(set)) | (SetSide::Same(set), SetSide::Rows(rows)) => {
            (rows, set.packed()?)
        }
        _ => return None,
    };
    let (patch, by) = rows.as_moved()?;
    let in_common = in_common(patch.packed()?.items(), by, set)?;
    let all = match (of, a) {
        (OfBoth::Intersection, _) => return Some(in_common),
        (OfBoth::Lacking, SetSide::Same(_)) => set.len(),
        (OfBoth::Lacking, _) => patch.len(),
        (OfBoth::Union | OfBoth::Chained, _) => set.len() + patch.len(),
    };
    Some(in_common.into_iter().map(|own| all - own).collect())
}

/// How many items of a patch, which are of one kind and come row by row, moved by each of these
/// vectors, are in a set of that kind; `None` where these are large.
pub(super) fn in_common(patch: &[Item], by: &[(i64, i64)], set: &PackedSet) -> Option<Vec<usize>> {
    let (left, right) = columns_over(NOTHING, patch);
    let [(top, first), (bottom, last)] = set.corners();
    let are_small = (patch.is_empty() || right - left < COLUMNS)
        && last - first < COLUMNS
        && bottom - top < ROWS;
    if !are_small {
        return None;
    }
    let mut colours: SmallVec<[i64; COLOURS]> = SmallVec::new();
    let mut lines: SmallVec<[Line; 8]> = SmallVec::new();
    for item in patch {
        let colour = match colours.iter().position(|own| *own == item.colour()) {
            Some(colour) => colour,
            None if colours.len() == COLOURS => return None,
            None => {
                colours.push(item.colour());
                colours.len() - 1
            }
        };
        let bit = 1 << (item.column() - left);
        let in_row = lines.iter_mut().rev();
        let mut in_row = in_row.take_while(|line| line.row == item.row());
        match in_row.find(|line| line.colour == colour) {
            Some(line) => line.columns |= bit,
            None => lines.push(Line {
                row: item.row(),
                colour,
                columns: bit,
            }),
        }
    }
    let height = (bottom - top + 1) as usize;
    let mut planes = vec![0_u64; height * colours.len()];
    set.fold_in_any_order((), |(), item| {
        if let Some(colour) = colours.iter().position(|own| *own == item.colour()) {
            let row = (item.row() - top) as usize;
            planes[colour * height + row] |= 1 << (item.column() - first);
        }
    });
    let in_row = |line: &Line, (down, right): (i64, i64)| {
        let row = line.row + down - top;
        if !(0..height as i64).contains(&row) {
            return 0;
        }
        let there = planes[line.colour * height + row as usize];
        let further = left + right - first;
        let there = match further {
            0..COLUMNS => there >> further,
            _ if (-COLUMNS + 1..0).contains(&further) => there << -further,
            _ => 0,
        };
        (there & line.columns).count_ones() as usize
    };
    let in_all = |by: &(i64, i64)| lines.iter().map(|line| in_row(line, *by)).sum();
    Some(by.iter().map(in_all).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::patch::CellLayout;
    use super::super::table::Element;
    use super::super::{Set, Value};
    use super::*;

    /// Places, or cells of a few colours.
    fn items(colours: i64, width: i64) -> impl Strategy<Value = Vec<Value>> {
        let item =
            (-3..6_i64, -3..width, 0..colours.max(1)).prop_map(move |(row, column, colour)| {
                match colours {
                    0 => Value::pair(row, column),
                    _ => CellLayout::ColourFirst.small_cell(row, column, colour),
                }
            });
        prop::collection::vec(item, 1..40)
    }

    proptest! {
        /// What is counted is what a list of those that are in common has.
        #[test]
        fn as_many_are_counted_as_are_in_common(
            (patch, set) in (0..5_i64, 3..90_i64, 3..90_i64).prop_flat_map(|(colours, one, other)| {
                (items(colours, one), items(colours, other))
            }),
            by in prop::collection::vec((-9..9_i64, -99..99_i64), 0..9),
            near in prop::collection::vec((-9..9_i64, -9..9_i64), 1..9),
        ) {
            let (patch, set) = (Set::from_values(patch), Set::from_values(set));
            let (patch, set) = (patch.expect("small"), set.expect("small"));
            let patch = patch.packed().expect("items").items();
            let set = set.packed().expect("items");
            let by: Vec<(i64, i64)> = by.into_iter().chain(near).collect();
            let counted = in_common(patch, &by, set);
            let spans = [columns_over(NOTHING, patch), columns_over(NOTHING, set.items())];
            let are_narrow = spans.iter().all(|(first, last)| last - first < 64);
            prop_assert_eq!(counted.is_some(), are_narrow);
            for (number, (down, right)) in by.iter().enumerate() {
                let moved = |item: &&Item| set.contains(&item.moved(Item::offset(*down, *right)));
                let listed: Vec<&Item> = patch.iter().filter(moved).collect();
                prop_assert!(listed.iter().all(|item| item.is_held()));
                if let Some(counted) = &counted {
                    prop_assert_eq!(counted[number], listed.len());
                }
            }
        }
    }

    #[test]
    fn of_nothing_nothing_is_in_common() {
        let set = Set::from_values([Value::pair(1, 2)]).expect("small");
        let set = set.packed().expect("a place");
        assert_eq!(in_common(&[], &[(0, 0), (1, 2)], set), Some(vec![0, 0]));
    }
}
