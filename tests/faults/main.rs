//! Faults, really made, and what they cost.
//!
//! Each fault is tried some times; then what is left is held against what a run
//! without faults leaves, and examined with `run_batt doctor`. What comes out is
//! a table: how often each was tried, how many records were lost (tasks that the
//! logs call finished and whose programs are not there; tasks that are not run
//! again; lines of the logs), how many files were corrupt, and how many results
//! were wrong.
//!
//! `cargo test` tries each a few times; `FAULTS=full cargo test --release --test
//! faults` as often as it takes to bet on it. A name as argument tries that fault
//! alone.

#[path = "../common/mod.rs"]
mod common;

mod crowds;
mod damage;
mod kills;
mod limits;
mod locks;
mod scene;
mod storage;
mod surroundings;
mod versions;

use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Trial};

/// How much is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What CI has time for.
    Bounded,
    /// What is needed to bet on it.
    Full,
}

impl Extent {
    /// One number or the other.
    pub fn times(self, bounded: usize, full: usize) -> usize {
        match self {
            Self::Bounded => bounded,
            Self::Full => full,
        }
    }
}

/// What a fault has cost.
#[derive(Clone, Debug, Default)]
pub struct Toll {
    /// How often it was tried.
    pub tried: usize,
    /// Records lost.
    pub lost: usize,
    /// Files corrupt.
    pub corrupt: usize,
    /// Results wrong.
    pub wrong: usize,
    /// What was seen, where something was.
    pub seen: Vec<String>,
    /// Why it could not be tried here.
    pub skipped: Option<String>,
}

impl Toll {
    /// Of a fault that cannot be made here.
    pub fn skipped(why: impl Into<String>) -> Self {
        Self {
            skipped: Some(why.into()),
            ..Self::default()
        }
    }

    fn is_nothing(&self) -> bool {
        self.lost + self.corrupt + self.wrong == 0
    }
}

type Fault = (&'static str, fn(Extent) -> Toll);

const FAULTS: &[Fault] = &[
    ("kill -9 at any moment", kills::one_instance),
    (
        "kill -9 of instances that divide tasks",
        kills::one_of_several,
    ),
    ("kill -9 while logs are rotated", kills::while_logs_rotate),
    ("8 instances on the same tasks", crowds::on_the_same_tasks),
    ("8 instances that divide 100 tasks", crowds::dividing_tasks),
    ("8 searches in one store", crowds::searching_one_store),
    ("tidy, doctor while instances run", crowds::tidied_meanwhile),
    (
        "no locks: 8 instances on the same tasks",
        locks::none_on_the_same_tasks,
    ),
    (
        "no locks: 8 instances that divide 100 tasks",
        locks::none_dividing_tasks,
    ),
    ("no locks: 8 searches in one store", locks::none_searching),
    (
        "no locks: kill -9 of instances that divide tasks",
        locks::none_killed,
    ),
    ("no locks: what is refused", locks::none_refused),
    (
        "false locks: 8 instances on the same tasks",
        locks::false_on_the_same_tasks,
    ),
    (
        "false locks: 8 instances that divide 100 tasks",
        locks::false_dividing_tasks,
    ),
    (
        "false locks: 8 searches in one store",
        locks::false_searching,
    ),
    (
        "false locks: kill -9 of instances that divide tasks",
        locks::false_killed,
    ),
    (
        "false locks: a task slower than its lease",
        locks::false_slower_than_lease,
    ),
    ("false locks: what is refused", locks::false_refused),
    ("threads refused", limits::threads),
    ("memory limited", limits::memory),
    ("32 file descriptors and fewer", limits::descriptors),
    ("files limited in size", storage::small_files),
    ("disk full", storage::full_disk),
    ("folder made read-only", storage::read_only),
    ("folder removed", storage::removed),
    ("logs rotated", surroundings::rotated_logs),
    ("clock jumps back", surroundings::clock_jumps_back),
    ("stored files damaged", damage::stored_files),
    ("logs damaged", damage::logs),
    ("known results and history damaged", damage::memories),
    ("two versions at once", versions::two_at_once),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let extent = match std::env::var("FAULTS").as_deref() {
        Ok("full") => Extent::Full,
        _ => Extent::Bounded,
    };
    let tolls: &'static Mutex<Vec<(&str, Toll, Duration)>> = Box::leak(Box::default());
    let trials = FAULTS.iter().map(|&(name, fault)| {
        Trial::test(name, move || {
            let begun = Instant::now();
            let toll = fault(extent);
            let is_nothing = toll.is_nothing();
            let seen = toll.seen.join("\n");
            tolls
                .lock()
                .expect("no trial panics with it")
                .push((name, toll, begun.elapsed()));
            match is_nothing {
                true => Ok(()),
                false => Err(seen.into()),
            }
        })
    });
    let is_listing = arguments.list;
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if !is_listing {
        let mut tolls = tolls.lock().expect("no trial panics with it").clone();
        tolls.sort_by_key(|(name, ..)| FAULTS.iter().position(|(own, _)| own == name));
        common::show(&table(&tolls));
    }
    conclusion.exit_code()
}

fn table(tolls: &[(&str, Toll, Duration)]) -> String {
    let mut table = String::from(
        "| fault | tried | records lost | files corrupt | wrong results | seconds |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (name, toll, time) in tolls {
        let Toll {
            tried,
            lost,
            corrupt,
            wrong,
            ..
        } = toll;
        let seconds = time.as_secs_f64();
        let _ = match &toll.skipped {
            Some(why) => writeln!(table, "| {name} | not here: {why} | | | | |"),
            None => writeln!(
                table,
                "| {name} | {tried} | {lost} | {corrupt} | {wrong} | {seconds:.1} |"
            ),
        };
    }
    table
}
