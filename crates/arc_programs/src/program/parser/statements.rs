//! Statements: functions, their parameters and lines, and what stands between them.

use smallvec::SmallVec;

use super::{Parsed, Parser};
use crate::program::graph::Head;
use crate::program::lexer::{Token, TokenKind};
use crate::program::syntax::{ExpressionId, Program};

impl<'text> Parser<'text> {
    /// One statement between functions; a program if it is a `def`.
    pub(super) fn module_statement(&mut self) -> Parsed<Option<Program>> {
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
    pub(super) fn function_parts(&mut self) -> Parsed<(Head<'text>, ExpressionId)> {
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

    fn parameters(&mut self) -> Parsed<SmallVec<[&'text str; 3]>> {
        self.expect(TokenKind::Open, "`(` and the parameters")?;
        let mut parameters = SmallVec::new();
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
}
