//! Loops in whatever order against loops in that of their items.
//!
//! Each container is made anew for each run, by primitives that leave its order open.

use std::slice;

use proptest::prelude::*;
use proptest::sample::select;

use super::super::testing::{bound, closure};
use super::super::{ARC_DSL, Budget, Context};
use crate::value::{Operation, SetBuilder, Value, canonical};

fn named(name: &str) -> Value {
    Value::Primitive(ARC_DSL.find(name).expect("a primitive"))
}

fn composed(outer: &str, inner: &str) -> Value {
    closure(Operation::Compose {
        outer: named(outer),
        inner: named(inner),
    })
}

fn called(context: &mut Context, name: &str, arguments: &[Value]) -> Value {
    ARC_DSL
        .named(name)
        .expect("a primitive")
        .call(context, arguments)
}

/// How a container is made of a grid.
#[derive(Clone, Copy, Debug)]
enum Made {
    Objects { is_univalued: bool },
    ChosenByColour,
    ChosenBySize,
    Moved,
    Mirrored,
    OfColour,
    Listed,
    Yielded,
    YieldedAlike,
    Partition,
    Pairs,
    PairsOfObjects,
    ChosenPairs,
    PairsChosenOften,
}

const MADE: [Made; 15] = [
    Made::Objects { is_univalued: true },
    Made::Objects {
        is_univalued: false,
    },
    Made::ChosenByColour,
    Made::ChosenBySize,
    Made::Moved,
    Made::Mirrored,
    Made::OfColour,
    Made::Listed,
    Made::Yielded,
    Made::YieldedAlike,
    Made::Partition,
    Made::Pairs,
    Made::PairsOfObjects,
    Made::ChosenPairs,
    Made::PairsChosenOften,
];

/// A container, made with enough of everything.
fn container(made: Made, grid: &Value) -> Value {
    let mut context = Context::new(&ARC_DSL, Budget::of_steps(1_000_000));
    let mut call = |name: &str, arguments: &[Value]| called(&mut context, name, arguments);
    let [yes, no] = [true, false].map(Value::Boolean);
    let objects = [grid.clone(), yes, no.clone(), no.clone()];
    match made {
        Made::Objects { is_univalued: true } => call("objects", &objects),
        Made::Objects { .. } => call("objects", &[grid.clone(), no.clone(), no.clone(), no]),
        Made::ChosenByColour => {
            let all = call("objects", &objects);
            call("colorfilter", &[all, Value::Integer(1)])
        }
        Made::ChosenBySize => {
            let all = call("objects", &objects);
            call("sfilter", &[all, named("portrait")])
        }
        Made::Moved => {
            let places = call("ofcolor", &[grid.clone(), Value::Integer(1)]);
            call("shift", &[places, Value::pair(1, 2)])
        }
        Made::Mirrored => {
            let cells = call("asobject", slice::from_ref(grid));
            call("vmirror", &[cells])
        }
        Made::OfColour => call("ofcolor", &[grid.clone(), Value::Integer(2)]),
        Made::Listed => {
            let cells = call("asobject", slice::from_ref(grid));
            call("toindices", &[cells])
        }
        Made::Yielded => {
            let places = call("ofcolor", &[grid.clone(), Value::Integer(1)]);
            call("apply", &[named("dneighbors"), places])
        }
        Made::YieldedAlike => {
            let all = call("objects", &objects);
            call("apply", &[composed("toindices", "normalize"), all])
        }
        Made::Partition => call("partition", slice::from_ref(grid)),
        Made::PairsOfObjects => {
            let all = call("objects", &objects);
            call("product", &[all.clone(), all])
        }
        Made::Pairs | Made::ChosenPairs | Made::PairsChosenOften => {
            let places = |colour| [grid.clone(), Value::Integer(colour)];
            let [ones, twos] = [1, 2].map(|colour| call("ofcolor", &places(colour)));
            let pairs = call("product", &[ones, twos]);
            let further = ["first", "last"].map(|side| composed("first", side));
            let [left, right] = further;
            let is_above = closure(Operation::Fork {
                outer: named("greater"),
                left,
                right,
            });
            match made {
                Made::Pairs => pairs,
                Made::ChosenPairs => call("sfilter", &[pairs, is_above]),
                // More often than choices are followed back.
                _ => (0..10).fold(call("sfilter", &[pairs, is_above]), |chosen, _| {
                    call("sfilter", &[chosen, composed("even", "size")])
                }),
            }
        }
    }
}

fn function() -> impl Strategy<Value = Value> {
    let of_one = select(vec![
        "size",
        "toindices",
        "color",
        "ulcorner",
        "normalize",
        "backdrop",
        "outbox",
        "box",
        "palette",
        "first",
        "last",
        "dneighbors",
        "neighbors",
        "initset",
        "identity",
        "totuple",
        "portrait",
        "square",
        "vmirror",
        "corners",
        "flip",
        "increment",
        "positive",
        "center",
        "delta",
        "hline",
    ]);
    let two = (of_one.clone(), of_one.clone()).prop_map(|(outer, inner)| composed(outer, inner));
    let with_one_fixed = (
        select(vec![
            "shift",
            "contained",
            "recolor",
            "astuple",
            "greater",
            "insert",
            "remove",
        ]),
        prop_oneof![
            (0..4_i64).prop_map(Value::Integer),
            (0..4_i64, 0..4_i64).prop_map(|(row, column)| Value::pair(row, column)),
        ],
        any::<bool>(),
        prop::option::of(of_one.clone()),
    );
    let with_one_fixed = with_one_fixed.prop_map(|(name, fixed, is_left, inner)| {
        let function = named(name);
        let outer = bound(function, fixed, is_left);
        match inner {
            Some(inner) => closure(Operation::Compose {
                outer,
                inner: named(inner),
            }),
            None => outer,
        }
    });
    let matched = (of_one.clone(), 0..5_i64).prop_map(|(function, target)| {
        closure(Operation::Match {
            function: named(function),
            target: Value::Integer(target),
        })
    });
    let of_pairs = (
        select(vec![
            "equality",
            "greater",
            "connect",
            "manhattan",
            "combine",
        ]),
        of_one.clone(),
        of_one.clone(),
    );
    let of_pairs = of_pairs.prop_map(|(outer, left, right)| {
        closure(Operation::Fork {
            outer: named(outer),
            left: composed(left, "first"),
            right: composed(right, "last"),
        })
    });
    prop_oneof![
        2 => of_one.prop_map(named),
        2 => of_pairs,
        2 => two,
        2 => with_one_fixed,
        2 => matched,
    ]
}

