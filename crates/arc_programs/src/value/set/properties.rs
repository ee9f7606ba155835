//! Packed sets against CPython's tables of any values, over histories.

use proptest::prelude::*;

use super::general::{General, generalized};
use super::table::{Element, Table};
use super::*;
use crate::value::CellLayout;
use crate::value::affine::{Axis, Coordinate, Movement};
use crate::value::hash;
use crate::value::{SmallPatch, canonical};

/// What makes a set, of those before it.
#[derive(Clone, Debug)]
enum Step {
    /// Inserts these in turn.
    Insert(Vec<Value>),
    /// Inserts into a copy of a set, by `set.add`.
    Extend(usize, Vec<Value>),
    Copy(usize),
    Merge(Vec<usize>),
    Chain(Vec<usize>),
    /// The items of all sets in a set of these.
    MergeAll(Vec<usize>),
    Lack(usize, usize),
    Union(usize, usize),
    Intersection(usize, usize),
    Difference(usize, usize),
    Shift(usize, i64, i64),
    /// A set mirrored, turned or scaled by factors of row and column, which may be exchanged.
    Mirror(usize, (i64, i64), bool, i64),
    /// A set moved to several places, and all of these in one.
    Scatter(usize, Vec<(i64, i64)>),
    /// A set moved to each place of another, and all of these in one.
    Stamp(usize, usize),
    Colour(usize, CellLayout, i64),
    Places(usize),
    /// The product of these.
    Product(Vec<Value>, Vec<Value>),
    /// The product of a set with itself.
    Square(usize),
    /// Of a product some of the pairs, as these bits say; of all others all.
    Keep(usize, u64),
    /// All items of this kind of a grid, or those of one colour.
    Grid(Grid, Kind, Option<i8>),
    /// All places of so many rows and columns.
    AllPlaces(usize, usize),
    /// A line of so many places.
    Line((i64, i64), (i64, i64), i64),
    /// What one grid has that another has too; before it what it has not, and both grids.
    Compare(CellLayout, Grid, Grid),
}

/// A coordinate: nearly always in a grid, now and then at an end of the range of
/// packed sets or beyond.
fn coordinate() -> impl Strategy<Value = i64> {
    let (first, last) = (*item::COORDINATES.start(), *item::COORDINATES.end());
    prop_oneof![
        30 => 0..12_i64,
        10 => -3..40_i64,
        1 => first - 1..first + 2,
        1 => last - 1..last + 2,
    ]
}

fn colour() -> impl Strategy<Value = i64> {
    prop_oneof![30 => -1..10_i64, 1 => 32_764..32_770_i64, 1 => -32_770..-32_764_i64]
}

fn element() -> impl Strategy<Value = Value> {
    prop_oneof![
        20 => (coordinate(), coordinate()).prop_map(|(row, column)| Value::pair(row, column)),
        20 => (coordinate(), coordinate(), colour())
            .prop_map(|(row, column, colour)| Value::triple(row, column, colour)),
        1 => (any::<bool>(), 0..3_i64).prop_map(|(row, column)| {
            Value::tuple_of_two(Value::Boolean(row), Value::Integer(column)).expect("small")
        }),
        1 => (0..3_i64).prop_map(Value::Integer),
    ]
}

/// Elements of one kind, in order or not, few or many; sometimes of any kind.
fn elements() -> impl Strategy<Value = Vec<Value>> {
    let place = || (coordinate(), coordinate());
    let places = (0..90_usize).prop_flat_map(move |count| {
        prop::collection::vec(
            place().prop_map(|(row, column)| Value::pair(row, column)),
            0..=count,
        )
    });
    let cells = (0..90_usize).prop_flat_map(|count| {
        let cell = (0..12_i64, 0..12_i64, colour());
        let cell = cell.prop_map(|(row, column, colour)| Value::triple(row, column, colour));
        prop::collection::vec(cell, 0..=count)
    });
    let whole = (1..15_i64, 1..15_i64).prop_map(|(height, width)| {
        let rows = 0..height;
        rows.flat_map(|row| (0..width).map(move |column| Value::pair(row, column)))
            .collect()
    });
    prop_oneof![
        4 => places,
        4 => cells,
        2 => whole,
        1 => prop::collection::vec(element(), 0..20),
        2 => prop::collection::vec(no_item(), 1..4),
    ]
}

