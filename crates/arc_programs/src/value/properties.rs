//! The fast forms against the general form.

use proptest::prelude::*;

use super::affine::{Axis, Coordinate, Movement};
use super::order::{Comparison, compare};
use super::{CellLayout, Failure, Kind, Set, SetBuilder, SmallPatch, Tuple, Value, canonical};

/// What objects of cells `(row, column, colour)` are.
const OBJECT: Kind = Kind::Object(CellLayout::RowFirst);

/// The ends of the range of integers that fast forms of grids and rows hold, with
/// what lies just beyond.
pub(crate) fn ends_of_bytes() -> impl Strategy<Value = i64> {
    prop_oneof![126..=130_i64, -130..=-127_i64]
}

/// Grids of integers, up to this many rows and as many columns: each of few
/// colours, of some negative ones, or of such as lie at an end of what the fast
/// form holds.
pub(crate) fn grid(largest_side: usize) -> impl Strategy<Value = Value> {
    let colours = prop_oneof![
        4 => Just((0_i64, 4)),
        3 => Just((-2, 10)),
        1 => Just((126, 128)),
        1 => Just((126, 131)),
        1 => Just((-128, -125)),
        1 => Just((-130, -126)),
    ];
    let sides = 1..=largest_side;
    (sides.clone(), sides, colours).prop_flat_map(|(height, width, (first, end))| {
        let colour = (first..end).prop_map(Value::Integer);
        let row = prop::collection::vec(colour, width);
        let row = row.prop_map(|cells| Value::tuple(cells).expect("small"));
        prop::collection::vec(row, height).prop_map(|rows| Value::tuple(rows).expect("small"))
    })
}

/// Values of all kinds, many of them in a fast form or nearly so.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let atom = prop_oneof![
        4 => (-2..12_i64).prop_map(Value::Integer),
        1 => any::<i64>().prop_map(Value::Integer),
        1 => ends_of_bytes().prop_map(Value::Integer),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => Just(Value::NAN),
        1 => Just(Value::Float(f64::INFINITY)),
        1 => Just(Value::Float(1.0)),
        1 => Just(Value::None),
    ];
    let leaf = prop_oneof![3 => atom, 1 => grid(4)];
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

    #[test]
    fn what_is_left_of_a_set_is_a_set(
        whole in prop::collection::vec(-50..50_i64, 0..80),
        others in prop::collection::vec(-50..50_i64, 0..20),
    ) {
        let set = |items: &[i64]| {
            Set::from_values(items.iter().copied().map(Value::Integer)).expect("small")
        };
        let (a, b) = (set(&whole), set(&others));
        // Much the larger one is copied, and its elements are discarded.
        let left = a.difference(&b).expect("small");
        let mut builder = SetBuilder::new();
        builder.merge(&b);
        let left_of_builder = a.difference_from_builder(&builder).expect("small");
        prop_assert_eq!(canonical::text(&left.clone().into()), canonical::text(&left_of_builder.into()));
        let expected = whole.iter().filter(|item| !others.contains(item));
        prop_assert!(left.equals(&set(&expected.copied().collect::<Vec<_>>())));
        prop_assert_eq!(left.iter().count(), left.len());
        prop_assert!(left.iter().all(|item| left.contains(&item) && !b.contains(&item)));
        let copied = left.copied().expect("small");
        prop_assert!(copied.equals(&left) && left.is_subset(&a));
        prop_assert!(left.union(&b).expect("small").equals(&a.union(&b).expect("small")));
        prop_assert!(left.intersection(&b).expect("small").is_empty());
    }

    #[test]
    fn patches_move_alike_in_all_forms(
        cells in prop::collection::vec((-9..9_i64, -9..9_i64, 0..9_i64), 1..12),
        steps in prop::collection::vec((0..4_u8, prop_oneof![-5..5_i64, Just(i64::from(i32::MIN))]), 0..3),
        are_exchanged in any::<bool>(),
    ) {
        let coordinate = |axis| {
            let start = Coordinate::of(axis);
            steps.iter().fold(start, |coordinate, (operator, constant)| {
                let constant = Value::Integer(*constant);
                match operator {
                    0 => coordinate.plus(constant),
                    1 => coordinate.minus(constant),
                    2 => coordinate.subtracted_from(constant),
                    _ => coordinate.times(constant),
                }
            })
        };
        let axes = match are_exchanged {
            true => [Axis::Column, Axis::Row],
            false => [Axis::Row, Axis::Column],
        };
        let [row, column] = axes.map(coordinate);
        let movement = Movement { row, column };
        let items = cells.iter().map(|(row, column, colour)| Value::triple(*row, *column, *colour));
        let tuple = Value::tuple(items.clone().collect()).expect("small");
        let set = Value::set(items.clone()).expect("small");
        if let Some(affine) = movement.affine() {
            let mut expected = SetBuilder::new();
            for (row, column, colour) in &cells {
                let place = movement.apply(&Value::Integer(*row), &Value::Integer(*column));
                let (row, column) = place.expect("nothing overflows");
                let cell = Value::tuple_of_three(row, column, Value::Integer(*colour));
                expected.insert(cell.expect("small"));
            }
            let expected = expected.finish().expect("small");
            for patch in [&tuple, &set] {
                let patch = SmallPatch::of_kind(patch, OBJECT).expect("small cells");
                prop_assert!(patch.moved(&affine).expect("small").equals(&expected));
            }
        }
        let views = [&tuple, &set].map(|patch| SmallPatch::of_any(patch).expect("small cells"));
        prop_assert_eq!(views[0].bounds(), views[1].bounds());
        for (row, column, colour) in cells {
            prop_assert!(views.iter().all(|patch| patch.has_cell(row, column, colour)));
        }
    }
}
