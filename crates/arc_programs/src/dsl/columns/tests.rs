//! Calls in columns against the same calls one by one.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::super::testing::{bound, bound_left, closure, named};
use super::super::{ARC_DSL, Budget, Context, Dialect, Primitive, REFERENCE};
use super::Memory;
use crate::value::{Failure, Operation, PrimitiveId, Product, Value, canonical};

/// The primitives that take this many arguments, those with a way in columns more
/// often than others.
fn primitive(dialect: &'static Dialect, arguments: usize) -> BoxedStrategy<Value> {
    let ids = move |is_in: fn(&Primitive) -> bool| -> Vec<Value> {
        let all = dialect.primitives().iter().enumerate();
        let own = all.filter(|(_, own)| own.arity() == arguments && is_in(own));
        own.map(|(id, _)| Value::Primitive(PrimitiveId(id as u16)))
            .collect()
    };
    let with_a_way = ids(|own| own.in_columns.is_some());
    prop_oneof![4 => select(with_a_way), 1 => select(ids(|_| true))].boxed()
}

fn integer() -> impl Strategy<Value = i64> {
    prop_oneof![40 => -3..12_i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN)]
}

fn small() -> impl Strategy<Value = i64> {
    -2..9_i64
}

fn pair() -> impl Strategy<Value = Value> {
    (small(), small()).prop_map(|(row, column)| Value::pair(row, column))
}

fn cell(dialect: &'static Dialect) -> BoxedStrategy<Value> {
    let parts = (small(), small(), 0..4_i64);
    parts
        .prop_map(move |cell| small_cell(dialect, cell))
        .boxed()
}

fn small_cell(dialect: &'static Dialect, (row, column, colour): (i64, i64, i64)) -> Value {
    let [row, column, colour] = [row, column, colour].map(Value::Integer);
    dialect.cells().cell(row, column, colour).expect("small")
}

/// Those of these names that a dialect has.
fn known(dialect: &'static Dialect, names: Vec<&'static str>) -> Vec<&'static str> {
    let own = names.into_iter();
    own.filter(|name| dialect.find(name).is_some()).collect()
}

fn set(item: impl Strategy<Value = Value>, items: usize) -> impl Strategy<Value = Value> {
    let items = prop::collection::vec(item, 0..items);
    items.prop_map(|items| Value::set(items).expect("small"))
}

fn tuple(item: impl Strategy<Value = Value>, items: usize) -> impl Strategy<Value = Value> {
    let items = prop::collection::vec(item, 0..items);
    items.prop_map(|items| Value::tuple(items).expect("small"))
}

fn pair_of(item: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let items = prop::collection::vec(item, 2);
    items.prop_map(|items| Value::tuple(items).expect("small"))
}

/// What a function is bound to.
fn fixed(dialect: &'static Dialect) -> BoxedStrategy<Value> {
    prop_oneof![
        4 => integer().prop_map(Value::Integer),
        4 => pair(),
        1 => cell(dialect),
        1 => any::<bool>().prop_map(Value::Boolean),
        2 => set(cell(dialect), 12),
        2 => set(pair(), 12),
        1 => tuple(pair(), 6),
        1 => Just(Value::EMPTY_TUPLE),
        1 => Just(Value::NAN),
    ]
    .boxed()
}

/// The product of two containers, or of one with itself.
fn product(dialect: &'static Dialect) -> impl Strategy<Value = Value> {
    let item = prop_oneof![
        2 => set(cell(dialect), 6),
        2 => pair(),
        1 => set(pair(), 6),
        1 => cell(dialect),
        1 => small().prop_map(Value::Integer),
        1 => any::<bool>().prop_map(Value::Boolean),
    ];
    let factor = prop_oneof![
        2 => set(set(cell(dialect), 6), 12),
        1 => set(pair(), 12),
        1 => tuple(item.clone(), 8),
        1 => set(item, 8),
    ];
    (factor.clone(), prop::option::of(factor)).prop_map(|(lefts, rights)| {
        let rights = rights.unwrap_or_else(|| lefts.clone());
        let product = Product::of(&lefts, &rights).expect("containers");
        Value::Set(product.into_set().expect("small"))
    })
}