/// A value that no packed set holds: alone in a set its hash is not known at first.
fn no_item() -> impl Strategy<Value = Value> {
    let places = prop::collection::vec((0..4_i64, 0..4_i64), 0..4);
    let places = places.prop_map(|places| {
        let places = places.into_iter();
        Value::set(places.map(|(row, column)| Value::pair(row, column))).expect("small")
    });
    prop_oneof![
        1 => (0..3_i64).prop_map(Value::Integer),
        2 => places.clone(),
        1 => places.prop_map(|set| Value::tuple(vec![set]).expect("small")),
    ]
}

fn layout() -> impl Strategy<Value = CellLayout> {
    prop_oneof![Just(CellLayout::RowFirst), Just(CellLayout::ColourFirst)]
}

/// Items of a product, some of them equal.
fn factor() -> impl Strategy<Value = Vec<Value>> {
    let set = elements().prop_map(|values| Value::set(values).expect("small"));
    let other = prop_oneof![
        (0..9_i64).prop_map(Value::Integer),
        any::<bool>().prop_map(Value::Boolean),
        Just(Value::NAN),
        Just(Value::EMPTY_TUPLE),
    ];
    prop::collection::vec(prop_oneof![1 => set, 2 => element(), 2 => other], 0..12)
}

/// A grid of few colours, of one of a few shapes or mostly of one width, so that two have
/// cells in common.
fn grid() -> impl Strategy<Value = Grid> {
    let width = prop_oneof![3 => Just(6_usize), 1 => 1..9_usize, 1 => 25..30_usize];
    let size = prop_oneof![shape(), (1..30_usize, width)];
    size.prop_flat_map(|(height, width)| {
        let cell = prop_oneof![3 => 0..1_i8, 2 => 0..3_i8];
        let cells = prop::collection::vec(cell, height * width);
        cells.prop_map(move |cells| Grid::new(height, width, cells).expect("cells"))
    })
}

fn step() -> impl Strategy<Value = Step> {
    let index = || 0..1_000_usize;
    prop_oneof![
        4 => elements().prop_map(Step::Insert),
        1 => (index(), elements()).prop_map(|(set, values)| Step::Extend(set, values)),
        1 => index().prop_map(Step::Copy),
        1 => prop::collection::vec(index(), 0..4).prop_map(Step::Merge),
        1 => prop::collection::vec(index(), 0..4).prop_map(Step::Chain),
        2 => prop::collection::vec(index(), 0..40).prop_map(Step::MergeAll),
        1 => (index(), index()).prop_map(|(a, b)| Step::Lack(a, b)),
        2 => (index(), index()).prop_map(|(a, b)| Step::Union(a, b)),
        2 => (index(), index()).prop_map(|(a, b)| Step::Intersection(a, b)),
        3 => (index(), index()).prop_map(|(a, b)| Step::Difference(a, b)),
        3 => (index(), -4..5_i64, -4..5_i64).prop_map(|(set, down, right)| Step::Shift(set, down, right)),
        3 => (index(), (-2..3_i64, -2..3_i64), any::<bool>(), coordinate()).prop_map(
            |(set, factors, is_turned, ends)| Step::Mirror(set, factors, is_turned, ends)
        ),
        2 => (index(), prop::collection::vec((-4..5_i64, -4..5_i64), 1..20))
            .prop_map(|(set, places)| Step::Scatter(set, places)),
        2 => (index(), index()).prop_map(|(set, places)| Step::Stamp(set, places)),
        1 => (index(), coordinate(), coordinate())
            .prop_map(|(set, down, right)| Step::Shift(set, down, right)),
        2 => (index(), layout(), colour())
            .prop_map(|(set, layout, colour)| Step::Colour(set, layout, colour)),
        2 => index().prop_map(Step::Places),
        1 => (factor(), factor()).prop_map(|(lefts, rights)| Step::Product(lefts, rights)),
        1 => index().prop_map(Step::Square),
        2 => (index(), any::<u64>()).prop_map(|(set, bits)| Step::Keep(set, bits)),
        2 => ((coordinate(), coordinate()), (0..2_i64, -1..2_i64), 0..40_i64)
            .prop_map(|(start, step, count)| Step::Line(start, step, count)),
        3 => (grid(), kind(), prop::option::of(0..3_i8))
            .prop_map(|(grid, kind, only)| Step::Grid(grid, kind, only)),
        2 => shape().prop_map(|(height, width)| Step::AllPlaces(height, width)),
        2 => (layout(), grid(), grid())
            .prop_map(|(layout, one, other)| Step::Compare(layout, one, other)),
    ]
}

