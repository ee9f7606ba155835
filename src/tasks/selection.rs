//! Which of the known tasks a run takes.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Shard, TaskError, TaskSource};
use arc_programs::task::TaskName;

/// A word that stands where tasks are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A task's name; a source that lacks it is an error.
    Task(String),
    /// A task's name where the source has it, and else something else, which is not
    /// for the selection to know.
    TaskIfKnown(String),
}

impl Asked {
    /// The task that it names, if it names one.
    fn find(&self, source: &TaskSource) -> Result<Option<TaskName>, TaskError> {
        match self {
            Self::Task(name) => source.find(name).map(Some),
            Self::TaskIfKnown(word) => Ok(source.find(word).ok()),
        }
    }
}

/// The tasks that words name, each once, in their order.
fn named(words: &[Asked], source: &TaskSource) -> Result<Vec<TaskName>, TaskError> {
    let mut tasks = Vec::with_capacity(words.len());
    for word in words {
        if let Some(task) = word.find(source)?
            && !tasks.contains(&task)
        {
            tasks.push(task);
        }
    }
    Ok(tasks)
}

/// Which tasks to take: those that `exactly` names, else what the rest says, in
/// the source's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Just the tasks of these names, in this order and each once, whatever the
    /// rest says; where empty, the rest decides.
    pub exactly: Vec<Asked>,
    /// Only tasks of these names; all where empty.
    pub only: Vec<Asked>,
    /// Number of the first tasks to pass over.
    pub start: usize,
    /// Number of tasks to take: the first `count`, a random sample of `-count`, or
    /// all for 0.
    pub count: i64,
    /// Seed of a random sample: the same seed, the same sample.
    pub seed: u64,
    /// Tasks that a random sample has in any case, as far as it has room and
    /// the rest of the selection allows them.
    pub sure: Vec<TaskName>,
    /// The shard that the tasks are of; all of them without one.
    pub shard: Option<Shard>,
    /// Whether a random sample is one of the shard's tasks, and not dealt itself: what is
    /// sampled by what an instance has found cannot be the same in all shards.
    pub samples_shard: bool,
}

/// The tasks that a run takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// Their names, in the order of the run.
    pub tasks: Vec<TaskName>,
    /// The tasks that were dealt to this shard and the others; where there are none, its own.
    pub of_all_shards: Vec<TaskName>,
    /// Number of tasks asked for, if that is more than there are.
    pub asked: Option<u64>,
    /// Tasks that were named and are not taken, for the start or the count leave them
    /// out.
    pub left_out: Vec<TaskName>,
}

impl Selection {
    /// Whether other seeds take other tasks.
    pub fn is_by_chance(&self) -> bool {
        self.exactly.is_empty() && self.count < 0
    }

    /// Applies the selection to what a source has.
    ///
    /// Fails with [`TaskError::Unknown`] for a name that the source lacks, and with
    /// [`TaskError::NoneLeft`] where all tasks are passed over.
    pub fn select(&self, source: &TaskSource) -> Result<Selected, TaskError> {
        let of_all_shards = named(&self.exactly, source)?;
        if !of_all_shards.is_empty() {
            return Ok(Selected {
                tasks: self.deal(&of_all_shards),
                of_all_shards,
                asked: None,
                left_out: Vec::new(),
            });
        }
        let only = named(&self.only, source)?;
        let allowed = source.names();
        let allowed = allowed.filter(|id| only.is_empty() || only.contains(id));
        let mut candidates: Vec<TaskName> = allowed.collect();
        let tasks = candidates.len();
        candidates.drain(..self.start.min(tasks));
        if candidates.is_empty() && tasks > 0 {
            return Err(TaskError::NoneLeft {
                start: self.start,
                tasks,
            });
        }
        let is_sampled_of_shard = self.samples_shard && self.count < 0;
        if is_sampled_of_shard {
            candidates = self.deal(&candidates);
        }
        let asked = self.count.unsigned_abs();
        let amount =
            usize::try_from(asked).map_or(candidates.len(), |asked| asked.min(candidates.len()));
        let tasks = match self.count {
            0 => candidates.clone(),
            1.. => candidates[..amount].to_vec(),
            _ => {
                let mut random = ChaCha8Rng::seed_from_u64(self.seed);
                let is_sure = |index: &usize| self.sure.contains(&candidates[*index]);
                let (mut taken, others): (Vec<usize>, Vec<usize>) =
                    (0..candidates.len()).partition(is_sure);
                taken.truncate(amount);
                let missing = amount - taken.len();
                let sample = rand::seq::index::sample(&mut random, others.len(), missing);
                taken.extend(sample.iter().map(|index| others[index]));
                taken.sort_unstable();
                taken.into_iter().map(|index| candidates[index]).collect()
            }
        };
        let mut left_out = only;
        left_out.retain(|task| !tasks.contains(task));
        if is_sampled_of_shard {
            // What is another shard's is not left out.
            left_out.retain(|task| candidates.contains(task));
        }
        Ok(Selected {
            asked: (asked > candidates.len() as u64).then_some(asked),
            tasks: match is_sampled_of_shard {
                true => tasks.clone(),
                false => self.deal(&tasks),
            },
            of_all_shards: tasks,
            left_out,
        })
    }

