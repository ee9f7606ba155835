//! The command line, and what it means to the library.
//!
//! Every option is checked here, where it is read: what the commands get is of
//! the library's own types.

mod card;
mod common;
mod generate;
mod programs;
mod run;
mod store;
mod values;

use clap::{Parser, Subcommand};

pub use card::{CardArguments, CardFormat};
pub use common::Format;
pub use generate::{GenerateArguments, Generated};
pub use programs::{
    DslArguments, EvalArguments, ExpectedArgument, InlineArguments, SampleChoice, SampleKind,
};
pub use run::{PlaceArguments, RunArguments, ShowArguments, WorkArguments};
pub use store::{ClearArguments, DoctorArguments, StatsArguments, TidyArguments};

const EXAMPLES: &str = "\
Examples:
  run_batt -c 1 -t 0520fde7          one task of the fixtures
  run_batt -c 10                     the first ten
  run_batt -c -400 --seed 7 --data both --tasks arc-prize-2025 --solvers solvers.py
                                     400 tasks at random, the same for the same seed
  run_batt inline program.py --md5   the identity of a program

Exit codes: 0 all ran; 1 the run could not start or go on; 2 usage; 3 some tasks
failed or some programs were skipped; 130, 143 interrupted.";

/// Batch runner of a program search over ARC tasks
///
/// Loads tasks and, for each, its solvers and its differ list, or one card for
/// all; evaluates them on every sample; inlines the programs, stores them under
/// the MD5 of their inlined text, files the best of each task, and appends
/// telemetry.
#[derive(Debug, Parser)]
#[command(
    name = "run_batt",
    version,
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: RunArguments,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Card(CardArguments),
    Stats(StatsArguments),
    Tidy(TidyArguments),
    Doctor(DoctorArguments),
    Inline(InlineArguments),
    Eval(EvalArguments),
    Dsl(DslArguments),
    Clear(ClearArguments),
    Generate(GenerateArguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_agree_with_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn tasks_are_given_in_any_way() {
        for line in [
            "run_batt -t 0520fde7 007bbfb7",
            "run_batt -t 0520fde7,007bbfb7",
            "run_batt -t 0520fde7 -t 007bbfb7 -c -400",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            let selection = cli.run.which.selection(|| 0);
            assert_eq!(selection.only, ["0520fde7", "007bbfb7"], "{line}");
        }
    }

    #[test]
    fn wrong_values_are_usage_errors() {
        for line in [
            "run_batt --timeout 0",
            "run_batt --timeout nan",
            "run_batt --workers 0",
            "run_batt --workers many",
            "run_batt --chunk 0",
            "run_batt -c many",
            "run_batt -q -v",
            "run_batt --draw 0",
            "run_batt --draw 1 --card card.json",
            "run_batt --mutation 0.1",
            "run_batt --freeze-solvers",
            "run_batt --draw 1 --resume",
            "run_batt --draw 1 --claim",
            "run_batt card -c 0",
            "run_batt card --mutation 1.5",
            "run_batt card --mutation nan",
            "run_batt --data test",
        ] {
            let error = Cli::try_parse_from(line.split(' ')).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