/// One of a few shapes, so that grids often have the same.
fn shape() -> impl Strategy<Value = (usize, usize)> {
    prop::sample::select(vec![(1, 1), (3, 2), (4, 9), (13, 11), (16, 16)])
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Indices), layout().prop_map(Kind::Object)]
}

type Model = Table<General>;

fn model_of(values: &[Value]) -> Model {
    Table::from_items(values.iter().cloned().map(General::new))
}

fn values_of(model: &Model) -> Vec<Value> {
    model.iter().filter_map(General::value).cloned().collect()
}

/// The product of two containers of these items, and its model.
fn product(left: &Value, right: &Value, lefts: &[Value], rights: &[Value]) -> (Set, Model) {
    let pairs = rights.iter().flat_map(|right| {
        let pair = |left: &Value| Value::tuple_of_two(left.clone(), right.clone());
        lefts.iter().map(move |left| pair(left).expect("small"))
    });
    let model = model_of(&pairs.collect::<Vec<_>>());
    let product = Product::of(left, right).expect("containers");
    let nodes = product.nodes();
    let set = product.into_set().expect("small");
    assert_eq!(set.measure(), around(&model));
    assert_eq!(nodes, u64::from(set.measure().weight));
    (set, model)
}

fn around(model: &Model) -> Measure {
    Measure::around(&values_of(model)).expect("small")
}

/// The same history of a set and of its model: what CPython does, on values.
struct History(Vec<(Set, Model)>);

