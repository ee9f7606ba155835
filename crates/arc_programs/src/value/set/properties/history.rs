//! The same history of a set and of its model: what CPython does, on a table of values.

use std::sync::Arc;

use super::super::general::General;
use super::super::grid_items::GridItems;
use super::super::table::{Element, Table};
use super::super::{Product, Set, SetBuilder};
use super::steps::Step;
use crate::value::affine::{Axis, Coordinate, Movement};
use crate::value::patch::Kind;
use crate::value::{Measure, SmallPatch, Value, canonical, hash};

pub(super) type Model = Table<General>;

fn model_of(values: &[Value]) -> Model {
    Table::from_items(values.iter().cloned().map(General::new))
}

pub(super) fn values_of(model: &Model) -> Vec<Value> {
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
pub(super) struct History(pub(super) Vec<(Set, Model)>);

impl History {
    pub(super) fn take(&mut self, step: Step) {
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

pub(super) fn texts(values: &[Value]) -> Vec<String> {
    values.iter().map(canonical::text).collect()
}

pub(super) fn hash_of(model: &Model) -> i64 {
    hash::of_set(model.len(), model.iter().map(Element::hash))
}
