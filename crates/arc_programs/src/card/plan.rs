//! From a card to what evaluates it.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::candidate::Dependencies;
use super::error::{CallPlace, CardPlanError};
use super::expected_use::ExpectedUse;
use super::program_digest::ProgramDigests;
use super::term::{CallId, CallRecord, Term, TermRecord, TupleItems};
use super::{Card, DifferRecord, SolverEntry};
use crate::digest::Digest;
use crate::dsl::TaskPart;
use crate::evaluation::{Operand, Plan, PlanBuilder};
use crate::value::{Failure, Value};

/// A plan of what a card's entries need to be scored, and nothing else; the solvers are
/// its programs, and the differs after them.
///
/// No solver sees the expected output: what its output depends on is evaluated
/// with `C` withheld. A differ sees it, but the output that it is applied to is
/// the one that is scored. So a call that depends on `C` stands in the plan
/// twice where a solver and a differ need it, and most stand there once.
#[derive(Debug)]
pub struct ScoringPlan {
    /// The calls, of which only the entries' values are kept.
    pub plan: Plan,
    /// Which call of the card each call of the plan is.
    pub calls: Vec<CallId>,
    /// The outputs of the solvers, in the card's order.
    pub solvers: Vec<ScoredCall>,
    /// The results of the differs, in the card's order.
    pub differs: Vec<ScoredCall>,
}

/// A call of a plan that is scored.
#[derive(Clone, Debug)]
pub struct ScoredCall {
    /// Its place among the calls of the plan.
    pub call: usize,
    /// The calls of the plan that the scored program consists of.
    pub own: Vec<u32>,
    /// The place of the solver whose output is the program's `I`.
    pub input: Option<usize>,
    /// Digest of the program: what it computes of its `S`, `I` and `C`.
    pub digest: Digest,
}

impl ScoringPlan {
    /// One of the programs, by its place among the solvers and then the differs.
    pub fn program(&self, place: usize) -> &ScoredCall {
        match place.checked_sub(self.solvers.len()) {
            None => &self.solvers[place],
            Some(differ) => &self.differs[differ],
        }
    }
}

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
        let mut resolver = Resolver::new(self);
        let mut results = Vec::with_capacity(self.len());
        for id in self.ids() {
            let call = resolver.add(id, None, |earlier| results[earlier.index()])?;
            results.push(call);
        }
        let last = results.last().copied();
        Ok(resolver
            .builder
            .finish(last.unwrap_or(Operand::Parameter(1))))
    }

    /// Resolves the names of all calls, and plans what scoring the entries takes.
    ///
    /// # Errors
    /// As [`Card::plan`].
    pub fn scoring_plan(&self) -> Result<ScoringPlan, CardPlanError> {
        let mut planner = Planner::new(self)?;
        let solvers = self.solvers.iter();
        let solvers: Vec<ScoredCall> = solvers
            .map(|entry| planner.solver(entry))
            .collect::<Result<_, _>>()?;
        let differs = self.differs.iter();
        let differs: Vec<ScoredCall> = differs
            .map(|record| planner.differ(record))
            .collect::<Result<_, _>>()?;
        let programs: Vec<&[u32]> = solvers
            .iter()
            .chain(&differs)
            .map(|scored| scored.own.as_slice())
            .collect();
        Ok(ScoringPlan {
            plan: planner
                .resolver
                .builder
                .finish_programs(programs.iter().copied()),
            calls: planner.resolver.calls,
            solvers,
            differs,
        })
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = CallId> + use<> {
        (0..self.len() as u32).map(CallId)
    }
}

/// Plans a card's calls as its entries ask for them.
struct Planner<'card> {
    resolver: Resolver<'card>,
    dependencies: Dependencies<'card>,
    expected_use: ExpectedUse,
    /// What stands for `C` where it is withheld.
    nothing: Operand,
    /// The calls as differs see them, and those that do not depend on `C`.
    seen: Vec<Option<Operand>>,
    /// The calls that depend on `C`, with `C` withheld.
    withheld: Vec<Option<Operand>>,
    /// The calls of differs that compare an output which depends on `C`, by that
    /// output.
    above: HashMap<(CallId, CallId), Operand, FxBuildHasher>,
    /// The places of the solvers, by their outputs.
    solvers: HashMap<CallId, usize, FxBuildHasher>,
    digests: ProgramDigests<'card>,
}

