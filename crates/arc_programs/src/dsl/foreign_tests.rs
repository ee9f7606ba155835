//! Functions from outside: called as CPython calls them, and what they raise.

use std::sync::{Arc, Mutex};

use super::call::call;
use super::{ARC_DSL, Budget, Context, Dialect, REFERENCE};
use crate::evaluation::{Evaluator, Inputs, Limits, Plan};
use crate::program::parse_expression;
use crate::value::{
    Closure, Failure, ForeignCall, ForeignFunction, Operation, Raised, Set, Value, canonical,
};

/// A function that notes what it is called with, and raises on some of it.
#[derive(Debug, Default)]
struct Noted {
    called_with: Mutex<Vec<i64>>,
    raises_on: Option<i64>,
}

impl Noted {
    fn raising_on(item: i64) -> Arc<Noted> {
        Arc::new(Noted {
            raises_on: Some(item),
            ..Noted::default()
        })
    }

    fn called_with(&self) -> Vec<i64> {
        std::mem::take(&mut self.called_with.lock().unwrap())
    }
}

impl ForeignFunction for Noted {
    fn call(&self, call: ForeignCall<'_>) -> Result<Value, Raised> {
        let item = call.arguments[0].as_integer().unwrap_or(-1);
        self.called_with.lock().unwrap().push(item);
        match self.raises_on {
            Some(raises_on) if raises_on == item => Err(Raised(Box::new(item))),
            _ => Ok(call.arguments[0].clone()),
        }
    }

    fn parameters(&self) -> Option<usize> {
        None
    }

    fn is(&self, other: &dyn ForeignFunction) -> bool {
        std::ptr::addr_eq(std::ptr::from_ref(self), std::ptr::from_ref(other))
    }
}

fn foreign(function: &Arc<Noted>) -> Value {
    Value::Closure(Closure::foreign(
        Arc::clone(function) as Arc<dyn ForeignFunction>
    ))
}

fn primitive(dialect: &Dialect, name: &str) -> Value {
    Value::Primitive(dialect.find(name).unwrap())
}

fn closure(operation: Operation) -> Value {
    Value::Closure(Closure::new(operation).unwrap())
}

fn context(dialect: &'static Dialect) -> Context {
    Context::new(dialect, Budget::of_steps(10_000_000))
}

fn integers(count: i64) -> Value {
    Value::tuple((0..count).map(Value::Integer).collect()).unwrap()
}

/// `x -> f(increment(x))`: what is called in columns where all of it is known.
fn composed(dialect: &Dialect, function: Value) -> Value {
    closure(Operation::Compose {
        outer: function,
        inner: primitive(dialect, "increment"),
    })
}

#[test]
fn each_item_is_called_once_and_in_order() {
    for dialect in [&REFERENCE, &ARC_DSL] {
        let noted = Arc::new(Noted::default());
        let function = composed(dialect, foreign(&noted));
        let items = integers(100);
        let mut context = context(dialect);
        for _ in 0..3 {
            let apply = primitive(dialect, "apply");
            let applied = call(&mut context, &apply, &[&function, &items]).unwrap();
            assert!(
                applied.equals(&Value::tuple((1..=100).map(Value::Integer).collect()).unwrap())
            );
            assert_eq!(noted.called_with(), (1..=100).collect::<Vec<_>>());
        }
        // A set is filtered by what the function says of its items as they lie in it.
        let set = Set::from_values((0..40).map(|own| Value::Integer(own * 7 % 40))).unwrap();
        let in_order: Vec<i64> = set.iter().filter_map(|own| own.as_integer()).collect();
        let arguments = [&Value::Set(set), &foreign(&noted)];
        call(&mut context, &primitive(dialect, "sfilter"), &arguments).unwrap();
        assert_eq!(noted.called_with(), in_order);
    }
}

#[test]
fn loops_within_loops_call_as_often_as_there_are_items() {
    let noted = Arc::new(Noted::default());
    let items = integers(40);
    // x -> apply(f, items), on each item: the same loop again and again, inside a closure.
    let inner = closure(Operation::BindLeft {
        function: primitive(&REFERENCE, "apply"),
        fixed: foreign(&noted),
        parameters: 1,
    });
    let constant = closure(Operation::BindRight {
        function: closure(Operation::BindLeft {
            function: primitive(&REFERENCE, "branch"),
            fixed: Value::Integer(0),
            parameters: 2,
        }),
        fixed: items.clone(),
        parameters: 1,
    });
    let outer = closure(Operation::Compose {
        outer: inner,
        inner: constant,
    });
    let mut context = context(&REFERENCE);
    call(
        &mut context,
        &primitive(&REFERENCE, "apply"),
        &[&outer, &items],
    )
    .unwrap();
    let expected: Vec<i64> = (0..40).flat_map(|_| 0..40).collect();
    assert_eq!(noted.called_with(), expected);
}

