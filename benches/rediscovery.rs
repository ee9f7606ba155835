//! Finding spoilt solvers again: tasks a CPU minute and for each thousand mutants, by today's
//! change of each argument beside mutants of every solver, and which kinds of change found them.
//! Run with `cargo bench --bench rediscovery`.
//!
//! Each solver is spoilt by one change, with a fixed seed, so that its task is unsolved. Then
//! rounds are drawn as a search draws them: solvers of tasks that are not yet found again, mutated
//! and evaluated, each on its own task, until so many programs were evaluated. Both ways evaluate
//! as many programs. The spoilt pool stays as it is: what is measured is a change, not a climb.
//!
//! `SOLVERS` and `TASKS` as for the bench `cards`. `PROGRAMS` is the number of programs evaluated,
//! `SEED` that of spoiling and rounds.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod data;

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use arc_programs::Solver;
use arc_programs::batt::{SampleInputs, samples_of};
use arc_programs::card::Card;
use arc_programs::card::mutation::{
    ChangeKind, ChangeWeights, DrawnSolver, MutatedCard, MutationOptions, SolverChange,
    make_card_unless,
};
use arc_programs::digest::Digest;
use arc_programs::dsl::REFERENCE;
use arc_programs::evaluation::{Evaluator, Limits};
use arc_programs::program::Program;
use arc_programs::task::{Task, TaskName};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use strum::VariantArray;

/// Solvers of a round.
const SOLVERS: usize = 32;
/// The probability with which a search changes each argument where it is told nothing else.
const PER_ARGUMENT: f64 = 0.01;
/// How often spoiling a solver is tried.
const SPOILING: u64 = 1 << 12;
/// A tenth of what a search allows, so that a mutant which never ends counts for little.
const LIMITS: Limits = Limits {
    call_steps: 600_000,
    steps: 1_200_000,
    bytes: 64 << 20,
    deadline: None,
};

/// A task, a solver of it, and what that scores.
struct Solved {
    task: Task,
    samples: Vec<SampleInputs>,
    program: Program,
    score: u64,
}

/// How a search draws.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    kinds: Kinds,
    solvers: Solvers,
}

/// How kinds of change are drawn.
#[derive(Clone, Copy)]
enum Kinds {
    /// None: each argument changes by chance.
    PerArgument,
    By(ChangeWeights),
    /// By what share of the mutants of a kind scored more than their solvers so far,
    /// beginning with these weights.
    Learnt(ChangeWeights),
}

/// How solvers are drawn.
#[derive(Clone, Copy)]
enum Solvers {
    Alike,
    /// The fewer calls, the likelier.
    Short,
    /// The fewer mutants of it were tried, the likelier.
    Fresh,
    /// The likelier, the shorter the time since a mutant of it scored more.
    Promising,
    /// The higher it scores, the likelier.
    Near,
}

/// What was learnt.
#[derive(Default)]
struct Learnt {
    /// Mutants, and those that scored more, of each kind.
    kinds: BTreeMap<ChangeKind, (u64, u64)>,
    /// Mutants of the solver of a task, since one scored more.
    solvers: BTreeMap<TaskName, (u64, u64)>,
}

/// How solvers are spoilt.
#[derive(Clone, Copy, Debug)]
enum Spoiling {
    PerArgument,
    ByKind,
}

/// What came of evaluating so many programs.
#[derive(Default)]
struct Figures {
    programs: u64,
    mutants: u64,
    refused: u64,
    cpu: Duration,
    found: u64,
    /// Mutants and tasks found again, by the kind of change.
    kinds: BTreeMap<&'static str, (u64, u64)>,
}