impl History {
    fn take(&mut self, step: Step) {
        if self.0.is_empty() {
            self.0.push((Set::empty(), Model::new()));
        }
        let count = self.0.len();
        let of = |index: usize| &self.0[index % count];
        let made = match step {
            Step::Insert(values) => {
                let set = Set::from_values(values.iter().cloned()).expect("small");
                (set, model_of(&values))
            }
            Step::Extend(index, values) => {
                let (set, model) = of(index);
                let (mut builder, mut extended) = (SetBuilder::new(), Model::copy_of(model));
                builder.merge(set);
                for value in values {
                    let is_new = builder.insert(value.clone());
                    assert_eq!(is_new, extended.insert(General::new(value.clone())));
                    assert!(builder.contains(&value));
                }
                assert_eq!(builder.len(), extended.len());
                (
                    builder.finish_copied().expect("small"),
                    extended.into_copy(),
                )
            }
            Step::Copy(index) => {
                let (set, model) = of(index);
                (set.copied().expect("small"), Model::copy_of(model))
            }
            Step::Merge(indices) => {
                let (mut builder, mut merged) = (SetBuilder::new(), Model::new());
                for index in indices {
                    builder.merge(&of(index).0);
                    merged.merge(&of(index).1);
                }
                (builder.finish().expect("small"), merged)
            }
            Step::Chain(indices) => {
                let sets: Vec<Set> = indices.iter().map(|index| of(*index).0.clone()).collect();
                let values = indices.iter().flat_map(|index| values_of(&of(*index).1));
                let model = model_of(&values.collect::<Vec<_>>());
                let chained = Set::chained(sets);
                (chained.expect("small"), model)
            }
            Step::MergeAll(indices) => {
                let mut builder = SetBuilder::of_sets();
                let mut sets = Model::new();
                for index in &indices {
                    let set = Value::Set(of(*index).0.clone());
                    let is_new = builder.insert(set.clone());
                    assert_eq!(is_new, sets.insert(General::new(set)));
                }
                // Of equal sets, which may have different orders, the first stays.
                let set_of = |index: &&usize| of(**index).0.address();
                let of_address = |address| indices.iter().find(|index| set_of(index) == address);
                let in_order = sets.iter().filter_map(General::value);
                let in_order = in_order.filter_map(|set| of_address(set.as_set()?.address()));
                let values = in_order.flat_map(|index| values_of(&of(*index).1));
                let model = model_of(&values.collect::<Vec<_>>());
                let set_of_sets = builder.finish().expect("small");
                assert_eq!(set_of_sets.len(), sets.len());
                let all = set_of_sets.only_sets().expect("sets");
                (set_of_sets.merged(all).expect("small"), model)
            }
            Step::Lack(a, b) => {
                let ((a, a_model), (b, b_model)) = (of(a), of(b));
                let kept = a_model.iter().filter(|slot| !b_model.contains(slot));
                (
                    a.lacking(b).expect("small"),
                    Table::from_items(kept.cloned()),
                )
            }
            Step::Union(a, b) => {
                let ((a, a_model), (b, b_model)) = (of(a), of(b));
                (a.union(b).expect("small"), a_model.union(b_model))
            }
            Step::Intersection(a, b) => {
                let ((a, a_model), (b, b_model)) = (of(a), of(b));
                let (walked, searched) = match b_model.len() > a_model.len() {
                    true => (a_model, b_model),
                    false => (b_model, a_model),
                };
                let both = match std::ptr::eq(a.0.as_ref(), b.0.as_ref()) {
                    true => Model::copy_of(a_model),
                    false => Table::from_items(
                        walked
                            .iter()
                            .filter(|slot| searched.contains(slot))
                            .cloned(),
                    ),
                };
                (a.intersection(b).expect("small"), both)
            }
            Step::Difference(a, b) => {
                let ((a, a_model), (b, b_model)) = (of(a), of(b));
                let mut difference = Model::new();
                difference.become_difference(a_model, b_model.len(), |slot| b_model.contains(slot));
                (a.difference(b).expect("small"), difference)
            }
            Step::Shift(index, down, right) => self.moved(
                index % count,
                |row, column| (row + down, column + right),
                &Movement {
                    row: Coordinate::of(Axis::Row).plus(Value::Integer(down)),
                    column: Coordinate::of(Axis::Column).plus(Value::Integer(right)),
                },
            ),
            Step::Mirror(index, (by_row, by_column), is_turned, ends) => {
                let axes = match is_turned {
                    true => [Axis::Column, Axis::Row],
                    false => [Axis::Row, Axis::Column],
                };
                let part = |axis, factor| Coordinate::of(axis).times(Value::Integer(factor));
                self.moved(
                    index % count,
                    |row, column| {
                        let [first, second] = axes.map(|axis| axis.choose(row, column));
                        (ends - by_row * first, by_column * second)
                    },
                    &Movement {
                        row: part(axes[0], by_row).subtracted_from(Value::Integer(ends)),
                        column: part(axes[1], by_column),
                    },
                )
            }
            Step::Scatter(index, places) => {
                for (down, right) in &places {
                    self.take(Step::Shift(index % count, *down, *right));
                }
                let moved = (0..=places.len()).map(|number| match number {
                    // Now and then the set itself is among them.
                    0 => index % count,
                    _ => count + number - 1,
                });
                return self.take(Step::MergeAll(moved.skip(index % 2).collect()));
            }
            Step::Stamp(index, places) => {
                let ((set, model), (places, places_model)) = (of(index), of(places));
                let whole = set.moved_to_each(places).expect("small");
                let Some(whole) = whole.filter(|_| set.len() * places.len() <= 3_000) else {
                    return;
                };
                let (mut sets, mut all_moved) = (Model::new(), Vec::new());
                for place in values_of(places_model) {
                    let (down, right) = place.as_pair().expect("a place");
                    let values = values_of(model).into_iter().map(|value| {
                        let kind = set.kind().expect("a patch");
                        moved(kind, &value, |row, column| (row + down, column + right))
                            .expect("of this kind")
                    });
                    let values: Vec<Value> = values.collect();
                    let model = model_of(&values);
                    // Each is made once: in the order of the model it would be made twice.
                    let set = Value::set(values).expect("small");
                    assert!(sets.insert(General::new(set.clone())));
                    all_moved.push((set, model));
                }
                assert_eq!(whole.len(), sets.len());
                assert_eq!(whole.measure(), around(&sets));
                let merged = whole.merged_moved().expect("one that is moved");
                let items: usize = all_moved.iter().map(|(_, model)| model.len()).sum();
                assert_eq!(merged.items, items);
                let merged = merged.set().expect("small");
                // Half of them are looked at before they are merged.
                if index % 2 == 0 {
                    let in_order = texts(&whole.iter().collect::<Vec<_>>());
                    assert_eq!(in_order, texts(&values_of(&sets)));
                    assert_eq!(whole.hash(), hash_of(&sets));
                }
                let model_of_set = |set: &Value| {
                    let own = all_moved.iter().find(|(own, _)| own.same(set));
                    own.map(|(_, model)| values_of(model)).unwrap_or_default()
                };
                let in_order = values_of(&sets);
                let values = in_order.iter().flat_map(model_of_set);
                (merged, model_of(&values.collect::<Vec<_>>()))
            }
            Step::Colour(index, layout, colour) => self.made_of(
                index % count,
                |kind, value| {
                    let (row, column) = place_of(kind, value)?;
                    Some(layout.small_cell(row, column, colour))
                },
                |patch| {
                    let coloured = patch.coloured(layout, &Value::Integer(colour));
                    coloured.expect("small")
                },
            ),
            Step::Places(index) => self.made_of(
                index % count,
                |kind, value| {
                    let (row, column) = place_of(kind, value)?;
                    Some(Value::pair(row, column))
                },
                |patch| patch.indices().expect("small"),
            ),
            Step::Product(lefts, rights) => {
                let [left, right] =
                    [&lefts, &rights].map(|items| Value::tuple(items.clone()).expect("small"));
                product(&left, &right, &lefts, &rights)
            }
            Step::Square(index) => {
                let (set, model) = of(index);
                let few = Set::from_values(values_of(model).into_iter().take(9));
                let set = match set.len() < 10 {
                    true => set.clone(),
                    false => few.expect("small"),
                };
                let items: Vec<Value> = set.iter().collect();
                let set = Value::Set(set);
                product(&set, &set, &items, &items)
            }
            Step::Keep(index, bits) => {
                let products = (0..count).filter(|number| self.0[*number].0.product().is_some());
                let products: Vec<usize> = products.collect();
                let Some(number) = products.get(index % products.len().max(1)) else {
                    return;
                };
                let (set, model) = of(*number);
                // Few, many or in between.
                let rate = bits % 9;
                let mut bits = bits;
                let are_kept = values_of(model).into_iter().map(|_| {
                    bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (bits >> 40) % 8 < rate
                });
                let are_kept: Vec<bool> = are_kept.collect();
                let kept = values_of(model).into_iter().zip(&are_kept);
                let kept: Vec<Value> = kept.filter(|kept| *kept.1).map(|kept| kept.0).collect();
                let model = model_of(&kept);
                let product = set.product().expect("one of products");
                let kept = product.keeping(&are_kept).expect("small");
                assert_eq!(kept.measure(), around(&model));
                (kept, model)
            }
            Step::Grid(grid, kind, only) => {
                let mut items = Vec::new();
                for (row, cells) in (0..).zip(grid.rows()) {
                    for (column, cell) in (0..).zip(cells) {
                        if only.is_none_or(|only| *cell == only) {
                            items.push(match kind {
                                Kind::Indices => Value::pair(row, column),
                                Kind::Object(layout) => {
                                    layout.small_cell(row, column, i64::from(*cell))
                                }
                            });
                        }
                    }
                }
                let set = GridItems::of_grid(&Arc::new(grid), kind, only);
                let set = set.and_then(GridItems::into_unlisted_set);
                (set.expect("small"), model_of(&items))
            }
            Step::AllPlaces(height, width) => {
                let rows = 0..height as i64;
                let places = rows
                    .flat_map(|row| (0..width as i64).map(move |column| Value::pair(row, column)));
                let set = GridItems::places(height, width).into_unlisted_set();
                (set.expect("small"), model_of(&places.collect::<Vec<_>>()))
            }
            Step::Compare(layout, one, other) => {
                let one_before = self.0.len();
                let all = Kind::Object(layout);
                self.take(Step::Grid(one, all, None));
                self.take(Step::Grid(other, all, None));
                self.take(Step::Lack(one_before, one_before + 1));
                self.take(Step::Difference(one_before + 1, one_before));
                return self.take(Step::Intersection(one_before, one_before + 1));
            }
            Step::Line(start, step, length) => {
                let places = (0..length).map(|number| {
                    Value::pair(start.0 + number * step.0, start.1 + number * step.1)
                });
                let places: Vec<Value> = places.collect();
                let line = Set::of_line(start, step, length)
                    .unwrap_or_else(|| Set::from_values(places.iter().cloned()));
                (line.expect("small"), model_of(&places))
            }
        };
        self.0.push(made);
    }

