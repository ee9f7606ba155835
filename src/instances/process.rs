//! Whose status it is: a process of a machine, told from all others.
//!
//! With a number of a process the time at which it started is told, and of a machine which
//! start of it; of containers, which share a machine and not their numbers, which of them
//! (`processes`).

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

use super::PlainText;
use crate::processes::{self, Seen, see};

/// Process of a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub id: u32,
    /// When it started, in ticks since its machine did.
    pub started: Option<u64>,
    /// Name of its machine.
    pub host: PlainText,
    /// ID of its machine, where it has one.
    pub machine: Option<PlainText>,
    /// ID of that machine's start.
    pub boot: Option<PlainText>,
    /// Which processes have numbers of their own, as containers have.
    pub namespace: Option<PlainText>,
}

/// The machine that this process is on, and what of it is to be seen from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    host: PlainText,
    machine: Option<PlainText>,
    boot: Option<PlainText>,
    namespace: Option<PlainText>,
}

/// Presence of a process, as far as it can be told from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is there.
    Here,
    /// It is not there any more, and why that is known.
    Gone(&'static str),
    /// It is of another machine, or of another container.
    Elsewhere,
    /// It is of this machine, and cannot be looked at.
    Unknown,
}

/// Error for a process that was not asked to stop.
#[derive(Debug, thiserror::Error)]
pub enum NotStopped {
    /// It is not there any more.
    #[error("process {id} is gone: {why}")]
    Gone {
        /// Its number.
        id: u32,
        /// How that is known.
        why: &'static str,
    },
    /// It is of another machine or container, or of another user.
    #[error("process {0} is not to be seen from here; stop it where it runs")]
    NotHere(u32),
    /// It is no instance that works with these logs, whatever its file says.
    #[error("process {0} does not work with these logs, and is left alone")]
    NotAtWork(u32),
    /// The system refused.
    #[error("process {id} cannot be asked to stop: {reason}")]
    Refused {
        /// Its number.
        id: u32,
        /// What the system said.
        reason: io::Error,
    },
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let plain = |text: Option<String>| text.as_deref().map(PlainText::from);
        Self {
            host: rustix::system::uname()
                .nodename()
                .to_string_lossy()
                .as_ref()
                .into(),
            machine: plain(processes::line("/etc/machine-id")),
            boot: plain(processes::boot()),
            namespace: plain(processes::namespace()),
        }
    }
}

impl Process {
    /// This process.
    pub fn this(machine: &Machine) -> Self {
        let id = std::process::id();
        let Machine {
            host,
            machine,
            boot,
            namespace,
        } = machine.clone();
        Self {
            id,
            started: match see(id) {
                Seen::Started(started) => Some(started),
                Seen::Nothing | Seen::Hidden => None,
            },
            host,
            machine,
            boot,
            namespace,
        }
    }

    /// Whether it is there.
    pub fn presence(&self, here: &Machine) -> Presence {
        self.presence_by(here, see)
    }

    fn presence_by(&self, here: &Machine, see: impl FnOnce(u32) -> Seen) -> Presence {
        if self.host != here.host || self.machine != here.machine {
            return Presence::Elsewhere;
        }
        if self.boot != here.boot {
            return Presence::Gone("its machine was started anew since");
        }
        if self.namespace != here.namespace {
            return Presence::Elsewhere;
        }
        match (self.started, see(self.id)) {
            (_, Seen::Nothing) => Presence::Gone("there is no such process any more"),
            (Some(own), Seen::Started(found)) if own == found => Presence::Here,
            (Some(_), Seen::Started(_)) => Presence::Gone("another process has its number now"),
            _ => Presence::Unknown,
        }
    }
}

