//! Hashes and set order against CPython's.

mod common;

use std::path::Path;

use arc_programs::dsl::{JsonFunctions, REFERENCE};
use arc_programs::value::{Failure, Set, SetBuilder, Value, json};
use serde_json::Value as Json;

fn decode(json: &Json) -> Value {
    json::decode(json, &mut JsonFunctions::of(&REFERENCE)).expect("arguments are values")
}

fn list(json: &Json) -> Set {
    let items = json.as_array().expect("a list");
    Set::from_values(items.iter().map(decode)).expect("small enough")
}

fn set(json: &Json) -> Set {
    decode(json).as_set().expect("a set").clone()
}

/// What the operation of a record yields.
fn outcome(operation: &str, arguments: &[Json]) -> Result<Set, Failure> {
    let both = || (set(&arguments[0]), set(&arguments[1]));
    match operation {
        "frozenset" => Ok(list(&arguments[0])),
        "copy_of_set" => list(&arguments[0]).copied(),
        "union" => both().0.union(&both().1),
        "intersection" => both().0.intersection(&both().1),
        "difference" => both().0.difference(&both().1),
        "setcomp_update" => {
            let mut set = SetBuilder::new();
            for argument in arguments {
                set.merge(&list(argument));
            }
            set.finish_copied()
        }
        _ => panic!("unknown operation {operation}"),
    }
}

fn check(path: &Path) {
    for (number, record) in common::vectors(path).iter().enumerate() {
        let operation = record["op"].as_str().expect("an operation");
        let arguments = record["args"].as_array().expect("arguments");
        if operation == "hash" {
            let hash = decode(&arguments[0]).hash();
            assert_eq!(Some(hash), record["hash"].as_i64(), "record {number}: hash");
        } else {
            let set = outcome(operation, arguments).expect("small enough");
            let ours = json::encode(&Value::Set(set), &JsonFunctions::of(&REFERENCE));
            assert_eq!(ours, record["out"], "record {number}: {operation}");
        }
    }
}

#[test]
fn the_shared_vectors_hold() {
    if let Some(path) = common::shared("vectors/sets.jsonl") {
        check(&path);
    }
}

#[test]
fn the_committed_vectors_hold() {
    check(&common::fixture("vectors/sets.jsonl"));
}
