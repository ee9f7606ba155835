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
mod parser;
mod position;
mod print;
mod syntax;

pub(crate) use build::ProgramBuilder;
pub use error::SyntaxError;
pub use inline::{Identity, InlineBudget, Inlined, NotAnIdentity, TextForm};
pub(crate) use lexer::{Lexer, Token, TokenKind, integer_value};
pub use parser::{MAXIMUM_SOURCE_BYTES, parse_expression, parse_module};
pub(crate) use parser::{MAXIMUM_TUPLE_DEPTH, is_python_keyword};
pub use position::Position;
pub use print::FILE_HEADER;
pub use syntax::{Arguments, Expression, ExpressionId, Program};

/// What a module's text holds.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The functions that are programs, in order of the text.
    pub programs: Vec<Program>,
    /// What is not a program, in order of the text.
    pub skipped: Vec<SyntaxError>,
}
