//! Sets in columns against the same calls one by one, in both dialects.

use proptest::prelude::*;
use proptest::sample::select;

use super::super::testing::{bound_left, bound_right, closure, named};
use super::super::{ARC_DSL, Budget, Context, Dialect, REFERENCE};
use super::{Column, Columns};
use crate::value::{CellLayout, Grid, Operation, Product, SetBuilder, Value, canonical};

type Of = &'static Dialect;

fn compose(outer: Value, inner: Value) -> Value {
    closure(Operation::Compose { outer, inner })
}

fn fork(outer: Value, left: Value, right: Value) -> Value {
    closure(Operation::Fork { outer, left, right })
}

fn place() -> impl Strategy<Value = Value> {
    (-2..7_i64, -2..7_i64).prop_map(|(row, column)| Value::pair(row, column))
}

fn places(count: std::ops::Range<usize>) -> impl Strategy<Value = Value> {
    let places = prop::collection::vec(place(), count);
    places.prop_map(|places| Value::set(places).expect("small"))
}

fn cells(layout: CellLayout, count: std::ops::Range<usize>) -> impl Strategy<Value = Value> {
    let cell = (-2..7_i64, -2..7_i64, 0..3_i64);
    prop::collection::vec(cell, count).prop_map(move |cells| {
        let mut set = SetBuilder::new();
        for (row, column, colour) in cells {
            set.insert_cell(layout, row, column, colour);
        }
        Value::Set(set.finish().expect("small"))
    })
}

/// Places mostly, cells, now and then those of the other dialect, or of a set of any values.
fn patch(dialect: Of) -> BoxedStrategy<Value> {
    prop_oneof![
        8 => places(0..9),
        5 => cells(dialect.cells(), 0..9),
        2 => places(0..60),
        1 => cells(CellLayout::RowFirst, 1..4),
        1 => cells(CellLayout::ColourFirst, 1..4),
        1 => prop::collection::vec(0..9_i64, 0..4).prop_map(|integers| {
            Value::set(integers.into_iter().map(Value::Integer)).expect("small")
        }),
    ]
    .boxed()
}

fn binary(dialect: Of) -> BoxedStrategy<Value> {
    let names = vec!["intersection", "difference", "combine"];
    select(names)
        .prop_map(move |name| named(dialect, name))
        .boxed()
}

fn unary(dialect: Of) -> BoxedStrategy<Value> {
    let one = |name| named(dialect, name);
    let mut all = vec![
        one("toindices"),
        one("normalize"),
        one("identity"),
        one("backdrop"),
        one("delta"),
    ];
    let recolour = if dialect.find("recolor").is_some() {
        "recolor"
    } else {
        "recolor_i"
    };
    all.push(bound_left(one(recolour), Value::Integer(4)));
    select(all).boxed()
}

/// What holds for a place, or for a cell.
fn condition(dialect: Of) -> BoxedStrategy<Value> {
    let one = move |name: &'static str| named(dialect, name);
    prop_oneof![
        (0..4_i64).prop_map(move |row| closure(Operation::Match {
            function: one("first"),
            target: Value::Integer(row),
        })),
        (0..4_i64).prop_map(move |row| {
            compose(
                bound_left(one("greater"), Value::Integer(row)),
                one("first"),
            )
        }),
        places(0..30).prop_map(move |places| bound_right(one("contained"), places)),
        Just(compose(one("even"), one("first"))),
        Just(one("first")),
        Just(closure(Operation::Match {
            function: one("size"),
            target: Value::Integer(2)
        })),
    ]
    .boxed()
}

/// What a loop goes over.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Loop {
    Places,
    Patches,
    /// Pairs of a place and a patch.
    Pairs,
}

