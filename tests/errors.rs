//! What a user reads who has given something that makes no sense: each line held word
//! for word, with the exit code.

mod common;

use std::fmt::Write;

use common::{Finished, SMALL_TASK, Workplace, fixture};

const ROTATED: &str = "    x1 = rot90(I)\n    O = rot90(x1)\n    return O\n";

/// A folder as somebody has it who begins: data, programs, a card, and what is not
/// what it looks like.
fn workplace() -> Workplace {
    let workplace = Workplace::new();
    workplace.write("set/tasks/0520fde7.json", SMALL_TASK);
    workplace.write("set/tasks/007bbfb7.json", SMALL_TASK);
    workplace.write("set/notes.json", "{}");
    let solver = |task: &str| format!("def solve_{task}(S, I, C):\n{ROTATED}");
    workplace.write("first.py", solver("0520fde7"));
    workplace.write("others.py", solver("ffffffff") + "\n" + &solver("eeeeeeee"));
    workplace.write(
        "differs/base.py",
        "def differ_size(S, I, C):\n    return astuple(4, 2)\n",
    );
    workplace.write("helper.py", "def helper(S, I, C):\n    return I\n");
    for (from, to) in [("small.json", "card.json"), ("small_run.py", "x_run.py")] {
        let card = std::fs::read(fixture(&format!("cards/{from}"))).expect("a card");
        workplace.write(to, card);
    }
    let attempts = r#"[{"attempt_1": [[1]], "attempt_2": [[2]]}]"#;
    let submission = format!("{{\"007bbfb7\": [], \"0520fde7\": {attempts}}}");
    workplace.write("submission.json", submission);
    workplace.write("afile", "");
    std::fs::create_dir(workplace.path("bare")).expect("a folder");
    workplace
}

/// Command lines with what they come to: the exit code and standard error; standard
/// output too, of commands that run nothing.
fn transcript(workplace: &Workplace, lines: &[&str]) -> String {
    let mut transcript = String::new();
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let finished = workplace.run(&words);
        let code = finished.code.expect("it ends by itself");
        let _ = write!(
            transcript,
            "$ run_batt {line}\n{code}: {}",
            finished.notices()
        );
        if !finished.stderr.ends_with('\n') {
            transcript.push('\n');
        }
        let is_shown = ["eval", "list"].contains(&words[0]) || words.contains(&"--dry-run");
        if is_shown {
            transcript.push_str(&finished.stdout);
        }
        transcript.push('\n');
    }
    transcript
}

/// The transcript of lines that all end with this code.
fn all_end_with(code: i32, workplace: &Workplace, lines: &[&str]) -> String {
    let transcript = transcript(workplace, lines);
    let codes = transcript
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    for line in codes {
        assert!(line.starts_with(&format!("{code}: ")), "{line}");
    }
    transcript
}

#[test]
fn a_number_that_is_none_is_told_what_was_expected() {
    let lines = [
        "-c ten",
        "--seed abc",
        "--partition slice:9/8",
        "--seed -1",
        "-s -1",
        "--draw -2",
        "--draw 2 --mutation often",
        "--workers none",
        "--chunk 0",
        "--timeout soon",
        "--timeout -1",
        "--inline-budget -1",
        "-t 0",
        "card -c 0",
        "card --seed -1",
        "eval --call-steps many",
        "eval --sample first",
    ];
    insta::assert_snapshot!(all_end_with(2, &workplace(), &lines));
}

#[test]
fn what_stands_without_its_option_is_told_which_was_meant() {
    let lines = [
        "0520fde7",
        "0520FDE7",
        "0520fde",
        "-q 0520fde7",
        "10",
        "first.py",
        "differs",
        "card.json",
        "submission.json",
        "set/tasks",
        "stas",
        "nothing_like_it",
        "stats 0520fde7",
    ];
    insta::assert_snapshot!(all_end_with(2, &workplace(), &lines));
}

