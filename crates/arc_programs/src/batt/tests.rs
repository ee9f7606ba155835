use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::*;
use crate::card::CardBuilder;
use crate::evaluation::Limits;
use crate::program::parse_expression;
use crate::task::Task;

/// Programs that share calls, of which some are dear, and some large.
const SOLVERS: [&str; 10] = [
    "rot90(I)",
    "hconcat(rot90(I), rot90(I))",
    "vconcat(hconcat(rot90(I), rot90(I)), hconcat(rot90(I), rot90(I)))",
    "upscale_t(rot90(I), 9)",
    "crop(upscale_t(rot90(I), 9), (0, 0), (2, 2))",
    "fill(upscale_t(rot90(I), 9), 3, product(asindices(I), asindices(I)))",
    "paint(I, toobject(product(initset(0), (0, 1, 2)), upscale_t(rot90(I), 9)))",
    "rot270(repeat(I, size(product(asindices(I), asindices(I)))))",
    "canvas(size(product(asindices(I), asindices(I))), (3, 3))",
    "I",
];

const DIFFERS: [&str; 4] = [
    "astuple(1, add(equality(I, C), 0))",
    "astuple(size(asindices(C)), size(intersection(asindices(I), asindices(C))))",
    "astuple(size(product(asindices(I), asindices(C))), size(asindices(C)))",
    "astuple(size(asindices(upscale_t(I, 5))), 1)",
];

const TASK: &str = r#"{"train": [
    {"input": [[1, 2, 0], [0, 3, 0], [0, 0, 4]], "output": [[0, 0, 1], [0, 3, 2], [4, 0, 0]]},
    {"input": [[5]], "output": [[5]]}], "test": []}"#;

/// A cache that forgets nothing.
#[derive(Debug, Default)]
struct Everything {
    solvers: Mutex<HashMap<Digest, SolverResult>>,
    differs: Mutex<HashMap<Digest, ProgramScore>>,
    outputs: Mutex<HashMap<Digest, Value>>,
}

impl ResultCache for Everything {
    fn solver(&self, key: Digest) -> Option<SolverResult> {
        self.solvers.lock().unwrap().get(&key).copied()
    }

    fn differ(&self, key: Digest) -> Option<ProgramScore> {
        self.differs.lock().unwrap().get(&key).copied()
    }

    fn output(&self, digest: Digest) -> Option<Value> {
        self.outputs.lock().unwrap().get(&digest).cloned()
    }

    fn keep_output(&self, digest: Digest, output: &Value) {
        let mut outputs = self.outputs.lock().unwrap();
        outputs.insert(digest, output.clone());
    }

    fn keep_solver(&self, key: Digest, result: SolverResult) {
        let before = self.solvers.lock().unwrap().insert(key, result);
        assert!(before.is_none_or(|before| before == result));
    }

    fn keep_differ(&self, key: Digest, score: ProgramScore) {
        let before = self.differs.lock().unwrap().insert(key, score);
        assert!(before.is_none_or(|before| before == score));
    }
}

/// What a card of these programs scores, by sample.
fn scores(solvers: &[&str], differs: &[&str], limits: Limits) -> Vec<SampleScores> {
    scores_with(solvers, differs, limits, &NoCache)
}

fn scores_with(
    solvers: &[&str],
    differs: &[&str],
    limits: Limits,
    cache: &dyn ResultCache,
) -> Vec<SampleScores> {
    let (batt, samples) = batt(solvers, differs, limits);
    let begun = batt.on_task(&samples, cache);
    let on_sample = |(place, sample)| batt.on_sample(&begun, place, sample, cache);
    samples.iter().enumerate().map(on_sample).collect()
}

fn batt(solvers: &[&str], differs: &[&str], limits: Limits) -> (Batt, Vec<SampleInputs>) {
    let task = Task::from_json("made".parse().unwrap(), TASK).unwrap();
    let mut builder = CardBuilder::new();
    for text in solvers {
        let program = parse_expression(text).unwrap();
        let output = builder.add_solver(task.name, &program, false).unwrap();
        for differ in differs {
            let program = parse_expression(differ).unwrap();
            builder
                .add_differ("differ", &program, Some(output))
                .unwrap();
        }
    }
    let budget = SampleBudget {
        limits,
        timeout: None,
    };
    let batt = Batt::new(&builder.finish(), budget).unwrap();
    (batt, samples_of(&task).unwrap())
}

fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left.equals(right),
        (left, right) => left.is_none() && right.is_none(),
    }
}

