//! The primitives' fast ways against their general ones: what they yield, and
//! what they cost.
//!
//! Each primitive is called with arguments that its hints ask for, mostly: calls
//! that fail at once would hold any two ways equal. So it is also asked of each
//! primitive that some of its calls come to an end without a failure.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::hint::Hint;
use super::{Budget, Context, DIALECTS, Dialect, Primitive, REFERENCE};
use crate::value::affine::{Axis, Coordinate, Movement};
use crate::value::properties::{self, Form, ends_of_bytes, in_form, value};
use crate::value::{PrimitiveId, Set, SmallPatch, Value, canonical};

/// How many calls of a primitive are compared in a round, unless `PROPTEST_CASES` says.
const CALLS: u32 = 32;

/// How many rounds there are at most until a call of a primitive succeeds. Of the
/// rarest two in a round do.
const ROUNDS: u32 = 10;

fn grid() -> impl Strategy<Value = Value> {
    properties::grid(6)
}

fn colour() -> impl Strategy<Value = i64> {
    prop_oneof![12 => 0..4_i64, 4 => -2..10_i64, 1 => ends_of_bytes()]
}

fn integer() -> impl Strategy<Value = Value> {
    prop_oneof![30 => -2..10_i64, 1 => ends_of_bytes()].prop_map(Value::Integer)
}

fn boolean() -> impl Strategy<Value = Value> {
    any::<bool>().prop_map(Value::Boolean)
}

fn pair() -> impl Strategy<Value = Value> {
    (-2..7_i64, -2..7_i64).prop_map(|(row, column)| Value::pair(row, column))
}

fn cell(dialect: &Dialect) -> impl Strategy<Value = Value> + use<> {
    let layout = dialect.cells();
    (-1..6_i64, -1..6_i64, colour())
        .prop_map(|(row, column, colour)| [row, column, colour].map(Value::Integer))
        .prop_map(move |[row, column, colour]| layout.cell(row, column, colour).expect("small"))
}

fn items(item: impl Strategy<Value = Value>) -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(item, 0..9)
}

fn set(item: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    items(item).prop_map(|items| Value::set(items).expect("small"))
}

fn tuple(item: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    items(item).prop_map(|items| Value::tuple(items).expect("small"))
}

fn function(dialect: &Dialect) -> impl Strategy<Value = Value> + use<> {
    let simple = dialect.primitives().iter().enumerate();
    let simple = simple.filter(|(_, primitive)| primitive.required() == 1);
    let ids: Vec<u16> = simple.map(|(id, _)| id as u16).collect();
    select(ids).prop_map(|id| Value::Primitive(PrimitiveId(id)))
}

/// Values that a hint asks for, as far as fast forms know them.
fn hinted(dialect: &'static Dialect, hint: Hint) -> BoxedStrategy<Value> {
    let (cell, function) = (|| cell(dialect), || function(dialect));
    match hint {
        Hint::Grid => grid().boxed(),
        Hint::Boolean => boolean().boxed(),
        Hint::Integer
        | Hint::F_
        | Hint::FL
        | Hint::R_
        | Hint::I_
        | Hint::J_
        | Hint::R4
        | Hint::R8
        | Hint::A4
        | Hint::A8 => integer().boxed(),
        Hint::C_ => prop_oneof![
            9 => colour().prop_map(Value::Integer),
            // Equal to a colour.
            1 => (0..3_i32).prop_map(|colour| Value::Float(f64::from(colour))),
        ]
        .boxed(),
        Hint::Numerical => prop_oneof![integer(), pair()].boxed(),
        Hint::IJ | Hint::IntegerTuple => pair().boxed(),
        Hint::Cell => cell().boxed(),
        Hint::Indices => set(pair()).boxed(),
        Hint::Object => set(cell()).boxed(),
        Hint::Patch => prop_oneof![set(pair()), set(cell()), tuple(cell())].boxed(),
        Hint::Objects => set(set(cell())).boxed(),
        Hint::IndicesSet => set(set(pair())).boxed(),
        Hint::Element => prop_oneof![grid(), set(cell())].boxed(),
        Hint::Piece => prop_oneof![grid(), set(pair()), set(cell())].boxed(),
        Hint::TTT_iii => tuple(tuple(cell())).boxed(),
        Hint::Samples => {
            let sample = (grid(), grid());
            let sample = sample.prop_map(|(input, output)| Value::tuple_of_two(input, output));
            tuple(sample.prop_map(|sample| sample.expect("small"))).boxed()
        }
        Hint::Callable => function().boxed(),
        Hint::IntegerSet => set(integer()).boxed(),
        Hint::FrozenSet => prop_oneof![
            set(integer()),
            set(pair()),
            set(cell()),
            set(set(cell())),
            set(function()),
        ]
        .boxed(),
        Hint::Tuple => {
            prop_oneof![tuple(integer()), tuple(pair()), grid(), tuple(function())].boxed()
        }
        Hint::TupleTuple => prop_oneof![tuple(pair()), tuple(tuple(cell())), grid()].boxed(),
        Hint::ContainerContainer => {
            prop_oneof![tuple(pair()), tuple(set(cell())), set(set(cell())), grid()].boxed()
        }
        Hint::Container | Hint::Any => prop_oneof![
            tuple(integer()),
            set(pair()),
            tuple(grid()),
            grid(),
            tuple(function()),
        ]
        .boxed(),
        // Most parameters without a hint are functions.
        Hint::Missing => prop_oneof![function(), tuple(integer()), grid()].boxed(),
    }
}