impl<'card> Planner<'card> {
    fn new(card: &'card Card) -> Result<Self, CardPlanError> {
        let mut resolver = Resolver::new(card);
        for id in card.ids() {
            resolver.check(id)?;
        }
        let nothing = resolver.builder.constant(Value::None);
        Ok(Self {
            resolver,
            dependencies: Dependencies::of(card),
            expected_use: ExpectedUse::of(card),
            nothing,
            seen: vec![None; card.len()],
            withheld: vec![None; card.len()],
            above: HashMap::default(),
            solvers: card
                .solvers
                .iter()
                .zip(0..)
                .map(|(entry, place)| (entry.call, place))
                .collect(),
            digests: ProgramDigests::of(card),
        })
    }

    fn solver(&mut self, entry: &SolverEntry) -> Result<ScoredCall, CardPlanError> {
        let digest = self.digests.of_solver(entry.call);
        Ok(ScoredCall::at_end_of(
            &self.output(entry.call)?,
            None,
            digest,
        ))
    }

    /// The calls of a solver whose output a call is.
    fn output(&mut self, output: CallId) -> Result<Vec<Operand>, CardPlanError> {
        let calls = self.dependencies.above(output, None);
        calls.iter().map(|&id| self.blind(id)).collect()
    }

    fn differ(&mut self, record: &DifferRecord) -> Result<ScoredCall, CardPlanError> {
        let output = match record.solver {
            Some(output) => self.output(output)?,
            None => Vec::new(),
        };
        let input = record
            .solver
            .and_then(|output| self.solvers.get(&output).copied());
        let calls = self.dependencies.above(record.call, record.solver);
        let hole = record.solver.filter(|_| input.is_some());
        let digest = self.digests.of_differ(record.call, hole, &calls);
        let blind = record
            .solver
            .filter(|output| self.expected_use.depends(*output));
        // What no solver returns is a part of the differ.
        let mut places = match input {
            Some(_) => Vec::with_capacity(calls.len()),
            None => output,
        };
        for id in calls {
            let place = match blind {
                _ if Some(id) == record.solver => {
                    let output = self.blind(id)?;
                    if id == record.call {
                        places.push(output);
                    }
                    continue;
                }
                Some(output) => self.above(id, output)?,
                None => self.sighted(id)?,
            };
            places.push(place);
        }
        Ok(ScoredCall::at_end_of(&places, input, digest))
    }

    /// A call whose operands are planned, with `C` withheld.
    fn blind(&mut self, id: CallId) -> Result<Operand, CardPlanError> {
        if !self.expected_use.depends(id) {
            return self.sighted(id);
        }
        if let Some(place) = self.withheld[id.index()] {
            return Ok(place);
        }
        let (seen, withheld) = (&self.seen, &self.withheld);
        let nothing = self.nothing;
        let place = self.resolver.add(id, Some(nothing), |operand| {
            let own = withheld[operand.index()].or(seen[operand.index()]);
            own.unwrap_or(nothing)
        })?;
        self.withheld[id.index()] = Some(place);
        Ok(place)
    }

    /// A call whose operands are planned, with `C` seen.
    fn sighted(&mut self, id: CallId) -> Result<Operand, CardPlanError> {
        if let Some(place) = self.seen[id.index()] {
            return Ok(place);
        }
        let (seen, nothing) = (&self.seen, self.nothing);
        let operand = |operand: CallId| seen[operand.index()].unwrap_or(nothing);
        let place = self.resolver.add(id, None, operand)?;
        self.seen[id.index()] = Some(place);
        Ok(place)
    }

    /// A call whose operands are planned, with `C` seen, but for the output that
    /// is compared, which is what its solver made of it without.
    fn above(&mut self, id: CallId, output: CallId) -> Result<Operand, CardPlanError> {
        if let Some(place) = self.above.get(&(id, output)) {
            return Ok(*place);
        }
        let call = self.resolver.card.call(id);
        let is_above = call
            .operands()
            .any(|operand| operand == output || self.above.contains_key(&(operand, output)));
        if !is_above {
            return self.sighted(id);
        }
        let (seen, withheld, above) = (&self.seen, &self.withheld, &self.above);
        let nothing = self.nothing;
        let place = self.resolver.add(id, None, |operand| {
            let own = match operand == output {
                true => withheld[operand.index()],
                false => above.get(&(operand, output)).copied(),
            };
            own.or(seen[operand.index()]).unwrap_or(nothing)
        })?;
        self.above.insert((id, output), place);
        Ok(place)
    }
}