    /// A set whose items a function makes of those of another, and its model; a copy
    /// where it holds other values.
    fn made_of(
        &self,
        index: usize,
        item: impl Fn(Kind, &Value) -> Option<Value>,
        patch: impl Fn(SmallPatch) -> Set,
    ) -> (Set, Model) {
        let (set, model) = &self.0[index];
        let value = Value::Set(set.clone());
        match SmallPatch::of_any(&value) {
            Some(small) => {
                let items = values_of(model);
                let items = items.iter().filter_map(|value| item(small.kind(), value));
                (patch(small), model_of(&items.collect::<Vec<_>>()))
            }
            None => (set.copied().expect("small"), Model::copy_of(model)),
        }
    }

    /// The same of a set whose places are moved.
    fn moved(
        &self,
        index: usize,
        place: impl Fn(i64, i64) -> (i64, i64),
        movement: &Movement,
    ) -> (Set, Model) {
        let affine = movement.affine().expect("small");
        let item = |kind, value: &Value| moved(kind, value, &place);
        self.made_of(index, item, |patch| patch.moved(&affine).expect("small"))
    }
}

fn moved(kind: Kind, value: &Value, place: impl Fn(i64, i64) -> (i64, i64)) -> Option<Value> {
    let (row, column) = place_of(kind, value)?;
    let (row, column) = place(row, column);
    Some(match kind {
        Kind::Indices => Value::pair(row, column),
        Kind::Object(layout) => {
            let (_, _, colour) = layout.small_parts(value)?;
            layout.small_cell(row, column, colour)
        }
    })
}

