//! Functions that are called again and again on what they yield.
//!
//! `power(f, 30)` mostly stands for "as long as there is something to do": it takes one row away
//! after the other and, where none is left to be taken, yields what it is given. So where a call
//! yields what it was called on, all that follow do too, and none of them is made.
//!
//! # Nobody can tell
//!
//! What is called on the very same object, or on a grid of the same cells, yields the same, spends
//! and fails as much. That is charged for each call that is left, if all of them can be paid. A
//! function from outside is called as often as CPython would call it.

use super::call::call;
use super::charge::Meter;
use super::context::Context;
use crate::value::{Outcome, Value};

/// What a function yields that is called on an argument, and so often in all on what it yields.
///
/// # Errors
/// Those of [`call`].
pub(super) fn call_repeatedly(
    context: &mut Context,
    function: &Value,
    count: u64,
    argument: &Value,
) -> Outcome {
    let mut value = argument.clone();
    // In Python each but the last is called by a closure that is called by the one before;
    // this one's is entered.
    context.room_for_frames(count.saturating_sub(1))?;
    let foreign_calls = context.foreign_calls();
    for left in (0..count).rev() {
        let meter = Meter::of(context);
        // A call of a primitive that runs out of budget is no failure.
        context.spend(1)?;
        let next = call(context, function, &[&value])?;
        if left > 0
            && next.is_surely(&value)
            && context.allows_shortcuts()
            && context.foreign_calls() == foreign_calls
            && !context.is_exhausted()
            && let Some(charge) = meter.charge(context).times(left)
            && Meter::of(context).allows(&charge)
        {
            charge.again(context)?;
            return Ok(next);
        }
        value = next;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::call::call;
    use super::super::testing::{bound_left, bound_right, closure, named};
    use super::super::{ARC_DSL, Budget, Context, Dialect, REFERENCE};
    use crate::value::{
        Closure, ForeignCall, ForeignFunction, Operation, Raised, SetBuilder, Value, canonical,
    };

    fn repeated(function: Value, count: u64) -> Value {
        closure(Operation::Repeat { function, count })
    }

    fn composed(outer: Value, inner: Value) -> Value {
        closure(Operation::Compose { outer, inner })
    }

    fn forked(outer: Value, left: Value, right: Value) -> Value {
        closure(Operation::Fork { outer, left, right })
    }

    /// Functions of a grid or a set that come to an end, and such that do not.
    fn functions(dialect: &Dialect) -> Vec<Value> {
        let own = |name: &str| {
            let found = dialect
                .find(name)
                .or_else(|| dialect.find(&format!("{name}_f")));
            Value::Primitive(found.unwrap_or_else(|| panic!("no {name}")))
        };
        let rows_without = |colour| {
            let contains = bound_left(own("contained"), Value::Integer(colour));
            bound_right(own("sfilter"), contains)
        };
        let largest = bound_right(own("argmax"), own("identity"));
        let without_largest = forked(own("remove"), largest, own("identity"));
        vec![
            own("identity"),
            own("vmirror"),
            own("size"),
            own("toindices"),
            own("normalize"),
            rows_without(1),
            composed(own("identity"), rows_without(0)),
            bound_right(own("remove"), Value::Integer(1)),
            without_largest.clone(),
            forked(own("astuple"), own("first"), own("last")),
            forked(own("astuple"), own("identity"), own("identity")),
            forked(
                own("astuple"),
                composed(own("toindices"), own("first")),
                composed(rows_without(2), own("last")),
            ),
            forked(
                own("astuple"),
                composed(without_largest, own("first")),
                own("last"),
            ),
            own("increment"),
            bound_left(own("combine"), Value::EMPTY_TUPLE),
            bound_right(own("intersection"), Value::empty_set()),
        ]
    }

    fn grid() -> impl Strategy<Value = Value> {
        prop::collection::vec(prop::collection::vec(0..3_i64, 3..6), 1..6).prop_map(|rows| {
            let width = rows[0].len();
            let row = |row: Vec<i64>| {
                let cells = (0..width).map(|place| Value::Integer(row[place % row.len()]));
                Value::tuple(cells.collect()).expect("small")
            };
            Value::tuple(rows.into_iter().map(row).collect()).expect("small")
        })
    }

    fn places() -> impl Strategy<Value = Value> {
        prop::collection::vec((0..9_i64, 0..9_i64), 0..12).prop_map(|places| {
            let mut set = SetBuilder::new();
            for (row, column) in places {
                set.insert_place(row, column);
            }
            Value::Set(set.finish().expect("small"))
        })
    }

    fn argument() -> impl Strategy<Value = Value> {
        let pair = (places(), grid())
            .prop_map(|(first, second)| Value::tuple_of_two(first, second).expect("small"));
        prop_oneof![grid(), places(), pair, (0..5_i64).prop_map(Value::Integer)]
    }

    /// What a call yields and leaves, how often calls failed, and how it ended.
    fn seen(context: &mut Context, function: &Value, argument: &Value) -> String {
        let value = call(context, function, &[argument]);
        let text = value.map(|value| canonical::text(&value));
        let left = (context.steps_left(), context.failures(), context.ended_by());
        format!(
            "{text:?} {left:?} {:?} {}",
            context.last_failure(),
            context.is_exhausted()
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(1_000)))]

        #[test]
        fn what_is_not_called_again_yields_and_spends_as_much(
            number in any::<prop::sample::Index>(),
            argument in argument(),
            count in prop_oneof![2..40_u64, Just(u64::MAX)],
            within in select(vec![false, true]),
            steps in prop_oneof![2 => Just(4_000_u64), 1 => 0..900_u64],
        ) {
            for dialect in [&REFERENCE, &ARC_DSL] {
                let functions = functions(dialect);
                let mut function = repeated(functions[number.index(functions.len())].clone(), count);
                if within {
                    function = repeated(composed(named(dialect, "identity"), function), 3);
                }
                let mut context = Context::new(dialect, Budget::of_steps(steps));
                let found = seen(&mut context, &function, &argument);
                let mut context = Context::new(dialect, Budget::of_steps(steps));
                context.forbid_shortcuts();
                prop_assert_eq!(found, seen(&mut context, &function, &argument));
            }
        }
    }

    #[test]
    fn a_function_that_changes_nothing_is_called_once() {
        // As many calls would take years.
        let function = repeated(named(&ARC_DSL, "identity"), 1 << 40);
        let mut context = Context::new(&ARC_DSL, Budget::of_steps(u64::MAX / 2));
        let argument = Value::pair(1, 2);
        let value = call(&mut context, &function, &[&argument]);
        // Python has no frames for them, so the original's dialect does not come so far.
        assert!(value.is_err());
        let function = repeated(named(&REFERENCE, "identity"), 1 << 40);
        let mut context = Context::new(&REFERENCE, Budget::of_steps(u64::MAX / 2));
        let value = call(&mut context, &function, &[&argument]).expect("a pair");
        assert!(value.equals(&argument));
        assert!(context.steps_left() < u64::MAX / 2 - (1 << 40));
    }

    #[test]
    fn equal_sets_are_not_the_same() {
        let set = || {
            let mut set = SetBuilder::new();
            for place in 0..9 {
                set.insert_place(place, place);
            }
            Value::Set(set.finish().expect("small"))
        };
        let (one, other) = (set(), set());
        assert!(one.is_surely(&one) && !one.is_surely(&other));
        let pair = |first: &Value| Value::tuple_of_two(first.clone(), Value::None).expect("small");
        assert!(pair(&one).is_surely(&pair(&one)) && !pair(&one).is_surely(&pair(&other)));
    }

    #[derive(Debug, Default)]
    struct Counted(AtomicU64);

    impl ForeignFunction for Counted {
        fn call(&self, call: ForeignCall<'_>) -> Result<Value, Raised> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(call.arguments[0].clone())
        }

        fn parameters(&self) -> Option<usize> {
            None
        }

        fn is(&self, other: &dyn ForeignFunction) -> bool {
            std::ptr::addr_eq(std::ptr::from_ref(self), std::ptr::from_ref(other))
        }
    }

    #[test]
    fn a_function_from_outside_is_called_each_time() {
        let counted = Arc::new(Counted::default());
        let outside = Arc::clone(&counted) as Arc<dyn ForeignFunction>;
        let foreign = Value::Closure(Closure::foreign(outside));
        let function = repeated(composed(named(&ARC_DSL, "identity"), foreign), 30);
        let mut context = Context::new(&ARC_DSL, Budget::of_steps(1_000));
        call(&mut context, &function, &[&Value::Integer(1)]).expect("a number");
        assert_eq!(counted.0.load(Ordering::Relaxed), 30);
    }
}
