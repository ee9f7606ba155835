//! Tasks whose test outputs nobody tells: run, told, recorded and counted as what they
//! are, neither solved nor failed.

mod common;

use common::{Finished, Workplace, fixture};
use serde_json::{Value as Json, json};

/// A solver is exact on its demos, and its test outputs are hidden.
const EXACT: &str = "0520fde7";

/// The same, of its two test outputs the first is known.
const HALF_KNOWN: &str = "25ff71a9";

/// Its test output is hidden, and no solver is exact on its demos.
const OPEN: &str = "08ed6ac7";

/// All its outputs are known.
const KNOWN: &str = "3c9b0459";

const DATA: &str = "kaggle/arc-agi_test_challenges.json";

const OWN_DATA: [&str; 4] = ["--tasks", DATA, "--solvers", "solvers.py"];

const TIMING: &str = "logs/run_batt_timing_stats.jsonl";

fn task(name: &str) -> Json {
    let text = std::fs::read_to_string(fixture(&format!("tasks/{name}.json"))).expect("a task");
    serde_json::from_str(&text).expect("JSON")
}

/// A task of the fixtures without the outputs of its test samples, but for so many.
fn challenge(name: &str, known: usize) -> Json {
    let mut task = task(name);
    let tests = task["test"].as_array_mut().expect("test samples");
    for sample in &mut tests[known..] {
        sample.as_object_mut().expect("a sample").remove("output");
    }
    task
}

/// A bundle of challenges without solutions, and a solver of each that does what is
/// said above.
fn workplace() -> Workplace {
    let workplace = Workplace::new();
    workplace.write(
        DATA,
        json!({
            EXACT: challenge(EXACT, 0),
            HALF_KNOWN: challenge(HALF_KNOWN, 1),
            OPEN: challenge(OPEN, 0),
            KNOWN: task(KNOWN),
        })
        .to_string(),
    );
    let fixtures = std::fs::read_to_string(fixture("solvers/first.py")).expect("solvers");
    let solvers = fixtures.split("\ndef ").filter(|text| {
        let solver_of = |name: &str| text.starts_with(&format!("solve_{name}("));
        [EXACT, HALF_KNOWN, KNOWN].into_iter().any(solver_of)
    });
    let solvers: String = solvers.map(|text| format!("def {text}\n")).collect();
    let wrong = format!("def solve_{OPEN}(S, I, C):\n    return I\n");
    workplace.write("solvers.py", solvers + &wrong);
    workplace
}

