//! Data as people have them: every layout is listed, run, resumed, examined and
//! counted, and what contradicts itself is refused in a line.

mod common;

use common::{Finished, Workplace};
use serde_json::{Value, json};

/// What the solver of each task does: turns a grid by half.
const SOLVER: &str = "def solve(S, I, C):\n    O = rot180(I)\n    return O\n";

/// A grid of one row, and the same turned by half.
fn pair(first: u8) -> Value {
    json!({"input": [[first, 1, 2]], "output": [[2, 1, first]]})
}

/// A task of two demos and a test sample.
fn task(first: u8) -> Value {
    json!({"train": [pair(first), pair(first + 1)], "test": [pair(first + 2)]})
}

/// A task whose test output nobody tells.
fn challenge(first: u8) -> Value {
    json!({"train": [pair(first)], "test": [{"input": [[first, 1]]}]})
}

/// A workplace with files, each of some JSON.
fn workplace(files: &[(&str, Value)]) -> Workplace {
    let workplace = Workplace::new();
    for (path, content) in files {
        workplace.write(path, content.to_string());
    }
    workplace
}

fn listed(workplace: &Workplace, arguments: &[&str]) -> Value {
    let arguments = [&["list", "--format", "json"], arguments].concat();
    let finished = workplace.run(&arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    serde_json::from_str(&finished.stdout).expect("JSON")
}

/// The names of the tasks of data.
fn names(workplace: &Workplace, data: &str) -> Vec<String> {
    let list = listed(workplace, &["--tasks", data, "--data", "both"]);
    let tasks = list["tasks"].as_array().expect("tasks").iter();
    tasks
        .map(|own| own["task"].as_str().expect("a name").to_owned())
        .collect()
}

/// What refuses data does so in a line, and leaves nothing.
fn refused(workplace: &Workplace, data: &str) -> String {
    let finished = workplace.run(&["--tasks", data, "--out", "out"]);
    assert_eq!(finished.code, Some(1), "{data}: {finished:?}");
    assert_eq!(finished.stderr.lines().count(), 1, "{data}: {finished:?}");
    assert!(!workplace.path("out").exists(), "{data}: {finished:?}");
    finished.stderr
}

/// All that is done with data: each task is run with a solver of its own, and the run
/// is resumed, examined and counted. Notices of the run.
fn used(workplace: &Workplace, data: &str, tasks: &[&str]) -> String {
    for task in tasks {
        workplace.write(&format!("solvers/solve_{task}/own.py"), SOLVER);
    }
    workplace.write(
        "differs.py",
        "def differ(S, I, C):\n    x = equality(I, C)\n    return astuple(1, x)\n",
    );
    assert_eq!(names(workplace, data), tasks, "{data}");
    let arguments = [
        "--tasks",
        data,
        "--data",
        "both",
        "--solvers",
        "solvers",
        "--differs",
        "differs.py",
        "--out",
        "out",
        "--resume",
    ];
    let first = workplace.run(&arguments);
    assert_eq!(first.code, Some(0), "{data}: {first:?}");
    let solved = format!("\nsolved    {0} of {0} task", tasks.len());
    assert!(first.stdout.contains(&solved), "{data}: {first:?}");
    let again = workplace.run(&arguments);
    assert_eq!(again.code, Some(0), "{data}: {again:?}");
    let passed_over = format!("tasks     0 run, {} finished before\n", tasks.len());
    assert!(again.stdout.contains(&passed_over), "{data}: {again:?}");
    let Finished { stdout, .. } = workplace.run(&["doctor", "--out", "out"]);
    assert!(stdout.ends_with("all is well\n"), "{data}: {stdout}");
    let stats = workplace.run(&["stats", "--out", "out", "--tasks", data]);
    assert_eq!(stats.code, Some(0), "{data}: {stats:?}");
    for task in tasks {
        assert!(stats.stdout.contains(task), "{data}: {stats:?}");
        let kept = workplace.names(&format!("out/solver_dir/solve_{task}"));
        assert!(!kept.is_empty(), "{data}: {task}");
    }
    first.notices().to_owned()
}

#[test]
fn tasks_that_are_arrays_of_pairs_have_demos_alone() {
    let pairs: Vec<Value> = (0..7).map(pair).collect();
    let workplace = workplace(&[
        ("re_arc/metadata.json", json!({"3c9b0459": {"pairs": 7}})),
        ("re_arc/tasks/3c9b0459.json", json!(pairs)),
        ("re_arc/tasks/task001.json", json!(pairs[..2])),
    ]);
    let notices = used(&workplace, "re_arc", &["3c9b0459", "task001"]);
    assert_eq!(
        notices,
        "run_batt: re_arc/metadata.json: passed over, it holds no task\n"
    );
    let list = listed(&workplace, &["--tasks", "re_arc/tasks"]);
    let [first, _] = &list["tasks"].as_array().expect("tasks")[..] else {
        panic!("{list}");
    };
    assert_eq!((&first["demo"], &first["test"]), (&json!(7), &json!(0)));
    // A file of one, too.
    assert_eq!(names(&workplace, "re_arc/tasks/task001.json"), ["task001"]);
    // `eval` says which samples there are.
    let finished = workplace.run(&[
        "eval",
        "-e",
        "rot180(I)",
        "--tasks",
        "re_arc",
        "-t",
        "3c9b0459",
        "--sample",
        "test:0",
    ]);
    let told = "task 3c9b0459 has no sample test:0; it has demo:0 to demo:6\n";
    assert!(finished.stderr.ends_with(told), "{finished:?}");
}

#[test]
fn folders_of_folders_are_gone_through() {
    let concepts = workplace(&[
        ("corpus/Above/Above1.json", task(0)),
        ("corpus/Above/Above10.json", task(1)),
        ("corpus/Below/Below1.json", task(2)),
        ("corpus/Below/.hidden/Below9.json", task(3)),
        ("corpus/.cache/Above1.json", task(4)),
    ]);
    concepts.write("corpus/.DS_Store", "");
    concepts.write("corpus/README.md", "{}");
    assert_eq!(
        used(&concepts, "corpus", &["Above1", "Above10", "Below1"]),
        ""
    );
    let types = workplace(&[
        ("1D/dataset/1d_fill/1d_fill_0.json", task(0)),
        ("1D/dataset/1d_move_1p/1d_move_1p_0.json", task(1)),
    ]);
    used(&types, "1D", &["1d_fill_0", "1d_move_1p_0"]);
    // Where a folder has task files, those below are not meant.
    let beside = workplace(&[("data/a1.json", task(0)), ("data/old/a2.json", task(1))]);
    assert_eq!(names(&beside, "data"), ["a1"]);
    // And too deep is too deep.
    let deep = workplace(&[("data/1/2/3/4/a1.json", task(0))]);
    assert!(refused(&deep, "data").contains("found no tasks here"));
}

#[test]
fn links_to_folders_are_not_followed() {
    let workplace = workplace(&[("data/a/a1.json", task(0))]);
    std::os::unix::fs::symlink("..", workplace.path("data/a/up")).expect("a link");
    std::os::unix::fs::symlink("/", workplace.path("data/all")).expect("a link");
    assert_eq!(names(&workplace, "data"), ["a1"]);
}

#[test]
fn data_among_folders_are_not_mixed_with_others() {
    let workplace = workplace(&[
        ("all/arc/training/0520fde7.json", task(0)),
        (
            "all/kaggle/arc_challenges.json",
            json!({"00000001": task(1)}),
        ),
    ]);
    let told = refused(&workplace, "all");
    assert!(told.ends_with("; did you mean all/arc?\n"), "{told}");
    workplace.write("all/more/a1.json", task(0).to_string());
    let finished = workplace.run(&["list", "--tasks", "all"]);
    assert!(finished.stdout.contains("1 task of all"), "{finished:?}");
    let told = "run_batt: 2 folders are passed over, they are data of their own: all/arc and others; give them by their paths\n";
    assert_eq!(finished.stderr, told);
}

#[test]
fn cells_as_an_editor_has_left_them_are_colours() {
    let own = json!({
        "train": [{"input": [[null, "3"]], "output": [["3", 0]]}],
        "test": [{"input": [["1", null]], "output": [[0, "1"]]}],
    });
    let workplace = workplace(&[
        ("mini/Gravity_l6ab99.json", own),
        ("mini/diagonal motion_l6.json", task(0)),
        ("mini/1,3,5th.json", task(1)),
    ]);
    let notices = used(&workplace, "mini", &["Gravity_l6ab99"]);
    assert!(
        notices.starts_with(
            "run_batt: 2 files are passed over, their names are not tasks': mini/1,3,5th.json ("
        ),
        "{notices}"
    );
    // Where no file has a name, there is nothing to go on with.
    let none = self::workplace(&[("mini/diagonal motion.json", task(0))]);
    let told = refused(&none, "mini");
    assert!(
        told.contains("`diagonal motion` is not a task's name"),
        "{told}"
    );
}

#[test]
fn what_a_generator_has_added_is_there_where_it_is_asked_for() {
    let mut own = task(0);
    let generated = [
        pair(3),
        json!({"input": [[1, 2]], "output": [[1, 2]]}),
        pair(4),
    ];
    own["arc-gen"] = json!(generated);
    let workplace = workplace(&[("golf/task001.json", own)]);
    // The solver that misses one of the generator's samples has solved the task.
    used(&workplace, "golf", &["task001"]);
    let plain = listed(&workplace, &["--tasks", "golf"]);
    assert_eq!(plain["tasks"][0].get("arc-gen"), None);
    let counted = listed(&workplace, &["--tasks", "golf", "--arc-gen"]);
    assert_eq!(counted["tasks"][0]["arc-gen"], 3);
    let table = workplace
        .run(&["list", "--tasks", "golf", "--arc-gen"])
        .stdout;
    assert!(table.contains("largest  arc-gen\n"), "{table}");
    let eval = |arguments: &[&str]| {
        let own = [
            "eval",
            "-e",
            "rot180(I)",
            "--tasks",
            "golf",
            "-t",
            "task001",
        ];
        workplace.run(&[&own[..], arguments].concat())
    };
    let scored = eval(&["--arc-gen"]);
    assert_eq!(scored.code, Some(0), "{scored:?}");
    let told =
        "task task001: exact on 2 of 3 arc-gen samples, score 2100 of 3000\nnot exact: arc-gen:1\n";
    assert_eq!(scored.stdout, told);
    let record: Value =
        serde_json::from_str(&eval(&["--arc-gen", "--format", "json"]).stdout).expect("JSON");
    assert_eq!(record["exact"], 2);
    assert_eq!(record["not_exact"], json!(["arc-gen:1"]));
    let one = eval(&["--sample", "arc-gen:1", "--format", "json"]);
    let record: Value = serde_json::from_str(&one.stdout).expect("JSON");
    assert_eq!(record["exact"], false, "{one:?}");
    let missing = eval(&["--sample", "arc-gen:3"]);
    assert!(
        missing
            .stderr
            .ends_with("it has demo:0 to demo:1 and test:0 and arc-gen:0 to arc-gen:2\n"),
        "{missing:?}"
    );
    // What is wrong with it matters where it is asked for.
    let mut damaged = task(0);
    damaged["arc-gen"] = json!([{"input": [[77]], "output": [[1]]}]);
    workplace.write("golf/task001.json", damaged.to_string());
    assert_eq!(names(&workplace, "golf"), ["task001"]);
    let told = workplace.run(&["list", "--tasks", "golf", "--arc-gen"]);
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stdout.contains("the colour 77"), "{told:?}");
    workplace.write("golf/task001.json", task(0).to_string());
    let none = eval(&["--arc-gen"]);
    assert!(none.stderr.contains("expected a list arc-gen"), "{none:?}");
}

