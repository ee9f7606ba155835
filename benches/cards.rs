//! Thirty cards, each as a round of the search draws and mutates it, on 20 tasks
//! at random: milliseconds a card, nanoseconds a call, and how far the heavy
//! cards lie from the median. Run with `cargo bench --bench cards`.
//!
//! `SEED` names one of them to go alone. `-- twice` evaluates each card twice and no more, for
//! callgrind: the second time all that is found once is known
//! (`--toggle-collect='*::again'` counts it alone). `SOLVERS` names a folder of solvers to draw from, `TASKS` one of tasks, in any
//! layout that `--tasks` takes. Without them the solvers are the fixtures', and
//! the tasks the Kaggle data of 2025 where `../shared` is there, else the
//! fixtures'.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod allocator;
mod data;

use std::time::{Duration, Instant};

use arc_programs::batt::{Batt, NoCache, SampleBudget, SampleInputs, samples_of};
use arc_programs::card::Card;
use arc_programs::card::mutation::MutationOptions;
use arc_programs::task::TaskName;
use run_batt::draw::{Origin, Turns, draw};
use run_batt::fixtures;
use run_batt::library::{Library, Role};
use run_batt::store::Store;
use run_batt::tasks::{Selection, TaskSource};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=30;
const SOLVERS: usize = 32;
const TASKS: i64 = 20;
/// The least of so many times is taken, for a busy machine makes a card slower
/// and never faster; fewer where a card takes long.
const ROUNDS: usize = 5;
const ENOUGH: Duration = Duration::from_secs(1);

/// A card of a round, and the samples that it is evaluated on.
struct Round {
    card: Card,
    tasks: Vec<Vec<SampleInputs>>,
}

/// What evaluating a card took.
struct Figures {
    calls: usize,
    samples: usize,
    over_limit: usize,
    time: Duration,
}

fn main() {
    let tasks = data::tasks();
    let solvers = data::solvers();
    println!(
        "{} cards, {} tasks to draw from, one thread; the least of up to {ROUNDS}",
        SEEDS.count(),
        tasks.names().len()
    );
    println!("seed  calls  samples  over limit          ms  ns a call");
    let mut cards = Vec::new();
    let only = only_seed();
    for seed in SEEDS.filter(|seed| only.is_none_or(|only| only == *seed)) {
        let card = evaluated(&round(&tasks, &solvers, seed));
        println!(
            "{seed:>4} {:>6} {:>8} {:>11} {:>11.3} {:>10.0}",
            card.calls,
            card.samples,
            card.over_limit,
            milliseconds(&card),
            nanoseconds_a_call(&card)
        );
        cards.push(card);
    }
    spread("a card", "ms", cards.iter().map(milliseconds).collect());
    spread(
        "a call",
        "ns",
        cards.iter().map(nanoseconds_a_call).collect(),
    );
    let all: Duration = cards.iter().map(|card| card.time).sum();
    let calls: usize = cards.iter().map(evaluations).sum();
    row("all cards", format!("{:.3} s", all.as_secs_f64()));
    row(
        "a call of all cards",
        format!("{:.0} ns", all.as_secs_f64() * 1e9 / calls as f64),
    );
    if let Some(bytes) = run_batt::memory::peak_bytes() {
        row(
            "peak memory of all this",
            format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20)),
        );
    }
}

/// The seed of the one card that is asked for.
fn only_seed() -> Option<u64> {
    let seed = std::env::var("SEED").ok()?;
    let number = seed.parse().ok().filter(|seed| SEEDS.contains(seed));
    Some(number.unwrap_or_else(|| panic!("SEED is `{seed}`, and not a number from 1 to 30")))
}

/// The card that `run_batt --draw 32 --seed N` makes with an empty store, and tasks
/// at random: of a round's hundreds of tasks few are those of its solvers, and
/// what takes long is a solver on a task that it is not for.
fn round(tasks: &TaskSource, solvers: &Library, seed: u64) -> Round {
    let store = tempfile::tempdir().expect("a temporary folder");
    let all: Vec<TaskName> = tasks.names().collect();
    let origin = Origin {
        tasks,
        among: &all,
        preferred: &[],
        store: &Store::at(store.path()),
        solvers,
        differs: &fixtures::library(Role::Differ),
    };
    let drawn = draw(origin, SOLVERS, Turns::ByChance, seed).expect("programs");
    let options = MutationOptions {
        probability: 0.01,
        freeze_solvers: false,
        freeze_differs: false,
        every_solver: None,
        seed,
    };
    let selection = Selection {
        count: -TASKS,
        seed,
        ..Selection::default()
    };
    let selected = selection.select(tasks).expect("tasks").tasks;
    let samples = |id| samples_of(&tasks.load(id).expect("a task")).expect("its samples");
    Round {
        card: drawn.card(options).expect("a card"),
        tasks: selected.into_iter().map(samples).collect(),
    }
}

fn evaluated(round: &Round) -> Figures {
    let budget = SampleBudget::default();
    let batt = Batt::new(&round.card, budget).expect("known names");
    let mut figures = Figures {
        calls: round.card.len(),
        samples: round.tasks.iter().map(Vec::len).sum(),
        over_limit: 0,
        time: Duration::MAX,
    };
    if is_twice() {
        once(&batt, round);
        (figures.over_limit, figures.time) = again(&batt, round);
        return figures;
    }
    let mut spent = Duration::ZERO;
    for _ in 0..ROUNDS {
        if spent >= ENOUGH {
            break;
        }
        let (over_limit, time) = once(&batt, round);
        spent += time;
        figures.time = figures.time.min(time);
        figures.over_limit = over_limit;
    }
    figures
}

/// Whether no more than that is asked for.
fn is_twice() -> bool {
    std::env::args().any(|argument| argument == "twice")
}

/// As [`once`], under a name of its own, for tools to count it alone.
#[inline(never)]
fn again(batt: &Batt, round: &Round) -> (usize, Duration) {
    std::hint::black_box(once(batt, round))
}

/// Evaluates a card on all samples: how often a call met a limit, and how long it took.
#[inline(never)]
fn once(batt: &Batt, round: &Round) -> (usize, Duration) {
    let mut over_limit = 0;
    let begun = Instant::now();
    for samples in &round.tasks {
        let task = batt.on_task(samples, &NoCache);
        for (place, sample) in samples.iter().enumerate() {
            let scores = batt.on_sample(&task, place, sample, &NoCache);
            let scores = std::hint::black_box(scores);
            over_limit += scores.over_limit.len();
        }
    }
    (over_limit, begun.elapsed())
}

/// The calls of a card, each on every sample.
fn evaluations(card: &Figures) -> usize {
    card.calls * card.samples
}

fn milliseconds(card: &Figures) -> f64 {
    card.time.as_secs_f64() * 1e3
}

fn nanoseconds_a_call(card: &Figures) -> f64 {
    card.time.as_secs_f64() * 1e9 / evaluations(card) as f64
}

/// The median, the 95th percentile and the greatest.
fn spread(what: &str, unit: &str, mut figures: Vec<f64>) {
    figures.sort_by(f64::total_cmp);
    let last = figures.len() - 1;
    let at = |part: f64| figures[(last as f64 * part).round() as usize];
    row(&format!("{what}, median"), format!("{:.3} {unit}", at(0.5)));
    row(
        &format!("{what}, 95th percentile"),
        format!("{:.3} {unit}", at(0.95)),
    );
    row(
        &format!("{what}, slowest"),
        format!("{:.3} {unit}", at(1.0)),
    );
}

fn row(what: &str, figure: String) {
    println!("{what:<32} {figure:>20}");
}
