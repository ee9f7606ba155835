//! Names: what each stands for in the function in hand, and which are none.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use super::cursor::run_of;
use super::{Parsed, Parser};
use crate::program::lexer::Token;
use crate::program::syntax::{Entry, ExpressionId, Run};
use crate::program::{Position, SyntaxError};

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
        let is_it = |&index: &u32| &source[names[index as usize].run.range()] == text;
        if let Some(&index) = self.names_by_text.find(hash, is_it) {
            return Ok(index as usize);
        }
        let index = names.len();
        let hash_of =
            |&index: &u32| FxBuildHasher.hash_one(&source[names[index as usize].run.range()]);
        self.names_by_text
            .insert_unique(hash, index as u32, hash_of);
        self.names.push(Name {
            run: run_of(token),
            is_parameter: false,
            assigned: None,
            free: None,
        });
        self.reject_keyword(token)?;
        Ok(index)
    }

    #[inline]
    pub(super) fn reject_keyword(&self, token: Token) -> Parsed<()> {
        match is_python_keyword(self.text_of(token)) {
            true => Err(self.found_keyword(token)),
            false => Ok(()),
        }
    }

    #[cold]
    fn found_keyword(&self, token: Token) -> Box<SyntaxError> {
        let found = format!("the Python keyword {}", self.quoted(token));
        let expected = "straight-line code: names, calls, integers, tuples of literals";
        self.error_at(token, found, expected)
    }
}

/// Whether a name is none in Python, but a word of its grammar.
#[inline]
pub(crate) fn is_python_keyword(text: &str) -> bool {
    // Nearly all names have another length, or another letter at the beginning.
    let Some(first) = text.as_bytes().first() else {
        return false;
    };
    match FIRST_LETTERS.get(text.len()) {
        Some(letters) if letters >> (first & 63) & 1 == 1 => KEYWORDS.contains(&text),
        _ => false,
    }
}

#[rustfmt::skip]
const KEYWORDS: [&str; 35] = [
    "as", "if", "in", "is", "or",
    "and", "def", "del", "for", "not", "try",
    "None", "True", "elif", "else", "from", "pass", "with",
    "False", "async", "await", "break", "class", "raise", "while", "yield",
    "assert", "except", "global", "import", "lambda", "return",
    "finally",
    "continue", "nonlocal",
];

/// By the length of a keyword, the first letters of those that are so long, a bit each.
const FIRST_LETTERS: [u64; 9] = {
    let mut letters = [0; 9];
    let mut place = 0;
    while place < KEYWORDS.len() {
        let keyword = KEYWORDS[place].as_bytes();
        letters[keyword.len()] |= 1 << (keyword[0] & 63);
        place += 1;
    }
    letters
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_told_from_names() {
        for keyword in KEYWORDS {
            assert!(is_python_keyword(keyword), "{keyword}");
            let longer = format!("{keyword}1");
            for name in [&keyword[1..], &keyword[..keyword.len() - 1], &longer] {
                assert_eq!(is_python_keyword(name), KEYWORDS.contains(&name), "{name}");
            }
        }
        for name in ["", "x1", "I", "iff", "none", "TRUE", "nonlocals", "_"] {
            assert!(!is_python_keyword(name), "{name}");
        }
    }
}
