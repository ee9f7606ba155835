//! Evaluation with a memo against evaluation without.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::dsl::{Budget, REFERENCE};
use crate::value::{canonical, properties};

impl Memo {
    /// Remembers from the first step on.
    pub(in crate::dsl) fn at_once(&mut self) {
        self.spent_before = 0;
    }

    pub(in crate::dsl) fn never(&mut self) {
        self.spent_before = u64::MAX;
    }

    fn answered(&self) -> u32 {
        self.uses.iter().map(|uses| uses.answered).sum()
    }
}

fn named(name: &str) -> Value {
    Value::Primitive(REFERENCE.find(name).expect("a primitive"))
}

fn made(name: &str, arguments: &[Value]) -> Value {
    let mut context = Context::new(&REFERENCE, Budget::of_steps(1_000));
    let primitive = REFERENCE.named(name).expect("a primitive");
    primitive.call(&mut context, arguments)
}

/// Primitives that may be called with so many arguments.
fn primitive(arguments: usize) -> impl Strategy<Value = Value> {
    let all = REFERENCE.primitives().iter();
    let fitting = all.filter(|own| own.required() == arguments);
    let names: Vec<&str> = fitting.map(|own| own.name).collect();
    select(names).prop_map(named)
}

/// Functions of one argument, that look at patches, mostly, and at which
/// closures are which.
fn function() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        3 => primitive(1),
        3 => select(vec!["size", "identity", "toindices", "center", "normalize", "first",
            "palette_f", "asobject", "color", "totuple", "ulcorner"])
            .prop_filter_map("a name of the dialect", |name| REFERENCE.find(name))
            .prop_map(Value::Primitive),
        1 => properties::value().prop_map(|own| made("lbind", &[named("equality"), own])),
    ];
    plain.prop_recursive(3, 8, 3, |inner| {
        let binary = prop_oneof![
            primitive(2),
            select(vec!["equality", "astuple", "compose", "lbind", "combine"])
                .prop_filter_map("a name of the dialect", |name| REFERENCE.find(name))
                .prop_map(Value::Primitive)
        ];
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| made("compose", &[a, b])),
            (binary, inner.clone(), inner.clone()).prop_map(|(a, b, c)| made("fork", &[a, b, c])),
            // What primitives that take functions yield is remembered too.
            (
                select(vec!["apply", "mapply", "sfilter", "mfilter_f"]),
                inner.clone()
            )
                .prop_map(|(looping, own)| made("lbind", &[named(looping), own])),
            // Two calls of one function yield two sets: one met with itself would be copied.
            (select(vec!["intersection", "combine"]), inner)
                .prop_map(|(meet, own)| made("fork", &[named(meet), own.clone(), own])),
        ]
    })
}

fn items() -> impl Strategy<Value = Vec<Value>> {
    let place = (0..4_i64, 0..4_i64).prop_map(|(row, column)| Value::pair(row, column));
    let patch = prop::collection::vec(place.clone(), 0..5)
        .prop_map(|places| Value::set(places).expect("small"));
    let item = prop_oneof![
        place,
        patch,
        properties::grid(3),
        properties::value(),
        primitive(1)
    ];
    prop::collection::vec(item, 4..7)
}

/// A function that makes another of its argument, and calls that on items:
/// `x -> apply(compose(function, lbind(pairing, x)), items)` or the like.
fn loop_over(items: Value, looping: &str, function: Value, pairing: Value) -> Value {
    let looped = match looping {
        "get_arg_rank" | "get_val_rank" => {
            let ranked = made("rbind", &[named(looping), Value::Integer(-1)]);
            made("lbind", &[ranked, items])
        }
        "apply" | "apply_t" | "apply_f" => made("rbind", &[named(looping), items]),
        _ => made("lbind", &[named(looping), items]),
    };
    let composed = made("lbind", &[named("compose"), function]);
    let bound = made("lbind", &[named("lbind"), pairing]);
    made("chain", &[looped, composed, bound])
}