fn main() {
    let seed = number("SEED").unwrap_or(1);
    let mut evaluator = Evaluator::new();
    let solved = solved(&mut evaluator);
    let programs = number("PROGRAMS").unwrap_or(400 * solved.len() as u64);
    println!(
        "{} solvers, {programs} programs evaluated each way",
        solved.len()
    );
    for spoiling in [Spoiling::PerArgument, Spoiling::ByKind] {
        let spoilt: Vec<Solved> = solved
            .iter()
            .zip(0..)
            .filter_map(|(own, place)| {
                spoilt(own, spoiling, seed << 32 | place << 12, &mut evaluator)
            })
            .collect();
        println!("\n{} spoilt, {spoiling:?}", spoilt.len());
        let weights = ChangeWeights::default();
        let way = |name, kinds, solvers| Way {
            name,
            kinds,
            solvers,
        };
        for way in [
            way(
                "each argument, as today",
                Kinds::PerArgument,
                Solvers::Alike,
            ),
            way(
                "every solver, kinds alike",
                Kinds::By(alike()),
                Solvers::Alike,
            ),
            way(
                "every solver, by weights",
                Kinds::By(weights),
                Solvers::Alike,
            ),
            way(
                "by weights that learn",
                Kinds::Learnt(weights),
                Solvers::Alike,
            ),
            way("by weights, short ones", Kinds::By(weights), Solvers::Short),
            way("by weights, fresh ones", Kinds::By(weights), Solvers::Fresh),
            way(
                "by weights, promising",
                Kinds::By(weights),
                Solvers::Promising,
            ),
            way("by weights, near ones", Kinds::By(weights), Solvers::Near),
        ] {
            let figures = searched(&spoilt, way, programs, seed, &mut evaluator);
            report(way.name, &figures);
        }
    }
}

fn report(name: &str, figures: &Figures) {
    let seconds = figures.cpu.as_secs_f64();
    let found = figures.found as f64;
    println!(
        "{name}: {} tasks found again; {} programs, {} mutants, {} refused, {seconds:.1} s of CPU; \
         {:.1} a CPU minute, {:.2} a thousand programs, {:.2} a thousand mutants",
        figures.found,
        figures.programs,
        figures.mutants,
        figures.refused,
        found * 60.0 / seconds,
        found * 1e3 / figures.programs as f64,
        found * 1e3 / figures.mutants as f64,
    );
    for (kind, (mutants, found)) in &figures.kinds {
        let rate = *found as f64 * 1e3 / *mutants as f64;
        println!("    {kind:<22} {found:>4} of {mutants:>7} mutants: {rate:>6.2} a thousand");
    }
}

/// Rounds over spoilt solvers until so many programs were evaluated.
fn searched(
    spoilt: &[Solved],
    way: Way,
    programs: u64,
    seed: u64,
    evaluator: &mut Evaluator,
) -> Figures {
    let mut figures = Figures::default();
    let mut unsolved: Vec<&Solved> = spoilt.iter().collect();
    let mut tried: HashSet<(TaskName, Digest)> = HashSet::new();
    let mut learnt = Learnt::default();
    let begun = cpu();
    for round in 0.. {
        if figures.programs >= programs || unsolved.is_empty() {
            break;
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed << 32 | round);
        learnt.order(&mut unsolved, way.solvers, &mut random);
        let every_solver = learnt.weights(way.kinds);
        let drawn = &unsolved[..SOLVERS.min(unsolved.len())];
        let options = MutationOptions {
            probability: PER_ARGUMENT,
            every_solver,
            seed: seed << 32 | round,
            ..frozen_differs()
        };
        let mut refused = 0;
        let made = card(drawn, options, &mut |task, digest, change| {
            let is_refused = change.is_none() || !tried.insert((task, digest));
            refused += u64::from(is_refused && change.is_some());
            is_refused
        });
        figures.refused += refused;
        let mut found = HashSet::new();
        for (own, change) in drawn.iter().zip(&made.changes) {
            let task = own.task.name;
            let entries = made.card.solvers().iter();
            let mut entries = entries.filter(|entry| entry.task == task);
            let call = entries.next().expect("an entry for each task").call;
            let program = made.card.program_of(call, "solve");
            let kind = match change {
                SolverChange::Changed(kind) => kind.name(),
                SolverChange::PerArgument => {
                    let calls = made.card.dependencies(call);
                    let mutations = made.card.mutations().iter();
                    let mut own = mutations.filter(|own| calls.contains(&own.call));
                    own.next().map_or("of another", |own| own.kind.name())
                }
                _ => "none",
            };
            figures.programs += 1;
            figures.mutants += u64::from(kind != "none");
            let of_kind = figures.kinds.entry(kind).or_default();
            of_kind.0 += 1;
            let result = result(&program, &own.samples, evaluator);
            learnt.take_in(own, *change, result.score);
            if result.solves {
                of_kind.1 += 1;
                found.insert(task);
            }
        }
        figures.found += found.len() as u64;
        unsolved.retain(|own| !found.contains(&own.task.name));
    }
    figures.cpu = cpu().saturating_sub(begun);
    figures
}

