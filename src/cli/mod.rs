//! The command line, and what it means to the library.
//!
//! Every option is checked here, where it is read: what the commands get is of
//! the library's own types.

mod card;
mod common;
mod completion;
mod config;
mod explanation;
#[cfg(test)]
mod fingerprint;
mod generate;
mod list;
mod partition;
mod programs;
mod reference;
mod run;
mod search;
mod settings;
mod show;
mod store;
mod submission;
mod values;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use explanation::explained;
use settings::Settings;

pub use card::{CardArguments, CardFormat};
pub use common::Format;
pub use completion::complete;
pub use config::ConfigArguments;
pub use generate::{GenerateArguments, Made};
pub use list::ListArguments;
pub use partition::OwnShard;
pub use programs::{
    AskedProgram, DslArguments, EvalArguments, ExpectedArgument, InlineArguments, SampleChoice,
    SampleKind, SamplesChoice,
};
pub use run::{GivenArguments, RunArguments, ShowArguments, WorkerArguments};
pub use search::{SearchArguments, SummariesArgument};
pub use settings::{CommandReport, OptionReport, Report, ValueKind};
pub use show::ShowTaskArguments;
pub use store::{
    ClearArguments, DoctorArguments, MergeArguments, ReportArguments, StatsArguments,
    TidyArguments, WatchArguments,
};
pub use submission::{ScoreArguments, SubmitArguments};

const EXAMPLES: &str = "\
Examples:
  run_batt -c 1 -t 0520fde7          one task of the fixtures
  run_batt -c 10                     the first ten
  run_batt -c -400 --seed 7 --data both --tasks arc-prize-2025 --solvers solvers.py
                                     400 tasks at random, the same for the same seed
  run_batt --data both -t 20.0 -c 10 -b tmp_batt_onerun_run
                                     as the Python program is called: 20 seconds
  run_batt search -c -200 --for 8h   rounds of a search, through the night
  run_batt inline program.py --md5   the identity of a program

Settings: a run_batt.toml in this folder or one above gives options by their long
names, in a table for each command and [run] for run_batt itself; the environment
does as RUN_BATT_TIMEOUT=20s. The command line goes before it, and that before the
file. run_batt config shows what holds, and where it comes from.

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
    // Scripts put what they are given behind what they have: the last wins.
    args_override_self = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// When to use colours; auto: on a terminal that shows them, where NO_COLOR is not set
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    #[command(flatten)]
    pub run: RunArguments,
}

impl Cli {
    /// Reads the process's command line, and the settings beside it; help and usage
    /// errors end the process. Fails where the settings make no sense.
    pub fn read() -> anyhow::Result<Self> {
        let reading = Reading::new(std::env::args_os().collect())?;
        Ok(or_exit(Self::of(&reading.complete)))
    }

    /// What holds for a command line, which begins with the program's name, and where
    /// that comes from.
    pub fn explain(line: Vec<OsString>) -> anyhow::Result<Report> {
        Reading::new(line)?.report()
    }

    /// Out of what clap has found, if its options can be had together.
    fn of(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut cli = Self::from_arg_matches(matches)?;
        let wrong = |problem| Self::command().error(ErrorKind::MissingRequiredArgument, problem);
        match (&mut cli.command, matches.subcommand()) {
            (Some(Command::Search(search)), Some((_, own))) => {
                search.settle_limit(own);
                run::check_needs(own).map_err(wrong)?;
                search.which.check_partition(false).map_err(wrong)?;
            }
            (None, _) => {
                cli.run.settle_limit(matches);
                run::check_needs(matches).map_err(wrong)?;
                let is_drawn = cli.run.is_drawn();
                cli.run.which.check_partition(!is_drawn).map_err(wrong)?;
            }
            (Some(Command::List(list)), _) => list.check().map_err(wrong)?,
            (Some(Command::Submit(submit)), _) => submit.check().map_err(wrong)?,
            (Some(Command::Card(card)), _) => card.check().map_err(wrong)?,
            _ => {}
        }
        Ok(cli)
    }
}

/// A command line, as it was typed, and complete with the settings.
struct Reading {
    command: clap::Command,
    settings: Settings,
    typed: ArgMatches,
    complete: ArgMatches,
}

impl Reading {
    fn new(line: Vec<OsString>) -> anyhow::Result<Self> {
        let command = Cli::command();
        let typed = command.clone().try_get_matches_from(&line);
        let typed = or_exit(typed.map_err(|error| explained(&command, &line, error)));
        let settings = Settings::read(&command, std::env::vars_os())?;
        let complete = or_exit(settings.complete(&command, &line, typed.clone())?);
        Ok(Self {
            command,
            settings,
            typed,
            complete,
        })
    }

    fn report(&self) -> anyhow::Result<Report> {
        let Self {
            command,
            settings,
            typed,
            complete,
        } = self;
        Ok(Report::new(settings, command, typed, complete)?)
    }
}

