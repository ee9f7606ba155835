//! A program as what it computes: its distinct expressions, each once.
//!
//! A program's text names intermediate results; the names do not matter, nor
//! does a line that nothing uses, nor whether `g(I)` stands in one place or in
//! three. So a [`Program`] is a graph: every distinct expression is one entry,
//! entries refer to earlier ones by [`ExpressionId`], and the last is the
//! result. Two texts that inline to the same expression are equal programs,
//! a program of 60 lines that stands for 2^60 calls is 60 entries, and no
//! stage that walks the entries in order needs recursion.
//!
//! The order is that of evaluation: callee, then arguments, from left to
//! right, each expression where it is first needed. It numbers the lines of
//! the expanded text.

use std::ops::Range;

use smallvec::SmallVec;

use super::Position;

/// Names an expression of one program: its index in [`Program::expressions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpressionId(pub(super) u32);

impl ExpressionId {
    /// The index in [`Program::expressions`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A run of bytes in a program's own pool of names, or of entries in its list
/// of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Run {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Run {
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One expression, its parts given by reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expression<'program> {
    /// A name that the program does not assign: a parameter, a primitive or a
    /// constant.
    Name(&'program str),
    /// An integer literal.
    Integer(i64),
    /// `True` or `False`.
    Boolean(bool),
    /// A tuple of literals.
    Tuple(Arguments<'program>),
    /// A call.
    Call {
        /// What is called.
        callee: ExpressionId,
        /// What it is called with.
        arguments: Arguments<'program>,
    },
}

/// The arguments of a call, or the items of a tuple, in order.
#[derive(Clone, Copy, Debug)]
pub struct Arguments<'program> {
    program: &'program Program,
    run: Run,
}

impl<'program> Arguments<'program> {
    /// Number of arguments.
    pub fn len(self) -> usize {
        self.run.range().len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Each with its keyword, if it has one.
    pub fn iter(
        self,
    ) -> impl DoubleEndedIterator<Item = (Option<&'program str>, ExpressionId)> + ExactSizeIterator
    {
        self.program.arguments[self.run.range()]
            .iter()
            .map(move |argument| {
                let keyword = argument.keyword.map(|run| self.program.name_of(run));
                (keyword, argument.value)
            })
    }
}

impl PartialEq for Arguments<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Arguments<'_> {}

#[derive(Clone, Copy, Debug)]
pub(super) struct Argument {
    pub(super) keyword: Option<Run>,
    pub(super) value: ExpressionId,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Entry {
    Name(Run),
    Integer(i64),
    Boolean(bool),
    Tuple(Run),
    Call {
        callee: ExpressionId,
        arguments: Run,
    },
}

/// An entry, and where it first stood in the text that it was read from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) entry: Entry,
    pub(super) position: Position,
}

/// A solver or differ: straight-line code that computes one result from its
/// parameters.
///
/// Equality is of the computation and the head (name and parameters), not of
/// the text that it was read from.
#[derive(Clone, Debug)]
pub struct Program {
    /// The text of all names, run together.
    pub(super) names: String,
    pub(super) name: Run,
    pub(super) parameters: SmallVec<[Run; 3]>,
    pub(super) entries: Vec<Placed>,
    pub(super) arguments: Vec<Argument>,
    pub(super) head_position: Position,
}

impl Program {
    /// The function's name: `solve`, `solve_0520fde7`, `differ_size`, …
    pub fn name(&self) -> &str {
        self.name_of(self.name)
    }

    /// The names of its parameters, in order.
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = &str> {
        self.parameters.iter().map(|&run| self.name_of(run))
    }

    /// The same computation under another name and with these parameters: the head under
    /// which the store keeps it.
    pub fn renamed<'a>(mut self, name: &str, parameters: impl Iterator<Item = &'a str>) -> Self {
        self.name = self.add_name(name);
        self.parameters = parameters.map(|name| self.add_name(name)).collect();
        self
    }

    /// All distinct expressions, each after those it refers to; the last is
    /// the result.
    pub fn expressions(
        &self,
    ) -> impl ExactSizeIterator<Item = (ExpressionId, Expression<'_>)> + Clone {
        self.expressions_after(0)
    }

    /// The distinct expressions after the first `count`.
    pub(crate) fn expressions_after(
        &self,
        count: usize,
    ) -> impl ExactSizeIterator<Item = (ExpressionId, Expression<'_>)> + Clone {
        (count..self.entries.len()).map(|index| {
            let id = ExpressionId(index as u32);
            (id, self.expression(id))
        })
    }

    /// One expression.
    pub fn expression(&self, id: ExpressionId) -> Expression<'_> {
        let arguments = |run| Arguments { program: self, run };
        match self.entries[id.index()].entry {
            Entry::Name(run) => Expression::Name(self.name_of(run)),
            Entry::Integer(integer) => Expression::Integer(integer),
            Entry::Boolean(boolean) => Expression::Boolean(boolean),
            Entry::Tuple(items) => Expression::Tuple(arguments(items)),
            Entry::Call {
                callee,
                arguments: run,
            } => Expression::Call {
                callee,
                arguments: arguments(run),
            },
        }
    }

    /// Position at which an expression first stood in the text that the program was read
    /// from.
    pub fn position(&self, id: ExpressionId) -> Position {
        self.entries[id.index()].position
    }

    /// Position of the function's name in the text that it was read from.
    pub fn head_position(&self) -> Position {
        self.head_position
    }

    /// The expression whose value the program returns.
    pub fn result(&self) -> ExpressionId {
        // A program has at least its result.
        ExpressionId(self.entries.len() as u32 - 1)
    }

    fn name_of(&self, run: Run) -> &str {
        &self.names[run.range()]
    }

    pub(super) fn add_name(&mut self, name: &str) -> Run {
        let start = self.names.len() as u32;
        self.names.push_str(name);
        Run {
            start,
            end: self.names.len() as u32,
        }
    }
}

impl PartialEq for Program {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
            && self.parameters().eq(other.parameters())
            && self.expressions().eq(other.expressions())
    }
}

impl Eq for Program {}
