//! What cannot be read or makes no sense: told in a line, and the rest goes on where it can.

use crate::common::{OWN_FILES, SMALL_TASK, Workplace};
use crate::small_workplace;

/// What is given, and what the one line on standard error has to say.
#[test]
fn what_cannot_start_says_what_where_and_what_to_do() {
    let workplace = small_workplace();
    workplace.write("empty.json", "");
    workplace.write("truncated.json", "{\n \"0520fde7\": {\"train\": [");
    workplace.write("latin.json", b"{\"\xe9\": 1}");
    workplace.write("alone/arc_solutions.json", "{}");
    workplace.write("list.json", "[1]");
    workplace.write("named/task one.json", SMALL_TASK);
    workplace.write("a_file", "");
    workplace.path("bare");
    std::fs::create_dir(workplace.path("bare")).unwrap();
    let cases: &[(&[&str], &[&str])] = &[
        (&["-t", "0520fde8"], &["0520fde8", "did you mean 0520fde7?"]),
        (&["-t", "../../etc"], &["unknown task `../../etc`"]),
        (&["-t", "1e3"], &["unknown task `1e3`"]),
        (&["-i", "0520fde8"], &["0520fde8", "did you mean 0520fde7?"]),
        (
            &["--tasks", "missing"],
            &["missing: cannot be read", "check the path"],
        ),
        (&["--tasks", "bare"], &["bare: found no tasks"]),
        (
            &["--tasks", "empty.json"],
            &["empty.json: line 1", "an empty file"],
        ),
        (
            &["--tasks", "truncated.json"],
            &["truncated.json: line 2, column 24", "is it cut off?"],
        ),
        (
            &["--tasks", "latin.json"],
            &["latin.json: line 1, column 3", "UTF-8"],
        ),
        (
            &["--tasks", "list.json"],
            &["list.json: line 1", "a JSON object of tasks"],
        ),
        (
            &["--tasks", "alone"],
            &["arc_solutions.json: found solutions without their challenges"],
        ),
        (
            &["--tasks", "alone/arc_solutions.json"],
            &["give arc_challenges.json"],
        ),
        (
            &["--tasks", "named"],
            &["task one.json", "`task one` is not a task's name"],
        ),
        (
            &["--solvers", "missing.py"],
            &["missing.py: no solvers can be read"],
        ),
        (
            &["--differs", "missing"],
            &["missing: no differs can be read"],
        ),
        (
            &["--out", "a_file"],
            &["a_file: cannot be written", "--out"],
        ),
        (
            &["--logs", "a_file"],
            &["a_file: cannot be written", "--logs"],
        ),
    ];
    for (arguments, expected) in cases {
        let finished = workplace.run(arguments);
        assert_eq!(finished.code, Some(1), "{arguments:?}: {finished:?}");
        assert_eq!(
            finished.stderr.lines().count(),
            1,
            "{arguments:?}: {finished:?}"
        );
        assert_eq!(finished.stdout, "", "{arguments:?}");
        for part in *expected {
            assert!(
                finished.stderr.contains(part),
                "{arguments:?}: {part:?} in {}",
                finished.stderr
            );
        }
        assert_eq!(
            workplace.names("solver_md5"),
            [""; 0],
            "{arguments:?}: nothing half-written"
        );
    }
}

#[test]
fn a_usage_error_is_a_usage_error() {
    let workplace = Workplace::new();
    for arguments in [
        &["--workers", "0"][..],
        &["--no-such-option"],
        &["--profile", "tpu"],
        &["-t", "0"],
        &["-t", "20.0", "--timeout", "soon"],
    ] {
        let finished = workplace.run(arguments);
        assert_eq!(finished.code, Some(2), "{arguments:?}: {finished:?}");
        assert!(
            finished.stderr.contains(arguments[0]),
            "{}",
            finished.stderr
        );
        assert_eq!(workplace.names("."), [""; 0]);
    }
}

