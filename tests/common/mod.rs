//! What several test files need.
#![allow(dead_code, reason = "each test file uses a part")]

use std::path::PathBuf;

/// A path under `../shared`, which CI has and a user's clone lacks; `None`,
/// with a message, where it is absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not on this machine", path.display());
    None
}
