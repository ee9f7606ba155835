//! The text of what a user names: a file, or what comes from standard input.

use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;
use run_batt::text_file::{BYTE_ORDER_MARK, read_text};

/// Whether a path names a file, and not standard input.
pub fn names_a_file(path: &Path) -> bool {
    path != Path::new("-")
}

/// The text of a file; of standard input for `-`.
pub fn read_named(path: &Path) -> anyhow::Result<String> {
    if names_a_file(path) {
        return Ok(read_text(path)?);
    }
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .context("standard input cannot be read as UTF-8 text")?;
    Ok(match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(text) => text.to_owned(),
        None => text,
    })
}
