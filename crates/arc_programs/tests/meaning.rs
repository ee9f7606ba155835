//! That nobody forgets to raise `MEANING`: caches on disk are read as long as it stays.

mod common;

use std::fs;
use std::path::PathBuf;

use arc_programs::dsl::{ARC_DSL, Budget, Context, JsonFunctions, REFERENCE};
use arc_programs::evaluation::{Evaluator, Inputs, Plan};
use arc_programs::meaning::MEANING;
use arc_programs::program::{parse_listings, parse_module};
use arc_programs::task::Sample;
use arc_programs::value::{Value, canonical, json};
use arc_programs::{Limits, Solver, Task};
use md5::{Digest, Md5};

/// What the fixtures came to under each number: answers, costs and scores. Under 2 others
/// have changed: lines between places beyond 32 bits, and what is hardly a patch; under 3 what
/// `replace` makes of a grid where it is to replace a float; under 4 filters whose condition has
/// their own container listed, and the order of a set that a closure meets with what the same
/// call has yielded before; under 5 what patches with booleans in them cost in the original
/// dialect.
const REMEMBERED: [(u64, &str); 5] = [
    (1, "506514a6d32c17af5d9ecad1bd0cfa2a"),
    (2, "506514a6d32c17af5d9ecad1bd0cfa2a"),
    (3, "506514a6d32c17af5d9ecad1bd0cfa2a"),
    (4, "506514a6d32c17af5d9ecad1bd0cfa2a"),
    (5, "506514a6d32c17af5d9ecad1bd0cfa2a"),
];

/// The same of the original dialect: what its random programs came to, and at what costs.
const REMEMBERED_OF_ARC_DSL: [(u64, &str); 5] = [
    (1, "515a1c64f9de06ab58dbcd140391d129"),
    (2, "515a1c64f9de06ab58dbcd140391d129"),
    (3, "515a1c64f9de06ab58dbcd140391d129"),
    (4, "515a1c64f9de06ab58dbcd140391d129"),
    (5, "64295444abd5ceb897d2f4ed0b59256a"),
];

/// The files of a folder of the fixtures, by their names.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(common::fixture(folder)).expect("a folder");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// Answers and costs of all primitives on the vectors.
fn primitives(hasher: &mut Md5) {
    for record in common::vectors(&common::fixture("vectors/prims.jsonl")) {
        let name = record["fn"].as_str().expect("a name");
        let arguments = record["args"].as_array().expect("arguments");
        let decode = |json| json::decode(json, &mut JsonFunctions::of(&REFERENCE));
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| decode(argument).expect("a value"))
            .collect();
        let mut context = Context::new(&REFERENCE, Budget::of_steps(10_000_000));
        let primitive = REFERENCE.named(name).expect("a primitive");
        let value = canonical::text(&primitive.call(&mut context, &arguments));
        hasher.update(format!("{name} {value} {}\n", context.steps_left()));
    }
}

/// Outputs, costs and scores of solvers, each on tasks of its own and of others.
fn solvers(hasher: &mut Md5) {
    let tasks: Vec<Task> = files("tasks")
        .iter()
        .filter(|path| path.extension().is_some_and(|own| own == "json"))
        .map(|path| {
            let name = path.file_stem().and_then(|stem| stem.to_str());
            let name = name.expect("UTF-8").parse().expect("a name");
            Task::from_json(name, &fs::read_to_string(path).expect("a file")).expect("a task")
        })
        .collect();
    for path in files("solvers") {
        let module = parse_module(&fs::read_to_string(&path).expect("a file"));
        for (place, program) in module.programs.iter().enumerate() {
            let solver = Solver::of_program(program).expect("known names");
            for task in tasks.iter().cycle().skip(place).take(3) {
                for sample in solver
                    .on_task(task, Limits::default())
                    .expect("a usual task")
                {
                    let output = sample.output.as_ref().map(canonical::text);
                    hasher.update(format!("{output:?} {} {:?}\n", sample.steps, sample.score));
                }
            }
        }
    }
}

/// Answers, failures and costs of random programs over the original dialect.
fn programs_of_arc_dsl(hasher: &mut Md5) {
    let mut evaluator = Evaluator::new();
    for line in include_str!("arc_dsl.jsonl").lines() {
        let vector: serde_json::Value = serde_json::from_str(line).expect("a vector");
        let source = vector["source"].as_str().expect("a text");
        let plan = Plan::of_listing(&ARC_DSL, &parse_listings(source)[0]).expect("known names");
        let sample: Sample = serde_json::from_value(vector.clone()).expect("a sample");
        let inputs = Inputs::new(Value::EMPTY_TUPLE, &sample);
        let evaluation = evaluator.evaluate(&plan, &inputs, Limits::default());
        let output = evaluation.result().map(canonical::text);
        let end = evaluation.first_end();
        hasher.update(format!("{output:?} {end:?} {:?}\n", evaluation.costs()));
    }
}

fn digest(of: impl FnOnce(&mut Md5)) -> String {
    let mut hasher = Md5::new();
    of(&mut hasher);
    let bytes = hasher.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_changes_answers_costs_or_scores_raises_it() {
    let of_reference = digest(|hasher| {
        primitives(hasher);
        solvers(hasher);
    });
    for (remembered, digest) in [
        (&REMEMBERED, of_reference),
        (&REMEMBERED_OF_ARC_DSL, digest(programs_of_arc_dsl)),
    ] {
        let own = (MEANING, digest.as_str());
        assert_eq!(
            remembered.last(),
            Some(&own),
            "answers, costs or scores have changed, or the fixtures: raise `meaning::MEANING` (not \
             for the fixtures alone) and remember the pair on the right"
        );
        // What has changed may be nothing that the fixtures show.
        let rises = |pair: &[(u64, &str)]| pair[0].0 < pair[1].0;
        assert!(remembered.windows(2).all(rises));
    }
}
