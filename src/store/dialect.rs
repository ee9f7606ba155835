//! The dialect of a store: what the names in its programs mean.
//!
//! Equal text means one thing in one dialect and another in the other, and its MD5 is its
//! name in a store. So a store has one dialect, and takes programs of no other. A file
//! beside its folders says which, `store_dialect.json`:
//!
//! ```json
//! {"version": 1, "dialect": "arc-dsl"}
//! ```
//!
//! A store without that file is the reference's, as all are that were written before there
//! was another, and none is written there: such a store stays what it was to every version.
//! The file is written before the first program, and holds for as long as it is there. It is
//! asked for whenever programs are about to be added ([`Store::share`]), for somebody may
//! have been quicker, or have emptied the store.
//!
//! # Versions that do not know the file
//!
//! They take the store for the reference's, and evaluate nothing wrongly: a program's head
//! has the parameters of its dialect, `solve(I)`, and such a head they pass over, with its
//! file and line, as one that is not `(S, I, C)`. They may add programs of their own to such
//! a store, whose heads say so; these are passed over here, and `doctor` names them. A card
//! of another dialect is of a version of its form that they refuse.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use arc_programs::dsl::{DIALECTS, Dialect, REFERENCE};
use serde::{Deserialize, Serialize};

use super::layout::{self, ProgramFile};
use super::{Store, StoreError, folder};
use crate::atomic_file;
use crate::library::Role;
use crate::lock::Lock;

/// The version of the file. A change that older readers would misunderstand raises it.
const VERSION: u64 = 1;

/// A file that is longer is none that was written.
const MOST_BYTES: u64 = 4096;

/// How often a store is looked at again that others empty and fill meanwhile.
const TRIES: usize = 8;

/// Error for the dialect of a store.
#[derive(Debug, thiserror::Error)]
pub enum DialectError {
    /// Its programs are of another.
    #[error(
        "{}: this store's programs are in the dialect {}, expected {}; give --dialect {}, \
         or another folder with --out",
        out.display(), found.name(), expected.name(), found.name()
    )]
    Other {
        /// The folder that holds the store's folders.
        out: PathBuf,
        /// The store's.
        found: &'static Dialect,
        /// The one that is asked for.
        expected: &'static Dialect,
    },
    /// The file that says it cannot be read.
    #[error("{}: cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The file that says it says nothing that is known.
    #[error(
        "{}: {problem}, expected {}; run_batt doctor --fix finds the dialect out from the \
         programs, and what a later version wrote that one reads",
        path.display(), expected_texts()
    )]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What was found.
        problem: String,
    },
}

/// What is in the file.
#[derive(Serialize, Deserialize)]
struct Mark {
    version: u64,
    dialect: String,
}

/// The text of the file of a dialect's store.
fn text_of(dialect: &Dialect) -> String {
    format!(
        "{{\"version\": {VERSION}, \"dialect\": \"{}\"}}\n",
        dialect.name()
    )
}

fn expected_texts() -> String {
    let texts = DIALECTS.map(|dialect| text_of(dialect).trim_end().to_owned());
    texts.join(" or ")
}

/// The dialect that the file under `out` says; `None` where there is none.
fn read(out: &Path) -> Result<Option<&'static Dialect>, DialectError> {
    let path = out.join(layout::DIALECT);
    let unknown = |problem: String| DialectError::Unknown {
        path: path.clone(),
        problem,
    };
    let unreadable = |reason| DialectError::Unreadable {
        path: path.clone(),
        reason,
    };
    let metadata = match fs::metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        Err(reason) => return Err(unreadable(reason)),
    };
    // Whatever somebody has put there is not waited for, and not read to an end far away.
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return Err(unknown("found no file of a line".to_owned()));
    }
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        // Somebody clears the store.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(reason) => return Err(unreadable(reason)),
    };
    let mark: Mark = serde_json::from_slice(&bytes)
        .map_err(|error| unknown(format!("found no version and dialect ({error})")))?;
    if mark.version != VERSION {
        return Err(unknown(format!("found version {}", mark.version)));
    }
    let named = Dialect::of_name(&mark.dialect);
    let named = named.ok_or_else(|| unknown(format!("found the dialect {:?}", mark.dialect)))?;
    Ok(Some(named))
}

