//! Distances against those by their definition, and in columns against one by one.

use proptest::prelude::*;
use proptest::sample::select;

use super::extents::toindices;
use super::testing::closure;
use super::{ARC_DSL, Budget, Context, REFERENCE};
use crate::value::{Operation, Outcome, Value, canonical, number, order};

fn primitive(name: &str) -> Value {
    Value::Primitive(REFERENCE.find(name).expect("a primitive"))
}

fn set(item: impl Strategy<Value = Value>, items: usize) -> impl Strategy<Value = Value> {
    let items = prop::collection::vec(item, 1..=items);
    items.prop_map(|items| Value::set(items).expect("small"))
}

fn tuple(item: impl Strategy<Value = Value>, items: usize) -> impl Strategy<Value = Value> {
    let items = prop::collection::vec(item, 0..=items);
    items.prop_map(|items| Value::tuple(items).expect("small"))
}

/// A coordinate, now and then of what is none or far away.
fn coordinate() -> impl Strategy<Value = Value> {
    prop_oneof![
        24 => (-2..9_i64).prop_map(Value::Integer),
        1 => select(vec![i64::MAX, i64::MIN, 1 << 40, -(1 << 23)]).prop_map(Value::Integer),
        1 => select(vec![f64::INFINITY, f64::NAN, 2.0]).prop_map(Value::Float),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => Just(Value::None),
    ]
}

fn place() -> impl Strategy<Value = Value> {
    (-2..9_i64, -2..9_i64).prop_map(|(row, column)| Value::pair(row, column))
}

fn cell() -> impl Strategy<Value = Value> {
    (-2..9_i64, -2..9_i64, 0..3_i64)
        .prop_map(|(row, column, colour)| Value::triple(row, column, colour))
}

/// What a mutant has in the place of a cell: other coordinates, another colour, an object.
fn hardly_a_cell() -> impl Strategy<Value = Value> {
    let row_of_colours = tuple((0..3_i64).prop_map(Value::Integer), 4);
    let colour = prop_oneof![coordinate(), row_of_colours];
    prop_oneof![
        2 => prop::collection::vec(coordinate(), 2).prop_map(|items| Value::tuple(items).expect("small")),
        3 => (coordinate(), coordinate(), colour.clone())
            .prop_map(|(row, column, colour)| Value::tuple(vec![row, column, colour]).expect("small")),
        3 => (place(), colour).prop_map(|(place, colour)| {
            let [row, column] = place.unpack().expect("a place");
            Value::tuple(vec![row, column, colour]).expect("small")
        }),
        3 => set(cell(), 4),
        1 => tuple(coordinate(), 4),
        1 => coordinate(),
    ]
}

fn patch() -> impl Strategy<Value = Value> {
    prop_oneof![2 => set(place(), 5), 3 => set(cell(), 5), 1 => tuple(place(), 4)]
}

/// What stands where a patch is meant, and mostly is none.
fn hardly_a_patch() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => set(hardly_a_cell(), 2),
        2 => tuple(hardly_a_cell(), 3),
        1 => Just(Value::empty_set()),
        1 => coordinate(),
        2 => patch(),
    ]
}

/// What was spent, failed and met.
fn seen(context: &Context) -> (u64, u64, bool) {
    let left = context.steps_left();
    (left, context.failures(), context.is_exhausted())
}

/// `manhattan`, as it is defined.
fn by_definition(context: &mut Context, a: &Value, b: &Value) -> Outcome {
    context.spend(1)?;
    let (Ok(own @ 1..), Ok(others @ 1..)) = (a.length(), b.length()) else {
        return Ok(Value::Float(f64::INFINITY));
    };
    context.spend(own + others)?;
    context.spend(own * others)?;
    let [a, b] = [a, b].map(|patch| context.prepaid(|context| toindices(context, patch)));
    let mut distances = Vec::new();
    for from in a.items()? {
        let [row, column] = from.unpack()?;
        for to in b.items()? {
            let [to_row, to_column] = to.unpack()?;
            let down = number::absolute(&number::subtract(&row, &to_row)?)?;
            let right = number::absolute(&number::subtract(&column, &to_column)?)?;
            distances.push(number::add(&down, &right)?);
        }
    }
    order::minimum(&distances)
}

fn cases() -> u32 {
    ProptestConfig::default().cases.max(4_000)
}

/// Functions that ask for a distance to a patch, of patches.
fn distance_to(resting: Value, is_left: bool) -> Value {
    let function = primitive("manhattan");
    closure(match is_left {
        true => Operation::BindLeft {
            function,
            fixed: resting,
            parameters: 1,
        },
        false => Operation::BindRight {
            function,
            fixed: resting,
            parameters: 1,
        },
    })
}

