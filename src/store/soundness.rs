//! Soundness of a program's file: whether it holds what its name says.

use std::path::Path;

use crate::library::has_head;
use crate::text_file::read_text;
use arc_programs::dsl::{DIALECTS, Dialect};
use arc_programs::program::{Identity, InlineBudget, Program, parse_module};

/// What a file turned out to hold.
pub(crate) enum StoredProgram {
    /// The program that its name says.
    Named(Program),
    /// Another one.
    Other(Program, Identity),
    /// None, and why.
    NoProgram(String),
}

/// Reads a program's file, and finds out whether it is that of the identity.
pub(crate) fn read_program(path: &Path, identity: Identity) -> StoredProgram {
    match read_text(path) {
        Ok(text) => program_of(&text, identity),
        Err(error) => StoredProgram::NoProgram(error.to_string()),
    }
}

/// The same of a text that was read.
fn program_of(text: &str, identity: Identity) -> StoredProgram {
    let program = match parse_module(text).only_program() {
        Ok(program) => program,
        Err(error) => return StoredProgram::NoProgram(error.to_string()),
    };
    let own = program.inline(InlineBudget::DEFAULT);
    // Kept raw, under a budget of its user's.
    let raw = program.raw();
    match is_named(&own.text, identity) || is_named(&raw.text, identity) {
        true => StoredProgram::Named(program),
        false => StoredProgram::Other(program, own.identity),
    }
}

/// What is wrong with a text that is to be the program of this identity, in a dialect.
pub(super) fn problem_of(text: &str, identity: Identity, dialect: &Dialect) -> Option<String> {
    let found = program_of(text, identity);
    found
        .problem(identity)
        .or_else(|| found.problem_of_dialect(dialect))
}

/// The dialect that the head of a program says.
pub(crate) fn dialect_of_head(program: &Program) -> Option<&'static Dialect> {
    let mut all = DIALECTS.into_iter();
    all.find(|own| has_head(own, program.parameters()))
}

impl StoredProgram {
    /// What is wrong with its head in a store of a dialect, where it says another.
    pub(crate) fn problem_of_dialect(&self, dialect: &Dialect) -> Option<String> {
        let (Self::Named(program) | Self::Other(program, _)) = self else {
            return None;
        };
        let other = dialect_of_head(program).filter(|own| *own != dialect)?;
        Some(format!(
            "a program in the dialect {}, as its head says, expected one in {}",
            other.name(),
            dialect.name()
        ))
    }

    /// What is wrong with it, in the place of the program of this identity.
    pub(crate) fn problem(&self, identity: Identity) -> Option<String> {
        match self {
            Self::Named(_) => None,
            Self::Other(_, own) => Some(format!("holds the program {own}, expected {identity}")),
            Self::NoProgram(reason) => Some(format!("holds no program: {reason}")),
        }
    }
}

/// Whether a text is named by this identity. A program that was written without
/// `C`, or without `I`, has the name of what was written, and is kept with all
/// three.
fn is_named(text: &str, identity: Identity) -> bool {
    ["(S, I, C):", "(S, I):", "(S):"]
        .into_iter()
        .any(|head| Identity::of(&text.replacen("(S, I, C):", head, 1)) == identity)
}
