//! Random programs through parser and evaluator: nothing panics, nothing
//! overruns its budget.
//!
//! `PROGRAMS=1000000 cargo test --release --test random_programs` tries a
//! million; without it a few thousand are tried, in the time of other tests.
//! Each program follows from its number, so a failure names what to try again.

#![allow(clippy::print_stdout, reason = "says how far it got")]

mod common;

use std::fmt::Write;

use arc_programs::dsl::{Primitive, REFERENCE};
use arc_programs::evaluation::{Evaluator, Inputs, Limits, Plan};
use arc_programs::program::{InlineBudget, parse_module};
use arc_programs::value::canonical;
use rand::prelude::*;
use rand_chacha::ChaCha8Rng;
use run_batt::fixtures;
use run_batt::memory;

/// Tight, so that limits are met often.
const LIMITS: Limits = Limits {
    call_steps: 20_000,
    steps: 100_000,
    bytes: 8 << 20,
    deadline: None,
};

/// A source of 1 to 30 calls, most of them well-formed, few well-typed; some
/// texts are damaged.
fn source(random: &mut ChaCha8Rng) -> String {
    let mut text = "def solve(S, I, C):\n".to_owned();
    let lines = random.random_range(1..30);
    for line in 1..=lines {
        let _ = write!(text, "    x{line} = ");
        let primitive = primitive(random);
        let arity = match random.random_range(0..20) {
            0 => random.random_range(0..5),
            _ => primitive.arity(),
        };
        match random.random_range(0..8) {
            0 if line > 1 => {
                let _ = write!(text, "x{}", random.random_range(1..line));
            }
            _ => text.push_str(primitive.name),
        }
        text.push('(');
        for argument in 0..arity {
            if argument > 0 {
                text.push_str(", ");
            }
            if random.random_ratio(1, 60)
                && let Some(parameter) = primitive.parameters.get(argument)
            {
                let _ = write!(text, "{}=", parameter.name);
            }
            push_argument(&mut text, random, line);
        }
        text.push_str(")\n");
    }
    let _ = writeln!(text, "    return x{lines}");
    if random.random_ratio(1, 10) {
        damage(&mut text, random);
    }
    text
}

fn primitive(random: &mut ChaCha8Rng) -> &'static Primitive {
    let primitives = REFERENCE.primitives();
    primitives.choose(random).expect("there are primitives")
}

fn push_argument(text: &mut String, random: &mut ChaCha8Rng, line: usize) {
    match random.random_range(0..20) {
        0..12 if line > 1 => {
            // Later results likelier, so that values grow.
            let back = random
                .random_range(1..line)
                .min(random.random_range(1..line));
            let _ = write!(text, "x{}", line - back);
        }
        0..14 => text.push_str(["I", "C", "S", "I", "I"].choose(random).expect("names")),
        14..16 => {
            let primitive = primitive(random);
            text.push_str(primitive.name);
        }
        16..18 => {
            let (name, _) = REFERENCE
                .constants()
                .iter()
                .choose(random)
                .expect("constants");
            text.push_str(name);
        }
        18 => {
            let integers = [0, 1, -1, 30, 1000, 1_000_000, i64::MAX, i64::MIN];
            let _ = write!(text, "{}", integers.choose(random).expect("integers"));
        }
        _ => {
            let tuples = [
                "()",
                "(1, 2)",
                "((0, 1), (1, 0))",
                "(True,)",
                "((1, 2, 3),)",
                "(-5, 9)",
            ];
            text.push_str(tuples.choose(random).expect("tuples"));
        }
    }
}

/// Puts, drops or changes a few characters.
fn damage(text: &mut String, random: &mut ChaCha8Rng) {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..random.random_range(1..4) {
        let place = random.random_range(0..characters.len());
        let pieces = [
            '(', ')', ',', '=', ' ', '\n', '"', '\\', '#', ':', 'é', '0', '-', '\t',
        ];
        let piece = *pieces.choose(random).expect("pieces");
        match random.random_range(0..3) {
            0 => characters[place] = piece,
            1 => characters.insert(place, piece),
            _ => {
                characters.remove(place);
            }
        }
    }
    *text = characters.into_iter().collect();
}

fn inputs() -> Vec<Inputs> {
    let tasks = fixtures::tasks().expect("fixtures");
    let of_task = |id| {
        let task = tasks.load(id).expect("a sound task");
        let samples = Inputs::samples_of(&task).expect("a task of a usual size");
        let inputs = task
            .demo
            .iter()
            .map(|sample| Inputs::new(samples.clone(), sample));
        inputs.collect::<Vec<_>>()
    };
    tasks.names().flat_map(of_task).collect()
}

#[test]
fn nothing_panics_and_no_budget_is_overrun() {
    let programs: u64 = match std::env::var("PROGRAMS") {
        Ok(number) => number.parse().expect("PROGRAMS is a number"),
        Err(_) => 3000,
    };
    let inputs = inputs();
    let mut evaluator = Evaluator::new();
    let (mut evaluated, mut calls, mut exhausted, mut ended) = (0_u64, 0, 0, 0);
    for number in 0..programs {
        let mut random = ChaCha8Rng::seed_from_u64(number);
        let text = source(&mut random);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for program in parse_module(&text).programs {
                let inlined = program.inline(InlineBudget {
                    maximum_bytes: 1 << 16,
                });
                assert!(inlined.text.len() <= (1 << 16) + text.len() * 4);
                let Ok(plan) = Plan::of_program(&program) else {
                    continue;
                };
                let inputs = &inputs[random.random_range(0..inputs.len())];
                let evaluation = evaluator.evaluate(&plan, inputs, LIMITS);
                let most = LIMITS.steps + evaluation.costs().len() as u64 * LIMITS.call_steps;
                assert!(evaluation.costs().iter().sum::<u64>() <= most);
                assert!(
                    evaluation
                        .costs()
                        .iter()
                        .all(|&cost| cost <= LIMITS.call_steps)
                );
                if let Some(value) = evaluation.result() {
                    canonical::digest(value);
                }
                evaluated += 1;
                calls += evaluation.results().len();
                exhausted += evaluation.over_limit().len();
                ended += u64::from(!evaluation.is_complete());
            }
        }));
        assert!(result.is_ok(), "program {number}:\n{text}");
    }
    println!(
        "{programs} programs: {evaluated} evaluated, {calls} calls, {exhausted} beyond their budget, {ended} ended early"
    );
    assert!(evaluated > programs / 2, "most of them should run");
    if let Some(peak) = memory::peak_bytes() {
        assert!(peak < 512 << 20, "{} MiB at the peak", peak >> 20);
    }
}
