//! Libraries that are loaded before the system's and answer in its place.

use std::path::PathBuf;
use std::process::Command;

/// Builds the library of a text in C, or says why there is none.
pub fn library(text: &str) -> Result<PathBuf, String> {
    let folder = tempfile::tempdir().expect("a temporary folder").keep();
    let (source, library) = (folder.join("library.c"), folder.join("library.so"));
    std::fs::write(&source, text).expect("a file");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-w", "-o"])
        .args([&library, &source])
        .output();
    match built {
        Ok(output) if output.status.success() => Ok(library),
        Ok(output) => Err(format!(
            "cc does not build a library: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
        Err(error) => Err(format!("there is no C compiler, cc: {error}")),
    }
}
