//! Programs: parsed, inlined, expanded, identified, evaluated.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use arc_programs::batt::{SampleBudget, SampleInputs};
use arc_programs::dsl::{DIALECTS, Dialect, FailingCalls, REFERENCE};
use arc_programs::evaluation::{
    Evaluator, Inputs, Plan, ResolveError, arity_concerns_in, arity_concerns_of_lines,
};
use arc_programs::program::{
    InlineBudget, Listing, Position, Program as CoreProgram, parse_listings,
    parse_module as parse_core_module, parse_program,
};
use arc_programs::solver::Solver;
use arc_programs::value::{Failure, Value};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use run_batt::library::Guess;

use crate::error::{LimitError, ProgramError, over_limit, raise};
use crate::limits::budget;
use crate::output::Output;
use crate::python_function::{depth, exception, fits};
use crate::task::Task;
use crate::value::{Reduced, from_python_in, to_python};
use crate::without_lock::without_lock;

/// Program: a function of the demo samples `S`, an input `I` and the expected output `C`.
///
/// >>> from run_batt import Program
/// >>> program = Program.parse('''
/// ... def solve_0520fde7(S, I, C):
/// ...     x1 = rot90(I)
/// ...     return rot90(x1)
/// ... ''')
/// >>> program.inlined()
/// 'def solve_0520fde7(S, I, C):\n    return rot90(rot90(I))'
/// >>> program(I=((1, 2), (3, 4)))
/// Grid(((4, 3), (2, 1)))
/// >>> len(program.identity)
/// 32
///
/// Where a text means something else, in the original dialect `arc-dsl`, a failing call ends
/// the program, also that of a line that nothing uses; a store keeps no such lines.
/// Which dialect a text is in is guessed where its names leave no doubt, as the command
/// does; `dialect` of the program says it, and that of `parse` sets it.
///
/// >>> program = Program.parse("mostcolor(I)")
/// >>> program.dialect, program(I=((1, 2), (2, 2)))
/// ('arc-dsl', 2)
/// >>> Program.parse("rot90(I)").dialect, Program.parse("rot90(I)", dialect="arc-dsl").dialect
/// ('reference', 'arc-dsl')
/// >>> Program.parse("first(ZERO)", dialect="arc-dsl")(I=((1,),))
/// Traceback (most recent call last):
///     ...
/// run_batt.ProgramError: a call failed and ended the program: TypeError: a value of the wrong type
#[pyclass(frozen, module = "run_batt")]
pub struct Program {
    program: CoreProgram,
    dialect: &'static Dialect,
    /// All of its lines, where those that nothing uses mean something.
    listing: Option<Listing>,
    plan: OnceLock<Plan>,
    solver: OnceLock<Solver>,
}

impl Program {
    /// The program of the core in a dialect, in Python.
    pub fn of(dialect: &'static Dialect, program: CoreProgram) -> Self {
        Self {
            program,
            dialect,
            listing: None,
            plan: OnceLock::new(),
            solver: OnceLock::new(),
        }
    }

    /// The program with its lines, of those of the text that it stands in.
    fn with_lines(self, lines: &mut Lines) -> Self {
        let listing = lines.remove(&self.program.head_position());
        Self { listing, ..self }
    }

    /// The program of the core.
    pub fn core(&self) -> &CoreProgram {
        &self.program
    }

    /// What its names mean.
    pub fn core_dialect(&self) -> &'static Dialect {
        self.dialect
    }

    fn plan(&self) -> PyResult<&Plan> {
        made_once(&self.plan, || match &self.listing {
            Some(listing) => Plan::of_listing(self.dialect, listing),
            None => Plan::of_result(self.dialect, &self.program),
        })
    }

    fn solver(&self) -> PyResult<&Solver> {
        made_once(&self.solver, || match &self.listing {
            Some(listing) => Solver::of_listing(self.dialect, listing),
            None => Solver::in_dialect(self.dialect, &self.program),
        })
    }
}

/// The lines of each program of a text, by where its head stands.
type Lines = HashMap<Position, Listing>;

/// The lines of a text's programs, where those that nothing uses mean something.
fn lines_of(text: &str, dialect: &'static Dialect) -> Lines {
    match dialect.failing_calls() {
        FailingCalls::YieldAValue => Lines::new(),
        _ => {
            let listings = parse_listings(text).into_iter();
            listings.map(|own| (own.head_position(), own)).collect()
        }
    }
}