/// Containers of what columns hold, of some that they do not, and of few items.
fn container(dialect: &'static Dialect) -> BoxedStrategy<Value> {
    prop_oneof![
        4 => set(pair(), 60),
        3 => set(cell(dialect), 60),
        2 => set(integer().prop_map(Value::Integer), 40),
        2 => tuple(pair(), 40),
        2 => set(pair_of(prop_oneof![pair(), cell(dialect), set(cell(dialect), 6), set(pair(), 6)]), 30),
        2 => set(pair_of(pair()), 40),
        1 => tuple(pair_of(set(cell(dialect), 4)), 30),
        4 => product(dialect),
        2 => tuple(cell(dialect), 40),
        2 => tuple(integer().prop_map(Value::Integer), 40),
        1 => set(set(cell(dialect), 4), 12),
        1 => tuple(fixed(dialect), 20),
    ]
    .boxed()
}

/// Functions of one argument.
fn function(dialect: &'static Dialect) -> BoxedStrategy<Value> {
    let named = move |name: &str| named(dialect, name);
    let bound = || {
        let part = prop_oneof![3 => fixed(dialect), 1 => primitive(dialect, 1)];
        (primitive(dialect, 2), part, any::<bool>())
            .prop_map(|(function, fixed, is_left)| bound(function, fixed, is_left))
    };
    let distance = set(cell(dialect), 6).prop_map(move |patch| {
        let outer = bound_left(named("manhattan"), patch);
        let inner = named("initset");
        closure(Operation::Compose { outer, inner })
    });
    let side = (
        select(vec!["connect", "hmatching", "vmatching", "astuple"]),
        select(match dialect.find("last_t") {
            Some(_) => vec![("first", "last_t"), ("get_nth_f", "get_nth_t")],
            None => vec![("first", "last")],
        }),
    );
    let of_both_sides = side.prop_map(move |(outer, sides)| {
        let side = |name: &str, rank| match name.starts_with("get") {
            true => closure(Operation::BindRight {
                function: named(name),
                fixed: Value::Integer(rank),
                parameters: 1,
            }),
            false => named(name),
        };
        closure(Operation::Fork {
            outer: named(outer),
            left: side(sides.0, 0),
            right: side(sides.1, -1),
        })
    });
    let leaf =
        prop_oneof![6 => primitive(dialect, 1), 6 => bound(), 1 => distance, 2 => of_both_sides];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        prop_oneof![
            3 => (inner.clone(), inner.clone())
                .prop_map(|(outer, inner)| closure(Operation::Compose { outer, inner })),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(
                |(last, middle, first)| closure(Operation::Chain { last, middle, first })
            ),
            3 => (primitive(dialect, 2), inner.clone(), inner.clone()).prop_map(
                |(outer, left, right)| closure(Operation::Fork { outer, left, right })
            ),
            1 => (inner.clone(), fixed(dialect))
                .prop_map(|(function, target)| closure(Operation::Match { function, target })),
            1 => (inner.clone(), 2..4_u64)
                .prop_map(|(function, count)| closure(Operation::Repeat { function, count })),
            2 => loop_within(dialect, inner.clone()),
        ]
    })
    .boxed()
}

/// Loops whose function is made for each item of the loop around them.
fn loop_within(dialect: &'static Dialect, function: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let named = move |name: &str| named(dialect, name);
    let makers = select(vec!["lbind", "rbind"]);
    let maker =
        (makers, primitive(dialect, 2)).prop_map(move |(name, of)| bound_left(named(name), of));
    let maker = prop_oneof![
        1 => maker.clone(),
        2 => (function.clone(), maker).prop_map(move |(outer, inner)| {
            let outer = bound_left(named("compose"), outer);
            closure(Operation::Compose { outer, inner })
        }),
        1 => function.prop_map(move |of| bound_left(named("matcher"), of)),
    ];
    let ranked = (
        select(vec!["get_arg_rank", "get_val_rank", "get_arg_rank_t"]),
        -2..3_i64,
    );
    let ranked = ranked.prop_map(move |(name, rank)| {
        closure(Operation::BindRight {
            function: named(name),
            fixed: Value::Integer(rank),
            parameters: 2,
        })
    });
    let plain = select(vec![
        "argmax", "argmin", "valmax", "valmin", "sfilter", "order",
    ]);
    let keyed = match dialect.find("get_arg_rank") {
        Some(_) => prop_oneof![2 => ranked, 1 => plain.prop_map(named)].boxed(),
        None => plain.prop_map(named).boxed(),
    };
    (keyed, container(dialect), maker)
        .prop_map(|(keyed, container, inner)| {
            let outer = bound_left(keyed, container);
            closure(Operation::Compose { outer, inner })
        })
        .boxed()
}