/// Functions of an item of a loop that yield patches.
fn patches(dialect: Of, of: Loop) -> BoxedStrategy<Value> {
    let one = move |name: &'static str| named(dialect, name);
    let moved = patch(dialect).prop_map(move |patch| bound_left(one("shift"), patch));
    let further = (patch(dialect), place()).prop_map(move |(patch, by)| {
        compose(bound_left(one("shift"), patch), bound_left(one("add"), by))
    });
    let leaf = match of {
        Loop::Places => prop_oneof![3 => moved, 1 => further].boxed(),
        Loop::Patches => Just(one("identity")).boxed(),
        Loop::Pairs => {
            let moved = fork(one("shift"), one("last"), one("first"));
            prop_oneof![3 => Just(moved), 1 => Just(one("last"))].boxed()
        }
    };
    leaf.prop_recursive(4, 12, 2, move |inner| {
        let with = (
            binary(dialect),
            patch(dialect),
            inner.clone(),
            any::<bool>(),
        )
            .prop_map(|(binary, fixed, inner, is_left)| match is_left {
                true => compose(bound_left(binary, fixed), inner),
                false => compose(bound_right(binary, fixed), inner),
            });
        let both = (binary(dialect), inner.clone(), inner.clone())
            .prop_map(|(binary, a, b)| fork(binary, a, b));
        let twice = (binary(dialect), inner.clone()).prop_map(move |(binary, a)| {
            compose(fork(binary, one("identity"), one("identity")), a)
        });
        // One function in several places, whose results are met with each other.
        let shared = (
            binary(dialect),
            unary(dialect),
            inner.clone(),
            any::<bool>(),
        )
            .prop_map(move |(binary, unary, a, is_bare)| {
                let again = match is_bare {
                    true => a.clone(),
                    false => compose(unary, a.clone()),
                };
                let both = fork(binary.clone(), a.clone(), again);
                fork(binary, both, compose(one("identity"), a))
            });
        let of_one =
            (unary(dialect), inner.clone()).prop_map(|(unary, inner)| compose(unary, inner));
        let filtered = (condition(dialect), inner.clone()).prop_map(move |(condition, inner)| {
            compose(bound_right(one("sfilter"), condition), inner)
        });
        let filtered_by_place = inner.clone().prop_map(move |inner| {
            let condition = bound_left(one("rbind"), one("equality"));
            fork(one("sfilter"), inner, condition)
        });
        let merged = (places(0..6), inner.clone()).prop_map(move |(places, inner)| {
            closure(Operation::Chain {
                last: bound_right(one("mapply"), places),
                middle: bound_left(one("compose"), inner),
                first: bound_left(one("lbind"), one("add")),
            })
        });
        let moved_on = (inner.clone(), inner).prop_map(move |(inner, other)| {
            fork(one("shift"), inner, compose(one("ulcorner"), other))
        });
        prop_oneof![
            4 => with, 3 => both, 4 => shared, 1 => twice, 3 => of_one, 3 => filtered,
            2 => filtered_by_place, 3 => merged, 1 => moved_on,
        ]
    })
    .boxed()
}

/// The same, or what is asked of a patch.
fn function(dialect: Of, of: Loop) -> BoxedStrategy<Value> {
    let one = move |name: &'static str| named(dialect, name);
    let asked = vec![
        "size",
        "size",
        "uppermost",
        "lowermost",
        "leftmost",
        "rightmost",
        "ulcorner",
        "lrcorner",
        "first",
        "normalize",
        "toindices",
    ];
    let patches = || patches(dialect, of);
    prop_oneof![
        2 => patches(),
        4 => (select(asked), patches()).prop_map(move |(name, inner)| compose(one(name), inner)),
        3 => (patches(), 0..4_i64).prop_map(move |(inner, size)| closure(Operation::Match {
            function: compose(one("size"), inner),
            target: Value::Integer(size),
        })),
        1 => (patches(), patches()).prop_map(move |(a, b)| fork(one("equality"), a, b)),
        1 => (patches(), prop::collection::vec(0..3_i8, 30)).prop_map(move |(inner, cells)| {
            let grid = Grid::new(5, 6, cells).expect("as many cells");
            compose(bound_left(one("paint"), Value::from(grid)), inner)
        }),
        1 => (patches(), patch(dialect)).prop_map(move |(inner, patch)| {
            compose(bound_left(one("equality"), patch), inner)
        }),
        1 => (patches(), place()).prop_map(move |(inner, place)| {
            compose(bound_left(one("contained"), place), inner)
        }),
        2 => (patches(), objects(dialect), 0..6_usize).prop_map(move |(inner, objects, kind)| {
            let with_row = |name| bound_left(one("lbind"), one(name));
            let common = compose(bound_left(one("compose"), one("size")), with_row("intersection"));
            let condition = match kind {
                0 => with_row("equality"),
                1 => with_row("difference"),
                2 => compose(bound_right(one("compose"), one("toindices")), common),
                _ => common,
            };
            let asked = match kind {
                3 => one("identity"),
                4 => one("merge"),
                _ => one("size"),
            };
            let filtered = bound_left(one("sfilter"), objects);
            compose(asked, compose(filtered, compose(condition, inner)))
        }),
    ]
    .boxed()
}

