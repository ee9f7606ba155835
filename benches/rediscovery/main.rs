//! Finding spoilt solvers again: tasks a CPU minute and for each thousand mutants, by today's
//! change of each argument beside mutants of every solver, and which kinds of change found them.
//! Run with `cargo bench --bench rediscovery`.
//!
//! Each solver is spoilt by one change, with a fixed seed, so that its task is unsolved. Then
//! rounds are drawn as a search draws them: solvers of tasks that are not yet found again, mutated
//! and evaluated, each on its own task, until so many programs were evaluated. Both ways evaluate
//! as many programs. The spoilt pool stays as it is: what is measured is a change, not a climb.
//!
//! Found tasks are also counted by how long their solvers are, as thirds of the pool, for a way
//! that finds more may be one that forgets the long ones. Steps do not depend on the machine.
//!
//! `SOLVERS` and `TASKS` as for the bench `cards`. `PROGRAMS` is the number of programs evaluated,
//! `SEED` that of spoiling and rounds; `WAY` and `SPOILING` are parts of the names of those that
//! are to be measured. `SPOILT` names a folder that spoilt solvers are written to, for searches
//! to begin with.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod data;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
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
use arc_programs::program::{InlineBudget, Program};
use arc_programs::score;
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
    length: usize,
    steps: u64,
    score: u64,
}

/// How a search draws.
struct Way {
    name: String,
    kinds: Kinds,
    solvers: Solvers,
    /// Whether a solver without a mutant left gives its slot to another.
    has_reserve: bool,
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
    /// The cheaper, the likelier.
    Cheap(Cheap),
    /// The fewer mutants of it were tried, the likelier.
    Fresh,
    /// The likelier, the shorter the time since a mutant of it scored more.
    Promising,
    /// The higher it scores, the likelier.
    Near,
}

/// How cheap solvers come first.
#[derive(Clone, Copy)]
struct Cheap {
    by: Cost,
    /// The part of a mean weight that each has whatever it costs.
    share: f64,
    /// How many are drawn by chance for each that is taken of them; all for 0.
    among: usize,
}

/// What a weight falls with, and the power of it.
#[derive(Clone, Copy, Debug)]
enum Cost {
    /// The number of its distinct expressions.
    Length(f64),
    /// On its own task, which nobody knows who has not evaluated it.
    Steps(f64),
    /// The folder that a store has it in.
    Speed(f64),
    LengthAndSpeed(f64, f64),
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
    steps: u64,
    found: u64,
    /// Those of the shortest third of the solvers, of the middle, of the longest.
    found_of_thirds: [u64; 3],
    /// Programs evaluated of these.
    programs_of_thirds: [u64; 3],
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
        if !is_asked("SPOILING", &format!("{spoiling:?}")) {
            continue;
        }
        let spoilt: Vec<Solved> = solved
            .iter()
            .zip(0..)
            .filter_map(|(own, place)| {
                spoilt(own, spoiling, seed << 32 | place << 12, &mut evaluator)
            })
            .collect();
        println!("\n{} spoilt, {spoiling:?}", spoilt.len());
        if let Some(folder) = std::env::var_os("SPOILT") {
            write(&spoilt, Path::new(&folder)).expect("a folder that can be written");
        }
        for way in ways() {
            if is_asked("WAY", &way.name) {
                let figures = searched(&spoilt, &way, programs, seed, &mut evaluator);
                report(&way.name, &figures);
            }
        }
    }
}

/// Writes solvers as files, one each.
fn write(solvers: &[Solved], folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for own in solvers {
        let name = format!("solve_{}", own.task.name);
        let program = own
            .program
            .clone()
            .renamed(&name, REFERENCE.parameter_names());
        let text = program.inline(InlineBudget::DEFAULT).text;
        std::fs::write(folder.join(format!("{name}.py")), text)?;
    }
    Ok(())
}