/// What can be seen of a call, and of what is done with what it yields.
fn seen(
    (name, then): (&str, &str),
    function: &Value,
    container: &Value,
    steps: u64,
    is_in_order: bool,
) -> String {
    let mut context = Context::new(&ARC_DSL, Budget::of_steps(steps));
    if is_in_order {
        context.forbid_shortcuts();
    }
    let arguments = match name {
        "apply" | "mapply" => [function.clone(), container.clone()],
        _ => [container.clone(), function.clone()],
    };
    let value = called(&mut context, name, &arguments);
    let further = match context.is_exhausted() {
        true => Value::None,
        false => called(&mut context, then, slice::from_ref(&value)),
    };
    format!(
        "{} then {}; {} steps, {} failures, {}, {:?}",
        canonical::text(&further),
        canonical::text(&value),
        context.steps_left(),
        context.failures(),
        context.is_exhausted(),
        context.ended_by(),
    )
}

fn cases() -> u32 {
    ProptestConfig::default().cases.max(3_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn loops_in_any_order_are_those_in_order(
        (width, cells) in (2..9_usize, 2..9_usize).prop_flat_map(|(width, height)| {
            let cell = prop_oneof![3 => Just(0_i64), 2 => 1..4_i64];
            (Just(width), prop::collection::vec(cell, width * height))
        }),
        made in select(MADE.to_vec()),
        function in function(),
        name in select(vec![
            "sfilter", "mfilter", "apply", "mapply", "extract", "argmax", "argmin", "valmax", "valmin",
            "order",
        ]),
        then in select(vec!["size", "first", "last", "totuple", "merge", "identity"]),
        steps in prop_oneof![4 => Just(1_000_000_u64), 1 => 0..400_u64],
    ) {
        let rows = cells.chunks(width).map(|row| {
            Value::tuple(row.iter().copied().map(Value::Integer).collect()).expect("small")
        });
        let grid = Value::tuple(rows.collect()).expect("small");
        let run = |is_in_order| {
            let container = container(made, &grid);
            seen((name, then), &function, &container, steps, is_in_order)
        };
        prop_assert_eq!(run(false), run(true), "{:?} of {:?}", made, function);
    }
}

/// A condition that has its container listed while it is gone over: those that are kept are still
/// those that it holds for.
#[test]
fn a_container_that_is_listed_meanwhile_is_filtered_alike() {
    for is_in_order in [false, true] {
        let mut places = SetBuilder::new();
        for number in (0..40_i64).rev() {
            places.insert_place(number * 7 % 40, number);
        }
        let places = Value::Set(places.finish().expect("small"));
        let others = closure(Operation::BindLeft {
            function: named("difference"),
            fixed: places.clone(),
            parameters: 1,
        });
        let has_others = closure(Operation::Chain {
            last: named("positive"),
            middle: named("size"),
            first: closure(Operation::Compose {
                outer: others,
                inner: named("initset"),
            }),
        });
        let condition = closure(Operation::Fork {
            outer: named("both"),
            left: composed("even", "first"),
            right: has_others,
        });
        let seen = seen(
            ("sfilter", "totuple"),
            &condition,
            &places,
            1_000_000,
            is_in_order,
        );
        let expected = places.items().expect("a set").filter(|place| {
            let (row, _) = place.as_pair().expect("a place");
            row % 2 == 0
        });
        let expected = Value::set(expected).expect("small");
        assert!(
            seen.contains(&format!("then {};", canonical::text(&expected))),
            "{seen}"
        );
    }
}

/// What a set and the items of several sets come to, kept as sets or listed.
#[test]
fn a_set_is_combined_with_items_as_with_a_list_of_them() {
    let places = |first: i64, count: i64| {
        let places = (0..count).map(|number| Value::pair(number * 5 % 7, first + number));
        Value::set(places).expect("small")
    };
    let mut context = Context::new(&ARC_DSL, Budget::of_steps(1_000_000));
    for count in [3, 9, 40] {
        let sets = vec![places(0, count), places(2, count), places(9, count)];
        let sets = Value::tuple(sets).expect("small");
        let chained = called(&mut context, "merge", &[sets]);
        let listed = Value::tuple(chained.items().expect("a tuple").collect()).expect("small");
        let first = places(4, 12);
        let mut combined = |items: &Value| {
            let both = [first.clone(), items.clone()];
            canonical::text(&called(&mut context, "combine", &both))
        };
        let items = first
            .items()
            .expect("a set")
            .chain(listed.items().expect("a tuple"));
        let expected = canonical::text(&Value::set(items).expect("small"));
        assert_eq!(combined(&chained), expected);
        assert_eq!(combined(&listed), expected);
    }
}
