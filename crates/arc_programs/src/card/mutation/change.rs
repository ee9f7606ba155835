//! The kinds of change, each from a solver and chance to another one.
//!
//! What comes to a place is of a type that the hints allow there. A change may come to nothing:
//! where the solver has no place for it, or nothing that fits there.

use rand::RngExt;

use super::kind::ChangeKind;
use super::mutator::{named, range_of};
use super::signature::Type;
use super::solver_pool::{Place, SolverPool};
use crate::card::CallId;
use crate::card::Term;
use crate::card::merge::Draft;
use crate::card::term::{ArgumentRecord, TermRecord};
use crate::dsl::hint::Hint;

impl SolverPool<'_> {
    /// The output of a solver after a change of a kind; `None` where it came to nothing.
    pub(super) fn changed(&mut self, solver: usize, kind: ChangeKind) -> Option<CallId> {
        match kind {
            ChangeKind::Function => self.function(solver),
            ChangeKind::Constant => self.constant(solver),
            ChangeKind::Step => self.step(solver),
            ChangeKind::Variable => self.variable(solver),
            ChangeKind::ToConstant => self.constant_instead(solver),
            ChangeKind::Graft => self.graft(solver),
            ChangeKind::Insertion => self.insertion(solver),
            ChangeKind::Removal => self.removal(solver),
            ChangeKind::Doubling => self.doubling(solver),
            ChangeKind::Composition => self.composition(solver),
        }
    }

    fn function(&mut self, solver: usize) -> Option<CallId> {
        let places = self.places(solver, |pool, _, record| pool.is_primitive(record));
        self.replaced(solver, &places)
    }

    fn constant(&mut self, solver: usize) -> Option<CallId> {
        let places = self.places(solver, |pool, _, record| pool.is_constant(record));
        self.replaced(solver, &places)
    }

    /// A solver after a term became what a mutation for each argument makes of it.
    fn replaced(&mut self, solver: usize, places: &[Place]) -> Option<CallId> {
        let place = self.one_of(places)?;
        let draft = self.draft(place.call);
        let informed = Some(&self.solvers[solver].informed);
        let (_, term) =
            self.mutator
                .replacement(&mut self.builder, &draft, place.position, informed)?;
        Some(self.with_term(solver, place, term))
    }

    fn step(&mut self, solver: usize) -> Option<CallId> {
        let places = self.places(solver, |pool, _, record| {
            matches!(record, TermRecord::Integer(_))
                || matches!(record, TermRecord::Name(_)) && pool.is_constant(record)
        });
        let place = self.one_of(&places)?;
        let is_up = self.mutator.random.random::<bool>();
        let term = match self.card().terms.term(self.record(place)) {
            Term::Integer(integer) if is_up => TermRecord::Integer(integer.checked_add(1)?),
            Term::Integer(integer) => TermRecord::Integer(integer.checked_sub(1)?),
            Term::Name(name) => {
                let constants = self.dialect.constants();
                let range = constants.range(constants.hint(name)?);
                let own = range.iter().position(|other| *other == name)?;
                let neighbours = [own.checked_sub(1), own.checked_add(1)];
                let (first, second) = match is_up {
                    true => (neighbours[1], neighbours[0]),
                    false => (neighbours[0], neighbours[1]),
                };
                let found = |place: Option<usize>| range.get(place?).copied();
                let neighbour = found(first).or_else(|| found(second))?;
                named(&mut self.builder, neighbour)
            }
            _ => return None,
        };
        Some(self.with_term(solver, place, term))
    }

    fn variable(&mut self, solver: usize) -> Option<CallId> {
        let places = self.places(solver, |pool, _, record| !pool.is_primitive(record));
        let place = self.one_of(&places)?;
        let asked = self.asked(place);
        let own = self.own_terms(solver, place.call);
        let term = self.fitting(&asked, &own, self.record(place))?;
        Some(self.with_term(solver, place, term))
    }

    fn constant_instead(&mut self, solver: usize) -> Option<CallId> {
        let places = self.places(solver, |pool, place, record| {
            let is_variable = !pool.is_primitive(record) && !pool.is_constant(record);
            place.position > 0 && is_variable
        });
        let place = self.one_of(&places)?;
        let range = range_of(self.dialect, &self.asked(place), None);
        let name = self.one_of(range)?;
        let term = named(&mut self.builder, name);
        Some(self.with_term(solver, place, term))
    }

    fn graft(&mut self, solver: usize) -> Option<CallId> {
        let places = self.places(solver, |pool, _, record| !pool.is_primitive(record));
        let place = self.one_of(&places)?;
        let asked = self.asked(place);
        let own = &self.solvers[solver].calls;
        let others: Vec<TermRecord> = (0..self.drawn_calls as u32)
            .map(CallId)
            .filter(|call| own.binary_search(call).is_err())
            .map(TermRecord::Call)
            .filter(|&term| self.is_allowed(term))
            .collect();
        let term = self.fitting(&asked, &others, self.record(place))?;
        Some(self.with_term(solver, place, term))
    }

    /// A new call where a term was: most of its arguments by chance, one of them the term,
    /// where that fits.
    fn insertion(&mut self, solver: usize) -> Option<CallId> {
        let places = self.places(solver, |_, place, _| place.position > 0);
        let place = self.one_of(&places)?;
        let asked = self.asked(place);
        let primitives = self.dialect.primitives().iter();
        let yielding: Vec<_> = primitives
            .filter(|primitive| primitive.arity() > 0)
            .filter(|primitive| asked.accepts(&Type::Value(primitive.returned)))
            .collect();
        let primitive = self.one_of(&yielding)?;
        let parameters = primitive.parameters.iter().take(primitive.required());
        let parameters: Vec<Type> = parameters.map(|own| Type::Value(own.hint)).collect();
        let old = self.record(place);
        let taking: Vec<usize> = (0..parameters.len())
            .filter(|&parameter| parameters[parameter].accepts(&self.type_of(old)))
            .collect();
        let taking = self.one_of(&taking);
        let own = self.own_terms(solver, place.call);
        let mut draft = Draft::of(named(&mut self.builder, primitive.name), []);
        for (parameter, type_of) in parameters.iter().enumerate() {
            let term = match taking == Some(parameter) {
                true => old,
                false => self.any_term(type_of, &own)?,
            };
            draft.arguments.push(ArgumentRecord {
                keyword: None,
                term,
            });
        }
        let call = self.add(&draft);
        Some(self.with_term(solver, place, TermRecord::Call(call)))
    }

    fn removal(&mut self, solver: usize) -> Option<CallId> {
        let places = self.places(solver, |pool, place, record| {
            let yielded = pool.type_of(TermRecord::Call(place.call));
            place.position > 0 && yielded.accepts(&pool.type_of(record))
        });
        let place = self.one_of(&places)?;
        let argument = self.record(place);
        Some(self.with_call(solver, place.call, argument))
    }

    fn doubling(&mut self, solver: usize) -> Option<CallId> {
        let places = self.places(solver, |pool, place, _| {
            let yielded = pool.type_of(TermRecord::Call(place.call));
            place.position > 0 && pool.asked(place).accepts(&yielded)
        });
        let place = self.one_of(&places)?;
        let draft = self.changed_draft(place, TermRecord::Call(place.call));
        let twice = self.add(&draft);
        Some(self.with_call(solver, place.call, TermRecord::Call(twice)))
    }

    fn composition(&mut self, solver: usize) -> Option<CallId> {
        let own = self.solvers[solver].output;
        let yielded = self.type_of(TermRecord::Call(own));
        let mut places = Vec::new();
        for other in &self.solvers {
            let is_allowed = self.is_allowed(TermRecord::Call(other.output));
            if other.output == own || !is_allowed {
                continue;
            }
            let arguments = self.card().records(other.output).1.len();
            let of_last = (1..=arguments).map(|position| Place {
                call: other.output,
                position,
            });
            places.extend(of_last.filter(|&place| self.asked(place).accepts(&yielded)));
        }
        let place = self.one_of(&places)?;
        let draft = self.changed_draft(place, TermRecord::Call(own));
        Some(self.add(&draft))
    }

    /// One of the terms that is of a type and not the one that is there.
    fn fitting(
        &mut self,
        asked: &Type,
        terms: &[TermRecord],
        than: TermRecord,
    ) -> Option<TermRecord> {
        let fitting: Vec<TermRecord> = terms
            .iter()
            .copied()
            .filter(|&term| term != than)
            .filter(|&term| asked.accepts(&self.type_of(term)))
            .collect();
        self.one_of(&fitting)
    }

    /// A term of a type: a constant, a primitive or one of these.
    fn any_term(&mut self, asked: &Type, own: &[TermRecord]) -> Option<TermRecord> {
        if *asked == Type::Value(Hint::Callable) {
            let primitives: Vec<&str> = self
                .dialect
                .primitives()
                .iter()
                .map(|primitive| primitive.name)
                .collect();
            let name = self.one_of(&primitives)?;
            return Some(named(&mut self.builder, name));
        }
        let range = range_of(self.dialect, asked, None);
        let own = match range.is_empty() || self.mutator.random.random::<bool>() {
            true => self.fitting(asked, own, TermRecord::Boolean(false)),
            false => None,
        };
        match own {
            Some(term) => Some(term),
            None => {
                let name = self.one_of(range)?;
                Some(named(&mut self.builder, name))
            }
        }
    }

    fn is_primitive(&self, record: TermRecord) -> bool {
        match self.card().terms.term(record) {
            Term::Name(name) => self.dialect.named(name).is_some(),
            _ => false,
        }
    }

    fn is_constant(&self, record: TermRecord) -> bool {
        match self.card().terms.term(record) {
            Term::Name(name) => self.dialect.constants().find(name).is_some(),
            Term::Call(_) => false,
            _ => true,
        }
    }

    fn one_of<Item: Copy>(&mut self, items: &[Item]) -> Option<Item> {
        match items {
            [] => None,
            items => Some(items[self.mutator.random.random_range(0..items.len())]),
        }
    }
}
