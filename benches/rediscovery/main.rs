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

#[path = "../allocator/mod.rs"]
mod allocator;
#[path = "../data/mod.rs"]
mod data;
mod learnt;
mod solved;
mod spoiling;
mod ways;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

use arc_programs::card::Card;
use arc_programs::card::mutation::{
    ChangeKind, DrawnSolver, MutatedCard, MutationOptions, SolverChange, make_card_unless,
};
use arc_programs::digest::Digest;
use arc_programs::dsl::REFERENCE;
use arc_programs::evaluation::Evaluator;
use arc_programs::task::TaskName;
use learnt::Learnt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use solved::{Solved, result, solved};
use spoiling::{Spoiling, spoilt, write};
use ways::{Way, ways};

/// Solvers of a round.
const SOLVERS: usize = 32;
/// The probability with which a search changes each argument where it is told nothing else.
const PER_ARGUMENT: f64 = 0.01;

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

fn output(card: &Card) -> arc_programs::card::CallId {
    card.solvers()[0].call
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