#[test]
fn options_that_cannot_be_had_together_say_why() {
    let lines = [
        "--resume --draw 3",
        "--draw 3 --claim",
        "--card card.json --draw 3",
        "-b x_run --draw 3",
        "--card card.json --solvers first.py",
        "--differs differs --card card.json",
        "-q -v",
        "--mutation 0.1",
        "--freeze-solvers",
        "--partition hash:1/2 -c -5",
        "--partition balanced:1/2",
        "--times first.py",
    ];
    insta::assert_snapshot!(all_end_with(2, &workplace(), &lines));
}

#[test]
fn a_file_that_is_something_else_is_told_what_it_is() {
    let workplace = workplace();
    assert_eq!(workplace.run(&["-c", "1", "--out", "store"]).code, Some(0));
    workplace.write("around/data/training/0520fde7.json", SMALL_TASK);
    let lines = [
        "--tasks first.py",
        "--tasks card.json",
        "--tasks around",
        "--tasks differs",
        "--tasks store",
        "--tasks afile",
        "--tasks bare",
        "--tasks submission.json",
        "score submission.json --tasks submission.json",
        "score set/tasks/0520fde7.json",
        "score card.json",
        "--card submission.json",
        "--solvers submission.json",
        "eval submission.json",
        "inline submission.json",
        "--card set/tasks/0520fde7.json",
        "--card first.py",
        "--card set/tasks",
        "--solvers card.json",
        "--solvers x_run.py",
        "--solvers set/tasks",
        "--solvers set/tasks/0520fde7.json",
        "--solvers differs",
        "--solvers store/differ_dir",
        "--solvers store",
        "--differs first.py",
        "--differs store/solver_dir",
        "card --solvers card.json",
        "stats --out store --tasks first.py",
        "list --tasks first.py",
        "list --solvers differs",
        "--tasks set/tasks --solvers first.py --dry-run --differs x_run.py",
        "eval card.json",
        "eval x_run.py",
        "eval set/tasks/0520fde7.json",
        "eval --card first.py",
        "inline card.json",
        "inline set/tasks/0520fde7.json",
    ];
    insta::assert_snapshot!(all_end_with(1, &workplace, &lines));
    // A module of a card by its name, with its ending or without.
    for name in ["x_run", "x_run.py"] {
        let finished = workplace.run(&["-c", "1", "-b", name]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
    }
}

#[test]
fn what_is_not_there_is_told_what_stands_beside_it() {
    let lines = [
        "-t 0520fde",
        "-i 0520fde8",
        "--tasks set/tasks -t 0520fde8",
        "-t abc",
        "--tasks set/task",
        "--tasks elsewhere",
        "--solvers firts.py",
        "--solvers nowhere",
        "--differs difers",
        "--card crad.json",
        "-b y_run",
        "eval fist.py -t 0520fde7",
        "inline fist.py",
    ];
    insta::assert_snapshot!(all_end_with(1, &workplace(), &lines));
}

#[test]
fn a_file_where_a_folder_belongs_is_told_as_one() {
    let lines = [
        "--out afile",
        "--out afile/deep",
        "--logs afile",
        "--claim --logs afile/deep",
    ];
    insta::assert_snapshot!(all_end_with(1, &workplace(), &lines));
}

#[test]
fn nothing_is_never_silent() {
    let workplace = workplace();
    workplace.write(
        "broken.py",
        "def solve_0520fde7(S, I, C):\n    return [I]\n",
    );
    workplace.write("here/solver_md5/notes.txt", "");
    let lines = [
        "--solvers bare",
        "--solvers helper.py",
        "--solvers broken.py",
        "--differs bare",
        "-s 27",
        "-s 1 -t 0520fde7",
        "--tasks set/tasks --solvers others.py",
        "--tasks set/tasks --solvers first.py -t 007bbfb7",
        "--tasks set/tasks --solvers others.py --dry-run",
        "stats --out nowhere",
        "doctor --out nowhere",
        "stats",
    ];
    insta::assert_snapshot!(all_end_with(1, &workplace, &lines));
    assert_eq!(workplace.names("logs"), [""; 0], "nothing has begun");
}

#[test]
fn what_is_passed_over_is_counted_where_the_rest_makes_sense() {
    let workplace = workplace();
    let data = "--tasks set/tasks --differs differs -q";
    let line = |more: &str| format!("{data} {more}");
    workplace.write(
        "tree/solve_0520fde7/wrong.py",
        "def differ(S, I, C):\n    return astuple(4, 2)\n",
    );
    workplace.write(
        "tree/solve_0520fde7/other.py",
        "def solve_007bbfb7(S, I, C):\n    return I\n",
    );
    workplace.write(
        "tree/one.py",
        "def solve_0520fde7(S, I, C):\n    return I\n",
    );
    let lines = [
        line("--solvers first.py others.py"),
        line("--solvers first.py card.json"),
        line("--solvers first.py differs"),
        line("--solvers first.py bare"),
        line("--solvers first.py helper.py"),
        line("--solvers tree"),
    ];
    for line in &lines {
        let words: Vec<&str> = line
            .split_whitespace()
            .filter(|word| *word != "-q")
            .collect();
        let finished = workplace.run(&words);
        assert_eq!(finished.code, Some(3), "{line}: {finished:?}");
        assert!(finished.stdout.contains(" skipped"), "{line}: {finished:?}");
    }
    let loud: Vec<String> = lines.iter().map(|line| line.replace(" -q", "")).collect();
    let loud: Vec<&str> = loud.iter().map(String::as_str).collect();
    insta::assert_snapshot!(all_end_with(3, &workplace, &loud));
}

#[test]
fn solvers_of_another_part_of_the_data_are_in_the_data() {
    let workplace = workplace();
    workplace.write("parts/training/0520fde7.json", SMALL_TASK);
    workplace.write("parts/evaluation/ffffffff.json", SMALL_TASK);
    let run = |solvers: &[&str]| {
        let data = ["--tasks", "parts", "--differs", "differs", "--solvers"];
        workplace.run(&[&data[..], solvers].concat())
    };
    let finished = run(&["first.py", "others.py"]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    let told = "\nrun_batt: the solvers of 1 task are not used: not in parts, train (eeeeeeee)\n";
    assert!(finished.stderr.ends_with(told), "{finished:?}");
    workplace.write("others.py", "def solve_ffffffff(S, I, C):\n    return I\n");
    let finished = run(&["first.py", "others.py"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(!finished.stderr.contains("not used"), "{finished:?}");
}

#[test]
fn where_only_the_fixtures_solvers_are_there_to_take_that_is_a_notice() {
    let workplace = Workplace::new();
    workplace.write("tasks/ffffffff.json", SMALL_TASK);
    let finished = workplace.run(&["--tasks", "tasks"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let told = "\nrun_batt: no task of this run has a solver: none were given, and those of the fixtures are not for tasks\n";
    assert!(finished.stderr.ends_with(told), "{finished:?}");
    // A card and a drawn one have solvers of their own.
    for own in [&["--card", "card.json"][..], &["--draw", "2"]] {
        let card = std::fs::read(fixture("cards/small.json")).expect("a card");
        workplace.write("card.json", card);
        let finished = workplace.run(&[&["-c", "1", "--seed", "1"], own].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert!(!finished.stderr.contains("has a solver"), "{finished:?}");
    }
}

#[test]
fn a_file_that_is_cut_off_says_so_and_where() {
    let workplace = workplace();
    workplace.write("cut/0520fde7.json", &SMALL_TASK[..40]);
    workplace.write(
        "bundle.json",
        format!("{{\"0520fde7\": {}", &SMALL_TASK[..60]),
    );
    let card = std::fs::read_to_string(fixture("cards/small.json")).expect("a card");
    workplace.write("cut_card.json", &card[..card.len() / 2]);
    workplace.write("cut.py", "def solve_0520fde7(S, I, C):\n    x1 = rot90(I");
    let lines = [
        "--tasks bundle.json",
        "--card cut_card.json",
        "--solvers cut.py",
        "eval cut.py",
    ];
    insta::assert_snapshot!(all_end_with(1, &workplace, &lines));
    let finished = workplace.run(&["--tasks", "cut"]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    assert!(
        finished
            .stderr
            .contains("found the end of the file inside a list; is it cut off?"),
        "{finished:?}"
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_text() {
    let workplace = workplace();
    let mark = "\u{feff}";
    let card = std::fs::read_to_string(fixture("cards/small.json")).expect("a card");
    let module = std::fs::read_to_string(fixture("cards/small_run.py")).expect("a card");
    for (path, text) in [
        ("own/0520fde7.json", SMALL_TASK.to_owned()),
        ("bundle.json", format!("{{\"0520fde7\": {SMALL_TASK}}}")),
        ("own.py", format!("def solve_0520fde7(S, I, C):\n{ROTATED}")),
        ("own.json", card),
        ("own_run.py", module),
    ] {
        workplace.write(path, format!("{mark}{text}"));
    }
    for line in [
        "--tasks own --solvers own.py",
        "--tasks bundle.json --solvers own.py",
        "--card own.json -c 1",
        "-b own_run -c 1",
        "eval own.py",
        "inline own.py",
    ] {
        let words: Vec<&str> = line.split_whitespace().collect();
        let finished = workplace.run(&words);
        assert_eq!(finished.code, Some(0), "{line}: {finished:?}");
    }
}

#[test]
fn too_many_open_files_are_a_limit_that_can_be_raised() {
    let workplace = Workplace::new();
    workplace.write("tasks/0520fde7.json", SMALL_TASK);
    let mut told = Vec::new();
    for limit in 4..16 {
        let mut command = std::process::Command::new("bash");
        command
            .args(["-c", "ulimit -n $0; exec \"$1\" --tasks tasks --logs logs"])
            .arg(limit.to_string())
            .arg(env!("CARGO_BIN_EXE_run_batt"))
            .current_dir(workplace.path("."))
            .env("EXPECT_GPU", "0");
        let finished = Finished::of(&mut command);
        if finished.code == Some(1) && finished.stderr.contains("Too many open files") {
            told.push(finished.stderr);
        }
    }
    assert!(
        !told.is_empty(),
        "a limit that has room to begin and no more"
    );
    for line in told {
        assert!(line.contains("raise `ulimit -n`"), "{line}");
    }
}

#[test]
fn a_name_that_programs_have_wrongly_is_named_once_and_counted() {
    let workplace = workplace();
    workplace.write(
        "wrong.py",
        "def solve_0520fde7(S, I, C):\n    return rot91(I)\n\n\
         def solve_007bbfb7(S, I, C):\n    return rot91(I)\n",
    );
    workplace.write(
        "right.py",
        "def solve_0520fde7(S, I, C):\n    x1 = rot90(I, I)\n    O = rot90(x1)\n    return O\n",
    );
    let data = ["--tasks", "set/tasks", "--differs", "differs", "--solvers"];
    let finished = workplace.run(&[&data[..], &["wrong.py", "right.py"]].concat());
    assert_eq!(finished.code, Some(3), "{finished:?}");
    insta::assert_snapshot!(finished.notices());
    let names: Vec<&str> = finished
        .stdout
        .lines()
        .filter(|line| line.starts_with("names"))
        .collect();
    insta::assert_snapshot!(names.join("\n"));
    let words = [
        &data[..],
        &["wrong.py", "right.py", "--format", "json", "-q"],
    ]
    .concat();
    let summary = workplace.run(&words).stdout;
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("JSON");
    assert_eq!(
        summary["misused"],
        serde_json::json!({"rot90": 1, "rot91": 2})
    );
    let log = workplace.read("logs/run_batt.log");
    assert!(log.contains("found 2 arguments for `rot90`"), "{log}");
}

#[test]
fn calls_of_a_card_that_always_fail_are_told() {
    let workplace = workplace();
    let card = r#"{"version": 1, "seed": 7, "calls": [
["rot90", "I", "I"],
["rot90", "t1", "I"],
["rot180", "I"]],
"differs": [],
"solvers": [{"call": 3, "task": "0520fde7", "mutated": false}]}"#;
    workplace.write("wrong.json", card);
    let finished = workplace.run(&["--tasks", "set/tasks", "--card", "wrong.json"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    insta::assert_snapshot!(finished.notices());
    workplace.write("unknown.json", card.replace("rot180", "rot181"));
    let finished = workplace.run(&["--tasks", "set/tasks", "--card", "unknown.json"]);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    insta::assert_snapshot!(finished.notices());
}
