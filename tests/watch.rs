//! `run_batt watch`, on a terminal, with instances at work; and what these leave behind.

mod common;
#[path = "common/terminal.rs"]
mod on_terminal;

use std::fmt::Write as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::{Finished, OWN_FILES, Workplace, send};
use on_terminal::OnTerminal;
use serde_json::Value as Json;

/// A task that `rot180` solves.
const TURNED: &str = r#"{"train": [{"input": [[1, 2, 3]], "output": [[3, 2, 1]]}], "test": [{"input": [[4, 5, 6]], "output": [[6, 5, 4]]}]}"#;

const TASKS: usize = 400;

/// Tasks that keep an instance busy for a minute or so, if nobody stops it.
fn workplace() -> Workplace {
    let workplace = Workplace::new();
    let mut solvers = String::new();
    for number in 0..TASKS {
        workplace.write(&format!("tasks/{number:08x}.json"), TURNED);
        let _ = write!(
            solvers,
            "def solve_{number:08x}(S, I, C):\n    x1 = power(increment, 400000)\n    x2 = x1(size(I))\n    x3 = equality(x2, ZERO)\n    x4 = branch(x3, rot90, rot180)\n    return x4(I)\n\n"
        );
    }
    workplace.write("solvers.py", solvers);
    workplace.write(
        "differs.py",
        "def differ_none(S, I, C):\n    return astuple(ZERO, I)\n",
    );
    workplace
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
