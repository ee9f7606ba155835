//! Tasks whose names differ in case alone, such as `Fill1` and `fill1`.
//!
//! A store has a folder for each task. On a file system that does not tell such names
//! apart both tasks would be filed in one, and the programs of one would stand among
//! the best of the other. Most data have no such names, and most file systems tell them
//! apart: both are looked at before anything is written, and written for neither.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use arc_programs::task::TaskName;

use super::{TaskError, TaskSource};

/// The entries of a folder that are looked at.
const ENTRIES: usize = 32;

impl TaskSource {
    /// Whether the tasks of these names can be told apart from all others in files under
    /// `out`, which need not be there.
    ///
    /// Fails with [`TaskError::Alike`] where they cannot.
    pub fn check_case(&self, selected: &[TaskName], out: &Path) -> Result<(), TaskError> {
        let Some(names) = self.alike(selected) else {
            return Ok(());
        };
        match tells_case_apart(out) {
            true => Ok(()),
            false => Err(TaskError::Alike {
                names: Box::new(names),
                out: out.to_owned(),
            }),
        }
    }

    /// One of these tasks, and another of the source whose name differs in case alone.
    fn alike(&self, selected: &[TaskName]) -> Option<[TaskName; 2]> {
        // These are in lower case.
        if self.names().all(|name| name.is_hexadecimal()) {
            return None;
        }
        let lower = |name: &TaskName| name.as_str().to_ascii_lowercase();
        let mut by_lower: HashMap<String, Vec<TaskName>> = HashMap::new();
        for name in self.names() {
            by_lower.entry(lower(&name)).or_default().push(name);
        }
        selected.iter().find_map(|name| {
            let alike = by_lower.get(&lower(name))?;
            let other = alike.iter().find(|other| *other != name)?;
            Some([*name, *other])
        })
    }
}

/// Whether names that differ in case alone are those of two files, at a path or where it
/// would be.
fn tells_case_apart(path: &Path) -> bool {
    let Some(folder) = path
        .ancestors()
        .map(|own| match own.as_os_str().is_empty() {
            true => Path::new("."),
            false => own,
        })
        .find_map(|own| own.canonicalize().ok())
    else {
        return true;
    };
    let entries = fs::read_dir(&folder).into_iter().flatten().take(ENTRIES);
    let entries = entries.filter_map(Result::ok).map(|entry| entry.path());
    !std::iter::once(folder.clone())
        .chain(entries)
        .any(|path| has_two_names(&path))
}

/// Whether a file is also found under its name in the other case.
fn has_two_names(path: &Path) -> bool {
    let swapped = || -> Option<PathBuf> {
        let name = path.file_name()?.to_str()?;
        let swapped: String = name.chars().map(swap_case).collect();
        (swapped != name).then(|| path.with_file_name(swapped))
    };
    let place = |path: &Path| {
        let metadata = path.symlink_metadata().ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    swapped().is_some_and(|swapped| place(&swapped).is_some() && place(&swapped) == place(path))
}

fn swap_case(character: char) -> char {
    match character.is_ascii_lowercase() {
        true => character.to_ascii_uppercase(),
        false => character.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_alone_are_found() {
        let task = r#"{"train": [], "test": []}"#;
        let names = ["fill1", "0520fde7", "Fill1", "fill2"];
        let texts = names.map(|name| (format!("{name}.json"), task));
        let source = TaskSource::from_texts("made up", texts).unwrap();
        let alike = |name: &str| source.alike(&[name.parse().unwrap()]);
        let told = alike("Fill1").unwrap().map(|name| name.to_string());
        assert_eq!(told, ["Fill1", "fill1"]);
        assert!(alike("fill1").is_some());
        assert_eq!(alike("fill2"), None);
        assert_eq!(alike("0520fde7"), None);
    }

    #[test]
    fn a_file_system_is_told_by_a_file_with_two_names() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        assert!(tells_case_apart(&out.join("not/there")));
        fs::create_dir(&out).unwrap();
        fs::write(out.join("notes"), "").unwrap();
        fs::write(out.join("Notes"), "").unwrap();
        assert!(tells_case_apart(&out));
        fs::remove_file(out.join("Notes")).unwrap();
        // As such a file system would have it.
        fs::hard_link(out.join("notes"), out.join("NOTES")).unwrap();
        assert!(!tells_case_apart(&out));
        assert!(!tells_case_apart(&out.join("not/there")));
    }
}