fn place_of(kind: Kind, value: &Value) -> Option<(i64, i64)> {
    match kind {
        Kind::Indices => value.as_pair(),
        Kind::Object(layout) => {
            let (row, column, _) = layout.small_parts(value)?;
            Some((row, column))
        }
    }
}

fn texts(values: &[Value]) -> Vec<String> {
    values.iter().map(canonical::text).collect()
}

fn agree(history: &History) -> Result<(), TestCaseError> {
    for (set, model) in &history.0 {
        let values = values_of(model);
        prop_assert_eq!(set.len(), values.len());
        let hash = hash_of(model);
        prop_assert_eq!(set.hash(), hash);
        prop_assert!(values.iter().all(|value| set.contains(value)));
        let listed = Value::tuple(values.clone()).expect("small");
        if let Some(listed) = SmallPatch::of_any(&listed) {
            let value = Value::Set(set.clone());
            let bounds = SmallPatch::of_any(&value).map(SmallPatch::bounds);
            prop_assert_eq!(bounds, Some(listed.bounds()));
        }
        if set.packed().is_some() {
            spans_agree(set, &values)?;
        }
    }
    for (a, a_model) in history.0.iter().rev().take(4) {
        for (b, b_model) in &history.0 {
            let is_subset =
                a_model.len() <= b_model.len() && a_model.iter().all(|slot| b_model.contains(slot));
            prop_assert_eq!(a.is_subset(b), is_subset);
            prop_assert_eq!(a.equals(b), is_subset && a_model.len() == b_model.len());
            prop_assert_eq!(
                values_of(a_model)
                    .iter()
                    .map(|value| b.contains(value))
                    .collect::<Vec<_>>(),
                a_model
                    .iter()
                    .map(|slot| b_model.contains(slot))
                    .collect::<Vec<_>>()
            );
        }
    }
    Ok(())
}

