//! Merging: stores that shared no disk become one, with their records.
//!
//! Programs and links first, then the records that call tasks finished, so that a kill
//! leaves none without what was filed of it; what was done stays, and once more does the
//! rest. Where stores share no task, what they come to is what one run over all would
//! have come to, byte for byte, but for times.
//!
//! What is state of one machine stays there: the journals of searches, the results that
//! they remember, and claims. A journal is a round in hand, for its own store; results
//! are computed again; and what claims say of finished tasks the records say too.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

use arc_programs::dsl::{Dialect, REFERENCE};

use crate::store::{NoStore, Store, StoreError};
use crate::telemetry::{self, LogBound, LogPlace, RecordsTakenIn, TakeInError};
use crate::words::counted;

/// Logs of the stores that are merged, where they are not under them.
#[derive(Clone, Debug)]
pub struct Logs {
    /// Place of the logs of the store that the others are merged into.
    pub into: LogPlace,
    /// Folders with logs of the others, beside those under them.
    pub from: Vec<PathBuf>,
    /// Bound of the files of a log that is written anew.
    pub bound: LogBound,
}

/// What merging came to.
#[derive(Debug, Default, Serialize)]
pub struct Merged {
    /// Number of stores that were merged into one.
    pub stores: u64,
    /// Number of programs that are new in it.
    pub programs: u64,
    /// Number of links that are new in it.
    pub links: u64,
    /// Number of lines of the logs that are new in it.
    pub lines: u64,
    /// Number of records that name yet other stores, and were not taken.
    pub of_others: u64,
    /// What was left out, for it is damaged.
    pub left_out: Vec<LeftOut>,
    /// Notices that one might want to know, a sentence each.
    pub notices: Vec<String>,
}

/// What was left out of a store, for it is damaged; it stays as it is there.
#[derive(Debug, Serialize)]
pub struct LeftOut {
    /// File that it is, or is in.
    #[serde(serialize_with = "as_text")]
    pub path: PathBuf,
    /// Number of the line, where it is one, counting from 1.
    pub line: Option<u64>,
    /// Problem: what was found, and what was expected.
    pub problem: String,
}

/// Error for stores that could not be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeStoresError {
    /// One that is to be merged is not there.
    #[error(transparent)]
    NoStore(#[from] NoStore),
    /// One is to be merged into itself.
    #[error("{}: is the store that the others are merged into; leave it out", path.display())]
    Itself {
        /// The folder.
        path: PathBuf,
    },
    /// A folder with logs of theirs is not there.
    #[error(
        "{}: found no folder of this name, expected one with logs of the stores that are merged",
        path.display()
    )]
    NoLogs {
        /// The folder.
        path: PathBuf,
    },
    /// Two are of different dialects.
    #[error(
        "{}: this store's programs are in the dialect {}, and those of {} in {}; nothing was \
         merged, for equal text means something else in the two",
        path.display(), dialect.name(), other.display(), of_other.name()
    )]
    Dialects {
        /// The folder of the one.
        path: PathBuf,
        /// Its dialect.
        dialect: &'static Dialect,
        /// The folder of the other.
        other: PathBuf,
        /// Its dialect.
        of_other: &'static Dialect,
    },
    /// A store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Records could not be.
    #[error(transparent)]
    Records(#[from] TakeInError),
}

/// Merges the stores under other folders into the one under `out`, which is made where it
/// is missing. Nothing is changed in the others.
///
/// # Errors
/// [`MergeStoresError`] where one is missing, or of another dialect, or cannot be read or
/// written. What was taken in until then stays.
pub fn merge(out: &Path, others: &[PathBuf], logs: &Logs) -> Result<Merged, MergeStoresError> {
    let mut stores = Vec::new();
    for other in others {
        let is_itself = match (fs::canonicalize(out), fs::canonicalize(other)) {
            (Ok(out), Ok(other)) => out == other,
            _ => out == other,
        };
        if is_itself {
            let path = other.clone();
            return Err(MergeStoresError::Itself { path });
        }
        stores.push(Store::existing(other)?);
    }
    if let Some(path) = logs.from.iter().find(|folder| !folder.is_dir()) {
        let path = path.clone();
        return Err(MergeStoresError::NoLogs { path });
    }
    let into = Store::open_in(out, one_dialect(out, &stores)?)?;
    let mut merged = Merged {
        stores: stores.len() as u64,
        ..Merged::default()
    };
    // Or the outcome would depend on which store is merged into which.
    into.keep_the_best()?;
    for store in &stores {
        let taken = into.take_in(store)?;
        merged.programs += taken.programs;
        merged.links += taken.links;
        merged
            .left_out
            .extend(taken.left_out.into_iter().map(|(path, problem)| LeftOut {
                path,
                line: None,
                problem,
            }));
    }
    let RecordsTakenIn {
        lines,
        of_others,
        left_out,
        notices,
    } = telemetry::take_in(out, (&logs.into, logs.bound), others, &logs.from)?;
    merged.lines = lines;
    merged.of_others = of_others;
    merged.notices = notices;
    merged
        .left_out
        .extend(left_out.into_iter().map(|(path, line, problem)| LeftOut {
            path,
            line: Some(line),
            problem: problem.to_owned(),
        }));
    Ok(merged)
}

/// The dialect of all these stores, and of the one under `out` if it has programs.
fn one_dialect(out: &Path, others: &[Store]) -> Result<&'static Dialect, MergeStoresError> {
    let mut first: Option<(PathBuf, &'static Dialect)> = None;
    let into = Store::at(out);
    for store in [&into].into_iter().chain(others) {
        // What has no program yet may be of any.
        let Some(dialect) = store.bound_to()? else {
            continue;
        };
        match &first {
            None => first = Some((store.out().to_owned(), dialect)),
            Some((_, own)) if *own == dialect => {}
            Some((other, of_other)) => {
                return Err(MergeStoresError::Dialects {
                    path: store.out().to_owned(),
                    dialect,
                    other: other.clone(),
                    of_other,
                });
            }
        }
    }
    Ok(first.map_or(&REFERENCE, |(_, dialect)| dialect))
}

impl Merged {
    /// Whether all that there was is in the store now.
    pub fn is_complete(&self) -> bool {
        self.left_out.is_empty()
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.path.display())?;
        if let Some(line) = self.line {
            write!(formatter, "line {line}: ")?;
        }
        formatter.write_str(&self.problem)
    }
}

impl fmt::Display for Merged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} merged: {}, {}, {} of the logs are new",
            counted(self.stores, "store"),
            counted(self.programs, "program"),
            counted(self.links, "link"),
            counted(self.lines, "line"),
        )?;
        if self.of_others > 0 {
            let records = counted(self.of_others, "record");
            write!(
                formatter,
                "; {records} of yet other stores stay where they are"
            )?;
        }
        match self.left_out.len() {
            0 => Ok(()),
            left_out => write!(formatter, "; {left_out} damaged and left out"),
        }
    }
}

fn as_text<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}
