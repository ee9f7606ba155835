//! Which dialect programs are of: the one that is asked for; else the store's, where it says
//! one; else what the given programs leave no doubt of; else the reference's.

use std::path::{Path, PathBuf};

use arc_programs::dsl::{Dialect, REFERENCE};

use crate::library::{Basis, guess_of_paths};
use crate::store::{Store, StoreError, store_of_path};

/// Dialect that was settled on, and what is to be told of how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettledDialect {
    /// The dialect; `None` where nothing says one.
    pub dialect: Option<&'static Dialect>,
    /// Notice that it was guessed.
    pub notice: Option<String>,
}

impl SettledDialect {
    /// Of solvers in these paths, which may go into the store under `out`.
    ///
    /// # Errors
    /// [`StoreError`] where a store says something that is not known, or is of another
    /// dialect than is asked for, or than the solvers are.
    pub fn of(
        asked: Option<&'static Dialect>,
        out: Option<&Path>,
        solvers: &[PathBuf],
    ) -> Result<Self, StoreError> {
        let known = |dialect| Self {
            dialect: Some(dialect),
            notice: None,
        };
        let store = out.map(Store::at);
        if let Some(asked) = asked {
            store.map_or(Ok(()), |store| store.check_dialect(asked))?;
            return Ok(known(asked));
        }
        let own = store
            .as_ref()
            .map_or(Ok(&REFERENCE), |store| store.dialect())?;
        if own != &REFERENCE {
            for store in solvers.iter().filter_map(|path| store_of_path(path)) {
                store.check_dialect(own)?;
            }
            return Ok(known(own));
        }
        let found = guess_of_paths(solvers)?;
        if let (Some((_, basis)), Some(store)) = (&found, store) {
            store.check_dialect(basis.dialect())?;
        }
        Ok(
            found.map_or_else(Self::default, |(path, basis)| match basis {
                Basis::Store(dialect) => known(dialect),
                Basis::Names(guess) => Self {
                    dialect: Some(guess.dialect),
                    notice: Some(format!("{}: {guess}", path.display())),
                },
            }),
        )
    }

    /// The dialect, or the one that everything speaks that is told no other.
    pub fn or_default(&self) -> &'static Dialect {
        self.dialect.unwrap_or(&REFERENCE)
    }
}
