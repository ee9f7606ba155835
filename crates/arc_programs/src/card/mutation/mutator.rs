//! Changing a call.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::informed::{FoundColour, Informed};
use super::signature::{Type, of_call};
use super::{Mutation, MutationKind};
use crate::card::expected_use::ExpectedUse;
use crate::card::merge::Draft;
use crate::card::term::TermRecord;
use crate::card::{CallId, Card, CardBuilder, Term};
use crate::dsl::hint::Hint;
use crate::dsl::{Dialect, Finds};
use crate::program::parse_expression;

/// How often a change is tried until it makes a new call.
const TRIES: usize = 8;

/// How often what the samples tell is preferred to chance.
const INFORMED: f64 = 0.5;

/// What is known of a card's calls.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What each yields.
    pub(super) types: Vec<Type>,
    expected_use: ExpectedUse,
}

impl Known {
    /// Learns the calls that came since.
    pub(super) fn update(&mut self, card: &Card) {
        let dialect = card.dialect;
        for (_, call) in card.calls_after(self.types.len()) {
            let callee = self.of_term(dialect, call.callee);
            let arguments: Vec<Type> = call
                .arguments
                .iter()
                .map(|(_, term)| self.of_term(dialect, term))
                .collect();
            let primitive = match call.callee {
                Term::Name(name) => dialect.named(name),
                _ => None,
            };
            let yielded = of_call(primitive, &callee, &arguments);
            self.types.push(yielded);
        }
        self.expected_use.update(card);
    }

    pub(super) fn of_term(&self, dialect: &Dialect, term: Term<'_>) -> Type {
        match term {
            Term::Call(id) => self.types[id.index()].clone(),
            Term::Name(name) => Type::of_name(dialect, name).unwrap_or(Type::Value(Hint::Any)),
            Term::Integer(_) => Type::Value(Hint::Integer),
            Term::Boolean(_) => Type::Value(Hint::Boolean),
            Term::Tuple(items) => Type::Value(match items.iter().len() {
                2 => Hint::IJ,
                _ => Hint::Tuple,
            }),
        }
    }
}

/// Changes calls as they come.
pub(super) struct Mutator {
    dialect: &'static Dialect,
    pub(super) random: ChaCha8Rng,
    probability: f64,
    known: Known,
    /// The changes of the call in hand, which has no number yet.
    pending: Vec<(usize, MutationKind, String, String)>,
    mutations: Vec<Mutation>,
}

impl Mutator {
    pub(super) fn new(dialect: &'static Dialect, random: ChaCha8Rng, probability: f64) -> Self {
        Self {
            dialect,
            random,
            probability,
            known: Known::default(),
            pending: Vec::new(),
            mutations: Vec::new(),
        }
    }

    /// Learns the calls that came since.
    pub(super) fn know(&mut self, builder: &CardBuilder) {
        self.known.update(builder.card());
    }

    /// What a term of a card is, whose calls are known.
    pub(super) fn type_of(&self, card: &Card, record: TermRecord) -> Type {
        self.known.of_term(self.dialect, card.terms.term(record))
    }

    /// Whether a known call depends on the expected output.
    pub(super) fn depends_on_expected(&self, call: CallId) -> bool {
        self.known.expected_use.depends(call)
    }

    /// Adds the call of a draft, and notes its changes.
    pub(super) fn add(&mut self, builder: &mut CardBuilder, draft: &Draft) -> CallId {
        let call = builder.add_call(draft);
        self.know(builder);
        for (position, kind, from, to) in self.pending.drain(..) {
            self.mutations.push(Mutation {
                call,
                position,
                kind,
                from,
                to,
            });
        }
        call
    }

    pub(super) fn finish(self) -> Vec<Mutation> {
        self.mutations
    }

