//! The fast forms against the general form.

use proptest::prelude::*;

use super::order::{Comparison, compare};
use super::{Failure, Grid, Set, Tuple, Value, canonical};

/// Values of all kinds, many of them in a fast form or nearly so.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let atom = prop_oneof![
        4 => (-2..12_i64).prop_map(Value::Integer),
        1 => any::<i64>().prop_map(Value::Integer),
        1 => (250..260_i64).prop_map(Value::Integer),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => Just(Value::NAN),
        1 => Just(Value::Float(f64::INFINITY)),
        1 => Just(Value::Float(1.0)),
        1 => Just(Value::None),
    ];
    let grid = (1..5_usize, 1..5_usize).prop_flat_map(|(height, width)| {
        prop::collection::vec(0..3_u8, height * width).prop_map(move |cells| {
            Value::from(Grid::new(height, width, cells).expect("as many cells"))
        })
    });
    let leaf = prop_oneof![3 => atom, 1 => grid];
    leaf.prop_recursive(3, 40, 5, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| Value::tuple(items).expect("small")),
            1 => prop::collection::vec(inner, 0..5)
                .prop_map(|items| Value::set(items).expect("small")),
        ]
    })
}

/// A form that a value may be kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Every tuple in its fast form, if it has one.
    Fast,
    /// Every tuple in the general form, which `()` has not.
    General,
    /// 0 and 1 as booleans, which are equal to them.
    Boolean,
}

/// The same value, or an equal one, in this form. Sets are made anew, so that
/// all forms of one have the same history.
pub(crate) fn in_form(value: &Value, form: Form) -> Value {
    let forms = |items: &mut dyn Iterator<Item = Value>| -> Vec<Value> {
        items.map(|item| in_form(&item, form)).collect()
    };
    match value {
        Value::Integer(integer @ 0..2) if form == Form::Boolean => Value::Boolean(*integer == 1),
        Value::Tuple(tuple) if !tuple.is_empty() => {
            let items = forms(&mut tuple.iter());
            let tuple = match form {
                Form::General => Tuple::general(items),
                Form::Fast | Form::Boolean => Tuple::new(items),
            };
            Value::Tuple(tuple.expect("as small as it was"))
        }
        Value::Set(set) => Value::set(forms(&mut set.iter())).expect("as small as it was"),
        _ => value.clone(),
    }
}

/// The same value with every tuple that is in no set in the general form.
fn general(value: &Value) -> Value {
    match value {
        Value::Tuple(tuple) if !tuple.is_empty() => {
            let items = tuple.iter().map(|item| general(&item)).collect();
            Value::Tuple(Tuple::general(items).expect("as small as it was"))
        }
        _ => value.clone(),
    }
}

proptest! {
    #[test]
    fn forms_are_equal_and_hash_alike(value in value()) {
        let general = general(&value);
        prop_assert!(value.same(&general) && general.same(&value));
        prop_assert_eq!(value.hash(), general.hash());
        prop_assert_eq!(value.is_true(), general.is_true());
        prop_assert_eq!(canonical::text(&value), canonical::text(&general));
    }

    #[test]
    fn forms_read_alike(value in value(), index in -6..6_i64) {
        let general = general(&value);
        prop_assert_eq!(value.length(), general.length());
        let text = |value: &Value| value.item(index).map(|item| canonical::text(&item));
        prop_assert_eq!(text(&value), text(&general));
        if let (Value::Tuple(fast), Value::Tuple(slow)) = (&value, &general) {
            let backwards = |tuple: &Tuple| canonical::text(&Value::tuple(tuple.iter().rev().collect()).expect("small"));
            prop_assert_eq!(backwards(fast), backwards(slow));
            prop_assert_eq!(canonical::text(&fast.reversed().into()), backwards(slow));
            let (start, end) = (index.unsigned_abs() as usize / 2, index.unsigned_abs() as usize);
            prop_assert!(Value::from(fast.slice(start, end)).same(&slow.slice(start, end).into()));
        }
    }

    #[test]
    fn forms_compare_alike(a in value(), b in value()) {
        prop_assert_eq!(a.same(&b), general(&a).same(&b));
        prop_assert_eq!(a.equals(&b), general(&a).equals(&general(&b)));
        if a.same(&b) {
            prop_assert_eq!(a.hash(), b.hash());
        }
        for comparison in [Comparison::Less, Comparison::GreaterOrEqual] {
            prop_assert_eq!(compare(&a, &b, comparison), compare(&general(&a), &b, comparison));
        }
    }

    #[test]
    fn forms_join_alike(a in value(), b in value()) {
        if let (Value::Tuple(a), Value::Tuple(b)) = (&a, &b) {
            let joined = a.concatenated(b).expect("small");
            let items = a.iter().chain(b.iter()).collect();
            let general = Tuple::general(items).expect("small");
            prop_assert_eq!(canonical::text(&joined.into()), canonical::text(&general.into()));
        }
    }

    #[test]
    fn sets_do_not_see_forms(items in prop::collection::vec(value(), 0..40)) {
        let order = |set: Result<Set, Failure>| canonical::text(&Value::Set(set.expect("small")));
        let generals = items.iter().map(general);
        prop_assert_eq!(order(Set::from_values(items.clone())), order(Set::from_values(generals)));
    }
}
