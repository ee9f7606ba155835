//! `DIALECTS.md` says what the declarations of both dialects say.

mod common;

use std::fmt::Write;

use arc_programs::dsl::{ARC_DSL, Primitive, REFERENCE};
use common::repository;

/// What stands around the table that is made.
const BEGIN: &str = "<!-- begin: made by tests/dialects.rs -->\n";
const END: &str = "<!-- end -->\n";

/// A set environment variable of this name has the file written anew.
const UPDATE: &str = "UPDATE_DIALECTS";

fn meaning(primitive: &Primitive) -> String {
    let words: Vec<&str> = primitive.documentation.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

fn table() -> String {
    let mut primitives: Vec<&Primitive> = ARC_DSL.primitives().iter().collect();
    primitives.sort_by_key(|primitive| primitive.name);
    let (mut same, mut rows) = (Vec::new(), String::new());
    for own in primitives {
        let other = REFERENCE.named(own.name);
        let (meaning, other_meaning) = (meaning(own), other.map(meaning));
        if other_meaning.as_ref() == Some(&meaning) {
            same.push(format!("`{}`", own.name));
            continue;
        }
        let other = other_meaning.unwrap_or_else(|| "no such name".to_owned());
        let _ = writeln!(rows, "| `{}` | {meaning} | {other} |", own.name);
    }
    let (shared, all) = (same.len(), ARC_DSL.primitives().len());
    format!(
        "\nOf {all} primitives {shared} mean the same but for failing calls and cells: {}.\n\n\
         | primitive | arc-dsl | reference |\n| --- | --- | --- |\n{rows}\n",
        same.join(", ")
    )
}

#[test]
fn the_table_of_differences_is_that_of_the_declarations() {
    let path = repository().join("DIALECTS.md");
    let text = std::fs::read_to_string(&path).expect("a page");
    let (before, rest) = text.split_once(BEGIN).expect("where the table begins");
    let (found, after) = rest.split_once(END).expect("where it ends");
    let expected = table();
    if std::env::var_os(UPDATE).is_some() {
        let page = [before, BEGIN, &expected, END, after].concat();
        std::fs::write(&path, page).expect("the page is written");
        return;
    }
    assert!(
        found == expected,
        "DIALECTS.md is not what the declarations say: run this test with {UPDATE}=1"
    );
}