fn frozen_differs() -> MutationOptions {
    MutationOptions {
        probability: 0.0,
        freeze_solvers: false,
        freeze_differs: true,
        every_solver: None,
        seed: 0,
    }
}

/// Weights by which every kind is drawn as often.
fn alike() -> ChangeWeights {
    let kinds = ChangeKind::VARIANTS.iter();
    kinds.fold(ChangeWeights::NONE, |weights, &kind| weights.with(kind, 1))
}

/// The card of solvers; `refuses` is asked with what it may refuse by.
fn card(
    solvers: &[&Solved],
    options: MutationOptions,
    refuses: &mut dyn FnMut(TaskName, Digest, Option<ChangeKind>) -> bool,
) -> MutatedCard {
    let drawn: Vec<DrawnSolver<'_>> = solvers
        .iter()
        .map(|own| DrawnSolver {
            task: &own.task,
            program: &own.program,
        })
        .collect();
    make_card_unless(&REFERENCE, &drawn, &[], options, &mut |proposal| {
        refuses(proposal.task, proposal.digest(), proposal.change)
    })
    .expect("names of no calls")
}

/// A solver after one change by which its task is unsolved.
fn spoilt(
    solved: &Solved,
    spoiling: Spoiling,
    seed: u64,
    evaluator: &mut Evaluator,
) -> Option<Solved> {
    (0..SPOILING).find_map(|attempt| {
        let every_solver = match spoiling {
            Spoiling::PerArgument => None,
            Spoiling::ByKind => Some(
                // Of several solvers a change needs more than there are here.
                alike()
                    .with(ChangeKind::Graft, 0)
                    .with(ChangeKind::Composition, 0),
            ),
        };
        let options = MutationOptions {
            probability: PER_ARGUMENT,
            every_solver,
            seed: seed | attempt,
            ..frozen_differs()
        };
        let made = card(&[solved], options, &mut |_, _, change| change.is_none());
        let is_one = match made.changes[..] {
            [SolverChange::PerArgument] => made.card.mutations().len() == 1,
            [SolverChange::Changed(_)] => true,
            _ => false,
        };
        let program = made.card.program_of(output(&made.card), "solve");
        let result = result(&program, &solved.samples, evaluator);
        (is_one && !result.solves).then(|| Solved {
            task: solved.task.clone(),
            samples: solved.samples.clone(),
            program,
            score: result.score,
        })
    })
}

fn output(card: &Card) -> arc_programs::card::CallId {
    card.solvers()[0].call
}

/// The tasks whose solvers solve them.
fn solved(evaluator: &mut Evaluator) -> Vec<Solved> {
    let (tasks, solvers) = (data::tasks(), data::solvers());
    let mut solved = Vec::new();
    for name in solvers.tasks() {
        let Ok(task) = tasks.load(name) else { continue };
        let samples = samples_of(&task).expect("samples");
        let files = solvers.files_of_task(name).iter();
        let read = files.flat_map(|file| file.read().programs);
        let programs = solvers.of_task(name).iter();
        let mut programs = programs.map(|own| own.program.clone());
        let program = programs.next();
        let Some(program) = program.or_else(|| read.map(|own| own.program).next()) else {
            continue;
        };
        let result = result(&program, &samples, evaluator);
        if result.solves {
            solved.push(Solved {
                task,
                samples,
                program,
                score: result.score,
            });
        }
    }
    solved
}

