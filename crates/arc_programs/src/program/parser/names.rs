//! Names: what each stands for in the function in hand, and which are none.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use super::cursor::run_of;
use super::{Parsed, Parser};
use crate::program::Position;
use crate::program::lexer::Token;
use crate::program::syntax::{Entry, ExpressionId, Run};

/// A name of the function in hand.
pub(super) struct Name {
    run: Run,
    pub is_parameter: bool,
    /// What it was assigned last.
    pub assigned: Option<ExpressionId>,
    /// Its expression, and where it first stood, if it was used unassigned.
    pub free: Option<(ExpressionId, Position)>,
}

impl Parser<'_> {
    pub(super) fn start_function(&mut self) {
        self.names.clear();
        self.names_by_text.clear();
        self.graph.clear();
    }

    pub(super) fn use_name(&mut self, token: Token, position: Position) -> Parsed<ExpressionId> {
        let index = self.name_index(token)?;
        let name = &self.names[index];
        if let Some(id) = name.assigned.or(name.free.map(|(id, _)| id)) {
            return Ok(id);
        }
        // Names are unique already, so their entries need no look-up.
        let id = self.graph.push(Entry::Name(name.run), position);
        self.names[index].free = Some((id, position));
        Ok(id)
    }

    /// The place of a name in `names`, new or not; keywords are no names.
    pub(super) fn name_index(&mut self, token: Token) -> Parsed<usize> {
        let source = self.text.as_bytes();
        let text = &source[run_of(token).range()];
        let names = &self.names;
        let hash = FxBuildHasher.hash_one(text);
        let found = self.names_by_text.entry(
            hash,
            |&index| &source[names[index as usize].run.range()] == text,
            |&index| FxBuildHasher.hash_one(&source[names[index as usize].run.range()]),
        );
        let index = *found.or_insert(names.len() as u32).get() as usize;
        if index == self.names.len() {
            self.names.push(Name {
                run: run_of(token),
                is_parameter: false,
                assigned: None,
                free: None,
            });
            self.reject_keyword(token)?;
        }
        Ok(index)
    }

    pub(super) fn reject_keyword(&self, token: Token) -> Parsed<()> {
        if !is_python_keyword(self.text_of(token)) {
            return Ok(());
        }
        let found = format!("the Python keyword {}", self.quoted(token));
        let expected = "straight-line code: names, calls, integers, tuples of literals";
        Err(self.error_at(token, found, expected))
    }
}

/// Whether a name is none in Python, but a word of its grammar.
#[rustfmt::skip]
pub(crate) fn is_python_keyword(text: &str) -> bool {
    match text.len() {
        2 => matches!(text, "as" | "if" | "in" | "is" | "or"),
        3 => matches!(text, "and" | "def" | "del" | "for" | "not" | "try"),
        4 => matches!(text, "None" | "True" | "elif" | "else" | "from" | "pass" | "with"),
        5 => matches!(
            text,
            "False" | "async" | "await" | "break" | "class" | "raise" | "while" | "yield"
        ),
        6 => matches!(text, "assert" | "except" | "global" | "import" | "lambda" | "return"),
        7 => text == "finally",
        8 => matches!(text, "continue" | "nonlocal"),
        _ => false,
    }
}
