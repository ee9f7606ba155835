//! Claims: which of several instances runs which task.
//!
//! Instances that are given the same tasks divide them by claims: a file for
//! each task under `logs/claims/`, named by its [`Fingerprint`], so that runs with other
//! cards, data or options do not meet. When the task is finished that is written into it.
//!
//! Who has a task in hand is said twice:
//!
//! - by a lock on that file, which the system releases when its holder dies: instances on
//!   one machine, of earlier versions too, see it;
//! - by a lease, a file beside it that is made exclusively, `<fingerprint>.1`, with the
//!   name of its holder (a `Lease`). That holds where locks hold on one machine alone, which no
//!   look from there can find out, or not at all.
//!
//! Leases are renewed while their holder lives ([`crate::lease`]). Should one have lost its
//! lease all the same, as after it was suspended, the task is run twice, and comes to the
//! same.

#![allow(clippy::disallowed_methods, reason = "claims are files")]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::fingerprint::Fingerprint;
use crate::lease::{self, Lease};
use crate::lock::Lock;
use crate::store::folder;

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
    lease: Lease,
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
        folder::make_path(&folder).map_err(ClaimError::at(&folder))?;
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
            if lock.file().metadata()?.len() > 0 {
                return Ok(Claim::Finished);
            }
            let Some(lease) = Lease::take(&path)? else {
                return Ok(Claim::Taken);
            };
            // By a holder that this instance's lock does not keep out, since it was looked at.
            match lock.file().metadata()?.len() {
                0 => Ok(Claim::Own(OwnClaim {
                    path: path.clone(),
                    lock,
                    lease,
                })),
                _ => Ok(Claim::Finished),
            }
        };
        claim().map_err(ClaimError::at(&path))
    }
}

impl OwnClaim {
    /// Says that the task is in hand still.
    pub fn renew(&self) {
        self.lease.renew();
    }

    /// Says that the task is finished, and by which run.
    pub fn finish(self, run_id: &str) -> Result<(), ClaimError> {
        let line = format!("finished {run_id}\n");
        let mut file = self.lock.file();
        file.write_all(line.as_bytes())
            .map_err(ClaimError::at(&self.path))?;
        self.lease.end();
        Ok(())
    }
}

/// Number of the files under `logs` that [`clear`] would remove.
///
/// # Errors
/// [`ClaimError`] where they cannot be listed.
pub fn found(logs: &Path) -> Result<u64, ClaimError> {
    let folder = logs.join(FOLDER);
    let files = Files::list(&folder).map_err(ClaimError::at(&folder))?;
    Ok(files.into_paths().count() as u64)
}

/// Removes the claims under `logs`, and nothing else; the number of files.
///
/// # Errors
/// [`ClaimError`] where one cannot be removed.
pub fn clear(logs: &Path) -> Result<u64, ClaimError> {
    let folder = logs.join(FOLDER);
    let files = Files::list(&folder).map_err(ClaimError::at(&folder))?;
    let mut removed = 0;
    for path in files.into_paths() {
        fs::remove_file(&path).map_err(ClaimError::at(&path))?;
        removed += 1;
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
        _ => Ok(removed),
    }
}

/// The files of claims under `logs` that are neither held nor finished: of tasks that an
/// instance had in hand when it died.
pub(crate) fn abandoned(logs: &Path) -> io::Result<Vec<PathBuf>> {
    let Files {
        claims,
        leases,
        unfinished,
    } = Files::list(&logs.join(FOLDER))?;
    let mut abandoned = Vec::new();
    for path in claims {
        let Some(lock) = Lock::try_exclusive(&path)? else {
            continue;
        };
        if lease::is_taken(&path)? {
            continue;
        }
        if lock.file().metadata()?.len() == 0 {
            abandoned.push(path.clone());
        }
        let is_of_it = |lease: &&PathBuf| lease::of_path(lease).as_ref() == Some(&path);
        abandoned.extend(leases.iter().filter(is_of_it).cloned());
    }
    abandoned.extend(unfinished);
    abandoned.sort();
    Ok(abandoned)
}

/// The files in a folder of claims, each by name.
struct Files {
    claims: Vec<PathBuf>,
    leases: Vec<PathBuf>,
    /// Leases that were not in their place yet.
    unfinished: Vec<PathBuf>,
}

