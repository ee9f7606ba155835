//! What is to be seen on a terminal, of different widths.

mod common;
#[path = "common/terminal.rs"]
mod on_terminal;

use common::{SlowTasks, Workplace};
use on_terminal::OnTerminal;

/// A task that `rot180` solves, and `identity` does in part.
const TURNED: &str = r#"{"train": [{"input": [[1, 2, 3]], "output": [[3, 2, 1]]}], "test": [{"input": [[4, 5, 6]], "output": [[6, 5, 4]]}]}"#;

const TASKS: usize = 60;
const ROWS: u16 = 30;

/// Tasks, each of which keeps its solver busy for so many steps.
fn workplace(steps: u64) -> Workplace {
    workplace_of(TURNED, steps)
}

/// The same of tasks that look so.
fn workplace_of(task: &str, steps: u64) -> Workplace {
    Workplace::of_slow_tasks(&SlowTasks {
        count: TASKS,
        steps,
        task,
        end: "    x4 = branch(x3, rot90, rot180)\n    return x4(I)\n",
    })
}

/// Tasks of so many samples that none has ended within a second, on any machine: a task has
/// when all its samples have.
fn workplace_without_end() -> Workplace {
    let pair = r#"{"input": [[1, 2, 3]], "output": [[3, 2, 1]]}"#;
    let pairs = vec![pair; 400].join(", ");
    let task = format!(r#"{{"train": [{pairs}], "test": [{pair}]}}"#);
    workplace_of(&task, 4_000_000)
}

/// A run on a terminal of its own.
struct Run {
    terminal: OnTerminal,
    /// Lines of the screen that were seen with a count of tasks.
    bars: Vec<String>,
}

impl Run {
    fn start(workplace: &Workplace, columns: u16) -> Run {
        Run::start_in(workplace, columns, &[])
    }

    /// The same with this in the environment.
    fn start_in(workplace: &Workplace, columns: u16, environment: &[(&str, &str)]) -> Run {
        let mut command = workplace.command(&[
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
        command.env_remove("JPY_PARENT_PID");
        command.envs(environment.iter().copied());
        Run {
            terminal: OnTerminal::start(&command, ROWS, columns),
            bars: Vec::new(),
        }
    }

    /// Reads what comes, until something is to be seen or it has ended.
    fn watch_until(&mut self, mut is_seen: impl FnMut(&str) -> bool) -> bool {
        let bars = &mut self.bars;
        self.terminal.wait_for(|text| {
            let own = text
                .lines()
                .filter(|line| line.contains(&format!("/{TASKS} ")));
            bars.extend(own.map(str::to_owned));
            is_seen(text)
        })
    }

    fn text(&self) -> String {
        self.terminal.text()
    }
}

/// A run to its end, whose bar was drawn when it had found something. The bar is drawn
/// every so often, so that of a run that a machine ends sooner only the first is seen:
/// that one is begun again with slower tasks.
fn run_seen_to_find(columns: u16) -> (Run, String) {
    for steps in [20_000, 200_000, 2_000_000] {
        let workplace = workplace(steps);
        let mut run = Run::start(&workplace, columns);
        run.watch_until(|_| false);
        let bar = run.bars.iter().rev().find(|bar| bar.contains("new"));
        if let Some(bar) = bar.cloned() {
            return (run, bar);
        }
    }
    panic!("no bar of {columns} columns tells what was found")
}

#[test]
fn the_bar_fits_any_width_and_leaves_nothing_behind() {
    for columns in [40, 80, 120] {
        let (run, bar) = run_seen_to_find(columns);
        let text = run.text();
        assert!(text.contains("tot_d_score"), "{text}");
        assert!(
            !text.contains(&format!("/{TASKS} ")),
            "a bar is left: {text}"
        );
        assert!(bar.contains('%') && bar.contains("solved"), "{bar}");
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
        let workplace = workplace_without_end();
        let mut run = Run::start(&workplace, columns);
        assert!(run.watch_until(|text| text.contains(&format!("/{TASKS} "))));
        run.terminal.type_in("\u{3}");
        run.watch_until(|_| false);
        let text = run.text().replace('\n', "");
        assert!(
            !text.contains(&format!("/{TASKS} ")),
            "a bar is left: {text}"
        );
        assert!(text.contains("interrupted; "), "{text}");
        assert!(text.contains("--resume"), "{text}");
        let code = run.terminal.child.wait().expect("a child").exit_code();
        assert_eq!(code, 130, "{text}");
    }
}

#[test]
fn the_bar_moves_while_a_slow_task_runs() {
    let workplace = workplace_without_end();
    let mut run = Run::start(&workplace, 100);
    assert!(run.watch_until(|text| text.contains("00:00:00") && text.contains("0/60")));
    assert!(run.watch_until(|text| text.contains("00:00:01") && text.contains("0/60")));
    run.terminal.type_in("\u{3}");
    run.watch_until(|_| false);
}
