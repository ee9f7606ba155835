//! Which tasks.

use arc_programs::task::TaskName;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use clap_complete::ArgValueCandidates;
use run_batt::job::TypedLimit;
use run_batt::tasks::{Asked, Selection, Shard, Split};

use super::Environment;
use crate::cli::common::SplitArgument;
use crate::cli::completion;
use crate::cli::partition::{OwnShard, PartitionArguments};
use crate::cli::values::{TaskOrLimit, parse_count, parse_from_zero, parse_task_or_limit};

#[derive(Debug, Args)]
pub struct WhichArguments {
    /// Run the first N tasks, a random sample of -N if negative, all if 0
    #[arg(
        short,
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true,
        value_parser = parse_count
    )]
    count: i64,
    /// Run these tasks only (several, repeated or comma-separated); a plain number, or
    /// one with a unit of time, is a --timeout where no task has that name
    #[arg(
        short,
        long = "task",
        value_name = "NAME",
        num_args = 1..,
        value_delimiter = ',',
        value_parser = parse_task_or_limit,
        add = ArgValueCandidates::new(completion::task_ids)
    )]
    task: Vec<TaskOrLimit>,
    /// Run just these tasks and those of -t, in the order in which they are given,
    /// whatever -s and -c say; without a name, those that -s and -c select
    #[arg(
        short = 'i',
        long = "task_ids",
        value_name = "NAME",
        num_args = 0..,
        value_delimiter = ',',
        add = ArgValueCandidates::new(completion::task_ids)
    )]
    task_ids: Vec<String>,
    /// Skip the first K tasks
    #[arg(
        short,
        long,
        value_name = "K",
        default_value_t = 0,
        allow_negative_numbers = true,
        value_parser = parse_from_zero::<usize>
    )]
    start: usize,
    /// Draw random samples from this seed [default: a new one, which is told]
    #[arg(
        long,
        value_name = "SEED",
        allow_negative_numbers = true,
        value_parser = parse_from_zero::<u64>
    )]
    seed: Option<u64>,
    /// Which tasks, where the data is split
    #[arg(long, value_enum, default_value_t = SplitArgument::Train)]
    data: SplitArgument,
    #[command(flatten)]
    partition: PartitionArguments,
}

impl WhichArguments {
    /// Whether `--partition` can be had with the rest; `deals_samples` says whether a
    /// random sample would be dealt.
    pub(in crate::cli) fn check_partition(&self, deals_samples: bool) -> Result<(), String> {
        let is_sample_dealt = deals_samples && self.count < 0 && self.task_ids.is_empty();
        self.partition.check(is_sample_dealt, self.seed)
    }

    /// The shard that is taken of the tasks.
    pub fn shard(&self, environment: Environment<'_>) -> anyhow::Result<OwnShard> {
        self.partition.shard(environment)
    }

    /// The seed, if one is given.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    pub(in crate::cli) fn split(&self) -> Split {
        self.data.split()
    }

    /// Which tasks, of this shard; `drawn_seed` is the seed where none is given.
    pub(in crate::cli) fn selection(
        &self,
        drawn_seed: impl FnOnce() -> u64,
        shard: Option<Shard>,
    ) -> Selection {
        let words = self.task.iter().map(|value| match value {
            TaskOrLimit::Task(name) => Asked::Task(name.clone()),
            TaskOrLimit::Limit(_, typed) => Asked::TaskIfKnown(typed.clone()),
        });
        // Whoever names tasks by -i wants all of them, and in that order.
        let names = self.task_ids.iter().cloned().map(Asked::Task);
        let (exactly, only) = match self.task_ids.is_empty() {
            true => (Vec::new(), words.collect()),
            false => (names.chain(words).collect(), Vec::new()),
        };
        Selection {
            exactly,
            only,
            start: self.start,
            count: self.count,
            seed: self.seed.unwrap_or_else(drawn_seed),
            sure: Vec::new(),
            shard,
            samples_shard: false,
        }
    }

    /// The values of `-t` that are time limits by their form; the first values set none,
    /// as many as a `--timeout` goes behind.
    pub(in crate::cli) fn limits(&self, before_timeout: usize) -> Vec<TypedLimit> {
        let values = self.task.iter().enumerate();
        let limits = values.filter_map(|(place, value)| match value {
            TaskOrLimit::Limit(limit, typed) => Some(TypedLimit {
                typed: typed.clone(),
                limit: *limit,
                is_overruled: place < before_timeout,
            }),
            TaskOrLimit::Task(_) => None,
        });
        limits.collect()
    }

    /// How many of the values of `-t` set no time limit, for a `--timeout` was typed
    /// after them. Of two time limits, `-t 20` or `--timeout 10`, the one that was typed
    /// last holds, as of all options given twice.
    pub(in crate::cli) fn values_before_timeout(&self, matches: &ArgMatches) -> usize {
        let typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
        match (typed("task"), typed("timeout")) {
            (true, true) => {
                let places = matches.indices_of("task").into_iter().flatten();
                places
                    .filter(|&place| Some(place) < matches.index_of("timeout"))
                    .count()
            }
            (_, true) => self.task.len(),
            (_, false) => 0,
        }
    }

    /// That tasks which -t names are not run, if some are not, and why.
    pub fn left_out(&self, ids: &[TaskName]) -> Option<String> {
        const SHOWN: usize = 8;
        let by = match (self.start, self.count) {
            (0, count) => format!("-c {count}"),
            (start, 0) => format!("-s {start}"),
            (start, count) => format!("-s {start} -c {count}"),
        };
        if ids.is_empty() {
            return None;
        }
        let names: Vec<String> = ids.iter().take(SHOWN).map(TaskName::to_string).collect();
        let more = match ids.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(format!(
            "{by} leaves out {}{more} of the tasks that -t names; -i runs all that it names",
            names.join(", ")
        ))
    }
}
