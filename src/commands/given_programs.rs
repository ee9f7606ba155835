//! The programs that `run_batt eval` and `run_batt show` are given: a file of functions,
//! or an expression.
//!
//! A file may hold hundreds of solvers, and what is shown has to be the one that was
//! asked for: by its name, or by its task. Where that is none of them, the message
//! says what the file has, and what of it had to be skipped and why.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use arc_programs::did_you_mean;
use arc_programs::dsl::{Dialect, FailingCalls, REFERENCE};
use arc_programs::evaluation::{Plan, arity_concerns_in, arity_concerns_of_lines};
use arc_programs::program::{
    Listing, Module, Program, SyntaxError, parse_expression, parse_listings, parse_module,
};
use arc_programs::task::TaskName;
use run_batt::file_kind::FileKind;
use run_batt::library::{Guess, Role, check_head, redefined};
use run_batt::store::{self, DialectError, dialect_of_path};

use super::ExitStatus;
use super::named_text::{names_a_file, read_named};
use crate::cli::AskedProgram;
use crate::terminal::print_line;

/// The most functions that an error names, and the most that it explains.
const NAMED: usize = 12;
const EXPLAINED: usize = 3;

pub struct GivenPrograms {
    /// The text that they stand in.
    text: String,
    /// All lines of its functions, read when they are first asked for.
    listings: OnceCell<Vec<Listing>>,
    programs: Vec<Program>,
    skipped: Vec<SyntaxError>,
    /// The file, or `-` for standard input; `None` of an expression, which is for any task.
    path: Option<PathBuf>,
    /// Name of where they stand, for messages.
    pub place: String,
    /// The task that the place names.
    task_of_place: Option<TaskName>,
    /// The dialect that is asked for.
    dialect: Option<&'static Dialect>,
}

/// The program that is asked for, and its task, unless any will do.
pub struct Chosen<'a> {
    pub program: &'a Program,
    pub task: Option<String>,
}

impl GivenPrograms {
    /// Programs of a dialect, where one is asked for.
    pub fn read(
        asked: AskedProgram<'_>,
        dialect: Option<&'static Dialect>,
    ) -> anyhow::Result<Self> {
        if let Some(expression) = asked.expression {
            let place = "the expression".to_owned();
            let program =
                parse_expression(expression).map_err(|error| anyhow!("{place}: {error}"))?;
            return Ok(Self {
                text: expression.to_owned(),
                listings: OnceCell::new(),
                programs: vec![program],
                skipped: Vec::new(),
                path: None,
                place,
                task_of_place: None,
                dialect,
            });
        }
        let Some(path) = asked.file else {
            bail!("nothing to evaluate; give a FILE, -e EXPRESSION or --requests");
        };
        match FileKind::of(path) {
            Some(FileKind::Card) => {
                bail!("{}: this is a card; give it with --card", path.display())
            }
            Some(
                kind @ (FileKind::Task | FileKind::Tasks | FileKind::Submission | FileKind::Store),
            ) => {
                bail!("{}: {kind}, expected a file of programs", path.display())
            }
            _ => {}
        }
        let text = read_named(path)?;
        let Module { programs, skipped } = parse_module(&text);
        Ok(Self {
            text,
            listings: OnceCell::new(),
            programs,
            skipped,
            path: Some(path.to_owned()),
            place: path.display().to_string(),
            task_of_place: task_of_programs(path),
            dialect,
        })
    }

