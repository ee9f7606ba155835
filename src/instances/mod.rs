//! Instances at work on a store, each of which says how it stands.
//!
//! Whoever runs or searches publishes a small file under `logs/instances/`, replaced
//! whole once a second and removed in its end ([`Publication`]). What it says is
//! declared in one place (module `status`), and of whom in another (module `process`):
//! so whoever looks can tell an instance that is there from one that was killed.
//!
//! It is for looking alone. No run reads it, none waits for it, and one that cannot be
//! written changes nothing but what is seen. Nobody locks it: a reader finds the old
//! file or the new one.
//!
//! # When a file may go
//!
//! Its instance removes it, also one that is asked to stop. After a `kill -9` or a
//! second signal it stays, and `doctor` finds it:
//!
//! - of this machine, where the process is gone, or another has its number, or the
//!   machine was started anew since;
//! - of another machine, or in a form that is not known here, where it was not replaced
//!   for [`OLD`]. Nobody can tell from here whether that instance is there, and one that
//!   is replaces its file once a second, so nothing is lost where the guess is wrong.

#![allow(
    clippy::disallowed_methods,
    reason = "instances say in files how they stand"
)]

mod plain_text;
mod process;
mod publication;
mod status;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

pub use plain_text::PlainText;
pub use process::{Machine, NotStopped, Presence, Process, stop};
pub use publication::{Publication, Publisher};
pub use status::{Activity, Find, Problem, Status};

use crate::atomic_file;
use crate::store::folder;

/// The folder of the files, under that of the logs.
const FOLDER: &str = "instances";

/// How the name of a file ends.
const ENDING: &str = ".json";

/// How long a file was not replaced whose instance cannot be looked for, when it counts
/// as left behind.
pub const OLD: Duration = Duration::from_secs(3600);

/// Size of the largest file that is read, in bytes. A status has a few thousand.
const LARGEST: u64 = 1 << 18;

/// File of an instance, as it was found.
#[derive(Debug)]
pub struct Found {
    /// Its path.
    pub path: PathBuf,
    /// How long ago it was replaced; no time where a clock is ahead.
    pub age: Duration,
    /// What it says.
    pub said: Said,
}

/// What the file of an instance says.
#[derive(Debug)]
pub enum Said {
    /// How the instance stands.
    Status(Box<Status>),
    /// Something in a form of this later version.
    Later(u64),
    /// Nothing that can be read: cut off, too large, or no file of an instance.
    Broken,
    /// Nothing, for it is not in its place yet.
    Unfinished,
}

/// Files of the instances whose logs are under a folder, by their names; none where
/// there is no such folder. `now` is the time as files have it.
///
/// # Errors
/// The system's, where the folder cannot be listed; also where it is a symbolic link.
pub fn found(logs: &Path, now: SystemTime) -> io::Result<Vec<Found>> {
    let found = paths(logs)?.into_iter().filter_map(|path| {
        let name = path.file_name()?.to_str()?;
        let metadata = fs::symlink_metadata(&path).ok()?;
        let replaced = metadata.modified().ok();
        let said = match (metadata.is_file(), atomic_file::is_unfinished(name)) {
            (true, false) => said(&path)?,
            (true, true) => Said::Unfinished,
            (false, _) => Said::Broken,
        };
        Some(Found {
            age: replaced
                .and_then(|time| now.duration_since(time).ok())
                .unwrap_or_default(),
            path,
            said,
        })
    });
    Ok(found.collect())
}

/// Number of the files under `logs` that [`clear`] would remove.
///
/// # Errors
/// The system's, where the folder cannot be listed.
pub fn count(logs: &Path) -> io::Result<u64> {
    Ok(paths(logs)?.len() as u64)
}

