//! Programs from what they compute, without text in between.
//!
//! A candidate is cut out of a card by the thousand; writing its text only to
//! parse it again would cost more than everything else about it.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::Position;
use super::graph::{Graph, Head};
use super::syntax::{Entry, ExpressionId, Program, Run};

/// Stands for every place in a text that a built program does not have.
const NOWHERE: Position = Position { line: 1, column: 1 };

/// Makes a program expression by expression, each from earlier ones.
///
/// What it is given has to come from programs: names that are Python names,
/// callees that are names or calls, tuples of literals no deeper than the
/// parser reads. Then the program is one that could have been read.
pub(crate) struct ProgramBuilder {
    /// The text of all names and keywords, run together.
    text: String,
    graph: Graph,
    /// The names among the entries, with their runs.
    names: HashTable<(Run, ExpressionId)>,
}

impl ProgramBuilder {
    /// A builder with room for this many calls.
    pub(crate) fn with_capacity(calls: usize) -> Self {
        Self {
            text: String::with_capacity(8 * calls),
            graph: Graph::with_capacity(calls),
            names: HashTable::with_capacity(calls),
        }
    }

    /// A name that the program does not assign.
    pub(crate) fn name(&mut self, name: &str) -> ExpressionId {
        let Self { text, graph, names } = self;
        let hash = |name: &str| FxBuildHasher.hash_one(name);
        if let Some((_, id)) = names.find(hash(name), |(run, _)| &text[run.range()] == name) {
            return *id;
        }
        let run = push_text(text, name);
        let id = graph.push(Entry::Name(run), NOWHERE);
        names.insert_unique(hash(name), (run, id), |(run, _)| hash(&text[run.range()]));
        id
    }

    /// An integer literal.
    pub(crate) fn integer(&mut self, integer: i64) -> ExpressionId {
        let entry = Entry::Integer(integer);
        self.graph.intern(&self.text, entry, NOWHERE)
    }

    /// `True` or `False`.
    pub(crate) fn boolean(&mut self, boolean: bool) -> ExpressionId {
        let entry = Entry::Boolean(boolean);
        self.graph.intern(&self.text, entry, NOWHERE)
    }

    /// A tuple of literals.
    pub(crate) fn tuple(&mut self, items: impl Iterator<Item = ExpressionId>) -> ExpressionId {
        let items = self.graph.add_arguments(items.map(|item| (None, item)));
        let entry = Entry::Tuple(items);
        self.graph.intern_newest(&self.text, entry, NOWHERE)
    }

    /// A call, each argument with its keyword if it has one.
    pub(crate) fn call<'keyword>(
        &mut self,
        callee: ExpressionId,
        arguments: impl Iterator<Item = (Option<&'keyword str>, ExpressionId)>,
    ) -> ExpressionId {
        let Self { text, graph, .. } = self;
        let arguments = graph.add_arguments(arguments.map(|(keyword, value)| {
            let keyword = keyword.map(|keyword| push_text(text, keyword));
            (keyword, value)
        }));
        let entry = Entry::Call { callee, arguments };
        graph.intern_newest(text, entry, NOWHERE)
    }

    /// The program of this name and parameters that returns `result`. Its positions say
    /// nothing.
    pub(crate) fn finish(self, name: &str, parameters: Vec<&str>, result: ExpressionId) -> Program {
        let head = Head {
            name,
            parameters: parameters.into(),
            position: NOWHERE,
        };
        self.graph.program(&self.text, &head, result)
    }
}

fn push_text(text: &mut String, added: &str) -> Run {
    let start = text.len() as u32;
    text.push_str(added);
    Run {
        start,
        end: text.len() as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::parse_expression;

    #[test]
    fn a_built_program_is_the_one_that_is_read() {
        let mut builder = ProgramBuilder::with_capacity(4);
        let unused = builder.name("unused");
        builder.call(unused, std::iter::empty());
        let one = builder.integer(1);
        let pair = builder.tuple([one, one].into_iter());
        let grid = builder.name("I");
        let rot90 = builder.name("rot90");
        let turned = builder.call(rot90, [(None, grid)].into_iter());
        assert_eq!(builder.call(rot90, [(None, grid)].into_iter()), turned);
        assert_eq!(builder.name("rot90"), rot90);
        let by_keyword = builder.call(rot90, [(Some("grid"), grid)].into_iter());
        assert_ne!(by_keyword, turned);
        let truth = builder.boolean(true);
        assert_ne!(truth, one);
        let arguments = [turned, pair, turned, by_keyword, truth];
        let f = builder.name("f");
        let result = builder.call(f, arguments.into_iter().map(|value| (None, value)));
        let read = parse_expression("f(rot90(I), (1, 1), rot90(I), rot90(grid=I), True)");
        assert_eq!(
            builder.finish("solve", vec!["S", "I", "C"], result),
            read.unwrap()
        );
    }
}
