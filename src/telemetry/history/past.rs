//! The past of a store: its history, and in which folders that was found.

use std::path::{Path, PathBuf};

use super::History;
use crate::telemetry::place::{LogPlace, Owner};
use crate::telemetry::reading::ReadError;

/// History of a store, and where a part of it was found that is elsewhere than
/// its logs.
#[derive(Debug)]
pub struct Past {
    /// The history.
    pub history: History,
    /// Notice that other logs were read too, and why.
    pub notice: Option<String>,
    /// Folders of the logs that were read, the oldest first.
    pub folders: Vec<PathBuf>,
}

impl Past {
    /// Past of the store under `out`, whose logs have this place: what they say, and
    /// before it what an earlier version has put into the logs of the current folder.
    /// What there names no store is taken if `takes_unnamed` says so of it.
    ///
    /// # Errors
    /// [`ReadError`] where a file cannot be read.
    pub fn read(
        out: &Path,
        place: &LogPlace,
        takes_unnamed: impl FnOnce(&History) -> bool,
    ) -> Result<Self, ReadError> {
        let folder = place.folder(out);
        let own = (folder.as_path(), &Owner::of(out, &folder));
        let only_own = || {
            Ok(Self {
                history: History::of(&[own])?,
                notice: None,
                folders: vec![folder.clone()],
            })
        };
        let Some(earlier) = place.earlier_folder(out) else {
            return only_own();
        };
        let owner = Owner::of(out, &earlier);
        if History::read(&earlier, &owner)?.is_empty() {
            return only_own();
        }
        let unnamed = History::read(&earlier, &owner.clone().unnamed_alone())?;
        let owner = match unnamed.is_empty() || takes_unnamed(&unnamed) {
            true => owner,
            false => owner.named_alone(),
        };
        if History::read(&earlier, &owner)?.is_empty() {
            return only_own();
        }
        let is_missing = if folder.is_dir() {
            ""
        } else {
            ", which is missing"
        };
        Ok(Self {
            history: History::of(&[(&earlier, &owner), own])?,
            folders: vec![earlier.clone(), folder.clone()],
            notice: Some(format!(
                "{} is read too, for it has records of the store under {}, whose own logs are under {}{is_missing}",
                earlier.display(),
                out.display(),
                folder.display()
            )),
        })
    }
}
