//! Somebody who comes from the Python program: a folder as it is there, and the
//! commands of its scripts, with the program's name changed and nothing else.

mod common;

use std::process::Command;

use arc_programs::program::parse_module;
use common::{Finished, Workplace, fixture, path_with_binary};

/// The tasks of the fixtures that are laid out as training tasks; the others are
/// evaluation tasks.
const TRAINING: usize = 20;

/// A folder `project` with a generated module, and the data beside it, in
/// `arc-prize-2025`, as Kaggle lays them out.
struct User {
    workplace: Workplace,
    /// The IDs of all tasks, in the order of the data.
    tasks: Vec<String>,
}

impl User {
    fn new() -> Self {
        let workplace = Workplace::new();
        let module = std::fs::read_to_string(fixture("cards/small_run.py")).expect("a module");
        workplace.write("project/tmp_batt_onerun_run.py", module);
        // The reference's other half of a card, which means nothing here.
        workplace.write("project/tmp_batt_onerun_run_call.py", "t_call = {}\n");
        let mut tasks = Vec::new();
        for entry in std::fs::read_dir(fixture("tasks")).expect("the fixtures") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a task");
            let id = path.file_stem().expect("a name").to_str().expect("UTF-8");
            let task: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            tasks.push((id.to_owned(), task));
        }
        tasks.sort_by(|left, right| left.0.cmp(&right.0));
        for (part, own) in [
            ("training", &tasks[..TRAINING]),
            ("evaluation", &tasks[TRAINING..]),
        ] {
            let mut challenges = serde_json::Map::new();
            let mut solutions = serde_json::Map::new();
            for (id, task) in own {
                let mut task = task.clone();
                let tests = task["test"].as_array_mut().expect("test samples");
                let outputs = tests
                    .iter_mut()
                    .map(|sample| sample.as_object_mut().expect("a sample").remove("output"));
                let outputs: Option<Vec<serde_json::Value>> = outputs.collect();
                solutions.insert(id.clone(), outputs.expect("known outputs").into());
                challenges.insert(id.clone(), task);
            }
            for (what, content) in [("challenges", challenges), ("solutions", solutions)] {
                workplace.write(
                    &format!("arc-prize-2025/arc-agi_{part}_{what}.json"),
                    serde_json::Value::from(content).to_string(),
                );
            }
        }
        Self {
            workplace,
            tasks: tasks.into_iter().map(|(id, _)| id).collect(),
        }
    }

    /// Runs a line as the user's shell does.
    fn types(&self, line: &str) -> Finished {
        let mut command = Command::new("bash");
        command
            .args(["-c", line])
            .current_dir(self.workplace.path("project"))
            .env("PATH", path_with_binary())
            .env("TMPDIR", self.workplace.path("."))
            .env("EXPECT_GPU", "0");
        Finished::of(&mut command)
    }

    /// Runs a line that has to go well.
    fn does(&self, line: &str) -> Finished {
        let finished = self.types(line);
        assert_eq!(finished.code, Some(0), "{line}: {finished:?}");
        finished
    }

    fn names(&self, folder: &str) -> Vec<String> {
        self.workplace.names(&format!("project/{folder}"))
    }

    fn telemetry(&self) -> Vec<serde_json::Value> {
        self.workplace
            .records("project/logs/inlining_telemetry.jsonl")
    }

    /// The tasks that the newest run finished, in their order.
    fn newest_tasks(&self) -> Vec<String> {
        let records = self.telemetry();
        let newest = &records.last().expect("a record")["run_id"];
        let own = records.iter().filter(|record| record["run_id"] == *newest);
        own.map(|record| record["task_id"].as_str().expect("an ID").to_owned())
            .collect()
    }

    fn newest_timeout(&self) -> f64 {
        let path = "project/logs/run_batt_timing_stats.jsonl";
        let records = self.workplace.records(path);
        let newest = records.last().expect("a record");
        newest["timeout_value"].as_f64().expect("seconds")
    }
}

