//! Which calls of a card depend on the expected output.

use super::{CallId, Card, Term};
use crate::dsl::TaskPart;

/// Whether each call of a card depends on `C`, learnt as the card grows.
#[derive(Debug, Default)]
pub(super) struct ExpectedUse(Vec<bool>);

impl ExpectedUse {
    /// That of all calls of a card.
    pub(super) fn of(card: &Card) -> Self {
        let mut of_card = Self::default();
        of_card.update(card);
        of_card
    }

    /// Learns the calls that came since.
    pub(super) fn update(&mut self, card: &Card) {
        for (_, call) in card.calls_after(self.0.len()) {
            let depends = |term: Term<'_>| match term {
                Term::Call(earlier) => self.depends(earlier),
                Term::Name(name) => card.dialect.is_given(name, TaskPart::Expected),
                _ => false,
            };
            let mut terms = call.arguments.iter().map(|(_, term)| term);
            let own = depends(call.callee) || terms.any(depends);
            self.0.push(own);
        }
    }

    /// Whether a call depends on `C`.
    pub(super) fn depends(&self, call: CallId) -> bool {
        self.0[call.index()]
    }
}