/// What a cell has, made where it has nothing yet.
fn made_once<T>(
    cell: &OnceLock<T>,
    make: impl FnOnce() -> Result<T, ResolveError>,
) -> PyResult<&T> {
    if let Some(made) = cell.get() {
        return Ok(made);
    }
    let made = make().map_err(raise(ProgramError::new_err))?;
    Ok(cell.get_or_init(|| made))
}

/// A program from a text: an expression, or one function; in the dialect of this name, without
/// one in what the text leaves no doubt of.
fn parsed(text: &str, dialect: Option<&str>) -> PyResult<Program> {
    let dialect = dialect.map(dialect_of).transpose()?;
    let read = parse_program(text).map_err(raise(ProgramError::new_err))?;
    let dialect = dialect.unwrap_or_else(|| {
        let guess = Guess::of_whole_text(text, &read);
        guess.map_or(&REFERENCE, |guess| guess.dialect)
    });
    let program = Program::of(dialect, read.program);
    Ok(match read.is_function {
        true => program.with_lines(&mut lines_of(text, dialect)),
        false => program,
    })
}

/// The dialect of this name; without one, what a text leaves no doubt of.
fn dialect_of_text(text: &str, name: Option<&str>) -> PyResult<&'static Dialect> {
    match name {
        Some(name) => dialect_of(name),
        None => Ok(Guess::of_text(text).map_or(&REFERENCE, |guess| guess.dialect)),
    }
}

#[pymethods]
impl Program {
    /// The program of a text: an expression, or a module of one function.
    ///
    /// Raises `ProgramError` where it is neither, with the place in the text.
    ///
    /// >>> Program.parse("rot91(I)")(I=((1,),))
    /// Traceback (most recent call last):
    ///     ...
    /// run_batt.ProgramError: line 1, column 1: found the name `rot91`, which is neither primitive nor constant; did you mean rot90?
    #[staticmethod]
    #[pyo3(signature = (text, dialect = None))]
    pub fn parse(text: &str, dialect: Option<&str>) -> PyResult<Self> {
        parsed(text, dialect)
    }

