//! Who holds something: a process, named so that another can find out whether it lives.
//!
//! A process is known by the boot of its machine, its PID namespace, its PID and the time
//! of its start, so that no later one is taken for it. Whoever shares the first two can
//! look; whoever does not cannot tell, and has to wait.

use std::fmt;
use std::fs;

/// Holder of something: a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    /// The boot of the machine, and the namespace of the PID.
    machine: String,
    pid: u32,
    /// In ticks since the boot.
    started: u64,
}

/// What can be told of a holder from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Lives,
    Dead,
    /// It is of another machine.
    Unknown,
}

impl Holder {
    /// This process.
    pub(crate) fn own() -> Self {
        let pid = std::process::id();
        Self {
            machine: machine(),
            pid,
            started: start_of(pid).unwrap_or(0),
        }
    }

    /// Whether it lives.
    pub(crate) fn life(&self) -> Life {
        if self.machine.is_empty() || self.machine != machine() {
            return Life::Unknown;
        }
        match start_of(self.pid) {
            Some(started) if started == self.started => Life::Lives,
            _ => Life::Dead,
        }
    }

    /// The holder that a text names; `None` where it names none.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let mut words = text.trim_end().split(' ');
        let (head, machine) = (words.next()?, words.next()?);
        let (pid, started) = (words.next()?, words.next()?);
        (head == "held" && words.next().is_none()).then_some(())?;
        Some(Self {
            machine: machine.to_owned(),
            pid: pid.parse().ok()?,
            started: started.parse().ok()?,
        })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            machine,
            pid,
            started,
        } = self;
        let machine = if machine.is_empty() { "-" } else { machine };
        write!(formatter, "held {machine} {pid} {started}")
    }
}

/// The machine, so that its processes can be looked at by their PIDs; empty where the
/// system does not say.
fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    let namespace = fs::read_link("/proc/self/ns/pid");
    match (boot, namespace) {
        (Ok(boot), Ok(namespace)) => format!("{}/{}", boot.trim(), namespace.display()),
        _ => String::new(),
    }
}

/// When a process began, if it is there and not dead.
fn start_of(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may have anything in it.
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    // Dead, and not yet waited for by its parent.
    let is_dead = matches!(fields.next()?, "Z" | "X");
    // The 22nd of all, the third being the first here.
    let started = fields.nth(18)?.parse().ok()?;
    (!is_dead).then_some(started)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_lives_and_one_that_has_ended_does_not() {
        let own = Holder::own();
        assert_eq!(own.life(), Life::Lives);
        assert_eq!(Holder::from_text(&format!("{own}\n")), Some(own.clone()));
        let later = Holder {
            started: own.started + 1,
            ..own.clone()
        };
        assert_eq!(later.life(), Life::Dead);
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let of_child = Holder {
            pid: child.id(),
            started: start_of(child.id()).unwrap_or(0),
            ..own.clone()
        };
        child.wait().unwrap();
        assert_eq!(of_child.life(), Life::Dead);
        let elsewhere = Holder {
            machine: "elsewhere".to_owned(),
            ..own
        };
        assert_eq!(elsewhere.life(), Life::Unknown);
    }

    #[test]
    fn what_names_nobody_is_none() {
        for text in [
            "",
            "held",
            "held a b c",
            "held a 1",
            "held a 1 2 3",
            "finished run",
        ] {
            assert_eq!(Holder::from_text(text), None, "{text}");
        }
    }
}