/// Sets of patches, now and then of one, or of anything else.
fn objects(dialect: Of) -> BoxedStrategy<Value> {
    let objects = prop::collection::vec(patch(dialect), 1..7);
    prop_oneof![
        6 => objects.prop_map(|objects| Value::set(objects).expect("small")),
        1 => patch(dialect),
    ]
    .boxed()
}

/// A call of a primitive that calls such a function on places.
fn call() -> impl Strategy<Value = (Of, &'static str, Vec<Value>)> {
    let dialects = select(vec![&ARC_DSL, &REFERENCE]);
    let names = select(vec![
        "sfilter", "apply", "mapply", "argmax", "valmin", "order",
    ]);
    let loops = select(vec![Loop::Places, Loop::Places, Loop::Patches, Loop::Pairs]);
    (dialects, names, loops).prop_flat_map(|(dialect, name, of)| {
        let patches = prop::collection::vec(patch(dialect), 16..40);
        let patches = (patches, any::<bool>()).prop_map(|(patches, is_tuple)| match is_tuple {
            true => Value::tuple(patches).expect("small"),
            false => Value::set(patches).expect("small"),
        });
        let few = prop::collection::vec(patch(dialect), 1..4);
        let pairs = (places(6..12), few).prop_map(|(places, few)| {
            let few = Value::tuple(few).expect("small");
            let product = Product::of(&places, &few).expect("containers");
            Value::Set(product.into_set().expect("small"))
        });
        let items = match of {
            Loop::Places => places(16..70).boxed(),
            Loop::Patches => patches.boxed(),
            Loop::Pairs => pairs.boxed(),
        };
        (function(dialect, of), items).prop_map(move |(function, items)| match name {
            "apply" | "mapply" => (dialect, name, vec![function, items]),
            _ => (dialect, name, vec![items, function]),
        })
    })
}

/// What a call yields, what it leaves, how often it failed, whether and why it ended.
fn seen(
    (dialect, name, arguments): &(Of, &str, Vec<Value>),
    steps: u64,
    in_columns: bool,
) -> String {
    let mut context = Context::new(dialect, Budget::of_steps(steps));
    if !in_columns {
        context.forbid_shortcuts();
    }
    let primitive = dialect.primitive(dialect.find(name).expect("a primitive"));
    let value = primitive
        .expect("a primitive")
        .call(&mut context, arguments);
    let left = (context.steps_left(), context.failures());
    let end = (context.is_exhausted(), context.ended_by());
    format!("{} {left:?} {end:?}", canonical::text(&value))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(6_000)))]

    #[test]
    fn sets_in_columns_are_those_of_the_calls_one_by_one(
        call in call(),
        steps in prop_oneof![4 => Just(4_000_000_u64), 1 => 0..20_000_u64],
    ) {
        prop_assert_eq!(seen(&call, steps, true), seen(&call, steps, false), "{:?}", call);
    }
}

/// Calls that yield large sets, met with themselves or with those of another call: a set with
/// itself is copied, and has another order than one whose elements are inserted one by one.
fn call_on_itself() -> impl Strategy<Value = (Of, &'static str, Vec<Value>)> {
    let dialects = select(vec![&ARC_DSL, &REFERENCE]);
    let large = || prop_oneof![3 => places(12..40), 1 => places(40..80)];
    (dialects, large(), large(), places(16..24), 0..9_usize).prop_map(
        |(dialect, patch, other, places, kind)| {
            let one = |name| named(dialect, name);
            let (meet, identity) = (one("intersection"), one("identity"));
            let with_itself = fork(meet.clone(), identity.clone(), identity.clone());
            let moved = bound_left(one("shift"), patch.clone());
            let merged = compose(bound_left(one("combine"), other.clone()), moved.clone());
            // Whatever it comes to, it is not cheap, and the last of a pair is an object that
            // is there.
            let last = compose(
                closure(Operation::Repeat {
                    function: identity.clone(),
                    count: 9,
                }),
                one("last"),
            );
            let by_another = |own: &Value| fork(meet.clone(), own.clone(), own.clone());
            let also = |own: &Value| {
                let own_again = compose(identity.clone(), own.clone());
                compose(
                    with_itself.clone(),
                    fork(meet.clone(), own.clone(), own_again),
                )
            };
            // Made once for each item of a factor, and there for all its pairs.
            let around_last = || compose(bound_left(one("mapply"), one("neighbors")), one("last"));
            let box_of = compose(one("backdrop"), moved.clone());
            let function = match kind {
                0 => compose(with_itself, moved),
                1 => compose(with_itself, merged),
                2 => by_another(&moved),
                3 => by_another(&merged),
                4 => also(&merged),
                5 => by_another(&box_of),
                6 => compose(with_itself, last),
                7 => fork(meet, around_last(), around_last()),
                _ => by_another(&last),
            };
            let items = match kind {
                6..=8 => {
                    let few = Value::tuple(vec![patch, other]).expect("small");
                    let product = Product::of(&places, &few).expect("containers");
                    Value::Set(product.into_set().expect("small"))
                }
                _ => places,
            };
            (dialect, "apply", vec![function, items])
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(500)))]

    #[test]
    fn sets_are_met_with_themselves_where_they_are_one_by_one(call in call_on_itself()) {
        let steps = 4_000_000;
        prop_assert_eq!(seen(&call, steps, true), seen(&call, steps, false), "{:?}", call);
    }
}

