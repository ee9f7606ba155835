//! What was found of a store and its instances, at a moment.

use std::time::Duration;

use run_batt::instances::{PlainText, Presence, Problem, Status};

use super::finds::Find;
use super::series::Series;

/// What was found.
#[derive(Debug, Default)]
pub struct Seen {
    /// The store, as a person names it.
    pub store: PlainText,
    /// Local date and time of the moment.
    pub now: String,
    pub instances: Vec<Instance>,
    /// Files that should say how an instance stands, and do not.
    pub strange: Vec<Strange>,
    pub past: Past,
    /// What could not be read, if anything.
    pub problem: Option<PlainText>,
}

/// An instance that says how it stands.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Names it among the others, for as long as it is there.
    pub name: String,
    pub status: Status,
    pub presence: Presence,
    /// How long ago it has said so.
    pub age: Duration,
}

/// A file of which nothing is known but that it is there.
#[derive(Clone, Debug)]
pub struct Strange {
    pub name: PlainText,
    /// What is wrong with it.
    pub what: String,
}

/// What the records say.
#[derive(Debug, Default)]
pub struct Past {
    /// Whether there is more to be read.
    pub is_partly_read: bool,
    pub rounds: u64,
    pub tasks: usize,
    pub solved: u64,
    pub demos_exact: u64,
    pub total: u64,
    /// How many tasks were solved, or exact on their demos, when.
    pub series: Series,
    /// What was found, the latest first.
    pub finds: Vec<Find>,
}

/// An instance that was silent for so long may be gone, or its machine asleep.
const SILENT: Duration = Duration::from_secs(10);

impl Instance {
    /// Whether it seems to be at work.
    pub fn is_at_work(&self) -> bool {
        match self.presence {
            Presence::Here => true,
            Presence::Gone(_) => false,
            Presence::Elsewhere | Presence::Unknown => self.age < SILENT,
        }
    }

    /// How it is, where it is not at work here: in a word or two.
    pub fn remark(&self) -> Option<&'static str> {
        match self.presence {
            Presence::Here if self.age < SILENT => None,
            Presence::Gone(_) => Some("gone"),
            _ if self.age >= SILENT => Some("silent"),
            Presence::Elsewhere => Some("elsewhere"),
            Presence::Here | Presence::Unknown => Some("unknown"),
        }
    }

    /// The share of its tasks that is done, from 0 to 1.
    pub fn share(&self) -> f64 {
        match self.status.tasks {
            0 => 0.0,
            tasks => (self.status.done as f64 / tasks as f64).min(1.0),
        }
    }
}

impl Seen {
    pub fn at_work(&self) -> impl Iterator<Item = &Instance> {
        self.instances.iter().filter(|own| own.is_at_work())
    }

    /// The instance that says that it has found something, if it still tells.
    pub fn found_by(&self, find: &Find) -> Option<&Instance> {
        let is_same = |own: &run_batt::instances::Find| {
            own.task == find.task && minute(&own.time) == minute(&find.time)
        };
        let mut instances = self.instances.iter();
        instances.find(|own| own.status.finds.iter().any(is_same))
    }

    /// What the instances have told as wrong or worth knowing, the latest first.
    pub fn problems(&self) -> Vec<(&Instance, &Problem)> {
        let all = self.instances.iter();
        let told = all.flat_map(|own| own.status.problems.iter().map(move |told| (own, told)));
        let mut told: Vec<_> = told.collect();
        told.sort_by(|(_, one), (_, other)| other.time.cmp(&one.time));
        told
    }
}

/// The part of a timestamp that names its minute: the records are written a little after
/// what is found is told.
fn minute(timestamp: &str) -> &str {
    timestamp.get(..16).unwrap_or(timestamp)
}
