//! Options that several commands have.

use std::path::{Path, PathBuf};
use std::time::Duration;

use arc_programs::batt::SampleBudget;
use arc_programs::card::mutation::{ChangeWeights, MutationOptions};
use arc_programs::deadline::Timeout;
use arc_programs::dsl::{ARC_DSL, Dialect, REFERENCE};
use arc_programs::evaluation::Limits;
use arc_programs::program::InlineBudget;
use clap::{Args, ValueEnum};
use run_batt::clock::time_since_start;
use run_batt::tasks::Split;
use run_batt::telemetry::LogPlace;

use super::values::{parse_duration, parse_from_zero, parse_probability, parse_size, size_text};

#[derive(Debug, Args)]
pub struct OutputArguments {
    #[command(flatten)]
    pub store: StoreArguments,
    /// Where telemetry and log are appended [default: logs under --out]
    #[arg(long, value_name = "FOLDER")]
    logs: Option<PathBuf>,
}

impl OutputArguments {
    /// The place of the logs.
    pub fn place(&self) -> LogPlace {
        self.logs.clone().map_or(LogPlace::OfStore, LogPlace::Named)
    }

    /// The folder of the logs.
    pub fn logs(&self) -> PathBuf {
        self.place().folder(self.store.out())
    }
}

#[derive(Debug, Args)]
pub struct StoreArguments {
    /// Where the store's folders are, and are made [default: .]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct DialectArguments {
    /// What the names in programs mean; in arc-dsl, the original of michaelhodel, a failing
    /// call ends the program [default: what the store says, else reference, or arc-dsl where
    /// programs have names that it alone has]
    #[arg(long, value_enum)]
    dialect: Option<DialectArgument>,
}

impl DialectArguments {
    /// The one that is asked for.
    pub fn asked(&self) -> Option<&'static Dialect> {
        self.dialect.map(DialectArgument::dialect)
    }
}

/// A dialect of the DSL: that of pierreb4/tokpidjin, and the original, of
/// michaelhodel/arc-dsl.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DialectArgument {
    Reference,
    ArcDsl,
}

impl DialectArgument {
    pub fn dialect(self) -> &'static Dialect {
        match self {
            Self::Reference => &REFERENCE,
            Self::ArcDsl => &ARC_DSL,
        }
    }
}

#[derive(Debug, Args)]
pub struct MutationArguments {
    /// How likely each callee and argument of a card changes [default: 0.01; in a search
    /// every solver changes once, and differs by 0.01]
    #[arg(
        long,
        value_name = "PROBABILITY",
        allow_negative_numbers = true,
        value_parser = parse_probability
    )]
    mutation: Option<f64>,
    /// Keep the solvers as they were drawn
    #[arg(long)]
    freeze_solvers: bool,
    /// Keep the differs as they were drawn
    #[arg(long)]
    freeze_differs: bool,
}

#[derive(Debug, Args)]
pub struct TimeoutArguments {
    /// How long a sample may take, such as 10s or 1m30s; what was computed before counts
    #[arg(
        long,
        value_name = "TIME",
        default_value = "10s",
        allow_negative_numbers = true,
        value_parser = parse_duration
    )]
    timeout: Duration,
}

impl TimeoutArguments {
    /// Budget of a sample, but for the time limit that a value of `-t` may set.
    pub fn budget(&self) -> SampleBudget {
        SampleBudget {
            limits: Limits::default(),
            timeout: Some(Timeout {
                clock: time_since_start,
                duration: self.timeout,
            }),
        }
    }
}

#[derive(Debug, Args)]
pub struct BudgetArguments {
    /// The longest inlined text, such as 4MB; a program beyond it is kept as raw source, and
    /// so are those whose turn comes later than a run's --timeout; 0 keeps all so, as
    /// SKIP_INLINING=1 in the environment does
    #[arg(
        long,
        value_name = "SIZE",
        default_value = size_text(InlineBudget::DEFAULT.maximum_bytes),
        allow_negative_numbers = true,
        value_parser = parse_size
    )]
    inline_budget: u64,
}

#[derive(Debug, Args)]
pub struct ArcGenArguments {
    /// With the samples that a generator has added to a task, its list arc-gen: how many
    /// there are, or how a solver does on them all
    #[arg(long)]
    pub arc_gen: bool,
}

#[derive(Debug, Args)]
pub struct StepArguments {
    /// The most steps of a call; a call beyond it has no value
    #[arg(
        long,
        value_name = "STEPS",
        default_value_t = Limits::default().call_steps,
        allow_negative_numbers = true,
        value_parser = parse_from_zero::<u64>
    )]
    call_steps: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SplitArgument {
    Train,
    Eval,
    Both,
}

impl StoreArguments {
    /// The folder.
    pub fn out(&self) -> &Path {
        self.out.as_deref().unwrap_or(Path::new("."))
    }

    /// Whether the user has named it.
    pub fn is_named(&self) -> bool {
        self.out.is_some()
    }
}

impl MutationArguments {
    pub fn options(&self, seed: u64) -> MutationOptions {
        MutationOptions {
            probability: self.mutation.unwrap_or(0.01),
            freeze_solvers: self.freeze_solvers,
            freeze_differs: self.freeze_differs,
            every_solver: None,
            seed,
        }
    }

    /// The same for a search, which asks for change where no probability is given.
    pub fn options_of_search(&self, seed: u64) -> MutationOptions {
        let asks_for_change = self.mutation.is_none();
        MutationOptions {
            every_solver: asks_for_change.then(ChangeWeights::default),
            ..self.options(seed)
        }
    }
}

impl SplitArgument {
    pub(super) fn split(self) -> Split {
        match self {
            Self::Train => Split::Train,
            Self::Eval => Split::Eval,
            Self::Both => Split::Both,
        }
    }
}

impl StepArguments {
    pub fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            call_steps: self.call_steps,
            steps: default.steps.max(self.call_steps),
            ..default
        }
    }
}

impl BudgetArguments {
    pub(super) fn budget(&self) -> InlineBudget {
        InlineBudget {
            maximum_bytes: self.inline_budget,
        }
    }
}
