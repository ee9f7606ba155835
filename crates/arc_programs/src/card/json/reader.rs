//! A card read from its JSON form, with the place of each part.

use std::borrow::Cow;
use std::fmt::Display;

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::{VERSION, VERSION_WITH_DIALECT};
use crate::card::error::CardError;
use crate::card::reading::{Collector, Problem, Read, Tokens};
use crate::card::{CallId, Card, SolverEntry};
use crate::dsl::{DIALECTS, Dialect};
use crate::json_error::JsonError;
use crate::program::{Position, TokenKind};
use crate::task::TaskName;

const CARD_FORM: &str =
    r#"{"version": 1, "seed": 7, "calls": […], "differs": […], "solvers": […]}"#;
const CALL_FORM: &str = r#"["callee", "argument", …]"#;
const CALLS_FORM: &str = r#"[["callee", "argument", …], …]"#;
const DIFFER_FORM: &str = r#"{"call": 8, "solver": 5 or null, "name": "differ_…"}"#;
const DIFFERS_FORM: &str = r#"[{"call": 8, "solver": 5 or null, "name": "differ_…"}, …]"#;
const SOLVER_FORM: &str = r#"{"call": 5, "task": "0520fde7", "mutated": false}"#;
const SOLVERS_FORM: &str = r#"[{"call": 5, "task": "0520fde7", "mutated": false}, …]"#;

impl Card {
    /// Reads the JSON form; `name` is for messages.
    pub(in crate::card) fn from_json(name: &str, text: &str) -> Result<Self, CardError> {
        let mut reader = JsonReader {
            text,
            collector: Collector::default(),
        };
        match reader.document() {
            Ok(()) => Ok(reader.collector.finish(name)),
            Err(problem) => Err(problem.in_file(name)),
        }
    }
}

/// Parts are kept as the slices of the text that they are: this tells where
/// each stands, which serde would not.
#[derive(Deserialize)]
struct Document<'text> {
    #[serde(borrow)]
    version: Option<&'text RawValue>,
    #[serde(borrow)]
    dialect: Option<&'text RawValue>,
    #[serde(borrow)]
    seed: Option<&'text RawValue>,
    #[serde(borrow)]
    calls: Option<&'text RawValue>,
    #[serde(borrow)]
    differs: Option<&'text RawValue>,
    #[serde(borrow)]
    solvers: Option<&'text RawValue>,
}

#[derive(Deserialize)]
struct SolverForm<'text> {
    call: u64,
    #[serde(borrow)]
    task: Cow<'text, str>,
    mutated: bool,
}

#[derive(Deserialize)]
struct DifferForm<'text> {
    call: u64,
    // Without this, a missing solver would be none: the baseline.
    #[serde(deserialize_with = "Option::deserialize")]
    solver: Option<u64>,
    #[serde(borrow)]
    name: Cow<'text, str>,
}

#[derive(Deserialize)]
struct Text<'text>(#[serde(borrow)] Cow<'text, str>);

struct JsonReader<'text> {
    text: &'text str,
    collector: Collector,
}

