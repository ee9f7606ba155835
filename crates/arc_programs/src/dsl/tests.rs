//! Budgets, nesting, and calls of what is no function.

use std::time::Duration;

use super::call::call;
use super::failure_value::FailureValue;
use super::{Budget, Context, REFERENCE};
use crate::deadline::Timeout;
use crate::value::{Failure, Value, canonical, number};

fn primitive(name: &str) -> Value {
    Value::Primitive(REFERENCE.find(name).unwrap())
}

fn context() -> Context {
    Context::new(&REFERENCE, Budget::of_steps(1_000_000))
}

fn called(context: &mut Context, name: &str, arguments: &[Value]) -> Value {
    let arguments: Vec<&Value> = arguments.iter().collect();
    call(context, &primitive(name), &arguments).unwrap()
}

#[test]
fn no_key_orders_the_items_themselves() {
    let items = [3, 1, 2].map(Value::Integer);
    let tuple = Value::tuple(items.to_vec()).unwrap();
    let set = Value::set(items.clone()).unwrap();
    let zero = Value::Integer(0);
    let answers = [
        ("argmax", vec![&tuple], 3),
        ("argmax_t", vec![&tuple], 3),
        ("argmax_f", vec![&set], 3),
        ("argmin", vec![&set], 1),
        ("argmin_t", vec![&tuple], 1),
        ("argmin_f", vec![&set], 1),
    ];
    for (name, containers, expected) in answers {
        for container in containers {
            let item = called(&mut context(), name, &[container.clone(), Value::None]);
            assert!(item.equals(&Value::Integer(expected)), "{name}: {item:?}");
        }
    }
    for (name, container) in [
        ("get_arg_rank", &tuple),
        ("get_arg_rank_t", &tuple),
        ("get_arg_rank_f", &set),
    ] {
        let arguments = [container.clone(), Value::None, zero.clone()];
        let item = called(&mut context(), name, &arguments);
        assert!(item.equals(&Value::Integer(3)), "{name}: {item:?}");
    }
    for (name, container) in [("get_nth_by_key_t", &tuple), ("get_nth_by_key_f", &set)] {
        let arguments = [container.clone(), zero.clone(), Value::None];
        let item = called(&mut context(), name, &arguments);
        assert!(item.equals(&Value::Integer(1)), "{name}: {item:?}");
    }
    let ordered = called(&mut context(), "order", &[tuple.clone(), Value::None]);
    let expected = [1, 2, 3].map(Value::Integer).to_vec();
    assert!(ordered.equals(&Value::tuple(expected).unwrap()));
    // These call their key besides, which `None` is not to be.
    for name in ["valmax", "valmin_t"] {
        let value = called(&mut context(), name, &[tuple.clone(), Value::None]);
        assert!(value.equals(&zero), "{name}: {value:?}");
    }
}

#[test]
fn a_spent_budget_ends_the_call_with_its_default() {
    let mut context = context();
    let forever = [primitive("increment"), Value::Integer(i64::MAX)];
    let forever = called(&mut context, "power", &forever);
    let items = Value::set([Value::Integer(1)]).unwrap();
    let applied = called(&mut context, "apply_f", &[forever, items]);
    assert!(applied.equals(&Value::empty_set()));
    assert!(context.is_exhausted());
    // Whatever comes next fails at once, until there is a new budget.
    let one = [Value::Integer(1)];
    assert!(called(&mut context, "increment", &one).is_empty_tuple());
    context.refill(Budget::of_steps(10));
    assert!(called(&mut context, "increment", &one).equals(&Value::Integer(2)));
}

#[test]
fn a_deadline_in_the_past_ends_the_call() {
    let mut context = Context::new(
        &REFERENCE,
        Budget {
            deadline: Some(
                Timeout {
                    clock: || Duration::ZERO,
                    duration: Duration::ZERO,
                }
                .from_now(),
            ),
            ..Budget::of_steps(u64::MAX)
        },
    );
    let forever = [primitive("increment"), Value::Integer(i64::MAX)];
    let forever = called(&mut context, "power", &forever);
    assert_eq!(
        call(&mut context, &forever, &[&Value::Integer(0)]).unwrap_err(),
        Failure::OutOfBudget
    );
}

#[test]
#[allow(clippy::disallowed_types, reason = "a small stack takes a thread")]
fn functions_that_call_themselves_come_to_an_end() {
    // `x -> x(x)`, given itself, on a stack no larger than a pool's threads have.
    let run = || {
        let mut context = context();
        let singleton = called(&mut context, "rbind", &[primitive("astuple"), Value::None]);
        let parts = [primitive("rapply_t"), singleton, primitive("identity")];
        let selfish = called(&mut context, "fork", &parts);
        let ended = call(&mut context, &selfish, &[&selfish]);
        (ended.is_ok(), context.failures())
    };
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(run)
        .unwrap();
    let (ended, failures) = thread.join().unwrap();
    assert!(ended && failures > 0);
}

