//! Partitions: the tasks of a selection dealt to shards, each of which is run by an
//! instance that knows nothing of the others.
//!
//! ```text
//! "hash:2/8" ──▶ Partition ──▶ Shard ──▶ its tasks
//! (typed)        (asked for)   (which     (module `deal`)
//!                               this is)
//! ```
//!
//! No shard sees another, so a deal follows from the list of tasks, the number of
//! shards and nothing else: whatever the list, the shards are disjoint and together
//! have all of it. What an engine says of which shard this is comes from its
//! environment (module `engine`), and is told.

mod deal;
mod engine;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use arc_programs::task::TaskName;

pub use engine::EngineError;

/// How long each task takes, for a deal that balances the shards.
pub type TaskTimes = BTreeMap<TaskName, Duration>;

/// Partition as it is asked for: how tasks are dealt, and which shard this one is. As
/// text: `slice:2/8`, `hash:2/8`, `balanced:2/8`; `auto/8` or `auto` where an engine says
/// which shard it is, of slices, or of another deal as in `hash:auto/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    deal: Deal,
    shard: Which,
}

/// How tasks are dealt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deal {
    Slice,
    Hash,
    Balanced,
}

/// Which of so many shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Given(Place),
    /// As an engine says; with the number of shards, where it is given.
    Auto(Option<u64>),
}

/// Place of a shard: its number, from 1, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    number: u64,
    of: u64,
}

/// Error for a text that is no partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected slice:K/N, hash:K/N or balanced:K/N with K from 1 to N, such as slice:2/8; or auto/N, or auto, where an engine says which shard it is"
)]
pub struct NotAPartition;

/// Error for a partition of which this instance's shard could not be known.
#[derive(Debug, thiserror::Error)]
pub enum PartitionError {
    /// What the engine says is not enough.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A deal by times has none.
    #[error("{partition} deals by the times that tasks take, and was given none")]
    NoTimes {
        /// What was asked for.
        partition: Partition,
    },
}

/// Shard of this instance: which tasks of a list are its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    place: Place,
    dealing: Dealing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Dealing {
    /// Every so many tasks one.
    Slice,
    /// By the MD5 of the task's name.
    Hash,
    /// By how long tasks take.
    Balanced(TaskTimes),
}

impl Partition {
    /// Whether it deals by the times that tasks take.
    pub fn needs_times(&self) -> bool {
        self.deal == Deal::Balanced
    }

    /// The shard of this instance, and where that was taken from an engine the sentence
    /// that says so. `variable` has the environment.
    ///
    /// # Errors
    /// [`PartitionError`] where no engine says which shard it is, or not clearly, and for
    /// a deal by times without times.
    pub fn shard(
        &self,
        variable: &dyn Fn(&str) -> Option<OsString>,
        times: Option<TaskTimes>,
    ) -> Result<(Shard, Option<String>), PartitionError> {
        let (place, told) = match self.shard {
            Which::Given(place) => (place, None),
            Which::Auto(of) => {
                let (place, from) = engine::place(variable, of)?;
                let told = format!(
                    "{self} is shard {} of {}, by {from}",
                    place.number, place.of
                );
                (place, Some(told))
            }
        };
        let dealing = match (self.deal, times) {
            (Deal::Slice, _) => Dealing::Slice,
            (Deal::Hash, _) => Dealing::Hash,
            (Deal::Balanced, Some(times)) => Dealing::Balanced(times),
            (Deal::Balanced, None) => return Err(PartitionError::NoTimes { partition: *self }),
        };
        Ok((Shard { place, dealing }, told))
    }
}

impl Shard {
    /// Number of the shard, from 1.
    pub fn number(&self) -> u64 {
        self.place.number
    }

    /// Its tasks, of a list in which each stands once: in the order of the list.
    pub fn deal(&self, tasks: &[TaskName]) -> Vec<TaskName> {
        let Place { number, of } = self.place;
        let shards = match &self.dealing {
            Dealing::Slice => deal::slice(tasks, of),
            Dealing::Hash => deal::hash(tasks, of),
            Dealing::Balanced(times) => deal::balanced(tasks, of, times),
        };
        let own = tasks
            .iter()
            .zip(shards)
            .filter(|(_, shard)| *shard == number);
        own.map(|(task, _)| *task).collect()
    }

