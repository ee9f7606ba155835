//! Stores of the original dialect, arc-dsl: random programs over it, run, filed, looked at,
//! searched from; and one dialect a store.

mod common;

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Finished, Workplace};
use serde_json::{Value as Json, json};

/// Random programs with what CPython answers, of our own making.
const VECTORS: &str = include_str!("../crates/arc_programs/tests/arc_dsl.jsonl");

const MARK: &str = "store/store_dialect.json";
const MARK_TEXT: &str = "{\"version\": 1, \"dialect\": \"arc-dsl\"}\n";

/// A program that says something else in each dialect: an object's cells differ.
const OF_BOTH: &str =
    "def solve_00000000(I):\n    x1 = asindices(I)\n    return fill(I, ONE, x1)\n";

/// A grid that CPython has written, as JSON; `None` for what is none.
fn grid(text: &str) -> Option<Json> {
    let text = text.replace(",)", ")").replace('(', "[").replace(')', "]");
    let rows: Vec<Vec<u8>> = serde_json::from_str(&text).ok()?;
    let width = rows.first()?.len();
    let is_grid = width > 0 && rows.iter().all(|row| row.len() == width);
    let are_colours = rows.iter().flatten().all(|&cell| cell < 10);
    (is_grid && are_colours).then(|| json!(rows))
}

/// Those of the random programs that make a grid, each as the solver of a task that asks for
/// just that grid; and how many.
fn workplace() -> (Workplace, usize) {
    let workplace = Workplace::new();
    let (mut solvers, mut number) = (String::new(), 0);
    for line in VECTORS.lines() {
        let vector: Json = serde_json::from_str(line).expect("a vector");
        let Some(output) = vector["text"].as_str().and_then(grid) else {
            continue;
        };
        let sample = json!({"input": vector["input"], "output": output});
        let task = json!({"train": [sample], "test": [sample]});
        workplace.write(&format!("tasks/{number:08x}.json"), task.to_string());
        let source = vector["source"].as_str().expect("a text");
        solvers += &source.replace("def solve(", &format!("def solve_{number:08x}("));
        solvers.push('\n');
        number += 1;
    }
    assert!(number >= 50, "{number} programs make a grid");
    workplace.write("solvers.py", solvers);
    (workplace, number)
}

/// What every command here is told.
const GIVEN: [&str; 4] = ["--tasks", "tasks", "--out", "store"];

fn run(workplace: &Workplace, arguments: &[&str]) -> Finished {
    workplace.run(arguments)
}