#[test]
fn a_bundle_of_test_tasks_is_the_data_where_there_is_no_other() {
    let test = json!({"00000003": challenge(3)});
    let workplace = workplace(&[
        ("kaggle/arc-agi_test_challenges.json", test),
        (
            "kaggle/sample_submission.json",
            json!({"00000003": [{"attempt_1": [[0, 0], [0, 0]], "attempt_2": [[0, 0], [0, 0]]}]}),
        ),
    ]);
    for part in ["train", "eval", "both"] {
        let list = listed(&workplace, &["--tasks", "kaggle", "--data", part]);
        assert_eq!(list["tasks"][0]["task"], "00000003", "{part}");
        assert_eq!(list["tasks"][0]["unknown"], 1, "{part}");
    }
    let training = json!({"00000001": task(1)});
    workplace.write(
        "kaggle/arc-agi_training_challenges.json",
        training.to_string(),
    );
    assert_eq!(names(&workplace, "kaggle"), ["00000001"]);
}

#[test]
fn solutions_of_other_challenges_are_not_taken() {
    let none = workplace(&[
        (
            "data/arc_challenges.json",
            json!({"00000001": challenge(1)}),
        ),
        ("data/arc_solutions.json", json!({"00000002": [[[1]]]})),
    ]);
    let told = refused(&none, "data");
    assert!(
        told.contains(
            "arc_solutions.json: found solutions of none of the tasks of data/arc_challenges.json"
        ),
        "{told}"
    );
    let some = workplace(&[
        (
            "data/arc_challenges.json",
            json!({"00000001": challenge(1), "00000002": challenge(2)}),
        ),
        (
            "data/arc_solutions.json",
            json!({"00000002": [[[1]]], "00000003": [[[1]]]}),
        ),
    ]);
    let told = some.run(&["list", "--tasks", "data"]).stderr;
    assert_eq!(
        told,
        "run_batt: data/arc_solutions.json: solutions of 1 of 2 challenges, and 1 that are for none of them; do they belong together?\n"
    );
    for wrong in [json!([]), json!([[[1]], [[2]]])] {
        let own = workplace(&[
            (
                "data/arc_challenges.json",
                json!({"00000001": challenge(1)}),
            ),
            ("data/arc_solutions.json", json!({"00000001": wrong})),
        ]);
        let finished = own.run(&["list", "--tasks", "data"]);
        assert_eq!(finished.code, Some(3), "{finished:?}");
        assert!(
            finished
                .stdout
                .contains("are these the solutions of other challenges?"),
            "{finished:?}"
        );
    }
}