fn arguments(dialect: &'static Dialect, primitive: &Primitive) -> Vec<BoxedStrategy<Value>> {
    let parameters = primitive.parameters.iter();
    let argument = |hint| prop_oneof![9 => hinted(dialect, hint), 1 => value()].boxed();
    parameters.map(|own| argument(own.hint)).collect()
}

/// What a call came to.
#[derive(Debug, PartialEq)]
struct Called {
    /// The canonical text of what it yields.
    text: String,
    /// What it cost.
    steps: u64,
    /// How many calls failed in it, itself included.
    failures: u64,
}

/// A call with its arguments in a form; `None` where it met a limit.
fn called(
    dialect: &'static Dialect,
    primitive: &Primitive,
    arguments: &[Value],
    form: Form,
) -> Option<Called> {
    let arguments: Vec<Value> = arguments.iter().map(|own| in_form(own, form)).collect();
    called_as_given(dialect, primitive, &arguments)
}

/// A call; `None` where it met a limit.
fn called_as_given(
    dialect: &'static Dialect,
    primitive: &Primitive,
    arguments: &[Value],
) -> Option<Called> {
    const STEPS: u64 = 1_000_000;
    let mut context = Context::new(dialect, Budget::of_steps(STEPS));
    let value = primitive.call(&mut context, arguments);
    (!context.is_exhausted()).then(|| Called {
        text: canonical::text(&value),
        steps: STEPS - context.steps_left(),
        failures: context.failures(),
    })
}

/// The same argument, the sets of places and cells in it made larger, by operations
/// that leave their order to who asks for it: each time the same ones.
fn with_history(value: &Value, choice: usize) -> Value {
    let all = |items: &mut dyn Iterator<Item = Value>| -> Vec<Value> {
        items.map(|item| with_history(&item, choice)).collect()
    };
    match value {
        Value::Set(set) => match SmallPatch::of_any(value) {
            Some(_) => Value::Set(grown(set, choice)),
            None => Value::set(all(&mut set.iter())).expect("as small as it was"),
        },
        Value::Tuple(tuple) if value.as_grid().is_none() => {
            Value::tuple(all(&mut tuple.iter())).expect("as small as it was")
        }
        _ => value.clone(),
    }
}

/// A larger set, whose order is not known yet.
fn grown(set: &Set, choice: usize) -> Set {
    let mut values: Vec<Value> = set.iter().collect();
    values.sort_by_key(|value| (value.as_pair(), value.as_triple()));
    let start = Set::from_values(values).expect("small");
    let moved = |set: &Set, down: i64, right: i64| {
        let movement = Movement {
            row: Coordinate::of(Axis::Row).plus(Value::Integer(down)),
            column: Coordinate::of(Axis::Column).plus(Value::Integer(right)),
        };
        let affine = movement.affine().expect("small");
        let value = Value::Set(set.clone());
        let patch = SmallPatch::of_any(&value).expect("a set of places or cells");
        patch.moved(&affine).expect("small")
    };
    let right = moved(&start, 0, 1 + choice as i64 % 3);
    let wide = start.union(&right).expect("small");
    let large = wide
        .union(&moved(&wide, 2, choice as i64 % 2))
        .expect("small");
    match choice % 5 {
        0 => large,
        1 => moved(&large, -1, 1),
        2 => large.difference(&start).expect("small"),
        3 => large.lacking(&right).expect("small"),
        _ => large.intersection(&moved(&large, 1, 0)).expect("small"),
    }
}

/// Asks for the order of all sets in a value.
fn walk(value: &Value) {
    if let Ok(items) = value.items() {
        items.for_each(|item| walk(&item));
    }
}

