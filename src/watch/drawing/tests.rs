//! Screens of any size, as a person sees them.

use std::time::Duration;

use arc_programs::task::Task;
use arc_programs::verdict::Verdict;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use run_batt::instances::{Activity, Machine, Presence, Problem, Process, Status};
use run_batt::telemetry::Rise;

use super::super::finds::Find;
use super::super::seen::{Instance, Past, Seen, Strange};
use super::super::shown_task::{Best, ShownTask};
use super::super::state::{Key, State, Wish};
use super::*;

const TASK: &str = r#"{"train": [{"input": [[1, 2, 3], [0, 0, 4]], "output": [[3, 2, 1], [4, 0, 0]]}], "test": [{"input": [[4, 5, 6]]}]}"#;

fn process(id: u32, host: &str) -> Process {
    Process {
        id,
        host: host.into(),
        ..Process::this(&Machine::here())
    }
}

fn instance(id: u32, host: &str, presence: Presence) -> Instance {
    let mut status = Status::of(process(id, host), Activity::Search, "..");
    status.began = format!("2026-11-26T10:00:0{}", id % 10).as_str().into();
    (status.round, status.rounds) = (Some(u64::from(id % 100)), Some(100));
    (status.done, status.tasks) = (u64::from(id % 400), 400);
    status.tasks_a_second = f64::from(id) / 321.0;
    status.new_programs_a_second = 31.4;
    status.in_hand = vec!["0520fde7".into()];
    status.found = u64::from(id % 3);
    status.errors = u64::from(id % 2);
    Instance {
        name: format!("{id}.json"),
        status,
        presence,
        age: Duration::from_millis(700),
    }
}

fn rise(minute: usize, now: u64, verdict: Verdict) -> Rise {
    Rise {
        task: format!("{minute:08x}"),
        at: format!("2026-11-26T10:{minute:02}:00.5"),
        round: 0,
        before: now - 100,
        now,
        verdict_before: Verdict::Open,
        verdict,
    }
}

fn seen() -> Seen {
    let rises: Vec<Rise> = (0..40)
        .map(|minute| match minute % 3 {
            0 => rise(minute, 4000, Verdict::Solved),
            1 => rise(minute, 3900, Verdict::Open),
            _ => rise(minute, 3000, Verdict::DemosExact),
        })
        .collect();
    let mut past = Past {
        rounds: 312,
        tasks: 40,
        solved: 14,
        demos_exact: 13,
        total: 123_456,
        finds: Find::latest(&rises),
        ..Past::default()
    };
    past.series.go_on(&rises);
    let mut instances = vec![
        instance(1234, "box", Presence::Here),
        instance(
            777,
            "box",
            Presence::Gone("there is no such process any more"),
        ),
        instance(2345, "elsewhere.example", Presence::Elsewhere),
    ];
    instances[0].status.finds = vec![run_batt::instances::Find {
        time: "2026-11-26T10:39:00.1".into(),
        task: "00000027".into(),
        news: "solved for the first time".into(),
        program: "a.py".into(),
    }];
    instances[0].status.problems = vec![
        Problem {
            time: "2026-11-26T10:59:01".into(),
            is_error: true,
            text: "task 0520fde7: solve_0520fde7 failed: index out of range".into(),
        },
        Problem {
            time: "2026-11-26T10:58:01".into(),
            is_error: false,
            text: "cores are shared with 2 instances".into(),
        },
    ];
    Seen {
        store: "store".into(),
        now: "2026-11-26T11:00:00.123456".to_owned(),
        instances,
        strange: vec![Strange {
            name: "cut-off.json".into(),
            what: "cannot be read".to_owned(),
        }],
        past,
        problem: None,
    }
}

fn shown_task() -> ShownTask {
    ShownTask {
        name: "0520fde7".into(),
        task: Ok(Task::from_json("0520fde7".parse().expect("a name"), TASK).expect("a task")),
        best: Ok(Best {
            score: 3900,
            path: "solver_dir/solve_0520fde7/3900/13/a.py".into(),
            lines: vec!["def solve(S, I, C):".into(), "    return rot180(I)".into()],
        }),
    }
}

/// The characters of a screen.
fn screen(seen: &Seen, state: &mut State, columns: u16, lines: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).expect("a terminal");
    let task = shown_task();
    terminal
        .draw(|frame| draw(frame, seen, state, Some(&task), Paint::Plain))
        .expect("a terminal");
    text_of(terminal.backend().buffer())
}

