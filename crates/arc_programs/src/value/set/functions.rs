//! Elements with functions in them, told apart before they are put into a set.
//!
//! All functions have one hash, for CPython's follows from where they lie. So in a set of a hundred
//! thousand pairs of a function and a place, as a mutant makes them, each pair gets in the way of
//! all others of its place, and to see that it is none of them takes a look at each. Here they are
//! known by where their functions lie, and a new one is put into its slot without a look at others.

use std::hash::Hasher;
use std::sync::Arc;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxHasher;

use super::super::Value;

/// The elements of a set that have functions in them.
#[derive(Clone, Default)]
pub(super) struct Functions {
    elements: HashTable<Placed>,
    /// Whether there may be others in the set.
    are_lost: bool,
}

/// An element, and a hash of where its functions lie and of its other parts.
#[derive(Clone)]
struct Placed {
    place: u64,
    value: Value,
}

impl Functions {
    /// Whether a value with a function in it is not among them; from now on it is. `None` of any
    /// other value, and where there may be others.
    #[inline]
    pub(super) fn meet(&mut self, value: &Value) -> Option<bool> {
        let parts = match value {
            Value::Closure(_) => std::slice::from_ref(value),
            Value::Tuple(tuple) if tuple.kind_on_demand().is_none() => tuple.as_slice()?,
            _ => return None,
        };
        let is_function = |part: &Value| matches!(part, Value::Closure(_));
        if self.are_lost || !parts.iter().any(is_function) {
            return None;
        }
        let mut hasher = FxHasher::default();
        parts
            .iter()
            .for_each(|part| hasher.write_u64(place_of(part)));
        let place = hasher.finish();
        let is_same = |own: &Placed| own.place == place && own.value.same(value);
        let entry = self.elements.entry(place, is_same, |own| own.place);
        let is_new = matches!(entry, Entry::Vacant(_));
        entry.or_insert_with(|| Placed {
            place,
            value: value.clone(),
        });
        Some(is_new)
    }

    /// There may be others in the set from now on.
    pub(super) fn lose_sight(&mut self) {
        self.are_lost = true;
    }
}

/// What tells a part from others, most of the time: where a function lies, the hash of anything
/// else, and of a function from outside nothing, for it may be the same in another place.
fn place_of(value: &Value) -> u64 {
    match value {
        Value::Closure(closure) if closure.as_foreign().is_some() => 0,
        Value::Closure(closure) => Arc::as_ptr(closure).addr() as u64,
        other => other.hash().cast_unsigned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::{Closure, Operation, canonical};
    use super::super::general::General;
    use super::super::table::Table;
    use super::super::{Set, SetBuilder};
    use super::*;

    proptest! {
        /// Against a table that looks at each element in the way.
        #[test]
        fn elements_with_functions_are_those_of_a_table(
            numbers in prop::collection::vec((0..12_usize, 0..3_i64, 0..4_u8), 1..80),
            merged_at in 0..200_usize,
        ) {
            let function = |_| Closure::new(Operation::Nothing).map(Value::Closure).expect("small");
            let functions: Vec<Value> = (0..12).map(function).collect();
            let element = |(function, number, form): (usize, i64, u8)| match form {
                0 => functions[function].clone(),
                1 => Value::Integer(number),
                2 => Value::tuple_of_two(functions[function].clone(), Value::Integer(number))
                    .expect("small"),
                _ => Value::tuple_of_two(Value::pair(1, number), functions[function].clone())
                    .expect("small"),
            };
            let (mut built, mut table) = (SetBuilder::new(), Table::new());
            for (place, numbers) in numbers.into_iter().enumerate() {
                if place == merged_at {
                    let other = Set::from_values([functions[0].clone(), Value::Integer(9)]);
                    let other = other.expect("small");
                    built.merge(&other);
                    table.merge(&other.general_table());
                }
                let value = element(numbers);
                let is_new = table.insert(General::new(value.clone()));
                prop_assert_eq!(built.insert(value), is_new);
            }
            // Which function is which shows by where it lies.
            let places = |set: Set| -> Vec<(String, u64)> {
                let place = |own: Value| match &own {
                    Value::Tuple(_) => own.items().expect("a tuple").map(|own| place_of(&own)).sum(),
                    own => place_of(own),
                };
                set.iter().map(|own| (canonical::text(&own), place(own))).collect()
            };
            let expected = Set::of_general(table).expect("small");
            prop_assert_eq!(places(built.finish().expect("small")), places(expected));
        }
    }
}
