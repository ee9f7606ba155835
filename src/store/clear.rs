//! Emptying a store without touching what it did not write.
//!
//! A file goes if its name is one that the store gives: `<md5>.py`, or that of
//! an unfinished file. A folder goes if its name is the store's and nothing is
//! left in it. Links are removed, never followed.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use super::{Store, StoreError, UNFINISHED, identity_in};
use arc_programs::task::TaskId;

/// The folders under a folder, by what their names must be, down to the files.
type Levels = &'static [fn(&str) -> bool];

const MD5_FOLDER: Levels = &[];
const TREE: Levels = &[is_task_folder, is_number, is_number];

/// Removes what a store under `out` holds, and its folders where nothing else
/// is in them, while no instance adds to it. What is not there is no error.
pub fn clear(out: &Path) -> Result<(), StoreError> {
    let _alone = Store::at(out).alone()?;
    for (name, levels) in [
        ("solver_dir", TREE),
        ("differ_dir", TREE),
        ("solver_md5", MD5_FOLDER),
        ("differ_md5", MD5_FOLDER),
    ] {
        let path = out.join(name);
        clear_folder(&path, levels).map_err(StoreError::at(&path))?;
    }
    Ok(())
}

fn clear_folder(folder: &Path, levels: Levels) -> io::Result<()> {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
    if !is_folder {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_folder = entry.file_type()?.is_dir();
        match levels.split_first() {
            Some((is_own, deeper)) if is_folder && name.to_str().is_some_and(is_own) => {
                clear_folder(&entry.path(), deeper)?;
            }
            None if !is_folder && is_own_file(&name) => fs::remove_file(entry.path())?,
            _ => {}
        }
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
        _ => Ok(()),
    }
}

fn is_own_file(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    name.starts_with(UNFINISHED) || identity_in(name).is_some()
}

pub(super) fn is_task_folder(name: &str) -> bool {
    let id = name.strip_prefix("solve_");
    id.is_some_and(|id| id.parse::<TaskId>().is_ok())
}

pub(super) fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_did_not_write_stays() {
        let out = tempfile::tempdir().unwrap();
        let md5 = "0123456789abcdef0123456789abcdef.py";
        let own = [
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
        clear(out.path()).unwrap();
        for path in own {
            assert!(!out.path().join(&path).exists(), "{path}");
        }
        for path in foreign {
            assert!(out.path().join(&path).exists(), "{path}");
        }
        assert!(!out.path().join("differ_md5").exists());
        clear(out.path()).unwrap();
    }
}
