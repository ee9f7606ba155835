//! `run_batt` itself: tasks and programs, run.
//!
//! What a run and a search both have is declared once, a file a heading of the help:
//! each takes what it needs, and [`Shared`] makes a job's options of that.

mod places;
mod show;
mod which;
mod work;

use std::ffi::OsString;
use std::path::PathBuf;

use arc_programs::batt::SampleBudget;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use run_batt::job::{CacheBound, CoreSharing, JobOptions, ProgramOptions, Resources, TaskOptions};

pub use places::{CardFileArguments, GivenArguments, KeptArguments, LogSizeArguments};
pub use show::ShowArguments;
pub use which::WhichArguments;
pub use work::{DivisionArguments, LimitArguments, WorkerArguments};

use super::common::MutationArguments;
use super::partition::OwnShard;
use super::reference::ReferenceArguments;
use super::values::parse_from_zero;

/// An option that says something only beside another one.
struct Need {
    option: &'static str,
    needed: &'static str,
    /// Whether the other one asks for what this one is about.
    is_met: fn(&ArgMatches) -> bool,
    why: &'static str,
}

const NEEDS: [Need; 4] = [
    Need {
        option: "mutation",
        needed: "draw",
        is_met: draws,
        why: "it changes the card that --draw N draws",
    },
    Need {
        option: "freeze_solvers",
        needed: "draw",
        is_met: draws,
        why: "it keeps solvers of the card that --draw N draws",
    },
    Need {
        option: "freeze_differs",
        needed: "draw",
        is_met: draws,
        why: "it keeps differs of the card that --draw N draws",
    },
    Need {
        option: "all_stored",
        needed: "solvers",
        is_met: has_solvers,
        why: "it takes all of the store's tree that --solvers PATH names",
    },
];

fn draws(matches: &ArgMatches) -> bool {
    let draw = matches.get_one::<usize>("draw");
    draw.is_some_and(|&solvers| solvers > 0)
}

fn has_solvers(matches: &ArgMatches) -> bool {
    let solvers = matches.get_many::<PathBuf>("solvers");
    solvers.is_some_and(|mut solvers| solvers.next().is_some())
}

/// Whether everything that was typed has the option beside it that it needs.
pub(super) fn check_needs(matches: &ArgMatches) -> Result<(), String> {
    for Need {
        option,
        needed,
        is_met,
        why,
    } in NEEDS
    {
        let is_typed = matches.value_source(option) == Some(ValueSource::CommandLine);
        if is_typed && !is_met(matches) {
            let option = option.replace('_', "-");
            return Err(format!("--{option} needs --{needed}: {why}"));
        }
    }
    Ok(())
}

/// Environment, asked for a variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

#[derive(Debug, Args)]
pub struct RunArguments {
    #[command(flatten, next_help_heading = "Which tasks")]
    pub which: WhichArguments,
    #[command(flatten, next_help_heading = "Where things are")]
    pub given: GivenArguments,
    #[command(flatten, next_help_heading = "Where things are")]
    pub(super) card: CardFileArguments,
    #[command(flatten, next_help_heading = "Where things are")]
    kept: KeptArguments,
    #[command(flatten, next_help_heading = "What to search with")]
    drawing: DrawArguments,
    #[command(flatten, next_help_heading = "How to work")]
    pub work: WorkerArguments,
    #[command(flatten, next_help_heading = "How to work")]
    division: DivisionArguments,
    #[command(flatten, next_help_heading = "How to work")]
    pub(super) limits: LimitArguments,
    #[command(flatten, next_help_heading = "What to show")]
    pub show: ShowArguments,
    #[command(flatten)]
    reference: ReferenceArguments,
    /// How many of the values of `-t` set no time limit, for a `--timeout` was typed
    /// after them.
    #[arg(skip)]
    pub(super) values_before_timeout: usize,
}

#[derive(Debug, Args)]
pub struct DrawArguments {
    /// Draw the solvers of N tasks from the store under --out, mutate them, and
    /// evaluate the card that they make on every task; 0 draws none
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = parse_from_zero::<usize>,
        conflicts_with_all = ["card", "batt"]
    )]
    pub(super) draw: Option<usize>,
    #[command(flatten)]
    pub(super) mutation: MutationArguments,
}