    /// Changes the positions of a call, unless the card has the call already;
    /// whether it did. A solver comes with what its task's samples tell.
    pub(super) fn mutate(
        &mut self,
        builder: &mut CardBuilder,
        draft: &mut Draft,
        informed: Option<&Informed<'_>>,
    ) -> bool {
        if builder.find_call(draft).is_some() {
            return false;
        }
        for position in 0..=draft.arguments.len() {
            if self.random.random::<f64>() >= self.probability {
                continue;
            }
            for _ in 0..TRIES {
                let Some((kind, term)) = self.replacement(builder, draft, position, informed)
                else {
                    break;
                };
                let mut changed = draft.clone();
                let old = std::mem::replace(place(&mut changed, position), term);
                if old == term || builder.find_call(&changed).is_some() {
                    continue;
                }
                let text = |record| builder.card().terms.term(record).to_string();
                self.pending.push((position, kind, text(old), text(term)));
                *draft = changed;
                break;
            }
        }
        !self.pending.is_empty()
    }

    /// Something else for a position of a call; `None` where nothing fits.
    pub(super) fn replacement(
        &mut self,
        builder: &mut CardBuilder,
        draft: &Draft,
        position: usize,
        informed: Option<&Informed<'_>>,
    ) -> Option<(MutationKind, TermRecord)> {
        let record = match position {
            0 => draft.callee,
            _ => draft.arguments[position - 1].term,
        };
        let term = builder.card().terms.term(record);
        let asked = self.asked(builder.card(), draft, position, term);
        let name = match term {
            Term::Name(name) => Some(name.to_owned()),
            _ => None,
        };
        match name {
            Some(name) if self.dialect.named(&name).is_some() => {
                let other = self.primitive(&asked, &name)?;
                Some((MutationKind::Function, named(builder, other)))
            }
            Some(name) if self.dialect.parameter(&name).is_none() => {
                self.constant(builder, &asked, &name, informed)
            }
            None if !matches!(record, TermRecord::Call(_)) => {
                let range = range_of(self.dialect, &asked, None);
                let other = self.one_of(range)?;
                Some((MutationKind::Constant, named(builder, other)))
            }
            _ => self.variable(builder, &asked, record, informed.is_some()),
        }
    }

    /// What a position asks for: of a function, the like of the one that is
    /// there; else what the callee's parameter hints.
    pub(super) fn asked(
        &self,
        card: &Card,
        draft: &Draft,
        position: usize,
        term: Term<'_>,
    ) -> Type {
        let own = self.known.of_term(self.dialect, term);
        let callee = self
            .known
            .of_term(self.dialect, card.terms.term(draft.callee));
        let parameter = match (position, callee.signature()) {
            (0, _) => return own,
            (_, Some(signature)) if draft.arguments[position - 1].keyword.is_none() => {
                signature.parameters.get(position - 1).cloned()
            }
            _ => None,
        };
        match (parameter, own) {
            (Some(Type::Value(Hint::Callable)), own @ Type::Function(_)) => own,
            (Some(parameter), _) => parameter,
            (None, own) => own,
        }
    }