/// What is seen of a call: the text of what it yields, the steps that are left, how many calls
/// failed, whether a limit was met, and what ended the program.
type Seen = (String, u64, u64, bool, Option<Failure>);

/// A call of a primitive of a dialect.
type Call = (&'static Dialect, &'static str, Vec<Value>);

/// A call of a primitive that calls a function on the items of a container.
fn call(dialect: &'static Dialect) -> impl Strategy<Value = Call> {
    let names = vec![
        "apply",
        "apply_t",
        "sfilter",
        "sfilter_f",
        "mfilter",
        "mapply",
        "argmax",
        "valmin",
        "order",
        "get_arg_rank",
    ];
    (
        select(known(dialect, names)),
        function(dialect),
        container(dialect),
        -2..3_i64,
    )
        .prop_map(move |(name, function, container, rank)| {
            let arguments = match name {
                "apply" | "apply_t" | "mapply" => vec![function, container],
                "get_arg_rank" => vec![container, function, Value::Integer(rank)],
                _ => vec![container, function],
            };
            (dialect, name, arguments)
        })
}

/// The wording of a function, for a person to read.
fn wording(dialect: &'static Dialect, function: &Value) -> String {
    match function {
        Value::Primitive(id) => {
            let primitive = dialect.primitive(*id);
            primitive.map_or_else(String::new, |own| own.name.to_owned())
        }
        Value::Closure(closure) => {
            let parts = closure.operation().parts();
            let parts: Vec<String> = parts
                .into_iter()
                .map(|part| wording(dialect, part))
                .collect();
            let operation = format!("{:?}", closure.operation());
            let name = operation.split([' ', '{']).next().unwrap_or_default();
            format!("{name}({})", parts.join(", "))
        }
        other => canonical::text(other),
    }
}

/// What a call yields, what it leaves, whether it ended, and what ended the program.
fn called((dialect, name, arguments): &Call, steps: u64, in_columns: bool) -> Seen {
    let mut context = Context::new(dialect, Budget::of_steps(steps));
    if !in_columns {
        context.forbid_shortcuts();
    }
    seen(&mut context, (dialect, name, arguments))
}