/// What was typed rightly; else the process ends, with what is wrong or with the help.
fn or_exit<T>(read: Result<T, clap::Error>) -> T {
    read.unwrap_or_else(|error| error.exit())
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

impl Colour {
    /// Whether there are colours; `None` where the terminal decides.
    pub fn are_wanted(self) -> Option<bool> {
        match self {
            Self::Auto => None,
            Self::Always => Some(true),
            Self::Never => Some(false),
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Search(Box<SearchArguments>),
    List(ListArguments),
    Card(CardArguments),
    Stats(StatsArguments),
    Report(ReportArguments),
    Watch(WatchArguments),
    Submit(SubmitArguments),
    Score(ScoreArguments),
    Merge(MergeArguments),
    Tidy(TidyArguments),
    Doctor(DoctorArguments),
    Inline(InlineArguments),
    Eval(EvalArguments),
    Show(ShowTaskArguments),
    Dsl(DslArguments),
    Clear(ClearArguments),
    Config(ConfigArguments),
    Generate(GenerateArguments),
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::time::Duration;

    use arc_programs::program::InlineBudget;
    use run_batt::tasks::Asked;

    use super::*;

    fn read(line: &str) -> Result<Cli, clap::Error> {
        let matches = Cli::command().try_get_matches_from(line.split(' '))?;
        Cli::of(&matches)
    }

    #[test]
    fn the_definitions_agree_with_each_other() {
        Cli::command().debug_assert();
    }

    fn tasks(names: &[&str]) -> Vec<Asked> {
        let task = |name: &&str| Asked::Task((*name).to_owned());
        names.iter().map(task).collect()
    }

    #[test]
    fn tasks_are_given_in_any_way() {
        for line in [
            "run_batt -t 0520fde7 007bbfb7",
            "run_batt -t 0520fde7,007bbfb7",
            "run_batt -t 0520fde7 -t 007bbfb7 -c -400",
        ] {
            let selection = read(line).unwrap().run.which.selection(|| 0, None);
            assert_eq!(selection.only, tasks(&["0520fde7", "007bbfb7"]), "{line}");
            assert!(selection.exactly.is_empty(), "{line}");
        }
    }

    #[test]
    fn tasks_are_given_as_the_reference_has_them() {
        for line in [
            "run_batt -i 0520fde7 007bbfb7 -c 1",
            "run_batt --task_ids 0520fde7,007bbfb7",
            "run_batt -t 007bbfb7 -i 0520fde7",
        ] {
            let selection = read(line).unwrap().run.which.selection(|| 0, None);
            assert_eq!(
                selection.exactly,
                tasks(&["0520fde7", "007bbfb7"]),
                "{line}"
            );
            assert!(selection.only.is_empty(), "{line}");
        }
        let selection = read("run_batt -i -c 3")
            .unwrap()
            .run
            .which
            .selection(|| 0, None);
        assert!(selection.exactly.is_empty() && selection.only.is_empty());
        assert_eq!(selection.count, 3);
    }

    #[test]
    fn a_number_behind_t_may_be_a_task_or_the_time_limit() {
        for (line, tasks, limits) in [
            ("run_batt", 0, &[][..]),
            ("run_batt --timeout 7", 0, &[]),
            ("run_batt -t 20.0 -c 10", 0, &[(20, false)]),
            ("run_batt -t 20.0 0520fde7", 1, &[(20, false)]),
            (
                "run_batt -t 20.0 -t 00576224 -t 30",
                1,
                &[(20, false), (30, false)],
            ),
            ("run_batt -t 00576224", 1, &[]),
            ("run_batt -t 20s", 0, &[(20, false)]),
            // The last of two holds.
            ("run_batt -t 20.0 --timeout 10", 0, &[(20, true)]),
            ("run_batt --timeout 10 -t 20.0 0520fde7", 1, &[(20, false)]),
            (
                "run_batt -t 0520fde7 20 --timeout 5 -t 30",
                1,
                &[(20, true), (30, false)],
            ),
        ] {
            let run = read(line).unwrap().run;
            let selection = run.which.selection(|| 0, None);
            let names = selection.only.iter();
            let names = names.filter(|word| matches!(word, Asked::Task(_)));
            assert_eq!(names.count(), tasks, "{line}");
            assert_eq!(selection.only.len(), tasks + limits.len(), "{line}");
            let own = run.which.limits(run.values_before_timeout);
            let own: Vec<(u64, bool)> = own
                .iter()
                .map(|own| (own.limit.as_secs(), own.is_overruled))
                .collect();
            assert_eq!(own, limits, "{line}");
        }
        for (line, seconds) in [
            ("run_batt", 10),
            ("run_batt --timeout 7", 7),
            ("run_batt --timeout 7 --timeout 8", 8),
            ("run_batt --timeout 1m30s", 90),
        ] {
            let budget = read(line).unwrap().run.budget();
            assert_eq!(budget.duration(), Duration::from_secs(seconds), "{line}");
        }
    }

    #[test]
    fn a_card_is_found_by_the_name_of_its_module() {
        for line in [
            "run_batt -b a_run",
            "run_batt -b a_run.py",
            "run_batt --batt_import a_run",
        ] {
            let card = read(line).unwrap().run.card.path().unwrap();
            assert_eq!(card.to_str(), Some("a_run.py"), "{line}");
        }
    }

    #[test]
    fn what_has_no_effect_is_told_in_one_notice() {
        let line = "run_batt --mega-batch --cprofile --cprofile-top 50 --batch-size 2000";
        let notices = read(line).unwrap().run.notices(&|_| None);
        assert_eq!(notices.len(), 1);
        let named = "--cprofile, --cprofile-top, --mega-batch, --batch-size have no effect";
        assert!(notices[0].starts_with(named), "{notices:?}");
        let one = read("run_batt --cprofile").unwrap().run.notices(&|_| None);
        assert!(one[0].starts_with("--cprofile has no effect"), "{one:?}");
    }

    #[test]
    fn raw_sources_are_asked_for_by_the_environment_or_by_no_budget() {
        for (line, variable, expected) in [
            ("run_batt", None, InlineBudget::DEFAULT),
            ("run_batt", Some("0"), InlineBudget::DEFAULT),
            ("run_batt", Some("1"), InlineBudget::NONE),
            ("run_batt --inline-budget 9", Some("1"), InlineBudget::NONE),
            ("run_batt --inline-budget 0", None, InlineBudget::NONE),
        ] {
            let run = read(line).unwrap().run;
            let environment = |name: &str| {
                assert_eq!(name, "SKIP_INLINING");
                variable.map(OsString::from)
            };
            assert_eq!(run.limits.inline_budget(&environment), expected, "{line}");
            let is_told = variable == Some("1");
            assert_eq!(run.notices(&environment).len(), usize::from(is_told));
        }
    }

    #[test]
    fn what_an_option_needs_may_have_whatever_name() {
        for line in [
            "run_batt --all-stored --solvers 0",
            "run_batt --all-stored --solvers 0 00",
            "run_batt search --all-stored --solvers 0",
            "run_batt --draw 01 --mutation 0.1",
        ] {
            assert!(read(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_values_are_usage_errors_that_name_the_option() {
        use ErrorKind::{ArgumentConflict, InvalidValue, MissingRequiredArgument, ValueValidation};
        for (line, kind, named) in [
            ("run_batt --timeout 0", ValueValidation, "--timeout"),
            ("run_batt --timeout nan", ValueValidation, "--timeout"),
            ("run_batt -t 0", ValueValidation, "--task"),
            (
                "run_batt --cprofile-top many",
                ValueValidation,
                "--cprofile-top",
            ),
            ("run_batt --workers 0", ValueValidation, "--workers"),
            ("run_batt --workers many", ValueValidation, "--workers"),
            ("run_batt --chunk 0", ValueValidation, "--chunk"),
            ("run_batt -c many", ValueValidation, "--count"),
            ("run_batt -q -v", ArgumentConflict, "--verbose"),
            ("run_batt --draw -1", ValueValidation, "--draw"),
            ("run_batt --seed -1", ValueValidation, "--seed"),
            ("run_batt -s -1", ValueValidation, "--start"),
            ("run_batt --workers -1", ValueValidation, "--workers"),
            ("run_batt --timeout -1", ValueValidation, "--timeout"),
            (
                "run_batt --all-stored",
                MissingRequiredArgument,
                "--solvers",
            ),
            (
                "run_batt --draw 0 --mutation 0.1",
                MissingRequiredArgument,
                "--draw",
            ),
            (
                "run_batt --draw 1 --card card.json",
                ArgumentConflict,
                "--card",
            ),
            (
                "run_batt --draw 00 --mutation 0.1",
                MissingRequiredArgument,
                "--draw",
            ),
            ("run_batt --mutation 0.1", MissingRequiredArgument, "--draw"),
            (
                "run_batt --freeze-solvers",
                MissingRequiredArgument,
                "--draw",
            ),
            ("run_batt --draw 1 --resume", ArgumentConflict, "--resume"),
            ("run_batt --draw 1 --claim", ArgumentConflict, "--claim"),
            ("run_batt card -c 0", ValueValidation, "--count"),
            (
                "run_batt card --mutation 1.5",
                ValueValidation,
                "--mutation",
            ),
            (
                "run_batt card --mutation nan",
                ValueValidation,
                "--mutation",
            ),
            ("run_batt --data test", InvalidValue, "--data"),
            ("run_batt search --for 0", ValueValidation, "--for"),
            ("run_batt search --for later", ValueValidation, "--for"),
            ("run_batt search --rounds 0", ValueValidation, "--rounds"),
            ("run_batt search --draw 0", ValueValidation, "--draw"),
            (
                "run_batt search --all-stored",
                MissingRequiredArgument,
                "--solvers",
            ),
        ] {
            let error = read(line).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
            assert_eq!(error.kind(), kind, "{line}: {error}");
            assert!(error.to_string().contains(named), "{line}: {error}");
        }
    }
}