/// The ways of drawing that are compared.
fn ways() -> Vec<Way> {
    let weights = ChangeWeights::default();
    let way = |name: &str, kinds, solvers| Way {
        name: name.to_owned(),
        kinds,
        solvers,
        has_reserve: false,
    };
    let by_weights = |name: &str, solvers| way(name, Kinds::By(weights), solvers);
    let mut ways = vec![
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
        by_weights("every solver, by weights", Solvers::Alike),
        way(
            "by weights that learn",
            Kinds::Learnt(weights),
            Solvers::Alike,
        ),
        by_weights("by weights, fresh ones", Solvers::Fresh),
        by_weights("by weights, promising", Solvers::Promising),
        by_weights("by weights, near ones", Solvers::Near),
        Way {
            has_reserve: true,
            ..by_weights("by weights, reserve", Solvers::Alike)
        },
    ];
    for (by, share, among) in [
        (Cost::Length(1.0), 0.0, 0),
        (Cost::Length(1.0), 0.25, 4),
        (Cost::Steps(0.5), 0.0, 2),
        (Cost::Speed(1.0), 0.0, 2),
        (Cost::LengthAndSpeed(0.5, 1.0), 0.0, 0),
        (Cost::LengthAndSpeed(0.5, 1.0), 0.0, 4),
        (Cost::LengthAndSpeed(0.5, 1.0), 0.25, 4),
        // What a search does.
        (Cost::LengthAndSpeed(0.5, 1.0), 0.0, 2),
    ] {
        let name = format!("cheap by {by:?}, share {share}, among {among}");
        let cheap = Cheap { by, share, among };
        ways.push(Way {
            has_reserve: true,
            ..by_weights(&name, Solvers::Cheap(cheap))
        });
    }
    ways
}

/// Whether a name has the part that a variable asks for.
fn is_asked(variable: &str, name: &str) -> bool {
    std::env::var(variable).map_or(true, |part| name.contains(&part))
}

fn report(name: &str, figures: &Figures) {
    let seconds = figures.cpu.as_secs_f64();
    let found = figures.found as f64;
    println!(
        "{name}: {} tasks found again {:?}; {} programs {:?}, {} mutants, {} refused, \
         {seconds:.1} s of CPU, {:.2} billion steps; {:.1} a CPU minute, {:.1} a billion steps, \
         {:.2} a thousand programs, {:.2} a thousand mutants",
        figures.found,
        figures.found_of_thirds,
        figures.programs,
        figures.programs_of_thirds,
        figures.mutants,
        figures.refused,
        figures.steps as f64 / 1e9,
        found * 60.0 / seconds,
        found * 1e9 / figures.steps as f64,
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
    way: &Way,
    programs: u64,
    seed: u64,
    evaluator: &mut Evaluator,
) -> Figures {
    let mut figures = Figures::default();
    let mut unsolved: Vec<&Solved> = spoilt.iter().collect();
    let mut tried: HashSet<(TaskName, Digest)> = HashSet::new();
    let mut learnt = Learnt::default();
    let mut lengths: Vec<usize> = spoilt.iter().map(|own| own.length).collect();
    lengths.sort_unstable();
    let bounds = [1, 2].map(|third| lengths[lengths.len() * third / 3]);
    let third = |own: &Solved| bounds.iter().filter(|&&bound| own.length >= bound).count();
    let begun = cpu();
    for round in 0.. {
        if figures.programs >= programs || unsolved.is_empty() {
            break;
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed << 32 | round);
        learnt.order(&mut unsolved, way.solvers, &mut random);
        let every_solver = learnt.weights(way.kinds);
        let slots = SOLVERS.min(unsolved.len());
        let reserve = match way.has_reserve {
            true => SOLVERS.min(unsolved.len() - slots),
            false => 0,
        };
        let (drawn, reserve) = unsolved[..slots + reserve].split_at(slots);
        let options = MutationOptions {
            probability: PER_ARGUMENT,
            every_solver,
            seed: seed << 32 | round,
            ..frozen_differs()
        };
        let mut refused = 0;
        let made = card(drawn, reserve, options, &mut |task, digest, change| {
            let is_refused = change.is_none() || !tried.insert((task, digest));
            refused += u64::from(is_refused && change.is_some());
            is_refused
        });
        figures.refused += refused;
        let mut found = HashSet::new();
        for (own, change) in drawn.iter().chain(reserve).zip(&made.changes) {
            let task = own.task.name;
            let mut entries = made.card.solvers().iter();
            let Some(entry) = entries.find(|entry| entry.task == task) else {
                continue;
            };
            let call = entry.call;
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
            figures.programs_of_thirds[third(own)] += 1;
            figures.mutants += u64::from(kind != "none");
            let of_kind = figures.kinds.entry(kind).or_default();
            of_kind.0 += 1;
            let result = result(&program, &own.samples, evaluator);
            figures.steps += result.steps;
            learnt.take_in(own, *change, result.score);
            if result.solves {
                of_kind.1 += 1;
                if found.insert(task) {
                    figures.found_of_thirds[third(own)] += 1;
                }
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
    reserve: &[&Solved],
    options: MutationOptions,
    refuses: &mut dyn FnMut(TaskName, Digest, Option<ChangeKind>) -> bool,
) -> MutatedCard {
    fn drawn<'a>(solvers: &[&'a Solved]) -> Vec<DrawnSolver<'a>> {
        let drawn = |own: &&'a Solved| DrawnSolver {
            task: &own.task,
            program: &own.program,
        };
        solvers.iter().map(drawn).collect()
    }
    let (solvers, reserve) = (drawn(solvers), drawn(reserve));
    make_card_unless(
        &REFERENCE,
        &solvers,
        &reserve,
        &[],
        options,
        &mut |proposal| refuses(proposal.task, proposal.digest(), proposal.change),
    )
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
        let made = card(&[solved], &[], options, &mut |_, _, change| {
            change.is_none()
        });
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
            length: length(&program),
            steps: result.steps,
            score: result.score,
            program,
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
                length: length(&program),
                steps: result.steps,
                score: result.score,
                program,
            });
        }
    }
    solved
}