impl RunArguments {
    /// Which of two time limits holds.
    pub(super) fn settle_limit(&mut self, matches: &ArgMatches) {
        self.values_before_timeout = self.which.values_before_timeout(matches);
    }

    /// Whether its card is drawn.
    pub fn is_drawn(&self) -> bool {
        self.drawing.draw.is_some_and(|solvers| solvers > 0)
    }

    /// Budget of a sample, but for the time limit that a value of `-t` may set.
    pub fn budget(&self) -> SampleBudget {
        self.limits.budget()
    }

    /// What is asked for, of a shard. What the machine has, and `drawn_seed`, a seed where
    /// none is given, come from outside; `environment` has the reference's switch for
    /// raw sources.
    pub fn options(
        &self,
        resources: Resources,
        cores: CoreSharing,
        shard: OwnShard,
        drawn_seed: impl FnOnce() -> u64,
        environment: Environment<'_>,
    ) -> JobOptions {
        let seed = self.which.seed().unwrap_or_else(drawn_seed);
        let shared = self.shared();
        let mut options = shared.options(resources, cores, shard, seed, environment);
        options.tasks.selection.samples_shard = self.is_drawn();
        JobOptions {
            programs: self.programs(seed),
            resume: self.division.resume,
            claim: self.division.claim,
            ..options
        }
    }

    /// Which programs; a card is drawn, where one is, from this seed.
    fn programs(&self, seed: u64) -> ProgramOptions {
        if let Some(path) = self.card.path() {
            return ProgramOptions::Card(path);
        }
        let libraries = self.given.libraries();
        let DrawArguments { draw, mutation } = &self.drawing;
        match *draw {
            None | Some(0) => ProgramOptions::Libraries(libraries),
            Some(count) => ProgramOptions::Drawn {
                libraries,
                count,
                mutation: mutation.options(seed),
            },
        }
    }

    fn shared(&self) -> Shared<'_> {
        Shared {
            which: &self.which,
            given: &self.given,
            kept: &self.kept,
            limits: &self.limits,
            show: &self.show,
            reference: &self.reference,
            values_before_timeout: self.values_before_timeout,
        }
    }

    /// What the user should know of how the command line was understood, and
    /// the environment.
    #[cfg(test)]
    pub(super) fn notices(&self, environment: Environment<'_>) -> Vec<String> {
        self.shared().notices(environment)
    }
}

/// What a run and a search are both asked.
pub(super) struct Shared<'a> {
    pub(super) which: &'a WhichArguments,
    pub(super) given: &'a GivenArguments,
    pub(super) kept: &'a KeptArguments,
    pub(super) limits: &'a LimitArguments,
    pub(super) show: &'a ShowArguments,
    pub(super) reference: &'a ReferenceArguments,
    pub(super) values_before_timeout: usize,
}

impl Shared<'_> {
    /// The options of a job of each task's own programs, alone on its tasks.
    pub(super) fn options(
        self,
        resources: Resources,
        cores: CoreSharing,
        OwnShard { shard, told }: OwnShard,
        seed: u64,
        environment: Environment<'_>,
    ) -> JobOptions {
        let mut notices = self.notices(environment);
        notices.extend(told);
        notices.extend(resources.notice());
        let store = &self.kept.output.store;
        JobOptions {
            programs: ProgramOptions::Libraries(self.given.libraries()),
            tasks: TaskOptions {
                path: self.given.tasks.clone(),
                split: self.which.split(),
                selection: self.which.selection(|| seed, shard),
                limits: self.which.limits(self.values_before_timeout),
            },
            dialect: self.given.dialect.asked(),
            out: store.out().to_owned(),
            is_out_named: store.is_named(),
            logs: self.kept.logs(self.show.detail()),
            resume: false,
            claim: false,
            resources,
            cores: (!self.limits.no_share).then_some(cores),
            inline_budget: self.limits.inline_budget(environment),
            cache: CacheBound::default(),
            notices,
        }
    }

    fn notices(&self, environment: Environment<'_>) -> Vec<String> {
        let raw = skips_inlining(environment)
            .then(|| "SKIP_INLINING=1: programs are kept as raw source, under its MD5".to_owned());
        self.reference.notice().into_iter().chain(raw).collect()
    }
}

/// The reference's switch: nothing is inlined where it is 1.
fn skips_inlining(environment: Environment<'_>) -> bool {
    environment("SKIP_INLINING").is_some_and(|value| value == "1")
}