fn done(workplace: &Workplace, arguments: &[&str]) -> Finished {
    let finished = run(workplace, arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    finished
}

/// Fills the store with the random programs.
fn filled() -> (Workplace, usize) {
    let (workplace, number) = workplace();
    let own = ["--solvers", "solvers.py", "--dialect", "arc-dsl", "-q"];
    done(&workplace, &[&GIVEN[..], &own].concat());
    (workplace, number)
}

/// What the store of a workplace holds.
fn contents(workplace: &Workplace) -> BTreeMap<String, String> {
    common::contents(&workplace.path("store"))
}

#[test]
fn random_programs_are_filed_and_looked_at() {
    let (workplace, number) = filled();
    assert_eq!(workplace.read(MARK), MARK_TEXT);
    let programs = contents(&workplace);
    let mut heads = programs
        .iter()
        .filter(|(path, _)| path.starts_with("solver_md5/"));
    assert!(heads.clone().count() > 0);
    assert!(heads.all(|(_, text)| text.contains("\ndef solve(I):\n")));
    // Nobody has to say it again.
    let stats = done(
        &workplace,
        &[&["stats", "--format", "json"], &GIVEN[..]].concat(),
    );
    let stats: Json = serde_json::from_str(&stats.stdout).expect("JSON");
    assert_eq!(stats["solved"], json!(number), "{stats}");
    done(&workplace, &["doctor", "--out", "store"]);
    let show = done(&workplace, &[&["show", "00000007"], &GIVEN[..]].concat());
    assert!(show.stdout.contains("test:0: score 1000, exact"));
    done(&workplace, &[&["report"], &GIVEN[..]].concat());
    assert!(workplace.read("report.html").contains("def solve(I):"));
    let submitted = done(&workplace, &[&["submit"], &GIVEN[..]].concat());
    assert!(
        submitted
            .stdout
            .contains(&format!("exact on all demos: {number}"))
    );
    let submission: Json = serde_json::from_str(&workplace.read("submission.json")).expect("JSON");
    for (task, attempts) in submission.as_object().expect("an object") {
        let text = workplace.read(&format!("tasks/{task}.json"));
        let task: Json = serde_json::from_str(&text).expect("JSON");
        assert_eq!(attempts[0]["attempt_1"], task["test"][0]["output"]);
    }
    // A stored program is in the dialect of the store that it is in.
    let link = programs.keys().find(|path| path.contains("solve_00000007"));
    let link = format!("store/{}", link.expect("a link"));
    let shown = done(&workplace, &["eval", &link, "--tasks", "tasks"]);
    assert!(shown.stdout.contains("exact, score 1000"));
    // Whose programs come to the same in another store.
    let from = [
        "--solvers",
        "store/solver_dir",
        "-q",
        "--tasks",
        "tasks",
        "--out",
        "other",
    ];
    done(&workplace, &from);
    let other = workplace.read("other/store_dialect.json");
    assert_eq!(other, MARK_TEXT);
    done(&workplace, &["merge", "all", "store", "other"]);
    assert_eq!(workplace.read("all/store_dialect.json"), MARK_TEXT);
    let all = workplace.names("all/solver_md5");
    assert_eq!(all, workplace.names("store/solver_md5"));
}

/// A search from the random programs.
const SEARCH: [&str; 8] = ["search", "--draw", "8", "-c", "16", "-q", "--seed", "5"];
const ROUNDS: &str = "12";

fn search(workplace: &Workplace, more: &[&str]) -> Finished {
    let finished = run(workplace, &[&SEARCH, &GIVEN[..], more].concat());
    assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
    finished
}

#[test]
fn a_search_finds_and_is_gone_on_with_after_a_kill() {
    let whole = filled().0;
    let before = contents(&whole).len();
    let told = search(&whole, &["--rounds", ROUNDS, "--workers", "1"]).stdout;
    let found = contents(&whole);
    assert!(found.len() > before, "new programs are filed");
    // A mutant that fails has met no limit.
    assert!(told.contains("timeouts = 0 "), "{told}");
    assert!(told.contains("dialect   arc-dsl"), "{told}");
    let other = filled().0;
    search(
        &other,
        &["--rounds", ROUNDS, "--workers", "3", "--cache-size", "0"],
    );
    assert!(
        contents(&other) == found,
        "whatever is known, and the workers"
    );
    let killed = filled().0;
    let for_a_while = [&SEARCH, &GIVEN[..], &["--for", "5min"]].concat();
    let mut child = killed
        .command(&for_a_while)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let begun = Instant::now();
    let log = || std::fs::read_to_string(killed.path("store/logs/run_batt.log"));
    while log().map_or(0, |log| log.matches(" round ").count()) < 3 {
        assert!(begun.elapsed() < Duration::from_secs(120), "no round ends");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("a process");
    child.wait().expect("it ends");
    search(&killed, &["--rounds", ROUNDS]);
    assert!(contents(&killed) == found, "as if it had not been killed");
    done(&killed, &["doctor", "--out", "store"]);
}

#[test]
fn a_card_says_its_dialect() {
    let (workplace, _) = filled();
    let card = ["card", "-c", "4", "--seed", "7", "-o", "card.json"];
    done(&workplace, &[&card, &GIVEN[..]].concat());
    let text = workplace.read("card.json");
    assert!(text.starts_with("{\"version\": 2, \"dialect\": \"arc-dsl\", \"seed\": 7, "));
    let run_card = [
        "--card",
        "card.json",
        "--tasks",
        "tasks",
        "-q",
        "--out",
        "cards",
    ];
    done(&workplace, &run_card);
    assert_eq!(workplace.read("cards/store_dialect.json"), MARK_TEXT);
    let other = run(
        &workplace,
        &[&run_card[..], &["--dialect", "reference"]].concat(),
    );
    assert_eq!(other.code, Some(1));
    let asked = [
        "--card",
        "card.json",
        "--tasks",
        "tasks",
        "--dialect",
        "reference",
    ];
    for command in [&[][..], &["eval"]] {
        let other = run(&workplace, &[command, &asked].concat());
        let said = "card.json: this card is in the dialect arc-dsl, expected reference";
        assert!(other.stderr.contains(said), "{other:?}");
    }
    let module = run(
        &workplace,
        &[&["card", "-o", "card_run.py"], &GIVEN[..]].concat(),
    );
    assert!(
        module.stderr.contains("a module is for the reference"),
        "{module:?}"
    );
}

/// A store of the reference's programs.
fn of_reference(workplace: &Workplace) {
    workplace.write(
        "reference.py",
        "def solve_00000000(S, I, C):\n    return I\n",
    );
    let own = [
        "--tasks",
        "tasks",
        "--solvers",
        "reference.py",
        "--out",
        "reference",
        "-q",
    ];
    done(workplace, &own);
}

#[test]
fn a_store_refuses_programs_of_another_dialect() {
    let (workplace, _) = filled();
    of_reference(&workplace);
    let before = contents(&workplace);
    let dialect = |store: &'static str, own: &'static str| {
        vec!["--out", store, "--dialect", own, "--tasks", "tasks"]
    };
    for (place, message) in [
        (
            dialect("store", "reference"),
            "store: this store's programs are in the dialect arc-dsl, expected reference; give \
             --dialect arc-dsl, or another folder with --out",
        ),
        (
            dialect("reference", "arc-dsl"),
            "reference: this store's programs are in the dialect reference, expected arc-dsl; \
             give --dialect reference",
        ),
    ] {
        for command in [
            &["--solvers", "solvers.py"][..],
            &["--dry-run"],
            &["--draw", "3"],
            &["search", "--rounds", "1"],
            &["card"],
            &["submit"],
            &["report"],
            &["show", "00000000"],
        ] {
            let finished = run(&workplace, &[command, &place].concat());
            assert_eq!(finished.code, Some(1), "{command:?}: {finished:?}");
            assert!(
                finished.stderr.contains(message),
                "{command:?}: {finished:?}"
            );
        }
    }
    // Programs that are given for it and are not of its dialect are passed over, and named.
    let foreign = [
        "--solvers",
        "reference.py",
        "--tasks",
        "tasks",
        "--out",
        "store",
    ];
    let finished = run(&workplace, &foreign);
    let said = "reference.py: line 1, column 5: in `solve_00000000`: found the parameters \
                (S, I, C), expected (I), for the dialect is arc-dsl; --dialect reference takes it";
    assert!(finished.stderr.contains(said), "{finished:?}");
    let differs = [
        "--differs",
        "reference.py",
        "--tasks",
        "tasks",
        "--out",
        "store",
    ];
    let finished = run(&workplace, &differs);
    assert!(
        finished.stderr.contains("the dialect arc-dsl has none"),
        "{finished:?}"
    );
    // Nor are those that lie in a store of the other dialect, or are guessed to be of it.
    let is_of_other = "this store's programs are in the dialect reference, expected arc-dsl";
    for (command, out) in [
        (&["--solvers", "reference/solver_dir"][..], "store"),
        (
            &["card", "-c", "2", "--solvers", "store/solver_dir"],
            "reference",
        ),
        (&["card", "-c", "2", "--solvers", "solvers.py"], "reference"),
        (&["--solvers", "solvers.py"], "reference"),
    ] {
        let finished = run(
            &workplace,
            &[command, &["--tasks", "tasks", "--out", out]].concat(),
        );
        assert_eq!(finished.code, Some(1), "{command:?}: {finished:?}");
        assert!(
            finished.stderr.contains(is_of_other),
            "{command:?}: {finished:?}"
        );
    }
    // Two that are of two are not merged, in whatever order.
    for into in ["new", "store", "reference"] {
        let finished = run(&workplace, &["merge", into, "store", "reference"]);
        assert_eq!(finished.code, Some(1), "{finished:?}");
    }
    let finished = run(&workplace, &["merge", "new", "store", "reference"]);
    assert!(
        finished.stderr.contains("nothing was merged"),
        "{finished:?}"
    );
    assert!(!workplace.path("new").exists());
    assert!(contents(&workplace) == before);
    assert!(!workplace.path("reference/store_dialect.json").exists());
    // What is empty may be of either.
    done(&workplace, &["clear", "--yes", "--out", "reference"]);
    let own = [
        "--tasks",
        "tasks",
        "--solvers",
        "solvers.py",
        "--out",
        "reference",
        "-q",
    ];
    done(&workplace, &[&own[..], &["--dialect", "arc-dsl"]].concat());
    done(&workplace, &["clear", "--yes", "--out", "reference"]);
    assert!(!workplace.path("reference/store_dialect.json").exists());
}

#[test]
fn a_dialect_is_guessed_only_without_doubt_and_then_said() {
    let workplace = Workplace::new();
    workplace.write("tasks/00000000.json", common::SMALL_TASK);
    workplace.write("both.py", OF_BOTH);
    let own = OF_BOTH.replace("asindices(I)", "ofcolor(I, TWO)");
    workplace.write("own.py", own);
    let given =
        |solvers: &'static str| ["--tasks", "tasks", "--solvers", solvers, "--out", "store"];
    let doubtful = run(&workplace, &given("both.py"));
    assert_eq!(doubtful.code, Some(1));
    assert!(
        doubtful.stderr.contains(
            "found the parameters (I), expected (S, I, C) or (S, I); --dialect arc-dsl takes it"
        ),
        "{doubtful:?}"
    );
    let guessed = done(&workplace, &given("own.py"));
    let said = "own.py: taken for arc-dsl, for the reference has no `ofcolor`; --dialect says \
                which it is";
    assert!(guessed.stderr.contains(said), "{guessed:?}");
    // It is a setting as the others are.
    workplace.write("run_batt.toml", "[run]\ndialect = \"arc-dsl\"\n");
    done(&workplace, &given("both.py"));
}

#[test]
fn the_doctor_knows_the_dialect_of_a_store() {
    let (workplace, _) = filled();
    let doctor = |more: &[&str]| {
        let finished = run(&workplace, &[&["doctor", "--out", "store"], more].concat());
        (finished.code, finished.stdout)
    };
    // An earlier version takes the store for the reference's: it passes over what is there,
    // and adds its own.
    let foreign = "from dsl import *\nfrom constants import *\n\ndef solve(S, I, C):\n    return I";
    let path = "store/solver_md5/9e19e98168d44f55d4a970f4ba174424.py";
    workplace.write(path, foreign);
    let (code, text) = doctor(&[]);
    assert_eq!(code, Some(3), "{text}");
    let said = "a program in the dialect reference, as its head says, expected one in arc-dsl";
    assert!(text.contains(said), "{text}");
    let merged = run(&workplace, &["merge", "all", "store"]);
    assert_eq!(merged.code, Some(3), "{merged:?}");
    assert!(merged.stderr.contains(said), "{merged:?}");
    doctor(&["--fix"]);
    assert!(!workplace.path(path).exists() && workplace.path(&format!("{path}.damaged")).exists());
    for text in [
        None,
        Some("{\"version\": 1, \"dia"),
        Some("{\"version\": 9}"),
    ] {
        match text {
            None => std::fs::remove_file(workplace.path(MARK)).expect("removed"),
            Some(text) => drop(workplace.write(MARK, text)),
        }
        let told = doctor(&[]).1;
        assert!(told.contains("store/store_dialect.json: "), "{told}");
        if text.is_some() {
            let stats = run(
                &workplace,
                &[&["--solvers", "solvers.py"], &GIVEN[..]].concat(),
            );
            assert_eq!(stats.code, Some(1), "{stats:?}");
            assert!(stats.stderr.contains("store_dialect.json"), "{stats:?}");
        }
        doctor(&["--fix"]);
        assert_eq!(workplace.read(MARK), MARK_TEXT);
        assert_eq!(doctor(&[]).0, Some(0));
    }
}