/// The same in a context.
fn seen(
    context: &mut Context,
    (dialect, name, arguments): (&'static Dialect, &str, &[Value]),
) -> Seen {
    let primitive = dialect.named(name).expect("a primitive");
    let value = primitive.call(context, arguments);
    let text = canonical::text(&value);
    let left = (context.steps_left(), context.failures());
    (
        text,
        left.0,
        left.1,
        context.is_exhausted(),
        context.ended_by(),
    )
}

/// `PROPTEST_CASES`, or enough for a change that is wrong to be found.
fn cases() -> u32 {
    ProptestConfig::default().cases.max(4_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn calls_in_columns_are_the_calls_one_by_one(
        call in prop_oneof![call(&REFERENCE), call(&ARC_DSL)],
        steps in prop_oneof![4 => Just(1_000_000_u64), 1 => 0..3_000_u64],
    ) {
        let (at_once, one_by_one) = (called(&call, steps, true), called(&call, steps, false));
        let (dialect, name, arguments) = &call;
        let words: Vec<String> = arguments.iter().map(|own| wording(dialect, own)).collect();
        let place = format!("{}: {name}({})", dialect.name(), words.join(", "));
        prop_assert_eq!(at_once, one_by_one, "{}", place);
    }
}

/// A loop over canvases that grow, so that each item takes some hundred thousand steps and no
/// part of it is within what one may take.
#[test]
fn loops_of_dear_items_are_the_calls_one_by_one() {
    let named = |name: &str| named(&REFERENCE, name);
    let canvas = bound_left(named("canvas"), Value::Integer(3));
    let function = closure(Operation::Chain {
        last: named("size"),
        middle: named("asobject"),
        first: canvas,
    });
    let sides = (0..24).map(|side| Value::pair(200 + 4 * side, 300));
    let call = (
        &REFERENCE,
        "apply",
        vec![function, Value::tuple(sides.collect()).expect("small")],
    );
    let enough = 100_000_000;
    let (_, left, _, is_over, _) = called(&call, enough, false);
    assert!(!is_over);
    let cost = enough - left;
    assert!(cost > 24 * 100_000, "{cost} steps are not dear");
    for steps in [cost, cost - 1, cost / 2, cost / 20, 5] {
        let one_by_one = called(&call, steps, false);
        assert_eq!(called(&call, steps, true), one_by_one, "{steps} of {cost}");
    }
}

/// A function that goes over the same places for each object, and there over a
/// container with functions made for each place.
fn loops_over_the_same_places(dialect: &'static Dialect) -> impl Strategy<Value = Value> {
    let named = move |name: &str| named(dialect, name);
    let places =
        prop_oneof![3 => set(pair(), 40), 1 => set(cell(dialect), 40), 1 => tuple(pair(), 30)];
    (places, loop_within(dialect, function(dialect))).prop_map(move |(places, inner)| {
        let bound_right = |function, fixed| {
            closure(Operation::BindRight {
                function,
                fixed,
                parameters: 1,
            })
        };
        closure(Operation::Chain {
            last: bound_left(named("sfilter"), places),
            middle: bound_right(named("compose"), inner),
            first: bound_left(named("rbind"), named("equality")),
        })
    })
}

/// A function that goes over the same objects for each of them, with another function
/// around the primitive that is called on each.
fn loops_over_the_same_objects(
    dialect: &'static Dialect,
    objects: Value,
) -> impl Strategy<Value = Value> {
    let named = move |name: &str| named(dialect, name);
    prop_oneof![2 => primitive(dialect, 1), 1 => function(dialect)].prop_map(move |inner| {
        let inside = closure(Operation::BindRight {
            function: named("compose"),
            fixed: inner,
            parameters: 1,
        });
        closure(Operation::Chain {
            last: bound_left(named("sfilter"), objects.clone()),
            middle: inside,
            first: bound_left(named("lbind"), named("equality")),
        })
    })
}

/// Applying functions to objects yields the same from memory and one by one, and many calls
/// are answered from memory.
fn agree_from_memory(
    dialect: &'static Dialect,
    calls: impl Strategy<Value = (Value, Value, u64)>,
    answered: fn(&Memory) -> usize,
) {
    // A call takes as many steps as hundreds of those above.
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases() / 8));
    let all_answered = Cell::new(0);
    let outcome = runner.run(&calls, |(function, objects, steps)| {
        let words = wording(dialect, &function);
        let arguments = [function, objects];
        let [mut with, mut without] =
            [(), ()].map(|()| Context::new(dialect, Budget::of_steps(steps)));
        with.memo_mut().at_once();
        without.memo_mut().never();
        without.forbid_shortcuts();
        let from_memory = seen(&mut with, (dialect, "apply", &arguments));
        let one_by_one = seen(&mut without, (dialect, "apply", &arguments));
        prop_assert_eq!(from_memory, one_by_one, "{}", words);
        all_answered.set(all_answered.get() + answered(with.columns_mut()));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let answered = all_answered.get();
    assert!(answered > 500, "{answered} answers from memory");
}

fn budget() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(40_000_u64), 1 => 0..40_000_u64]
}

#[test]
fn columns_from_memory_are_the_calls_one_by_one() {
    let dialect = &REFERENCE;
    let objects = prop_oneof![
        container(dialect),
        set(prop_oneof![set(cell(dialect), 6), pair()], 12),
        set(small().prop_map(Value::Integer), 12),
    ];
    let calls = (loops_over_the_same_places(dialect), objects, budget());
    agree_from_memory(dialect, calls, Memory::answered);
}

