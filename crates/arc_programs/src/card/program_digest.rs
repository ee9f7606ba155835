//! Digests of the programs in a card: equal ones compute the same.
//!
//! A program's digest follows from its calls alone, not from their numbers or from what
//! else is in the card: two cards give one program one digest. An output that a differ is
//! applied to is the differ's `I`, so it has one digest whatever it is applied to.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::term::{CallId, Term};
use super::{Card, CardBuilder};
use crate::digest::{Digest, DigestHasher};
use crate::dsl::Dialect;
use crate::program::Program;

/// The digests of a card's calls.
#[derive(Debug)]
pub(super) struct ProgramDigests<'card> {
    card: &'card Card,
    /// Of each call, as it stands in the card.
    of_calls: Vec<Digest>,
}

impl<'card> ProgramDigests<'card> {
    pub(super) fn of(card: &'card Card) -> Self {
        let mut of_calls: Vec<Digest> = Vec::with_capacity(card.len());
        for id in card.ids() {
            let digest = of_call(card, id, |earlier| of_calls[earlier.index()]);
            of_calls.push(digest);
        }
        Self { card, of_calls }
    }

    /// Of the solver whose output a call is.
    pub(super) fn of_solver(&self, output: CallId) -> Digest {
        self.of_role("solver", self.of_calls[output.index()])
    }

    /// Of the differ whose result a call is. `input` is what stands for its `I`, and
    /// `calls` are those that it consists of, in their order.
    pub(super) fn of_differ(
        &self,
        result: CallId,
        input: Option<CallId>,
        calls: &[CallId],
    ) -> Digest {
        let Some(input) = input else {
            return self.of_role("differ", self.of_calls[result.index()]);
        };
        let mut above: HashMap<CallId, Digest, FxBuildHasher> = HashMap::default();
        above.insert(input, self.of_input());
        for &id in calls {
            let call = self.card.call(id);
            if id != input && call.operands().any(|operand| above.contains_key(&operand)) {
                let operand = |earlier: CallId| match above.get(&earlier) {
                    Some(digest) => *digest,
                    None => self.of_calls[earlier.index()],
                };
                let digest = of_call(self.card, id, operand);
                above.insert(id, digest);
            }
        }
        let own = above.get(&result);
        self.of_role("differ", *own.unwrap_or(&self.of_calls[result.index()]))
    }

    /// Of `I`, as a term.
    fn of_input(&self) -> Digest {
        let mut hasher = DigestHasher::new("term");
        hasher.text(self.card.dialect.input().name);
        hasher.finish()
    }

    fn of_role(&self, role: &str, program: Digest) -> Digest {
        let mut hasher = DigestHasher::new(role);
        hasher.text(self.card.dialect.name());
        hasher.digest(program);
        hasher.finish()
    }
}

/// The digest of a solver that is in no card.
pub(super) fn of_solver_alone(dialect: &'static Dialect, program: &Program) -> Digest {
    let mut builder = CardBuilder::in_dialect(dialect);
    let output = builder.add_program(program, None);
    ProgramDigests::of(builder.card()).of_solver(output)
}

/// The digest of a call whose operands have these.
fn of_call(card: &Card, id: CallId, operand: impl Fn(CallId) -> Digest) -> Digest {
    let call = card.call(id);
    let mut hasher = DigestHasher::new("call");
    hasher.digest(of_term(call.callee, &operand));
    for (keyword, term) in call.arguments.iter() {
        hasher.text(keyword.unwrap_or_default());
        hasher.digest(of_term(term, &operand));
    }
    hasher.finish()
}

fn of_term(term: Term<'_>, operand: &impl Fn(CallId) -> Digest) -> Digest {
    if let Term::Call(earlier) = term {
        return operand(earlier);
    }
    let mut hasher = DigestHasher::new("term");
    // As Python writes it: no two terms are written alike.
    hasher.text(&term.to_string());
    hasher.finish()
}
