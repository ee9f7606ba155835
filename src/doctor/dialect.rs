//! The dialect of the store: what the file says that is for it, and what the heads of its
//! programs say.

use std::fs;
use std::path::Path;

use arc_programs::dsl::{Dialect, REFERENCE};
use arc_programs::program::parse_module;

use super::{Doctor, DoctorError, FindingKind};
use crate::library::Role;
use crate::store::layout::ProgramFile;
use crate::store::{DialectError, Store, StoreError, dialect_of_head, folder};
use crate::text_file::read_text;

impl Doctor {
    /// The dialect of a store. Where it does not say so, or says something that is not known,
    /// its programs do, if they all say the same.
    pub(super) fn dialect(&mut self, store: &Store) -> Result<&'static Dialect, DoctorError> {
        let (path, problem) = match store.dialect() {
            Ok(dialect) if dialect != &REFERENCE => return Ok(dialect),
            Ok(dialect) => {
                let Some(of_programs) = of_programs(store).filter(|own| *own != dialect) else {
                    return Ok(dialect);
                };
                let problem = format!(
                    "not there, expected, for all programs are in the dialect {}",
                    of_programs.name()
                );
                (store.dialect_file(), problem)
            }
            Err(DialectError::Unknown { path, problem }) => (path, problem),
            Err(error) => return Err(StoreError::from(error).into()),
        };
        let dialect = of_programs(store).unwrap_or(&REFERENCE);
        let repair = match dialect == &REFERENCE {
            true => "removed, for the programs are the reference's",
            false => "written anew, as the heads of the programs say",
        };
        let kind = FindingKind::UnknownDialect;
        let replace = || {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            match dialect == &REFERENCE {
                true => Ok(()),
                false => store.write_dialect(dialect).map_err(std::io::Error::other),
            }
        };
        self.find(&path, kind, problem, repair, replace)?;
        Ok(dialect)
    }
}

/// The dialect that the heads of all programs say; `None` where there are none, or two.
fn of_programs(store: &Store) -> Option<&'static Dialect> {
    let paths = Role::ALL.into_iter().flat_map(|role| {
        let names = folder::names(store.out(), store.programs(role)).unwrap_or_default();
        let named = names.into_iter();
        named.filter_map(move |name| {
            let ProgramFile(identity) = name.parse().ok()?;
            Some(store.path(role, identity))
        })
    });
    let mut dialects = paths.filter_map(|path| of_file(&path));
    let first = dialects.next()?;
    // Of a store that is as all were this is the only program that is read.
    (first == &REFERENCE || dialects.all(|own| own == first)).then_some(first)
}

fn of_file(path: &Path) -> Option<&'static Dialect> {
    let program = parse_module(&read_text(path).ok()?).only_program().ok()?;
    dialect_of_head(&program)
}