fn length(program: &Program) -> usize {
    program.expressions().len()
}

/// What a program comes to on all samples.
struct ProgramResult {
    solves: bool,
    score: u64,
    steps: u64,
}

/// A program on all samples, as in a search, where a part of a score is worth something.
fn result(program: &Program, samples: &[SampleInputs], evaluator: &mut Evaluator) -> ProgramResult {
    let solver = Solver::of_program(program).expect("known names");
    let mut result = ProgramResult {
        solves: true,
        score: 0,
        steps: 0,
    };
    for sample in samples {
        let output = solver.on_sample(sample, evaluator, LIMITS);
        result.solves &= output.is_exact == Some(true);
        result.score += output.score.unwrap_or(0);
        result.steps += output.steps;
    }
    result
}

impl Learnt {
    /// Puts solvers into the order of their turns.
    fn order(&self, solvers: &mut Vec<&Solved>, way: Solvers, random: &mut ChaCha8Rng) {
        if let Solvers::Alike = way {
            return solvers.shuffle(random);
        }
        if let Solvers::Cheap(cheap) = way {
            solvers.shuffle(random);
            let among = match cheap.among {
                0 => solvers.len(),
                among => solvers.len().min(among * SOLVERS),
            };
            let others = solvers.split_off(among);
            let weight = |own: &&Solved| {
                let length = own.length as f64;
                let steps = own.steps as f64 / own.samples.len() as f64;
                let speed = (f64::from(score::speed(own.steps)) - 13.0).exp();
                match cheap.by {
                    Cost::Length(power) => length.powf(-power),
                    Cost::Steps(power) => steps.powf(-power),
                    Cost::Speed(power) => speed.powf(power),
                    Cost::LengthAndSpeed(of_length, of_speed) => {
                        length.powf(-of_length) * speed.powf(of_speed)
                    }
                }
            };
            let mean = solvers.iter().map(weight).sum::<f64>() / solvers.len() as f64;
            let mixed = |own: &&Solved| cheap.share * mean + (1.0 - cheap.share) * weight(own);
            in_turn(solvers, mixed, random);
            return solvers.extend(others);
        }
        let weight = |own: &&Solved| {
            let (tried, since) = self.solvers.get(&own.task.name).copied().unwrap_or((0, 0));
            let full = 1000.0 * own.samples.len() as f64;
            match way {
                Solvers::Alike | Solvers::Cheap(_) => 1.0,
                Solvers::Fresh => 1.0 / (8.0 + tried as f64),
                Solvers::Promising => 1.0 / (8.0 + since as f64),
                Solvers::Near => 0.1 + own.score as f64 / full,
            }
        };
        in_turn(solvers, weight, random);
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

/// Puts solvers into an order by chance, by exponential clocks: one of twice the weight is as
/// often again before another.
fn in_turn(solvers: &mut Vec<&Solved>, weight: impl Fn(&&Solved) -> f64, random: &mut ChaCha8Rng) {
    let mut turns: Vec<(f64, &Solved)> = solvers
        .iter()
        .map(|own| (-(1.0 - random.random::<f64>()).ln() / weight(own), *own))
        .collect();
    turns.sort_by(|one, other| one.0.total_cmp(&other.0));
    *solvers = turns.into_iter().map(|(_, own)| own).collect();
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
