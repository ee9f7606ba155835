//! Calls that fail in all rows alike, of which one is made.
//!
//! Most of what a mutation makes is wrong in this way: a set where a number was meant, in a loop
//! over hundreds of places. Each of these calls raises in the reference, and row by row that is the
//! dearest way to come to nothing. Which primitives fail by what kinds of values they are given,
//! and by no integer in them, is said where they are declared (`#[fails_alike]`).

use super::super::Primitive;
use super::super::charge::Meter;
use super::{Column, Columns};
use crate::value::{Failure, Value};

impl Columns<'_> {
    /// What calls of a primitive yield where they fail in all rows alike, for an argument that is not
    /// what it takes. `None` where they may not, and then nothing is spent.
    pub(super) fn failing_alike(
        &mut self,
        primitive: &'static Primitive,
        arguments: &[&Column],
    ) -> Option<Column> {
        let are_alike = || arguments.iter().all(|own| own.is_of_one_kind());
        if !primitive.fails_alike || self.rows == 0 || !are_alike() {
            return None;
        }
        let before = self.context.checkpoint();
        let failed = self.failing_in_first_row(primitive, arguments);
        match failed.is_some() {
            true => self.at_once += 1,
            false => self.context.put_back(before),
        }
        failed.map(Column::Same)
    }

    /// What a call yields that fails in the first row, paid for in all of them.
    fn failing_in_first_row(
        &mut self,
        primitive: &'static Primitive,
        arguments: &[&Column],
    ) -> Option<Value> {
        let meter = Meter::of(self.context);
        let values = arguments.iter().map(|own| own.value(0).ok());
        let values: Vec<Value> = values.collect::<Option<_>>()?;
        let value = primitive.call(self.context, &values);
        let has_failed = meter.charge(self.context).failures == 1 && !self.context.is_exhausted();
        match self.context.last_failure().filter(|_| has_failed)? {
            Failure::WrongType | Failure::WrongValue => self.pay_for_others(&meter)?,
            _ => return None,
        }
        Some(value)
    }
}

