//! What the vector tests share: finding and reading the files.

#![allow(clippy::print_stdout, reason = "says that a test is skipped")]
#![allow(dead_code, reason = "each test uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

/// A file of the vectors shared beside the checkout; `None`, with a word about
/// it, where there is none.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = [root.join("../shared"), root.join("shared")];
    let found = places
        .iter()
        .map(|place| place.join(name))
        .find(|path| path.exists());
    if found.is_none() {
        println!("skipped: no shared/{name} beside the checkout");
    }
    found
}

/// A committed file.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// The records of a file of one JSON object a line.
pub(crate) fn records(path: &Path) -> Vec<Json> {
    let text = fs::read_to_string(path).expect("the file can be read");
    let parse = |line| serde_json::from_str(line).expect("each line is JSON");
    text.lines().map(parse).collect()
}
