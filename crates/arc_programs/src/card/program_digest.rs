//! Digests of the programs in a card: equal ones compute the same.
//!
//! A program's digest follows from its calls alone, not from their numbers or from what
//! else is in the card: two cards give one program one digest. An output that a differ is
//! applied to is the differ's `I`, so it has one digest whatever it is applied to.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::Card;
use super::term::{CallId, TermRecord};
use crate::digest::{Digest, DigestHasher};
use crate::dsl::Dialect;

/// The digests of the calls of a card, each as it stands there.
#[derive(Debug, Default)]
pub(super) struct CallDigests {
    calls: Vec<Digest>,
    terms: TermDigests,
}

/// The digests of terms that are no calls. A card has few, each many times.
#[derive(Debug, Default)]
struct TermDigests(HashMap<TermRecord, Digest, FxBuildHasher>);

impl CallDigests {
    /// Learns the calls that came since.
    pub(super) fn update(&mut self, card: &Card) {
        let Self { calls, terms } = self;
        for (id, _) in card.calls_after(calls.len()) {
            let digest = of_call(card, id, terms, |earlier| calls[earlier.index()]);
            calls.push(digest);
        }
    }

    fn of(&self, call: CallId) -> Digest {
        self.calls[call.index()]
    }

    /// Of the solver whose output a known call is.
    pub(super) fn of_solver(&self, dialect: &Dialect, output: CallId) -> Digest {
        of_role(dialect, "solver", self.of(output))
    }
}

/// The digests of a card's programs.
#[derive(Debug)]
pub(super) struct ProgramDigests<'card> {
    card: &'card Card,
    of_calls: CallDigests,
}

impl<'card> ProgramDigests<'card> {
    pub(super) fn of(card: &'card Card) -> Self {
        let mut of_calls = CallDigests {
            calls: Vec::with_capacity(card.len()),
            ..CallDigests::default()
        };
        of_calls.update(card);
        Self { card, of_calls }
    }

    /// Of the solver whose output a call is.
    pub(super) fn of_solver(&self, output: CallId) -> Digest {
        self.of_calls.of_solver(self.card.dialect, output)
    }

    /// Of the differ whose result a call is. `input` is what stands for its `I`, and
    /// `calls` are those that it consists of, in their order.
    pub(super) fn of_differ(
        &mut self,
        result: CallId,
        input: Option<CallId>,
        calls: &[CallId],
    ) -> Digest {
        let Some(input) = input else {
            return of_role(self.card.dialect, "differ", self.of_calls.of(result));
        };
        let mut above: HashMap<CallId, Digest, FxBuildHasher> = HashMap::default();
        above.insert(input, self.of_input());
        for &id in calls {
            let call = self.card.call(id);
            if id != input && call.operands().any(|operand| above.contains_key(&operand)) {
                let CallDigests { calls, terms } = &mut self.of_calls;
                let operand = |earlier: CallId| match above.get(&earlier) {
                    Some(digest) => *digest,
                    None => calls[earlier.index()],
                };
                let digest = of_call(self.card, id, terms, operand);
                above.insert(id, digest);
            }
        }
        let own = above.get(&result).copied();
        let own = own.unwrap_or_else(|| self.of_calls.of(result));
        of_role(self.card.dialect, "differ", own)
    }

    /// Of `I`, as a term.
    fn of_input(&self) -> Digest {
        let mut hasher = DigestHasher::new("term");
        hasher.text(self.card.dialect.input().name);
        hasher.finish()
    }
}

fn of_role(dialect: &Dialect, role: &str, program: Digest) -> Digest {
    let mut hasher = DigestHasher::new(role);
    hasher.text(dialect.name());
    hasher.digest(program);
    hasher.finish()
}

/// The digest of a call whose operands have these.
fn of_call(
    card: &Card,
    id: CallId,
    terms: &mut TermDigests,
    operand: impl Fn(CallId) -> Digest,
) -> Digest {
    let (callee, arguments) = card.records(id);
    let mut of_term = |record| match record {
        TermRecord::Call(earlier) => operand(earlier),
        record => terms.of(card, record),
    };
    let mut hasher = DigestHasher::new("call");
    hasher.digest(of_term(callee));
    for argument in arguments {
        let keyword = argument.keyword.map(|name| card.terms.text(name));
        hasher.text(keyword.unwrap_or_default());
        hasher.digest(of_term(argument.term));
    }
    hasher.finish()
}

impl TermDigests {
    fn of(&mut self, card: &Card, record: TermRecord) -> Digest {
        *self.0.entry(record).or_insert_with(|| {
            let mut hasher = DigestHasher::new("term");
            // As Python writes it: no two terms are written alike.
            hasher.text(&card.terms.term(record).to_string());
            hasher.finish()
        })
    }
}
