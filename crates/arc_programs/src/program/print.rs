//! From a program to text: inlined, in one expression, or expanded, one call
//! a line.
//!
//! Both are byte for byte what the reference writes (CPython's `ast.unparse`
//! for the one, its expander for the other), because the MD5 of the inlined
//! text is a program's name in every existing store.
//!
//! The length of the inlined text is the sum of the lengths of its parts, so
//! it is known after one walk over the distinct expressions and before a byte
//! is written. Writing then costs what is written: an expression that occurs
//! again is copied from where it stands already.

use std::collections::HashSet;

use super::syntax::{Expression, ExpressionId, Program};

/// Header of every stored program's file.
pub const FILE_HEADER: &str = "from dsl import *\nfrom constants import *\n\n";

const RETURN: &str = "):\n    return ";

impl Program {
    /// Length of [`Program::inlined`] in bytes; `u64::MAX` if even their
    /// number is beyond counting.
    pub fn inlined_length(&self) -> u64 {
        let lengths = self.expression_lengths();
        self.head_length()
            .saturating_add(lengths[self.result().index()])
    }

    /// The program as one function of one `return`, every assignment
    /// substituted; `None` where that has more than `maximum_bytes`.
    pub fn inlined(&self, maximum_bytes: u64) -> Option<String> {
        let lengths = self.expression_lengths();
        let length = self
            .head_length()
            .saturating_add(lengths[self.result().index()]);
        if length > maximum_bytes {
            return None;
        }
        let mut writer = InlineWriter {
            program: self,
            text: String::with_capacity(usize::try_from(length).ok()?),
            lengths: &lengths,
            starts: vec![NOT_WRITTEN; lengths.len()],
            pending: Vec::with_capacity(32),
        };
        writer.head();
        writer.expression(self.result());
        Some(writer.text)
    }

    /// The program as a function of one call a line: `x1 = …`, `x2 = …`, at
    /// last `O = …` and `return O`. Equal calls are one line. Reading it gives
    /// the same computation again. Its parameters are `S, I, C`, also for a
    /// program that was written without `C`.
    pub fn expanded(&self) -> String {
        self.expanded_returning(self.result(), &[])
    }

    /// The same of a program that returns another of its expressions, with lines for some that
    /// are no calls.
    pub(super) fn expanded_returning(
        &self,
        result_id: ExpressionId,
        others: &[ExpressionId],
    ) -> String {
        let mut text = String::with_capacity(64 + 32 * self.entries.len());
        text.push_str("def ");
        text.push_str(self.name());
        text.push('(');
        let standard = ["S", "I", "C"];
        if self
            .parameters()
            .zip(standard)
            .all(|(own, standard)| own == standard)
        {
            push_joined(&mut text, standard.into_iter());
        } else {
            push_joined(&mut text, self.parameters());
        }
        text.push_str("):\n");
        let mut line_numbers = vec![0_u32; self.entries.len()];
        let mut numbers = self.free_line_numbers();
        let result = match self.has_name("O") {
            false => 0,
            true => numbers.next().unwrap_or_default(),
        };
        for (id, expression) in self.expressions() {
            let is_result = id == result_id;
            let is_call = matches!(expression, Expression::Call { .. });
            if !is_result && !is_call && !others.contains(&id) {
                continue;
            }
            text.push_str("    ");
            let number = match is_result {
                true => result,
                false => numbers.next().unwrap_or_default(),
            };
            line_numbers[id.index()] = number;
            push_line_name(&mut text, number);
            text.push_str(" = ");
            match expression {
                Expression::Call { callee, arguments } => {
                    self.push_operand(&mut text, callee, &line_numbers);
                    text.push('(');
                    for (index, (keyword, value)) in arguments.iter().enumerate() {
                        if index > 0 {
                            text.push_str(", ");
                        }
                        if let Some(keyword) = keyword {
                            text.push_str(keyword);
                            text.push('=');
                        }
                        self.push_operand(&mut text, value, &line_numbers);
                    }
                    text.push(')');
                }
                _ => self.push_operand(&mut text, id, &line_numbers),
            }
            text.push('\n');
        }
        text.push_str("    return ");
        push_line_name(&mut text, result);
        text
    }

    /// The numbers of lines whose names, `x1`, `x2`, …, mean nothing in the
    /// program yet: one that it uses and never assigns must stay unassigned.
    fn free_line_numbers(&self) -> impl Iterator<Item = u32> {
        let number = |name: &str| name.strip_prefix('x')?.parse::<u32>().ok();
        let used: HashSet<u32> = self.names().filter_map(number).collect();
        (1..).filter(move |number| !used.contains(number))
    }

    fn has_name(&self, name: &str) -> bool {
        self.names().any(|own| own == name)
    }