impl<'text> JsonReader<'text> {
    fn document(&mut self) -> Read<()> {
        let text = self.text.trim_ascii_start();
        let document: Document<'text> = self.parse(text, CARD_FORM)?;
        // Before all else, for what the rest means depends on it.
        let version = self.field(document.version, "version", VERSION)?;
        match version.parse() {
            Ok(VERSION) => {}
            Ok(VERSION_WITH_DIALECT) => self.dialect(document.dialect)?,
            _ => {
                let found = format!("version {}", shortened(version));
                let expected = format!(
                    "version {VERSION} or {VERSION_WITH_DIALECT}; read this card with the \
                     run_batt that wrote it, or generate it again"
                );
                return Err(self.problem(version, found, expected));
            }
        }
        if let Some(seed) = document.seed {
            let Ok(number) = seed.get().parse() else {
                let expected = "null or an integer from 0 on, of at most 64 bits";
                return Err(self.problem(seed.get(), quoted(seed.get()), expected));
            };
            self.collector.set_seed(Some(number));
        }
        let calls = self.field(document.calls, "calls", CALLS_FORM)?;
        let solvers = self.field(document.solvers, "solvers", SOLVERS_FORM)?;
        let differs = self.field(document.differs, "differs", DIFFERS_FORM)?;
        let mut cursor = Cursor::new(self.text);
        for call in self.parse::<Vec<&RawValue>>(calls, CALLS_FORM)? {
            let position = cursor.advance_to(self.offset(call.get()));
            self.call(call.get(), position).map_err(|mut problem| {
                problem.call = Some(self.collector.next_call());
                problem
            })?;
        }
        for solver in self.parse::<Vec<&RawValue>>(solvers, SOLVERS_FORM)? {
            self.solver(solver.get())?;
        }
        for differ in self.parse::<Vec<&RawValue>>(differs, DIFFERS_FORM)? {
            self.differ(differ.get())?;
        }
        Ok(())
    }