#[test]
fn what_matters_is_seen_in_any_size() {
    for (columns, lines) in [(40, 12), (80, 24), (120, 40)] {
        let name = format!("overview_{columns}_{lines}");
        insta::assert_snapshot!(name, screen(&seen(), &mut State::default(), columns, lines));
    }
    insta::assert_snapshot!("page", page(&seen(), 100));
}

#[test]
fn no_size_is_too_small() {
    for columns in [1, 2, 7, 30, 49, 60, 71] {
        for lines in [1, 2, 3, 5, 9, 20] {
            let mut state = State::default();
            screen(&seen(), &mut state, columns, lines);
            state.press(Key::Enter, &seen());
            screen(&seen(), &mut state, columns, lines);
            state.press(Key::Character('?'), &seen());
            screen(&seen(), &mut state, columns, lines);
        }
    }
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let seen = Seen {
        store: "store".into(),
        now: "2026-11-26T11:00:00.123456".to_owned(),
        ..Seen::default()
    };
    insta::assert_snapshot!("nothing", screen(&seen, &mut State::default(), 80, 12));
}

#[test]
fn a_task_is_seen_whole_and_the_keys_are_explained() {
    let mut state = State::default();
    state.press(Key::Enter, &seen());
    insta::assert_snapshot!("task", screen(&seen(), &mut state, 80, 24));
    state.press(Key::End, &seen());
    let end = screen(&seen(), &mut state, 40, 6);
    assert!(
        end.contains("return rot180(I)") && !end.contains("demo:0"),
        "{end}"
    );
    // From below the end it goes up at once.
    state.press(Key::Up, &seen());
    assert_ne!(screen(&seen(), &mut state, 40, 6), end);
    state.press(Key::Escape, &seen());
    state.press(Key::Character('?'), &seen());
    insta::assert_snapshot!("help", screen(&seen(), &mut state, 80, 12));
}

#[test]
fn grids_have_their_colours_where_there_are_some() {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a terminal");
    let (seen, mut state, task) = (seen(), State::default(), shown_task());
    let draw = |frame: &mut Frame<'_>| {
        draw(frame, &seen, &mut state, Some(&task), Paint::Colours);
    };
    terminal.draw(draw).expect("a terminal");
    let cells = terminal.backend().buffer().content();
    let blocks = cells.iter().filter(|cell| cell.symbol() == "▀");
    let colours: Vec<(Color, Color)> = blocks.map(|cell| (cell.fg, cell.bg)).collect();
    let of = |upper, lower| {
        let colour = |cell| Color::Indexed(run_batt::picture::palette::terminal(cell));
        (colour(upper), colour(lower))
    };
    let expected = [of(1, 0), of(2, 0), of(3, 4), of(3, 4), of(2, 0), of(1, 0)];
    assert_eq!(colours, expected);
}

#[test]
fn an_instance_is_stopped_only_here_and_only_when_that_is_confirmed() {
    let seen = seen();
    let mut state = State::default();
    let mut press = |keys: &str| {
        let wishes = keys
            .chars()
            .filter_map(|key| state.press(Key::Character(key), &seen));
        let wishes: Vec<Wish> = wishes.collect();
        (wishes, state.said.clone())
    };
    // In the order of their starts: 1234, 2345, 777.
    assert_eq!(press("xn"), (vec![], Some("it goes on".to_owned())));
    let stop = Wish::Stop(Box::new(process(1234, "box")));
    assert_eq!(press("xy"), (vec![stop], None));
    for (keys, told) in [("jx", "stop it on elsewhere.example"), ("jx", "is gone")] {
        let (wishes, said) = press(keys);
        assert!(
            wishes.is_empty() && said.clone().is_some_and(|said| said.contains(told)),
            "{said:?}"
        );
    }
    assert_eq!(press("y"), (vec![], None), "there was no question");
}

#[test]
fn the_selection_stays_with_its_instance_in_any_order() {
    let seen = seen();
    let mut state = State::default();
    state.press(Key::Down, &seen);
    let name = |state: &State| state.selected(&seen).map(|(_, own)| own.name.clone());
    for _ in 0..7 {
        assert_eq!(
            name(&state).as_deref(),
            Some("2345.json"),
            "{:?}",
            state.order
        );
        state.press(Key::Character('s'), &seen);
    }
    let mut left = self::seen();
    left.instances.retain(|own| own.name != "2345.json");
    assert!(state.selected(&left).is_some());
    state.press(Key::Tab, &seen);
    state.press(Key::Down, &seen);
    assert_eq!(state.task(&seen).as_deref(), Some("00000026"));
}