    /// Name of the dialect that it is in: `reference`, or the original, `arc-dsl`. It is the
    /// one that `parse` was told, else what the names of its text leave no doubt of, else
    /// `reference`.
    #[getter]
    fn dialect(&self) -> &'static str {
        self.dialect.name()
    }

    /// Name of the function.
    #[getter]
    fn name(&self) -> &str {
        self.program.name()
    }

    /// Names of the parameters.
    #[getter]
    fn parameters(&self) -> Vec<&str> {
        self.program.parameters().collect()
    }

    /// Identity: the MD5 of the inlined text, under which a store keeps it.
    #[getter]
    fn identity(&self) -> String {
        self.program
            .inline(InlineBudget::DEFAULT)
            .identity
            .to_string()
    }

    /// The text with every assignment substituted; the expanded one where that would be
    /// longer than `maximum_bytes`.
    #[pyo3(signature = (maximum_bytes = InlineBudget::DEFAULT.maximum_bytes))]
    fn inlined(&self, maximum_bytes: u64) -> String {
        self.program.inline(InlineBudget { maximum_bytes }).text
    }

    /// The text with a line for each call; lines that nothing uses are left out where they
    /// mean nothing.
    fn expanded(&self) -> String {
        match &self.listing {
            Some(listing) => listing.expanded(),
            None => self.program.expanded(),
        }
    }

    /// The text as a store keeps it: expanded, in a file that Python can run.
    fn file(&self) -> String {
        self.program.expanded_file()
    }

    /// What is wrong with its calls, a sentence each: primitives with arguments that they
    /// do not take, so that the call fails on every sample.
    fn concerns(&self) -> Vec<String> {
        let concerns = match &self.listing {
            Some(listing) => arity_concerns_of_lines(self.dialect, listing),
            None => arity_concerns_in(self.dialect, &self.program),
        };
        concerns.iter().map(ToString::to_string).collect()
    }

    /// The value for these parameters, whatever they are: in the order of the program's own, or by
    /// the names `S`, `I` and `C`.
    ///
    /// Raises `LimitError` where a call met a limit, and `ProgramError` for a name that
    /// means nothing, and for a failing call where that ends the program.
    #[pyo3(signature = (*arguments, S = None, I = None, C = None, call_steps = None, steps = None, memory = None, timeout = None))]
    #[allow(
        non_snake_case,
        clippy::too_many_arguments,
        reason = "the names that programs have for them, and the limits"
    )]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        arguments: &Bound<'py, PyTuple>,
        S: Option<Bound<'py, PyAny>>,
        I: Option<Bound<'py, PyAny>>,
        C: Option<Bound<'py, PyAny>>,
        call_steps: Option<u64>,
        steps: Option<u64>,
        memory: Option<u64>,
        timeout: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let budget = budget(call_steps, steps, memory, timeout)?;
        let plan = self.plan()?;
        let depth = depth()?;
        let [samples, input, expected] = self.bound(arguments, [S, I, C])?;
        let read = |object: Bound<'py, PyAny>| from_python_in(&object, self.dialect);
        let inputs = Inputs {
            samples: samples.map_or(Ok(Value::EMPTY_TUPLE), read)?,
            input: input.map_or(Ok(Value::None), read)?,
            expected: expected.map_or(Ok(Value::None), read)?,
        };
        let value = without_lock(py, || {
            let mut evaluator = Evaluator::at_depth(depth);
            let evaluation = evaluator.evaluate(plan, &inputs, budget.limits_from_now());
            let failure = evaluation.first_end().and_then(|(_, failure)| failure);
            let value = evaluation.result().cloned().ok_or(failure);
            evaluator.take_raised().map_or(Ok(value), Err)
        });
        match value.map_err(exception)? {
            Ok(value) if !fits(&value, self.dialect) => Err(ProgramError::new_err(format!(
                "the value is or has a function of {}, which Python cannot be given",
                self.dialect.name()
            ))),
            Ok(value) => to_python(py, &value),
            Err(Some(failure)) => Err(ProgramError::new_err(format!(
                "a call failed and ended the program: {}",
                exception_text(failure)
            ))),
            Err(None) => Err(LimitError::new_err(
                "a call of the program met a limit, so that it has no value",
            )),
        }
    }

    /// Outputs on all samples of a task, the demo samples first; the program does not see
    /// the expected outputs.
    ///
    /// Raises `ProgramError` for a name that means nothing. Where a limit was met an output
    /// has no value, which is no exception.
    ///
    /// >>> import run_batt
    /// >>> task = next(own for own in run_batt.fixtures() if own.name == "3c9b0459")
    /// >>> [own.is_exact for own in Program.parse("rot180(I)").on_task(task)]
    /// [True, True, True, True, True]
    #[pyo3(signature = (task, *, call_steps = None, steps = None, memory = None, timeout = None))]
    fn on_task(
        &self,
        py: Python<'_>,
        task: &Task,
        call_steps: Option<u64>,
        steps: Option<u64>,
        memory: Option<u64>,
        timeout: Option<f64>,
    ) -> PyResult<Vec<Output>> {
        let budget = budget(call_steps, steps, memory, timeout)?;
        let solver = self.solver()?;
        let samples = task.inputs().map_err(over_limit)?;
        Ok(without_lock(py, || {
            outputs(self.dialect, solver, &samples, budget)
        }))
    }

    /// Output on one sample of a task, such as `test:0`.
    ///
    /// Raises `KeyError` for a sample that the task does not have; else as `on_task`.
    #[pyo3(signature = (task, sample, *, call_steps = None, steps = None, memory = None, timeout = None))]
    #[allow(clippy::too_many_arguments, reason = "what is asked, and the limits")]
    fn on_sample(
        &self,
        py: Python<'_>,
        task: &Task,
        sample: &str,
        call_steps: Option<u64>,
        steps: Option<u64>,
        memory: Option<u64>,
        timeout: Option<f64>,
    ) -> PyResult<Output> {
        let budget = budget(call_steps, steps, memory, timeout)?;
        let solver = self.solver()?;
        let samples = task.inputs().map_err(over_limit)?;
        let sample = &samples[task.place_of(sample)?];
        Ok(without_lock(py, || {
            let limits = budget.limits_from_now();
            let result = solver.on_sample(sample, &mut Evaluator::new(), limits);
            Output::of(sample, self.dialect, result)
        }))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        let other = other.cast::<Self>();
        other.is_ok_and(|other| {
            let other = other.get();
            self.dialect == other.dialect
                && self.program == other.program
                && self.expanded() == other.expanded()
        })
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.program
            .inline(InlineBudget::DEFAULT)
            .identity
            .hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!("Program('{}')", self.program.name())
    }

    fn __str__(&self) -> String {
        self.expanded()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (String, &'static str)> {
        let make = slf.get_type().getattr("parse")?;
        let own = slf.get();
        Ok((make, (own.expanded(), own.dialect.name())))
    }
}