#[test]
fn forks_call_as_often_as_they_have_sides() {
    let noted = Arc::new(Noted::default());
    // x -> apply(f, (0, 1, …)), which is the same function on both sides.
    let applied = closure(Operation::Compose {
        outer: closure(Operation::BindLeft {
            function: primitive(&ARC_DSL, "apply"),
            fixed: foreign(&noted),
            parameters: 1,
        }),
        inner: primitive(&ARC_DSL, "identity"),
    });
    let fork = closure(Operation::Fork {
        outer: primitive(&ARC_DSL, "equality"),
        left: applied.clone(),
        right: applied,
    });
    let value = call(&mut context(&ARC_DSL), &fork, &[&integers(30)]).unwrap();
    assert!(value.equals(&Value::Boolean(true)));
    let expected: Vec<i64> = (0..30).chain(0..30).collect();
    assert_eq!(noted.called_with(), expected);
}

#[test]
fn what_it_raises_ends_all_and_comes_back() {
    for dialect in [&REFERENCE, &ARC_DSL] {
        let noted = Noted::raising_on(20);
        let function = composed(dialect, foreign(&noted));
        let mut context = context(dialect);
        let items = integers(100);
        for name in ["apply", "mapply", "order", "argmax"] {
            context.refill(Budget::of_steps(1_000_000));
            let arguments = match name {
                "apply" | "mapply" => [&function, &items],
                _ => [&items, &function],
            };
            call(&mut context, &primitive(dialect, name), &arguments).unwrap();
            assert!(context.is_exhausted() && !context.has_ended_program());
            assert_eq!(noted.called_with(), (1..=20).collect::<Vec<_>>(), "{name}");
            let Raised(raised) = context.take_raised().expect("what was raised");
            assert_eq!(raised.downcast_ref::<i64>(), Some(&20));
            assert!(context.take_raised().is_none());
        }
        // As before, and what was raised is forgotten.
        context.refill(Budget::of_steps(1_000_000));
        let value = call(&mut context, &foreign(&noted), &[&Value::Integer(1)]).unwrap();
        assert!(value.equals(&Value::Integer(1)) && !context.is_exhausted());
    }
}

#[test]
fn it_is_itself_alone_as_often_as_it_comes_in() {
    let (one, other) = (Arc::new(Noted::default()), Arc::new(Noted::default()));
    assert!(foreign(&one).equals(&foreign(&one)) && foreign(&one).same(&foreign(&one)));
    assert!(!foreign(&one).equals(&foreign(&other)));
    assert_eq!(foreign(&one).hash(), foreign(&other).hash());
    assert_eq!(canonical::text(&foreign(&one)), "<fn>");
    let set = Set::from_values([&one, &other, &one].map(foreign)).unwrap();
    assert!(set.len() == 2 && set.contains(&foreign(&other)));
    // Where they lie is the same in each run.
    let again = Set::from_values([&one, &other].map(foreign)).unwrap();
    assert!(set.iter().zip(again.iter()).all(|(a, b)| a.equals(&b)));
}

#[test]
fn parameters_that_nobody_counts_cannot_be_bound() {
    let function = foreign(&Arc::new(Noted::default()));
    let arguments = [&function, &Value::Integer(1)];
    let mut context = context(&ARC_DSL);
    call(&mut context, &primitive(&ARC_DSL, "rbind"), &arguments).unwrap();
    assert_eq!(context.ended_by(), Some(Failure::NoAttribute));
}

#[test]
fn a_program_that_is_given_one_ends_where_it_raises() {
    for dialect in [&REFERENCE, &ARC_DSL] {
        let noted = Noted::raising_on(2);
        let text = "combine(apply(first(I), last(I)), apply(first(I), astuple(FIVE, SIX)))";
        let program = parse_expression(text).unwrap();
        let plan = Plan::of_result(dialect, &program).unwrap();
        let inputs = |items| Inputs {
            samples: Value::EMPTY_TUPLE,
            input: Value::tuple(vec![foreign(&noted), integers(items)]).unwrap(),
            expected: Value::None,
        };
        let mut evaluator = Evaluator::new();
        let evaluation = evaluator.evaluate(&plan, &inputs(4), Limits::default());
        assert!(evaluation.result().is_none() && !evaluation.is_complete());
        assert!(evaluation.ended().is_empty());
        assert!(evaluator.take_raised().is_some());
        assert_eq!(noted.called_with(), [0, 1, 2]);
        // The evaluator is as good as new.
        let evaluation = evaluator.evaluate(&plan, &inputs(2), Limits::default());
        assert!(evaluation.result().is_some());
        assert!(evaluator.take_raised().is_none());
    }
}