#[test]
fn only_functions_can_be_called() {
    let mut context = context();
    let five = Value::Integer(5);
    let failure = call(&mut context, &five, &[&five]);
    assert_eq!(failure.unwrap_err(), Failure::NotCallable);
    let applied = called(&mut context, "apply", &[five, Value::pair(1, 2)]);
    assert!(applied.is_empty_tuple());
}

#[test]
fn what_is_put_side_by_side_with_nothing_is_not_put_in_order() {
    let mut context = context();
    let cells = (0..9).map(|step| Value::triple(step, 2 * step, 5));
    let object = Value::set(cells.collect::<Vec<_>>()).unwrap();
    let moved = called(&mut context, "shift", &[object, Value::pair(1, 2)]);
    let nothing = Value::EMPTY_TUPLE;
    let is_open = || moved.as_set().unwrap().leaves_order_open();
    assert!(is_open());
    for arguments in [[nothing.clone(), moved.clone()], [moved.clone(), nothing]] {
        let [a, b] = arguments;
        let applied = called(&mut context, "papply", &[primitive("add"), a, b]);
        assert!(applied.is_empty_tuple());
        assert!(is_open());
    }
    let wrong = [primitive("add"), Value::EMPTY_TUPLE, Value::Integer(3)];
    let failures = context.failures();
    assert!(called(&mut context, "papply", &wrong).is_empty_tuple());
    assert_eq!(context.failures(), failures + 1, "a number has no items");
}

#[test]
fn arguments_may_be_left_out_where_there_is_a_default() {
    let mut context = context();
    let numbers = Value::triple(3, 1, 2);
    let least = called(
        &mut context,
        "get_nth_by_key_t",
        &[numbers.clone(), Value::Integer(0)],
    );
    assert!(least.equals(&Value::Integer(1)));
    assert!(called(&mut context, "get_nth_by_key_t", &[numbers]).is_empty_tuple());
}

#[test]
fn patches_too_far_or_too_large_for_bits_lie_to_each_other_as_any() {
    let line = |row: i64, columns: std::ops::Range<i64>| {
        Value::set(columns.map(|column| Value::pair(row, column))).unwrap()
    };
    let answers = [
        // Words of 128 columns hold these, and no further column beside the second.
        ("gravitate", line(0, 0..1), line(9, 0..126), "(8, 0)"),
        ("gravitate", line(0, 0..1), line(9, 0..128), "(8, 0)"),
        ("gravitate", line(0, 0..1), line(9, 0..129), "(8, 0)"),
        ("gravitate", line(0, 300..301), line(0, 310..311), "(0, 9)"),
        (
            "gravitate",
            line(0, -300..-299),
            line(0, 300..301),
            "(0, 42)",
        ),
        // What overlaps has to move until it does not.
        ("gravitate", line(3, 0..2), line(3, 0..1), "(-1, 0)"),
        ("vmatching", line(0, 0..128), line(9, 127..255), "True"),
        ("vmatching", line(0, 0..128), line(9, 128..256), "False"),
        ("vmatching", line(0, 0..300), line(9, 299..300), "True"),
        ("vmatching", line(0, 5..6), line(9, -700..-600), "False"),
        ("hmatching", line(-5, 0..3), line(-5, 900..901), "True"),
        ("hmatching", line(-5, 0..3), line(-4, 0..3), "False"),
    ];
    for (name, a, b, expected) in answers {
        let found = called(&mut context(), name, &[a.clone(), b.clone()]);
        assert_eq!(found.to_string(), expected, "{name}({a:?}, {b:?})");
    }
}

#[test]
fn gravitating_towards_no_place_fails_as_often_as_the_steps() {
    let source = Value::set([Value::pair(1, 2), Value::pair(1, 3)]).unwrap();
    let integers =
        |integers: &[i64]| -> Vec<Value> { integers.iter().copied().map(Value::Integer).collect() };
    let destinations = [
        Value::tuple(integers(&[0, 5, 5, 2])).unwrap(),
        Value::set(integers(&[7])).unwrap(),
        Value::tuple(vec![Value::Boolean(true), Value::pair(1, 2)]).unwrap(),
        Value::tuple(vec![Value::EMPTY_TUPLE]).unwrap(),
        Value::set([Value::tuple(vec![Value::None; 2]).unwrap()]).unwrap(),
    ];
    for destination in destinations {
        let mut at_once = context();
        let arguments = [source.clone(), destination.clone()];
        let moved_by = called(&mut at_once, "gravitate", &arguments);
        let mut one_by_one = context();
        for patch in &arguments {
            called(&mut one_by_one, "center", std::slice::from_ref(patch));
        }
        let shares = called(&mut one_by_one, "vmatching", &arguments).is_true();
        let Some((down, right)) = moved_by.as_pair() else {
            // It has no centre.
            assert!(moved_by.is_empty_tuple(), "{destination:?}: {moved_by:?}");
            continue;
        };
        assert_eq!(down.abs() + right.abs(), 42, "{destination:?}");
        assert_eq!(down != 0, shares, "{destination:?}");
        let mut moved = source.clone();
        for _ in 0..42 {
            let pair = [moved.clone(), destination.clone()];
            assert!(!called(&mut one_by_one, "adjacent", &pair).is_true());
            let step = Value::pair(down.signum(), right.signum());
            moved = called(&mut one_by_one, "shift", &[moved, step]);
        }
        assert_eq!(at_once.failures(), one_by_one.failures(), "{destination:?}");
    }
}

