//! From the programs of tasks to their scores.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use super::programs::Item;
use super::{Findings, RunError, Runner, TaskInHand};
use crate::event::{Event, TaskReport};
use crate::library::Role;
use arc_programs::batt::{Batt, TaskScores};
use arc_programs::card::{CallId, Card, CardBuilder};
use arc_programs::evaluation::{Base, Plan};
use arc_programs::task::TaskId;

/// A task's card, ready for its samples.
pub(super) struct Prepared {
    /// Where the task has a card of its own.
    pub(super) own: Option<OwnCard>,
    base: Base,
    /// The items that cannot be evaluated, and why.
    pub(super) unresolved: Vec<(usize, String)>,
}

/// A card made of a task's items.
pub(super) struct OwnCard {
    pub(super) card: Card,
    pub(super) batt: Batt,
    /// Which calls each item has become.
    pub(super) calls: Vec<ItemCalls>,
}

/// The calls of an item; none for one that is not evaluated, or that computes
/// the same as one before it.
#[derive(Default)]
pub(super) struct ItemCalls {
    /// A solver's output.
    pub(super) output: Option<CallId>,
    /// A differ's results, each with the solver's output that it is applied to.
    pub(super) applied: Vec<(CallId, CallId)>,
}

/// What came of evaluating a task.
pub(super) struct Evaluated {
    pub(super) prepared: Prepared,
    pub(super) scores: TaskScores,
    /// How long the samples took, one after the other.
    pub(super) time: Duration,
}

impl Runner<'_> {
    /// Makes the cards of tasks, and evaluates what their samples share.
    pub(super) fn prepare(&mut self, hands: &[TaskInHand]) -> Vec<Result<Prepared, String>> {
        let shared = self.shared.as_ref().map(|shared| &*shared.batt);
        let budget = self.job.budget;
        let prepare = |hand: &TaskInHand| {
            let Some(first) = hand.samples.first() else {
                return Err("a task without samples; nothing can be evaluated".to_owned());
            };
            let samples = &first.inputs.samples;
            if let Some(batt) = shared {
                return Ok(Prepared {
                    own: None,
                    base: batt.on_task(samples),
                    unresolved: Vec::new(),
                });
            }
            let (card, calls, unresolved) = card_of(hand.task, &hand.items);
            let batt = Batt::new(&card, budget).map_err(|error| error.to_string())?;
            let base = batt.on_task(samples);
            let own = Some(OwnCard { card, batt, calls });
            Ok(Prepared {
                own,
                base,
                unresolved,
            })
        };
        let is_overdue = || self.interrupt.is_overdue();
        let mapped = self.stopwatch.time(self.clock, "make cards", || {
            self.pool.map_until(&is_overdue, hands, prepare)
        });
        let prepared = mapped.results.into_iter();
        prepared
            .map(|result| result.unwrap_or_else(|not_done| Err(not_done.to_string())))
            .collect()
    }

    /// Evaluates the samples of tasks.
    pub(super) fn evaluate(
        &mut self,
        hands: &[TaskInHand],
        prepared: Vec<Result<Prepared, String>>,
    ) -> Vec<Result<Evaluated, String>> {
        let shared = self.shared.as_ref().map(|shared| &*shared.batt);
        let mut work = Vec::new();
        for (hand, prepared) in hands.iter().zip(&prepared) {
            let Ok(prepared) = prepared else { continue };
            let own = prepared.own.as_ref().map(|own| &own.batt);
            if let Some(batt) = own.or(shared) {
                let samples = hand.samples.iter();
                work.extend(samples.map(|sample| (batt, &prepared.base, sample)));
            }
        }
        let is_overdue = || self.interrupt.is_overdue();
        let clock = self.clock;
        let mapped = self.stopwatch.time(clock, "evaluate", || {
            let evaluate = |&(batt, base, sample): &(&Batt, &Base, _)| {
                let begun = clock.elapsed();
                let scores = batt.on_sample(base, sample);
                (scores, clock.elapsed().saturating_sub(begun))
            };
            self.pool.map_until(&is_overdue, &work, evaluate)
        });
        let mut results = mapped.results.into_iter();
        let mut evaluated = Vec::with_capacity(hands.len());
        for (hand, prepared) in hands.iter().zip(prepared) {
            evaluated.push(prepared.and_then(|prepared| {
                // All of them, whatever the first is: the next task's follow.
                let samples: Vec<_> = results.by_ref().take(hand.samples.len()).collect();
                let samples: Result<Vec<_>, _> = samples.into_iter().collect();
                let samples = samples.map_err(|not_done| not_done.to_string())?;
                let time = samples.iter().map(|(_, time)| *time).sum();
                let scores = TaskScores::of(samples.into_iter().map(|(scores, _)| scores));
                Ok(Evaluated {
                    prepared,
                    scores,
                    time,
                })
            }));
        }
        evaluated
    }
}