    /// The tasks that are this shard's.
    fn deal(&self, tasks: &[TaskName]) -> Vec<TaskName> {
        match &self.shard {
            Some(shard) => shard.deal(tasks),
            None => tasks.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> TaskSource {
        let task = r#"{"train": [], "test": []}"#;
        let texts = (0..20).map(|number| (format!("{number:08x}.json"), task));
        TaskSource::from_texts("made up", texts).unwrap()
    }

    fn task(name: &str) -> Asked {
        Asked::Task(name.to_owned())
    }

    fn select(selection: Selection) -> Vec<String> {
        let selected = selection.select(&source()).unwrap();
        selected.tasks.iter().map(TaskName::to_string).collect()
    }

    #[test]
    fn takes_the_first_after_those_passed_over() {
        let selection = Selection {
            start: 3,
            count: 2,
            ..Selection::default()
        };
        assert_eq!(select(selection), ["00000003", "00000004"]);
        assert_eq!(select(Selection::default()).len(), 20);
    }

    #[test]
    fn tasks_that_are_named_exactly_are_taken_in_their_order_and_once() {
        let exactly = ["00000013", "00000002", "00000013"].map(task);
        let selection = Selection {
            exactly: exactly.into(),
            start: 3,
            count: 1,
            ..Selection::default()
        };
        assert_eq!(select(selection), ["00000013", "00000002"]);
        let unknown = Selection {
            exactly: vec![task("000000ff")],
            ..Selection::default()
        };
        assert!(unknown.select(&source()).is_err());
    }

    #[test]
    fn a_word_that_may_be_something_else_names_a_task_where_there_is_one() {
        for (word, expected) in [("00000013", 1), ("20", 20), ("../a", 20)] {
            let words = vec![Asked::TaskIfKnown(word.to_owned())];
            let only = Selection {
                only: words.clone(),
                ..Selection::default()
            };
            let exactly = Selection {
                exactly: words,
                ..Selection::default()
            };
            assert_eq!(select(only).len(), expected, "{word}");
            assert_eq!(select(exactly).len(), expected, "{word}");
        }
    }

    #[test]
    fn named_tasks_that_the_count_or_the_start_leave_out_are_told() {
        let named = ["00000002", "00000013"].map(task);
        for (start, count, expected) in [
            (0, 1, "00000013"),
            (1, 0, "00000002"),
            (0, 2, ""),
            (0, 0, ""),
        ] {
            let selection = Selection {
                only: named.clone().into(),
                start,
                count,
                ..Selection::default()
            };
            let left_out = selection.select(&source()).unwrap().left_out;
            let told: Vec<String> = left_out.iter().map(TaskName::to_string).collect();
            assert_eq!(told.join(" "), expected, "{start} {count}");
        }
    }

    #[test]
    fn a_random_sample_is_repeatable_distinct_and_in_order() {
        let sample = |seed| {
            select(Selection {
                count: -7,
                seed,
                ..Selection::default()
            })
        };
        let first = sample(1);
        assert_eq!(first.len(), 7);
        assert!(first.is_sorted_by(|left, right| left < right));
        assert_eq!(first, sample(1));
        assert!((2..20).any(|seed| sample(seed) != first));
    }

    #[test]
    fn a_random_sample_has_the_tasks_that_are_sure() {
        let sure: Vec<TaskName> = ["00000013", "00000002", "000000ff"]
            .map(|id| id.parse().unwrap())
            .into();
        for seed in 0..20 {
            let sample = |count| {
                select(Selection {
                    count,
                    seed,
                    sure: sure.clone(),
                    ..Selection::default()
                })
            };
            let five = sample(-5);
            assert_eq!(five.len(), 5);
            assert!(five.contains(&"00000002".into()) && five.contains(&"00000013".into()));
            assert_eq!(sample(-1), ["00000002"]);
        }
    }

    #[test]
    fn says_when_more_is_asked_than_there_is() {
        for count in [-21, 21, i64::MIN] {
            let selection = Selection {
                count,
                ..Selection::default()
            };
            let selected = selection.select(&source()).unwrap();
            assert_eq!(selected.tasks.len(), 20);
            assert_eq!(selected.asked, Some(count.unsigned_abs()));
        }
    }

    #[test]
    fn where_all_tasks_are_passed_over_that_is_an_error() {
        let start = |start| Selection {
            start,
            ..Selection::default()
        };
        assert_eq!(select(start(19)).len(), 1);
        for beyond in [20, usize::MAX] {
            let error = start(beyond).select(&source()).unwrap_err();
            assert!(matches!(error, TaskError::NoneLeft { tasks: 20, .. }));
        }
    }

    #[test]
    fn an_unknown_task_is_named_with_the_nearest_known() {
        let selection = Selection {
            only: vec![task("0000000f"), task("000000ff")],
            ..Selection::default()
        };
        let message = selection.select(&source()).unwrap_err().to_string();
        assert!(message.contains("unknown task `000000ff`"), "{message}");
        assert!(message.contains("did you mean 0000000f?"), "{message}");
    }
}