/// The line of its `run_card.sh`.
const ROUND: &str = "timeout -k 5s 30s run_batt --data both -t 20.0 -c 10 -b tmp_batt_onerun_run";

#[test]
fn the_line_of_its_run_card_runs() {
    let user = User::new();
    let finished = user.does(ROUND);
    assert!(
        finished
            .stdout
            .contains("\ndata      ../arc-prize-2025, both\n"),
        "{}",
        finished.stdout
    );
    let last = finished.stdout.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("10 tasks - timeouts = 0 - tot_d_score = "),
        "{last}"
    );
    assert_eq!(finished.stderr.matches("-t 20.0 is taken as").count(), 1);
    assert_eq!(finished.stderr.lines().count(), 2, "{}", finished.stderr);
    assert_eq!(user.newest_tasks(), user.tasks[..10]);
    assert_eq!(user.newest_timeout(), 20.0);
    // The card has a solver of the eighth task.
    assert!(
        user.names("solver_dir/solve_3c9b0459")
            .contains(&"5000".to_owned())
    );
    assert!(!user.names("solver_md5").is_empty());
    let name = &user.names("solver_md5")[0];
    let text = user.workplace.read(&format!("project/solver_md5/{name}"));
    assert!(
        text.starts_with("from dsl import *\nfrom constants import *\n\ndef solve(S, I, C):\n")
    );
    // Its output goes through a pipe there.
    let piped = user.does(&format!("{ROUND} --timing | tee tmp_batt_onerun_run.log"));
    assert!(
        !piped.stdout.contains("new to the store"),
        "{}",
        piped.stdout
    );
}

#[test]
fn tasks_are_named_in_the_order_of_the_run() {
    let user = User::new();
    for (line, expected) in [
        (
            "-i 0520fde7 -t 10 -b tmp_batt_onerun_run",
            &["0520fde7"][..],
        ),
        (
            "-i 3c9b0459 0520fde7 -c 1 -s 7 -b tmp_batt_onerun_run",
            &["3c9b0459", "0520fde7"],
        ),
        (
            "--task_ids 3c9b0459 007bbfb7 --batt_import tmp_batt_onerun_run.py",
            &["3c9b0459", "007bbfb7"],
        ),
        // By -t the data's order, and -c counts.
        (
            "-t 30 3c9b0459 0520fde7 007bbfb7 -c 2 -b tmp_batt_onerun_run",
            &["007bbfb7", "0520fde7"],
        ),
    ] {
        user.does(&format!("run_batt {line}"));
        assert_eq!(user.newest_tasks(), expected, "{line}");
    }
    assert_eq!(user.newest_timeout(), 30.0);
    // Where it names none, those that -s and -c select.
    user.does("run_batt -i -t 5 -s 2 -c 3 -b tmp_batt_onerun_run");
    assert_eq!(user.newest_tasks(), user.tasks[2..5]);
    user.does("run_batt --timing -c 3 -b tmp_batt_onerun_run");
    assert_eq!(user.newest_tasks(), user.tasks[..3]);
    assert_eq!(user.newest_timeout(), 10.0);
    user.does("run_batt --data eval -b tmp_batt_onerun_run");
    assert_eq!(user.newest_tasks(), user.tasks[TRAINING..]);
    user.does("run_batt -c -4 -b tmp_batt_onerun_run");
    assert_eq!(user.newest_tasks().len(), 4);

    let unknown = user.types("run_batt -i 0520fde8 -b tmp_batt_onerun_run");
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    assert!(
        unknown.stderr.contains("of ../arc-prize-2025") && unknown.stderr.contains("0520fde7"),
        "{}",
        unknown.stderr
    );
    for line in ["-t 0", "-t 20 --timeout soon", "-t 0.0 0520fde7"] {
        let wrong = user.types(&format!("run_batt -b tmp_batt_onerun_run {line}"));
        assert_eq!(wrong.code, Some(2), "{line}: {wrong:?}");
    }
    let missing = user.types("run_batt -b tmp_batt_other_run");
    assert_eq!(missing.code, Some(1));
    assert!(
        missing.stderr.contains("tmp_batt_other_run.py"),
        "{}",
        missing.stderr
    );
}

