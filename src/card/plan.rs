//! From a card to what evaluates it.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::Card;
use super::error::{CallPlace, CardPlanError};
use super::term::{CallId, Items, Term, TermRecord};
use crate::evaluation::{Place, Plan, PlanBuilder, nearest_name};
use crate::value::{Failure, Value};

impl Card {
    /// Resolves the names of all calls.
    ///
    /// The plan's calls are the card's, in their order: result `n` of an
    /// evaluation is the value of the call with the [index](CallId::index) `n`.
    /// The result of the plan as a whole is the last call's, which means
    /// nothing here.
    ///
    /// # Errors
    /// Fails at the first name that is neither parameter nor primitive nor
    /// constant, and at the first tuple that is too large or too deep for a
    /// value.
    pub fn plan(&self) -> Result<Plan, CardPlanError> {
        let resolver = self.resolved()?;
        let last = resolver.results.last().copied();
        Ok(resolver.builder.finish(last.unwrap_or(Place::Parameter(1))))
    }

    /// As [`Card::plan`], but evaluating it keeps only the values of solvers'
    /// and differs' calls.
    ///
    /// # Errors
    /// As [`Card::plan`].
    pub fn plan_for_scores(&self) -> Result<Plan, CardPlanError> {
        let resolver = self.resolved()?;
        let solvers = self.solvers.iter().map(|entry| entry.call);
        let differs = self.differs.iter().map(|record| record.call);
        let kept: Vec<Place> = solvers
            .chain(differs)
            .map(|call| resolver.results[call.index()])
            .collect();
        Ok(resolver.builder.finish_keeping(&kept))
    }

    fn resolved(&self) -> Result<Resolver<'_>, CardPlanError> {
        let mut resolver = Resolver {
            card: self,
            builder: PlanBuilder::new(),
            results: Vec::with_capacity(self.len()),
            atoms: HashMap::default(),
        };
        let mut arguments = Vec::new();
        for (index, call) in self.calls.iter().enumerate() {
            let id = CallId(index as u32);
            let callee = resolver.place(id, call.callee)?;
            arguments.clear();
            let records = call.arguments.start as usize..call.arguments.end as usize;
            for argument in &self.arguments[records] {
                let keyword = argument.keyword.map(|name| self.terms.text(name));
                arguments.push((keyword, resolver.place(id, argument.term)?));
            }
            let place = resolver.builder.call(callee, arguments.drain(..));
            resolver.results.push(place);
        }
        Ok(resolver)
    }
}

struct Resolver<'card> {
    card: &'card Card,
    builder: PlanBuilder,
    results: Vec<Place>,
    /// Names and literals that occurred before.
    atoms: HashMap<TermRecord, Place, FxBuildHasher>,
}

impl Resolver<'_> {
    fn place(&mut self, call: CallId, record: TermRecord) -> Result<Place, CardPlanError> {
        if let TermRecord::Call(earlier) = record {
            return Ok(self.results[earlier.index()]);
        }
        if let Some(place) = self.atoms.get(&record) {
            return Ok(*place);
        }
        let place = match self.card.terms.term(record) {
            Term::Call(earlier) => self.results[earlier.index()],
            Term::Name(name) => {
                self.builder
                    .name(name)
                    .ok_or_else(|| CardPlanError::UnknownName {
                        place: CallPlace::of(self.card, call),
                        name: name.to_owned(),
                        nearest: nearest_name(name).to_owned(),
                    })?
            }
            Term::Integer(integer) => self.builder.constant(Value::Integer(integer)),
            Term::Boolean(boolean) => self.builder.constant(Value::Boolean(boolean)),
            Term::Tuple(items) => {
                let tuple = tuple(items).map_err(|failure| CardPlanError::Tuple {
                    place: CallPlace::of(self.card, call),
                    failure,
                })?;
                self.builder.constant(tuple)
            }
        };
        self.atoms.insert(record, place);
        Ok(place)
    }
}

/// The value of a tuple of literals, which nests no deeper than the parser
/// reads it.
fn tuple(items: Items<'_>) -> Result<Value, Failure> {
    let item = |term| match term {
        Term::Integer(integer) => Ok(Value::Integer(integer)),
        Term::Boolean(boolean) => Ok(Value::Boolean(boolean)),
        Term::Tuple(items) => tuple(items),
        // Not in a tuple of literals.
        Term::Call(_) | Term::Name(_) => Err(Failure::WrongType),
    };
    Value::tuple(items.iter().map(item).collect::<Result<_, _>>()?)
}