/// Sets are the same object each time, and so are those of rows that are picked: a set with
/// itself is copied, and may have another order then.
#[test]
fn the_set_of_a_row_is_made_once() {
    let patch = Value::set((0..20).map(|number| Value::pair(number, 7 * number % 20)));
    let mut context = Context::new(&ARC_DSL, Budget::of_steps(1_000_000));
    let mut columns = Columns::of_rows_for(&mut context, 3, 3);
    let vectors = Column::of_values((0..3).map(|row| Value::pair(row, 1)).collect());
    let patch = Column::Same(patch.expect("small"));
    let moved = super::moved(&mut columns, &patch, &vectors).expect("a patch");
    let picked = moved.picked(&[2, 2]);
    let identities = [
        moved.value(2),
        moved.value(2),
        picked.value(0),
        picked.value(1),
    ];
    let identities = identities.map(|own| own.expect("a set").identity());
    assert!(identities.iter().all(|own| *own == identities[0]));
}

#[test]
fn patches_moved_to_places_are_compared_and_counted_at_once() {
    let one = |name| named(&ARC_DSL, name);
    let patch = Value::set((0..5).map(|number| Value::pair(number, 0))).expect("small");
    let places: Vec<Value> = (0..20).map(|number| Value::pair(number, 3)).collect();
    let others = Value::set(places.clone()).expect("small");
    let moved = bound_left(one("shift"), patch);
    let near = Value::set([Value::pair(0, 1), Value::pair(1, 0)]).expect("small");
    let merged = closure(Operation::Chain {
        last: bound_right(one("mapply"), near),
        middle: bound_left(one("compose"), moved.clone()),
        first: bound_left(one("lbind"), one("add")),
    });
    let low = bound_left(one("greater"), Value::Integer(9));
    let kept = compose(
        bound_right(one("sfilter"), compose(low, one("first"))),
        merged,
    );
    let common = fork(
        one("difference"),
        kept,
        compose(bound_right(one("intersection"), others), moved),
    );
    let counted = compose(one("size"), common);
    let mut context = Context::new(&ARC_DSL, Budget::of_steps(1_000_000));
    let mut columns = Columns::of_rows_for(&mut context, places.len(), places.len());
    let results = columns
        .results(&counted, &Column::of_values(places))
        .expect("sizes");
    assert!(matches!(results, Column::Integers(_)));
    assert_eq!(columns.row_by_row(), 0);
}

#[test]
fn one_set_is_filtered_for_all_rows_at_once() {
    let one = |name| named(&ARC_DSL, name);
    let row_of = |row: i64| Value::set((0..5).map(|column| Value::pair(row, column)));
    let objects = Value::set((0..6).map(|row| row_of(row).expect("small"))).expect("small");
    let moved = bound_left(one("shift"), row_of(0).expect("small"));
    let meets = compose(
        bound_left(one("compose"), one("size")),
        bound_left(one("lbind"), one("intersection")),
    );
    let filtered = bound_left(one("sfilter"), objects);
    let counted = compose(one("size"), compose(filtered, compose(meets, moved)));
    let places: Vec<Value> = (0..20)
        .map(|number| Value::pair(number % 9, number))
        .collect();
    let mut context = Context::new(&ARC_DSL, Budget::of_steps(1_000_000));
    let mut columns = Columns::of_rows_for(&mut context, places.len(), places.len());
    let results = columns.results(&counted, &Column::of_values(places));
    let sizes = results
        .and_then(|own| own.into_integers(20))
        .expect("sizes");
    let expected = (0..20).map(|number| i64::from(number % 9 < 6 && number < 5));
    assert_eq!(sizes, expected.collect::<Vec<_>>());
    assert_eq!(columns.row_by_row(), 0);
}
