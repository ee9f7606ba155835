//! A program while it is made: its distinct expressions, found by what they
//! say.
//!
//! Whoever makes a program adds expressions to a [`Graph`]. Equal ones get one
//! id through a hash table.
//! When the result is known, what it needs is copied out in order of
//! evaluation, and what nothing uses is dropped; so all programs keep the order
//! that [`Program`] promises, wherever they come from.

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use super::Position;
use super::listing::Listing;
use super::syntax::{Argument, Entry, ExpressionId, Placed, Program, Run};

/// A function's first line.
pub(super) struct Head<'text> {
    pub(super) name: &'text str,
    pub(super) parameters: SmallVec<[&'text str; 3]>,
    pub(super) position: Position,
}

/// Distinct expressions. Names and keywords are runs of a text that the owner
/// keeps, and that is handed in where they are compared or copied.
pub(super) struct Graph {
    entries: Vec<Placed>,
    entries_by_content: HashTable<u32>,
    arguments: Vec<Argument>,
}

impl Graph {
    /// An empty graph with room for this many calls.
    pub(super) fn with_capacity(calls: usize) -> Self {
        Self {
            entries: Vec::with_capacity(2 * calls),
            entries_by_content: HashTable::with_capacity(calls),
            arguments: Vec::with_capacity(3 * calls),
        }
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.entries_by_content.clear();
        self.arguments.clear();
    }

