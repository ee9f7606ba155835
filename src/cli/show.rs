//! Tasks and stores drawn: `run_batt show`.

use std::path::PathBuf;

use arc_programs::evaluation::Limits;
use clap::Args;
use clap_complete::ArgValueCandidates;
use run_batt::tasks::Split;

use super::common::{DialectArguments, SplitArgument, StepArguments, StoreArguments};
use super::completion;
use super::programs::AskedProgram;
use super::values::parse_cell;

/// Draw a task and what a program makes of it, or all tasks of a store; on the
/// terminal, or as a picture
#[derive(Debug, Args)]
// Who gives neither is shown both ways.
#[command(
    override_usage = "run_batt show [OPTIONS] [TASK]\n       run_batt show [OPTIONS] --store"
)]
pub struct ShowTaskArguments {
    /// The task [default: the one that the program's function or its folder names; of an
    /// expression, the first]
    #[arg(
        value_name = "TASK",
        required_unless_present_any = ["program", "expression", "is_of_store"],
        add = ArgValueCandidates::new(completion::task_ids)
    )]
    pub task: Option<String>,
    /// A file of programs, of which the task's solver is evaluated [default: the best
    /// that the store has of the task]
    #[arg(long, value_name = "FILE", conflicts_with = "expression")]
    program: Option<PathBuf>,
    /// An expression over S and I instead of a file
    #[arg(short, long)]
    expression: Option<String>,
    /// Which of the file's functions
    #[arg(long, value_name = "NAME", requires = "program")]
    function: Option<String>,
    /// Draw a thumbnail of every task of the data, those that the store has solved first
    #[arg(long = "store", conflicts_with_all = ["task", "program", "expression", "function"])]
    pub is_of_store: bool,
    #[command(flatten)]
    pub store: StoreArguments,
    /// ARC tasks, as for run_batt [default: ../arc-prize-2025 if it is there, else the
    /// fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    /// Which tasks, where the data is split
    #[arg(long, value_enum, default_value_t = SplitArgument::Both)]
    data: SplitArgument,
    /// Write a picture as SVG
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Write a picture as PNG
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// The side of a picture's cells [default: 16; of thumbnails, what fits]
    #[arg(long, value_name = "PIXELS", allow_negative_numbers = true, value_parser = parse_cell)]
    pub cell: Option<usize>,
    #[command(flatten)]
    limits: StepArguments,
    #[command(flatten)]
    pub dialect: DialectArguments,
}

impl ShowTaskArguments {
    pub fn split(&self) -> Split {
        self.data.split()
    }

    pub fn limits(&self) -> Limits {
        self.limits.limits()
    }

    /// The program that is given, and not taken from the store.
    pub fn asked_program(&self) -> Option<AskedProgram<'_>> {
        let is_given = self.program.is_some() || self.expression.is_some();
        is_given.then_some(AskedProgram {
            file: self.program.as_deref(),
            expression: self.expression.as_deref(),
            function: self.function.as_deref(),
            task: self.task.as_deref(),
        })
    }
}
