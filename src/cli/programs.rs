//! What shows programs: `inline`, `eval`, `dsl`.

use std::fmt;
use std::path::{Path, PathBuf};

use arc_programs::evaluation::Limits;
use arc_programs::program::InlineBudget;
use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;
use run_batt::tasks::Split;

use super::common::{
    ArcGenArguments, BudgetArguments, DialectArgument, DialectArguments, Format, SplitArgument,
    StepArguments,
};
use super::completion;
use super::values::parse_samples;

/// Show programs inlined into one expression, their MD5, or expanded
#[derive(Debug, Args)]
pub struct InlineArguments {
    /// Files of programs; - or nothing for standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show the MD5 of the inlined text
    #[arg(long, conflicts_with = "expand")]
    pub md5: bool,
    /// Show the expanded file: one call a line, equal calls once
    #[arg(long)]
    pub expand: bool,
    /// Answer JSON lines {"source": …} from standard input with
    /// {"inlined", "md5", "expanded"} or {"error"}
    #[arg(long, conflicts_with_all = ["files", "md5", "expand"])]
    pub requests: bool,
    #[command(flatten)]
    budget: BudgetArguments,
    #[command(flatten)]
    pub dialect: DialectArguments,
}

impl InlineArguments {
    pub fn inline_budget(&self) -> InlineBudget {
        self.budget.budget()
    }
}

/// Evaluate a program, an expression or a card on a task's sample, call by call
#[derive(Debug, Args)]
pub struct EvalArguments {
    /// A file of programs; - for standard input
    #[arg(value_name = "FILE", conflicts_with = "expression")]
    pub file: Option<PathBuf>,
    /// An expression over S, I and C (in arc-dsl, over I) instead of a file
    #[arg(short, long)]
    pub expression: Option<String>,
    #[command(flatten)]
    pub dialect: DialectArguments,
    /// A card instead of a file: every call of it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "expression", "function", "check", "arc_gen"])]
    pub card: Option<PathBuf>,
    /// Which of the file's functions [default: the task's solver, or the only one if it
    /// is for no other task]
    #[arg(long, value_name = "NAME")]
    pub function: Option<String>,
    /// The task [default: the one that the function or its folder names; of an
    /// expression or a card, the first]
    #[arg(short, long, value_name = "NAME", add = ArgValueCandidates::new(completion::task_ids))]
    pub task: Option<String>,
    /// The sample: demo:0, demo:1, …, test:0, …, arc-gen:0, …; or all of demo and test
    #[arg(long, value_name = "SAMPLE", default_value = "demo:0", value_parser = parse_samples, conflicts_with = "arc_gen")]
    pub sample: SamplesChoice,
    /// What C is: withheld, None, as solvers are scored, or seen, the expected
    /// output, as differs see it [default: seen by a differ and in a card]
    #[arg(long, value_enum)]
    pub expected: Option<ExpectedArgument>,
    /// ARC tasks, as for run_batt [default: ../arc-prize-2025 if it is there, else
    /// the fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    /// Which tasks, where the data is split
    #[arg(long, value_enum, default_value_t = SplitArgument::Both)]
    data: SplitArgument,
    #[command(flatten)]
    pub generated: ArcGenArguments,
    /// How the calls are shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Check names and numbers of arguments, and evaluate nothing
    #[arg(long, conflicts_with = "arc_gen")]
    pub check: bool,
    /// Answer JSON lines from standard input: {"fn": NAME, "args": […]} with
    /// {"out": …}, {"output": …, "expected": …} with {"score": N}, null where expected
    /// is, {"program": TEXT, "task": …, "samples": "all"} and {"card": …, "task": …} with
    /// {"samples": […]}; any other line with {"error"}; a line may say its "dialect"
    #[arg(long, conflicts_with_all = ["file", "expression", "card", "function", "task", "check", "arc_gen"])]
    pub requests: bool,
    #[command(flatten)]
    limits: StepArguments,
}

impl EvalArguments {
    pub fn split(&self) -> Split {
        self.data.split()
    }

    pub fn limits(&self) -> Limits {
        self.limits.limits()
    }

    /// The program that is asked for.
    pub fn asked_program(&self) -> AskedProgram<'_> {
        AskedProgram {
            file: self.file.as_deref(),
            expression: self.expression.as_deref(),
            function: self.function.as_deref(),
            task: self.task.as_deref(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExpectedArgument {
    Withheld,
    Seen,
}

/// Explain the primitives and constants of the DSL: all, a line each, or one
#[derive(Debug, Args)]
pub struct DslArguments {
    /// The primitive or constant to explain, or a part of names, or a word of what they
    /// mean: all that have it are listed
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(completion::dsl_names))]
    pub name: Option<String>,
    /// Which dialect is explained
    #[arg(long, value_enum, default_value_t = DialectArgument::Reference)]
    pub dialect: DialectArgument,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// A program among those of a file, or an expression.
#[derive(Clone, Copy, Debug)]
pub struct AskedProgram<'a> {
    /// The file.
    pub file: Option<&'a Path>,
    /// The expression, instead of a file.
    pub expression: Option<&'a str>,
    /// Which of the file's functions.
    pub function: Option<&'a str>,
    /// The task that it is to be for.
    pub task: Option<&'a str>,
}

/// Which samples of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SamplesChoice {
    /// All demo samples, then all test samples.
    All,
    One(SampleChoice),
}

/// A sample of a task, as `demo:0` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleChoice {
    pub kind: SampleKind,
    /// Its place among the samples of its kind, the first being 0.
    pub index: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleKind {
    Demo,
    Test,
    ArcGen,
}

impl fmt::Display for SampleChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            SampleKind::Demo => "demo",
            SampleKind::Test => "test",
            SampleKind::ArcGen => "arc-gen",
        };
        write!(formatter, "{kind}:{}", self.index)
    }
}