    fn dialect(&mut self, field: Option<&'text RawValue>) -> Read<()> {
        let names = DIALECTS.map(|dialect| format!(r#""{}""#, dialect.name()));
        let names = names.join(" or ");
        let part = self.field(field, "dialect", &names)?;
        let name = serde_json::from_str::<Text<'_>>(part);
        let Some(dialect) = name.ok().and_then(|Text(name)| Dialect::of_name(&name)) else {
            let expected = format!("a dialect, {names}; a later run_batt may have others");
            return Err(self.problem(part, quoted(part), expected));
        };
        self.collector.set_dialect(dialect);
        Ok(())
    }

    fn call(&mut self, part: &'text str, position: Position) -> Read<()> {
        let texts: Vec<&RawValue> = self.parse(part, CALL_FORM)?;
        let Some((callee, arguments)) = texts.split_first() else {
            return Err(self.problem(part, "`[]`", CALL_FORM));
        };
        let callee = self.term(callee.get(), Collector::callee)?;
        for argument in arguments {
            self.term(argument.get(), Collector::argument)?;
        }
        self.collector.end_call(position, callee);
        Ok(())
    }

    /// Reads the text of a callee or argument, all of it.
    fn term<T>(
        &mut self,
        part: &'text str,
        read: impl FnOnce(&mut Collector, &mut Tokens<'_>) -> Read<T>,
    ) -> Read<T> {
        let Ok(Text(text)) = serde_json::from_str::<Text<'_>>(part) else {
            let expected = r#"a text, such as "t1", "I", "(1, -1)" or "key=True""#;
            return Err(self.problem(part, quoted(part), expected));
        };
        let mut tokens = Tokens::new(&text, "the end of the text");
        let term = read(&mut self.collector, &mut tokens).map_err(|mut problem| {
            // Its place is one in the term; what is asked is one in the file.
            problem.position = self.position(part);
            problem
        })?;
        // A module may have notes and go on in the next line, a term may not.
        if tokens.kind() != TokenKind::Newline || text.contains(['#', '\n', '\\']) {
            let expected = "one term: a name, a call `tN`, an integer, `True`, `False` \
                            or a tuple of literals";
            return Err(self.problem(part, quoted(&text), expected));
        }
        Ok(term)
    }

    fn solver(&mut self, part: &'text str) -> Read<()> {
        let form: SolverForm<'_> = self.parse(part, SOLVER_FORM)?;
        let call = self.known_call(part, "a solver on the call", form.call)?;
        let Ok(task) = form.task.parse::<TaskName>() else {
            let found = format!("the task {}", quoted(&form.task));
            let expected = "a task's name, such as 0520fde7";
            return Err(self.problem(part, found, expected));
        };
        self.collector.add_solver(SolverEntry {
            call,
            task,
            mutated: form.mutated,
        });
        Ok(())
    }

    fn differ(&mut self, part: &'text str) -> Read<()> {
        let form: DifferForm<'_> = self.parse(part, DIFFER_FORM)?;
        let call = self.known_call(part, "a differ on the call", form.call)?;
        let solver = match form.solver {
            Some(number) => Some(self.known_call(part, "a differ of the solver", number)?),
            None => None,
        };
        if let Some(solver) = solver.filter(|&solver| !self.collector.is_solver_output(solver)) {
            let found = format!("a differ of the solver {solver}");
            let expected = "a call that has an entry in `solvers`";
            return Err(self.problem(part, found, expected));
        }
        self.collector.add_differ(call, solver, &form.name);
        Ok(())
    }

    fn known_call(&self, part: &str, what: &str, number: u64) -> Read<CallId> {
        self.collector.call_of_number(number).ok_or_else(|| {
            let found = format!("{what} t{number}");
            self.problem(part, found, self.collector.expected_call())
        })
    }

    /// The text of a field that has to be there.
    fn field(
        &self,
        field: Option<&'text RawValue>,
        name: &str,
        form: impl Display,
    ) -> Read<&'text str> {
        field.map(RawValue::get).ok_or_else(|| {
            let found = format!("a card without the field `{name}`");
            self.problem(self.text, found, format!(r#""{name}": {form}"#))
        })
    }

    /// Reads a part of the text, which has to begin as its form does: serde
    /// would take a list of the fields' values for an object.
    fn parse<T: Deserialize<'text>>(&self, part: &'text str, form: &str) -> Read<T> {
        let first = part.bytes().next();
        if first.is_some() && first != form.bytes().next() {
            return Err(self.problem(part, quoted(part), form));
        }
        serde_json::from_str(part).map_err(|error| {
            let JsonError { position, problem } =
                JsonError::of_serde(self.text, self.offset(part), &error);
            let (found, expected) = match error.classify() {
                Category::Eof => (
                    problem,
                    "the rest of the card; the file is cut off, so generate it again".to_owned(),
                ),
                Category::Data => (format!("another shape ({problem})"), form.to_owned()),
                Category::Syntax | Category::Io => {
                    (format!("broken JSON ({problem})"), form.to_owned())
                }
            };
            Box::new(Problem {
                position,
                call: None,
                found,
                expected,
            })
        })
    }

    #[cold]
    fn problem(
        &self,
        part: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Box<Problem> {
        Box::new(Problem {
            position: self.position(part),
            call: None,
            found: found.into(),
            expected: expected.into(),
        })
    }

    fn position(&self, part: &str) -> Position {
        Position::of_offset(self.text.as_bytes(), self.offset(part))
    }

    /// Where a part, a slice of the text, begins in it.
    fn offset(&self, part: &str) -> usize {
        part.as_ptr().addr() - self.text.as_ptr().addr()
    }
}

/// The positions of ascending offsets, in one way through the text.
struct Cursor<'text> {
    rest: &'text str,
    offset: usize,
    position: Position,
}

impl<'text> Cursor<'text> {
    fn new(text: &'text str) -> Self {
        Self {
            rest: text,
            offset: 0,
            position: Position { line: 1, column: 1 },
        }
    }

    fn advance_to(&mut self, offset: usize) -> Position {
        let (passed, rest) = self.rest.split_at(offset - self.offset);
        for character in passed.chars() {
            if character == '\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else {
                self.position.column += 1;
            }
        }
        self.rest = rest;
        self.offset = offset;
        self.position
    }
}

fn quoted(text: &str) -> String {
    format!("`{}`", shortened(text))
}

/// The beginning of a text, on one line.
fn shortened(text: &str) -> String {
    let mut shortened: String = text.chars().take(40).collect();
    if shortened.len() < text.len() {
        shortened.push('…');
    }
    shortened.replace('\n', " ")
}