    /// The names that the program uses and does not assign.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.expressions()
            .filter_map(|(_, expression)| match expression {
                Expression::Name(name) => Some(name),
                _ => None,
            })
    }

    /// The whole text of the file in which the store keeps the program.
    pub fn expanded_file(&self) -> String {
        format!("{FILE_HEADER}{}\n", self.expanded())
    }

    /// A name, a literal, or the line that computes a call.
    fn push_operand(&self, text: &mut String, id: ExpressionId, line_numbers: &[u32]) {
        match self.expression(id) {
            Expression::Call { .. } => push_line_name(text, line_numbers[id.index()]),
            Expression::Tuple(items) => {
                text.push('(');
                let one_item = items.len() == 1;
                for (index, (_, item)) in items.iter().enumerate() {
                    if index > 0 {
                        text.push_str(", ");
                    }
                    self.push_operand(text, item, line_numbers);
                }
                text.push_str(if one_item { ",)" } else { ")" });
            }
            atom => push_atom(text, atom),
        }
    }

    fn head_length(&self) -> u64 {
        let parameters: usize = self
            .parameters()
            .map(|parameter| parameter.len() + ", ".len())
            .sum();
        let parameters = parameters.saturating_sub(", ".len());
        ("def ".len() + self.name().len() + "(".len() + parameters + RETURN.len()) as u64
    }

    /// The length of each expression's inlined text.
    fn expression_lengths(&self) -> Vec<u64> {
        let mut lengths: Vec<u64> = Vec::with_capacity(self.entries.len());
        for (_, expression) in self.expressions() {
            let of_items = |arguments: super::Arguments<'_>| {
                let separators = 2 * arguments.len().saturating_sub(1) as u64;
                arguments.iter().fold(separators, |sum, (keyword, value)| {
                    let keyword = keyword.map_or(0, |keyword| keyword.len() as u64 + 1);
                    sum.saturating_add(keyword)
                        .saturating_add(lengths[value.index()])
                })
            };
            lengths.push(match expression {
                Expression::Name(name) => name.len() as u64,
                Expression::Integer(integer) => integer_length(integer),
                Expression::Boolean(true) => 4,
                Expression::Boolean(false) => 5,
                Expression::Tuple(items) => {
                    of_items(items).saturating_add(if items.len() == 1 { 3 } else { 2 })
                }
                Expression::Call { callee, arguments } => of_items(arguments)
                    .saturating_add(lengths[callee.index()])
                    .saturating_add(2),
            });
        }
        lengths
    }
}

const NOT_WRITTEN: usize = usize::MAX;

/// Writes one expression into a text, without recursion.
struct InlineWriter<'program> {
    program: &'program Program,
    text: String,
    lengths: &'program [u64],
    /// Where each expression was first written.
    starts: Vec<usize>,
    /// What is still to be written, the next last.
    pending: Vec<Piece<'program>>,
}

#[derive(Clone, Copy)]
enum Piece<'program> {
    Expression(ExpressionId),
    Text(&'program str),
}

impl<'program> InlineWriter<'program> {
    fn head(&mut self) {
        self.text.push_str("def ");
        self.text.push_str(self.program.name());
        self.text.push('(');
        push_joined(&mut self.text, self.program.parameters());
        self.text.push_str(RETURN);
    }

    fn expression(&mut self, id: ExpressionId) {
        self.pending.push(Piece::Expression(id));
        while let Some(piece) = self.pending.pop() {
            match piece {
                Piece::Text(text) => self.text.push_str(text),
                Piece::Expression(id) => self.piece(id),
            }
        }
    }

    fn piece(&mut self, id: ExpressionId) {
        let start = self.starts[id.index()];
        if start != NOT_WRITTEN {
            // It fits: the length of the whole, which is greater, did.
            let length = self.lengths[id.index()] as usize;
            self.text.extend_from_within(start..start + length);
            return;
        }
        self.starts[id.index()] = self.text.len();
        match self.program.expression(id) {
            Expression::Tuple(items) => {
                self.text.push('(');
                let close = if items.len() == 1 { ",)" } else { ")" };
                self.pending.push(Piece::Text(close));
                self.push_arguments(items);
            }
            Expression::Call { callee, arguments } => {
                self.pending.push(Piece::Text(")"));
                self.push_arguments(arguments);
                self.pending.push(Piece::Text("("));
                self.pending.push(Piece::Expression(callee));
            }
            atom => push_atom(&mut self.text, atom),
        }
    }

    fn push_arguments(&mut self, arguments: super::Arguments<'program>) {
        for (index, (keyword, value)) in arguments.iter().enumerate().rev() {
            self.pending.push(Piece::Expression(value));
            if let Some(keyword) = keyword {
                self.pending.push(Piece::Text("="));
                self.pending.push(Piece::Text(keyword));
            }
            if index > 0 {
                self.pending.push(Piece::Text(", "));
            }
        }
    }
}

fn push_joined<'a>(text: &mut String, names: impl Iterator<Item = &'a str>) {
    for (index, name) in names.enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(name);
    }
}

fn push_atom(text: &mut String, atom: Expression<'_>) {
    match atom {
        Expression::Name(name) => text.push_str(name),
        Expression::Integer(integer) => text.push_str(itoa::Buffer::new().format(integer)),
        Expression::Boolean(true) => text.push_str("True"),
        Expression::Boolean(false) => text.push_str("False"),
        Expression::Tuple(_) | Expression::Call { .. } => {}
    }
}

/// `x<line>`; `O` for no line.
fn push_line_name(text: &mut String, line: u32) {
    if line == 0 {
        text.push('O');
        return;
    }
    text.push('x');
    text.push_str(itoa::Buffer::new().format(line));
}

fn integer_length(integer: i64) -> u64 {
    itoa::Buffer::new().format(integer).len() as u64
}
