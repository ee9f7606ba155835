//! The task loop: the order of the stages, their time, and what is told of them.

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::ahead::{Ahead, ReadAhead, Reader};
use super::cards::{self, Cards};
use super::core_slots::{Cores, wait_for_cores};
use super::error::RunError;
use super::evaluate::{Beside, evaluate_beside};
use super::finish::{Finisher, Scored, TaskInHand};
use super::journal::Journal;
use super::known::Known;
use super::note::Note;
use super::prepare::{TaskInputs, prepare_rest};
use super::queue::{Queue, Turn};
use super::still_finished;
use super::tools::Tools;
use crate::claims::OwnClaim;
use crate::clock::Clock;
use crate::event::{Event, FinishedBy, ReportError, Reporter, RunStart, TaskReport};
use crate::fingerprint::{Fingerprint, Ingredients};
use crate::interrupt::Interrupt;
use crate::job::{Job, not_shared};
use crate::library::Role;
use crate::pool::Pool;
use crate::stopwatch::Stopwatch;
use crate::summary::Summary;
use arc_programs::dsl::REFERENCE;
use arc_programs::task::TaskName;
use arc_programs::verdict::FullScore;

/// The most tasks that are evaluated together: enough samples for many workers,
/// and few enough tasks to begin again when a run is killed. The same for any
/// number of workers, so that the logs are.
const TOGETHER: usize = 8;

/// Polling interval while other instances have all remaining tasks in hand.
const LOOK: Duration = Duration::from_millis(50);

/// The run of a job.
pub(super) struct Runner<'a> {
    job: &'a Job,
    tools: Tools<'a>,
    cards: Box<dyn Cards + 'a>,
    /// What all tasks are run with.
    shared: Ingredients,
    queue: Queue,
    ahead: Ahead,
    finisher: Finisher<'a>,
}

impl<'a> Runner<'a> {
    /// The run, with the workers of an earlier one where there are some.
    pub(super) fn new(
        job: &'a Job,
        pool: Option<Pool>,
        clock: &'a dyn Clock,
        stopwatch: &'a mut Stopwatch,
        interrupt: &'a Interrupt,
        reporter: &'a mut dyn Reporter,
    ) -> Result<Self, RunError> {
        let cards = stopwatch.time(clock, "resolve card", || cards::of(job))?;
        let pool = pool
            .unwrap_or_else(|| stopwatch.time(clock, "start workers", || Pool::new(&job.profile)));
        let mut shared = job.ingredients();
        cards.add_shared(&mut shared);
        Ok(Self {
            job,
            tools: Tools {
                cache: &*job.cache,
                pool,
                clock,
                interrupt,
            },
            cards,
            shared,
            queue: Queue::of(&job.selected),
            ahead: Ahead::default(),
            finisher: Finisher {
                job,
                journal: Journal::new(clock, stopwatch, reporter),
                known: Known::default(),
                summary: Summary {
                    run_id: job.run_id.clone(),
                    seed: job.seed,
                    is_random: job.is_random,
                    data: job.tasks.description(),
                    dialect: (job.dialect != &REFERENCE).then(|| job.dialect.name()),
                    results: job.store.links(Role::Solver),
                    ..Summary::default()
                },
            },
        })
    }

    /// Runs the job, and yields its workers too.
    pub(super) fn run(mut self) -> Result<(Summary, Pool), RunError> {
        self.begin()?;
        self.work()?;
        self.finish()
    }