    /// The function with the name that is asked for; or the solver of the task; or the
    /// only one, which has to be for that task, or for any if one is asked for.
    pub fn chosen(&self, asked: AskedProgram<'_>) -> anyhow::Result<Chosen<'_>> {
        if self.programs.is_empty() {
            bail!("{}: {}", self.place, self.nothing());
        }
        let program = match (asked.function, asked.task) {
            (Some(name), _) => self.named(name)?,
            (None, Some(task)) => self.of_task(task)?,
            (None, None) => self.only()?,
        };
        let own = self.task_of(program).map(|task| task.to_string());
        let task = asked.task.map(str::to_owned).or(own);
        if task.is_none() && self.path.is_some() {
            bail!(
                "{}: {} is for no task that its name or its folder says; give the task with -t",
                self.place,
                program.name()
            );
        }
        Ok(Chosen { program, task })
    }

    fn only(&self) -> anyhow::Result<&Program> {
        match self.programs.as_slice() {
            [only] => Ok(only),
            _ => Err(self.not_found("no function is asked for", "-t or --function says which")),
        }
    }

    /// The solver of a task.
    fn of_task(&self, task: &str) -> anyhow::Result<&Program> {
        let name = format!("solve_{task}");
        let verifier = format!("verify_{task}");
        if let Some(program) = self.find(&name).or_else(|| self.find(&verifier)) {
            return Ok(program);
        }
        match self.programs.as_slice() {
            [only] => match self.task_of(only) {
                Some(own) if own.to_string() != task => Err(self.not_found(
                    &format!("has no solver of task {task:.80}"),
                    &format!("--function {} evaluates it on any task", only.name()),
                )),
                _ => Ok(only),
            },
            _ => Err(self.not_found(
                &format!("has no function {name:.80}"),
                "--function evaluates one of them on any task",
            )),
        }
    }

    fn named(&self, name: &str) -> anyhow::Result<&Program> {
        self.find(name).ok_or_else(|| {
            let names = self.programs.iter().map(Program::name);
            let advice = match did_you_mean::nearest(name, names) {
                Some(nearest) => format!("did you mean {nearest}?"),
                None => "--function takes one of them".to_owned(),
            };
            self.not_found(&format!("has no function {name:.80}"), &advice)
        })
    }

    fn find(&self, name: &str) -> Option<&Program> {
        // As in Python, where the later `def` replaces the earlier.
        let mut programs = self.programs.iter().rev();
        programs.find(|program| program.name() == name)
    }

    /// The task that a program is for, as its own name says or the place.
    fn task_of(&self, program: &Program) -> Option<TaskName> {
        let name = program.name();
        let own = name.strip_prefix("solve_");
        // So the verifiers of re-arc are named, which solve a task too.
        let own = own.or_else(|| name.strip_prefix("verify_"));
        own.and_then(|id| id.parse().ok()).or(self.task_of_place)
    }

    /// The dialect of a program: the one that is asked for; else that of the store that it
    /// is in; else the reference's, unless the names in all lines of the file leave no doubt
    /// that it is another's. Then that is said.
    pub fn dialect_of(&self, program: &Program) -> Result<&'static Dialect, DialectError> {
        match &self.path {
            Some(path) => dialect_of_module(path, &self.text, self.dialect),
            None => Ok(self
                .dialect
                .unwrap_or_else(|| told_guess(Guess::of_expression(program), &self.place))),
        }
    }

    /// What is to be said of a program in a dialect though it can be evaluated: another head
    /// than programs have, another function of its name, calls with wrong numbers of arguments.
    pub fn concerns(&self, program: &Program, dialect: &'static Dialect) -> Vec<String> {
        let of_head = match self.path {
            Some(_) => self.errors_of_head(program, dialect),
            // An expression has no head.
            None => Vec::new(),
        };
        let of_calls = match self.all_lines_of(program, dialect) {
            Some(listing) => arity_concerns_of_lines(dialect, listing),
            None => arity_concerns_in(dialect, program),
        };
        let of_head = of_head.iter().map(ToString::to_string);
        let of_calls = of_calls.iter().map(ToString::to_string);
        of_head.chain(of_calls).collect()
    }

    /// What is wrong with the head of a function of a file, and those of the same name before it.
    fn errors_of_head(&self, program: &Program, dialect: &Dialect) -> Vec<SyntaxError> {
        let (name, head) = (program.name(), program.head_position());
        let before = self.programs.iter();
        let before = before.take_while(|own| own.head_position() != head);
        let namesakes = before.filter(|own| own.name() == name);
        let redefined = namesakes.map(|own| redefined(name, own.head_position(), head));
        check_head(dialect, program)
            .err()
            .into_iter()
            .chain(redefined)
            .collect()
    }

    /// What was skipped of a function, or stands between functions.
    pub fn skipped_about(&self, program: &Program) -> impl Iterator<Item = &SyntaxError> {
        let is_about = |own: &&SyntaxError| {
            let function = own.function.as_deref();
            function.is_none_or(|function| function == program.name())
        };
        self.skipped.iter().filter(is_about)
    }

    /// The lines of a program in a dialect in which no line is idle, for a failing call ends the
    /// program.
    pub fn all_lines_of(&self, program: &Program, dialect: &Dialect) -> Option<&Listing> {
        match dialect.failing_calls() {
            FailingCalls::EndTheProgram => self.listing_of(program),
            _ => None,
        }
    }

    /// The lines of a program, where it stands in a file.
    pub fn listing_of(&self, program: &Program) -> Option<&Listing> {
        self.path.as_ref()?;
        let listings = self.listings.get_or_init(|| parse_listings(&self.text));
        let mut listings = listings.iter();
        listings.find(|listing| listing.head_position() == program.head_position())
    }

    /// A line of the text, the first being 1.
    pub fn line(&self, number: u32) -> &str {
        let place = (number as usize).saturating_sub(1);
        self.text.lines().nth(place).unwrap_or_default().trim()
    }

