//! Emptying a store without touching what it did not write.
//!
//! A file goes if its name is one that the store gives, or that of an
//! unfinished file. A folder goes if its name is the store's and nothing is
//! left in it. Links are removed, never followed.

use std::fs;
use std::io;
use std::path::Path;

use super::folder;
use super::layout::{DIALECT, LINK_LEVELS, Level, PROGRAM_LEVELS};
use super::{Store, StoreError};
use crate::atomic_file::is_unfinished;
use crate::library::Role;

/// Contents of a store: how many programs, how many links to them, and what else it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Number of programs.
    pub programs: u64,
    /// Number of links, of all tasks.
    pub links: u64,
    /// Number of other files: those that a kill has left unfinished, and the one that names
    /// the dialect.
    pub others: u64,
}

impl Contents {
    /// Contents that [`clear`] would remove from the store under `out`.
    pub fn of(out: &Path) -> Result<Self, StoreError> {
        each(&Store::at(out), Treatment::Count)
    }
}

/// Removes what a store under `out` holds, and its folders where nothing else
/// is in them, while no instance adds to it. What is not there is no error.
pub fn clear(out: &Path) -> Result<Contents, StoreError> {
    let store = Store::at(out);
    let _alone = store.alone()?;
    each(&store, Treatment::Remove)
}

/// What is done with what is found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Treatment {
    Count,
    Remove,
}

impl Treatment {
    /// What it comes to where the system refuses it.
    fn refusal(self, folder: &Path) -> impl FnOnce(io::Error) -> StoreError {
        move |reason| match self {
            Self::Count => StoreError::unreadable(folder)(reason),
            Self::Remove => StoreError::unwritable(folder)(reason),
        }
    }
}

fn each(store: &Store, treatment: Treatment) -> Result<Contents, StoreError> {
    let mut contents = Contents::default();
    // Links first: none is to lead nowhere.
    for role in Role::ALL {
        let folder = store.links(role);
        let files =
            each_in(&folder, &LINK_LEVELS, treatment).map_err(treatment.refusal(&folder))?;
        contents.links += files.own;
        contents.others += files.unfinished;
    }
    for role in Role::ALL {
        let folder = store.programs(role);
        let files =
            each_in(folder, &PROGRAM_LEVELS, treatment).map_err(treatment.refusal(folder))?;
        contents.programs += files.own;
        contents.others += files.unfinished;
    }
    // Last: while there are programs it says what they mean.
    let path = store.out().join(DIALECT);
    if fs::symlink_metadata(&path).is_ok() {
        contents.others += 1;
        if treatment == Treatment::Remove {
            fs::remove_file(&path).map_err(StoreError::unwritable(&path))?;
        }
    }
    Ok(contents)
}

/// How many files of a folder are its own, by what they are.
#[derive(Default)]
struct Files {
    own: u64,
    unfinished: u64,
}

/// Goes through a folder for what is its own, by what the names at each level under
/// it must be, down to the files, of which it yields the number.
fn each_in(folder: &Path, levels: &[Level], treatment: Treatment) -> io::Result<Files> {
    let mut files = Files::default();
    if !folder::is_there(folder) {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let is_folder = entry.file_type()?.is_dir();
        match levels {
            [check] if !is_folder && (check(name).is_ok() || is_unfinished(name)) => {
                match is_unfinished(name) {
                    true => files.unfinished += 1,
                    false => files.own += 1,
                }
                if treatment == Treatment::Remove {
                    fs::remove_file(entry.path())?;
                }
            }
            [check, deeper @ ..] if is_folder && !deeper.is_empty() && check(name).is_ok() => {
                let deeper = each_in(&entry.path(), deeper, treatment)?;
                files.own += deeper.own;
                files.unfinished += deeper.unfinished;
            }
            _ => {}
        }
    }
    if treatment == Treatment::Count {
        return Ok(files);
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
        _ => Ok(files),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_did_not_write_stays() {
        let out = tempfile::tempdir().unwrap();
        let md5 = "0123456789abcdef0123456789abcdef.py";
        let own = [
            "store_dialect.json".to_owned(),
            format!("solver_md5/{md5}"),
            "differ_md5/.unfinished-x".to_owned(),
            format!("solver_dir/solve_0520fde7/3000/11/{md5}"),
        ];
        let foreign = [
            "solver_md5/notes.txt".to_owned(),
            format!("solver_dir/solve_0520fde7/best/{md5}"),
            format!("elsewhere/{md5}"),
            md5.to_owned(),
        ];
        for path in own.iter().chain(&foreign) {
            let path = out.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let linked = out.path().join("solver_dir/solve_007bbfb7");
        std::os::unix::fs::symlink(out.path().join("elsewhere"), linked).unwrap();
        let contents = Contents {
            programs: 1,
            links: 1,
            others: 2,
        };
        assert_eq!(Contents::of(out.path()).unwrap(), contents);
        assert_eq!(clear(out.path()).unwrap(), contents);
        for path in own {
            assert!(!out.path().join(&path).exists(), "{path}");
        }
        for path in foreign {
            assert!(out.path().join(&path).exists(), "{path}");
        }
        assert!(!out.path().join("differ_md5").exists());
        assert_eq!(clear(out.path()).unwrap(), Contents::default());
    }
}
