use super::super::testing::{StepClock, TURNED, profile, task_id};
use super::*;
use crate::event::FiledCounts;
use crate::job::{Libraries, Programs};
use crate::library::Library;
use crate::pool::testing::System;
use crate::store::Store;
use crate::tasks::TaskSource;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arc_programs::batt::{NoCache, SampleBudget};
use arc_programs::program::InlineBudget;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Remembers what it is told, in words.
#[derive(Default)]
struct Told(Vec<String>);

impl Reporter for Told {
    fn report(&mut self, _timestamp: &str, event: &Event<'_>) -> Result<(), ReportError> {
        self.0.push(event.to_string());
        Ok(())
    }
}

/// A job of two tasks with the same samples, which have no programs but these.
fn job(out: &Path, solvers: &str, differs: &str) -> Job {
    job_of(out, &[task_id().as_str(), "4567abcd"], solvers, differs)
}

fn job_of(out: &Path, tasks: &[&str], solvers: &str, differs: &str) -> Job {
    let mut libraries = Libraries {
        solvers: Library::new(Role::Solver),
        differs: Library::new(Role::Differ),
    };
    libraries.solvers.add_text(Path::new("solvers.py"), solvers);
    libraries.differs.add_text(Path::new("differs.py"), differs);
    let texts = tasks.iter().map(|task| (format!("{task}.json"), TURNED));
    let tasks = TaskSource::from_texts("made up", texts).unwrap();
    Job {
        cache: Arc::new(NoCache),
        run_id: "run".to_owned(),
        notices: vec!["noticed".to_owned()],
        unused_solvers: 0,
        selected: tasks.names().collect(),
        left_out: Vec::new(),
        finished: HashMap::new(),
        claims: None,
        tasks: Arc::new(tasks),
        programs: Programs::Libraries(Box::new(libraries)),
        dialect: &REFERENCE,
        store: Arc::new(Store::open(out).unwrap()),
        profile: profile(),
        slots: None,
        seed: 1,
        round: None,
        is_random: false,
        budget: SampleBudget::default(),
        inline_budget: InlineBudget::DEFAULT,
    }
}

fn run(job: &Job, interrupt: &Interrupt) -> (Result<Summary, RunError>, Vec<String>) {
    let (clock, mut stopwatch, mut told) =
        (StepClock::of(0), Stopwatch::default(), Told::default());
    let summary = super::super::run(job, &clock, &mut stopwatch, interrupt, &mut told);
    (summary, told.0)
}

#[test]
fn what_concerns_every_task_is_told_once_and_counted_for_each() {
    let out = tempfile::tempdir().unwrap();
    let solvers = "def solve_0123abcd(S, I, C):\n    return rot180(I)\n";
    let differs = "def differ_own(S, I, C):\n    return nothing(I)\n";
    let (summary, told) = run(&job(out.path(), solvers, differs), &Interrupt::default());
    let summary = summary.unwrap();
    assert_eq!((summary.tasks, summary.unresolved), (2, 2));
    assert_eq!(summary.solved, [task_id()]);
    let about = |word: &str| told.iter().filter(|line| line.contains(word)).count();
    assert_eq!(about("differ_own is not evaluated"), 1, "{told:#?}");
    assert!(told[0].starts_with("run started") && told[1] == "noticed");
    assert!(told[2].starts_with("task 0123abcd started"), "{told:#?}");
    assert!(told[3].starts_with("task 4567abcd started"), "{told:#?}");
    assert!(told.last().unwrap().starts_with("run finished"));
}

#[test]
fn threads_that_were_refused_are_asked_for_once_for_the_tasks_that_are_evaluated_together() {
    let out = tempfile::tempdir().unwrap();
    let tasks: Vec<String> = (0..2 * TOGETHER + 3)
        .map(|task| format!("{task:08x}"))
        .collect();
    let tasks: Vec<&str> = tasks.iter().map(String::as_str).collect();
    let job = job_of(out.path(), &tasks, "", "");
    let system = Arc::new(System::default());
    system.grant(3);
    let pool = system.pool(4);
    let refusals = || system.refusals.swap(0, Ordering::SeqCst);
    assert_eq!(refusals(), 1);
    let (clock, mut stopwatch, mut told) =
        (StepClock::of(0), Stopwatch::default(), Told::default());
    let planned = Planned::of(&job, &clock, &mut stopwatch).unwrap();
    let interrupt = Interrupt::default();
    let ran = super::super::run_with(
        Some(pool),
        planned,
        &job,
        &clock,
        &mut stopwatch,
        &interrupt,
        &mut told,
    );
    let (summary, pool) = ran.unwrap();
    assert_eq!((refusals(), pool.workers()), (3, 3));
    assert_eq!((summary.tasks, summary.thread_error), (19, 1));
    assert_eq!(system.most.load(Ordering::SeqCst), 3);
}

