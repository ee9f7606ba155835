//! `run_batt watch`, on a terminal, with instances at work; and what these leave behind.

mod common;
#[path = "common/terminal.rs"]
mod on_terminal;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::{Finished, OWN_FILES, SlowTasks, Workplace, send};
use on_terminal::OnTerminal;
use serde_json::Value as Json;

/// A task that `rot180` solves.
const TURNED: &str = r#"{"train": [{"input": [[1, 2, 3]], "output": [[3, 2, 1]]}], "test": [{"input": [[4, 5, 6]], "output": [[6, 5, 4]]}]}"#;

const TASKS: usize = 400;

/// Tasks that keep an instance busy for a minute or so, if nobody stops it.
fn workplace() -> Workplace {
    Workplace::of_slow_tasks(&SlowTasks {
        count: TASKS,
        steps: 2_000_000,
        task: TURNED,
        end: "    x4 = branch(x3, rot90, rot180)\n    return x4(I)\n",
    })
}

/// An instance at work on tasks of its own.
fn instance(workplace: &Workplace, skipped: usize) -> Child {
    let skipped = skipped.to_string();
    let arguments = [
        "-q",
        "--no-share",
        "--workers",
        "1",
        "-c",
        "100",
        "-s",
        &skipped,
    ];
    workplace
        .command(&[&OWN_FILES[..], &arguments].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts")
}

/// The status files, when there are so many.
fn statuses(workplace: &Workplace, count: usize) -> Vec<Json> {
    let begun = Instant::now();
    loop {
        let names = workplace.names("logs/instances");
        let whole: Vec<Json> = names
            .iter()
            .filter(|name| !name.starts_with('.'))
            // One may be gone by now.
            .filter_map(|name| {
                let path = workplace.path(&format!("logs/instances/{name}"));
                serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
            })
            .collect();
        if whole.len() == count {
            return whole;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{names:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn watch(workplace: &Workplace, rows: u16, columns: u16) -> OnTerminal {
    let command = workplace.command(&["watch", "--tasks", "tasks"]);
    OnTerminal::start(&command, rows, columns)
}

fn end(child: Child) -> Finished {
    Finished::from(child.wait_with_output().expect("a child"))
}

#[test]
fn one_of_three_instances_is_stopped_by_its_key_and_the_others_go_on() {
    let workplace = workplace();
    let [first, second, third] = [0, 100, 200].map(|skipped| instance(&workplace, skipped));
    statuses(&workplace, 3);
    let before = workplace.names("logs");
    let mut screen = watch(&workplace, 24, 80);
    screen.expect("3 instances at work");
    for child in [&first, &second, &third] {
        screen.expect(&child.id().to_string());
    }
    screen.expect("solved");
    // Another key than y: it goes on.
    screen.type_in("x");
    screen.expect("in order? y stops it");
    screen.type_in("n");
    screen.expect("it goes on");
    // The selection stays with its instance, by its name.
    screen.type_in("j");
    screen.type_in("x");
    screen.expect("in order? y stops it");
    let text = screen.text();
    let asked = [first.id(), second.id(), third.id()]
        .into_iter()
        .find(|id| text.contains(&format!("stop process {id} ")))
        .expect("one of the three");
    screen.type_in("y");
    screen.expect(&format!("process {asked} was asked to stop"));
    screen.expect("2 instances at work");
    let (mut stopped, mut others) = (Vec::new(), Vec::new());
    for child in [first, second, third] {
        match child.id() == asked {
            true => stopped.push(end(child)),
            false => others.push(child),
        }
    }
    assert_eq!(stopped[0].code, Some(143), "{:?}", stopped[0]);
    assert!(
        stopped[0].stdout.contains("interrupted"),
        "{:?}",
        stopped[0]
    );
    let log = workplace.read("logs/run_batt.log");
    assert!(
        log.contains("run finished") && log.contains("interrupted"),
        "{log}"
    );
    for child in &mut others {
        assert!(child.try_wait().expect("a child").is_none(), "it goes on");
    }
    screen.type_in("q");
    assert_eq!(screen.exit_code(), 0, "{}", screen.text());
    assert!(
        !screen.screen.screen().alternate_screen(),
        "{}",
        screen.text()
    );
    assert!(!screen.screen.screen().hide_cursor());
    assert_eq!(workplace.names("logs"), before, "nothing was written");
    for child in others {
        send("INT", child.id());
        assert_eq!(end(child).code, Some(130));
    }
    assert!(!workplace.names("logs").contains(&"instances".to_owned()));
    assert!(workplace.run(&["doctor"]).stdout.ends_with("all is well\n"));
}

#[test]
fn a_status_is_there_while_its_instance_is_and_what_a_kill_leaves_is_repaired() {
    let workplace = workplace();
    let child = instance(&workplace, 0);
    let told = statuses(&workplace, 1).remove(0);
    assert_eq!(told["version"], 1);
    assert_eq!(told["process"]["id"], child.id());
    assert_eq!(
        (&told["activity"], &told["tasks"]),
        (&"run".into(), &100.into())
    );
    // It goes on, once a second.
    let done = |told: &Json| told["done"].as_u64().expect("a count");
    let begun = Instant::now();
    while done(&statuses(&workplace, 1)[0]) <= done(&told) {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(100));
    }
    let diagnosis = workplace.run(&["doctor"]);
    assert!(!diagnosis.stdout.contains("status"), "{diagnosis:?}");
    send("INT", child.id());
    assert_eq!(end(child).code, Some(130));
    assert!(workplace.names("logs/instances").is_empty());
    // One that ends by itself.
    let arguments = [&OWN_FILES[..], &["-q", "-c", "8", "--out", "other"]].concat();
    assert_eq!(workplace.run(&arguments).code, Some(0));
    assert!(
        !workplace
            .names("other/logs")
            .contains(&"instances".to_owned())
    );

    let killed = instance(&workplace, 100);
    let running = instance(&workplace, 200);
    statuses(&workplace, 2);
    send("KILL", killed.id());
    let (killed_id, running_id) = (killed.id().to_string(), running.id().to_string());
    end(killed);
    // A page says so, and is no terminal's.
    let page = workplace.run(&["watch", "--once", "--tasks", "tasks"]);
    assert_eq!(page.code, Some(0), "{page:?}");
    let line = |id: &str| {
        page.stdout
            .lines()
            .find(|line| line.starts_with(id))
            .expect("a line")
    };
    assert!(line(&killed_id).ends_with("gone"), "{page:?}");
    assert!(!line(&running_id).ends_with("gone"), "{page:?}");
    assert!(!page.stdout.contains('\u{1b}'));
    // Of those that are at work nothing is touched.
    for (arguments, told) in [
        (&["doctor"][..], "with --fix: removed"),
        (&["doctor", "--fix"], "; removed"),
    ] {
        let diagnosis = workplace.run(arguments).stdout;
        let finding = diagnosis
            .lines()
            .find(|line| line.contains("status of process"));
        let finding = finding.unwrap_or_else(|| panic!("{diagnosis}"));
        assert!(
            finding.contains(&format!("process {killed_id} ")),
            "{finding}"
        );
        assert!(finding.ends_with(told), "{finding}");
    }
    let left = statuses(&workplace, 1);
    assert_eq!(left[0]["process"]["id"].to_string(), running_id);
    send("TERM", running.id());
    assert_eq!(end(running).code, Some(143));
    assert!(workplace.names("logs/instances").is_empty());
}

#[test]
fn a_status_that_cannot_be_written_is_told_once_and_changes_nothing() {
    let workplace = workplace();
    workplace.write("logs/instances", "in the way");
    let arguments = ["-c", "100", "--workers", "1", "--no-share"];
    let mut child = workplace
        .command(&[&OWN_FILES[..], &arguments].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut told = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let is_told = |line: &String| line.contains("cannot be written");
    let first = told
        .by_ref()
        .map(|line| line.expect("a line"))
        .find(is_told);
    let first = first.expect("a line that says so");
    assert!(first.contains("logs/instances is no folder"), "{first}");
    // It is tried again, without a word.
    std::thread::sleep(Duration::from_millis(2500));
    send("TERM", child.id());
    let rest: Vec<String> = told.map(|line| line.expect("a line")).collect();
    assert!(!rest.iter().any(is_told), "{rest:?}");
    let finished = end(child);
    assert_eq!(finished.code, Some(143), "{finished:?}");
    assert!(finished.stdout.contains("interrupted"), "{finished:?}");
    assert_eq!(workplace.read("logs/instances"), "in the way");
}

#[test]
fn the_terminal_is_as_it_was_however_it_ends() {
    let workplace = workplace();
    assert_eq!(
        workplace.run(&[&OWN_FILES[..], &["-c", "3"]].concat()).code,
        Some(0)
    );
    for (how, code) in [("q", 0), ("\u{3}", 0), ("TERM", 143)] {
        let mut screen = watch(&workplace, 24, 80);
        screen.expect("no instance is at work on this store");
        screen.expect("3 solved of 3 tasks");
        assert!(screen.screen.screen().alternate_screen());
        match how {
            "TERM" => send("TERM", screen.child.process_id().expect("an ID")),
            keys => screen.type_in(keys),
        }
        assert_eq!(screen.exit_code(), code, "{how}: {}", screen.text());
        let after = screen.screen.screen();
        assert!(!after.alternate_screen() && !after.hide_cursor(), "{how}");
        assert!(screen.is_as_it_was(), "{how}");
    }
}

#[test]
fn it_fits_another_size_opens_a_task_and_comes_back_from_the_shell() {
    let workplace = workplace();
    assert_eq!(
        workplace.run(&[&OWN_FILES[..], &["-c", "3"]].concat()).code,
        Some(0)
    );
    let mut screen = watch(&workplace, 24, 80);
    screen.expect("3 solved of 3 tasks");
    screen.expect("▀▀▀");
    screen.resize(12, 40);
    screen.expect("?:help q:quit");
    assert!(
        screen.wait_for(|text| !text.contains('▀')),
        "there is no room"
    );
    screen.type_in("?");
    screen.expect("quit; instances go on");
    screen.type_in(" ");
    screen.expect("latest finds");
    screen.resize(24, 80);
    screen.expect("▀▀▀");
    screen.type_in("\t\r");
    screen.expect("test:0");
    screen.expect("best program, score 2000");
    // The shell stops it, and goes on with it.
    let process = screen.child.process_id().expect("an ID");
    screen.type_in("\u{1a}");
    let state = || {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
        let (_, rest) = stat.rsplit_once(") ").expect("a state");
        rest.chars().next()
    };
    let begun = Instant::now();
    while state() != Some('T') {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{}",
            screen.text()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(screen.wait_for(|text| !text.contains("test:0")));
    assert!(screen.is_as_it_was());
    send("CONT", process);
    screen.expect("test:0");
    screen.type_in("\u{1b}");
    screen.expect("latest finds");
    screen.type_in("q");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn without_colours_grids_are_digits() {
    let workplace = workplace();
    assert_eq!(
        workplace.run(&[&OWN_FILES[..], &["-c", "3"]].concat()).code,
        Some(0)
    );
    let mut command = workplace.command(&["watch", "--tasks", "tasks"]);
    command.env("NO_COLOR", "1");
    let mut screen = OnTerminal::start(&command, 24, 80);
    screen.expect("123 → 321");
    let cells = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
    for (row, column) in cells {
        let cell = screen.screen.screen().cell(row, column).expect("a cell");
        assert_eq!(cell.fgcolor(), vt100::Color::Default);
        assert_eq!(cell.bgcolor(), vt100::Color::Default);
    }
    screen.type_in("q");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn what_cannot_be_watched_is_told_in_a_line() {
    let workplace = Workplace::new();
    let finished = workplace.run(&["watch"]);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(finished.stderr.contains("found no store"), "{finished:?}");
    assert_eq!(workplace.run(&["-c", "1"]).code, Some(0));
    let before = workplace.names("logs");
    let finished = workplace.run(&["watch"]);
    assert_eq!(
        (finished.code, finished.stdout.as_str()),
        (Some(2), ""),
        "{finished:?}"
    );
    assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
    assert!(finished.stderr.contains("--once"), "{finished:?}");
    assert_eq!(workplace.names("logs"), before);
    // A store without records.
    std::fs::remove_dir_all(workplace.path("logs")).expect("the logs");
    let page = workplace.run(&["watch", "--once"]);
    assert!(
        page.stdout.contains("no records of this store yet"),
        "{page:?}"
    );
    assert!(page.stdout.contains("no instance is at work"), "{page:?}");
    assert!(!workplace.path("logs").exists());
}

/// Writes the picture of the README: `cargo test --test watch -- --ignored picture`.
#[test]
#[ignore = "it writes docs/watch.svg"]
fn the_picture_of_the_readme() {
    let workplace = Workplace::new();
    let searches = [1, 2, 3].map(|seed: u32| {
        let seed = seed.to_string();
        let arguments = [
            "search",
            "-q",
            "-c",
            "0",
            "--workers",
            "1",
            "--no-share",
            "--seed",
        ];
        workplace
            .command(&[&arguments[..], &[&seed]].concat())
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts")
    });
    statuses(&workplace, 3);
    std::thread::sleep(Duration::from_secs(40));
    let mut screen = OnTerminal::start(&workplace.command(&["watch"]), 24, 80);
    screen.expect("3 instances at work");
    screen.expect("solved of");
    screen.type_in("\t");
    screen.expect("▀▀▀");
    let picture = svg(screen.screen.screen(), 24, 80);
    std::fs::write(common::repository().join("docs/watch.svg"), picture).expect("a picture");
    screen.type_in("q");
    assert_eq!(screen.exit_code(), 0);
    for child in searches {
        send("INT", child.id());
        end(child);
    }
}

/// What is to be seen on a terminal, drawn.
fn svg(screen: &vt100::Screen, rows: u16, columns: u16) -> String {
    const WIDTH: u16 = 8;
    const HEIGHT: u16 = 16;
    let (width, height) = (columns * WIDTH + 16, rows * HEIGHT + 16);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"monospace\" font-size=\"13\"><rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"#16181d\"/>\n"
    );
    let count = |word: &Vec<String>| word.len() as u16;
    for row in 0..rows {
        let mut words: Vec<(String, u16, Vec<String>)> = Vec::new();
        for column in 0..columns {
            let cell = screen.cell(row, column).expect("a cell");
            let (x, y) = (8 + column * WIDTH, 8 + row * HEIGHT);
            let (mut text, mut ground) = (colour(cell.fgcolor()), back(cell.bgcolor()));
            if cell.inverse() {
                (text, ground) = ("#16181d".to_owned(), Some("#d8dade".to_owned()));
            }
            let content = match cell.contents() {
                // Two halves, the upper in the colour of the text.
                "▀" => {
                    let lower = ground.unwrap_or("#16181d".to_owned());
                    let half = HEIGHT / 2;
                    let _ = writeln!(
                        svg,
                        "<path d=\"M{x} {y}h{WIDTH}v{half}h-{WIDTH}z\" fill=\"{text}\"/><path d=\"M{x} {}h{WIDTH}v{half}h-{WIDTH}z\" fill=\"{lower}\"/>",
                        y + half
                    );
                    continue;
                }
                content => content.trim(),
            };
            if let Some(ground) = ground {
                let _ = writeln!(
                    svg,
                    "<path d=\"M{x} {y}h{WIDTH}v{HEIGHT}h-{WIDTH}z\" fill=\"{ground}\"/>"
                );
            }
            if content.is_empty() {
                continue;
            }
            let eighths = content.chars().next().and_then(|own| "▁▂▃▄▅▆▇█".find(own));
            if let Some(place) = eighths {
                let eighths = place as u16 / 3 + 1;
                let tall = HEIGHT * eighths / 8;
                let top = y + HEIGHT - tall;
                let _ = writeln!(
                    svg,
                    "<path d=\"M{x} {top}h{WIDTH}v{tall}h-{WIDTH}z\" fill=\"{text}\"/>"
                );
                continue;
            }
            let weight = if cell.bold() {
                " font-weight=\"bold\""
            } else {
                ""
            };
            let dim = if cell.dim() { " opacity=\"0.6\"" } else { "" };
            let style = format!("fill=\"{text}\"{weight}{dim}");
            let content = content.replace('&', "&amp;").replace('<', "&lt;");
            match words.last_mut() {
                Some((own, begin, word)) if *own == style && *begin + count(word) == column => {
                    word.push(content);
                }
                _ => words.push((style, column, vec![content])),
            }
        }
        for (style, column, word) in words {
            // As wide as its cells, whatever the font.
            let (x, y, width) = (8 + column * WIDTH, 20 + row * HEIGHT, count(&word) * WIDTH);
            let _ = writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" textLength=\"{width}\" {style}>{}</text>",
                word.concat()
            );
        }
    }
    svg + "</svg>\n"
}

fn back(colour_of_ground: vt100::Color) -> Option<String> {
    match colour_of_ground {
        vt100::Color::Default => None,
        other => Some(colour(other)),
    }
}

/// A colour of a terminal: of ARC's as in its pictures.
fn colour(own: vt100::Color) -> String {
    use run_batt::picture::palette;
    let vt100::Color::Idx(index) = own else {
        return "#d8dade".to_owned();
    };
    let of_arc = (0..10).find(|cell| palette::terminal(*cell) == index);
    match (of_arc, index) {
        (Some(cell), _) => palette::rgb(cell).hex(),
        (None, 1 | 9) => "#f0766d".to_owned(),
        (None, 2 | 10) => "#7bc96f".to_owned(),
        (None, 3 | 11) => "#e0c060".to_owned(),
        (None, 6 | 14) => "#5fc9d8".to_owned(),
        (None, _) => "#d8dade".to_owned(),
    }
}
