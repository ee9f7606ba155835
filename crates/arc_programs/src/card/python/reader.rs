//! A card read from a module that the reference generated, in one pass.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::card::error::CardError;
use crate::card::reading::{Collector, Read, Tokens};
use crate::card::term::{CallId, NameId, TermRecord, call_digits};
use crate::card::{Card, CardBuilder, SolverEntry};
use crate::program::{Program, TokenKind, integer_value};
use crate::task::TaskName;

const HEAD: &str = "`def batt(task_id, S, I, C, log_path):`";
const DEFAULT: &str = "_get_safe_default";

impl Card {
    /// Reads a module that the reference generated; `name` is for messages.
    pub(in crate::card) fn from_python(name: &str, text: &str) -> Result<Self, CardError> {
        let mut reader = ModuleReader {
            tokens: Tokens::new(text, "the end of the file"),
            collector: Collector::default(),
            outputs: HashMap::default(),
        };
        match reader.module() {
            Ok(()) => Ok(with_baselines_applied(reader.collector.finish(name))),
            Err(problem) => Err(problem.in_file(name)),
        }
    }
}

/// The card in which each differ is applied to solvers as its baseline is to the
/// input.
fn with_baselines_applied(card: Card) -> Card {
    let mut baselines: HashMap<NameId, Program, FxBuildHasher> = HashMap::default();
    let mut changed = Vec::new();
    for (place, differ) in card.differs.iter().enumerate() {
        match (differ.solver, baselines.get(&differ.name)) {
            (None, _) => {
                let program = card.program_of(differ.call, DIFFER);
                baselines.insert(differ.name, program);
            }
            (Some(output), Some(baseline))
                if card.program_from(output, differ.call, DIFFER) != *baseline =>
            {
                changed.push((place, output, baseline.clone()));
            }
            _ => {}
        }
    }
    let mut builder = CardBuilder::resume(card);
    for (place, output, baseline) in changed {
        let call = builder.add_program(&baseline, Some(output));
        builder.card_mut().differs[place].call = call;
    }
    builder.finish()
}

/// The name of the programs that are compared.
const DIFFER: &str = "differ";

struct ModuleReader<'text> {
    tokens: Tokens<'text>,
    collector: Collector,
    /// The last output of each task's solvers.
    outputs: HashMap<TaskName, CallId, FxBuildHasher>,
}

impl<'text> ModuleReader<'text> {
    fn module(&mut self) -> Read<()> {
        self.imports()?;
        self.head()?;
        self.body()?;
        match self.tokens.kind() {
            TokenKind::End => Ok(()),
            _ => Err(self.tokens.unexpected("nothing after `return o, s`")),
        }
    }

    /// What stands before the function.
    fn imports(&mut self) -> Read<()> {
        loop {
            let is_outside = self.tokens.indentation() == Some("");
            match self.tokens.text() {
                "def" if is_outside => return Ok(()),
                "import" | "from" if is_outside => {
                    while !matches!(self.tokens.kind(), TokenKind::Newline | TokenKind::End) {
                        self.tokens.advance();
                    }
                }
                _ if self.tokens.kind() == TokenKind::String => self.tokens.advance(),
                _ => {
                    let expected = format!("an import or {HEAD}");
                    return Err(self.tokens.unexpected(&expected));
                }
            }
            self.end_line()?;
        }
    }

    fn head(&mut self) -> Read<()> {
        self.tokens.take_text("def")?;
        if self.tokens.text() != "batt" {
            return Err(self.tokens.unexpected(HEAD));
        }
        self.tokens.advance();
        self.tokens.take(TokenKind::Open, HEAD)?;
        let mut parameters = Vec::new();
        while self.tokens.kind() != TokenKind::Close {
            parameters.push(self.tokens.take(TokenKind::Name, HEAD)?);
            if self.tokens.kind() != TokenKind::Comma {
                break;
            }
            self.tokens.advance();
        }
        if !["S", "I", "C"].iter().all(|name| parameters.contains(name)) {
            let found = format!("the parameters `{}`", parameters.join(", "));
            return Err(self.tokens.problem(self.tokens.token(), found, HEAD));
        }
        self.tokens.take(TokenKind::Close, HEAD)?;
        self.tokens.take(TokenKind::Colon, HEAD)?;
        self.end_line()
    }

