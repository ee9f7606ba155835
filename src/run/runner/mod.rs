//! The task loop: the order of the stages, their time, and what is told of them.

use std::collections::HashSet;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::candidates::{Candidates, candidates};
use super::cards::{self, Cards};
use super::core_slots::{Cores, wait_for_cores};
use super::error::{RunError, TaskProblem};
use super::evaluate::{Evaluated, evaluate, over_limit, slowest};
use super::file::{Trees, file, newcomers};
use super::inline::inline;
use super::keep::{keep, to_be_kept};
use super::known::Known;
use super::note::{Note, Notes};
use super::prepare::{TaskInputs, prepare, unresolved};
use super::queue::{Queue, Turn};
use super::read::{ReadTask, read};
use super::still_finished;
use super::tools::Tools;
use super::validate::{Findings, Validated, validate};
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
    stopwatch: &'a mut Stopwatch,
    journal: Journal<'a>,
    cards: Box<dyn Cards + 'a>,
    /// What all tasks are run with.
    shared: Ingredients,
    queue: Queue,
    known: Known,
    summary: Summary,
}

/// Whom events are told to.
struct Journal<'a> {
    reporter: &'a mut dyn Reporter,
    /// What has been told once, and is not told again.
    told: HashSet<String>,
}

/// A task that has been begun.
struct TaskInHand {
    inputs: TaskInputs,
    /// What keeps other instances from it.
    claim: Option<OwnClaim>,
    report: TaskReport,
}