#[test]
fn results_on_items_from_memory_are_the_calls_one_by_one() {
    let dialect = &REFERENCE;
    let patches =
        prop_oneof![3 => set(cell(dialect), 12), 1 => set(pair(), 12), 1 => tuple(pair(), 9)];
    let objects = prop::collection::vec(patches, 16..24);
    let objects = objects.prop_map(|objects| Value::tuple(objects).expect("small"));
    let calls = objects.prop_flat_map(|objects| {
        let function = loops_over_the_same_objects(dialect, objects.clone());
        (function, Just(objects), budget())
    });
    agree_from_memory(dialect, calls, Memory::answered_on);
}

/// A patch, mostly of a few places or cells, now and then nothing or what is no patch.
fn patch(dialect: &'static Dialect) -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => set(pair(), 14),
        4 => set(cell(dialect), 14),
        1 => Just(Value::empty_set()),
        1 => fixed(dialect),
    ]
}

/// A grid that is hardly one of bytes: cells of it are nothing, or equal to colours.
fn unlike_bytes() -> impl Strategy<Value = Value> {
    let other = prop_oneof![
        Just(Value::empty_set()),
        Just(Value::Boolean(true)),
        Just(Value::Float(2.0)),
        Just(Value::NAN),
        Just(Value::Integer(-128)),
        Just(Value::Integer(1_000)),
    ];
    let cell = prop_oneof![12 => (0..3_i64).prop_map(Value::Integer), 1 => other];
    let row = move |width: usize| {
        prop::collection::vec(cell.clone(), width..=width + usize::from(width == 4))
            .prop_map(|cells| Value::tuple(cells).expect("small"))
    };
    (1..7_usize).prop_flat_map(move |width| {
        prop::collection::vec(row(width), 1..7).prop_map(|rows| Value::tuple(rows).expect("small"))
    })
}

/// A call of a function that has a way on all items of a container at once, or knows of
/// the grid that it is called with.
fn call_at_once(dialect: &'static Dialect) -> impl Strategy<Value = Call> {
    let places = || {
        prop_oneof![
            6 => set(pair(), 40),
            1 => set(cell(dialect), 9),
            1 => set(integer().prop_map(Value::Integer), 9),
        ]
    };
    let names = || {
        select(known(
            dialect,
            vec!["apply", "apply_f", "mapply", "mapply_f"],
        ))
    };
    let named = move |name: &str| named(dialect, name);
    let moved = (names(), patch(dialect), places()).prop_map(move |(name, patch, places)| {
        (name, vec![bound_left(named("shift"), patch), places])
    });
    let cell = (0..4_i64, 0..4_i64, -1..3_i64).prop_map(move |cell| small_cell(dialect, cell));
    let objects = set(set(cell, 4), 12);
    let shown = (names(), unlike_bytes(), objects).prop_map(move |(name, grid, objects)| {
        (name, vec![bound_left(named("occurrences"), grid), objects])
    });
    let small_place = (-1..7_i64, -1..7_i64).prop_map(|(row, column)| Value::pair(row, column));
    let beside =
        (names(), unlike_bytes(), set(small_place, 30)).prop_map(move |(name, grid, places)| {
            let outer = closure(Operation::BindRight {
                function: named("toobject"),
                fixed: grid,
                parameters: 1,
            });
            let inner = named("neighbors");
            (
                name,
                vec![closure(Operation::Compose { outer, inner }), places],
            )
        });
    let calls = prop_oneof![2 => moved, 1 => shown, 1 => beside];
    calls.prop_map(move |(name, arguments)| (dialect, name, arguments))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn calls_on_all_items_at_once_are_the_calls_one_by_one(
        call in prop_oneof![call_at_once(&REFERENCE), call_at_once(&ARC_DSL)],
        steps in prop_oneof![4 => Just(1_000_000_u64), 1 => 0..3_000_u64],
    ) {
        let (at_once, one_by_one) = (called(&call, steps, true), called(&call, steps, false));
        let (dialect, name, arguments) = &call;
        let words: Vec<String> = arguments.iter().map(|own| wording(dialect, own)).collect();
        let place = format!("{}: {name}({})", dialect.name(), words.join(", "));
        prop_assert_eq!(at_once, one_by_one, "{}", place);
    }
}
