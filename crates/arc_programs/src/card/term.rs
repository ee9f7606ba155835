//! What calls are made of, as it is kept and as it is shown.
//!
//! Kept are small records that refer to a [`TermPool`], where each name and
//! each tuple is once: so equal terms are equal records, and comparing or
//! hashing a call looks at no text. Shown are [`Term`]s, which borrow from it.

use std::fmt;
use std::ops::Range;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// Names a call of one card: shown as `t1`, `t2`, …, its index counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub(super) u32);

impl CallId {
    /// Its place in [`Card::calls`](super::Card::calls), and among the results
    /// of the card's [plan](super::Card::plan).
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The `12` of `t12`.
    pub fn number(self) -> usize {
        self.index() + 1
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "t{}", self.number())
    }
}

/// The digits of a name that is a call's, `t12`; `None` for any other.
pub(super) fn call_digits(name: &str) -> Option<&str> {
    let digits = name.strip_prefix('t')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(digits)
}

/// A callee or an argument. Shown as Python writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term<'card> {
    /// The value of an earlier call.
    Call(CallId),
    /// `S`, `I`, `C`, a primitive or a constant.
    Name(&'card str),
    /// An integer literal.
    Integer(i64),
    /// `True` or `False`.
    Boolean(bool),
    /// A tuple of literals.
    Tuple(TupleItems<'card>),
}

impl fmt::Display for Term<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(id) => write!(formatter, "{id}"),
            Self::Name(name) => formatter.write_str(name),
            Self::Integer(integer) => write!(formatter, "{integer}"),
            Self::Boolean(true) => formatter.write_str("True"),
            Self::Boolean(false) => formatter.write_str("False"),
            Self::Tuple(items) => write!(formatter, "{items}"),
        }
    }
}

/// The items of a tuple of literals.
///
/// Tuples nest, but no deeper than the parser reads them, so walking one may
/// recurse.
#[derive(Clone, Copy)]
pub struct TupleItems<'card> {
    pub(super) pool: &'card TermPool,
    pub(super) records: &'card [TermRecord],
}

impl<'card> TupleItems<'card> {
    /// Each, in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Term<'card>> {
        self.records
            .iter()
            .map(move |&record| self.pool.term(record))
    }
}

impl PartialEq for TupleItems<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for TupleItems<'_> {}

impl fmt::Display for TupleItems<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(")?;
        for (index, item) in self.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(formatter, "{separator}{item}")?;
        }
        formatter.write_str(if self.records.len() == 1 { ",)" } else { ")" })
    }
}

impl fmt::Debug for TupleItems<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// One call of a card. Shown as Python writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'card> {
    /// Callee: an earlier call or a name.
    pub callee: Term<'card>,
    /// Arguments, with their keywords.
    pub arguments: Arguments<'card>,
}

impl<'card> Call<'card> {
    /// The earlier calls that it refers to, callee first; one that it refers
    /// to twice is there twice.
    pub fn operands(self) -> impl Iterator<Item = CallId> {
        let terms = std::iter::once(self.callee).chain(self.arguments.iter().map(|(_, term)| term));
        terms.filter_map(|term| match term {
            Term::Call(id) => Some(id),
            _ => None,
        })
    }
}

impl fmt::Display for Call<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}(", self.callee)?;
        for (index, (keyword, term)) in self.arguments.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            formatter.write_str(separator)?;
            if let Some(keyword) = keyword {
                write!(formatter, "{keyword}=")?;
            }
            write!(formatter, "{term}")?;
        }
        formatter.write_str(")")
    }
}

/// The arguments of a call, in order.
#[derive(Clone, Copy)]
pub struct Arguments<'card> {
    pub(super) pool: &'card TermPool,
    pub(super) records: &'card [ArgumentRecord],
}

impl<'card> Arguments<'card> {
    /// Number of arguments.
    pub fn len(self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.records.is_empty()
    }

    /// Each with its keyword, if it has one.
    pub fn iter(self) -> impl ExactSizeIterator<Item = (Option<&'card str>, Term<'card>)> {
        self.records.iter().map(move |argument| {
            let keyword = argument.keyword.map(|name| self.pool.text(name));
            (keyword, self.pool.term(argument.term))
        })
    }
}

impl PartialEq for Arguments<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Arguments<'_> {}

impl fmt::Debug for Arguments<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// A name's place in the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct NameId(u32);

/// A tuple's place in the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TupleId(u32);

/// A term as it is kept: equal terms of one card are equal records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum TermRecord {
    Call(CallId),
    Name(NameId),
    Integer(i64),
    Boolean(bool),
    Tuple(TupleId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ArgumentRecord {
    pub(super) keyword: Option<NameId>,
    pub(super) term: TermRecord,
}

#[derive(Clone, Debug)]
pub(super) struct CallRecord {
    pub(super) callee: TermRecord,
    pub(super) arguments: Range<u32>,
}

/// The names and tuples of a card, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct TermPool {
    names: IndexSet<Box<str>, FxBuildHasher>,
    tuples: IndexSet<Box<[TermRecord]>, FxBuildHasher>,
}

impl TermPool {
    /// The id of a name, new or not.
    pub(super) fn name(&mut self, name: &str) -> NameId {
        match self.find_name(name) {
            Some(id) => id,
            None => NameId(self.names.insert_full(name.into()).0 as u32),
        }
    }

    /// The id of a name that occurred before.
    pub(super) fn find_name(&self, name: &str) -> Option<NameId> {
        let index = self.names.get_index_of(name)?;
        Some(NameId(index as u32))
    }

    /// The tuple of these literals, new or not.
    pub(super) fn tuple(&mut self, items: Vec<TermRecord>) -> TermRecord {
        let (index, _) = self.tuples.insert_full(items.into_boxed_slice());
        TermRecord::Tuple(TupleId(index as u32))
    }

    pub(super) fn text(&self, id: NameId) -> &str {
        &self.names[id.0 as usize]
    }

    pub(super) fn term(&self, record: TermRecord) -> Term<'_> {
        match record {
            TermRecord::Call(id) => Term::Call(id),
            TermRecord::Name(id) => Term::Name(self.text(id)),
            TermRecord::Integer(integer) => Term::Integer(integer),
            TermRecord::Boolean(boolean) => Term::Boolean(boolean),
            TermRecord::Tuple(TupleId(index)) => Term::Tuple(TupleItems {
                pool: self,
                records: &self.tuples[index as usize],
            }),
        }
    }
}
