//! Help, man pages and completion.

mod common;

use arc_programs::dsl::REFERENCE;
use common::{Finished, Workplace};

/// The commands, run_batt itself first.
const COMMANDS: &[&str] = &[
    "", "search", "list", "merge", "card", "stats", "report", "watch", "submit", "score", "tidy",
    "doctor", "inline", "eval", "show", "dsl", "clear", "config", "generate",
];

fn help(columns: usize, arguments: &[&str]) -> String {
    let workplace = Workplace::new();
    let mut command = workplace.command(arguments);
    command.env("COLUMNS", columns.to_string());
    let finished = Finished::of(&mut command);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    finished.stdout
}

#[test]
fn help_says_what_a_user_needs() {
    for &name in COMMANDS {
        let own = help(100, &[name, "--help"][usize::from(name.is_empty())..]);
        let title = match name {
            "" => "run_batt",
            name => name,
        };
        insta::assert_snapshot!(title, own);
    }
}

#[test]
fn help_is_wrapped_at_the_width_of_the_terminal() {
    for columns in [60, 80] {
        for &name in COMMANDS {
            let arguments = &[name, "--help"][usize::from(name.is_empty())..];
            for line in help(columns, arguments).lines() {
                assert!(line.chars().count() <= columns, "{columns}: {line}");
            }
        }
    }
    // No wider than is good to read.
    let widest = |text: String| text.lines().map(|line| line.chars().count()).max();
    assert!(widest(help(200, &["--help"])) <= Some(100));
}

