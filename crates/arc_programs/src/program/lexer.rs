//! Tokens of the Python that programs are written in.
//!
//! Only what the grammar of a program needs is told apart; every other
//! character becomes [`TokenKind::Other`], so that the parser can say what it
//! found. Strings are whole tokens, because a docstring may hold anything.
//! As in Python, a line ends where no bracket is open; comments, blank lines
//! and backslash-newlines vanish.

use super::Position;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Name,
    Integer,
    /// A number that is no decimal, hexadecimal, octal or binary integer.
    OtherNumber,
    String,
    Open,
    Close,
    Comma,
    Equals,
    Colon,
    Semicolon,
    Minus,
    /// The end of a logical line.
    Newline,
    /// Any other character.
    Other,
    /// The end of the text, again and again.
    End,
}

/// A token: its kind, where its bytes are, and where a person finds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    line: u32,
    line_start: u32,
}

/// Reads tokens from a text, one at a time.
#[derive(Clone)]
pub(crate) struct Lexer<'text> {
    text: &'text str,
    bytes: &'text [u8],
    offset: usize,
    line: u32,
    line_start: usize,
    open_brackets: u32,
    line_has_tokens: bool,
}

impl<'text> Lexer<'text> {
    /// A lexer at the start of `text`, whose offsets must fit 32 bits.
    pub(crate) fn new(text: &'text str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            offset: 0,
            line: 1,
            line_start: 0,
            open_brackets: 0,
            line_has_tokens: false,
        }
    }

    /// The bytes of a token as text.
    #[inline]
    pub(crate) fn text(&self, token: Token) -> &'text str {
        &self.text[token.start as usize..token.end as usize]
    }

    /// The white space before a token that is the first on its line; `None`
    /// for any other.
    pub(crate) fn indentation(&self, token: Token) -> Option<&'text str> {
        let before = &self.text[token.line_start as usize..token.start as usize];
        let is_blank = |byte| matches!(byte, b' ' | b'\t' | b'\x0c');
        before.bytes().all(is_blank).then_some(before)
    }

    /// Where a person finds a token.
    pub(crate) fn position(&self, token: Token) -> Position {
        let line = &self.text[token.line_start as usize..token.start as usize];
        Position {
            line: token.line,
            column: 1 + u32::try_from(line.chars().count()).unwrap_or(u32::MAX - 1),
        }
    }

    /// The position as cheap as it can be had: columns count bytes, which are
    /// characters wherever a program, being ASCII, goes on being read.
    pub(crate) fn byte_position(&self, token: Token) -> Position {
        Position {
            line: token.line,
            column: 1 + token.start - token.line_start,
        }
    }

    /// Whether a token stands where the text has ended.
    pub(crate) fn is_at_end(&self, token: Token) -> bool {
        token.start as usize >= self.text.len()
    }

    /// A token as a message says what was found.
    pub(crate) fn found(&self, token: Token) -> String {
        match token.kind {
            TokenKind::Newline => "the end of the line".to_owned(),
            TokenKind::End => "the end of the file".to_owned(),
            TokenKind::String => "a string".to_owned(),
            _ => match self.indentation(token) {
                Some(indentation) if !indentation.is_empty() => {
                    let quoted = self.quoted(token);
                    format!("{quoted}, indented by {}", indentation.len())
                }
                _ => self.quoted(token),
            },
        }
    }

    /// The bytes of a token as a message quotes them.
    pub(crate) fn quoted(&self, token: Token) -> String {
        let text = self.text(token);
        match text.char_indices().nth(40) {
            Some((end, _)) => format!("`{}…`", &text[..end]),
            None => format!("`{text}`"),
        }
    }

    /// Takes the lexer to be outside all brackets: the way out after an error
    /// inside one that may never be closed.
    pub(crate) fn forget_brackets(&mut self) {
        self.open_brackets = 0;
    }

    /// Whether the token after the last one read is `=`.
    pub(crate) fn equals_follows(&self) -> bool {
        // Nearly always the next byte tells, and the look-ahead is not needed.
        match self.bytes.get(self.offset) {
            Some(b',' | b')' | b'(') => false,
            _ => self.clone().next().kind == TokenKind::Equals,
        }
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Token {
        loop {
            let Some(&byte) = self.bytes.get(self.offset) else {
                // The last line may lack its newline.
                if self.line_has_tokens {
                    self.line_has_tokens = false;
                    return self.token(TokenKind::Newline, self.offset);
                }
                return self.token(TokenKind::End, self.offset);
            };
            let start = self.offset;
            match byte {
                b' ' | b'\t' | b'\x0c' | b'\r' => self.offset += 1,
                b'\n' => {
                    let newline = self.token(TokenKind::Newline, start);
                    self.offset += 1;
                    self.start_line();
                    if self.open_brackets == 0 && self.line_has_tokens {
                        self.line_has_tokens = false;
                        return newline;
                    }
                }
                b'#' => self.skip_line(),
                b'\\' if self.continues_line() => {
                    self.skip_line();
                    self.offset += 1;
                    self.start_line();
                }
                _ => {
                    self.line_has_tokens = true;
                    return self.visible_token(byte, start);
                }
            }
        }
    }

    fn visible_token(&mut self, byte: u8, start: usize) -> Token {
        let (line, line_start) = (self.line, self.line_start);
        let kind = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                self.skip_name();
                match self.bytes.get(self.offset) {
                    Some(b'"' | b'\'') if is_string_prefix(&self.bytes[start..self.offset]) => {
                        self.skip_string()
                    }
                    _ => TokenKind::Name,
                }
            }
            b'0'..=b'9' => self.number(),
            b'"' | b'\'' => self.skip_string(),
            _ => {
                self.offset += 1;
                match byte {
                    b'(' => {
                        self.open_brackets += 1;
                        TokenKind::Open
                    }
                    b')' => {
                        self.open_brackets = self.open_brackets.saturating_sub(1);
                        TokenKind::Close
                    }
                    b'[' | b'{' => {
                        self.open_brackets += 1;
                        TokenKind::Other
                    }
                    b']' | b'}' => {
                        self.open_brackets = self.open_brackets.saturating_sub(1);
                        TokenKind::Other
                    }
                    b',' => TokenKind::Comma,
                    b'=' if self.bytes.get(self.offset) != Some(&b'=') => TokenKind::Equals,
                    b':' => TokenKind::Colon,
                    b';' => TokenKind::Semicolon,
                    b'-' => TokenKind::Minus,
                    _ => {
                        while !self.text.is_char_boundary(self.offset) {
                            self.offset += 1;
                        }
                        TokenKind::Other
                    }
                }
            }
        };
        Token {
            line,
            line_start: line_start as u32,
            ..self.token(kind, start)
        }
    }

    fn number(&mut self) -> TokenKind {
        let start = self.offset;
        self.skip_name();
        while self.bytes.get(self.offset) == Some(&b'.') {
            self.offset += 1;
            self.skip_name();
        }
        let digits = &self.bytes[start..self.offset];
        match digits {
            [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..] => TokenKind::Integer,
            _ if digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'_')) => TokenKind::Integer,
            _ => TokenKind::OtherNumber,
        }
    }

    /// Skips a string from its opening quote on; one that never ends goes to
    /// the end of its line, or of the text if it is triple-quoted.
    fn skip_string(&mut self) -> TokenKind {
        let quote = self.bytes[self.offset];
        let triple = self.bytes[self.offset..].starts_with(&[quote; 3]);
        self.offset += if triple { 3 } else { 1 };
        while let Some(&byte) = self.bytes.get(self.offset) {
            match byte {
                b'\\' => {
                    self.offset += 1;
                    if self.bytes.get(self.offset) == Some(&b'\n') {
                        self.offset += 1;
                        self.start_line();
                    } else if self.offset < self.bytes.len() {
                        self.offset += 1;
                    }
                }
                b'\n' if triple => {
                    self.offset += 1;
                    self.start_line();
                }
                b'\n' => break,
                _ if byte == quote && !triple => {
                    self.offset += 1;
                    break;
                }
                _ if byte == quote && self.bytes[self.offset..].starts_with(&[quote; 3]) => {
                    self.offset += 3;
                    break;
                }
                _ => self.offset += 1,
            }
        }
        // A backslash may have jumped into the middle of a character.
        while !self.text.is_char_boundary(self.offset) {
            self.offset += 1;
        }
        TokenKind::String
    }

    fn continues_line(&self) -> bool {
        matches!(
            self.bytes[self.offset + 1..],
            [b'\n', ..] | [b'\r', b'\n', ..]
        )
    }

    fn start_line(&mut self) {
        self.line += 1;
        self.line_start = self.offset;
    }

    fn skip_name(&mut self) {
        let rest = &self.bytes[self.offset..];
        let length = rest.iter().position(|&byte| !IS_NAME_BYTE[byte as usize]);
        self.offset += length.unwrap_or(rest.len());
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.offset..];
        let length = rest.iter().position(|&byte| byte == b'\n');
        self.offset += length.unwrap_or(rest.len());
    }

    fn token(&self, kind: TokenKind, start: usize) -> Token {
        Token {
            kind,
            start: start as u32,
            end: self.offset as u32,
            line: self.line,
            line_start: self.line_start as u32,
        }
    }
}

