//! Corners of patches in columns: what edges, sizes and shapes of a patch follow from.
//!
//! The patches are sets of each row, or tuples of places or of cells: pairs of places are what a
//! `product` of places holds.

use super::operators::{Integers, integers, parts};
use super::{Column, Columns, sets};
use crate::value::{CellLayout, Kind};

/// The upper left and the lower right corner of the patch in each row, and how many items it
/// has.
pub(in crate::dsl) struct PatchRows {
    corners: Vec<[(i64, i64); 2]>,
    items: Items,
}

/// How many items the patches have.
enum Items {
    Alike(usize),
    Each(Vec<usize>),
}

/// How far a coordinate may lie from 0, so that no product of two sizes leaves 64 bits.
const FARTHEST: i64 = 1 << 30;

impl PatchRows {
    /// The patches of a column, all of one kind that is taken; `None` where they are anything
    /// else, or one is nothing.
    pub(in crate::dsl) fn of(
        columns: &Columns<'_>,
        patch: &Column,
        takes: impl Fn(Kind) -> bool,
    ) -> Option<PatchRows> {
        if let Column::Sets(_) = patch {
            let sets = sets::patches(columns, patch).filter(|sets| takes(sets.kind()))?;
            return Some(PatchRows {
                corners: sets.corners()?,
                items: Items::Each(sets.lengths().collect()),
            });
        }
        let Column::Tuples(items) = patch else {
            return None;
        };
        let (kind, _) = place_of(items.first()?)?;
        if !takes(kind) {
            return None;
        }
        let mut corners = vec![[(i64::MAX, i64::MAX), (i64::MIN, i64::MIN)]; columns.rows()];
        for item in items {
            let (_, place) = place_of(item).filter(|(own, _)| *own == kind)?;
            let [own_rows, own_columns] = &place;
            match (integers(own_rows)?, integers(own_columns)?) {
                (Integers::Each(rows), Integers::Each(columns)) => {
                    let places = rows.iter().copied().zip(columns.iter().copied());
                    widen(&mut corners, places);
                }
                (Integers::Each(rows), Integers::Same(column)) => {
                    widen(&mut corners, rows.iter().map(|row| (*row, column)));
                }
                (Integers::Same(row), Integers::Each(columns)) => {
                    widen(&mut corners, columns.iter().map(|column| (row, *column)));
                }
                (Integers::Same(row), Integers::Same(column)) => {
                    widen(&mut corners, std::iter::repeat((row, column)));
                }
            }
        }
        let is_near =
            |(row, column): (i64, i64)| row.max(column) < FARTHEST && row.min(column) > -FARTHEST;
        let are_near = corners
            .iter()
            .all(|own| own.iter().all(|place| is_near(*place)));
        are_near.then_some(PatchRows {
            corners,
            items: Items::Alike(items.len()),
        })
    }

    /// Pays so many steps for each patch and so many for each of its items.
    pub(in crate::dsl) fn pay(
        &self,
        columns: &mut Columns<'_>,
        a_patch: usize,
        an_item: usize,
    ) -> Option<()> {
        columns.spend(a_patch)?;
        match &self.items {
            Items::Alike(items) => columns.spend(items.saturating_mul(an_item)),
            Items::Each(items) => {
                let items: usize = items.iter().sum();
                columns.spend_in_all(items.saturating_mul(an_item))
            }
        }
    }

    /// As [`PatchRows::pay`], for some of the patches alone.
    pub(in crate::dsl) fn pay_where(
        &self,
        columns: &mut Columns<'_>,
        are_meant: &[bool],
        (a_patch, an_item): (usize, usize),
    ) -> Option<()> {
        let meant = self
            .items()
            .zip(are_meant)
            .filter(|(_, is_meant)| **is_meant);
        let steps = meant.map(|(items, _)| items.saturating_mul(an_item).saturating_add(a_patch));
        columns.spend_in_all(steps.fold(0, usize::saturating_add))
    }

    /// Integers that follow from the corners: one, or a tuple of several.
    pub(in crate::dsl) fn integers<const PARTS: usize>(
        &self,
        make: impl Fn([(i64, i64); 2]) -> [i64; PARTS],
    ) -> Option<Column> {
        let part = |part: usize| self.corners.iter().map(|own| make(*own)[part]).collect();
        let mut parts = (0..PARTS).map(|number| Column::integers(part(number)));
        match PARTS {
            1 => parts.next(),
            _ => Column::of_parts(parts.collect()),
        }
    }

    /// Whether something holds for the corners, and for how many items there are.
    pub(in crate::dsl) fn tests(&self, holds: impl Fn([(i64, i64); 2], i64) -> bool) -> Vec<bool> {
        let patches = self.corners.iter().zip(self.items());
        patches
            .map(|(own, items)| holds(*own, items as i64))
            .collect()
    }

    fn items(&self) -> impl Iterator<Item = usize> {
        (0..self.corners.len()).map(|row| match &self.items {
            Items::Alike(items) => *items,
            Items::Each(items) => items[row],
        })
    }
}