#[test]
fn man_pages_are_files_that_exist() {
    let workplace = Workplace::new();
    let finished = workplace.run(&["generate", "man", "--dir", "share/man1"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let names = workplace.names("share/man1");
    assert_eq!(names.len(), COMMANDS.len());
    let written: Vec<&str> = finished.stdout.lines().collect();
    assert_eq!(written.len(), names.len());
    for path in written {
        assert!(workplace.path(path).exists(), "{path}");
    }
    let first = workplace.read("share/man1/run_batt.1");
    // Each page that it sends the reader to is there.
    let mut referred = 0;
    for name in COMMANDS.iter().filter(|name| !name.is_empty()) {
        let page = format!("run_batt-{name}.1");
        assert!(names.contains(&page), "{page} in {names:?}");
        let reference = format!("run_batt\\-{name}(1)");
        referred += usize::from(first.contains(&reference));
    }
    assert_eq!(referred, COMMANDS.len() - 1, "{first}");
    assert!(!first.contains("run_batt\\-help(1)"), "{first}");
    let unwritable = workplace.run(&["generate", "man", "--dir", "share/man1/run_batt.1"]);
    assert_eq!(unwritable.code, Some(1), "{unwritable:?}");
    assert!(unwritable.stderr.contains("check --dir"), "{unwritable:?}");
}

/// What a shell is offered for the last of these words.
fn offered(workplace: &Workplace, words: &[&str]) -> Vec<String> {
    let mut command = workplace.command(&["--", "run_batt"]);
    command.args(words).env("RUN_BATT_COMPLETE", "fish");
    let finished = Finished::of(&mut command);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let words = finished.stdout.lines().map(|line| {
        let (word, _) = line.split_once('\t').unwrap_or((line, ""));
        word.to_owned()
    });
    words.collect()
}

#[test]
fn tasks_and_primitives_are_completed() {
    let workplace = Workplace::new();
    assert_eq!(offered(&workplace, &["-t", "052"]), ["0520fde7"]);
    assert_eq!(
        offered(&workplace, &["-i", "00576224", "052"]),
        ["0520fde7"]
    );
    assert_eq!(
        offered(&workplace, &["eval", "--task", "052"]),
        ["0520fde7"]
    );
    assert_eq!(offered(&workplace, &["show", "052"]), ["0520fde7"]);
    assert_eq!(
        offered(&workplace, &["dsl", "vmirror"]),
        [
            "vmirror",
            "vmirror_f",
            "vmirror_i",
            "vmirror_o",
            "vmirror_t"
        ]
    );
    assert_eq!(
        offered(&workplace, &["dsl", "NEG_T"]),
        ["NEG_TEN", "NEG_THREE", "NEG_TWO"]
    );
    assert_eq!(offered(&workplace, &["config", "sta"]), ["stats"]);
    assert_eq!(offered(&workplace, &["--data", "e"]), ["eval"]);
    // Of the data that are meant.
    workplace.write("own/12345678.json", common::SMALL_TASK);
    workplace.write("set/12340000.json", common::SMALL_TASK);
    assert_eq!(
        offered(&workplace, &["--tasks", "own", "-t", "12"]),
        ["12345678"]
    );
    assert_eq!(
        offered(&workplace, &["card", "--tasks=own", "-t", ""]),
        ["12345678"]
    );
    workplace.write("run_batt.toml", "tasks = 'set'\n");
    assert_eq!(offered(&workplace, &["-t", "12"]), ["12340000"]);
    assert_eq!(
        offered(&workplace, &["--tasks", "missing", "-t", ""]),
        [""; 0]
    );
}

#[test]
fn shells_are_told_to_ask() {
    let workplace = Workplace::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = workplace.run(&["generate", shell]);
        assert_eq!(script.code, Some(0), "{script:?}");
        assert!(
            script.stdout.contains("RUN_BATT_COMPLETE"),
            "{}",
            script.stdout
        );
    }
    let finished = workplace.run(&["generate", "zsh", "--dir", "site-functions"]);
    assert_eq!(finished.stdout, "site-functions/_run_batt\n");
    assert!(
        workplace
            .read("site-functions/_run_batt")
            .contains("#compdef run_batt")
    );
    // In a shell, as its start-up file has it.
    let mut bash = std::process::Command::new("bash");
    let line = "source <(run_batt generate bash) && complete -p run_batt";
    bash.args(["-c", line])
        .env("PATH", common::path_with_binary());
    let finished = Finished::of(&mut bash);
    assert!(
        finished.stdout.contains("_clap_complete_run_batt"),
        "{finished:?}"
    );
}

#[test]
fn the_dsl_is_filtered_and_speaks_json() {
    let workplace = Workplace::new();
    let dsl = |arguments: &[&str]| {
        let finished = workplace.run(&[&["dsl"], arguments].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    insta::assert_snapshot!("dsl_mirror", dsl(&["mirror"]));
    insta::assert_snapshot!("dsl_gravitate", dsl(&["gravitate"]));
    assert_eq!(dsl(&["ZERO"]), "ZERO = 0\n");
    assert!(dsl(&["neg_t"]).contains("NEG_TWO = -2\n"));
    // By what they mean, where no name has it.
    assert!(dsl(&["upside down"]).contains("hmirror_t(grid: Grid) -> Grid\n"));
    let all: serde_json::Value = serde_json::from_str(&dsl(&["--format", "json"])).unwrap();
    let number = |what: &str| all[what].as_array().unwrap().len();
    assert_eq!(number("primitives"), REFERENCE.primitives().len());
    assert_eq!(number("constants"), REFERENCE.constants().iter().len());
    let one: serde_json::Value = serde_json::from_str(&dsl(&["fill", "--format", "json"])).unwrap();
    assert_eq!(
        one["primitives"][0]["signature"],
        "fill(grid: Grid, color: C_, patch: Patch) -> Grid"
    );
    assert_eq!(one["primitives"][0]["parameters"][1]["hint"], "C_");
    for (name, told) in [
        ("vmirorr", "did you mean vmirror_"),
        ("xyzzyxyzzy", "named or explained by `xyzzyxyzzy`\n"),
    ] {
        let finished = workplace.run(&["dsl", name]);
        assert_eq!(finished.code, Some(1));
        assert!(finished.stderr.contains(told), "{finished:?}");
    }
}

#[test]
fn the_last_of_an_option_given_twice_holds() {
    let workplace = Workplace::new();
    let timeout = |arguments: &[&str]| {
        let finished = workplace.run(&[&["-c", "1", "-q"], arguments].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let records = workplace.records("logs/run_batt_timing_stats.jsonl");
        records.last().unwrap()["timeout_value"].as_f64().unwrap()
    };
    assert_eq!(timeout(&["--timeout", "9", "--timeout", "8s"]), 8.0);
    assert_eq!(timeout(&["-t", "20", "--timeout", "10"]), 10.0);
    assert_eq!(timeout(&["--timeout", "10", "-t", "20"]), 20.0);
    assert_eq!(timeout(&["-t", "1m30s"]), 90.0);
    // Of a command's too.
    let shown = |line: &[&str]| workplace.run(&[&["config"], line].concat()).stdout;
    let twice = shown(&["stats", "--out", "a", "--out", "b"]);
    assert!(twice.contains("out = \"b\""), "{twice}");
    let twice = shown(&["--data", "both", "--data", "train"]);
    assert!(twice.contains("data = \"train\""), "{twice}");
}

#[test]
fn named_tasks_that_are_left_out_are_told() {
    let workplace = Workplace::new();
    let told = |arguments: &[&str]| {
        let finished = workplace.run(arguments);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.notices().to_owned()
    };
    assert_eq!(
        told(&["-c", "1", "-t", "0520fde7", "007bbfb7"]),
        "run_batt: -c 1 leaves out 0520fde7 of the tasks that -t names; -i runs all that it names\n"
    );
    assert_eq!(told(&["-c", "1", "-t", "0520fde7"]), "");
    assert_eq!(told(&["-c", "2", "-t", "0520fde7", "007bbfb7"]), "");
    assert_eq!(told(&["-c", "1", "-i", "0520fde7", "007bbfb7"]), "");
}
