//! What a solver's output scores, against the reference's answers.

mod common;

use arc_programs::dsl::{JsonFunctions, REFERENCE};
use arc_programs::score;
use arc_programs::value::json;

#[test]
fn all_scores_are_the_reference_s() {
    let Some(path) = common::shared("vectors/scores.jsonl") else {
        return;
    };
    let records = common::vectors(&path);
    assert!(records.len() >= 2000, "{} records", records.len());
    let mut wrong = Vec::new();
    for record in &records {
        let value = |member: &str| {
            json::decode(&record[member], &mut JsonFunctions::of(&REFERENCE))
                .expect("a value of the encoding")
        };
        let score = score::of_solver(&value("output"), Some(&value("expected")));
        if record["score"] != score {
            wrong.push(format!("{score} for {record}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ: {}", wrong.len(), wrong[0]);
}