#[test]
fn a_task_that_two_files_have_is_taken_once_or_not_at_all() {
    let alike = workplace(&[
        ("data/a/a1.json", task(0)),
        ("data/a/a2.json", task(1)),
        ("data/b/a1.json", task(0)),
    ]);
    // However it is written.
    let pretty = serde_json::to_string_pretty(&task(1)).expect("JSON");
    alike.write("data/b/a2.json", pretty);
    assert_eq!(
        used(&alike, "data", &["a1", "a2"]),
        "run_batt: 2 tasks are twice in the data, alike: task a1 of data/a/a1.json is in data/b/a1.json too, which is passed over for it\n"
    );
    alike.write("data/b/a2.json", task(2).to_string());
    std::fs::remove_dir_all(alike.path("out")).expect("a store");
    let told = refused(&alike, "data");
    assert_eq!(
        told,
        "run_batt: error: task a2 is in two files that differ about it, data/a/a2.json and data/b/a2.json; give one of them by its path, or move one away\n"
    );
    let bundles = workplace(&[
        ("data/one_challenges.json", json!({"a1": task(0)})),
        ("data/two_challenges.json", json!({"a1": task(1)})),
    ]);
    assert!(refused(&bundles, "data").contains("one_challenges.json and data/two"));
    // Of two parts the first has it, as always.
    let parts = workplace(&[
        ("data/training/a1.json", task(0)),
        ("data/evaluation/a1.json", task(1)),
    ]);
    used(&parts, "data", &["a1"]);
}