/// All that may be seen of a call: its value, the steps that it left, how many
/// calls failed, and whether it met a limit.
fn seen(context: &mut Context, arguments: &[Value]) -> (String, u64, u64, bool) {
    let primitive = REFERENCE.named("apply_t").expect("a primitive");
    let value = primitive.call(context, arguments);
    (
        canonical::text(&value),
        context.steps_left(),
        context.failures(),
        context.is_exhausted(),
    )
}

/// Goes so much deeper, and calls there.
fn seen_at(depth: u32, context: &mut Context, arguments: &[Value]) -> (String, u64, u64, bool) {
    if depth == 0 {
        return seen(context, arguments);
    }
    context.enter().expect("not too deep");
    let found = seen_at(depth - 1, context, arguments);
    context.leave();
    found
}

#[test]
fn nobody_can_tell_an_answer_from_memory() {
    let loops = [
        "apply",
        "apply_t",
        "sfilter",
        "argmax",
        "order",
        "extract",
        "get_arg_rank",
        "get_val_rank",
        "mapply",
    ];
    let called = (
        items(),
        items(),
        select(loops.to_vec()),
        function(),
        primitive(2),
    );
    let answered = std::cell::Cell::new(0_u32);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let outcome = runner.run(&called, |(outer, inner, looping, function, pairing)| {
        let inner = Value::tuple(inner).expect("small");
        let function = loop_over(inner, looping, function, pairing);
        let again = [outer.as_slice(), &outer, &outer].concat();
        let outer = Value::tuple(again).expect("small");
        let arguments = [function, outer];
        let compare = |budget: u64, depth: u32| {
            let [mut with, mut without] =
                [(), ()].map(|()| Context::new(&REFERENCE, Budget::of_steps(budget)));
            with.memo_mut().at_once();
            without.memo_mut().never();
            let from_memory = seen_at(depth, &mut with, &arguments);
            prop_assert_eq!(&from_memory, &seen_at(depth, &mut without, &arguments));
            answered.set(answered.get() + with.memo().answered());
            Ok(budget - without.steps_left())
        };
        let steps = compare(100_000, 0)?;
        for budget in (0..=steps).step_by(1 + steps as usize / 60) {
            compare(budget, 0)?;
        }
        for depth in Context::DEPTH - 6..=Context::DEPTH {
            compare(100_000, depth)?;
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(
        answered.get() > 10_000,
        "{} answers from memory",
        answered.get()
    );
}

/// Two calls yield two sets, though they are equal. One met with itself is copied, which
/// has another order than one that is met with another.
#[test]
fn what_two_calls_yield_is_not_one_set() {
    let places = |rows: i64| {
        let all = (0..rows).flat_map(|row| (0..3).map(move |column| Value::pair(row, column)));
        Value::set(all.collect::<Vec<_>>()).expect("small")
    };
    let around = made("lbind", &[named("mapply"), named("neighbors")]);
    let below = made("lbind", &[named("greater"), Value::Integer(99)]);
    let is_near = made("compose", &[below, named("first")]);
    let near = made("rbind", &[named("sfilter"), is_near]);
    let mut answered = 0;
    for (meet, own) in ["intersection", "combine"]
        .into_iter()
        .flat_map(|meet| [(meet, &around), (meet, &near)])
    {
        let again = made("compose", &[named("identity"), own.clone()]);
        let function = made("fork", &[named(meet), own.clone(), again]);
        for rows in 1..30 {
            let thrice = Value::tuple(vec![places(rows); 3]).expect("small");
            let arguments = [function.clone(), thrice];
            let [mut with, mut without] =
                [(), ()].map(|()| Context::new(&REFERENCE, Budget::of_steps(1_000_000)));
            with.memo_mut().at_once();
            without.memo_mut().never();
            without.forbid_shortcuts();
            assert_eq!(seen(&mut with, &arguments), seen(&mut without, &arguments));
            answered += with.memo().answered();
        }
    }
    assert!(answered > 100, "{answered} answers from memory");
}
