//! What the readers of both file forms have in common: terms out of tokens,
//! and a card out of what they say.

use super::entries::KnownEntries;
use super::error::CardError;
use super::term::{ArgumentRecord, CallId, NameId, TermRecord, call_digits};
use super::{Card, SolverEntry, Source};
use crate::dsl::Dialect;
use crate::program::{
    Lexer, MAXIMUM_TUPLE_DEPTH, Position, Token, TokenKind, integer_value, is_python_keyword,
};

/// What is wrong with a file, and where.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) position: Position,
    /// The call that it is in.
    pub(super) call: Option<CallId>,
    pub(super) found: String,
    pub(super) expected: String,
}

impl Problem {
    pub(super) fn in_file(self, name: &str) -> CardError {
        CardError {
            file: name.to_owned(),
            position: self.position,
            call: self.call,
            found: self.found,
            expected: self.expected,
        }
    }
}

/// Boxed, because it is large and never on the way of a sound card.
pub(super) type Read<T> = Result<T, Box<Problem>>;

/// The tokens of a text, one of them in hand.
pub(super) struct Tokens<'text> {
    lexer: Lexer<'text>,
    token: Token,
    length: usize,
    end: &'static str,
}

impl<'text> Tokens<'text> {
    /// The tokens of a text, the first of them in hand; `end` is what messages
    /// call the text's end.
    pub(super) fn new(text: &'text str, end: &'static str) -> Self {
        let mut lexer = Lexer::new(text);
        let token = lexer.next();
        Self {
            lexer,
            token,
            length: text.len(),
            end,
        }
    }

    pub(super) fn token(&self) -> Token {
        self.token
    }

    pub(super) fn kind(&self) -> TokenKind {
        self.token.kind
    }

    /// The bytes of the token in hand.
    pub(super) fn text(&self) -> &'text str {
        self.lexer.text(self.token)
    }

    /// Where the token in hand stands; as cheap as it can be had, and right
    /// wherever its line is ASCII.
    pub(super) fn position(&self) -> Position {
        self.lexer.byte_position(self.token)
    }

    /// The white space before the token in hand if it is the first on its
    /// line.
    pub(super) fn indentation(&self) -> Option<&'text str> {
        self.lexer.indentation(self.token)
    }

    pub(super) fn advance(&mut self) {
        self.token = self.lexer.next();
    }

    /// Takes a token of a kind; gives its text.
    pub(super) fn take(&mut self, kind: TokenKind, expected: &str) -> Read<&'text str> {
        if self.kind() != kind {
            return Err(self.unexpected(expected));
        }
        let text = self.text();
        self.advance();
        Ok(text)
    }

    /// Takes a token that has to be this one.
    pub(super) fn take_text(&mut self, text: &str) -> Read<()> {
        if self.text() != text {
            return Err(self.unexpected(&format!("`{text}`")));
        }
        self.advance();
        Ok(())
    }

    /// The token in hand is not what is expected.
    pub(super) fn unexpected(&self, expected: &str) -> Box<Problem> {
        self.problem(self.token, self.found(), expected)
    }

    /// Something is wrong at a token.
    #[cold]
    pub(super) fn problem(
        &self,
        token: Token,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Box<Problem> {
        Box::new(Problem {
            position: self.lexer.position(token),
            call: None,
            found: found.into(),
            expected: expected.into(),
        })
    }

    fn found(&self) -> String {
        // The last line, cut off, ends where the text does.
        match self.token.start as usize == self.length {
            true => self.end.to_owned(),
            false => self.lexer.found(self.token),
        }
    }
}

/// The card of a file, while it is read.
///
/// An entry that a file has twice is there once, as with
/// [`CardBuilder`](super::CardBuilder).
#[derive(Default)]
pub(super) struct Collector {
    card: Card,
    positions: Vec<Position>,
    /// The arguments of the call in hand.
    arguments: Vec<ArgumentRecord>,
    entries: KnownEntries,
}

impl Collector {
    pub(super) fn set_seed(&mut self, seed: Option<u64>) {
        self.card.seed = seed;
    }

    /// Says what the names mean, before any is read.
    pub(super) fn set_dialect(&mut self, dialect: &'static Dialect) {
        self.card.dialect = dialect;
    }

    /// The call that is read next.
    pub(super) fn next_call(&self) -> CallId {
        self.card.next_call()
    }

    /// The call of a number, if it was read.
    pub(super) fn call_of_number(&self, number: u64) -> Option<CallId> {
        let index = number.checked_sub(1)?;
        let is_known = index < self.card.len() as u64;
        is_known.then_some(CallId(index as u32))
    }

    /// What a message says is expected where a call is named that was not
    /// read.
    pub(super) fn expected_call(&self) -> String {
        match self.card.len() {
            0 => "no call, for none comes before this".to_owned(),
            1 => "an earlier call: t1".to_owned(),
            count => format!("an earlier call: t1 to t{count}"),
        }
    }

    /// Reads what a call calls.
    pub(super) fn callee(&mut self, tokens: &mut Tokens<'_>) -> Read<TermRecord> {
        if tokens.kind() != TokenKind::Name {
            return Err(tokens.unexpected("a name or an earlier call to be called"));
        }
        let token = tokens.token();
        match self.name_or_literal(tokens)? {
            TermRecord::Boolean(boolean) => {
                let found = if boolean { "`True`" } else { "`False`" };
                let expected = "a name or an earlier call to be called";
                Err(tokens.problem(token, found, expected))
            }
            callee => Ok(callee),
        }
    }