/// Removes the files of all instances, and their folder; those that are at work write
/// them anew. Yields the number of files.
///
/// # Errors
/// The system's, where one cannot be removed.
pub fn clear(logs: &Path) -> io::Result<u64> {
    let mut removed = 0;
    for path in paths(logs)? {
        match fs::remove_file(&path) {
            Ok(()) => removed += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    // Where it is not empty somebody still is at work.
    let _ = fs::remove_dir(folder_of(logs));
    Ok(removed)
}

impl Found {
    /// Why the file was left behind, if it was: its instance is not there any more.
    pub fn is_left(&self, here: &Machine) -> Option<String> {
        let presence = match &self.said {
            Said::Status(status) => status.process.presence(here),
            Said::Later(_) | Said::Broken | Said::Unfinished => Presence::Unknown,
        };
        match presence {
            Presence::Here => None,
            Presence::Gone(why) => Some(why.to_owned()),
            Presence::Elsewhere | Presence::Unknown if self.age < OLD => None,
            Presence::Elsewhere | Presence::Unknown => Some(format!(
                "it was not replaced for {} hours",
                self.age.as_secs() / 3600
            )),
        }
    }
}

fn folder_of(logs: &Path) -> PathBuf {
    logs.join(FOLDER)
}

/// The files that have such names as instances give.
fn paths(logs: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = folder_of(logs);
    let mut names = folder::names(logs, &folder)?;
    names.retain(|name| name.ends_with(ENDING));
    names.sort();
    Ok(names.iter().map(|name| folder.join(name)).collect())
}

/// `None` for a file that went meanwhile.
fn said(path: &Path) -> Option<Said> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(_) => Some(Said::Broken),
        Ok(_) => Some(Status::read(&text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(logs: &Path, name: &str, text: &str) {
        let folder = folder_of(logs);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
    }

    #[test]
    fn what_cannot_be_read_is_told_apart_and_harms_nothing() {
        let logs = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        assert!(found(logs.path(), now).unwrap().is_empty());
        let status = Status::of(Process::this(&Machine::here()), Activity::Run, "..");
        let text = status.text();
        write(logs.path(), "a.json", &text);
        write(logs.path(), "b.json", &text[..text.len() / 2]);
        write(logs.path(), "c.json", "{\"version\": 2, \"process\": 7}");
        write(logs.path(), ".unfinished-d.json", "");
        write(logs.path(), "notes.txt", "mine");
        fs::create_dir(folder_of(logs.path()).join("e.json")).unwrap();
        let found = found(logs.path(), now).unwrap();
        let said: Vec<&Said> = found.iter().map(|own| &own.said).collect();
        assert!(
            matches!(
                said[..],
                [
                    Said::Unfinished,
                    Said::Status(_),
                    Said::Broken,
                    Said::Later(2),
                    Said::Broken
                ]
            ),
            "{said:?}"
        );
        let here = Machine::here();
        assert!(found.iter().all(|own| own.is_left(&here).is_none()));
    }

    #[test]
    fn a_folder_that_is_a_link_is_not_followed() {
        let logs = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("a.json"), "{}").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder_of(logs.path())).unwrap();
        assert!(found(logs.path(), SystemTime::now()).is_err());
        assert!(clear(logs.path()).is_err());
        assert!(outside.path().join("a.json").exists());
    }

    #[test]
    fn what_cannot_be_looked_for_is_left_when_it_is_old() {
        let here = Machine::here();
        let of_age = |said, age| Found {
            path: PathBuf::new(),
            age,
            said,
        };
        let elsewhere = || {
            let mut status = Status::of(Process::this(&here), Activity::Run, "..");
            status.process.host = "elsewhere".into();
            Said::Status(Box::new(status))
        };
        let said: [&dyn Fn() -> Said; 4] =
            [&elsewhere, &|| Said::Broken, &|| Said::Later(2), &|| {
                Said::Unfinished
            }];
        for said in said {
            let young = OLD - Duration::from_secs(1);
            assert_eq!(of_age(said(), young).is_left(&here), None);
            assert!(of_age(said(), OLD).is_left(&here).is_some());
        }
        let own = Status::of(Process::this(&here), Activity::Run, "..");
        let own = of_age(Said::Status(Box::new(own)), 2 * OLD);
        assert_eq!(own.is_left(&here), None, "it may be stopped, and go on");
    }
}
