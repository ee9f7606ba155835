//! Every primitive against the reference's answers.
//!
//! `PRIMITIVE=rot90,fill cargo test --test primitive_vectors -- --nocapture`
//! looks at some of them; `VERBOSE=20` shows more mismatches of each than the
//! first three.
#![allow(clippy::print_stdout, reason = "a report of mismatches is its purpose")]

mod common;

use std::collections::BTreeMap;
use std::env;
use std::path::Path;

use arc_programs::dsl::{Budget, Context, JsonFunctions, REFERENCE};
use arc_programs::value::{canonical, json};
use serde_json::Value as Json;

/// How one primitive fared.
#[derive(Default)]
struct Tally {
    records: usize,
    mismatches: Vec<String>,
}

/// The canonical text and the JSON of what our primitive yields, where it
/// exists.
fn ours(name: &str, arguments: &[Json]) -> Option<(String, Json)> {
    let primitive = REFERENCE.named(name)?;
    let arguments: Vec<_> = arguments
        .iter()
        .map(|argument| json::decode(argument, &mut JsonFunctions::of(&REFERENCE)))
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut context = Context::new(&REFERENCE, Budget::of_steps(10_000_000));
    let value = primitive.call(&mut context, &arguments);
    Some((
        canonical::text(&value),
        json::encode(&value, &JsonFunctions::of(&REFERENCE)),
    ))
}

/// Runs the records of the primitives that are asked for.
fn check(path: &Path) {
    let chosen = env::var("PRIMITIVE").ok();
    let is_chosen = |name: &str| match &chosen {
        Some(names) => names.split(',').any(|chosen| chosen == name),
        None => true,
    };
    let shown = env::var("VERBOSE")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(3);
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for record in common::vectors(path) {
        let name = record["fn"].as_str().expect("a name");
        if !is_chosen(name) {
            continue;
        }
        let arguments = record["args"].as_array().expect("arguments");
        let (text, encoded) = ours(name, arguments)
            .unwrap_or_else(|| panic!("a record that cannot be read: {record}"));
        let tally = tallies.entry(name.to_owned()).or_default();
        tally.records += 1;
        if encoded != record["out"] {
            let arguments: Vec<String> = arguments.iter().map(Json::to_string).collect();
            tally.mismatches.push(format!(
                "{name}({})\n    theirs {}\n    ours   {encoded}\n    text   {text}",
                arguments.join(", "),
                record["out"],
            ));
        }
    }
    let mut failed = 0;
    for (name, tally) in &tallies {
        if !tally.mismatches.is_empty() {
            failed += 1;
            println!(
                "{name}: {} of {} differ",
                tally.mismatches.len(),
                tally.records
            );
            for mismatch in tally.mismatches.iter().take(shown) {
                println!("  {mismatch}");
            }
        }
    }
    let records: usize = tallies.values().map(|tally| tally.records).sum();
    println!(
        "{} primitives, {records} records, {failed} primitives differ",
        tallies.len()
    );
    assert!(records > 0, "no record was compared");
    assert_eq!(failed, 0, "primitives that differ from the reference");
}

#[test]
fn the_shared_vectors_hold() {
    if let Some(path) = common::shared("vectors/prims.jsonl") {
        check(&path);
    }
}

#[test]
fn the_committed_vectors_hold() {
    check(&common::fixture("vectors/prims.jsonl"));
}
