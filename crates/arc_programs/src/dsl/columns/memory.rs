//! Columns remembered while a call of a card runs.
//!
//! Programs that compare every object with every other from every place go over the
//! same places for each object, with functions made of the same parts. So a container
//! that a loop inside a closure goes over a second time keeps its parts as columns; by
//! them functions made for each of their rows are known again; and what those yield for
//! an item is a column that is as good as the one from before. Of items that are objects it
//! is known what dear primitives yield, whatever functions are around them.
//!
//! # Nobody can tell
//!
//! As in [`memo`](super::super::memo): the steps of an answer are spent and its
//! failures counted as if its calls were made; where there are not so many left, or
//! closures could nest too deeply, it is made anew. Functions are the same
//! where their [`Wording`] is, columns where they lie at one address, which is kept, and
//! nothing that is remembered holds a closure, or a set that others have.
//!
//! It holds little ([`Memory::ROWS`]), and nothing more once answers turn out to be
//! rare.

use std::ops::Range;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::super::charge::{Charge, MadeCall};
use super::super::memo::Wording;
use super::Column;
use crate::value::{Identity, Operation, PrimitiveId, Value};

/// What is remembered of columns while a call of a card runs.
#[derive(Debug, Default)]
pub(in crate::dsl) struct Memory {
    /// The containers that loops went over.
    containers: FxHashSet<Identity>,
    parts: FxHashMap<(Identity, Walk, Range<usize>), Column>,
    calls: FxHashMap<Box<[u64]>, CallNumber>,
    results: FxHashMap<(CallNumber, Identity), Remembered>,
    results_on: FxHashMap<(PrimitiveId, Identity), MadeCall>,
    /// How often results on items were asked for, and how much they weigh.
    asked_on: usize,
    answered_on: usize,
    weight: u64,
    /// What must live for its address to mean something.
    values: FxHashMap<Identity, Value>,
    integers: FxHashMap<*const Vec<i64>, Rc<Vec<i64>>>,
    /// How many rows it holds in all columns.
    rows: usize,
    answered: usize,
    words: Vec<u64>,
}

/// In what order a loop goes over a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Walk {
    InOrder,
    InAnyOrder,
}

/// The number of a call, by its wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::dsl) struct CallNumber(u32);

/// What calls in columns yielded, and took.
#[derive(Clone, Debug)]
pub(super) struct Remembered {
    pub(super) column: Column,
    pub(super) charge: Charge,
    pub(super) has_made_closures: bool,
    /// How many calls of primitives were made at once, and how many row by row.
    pub(super) counts: (usize, usize),
}

impl Memory {
    /// How much the results on items may weigh in all, in nodes.
    const WEIGHT: u64 = 1 << 20;

    /// How many steps a result on an item took at least: a cheaper one is as soon made as
    /// found.
    const STEPS: u64 = 8;

    /// How many rows it holds in all columns: 2 MB of integers.
    const ROWS: usize = 1 << 18;

    /// How many containers it knows at most: those that recur come early.
    const CONTAINERS: usize = 64;

    /// How many columns are kept before it must be known whether they help.
    const TRIALS: usize = 1_024;

    /// How many parts of an object are looked at to find closures.
    const LOOKS: u32 = 1_024;

    /// Forgets all, as when a call of a card begins.
    #[inline]
    pub(in crate::dsl) fn forget(&mut self) {
        if !self.containers.is_empty() {
            *self = Memory::default();
        }
    }

    /// Whether a loop goes over a container that one went over before.
    pub(super) fn has_met(&mut self, container: &Value) -> bool {
        let Some(identity) = container.identity().filter(|own| own.has_address()) else {
            return false;
        };
        if self.containers.contains(&identity) {
            return true;
        }
        if self.containers.len() < Memory::CONTAINERS && self.keep(container) {
            self.containers.insert(identity);
        }
        false
    }

    /// Some rows of the items of a container that was met before.
    pub(super) fn part(
        &mut self,
        (container, walk): (&Value, Walk),
        rows: Range<usize>,
        make: impl FnOnce() -> Column,
    ) -> Column {
        let Some(identity) = container.identity() else {
            return make();
        };
        if let Some(part) = self.parts.get(&(identity, walk, rows.clone())) {
            return part.clone();
        }
        let part = make();
        if self.has_room_for(rows.len()) && is_of_integers(&part) {
            self.parts.insert((identity, walk, rows), part.clone());
        }
        part
    }

    /// The number of a call of a function with these arguments, in so many rows; `None`
    /// where it is nothing to be remembered.
    pub(super) fn number(
        &mut self,
        function: &Value,
        arguments: &[&Column],
        rows: usize,
    ) -> Option<CallNumber> {
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        let mut wording = Wording::new(&mut words);
        wording.word(Wording::ROWS, rows as u64);
        let is_worded = wording.add(function).is_some()
            && arguments
                .iter()
                .all(|argument| add(&mut wording, argument).is_some());
        let number = match is_worded {
            true => self.number_of_words(&words, arguments),
            false => None,
        };
        self.words = words;
        number
    }

    fn number_of_words(&mut self, words: &[u64], arguments: &[&Column]) -> Option<CallNumber> {
        if let Some(number) = self.calls.get(words) {
            return Some(*number);
        }
        let is_kept = self.has_room_for(words.len())
            && arguments
                .iter()
                .all(|argument| self.keep_parts_of(argument));
        is_kept.then(|| {
            let number = CallNumber(self.calls.len() as u32);
            self.calls.insert(words.into(), number);
            number
        })
    }