#[test]
fn what_means_nothing_here_is_taken_and_told() {
    let user = User::new();
    for (options, told) in [
        ("--cprofile", "--cprofile has no effect"),
        (
            "--cprofile --cprofile-top 30",
            "--cprofile, --cprofile-top have no effect",
        ),
        (
            "--mega-batch --batch-size 2000",
            "--mega-batch, --batch-size have no effect",
        ),
    ] {
        let line = format!("run_batt -c 2 {options} -b tmp_batt_onerun_run");
        let finished = user.does(&line);
        assert!(
            finished.stderr.contains(told),
            "{line}: {}",
            finished.stderr
        );
        assert_eq!(finished.stderr.lines().count(), 2, "{}", finished.stderr);
        assert!(finished.stdout.contains("2 tasks - timeouts = 0"));
    }
    let help = user.does("run_batt --help").stdout;
    assert!(help.contains("--task_ids") && help.contains("--batt_import"));
    assert!(!help.contains("--cprofile") && !help.contains("--mega-batch"));
}

#[test]
fn raw_sources_are_kept_where_inlining_is_skipped() {
    let user = User::new();
    let line = "run_batt -i 3c9b0459 -b tmp_batt_onerun_run";
    let finished = user.does(&format!("SKIP_INLINING=1 {line}"));
    assert!(
        finished.stderr.contains("SKIP_INLINING=1: "),
        "{}",
        finished.stderr
    );
    assert!(
        !finished.stdout.contains("over the budget"),
        "{}",
        finished.stdout
    );
    let record = user.telemetry().remove(0);
    assert_eq!(record["timeout_count"], 0);
    assert_eq!(record["total_attempts"], record["success_count"]);
    let raw = user.names("solver_md5");
    assert!(!raw.is_empty());
    for name in &raw {
        let text = user.workplace.read(&format!("project/solver_md5/{name}"));
        let module = parse_module(&text);
        let identity = module.programs[0].raw().identity;
        assert_eq!(*name, format!("{identity}.py"));
    }
    // Read back they are the same, for the next run and for the doctor.
    let again = "SKIP_INLINING=1 run_batt --solvers solver_dir -i 3c9b0459";
    user.does(again);
    assert_eq!(user.names("solver_md5"), raw);
    user.does("run_batt doctor");
    // Inlined they have other names.
    user.does(line);
    assert_eq!(user.names("solver_md5").len(), 2 * raw.len());
    user.does(&format!("SKIP_INLINING=0 {line}"));
    assert_eq!(user.names("solver_md5").len(), 2 * raw.len());
}