    /// A primitive that the type accepts, other than this one.
    fn primitive(&mut self, asked: &Type, than: &str) -> Option<&'static str> {
        let primitives = self.dialect.primitives().iter();
        let fitting: Vec<&'static str> = primitives
            .filter(|primitive| primitive.name != than)
            .filter(|primitive| asked.accepts(&Type::of_primitive(primitive)))
            .map(|primitive| primitive.name)
            .collect();
        self.one_of(&fitting)
    }

    fn variable(
        &mut self,
        builder: &mut CardBuilder,
        asked: &Type,
        than: TermRecord,
        is_solver: bool,
    ) -> Option<(MutationKind, TermRecord)> {
        let range = range_of(self.dialect, asked, None);
        if !range.is_empty() && self.random.random::<bool>() {
            let other = self.one_of(range)?;
            return Some((MutationKind::VariableToConstant, named(builder, other)));
        }
        let known = &self.known;
        let fitting: Vec<usize> = (0..known.types.len())
            .filter(|&call| TermRecord::Call(CallId(call as u32)) != than)
            .filter(|&call| !(is_solver && known.expected_use.depends(CallId(call as u32))))
            .filter(|&call| asked.accepts(&known.types[call]))
            .collect();
        // A later call is as much likelier as it is later.
        let all: usize = fitting.iter().map(|call| call + 1).sum();
        if all == 0 {
            return None;
        }
        let mut left = self.random.random_range(0..all);
        let chosen = fitting.into_iter().find(|call| {
            let is_chosen = left <= *call;
            left = left.saturating_sub(call + 1);
            is_chosen
        })?;
        Some((
            MutationKind::Variable,
            TermRecord::Call(CallId(chosen as u32)),
        ))
    }

    fn constant(
        &mut self,
        builder: &mut CardBuilder,
        asked: &Type,
        name: &str,
        informed: Option<&Informed<'_>>,
    ) -> Option<(MutationKind, TermRecord)> {
        let value = self.dialect.constants().find(name)?.as_integer();
        if let (Some(informed), Some(value)) = (informed, value)
            && self.random.random::<f64>() < INFORMED
            && let Some(found) = self.informed(builder, asked, value, informed)
        {
            return Some(found);
        }
        let range = range_of(self.dialect, asked, self.dialect.constants().hint(name));
        let is_ordered = matches!(
            asked,
            Type::Value(Hint::F_ | Hint::FL | Hint::Integer | Hint::Numerical)
        );
        let own = range.iter().position(|other| *other == name);
        let other = match own {
            Some(own) if is_ordered => {
                let neighbours = [own.checked_sub(1), Some(own + 1)];
                let neighbours: Vec<&str> = neighbours
                    .into_iter()
                    .filter_map(|place| range.get(place?).copied())
                    .collect();
                self.one_of(&neighbours)?
            }
            _ => {
                let others: Vec<&str> = range
                    .iter()
                    .copied()
                    .filter(|other| *other != name)
                    .collect();
                self.one_of(&others)?
            }
        };
        Some((MutationKind::Constant, named(builder, other)))
    }

    /// The calls that compute a colour or an orientation from the samples, if
    /// these tell one.
    fn informed(
        &mut self,
        builder: &mut CardBuilder,
        asked: &Type,
        value: i64,
        informed: &Informed<'_>,
    ) -> Option<(MutationKind, TermRecord)> {
        match asked {
            Type::Value(Hint::C_) => {
                let found = self.informed_colour(value, informed.colours())?;
                let ranks = self.dialect.constants().range(Hint::F_);
                let expression = found.one.replace(Finds::RANK, ranks.get(found.place)?);
                let made = self.made(builder, &expression)?;
                Some((MutationKind::Color, made))
            }
            Type::Value(Hint::A8 | Hint::A4) => {
                let made = self.made(builder, informed.orientation()?)?;
                Some((MutationKind::Orientation, made))
            }
            _ => None,
        }
    }

    /// A colour that the samples tell: this one, so that a program that is right
    /// for the samples is so for others too, or, if it is none, any.
    fn informed_colour(&mut self, value: i64, all: &[FoundColour]) -> Option<FoundColour> {
        let own = all.iter().find(|found| found.colour == value);
        match (own, all.len()) {
            (Some(own), _) => Some(*own),
            (None, 0) => None,
            (None, count) => Some(all[self.random.random_range(0..count)]),
        }
    }

    /// The calls of an expression that a change needs before it; the last.
    fn made(&mut self, builder: &mut CardBuilder, expression: &str) -> Option<TermRecord> {
        let program = parse_expression(expression).ok()?;
        let call = builder.add_program(&program, None);
        self.know(builder);
        Some(TermRecord::Call(call))
    }

    fn one_of<'a>(&mut self, names: &[&'a str]) -> Option<&'a str> {
        match names {
            [] => None,
            names => Some(names[self.random.random_range(0..names.len())]),
        }
    }
}

fn place(draft: &mut Draft, position: usize) -> &mut TermRecord {
    match position {
        0 => &mut draft.callee,
        _ => &mut draft.arguments[position - 1].term,
    }
}

pub(super) fn named(builder: &mut CardBuilder, name: &str) -> TermRecord {
    TermRecord::Name(builder.card_mut().terms.name(name))
}

/// The constants that a type asks for; where it asks for none, those like the
/// one that is there.
pub(super) fn range_of(
    dialect: &Dialect,
    asked: &Type,
    own: Option<Hint>,
) -> &'static [&'static str] {
    let range = match asked {
        Type::Value(hint) => dialect.constants().range(*hint),
        Type::Function(_) => &[],
    };
    match (range.is_empty(), own) {
        (true, Some(own)) => dialect.constants().range(own),
        _ => range,
    }
}