/// The row and the column of places or of cells, and which they are.
fn place_of(item: &Column) -> Option<(Kind, [Column; 2])> {
    let parts = parts(item)?;
    Some(match &*parts {
        [row, column] => match (integers(row), integers(column)) {
            (Some(_), Some(_)) => (Kind::Indices, [row.clone(), column.clone()]),
            (Some(_), None) => {
                let (Kind::Indices, place) = place_of(column)? else {
                    return None;
                };
                (Kind::Object(CellLayout::ColourFirst), place)
            }
            _ => return None,
        },
        [row, column, colour] => {
            integers(colour)?;
            (
                Kind::Object(CellLayout::RowFirst),
                [row.clone(), column.clone()],
            )
        }
        _ => return None,
    })
}

/// Makes corners those of patches with one place more each.
#[inline(always)]
fn widen(corners: &mut [[(i64, i64); 2]], places: impl Iterator<Item = (i64, i64)>) {
    for ([first, last], (row, column)) in corners.iter_mut().zip(places) {
        *first = (first.0.min(row), first.1.min(column));
        *last = (last.0.max(row), last.1.max(column));
    }
}

/// What a function makes of the corners of each row's set, paid for by its items.
pub(in crate::dsl) fn of_corners<const PARTS: usize>(
    columns: &mut Columns<'_>,
    patch: &Column,
    make: impl Fn([(i64, i64); 2]) -> [i64; PARTS],
) -> Option<Column> {
    let Column::Sets(_) = patch else {
        return None;
    };
    let patches = PatchRows::of(columns, patch, |_| true)?;
    patches.pay(columns, 0, 1)?;
    patches.integers(make)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::calls::Known;
    use super::*;
    use crate::dsl::call::call;
    use crate::dsl::testing::named;
    use crate::dsl::{Budget, Context, REFERENCE};
    use crate::value::{Value, canonical};

    const NAMES: [&str; 22] = [
        "uppermost",
        "lowermost_i",
        "leftmost_o",
        "rightmost",
        "rightmost_i",
        "height_f",
        "height_i",
        "width_o",
        "width_f",
        "shape_f",
        "portrait_f",
        "square_f",
        "vline_i",
        "hline_i",
        "vline_o",
        "hline_o",
        "ulcorner",
        "urcorner_i",
        "llcorner_o",
        "lrcorner",
        "lrcorner_i",
        "center",
    ];

    /// Tuples of as many places, or cells, in each row; now and then one that is far away, or of
    /// the other kind.
    fn patches() -> impl Strategy<Value = (Vec<Value>, bool)> {
        let coordinate = prop_oneof![30 => -3..6_i64, 1 => Just(1 << 40), 1 => Just(i64::MIN)];
        let items = (1..4_usize, any::<bool>());
        items.prop_flat_map(move |(items, is_object)| {
            let place = (coordinate.clone(), coordinate.clone(), 0..3_i64);
            let patch = prop::collection::vec(place, items).prop_map(move |places| {
                let item = |(row, column, colour)| match is_object {
                    true => Value::triple(row, column, colour),
                    false => Value::pair(row, column),
                };
                Value::tuple(places.into_iter().map(item).collect()).expect("small")
            });
            (prop::collection::vec(patch, 20), Just(is_object))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn what_follows_from_corners_is_that_of_patches_one_by_one(
            name in select(NAMES.to_vec()),
            (patches, is_object) in patches(),
        ) {
            let function = named(&REFERENCE, name);
            let mut context = Context::new(&REFERENCE, Budget::of_steps(100_000));
            let mut columns = Columns::new(&mut context, patches.len(), Known::default());
            let parts = |place: i64| {
                let parts = patches.iter().map(|patch| patch.item(place).expect("an item"));
                let items: Vec<Value> = parts.collect();
                let part = |part: i64| {
                    Column::of_values(items.iter().map(|item| item.item(part).unwrap()).collect())
                };
                Column::Tuples((0..2 + i64::from(is_object)).map(part).collect())
            };
            let count = patches[0].length().expect("a tuple") as i64;
            let column = Column::Tuples((0..count).map(parts).collect());
            let made = columns.results(&function, &column);
            let row_by_row = columns.row_by_row();
            let after = (context.failures(), context.steps_left());
            let mut context = Context::new(&REFERENCE, Budget::of_steps(100_000));
            let one_by_one = patches.iter().map(|patch| call(&mut context, &function, &[patch]));
            let one_by_one: Vec<_> = one_by_one.collect();
            let Some(made) = made else {
                return Ok(());
            };
            for (row, value) in one_by_one.into_iter().enumerate() {
                let (own, value) = (made.value(row).expect("a value"), value.expect("a value"));
                prop_assert_eq!(canonical::text(&own), canonical::text(&value), "{}", name);
            }
            prop_assert_eq!(after, (context.failures(), context.steps_left()), "{}", name);
            let is_far = |patch: &Value| canonical::text(patch).bytes().filter(u8::is_ascii_digit).count() > 12;
            let is_meant = !name.ends_with(if is_object { "_i" } else { "_o" });
            prop_assert!(row_by_row == 0 || patches.iter().any(is_far) || !is_meant, "{}", name);
        }
    }
}
