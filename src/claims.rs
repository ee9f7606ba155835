//! Claims: which of several instances runs which task.
//!
//! Instances that are given the same tasks divide them by claims: a file for
//! each task under `logs/claims/`, named by its
//! [`Fingerprint`], so that runs with other cards, data or options do not meet.
//! Whoever holds its lock has the task in hand; when the task is finished that
//! is written into it, under the lock. An instance that dies loses its locks,
//! and what it had in hand is anybody's again.

#![allow(clippy::disallowed_methods, reason = "claims are files")]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::fingerprint::Fingerprint;
use crate::lock::Lock;
use crate::refusal::make_folder;

/// The folder of the claims, under that of the logs.
const FOLDER: &str = "claims";

/// The claims of instances that have the same logs.
#[derive(Debug)]
pub struct Claims {
    folder: PathBuf,
}

/// Outcome of asking for a task.
#[derive(Debug)]
pub enum Claim {
    /// The task is this instance's.
    Own(OwnClaim),
    /// Another instance has it in hand.
    Taken,
    /// It was finished.
    Finished,
}

/// Claim of this instance's on a task, which no other runs until it is dropped.
#[derive(Debug)]
pub struct OwnClaim {
    path: PathBuf,
    lock: Lock,
}

/// Error for a claim that could not be made or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be claimed: {reason}", path.display())]
pub struct ClaimError {
    path: PathBuf,
    reason: io::Error,
}

impl ClaimError {
    /// What the system said.
    pub fn reason(&self) -> &io::Error {
        &self.reason
    }

    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |reason| Self {
            path: path.to_owned(),
            reason,
        }
    }
}

impl Claims {
    /// The claims under `logs`, whose folder is made where it is missing.
    pub fn open(logs: &Path) -> Result<Self, ClaimError> {
        let folder = logs.join(FOLDER);
        make_folder(&folder).map_err(ClaimError::at(&folder))?;
        Ok(Self { folder })
    }

    /// Asks for the task that is run with this.
    pub fn claim(&self, fingerprint: Fingerprint) -> Result<Claim, ClaimError> {
        let path = self.folder.join(fingerprint.to_string());
        let claim = || {
            let lock = match Lock::try_exclusive(&path) {
                // Somebody has removed the folder.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir_all(&self.folder)?;
                    Lock::try_exclusive(&path)?
                }
                other => other?,
            };
            let Some(lock) = lock else {
                return Ok(Claim::Taken);
            };
            match lock.file().metadata()?.len() {
                0 => Ok(Claim::Own(OwnClaim {
                    path: path.clone(),
                    lock,
                })),
                _ => Ok(Claim::Finished),
            }
        };
        claim().map_err(ClaimError::at(&path))
    }
}

impl OwnClaim {
    /// Says that the task is finished, and by which run.
    pub fn finish(self, run_id: &str) -> Result<(), ClaimError> {
        let line = format!("finished {run_id}\n");
        let mut file = self.lock.file();
        file.write_all(line.as_bytes())
            .map_err(ClaimError::at(&self.path))
    }
}

/// Removes the claims under `logs`, and nothing else.
pub fn clear(logs: &Path) -> Result<(), ClaimError> {
    let folder = logs.join(FOLDER);
    for path in claims(&folder).map_err(ClaimError::at(&folder))? {
        fs::remove_file(&path).map_err(ClaimError::at(&path))?;
    }
    match fs::remove_dir(&folder) {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
            ) =>
        {
            Err(ClaimError::at(&folder)(error))
        }
        _ => Ok(()),
    }
}

/// The claims under `logs` that are neither held nor finished: of tasks that an
/// instance had in hand when it died.
pub(crate) fn abandoned(logs: &Path) -> io::Result<Vec<PathBuf>> {
    let mut abandoned = Vec::new();
    for path in claims(&logs.join(FOLDER))? {
        if fs::metadata(&path)?.len() == 0 && Lock::try_exclusive(&path)?.is_some() {
            abandoned.push(path);
        }
    }
    Ok(abandoned)
}

/// The claims in a folder, by their names.
fn claims(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut claims = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if name
            .to_str()
            .is_some_and(|name| name.parse::<Fingerprint>().is_ok())
        {
            claims.push(entry.path());
        }
    }
    claims.sort();
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Ingredients;

    #[test]
    fn a_task_is_one_instance_s_until_it_is_finished_or_given_up() {
        let logs = tempfile::tempdir().unwrap();
        let [first, second] = [(); 2].map(|()| Claims::open(logs.path()).unwrap());
        let fingerprint = Ingredients::default().fingerprint();
        let claim = |claims: &Claims| claims.claim(fingerprint).unwrap();
        let Claim::Own(own) = claim(&first) else {
            panic!("nobody else has it");
        };
        assert!(matches!(claim(&second), Claim::Taken));
        drop(own);
        let Claim::Own(own) = claim(&second) else {
            panic!("it was given up");
        };
        own.finish("run").unwrap();
        assert!(matches!(claim(&first), Claim::Finished));
        clear(logs.path()).unwrap();
        assert!(matches!(claim(&first), Claim::Own(_)));
    }
}