impl Column {
    /// Whether the values in all rows are of one kind, and so are their parts: which integers are in
    /// them is all that may differ, and all are so small that nothing leaves 64 bits.
    fn is_of_one_kind(&self) -> bool {
        match self {
            Column::Same(_) | Column::Booleans(_) => true,
            Column::Integers(integers) => integers.iter().all(|own| i32::try_from(*own).is_ok()),
            Column::Tuples(parts) => parts.iter().all(Column::is_of_one_kind),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::super::call::call;
    use super::super::super::testing::{self, bound_right, closure};
    use super::super::super::{ARC_DSL, Budget, Context, Dialect, Primitive, REFERENCE};
    use super::super::calls::Known;
    use super::*;
    use crate::value::{Operation, canonical};

    /// Columns of values of one kind: the same in all of these rows, or integers, or made of them.
    fn columns(rows: usize) -> impl Strategy<Value = Column> {
        let integers = move || {
            let ends = [i32::MIN, i32::MAX].map(i64::from).to_vec();
            let integer = prop_oneof![8 => -3..12_i64, 1 => select(ends)];
            prop::collection::vec(integer, rows).prop_map(Column::integers)
        };
        let same = select(vec![
            Value::None,
            Value::NAN,
            Value::Integer(3),
            Value::Boolean(true),
            Value::EMPTY_TUPLE,
            Value::empty_set(),
            Value::pair(1, 2),
            Value::triple(1, 2, 3),
            Value::tuple(vec![Value::pair(1, 2), Value::Integer(4)]).expect("small"),
            Value::tuple(vec![Value::pair(1, 2); 4]).expect("small"),
            Value::set(vec![Value::pair(1, 2)]).expect("small"),
            Value::set(vec![Value::triple(1, 2, 3), Value::triple(0, 2, 3)]).expect("small"),
            Value::set(vec![Value::Integer(1)]).expect("small"),
            named("add"),
        ]);
        let part = prop_oneof![
            3 => integers(),
            2 => same.prop_map(Column::Same),
            1 => prop::collection::vec(any::<bool>(), rows).prop_map(Column::Booleans),
        ];
        part.prop_recursive(2, 8, 3, |part| {
            prop::collection::vec(part, 1..4).prop_map(Column::Tuples)
        })
    }

    fn named(name: &str) -> Value {
        testing::named(&REFERENCE, name)
    }

    #[test]
    fn a_loop_in_which_all_calls_fail_is_made_at_once() {
        let place = |row: i64| Value::pair(row, 2 * row);
        let pairs = (0..40).map(|row| Value::tuple_of_two(place(row), place(7)).expect("small"));
        let pairs: Vec<Value> = pairs.collect();
        let [wrong_key, no_such_item] = [
            bound_right(named("order"), named("positive")),
            bound_right(named("get_nth_t"), Value::Integer(-6)),
        ];
        let last = bound_right(named("get_nth_t"), Value::Integer(-1));
        for left in [wrong_key, no_such_item] {
            let function = closure(Operation::Fork {
                outer: named("connect"),
                left,
                right: last.clone(),
            });
            let mut context = Context::new(&REFERENCE, Budget::of_steps(10_000));
            let mut columns = Columns::new(&mut context, pairs.len(), Known::default());
            let results = columns
                .results(&function, &Column::of_pairs(pairs.clone()))
                .expect("columns");
            assert!(matches!(&results, Column::Same(lines) if lines.equals(&Value::empty_set())));
            assert_eq!(columns.row_by_row(), 0);
            let in_columns = (context.failures(), context.steps_left());
            let mut context = Context::new(&REFERENCE, Budget::of_steps(10_000));
            for pair in &pairs {
                let line = call(&mut context, &function, &[pair]).expect("a closure");
                assert!(line.equals(&Value::empty_set()));
            }
            assert_eq!((context.failures(), context.steps_left()), in_columns);
        }
    }

    /// Pairs by keys that differ from row to row, some of which are equal.
    #[test]
    fn pairs_are_ordered_in_columns_as_one_by_one() {
        let pair = |row: i64| Value::tuple_of_two(Value::pair(row % 5, 3), Value::pair(2, row % 4));
        let pairs: Vec<Value> = (0..40).map(|row| pair(row).expect("small")).collect();
        let last = bound_right(named("get_nth_t"), Value::Integer(-1));
        for key in [named("first"), last, named("positive")] {
            let function = bound_right(named("order"), key);
            let mut context = Context::new(&REFERENCE, Budget::of_steps(10_000));
            let mut columns = Columns::new(&mut context, pairs.len(), Known::default());
            let results = columns
                .results(&function, &Column::of_pairs(pairs.clone()))
                .expect("columns");
            assert_eq!(columns.row_by_row(), 0);
            let left = context.steps_left();
            let mut context = Context::new(&REFERENCE, Budget::of_steps(10_000));
            for (row, pair) in pairs.iter().enumerate() {
                let ordered = call(&mut context, &function, &[pair]).expect("a closure");
                assert!(ordered.equals(&results.value(row).expect("small")));
            }
            assert_eq!(context.steps_left(), left);
        }
    }

    /// The primitives of a dialect of which it is said.
    fn failing_alike(
        dialect: &'static Dialect,
    ) -> impl Strategy<Value = (&'static Dialect, &'static Primitive)> {
        let all = dialect.primitives().iter();
        let own: Vec<&Primitive> = all.filter(|own| own.fails_alike).collect();
        select(own).prop_map(move |own| (dialect, own))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// What is said of a primitive, that its calls fail alike.
        #[test]
        fn calls_that_are_said_to_fail_alike_do(
            (dialect, primitive) in prop_oneof![failing_alike(&REFERENCE), failing_alike(&ARC_DSL)],
            arguments in prop::collection::vec(columns(4), 1..=2),
        ) {
            let arguments = &arguments[..primitive.arity().min(arguments.len())];
            prop_assert!(arguments.iter().all(Column::is_of_one_kind));
            let called = |row| {
                let values: Vec<Value> = arguments.iter().map(|own| own.value(row).unwrap()).collect();
                let mut context = Context::new(dialect, Budget::of_steps(10_000));
                let value = canonical::text(&primitive.call(&mut context, &values));
                let why = context.last_failure().filter(|_| context.failures() > 0);
                (why, value, context.failures(), context.steps_left())
            };
            let first = called(0);
            if first.2 == 1 && matches!(first.0, Some(Failure::WrongType | Failure::WrongValue)) {
                for row in 1..4 {
                    prop_assert_eq!(called(row), first.clone(), "{} {:?}", primitive.name, arguments);
                }
            }
        }
    }
}
