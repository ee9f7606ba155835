//! Changing a call.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::informed::Informed;
use super::signature::{Type, of_call};
use super::{Mutation, MutationKind};
use crate::card::merge::Draft;
use crate::card::term::TermRecord;
use crate::card::{CallId, Card, CardBuilder, Term};
use crate::dsl::constants;
use crate::dsl::hint::Hint;
use crate::dsl::table;

/// How often a change is tried until it makes a new call.
const TRIES: usize = 8;

/// How often what the samples tell is preferred to chance.
const INFORMED: f64 = 0.5;

/// What is known of a card's calls.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What each yields.
    pub(super) types: Vec<Type>,
    /// Whether each depends on `C`.
    depends_on_expected: Vec<bool>,
}

impl Known {
    /// Learns the calls that came since.
    pub(super) fn update(&mut self, card: &Card) {
        for (_, call) in card.calls_after(self.types.len()) {
            let callee = self.of_term(call.callee);
            let arguments: Vec<Type> = call
                .arguments
                .iter()
                .map(|(_, term)| self.of_term(term))
                .collect();
            let name = match call.callee {
                Term::Name(name) => Some(name),
                _ => None,
            };
            let yielded = of_call(name, &callee, &arguments);
            let mut terms = call.arguments.iter().map(|(_, term)| term);
            let is_expected = |term| match term {
                Term::Call(id) => self.depends_on_expected[id.index()],
                Term::Name(name) => name == "C",
                _ => false,
            };
            let depends = is_expected(call.callee) || terms.any(is_expected);
            self.types.push(yielded);
            self.depends_on_expected.push(depends);
        }
    }

    pub(super) fn of_term(&self, term: Term<'_>) -> Type {
        match term {
            Term::Call(id) => self.types[id.index()].clone(),
            Term::Name(name) => Type::of_name(name).unwrap_or(Type::Value(Hint::Any)),
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
    random: ChaCha8Rng,
    probability: f64,
    known: Known,
    /// The changes of the call in hand, which has no number yet.
    pending: Vec<(usize, MutationKind, String, String)>,
    mutations: Vec<Mutation>,
}

impl Mutator {
    pub(super) fn new(random: ChaCha8Rng, probability: f64) -> Self {
        Self {
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
        informed: Option<&Informed>,
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
    fn replacement(
        &mut self,
        builder: &mut CardBuilder,
        draft: &Draft,
        position: usize,
        informed: Option<&Informed>,
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
            Some(name) if table::find(&name).is_some() => {
                let other = self.primitive(&asked, &name)?;
                Some((MutationKind::Function, named(builder, other)))
            }
            Some(name) if !matches!(name.as_str(), "S" | "I" | "C") => {
                self.constant(builder, &asked, &name, informed)
            }
            None if !matches!(record, TermRecord::Call(_)) => {
                let range = range_of(&asked, None);
                let other = self.one_of(range)?;
                Some((MutationKind::Constant, named(builder, other)))
            }
            _ => self.variable(builder, &asked, record, informed.is_some()),
        }
    }

    /// What a position asks for: of a function, the like of the one that is
    /// there; else what the callee's parameter hints.
    fn asked(&self, card: &Card, draft: &Draft, position: usize, term: Term<'_>) -> Type {
        let own = self.known.of_term(term);
        let callee = self.known.of_term(card.terms.term(draft.callee));
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
        let primitives = table::all().iter();
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
        let range = range_of(asked, None);
        if !range.is_empty() && self.random.random::<bool>() {
            let other = self.one_of(range)?;
            return Some((MutationKind::VariableToConstant, named(builder, other)));
        }
        let known = &self.known;
        let fitting: Vec<usize> = (0..known.types.len())
            .filter(|&call| TermRecord::Call(CallId(call as u32)) != than)
            .filter(|&call| !(is_solver && known.depends_on_expected[call]))
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
        informed: Option<&Informed>,
    ) -> Option<(MutationKind, TermRecord)> {
        let value = constants::find(name)?.as_integer();
        if let (Some(informed), Some(value)) = (informed, value)
            && self.random.random::<f64>() < INFORMED
            && let Some(found) = self.informed(builder, asked, value, informed)
        {
            return Some(found);
        }
        let range = range_of(asked, constants::hint(name));
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

    /// The calls that compute a colour or an orientation from `S`, if the
    /// samples tell one.
    fn informed(
        &mut self,
        builder: &mut CardBuilder,
        asked: &Type,
        value: i64,
        informed: &Informed,
    ) -> Option<(MutationKind, TermRecord)> {
        let samples = named(builder, "S");
        match asked {
            Type::Value(Hint::C_) => {
                let (finder, place) = self.informed_colour(value, informed)?;
                let (bind, nth) = (named(builder, "rbind"), named(builder, "get_nth_t"));
                let rank = named(builder, constants::range(Hint::F_).get(place)?);
                let pick = self.made(builder, &Draft::of(bind, [nth, rank]));
                let (finder, palette) = (named(builder, finder), named(builder, "p_g"));
                let found = self.made(builder, &Draft::of(finder, [samples, palette, pick]));
                Some((MutationKind::Color, found))
            }
            Type::Value(Hint::A8 | Hint::A4) if informed.orientation.is_some() => {
                let finder = named(builder, "a_mr");
                let found = self.made(builder, &Draft::of(finder, [samples]));
                Some((MutationKind::Orientation, found))
            }
            _ => None,
        }
    }

    /// A colour that the samples lose or gain: this one, so that a program
    /// that is right for the samples is so for others too, or, if it is none,
    /// any. What finds such colours, and its place among them.
    fn informed_colour(
        &mut self,
        value: i64,
        informed: &Informed,
    ) -> Option<(&'static str, usize)> {
        let all = [("c_iz_n", &informed.lost), ("c_zo_n", &informed.gained)];
        let all: Vec<(&str, usize, i64)> = all
            .into_iter()
            .flat_map(|(finder, colours)| {
                let places = colours.iter().enumerate();
                places.map(move |(place, colour)| (finder, place, *colour))
            })
            .collect();
        let own = all.iter().find(|(_, _, colour)| *colour == value);
        let (finder, place, _) = match (own, all.len()) {
            (Some(own), _) => *own,
            (None, 0) => return None,
            (None, count) => all[self.random.random_range(0..count)],
        };
        Some((finder, place))
    }

    /// A call that a change needs before it.
    fn made(&mut self, builder: &mut CardBuilder, draft: &Draft) -> TermRecord {
        let call = builder.add_call(draft);
        self.know(builder);
        TermRecord::Call(call)
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

fn named(builder: &mut CardBuilder, name: &str) -> TermRecord {
    TermRecord::Name(builder.card_mut().terms.name(name))
}

/// The constants that a type asks for; where it asks for none, those like the
/// one that is there.
fn range_of(asked: &Type, own: Option<Hint>) -> &'static [&'static str] {
    let range = match asked {
        Type::Value(hint) => constants::range(*hint),
        Type::Function(_) => &[],
    };
    match (range.is_empty(), own) {
        (true, Some(own)) => constants::range(own),
        _ => range,
    }
}
