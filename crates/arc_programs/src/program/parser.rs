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
//! 3.8 µs (`benches/README.md`). Ruff stays as its judge: a property test holds
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

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::graph::{Graph, Head};
use super::lexer::{Lexer, Token, TokenKind, integer_value};
use super::listing::Listing;
use super::syntax::{Entry, ExpressionId, Program, Run};
use super::{Module, NotAProgram, Position, SyntaxError, WholeText, is_module};

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
        parameters: vec!["S", "I", "C"],
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

/// An open bracket: what it will become when it closes.
#[derive(Clone, Copy)]
enum Bracket {
    /// `callee(`: arguments since `first`.
    Call {
        callee: ExpressionId,
        first: u32,
        position: Position,
        /// The keyword of the argument that is being read.
        keyword: Option<Run>,
    },
    /// `(`: a tuple if a comma follows, else a mere grouping.
    Group {
        first: u32,
        has_comma: bool,
        position: Position,
    },
}

/// A name of the function in hand.
struct Name {
    run: Run,
    is_parameter: bool,
    /// What it was assigned last.
    assigned: Option<ExpressionId>,
    /// Its expression, and where it first stood, if it was used unassigned.
    free: Option<(ExpressionId, Position)>,
}

struct Parser<'text> {
    text: &'text str,
    lexer: Lexer<'text>,
    token: Token,
    function: Option<Token>,
    names: Vec<Name>,
    names_by_text: HashTable<u32>,
    graph: Graph,
    brackets: Vec<Bracket>,
    /// Arguments and items of the brackets that are still open.
    pending: Vec<(Option<Run>, ExpressionId)>,
    /// Whether a function that was read has lines that nothing uses.
    has_unused_lines: bool,
}

type Parsed<T> = Result<T, Box<SyntaxError>>;

impl<'text> Parser<'text> {
    fn new(text: &'text str) -> Self {
        let mut lexer = Lexer::new(text);
        let token = lexer.next();
        // Room for a program of a size that occurs, so that reading one does
        // not grow six tables step by step: a call is some 20 bytes of text.
        let calls = (text.len() / 20).min(64) + 4;
        Self {
            text,
            lexer,
            token,
            function: None,
            names: Vec::with_capacity(2 * calls),
            names_by_text: HashTable::with_capacity(2 * calls),
            graph: Graph::with_capacity(calls),
            brackets: Vec::with_capacity(8),
            pending: Vec::with_capacity(16),
            has_unused_lines: false,
        }
    }

    // ---- statements -------------------------------------------------------

    /// One statement between functions; a program if it is a `def`.
    fn module_statement(&mut self) -> Parsed<Option<Program>> {
        self.function = None;
        match self.token.kind {
            TokenKind::Newline | TokenKind::Semicolon => {
                self.advance();
                Ok(None)
            }
            TokenKind::String => {
                self.docstring()?;
                Ok(None)
            }
            TokenKind::Name => {
                if self.lexer.indentation(self.token) != Some("") {
                    return Err(self.unexpected("no indentation outside a function"));
                }
                match self.text_of(self.token) {
                    "import" | "from" => {
                        self.skip_logical_line();
                        Ok(None)
                    }
                    "def" => self.function().map(Some),
                    _ => Err(self.unexpected("a function `def …`, an import or a comment")),
                }
            }
            _ => Err(self.unexpected("a function `def …`, an import or a comment")),
        }
    }

    fn function(&mut self) -> Parsed<Program> {
        let (head, result) = self.function_parts()?;
        let program = self.graph.program(self.text, &head, result);
        self.has_unused_lines |= program.expressions().len() < self.graph.len();
        Ok(program)
    }

    /// Reads a function into the graph, with all its lines.
    fn function_parts(&mut self) -> Parsed<(Head<'text>, ExpressionId)> {
        self.advance();
        self.start_function();
        let name = self.expect(TokenKind::Name, "the function's name")?;
        self.function = Some(name);
        let parameters = self.parameters()?;
        self.expect(TokenKind::Colon, "`:` and then the function's lines")?;
        let result = self.body()?;
        let head = Head {
            name: self.text_of(name),
            parameters,
            position: self.lexer.byte_position(name),
        };
        Ok((head, result))
    }