    fn begin(&mut self) -> Result<(), RunError> {
        let job = self.job;
        let start = RunStart {
            run_id: job.run_id.clone(),
            tasks: job.selected.len(),
            profile: job.profile.clone(),
            workers: self.tools.pool.workers(),
            seed: job.seed,
            is_random: job.is_random,
            round: job.round.clone(),
            data: job.tasks.path().map(Path::to_owned),
        };
        self.tell(&Event::RunStarted(&start))?;
        for notice in &job.notices {
            self.tell(&Event::Notice(notice))?;
        }
        let Finisher {
            journal, summary, ..
        } = &mut self.finisher;
        summary.skipped += job.unused_solvers;
        for skipped in self.cards.skipped() {
            summary.skipped += 1;
            journal.is_new(skipped.path.display().to_string());
            journal.tell(&Event::Skipped(skipped))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(Summary, Pool), RunError> {
        let Finisher {
            mut journal,
            mut summary,
            ..
        } = self.finisher;
        let reached = summary.tasks + summary.finished_before + summary.finished_elsewhere;
        summary.tasks_left = self.job.selected.len() as u64 - reached;
        summary.interrupted = self.tools.interrupt.is_asked();
        summary.workers = self.tools.pool.workers();
        summary.thread_error += self.tools.pool.take_refused();
        // The clock began when the run was asked for: what came before the first task
        // counts.
        summary.time = self.tools.clock.elapsed();
        // After the time that the summary gives, so no stage counts it.
        journal.tell_last(&Event::RunFinished(&summary))?;
        Ok((summary, self.tools.pool))
    }

    fn tell(&mut self, event: &Event<'_>) -> Result<(), ReportError> {
        self.finisher.journal.tell(event)
    }

    /// Runs the tasks, some together at a time, as they come into its hands. Those that
    /// were evaluated are finished while the next are.
    fn work(&mut self) -> Result<(), RunError> {
        let mut scored = Vec::new();
        while !self.tools.interrupt.is_asked() {
            let mut cores = self.wait_for_cores()?;
            if let Cores::Stopped = cores {
                break;
            }
            let hands = self.take_in_hand()?;
            if !hands.is_empty() {
                scored = self.evaluate(hands, scored, &mut cores)?;
                // What is claimed is not to wait: nobody else can have it.
                if self.job.claims.is_some() {
                    self.finish_all(std::mem::take(&mut scored), &mut cores)?;
                }
                continue;
            }
            self.finish_all(std::mem::take(&mut scored), &mut cores)?;
            drop(cores);
            if self.queue.is_empty() {
                break;
            }
            // Others have the rest in hand, and may yet die.
            thread::sleep(LOOK);
        }
        // It was asked to stop, but for these.
        self.finish_all(scored, &mut Cores::All)
    }

    /// Waits until other instances leave it a core to work on.
    fn wait_for_cores(&mut self) -> Result<Cores<'a>, RunError> {
        let Some(slots) = &self.job.slots else {
            return Ok(Cores::All);
        };
        let (tools, journal) = (&self.tools, &mut self.finisher.journal);
        let waited = journal.time("wait for cores", || wait_for_cores(slots, tools));
        waited.or_else(|error| {
            if journal.is_new("cores".to_owned()) {
                journal.tell(&Event::Notice(&not_shared(&error)))?;
            }
            Ok(Cores::All)
        })
    }

    /// Begins the next tasks, as many as are evaluated together; none where
    /// other instances have all that are left.
    fn take_in_hand(&mut self) -> Result<Vec<TaskInHand>, RunError> {
        let mut hands = Vec::with_capacity(TOGETHER);
        while hands.len() < TOGETHER && !self.tools.interrupt.is_asked() {
            self.read_next(TOGETHER - hands.len());
            let Some(task) = self.queue.next() else {
                break;
            };
            let read = self.read(task);
            if self.is_finished(task, read.fingerprint)? {
                self.pass_over(task, FinishedBy::EarlierRun)?;
            } else if let Turn::Own(claim) = self.turn(task, read.fingerprint)? {
                hands.push(self.begin_task(read, claim)?);
            }
        }
        if hands.is_empty() {
            for (task, fingerprint) in self.queue.take_elsewhere() {
                if hands.len() == TOGETHER {
                    self.queue.put_back(task, fingerprint);
                } else if let Turn::Own(claim) = self.turn(task, fingerprint)? {
                    let read = self.read(task);
                    hands.push(self.begin_task(read, claim)?);
                }
            }
        }
        Ok(hands)
    }

    /// Whether an earlier run has finished a task, and the store still has as much as
    /// was filed of it.
    fn is_finished(&mut self, task: TaskName, fingerprint: Fingerprint) -> Result<bool, RunError> {
        let Some(is_kept) = still_finished(self.job, task, fingerprint)? else {
            return Ok(false);
        };
        let journal = &mut self.finisher.journal;
        if !is_kept && journal.is_new("filed programs are gone".to_owned()) {
            journal.tell(&Event::Notice(
                "tasks whose filed programs are no longer in the store are run again",
            ))?;
        }
        Ok(is_kept)
    }

    /// Whose turn a task is; one that another instance has finished is passed over.
    fn turn(&mut self, task: TaskName, fingerprint: Fingerprint) -> Result<Turn, RunError> {
        let claims = self.job.claims.as_ref();
        let turn = self.queue.turn(claims, task, fingerprint)?;
        if let Turn::Finished = turn {
            self.pass_over(task, FinishedBy::OtherInstance)?;
        }
        Ok(turn)
    }

    fn pass_over(&mut self, task: TaskName, by: FinishedBy) -> Result<(), RunError> {
        let summary = &mut self.finisher.summary;
        match by {
            FinishedBy::EarlierRun => summary.finished_before += 1,
            FinishedBy::OtherInstance => summary.finished_elsewhere += 1,
        }
        Ok(self.tell(&Event::TaskPassedOver { task, by })?)
    }

    /// Reads the next tasks, unless the next one was read.
    fn read_next(&mut self, most: usize) {
        let next = self.queue.peek(most);
        if next.first().is_some_and(|task| !self.ahead.has(*task)) {
            let reader = reader(self.job, &*self.cards, &self.shared);
            let (ahead, tools) = (&mut self.ahead, &self.tools);
            let journal = &mut self.finisher.journal;
            journal.time("read tasks", || ahead.read(&next, &reader, tools));
        }
    }

    /// A task and its programs, as they were read; they are read now where they were not.
    fn read(&mut self, task: TaskName) -> ReadAhead {
        let read = self.ahead.take(task);
        let reader = reader(self.job, &*self.cards, &self.shared);
        let journal = &mut self.finisher.journal;
        read.unwrap_or_else(|| journal.time("read tasks", || reader.read(task)))
    }

    fn begin_task(
        &mut self,
        read: ReadAhead,
        claim: Option<OwnClaim>,
    ) -> Result<TaskInHand, RunError> {
        let ReadAhead {
            inputs,
            fingerprint,
            problem,
            skipped,
            prepared,
        } = read;
        let task = inputs.task;
        let timeout = self.job.budget.duration().as_secs_f64();
        self.tell(&Event::TaskStarted { task, timeout })?;
        let pool = &mut self.tools.pool;
        pool.recover();
        let mut report = TaskReport::new(task, fingerprint, timeout, pool.workers());
        let mut notes = vec![Note::ThreadsRefused(pool.take_refused())];
        notes.extend(skipped.into_iter().map(Note::Skipped));
        notes.extend(problem.map(Note::Failed));
        self.finisher.journal.take_note(&mut report, notes)?;
        report.full_score = FullScore::of_samples(&inputs.samples);
        Ok(TaskInHand {
            inputs,
            prepared,
            claim,
            report,
        })
    }

    /// Evaluates tasks, all of them together, while those are finished that were evaluated
    /// before; and reads those that come after them.
    fn evaluate(
        &mut self,
        mut hands: Vec<TaskInHand>,
        before: Vec<Scored>,
        cores: &mut Cores<'_>,
    ) -> Result<Vec<Scored>, RunError> {
        let (clock, budget) = (self.tools.clock, self.job.budget);
        let (finisher, tools, cards) = (&mut self.finisher, &self.tools, &*self.cards);
        let read = hands.iter_mut().map(|hand| hand.prepared.take()).collect();
        let inputs: Vec<&TaskInputs> = hands.iter().map(|hand| &hand.inputs).collect();
        let prepared = finisher.journal.time("make cards", || {
            prepare_rest(&inputs, read, cards, budget, tools)
        });
        cores.ask_for_more(tools);
        let finish = || {
            let finished = finisher.finish_all(before, cards, cores, tools);
            finished.map(|()| clock.elapsed())
        };
        // What is claimed is read when that is had.
        let next = match self.job.claims {
            Some(_) => Vec::new(),
            None => self.queue.peek(TOGETHER),
        };
        let reader = reader(self.job, cards, &self.shared);
        let read = |task: &TaskName| {
            let is_asked = tools.interrupt.is_asked();
            (!is_asked).then(|| reader.read_and_prepare(*task, tools.cache))
        };
        let beside = Beside {
            next: &next,
            read: &read,
            own: finish,
        };
        let (evaluated, read, finished) = evaluate_beside(&inputs, prepared, tools, beside);
        let waited = clock.elapsed().saturating_sub(finished?);
        self.finisher.journal.stopwatch.add("evaluate", waited);
        self.ahead.extend(read.into_iter().flatten().flatten());
        for claim in hands.iter().filter_map(|hand| hand.claim.as_ref()) {
            claim.renew();
        }
        let scored = hands.into_iter().zip(evaluated);
        let scored = scored.map(|(hand, evaluated)| Scored { hand, evaluated });
        Ok(scored.collect())
    }

    fn finish_all(&mut self, scored: Vec<Scored>, cores: &mut Cores<'_>) -> Result<(), RunError> {
        self.finisher
            .finish_all(scored, &*self.cards, cores, &self.tools)
    }
}

fn reader<'a>(job: &'a Job, cards: &'a dyn Cards, shared: &'a Ingredients) -> Reader<'a> {
    Reader { job, cards, shared }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{StepClock, TURNED, profile, task_id};
    use super::*;
    use crate::event::FiledCounts;
    use crate::job::{Libraries, Programs};
    use crate::library::Library;
    use crate::store::Store;
    use crate::tasks::TaskSource;
    use std::sync::Arc;

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
}