#[test]
fn the_data_beside_the_folder_are_for_programs_of_ones_own() {
    let user = User::new();
    let data = |line: &str| {
        let finished = user.does(&format!("run_batt -q --format json {line}"));
        let summary: serde_json::Value = serde_json::from_str(&finished.stdout).expect("a summary");
        summary["data"].as_str().expect("a text").to_owned()
    };
    const OWN: &str = "../arc-prize-2025, train";
    const FIXTURES: &str = "the fixtures";
    assert_eq!(data("--draw 2 -c 3"), FIXTURES, "no store yet");
    user.does("run_batt clear --yes");
    assert_eq!(data("--out . -c 3"), FIXTURES, "no store yet");
    // Twice in one folder is the same, whatever the first has left.
    assert_eq!(data("-c 10"), FIXTURES);
    assert_eq!(data("-c 10"), FIXTURES);
    for line in [
        "-b tmp_batt_onerun_run -c 3",
        "--card tmp_batt_onerun_run.py -c 3",
        "--solvers solver_dir -c 3",
        "--draw 2 -c 3",
        "--out . -c 3",
    ] {
        assert_eq!(data(line), OWN, "{line}");
    }
    let named = data("--tasks ../arc-prize-2025/ --data eval -c 1");
    assert_eq!(named, "../arc-prize-2025/, eval");
    user.workplace
        .write("project/tasks/0520fde7.json", common::SMALL_TASK);
    assert_eq!(data("--tasks tasks -b tmp_batt_onerun_run"), "tasks");

    // A card is drawn from the store, and the other commands look at its tasks.
    user.does("run_batt card -t 007bbfb7 -o one.json && run_batt stats");
    user.does("run_batt eval --card tmp_batt_onerun_run.py -t f25fbde4");
    std::fs::remove_dir_all(user.workplace.path("arc-prize-2025")).expect("a folder");
    assert_eq!(data("-b tmp_batt_onerun_run -c 3"), FIXTURES);
    std::fs::create_dir(user.workplace.path("arc-prize-2025")).expect("a folder");
    let empty = user.types("run_batt -b tmp_batt_onerun_run");
    assert_eq!(empty.code, Some(1), "{empty:?}");
    assert!(
        empty.stderr.contains("--tasks") && empty.stderr.contains("found no tasks"),
        "{}",
        empty.stderr
    );
    assert_eq!(data("-c 3"), FIXTURES);
}

#[test]
fn the_lines_of_its_guide_find_what_they_look_for() {
    let user = User::new();
    user.does(ROUND);
    user.does(ROUND);
    let first = |line: &str| user.does(line).stdout.trim().to_owned();
    assert_eq!(
        first("grep 'thread_error:' logs/*.log | awk '{sum += $NF} END {print sum}'"),
        "0"
    );
    assert_eq!(first("grep -c 'thread_error:' logs/run_batt.log"), "2");
    assert_eq!(
        first("grep \"can't start new thread\" logs/*.log | wc -l"),
        "0"
    );
    let attempts = user
        .telemetry()
        .iter()
        .filter_map(|record| record["total_attempts"].as_u64())
        .sum::<u64>();
    let sum = |name: &str| {
        let line =
            format!("grep -h ' {name}:' logs/*.log | awk '{{sum += $NF}} END {{print sum}}'");
        first(&line).parse::<u64>().expect("a number")
    };
    assert_eq!(sum("total_attempts"), attempts);
    assert!(attempts > 0);
    assert_eq!(sum("success_count"), attempts);
    assert_eq!(sum("timeout_count") + sum("other_errors"), 0);
    user.does("run_batt doctor");
}

#[test]
fn the_loop_takes_the_flags_of_its_loop() {
    let user = User::new();
    let script = common::repository().join("run_card.sh");
    let script = script.display();
    for (flags, tasks, timeout) in [
        // All tasks there are, and not none.
        ("-o", 27, 20.0),
        ("-o -c 0", 27, 20.0),
        ("-o -c 3 -T", 3, 20.0),
        ("-o -c -5 -t 10.0", 5, 10.0),
        ("-o -m -c -2", 2, 20.0),
        ("-g -o -c 1 -t 2", 1, 2.0),
        ("-i -b -o -c 4", 4, 20.0),
    ] {
        let finished = user.does(&format!("bash {script} {flags}"));
        assert_eq!(user.newest_tasks().len(), tasks, "{flags}");
        assert_eq!(user.newest_timeout(), timeout, "{flags}");
        assert_eq!(
            finished.stdout.contains("peak memory"),
            flags.contains("-T")
        );
    }
    for flag in ["-h", "--help"] {
        assert!(
            user.does(&format!("bash {script} {flag}"))
                .stdout
                .contains("Usage")
        );
    }
    // What is passed on wins.
    user.does(&format!(
        "bash {script} -o -c 1 -- --timeout 3 --data train"
    ));
    assert_eq!(user.newest_timeout(), 3.0);
    assert!(!user.names("solver_dir").is_empty());
}