    /// The lines of the function, up to and with its `return`.
    fn body(&mut self) -> Read<()> {
        let indentation = match self.tokens.indentation() {
            Some(own) if !own.is_empty() => own,
            _ => return Err(self.tokens.unexpected("an indented line")),
        };
        loop {
            if self.tokens.kind() == TokenKind::End {
                let expected = "`return o, s` in the end; the file is cut off, \
                                so generate it again";
                return Err(self.tokens.unexpected(expected));
            }
            if self.tokens.indentation() != Some(indentation) {
                let expected = "the indentation of the lines before";
                return Err(self.tokens.unexpected(expected));
            }
            match self.tokens.text() {
                "return" => {
                    self.tokens.advance();
                    self.tokens.take_text("o")?;
                    self.tokens.take_text(",")?;
                    self.tokens.take_text("s")?;
                    return self.end_line();
                }
                "try" => self.guarded_call(indentation)?,
                "o" => self.solver()?,
                "s" => self.differ()?,
                name if call_digits(name).is_some() => {
                    self.call()?;
                }
                _ if self.tokens.kind() == TokenKind::String => {
                    self.tokens.advance();
                    self.end_line()?;
                }
                _ => {
                    let expected = "`try:`, `tN = callee(…)`, `s.append(…)`, `o.append(…)` \
                                    or `return o, s`";
                    return Err(self.tokens.unexpected(expected));
                }
            }
        }
    }

    /// `try:`, a call, `except …:`, its default.
    fn guarded_call(&mut self, indentation: &str) -> Read<()> {
        let call = self.collector.next_call();
        self.tokens.advance();
        self.tokens.take(TokenKind::Colon, "`:` after `try`")?;
        self.end_line()?;
        self.indented(indentation)?;
        let callee = self.call()?;
        self.default(indentation, call, callee)
            .map_err(|mut problem| {
                problem.call = Some(call);
                problem
            })
    }

    /// The default of a call: evaluation gives a failing call that of its
    /// callee, so it has to be that.
    fn default(&mut self, indentation: &str, call: CallId, callee: TermRecord) -> Read<()> {
        if self.tokens.text() != "except" || self.tokens.indentation() != Some(indentation) {
            return Err(self.tokens.unexpected("`except …:`"));
        }
        while !matches!(
            self.tokens.kind(),
            TokenKind::Colon | TokenKind::Newline | TokenKind::End
        ) {
            self.tokens.advance();
        }
        self.tokens
            .take(TokenKind::Colon, "`:` after the errors of `except`")?;
        self.end_line()?;
        self.indented(indentation)?;
        let form = format!("`{call} = {DEFAULT}(…)`");
        if self.tokens.text() != call.to_string() {
            return Err(self.tokens.unexpected(&form));
        }
        self.tokens.advance();
        self.tokens.take(TokenKind::Equals, &form)?;
        if self.tokens.text() != DEFAULT {
            return Err(self.tokens.unexpected(&form));
        }
        self.tokens.advance();
        self.tokens.take(TokenKind::Open, &form)?;
        let token = self.tokens.token();
        let text = self.tokens.text();
        if self.collector.callee(&mut self.tokens)? != callee {
            let found = format!("the default of `{text}`");
            let expected = "that of what is called in the `try`";
            return Err(self.tokens.problem(token, found, expected));
        }
        self.tokens.take(TokenKind::Close, "`)`")?;
        self.end_line()
    }

    /// `tN = callee(argument, …)`; gives the callee.
    fn call(&mut self) -> Read<TermRecord> {
        let call = self.collector.next_call();
        self.call_line(call).map_err(|mut problem| {
            problem.call = Some(call);
            problem
        })
    }

    fn call_line(&mut self, call: CallId) -> Read<TermRecord> {
        if self.tokens.text() != call.to_string() {
            let expected = format!("`{call} = callee(…)`, calls being numbered from 1 on");
            return Err(self.tokens.unexpected(&expected));
        }
        let position = self.tokens.position();
        self.tokens.advance();
        self.tokens.take(TokenKind::Equals, "`=` and a call")?;
        let callee = self.collector.callee(&mut self.tokens)?;
        self.tokens.take(TokenKind::Open, "`(` and the arguments")?;
        while self.tokens.kind() != TokenKind::Close {
            self.collector.argument(&mut self.tokens)?;
            match self.tokens.kind() {
                TokenKind::Comma => self.tokens.advance(),
                TokenKind::Close => {}
                _ => return Err(self.tokens.unexpected("`,` or `)`")),
            }
        }
        self.tokens.advance();
        self.end_line()?;
        self.collector.end_call(position, callee);
        Ok(callee)
    }

