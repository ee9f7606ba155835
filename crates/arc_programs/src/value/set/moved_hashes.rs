//! The hashes of one set moved to many places, by its runs.
//!
//! CPython's hash of a set puts the hashes of its elements together by exclusive or. So
//! what side by side items of one colour come to is told by two sums along their row,
//! wherever they lie; and most objects have a few runs of many cells.

use smallvec::SmallVec;

use super::super::hash::SetHash;
use super::super::patch::Bounds;
use super::item::Item;
use super::packed::PackedSet;
use super::table::Element;

/// How many more items than sums there have to be for this to be worth it.
const TIMES: usize = 2;

/// Items side by side, of one colour.
struct Run {
    first: Item,
    length: usize,
    /// Which of the colours it has.
    colour: usize,
}

/// A set's runs, and the sums along all rows that they are moved to.
pub(super) struct MovedHashes {
    runs: Vec<Run>,
    bounds: Bounds,
    /// Of each colour, row by row, what the items up to each column come to; one more in a
    /// row than it has columns.
    sums: Vec<Vec<SetHash>>,
    count: usize,
}

impl MovedHashes {
    /// Those of a set that is moved so often, within these bounds; `None` where they take longer
    /// than one item after the other.
    pub(super) fn within(set: &PackedSet, times: usize, bounds: Bounds) -> Option<MovedHashes> {
        let items = set.items();
        let (mut runs, mut colours): (Vec<Run>, SmallVec<[Item; 4]>) =
            (Vec::new(), SmallVec::new());
        for item in items {
            if let Some(run) = runs.last_mut()
                && run.first.moved(Item::offset(0, run.length as i64)) == *item
            {
                run.length += 1;
                continue;
            }
            let has_colour =
                |other: &Item| other.kind() == item.kind() && other.colour() == item.colour();
            let colour = colours.iter().position(has_colour).unwrap_or_else(|| {
                colours.push(*item);
                colours.len() - 1
            });
            runs.push(Run {
                first: *item,
                length: 1,
                colour,
            });
        }
        let height = usize::try_from(bounds.height()).ok()?;
        let width = usize::try_from(bounds.width()).ok()?;
        let sums = height.checked_mul(width + 1)?.checked_mul(colours.len())?;
        let by_runs = runs.len().saturating_mul(times).saturating_add(sums);
        if by_runs.checked_mul(TIMES)? > items.len().saturating_mul(times) {
            return None;
        }
        let sums = colours.iter().map(|own| {
            let mut sums = Vec::with_capacity(height * (width + 1));
            for row in bounds.top..=bounds.bottom {
                let mut sum = SetHash::new();
                sums.push(sum);
                for column in bounds.left..=bounds.right {
                    let (down, right) = (row - own.row(), column - own.column());
                    sum = sum.with(own.moved(Item::offset(down, right)).hash());
                    sums.push(sum);
                }
            }
            sums
        });
        Some(MovedHashes {
            sums: sums.collect(),
            runs,
            bounds,
            count: items.len(),
        })
    }

    /// CPython's hash of the set, each item [moved](Item::moved) by this.
    pub(super) fn hash(&self, added: u64) -> i64 {
        let width = self.bounds.width() as usize + 1;
        let sum = self.runs.iter().fold(SetHash::new(), |sum, run| {
            let first = run.first.moved(added);
            let down = (first.row() - self.bounds.top) as usize;
            let start = down * width + (first.column() - self.bounds.left) as usize;
            let sums = &self.sums[run.colour];
            sum.joined(sums[start]).joined(sums[start + run.length])
        });
        sum.finish(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::hash;
    use super::super::super::patch::CellLayout;
    use super::super::items::Items;
    use super::super::recipe::{Offset, Recipe};
    use super::*;

    fn set_of(cells: impl Iterator<Item = Item>) -> PackedSet {
        let mut items: Items = cells.collect();
        items.sort_unstable();
        PackedSet::of_items(items[0].kind(), items, Recipe::Ascending)
    }

    fn check(set: &PackedSet) {
        let own = set.bounds_with(Bounds::NOTHING);
        let bounds = Bounds {
            top: own.top - 2,
            left: own.left,
            bottom: own.bottom + 9,
            right: own.right + 6,
        };
        let hashes = MovedHashes::within(set, 1_000, bounds).expect("many places");
        for (down, right) in [(-2, 0), (0, 0), (9, 6), (3, 1)] {
            let added = Offset::new(down, right).expect("near").added().number();
            let items = set.items().iter();
            let each = items.map(|item| item.moved(added).hash());
            assert_eq!(hashes.hash(added), hash::of_set(set.len(), each));
        }
    }

    #[test]
    fn sets_have_the_hashes_of_their_items_wherever_they_lie() {
        let places = || (-1..4).flat_map(|row| (-2..6).map(move |column| (row, column)));
        check(&set_of(
            places().filter_map(|(row, column)| Item::place(row, column)),
        ));
        for layout in [CellLayout::RowFirst, CellLayout::ColourFirst] {
            let rectangle = places().filter_map(|(row, column)| Item::cell(layout, row, column, 3));
            check(&set_of(rectangle));
            // Of several colours, one of them negative, with gaps, and two in one place.
            let cells = places().filter(|(row, column)| (row + column) % 5 != 0);
            let cells =
                cells.filter_map(|(row, column)| Item::cell(layout, row, column, row / 2 - 1));
            check(&set_of(cells.chain(Item::cell(layout, 1, 1, 7))));
        }
    }

    #[test]
    fn sets_of_single_items_are_no_runs() {
        let places = (0..20).filter_map(|number| Item::place(number, number * 2));
        let set = set_of(places);
        let bounds = set.bounds_with(Bounds::NOTHING);
        assert!(MovedHashes::within(&set, 1_000, bounds).is_none());
    }
}
