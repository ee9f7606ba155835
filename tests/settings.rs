//! Settings: `run_batt.toml`, `RUN_BATT_…`, and `run_batt config`, which shows them.

mod common;

use std::fmt::Write;

use common::{Finished, Workplace};

/// What a person sees of a command.
fn shown(workplace: &Workplace, variables: &[(&str, &str)], line: &str) -> String {
    let finished = run(workplace, variables, line);
    let mut shown = String::from("$ ");
    for (name, value) in variables {
        let _ = write!(shown, "{name}={value} ");
    }
    let _ = writeln!(shown, "run_batt {line}");
    shown += &finished.stdout;
    shown += &finished.stderr;
    if finished.code != Some(0) {
        let _ = writeln!(shown, "exit code {:?}", finished.code);
    }
    shown
}

fn run(workplace: &Workplace, variables: &[(&str, &str)], line: &str) -> Finished {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut command = workplace.command(&arguments);
    command.envs(variables.iter().copied());
    Finished::of(&mut command)
}

const FILE: &str = r#"# For all commands.
out = "store"

[run]
timeout = "5s"
inline-budget = "1MB"
solvers = ["mine.py", "/theirs"]
workers = 1
timing = true

[stats]
format = "json"
"#;

#[test]
fn config_shows_each_value_and_where_it_comes_from() {
    let workplace = Workplace::new();
    insta::assert_snapshot!("nothing_is_set", shown(&workplace, &[], "config"));
    workplace.write("run_batt.toml", FILE);
    let mut page = shown(&workplace, &[], "config");
    page += &shown(
        &workplace,
        &[("RUN_BATT_TIMEOUT", "7"), ("RUN_BATT_TIMING", "no")],
        "config -c 10 -t 0520fde7 --seed 7",
    );
    page += &shown(&workplace, &[], "config --format json stats --out other");
    page += &shown(&workplace, &[], "config run --card card.json");
    insta::assert_snapshot!("ranks", page);
}