impl Program {
    /// The arguments for `S`, `I` and `C`: those by name, and those that stand in the order of the
    /// program's own parameters.
    fn bound<'py>(
        &self,
        arguments: &Bound<'py, PyTuple>,
        mut named: [Option<Bound<'py, PyAny>>; 3],
    ) -> PyResult<[Option<Bound<'py, PyAny>>; 3]> {
        let own: Vec<&str> = self.program.parameters().collect();
        if arguments.len() > own.len() {
            return Err(PyTypeError::new_err(format!(
                "found {} arguments, expected ({}) at most",
                arguments.len(),
                own.join(", ")
            )));
        }
        for (name, argument) in own.iter().zip(arguments) {
            // The reference has all of them, in this order.
            let mut parameters = REFERENCE.parameter_names();
            let place = parameters.position(|parameter| parameter == *name);
            let Some(slot) = place.map(|place| &mut named[place]) else {
                return Err(PyTypeError::new_err(format!(
                    "the program has a parameter `{name:.80}`, expected S, I or C"
                )));
            };
            if slot.replace(argument).is_some() {
                return Err(PyTypeError::new_err(format!(
                    "found two arguments for {name}"
                )));
            }
        }
        Ok(named)
    }
}

fn outputs(
    dialect: &'static Dialect,
    solver: &Solver,
    samples: &[SampleInputs],
    budget: SampleBudget,
) -> Vec<Output> {
    let results = solver.on_samples(samples, || budget.limits_from_now());
    let output = |(sample, result)| Output::of(sample, dialect, result);
    samples.iter().zip(results).map(output).collect()
}

/// The programs of a module's text, and what of it is none: a sentence each.
///
/// >>> from run_batt import parse_module
/// >>> programs, skipped = parse_module("def solve(S, I, C):\n    return I\n\nx = 1\n")
/// >>> programs, len(skipped)
/// ([Program('solve')], 1)
#[pyfunction]
#[pyo3(signature = (text, dialect = None))]
pub fn parse_module(text: &str, dialect: Option<&str>) -> PyResult<(Vec<Program>, Vec<String>)> {
    let dialect = dialect_of_text(text, dialect)?;
    let module = parse_core_module(text);
    let programs = module.programs.into_iter();
    let mut lines = lines_of(text, dialect);
    let programs = programs.map(|program| Program::of(dialect, program).with_lines(&mut lines));
    let skipped = module.skipped.iter().map(ToString::to_string);
    Ok((programs.collect(), skipped.collect()))
}

/// The dialect of a name.
pub fn dialect_of(name: &str) -> PyResult<&'static Dialect> {
    Dialect::of_name(name).ok_or_else(|| {
        let names = DIALECTS.map(|own| format!("'{}'", own.name()));
        PyValueError::new_err(format!(
            "found {name:?} as a dialect, expected {}",
            names.join(" or ")
        ))
    })
}

fn exception_text(failure: Failure) -> String {
    match failure.exception() {
        Some(exception) => format!("{exception}: {failure}"),
        None => failure.to_string(),
    }
}

/// The value of an expression, or of a program's text, for these parameters.
///
/// Raises `ProgramError` for a text that is no program, `LimitError` where a call met a
/// limit.
///
/// >>> from run_batt import evaluate
/// >>> evaluate("add(ONE, 2)")
/// 3
/// >>> evaluate("hmirror_t(I)", I=[[1, 2], [3, 4]])
/// Grid(((3, 4), (1, 2)))
/// >>> evaluate("hmirror(I)", I=[[1, 2], [3, 4]])
/// Grid(((3, 4), (1, 2)))
#[pyfunction]
#[pyo3(signature = (text, *, S = None, I = None, C = None, dialect = None, call_steps = None, steps = None, memory = None, timeout = None))]
#[allow(
    non_snake_case,
    clippy::too_many_arguments,
    reason = "the names that programs have for them, and the limits"
)]
pub fn evaluate<'py>(
    py: Python<'py>,
    text: &str,
    S: Option<Bound<'py, PyAny>>,
    I: Option<Bound<'py, PyAny>>,
    C: Option<Bound<'py, PyAny>>,
    dialect: Option<&str>,
    call_steps: Option<u64>,
    steps: Option<u64>,
    memory: Option<u64>,
    timeout: Option<f64>,
) -> PyResult<Bound<'py, PyAny>> {
    let none = PyTuple::empty(py);
    let program = Program::parse(text, dialect)?;
    program.__call__(py, &none, S, I, C, call_steps, steps, memory, timeout)
}