    fn not_found(&self, problem: &str, advice: &str) -> anyhow::Error {
        let name = |program: &Program| match self.task_of_place {
            // A store's programs all have one name.
            Some(task) => format!("{} of task {task}", program.name()),
            None => program.name().to_owned(),
        };
        let names: Vec<String> = self.programs.iter().map(name).collect();
        let shown = names[..names.len().min(NAMED)].join(", ");
        let more = match names.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let skipped = match self.skipped.is_empty() {
            true => String::new(),
            false => format!("; {}", self.all_skipped()),
        };
        anyhow!(
            "{}: {problem}; it has {shown}{more}{skipped}; {advice}",
            self.place
        )
    }

    /// Why there is no program at all.
    fn nothing(&self) -> String {
        match self.skipped.is_empty() {
            true => {
                let form = Role::Solver.form(self.dialect.unwrap_or(&REFERENCE));
                format!("found no function, expected `def {form}:`")
            }
            false => format!("has no function that can be used; {}", self.all_skipped()),
        }
    }

    /// What was skipped, and why.
    fn all_skipped(&self) -> String {
        let reasons = self.skipped.iter().take(EXPLAINED);
        let reasons: Vec<String> = reasons.map(ToString::to_string).collect();
        let more = match self.skipped.len().saturating_sub(EXPLAINED) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        format!("skipped: {}{more}", reasons.join("; "))
    }

    /// Says what is wrong with the function that is asked for, or with all: syntax,
    /// unknown names, wrong numbers of arguments.
    pub fn check(&self, asked: AskedProgram<'_>) -> anyhow::Result<ExitStatus> {
        let mut wrong = Vec::new();
        let chosen = match (asked.function, asked.task) {
            (Some(name), _) => Some(self.named(name)?),
            (None, Some(task)) => Some(self.of_task(task)?),
            (None, None) => None,
        };
        let checked = match chosen {
            Some(chosen) => {
                wrong.extend(self.skipped_about(chosen).map(ToString::to_string));
                vec![chosen]
            }
            None => {
                wrong.extend(self.skipped.iter().map(ToString::to_string));
                self.programs.iter().collect()
            }
        };
        let Some(first) = checked.first() else {
            if wrong.is_empty() {
                bail!("{}: {}", self.place, self.nothing());
            }
            return self.told(&wrong);
        };
        // All of a file are of one dialect.
        let dialect = self.dialect_of(first)?;
        for program in checked {
            let resolved = match self.all_lines_of(program, dialect) {
                Some(listing) => Plan::of_listing(dialect, listing),
                None => Plan::in_dialect(dialect, program),
            };
            if let Err(error) = resolved {
                wrong.push(error.to_string());
            }
            wrong.extend(self.concerns(program, dialect));
        }
        self.told(&wrong)
    }

    fn told(&self, wrong: &[String]) -> anyhow::Result<ExitStatus> {
        for line in wrong {
            print_line(&format!("run_batt: {}: {line}", self.place));
        }
        Ok(match wrong.is_empty() {
            true => ExitStatus::Done,
            false => ExitStatus::Incomplete,
        })
    }
}

/// The dialect of a module: the one that is asked for; else that of the store that it is in; else
/// the reference's, unless the names in all its lines leave no doubt that it is another's. Then
/// that is said.
pub fn dialect_of_module(
    path: &Path,
    text: &str,
    asked: Option<&'static Dialect>,
) -> Result<&'static Dialect, DialectError> {
    if let Some(asked) = asked {
        return Ok(asked);
    }
    if names_a_file(path)
        && let Some(of_store) = dialect_of_path(path)?
    {
        return Ok(of_store);
    }
    Ok(told_guess(
        Guess::of_module(text),
        &path.display().to_string(),
    ))
}

/// Says what was skipped of a program that is evaluated, and what else is wrong with it.
pub fn tell_concerns(given: &GivenPrograms, program: &Program, dialect: &'static Dialect) {
    for error in given.skipped_about(program) {
        print_line(&format!("run_batt: skipped: {}: {error}", given.place));
    }
    for concern in given.concerns(program, dialect) {
        print_line(&format!("run_batt: {}: {concern}", given.place));
    }
}

/// The dialect of a guess, which is said; the reference's where there is none.
fn told_guess(guess: Option<Guess>, place: &str) -> &'static Dialect {
    guess.map_or(&REFERENCE, |guess| {
        print_line(&format!("run_batt: {place} is {guess}"));
        guess.dialect
    })
}

/// The task that a file of programs is for: that of its folder, as in a store, or of its name.
fn task_of_programs(path: &Path) -> Option<TaskName> {
    let of_name = || {
        let stem = path.file_stem()?.to_str()?;
        match stem.strip_prefix("solve_") {
            Some(name) => name.parse().ok(),
            // Any stem could be a name; only such are likely to be meant.
            None => stem.parse().ok().filter(TaskName::is_hexadecimal),
        }
    };
    store::task_in_path(path).or_else(of_name)
}
