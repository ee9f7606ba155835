//! `run_batt search`.

use std::path::PathBuf;
use std::time::Duration;

use arc_programs::batt::SampleBudget;
use clap::{ArgMatches, Args, ValueEnum, ValueHint};
use clap_complete::ArgValueCandidates;
use run_batt::job::{CacheBound, CoreSharing, JobOptions, ProgramOptions, Resources};
use run_batt::search::{Ends, Wanted, seed_of_shard};

use super::common::MutationArguments;
use super::completion;
use super::partition::OwnShard;
use super::reference::ReferenceArguments;
use super::run::{
    Environment, GivenArguments, KeptArguments, LimitArguments, Shared, ShowArguments,
    WhichArguments, WorkerArguments,
};
use super::values::{parse_at_least_one, parse_duration, parse_size};

/// Search in rounds, until it is stopped: draw solvers from the store, change them, run
/// them on the tasks, keep what scores
///
/// The same command goes on with the round that it was stopped in: a journal under
/// searches/ beside the store says which. The first round has the seed, as `run_batt
/// --draw` would; the seeds of the others follow from it.
#[derive(Debug, Args)]
pub struct SearchArguments {
    #[command(flatten, next_help_heading = "Which tasks")]
    pub which: WhichArguments,
    #[command(flatten, next_help_heading = "Where things are")]
    pub given: GivenArguments,
    #[command(flatten, next_help_heading = "Where things are")]
    kept: KeptArguments,
    #[command(flatten, next_help_heading = "What to search with")]
    drawing: DrawingArguments,
    #[command(flatten, next_help_heading = "When it ends")]
    ends: EndArguments,
    #[command(flatten, next_help_heading = "How to work")]
    pub work: WorkerArguments,
    #[command(flatten, next_help_heading = "How to work")]
    limits: LimitArguments,
    #[command(flatten, next_help_heading = "How to work")]
    cache: CacheArguments,
    #[command(flatten, next_help_heading = "What to show")]
    pub show: ShowArguments,
    #[command(flatten, next_help_heading = "What to show")]
    pub rounds: RoundsShownArguments,
    #[command(flatten)]
    reference: ReferenceArguments,
    /// How many of the values of `-t` set no time limit, for a `--timeout` was typed
    /// after them.
    #[arg(skip)]
    values_before_timeout: usize,
}

#[derive(Debug, Args)]
struct DrawingArguments {
    /// Draw the solvers of N tasks a round from the store under --out, mutate them, and
    /// evaluate the card that they make on every task
    #[arg(
        long,
        value_name = "N",
        default_value_t = 32,
        allow_negative_numbers = true,
        value_parser = parse_at_least_one
    )]
    draw: usize,
    #[command(flatten)]
    mutation: MutationArguments,
}

#[derive(Debug, Args)]
struct CacheArguments {
    /// How much memory may remember what programs came to, so that they are not evaluated
    /// again on the same samples; 0 for none
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = parse_size)]
    cache_size: u64,
    /// How much of that all instances of a store may keep on disk together, under
    /// result_cache/ beside it, for the next search; 0 for none
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = parse_size)]
    cache_on_disk: u64,
}

#[derive(Debug, Args)]
struct EndArguments {
    /// End after N rounds, those before it was stopped included
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = parse_at_least_one
    )]
    rounds: Option<usize>,
    /// End within this time, such as 8h: no round begins that would not end in time by
    /// the times of the last ones; at the time itself what is in hand is finished within
    /// a second, or dropped
    #[arg(
        long = "for",
        id = "for",
        value_name = "TIME",
        allow_negative_numbers = true,
        value_parser = parse_duration
    )]
    time: Option<Duration>,
    /// End when these tasks are solved (several, repeated or comma-separated), or all:
    /// those that a round may run
    #[arg(
        long,
        value_name = "NAME|all",
        num_args = 1..,
        value_delimiter = ',',
        add = ArgValueCandidates::new(completion::task_ids)
    )]
    until_solved: Vec<String>,
    /// Run this program for each task that is solved for the first time, with the task's
    /// name and the path of its solver as arguments, and as SOLVED_TASK and
    /// SOLVED_PROGRAM in the environment; no shell reads it
    #[arg(long, value_name = "PROGRAM", value_hint = ValueHint::CommandName)]
    on_solved: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RoundsShownArguments {
    /// Which summaries are shown: one a round, the search's in the end, or both
    #[arg(long, value_enum, default_value_t = SummariesArgument::Both)]
    pub summaries: SummariesArgument,
    /// Show the date before each round
    #[arg(long)]
    pub dates: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SummariesArgument {
    Rounds,
    Search,
    Both,
}

impl SearchArguments {
    /// Which of two time limits holds.
    pub(super) fn settle_limit(&mut self, matches: &ArgMatches) {
        self.values_before_timeout = self.which.values_before_timeout(matches);
    }

    /// Budget of a sample, but for the time limit that a value of `-t` may set.
    pub fn budget(&self) -> SampleBudget {
        self.limits.budget()
    }

    /// The seed, if one is given; of a shard that which follows from its number.
    pub fn seed(&self, shard: &OwnShard) -> Option<u64> {
        let of_shard = shard.shard.as_ref().map(|own| seed_of_shard(own.number()));
        self.which.seed().or(of_shard)
    }

    /// What its rounds are asked for, as of
    /// [`RunArguments::options`](super::RunArguments::options).
    pub fn options(
        &self,
        resources: Resources,
        cores: CoreSharing,
        shard: OwnShard,
        environment: Environment<'_>,
    ) -> JobOptions {
        let shared = Shared {
            which: &self.which,
            given: &self.given,
            kept: &self.kept,
            limits: &self.limits,
            show: &self.show,
            reference: &self.reference,
            values_before_timeout: self.values_before_timeout,
        };
        // Each round has a seed of its own.
        let seed = 0;
        let DrawingArguments { draw, mutation } = &self.drawing;
        let mut options = shared.options(resources, cores, shard, seed, environment);
        options.tasks.selection.samples_shard = true;
        JobOptions {
            programs: ProgramOptions::Drawn {
                libraries: self.given.libraries(),
                count: *draw,
                mutation: mutation.options_of_search(seed),
            },
            cache: CacheBound {
                memory: self.cache.cache_size,
                disk: self.cache.cache_on_disk,
            },
            ..options
        }
    }

    pub fn ends(&self) -> Ends {
        Ends {
            rounds: self.ends.rounds.map(|rounds| rounds as u64),
            time: self.ends.time,
        }
    }

    /// The tasks that are to be solved before it ends, if it ends with that.
    pub fn wanted(&self) -> Option<Wanted> {
        match self.ends.until_solved.as_slice() {
            [] => None,
            [all] if all == "all" => Some(Wanted::All),
            names => Some(Wanted::Tasks(names.to_vec())),
        }
    }

    /// The program for each task that is solved.
    pub fn on_solved(&self) -> Option<&PathBuf> {
        self.ends.on_solved.as_ref()
    }
}
