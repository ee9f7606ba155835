//! What several test files need.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

pub mod programs;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The repository's root, from either crate.
pub fn repository() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_root = |folder: &&Path| folder.join("fixtures").exists();
    package.ancestors().find(is_root).expect("the repository")
}

/// A path under `../shared`, which CI has and a user's clone lacks; `None`,
/// with a message, where it is absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = repository().join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not on this machine", path.display());
    None
}

/// A file of the fixtures.
pub fn fixture(path: &str) -> PathBuf {
    repository().join("fixtures").join(path)
}

/// The records of a file of JSON lines.
pub fn records(path: &Path) -> Vec<Value> {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let parse = |line| serde_json::from_str(line).expect("a JSON record a line");
    text.lines().map(parse).collect()
}

/// The records of a file of vectors, of which there is at least one.
pub fn vectors(path: &Path) -> Vec<Value> {
    let records = records(path);
    assert!(!records.is_empty(), "{} holds no record", path.display());
    records
}
