//! Every reader of outside data, given what damage makes of sound data.
//!
//! Some cases each; `CASES=100000 cargo test --release --test fuzz_readers` for
//! more, `FIRST=7 CASES=1` for one that failed, and `tests/fuzz/` for a fuzzer
//! that learns.

mod common;
#[path = "fuzz/readers.rs"]
mod readers;

use std::path::Path;

use common::{fixture, repository};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What is put into a text besides its own pieces.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\"",
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b":",
    b"null",
    b"-1",
    b"1e999",
    b"NaN",
    b"10",
    b"9999999999999999999999",
    b"\\u0000",
    b"\xff\xfe",
    b"../",
    b"/",
    b"..",
    b"\x1b[2J",
    b"def ",
    b"return ",
    b"(",
    b")",
    b"=",
    b"    ",
    b"\t",
    b"lambda",
    b"solve_0520fde7",
    b"differ_dir",
    b">",
    b">../outside",
    b">../../../../../outside",
    b"solver_md5",
    b"1000/17/",
    "\u{202e}".as_bytes(),
    "é".as_bytes(),
];

/// Sound data of a kind.
fn seeds(reader: &str) -> Vec<Vec<u8>> {
    let read =
        |path: &Path| std::fs::read(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let identity = "0123456789abcdef0123456789abcdef";
    match reader {
        "tasks" => {
            let task = read(&fixture("tasks/0520fde7.json"));
            let text = String::from_utf8(task.clone()).expect("UTF-8");
            let bundle = format!("{{\"0520fde7\": {text}, \"007bbfb7\": {text}}}");
            let solutions = "{\"0520fde7\": [[[1, 2]]]}";
            let pair = r#"{"input": [[null, "3"]], "output": [["3", 0]]}"#;
            let pairs = format!("[{pair}, {pair}]");
            let generated = format!(r#"{{"train": {pairs}, "test": [], "arc-gen": {pairs}}}"#);
            vec![
                task,
                bundle.clone().into_bytes(),
                format!("{{\"train\": {bundle}, \"eval\": {bundle}}}").into_bytes(),
                format!("{bundle}\0{solutions}").into_bytes(),
                format!("{pairs}\0{pairs}").into_bytes(),
                generated.into_bytes(),
                format!("{text}\0{pairs}").into_bytes(),
            ]
        }
        "programs" => vec![
            read(&fixture("solvers/first.py")),
            read(&fixture("differs/base.py")),
            b"def solve(S, I, C):\n    return canvas(ONE, astuple(2, h=3))\n".to_vec(),
        ],
        "cards" => vec![
            read(&fixture("cards/small.json")),
            read(&fixture("cards/small_run.py")),
        ],
        "submissions" => vec![
            b"{\n\"0520fde7\": [{\"attempt_1\": [[1, 2], [3, 4]], \"attempt_2\": [[0, 0], [0, 0]]}, {\"attempt_1\": [[5]], \"attempt_2\": [[6]]}],\n\"007bbfb7\": []\n}\n".to_vec(),
            b"{\"0520fde7\": [{\"attempt_1\": [[1]], \"attempt_2\": [[1]]}]}".to_vec(),
        ],
        "telemetry" => vec![
            [
                r#"{"timestamp": "2026", "run_id": "a", "task_id": "0520fde7", "event": "task_start", "timeout_value": 1.0}"#,
                r#"{"timestamp": "2026", "run_id": "a", "task_id": "0520fde7", "success": true, "error_type": null, "best_score": 1, "full_score": 2, "fingerprint": "0123456789abcdef0123456789abcdef"}"#,
                r#"{"run_id": "a", "task_id": "0520fde7", "total_attempts": 3, "success_count": 3, "timeout_count": 0, "other_errors": 0}"#,
                "",
            ]
            .join("\n")
            .into_bytes(),
        ],
        _ => vec![
            format!("solver_md5/{identity}.py\nsolver_dir/solve_0520fde7/1000/17/{identity}.py>../../../../solver_md5/{identity}.py\n").into_bytes(),
            format!("solver_md5>../outside\ndiffer_md5/{identity}.py>../../outside/mine.py\nsolver_dir/solve_0520fde7>../../outside\n").into_bytes(),
            b"solver_md5/\nsolver_dir>../outside\n".to_vec(),
            b"solver_md5/\nsolver_dir/solve_0520fde7>../../outside\n".to_vec(),
            b"solver_md5/\nsolver_dir/solve_0520fde7/1000/17>../../../../outside\n".to_vec(),
            format!("solver_md5/\nsolver_dir/solve_0520fde7/1000>../../../outside\ndiffer_dir>../outside\nlogs>../outside\ndiffer_md5/.unfinished-x>../../outside/mine.py\nsolver_dir/solve_00000000/1/1/{identity}.py>/etc/passwd\n").into_bytes(),
        ],
    }
}

/// Sound data, damaged in a few places.
fn damaged(random: &mut ChaCha8Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut data = seeds.choose(random).expect("seeds").clone();
    for _ in 0..random.random_range(1..6) {
        let place = random.random_range(0..=data.len());
        let end = (place + random.random_range(0..40)).min(data.len());
        match random.random_range(0..6) {
            0 => data.truncate(place),
            1 => drop(data.drain(place..end)),
            2 => {
                let piece = PIECES.choose(random).expect("pieces");
                drop(data.splice(place..place, piece.iter().copied()));
            }
            3 => {
                let piece = data[place..end].to_vec();
                let place = random.random_range(0..=data.len());
                drop(data.splice(place..place, piece));
            }
            4 => {
                let piece = PIECES.choose(random).expect("pieces");
                let many = piece.repeat(random.random_range(1..300));
                drop(data.splice(place..end, many));
            }
            _ => {
                if let Some(byte) = data.get_mut(place) {
                    *byte = random.random();
                }
            }
        }
    }
    data
}

fn try_out(reader: &str) {
    let cases = std::env::var("CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let (_, read) = readers::READERS
        .iter()
        .find(|(name, _)| *name == reader)
        .expect("a reader");
    let seeds = seeds(reader);
    seeds.iter().for_each(|seed| read(seed));
    let first = std::env::var("FIRST")
        .ok()
        .and_then(|first| first.parse().ok());
    let first: u64 = first.unwrap_or(0);
    for case in first..first + cases.unwrap_or(1500) {
        let data = damaged(&mut ChaCha8Rng::seed_from_u64(case), &seeds);
        let kept = data.clone();
        if let Err(panic) = std::panic::catch_unwind(|| read(&data)) {
            let path = repository().join(format!("target/fuzz-{reader}-{case}"));
            std::fs::write(&path, kept).expect("a file");
            common::show(&format!("case {case}: {}", path.display()));
            std::panic::resume_unwind(panic);
        }
    }
}

#[test]
fn tasks() {
    try_out("tasks");
}

#[test]
fn programs() {
    try_out("programs");
}

#[test]
fn cards() {
    try_out("cards");
}

#[test]
fn submissions() {
    try_out("submissions");
}

#[test]
fn telemetry() {
    try_out("telemetry");
}

#[test]
fn store_paths() {
    try_out("store_paths");
}