/// Rows and columns of what is packed, and its colours.
fn spans_agree(set: &Set, values: &[Value]) -> Result<(), TestCaseError> {
    let cells = values.iter().filter_map(|value| {
        let place = value.as_pair().map(|(row, column)| (row, column, None));
        let colour_first = || value.as_tuple()?.as_colour_first();
        let cell = value.as_triple().or_else(colour_first);
        place.or(cell.map(|(row, column, colour)| (row, column, Some(colour))))
    });
    let cells: Vec<(i64, i64, Option<i64>)> = cells.collect();
    prop_assert_eq!(cells.len(), values.len());
    for axis in [Axis::Row, Axis::Column] {
        let parts = || cells.iter().map(|cell| axis.choose(cell.0, cell.1));
        prop_assert_eq!(set.span(axis), parts().min().zip(parts().max()));
    }
    let colour = cells[0].2;
    let are_same = cells.iter().all(|cell| cell.2 == colour);
    prop_assert_eq!(set.only_colour(), colour.filter(|_| are_same));
    Ok(())
}

/// What a set of cells shows on a grid, painted on all of its cells and on those of one colour.
fn paintings_agree(set: &Set, values: &[Value]) -> Result<(), TestCaseError> {
    let Some(Kind::Object(layout)) = set.kind() else {
        return Ok(());
    };
    let grid = Grid::from_fn(9, 10, |row, column| ((row * 7 + column) % 3) as i8).expect("cells");
    let painted = |cells: Vec<(i64, i64, i64)>, ground: Option<i8>| {
        let mut painted = grid.cells().to_vec();
        for (row, column, colour) in cells {
            let colour = i8::try_from(colour).ok()?;
            if let Some(place) = grid.place(row, column)
                && ground.is_none_or(|ground| painted[place] == ground)
            {
                painted[place] = colour;
            }
        }
        Some(painted)
    };
    for ground in [None, Some(0), Some(1)] {
        let mut cells = Vec::new();
        let mut add = |row, column, colour| cells.push((row, column, colour));
        set.each_painted(layout, &grid, ground, &mut add);
        let in_order = values.iter().filter_map(|value| layout.small_parts(value));
        prop_assert_eq!(painted(cells, ground), painted(in_order.collect(), ground));
    }
    Ok(())
}

/// Cells of a few colours in a few places, so that most of these have several.
fn crowded_cells() -> impl Strategy<Value = Vec<Value>> {
    (layout(), 1..7_i64, 3..18_i64, 0..500_usize).prop_flat_map(|(layout, colours, side, most)| {
        let cell = (-1..side, -1..side, 0..colours);
        let cell =
            cell.prop_map(move |(row, column, colour)| layout.small_cell(row, column, colour));
        prop::collection::vec(cell, 0..=most)
    })
}

/// What makes sets of cells of others, whose order nobody asks for.
fn step_of_cells() -> impl Strategy<Value = Step> {
    let index = || 0..1_000_usize;
    let many = || prop::collection::vec(index(), 1..6);
    prop_oneof![
        4 => crowded_cells().prop_map(Step::Insert),
        2 => index().prop_map(Step::Copy),
        4 => many().prop_map(Step::Chain),
        4 => many().prop_map(Step::MergeAll),
        2 => (index(), index()).prop_map(|(a, b)| Step::Lack(a, b)),
        4 => (index(), index()).prop_map(|(a, b)| Step::Union(a, b)),
        2 => (index(), index()).prop_map(|(a, b)| Step::Difference(a, b)),
        2 => (index(), -4..5_i64, -4..5_i64).prop_map(|(set, down, right)| Step::Shift(set, down, right)),
        1 => (index(), any::<bool>(), 0..12_i64)
            .prop_map(|(set, is_turned, ends)| Step::Mirror(set, (1, 1), is_turned, ends)),
        3 => (index(), prop::collection::vec((-4..5_i64, -4..5_i64), 1..20))
            .prop_map(|(set, places)| Step::Scatter(set, places)),
    ]
}

fn hash_of(model: &Model) -> i64 {
    hash::of_set(model.len(), model.iter().map(Element::hash))
}