proptest! {
    /// A budget is a program's own: what it scores and takes does not follow from the
    /// others in its card, whichever limit it meets.
    #[test]
    fn a_program_comes_to_the_same_alone_and_in_any_card(
        solvers in subsequence(SOLVERS.to_vec(), 1..=SOLVERS.len()).prop_shuffle(),
        differs in subsequence(DIFFERS.to_vec(), 1..=DIFFERS.len()),
        steps in prop_oneof![1_u64..400, 400_u64..6000],
        call_steps in prop_oneof![1_u64..400, Just(1_000_000)],
        bytes in prop_oneof![100_u64..4000, 4000_u64..100_000, Just(1 << 30)],
    ) {
        let limits = Limits { call_steps, steps, bytes, deadline: None };
        let together = scores(&solvers, &differs, limits);
        for (place, solver) in solvers.iter().enumerate() {
            let of_one = scores(&[solver], &differs, limits);
            for (all, one) in together.iter().zip(&of_one) {
                prop_assert_eq!(all.solvers[place], one.solvers[0], "{}", solver);
                prop_assert!(all.solvers[place].is_decided);
                prop_assert!(all.solvers[place].steps <= steps);
                prop_assert!(same(all.outputs[place].as_ref(), one.outputs[0].as_ref()));
                let own = &all.differs[place * differs.len()..][..differs.len()];
                prop_assert_eq!(own, &one.differs[..], "{}", solver);
            }
        }
    }
}

proptest! {
    /// Whatever an evaluator has evaluated before, it comes to the same.
    #[test]
    fn an_evaluator_brings_nothing_from_card_to_card(
        before in subsequence(SOLVERS.to_vec(), 1..=SOLVERS.len()),
        solvers in subsequence(SOLVERS.to_vec(), 1..=SOLVERS.len()).prop_shuffle(),
        differs in subsequence(DIFFERS.to_vec(), 0..=DIFFERS.len()),
        steps in prop_oneof![1_u64..400, 400_u64..6000],
        call_steps in prop_oneof![1_u64..400, Just(1_000_000)],
        bytes in prop_oneof![100_u64..4000, 4000_u64..100_000, Just(1 << 30)],
    ) {
        let limits = Limits { call_steps, steps, bytes, deadline: None };
        let mut evaluator = Evaluator::new();
        let mut by_one = |solvers: &[&str]| -> Vec<SampleScores> {
            let (batt, samples) = batt(solvers, &differs, limits);
            let begun = batt.on_task(&samples, &NoCache);
            let numbered = samples.iter().enumerate();
            let scores = numbered.map(|(place, sample)| {
                batt.on_sample_by(&mut evaluator, &begun, place, sample, &NoCache)
            });
            scores.collect()
        };
        by_one(&before);
        for (own, fresh) in by_one(&solvers).iter().zip(scores(&solvers, &differs, limits)) {
            prop_assert_eq!(&own.solvers, &fresh.solvers);
            prop_assert_eq!(&own.differs, &fresh.differs);
            prop_assert_eq!(&own.over_limit, &fresh.over_limit);
            for (own, fresh) in own.outputs.iter().zip(&fresh.outputs) {
                prop_assert!(same(own.as_ref(), fresh.as_ref()));
            }
        }
    }
}

proptest! {
    /// Whatever a cache knows, the scores are the same, and what it knows is not evaluated.
    #[test]
    fn a_cache_changes_nothing_but_time(
        before in subsequence(SOLVERS.to_vec(), 0..=SOLVERS.len()),
        differs_before in subsequence(DIFFERS.to_vec(), 0..=DIFFERS.len()),
        solvers in subsequence(SOLVERS.to_vec(), 1..=SOLVERS.len()).prop_shuffle(),
        differs in subsequence(DIFFERS.to_vec(), 0..=DIFFERS.len()),
        steps in prop_oneof![1_u64..400, 400_u64..6000],
        call_steps in prop_oneof![1_u64..400, Just(1_000_000)],
        bytes in prop_oneof![100_u64..4000, 4000_u64..100_000, Just(1 << 30)],
    ) {
        let limits = Limits { call_steps, steps, bytes, deadline: None };
        let cache = Everything::default();
        scores_with(&before, &differs_before, limits, &cache);
        let cold = scores(&solvers, &differs, limits);
        let warm = scores_with(&solvers, &differs, limits, &cache);
        let known = scores_with(&solvers, &differs, limits, &cache);
        for ((cold, warm), known) in cold.iter().zip(&warm).zip(&known) {
            for other in [warm, known] {
                prop_assert_eq!(&cold.solvers, &other.solvers);
                prop_assert_eq!(&cold.differs, &other.differs);
            }
            let is_digested = |output: &Option<Value>| {
                output.as_ref().is_none_or(|output| Digest::of_output(output).is_some())
            };
            if cold.outputs.iter().all(is_digested) {
                prop_assert_eq!(known.evaluated, 0);
            }
            let programs = (solvers.len() * (1 + differs.len())) as u64;
            prop_assert_eq!(warm.evaluated + warm.remembered, programs);
        }
    }
}

