//! The programs that `run_batt eval` is given: a file of functions, or an
//! expression.

use anyhow::{Context, anyhow, bail};
use arc_programs::evaluation::{Plan, arity_concerns};
use arc_programs::program::{Module, Program, SyntaxError, parse_expression, parse_module};
use run_batt::text_file::read_text;

use super::ExitStatus;
use crate::cli::EvalArguments;
use crate::terminal::print_line;

pub struct GivenPrograms {
    programs: Vec<Program>,
    skipped: Vec<SyntaxError>,
    /// Name of where they stand, for messages.
    pub place: String,
}

impl GivenPrograms {
    pub fn read(arguments: &EvalArguments) -> anyhow::Result<Self> {
        if let Some(expression) = &arguments.expression {
            let place = "the expression".to_owned();
            let program =
                parse_expression(expression).map_err(|error| anyhow!("{place}: {error}"))?;
            return Ok(Self {
                programs: vec![program],
                skipped: Vec::new(),
                place,
            });
        }
        let Some(path) = &arguments.file else {
            bail!("nothing to evaluate; give a FILE, -e EXPRESSION or --requests");
        };
        let Module { programs, skipped } = parse_module(&read_text(path)?);
        Ok(Self {
            programs,
            skipped,
            place: path.display().to_string(),
        })
    }

    /// The function with the name that is asked for, or the only one, or the
    /// solver of the task.
    pub fn chosen(&self, arguments: &EvalArguments) -> anyhow::Result<&Program> {
        if let (Some(error), []) = (self.skipped.first(), self.programs.as_slice()) {
            bail!("{}: {error}", self.place);
        }
        match (
            &arguments.function,
            &arguments.task,
            self.programs.as_slice(),
        ) {
            (Some(name), _, _) => self.named(name),
            (None, _, [only]) => Ok(only),
            (None, Some(task), _) => self.named(&format!("solve_{task}")),
            (None, None, _) => Err(self.undecided()),
        }
    }

    fn named(&self, name: &str) -> anyhow::Result<&Program> {
        let mut programs = self.programs.iter();
        let found = programs.find(|program| program.name() == name);
        found.with_context(|| self.undecided())
    }

    fn undecided(&self) -> anyhow::Error {
        let names: Vec<&str> = self.programs.iter().map(Program::name).collect();
        anyhow!(
            "{}: has {} functions, and none is the one; choose with --function among {}",
            self.place,
            names.len(),
            names.join(", ")
        )
    }

    /// Says what is wrong with the function of this name, or with all: syntax,
    /// unknown names, wrong numbers of arguments.
    pub fn check(&self, function: Option<&str>) -> anyhow::Result<ExitStatus> {
        let checked = match function {
            Some(name) => vec![self.named(name)?],
            None => self.programs.iter().collect(),
        };
        let mut wrong: Vec<String> = self.skipped.iter().map(ToString::to_string).collect();
        for program in checked {
            if let Err(error) = Plan::of_program(program) {
                wrong.push(error.to_string());
            }
            wrong.extend(arity_concerns(program).iter().map(ToString::to_string));
        }
        for line in &wrong {
            print_line(&format!("run_batt: {}: {line}", self.place));
        }
        Ok(match wrong.is_empty() {
            true => ExitStatus::Done,
            false => ExitStatus::Incomplete,
        })
    }
}
