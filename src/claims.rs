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
//!   name of the [`Holder`]. That holds where locks hold on one machine alone, which no
//!   look from there can find out, or not at all.
//!
//! A lease is lost when its holder is dead: at once where that can be seen, and of another
//! machine's when it was not renewed for [`LEASE`]. Who takes over makes the next one,
//! `<fingerprint>.2`, exclusively too, so that one alone does; the last one counts. Should
//! a holder have lost its lease and live, the task is run twice, and comes to the same.

#![allow(clippy::disallowed_methods, reason = "claims are files")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, futimens};

use crate::atomic_file;
use crate::fingerprint::Fingerprint;
use crate::holder::{Holder, Life};
use crate::lock::Lock;
use crate::refusal::make_folder;

/// The folder of the claims, under that of the logs.
const FOLDER: &str = "claims";

/// How long a lease of another machine holds that is not renewed, by the clock of the file
/// system. It is renewed between tasks, and those that are evaluated together take three
/// minutes at most by the limits that hold where nothing is said.
const LEASE: Duration = Duration::from_secs(600);

/// The claims of instances that have the same logs.
#[derive(Debug)]
pub struct Claims {
    folder: PathBuf,
    holder: Holder,
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
    /// The number of its lease.
    generation: u32,
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
        Ok(Self {
            folder,
            holder: Holder::own(),
        })
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
            let before = last_lease(&path)?;
            if before > 0 && is_held(&lease_path(&path, before), lock.file())? {
                return Ok(Claim::Taken);
            }
            let generation = before + 1;
            let lease = lease_path(&path, generation);
            if !atomic_file::create(&lease, &format!("{}\n", self.holder))? {
                // Another was quicker.
                return Ok(Claim::Taken);
            }
            let own = OwnClaim {
                path: path.clone(),
                lock,
                generation,
            };
            // By a holder that this instance's lock does not keep out, since it was looked at.
            match own.lock.file().metadata()?.len() {
                0 => Ok(Claim::Own(own)),
                _ => Ok(Claim::Finished),
            }
        };
        claim().map_err(ClaimError::at(&path))
    }
}

impl OwnClaim {
    /// Says that the task is in hand still.
    pub fn renew(&self) {
        // Where that is refused the lease ends, and at worst the task is run twice.
        if let Ok(lease) = File::open(lease_path(&self.path, self.generation)) {
            let _ = touch(&lease);
        }
    }

    /// Says that the task is finished, and by which run.
    pub fn finish(self, run_id: &str) -> Result<(), ClaimError> {
        let line = format!("finished {run_id}\n");
        let mut file = self.lock.file();
        file.write_all(line.as_bytes())
            .map_err(ClaimError::at(&self.path))?;
        // Those before it are of the dead.
        for generation in 1..self.generation {
            let _ = fs::remove_file(lease_path(&self.path, generation));
        }
        Ok(())
    }
}

impl Drop for OwnClaim {
    /// Gives the lease up; one that stays is of a holder that is dead.
    fn drop(&mut self) {
        let _ = fs::remove_file(lease_path(&self.path, self.generation));
    }
}

/// Where the leases of a claim are, by their numbers, from 1.
fn lease_path(claim: &Path, generation: u32) -> PathBuf {
    claim.with_extension(generation.to_string())
}

/// The number of the last lease of a claim; 0 where there is none.
fn last_lease(claim: &Path) -> io::Result<u32> {
    let mut last = 0;
    while fs::exists(lease_path(claim, last + 1))? {
        last += 1;
    }
    Ok(last)
}

/// Whether the holder of a lease has it still; `now` is a file of its folder.
fn is_held(lease: &Path, now: &File) -> io::Result<bool> {
    let text = match fs::read_to_string(lease) {
        // It was given up just now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        other => other?,
    };
    let holder = Holder::from_text(&text);
    match holder.map_or(Life::Unknown, |holder| holder.life()) {
        Life::Lives => Ok(true),
        Life::Dead => Ok(false),
        Life::Unknown => {
            let renewed = fs::metadata(lease)?.modified()?;
            touch(now)?;
            let now = now.metadata()?.modified()?;
            Ok(now.duration_since(renewed).is_ok_and(|since| since < LEASE) || now < renewed)
        }
    }
}

/// Sets the time of change of a file to the present, by the clock of its file system.
fn touch(file: &File) -> io::Result<()> {
    let time = |nanoseconds| Timespec {
        tv_sec: 0,
        tv_nsec: nanoseconds,
    };
    let times = Timestamps {
        last_access: time(UTIME_OMIT),
        last_modification: time(UTIME_NOW),
    };
    Ok(futimens(file, &times)?)
}

/// Removes the claims under `logs`, and nothing else.
pub fn clear(logs: &Path) -> Result<(), ClaimError> {
    let folder = logs.join(FOLDER);
    let Files {
        claims,
        leases,
        unfinished,
    } = Files::list(&folder).map_err(ClaimError::at(&folder))?;
    for path in claims.into_iter().chain(leases).chain(unfinished) {
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
        let last = last_lease(&path)?;
        let is_held = last > 0 && is_held(&lease_path(&path, last), lock.file())?;
        if lock.file().metadata()?.len() == 0 && !is_held {
            abandoned.push(path.clone());
        }
        if !is_held {
            let own = leases.iter().filter(|own| own.with_extension("") == path);
            abandoned.extend(own.cloned());
        }
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
            let (claim, generation) = match name.split_once('.') {
                Some((claim, generation)) => (claim, Some(generation)),
                None => (name, None),
            };
            let is_claim = claim.parse::<Fingerprint>().is_ok();
            let own = match generation {
                None if is_claim => &mut files.claims,
                Some(own) if is_claim && own.parse::<u32>().is_ok() => &mut files.leases,
                _ if atomic_file::is_unfinished(name) => &mut files.unfinished,
                _ => continue,
            };
            own.push(entry.path());
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
    fn leave(logs: &Path, fingerprint: Fingerprint, holder: &str) -> PathBuf {
        Claims::open(logs).unwrap();
        let path = logs.join(FOLDER).join(fingerprint.to_string());
        fs::write(&path, "").unwrap();
        let lease = lease_path(&path, 1);
        fs::write(&lease, holder).unwrap();
        lease
    }

    #[test]
    fn a_lease_is_lost_by_the_dead_and_kept_elsewhere_until_it_ends() {
        let fingerprint = Ingredients::default().fingerprint();
        let own = Holder::own().to_string();
        let dead = own.rsplit_once(' ').unwrap().0.to_owned() + " 1";
        let elsewhere = "held elsewhere 7 9";
        let long_ago = fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH);
        for (holder, is_old, is_taken) in [
            (own.as_str(), true, true),
            (&dead, false, false),
            (elsewhere, false, true),
            (elsewhere, true, false),
            ("", false, true),
            ("", true, false),
        ] {
            let logs = tempfile::tempdir().unwrap();
            let lease = leave(logs.path(), fingerprint, holder);
            if is_old {
                let file = File::options().write(true).open(&lease).unwrap();
                file.set_times(long_ago).unwrap();
            }
            let abandoned = abandoned(logs.path()).unwrap();
            assert_eq!(
                abandoned.len(),
                if is_taken { 0 } else { 2 },
                "{holder} {is_old}"
            );
            let claims = Claims::open(logs.path()).unwrap();
            match claims.claim(fingerprint).unwrap() {
                Claim::Taken => assert!(is_taken, "{holder} {is_old}"),
                Claim::Own(claim) => {
                    assert!(!is_taken, "{holder} {is_old}");
                    assert!(lease_path(&claim.path, 2).exists());
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