impl Files {
    fn into_paths(self) -> impl Iterator<Item = PathBuf> {
        let Self {
            claims,
            leases,
            unfinished,
        } = self;
        claims.into_iter().chain(leases).chain(unfinished)
    }

    fn list(folder: &Path) -> io::Result<Self> {
        let mut files = Self {
            claims: Vec::new(),
            leases: Vec::new(),
            unfinished: Vec::new(),
        };
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(files),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let is_claim = |path: &Path| {
                let name = path.file_name().and_then(|name| name.to_str());
                name.is_some_and(|name| name.parse::<Fingerprint>().is_ok())
            };
            let path = entry.path();
            let own = match lease::of_path(&path) {
                _ if is_claim(&path) => &mut files.claims,
                Some(of) if is_claim(&of) => &mut files.leases,
                _ if atomic_file::is_unfinished(name) => &mut files.unfinished,
                _ => continue,
            };
            own.push(path);
        }
        for own in [&mut files.claims, &mut files.leases, &mut files.unfinished] {
            own.sort();
        }
        Ok(files)
    }
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

    fn names(logs: &Path) -> Vec<String> {
        let folder = fs::read_dir(logs.join(FOLDER)).unwrap();
        let mut names: Vec<String> = folder
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The lease of a holder on a task, as if it had died or were elsewhere.
    fn leave(logs: &Path, fingerprint: Fingerprint, holder: &str) {
        Claims::open(logs).unwrap();
        let path = logs.join(FOLDER).join(fingerprint.to_string());
        fs::write(&path, "").unwrap();
        fs::write(path.with_extension("1"), holder).unwrap();
    }

    #[test]
    fn a_lease_keeps_others_out_and_is_abandoned_by_the_dead() {
        let fingerprint = Ingredients::default().fingerprint();
        let own = crate::holder::Holder::own().to_string();
        let dead = own.rsplit_once(' ').unwrap().0.to_owned() + " 1";
        for (holder, is_taken) in [
            (own.as_str(), true),
            (&dead, false),
            ("held elsewhere 7 9", true),
        ] {
            let logs = tempfile::tempdir().unwrap();
            leave(logs.path(), fingerprint, holder);
            let abandoned = abandoned(logs.path()).unwrap();
            assert_eq!(abandoned.len(), if is_taken { 0 } else { 2 }, "{holder}");
            let claims = Claims::open(logs.path()).unwrap();
            match claims.claim(fingerprint).unwrap() {
                Claim::Taken => assert!(is_taken, "{holder}"),
                Claim::Own(claim) => {
                    assert!(!is_taken, "{holder}");
                    claim.renew();
                    claim.finish("run").unwrap();
                    assert_eq!(names(logs.path()), [fingerprint.to_string()]);
                }
                Claim::Finished => panic!("nobody has"),
            }
        }
    }

    #[test]
    fn what_an_earlier_version_wrote_is_read() {
        let logs = tempfile::tempdir().unwrap();
        let claims = Claims::open(logs.path()).unwrap();
        let fingerprint = Ingredients::default().fingerprint();
        let path = claims.folder.join(fingerprint.to_string());
        // It had the task in hand when it died, and has no lease.
        fs::write(&path, "").unwrap();
        assert_eq!(abandoned(logs.path()).unwrap(), std::slice::from_ref(&path));
        let own = claims.claim(fingerprint).unwrap();
        assert!(matches!(own, Claim::Own(_)));
        assert_eq!(names(logs.path()).len(), 2);
        drop(own);
        assert_eq!(names(logs.path()).len(), 1);
        fs::write(&path, "finished run\n").unwrap();
        assert!(matches!(
            claims.claim(fingerprint).unwrap(),
            Claim::Finished
        ));
    }

    #[test]
    fn clearing_leaves_what_is_none_of_them() {
        let logs = tempfile::tempdir().unwrap();
        let fingerprint = Ingredients::default().fingerprint();
        leave(logs.path(), fingerprint, "");
        fs::write(logs.path().join(FOLDER).join("notes.txt"), "mine").unwrap();
        clear(logs.path()).unwrap();
        assert_eq!(names(logs.path()), ["notes.txt"]);
    }
}
