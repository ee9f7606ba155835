//! Tasks and stores drawn: on terminals of different widths, as SVG and as PNG.

#[path = "../common/mod.rs"]
mod common;
mod pictures;

use std::fmt::Write as _;
use std::io::Read;
use std::num::NonZero;

use common::{Finished, SMALL_TASK, Workplace};
use pictures::{Pixels, grids, places};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use roxmltree::{Document, Node};
use run_batt::picture::palette;
use serde_json::Value;

/// Rows of a terminal that shows all that is written.
const ROWS: NonZero<u16> = NonZero::new(250).expect("above 0");

/// A task of a fixture, and a program that is exact on none of its samples.
const TASK: &str = "3c9b0459";
const WRONG: &str = "replace(I, 2, 7)";

/// Small tasks, and one with the largest grids that there are.
fn workplace() -> Workplace {
    let workplace = Workplace::new();
    let grid = |side: usize, first: usize| {
        let row = |row: usize| {
            (0..side)
                .map(|column| (first + row * column / 3) % 10)
                .collect::<Vec<_>>()
        };
        serde_json::to_string(&(0..side).map(row).collect::<Vec<_>>()).expect("JSON")
    };
    let (small, large) = (grid(4, 1), grid(30, 0));
    let task = format!(
        r#"{{"train": [{{"input": {small}, "output": {small}}}, {{"input": {large}, "output": {large}}}], "test": [{{"input": {small}}}]}}"#
    );
    workplace.write("tasks/00000001.json", task);
    workplace.write("tasks/00000002.json", SMALL_TASK);
    workplace
}

