//! What of a task's programs could be among its best.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::filing::Trees;
use super::programs::{Item, SharedKey};
use super::{Findings, Runner, SharedCard};
use crate::event::TaskReport;
use crate::library::{NamedProgram, Role};
use arc_programs::batt::{Batt, SampleInputs, ScoreSum, TaskScores};
use arc_programs::card::{CallId, Card};
use arc_programs::score;
use arc_programs::task::TaskId;

/// A program that the store may take.
pub(super) struct Candidate {
    /// Its place among the task's items.
    pub(super) item: usize,
    /// What it scores on all samples together.
    pub(super) sum: ScoreSum,
    /// Its speed bucket.
    pub(super) speed: u32,
    /// The place of the solver that a differ is applied to, among the card's.
    pub(super) solver: Option<usize>,
}

/// A call of a card that was scored, and how its program is cut out.
struct Scored {
    role: Role,
    call: CallId,
    /// The call that is its `I`.
    input: Option<CallId>,
    sum: ScoreSum,
    speed: u32,
}

impl Scored {
    fn key(&self) -> SharedKey {
        SharedKey::Call(self.call, self.input)
    }
}

/// The programs that were cut out of the card that all tasks have.
#[derive(Default)]
pub(super) struct CardCandidates {
    programs: HashMap<(CallId, Option<CallId>), Arc<NamedProgram>>,
}

impl Runner<'_> {
    /// The items of a task that are to be inlined, and which of them are
    /// candidates: all that score, but for those that the best already beat,
    /// which are dropped here, before there is any work with them.
    pub(super) fn candidates(
        &mut self,
        findings: &Findings<'_>,
        items: Vec<Item>,
        trees: &Trees,
        report: &mut TaskReport,
    ) -> (Vec<Item>, Vec<Candidate>) {
        let table = ScoreTable::new(findings);
        let all = table.all();
        table.sum_up(&all, findings.samples, report);
        let identities = &self.identities;
        let is_wanted = |scored: &Scored, key: Option<SharedKey>| {
            let tree = trees.of(scored.role);
            let is_linked = || {
                let identity = key.and_then(|key| key.identity(identities));
                identity.is_some_and(|identity| tree.has(identity))
            };
            scored.sum.score > 0 && (tree.accepts(scored.sum.score, scored.speed) || is_linked())
        };
        let mut candidates = Vec::new();
        let mut add = |item, scored: &Scored| {
            candidates.push(Candidate {
                item,
                sum: scored.sum,
                speed: scored.speed,
                solver: scored.input.and_then(|input| table.solver(input)),
            });
        };
        if let Some(own) = &findings.prepared.own {
            for (place, calls) in own.calls.iter().enumerate() {
                let scored = match calls.output {
                    Some(output) => table.of_solver(output),
                    None => table.best_of_differ(&calls.applied),
                };
                if let Some(scored) = scored.filter(|own| is_wanted(own, items[place].key)) {
                    add(place, &scored);
                }
            }
            return (items, candidates);
        }
        let mut items = items;
        if let Some(shared) = &mut self.shared {
            for scored in all
                .into_iter()
                .filter(|own| is_wanted(own, Some(own.key())))
            {
                add(items.len(), &scored);
                items.push(shared.item(findings.task, &scored));
            }
        }
        (items, candidates)
    }
}

impl SharedCard<'_> {
    /// A program cut out of the card.
    fn item(&mut self, task: TaskId, scored: &Scored) -> Item {
        let Scored {
            role, call, input, ..
        } = *scored;
        let card = self.card;
        let named = self.candidates.programs.entry((call, input));
        let named = named.or_insert_with(|| {
            let function = role.function_name();
            let program = match input {
                Some(input) => card.program_from(input, call, function),
                None => card.program_of(call, function),
            };
            Arc::new(NamedProgram {
                name: format!("{function}_{call}_{task}"),
                program,
            })
        });
        Item {
            role,
            named: Arc::clone(named),
            key: Some(scored.key()),
        }
    }
}

/// The scores of a card on a task, by call.
struct ScoreTable<'a> {
    card: &'a Card,
    batt: &'a Batt,
    scores: &'a TaskScores,
    solver_places: HashMap<CallId, usize>,
    differ_places: HashMap<(CallId, CallId), usize>,
}

impl<'a> ScoreTable<'a> {
    fn new(findings: &Findings<'a>) -> Self {
        let (card, batt) = findings.card;
        let solvers = card.solvers().iter().map(|entry| entry.call);
        let applied = card
            .differs()
            .zip(0..)
            .filter_map(|(entry, place)| Some(((entry.call, entry.solver?), place)));
        Self {
            card,
            batt,
            scores: findings.scores,
            solver_places: solvers.zip(0..).collect(),
            differ_places: applied.collect(),
        }
    }

    /// The place of a solver by its output.
    fn solver(&self, output: CallId) -> Option<usize> {
        self.solver_places.get(&output).copied()
    }

    fn of_solver(&self, output: CallId) -> Option<Scored> {
        let place = self.solver(output)?;
        Some(Scored {
            role: Role::Solver,
            call: output,
            input: None,
            sum: self.scores.solvers[place],
            speed: score::speed(self.batt.steps_of_solver(place, self.scores)),
        })
    }

    fn of_differ(&self, call: CallId, input: CallId) -> Option<Scored> {
        let &place = self.differ_places.get(&(call, input))?;
        Some(Scored {
            role: Role::Differ,
            call,
            input: Some(input),
            sum: self.scores.differs[place],
            speed: score::speed(self.batt.steps_of_differ(place, self.scores)),
        })
    }

    /// Of a differ applied to several solvers, the best score, the first of
    /// several.
    fn best_of_differ(&self, applied: &[(CallId, CallId)]) -> Option<Scored> {
        let scored = applied
            .iter()
            .filter_map(|&(call, input)| self.of_differ(call, input));
        scored.reduce(|best, next| match next.sum.score > best.sum.score {
            true => next,
            false => best,
        })
    }

    /// All solvers, and all differs applied to one.
    fn all(&self) -> Vec<Scored> {
        let mut seen = HashSet::new();
        let solvers = self.card.solvers().iter();
        let solvers = solvers.filter_map(|entry| self.of_solver(entry.call));
        let differs = self.card.differs();
        let differs = differs.filter_map(|entry| self.of_differ(entry.call, entry.solver?));
        solvers
            .chain(differs)
            .filter(|scored| seen.insert((scored.call, scored.input)))
            .collect()
    }

    /// Counts what the report of the task counts.
    fn sum_up(&self, all: &[Scored], samples: &[SampleInputs], report: &mut TaskReport) {
        let full = samples.len() as u64 * score::FULL;
        report.full_score = full;
        let mut solvers = self.scores.solvers.iter();
        report.is_solved = solvers.any(|sum| sum.score == full);
        let of_role = |role| all.iter().filter(move |scored| scored.role == role);
        report.candidates = of_role(Role::Solver)
            .filter(|scored| scored.sum.score > 0)
            .count() as u64;
        report.differ_score = of_role(Role::Differ).map(|scored| scored.sum.score).sum();
    }
}
