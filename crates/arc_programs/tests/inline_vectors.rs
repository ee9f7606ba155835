//! Inlined text, MD5 and expanded file, against what the reference wrote.

mod common;

use std::path::Path;

use arc_programs::program::{InlineBudget, parse_module};
use serde::Deserialize;

#[derive(Deserialize)]
struct Record {
    source: String,
    inlined: String,
    md5: String,
    expanded: Option<String>,
}

fn check(path: &Path) {
    let text = std::fs::read_to_string(path).expect("the vectors are readable");
    let mut checked = 0;
    for (index, line) in text.lines().enumerate() {
        let record: Record = serde_json::from_str(line).expect("a record a line");
        let place = format!("{}:{}", path.display(), index + 1);
        let module = parse_module(&record.source);
        assert_eq!(module.skipped, [], "{place}");
        let [program] = module.programs.as_slice() else {
            panic!("{place}: one function expected");
        };
        let inlined = program.inline(InlineBudget::DEFAULT);
        assert_eq!(inlined.text, record.inlined, "{place}");
        assert_eq!(inlined.identity.to_string(), record.md5, "{place}");
        assert_eq!(
            program.inlined_length(),
            record.inlined.len() as u64,
            "{place}"
        );
        match record.expanded {
            Some(expanded) if loses_the_result(&expanded) => {
                // The reference drops a result that is no call; ours keeps it.
                let again = parse_module(&program.expanded_file());
                assert_eq!(again.programs.first(), Some(program), "{place}");
            }
            Some(expanded) => assert_eq!(program.expanded_file(), expanded, "{place}"),
            None => {}
        }
        checked += 1;
    }
    assert!(checked > 0, "{} holds no record", path.display());
}

fn loses_the_result(expanded: &str) -> bool {
    expanded.ends_with("def solve(S, I, C):\n    return O\n")
}

#[test]
fn the_committed_texts_are_the_reference_s() {
    check(&common::fixture("vectors/inline.jsonl"));
}

#[test]
fn every_text_is_the_reference_s() {
    if let Some(path) = common::shared("vectors/inline.jsonl") {
        check(&path);
    }
}