/// Which bytes a name is made of. A table, because this is asked of most bytes
/// of a program.
const IS_NAME_BYTE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte == b'_' as usize;
        byte += 1;
    }
    table
};

/// The value of an integer literal, given its sign and the text of its token;
/// `None` where that is more than 64 bits, or none that Python reads.
pub(crate) fn integer_value(sign: &str, text: &str) -> Option<i64> {
    if let [digit @ b'0'..=b'9'] = text.as_bytes() {
        // Nearly all.
        let value = i64::from(digit - b'0');
        return Some(if sign == "-" { -value } else { value });
    }
    let text = text.replace('_', "");
    let (digits, radix) = match text.get(..2) {
        Some("0x" | "0X") => (&text[2..], 16),
        Some("0o" | "0O") => (&text[2..], 8),
        Some("0b" | "0B") => (&text[2..], 2),
        _ => (text.as_str(), 10),
    };
    let is_old_octal =
        radix == 10 && digits.starts_with('0') && digits.bytes().any(|byte| byte != b'0');
    let value = i64::from_str_radix(&format!("{sign}{digits}"), radix).ok();
    value.filter(|_| !is_old_octal)
}

fn is_string_prefix(name: &[u8]) -> bool {
    name.len() <= 2
        && name
            .iter()
            .all(|byte| matches!(byte.to_ascii_lowercase(), b'r' | b'b' | b'u' | b'f'))
}