proptest! {
    #[test]
    fn order_on_demand_is_that_of_the_same_history(
        steps in prop::collection::vec(step(), 1..14),
        looks in prop::collection::vec(any::<bool>(), 14),
    ) {
        let mut history = History(Vec::new());
        for (step, looks_now) in steps.into_iter().zip(looks) {
            history.take(step);
            let (set, model) = history.0.last().expect("one was made");
            if looks_now {
                prop_assert_eq!(texts(&set.iter().collect::<Vec<_>>()), texts(&values_of(model)));
            }
        }
        agree(&history)?;
        for (set, model) in history.0.iter().rev() {
            let values: Vec<Value> = set.iter().collect();
            prop_assert_eq!(texts(&values), texts(&values_of(model)));
            let packed = set.packed().map(|packed| texts(&values_of(&generalized(packed.table()))));
            prop_assert!(packed.is_none_or(|packed| packed == texts(&values)));
            let backwards: Vec<Value> = set.iter().rev().collect();
            prop_assert!(texts(&values).iter().eq(texts(&backwards).iter().rev()));
        }
        // And once more, with all orders known.
        agree(&history)?;
    }

    #[test]
    fn all_lines_are_those_of_pair_after_pair(
        lefts in prop::collection::vec((0..9_i64, -2..9_i64), 1..30),
        rights in prop::collection::vec((0..9_i64, -2..9_i64), 1..30),
        are_the_same in any::<bool>(),
    ) {
        let set = |places: &[(i64, i64)]| {
            let places = places.iter().map(|(row, column)| Value::pair(*row, *column));
            Set::from_values(places).expect("small")
        };
        let lefts = set(&lefts);
        let rights = if are_the_same { lefts.clone() } else { set(&rights) };
        let (mut lines, mut count) = (SetBuilder::new(), 0);
        for right in &rights {
            for left in &lefts {
                let (right, left) = (right.as_pair().expect("one"), left.as_pair().expect("one"));
                let (first, last) = (right.min(left), right.max(left));
                let way = (last.0 - first.0, last.1 - first.1);
                let further = way.0.max(way.1.abs());
                let places = (0..=further).map(|number| {
                    Value::pair(first.0 + number * way.0.signum(), first.1 + number * way.1.signum())
                });
                let is_line = way.0 == 0 || way.1 == 0 || way.0 == way.1.abs();
                let line = Set::from_values(places.filter(|_| is_line)).expect("small");
                count += line.len();
                lines.insert(Value::Set(line));
            }
        }
        if let Some(fewer) = count.checked_sub(1) {
            prop_assert!(Lines::between(&lefts, &rights, fewer).is_none());
        }
        let all = Lines::between(&lefts, &rights, count).expect("small");
        prop_assert_eq!(all.places(), count);
        let all = all.into_set().expect("small");
        let lines = lines.finish().expect("small");
        prop_assert_eq!(
            texts(&all.iter().collect::<Vec<_>>()),
            texts(&lines.iter().collect::<Vec<_>>())
        );
        prop_assert_eq!(all.hash(), lines.hash());
    }

    #[test]
    fn what_is_painted_is_what_the_same_history_shows(
        steps in prop::collection::vec(step_of_cells(), 1..10),
    ) {
        let mut history = History(Vec::new());
        steps.into_iter().for_each(|step| history.take(step));
        for (set, model) in history.0.iter().rev() {
            paintings_agree(set, &values_of(model))?;
        }
        for (set, _) in &history.0 {
            if let Some(packed) = set.packed()
                && let Some(slots) = packed.recipe().slots(packed.len())
            {
                prop_assert_eq!(packed.table().slots().len(), slots);
            }
        }
    }

    #[test]
    fn long_chains_are_carried_out_in_time(length in 1..300_usize, values in elements()) {
        let mut history = History(Vec::new());
        history.take(Step::Insert(values));
        for number in 0..length {
            history.take(match number % 3 {
                0 => Step::Shift(number + 1, 1, -1),
                1 => Step::Union(number + 1, number),
                _ => Step::Difference(number + 1, 0),
            });
        }
        let (set, model) = history.0.last().expect("one was made");
        prop_assert_eq!(texts(&set.iter().collect::<Vec<_>>()), texts(&values_of(model)));
    }
}
