//! The status of an instance, declared once: what is published is what is read.
//!
//! It follows from the instance's events ([`Status::take_in`]) and the time that has
//! gone by ([`Status::at`]). A later version that means something else by a member says
//! so in `version`; members that are not known here are passed over.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{PlainText, Process, Said};
use crate::event::{Event, News};
use crate::shown_path::shown;
use arc_programs::verdict::Verdict;

/// The version of its form.
const VERSION: u64 = 1;

/// How many of the latest finds and problems are told.
const LATEST: usize = 8;

/// Status of an instance: who it is, and how far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    version: u64,
    /// The process that it is.
    pub process: Process,
    /// What it does.
    pub activity: Activity,
    /// Where the store is, from the folder of the logs.
    pub store: PlainText,
    /// Names the run that it has in hand, in the records.
    pub run_id: PlainText,
    /// Local date and time of its start.
    pub began: PlainText,
    /// For how long it has been at work.
    pub seconds: f64,
    /// Number of its workers.
    pub workers: usize,
    /// Number of the round in hand, the first being 1; of a run there is none.
    pub round: Option<u64>,
    /// Number of rounds that it was asked for, if it was.
    pub rounds: Option<u64>,
    /// Number of tasks of the run in hand.
    pub tasks: u64,
    /// Number of these that are finished, or passed over.
    pub done: u64,
    /// Number of these that its own solvers solve.
    pub solved: u64,
    /// Number of these of which all demo samples are met, where test outputs are not known.
    pub demos_exact: u64,
    /// Number of tasks that it has run, of all rounds.
    pub run: u64,
    /// The same, a second.
    pub tasks_a_second: f64,
    /// New programs of its rounds so far; none of a run.
    pub new_programs: u64,
    /// The same, a second.
    pub new_programs_a_second: f64,
    /// Tasks that are begun and not ended.
    pub in_hand: Vec<PlainText>,
    /// Number of tasks that it has solved, or exact on their demos, for the first time.
    pub found: u64,
    /// Number of best scores that rose otherwise.
    pub better: u64,
    /// Number of failures of tasks and programs.
    pub errors: u64,
    /// What it has found, the latest first.
    pub finds: Vec<Find>,
    /// What it has told as wrong or worth knowing, the latest first.
    pub problems: Vec<Problem>,
}

/// What an instance does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// It runs tasks once.
    Run,
    /// It searches, in rounds.
    Search,
}

/// Find of an instance: something that the store did not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    /// Local date and time.
    pub time: PlainText,
    /// The task.
    pub task: PlainText,
    /// What is new, in words.
    pub news: PlainText,
    /// Where the program is filed.
    pub program: PlainText,
}

/// Problem that an instance has told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Local date and time.
    pub time: PlainText,
    /// Whether something failed; else it is worth knowing.
    pub is_error: bool,
    /// What was told.
    pub text: PlainText,
}

