//! Programs: reading them, inlining and expanding them, and what they are
//! known by.
//!
//! A module's text is read by [`parse_module`] into [`Program`]s. A program's
//! inlined text ([`Program::inline`]) names it, by its MD5, its
//! [`Identity`]; its expanded text ([`Program::expanded_file`]) is what is
//! kept under that name. Nothing here knows what a primitive means.
//!
//! ```
//! use arc_programs::program::{InlineBudget, parse_module};
//!
//! let module = parse_module("def solve(S, I, C):\n    x1 = rot90(I)\n    return pair(x1, x1)\n");
//! let inlined = module.programs[0].inline(InlineBudget::DEFAULT);
//! assert_eq!(inlined.text, "def solve(S, I, C):\n    return pair(rot90(I), rot90(I))");
//! ```

mod build;
mod error;
mod graph;
mod inline;
mod lexer;
mod listing;
mod parser;
mod position;
mod print;
mod syntax;

pub(crate) use build::ProgramBuilder;
pub use error::SyntaxError;
pub use inline::{Identity, InlineBudget, Inlined, NotAnIdentity, TextForm};
pub(crate) use lexer::{Lexer, Token, TokenKind, integer_value};
pub use listing::Listing;
pub use parser::{
    MAXIMUM_SOURCE_BYTES, parse_expression, parse_listings, parse_module, parse_program,
};
pub(crate) use parser::{MAXIMUM_TUPLE_DEPTH, is_python_keyword};
pub use position::Position;
pub use print::FILE_HEADER;
pub use syntax::{Arguments, Expression, ExpressionId, Program};

/// Whether a program's text is a module, with functions, and not an expression.
pub fn is_module(text: &str) -> bool {
    // As it begins where it is written by a machine.
    text.starts_with("def ") || text.lines().any(|line| line.starts_with("def "))
}

/// Module of programs, as its text holds them.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The functions that are programs, in order of the text.
    pub programs: Vec<Program>,
    /// Parts that are no programs, in order of the text.
    pub skipped: Vec<SyntaxError>,
}

/// Error for a module that is not one program: something of it is none, or it has
/// none or several.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOneProgram {
    /// The first of what is not a program.
    #[error(transparent)]
    Skipped(#[from] SyntaxError),
    /// It has another number of functions.
    #[error("found {found} functions, expected one")]
    Number {
        /// How many.
        found: usize,
    },
}

/// The program that a text is.
#[derive(Clone, Debug)]
pub struct WholeText {
    /// The program.
    pub program: Program,
    /// Whether it is a function, and not an expression.
    pub is_function: bool,
    /// Whether it has lines that nothing uses, which the program has not; a
    /// [`Listing`] does.
    pub has_unused_lines: bool,
}

/// Error for a text that is no program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAProgram {
    /// Not an expression.
    #[error(transparent)]
    Expression(#[from] SyntaxError),
    /// A module that is not one function that is a program. Of one with several, take the one
    /// that is meant from [`parse_module`].
    #[error(transparent)]
    Module(#[from] NotOneProgram),
}

impl Module {
    /// The program of a module that is one program, as a store's files are.
    ///
    /// # Errors
    /// [`NotOneProgram`] for a module with anything else in it.
    pub fn only_program(self) -> Result<Program, NotOneProgram> {
        if let Some(error) = self.skipped.into_iter().next() {
            return Err(error.into());
        }
        let found = self.programs.len();
        match <[Program; 1]>::try_from(self.programs) {
            Ok([program]) => Ok(program),
            Err(_) => Err(NotOneProgram::Number { found }),
        }
    }
}
