//! What a function is, in numbers: by its operations and their parts.

use std::sync::Arc;

use smallvec::SmallVec;

use super::Memo;
use crate::value::{Closure, Identity, Operation, Value};

/// The wording of a function, in numbers: equal for functions that nobody can
/// tell apart.
pub(in crate::dsl) struct Wording<'words> {
    words: &'words mut Vec<u64>,
    /// The closures so far, in the order in which they were met.
    closures: SmallVec<[*const Closure; 32]>,
}

impl<'words> Wording<'words> {
    pub(super) const CALL: u64 = 9;
    pub(in crate::dsl) const ROWS: u64 = 10;
    pub(in crate::dsl) const SAME: u64 = 11;
    pub(in crate::dsl) const INTEGERS: u64 = 12;
    pub(in crate::dsl) const TUPLES: u64 = 13;
    pub(in crate::dsl) const SINGLES: u64 = 14;

    /// One without words yet.
    pub(in crate::dsl) fn new(words: &'words mut Vec<u64>) -> Wording<'words> {
        Wording {
            words,
            closures: SmallVec::new(),
        }
    }

    /// Adds a part; `None` where it is too long, or has a function from outside, which need
    /// not do the same twice.
    pub(in crate::dsl) fn add(&mut self, part: &Value) -> Option<()> {
        if self.words.len() > Memo::WORDS {
            return None;
        }
        let Value::Closure(closure) = part else {
            let identity = part.identity()?;
            self.words.extend([identity.kind, identity.content]);
            return Some(());
        };
        let address = Arc::as_ptr(closure);
        if let Some(place) = self.closures.iter().position(|own| *own == address) {
            self.word(0, place as u64);
            return Some(());
        }
        self.closures.push(address);
        let operation = closure.operation();
        self.operation(operation)?;
        operation.parts().iter().try_for_each(|part| self.add(part))
    }

    /// Adds what an operation is, without its parts; `None` of a function from outside.
    pub(in crate::dsl) fn operation<Part>(&mut self, operation: &Operation<Part>) -> Option<()> {
        match operation {
            Operation::Compose { .. } => self.word(1, 0),
            Operation::Chain { .. } => self.word(2, 0),
            Operation::Fork { .. } => self.word(3, 0),
            Operation::Match { .. } => self.word(4, 0),
            Operation::BindLeft { parameters, .. } => self.word(5, u64::from(*parameters)),
            Operation::BindRight { parameters, .. } => self.word(6, u64::from(*parameters)),
            Operation::Repeat { count, .. } => self.word(7, *count),
            Operation::Nothing => self.word(8, 0),
            // It need not do the same twice.
            Operation::Foreign(_) => return None,
        }
        Some(())
    }

    /// Adds what is no part: a kind that no [`Identity`] has.
    pub(in crate::dsl) fn word(&mut self, kind: u64, number: u64) {
        self.words
            .extend([Identity::FIRST_OTHER_KIND + kind, number]);
    }
}