    /// What a call yielded for an item that is the same in all rows.
    pub(super) fn result(&mut self, call: CallNumber, item: &Value) -> Option<Remembered> {
        let remembered = self.results.get(&(call, item.identity()?))?;
        self.answered += 1;
        Some(Remembered {
            column: remembered.column.again()?,
            ..*remembered
        })
    }

    /// Remembers it.
    pub(super) fn remember(
        &mut self,
        (call, item): (CallNumber, &Value),
        rows: usize,
        remembered: Remembered,
    ) {
        let Some(identity) = item.identity() else {
            return;
        };
        if self.has_room_for(rows) && self.keep(item) {
            self.results.insert((call, identity), remembered);
        }
    }

    /// What a primitive yielded for an item.
    pub(super) fn result_on(&mut self, (id, item): (PrimitiveId, &Value)) -> Option<MadeCall> {
        self.asked_on += 1;
        let known = self.results_on.get(&(id, item.identity()?))?;
        self.answered_on += 1;
        Some(known.clone())
    }

    /// Remembers it, unless there are few answers.
    pub(super) fn remember_on(&mut self, (id, item): (PrimitiveId, &Value), made: MadeCall) {
        let Some(identity) = item.identity().filter(|own| own.has_address()) else {
            return;
        };
        let helps = self.asked_on < Memory::TRIALS || self.answered_on >= self.asked_on / 4;
        let weight = made.weight() + u64::from(item.measure().weight);
        if helps
            && made.steps() >= Memory::STEPS
            && self.weight + weight <= Memory::WEIGHT
            && self.keep(item)
        {
            self.weight += weight;
            self.results_on.insert((id, identity), made);
        }
    }

    /// Whether so much more may be held, which is then counted.
    fn has_room_for(&mut self, rows: usize) -> bool {
        let helps = self.results.len() < Memory::TRIALS || self.answered >= self.results.len();
        let has_room = helps && self.rows + rows <= Memory::ROWS;
        if has_room {
            self.rows += rows;
        }
        has_room
    }

    /// Keeps a value; `false` where it may hold a closure.
    fn keep(&mut self, value: &Value) -> bool {
        let Some(identity) = value.identity() else {
            return false;
        };
        if !identity.has_address() || self.values.contains_key(&identity) {
            return true;
        }
        let is_kept = value.is_free_of_closures(&mut { Memory::LOOKS });
        if is_kept {
            self.values.insert(identity, value.clone());
        }
        is_kept
    }

    /// Keeps all that a function holds; `false` where that may hold a closure that is
    /// not part of its wording.
    fn keep_function(&mut self, function: &Value) -> bool {
        match function {
            Value::Closure(closure) => {
                let parts = closure.operation().parts();
                parts.into_iter().all(|part| self.keep_function(part))
            }
            value => self.keep(value),
        }
    }

    fn keep_parts_of(&mut self, column: &Column) -> bool {
        match column {
            Column::Same(value) => self.keep_function(value),
            Column::Integers(integers) => {
                let address = Rc::as_ptr(integers);
                self.integers
                    .entry(address)
                    .or_insert_with(|| Rc::clone(integers));
                true
            }
            Column::Tuples(parts) => parts.iter().all(|part| self.keep_parts_of(part)),
            Column::Singles(items) => self.keep_parts_of(items),
            Column::Closures(operation) => {
                let parts = operation.parts();
                parts.into_iter().all(|part| self.keep_parts_of(part))
            }
            Column::Booleans(_)
            | Column::Values(_)
            | Column::Picked(_)
            | Column::Sets(_)
            | Column::Untold => false,
        }
    }

    #[cfg(test)]
    pub(in crate::dsl) fn answered(&self) -> usize {
        self.answered
    }

    #[cfg(test)]
    pub(in crate::dsl) fn answered_on(&self) -> usize {
        self.answered_on
    }
}

/// Adds a column to a wording: what is the same in all rows by its own wording, what is
/// not by where it lies; `None` where it has none.
fn add(wording: &mut Wording<'_>, column: &Column) -> Option<()> {
    match column {
        Column::Same(value) => {
            wording.word(Wording::SAME, 0);
            wording.add(value)
        }
        Column::Integers(integers) => {
            wording.word(Wording::INTEGERS, Rc::as_ptr(integers).addr() as u64);
            Some(())
        }
        Column::Tuples(parts) => {
            wording.word(Wording::TUPLES, parts.len() as u64);
            parts.iter().try_for_each(|part| add(wording, part))
        }
        Column::Singles(items) => {
            wording.word(Wording::SINGLES, 0);
            add(wording, items)
        }
        Column::Closures(operation) => {
            wording.operation(operation)?;
            let parts: SmallVec<[&Column; 3]> = Operation::parts(operation);
            parts.into_iter().try_for_each(|part| add(wording, part))
        }
        Column::Booleans(_)
        | Column::Values(_)
        | Column::Picked(_)
        | Column::Sets(_)
        | Column::Untold => None,
    }
}

/// Whether a column holds nothing but integers in each row.
fn is_of_integers(column: &Column) -> bool {
    match column {
        Column::Integers(_) => true,
        Column::Tuples(parts) => parts.iter().all(is_of_integers),
        _ => false,
    }
}
