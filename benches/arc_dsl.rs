//! The original dialect: the 400 solvers of michaelhodel/arc-dsl, each on all samples of its
//! task, and the 400 verifiers of michaelhodel/re-arc likewise.
//!
//! Nothing of theirs is here: `ARC_DSL` names a folder with `solvers.py` and `verifiers.py`,
//! and `ARC_DSL_TASKS` one with the 400 training tasks of ARC-AGI-1 (else they are looked
//! for in `../shared/arc/arc-agi-1/training`). Without them this says so and does nothing:
//!
//! ```text
//! ARC_DSL=<folder> cargo bench --bench arc_dsl
//! ```
//!
//! Before it measures it counts the tasks that are solved. Without divan, once over all, for
//! valgrind and the like: `-- once solvers`; one task's alone: `-- once verifiers a64e4611`.
//! Which take longest, each with its share of all: `-- dearest verifiers`.

mod allocator;

use std::path::{Path, PathBuf};
use std::time::Instant;

use arc_programs::dsl::ARC_DSL;
use arc_programs::evaluation::{Evaluator, Inputs, Limits, Plan};
use arc_programs::program::{Listing, parse_listings};
use arc_programs::task::TaskName;
use arc_programs::value::Value;
use divan::Bencher;
use divan::counter::ItemsCount;
use run_batt::tasks::{Split, TaskSource};

const FOLDER: &str = "ARC_DSL";
const TASKS: &str = "ARC_DSL_TASKS";

/// How often `once` repeats what is slow and what is fast alike, to tell the best of.
const ROUNDS: usize = 5;

/// How many of the dearest are told.
const DEAREST: usize = 40;

#[allow(clippy::print_stdout, reason = "says what is not measured, and why")]
fn main() {
    let Some((folder, tasks)) = places() else {
        println!(
            "skipped: {FOLDER} names no folder with solvers.py and verifiers.py, or {TASKS} \
             none with their tasks"
        );
        return;
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = arguments.get(1).map_or("solvers", String::as_str);
    match arguments.first().map(String::as_str) {
        Some("once") => {
            let mut programs = Programs::read(&folder, &tasks, name);
            if let Some(task) = arguments.get(2) {
                programs.all.retain(|own| own.name.ends_with(task));
            }
            return once(&programs);
        }
        Some("dearest") => return dearest(&Programs::read(&folder, &tasks, name)),
        _ => {}
    }
    for name in ["solvers", "verifiers"] {
        let programs = Programs::read(&folder, &tasks, name);
        println!(
            "{name}: {} of {} tasks solved, {} samples",
            programs.solved(),
            programs.all.len(),
            programs.samples()
        );
    }
    divan::main();
}

/// The folders of the programs and of the tasks, where they are there.
fn places() -> Option<(PathBuf, PathBuf)> {
    let folder = PathBuf::from(std::env::var_os(FOLDER)?);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/arc/arc-agi-1/training");
    let tasks = std::env::var_os(TASKS).map_or_else(beside, PathBuf::from);
    let has = |name: &str| folder.join(name).is_file();
    (has("solvers.py") && has("verifiers.py") && tasks.is_dir()).then_some((folder, tasks))
}

/// A program with the samples of its task.
struct Program {
    name: String,
    plan: Plan,
    samples: Vec<Inputs>,
}

impl Program {
    /// As who solves a task: what no sample decides is evaluated once.
    fn run(&self, evaluator: &mut Evaluator) {
        let limits = Limits::default();
        let mut task = evaluator.begin_task(&self.plan, &Value::EMPTY_TUPLE, limits);
        for inputs in &self.samples {
            divan::black_box(task.on_sample(inputs, limits).result());
        }
    }
}

struct Programs {
    all: Vec<Program>,
}

impl Programs {
    fn read(folder: &Path, tasks: &Path, name: &str) -> Self {
        let source = TaskSource::open(tasks, Split::Both).expect("tasks");
        let path = folder.join(format!("{name}.py"));
        let text = std::fs::read_to_string(path).expect("a module");
        let of_task = |listing: &Listing| {
            let (_, task) = listing.name().rsplit_once('_')?;
            let task = source.load(task.parse::<TaskName>().ok()?).ok()?;
            let plan = Plan::of_listing_result(&ARC_DSL, listing).expect("names of the dialect");
            let samples = task.demo.iter().chain(&task.test);
            let inputs = samples.map(|sample| Inputs::new(Value::EMPTY_TUPLE, sample));
            Some(Program {
                name: listing.name().to_owned(),
                plan,
                samples: inputs.collect(),
            })
        };
        let listings = parse_listings(&text);
        Self {
            all: listings.iter().filter_map(of_task).collect(),
        }
    }

    fn samples(&self) -> usize {
        self.all.iter().map(|own| own.samples.len()).sum()
    }

    /// How many are exact on all samples.
    fn solved(&self) -> usize {
        let mut evaluator = Evaluator::new();
        let mut is_exact = |plan: &Plan, inputs: &Inputs| {
            let evaluation = evaluator.evaluate(plan, inputs, Limits::default());
            evaluation
                .result()
                .is_some_and(|own| own.equals(&inputs.expected))
        };
        let mut solves =
            |own: &&Program| own.samples.iter().all(|sample| is_exact(&own.plan, sample));
        self.all.iter().filter(|own| solves(own)).count()
    }

    fn run(&self, evaluator: &mut Evaluator) {
        for program in &self.all {
            program.run(evaluator);
        }
    }
}

/// All once to warm up, and the best of some rounds.
#[allow(clippy::print_stdout, reason = "tells the time")]
fn once(programs: &Programs) {
    let mut evaluator = Evaluator::new();
    let best = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        programs.run(&mut evaluator);
        begun.elapsed()
    });
    println!("{:?}", best.min().unwrap_or_default());
}

/// The programs that take longest, each with its share of what all take.
#[allow(clippy::print_stdout, reason = "tells the times")]
fn dearest(programs: &Programs) {
    let mut evaluator = Evaluator::new();
    let mut best_of = |program: &Program| {
        let rounds = (0..ROUNDS).map(|_| {
            let begun = Instant::now();
            program.run(&mut evaluator);
            begun.elapsed()
        });
        rounds.min().unwrap_or_default()
    };
    let times = programs.all.iter().map(|own| (best_of(own), &own.name));
    let mut times: Vec<_> = times.collect();
    times.sort_unstable_by(|one, other| other.cmp(one));
    let all: f64 = times.iter().map(|(time, _)| time.as_secs_f64()).sum();
    let mut so_far = 0.0;
    for (time, name) in times.iter().take(DEAREST) {
        so_far += time.as_secs_f64();
        let (share, so_far) = (100.0 * time.as_secs_f64() / all, 100.0 * so_far / all);
        println!("{name} {time:?}, {share:.1} %, with those above {so_far:.1} %");
    }
    println!("all {} {:.1} ms", times.len(), all * 1e3);
}

/// All programs of a file on all samples of their tasks; items are samples.
#[divan::bench(args = ["solvers", "verifiers"], sample_count = 20)]
fn original(bencher: Bencher<'_, '_>, name: &str) {
    let Some((folder, tasks)) = places() else {
        return;
    };
    let programs = Programs::read(&folder, &tasks, name);
    let mut evaluator = Evaluator::new();
    bencher
        .counter(ItemsCount::new(programs.samples()))
        .bench_local(|| programs.run(&mut evaluator));
}