#[test]
fn connecting_all_pairs_is_and_costs_what_the_calls_do() {
    let places = |places: &[(i64, i64)]| {
        Value::set(
            places
                .iter()
                .map(|(row, column)| Value::pair(*row, *column)),
        )
        .unwrap()
    };
    let lefts = places(&[(0, 0), (2, 2), (5, 1), (4, 0), (0, 7), (3, -1)]);
    let others = places(&[(2, 2), (1, 4), (0, 0), (9, 9)]);
    let connect = primitive("connect");
    for rights in [&lefts, &others] {
        let mut one_by_one = context();
        one_by_one.spend(1).unwrap();
        let mut lines = Vec::new();
        for right in rights.items().unwrap() {
            for left in lefts.items().unwrap() {
                lines.push(called(&mut one_by_one, "connect", &[left, right.clone()]));
            }
        }
        let expected = Value::set(lines).unwrap();
        let cost = 1_000_000 - one_by_one.steps_left();
        let arguments = [connect.clone(), lefts.clone(), rights.clone()];
        for (steps, is_enough) in [(1_000_000, true), (cost, true), (cost - 1, false)] {
            let mut at_once = Context::new(&REFERENCE, Budget::of_steps(steps));
            let lines = called(&mut at_once, "prapply", &arguments);
            assert_eq!(at_once.is_exhausted(), !is_enough);
            assert_eq!(
                at_once.steps_left(),
                if is_enough { steps - cost } else { 0 }
            );
            if is_enough {
                let texts = |lines: &Value| -> Vec<String> {
                    let lines = lines.items().unwrap();
                    lines.map(|line| canonical::text(&line)).collect()
                };
                assert_eq!(texts(&lines), texts(&expected));
                assert_eq!(at_once.failures(), 0);
            }
        }
    }
}

#[test]
fn neighbours_are_those_beside_and_those_at_the_corners() {
    for steps in [0, 1, 2, 3, 1_000] {
        for row in [-1, 0, 1, 15, 29, 30] {
            for column in [-2, 0, 29, 30, 31] {
                let place = [Value::pair(row, column)];
                let mut whole = Context::new(&REFERENCE, Budget::of_steps(steps));
                let all = called(&mut whole, "neighbors", &place);
                let mut parts = Context::new(&REFERENCE, Budget::of_steps(steps));
                // Its own step.
                let united = match parts.spend(1) {
                    Ok(()) => {
                        let beside = called(&mut parts, "dneighbors", &place);
                        let at_corners = called(&mut parts, "ineighbors", &place);
                        number::or(&beside, &at_corners)
                    }
                    Err(failure) => Err(failure),
                };
                let united = parts.settle(united, FailureValue::OF_UNKNOWN_CALLEE);
                let seen = |context: &Context| {
                    let left = (context.steps_left(), context.failures());
                    (left, context.is_exhausted())
                };
                assert_eq!(seen(&whole), seen(&parts), "{steps} steps");
                if !whole.is_exhausted() {
                    assert_eq!(canonical::text(&all), canonical::text(&united));
                }
            }
        }
    }
}

#[test]
fn nothing_is_shown_wherever_it_is_looked_for() {
    for (height, width) in [(1, 1), (2, 5), (9, 7), (30, 30), (33, 40)] {
        for steps in [0, 3, 60, 1_000_000] {
            let row = Value::tuple(vec![Value::Integer(1); width]).unwrap();
            let grid = Value::tuple(vec![row; height]).unwrap();
            let arguments = [grid, Value::empty_set()];
            let [at_once, one_by_one] = [true, false].map(|at_once| {
                let mut context = Context::new(&REFERENCE, Budget::of_steps(steps));
                if !at_once {
                    context.forbid_shortcuts();
                }
                let found = called(&mut context, "occurrences", &arguments);
                let left = (context.steps_left(), context.failures());
                (canonical::text(&found), left, context.is_exhausted())
            });
            assert_eq!(at_once, one_by_one, "{height} x {width}, {steps} steps");
        }
    }
}
