//! Who holds something: a process, named so that another can find out whether it lives.
//!
//! A process is known by the boot of its machine, its PID namespace, its PID and the time
//! of its start, so that no later one is taken for it. Whoever shares the first two can
//! look; whoever does not cannot tell, and has to wait.

use std::fmt;

use crate::processes::{self, Seen, see};

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
    /// It is of another machine, or hidden from here.
    Unknown,
}

impl Holder {
    /// This process.
    pub(crate) fn own() -> Self {
        let pid = std::process::id();
        Self {
            machine: machine(),
            pid,
            started: match see(pid) {
                Seen::Started(started) => started,
                Seen::Nothing | Seen::Hidden => 0,
            },
        }
    }

    /// Whether it lives.
    pub(crate) fn life(&self) -> Life {
        if self.machine.is_empty() || self.machine != machine() {
            return Life::Unknown;
        }
        match see(self.pid) {
            Seen::Started(started) if started == self.started => Life::Lives,
            Seen::Started(_) | Seen::Nothing => Life::Dead,
            Seen::Hidden => Life::Unknown,
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
    match (processes::boot(), processes::namespace()) {
        (Some(boot), Some(namespace)) => format!("{boot}/{namespace}"),
        _ => String::new(),
    }
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
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let Seen::Started(started) = see(child.id()) else {
            panic!("a child at work");
        };
        let of_child = Holder {
            pid: child.id(),
            started,
            ..own.clone()
        };
        assert_eq!(of_child.life(), Life::Lives);
        child.kill().unwrap();
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