    /// All that its tasks depend on beside the list, as a text by which journals are found
    /// again: it stays, whatever types are called.
    pub(crate) fn ingredient(&self) -> String {
        match &self.dealing {
            Dealing::Slice | Dealing::Hash => self.to_string(),
            Dealing::Balanced(times) => {
                let times = times.iter();
                let times = times.map(|(task, time)| format!("TaskName({task}): {time:?}"));
                let times: Vec<String> = times.collect();
                format!("{self} {{{}}}", times.join(", "))
            }
        }
    }

    /// The sentence that says how many of the tasks it has.
    pub fn notice(&self, own: usize, of: usize) -> String {
        let Place { number, of: shards } = self.place;
        format!("shard {number} of {shards} has {own} of {of} tasks ({self})")
    }
}

impl FromStr for Partition {
    type Err = NotAPartition;

    fn from_str(text: &str) -> Result<Self, NotAPartition> {
        let (deal, shard) = match text.split_once(':') {
            Some((deal, shard)) => {
                let deals = [Deal::Slice, Deal::Hash, Deal::Balanced];
                let deal = deals.into_iter().find(|own| own.name() == deal);
                (deal.ok_or(NotAPartition)?, shard.parse()?)
            }
            None => match text.parse()? {
                // Which deal is meant is to be said.
                Which::Given(_) => return Err(NotAPartition),
                auto @ Which::Auto(_) => (Deal::Slice, auto),
            },
        };
        Ok(Self { deal, shard })
    }
}

impl FromStr for Which {
    type Err = NotAPartition;

    fn from_str(text: &str) -> Result<Self, NotAPartition> {
        let (number, of) = match text.split_once('/') {
            None if text == "auto" => return Ok(Self::Auto(None)),
            None => return Err(NotAPartition),
            Some((number, of)) => (number, at_least_one(of)?),
        };
        if number == "auto" {
            return Ok(Self::Auto(Some(of)));
        }
        let number = at_least_one(number)?;
        match number <= of {
            true => Ok(Self::Given(Place { number, of })),
            false => Err(NotAPartition),
        }
    }
}

fn at_least_one(text: &str) -> Result<u64, NotAPartition> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| is_plain && *number > 0);
    number.ok_or(NotAPartition)
}