impl Runner<'_> {
    /// Names the calls that met a limit.
    pub(super) fn tell_over_limit(
        &mut self,
        findings: &Findings<'_>,
        items: &[Item],
        report: &mut TaskReport,
    ) -> Result<(), RunError> {
        let over_limit = &findings.scores.over_limit;
        let mut samples_of_call: BTreeMap<CallId, BTreeSet<usize>> = BTreeMap::new();
        let mut samples: BTreeSet<usize> = BTreeSet::new();
        let (card, batt) = findings.card;
        for &(sample, call) in over_limit {
            samples.insert(sample);
            let call = batt.card_call(call);
            samples_of_call.entry(call).or_default().insert(sample);
        }
        report.timed_out_samples = samples.len() as u64;
        for (id, samples) in samples_of_call {
            let mut call = format!("{id} = {}", card.call(id));
            let own = findings.prepared.own.as_ref();
            if let Some(item) = own.and_then(|own| own.item_of(id)) {
                call += &format!(" of {}", items[item].named.name);
            }
            let names: Vec<String> = samples
                .iter()
                .map(|&sample| findings.samples[sample].to_string())
                .collect();
            self.tell(&Event::OverLimit {
                task: findings.task,
                samples: &names.join(", "),
                call: &call,
            })?;
            report.over_limit.insert(call, samples.len() as u64);
        }
        Ok(())
    }
}

impl OwnCard {
    /// The first item that a call is a part of.
    fn item_of(&self, call: CallId) -> Option<usize> {
        self.calls.iter().position(|calls| {
            let applied = calls.applied.iter().map(|(call, _)| *call);
            let mut results = calls.output.into_iter().chain(applied);
            results.any(|result| self.card.dependencies(result).contains(&call))
        })
    }
}

/// The card of a task's items: its solvers; and its differs, each applied to
/// the input and to each solver's output.
fn card_of(task: TaskId, items: &[Item]) -> (Card, Vec<ItemCalls>, Vec<(usize, String)>) {
    let mut builder = CardBuilder::new();
    let mut calls: Vec<ItemCalls> = Vec::with_capacity(items.len());
    calls.resize_with(items.len(), ItemCalls::default);
    let mut unresolved = Vec::new();
    let mut outputs = Vec::new();
    let of_role = |role| {
        let numbered = items.iter().enumerate();
        numbered.filter(move |(_, item)| item.role == role)
    };
    for (index, item) in of_role(Role::Solver) {
        let program = &item.named.program;
        let added = Plan::check(program)
            .map_err(|error| error.to_string())
            .and_then(|()| {
                let added = builder.add_solver(task, program, false);
                added.map_err(|error| error.to_string())
            });
        match added {
            Ok(output) => {
                calls[index].output = Some(output);
                outputs.push(output);
            }
            Err(problem) => unresolved.push((index, problem)),
        }
    }
    outputs.sort_unstable();
    outputs.dedup();
    let mut baselines = HashSet::new();
    for (index, item) in of_role(Role::Differ) {
        let (name, program) = (item.named.name.as_str(), &item.named.program);
        let baseline = Plan::check(program)
            .map_err(|error| error.to_string())
            .and_then(|()| {
                let added = builder.add_differ(name, program, None);
                added.map_err(|error| error.to_string())
            });
        match baseline {
            // A differ that was kept from the base differs, or one twice.
            Ok(baseline) if !baselines.insert(baseline) => {}
            Ok(_) => {
                for &output in &outputs {
                    // What could be added once can be again.
                    if let Ok(call) = builder.add_differ(name, program, Some(output)) {
                        calls[index].applied.push((call, output));
                    }
                }
            }
            Err(problem) => unresolved.push((index, problem)),
        }
    }
    unresolved.sort_unstable();
    (builder.finish(), calls, unresolved)
}