fn succeed(workplace: &Workplace, arguments: &[&str]) -> Finished {
    let finished = workplace.run(arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    finished
}

fn run(workplace: &Workplace, more: &[&str]) -> Json {
    let arguments = [&OWN_DATA[..], &["--format", "json", "-q"], more].concat();
    serde_json::from_str(&succeed(workplace, &arguments).stdout).expect("a summary")
}

fn stats(workplace: &Workplace, more: &[&str]) -> Json {
    let arguments = [&["stats", "--format", "json"], more].concat();
    serde_json::from_str(&succeed(workplace, &arguments).stdout).expect("statistics")
}

/// What statistics say of a task.
fn best(stats: &Json, task: &str) -> Json {
    let all = stats["best"].as_array().expect("tasks");
    let own = all.iter().find(|own| own["task"] == task);
    own.expect("the task").clone()
}

/// A text without its times.
fn timeless(text: &str) -> String {
    let line = |line: &str| match line.split_once("tot_d_score = ") {
        Some((counts, score_and_time)) => {
            let score = score_and_time.split(' ').next().expect("a score");
            format!("{counts}tot_d_score = {score} in TIME")
        }
        None => {
            let word = |word: &str| match word.len() == 26 && word.contains('T') {
                true => "TIME".to_owned(),
                false => word.to_owned(),
            };
            line.split(' ').map(word).collect::<Vec<_>>().join(" ")
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_exact_on_its_demos_is_news_and_a_state_of_its_own() {
    let workplace = workplace();
    let first = succeed(&workplace, &[&OWN_DATA[..], &["-v"]].concat());
    insta::assert_snapshot!("summary", timeless(&first.stdout));
    insta::assert_snapshot!("stats", timeless(&succeed(&workplace, &["stats"]).stdout));
    let log = workplace.read("logs/run_batt.log");
    for text in [&first.stderr, &log] {
        let found = format!(
            "task {EXACT} exact on all demos for the first time, with test outputs not known: solver_dir/solve_{EXACT}/3000/"
        );
        assert!(text.contains(&found), "{text}");
        assert!(text.contains(&format!("task {KNOWN} solved for the first time: ")));
    }
    for (task, told) in [
        (EXACT, "exact on all demos, 1 test output not known"),
        (HALF_KNOWN, "exact on all demos, 1 test output not known"),
        (OPEN, "not exact on what is known, 1 test output not known"),
        (KNOWN, "solved"),
    ] {
        let line = first.stderr.lines().find(|line| {
            line.contains(&format!("task {task} finished"))
                && line.contains(&format!(" s: {told}, "))
        });
        assert!(line.is_some(), "{task} {told}: {}", first.stderr);
    }
    for text in [&first.stdout, &first.stderr, &log] {
        assert!(!text.contains("not solved"), "{text}");
    }
    let again = succeed(&workplace, &OWN_DATA).stdout;
    assert!(again.starts_with("new       nothing: "), "{again}");
}

#[test]
fn a_program_reads_what_a_person_reads() {
    let workplace = workplace();
    let told = run(&workplace, &[]);
    assert_eq!(told["solved"], json!([KNOWN]));
    assert_eq!(told["newly_solved"], json!([KNOWN]));
    assert_eq!(told["demos_exact"], json!([EXACT, HALF_KNOWN]));
    assert_eq!(told["newly_demos_exact"], json!([EXACT, HALF_KNOWN]));
    assert_eq!(told["improved"], json!([OPEN]));
    assert_eq!(told["tasks_with_unknown_outputs"], 3);
    assert_eq!(
        told["found"]["task"], KNOWN,
        "what is solved counts for more"
    );
    let counts = |told: &Json| {
        [
            "solved_before",
            "solved_now",
            "demos_exact_before",
            "demos_exact_now",
        ]
        .map(|name| told[name].as_u64().expect("a count"))
    };
    assert_eq!(counts(&told), [0, 1, 0, 2]);
    let again = run(&workplace, &[]);
    assert_eq!(counts(&again), [1, 1, 2, 2]);
    assert_eq!(again["demos_exact"], told["demos_exact"]);
    assert_eq!(again["newly_demos_exact"], json!([]));

    // The records alone, and the data that are named, say the same.
    for more in [&[][..], &["--tasks", DATA]] {
        let told = stats(&workplace, more);
        assert_eq!(
            (&told["solved"], &told["demos_exact"]),
            (&json!(1), &json!(2))
        );
        assert_eq!(told["tasks_with_unknown_outputs"], 3);
        assert_eq!(told["rounds"][0]["solved"], 1);
        assert_eq!(told["rounds"][0]["demos_exact"], 2);
        for (task, full, unknown, verdict) in [
            (EXACT, 3000, 1, "demos_exact"),
            (HALF_KNOWN, 5000, 1, "demos_exact"),
            (OPEN, 2000, 1, "open"),
            (KNOWN, 5000, 0, "solved"),
        ] {
            let own = best(&told, task);
            assert_eq!(own["full_score"], full, "{own}");
            assert_eq!(own["unknown_outputs"], unknown, "{own}");
            assert_eq!(own["verdict"], verdict, "{own}");
        }
    }
    let records = workplace.records(TIMING);
    let end = records
        .iter()
        .find(|own| own["task_id"] == HALF_KNOWN && own["success"] == true);
    let end = end.expect("a record");
    assert_eq!(
        (&end["best_score"], &end["full_score"]),
        (&json!(5000), &json!(5000))
    );
    assert_eq!(end["unknown_outputs"], 1);
    let resumed = run(&workplace, &["--resume"]);
    assert_eq!(resumed["finished_before"], 4, "{resumed}");
}

#[test]
fn where_nothing_can_be_solved_nothing_is_said_of_solving() {
    let workplace = workplace();
    let only = |task| [&OWN_DATA[..], &["-t", task]].concat();
    let told = succeed(&workplace, &only(EXACT)).stdout;
    assert!(
        told.contains("\ndemos     exact in 1 of 1 task with test outputs not known, by "),
        "{told}"
    );
    let stats = succeed(&workplace, &["stats"]).stdout;
    assert!(
        stats.ends_with("\ndemos exact in 1 of 1 task with test outputs not known, best scores 3000 together, 1 round\n"),
        "{stats}"
    );
    for text in [told, stats] {
        let text = text.replace("  solved  demos exact", "");
        assert!(!text.contains("solved"), "{text}");
    }
}

#[test]
fn what_is_told_later_decides() {
    let workplace = workplace();
    run(&workplace, &[]);
    let solutions = |name: &str| {
        let task = task(name);
        let outputs = task["test"].as_array().expect("test samples").iter();
        outputs.map(|own| own["output"].clone()).collect::<Json>()
    };
    let all = [EXACT, HALF_KNOWN, OPEN, KNOWN];
    let all = all.map(|name| (name.to_owned(), solutions(name)));
    workplace.write(
        "kaggle/arc-agi_test_solutions.json",
        Json::from_iter(all).to_string(),
    );
    let told = run(&workplace, &["--resume"]);
    assert_eq!(told["tasks"], 3, "what is known now is other data: {told}");
    assert_eq!(told["newly_solved"], json!([EXACT, HALF_KNOWN]));
    assert_eq!(told["demos_exact"], json!([]));
    let told = stats(&workplace, &[]);
    assert_eq!(
        (&told["solved"], &told["demos_exact"]),
        (&json!(3), &json!(0))
    );
    let of_rounds = |name: &str| [0, 1].map(|round| told["rounds"][round][name].clone());
    assert_eq!(of_rounds("solved"), [1, 3]);
    assert_eq!(of_rounds("demos_exact"), [2, 0]);
    // And what was solved with the solutions is not open without them.
    std::fs::remove_file(workplace.path("kaggle/arc-agi_test_solutions.json")).expect("a file");
    let told = stats(&workplace, &["--tasks", DATA]);
    assert_eq!(best(&told, EXACT)["verdict"], "solved");
    assert_eq!(
        (&told["solved"], &told["tasks_with_unknown_outputs"]),
        (&json!(3), &json!(1))
    );
}

#[test]
fn a_task_that_asks_nothing_is_solved_by_what_is_exact_on_its_demos() {
    let workplace = workplace();
    let mut data: Json = serde_json::from_str(&workplace.read(DATA)).expect("a bundle");
    data[EXACT]["test"] = json!([]);
    workplace.write(DATA, data.to_string());
    let told = run(&workplace, &["-t", EXACT]);
    assert_eq!(told["solved"], json!([EXACT]));
    assert_eq!(told["tasks_with_unknown_outputs"], 0);
    assert_eq!(best(&stats(&workplace, &[]), EXACT)["verdict"], "solved");
}

/// The records of earlier versions counted every sample in the full score, and did not
/// say how many outputs were not known.
#[test]
fn records_of_earlier_versions_are_told_by_the_data() {
    let workplace = workplace();
    run(&workplace, &[]);
    let earlier = workplace.records(TIMING).into_iter().map(|mut record| {
        // Nor did they say where the data are.
        record.as_object_mut().expect("an object").remove("data");
        if let Some(unknown) = record["unknown_outputs"].as_u64() {
            let full = record["full_score"].as_u64().expect("a score");
            record["full_score"] = (full + 1000 * unknown).into();
            let members = record.as_object_mut().expect("an object");
            members.remove("unknown_outputs");
        }
        format!("{record}\n")
    });
    let earlier: String = earlier.collect();
    assert!(earlier.contains(r#""full_score":6000"#), "{earlier}");
    workplace.write(TIMING, &earlier);

    let verdicts = |told: &Json| {
        [EXACT, HALF_KNOWN, OPEN, KNOWN].map(|task| best(told, task)["verdict"].clone())
    };
    let known = ["demos_exact", "demos_exact", "open", "solved"].map(Json::from);
    assert_eq!(verdicts(&stats(&workplace, &["--tasks", DATA])), known);
    // The records alone do not know; the usual data do, where they are the same.
    let unaware = ["open", "open", "open", "solved"].map(Json::from);
    assert_eq!(verdicts(&stats(&workplace, &[])), unaware);
    workplace.write(
        "arc-prize-2025/arc-agi_evaluation_challenges.json",
        workplace.read(DATA),
    );
    let usual = |out: &str| {
        let mut command = workplace.command(&["stats", "--format", "json", "--out", out]);
        std::fs::create_dir_all(workplace.path("project")).expect("a folder");
        let finished = Finished::of(command.current_dir(workplace.path("project")));
        serde_json::from_str::<Json>(&finished.stdout).expect("statistics")
    };
    assert_eq!(verdicts(&usual("..")), known);

    // They are finished, and their next records say how many outputs are not known.
    assert_eq!(run(&workplace, &["--resume"])["finished_before"], 4);
    assert_eq!(run(&workplace, &[])["newly_demos_exact"], json!([]));
    let told = stats(&workplace, &[]);
    assert_eq!(verdicts(&told), known);
    assert_eq!(told["rounds"][1]["demos_exact"], 2);
    assert_eq!(told["rounds"][1]["risen"], 0);
}

#[test]
fn a_value_is_shown_where_nothing_is_known_of_what_is_expected() {
    let workplace = workplace();
    let eval = |more: &[&str]| {
        let sample = [
            "eval", "--tasks", DATA, "-t", HALF_KNOWN, "--sample", "test:1",
        ];
        succeed(&workplace, &[&sample[..], more].concat()).stdout
    };
    let shown = eval(&["solvers.py"]);
    assert!(
        shown.ends_with("what is expected is not known\n") && shown.contains("\nresult\n0 "),
        "{shown}"
    );
    let shown = eval(&["-e", "equality(I, C)", "--expected", "seen"]);
    assert!(
        shown.contains("\nC is None, for the expected output is not known\n"),
        "{shown}"
    );
    let record = eval(&[
        "-e",
        "astuple(C, I)",
        "--expected",
        "seen",
        "--format",
        "json",
    ]);
    let record: Json = serde_json::from_str(&record).expect("JSON");
    assert_eq!(record["c"], "unknown");
    for field in ["expected", "exact", "score"] {
        assert_eq!(record[field], Json::Null, "{record}");
    }
    let function = format!("differ_{HALF_KNOWN}");
    workplace.write(
        "differ.py",
        format!("def {function}(S, I, C):\n    return astuple(1, add(1, 0))\n"),
    );
    let shown = eval(&["differ.py", "--function", &function]);
    assert!(
        shown.ends_with("\nresult\n(1, 1)\nwhat is expected is not known\n"),
        "{shown}"
    );
}