    fn parameters(&mut self) -> Parsed<Vec<&'text str>> {
        self.expect(TokenKind::Open, "`(` and the parameters")?;
        let mut parameters = Vec::with_capacity(3);
        while self.token.kind != TokenKind::Close {
            let parameter = self.expect(TokenKind::Name, "a parameter's name or `)`")?;
            let index = self.name_index(parameter)?;
            let name = &mut self.names[index];
            if std::mem::replace(&mut name.is_parameter, true) {
                let expected = "each parameter once";
                return Err(self.error_at(parameter, self.quoted(parameter), expected));
            }
            parameters.push(self.text_of(parameter));
            if self.token.kind == TokenKind::Colon {
                self.advance();
                self.hint()?;
            }
            if self.token.kind != TokenKind::Comma {
                break;
            }
            self.advance();
        }
        self.expect(TokenKind::Close, "`,` or `)` (parameters have no defaults)")?;
        if self.token.kind == TokenKind::Minus {
            self.advance();
            if self.text_of(self.token) != ">" {
                return Err(self.unexpected("`->` and a hint"));
            }
            self.advance();
            self.hint()?;
        }
        Ok(parameters)
    }

    /// A hint on a parameter or a result, which binds nobody: a name.
    fn hint(&mut self) -> Parsed<()> {
        let hint = self.expect(TokenKind::Name, "a hint, which is a name")?;
        self.reject_keyword(hint)
    }

    /// The lines of a function, up to and with its `return`.
    fn body(&mut self) -> Parsed<ExpressionId> {
        let indentation = if self.token.kind == TokenKind::Newline {
            self.advance();
            let indentation = self.lexer.indentation(self.token);
            if self.token.kind == TokenKind::End || indentation == Some("") {
                return Err(self.unexpected("an indented line"));
            }
            indentation
        } else {
            // `def solve(S, I, C): return I`
            None
        };
        let mut result = None;
        loop {
            if let Some(returned) = self.statement(result.is_some())? {
                result = Some(returned);
            }
            match self.token.kind {
                TokenKind::Semicolon => self.advance(),
                TokenKind::Newline | TokenKind::End => self.advance(),
                _ => return Err(self.unexpected("the end of the line")),
            }
            if self.token.kind == TokenKind::Newline {
                self.advance();
            }
            match self.lexer.indentation(self.token) {
                _ if self.token.kind == TokenKind::End => break,
                // After a semicolon.
                None => {}
                Some("") => break,
                Some(_) if indentation.is_none() => break,
                own if own == indentation => {}
                Some(_) => return Err(self.unexpected("the indentation of the line before")),
            }
        }
        result.ok_or_else(|| self.unexpected("a last line `return …` in the function"))
    }

    /// `name = expression`, `return expression` or a docstring.
    fn statement(&mut self, has_returned: bool) -> Parsed<Option<ExpressionId>> {
        if self.token.kind == TokenKind::String {
            self.docstring()?;
            return Ok(None);
        }
        if has_returned {
            return Err(self.unexpected("nothing after `return`"));
        }
        if self.token.kind != TokenKind::Name {
            return Err(self.unexpected("`name = callee(…)` or `return …`"));
        }
        if self.text_of(self.token) == "return" {
            self.advance();
            return self.expression().map(Some);
        }
        let target = self.token;
        let name = self.name_index(target)?;
        self.advance();
        self.expect(TokenKind::Equals, "`=` after the name that is assigned")?;
        let value = self.expression()?;
        self.assign(target, name, value)?;
        Ok(None)
    }

    fn assign(&mut self, target: Token, name: usize, value: ExpressionId) -> Parsed<()> {
        let name = &mut self.names[name];
        if name.is_parameter {
            let found = format!("an assignment to the parameter {}", self.quoted(target));
            return Err(self.error_at(target, found, "a name of its own"));
        }
        if let Some((_, used)) = name.free {
            let found = format!(
                "an assignment to {}, which line {} used before",
                self.quoted(target),
                used.line
            );
            return Err(self.error_at(target, found, "every name assigned before it is used"));
        }
        name.assigned = Some(value);
        Ok(())
    }

    fn docstring(&mut self) -> Parsed<()> {
        while self.token.kind == TokenKind::String {
            self.advance();
        }
        match self.token.kind {
            TokenKind::Newline | TokenKind::Semicolon | TokenKind::End => Ok(()),
            _ => Err(self.unexpected("nothing else on a docstring's line")),
        }
    }

    // ---- expressions ------------------------------------------------------

    fn expression(&mut self) -> Parsed<ExpressionId> {
        self.brackets.clear();
        self.pending.clear();
        'operand: loop {
            let mut value = match self.operand()? {
                Some(value) => value,
                // A bracket was opened; its first item, if any, comes next.
                None if self.token.kind != TokenKind::Close => continue 'operand,
                None => self.close()?,
            };
            loop {
                match self.token.kind {
                    TokenKind::Open => {
                        self.open_call(value)?;
                        if self.token.kind != TokenKind::Close {
                            continue 'operand;
                        }
                        value = self.close()?;
                    }
                    TokenKind::Comma if !self.brackets.is_empty() => {
                        self.advance();
                        self.add_item(value);
                        if self.token.kind != TokenKind::Close {
                            continue 'operand;
                        }
                        value = self.close()?;
                    }
                    TokenKind::Close if !self.brackets.is_empty() => {
                        value = match self.brackets.last() {
                            Some(Bracket::Group {
                                has_comma: false, ..
                            }) => {
                                self.brackets.pop();
                                self.advance();
                                value
                            }
                            _ => {
                                self.add_item(value);
                                self.close()?
                            }
                        };
                    }
                    _ if self.brackets.is_empty() => return Ok(value),
                    _ => return Err(self.unexpected("`,` or `)`")),
                }
            }
        }
    }

    /// A name or literal; `None` where a bracket was opened instead.
    fn operand(&mut self) -> Parsed<Option<ExpressionId>> {
        self.keyword()?;
        let token = self.token;
        let position = self.lexer.byte_position(token);
        match token.kind {
            TokenKind::Name => {
                let entry = match self.text_of(token) {
                    "True" => Entry::Boolean(true),
                    "False" => Entry::Boolean(false),
                    _ => {
                        let id = self.use_name(token, position)?;
                        self.advance();
                        return Ok(Some(id));
                    }
                };
                self.advance();
                Ok(Some(self.graph.intern(self.text, entry, position)))
            }
            TokenKind::Integer => {
                let integer = self.integer(token, "")?;
                self.advance();
                Ok(Some(self.graph.intern(
                    self.text,
                    Entry::Integer(integer),
                    position,
                )))
            }
            TokenKind::Minus => {
                self.advance();
                if self.token.kind != TokenKind::Integer {
                    return Err(self.unexpected("an integer after `-`"));
                }
                let integer = self.integer(self.token, "-")?;
                self.advance();
                Ok(Some(self.graph.intern(
                    self.text,
                    Entry::Integer(integer),
                    position,
                )))
            }
            TokenKind::Open => {
                self.advance();
                let open_groups = self
                    .brackets
                    .iter()
                    .rev()
                    .take(MAXIMUM_TUPLE_DEPTH as usize + 1);
                let depth = open_groups
                    .take_while(|bracket| matches!(bracket, Bracket::Group { .. }))
                    .count();
                if depth as u32 >= MAXIMUM_TUPLE_DEPTH {
                    let expected = format!("tuples nested at most {MAXIMUM_TUPLE_DEPTH} deep");
                    return Err(self.error_at(token, "`(`".to_owned(), &expected));
                }
                self.brackets.push(Bracket::Group {
                    first: self.pending.len() as u32,
                    has_comma: false,
                    position,
                });
                Ok(None)
            }
            _ => Err(self.unexpected("a name, an integer, a tuple, `True` or `False`")),
        }
    }

    /// Takes `keyword=` before an argument of a call.
    fn keyword(&mut self) -> Parsed<()> {
        if !matches!(self.brackets.last(), Some(Bracket::Call { .. })) {
            return Ok(());
        }
        if self.token.kind != TokenKind::Name || !self.lexer.equals_follows() {
            return match self.open_items().last() {
                Some((Some(_), _)) => {
                    Err(self.unexpected("only keyword arguments after a keyword"))
                }
                _ => Ok(()),
            };
        }
        let keyword = self.token;
        self.reject_keyword(keyword)?;
        let run = run_of(keyword);
        let repeated = self.open_items().iter().any(|(earlier, _)| {
            earlier.is_some_and(|earlier| self.text[earlier.range()] == self.text[run.range()])
        });
        if repeated {
            let expected = "each keyword once";
            return Err(self.error_at(keyword, self.quoted(keyword), expected));
        }
        self.advance();
        self.advance();
        if let Some(Bracket::Call { keyword, .. }) = self.brackets.last_mut() {
            *keyword = Some(run);
        }
        Ok(())
    }

    fn open_call(&mut self, callee: ExpressionId) -> Parsed<()> {
        if !matches!(
            self.graph.entry(callee),
            Entry::Name(_) | Entry::Call { .. }
        ) {
            return Err(self.unexpected("no call of a literal"));
        }
        let position = self.lexer.byte_position(self.token);
        self.advance();
        self.brackets.push(Bracket::Call {
            callee,
            first: self.pending.len() as u32,
            position,
            keyword: None,
        });
        Ok(())
    }

    /// Puts an item into the innermost open bracket, after a comma or at its
    /// end.
    fn add_item(&mut self, value: ExpressionId) {
        let keyword = match self.brackets.last_mut() {
            Some(Bracket::Call { keyword, .. }) => keyword.take(),
            Some(Bracket::Group { has_comma, .. }) => {
                *has_comma = true;
                None
            }
            None => None,
        };
        self.pending.push((keyword, value));
    }

    /// Closes the innermost bracket at a `)` that follows a complete item or
    /// nothing.
    fn close(&mut self) -> Parsed<ExpressionId> {
        let closing = self.token;
        self.advance();
        let Some(bracket) = self.brackets.pop() else {
            return Err(self.error_at(closing, "`)`".to_owned(), "no `)` that closes nothing"));
        };
        let (Bracket::Call {
            first, position, ..
        }
        | Bracket::Group {
            first, position, ..
        }) = bracket;
        if let Bracket::Group { .. } = bracket {
            let is_literal = |&(_, item): &(_, ExpressionId)| {
                !matches!(self.graph.entry(item), Entry::Name(_) | Entry::Call { .. })
            };
            if !self.pending[first as usize..].iter().all(is_literal) {
                let found = "a tuple that holds a name or a call".to_owned();
                return Err(self.error_at(closing, found, "a tuple of literals"));
            }
        }
        let run = self
            .graph
            .add_arguments(self.pending.drain(first as usize..));
        let entry = match bracket {
            Bracket::Call { callee, .. } => Entry::Call {
                callee,
                arguments: run,
            },
            Bracket::Group { .. } => Entry::Tuple(run),
        };
        Ok(self.graph.intern_newest(self.text, entry, position))
    }

    fn open_items(&self) -> &[(Option<Run>, ExpressionId)] {
        match self.brackets.last() {
            Some(&(Bracket::Call { first, .. } | Bracket::Group { first, .. })) => {
                &self.pending[first as usize..]
            }
            None => &[],
        }
    }

    fn integer(&self, token: Token, sign: &str) -> Parsed<i64> {
        integer_value(sign, self.text_of(token))
            .ok_or_else(|| self.unexpected("an integer of at most 64 bits"))
    }

    // ---- names and entries ------------------------------------------------

    fn start_function(&mut self) {
        self.names.clear();
        self.names_by_text.clear();
        self.graph.clear();
    }

    fn use_name(&mut self, token: Token, position: Position) -> Parsed<ExpressionId> {
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
    fn name_index(&mut self, token: Token) -> Parsed<usize> {
        let text = self.text_of(token).as_bytes();
        let source = self.text.as_bytes();
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

    // ---- tokens and errors ------------------------------------------------

    fn advance(&mut self) {
        self.token = self.lexer.next();
    }

    fn text_of(&self, token: Token) -> &'text str {
        self.lexer.text(token)
    }

    fn expect(&mut self, kind: TokenKind, expected: &str) -> Parsed<Token> {
        let token = self.token;
        if token.kind != kind {
            return Err(self.unexpected(expected));
        }
        self.advance();
        Ok(token)
    }

    fn reject_keyword(&self, token: Token) -> Parsed<()> {
        if !is_python_keyword(self.text_of(token)) {
            return Ok(());
        }
        let found = format!("the Python keyword {}", self.quoted(token));
        let expected = "straight-line code: names, calls, integers, tuples of literals";
        Err(self.error_at(token, found, expected))
    }

    fn unexpected(&self, expected: &str) -> Box<SyntaxError> {
        // The last line of a file that is cut off ends where the file does.
        let is_cut_off = self.function.is_some() && self.lexer.is_at_end(self.token);
        match is_cut_off {
            true => {
                let expected = format!("{expected}; is it cut off?");
                self.error_at(self.token, "the end of the file".to_owned(), &expected)
            }
            false => self.error_at(self.token, self.lexer.found(self.token), expected),
        }
    }

    fn quoted(&self, token: Token) -> String {
        self.lexer.quoted(token)
    }

    #[cold]
    fn error_at(&self, token: Token, found: String, expected: &str) -> Box<SyntaxError> {
        Box::new(SyntaxError {
            position: self.lexer.position(token),
            function: self.function.map(|name| self.text_of(name).to_owned()),
            found,
            expected: expected.to_owned(),
        })
    }

    fn skip_logical_line(&mut self) {
        while !matches!(self.token.kind, TokenKind::Newline | TokenKind::End) {
            self.advance();
        }
    }

    /// Goes on to the next statement after `begun` that begins in the first
    /// column: the token in hand, if the error was that it came too early.
    fn recover(&mut self, begun: Token) {
        self.lexer.forget_brackets();
        loop {
            let begins_statement = match self.token.kind {
                TokenKind::End => return,
                TokenKind::Name | TokenKind::Other => {
                    self.lexer.indentation(self.token) == Some("")
                }
                _ => false,
            };
            if begins_statement && self.token.start > begun.start {
                return;
            }
            self.advance();
            self.lexer.forget_brackets();
        }
    }
}

fn run_of(token: Token) -> Run {
    Run {
        start: token.start,
        end: token.end,
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