#[test]
fn names_that_differ_in_case_alone_are_for_file_systems_that_tell_them_apart() {
    let tasks = json!({"Fill1": task(0), "fill1": task(1), "fill2": task(2)});
    let workplace = workplace(&[("data.json", tasks)]);
    used(&workplace, "data.json", &["Fill1", "fill1", "fill2"]);
    // A file with two names, as such a file system has all of them.
    workplace.write("other/notes", "");
    std::fs::hard_link(workplace.path("other/notes"), workplace.path("other/NOTES"))
        .expect("a link");
    let run = |task| {
        workplace.run(&[
            "--tasks",
            "data.json",
            "--solvers",
            "solvers",
            "--differs",
            "differs.py",
            "--out",
            "other",
            "-t",
            task,
        ])
    };
    let finished = run("fill1");
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(
        finished.stderr.starts_with(
            "run_batt: error: tasks fill1 and Fill1: their names differ in case alone"
        ),
        "{finished:?}"
    );
    assert_eq!(workplace.names("other"), ["NOTES", "notes"]);
    let finished = run("fill2");
    assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
}

#[test]
fn what_may_be_several_things_says_what_it_was_taken_for() {
    let mut both = task(0);
    both["0520fde7"] = task(1);
    let workplace = workplace(&[
        ("both.json", both),
        (
            "arckit.json",
            json!({"train": {"a1": task(0)}, "a2": task(1)}),
        ),
        ("kaggle/arc_challenges.json", json!({"a1": task(0)})),
        ("kaggle/0520fde7.json", task(1)),
        ("parts/training/a1.json", task(0)),
        ("parts/0520fde7.json", task(1)),
    ]);
    for (data, task, told) in [
        (
            "both.json",
            "both",
            "both.json: taken for one task, having train and test; 1 task beside passed over",
        ),
        (
            "arckit.json",
            "a1",
            "arckit.json: taken for tasks by split, having train or eval; 1 task beside passed over",
        ),
        (
            "kaggle",
            "a1",
            "kaggle: taken for its bundles; 1 task file beside them passed over",
        ),
        (
            "parts",
            "a1",
            "parts: taken for its folders training and evaluation; 1 task file beside them passed over",
        ),
    ] {
        assert_eq!(names(&workplace, data), [task]);
        let finished = workplace.run(&["list", "--tasks", data]);
        assert_eq!(finished.stderr, format!("run_batt: {told}\n"));
    }
}

#[test]
fn an_archive_and_a_folder_of_other_files_say_what_to_do() {
    let workplace = workplace(&[("notes/settings.json", json!({"version": {"major": 1}}))]);
    workplace.write("re_arc.zip", b"PK\x03\x04");
    let told = refused(&workplace, "re_arc.zip");
    assert!(
        told.ends_with("unpack it: unzip re_arc.zip -d re_arc\n"),
        "{told}"
    );
    let told = refused(&workplace, "notes");
    assert!(
        told.ends_with("; notes/settings.json holds none\n"),
        "{told}"
    );
}