    /// Reads an argument, which is kept for the [end of the
    /// call](Collector::end_call).
    pub(super) fn argument(&mut self, tokens: &mut Tokens<'_>) -> Read<()> {
        let keyword = self.keyword(tokens)?;
        let term = self.term(tokens, 0)?;
        self.arguments.push(ArgumentRecord { keyword, term });
        Ok(())
    }

    /// Adds the call of `callee` with the arguments since the last call.
    pub(super) fn end_call(&mut self, position: Position, callee: TermRecord) -> CallId {
        self.positions.push(position);
        let call = self.card.push_call(callee, &self.arguments);
        self.arguments.clear();
        call
    }

    pub(super) fn add_solver(&mut self, entry: SolverEntry) {
        self.entries.add_solver(&mut self.card, entry);
    }

    /// Whether a call is the output of a solver that was added.
    pub(super) fn is_solver_output(&self, call: CallId) -> bool {
        self.entries.is_solver_output(call)
    }

    pub(super) fn add_differ(&mut self, call: CallId, solver: Option<CallId>, name: &str) {
        self.entries.add_differ(&mut self.card, call, solver, name);
    }

    /// The card, read from this file.
    pub(super) fn finish(self, name: &str) -> Card {
        let source = Source {
            name: name.to_owned(),
            positions: self.positions,
        };
        Card {
            source: Some(source),
            ..self.card
        }
    }

    /// `keyword=` before an argument.
    fn keyword(&mut self, tokens: &mut Tokens<'_>) -> Read<Option<NameId>> {
        let follows_keyword = self
            .arguments
            .last()
            .is_some_and(|last| last.keyword.is_some());
        if tokens.kind() != TokenKind::Name || !tokens.lexer.equals_follows() {
            return match follows_keyword {
                true => Err(tokens.unexpected("only keyword arguments after a keyword")),
                false => Ok(None),
            };
        }
        if is_python_keyword(tokens.text()) {
            let found = format!("the Python keyword `{}`", tokens.text());
            return Err(tokens.problem(tokens.token(), found, "a parameter's name"));
        }
        let keyword = Some(self.card.terms.name(tokens.text()));
        if self
            .arguments
            .iter()
            .any(|earlier| earlier.keyword == keyword)
        {
            return Err(tokens.unexpected("each keyword once"));
        }
        tokens.advance();
        tokens.advance();
        Ok(keyword)
    }

    /// A name, an earlier call, a literal, or a tuple of literals within
    /// `depth` others.
    fn term(&mut self, tokens: &mut Tokens<'_>, depth: u32) -> Read<TermRecord> {
        if tokens.kind() != TokenKind::Open {
            return self.name_or_literal(tokens);
        }
        if depth >= MAXIMUM_TUPLE_DEPTH {
            let expected = format!("tuples nested at most {MAXIMUM_TUPLE_DEPTH} deep");
            return Err(tokens.unexpected(&expected));
        }
        tokens.advance();
        let mut items = Vec::new();
        let mut has_comma = false;
        while tokens.kind() != TokenKind::Close {
            let token = tokens.token();
            let item = self.term(tokens, depth + 1)?;
            if let TermRecord::Call(_) | TermRecord::Name(_) = item {
                let found = tokens.lexer.quoted(token);
                let found = format!("{found} in a tuple");
                return Err(tokens.problem(token, found, "a tuple of literals"));
            }
            items.push(item);
            match tokens.kind() {
                TokenKind::Comma => {
                    has_comma = true;
                    tokens.advance();
                }
                TokenKind::Close => {}
                _ => return Err(tokens.unexpected("`,` or `)`")),
            }
        }
        tokens.advance();
        Ok(match items.as_slice() {
            // Brackets around an item are no tuple.
            &[item] if !has_comma => item,
            _ => self.card.terms.tuple(items),
        })
    }

    fn name_or_literal(&mut self, tokens: &mut Tokens<'_>) -> Read<TermRecord> {
        let token = tokens.token();
        let text = tokens.text();
        let sign = match tokens.kind() {
            TokenKind::Name => {
                let term = self.name(tokens, text)?;
                tokens.advance();
                return Ok(term);
            }
            TokenKind::Minus => {
                tokens.advance();
                "-"
            }
            TokenKind::Integer => "",
            _ => {
                let expected = "a name, a call `tN`, an integer, `True`, `False` \
                                or a tuple of literals";
                return Err(tokens.unexpected(expected));
            }
        };
        let digits = tokens.take(TokenKind::Integer, "an integer after `-`")?;
        match integer_value(sign, digits) {
            Some(integer) => Ok(TermRecord::Integer(integer)),
            None => {
                let found = format!("`{sign}{digits}`");
                Err(tokens.problem(token, found, "an integer of at most 64 bits"))
            }
        }
    }

    /// What the name in hand stands for.
    fn name(&mut self, tokens: &Tokens<'_>, name: &str) -> Read<TermRecord> {
        match name {
            "True" => return Ok(TermRecord::Boolean(true)),
            "False" => return Ok(TermRecord::Boolean(false)),
            _ if is_python_keyword(name) => {
                let found = format!("the Python keyword `{name}`");
                let expected = "a name, a call `tN` or a literal";
                return Err(tokens.problem(tokens.token(), found, expected));
            }
            _ => {}
        }
        let Some(digits) = call_digits(name) else {
            return Ok(TermRecord::Name(self.card.terms.name(name)));
        };
        // Python tells `t07` from `t7`.
        let number = match digits.starts_with('0') {
            true => None,
            false => digits.parse().ok(),
        };
        match number.and_then(|number| self.call_of_number(number)) {
            Some(call) => Ok(TermRecord::Call(call)),
            None => Err(tokens.unexpected(&self.expected_call())),
        }
    }
}
