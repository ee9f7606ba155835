//! What is to be seen on a terminal, of different widths.

mod common;

use std::fmt::Write as _;
use std::io::Read;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use common::Workplace;
use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

/// A task that `rot180` solves, and `identity` does in part.
const TURNED: &str = r#"{"train": [{"input": [[1, 2, 3]], "output": [[3, 2, 1]]}], "test": [{"input": [[4, 5, 6]], "output": [[6, 5, 4]]}]}"#;

const TASKS: usize = 60;
const ROWS: NonZero<u16> = NonZero::new(30).expect("above 0");

/// Tasks, each of which keeps its solver busy for so many steps.
fn workplace(steps: u64) -> Workplace {
    let workplace = Workplace::new();
    let mut solvers = String::new();
    for number in 0..TASKS {
        workplace.write(&format!("tasks/{number:08x}.json"), TURNED);
        let _ = write!(
            solvers,
            "def solve_{number:08x}(S, I, C):\n    x1 = power(increment, {steps})\n    x2 = x1(size(I))\n    x3 = equality(x2, ZERO)\n    x4 = branch(x3, rot90, rot180)\n    return x4(I)\n\n"
        );
    }
    workplace.write("solvers.py", solvers);
    workplace.write(
        "differs.py",
        "def differ_none(S, I, C):\n    return astuple(ZERO, I)\n",
    );
    workplace
}

/// A run on a terminal of its own.
struct Run {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn std::io::Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Lines of the screen that were seen with a count of tasks.
    bars: Vec<String>,
}

impl Run {
    fn start(workplace: &Workplace, columns: u16) -> Run {
        Run::start_in(workplace, columns, &[])
    }

    /// The same with this in the environment.
    fn start_in(workplace: &Workplace, columns: u16, environment: &[(&str, &str)]) -> Run {
        let columns_of_screen = NonZero::new(columns).expect("above 0");
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
        command.env_remove("JPY_PARENT_PID");
        for (name, value) in environment {
            command.env(name, value);
        }
        command.args([
            "--tasks",
            "tasks",
            "--solvers",
            "solvers.py",
            "--differs",
            "differs.py",
            "-c",
            "0",
            "--workers",
            "2",
        ]);
        let child = pair
            .slave
            .spawn_command(command)
            .expect("the binary starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let writer = pair.master.take_writer().expect("its input");
        let (sender, output) = channel();
        thread::spawn(move || {
            // Keeps the terminal open as long as somebody writes to it.
            let _master = pair.master;
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Run {
            child,
            writer,
            output,
            screen: vt100::Parser::new(ROWS, columns_of_screen, 1000),
            bars: Vec::new(),
        }
    }

    /// Reads what comes, until something is to be seen or it has ended.
    fn watch_until(&mut self, mut is_seen: impl FnMut(&str) -> bool) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(60) {
            match self.output.recv_timeout(Duration::from_millis(100)) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return false,
                Err(_) => {}
            }
            let text = self.screen.screen().contents();
            let bars = text
                .lines()
                .filter(|line| line.contains(&format!("/{TASKS} ")));
            self.bars.extend(bars.map(str::to_owned));
            if is_seen(&text) {
                return true;
            }
            if let Ok(Some(_)) = self.child.try_wait() {
                while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
                    self.screen.process(&bytes);
                }
                return is_seen(&self.screen.screen().contents());
            }
        }
        panic!(
            "nothing after a minute: {}",
            self.screen.screen().contents()
        );
    }

    fn text(&self) -> String {
        self.screen.screen().contents()
    }
}

#[test]
fn the_bar_fits_any_width_and_leaves_nothing_behind() {
    for columns in [40, 80, 120] {
        let workplace = workplace(20_000);
        let mut run = Run::start(&workplace, columns);
        run.watch_until(|_| false);
        let text = run.text();
        assert!(text.contains("tot_d_score"), "{text}");
        assert!(
            !text.contains(&format!("/{TASKS} ")),
            "a bar is left: {text}"
        );
        let bar = run.bars.iter().rev().find(|bar| bar.contains("solved"));
        let bar = bar.unwrap_or_else(|| panic!("no bar at {columns}: {:?}", run.bars));
        assert!(bar.contains('%') && bar.contains("new"), "{bar}");
        assert_eq!(bar.contains("left"), columns >= 80, "{bar}");
    }
}

#[test]
fn a_notebook_is_told_in_lines() {
    let workplace = workplace(20_000);
    let mut run = Run::start_in(&workplace, 80, &[("JPY_PARENT_PID", "1")]);
    run.watch_until(|_| false);
    let text = run.text();
    assert!(run.bars.is_empty(), "{:?}", run.bars);
    assert!(
        text.contains("60 tasks") && text.contains("tot_d_score"),
        "{text}"
    );
}

#[test]
fn an_interrupted_run_leaves_no_bar_and_says_how_to_go_on() {
    for columns in [40, 80, 120] {
        let workplace = workplace(200_000);
        let mut run = Run::start(&workplace, columns);
        assert!(run.watch_until(|text| text.contains(&format!("/{TASKS} "))));
        run.writer.write_all(b"\x03").expect("a terminal");
        run.watch_until(|_| false);
        let text = run.text().replace('\n', "");
        assert!(
            !text.contains(&format!("/{TASKS} ")),
            "a bar is left: {text}"
        );
        assert!(text.contains("interrupted; "), "{text}");
        assert!(text.contains("--resume"), "{text}");
        let code = run.child.wait().expect("a child").exit_code();
        assert_eq!(code, 130, "{text}");
    }
}

#[test]
fn the_bar_moves_while_a_slow_task_runs() {
    let workplace = workplace(4_000_000);
    let mut run = Run::start(&workplace, 100);
    assert!(run.watch_until(|text| text.contains("00:00:00") && text.contains("0/60")));
    assert!(run.watch_until(|text| text.contains("00:00:01") && text.contains("0/60")));
    run.writer.write_all(b"\x03").expect("a terminal");
    run.watch_until(|_| false);
}
