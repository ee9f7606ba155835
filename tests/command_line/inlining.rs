//! Inlining, as a command and in a run.

use crate::common::{OWN_FILES, Workplace};
use crate::small_workplace;

#[test]
fn inline_shows_any_program() {
    let workplace = Workplace::new();
    workplace.write(
        "a.py",
        "def f(S, I):\n    x1 = g(I)\n    return h(x1, x1)\n",
    );
    let shown = |arguments: &[&str]| workplace.run(&[&["inline"], arguments].concat()).stdout;
    assert_eq!(shown(&["a.py"]), "def f(S, I):\n    return h(g(I), g(I))\n");
    let identity = arc_programs::program::Identity::of("def f(S, I):\n    return h(g(I), g(I))");
    assert_eq!(shown(&["a.py", "--md5"]), format!("{identity}\n"));
    assert_eq!(
        shown(&["a.py", "--expand"]),
        "from dsl import *\nfrom constants import *\n\ndef f(S, I, C):\n    x1 = g(I)\n    O = h(x1, x1)\n    return O\n"
    );
    workplace.write("broken.py", "def f(S, I):\n    return g(I\n");
    let broken = workplace.run(&["inline", "broken.py"]);
    assert_eq!(broken.code, Some(3), "{broken:?}");
    assert!(
        broken.stderr.contains("broken.py: line 3"),
        "{}",
        broken.stderr
    );
    assert_eq!(workplace.run(&["inline", "missing.py"]).code, Some(1));
}

#[test]
fn inline_answers_requests_line_by_line() {
    use std::io::Write;
    let workplace = Workplace::new();
    let mut command = workplace.command(&["inline", "--requests"]);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines = [
        r#"{"source": "def solve(S, I, C):\n    x1 = rot90(I)\n    return x1\n"}"#,
        "not JSON",
        r#"{"source": "def solve(S, I, C):\n    while I: pass\n"}"#,
        "",
        r#"{"source": ""}"#,
    ];
    for line in lines {
        writeln!(input, "{line}").unwrap();
    }
    input.write_all(b"\xff\n").unwrap();
    drop(input);
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let answers: Vec<serde_json::Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 6);
    assert_eq!(
        answers[0]["inlined"],
        "def solve(S, I, C):\n    return rot90(I)"
    );
    assert_eq!(answers[0]["md5"].as_str().unwrap().len(), 32);
    assert!(
        answers[0]["expanded"]
            .as_str()
            .unwrap()
            .ends_with("    O = rot90(I)\n    return O\n")
    );
    for answer in &answers[1..] {
        assert!(answer["error"].is_string(), "{answer}");
    }
    assert!(
        answers[2]["error"]
            .as_str()
            .unwrap()
            .contains("line 2, column 5")
    );
}

#[test]
fn a_program_over_the_budget_is_kept_raw_and_counted() {
    let workplace = small_workplace();
    let mut source = "def solve_0520fde7(S, I, C):\n    x1 = add(I, I)\n".to_owned();
    for line in 2..=60 {
        source += &format!("    x{line} = add(x{0}, x{0})\n", line - 1);
    }
    workplace.write("solvers.py", source + "    return x60\n");
    let finished = workplace.run(&OWN_FILES);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(
        finished
            .stderr
            .contains("solve_0520fde7 kept as raw source"),
        "{}",
        finished.stderr
    );
    let record = &workplace.records("logs/inlining_telemetry.jsonl")[0];
    assert_eq!(record["timeout_count"], 1);
    assert_eq!(record["timeout_retry_success"], 1);
    assert_eq!(record["success_count"], 1);
    assert_eq!(record["total_attempts"], 2);
    // Named by the MD5 of its raw source, which its file holds.
    let name = &workplace.names("solver_md5")[0];
    let file = workplace.read(&format!("solver_md5/{name}"));
    let raw = file
        .strip_prefix("from dsl import *\nfrom constants import *\n\n")
        .unwrap()
        .trim_end();
    let identity = arc_programs::program::Identity::of(raw).to_string();
    assert_eq!(*name, format!("{identity}.py"));
}