impl ScoredCall {
    /// The last of some calls, of which it consists.
    fn at_end_of(places: &[Operand], input: Option<usize>, digest: Digest) -> Self {
        let call = |place: &Operand| match place {
            Operand::Result(call) => Some(*call),
            Operand::Parameter(_) | Operand::Constant(_) => None,
        };
        let own: Vec<u32> = places.iter().filter_map(call).collect();
        Self {
            // An entry is a call, and so is the last of what it depends on.
            call: own.last().map_or(0, |&call| call as usize),
            own,
            input,
            digest,
        }
    }
}

/// Adds calls of a card to a plan.
struct Resolver<'card> {
    card: &'card Card,
    builder: PlanBuilder,
    /// Which call of the card each call of the plan is.
    calls: Vec<CallId>,
    /// Names and literals that occurred before.
    atoms: HashMap<TermRecord, Operand, FxBuildHasher>,
}

impl<'card> Resolver<'card> {
    fn new(card: &'card Card) -> Self {
        Self {
            card,
            builder: PlanBuilder::new(card.dialect),
            calls: Vec::with_capacity(card.len()),
            atoms: HashMap::default(),
        }
    }

    /// Adds a call; `expected` stands for `C`, where it is not itself.
    fn add(
        &mut self,
        id: CallId,
        expected: Option<Operand>,
        operand: impl Fn(CallId) -> Operand,
    ) -> Result<Operand, CardPlanError> {
        let card = self.card;
        let CallRecord { callee, arguments } = &card.calls[id.index()];
        let mut place = |term: TermRecord| match (card.terms.term(term), expected) {
            (Term::Call(earlier), _) => Ok(operand(earlier)),
            (Term::Name(name), Some(expected))
                if card.dialect.is_given(name, TaskPart::Expected) =>
            {
                Ok(expected)
            }
            _ => self.atom(id, term),
        };
        let callee = place(*callee)?;
        let arguments = &card.arguments[arguments.start as usize..arguments.end as usize];
        let arguments: Vec<(Option<&str>, Operand)> = arguments
            .iter()
            .map(|argument| {
                let keyword = argument.keyword.map(|name| card.terms.text(name));
                Ok((keyword, place(argument.term)?))
            })
            .collect::<Result<_, CardPlanError>>()?;
        self.calls.push(id);
        Ok(self.builder.call(callee, arguments))
    }

    /// Resolves the names of a call that may not be needed.
    fn check(&mut self, id: CallId) -> Result<(), CardPlanError> {
        let CallRecord { callee, arguments } = &self.card.calls[id.index()];
        let arguments = &self.card.arguments[arguments.start as usize..arguments.end as usize];
        for term in arguments.iter().map(|own| own.term).chain([*callee]) {
            if !matches!(term, TermRecord::Call(_)) {
                self.atom(id, term)?;
            }
        }
        Ok(())
    }

    /// The place of what is no call.
    fn atom(&mut self, call: CallId, record: TermRecord) -> Result<Operand, CardPlanError> {
        if let Some(place) = self.atoms.get(&record) {
            return Ok(*place);
        }
        let place = match self.card.terms.term(record) {
            Term::Name(name) => {
                self.builder
                    .name(name)
                    .ok_or_else(|| CardPlanError::UnknownName {
                        place: CallPlace::of(self.card, call),
                        name: name.to_owned(),
                        nearest: self.card.dialect.nearest(name),
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
            Term::Call(_) => return Ok(Operand::Parameter(0)),
        };
        self.atoms.insert(record, place);
        Ok(place)
    }
}

/// The value of a tuple of literals, which nests no deeper than the parser
/// reads it.
fn tuple(items: TupleItems<'_>) -> Result<Value, Failure> {
    let item = |term| match term {
        Term::Integer(integer) => Ok(Value::Integer(integer)),
        Term::Boolean(boolean) => Ok(Value::Boolean(boolean)),
        Term::Tuple(items) => tuple(items),
        // Not in a tuple of literals.
        Term::Call(_) | Term::Name(_) => Err(Failure::WrongType),
    };
    Value::tuple(items.iter().map(item).collect::<Result<_, _>>()?)
}
