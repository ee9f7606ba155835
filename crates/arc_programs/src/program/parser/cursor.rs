//! The token in hand: taking it, saying what is wrong with it, and going on after an error.

use super::{Parsed, Parser};
use crate::program::SyntaxError;
use crate::program::lexer::{Token, TokenKind};
use crate::program::syntax::Run;

impl<'text> Parser<'text> {
    #[inline]
    pub(super) fn advance(&mut self) {
        self.token = self.lexer.next();
    }

    #[inline]
    pub(super) fn text_of(&self, token: Token) -> &'text str {
        self.lexer.text(token)
    }

    #[inline]
    pub(super) fn expect(&mut self, kind: TokenKind, expected: &str) -> Parsed<Token> {
        let token = self.token;
        if token.kind != kind {
            return Err(self.unexpected(expected));
        }
        self.advance();
        Ok(token)
    }

    pub(super) fn unexpected(&self, expected: &str) -> Box<SyntaxError> {
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

    pub(super) fn quoted(&self, token: Token) -> String {
        self.lexer.quoted(token)
    }

    #[cold]
    pub(super) fn error_at(&self, token: Token, found: String, expected: &str) -> Box<SyntaxError> {
        Box::new(SyntaxError {
            position: self.lexer.position(token),
            function: self.function.map(|name| self.text_of(name).to_owned()),
            found,
            expected: expected.to_owned(),
        })
    }

    pub(super) fn skip_logical_line(&mut self) {
        while !matches!(self.token.kind, TokenKind::Newline | TokenKind::End) {
            self.advance();
        }
    }

    /// Goes on to the next statement after `begun` that begins in the first
    /// column: the token in hand, if the error was that it came too early.
    pub(super) fn recover(&mut self, begun: Token) {
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

/// Where a token lies in the text.
pub(super) fn run_of(token: Token) -> Run {
    Run {
        start: token.start,
        end: token.end,
    }
}