/// How many calls of a primitive are compared in a round.
fn calls() -> u32 {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default().cases,
        None => CALLS,
    }
}

/// Compares calls of a primitive whose arguments' orders are not known yet with
/// calls where they are.
fn compare_histories(dialect: &'static Dialect, primitive: &Primitive) {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(calls())
    };
    let cases = (arguments(dialect, primitive), 0..30_usize);
    let compared = TestRunner::new(config).run(&cases, |(arguments, choice)| {
        let with_history = || -> Vec<Value> {
            let arguments = arguments.iter();
            arguments.map(|own| with_history(own, choice)).collect()
        };
        let walked = with_history();
        walked.iter().for_each(walk);
        let beforehand = called_as_given(dialect, primitive, &walked);
        let on_demand = called_as_given(dialect, primitive, &with_history());
        let texts: Vec<String> = walked.iter().map(canonical::text).collect();
        prop_assert_eq!(
            on_demand,
            beforehand,
            "{}: {}({})",
            dialect.name(),
            primitive.name,
            texts.join(", ")
        );
        Ok(())
    });
    if let Err(error) = compared {
        panic!("{error}");
    }
}

#[test]
fn order_on_demand_yields_and_costs_what_order_beforehand_does() {
    for dialect in DIALECTS {
        let primitives = dialect.primitives().iter();
        primitives.for_each(|primitive| compare_histories(dialect, primitive));
    }
}

/// Compares calls of a primitive with equal arguments in all forms; how many had
/// no failure in them.
fn compare(dialect: &'static Dialect, primitive: &Primitive) -> u32 {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(calls())
    };
    let succeeded = Cell::new(0);
    let compared = TestRunner::new(config).run(&arguments(dialect, primitive), |arguments| {
        let called = |form| called(dialect, primitive, &arguments, form);
        let (fast, general) = (called(Form::Fast), called(Form::General));
        let texts: Vec<String> = arguments.iter().map(canonical::text).collect();
        let call = format!(
            "{}: {}({})",
            dialect.name(),
            primitive.name,
            texts.join(", ")
        );
        if fast != general {
            let what = format!("{call}: {fast:?}, not {general:?}");
            return Err(TestCaseError::fail(what));
        }
        // What is yielded for booleans is equal, and need not look the same.
        let of_booleans = called(Form::Boolean).map(|called| called.steps);
        let steps = fast.as_ref().map(|called| called.steps);
        if steps != of_booleans {
            let what = format!("{call}: {steps:?} steps, {of_booleans:?} with booleans");
            return Err(TestCaseError::fail(what));
        }
        let is_success = fast.is_some_and(|called| called.failures == 0);
        succeeded.set(succeeded.get() + u32::from(is_success));
        Ok(())
    });
    if let Err(error) = compared {
        panic!("{error}");
    }
    succeeded.get()
}

#[test]
fn equal_arguments_yield_and_cost_the_same_in_all_forms() {
    for dialect in DIALECTS {
        let primitives = dialect.primitives().iter();
        let never_succeeded: Vec<&str> = primitives
            .filter(|primitive| (0..ROUNDS).all(|_| compare(dialect, primitive) == 0))
            .map(|primitive| primitive.name)
            .collect();
        let name = dialect.name();
        assert!(
            never_succeeded.is_empty(),
            "{name}: only failures: {never_succeeded:?}"
        );
    }
}

/// A grid beyond ARC's shapes of which few cells are coloured, as many a canvas is.
fn canvas() -> impl Strategy<Value = Value> {
    let shape = (select(vec![1, 2, 3, 5, 33, 95]), 31..130_usize);
    shape.prop_flat_map(|(height, width)| {
        let cells = prop::collection::vec((0..height, 0..width, 1..4_i64), 0..30);
        cells.prop_map(move |cells| {
            let mut rows = vec![vec![Value::Integer(0); width]; height];
            for (row, column, colour) in cells {
                rows[row][column] = Value::Integer(colour);
            }
            let rows = rows.into_iter().map(Value::tuple);
            Value::tuple(rows.collect::<Result<_, _>>().expect("small")).expect("small")
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn objects_of_canvases_are_found_in_the_order_of_the_general_search(
        canvas in canvas(),
        name in select(vec!["o_g", "o_g_t"]),
        way in 0..8_i64,
    ) {
        let primitive = REFERENCE.named(name).expect("a primitive");
        let arguments = [canvas, Value::Integer(way)];
        let fast = called(&REFERENCE, primitive, &arguments, Form::Fast).expect("within the limits");
        let general = called(&REFERENCE, primitive, &arguments, Form::General);
        prop_assert_eq!(Some(fast), general);
    }
}