/// The dialect of the store that a program or a folder of programs is in; `None` where it is
/// in none that says one.
///
/// # Errors
/// [`DialectError`] where that cannot be told.
pub fn dialect_of_path(path: &Path) -> Result<Option<&'static Dialect>, DialectError> {
    match out_of_path(path) {
        Some(out) => read(out),
        None => Ok(None),
    }
}

/// The store that a program or a folder of programs is in.
pub(crate) fn store_of_path(path: &Path) -> Option<Store> {
    out_of_path(path).map(Store::at)
}

/// The folder of the store that a path is in.
fn out_of_path(path: &Path) -> Option<&Path> {
    // What lies beside a store's folders is not in it.
    let is_of_store = |folder: &&Path| {
        let name = folder.file_name().and_then(OsStr::to_str);
        name.is_some_and(|name| layout::folders().contains(&name))
    };
    path.ancestors().find(is_of_store).and_then(Path::parent)
}

impl Store {
    /// The dialect of its programs.
    ///
    /// # Errors
    /// [`DialectError`] where that cannot be told.
    pub fn dialect(&self) -> Result<&'static Dialect, DialectError> {
        Ok(read(&self.out)?.unwrap_or(&REFERENCE))
    }

    /// The dialect that it is bound to; `None` where it is still to get its first program.
    ///
    /// # Errors
    /// [`StoreError`] where that cannot be told.
    pub(crate) fn bound_to(&self) -> Result<Option<&'static Dialect>, StoreError> {
        Ok(match read(&self.out)? {
            Some(dialect) => Some(dialect),
            None => self.has_programs()?.then_some(&REFERENCE),
        })
    }

    /// Whether its programs are, or may be, of this dialect.
    ///
    /// # Errors
    /// [`DialectError::Other`] where they are not.
    pub fn check_dialect(&self, expected: &'static Dialect) -> Result<(), StoreError> {
        let found = match read(&self.out)? {
            Some(found) => found,
            // Whether it has programs takes longer to find out.
            None if expected != &REFERENCE && self.has_programs()? => &REFERENCE,
            None => return Ok(()),
        };
        match found == expected {
            true => Ok(()),
            false => Err(self.other(found, expected)),
        }
    }

    /// Says which dialect it is of, where nobody has yet. Its folders are there.
    ///
    /// # Errors
    /// [`StoreError`] where it is of another, or cannot be written.
    pub(super) fn bind(&self, dialect: &'static Dialect) -> Result<(), StoreError> {
        if dialect == &REFERENCE || read(&self.out)?.is_some() {
            return self.check_dialect(dialect);
        }
        let locked = Lock::exclusive(&self.solvers);
        let _alone = locked.map_err(StoreError::unwritable(&self.solvers))?;
        self.check_dialect(dialect)?;
        self.write_dialect(dialect)?;
        // Another may have been quicker where locks keep nobody out.
        self.check_dialect(dialect)
    }

    /// Shares the store once its dialect is this.
    pub(super) fn share_in(&self, dialect: &'static Dialect) -> Result<Lock, StoreError> {
        let path = &self.solvers;
        let mut tries = 0;
        loop {
            for path in [&self.solvers, &self.differs] {
                folder::make_missing(&self.out, path).map_err(StoreError::unwritable(path))?;
            }
            let lock = Lock::shared(path).map_err(StoreError::unwritable(path))?;
            match read(&self.out)? {
                Some(found) if found == dialect => return Ok(lock),
                None if dialect == &REFERENCE => return Ok(lock),
                None if tries < TRIES => {
                    tries += 1;
                    // Whoever writes it is alone.
                    drop(lock);
                    self.bind(dialect)?;
                }
                found => return Err(self.other(found.unwrap_or(&REFERENCE), dialect)),
            }
        }
    }

    /// The file that says the dialect, where it is not the reference's.
    pub(crate) fn dialect_file(&self) -> PathBuf {
        self.out.join(layout::DIALECT)
    }

    /// Writes which dialect it is of.
    pub(crate) fn write_dialect(&self, dialect: &'static Dialect) -> Result<(), StoreError> {
        let path = self.dialect_file();
        let created = atomic_file::create(&path, &text_of(dialect));
        created.map(drop).map_err(StoreError::unwritable(&path))
    }

    fn other(&self, found: &'static Dialect, expected: &'static Dialect) -> StoreError {
        let out = self.out.clone();
        DialectError::Other {
            out,
            found,
            expected,
        }
        .into()
    }

    fn has_programs(&self) -> Result<bool, StoreError> {
        for role in Role::ALL {
            let programs = self.programs(role);
            let names =
                folder::names(&self.out, programs).map_err(StoreError::unreadable(programs))?;
            if names.iter().any(|name| name.parse::<ProgramFile>().is_ok()) {
                return Ok(true);
            }
            if !self.tasks(role)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use arc_programs::dsl::ARC_DSL;
    use arc_programs::program::Identity;

    use super::*;

    fn keep(store: &Store) {
        let identity = Identity::of("text");
        let sharing = store.share().unwrap();
        sharing
            .keep(Role::Solver, identity, || "text".to_owned())
            .unwrap();
    }

    fn is_other(result: Result<impl std::fmt::Debug, StoreError>) -> bool {
        matches!(result, Err(StoreError::Dialect(DialectError::Other { .. })))
    }

    #[test]
    fn a_store_is_of_the_dialect_of_whoever_comes_first() {
        let out = tempfile::tempdir().unwrap();
        let own = Store::open_in(out.path(), &ARC_DSL).unwrap();
        keep(&own);
        let text = fs::read_to_string(out.path().join("store_dialect.json")).unwrap();
        assert_eq!(text, "{\"version\": 1, \"dialect\": \"arc-dsl\"}\n");
        assert_eq!(Store::at(out.path()).dialect().unwrap(), &ARC_DSL);
        assert!(is_other(Store::open_in(out.path(), &REFERENCE)));
        let error = Store::open_in(out.path(), &REFERENCE).unwrap_err();
        assert!(error.to_string().contains("--dialect arc-dsl"), "{error}");
        Store::open_in(out.path(), &ARC_DSL).unwrap();
    }

    #[test]
    fn one_without_the_file_is_the_references_once_it_has_a_program() {
        let out = tempfile::tempdir().unwrap();
        let reference = Store::open(out.path()).unwrap();
        // Nobody has written to it yet.
        Store::at(out.path()).check_dialect(&ARC_DSL).unwrap();
        keep(&reference);
        assert!(!out.path().join(layout::DIALECT).exists());
        assert!(is_other(Store::open_in(out.path(), &ARC_DSL)));
        assert!(!out.path().join(layout::DIALECT).exists());
    }

    #[test]
    fn whoever_finds_it_taken_by_another_adds_nothing() {
        let out = tempfile::tempdir().unwrap();
        let reference = Store::open(out.path()).unwrap();
        let own = Store::open_in(out.path(), &ARC_DSL).unwrap();
        // Nothing is added yet, so it may be of either.
        drop(reference.share().unwrap());
        drop(own.share().unwrap());
        assert!(is_other(reference.share()));
        // What somebody has removed is said again, unless another has come.
        fs::remove_file(out.path().join(layout::DIALECT)).unwrap();
        keep(&own);
        assert_eq!(own.dialect().unwrap(), &ARC_DSL);
        // Its own programs are taken for the reference's then.
        fs::remove_file(out.path().join(layout::DIALECT)).unwrap();
        assert!(is_other(own.share()));
    }

    #[test]
    fn what_is_not_known_is_refused_and_named() {
        let out = tempfile::tempdir().unwrap();
        let too_long = " ".repeat(5000);
        for (text, problem) in [
            (too_long.as_str(), "found no file of a line"),
            ("", "found no version and dialect"),
            (
                "{\"version\": 2, \"dialect\": \"arc-dsl\"}",
                "found version 2",
            ),
            (
                "{\"version\": 1, \"dialect\": \"other\"}",
                "found the dialect",
            ),
        ] {
            fs::write(out.path().join(layout::DIALECT), text).unwrap();
            let error = Store::open(out.path()).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
            assert!(error.contains("store_dialect.json"), "{error}");
        }
    }

    #[test]
    fn a_file_of_a_store_is_of_its_dialect() {
        let out = tempfile::tempdir().unwrap();
        keep(&Store::open_in(out.path(), &ARC_DSL).unwrap());
        for (path, expected) in [
            ("solver_dir/solve_0520fde7/3000/11/a.py", Some(&ARC_DSL)),
            ("solver_md5/a.py", Some(&ARC_DSL)),
            ("solver_dir", Some(&ARC_DSL)),
            ("solvers.py", None),
            ("a/b/solvers.py", None),
        ] {
            let found = dialect_of_path(&out.path().join(path)).unwrap();
            assert_eq!(found, expected, "{path}");
        }
    }
}
