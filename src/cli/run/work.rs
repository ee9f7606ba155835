//! How to work: with how many workers, within which limits, beside whom.

use arc_programs::batt::SampleBudget;
use arc_programs::program::InlineBudget;
use clap::{Args, ValueEnum};
use run_batt::pool::{Hardware, Profile, ProfileChoice, Workers};

use super::{Environment, skips_inlining};
use crate::cli::common::{BudgetArguments, TimeoutArguments};
use crate::cli::values::{parse_at_least_one, parse_workers};

#[derive(Debug, Args)]
pub struct WorkerArguments {
    /// CPU: 2 workers, chunks of 8; GPU: 4 and 16; auto asks the NVIDIA driver
    #[arg(long, value_enum, default_value_t = ProfileArgument::Auto)]
    profile: ProfileArgument,
    /// How many threads work, or auto: one a core [default: the profile's]
    #[arg(long, value_name = "N|auto", allow_negative_numbers = true, value_parser = parse_workers)]
    workers: Option<Workers>,
    /// At most how many programs are in flight [default: 4 a worker, at least 8]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = parse_at_least_one
    )]
    chunk: Option<usize>,
}

#[derive(Debug, Args)]
pub struct DivisionArguments {
    /// Pass over the tasks that the logs record as finished with the same card or
    /// programs, data and options
    #[arg(long, conflicts_with = "draw")]
    pub(super) resume: bool,
    /// Divide the tasks with the other instances that are given the same, by
    /// claims under --logs; what one has finished none runs again
    #[arg(long, conflicts_with = "draw")]
    pub(super) claim: bool,
}

#[derive(Debug, Args)]
pub struct LimitArguments {
    /// Use the cores as if no other instance did; else all instances of a user
    /// together have as many workers at work as there are cores
    #[arg(long)]
    pub(super) no_share: bool,
    #[command(flatten)]
    timeout: TimeoutArguments,
    #[command(flatten)]
    budget: BudgetArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProfileArgument {
    Auto,
    Cpu,
    Gpu,
}

impl WorkerArguments {
    /// The workers, on this hardware.
    pub fn profile(&self, hardware: &Hardware<'_>) -> Profile {
        let choice = match self.profile {
            ProfileArgument::Auto => ProfileChoice::Auto,
            ProfileArgument::Cpu => ProfileChoice::Cpu,
            ProfileArgument::Gpu => ProfileChoice::Gpu,
        };
        Profile::choose(choice, self.workers, self.chunk, hardware)
    }
}

impl LimitArguments {
    /// Budget of a sample, but for the time limit that a value of `-t` may set.
    pub fn budget(&self) -> SampleBudget {
        self.timeout.budget()
    }

    /// How large an inlined text may become. `environment` has the reference's
    /// switch for raw sources.
    pub(in crate::cli) fn inline_budget(&self, environment: Environment<'_>) -> InlineBudget {
        match skips_inlining(environment) {
            true => InlineBudget::NONE,
            false => self.budget.budget(),
        }
    }
}
