//! Programs out of a card.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::Card;
use super::term::{CallId, Term};
use crate::program::{ExpressionId, Program, ProgramBuilder};

impl Card {
    /// The calls that the value of a call depends on, in their order; the last
    /// is the call itself.
    pub fn dependencies(&self, call: CallId) -> Vec<CallId> {
        Dependencies::of(self).above(call, None)
    }

    /// Program of a call, with the parameters that the dialect has, cut out of the card:
    /// the calls that it depends on, equal ones once, in order of evaluation.
    ///
    /// For a solver's call this is the solver, for that of a differ's baseline
    /// the differ.
    pub fn program_of(&self, call: CallId, name: &str) -> Program {
        self.program(self.dependencies(call), None, name)
    }

    /// As [`Card::program_of`], with `I` in the place of the call `input`. For
    /// the call of a differ applied to a solver, and that solver's output as
    /// `input`, this is the differ.
    pub fn program_from(&self, input: CallId, call: CallId, name: &str) -> Program {
        let calls = Dependencies::of(self).above(call, Some(input));
        self.program(calls, Some(input), name)
    }

    fn program(&self, calls: Vec<CallId>, input: Option<CallId>, name: &str) -> Program {
        let mut builder = ProgramBuilder::with_capacity(calls.len());
        let mut expressions: HashMap<CallId, ExpressionId, FxBuildHasher> =
            HashMap::with_capacity_and_hasher(calls.len(), FxBuildHasher);
        let mut arguments = Vec::new();
        let mut result = None;
        let grid = self.dialect.input().name;
        if let Some(input) = input {
            expressions.insert(input, builder.name(grid));
        }
        for id in calls.into_iter().filter(|&id| Some(id) != input) {
            let call = self.call(id);
            let callee = expression(&mut builder, &expressions, call.callee);
            arguments.clear();
            for (keyword, term) in call.arguments.iter() {
                arguments.push((keyword, expression(&mut builder, &expressions, term)));
            }
            let made = builder.call(callee, arguments.drain(..));
            expressions.insert(id, made);
            result = Some(made);
        }
        // There is always one, for the calls end with the one that is asked for.
        let result = result.unwrap_or_else(|| builder.name(grid));
        let parameters = self.dialect.parameter_names().collect();
        builder.finish(name, parameters, result)
    }
}

/// Finds what calls of a card depend on; keeps its memory from one to the next.
pub(super) struct Dependencies<'card> {
    card: &'card Card,
    /// For each call, the last search that found it.
    found_in: Vec<u32>,
    search: u32,
}

impl<'card> Dependencies<'card> {
    pub(super) fn of(card: &'card Card) -> Self {
        Self {
            card,
            found_in: vec![0; card.len()],
            search: 0,
        }
    }

    /// The calls that the value of a call depends on, in their order, without
    /// what only the call `input` depends on; the last is the call itself.
    pub(super) fn above(&mut self, call: CallId, input: Option<CallId>) -> Vec<CallId> {
        self.search += 1;
        self.found_in[call.index()] = self.search;
        let mut calls = vec![call];
        let mut next = 0;
        while let Some(&id) = calls.get(next) {
            next += 1;
            if Some(id) == input {
                continue;
            }
            for operand in self.card.call(id).operands() {
                let found_in = &mut self.found_in[operand.index()];
                if *found_in != self.search {
                    *found_in = self.search;
                    calls.push(operand);
                }
            }
        }
        // Calls refer to earlier ones, so their order is one of evaluation.
        calls.sort_unstable();
        calls
    }
}

/// What a term is in the program; tuples nest no deeper than the parser reads
/// them.
fn expression(
    builder: &mut ProgramBuilder,
    calls: &HashMap<CallId, ExpressionId, FxBuildHasher>,
    term: Term<'_>,
) -> ExpressionId {
    match term {
        Term::Call(id) => calls[&id],
        Term::Name(name) => builder.name(name),
        Term::Integer(integer) => builder.integer(integer),
        Term::Boolean(boolean) => builder.boolean(boolean),
        Term::Tuple(items) => {
            let made: Vec<ExpressionId> = items
                .iter()
                .map(|item| expression(builder, calls, item))
                .collect();
            builder.tuple(made.into_iter())
        }
    }
}
