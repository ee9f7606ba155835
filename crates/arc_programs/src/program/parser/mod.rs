//! From a module's text to its programs.
//!
//! # Why a parser of our own
//!
//! `ruff_python_parser` was the first candidate: all of Python, exact error
//! positions, well kept. Reading the 600 sources of the inlining vectors takes
//! it 7.1 µs a program, before anything is made of its tree, where the MD5 of
//! the *inlined* texts takes 2.7 µs and all of inlining should be within three
//! times of that; and it would be most of what this package compiles. A program
//! uses very little of Python: names, calls, literals, assignment. This parser
//! reads that little straight into the graph of a [`Program`], in one pass and
//! 3.8 µs (`benches/notes/inlining.md`). Ruff stays as its judge: a property test holds
//! the two against each other (`tests/parser_against_ruff.rs`).
//!
//! # How
//!
//! Names are resolved as they are read, so substitution, the heart of
//! inlining, costs a look-up: an assigned name *is* its expression. Equal
//! expressions get one id through a hash table. Brackets are kept on a stack of
//! our own, so that depth costs memory and never the thread's stack. When the
//! result is known, what it needs is copied out of the [graph](super::graph).
//!
//! After an error the reader goes on at the next statement that begins in the
//! first column, so one bad function costs one function.
//!
//! Reading goes down: [`statements`] ask for [`expressions`], both look up [`names`] and take
//! tokens through [`cursor`].

mod cursor;
mod expressions;
mod names;
mod statements;

use hashbrown::HashTable;
use smallvec::SmallVec;

use self::expressions::Bracket;
use self::names::Name;
use super::graph::{Graph, Head};
use super::lexer::{Lexer, Token, TokenKind};
use super::listing::Listing;
use super::syntax::{ExpressionId, Program, Run};
use super::{Module, NotAProgram, Position, SyntaxError, WholeText, is_module};

pub(crate) use self::names::is_python_keyword;

/// The longest text that is read, in bytes: offsets are kept in 32 bits.
pub const MAXIMUM_SOURCE_BYTES: usize = 1 << 30;

/// How deep tuples may nest: as deep as CPython reads them.
pub(crate) const MAXIMUM_TUPLE_DEPTH: u32 = 200;

/// Reads a module: any number of functions, imports, comments and docstrings.
///
/// Never fails as a whole: what is no program is in [`Module::skipped`], in
/// order of the text.
pub fn parse_module(text: &str) -> Module {
    read_module(text).0
}

/// Reads a text that is one program: an expression over `S`, `I` and `C`, or a module of one
/// function.
///
/// # Errors
/// Fails for a text that is neither.
pub fn parse_program(text: &str) -> Result<WholeText, NotAProgram> {
    let is_function = is_module(text);
    let (program, has_unused_lines) = match is_function {
        true => {
            let (module, has_unused_lines) = read_module(text);
            (module.only_program()?, has_unused_lines)
        }
        false => (parse_expression(text)?, false),
    };
    Ok(WholeText {
        program,
        is_function,
        has_unused_lines,
    })
}

/// As [`parse_module`]; and whether a function has lines that nothing uses.
fn read_module(text: &str) -> (Module, bool) {
    let mut module = Module::default();
    if text.len() > MAXIMUM_SOURCE_BYTES {
        module.skipped.push(too_long(text));
        return (module, false);
    }
    let mut parser = Parser::new(text);
    while parser.token.kind != TokenKind::End {
        let begun = parser.token;
        match parser.module_statement() {
            Ok(Some(program)) => module.programs.push(program),
            Ok(None) => {}
            Err(error) => {
                module.skipped.push(*error);
                parser.recover(begun);
            }
        }
    }
    (module, parser.has_unused_lines)
}

/// Reads the functions of a module that are programs with all lines that they have, in
/// order of the text. What is none is passed over: [`parse_module`] says what it is.
pub fn parse_listings(text: &str) -> Vec<Listing> {
    let mut listings = Vec::new();
    if text.len() > MAXIMUM_SOURCE_BYTES {
        return listings;
    }
    let mut parser = Parser::new(text);
    while parser.token.kind != TokenKind::End {
        let begun = parser.token;
        let is_function = begun.kind == TokenKind::Name && parser.text_of(begun) == "def";
        let is_read = match is_function && parser.lexer.indentation(begun) == Some("") {
            true => parser.function_parts().map(|(head, result)| {
                listings.push(parser.graph.listing(text, &head, result));
            }),
            false => parser.module_statement().map(drop),
        };
        if is_read.is_err() {
            parser.recover(begun);
        }
    }
    listings
}

/// Reads an expression over `S`, `I` and `C` as the solver that returns it.
///
/// # Errors
/// Fails for what is no expression, and for anything after it.
pub fn parse_expression(text: &str) -> Result<Program, SyntaxError> {
    if text.len() > MAXIMUM_SOURCE_BYTES {
        return Err(too_long(text));
    }
    let mut parser = Parser::new(text);
    let head = Head {
        name: "solve",
        parameters: ["S", "I", "C"].into(),
        position: Position { line: 1, column: 1 },
    };
    let result = parser.expression().map_err(|error| *error)?;
    if parser.token.kind == TokenKind::Newline {
        parser.advance();
    }
    match parser.token.kind {
        TokenKind::End => Ok(parser.graph.program(parser.text, &head, result)),
        _ => Err(*parser.unexpected("nothing after the expression")),
    }
}

fn too_long(text: &str) -> SyntaxError {
    SyntaxError {
        position: Position { line: 1, column: 1 },
        function: None,
        found: format!("a text of {} bytes", text.len()),
        expected: format!("at most {MAXIMUM_SOURCE_BYTES}"),
    }
}

/// What is being read: the token in hand, and of the function in hand what was read of it.
struct Parser<'text> {
    text: &'text str,
    lexer: Lexer<'text>,
    token: Token,
    function: Option<Token>,
    names: Vec<Name>,
    names_by_text: HashTable<u32>,
    graph: Graph,
    brackets: SmallVec<[Bracket; 4]>,
    /// Arguments and items of the brackets that are still open.
    pending: SmallVec<[(Option<Run>, ExpressionId); 8]>,
    /// Whether a function that was read has lines that nothing uses.
    has_unused_lines: bool,
}

type Parsed<T> = Result<T, Box<SyntaxError>>;

impl<'text> Parser<'text> {
    fn new(text: &'text str) -> Self {
        let mut lexer = Lexer::new(text);
        let token = lexer.next();
        // Room for a program of a size that occurs, so that reading one does
        // not grow six tables step by step: a call is some 24 bytes of text.
        // Memory is had at once in pieces of up to 1 kB, so of a short one no
        // table is larger.
        let calls = (text.len() / 24).min(64) + 2;
        Self {
            text,
            lexer,
            token,
            function: None,
            names: Vec::with_capacity(2 * calls),
            names_by_text: HashTable::with_capacity(2 * calls),
            graph: Graph::with_capacity(calls),
            brackets: SmallVec::new(),
            pending: SmallVec::new(),
            has_unused_lines: false,
        }
    }
}