impl Deal {
    fn name(self) -> &'static str {
        match self {
            Self::Slice => "slice",
            Self::Hash => "hash",
            Self::Balanced => "balanced",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(
            (self.deal, self.shard),
            (Deal::Hash | Deal::Balanced, _) | (_, Which::Given(_))
        ) {
            write!(formatter, "{}:", self.deal.name())?;
        }
        match self.shard {
            Which::Given(place) => write!(formatter, "{place}"),
            Which::Auto(None) => formatter.write_str("auto"),
            Which::Auto(Some(of)) => write!(formatter, "auto/{of}"),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deal = match self.dealing {
            Dealing::Slice => Deal::Slice,
            Dealing::Hash => Deal::Hash,
            Dealing::Balanced(_) => Deal::Balanced,
        };
        write!(formatter, "{}:{}", deal.name(), self.place)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn shard(text: &str, times: Option<TaskTimes>) -> Shard {
        let partition: Partition = text.parse().unwrap();
        partition.shard(&|_| None, times).unwrap().0
    }

    fn tasks(numbers: impl IntoIterator<Item = u32>) -> Vec<TaskName> {
        let names = numbers.into_iter().map(|number| format!("{number:08x}"));
        names.map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn a_partition_is_written_as_it_is_read() {
        for text in [
            "slice:2/8",
            "hash:1/1",
            "balanced:8/8",
            "auto",
            "auto/8",
            "hash:auto",
            "hash:auto/8",
            "balanced:auto/3",
        ] {
            let partition: Partition = text.parse().unwrap();
            assert_eq!(partition.to_string(), text);
        }
        for text in [
            "",
            "2/8",
            "slice",
            "slice:",
            "slice:2",
            "slice:0/8",
            "slice:9/8",
            "slice:2/0",
            "slice:+2/8",
            "hash:-1/8",
            "odd:2/8",
            "auto/0",
            "auto/",
            "auto:8",
            "slice:2/8/9",
            "slice:99999999999999999999/8",
        ] {
            assert_eq!(text.parse::<Partition>(), Err(NotAPartition), "{text}");
        }
    }

    #[test]
    fn journals_of_a_shard_are_found_again_by_what_earlier_versions_wrote() {
        let times = [(1, 1500), (2, 60_000)];
        let times = times.map(|(task, time)| (tasks([task])[0], Duration::from_millis(time)));
        let times: TaskTimes = times.into_iter().collect();
        for (text, ingredient) in [
            ("slice:2/3", "slice:2/3"),
            ("hash:2/3", "hash:2/3"),
            (
                "balanced:2/3",
                "balanced:2/3 {TaskName(00000001): 1.5s, TaskName(00000002): 60s}",
            ),
        ] {
            assert_eq!(shard(text, Some(times.clone())).ingredient(), ingredient);
        }
    }

    #[test]
    fn slices_take_every_so_many_tasks_one() {
        let list = tasks(0..10);
        assert_eq!(shard("slice:2/3", None).deal(&list), tasks([1, 4, 7]));
        assert_eq!(shard("slice:3/3", None).deal(&list), tasks([2, 5, 8]));
        assert_eq!(shard("slice:1/1", None).deal(&list), list);
        assert_eq!(shard("slice:11/12", None).deal(&list), []);
    }

    #[test]
    fn a_deal_by_times_has_times() {
        let partition: Partition = "balanced:2/8".parse().unwrap();
        assert!(partition.needs_times());
        assert!(matches!(
            partition.shard(&|_| None, None),
            Err(PartitionError::NoTimes { .. })
        ));
    }

    proptest! {
        #[test]
        fn shards_are_disjoint_complete_and_in_order(
            numbers in proptest::collection::hash_set(any::<u32>(), 0..60),
            of in 1_u64..20,
            times in proptest::collection::btree_map(any::<u32>(), 0_u64..5000, 0..60),
            is_known in any::<bool>(),
        ) {
            let list = tasks(numbers.clone());
            let known = numbers.iter().zip(times.values());
            let known = known.map(|(task, time)| (tasks([*task])[0], Duration::from_millis(*time)));
            let times: TaskTimes = if is_known { known.collect() } else { TaskTimes::new() };
            for deal in ["slice", "hash", "balanced"] {
                let shards: Vec<Vec<TaskName>> = (1..=of)
                    .map(|number| shard(&format!("{deal}:{number}/{of}"), Some(times.clone())))
                    .map(|shard| shard.deal(&list))
                    .collect();
                let all: Vec<TaskName> = shards.concat();
                let distinct: HashSet<TaskName> = all.iter().copied().collect();
                prop_assert_eq!(all.len(), list.len());
                prop_assert_eq!(distinct.len(), list.len());
                for own in shards {
                    let places: Vec<usize> = own
                        .iter()
                        .map(|task| list.iter().position(|other| other == task).unwrap())
                        .collect();
                    prop_assert!(places.is_sorted());
                }
            }
        }

        #[test]
        fn what_a_hash_deals_stays_when_the_list_changes(
            numbers in proptest::collection::hash_set(any::<u32>(), 1..60),
            of in 1_u64..20,
        ) {
            let list = tasks(numbers);
            let half = &list[..list.len() / 2];
            for number in 1..=of {
                let shard = shard(&format!("hash:{number}/{of}"), None);
                let (own, all) = (shard.deal(half), shard.deal(&list));
                prop_assert!(own.iter().all(|task| all.contains(task)));
                let is_in_half = |task: &&TaskName| half.contains(task);
                prop_assert_eq!(own.len(), all.iter().filter(is_in_half).count());
            }
        }
    }
}