#[test]
fn what_config_shows_is_a_file_that_says_the_same() {
    let workplace = Workplace::new();
    workplace.write("run_batt.toml", FILE);
    let values = || {
        let page = run(&workplace, &[], "config").stdout;
        let lines = page.lines().skip(1).map(|line| {
            let (value, _) = line.rsplit_once(" # ").unwrap_or((line, ""));
            value.trim_end().to_owned()
        });
        lines.collect::<Vec<String>>()
    };
    let before = values();
    assert!(
        before.contains(&r#"timeout = "5s""#.to_owned()),
        "{before:?}"
    );
    let page = run(&workplace, &[], "config").stdout;
    workplace.write("run_batt.toml", page);
    assert_eq!(values(), before);
}

#[test]
fn every_rank_sets_aside_those_below_it() {
    let workplace = Workplace::new();
    workplace.write(
        "run_batt.toml",
        "count = 5\n[run]\ntimeout = '5s'\ncount = 4\n",
    );
    let ran = |variables: &[(&str, &str)], line: &str| {
        let finished = run(&workplace, variables, &format!("{line} --format json"));
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let summary: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
        let records = workplace.records("logs/run_batt_timing_stats.jsonl");
        let timeout = records.last().unwrap()["timeout_value"].as_f64().unwrap();
        (summary["tasks"].as_u64().unwrap(), timeout)
    };
    let variables = [("RUN_BATT_COUNT", "3"), ("RUN_BATT_TIMEOUT", "6")];
    assert_eq!(ran(&[], ""), (4, 5.0));
    assert_eq!(ran(&variables, ""), (3, 6.0));
    assert_eq!(ran(&variables, "-c 2 --timeout 7s"), (2, 7.0));
    // An empty variable says nothing, and `-t` is a time limit that was typed.
    assert_eq!(ran(&[("RUN_BATT_COUNT", "")], "-t 8"), (4, 8.0));
    assert_eq!(ran(&variables, "-c 1 -t 8 0520fde7"), (1, 8.0));
    workplace.write("run_batt.toml", "count = 5\n");
    assert_eq!(ran(&[], ""), (5, 10.0));
}

#[test]
fn a_setting_keeps_nobody_from_typing_what_it_cannot_be_had_with() {
    let workplace = Workplace::new();
    workplace.write(
        "run_batt.toml",
        "[run]\ncard = 'missing.json'\nquiet = true\nresume = true\nmutation = 0.5\n",
    );
    let typed = run(&workplace, &[], "--draw 2 -c 3 -v");
    assert_eq!(typed.code, Some(0), "{typed:?}");
    assert!(typed.stderr.contains("task "), "-v: {typed:?}");
    // What needs another option says nothing without it.
    let variables = [("RUN_BATT_SOLVERS", "mine.py"), ("RUN_BATT_RESUME", "0")];
    workplace.write("mine.py", "def solve_0520fde7(S, I, C):\n    return I\n");
    let from_environment = run(&workplace, &variables, "-t 0520fde7");
    assert_eq!(from_environment.code, Some(0), "{from_environment:?}");
    let neither = run(&workplace, &[], "-t 0520fde7");
    assert!(neither.stderr.contains("missing.json"), "{neither:?}");
}

#[test]
fn needs_are_met_by_settings_and_told_where_they_are_not() {
    let workplace = Workplace::new();
    let missing = run(&workplace, &[], "--mutation 0.5 -c 1");
    assert_eq!(missing.code, Some(2));
    let why = "--mutation needs --draw: it changes the card that --draw N draws";
    assert!(missing.stderr.contains(why), "{missing:?}");
    workplace.write("run_batt.toml", "[run]\ndraw = 2\n");
    let met = run(&workplace, &[], "--mutation 0.5 -c 1");
    assert_eq!(met.code, Some(0), "{met:?}");
}

#[test]
fn the_file_of_a_folder_above_is_found_and_its_paths_are_its_own() {
    let workplace = Workplace::new();
    workplace.write("run_batt.toml", "out = 'store'\nlogs = 'store/logs'\n");
    std::fs::create_dir_all(workplace.path("deep/down")).unwrap();
    let mut command = workplace.command(&["-c", "1"]);
    command.current_dir(workplace.path("deep/down"));
    let finished = Finished::of(&mut command);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(!workplace.names("store/solver_md5").is_empty());
    assert_eq!(workplace.names("deep/down"), [""; 0]);
    // A variable speaks of the current folder, as what is typed does.
    let mut command = workplace.command(&["-c", "1"]);
    command
        .current_dir(workplace.path("deep/down"))
        .env("RUN_BATT_LOGS", "here");
    assert_eq!(Finished::of(&mut command).code, Some(0));
    assert_eq!(workplace.names("deep/down"), ["here"]);
    // The nearest is taken, alone.
    workplace.write("deep/run_batt.toml", "");
    let mut command = workplace.command(&["config", "--format", "json"]);
    command.current_dir(workplace.path("deep/down"));
    let report: serde_json::Value =
        serde_json::from_str(&Finished::of(&mut command).stdout).unwrap();
    assert_eq!(report["file"], "../run_batt.toml");
}

#[test]
fn several_paths_of_a_variable_are_divided_by_colons() {
    let workplace = Workplace::new();
    for (task, name) in [("0520fde7", "one.py"), ("007bbfb7", "two.py")] {
        let solver = format!("def solve_{task}(S, I, C):\n    return I\n");
        workplace.write(name, solver);
    }
    let variables = [
        ("RUN_BATT_SOLVERS", "one.py:two.py"),
        ("RUN_BATT_TASK", "0520fde7,007bbfb7"),
        ("RUN_BATT_QUIET", "on"),
    ];
    let finished = run(&workplace, &variables, "--format json");
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let summary: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(summary["tasks"], 2);
    assert_eq!(workplace.names("solver_md5").len(), 1, "the same for both");
}

#[test]
fn a_file_that_makes_no_sense_is_an_error_with_its_place() {
    let workplace = Workplace::new();
    let mut told = String::new();
    for file in [
        "[run",
        "a = \nb",
        "[run]\ntimeout = \"10s",
        "[run]\ncount = 1\ncount = 2",
        "timeuot = 1",
        "[stat]",
        "[run]\nt = \"0520fde7\"",
        "[run]\ninline_budget = 1",
        "[stats]\ntimeout = 1",
        "[dsl]\nout = \"store\"",
        "[run]\nxyzzy = 1",
        "[run]\ntimeout = \"abc\"",
        "[run]\ntimeout = 0",
        "[run]\ntimeout = true",
        "[run]\ntimeout = [1, 2]",
        "[run]\ntimeout = 1979-05-27",
        "[run]\ntiming = \"yes\"",
        "[run]\ntiming = 1",
        "[run]\ninline-budget = \"4 apples\"",
        "[run]\ndata = \"test\"",
        "[run]\nworkers = 0",
        "[run]\ntask = [[\"0520fde7\"]]",
        "[run]\nsolvers = true",
        "[run.tasks]\npath = \"data\"",
        "[run]\ncard = \"a\"\nsolvers = [\"b\"]",
        "[run]\nquiet = true\nverbose = true",
        "# of another command\n[eval]\nsample = \"demo\"",
    ] {
        workplace.write("run_batt.toml", file);
        let finished = run(&workplace, &[], "-c 1");
        assert_eq!(finished.code, Some(1), "{file}: {finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
        assert_eq!(workplace.names("."), ["run_batt.toml"]);
        let _ = write!(told, "{file}\n  {}\n", finished.stderr);
    }
    insta::assert_snapshot!("files_that_make_no_sense", told);

    // Help needs no settings.
    assert_eq!(run(&workplace, &[], "--help").code, Some(0));
    workplace.write("run_batt.toml", b"timeout = '\xff'");
    let latin = run(&workplace, &[], "-c 1");
    let expected = "run_batt.toml: line 1, column 12: found bytes that are not UTF-8";
    assert!(latin.stderr.contains(expected), "{latin:?}");
    std::fs::remove_file(workplace.path("run_batt.toml")).unwrap();
    std::fs::create_dir(workplace.path("run_batt.toml")).unwrap();
    let folder = run(&workplace, &[], "-c 1");
    assert_eq!(folder.code, Some(1));
    assert!(
        folder.stderr.contains("run_batt.toml: cannot be read"),
        "{folder:?}"
    );
}

#[test]
fn a_variable_that_makes_no_sense_is_an_error_with_its_name() {
    let workplace = Workplace::new();
    let mut told = String::new();
    for variables in [
        &[("RUN_BATT_TIMEUOT", "3")][..],
        &[("RUN_BATT_C", "3")],
        &[("RUN_BATT_TIMEOUT", "soon")],
        &[("RUN_BATT_QUIET", "perhaps")],
        &[("RUN_BATT_DATA", "test")],
        &[("RUN_BATT_QUIET", "1"), ("RUN_BATT_VERBOSE", "1")],
    ] {
        let text = shown(&workplace, variables, "-c 1");
        assert!(text.ends_with("exit code Some(1)\n"), "{text}");
        told += &text;
    }
    insta::assert_snapshot!("variables_that_make_no_sense", told);
    // What is like no option is somebody else's; what another command takes is no
    // matter of this one.
    let foreign = [("RUN_BATT_BUILD_HOST", "x"), ("RUN_BATT_SAMPLE", "x")];
    assert_eq!(run(&workplace, &foreign, "-c 1").code, Some(0));
    assert_eq!(run(&workplace, &foreign, "eval -e I").code, Some(1));
}