    /// `o = []` or `o.append((N, True or False, 'task', tN))`.
    fn solver(&mut self) -> Read<()> {
        let Some(number) = self.begin_entry()? else {
            return Ok(());
        };
        let mutated = match self.tokens.text() {
            "True" => true,
            "False" => false,
            _ => {
                return Err(self
                    .tokens
                    .unexpected("`True` or `False`: whether it is mutated"));
            }
        };
        self.tokens.advance();
        self.tokens.take(TokenKind::Comma, "`,`")?;
        let token = self.tokens.token();
        let text = self.string("the task's name in quotes")?;
        let Ok(task) = text.parse::<TaskName>() else {
            let found = format!("the task `{text}`");
            return Err(self.tokens.problem(token, found, TASK));
        };
        let call = self.end_entry(number)?;
        self.outputs.insert(task, call);
        self.collector.add_solver(SolverEntry {
            call,
            task,
            mutated,
        });
        Ok(())
    }

    /// `s = []` or `s.append((N, 'task' or 'None', 'differ', tN))`.
    fn differ(&mut self) -> Read<()> {
        let Some(number) = self.begin_entry()? else {
            return Ok(());
        };
        let token = self.tokens.token();
        let solver = match self.string("the task's name or None, in quotes")? {
            "None" => None,
            text => {
                let Ok(task) = text.parse::<TaskName>() else {
                    let found = format!("the task `{text}`");
                    let expected = format!("`None` or {TASK}");
                    return Err(self.tokens.problem(token, found, expected));
                };
                let Some(&output) = self.outputs.get(&task) else {
                    let found = format!("a differ of the task {task}, which has no solver yet");
                    let expected = "the solver's `o.append(…)` before its differs";
                    return Err(self.tokens.problem(token, found, expected));
                };
                Some(output)
            }
        };
        self.tokens.take(TokenKind::Comma, "`,`")?;
        let name = self.string("the differ's name in quotes")?;
        let call = self.end_entry(number)?;
        self.collector.add_differ(call, solver, name);
        Ok(())
    }

    /// `s = []`, all of it, or `s.append((N,`, whose number it gives.
    fn begin_entry(&mut self) -> Read<Option<u64>> {
        self.tokens.advance();
        if self.tokens.kind() == TokenKind::Equals {
            self.tokens.advance();
            self.tokens.take_text("[")?;
            self.tokens.take_text("]")?;
            self.end_line()?;
            return Ok(None);
        }
        self.tokens.take_text(".")?;
        self.tokens.take_text("append")?;
        self.tokens.take(TokenKind::Open, "`((` and an entry")?;
        self.tokens.take(TokenKind::Open, "`((` and an entry")?;
        let token = self.tokens.token();
        let digits = self.tokens.take(TokenKind::Integer, "a call's number")?;
        let number = integer_value("", digits).and_then(|number| u64::try_from(number).ok());
        let Some(number) = number.filter(|&number| self.collector.call_of_number(number).is_some())
        else {
            let found = format!("an entry for the call t{digits}");
            let expected = self.collector.expected_call();
            return Err(self.tokens.problem(token, found, expected));
        };
        self.tokens.take(TokenKind::Comma, "`,`")?;
        Ok(Some(number))
    }

    /// `, tN))`, which has to be the call of the number before.
    fn end_entry(&mut self, number: u64) -> Read<CallId> {
        self.tokens.take(TokenKind::Comma, "`,`")?;
        let call = self.collector.call_of_number(number);
        let name = format!("t{number}");
        let Some(call) = call.filter(|_| self.tokens.text() == name) else {
            let expected = format!("`{name}`, the call of the entry's number");
            return Err(self.tokens.unexpected(&expected));
        };
        self.tokens.advance();
        self.tokens.take(TokenKind::Close, "`))`")?;
        self.tokens.take(TokenKind::Close, "`))`")?;
        self.end_line()?;
        Ok(call)
    }

    /// What stands between the quotes of a string without escapes.
    fn string(&mut self, expected: &str) -> Read<&'text str> {
        let token = self.tokens.token();
        let text = self.tokens.take(TokenKind::String, expected)?;
        let content = ['\'', '"'].into_iter().find_map(|quote| {
            let content = text.strip_prefix(quote)?.strip_suffix(quote)?;
            let is_plain = !content.contains([quote, '\\', '\n']);
            is_plain.then_some(content)
        });
        content.ok_or_else(|| {
            let found = format!("the string {text}");
            self.tokens.problem(token, found, expected)
        })
    }

    /// The line in hand belongs to the one before.
    fn indented(&self, outer: &str) -> Read<()> {
        match self.tokens.indentation() {
            Some(own) if own.len() > outer.len() && own.starts_with(outer) => Ok(()),
            _ => Err(self.tokens.unexpected("a line indented further")),
        }
    }

    fn end_line(&mut self) -> Read<()> {
        self.tokens
            .take(TokenKind::Newline, "the end of the line")?;
        Ok(())
    }
}

const TASK: &str = "a task's name, such as 0520fde7";