/// A loop over places or patches with distances inside, as mutants have them.
fn looped() -> impl Strategy<Value = Vec<Value>> {
    let patches = || {
        prop_oneof![
            3 => prop::collection::vec(patch(), 16..40),
            1 => prop::collection::vec(prop_oneof![20 => patch(), 1 => hardly_a_patch()], 16..40),
        ]
    };
    let to_patches =
        (patches(), hardly_a_patch(), any::<bool>()).prop_map(|(patches, resting, is_left)| {
            vec![
                distance_to(resting, is_left),
                Value::tuple(patches).expect("small"),
            ]
        });
    let place_or_cell = || prop_oneof![2 => place(), 1 => cell(), 1 => hardly_a_cell()];
    let places = || {
        prop_oneof![
            2 => prop::collection::vec(place(), 16..40),
            1 => prop::collection::vec(cell(), 16..40),
            1 => prop::collection::vec(prop_oneof![20 => cell(), 1 => place_or_cell()], 16..40),
            // Objects, which are no places.
            1 => prop::collection::vec(set(cell(), 4), 16..40),
            1 => prop::collection::vec(hardly_a_cell(), 16..40),
        ]
    };
    let to_places =
        (places(), hardly_a_patch(), any::<bool>()).prop_map(|(places, resting, is_left)| {
            let distance = closure(Operation::Compose {
                outer: distance_to(resting, is_left),
                inner: primitive("initset"),
            });
            vec![distance, Value::tuple(places).expect("small")]
        });
    // The cell that lies furthest from each place.
    let furthest = (
        places(),
        prop::collection::vec(place_or_cell(), 1..20),
        -2..3_i64,
    )
        .prop_map(|(places, cells, rank)| {
            let ranked = closure(Operation::BindRight {
                function: primitive("get_arg_rank"),
                fixed: Value::Integer(rank),
                parameters: 2,
            });
            let bound = |function, fixed| {
                closure(Operation::BindLeft {
                    function,
                    fixed,
                    parameters: 1,
                })
            };
            let composed = closure(Operation::BindRight {
                function: primitive("compose"),
                fixed: primitive("initset"),
                parameters: 1,
            });
            let of_place = closure(Operation::Chain {
                last: composed,
                middle: bound(primitive("lbind"), primitive("manhattan")),
                first: primitive("initset"),
            });
            let cells = Value::set(cells).expect("small");
            let function = closure(Operation::Compose {
                outer: bound(ranked, cells),
                inner: of_place,
            });
            vec![function, Value::tuple(places).expect("small")]
        });
    prop_oneof![to_patches, to_places, furthest]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn a_distance_is_and_costs_what_its_definition_says(
        a in hardly_a_patch(),
        b in hardly_a_patch(),
        steps in prop_oneof![4 => Just(1_000_u64), 1 => 0..20_u64],
    ) {
        let id = REFERENCE.find("manhattan").expect("a primitive");
        let manhattan = REFERENCE.primitive(id).expect("a primitive");
        let [mut own, mut defined] =
            [(), ()].map(|()| Context::new(&REFERENCE, Budget::of_steps(steps)));
        let distance = manhattan.call(&mut own, &[a.clone(), b.clone()]);
        let outcome = by_definition(&mut defined, &a, &b);
        let expected = defined.settle(outcome, manhattan.on_failure);
        prop_assert_eq!(seen(&own), seen(&defined));
        prop_assert_eq!(canonical::text(&distance), canonical::text(&expected));
    }

    #[test]
    fn distances_in_columns_are_those_one_by_one(
        arguments in looped(),
        steps in prop_oneof![4 => Just(1_000_000_u64), 1 => 0..3_000_u64],
    ) {
        let id = REFERENCE.find("apply_t").expect("a primitive");
        let apply = REFERENCE.primitive(id).expect("a primitive");
        let [mut at_once, mut one_by_one] =
            [(), ()].map(|()| Context::new(&REFERENCE, Budget::of_steps(steps)));
        one_by_one.forbid_shortcuts();
        let distances = apply.call(&mut at_once, &arguments);
        let expected = apply.call(&mut one_by_one, &arguments);
        prop_assert_eq!(seen(&at_once), seen(&one_by_one));
        prop_assert_eq!(canonical::text(&distances), canonical::text(&expected));
    }
}

#[test]
fn what_is_no_cell_of_the_original_has_no_distance_there() {
    let id = |name| Value::Primitive(ARC_DSL.find(name).expect("a primitive"));
    let cell =
        |colour: i64, place| Value::tuple(vec![Value::Integer(colour), place]).expect("small");
    let object = Value::set([cell(5, Value::pair(3, 3))]).expect("small");
    let distance = closure(Operation::Compose {
        outer: closure(Operation::BindLeft {
            function: id("manhattan"),
            fixed: object,
            parameters: 1,
        }),
        inner: id("initset"),
    });
    let triple = |number| Value::triple(number, 1, 2);
    let nested = |number| cell(1, cell(2, Value::pair(number, 4)));
    let proper = |number| cell(1, Value::pair(number, 4));
    let places = |number| Value::pair(number, 4);
    let answers: [(&dyn Fn(i64) -> Value, bool); 4] = [
        (&triple, false),
        (&nested, false),
        (&proper, true),
        (&places, true),
    ];
    for (item, has_distances) in answers {
        let items = Value::tuple((0..40).map(item).collect()).expect("small");
        let apply = id("apply");
        let Value::Primitive(apply) = apply else {
            unreachable!("a primitive")
        };
        let apply = ARC_DSL.primitive(apply).expect("a primitive");
        let mut context = Context::new(&ARC_DSL, Budget::of_steps(100_000));
        apply.call(&mut context, &[distance.clone(), items.clone()]);
        let first = items.item(0).expect("an item");
        assert_eq!(context.has_ended_program(), !has_distances, "{first:?}");
    }
}