    /// The number of expressions.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn entry(&self, id: ExpressionId) -> Entry {
        self.entries[id.index()].entry
    }

    /// Adds an entry that the caller knows to be new: a name, which is looked
    /// up by its text elsewhere.
    pub(super) fn push(&mut self, entry: Entry, position: Position) -> ExpressionId {
        let id = ExpressionId(self.entries.len() as u32);
        self.entries.push(Placed { entry, position });
        id
    }

    /// Adds the parts of an entry that is
    /// [added next](Graph::intern_newest).
    pub(super) fn add_arguments(
        &mut self,
        parts: impl Iterator<Item = (Option<Run>, ExpressionId)>,
    ) -> Run {
        let start = self.arguments.len() as u32;
        self.arguments
            .extend(parts.map(|(keyword, value)| Argument { keyword, value }));
        Run {
            start,
            end: self.arguments.len() as u32,
        }
    }

    /// The id of a call or tuple, whose parts were added last, and are dropped
    /// again if it is not new.
    pub(super) fn intern_newest(
        &mut self,
        text: &str,
        entry: Entry,
        position: Position,
    ) -> ExpressionId {
        let before = self.entries.len();
        let id = self.intern(text, entry, position);
        if self.entries.len() == before
            && let Entry::Call { arguments, .. } | Entry::Tuple(arguments) = entry
        {
            self.arguments.truncate(arguments.start as usize);
        }
        id
    }

    /// The id of an entry, the same for equal ones.
    pub(super) fn intern(&mut self, text: &str, entry: Entry, position: Position) -> ExpressionId {
        let content = EntryParts {
            text,
            entries: &self.entries,
            arguments: &self.arguments,
        };
        let hash = content.hash(entry);
        let is_it = |&id: &u32| content.equal(content.entries[id as usize].entry, entry);
        if let Some(&id) = self.entries_by_content.find(hash, is_it) {
            return ExpressionId(id);
        }
        let id = content.entries.len() as u32;
        let hash_of = |&id: &u32| content.hash(content.entries[id as usize].entry);
        self.entries_by_content.insert_unique(hash, id, hash_of);
        self.push(entry, position)
    }

    /// Copies out everything, in order of the text.
    pub(super) fn listing(&self, text: &str, head: &Head<'_>, result: ExpressionId) -> Listing {
        let mut program = self.without_expressions(head);
        let mut moved = vec![NOT_MOVED; self.entries.len()];
        for id in 0..self.entries.len() as u32 {
            self.copy(text, &mut program, ExpressionId(id), &mut moved);
        }
        Listing::new(program, result)
    }

    fn without_expressions(&self, head: &Head<'_>) -> Program {
        let mut program = Program {
            names: String::with_capacity(32 + 6 * self.entries.len()),
            name: Run { start: 0, end: 0 },
            parameters: SmallVec::new(),
            entries: Vec::with_capacity(self.entries.len()),
            arguments: Vec::with_capacity(self.arguments.len()),
            head_position: head.position,
        };
        program.name = program.add_name(head.name);
        for parameter in &head.parameters {
            let parameter = program.add_name(parameter);
            program.parameters.push(parameter);
        }
        program
    }

    /// Copies out what the result needs, in order of evaluation.
    pub(super) fn program(&self, text: &str, head: &Head<'_>, result: ExpressionId) -> Program {
        let mut program = self.without_expressions(head);
        let mut moved = vec![NOT_MOVED; self.entries.len()];
        // What is copied when its parts are, each with the number of parts that were seen.
        let mut open = SmallVec::<[(ExpressionId, usize); FEW]>::new();
        if self.has_parts(result) {
            open.push((result, 0));
        } else {
            self.copy(text, &mut program, result, &mut moved);
        }
        while let Some((id, seen)) = open.last_mut() {
            let id = *id;
            match self.part(id, *seen) {
                Some(part) => {
                    *seen += 1;
                    if moved[part.index()] != NOT_MOVED {
                        continue;
                    }
                    match self.has_parts(part) {
                        true => open.push((part, 0)),
                        false => self.copy(text, &mut program, part, &mut moved),
                    }
                }
                None => {
                    self.copy(text, &mut program, id, &mut moved);
                    open.pop();
                }
            }
        }
        program
    }

    /// Whether an expression has others in it.
    fn has_parts(&self, id: ExpressionId) -> bool {
        matches!(self.entry(id), Entry::Call { .. } | Entry::Tuple(_))
    }

    /// A part of an expression by its number: the callee, then the arguments; or the items.
    fn part(&self, id: ExpressionId, number: usize) -> Option<ExpressionId> {
        let (parts, number) = match self.entry(id) {
            Entry::Call { callee, arguments } => match number.checked_sub(1) {
                Some(number) => (arguments, number),
                None => return Some(callee),
            },
            Entry::Tuple(items) => (items, number),
            _ => return None,
        };
        let part = self.arguments[parts.range()].get(number)?;
        Some(part.value)
    }

    /// Adds an expression to a program that has its parts, which are named otherwise
    /// there.
    fn copy(
        &self,
        text: &str,
        program: &mut Program,
        id: ExpressionId,
        moved: &mut [ExpressionId],
    ) {
        let Placed { entry, position } = self.entries[id.index()];
        let copied = match entry {
            Entry::Name(run) => Entry::Name(program.add_name(&text[run.range()])),
            Entry::Integer(_) | Entry::Boolean(_) => entry,
            Entry::Tuple(items) => Entry::Tuple(self.copy_arguments(text, program, items, moved)),
            Entry::Call { callee, arguments } => Entry::Call {
                callee: moved[callee.index()],
                arguments: self.copy_arguments(text, program, arguments, moved),
            },
        };
        moved[id.index()] = ExpressionId(program.entries.len() as u32);
        program.entries.push(Placed {
            entry: copied,
            position,
        });
    }

    fn copy_arguments(
        &self,
        text: &str,
        program: &mut Program,
        run: Run,
        moved: &[ExpressionId],
    ) -> Run {
        let start = program.arguments.len() as u32;
        for argument in &self.arguments[run.range()] {
            let keyword = argument
                .keyword
                .map(|keyword| program.add_name(&text[keyword.range()]));
            program.arguments.push(Argument {
                keyword,
                value: moved[argument.value.index()],
            });
        }
        Run {
            start,
            end: program.arguments.len() as u32,
        }
    }
}

/// So deep expressions are copied without memory of their own for that.
const FEW: usize = 16;

/// Stands for an expression that is not copied yet.
const NOT_MOVED: ExpressionId = ExpressionId(u32::MAX);

/// How entries are told apart: by what they say, not by where their names
/// stand.
struct EntryParts<'graph> {
    text: &'graph str,
    entries: &'graph [Placed],
    arguments: &'graph [Argument],
}

