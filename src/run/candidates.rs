//! What of a task's programs could be among its best.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::filing::Trees;
use super::programs::{Item, SharedKey};
use super::{Findings, Runner, SharedCard};
use crate::batt::{SampleInputs, TaskScores};
use crate::card::{CallId, Card};
use crate::event::TaskReport;
use crate::library::{NamedProgram, Role};
use crate::score;
use crate::tasks::TaskId;

/// A program that the store may take.
pub(super) struct Candidate {
    /// Its place among the task's items.
    pub(super) item: usize,
    /// What it scores on all samples together.
    pub(super) score: u64,
    /// What it takes, on all samples together.
    pub(super) steps: u64,
    /// The place of the solver that a differ is applied to, among the card's.
    pub(super) solver: Option<usize>,
}

/// What a call of a card scores, and how it is cut out.
struct Scored {
    role: Role,
    call: CallId,
    /// The call that is its `I`.
    input: Option<CallId>,
    score: u64,
}

/// The programs that were cut out of the card that all tasks have.
#[derive(Default)]
pub(super) struct CardCandidates {
    programs: HashMap<(CallId, Option<CallId>), Arc<NamedProgram>>,
}

impl Runner<'_> {
    /// The items of a task that are to be inlined, and which of them are
    /// candidates.
    pub(super) fn candidates(
        &mut self,
        findings: &Findings<'_>,
        items: Vec<Item>,
        trees: &Trees,
        report: &mut TaskReport,
    ) -> (Vec<Item>, Vec<Candidate>) {
        let Findings {
            task,
            samples,
            prepared,
            scores,
        } = *findings;
        let card = match (&prepared.own, &self.shared) {
            (Some(own), _) => &own.card,
            (None, Some(shared)) => shared.card,
            (None, None) => return (items, Vec::new()),
        };
        let table = ScoreTable::new(card, scores);
        table.sum_up(samples, report);
        let is_wanted =
            |scored: &Scored| scored.score > 0 && trees.of(scored.role).accepts_score(scored.score);
        let mut candidates = Vec::new();
        let mut add = |item, scored: &Scored| {
            candidates.push(Candidate {
                item,
                score: scored.score,
                steps: table.steps(scored),
                solver: scored.input.and_then(|input| table.solver(input)),
            });
        };
        if let Some(own) = &prepared.own {
            for (item, calls) in own.calls.iter().enumerate() {
                let scored = match calls.output {
                    Some(output) => Some(table.of_solver(output)),
                    None => table.best_of_differ(&calls.applied),
                };
                if let Some(scored) = scored.filter(is_wanted) {
                    add(item, &scored);
                }
            }
            return (items, candidates);
        }
        let mut items = items;
        if let Some(shared) = &mut self.shared {
            for scored in table.all().into_iter().filter(is_wanted) {
                add(items.len(), &scored);
                items.push(shared.item(task, &scored));
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
            key: Some(SharedKey::Call(call, input)),
        }
    }
}

/// The scores of a card on a task, by call.
struct ScoreTable<'a> {
    card: &'a Card,
    scores: &'a TaskScores,
    solver_places: HashMap<CallId, usize>,
    differ_places: HashMap<CallId, usize>,
}

impl<'a> ScoreTable<'a> {
    fn new(card: &'a Card, scores: &'a TaskScores) -> Self {
        let solvers = card.solvers().iter().map(|entry| entry.call);
        let differs = card.differs().map(|entry| entry.call);
        Self {
            card,
            scores,
            solver_places: solvers.zip(0..).collect(),
            differ_places: differs.zip(0..).collect(),
        }
    }

    /// The place of a solver by its output.
    fn solver(&self, output: CallId) -> Option<usize> {
        self.solver_places.get(&output).copied()
    }

    fn of_solver(&self, output: CallId) -> Scored {
        let place = self.solver(output);
        Scored {
            role: Role::Solver,
            call: output,
            input: None,
            score: place.map_or(0, |place| self.scores.solvers[place]),
        }
    }

    fn of_differ(&self, call: CallId, input: CallId) -> Scored {
        let place = self.differ_places.get(&call);
        Scored {
            role: Role::Differ,
            call,
            input: Some(input),
            score: place.map_or(0, |&place| self.scores.differs[place]),
        }
    }

    /// Of a differ applied to several solvers, the best score, the first of
    /// several.
    fn best_of_differ(&self, applied: &[(CallId, CallId)]) -> Option<Scored> {
        let scored = applied
            .iter()
            .map(|&(call, input)| self.of_differ(call, input));
        scored.reduce(|best, next| if next.score > best.score { next } else { best })
    }

    /// All solvers, and all differs applied to one.
    fn all(&self) -> Vec<Scored> {
        let mut seen = HashSet::new();
        let solvers = self.card.solvers().iter();
        let solvers = solvers.map(|entry| self.of_solver(entry.call));
        let differs = self.card.differs();
        let differs = differs.filter_map(|entry| Some(self.of_differ(entry.call, entry.solver?)));
        solvers
            .chain(differs)
            .filter(|scored| seen.insert((scored.call, scored.input)))
            .collect()
    }

    /// The steps of the program that was scored.
    fn steps(&self, scored: &Scored) -> u64 {
        let calls = self.card.dependencies_above(scored.call, scored.input);
        let own = calls.into_iter().filter(|&call| Some(call) != scored.input);
        own.map(|call| self.scores.costs[call.index()]).sum()
    }

    /// Counts what the report of the task counts.
    fn sum_up(&self, samples: &[SampleInputs], report: &mut TaskReport) {
        let full = samples.len() as u64 * score::FULL;
        report.full_score = full;
        report.is_solved = self.scores.solvers.contains(&full);
        let all = self.all();
        let of_role = |role| all.iter().filter(move |scored| scored.role == role);
        report.candidates = of_role(Role::Solver)
            .filter(|scored| scored.score > 0)
            .count() as u64;
        report.differ_score = of_role(Role::Differ).map(|scored| scored.score).sum();
    }
}