/// What is on a terminal when a command has ended.
fn screen(
    workplace: &Workplace,
    columns: u16,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> vt100::Parser {
    let size = PtySize {
        rows: ROWS.get(),
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    };
    let pair = native_pty_system().openpty(size).expect("a terminal");
    let plain = workplace.command(&[]);
    let mut command = CommandBuilder::new(plain.get_program());
    command.cwd(workplace.path("."));
    command.env("TERM", "xterm-256color");
    command.env_remove("NO_COLOR");
    for (name, value) in variables {
        command.env(name, value);
    }
    command.args(arguments);
    let mut reader = pair.master.try_clone_reader().expect("its output");
    let mut child = pair
        .slave
        .spawn_command(command)
        .expect("the binary starts");
    drop(pair.slave);
    let mut screen = vt100::Parser::new(ROWS, NonZero::new(columns).expect("above 0"), 0);
    let mut bytes = [0; 4096];
    // A terminal without a writer is an error on some systems, the end on others.
    while let Ok(count @ 1..) = reader.read(&mut bytes) {
        screen.process(&bytes[..count]);
    }
    assert!(
        child.wait().expect("a child").success(),
        "{}",
        screen.screen().contents()
    );
    screen
}

fn lines(screen: &vt100::Parser) -> Vec<String> {
    let contents = screen.screen().contents();
    contents
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

#[test]
fn a_task_is_wrapped_by_the_width_of_the_terminal() {
    let workplace = workplace();
    let line = [
        "show",
        "00000001",
        "--tasks",
        "tasks",
        "-e",
        "replace(I, 2, 7)",
    ];
    for columns in [40, 80, 120] {
        let text = lines(&screen(&workplace, columns, &line, &[])).join("\n");
        insta::assert_snapshot!(format!("a_task_at_{columns}_columns"), text);
    }
    // A pair of the largest grids stands side by side where it fits.
    for (columns, rows) in [(124, 2), (123, 3)] {
        let text = lines(&screen(&workplace, columns, &line, &[]));
        let of_large = text.iter().skip_while(|line| !line.starts_with("demo:1"));
        let labels = of_large.take_while(|line| !line.starts_with("test:0"));
        let labels = labels.filter(|line| {
            line.starts_with("input") || line.starts_with("expected") || line.starts_with("output")
        });
        assert_eq!(labels.count(), rows, "{columns}: {text:#?}");
    }
}

#[test]
fn a_terminal_has_colours_unless_nobody_wants_them() {
    let workplace = workplace();
    let line = [
        "show",
        "00000001",
        "--tasks",
        "tasks",
        "-e",
        "replace(I, 2, 7)",
    ];
    let coloured = screen(&workplace, 100, &line, &[]);
    let text = lines(&coloured);
    let row = text
        .iter()
        .position(|line| line.starts_with("demo:0"))
        .expect("a sample")
        + 2;
    for (column, cell) in [(0, 1), (2, 1), (4, 1), (6, 1)] {
        let at = coloured
            .screen()
            .cell(u16::try_from(row).expect("a row"), column)
            .expect("a cell");
        assert_eq!(at.contents(), cell.to_string());
        assert_eq!(at.bgcolor(), vt100::Color::Idx(palette::terminal(cell)));
    }
    // The same digits and marks without.
    let plain = screen(&workplace, 100, &line, &[("NO_COLOR", "1")]);
    assert_eq!(lines(&plain), text);
    let at = plain
        .screen()
        .cell(u16::try_from(row).expect("a row"), 0)
        .expect("a cell");
    assert_eq!(at.bgcolor(), vt100::Color::Default);
    // What is no terminal has any width.
    let piped = workplace.run(&line).stdout;
    assert!(!piped.contains('\u{1b}'), "{piped:?}");
    let widest = piped.lines().map(|line| line.chars().count()).max();
    assert_eq!(widest, Some(60 + 4 + 60 + 4 + 60), "{piped}");
}

#[test]
fn a_store_is_drawn_by_what_is_solved() {
    let workplace = Workplace::new();
    assert_eq!(workplace.run(&["-c", "3", "-q"]).code, Some(0));
    let finished = workplace.run(&["show", "--store"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    // Without colours a cell is a digit.
    assert!(
        finished.stdout.contains("\n077 000077077 "),
        "{}",
        finished.stdout
    );
    let titles = ["solved: 3 tasks", "without a solver: 24 tasks"];
    assert!(
        titles.iter().all(|title| finished.stdout.contains(title)),
        "{}",
        finished.stdout
    );
    for columns in [40, 80] {
        let text = lines(&screen(&workplace, columns, &["show", "--store"], &[]));
        insta::assert_snapshot!(
            format!("a_store_at_{columns}_columns"),
            text[..20].join("\n")
        );
    }
    let line = [
        "show",
        "--store",
        "--svg",
        "store.svg",
        "--png",
        "store.png",
    ];
    let finished = workplace.run(&line);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let text = workplace.read("store.svg");
    let document = Document::parse(&text).expect("XML");
    let places = places(&document);
    assert_eq!(places.len(), 27 * 2);
    let pixels = Pixels::read(&workplace, "store.png");
    for task in ["007bbfb7", "f25fbde4"] {
        let grids = grids(task);
        for name in ["input", "expected"] {
            let title = format!("{task}, {name}");
            let place = places
                .iter()
                .find(|own| own.name == title)
                .expect("the grid");
            let wanted = format!("demo:0, {name}");
            let (_, rows) = grids.iter().find(|own| own.0 == wanted).expect("the grid");
            for (row, cells) in rows.iter().enumerate() {
                for (column, &own) in cells.iter().enumerate() {
                    let middle =
                        |place: usize, number: usize, cell: usize| place + number * cell + cell / 2;
                    let found = pixels.at(
                        middle(place.left, column, place.cell),
                        middle(place.top, row, place.cell),
                    );
                    assert_eq!(
                        found,
                        palette::rgb(own),
                        "{title}, row {row}, column {column}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_best_solver_of_the_store_is_shown() {
    let workplace = Workplace::new();
    assert_eq!(
        workplace.run(&["-c", "1", "-t", "3c9b0459", "-q"]).code,
        Some(0)
    );
    let finished = workplace.run(&["show", "3c9b0459"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let text = &finished.stdout;
    assert!(text.contains(": score 5000 of 5000"), "{text}");
    assert!(text.contains("def solve(S, I, C):"), "{text}");
    assert_eq!(text.matches("score 1000, exact").count(), 5, "{text}");
    // Where it is damaged, that is told, and the next is taken.
    let links = workplace.path("solver_dir/solve_3c9b0459");
    let path = text
        .lines()
        .nth(1)
        .and_then(|line| line.split(':').next())
        .expect("a path");
    assert!(workplace.path(path).starts_with(&links), "{path}");
    std::fs::write(workplace.path(path), "def solve(S, I, C):\n    return (\n").expect("a file");
    let finished = workplace.run(&["show", "3c9b0459"]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    assert!(
        finished.stderr.starts_with("run_batt: passed over: "),
        "{finished:?}"
    );
    assert!(
        finished.stdout.contains("def solve(S, I, C):"),
        "{finished:?}"
    );
}

#[test]
fn eval_marks_what_differs_and_takes_all_samples() {
    let workplace = Workplace::new();
    let line = [
        "eval",
        "-e",
        "replace(I, 2, 7)",
        "-t",
        "3c9b0459",
        "--sample",
        "all",
    ];
    let finished = workplace.run(&line);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    insta::assert_snapshot!("eval_of_all_samples", finished.stdout);
    let finished = workplace.run(&[&line[..], &["--format", "json"]].concat());
    let samples: Vec<Value> = finished
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let names: Vec<&str> = samples
        .iter()
        .filter_map(|own| own["sample"].as_str())
        .collect();
    assert_eq!(names, ["demo:0", "demo:1", "demo:2", "demo:3", "test:0"]);
}

/// Command lines with what they come to, on standard output and on standard error.
fn transcript(workplace: &Workplace, lines: &[&str]) -> String {
    let mut transcript = String::new();
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let before = workplace.names(".");
        let Finished {
            code,
            stdout,
            stderr,
        } = workplace.run(&words);
        assert_eq!(workplace.names("."), before, "{line}: nothing is written");
        let code = code.expect("it ends by itself");
        let told = stdout.lines().next().unwrap_or_default();
        let _ = writeln!(transcript, "$ run_batt {line}\n{code}: {told}\n{stderr}");
    }
    transcript
}

#[test]
fn what_makes_no_sense_is_a_line_and_nothing_is_written() {
    let workplace = workplace();
    workplace.write("folder/file", "");
    workplace.write(
        "differ.py",
        "def differ_size(S, I, C):\n    return astuple(4, 2)\n",
    );
    let turned = "def solve_00000002(S, I, C):\n    return rot90(I)\n";
    workplace.write("solvers.py", turned);
    let run = [
        "--tasks",
        "tasks",
        "--solvers",
        "solvers.py",
        "-t",
        "00000002",
        "--out",
        "store",
        "-q",
    ];
    assert_eq!(workplace.run(&run).code, Some(0));
    insta::assert_snapshot!(transcript(
        &workplace,
        &[
            "show",
            "show 00000001 --store",
            "show 00000009 --tasks tasks",
            "show 00000001 --tasks tasks --function solve",
            "show 00000001 --tasks tasks --out nowhere",
            "show --store --out nowhere",
            "show 00000001 --tasks tasks --out store",
            "show 00000002 --out store",
            "show --store --out store",
            "show 00000001 --tasks tasks --png nowhere/task.png",
            "show 00000001 --tasks tasks --svg folder",
            "show 00000001 --tasks tasks --svg folder/file/task.svg",
            "show 00000001 --tasks tasks --png task.png --cell 0",
            "show 00000001 --tasks tasks --program differ.py",
            "show 00000001 --tasks tasks --program nothing.py",
        ]
    ));
}

#[test]
fn a_picture_larger_than_memory_is_refused_beforehand() {
    let workplace = Workplace::new();
    let large = "canvas(0, astuple(500, 500))";
    let line = [
        "show", TASK, "-e", large, "--cell", "1000", "--png", "task.png", "--svg", "task.svg",
    ];
    let Finished {
        code,
        stdout,
        stderr,
    } = workplace.run(&line);
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    let told = [
        " × ",
        "pixels",
        " of memory",
        "--cell makes a picture smaller",
    ];
    assert!(told.iter().all(|part| stderr.contains(part)), "{stderr}");
    assert!(
        workplace.names(".").is_empty(),
        "not the other picture either"
    );
    // On a terminal too it says so rather than to wrap its lines.
    let text = lines(&screen(&workplace, 80, &line[..4], &[])).join("\n");
    assert!(
        text.contains("a grid of 500 × 500, wider than the terminal"),
        "{text}"
    );
}

#[test]
fn what_a_stranger_has_named_is_text() {
    let workplace = workplace();
    let name = "\"onload='alert(1)' <script>alert(1)<&script>\u{1b}[2J\u{202e}.py";
    workplace.write(name, "def solve_00000002(S, I, C):\n    return rot90(I)\n");
    let line = ["show", "00000002", "--tasks", "tasks", "--program", name];
    let finished = workplace.run(&line);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let is_unruly = |own: char| (own.is_control() && own != '\n') || own == '\u{202e}';
    assert!(
        !finished.stdout.contains(is_unruly),
        "{:?}",
        finished.stdout
    );
    let finished =
        workplace.run(&[&line[..], &["--svg", "task.svg", "--png", "task.png"]].concat());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let text = workplace.read("task.svg");
    assert!(
        !text.contains("<script") && !text.contains(is_unruly),
        "{text}"
    );
    let document = Document::parse(&text).expect("XML");
    let known = ["svg", "title", "desc", "rect", "g", "path", "text"];
    for element in document.descendants().filter(Node::is_element) {
        assert!(known.contains(&element.tag_name().name()), "{element:?}");
        assert!(
            element
                .attributes()
                .all(|own| !own.name().starts_with("on")),
            "{element:?}"
        );
    }
    let texts = document.descendants().filter_map(|own| own.text());
    assert!(
        texts
            .clone()
            .any(|own| own.contains("<script>alert(1)<&script>")),
        "{text}"
    );
    Pixels::read(&workplace, "task.png");
    // So is a store's, and a picture's own.
    let store = "<b>\u{1b}[2J";
    let run = [
        "--tasks",
        "tasks",
        "-t",
        "00000002",
        "-q",
        "--solvers",
        name,
        "--out",
        store,
    ];
    assert_eq!(workplace.run(&run).code, Some(0));
    let line = ["show", "--store", "--tasks", "tasks", "--out", store];
    let finished = workplace.run(&line);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(
        !finished.stdout.contains(is_unruly),
        "{:?}",
        finished.stdout
    );
    let picture = "\u{1b}[2J.svg";
    let finished = workplace.run(&[&line[..], &["--svg", picture]].concat());
    assert!(
        !finished.stdout.contains(is_unruly),
        "{:?}",
        finished.stdout
    );
    let text = workplace.read(picture);
    assert!(!text.contains("<b>") && !text.contains(is_unruly), "{text}");
    Document::parse(&text).expect("XML");
}