/// What a program comes to on all samples.
struct ProgramResult {
    solves: bool,
    score: u64,
}

/// A program on all samples, as in a search, where a part of a score is worth something.
fn result(program: &Program, samples: &[SampleInputs], evaluator: &mut Evaluator) -> ProgramResult {
    let solver = Solver::of_program(program).expect("known names");
    let mut result = ProgramResult {
        solves: true,
        score: 0,
    };
    for sample in samples {
        let output = solver.on_sample(sample, evaluator, LIMITS);
        result.solves &= output.is_exact == Some(true);
        result.score += output.score.unwrap_or(0);
    }
    result
}

impl Learnt {
    /// Puts solvers into the order of their turns.
    fn order(&self, solvers: &mut Vec<&Solved>, way: Solvers, random: &mut ChaCha8Rng) {
        if let Solvers::Alike = way {
            return solvers.shuffle(random);
        }
        // By exponential clocks: a weight twice as large is as often first.
        let turn = |own: &&Solved, random: &mut ChaCha8Rng| {
            let (tried, since) = self.solvers.get(&own.task.name).copied().unwrap_or((0, 0));
            let calls = own.program.expressions().len() as f64;
            let full = 1000.0 * own.samples.len() as f64;
            let weight = match way {
                Solvers::Alike => 1.0,
                Solvers::Short => 1.0 / calls,
                Solvers::Fresh => 1.0 / (8.0 + tried as f64),
                Solvers::Promising => 1.0 / (8.0 + since as f64),
                Solvers::Near => 0.1 + own.score as f64 / full,
            };
            -(1.0 - random.random::<f64>()).ln() / weight
        };
        let mut turns: Vec<(f64, &Solved)> = solvers
            .iter()
            .map(|own| (turn(own, random), *own))
            .collect();
        turns.sort_by(|one, other| one.0.total_cmp(&other.0));
        *solvers = turns.into_iter().map(|(_, own)| own).collect();
    }

    fn weights(&self, kinds: Kinds) -> Option<ChangeWeights> {
        let own = match kinds {
            Kinds::PerArgument => return None,
            Kinds::By(weights) => return Some(weights),
            Kinds::Learnt(weights) => weights,
        };
        let sums = self.kinds.values().fold((0, 0), |(tried, better), own| {
            (tried + own.0, better + own.1)
        });
        let mean = (sums.1 as f64 + 1.0) / (sums.0 as f64 + 100.0);
        let learnt = ChangeKind::VARIANTS.iter().fold(own, |weights, &kind| {
            let (tried, better) = self.kinds.get(&kind).copied().unwrap_or((0, 0));
            // As if it had been tried 200 times more, with what all come to.
            let share = (better as f64 + 200.0 * mean) / (tried as f64 + 200.0);
            let weight = 64.0 * f64::from(own.of(kind)) * share / mean;
            weights.with(kind, weight.round() as u32)
        });
        Some(learnt)
    }

    fn take_in(&mut self, own: &Solved, change: SolverChange, score: u64) {
        let is_better = score > own.score;
        if let SolverChange::Changed(kind) = change {
            let of_kind = self.kinds.entry(kind).or_default();
            of_kind.0 += 1;
            of_kind.1 += u64::from(is_better);
        }
        let of_solver = self.solvers.entry(own.task.name).or_default();
        of_solver.0 += 1;
        of_solver.1 = if is_better { 0 } else { of_solver.1 + 1 };
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is `{text}`, and not a number")),
    )
}

/// CPU time of this thread so far, which other processes do not add to.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("Linux");
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.expect("nanoseconds"))
}