impl EntryParts<'_> {
    fn hash(&self, entry: Entry) -> u64 {
        let mut hasher = FxBuildHasher.build_hasher();
        match entry {
            // Names are not interned here; see `Graph::push`.
            Entry::Name(run) => run.hash(&mut hasher),
            Entry::Integer(integer) => integer.hash(&mut hasher),
            Entry::Boolean(boolean) => boolean.hash(&mut hasher),
            Entry::Tuple(items) => self.hash_arguments(items, &mut hasher),
            Entry::Call { callee, arguments } => {
                callee.hash(&mut hasher);
                self.hash_arguments(arguments, &mut hasher);
            }
        }
        hasher.finish()
    }

    fn hash_arguments(&self, run: Run, hasher: &mut impl Hasher) {
        for argument in &self.arguments[run.range()] {
            argument.value.hash(hasher);
        }
    }

    fn equal(&self, left: Entry, right: Entry) -> bool {
        match (left, right) {
            (Entry::Integer(left), Entry::Integer(right)) => left == right,
            (Entry::Boolean(left), Entry::Boolean(right)) => left == right,
            (Entry::Tuple(left), Entry::Tuple(right)) => self.equal_arguments(left, right),
            (
                Entry::Call { callee, arguments },
                Entry::Call {
                    callee: other_callee,
                    arguments: other_arguments,
                },
            ) => callee == other_callee && self.equal_arguments(arguments, other_arguments),
            _ => false,
        }
    }

    fn equal_arguments(&self, left: Run, right: Run) -> bool {
        let (left, right) = (
            &self.arguments[left.range()],
            &self.arguments[right.range()],
        );
        let keyword_text =
            |argument: &Argument| argument.keyword.map(|run| &self.text[run.range()]);
        left.len() == right.len()
            && left.iter().zip(right).all(|(left, right)| {
                left.value == right.value && keyword_text(left) == keyword_text(right)
            })
    }
}

#[cfg(test)]
mod tests {
    use crate::program::{Expression, ExpressionId, Program, parse_expression, parse_program};

    /// The expressions that one needs, by its definition: the callee's, the arguments', itself.
    fn walk(program: &Program, id: ExpressionId, order: &mut Vec<ExpressionId>) {
        if order.contains(&id) {
            return;
        }
        if let Expression::Call { callee, .. } = program.expression(id) {
            walk(program, callee, order);
        }
        if let Expression::Call { arguments, .. } | Expression::Tuple(arguments) =
            program.expression(id)
        {
            for (_, argument) in arguments.iter() {
                walk(program, argument, order);
            }
        }
        order.push(id);
    }

    fn is_in_order(program: &Program) -> bool {
        let mut order = Vec::new();
        walk(program, program.result(), &mut order);
        program.expressions().map(|(id, _)| id).eq(order)
    }

    #[test]
    fn expressions_stand_in_the_order_of_evaluation() {
        for (lines, expanded) in [
            // Lines in another order, and one that nothing uses.
            (
                "x1 = f(ONE, 2)\n x2 = g(I)\n x3 = h(I, x2)\n x4 = k(x3, x1, x2, (1, (2, 2)))",
                "x1 = g(I)\n    x2 = h(I, x1)\n    x3 = f(ONE, 2)\n    O = k(x2, x3, x1, (1, (2, 2)))",
            ),
            (
                "x1 = f(I)\n x2 = g(x1)\n x3 = unused(x2)\n x4 = x1(x2)(x1)",
                "x1 = f(I)\n    x2 = g(x1)\n    x3 = x1(x2)\n    O = x3(x1)",
            ),
        ] {
            let text = format!("def solve(S, I, C):\n {lines}\n return x4\n");
            let program = parse_program(&text).unwrap().program;
            assert!(is_in_order(&program), "{text}");
            let expected = format!("def solve(S, I, C):\n    {expanded}\n    return O");
            assert_eq!(program.expanded(), expected);
        }
    }

    #[test]
    fn what_needs_nothing_and_what_is_deep_is_copied() {
        for name in ["I", "7", "True"] {
            let program = parse_expression(name).unwrap();
            assert_eq!(program.expressions().len(), 1, "{name}");
        }
        let nested = |open: &str, close: &str, depth| {
            let text = open.repeat(depth) + "1" + &close.repeat(depth);
            parse_expression(&text).unwrap()
        };
        for depth in [1, 15, 16, 17, 100] {
            let calls = nested("f(I, ", ", g(2))", depth);
            assert_eq!(calls.expressions().len(), depth + 6);
            assert!(is_in_order(&calls));
            let tuples = nested("(", ", 3)", depth);
            assert_eq!(tuples.expressions().len(), depth + 2);
            assert!(is_in_order(&tuples));
        }
    }
}