impl Status {
    /// Status of an instance that has done nothing yet.
    pub fn of(process: Process, activity: Activity, store: &str) -> Self {
        Self {
            version: VERSION,
            process,
            activity,
            store: store.into(),
            run_id: PlainText::default(),
            began: PlainText::default(),
            seconds: 0.0,
            workers: 0,
            round: None,
            rounds: None,
            tasks: 0,
            done: 0,
            solved: 0,
            demos_exact: 0,
            run: 0,
            tasks_a_second: 0.0,
            new_programs: 0,
            new_programs_a_second: 0.0,
            in_hand: Vec::new(),
            found: 0,
            better: 0,
            errors: 0,
            finds: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Takes in an event of the instance, which happened at this local date and time.
    pub fn take_in(&mut self, timestamp: &str, event: &Event<'_>) {
        if self.began.is_empty() {
            self.began = timestamp.into();
        }
        match event {
            Event::RunStarted(start) => {
                self.run_id = start.run_id.as_str().into();
                self.workers = start.workers;
                self.tasks = start.tasks as u64;
                (self.done, self.solved, self.demos_exact) = (0, 0, 0);
                self.in_hand.clear();
                if let Some(round) = &start.round {
                    self.round = Some(round.number);
                    self.rounds = round.of;
                    self.new_programs += round.new_programs;
                }
            }
            Event::TaskStarted { task, .. } => self.in_hand.push(task.as_str().into()),
            Event::TaskPassedOver { .. } => self.done += 1,
            Event::TaskFinished(report) => {
                self.drop_from_hand(report.task.as_str());
                self.done += 1;
                self.run += 1;
                self.solved += u64::from(report.verdict == Verdict::Solved);
                self.demos_exact += u64::from(report.verdict == Verdict::DemosExact);
                self.errors += report.errors();
            }
            Event::TaskDropped(report) => self.drop_from_hand(report.task.as_str()),
            Event::Found { task, news, path } => {
                match news {
                    News::Solved | News::DemosExact => self.found += 1,
                    News::Better { .. } => self.better += 1,
                }
                let find = Find {
                    time: timestamp.into(),
                    task: task.as_str().into(),
                    news: news.to_string().as_str().into(),
                    program: shown(path).to_string().as_str().into(),
                };
                push(&mut self.finds, find);
            }
            _ => {}
        }
        if let Some(is_error) = is_error(event) {
            let problem = Problem {
                time: timestamp.into(),
                is_error,
                text: event.to_string().as_str().into(),
            };
            push(&mut self.problems, problem);
        }
    }

    /// The status when the instance has been at work for so long.
    pub fn at(&self, time: Duration) -> Self {
        let seconds = time.as_secs_f64();
        let a_second = |count: u64| (count as f64 / seconds.max(1e-3) * 1e3).round() / 1e3;
        Self {
            seconds: (seconds * 1e3).round() / 1e3,
            tasks_a_second: a_second(self.run),
            new_programs_a_second: a_second(self.new_programs),
            ..self.clone()
        }
    }

    /// The content of its file.
    pub fn text(&self) -> String {
        // Of numbers, texts and lists, none of which can fail.
        serde_json::to_string(self).map_or_else(|_| String::new(), |text| text + "\n")
    }

    /// What the content of a file says.
    pub(super) fn read(text: &str) -> Said {
        #[derive(Deserialize)]
        struct Form {
            version: u64,
        }
        match serde_json::from_str(text) {
            Ok(Form { version: VERSION }) => match serde_json::from_str(text) {
                Ok(status) => Said::Status(Box::new(status)),
                Err(_) => Said::Broken,
            },
            Ok(Form { version }) => Said::Later(version),
            Err(_) => Said::Broken,
        }
    }

    fn drop_from_hand(&mut self, task: &str) {
        self.in_hand.retain(|own| **own != *task);
    }
}

/// Adds what is the latest now.
fn push<T>(latest: &mut Vec<T>, own: T) {
    latest.insert(0, own);
    latest.truncate(LATEST);
}

/// Of what a person wants to know though nothing was found: whether something failed.
fn is_error(event: &Event<'_>) -> Option<bool> {
    match event {
        Event::ItemFailed { .. }
        | Event::Mismatch { .. }
        | Event::Unresolved { .. }
        | Event::WrongCall { .. }
        | Event::Skipped(_) => Some(true),
        Event::TaskFinished(report) if report.failure.is_some() => Some(true),
        Event::Notice(_) | Event::OverBudget { .. } | Event::OverLimit { .. } => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Machine;
    use super::*;
    use crate::event::{RoundOfSearch, RunStart, TaskReport};
    use crate::fingerprint::Ingredients;
    use crate::pool::{Profile, ProfileKind};
    use std::path::Path;

    fn status() -> Status {
        Status::of(Process::this(&Machine::here()), Activity::Search, "..")
    }

    fn round(number: u64) -> RunStart {
        RunStart {
            run_id: format!("run {number}"),
            tasks: 3,
            profile: Profile {
                kind: ProfileKind::Cpu,
                reason: "asked".to_owned(),
                workers: 2,
                chunk_size: 8,
            },
            workers: 2,
            seed: 7,
            is_random: true,
            round: Some(RoundOfSearch {
                search_id: "search".to_owned(),
                number,
                of: Some(9),
                new_programs: 20,
            }),
            data: None,
        }
    }

    #[test]
    fn it_follows_from_the_events() {
        let mut status = status();
        let task = "0520fde7".parse().unwrap();
        let report = || {
            let fingerprint = Ingredients::default().fingerprint();
            let mut report = TaskReport::new(task, fingerprint, 10.0, 2);
            report.verdict = Verdict::Solved;
            report.mismatches = 2;
            report
        };
        let mut take_in = |time: &str, event: &Event<'_>| status.take_in(time, event);
        take_in("first", &Event::RunStarted(&round(4)));
        let timeout = 10.0;
        take_in("a", &Event::TaskStarted { task, timeout });
        let path = Path::new("./solver_dir/a.py");
        let news = News::Solved;
        take_in("b", &Event::Found { task, news, path });
        take_in("c", &Event::TaskFinished(&report()));
        take_in("d", &Event::RunStarted(&round(5)));
        take_in("e", &Event::TaskStarted { task, timeout });
        for count in 0..2 * LATEST {
            take_in("f", &Event::Notice(&format!("notice {count}\n\u{1b}[2J")));
        }
        let told = status.at(Duration::from_millis(2500));
        assert_eq!((&*told.began, &*told.run_id), ("first", "run 5"));
        assert_eq!((told.done, told.tasks, told.solved), (0, 3, 0));
        assert_eq!((told.run, told.errors, told.found), (1, 2, 1));
        assert_eq!((told.round, told.rounds), (Some(5), Some(9)));
        assert_eq!(
            (told.tasks_a_second, told.new_programs_a_second),
            (0.4, 16.0)
        );
        assert_eq!(told.in_hand, ["0520fde7".into()]);
        assert_eq!(&*told.finds[0].program, "solver_dir/a.py");
        assert_eq!(told.problems.len(), LATEST);
        assert_eq!(&*told.problems[0].text, "notice 15; \\u{1b}[2J");
        let Said::Status(read) = Status::read(&told.text()) else {
            panic!("{}", told.text());
        };
        assert_eq!(*read, told);
    }

    #[test]
    fn the_bytes_are_a_promise() {
        let mut status = status();
        status.process = Process {
            id: 7,
            started: Some(4711),
            host: "box".into(),
            machine: None,
            boot: Some("boot".into()),
            namespace: Some("pid:[1]".into()),
        };
        status.take_in("then", &Event::RunStarted(&round(1)));
        let expected = concat!(
            r#"{"version":1,"process":{"id":7,"started":4711,"host":"box","machine":null,"boot":"boot","namespace":"pid:[1]"},"#,
            r#""activity":"search","store":"..","run_id":"run 1","began":"then","seconds":2.0,"workers":2,"round":1,"rounds":9,"#,
            r#""tasks":3,"done":0,"solved":0,"demos_exact":0,"run":0,"tasks_a_second":0.0,"new_programs":20,"new_programs_a_second":10.0,"#,
            r#""in_hand":[],"found":0,"better":0,"errors":0,"finds":[],"problems":[]}"#,
            "\n"
        );
        assert_eq!(status.at(Duration::from_secs(2)).text(), expected);
        let later = expected.replace("\"errors\":0", "\"errors\":0,\"mood\":[1]");
        assert!(matches!(Status::read(&later), Said::Status(_)));
    }
}