#[test]
fn a_damaged_task_fails_alone() {
    let workplace = small_workplace();
    let grid = |rows: &str| SMALL_TASK.replacen("[[1]]", rows, 1);
    let damaged = [
        ("00000001", grid("[]"), "an empty grid"),
        (
            "00000002",
            grid("[[1, 2],\n [3]]"),
            "line 2, column 5: found row 2 of a grid has 1 cells",
        ),
        ("00000003", grid("[[10]]"), "the colour 10 in row 1"),
        (
            "00000004",
            grid(&format!("[[{}0]]", "0,".repeat(30))),
            "more than 30 cells",
        ),
        ("00000005", SMALL_TASK[..40].to_owned(), "is it cut off?"),
        ("00000006", String::new(), "an empty file"),
        (
            "00000007",
            r#"{"train": []}"#.to_owned(),
            "missing field `test`",
        ),
        ("00000008", "[".repeat(100_000), "00000008.json"),
        (
            "00000009",
            r#"{"train": [{"input": [[1]]}], "test": []}"#.to_owned(),
            "without the output of its train sample 1",
        ),
    ];
    for (id, content, _) in &damaged {
        workplace.write(&format!("tasks/{id}.json"), content);
    }
    workplace.write("tasks/0000000a.json", b"\"\xff\"");
    let finished = workplace.run(&OWN_FILES);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    assert!(
        finished.stdout.contains("11 run, 10 failed"),
        "{}",
        finished.stdout
    );
    for (id, _, problem) in &damaged {
        let line = finished
            .stderr
            .lines()
            .find(|line| line.contains(&format!("task {id} failed")));
        let line = line.unwrap_or_else(|| panic!("{id} in {}", finished.stderr));
        assert!(line.contains(problem), "{problem:?} in {line}");
    }
    assert_eq!(workplace.names("solver_md5").len(), 1, "the sound task ran");
    let timing = workplace.records("logs/run_batt_timing_stats.jsonl");
    let failed = timing
        .iter()
        .filter(|record| record["error_type"] == "task_error");
    assert_eq!(failed.count(), 10);
}

#[test]
fn a_damaged_function_is_skipped_alone() {
    let workplace = small_workplace();
    workplace.write(
        "differs.py",
        "def differ_loop(S, I, C):\n    for x in I:\n        pass\n    return I\n\n\
         def differ_a(S, I, C):\n    return size(I)\n\n\
         def differ_b(S, I, C):\n    x1 = [I]\n    return x1\n\n\
         def differ_c(S, I, C):\n    I = rot90(I)\n    return I\n\n\
         def differ_d(S, I, C):\n    x2 = rot90(x1)\n    x1 = I\n    return x2\n\n\
         def differ_a(S, I, C):\n    return height(I)\n\n\
         def differ_e(A, B):\n    return A\n\n\
         def helper(S, I, C):\n    return I\n\n\
         def differ_f(S, I, C):\n    return 99999999999999999999\n\n\
         def differ_g(S, I, C):\n    x1 = rot90(I\n\n\
         def differ_h(S, I, C):\n    x1 = (I, 1)\n    return x1\n",
    );
    workplace.write("more/latin.py", b"# \xe9\n");
    let finished = workplace.run(&[&OWN_FILES[..], &["--differs", "more"]].concat());
    assert_eq!(finished.code, Some(3), "{finished:?}");
    let expected = [
        "differs.py: line 2, column 5: in `differ_loop`: found the Python keyword `for`",
        "differs.py: line 10, column 10: in `differ_b`: found `[`",
        "differs.py: line 14, column 5: in `differ_c`: found an assignment to the parameter `I`",
        "differs.py: line 19, column 5: in `differ_d`: found an assignment to `x1`, which line 18 used before",
        "differs.py: line 6, column 5: in `differ_a`: found another function of this name at line 22",
        "in `differ_e`: found the parameters (A, B), expected (S, I, C)",
        "in `helper`: found a function that is neither solver nor differ",
        "in `differ_f`: found `99999999999999999999`, expected an integer of at most 64 bits",
        "in `differ_g`: found `def`",
        "in `differ_h`: found a tuple that holds a name or a call",
        "latin.py: line 1, column 3: found bytes that are not UTF-8",
    ];
    for line in expected {
        assert!(
            finished.stderr.contains(line),
            "{line:?} in\n{}",
            finished.stderr
        );
    }
    assert!(
        finished.stdout.contains("11 skipped"),
        "{}",
        finished.stdout
    );
    // The solver, and the one differ that is left.
    let record = &workplace.records("logs/inlining_telemetry.jsonl")[0];
    assert_eq!(record["success_count"], 2);
}