/// Asks a process to stop, as SIGTERM does, if it still is the one that is meant, and
/// has the folder of the logs open, as every instance has that works with them: the
/// file that names it may be anybody's.
///
/// # Errors
/// [`NotStopped`], and no process is told anything.
pub fn stop(process: &Process, here: &Machine, logs: &Path) -> Result<(), NotStopped> {
    let id = process.id;
    let refused = |reason: Errno| NotStopped::Refused {
        id,
        reason: reason.into(),
    };
    let number = i32::try_from(id).ok().and_then(Pid::from_raw);
    let number = number.ok_or(NotStopped::NotHere(id))?;
    // From here on it is one process that is looked at and told, whoever gets its number.
    let held = match pidfd_open(number, PidfdFlags::empty()) {
        Err(Errno::SRCH) => None,
        other => Some(other.map_err(refused)?),
    };
    match (process.presence(here), held) {
        (Presence::Here, Some(held)) => {
            if !has_open(id, logs) {
                return Err(NotStopped::NotAtWork(id));
            }
            pidfd_send_signal(held, Signal::TERM).map_err(refused)
        }
        (Presence::Here, None) => Err(NotStopped::Gone {
            id,
            why: "there is no such process any more",
        }),
        (Presence::Gone(why), _) => Err(NotStopped::Gone { id, why }),
        (Presence::Elsewhere | Presence::Unknown, _) => Err(NotStopped::NotHere(id)),
    }
}

/// Whether a process has a folder open.
fn has_open(id: u32, folder: &Path) -> bool {
    let identity = |path: PathBuf| {
        let found = fs::metadata(path).ok()?;
        found.is_dir().then(|| (found.dev(), found.ino()))
    };
    let wanted = identity(folder.to_owned());
    let Ok(files) = fs::read_dir(format!("/proc/{id}/fd")) else {
        return false;
    };
    let mut open = files.flatten().filter_map(|file| identity(file.path()));
    wanted.is_some_and(|wanted| open.any(|own| own == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_told_from_one_that_has_its_number_later() {
        let here = Machine::here();
        let own = Process::this(&here);
        assert_eq!(own.presence(&here), Presence::Here);
        let is = |process: &Process, expected: fn(&Presence) -> bool| {
            let presence = process.presence(&here);
            assert!(expected(&presence), "{presence:?}");
        };
        let gone = |presence: &Presence| matches!(presence, Presence::Gone(_));
        let another = own.started.map(|started| started + 1);
        is(
            &Process {
                started: another,
                ..own.clone()
            },
            gone,
        );
        // More than a system gives.
        is(
            &Process {
                id: 1 << 30,
                ..own.clone()
            },
            gone,
        );
        is(
            &Process {
                id: u32::MAX,
                ..own.clone()
            },
            gone,
        );
        is(
            &Process {
                boot: Some("another".into()),
                ..own.clone()
            },
            gone,
        );
        let elsewhere = |presence: &Presence| *presence == Presence::Elsewhere;
        is(
            &Process {
                host: "another".into(),
                ..own.clone()
            },
            elsewhere,
        );
        is(
            &Process {
                machine: Some("another".into()),
                ..own.clone()
            },
            elsewhere,
        );
        is(
            &Process {
                namespace: Some("another".into()),
                ..own.clone()
            },
            elsewhere,
        );
        is(
            &Process {
                started: None,
                ..own.clone()
            },
            |own| *own == Presence::Unknown,
        );
    }

    #[test]
    fn who_does_not_work_with_the_logs_is_left_alone() {
        let here = Machine::here();
        let logs = tempfile::tempdir().unwrap();
        let own = Process::this(&here);
        let told = stop(&own, &here, logs.path());
        assert!(matches!(told, Err(NotStopped::NotAtWork(_))), "{told:?}");
        let open = fs::File::open(logs.path()).unwrap();
        assert!(has_open(own.id, logs.path()));
        drop(open);
        assert!(!has_open(own.id, logs.path()));
        let other = Process {
            host: "another".into(),
            ..own.clone()
        };
        let told = stop(&other, &here, logs.path());
        assert!(matches!(told, Err(NotStopped::NotHere(_))), "{told:?}");
        let gone = Process { id: 1 << 30, ..own };
        let told = stop(&gone, &here, logs.path());
        assert!(matches!(told, Err(NotStopped::Gone { .. })), "{told:?}");
    }
}
