//! Expressions: names, literals, tuples of literals, and calls of names and of what calls yield.

use super::cursor::run_of;
use super::{MAXIMUM_TUPLE_DEPTH, Parsed, Parser};
use crate::program::Position;
use crate::program::lexer::{Token, TokenKind, integer_value};
use crate::program::syntax::{Entry, ExpressionId, Run};

/// An open bracket: what it will become when it closes.
#[derive(Clone, Copy)]
pub(super) enum Bracket {
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

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<ExpressionId> {
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
        let parts = self.pending[first as usize..].iter().copied();
        let run = self.graph.add_arguments(parts);
        self.pending.truncate(first as usize);
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
}