/// A cache that knows everything while a task's shared results are made, and nothing
/// afterwards.
#[derive(Debug, Default)]
struct Forgetful {
    known: Everything,
    has_forgotten: AtomicBool,
}

impl ResultCache for Forgetful {
    fn solver(&self, key: Digest) -> Option<SolverResult> {
        let known = self.known.solver(key);
        known.filter(|_| !self.has_forgotten.load(Ordering::Relaxed))
    }

    fn differ(&self, key: Digest) -> Option<ProgramScore> {
        let known = self.known.differ(key);
        known.filter(|_| !self.has_forgotten.load(Ordering::Relaxed))
    }

    fn keep_solver(&self, key: Digest, result: SolverResult) {
        self.known.keep_solver(key, result);
    }

    fn keep_differ(&self, key: Digest, score: ProgramScore) {
        self.known.keep_differ(key, score);
    }
}

#[test]
fn a_cache_may_forget_between_a_task_and_its_samples() {
    let limits = Limits::default();
    let cache = Forgetful::default();
    let expected = scores(&SOLVERS, &DIFFERS, limits);
    scores_with(&SOLVERS, &DIFFERS, limits, &cache.known);
    let (batt, samples) = batt(&SOLVERS, &DIFFERS, limits);
    let begun = batt.on_task(&samples, &cache);
    cache.has_forgotten.store(true, Ordering::Relaxed);
    for ((place, sample), expected) in samples.iter().enumerate().zip(expected) {
        let own = batt.on_sample(&begun, place, sample, &cache);
        assert_eq!(own.solvers, expected.solvers);
        assert_eq!(own.differs, expected.differs);
    }
}

#[test]
fn what_meets_a_limit_takes_all_that_it_may_and_leaves_the_others_theirs() {
    let limits = Limits {
        steps: 60,
        ..Limits::default()
    };
    let [first, _] = &scores(&["upscale_t(I, 9)", "rot90(I)"], &[], limits)[..] else {
        panic!("two samples");
    };
    assert_eq!(first.solvers[0].steps, 60);
    assert!(first.outputs[0].is_none() && first.outputs[1].is_some());
    assert_eq!(first.over_limit.len(), 1);
}

/// A cache that counts how often it is asked for what differs come to.
#[derive(Debug, Default)]
struct Counting {
    known: Everything,
    asked: AtomicUsize,
}

impl ResultCache for Counting {
    fn solver(&self, key: Digest) -> Option<SolverResult> {
        self.known.solver(key)
    }

    fn differ(&self, key: Digest) -> Option<ProgramScore> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.known.differ(key)
    }

    fn keep_solver(&self, key: Digest, result: SolverResult) {
        self.known.keep_solver(key, result);
    }

    fn keep_differ(&self, key: Digest, score: ProgramScore) {
        self.known.keep_differ(key, score);
    }
}

#[test]
fn one_differ_on_one_output_is_asked_for_and_evaluated_once() {
    // Two outputs of the first sample, and one of the second, which is its input.
    let solvers = ["I", "rot90(I)", "rot270(rot180(I))", "rot180(rot180(I))"];
    let (differs, limits) = (&DIFFERS[..2], Limits::default());
    let cache = Counting::default();
    for (evaluated, remembered, asked) in [([8, 6], [4, 6], 6), ([0, 0], [12, 12], 6)] {
        cache.asked.store(0, Ordering::Relaxed);
        let own = scores_with(&solvers, differs, limits, &cache);
        for (place, own) in own.iter().enumerate() {
            assert_eq!(own.evaluated, evaluated[place]);
            assert_eq!(own.remembered, remembered[place]);
            assert_eq!(own.differs[..2], own.differs[6..]);
            assert_eq!(own.differs[2..4], own.differs[4..6]);
        }
        assert_eq!(cache.asked.load(Ordering::Relaxed), asked);
    }
}
