//! The primitives' fast ways against their general ones.

use proptest::prelude::*;
use proptest::sample::select;

use super::hint::Hint;
use super::{Budget, Context, Primitive, REFERENCE};
use crate::value::properties::{form, value};
use crate::value::{Grid, PrimitiveId, Value, canonical};

fn grid() -> impl Strategy<Value = Value> {
    (1..7_usize, 1..7_usize).prop_flat_map(|(height, width)| {
        prop::collection::vec(0..4_u8, height * width).prop_map(move |cells| {
            Value::from(Grid::new(height, width, cells).expect("as many cells"))
        })
    })
}

fn integer() -> impl Strategy<Value = Value> {
    (-2..10_i64).prop_map(Value::Integer)
}

fn pair() -> impl Strategy<Value = Value> {
    (-2..7_i64, -2..7_i64).prop_map(|(row, column)| Value::pair(row, column))
}

fn cell() -> impl Strategy<Value = Value> {
    (-1..6_i64, -1..6_i64, 0..4_i64)
        .prop_map(|(row, column, colour)| Value::triple(row, column, colour))
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

fn function() -> impl Strategy<Value = Value> {
    let simple = REFERENCE.primitives().iter().enumerate();
    let simple = simple.filter(|(_, primitive)| primitive.required() == 1);
    let ids: Vec<u16> = simple.map(|(id, _)| id as u16).collect();
    select(ids).prop_map(|id| Value::Primitive(PrimitiveId(id)))
}

/// Values that a hint asks for, as far as fast forms know them.
fn hinted(hint: Hint) -> BoxedStrategy<Value> {
    match hint.name().unwrap_or_default() {
        "Grid" | "Element" | "Piece" => grid().boxed(),
        "Integer" | "C_" | "FL" | "F_" | "R8" | "A8" | "A4" | "R4" | "I_" | "J_" => {
            integer().boxed()
        }
        "IJ" => pair().boxed(),
        "Cell" => cell().boxed(),
        "Indices" | "IndicesSet" => set(pair()).boxed(),
        "Object" => set(cell()).boxed(),
        "Patch" => prop_oneof![set(pair()), set(cell()), tuple(cell())].boxed(),
        "Objects" => set(set(cell())).boxed(),
        "TTT_iii" => tuple(tuple(cell())).boxed(),
        "Samples" => tuple(
            (grid(), grid())
                .prop_map(|(input, output)| Value::tuple_of_two(input, output).expect("small")),
        )
        .boxed(),
        "Callable" => function().boxed(),
        "FrozenSet" | "IntegerSet" => prop_oneof![set(integer()), set(cell())].boxed(),
        "Tuple" => prop_oneof![tuple(integer()), tuple(pair()), grid()].boxed(),
        _ => prop_oneof![tuple(integer()), set(pair()), tuple(grid()), grid()].boxed(),
    }
}

fn call() -> impl Strategy<Value = (&'static Primitive, Vec<Value>)> {
    let primitives: Vec<&'static Primitive> = REFERENCE.primitives().iter().collect();
    select(primitives).prop_flat_map(|primitive| {
        let arguments: Vec<BoxedStrategy<Value>> = primitive
            .parameters
            .iter()
            .map(|parameter| prop_oneof![6 => hinted(parameter.hint), 1 => value()].boxed())
            .collect();
        (Just(primitive), arguments)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn fast_forms_yield_what_general_forms_yield((primitive, arguments) in call()) {
        let yielded = |is_fast: bool| {
            let arguments: Vec<Value> = arguments
                .iter()
                .map(|argument| form(argument, is_fast))
                .collect();
            let mut context = Context::new(&REFERENCE, Budget::of_steps(1_000_000));
            let value = primitive.call(&mut context, &arguments);
            (!context.is_exhausted()).then(|| canonical::text(&value))
        };
        let (fast, general) = (yielded(true), yielded(false));
        if fast.is_some() && general.is_some() {
            let arguments: Vec<String> = arguments.iter().map(canonical::text).collect();
            prop_assert_eq!(fast, general, "{}({})", primitive.name, arguments.join(", "));
        }
    }
}