/// What became of a task that was begun.
enum Outcome {
    Finished,
    /// Nothing of it is kept.
    Dropped,
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
            stopwatch,
            journal: Journal {
                reporter,
                told: HashSet::new(),
            },
            cards,
            shared,
            queue: Queue::of(&job.selected),
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
        self.summary.skipped += job.unused_solvers;
        for skipped in self.cards.skipped() {
            self.summary.skipped += 1;
            self.journal.told.insert(skipped.path.display().to_string());
            let event = Event::Skipped(skipped);
            self.journal
                .tell(self.tools.clock, self.stopwatch, &event)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(Summary, Pool), RunError> {
        let mut summary = std::mem::take(&mut self.summary);
        let reached = summary.tasks + summary.finished_before + summary.finished_elsewhere;
        summary.tasks_left = self.job.selected.len() as u64 - reached;
        summary.interrupted = self.tools.interrupt.is_asked();
        summary.workers = self.tools.pool.workers();
        summary.thread_error += self.tools.pool.take_refused();
        // The clock began when the run was asked for: what came before the first task
        // counts.
        summary.time = self.tools.clock.elapsed();
        // After the time that the summary gives, so no stage counts it.
        let timestamp = self.tools.clock.timestamp();
        let finished = Event::RunFinished(&summary);
        self.journal.reporter.report(&timestamp, &finished)?;
        Ok((summary, self.tools.pool))
    }

    fn time_since(&self, begun: Duration) -> Duration {
        self.tools.clock.elapsed().saturating_sub(begun)
    }

    fn tell(&mut self, event: &Event<'_>) -> Result<(), ReportError> {
        self.journal.tell(self.tools.clock, self.stopwatch, event)
    }

    /// Tells what a stage has noted of a task, and adds it to the task's report.
    fn take_note(&mut self, report: &mut TaskReport, notes: Notes) -> Result<(), ReportError> {
        for note in notes {
            let is_told_already = note
                .told_once()
                .is_some_and(|once| !self.journal.told.insert(once));
            if let Some(event) = note.event(report.task)
                && !is_told_already
            {
                self.tell(&event)?;
            }
            note.add_to(report);
        }
        Ok(())
    }

    /// Runs the tasks, some together at a time, as they come into its hands.
    fn work(&mut self) -> Result<(), RunError> {
        while !self.tools.interrupt.is_asked() {
            let mut cores = self.wait_for_cores()?;
            if let Cores::Stopped = cores {
                break;
            }
            let hands = self.take_in_hand()?;
            if !hands.is_empty() {
                self.run_together(hands, &mut cores)?;
                continue;
            }
            drop(cores);
            if self.queue.is_empty() {
                break;
            }
            // Others have the rest in hand, and may yet die.
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Waits until other instances leave it a core to work on.
    fn wait_for_cores(&mut self) -> Result<Cores<'a>, RunError> {
        let Some(slots) = &self.job.slots else {
            return Ok(Cores::All);
        };
        let tools = &mut self.tools;
        let waited = self.stopwatch.time(tools.clock, "wait for cores", || {
            wait_for_cores(slots, tools)
        });
        waited.or_else(|error| {
            if self.journal.told.insert("cores".to_owned()) {
                self.tell(&Event::Notice(&not_shared(&error)))?;
            }
            Ok(Cores::All)
        })
    }

    /// Begins the next tasks, as many as are evaluated together; none where
    /// other instances have all that are left.
    fn take_in_hand(&mut self) -> Result<Vec<TaskInHand>, RunError> {
        let mut hands = Vec::with_capacity(TOGETHER);
        while hands.len() < TOGETHER && !self.tools.interrupt.is_asked() {
            let Some(task) = self.queue.next() else {
                break;
            };
            let read = self.read(task);
            if self.is_finished(task, read.fingerprint)? {
                self.pass_over(task, FinishedBy::EarlierRun)?;
            } else if let Turn::Own(claim) = self.turn(task, read.fingerprint)? {
                hands.push(self.begin_task(task, read, claim)?);
            }
        }
        if hands.is_empty() {
            for (task, fingerprint) in self.queue.take_elsewhere() {
                if hands.len() == TOGETHER {
                    self.queue.put_back(task, fingerprint);
                } else if let Turn::Own(claim) = self.turn(task, fingerprint)? {
                    let read = self.read(task);
                    hands.push(self.begin_task(task, read, claim)?);
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
        if !is_kept
            && self
                .journal
                .told
                .insert("filed programs are gone".to_owned())
        {
            self.tell(&Event::Notice(
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
        match by {
            FinishedBy::EarlierRun => self.summary.finished_before += 1,
            FinishedBy::OtherInstance => self.summary.finished_elsewhere += 1,
        }
        Ok(self.tell(&Event::TaskPassedOver { task, by })?)
    }

    /// Reads a task and its programs.
    fn read(&mut self, task: TaskName) -> ReadTask {
        let clock = self.tools.clock;
        let tasks = &self.job.tasks;
        let loaded = self
            .stopwatch
            .time(clock, "read tasks", || tasks.load(task));
        let shared = self.shared.clone();
        self.stopwatch.time(clock, "read programs", || {
            read(task, loaded, &*self.cards, shared, &self.tools.pool)
        })
    }

    fn begin_task(
        &mut self,
        task: TaskName,
        read: ReadTask,
        claim: Option<OwnClaim>,
    ) -> Result<TaskInHand, RunError> {
        let ReadTask {
            samples,
            programs,
            fingerprint,
        } = read;
        let timeout = self.job.budget.duration().as_secs_f64();
        self.tell(&Event::TaskStarted { task, timeout })?;
        let pool = &mut self.tools.pool;
        pool.recover();
        let mut report = TaskReport::new(task, fingerprint, timeout, pool.workers());
        let mut notes = vec![Note::ThreadsRefused(pool.take_refused())];
        notes.extend(programs.skipped.into_iter().map(Note::Skipped));
        let samples = samples.unwrap_or_else(|problem| {
            notes.push(Note::Failed(problem));
            Vec::new()
        });
        self.take_note(&mut report, notes)?;
        report.full_score = FullScore::of_samples(&samples);
        let inputs = TaskInputs {
            task,
            samples,
            items: programs.items,
        };
        Ok(TaskInHand {
            inputs,
            claim,
            report,
        })
    }

    /// Runs tasks, evaluated together.
    fn run_together(
        &mut self,
        hands: Vec<TaskInHand>,
        cores: &mut Cores<'_>,
    ) -> Result<(), RunError> {
        let inputs: Vec<&TaskInputs> = hands.iter().map(|hand| &hand.inputs).collect();
        let clock = self.tools.clock;
        let prepared = self.stopwatch.time(clock, "make cards", || {
            prepare(&inputs, &*self.cards, self.job.budget, &self.tools)
        });
        cores.ask_for_more(&mut self.tools);
        let evaluated = self.stopwatch.time(clock, "evaluate", || {
            evaluate(&inputs, prepared, &self.tools)
        });
        for claim in hands.iter().filter_map(|hand| hand.claim.as_ref()) {
            claim.renew();
        }
        for (hand, evaluated) in hands.into_iter().zip(evaluated) {
            cores.ask_for_more(&mut self.tools);
            self.finish_task(hand, evaluated)?;
        }
        Ok(())
    }

    /// Inlines and keeps what a task's evaluation has found, or drops it.
    fn finish_task(
        &mut self,
        hand: TaskInHand,
        evaluated: Result<Evaluated, TaskProblem>,
    ) -> Result<(), RunError> {
        let begun = self.tools.clock.elapsed();
        let TaskInHand {
            inputs,
            claim,
            mut report,
        } = hand;
        let outcome = match evaluated {
            _ if self.tools.interrupt.is_overdue() => Outcome::Dropped,
            Ok(evaluated) => self.keep_the_best(inputs, &evaluated, &mut report)?,
            Err(problem) => {
                self.take_note(&mut report, vec![Note::Failed(problem)])?;
                Outcome::Finished
            }
        };
        let took = self.time_since(begun);
        self.take_note(&mut report, vec![Note::Took(took)])?;
        report.ended_after = self.tools.clock.elapsed();
        if let Outcome::Dropped = outcome {
            return Ok(self.tell(&Event::TaskDropped(&report))?);
        }
        self.summary.add(&report);
        if let (Some(news), Some(path)) = (report.news(), &report.best.path) {
            let task = report.task;
            self.tell(&Event::Found { task, news, path })?;
        }
        self.tell(&Event::TaskFinished(&report))?;
        if let Some(claim) = claim {
            claim.finish(&self.job.run_id)?;
        }
        Ok(())
    }

    /// The stages from a task's scores to what the store takes of it.
    fn keep_the_best(
        &mut self,
        inputs: TaskInputs,
        evaluated: &Evaluated,
        report: &mut TaskReport,
    ) -> Result<Outcome, RunError> {
        let (job, task) = (self.job, inputs.task);
        let clock = self.tools.clock;
        let mut notes = vec![Note::Took(evaluated.time)];
        notes.extend(unresolved(&inputs.items, &evaluated.card));
        notes.extend(over_limit(&inputs, evaluated));
        notes.extend(slowest(&inputs, evaluated));
        self.take_note(report, notes)?;

        let (trees, notes) = self.stopwatch.time(clock, "list the best", || {
            Trees::list(&job.store, task, &self.tools.pool)
        })?;
        self.take_note(report, notes)?;

        let TaskInputs { samples, items, .. } = inputs;
        let Candidates {
            items,
            candidates,
            notes,
        } = candidates(task, items, evaluated, &trees, &mut *self.cards);
        self.take_note(report, notes)?;

        let (items, notes) = self.stopwatch.time(clock, "inline", || {
            let identities = &mut self.known.identities;
            let patience = job.budget.duration();
            inline(items, job.inline_budget, patience, identities, &self.tools)
        });
        self.take_note(report, notes)?;

        let newcomers = newcomers(&items, &candidates, &trees);
        let Validated {
            valid,
            invalid,
            notes,
        } = self.stopwatch.time(clock, "validate", || {
            let findings = Findings {
                samples: &samples,
                scores: &evaluated.scores,
                batt: &evaluated.card.batt,
                budget: job.budget,
            };
            validate(
                newcomers,
                &items,
                findings,
                &mut self.known.valid,
                &self.tools,
            )
        });
        // Beyond this point the task is finished, for what is kept stays.
        if self.tools.interrupt.is_overdue() {
            return Ok(Outcome::Dropped);
        }
        self.take_note(report, notes)?;

        let kept = to_be_kept(&items, &valid, &invalid, self.cards.keeps_all());
        // From the first program that is kept to the last that is linked.
        let sharing = self.stopwatch.time(clock, "store", || job.store.share())?;
        let notes = self.stopwatch.time(clock, "store", || {
            keep(&kept, &sharing, &mut self.known.sound, &self.tools)
        })?;
        self.take_note(report, notes)?;

        let notes = self.stopwatch.time(clock, "file the best", || {
            file(task, &valid, &items, &sharing, trees, &self.tools)
        })?;
        self.take_note(report, notes)?;
        Ok(Outcome::Finished)
    }
}

impl Journal<'_> {
    fn tell(
        &mut self,
        clock: &dyn Clock,
        stopwatch: &mut Stopwatch,
        event: &Event<'_>,
    ) -> Result<(), ReportError> {
        stopwatch.time(clock, "telemetry, log", || {
            self.reporter.report(&clock.timestamp(), event)
        })
    }
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
    use std::collections::HashMap;
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
        let mut libraries = Libraries {
            solvers: Library::new(Role::Solver),
            differs: Library::new(Role::Differ),
        };
        libraries.solvers.add_text(Path::new("solvers.py"), solvers);
        libraries.differs.add_text(Path::new("differs.py"), differs);
        let names = [format!("{}.json", task_id()), "4567abcd.json".to_owned()];
        let tasks = TaskSource::from_texts("made up", names.map(|name| (name, TURNED))).unwrap();
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