#[test]
fn tasks_are_finished_in_their_order_while_the_next_are_evaluated() {
    let tasks: Vec<String> = (0..2 * TOGETHER + 3)
        .map(|task| format!("{task:08x}"))
        .collect();
    let tasks: Vec<&str> = tasks.iter().map(String::as_str).collect();
    let solvers = "def solve_00000003(S, I, C):\n    return rot180(I)\n";
    let told = |workers: usize| {
        let out = tempfile::tempdir().unwrap();
        let mut job = job_of(out.path(), &tasks, solvers, "");
        job.profile.workers = workers;
        let (summary, told) = run(&job, &Interrupt::default());
        assert_eq!(summary.unwrap().tasks, tasks.len() as u64);
        let task = |line: String| {
            let line = line.strip_prefix("task ")?.to_owned();
            let (task, rest) = line.split_at(8);
            Some((task.to_owned(), rest.starts_with(" started")))
        };
        told.into_iter().filter_map(task).collect::<Vec<_>>()
    };
    let alone = told(1);
    let is_begun = |told: &[(String, bool)]| -> Vec<bool> {
        let mut seen = HashSet::new();
        let first = |(task, is_begun): &(String, bool)| {
            seen.insert((task.clone(), *is_begun)).then_some(*is_begun)
        };
        told.iter().filter_map(first).collect()
    };
    // Two lots are begun before the first is finished, and then a lot each time.
    let together =
        |begun: usize, finished: usize| [vec![true; begun], vec![false; finished]].concat();
    let expected = [together(2 * TOGETHER, TOGETHER), together(3, TOGETHER + 3)];
    assert_eq!(is_begun(&alone), expected.concat(), "{alone:?}");
    assert_eq!(told(2), alone);
    assert_eq!(told(4), alone);
}

#[test]
fn tasks_that_were_read_before_their_turn_are_passed_over_where_they_are_finished() {
    let out = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..3 * TOGETHER)
        .map(|task| format!("{task:08x}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut job = job_of(out.path(), &names, "", "");
    for task in &job.selected[TOGETHER..2 * TOGETHER] {
        let fingerprint = super::super::fingerprint(&job, *task).unwrap();
        job.finished.insert(fingerprint, FiledCounts::default());
    }
    let (summary, told) = run(&job, &Interrupt::default());
    let summary = summary.unwrap();
    let together = TOGETHER as u64;
    assert_eq!(
        (summary.finished_before, summary.tasks),
        (together, 2 * together)
    );
    let passed_over = told.iter().filter(|line| line.contains("passed over"));
    assert_eq!(passed_over.count(), TOGETHER);
}

#[test]
fn a_task_that_was_run_with_the_same_is_passed_over() {
    let out = tempfile::tempdir().unwrap();
    let mut job = job(out.path(), "", "");
    let fingerprint = super::super::fingerprint(&job, task_id()).unwrap();
    job.finished.insert(fingerprint, FiledCounts::default());
    let (summary, told) = run(&job, &Interrupt::default());
    let summary = summary.unwrap();
    assert_eq!((summary.finished_before, summary.tasks), (1, 1));
    assert!(told[2].contains("0123abcd passed over"), "{told:#?}");
    // Unless something was filed of it that is not there.
    job.finished.get_mut(&fingerprint).unwrap().differs = 1;
    let (summary, told) = run(&job, &Interrupt::default());
    assert_eq!(summary.unwrap().finished_before, 0);
    assert!(told[2].contains("no longer in the store"), "{told:#?}");
}

#[test]
fn nothing_is_begun_once_it_was_asked_to_stop() {
    let out = tempfile::tempdir().unwrap();
    let (summary, _) = run(&job(out.path(), "", ""), &Interrupt::overdue());
    assert_eq!(summary.unwrap().tasks_left, 2);
}

#[test]
fn a_store_that_refuses_ends_the_run() {
    let out = tempfile::tempdir().unwrap();
    let solvers = "def solve_0123abcd(S, I, C):\n    return rot180(I)\n";
    let job = job(out.path(), solvers, "");
    std::fs::write(out.path().join("solver_dir"), "").unwrap();
    let (summary, _) = run(&job, &Interrupt::default());
    assert!(matches!(summary, Err(RunError::Store(_))));
}
