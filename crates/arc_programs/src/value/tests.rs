//! What the vectors do not reach.

use std::cmp::Ordering;

use super::order::{sort, sorted, sorted_at};
use super::{Census, Failure, Grid, Measure, Value, canonical, number};

/// `((((…))))`, nested this deep.
fn nested(depth: u32) -> Result<Value, Failure> {
    let mut value = Value::EMPTY_TUPLE;
    for _ in 1..depth {
        value = Value::tuple(vec![value])?;
    }
    Ok(value)
}

#[test]
fn deep_values_are_refused() {
    assert!(nested(Measure::DEPTH).is_ok());
    assert_eq!(nested(Measure::DEPTH + 1).unwrap_err(), Failure::TooDeep);
    let deepest = nested(Measure::DEPTH).unwrap();
    assert_eq!(Value::set([deepest]).unwrap_err(), Failure::TooDeep);
}

#[test]
fn values_that_are_large_as_trees_are_refused() {
    let mut value = Value::tuple(vec![Value::None; 2]).unwrap();
    let failure = loop {
        match Value::tuple(vec![value.clone(), value]) {
            Ok(larger) => value = larger,
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure, Failure::TooLarge);
}

#[test]
fn integers_overflow_into_failures() {
    let (least, greatest) = (Value::Integer(i64::MIN), Value::Integer(i64::MAX));
    let (one, minus_one) = (Value::Integer(1), Value::Integer(-1));
    assert_eq!(number::add(&greatest, &one).unwrap_err(), Failure::Overflow);
    assert_eq!(number::negate(&least).unwrap_err(), Failure::Overflow);
    assert_eq!(
        number::floor_divide(&least, &minus_one).unwrap_err(),
        Failure::Overflow
    );
    assert_eq!(
        canonical::text(&number::modulo(&least, &minus_one).unwrap()),
        "0"
    );
}

#[test]
fn floats_divide_like_python() {
    let infinity = Value::Float(f64::INFINITY);
    let divided = |a: &Value, b: &Value| canonical::text(&number::floor_divide(a, b).unwrap());
    assert_eq!(divided(&infinity, &Value::Integer(2)), "nan");
    assert_eq!(divided(&Value::Integer(1), &infinity), "0.0");
    assert_eq!(divided(&Value::Integer(-1), &infinity), "-1.0");
    assert_eq!(
        number::floor_divide(&infinity, &Value::Integer(0)).unwrap_err(),
        Failure::DivisionByZero
    );
}

#[test]
fn floats_print_like_python() {
    let texts = [1e16, 1e15, 1e-5, 0.0001, 1.5e300, -0.0, 2.5].map(canonical::float_text);
    assert_eq!(
        texts,
        [
            "1e+16",
            "1000000000000000.0",
            "1e-05",
            "0.0001",
            "1.5e+300",
            "-0.0",
            "2.5"
        ]
    );
}

#[test]
fn numbers_of_one_value_are_equal_whatever_their_kind() {
    assert!(Value::Integer(1).equals(&Value::Boolean(true)));
    assert!(Value::Integer(1).equals(&Value::Float(1.0)));
    // The nearest float is another number.
    assert!(!Value::Integer((1 << 53) + 1).equals(&Value::Float(9_007_199_254_740_992.0)));
    assert_eq!(Value::Float(1.0).hash(), Value::Integer(1).hash());
    // From CPython: hash(0.5), hash(-2.5), hash(1e300).
    assert_eq!(Value::Float(0.5).hash(), 1_152_921_504_606_846_976);
    assert_eq!(Value::Float(-2.5).hash(), -1_152_921_504_606_846_978);
    assert_eq!(Value::Float(1e300).hash(), 1_224_995_262_755_759_164);
}

#[test]
fn nan_is_found_but_not_equal() {
    assert!(!Value::NAN.equals(&Value::NAN));
    let tuple = Value::tuple(vec![Value::NAN]).unwrap();
    assert!(tuple.contains(&Value::NAN).unwrap());
    assert!(tuple.equals(&tuple));
}

#[test]
fn sorting_is_stable_downwards_too() {
    let keys = [1, 2, 1, 2].map(Value::Integer);
    assert_eq!(sort(&keys, true).unwrap(), [1, 3, 0, 2]);
    assert_eq!(sort(&keys, false).unwrap(), [0, 2, 1, 3]);
}

#[test]
fn one_place_of_an_order_is_that_of_all() {
    let integers = [3, 1, 3, -7, 0, 1, i64::MIN, i64::MAX, 3].map(Value::Integer);
    let booleans = [true, false, true].map(Value::Boolean);
    for keys in [&integers[..], &integers[..1], &booleans] {
        for reversed in [false, true] {
            let all = sort(keys, reversed).unwrap();
            let each = (0..keys.len()).map(|place| sorted_at(keys, reversed, place).unwrap());
            assert_eq!(each.collect::<Vec<_>>(), all);
        }
    }
    let mixed = [Value::Integer(1), Value::None];
    assert_eq!(sorted_at(&mixed, true, 0), Err(Failure::WrongType));
}

#[test]
fn sorting_without_an_order_fails() {
    let mixed = [Value::Integer(1), Value::EMPTY_TUPLE];
    assert_eq!(sorted(&mixed, false).unwrap_err(), Failure::WrongType);
    assert!(sorted(&mixed[..1], false).is_ok());
}

#[test]
fn partial_orders_sort_as_in_cpython() {
    // Each line: the subsets to sort by inclusion, as bits; whether reversed;
    // the order in which CPython 3.11.7 leaves them.
    let records = include_str!("../../../../fixtures/vectors/sorts.jsonl");
    for record in records.lines() {
        let record: serde_json::Value = serde_json::from_str(record).unwrap();
        let subset = |bits: &serde_json::Value| {
            let bits = bits.as_u64().unwrap();
            Value::set(
                (0..8)
                    .filter(|bit| bits >> bit & 1 == 1)
                    .map(Value::Integer),
            )
            .unwrap()
        };
        let keys: Vec<Value> = record["sets"]
            .as_array()
            .unwrap()
            .iter()
            .map(subset)
            .collect();
        let order = sort(&keys, record["reverse"].as_bool().unwrap()).unwrap();
        assert_eq!(serde_json::json!(order), record["order"], "{record}");
    }
}

#[test]
fn grids_and_rows_of_signed_bytes_have_the_fast_form() {
    let row = |first: i64| {
        let items = [first, 0, -2, 127].map(Value::Integer);
        Value::tuple(items.to_vec()).unwrap()
    };
    let is_fast_row = |first| row(first).as_tuple().unwrap().as_bytes().is_some();
    let is_fast_grid = |first| {
        let grid = Value::tuple(vec![row(first), row(3)]).unwrap();
        grid.as_grid().is_some()
    };
    for first in [-128, -1, 127] {
        assert!(is_fast_row(first) && is_fast_grid(first), "{first}");
    }
    for first in [-129, 128, 255] {
        assert!(!is_fast_row(first) && !is_fast_grid(first), "{first}");
    }
    // CPython's, in which −1 hashes like −2.
    assert_eq!(row(-1).hash(), 3_269_940_743_968_954_186);
    let grid = Value::tuple(vec![row(-1), row(-2)]).unwrap();
    assert_eq!(grid.hash(), -6_002_503_834_005_695_222);
}

#[test]
fn a_census_is_the_same_of_bytes_and_of_values() {
    let colours: [&[i8]; 4] = [
        &[3, 1, 1, 3, 0, 9],
        &[-1, 8, 8, -1, 0, 0],
        &[127, -128, 5, 5],
        &[7],
    ];
    for bytes in colours {
        let grid = Grid::new(1, bytes.len(), bytes.to_vec()).unwrap();
        let values = bytes.iter().map(|byte| Value::Integer((*byte).into()));
        let expected = Census::of_values(values);
        let count = |colour: &Value| grid.count(colour.as_integer().unwrap());
        let text = |value: Value| value.to_string();
        for colour in expected.ranked() {
            // Before the census is kept, and with it.
            let before = count(colour);
            assert_eq!(before, expected.count(colour), "{colour:?} in {bytes:?}");
            assert_eq!(grid.census().count(colour), before);
            assert_eq!(count(colour), before);
        }
        assert_eq!((grid.count(6), grid.count(1 << 40)), (0, 0));
        let census = grid.census();
        for side in [Ordering::Less, Ordering::Greater] {
            let extreme = |census: &Census| text(census.extreme(side).unwrap().unwrap());
            assert_eq!(extreme(census), extreme(&expected), "{bytes:?}");
        }
        let palette = |census: &Census| text(census.palette().unwrap().into());
        // Asked again, it is the same.
        assert_eq!(palette(census), palette(census));
        assert_eq!(palette(census), palette(&expected));
        let texts = |values: Vec<&Value>| values.into_iter().cloned().map(text).collect::<Vec<_>>();
        assert_eq!(texts(census.ranked()), texts(expected.ranked()));
        let rising = |census: &Census| text(Value::tuple(census.rising().unwrap()).unwrap());
        assert_eq!(rising(census), rising(&expected));
    }
}

#[test]
fn occurrences_are_counted_beyond_a_byte() {
    let grid = Grid::from_fn(40, 40, |row, _| if row < 30 { 4 } else { -4 }).unwrap();
    assert_eq!((grid.count(4), grid.count(-4)), (1200, 400));
    assert_eq!(grid.census().count(&Value::Integer(4)), 1200);
}
