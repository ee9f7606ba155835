//! The order of the stages: each task's programs are gathered, inlined and
//! stored, task by task.
//!
//! A program that earlier tasks used is not inlined again: the base differs
//! are every task's, and a file of the store is known by its name.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::event::{Event, InliningCounts, ReportError, Reporter, RunStart, TaskReport};
use crate::interrupt::Interrupt;
use crate::library::{Library, NamedProgram, Role, TaskFile};
use crate::pool::{Pool, Profile};
use crate::program::{Identity, InlineBudget, TextForm};
use crate::stopwatch::Stopwatch;
use crate::store::{Store, StoreError, Stored};
use crate::summary::Summary;
use crate::tasks::{TaskId, TaskSource};

/// What a run works on, and how.
pub struct Job<'a> {
    /// Names the run in every record.
    pub run_id: String,
    /// What the user should know before it begins.
    pub notice: Option<String>,
    /// The tasks to run, in this order.
    pub selected: Vec<TaskId>,
    /// Where their samples are.
    pub tasks: &'a TaskSource,
    /// The solvers.
    pub solvers: &'a Library,
    /// The differs.
    pub differs: &'a Library,
    /// Where programs are kept.
    pub store: &'a Store,
    /// How it works.
    pub profile: Profile,
    /// What random choices were drawn from.
    pub seed: u64,
    /// How long a task may take; what is inlined later is kept raw.
    pub timeout: Duration,
    /// How large an inlined text may become.
    pub inline_budget: InlineBudget,
}

/// Why a run could not go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The telemetry or the log could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
}

/// Runs the job.
///
/// A task or a program that fails is counted and told to `reporter`, and the
/// rest goes on; only a store or a log that cannot be written ends the run.
/// When `interrupt` has a signal, the task in hand is finished and no other
/// begun.
pub fn run(
    job: &Job<'_>,
    clock: &dyn Clock,
    stopwatch: &mut Stopwatch,
    interrupt: &Interrupt,
    reporter: &mut dyn Reporter,
) -> Result<Summary, RunError> {
    let begun = clock.elapsed();
    let pool = stopwatch.time(clock, "start workers", || Pool::new(&job.profile));
    let mut runner = Runner {
        job,
        clock,
        stopwatch,
        reporter,
        pool,
        inlined: HashSet::new(),
        summary: Summary {
            run_id: job.run_id.clone(),
            seed: job.seed,
            ..Summary::default()
        },
    };
    runner.begin()?;
    for (index, &task) in job.selected.iter().enumerate() {
        if interrupt.signal().is_some() {
            runner.summary.tasks_left = (job.selected.len() - index) as u64;
            break;
        }
        runner.task(task)?;
    }
    runner.finish(begun)
}

struct Runner<'a> {
    job: &'a Job<'a>,
    clock: &'a dyn Clock,
    stopwatch: &'a mut Stopwatch,
    reporter: &'a mut dyn Reporter,
    pool: Pool,
    /// What earlier tasks have inlined.
    inlined: HashSet<SharedKey>,
    summary: Summary,
}

/// By what a program that several tasks use is recognised.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum SharedKey {
    /// Its place among the base differs.
    BaseDiffer(usize),
    /// Its file's name in the store.
    Stored(Role, Identity),
}

/// A program that is to be inlined for a task.
struct Item {
    role: Role,
    named: Arc<NamedProgram>,
    key: Option<SharedKey>,
}

/// A program's identity and what the store will keep of it.
struct InlinedItem {
    identity: Identity,
    form: TextForm,
    inlined_bytes: u64,
    file: String,
    time: Duration,
}

impl Runner<'_> {
    fn begin(&mut self) -> Result<(), RunError> {
        let start = RunStart {
            run_id: self.job.run_id.clone(),
            tasks: self.job.selected.len(),
            profile: self.job.profile.clone(),
            workers: self.pool.workers(),
            seed: self.job.seed,
        };
        self.tell(&Event::RunStarted(&start))?;
        if let Some(notice) = &self.job.notice {
            self.tell(&Event::Notice(notice))?;
        }
        for library in [self.job.solvers, self.job.differs] {
            for skipped in library.skipped() {
                self.summary.skipped += 1;
                self.tell(&Event::Skipped(skipped))?;
            }
        }
        Ok(())
    }

    fn finish(mut self, begun: Duration) -> Result<Summary, RunError> {
        self.summary.workers = self.pool.workers();
        self.summary.thread_error += self.pool.take_refused();
        self.summary.time = self.clock.elapsed().saturating_sub(begun);
        let summary = std::mem::take(&mut self.summary);
        self.tell(&Event::RunFinished(&summary))?;
        Ok(summary)
    }

    fn tell(&mut self, event: &Event<'_>) -> Result<(), ReportError> {
        let (clock, reporter) = (self.clock, &mut *self.reporter);
        self.stopwatch.time(clock, "telemetry, log", || {
            reporter.report(&clock.timestamp(), event)
        })
    }

    fn task(&mut self, task: TaskId) -> Result<(), RunError> {
        let begun = self.clock.elapsed();
        let timeout = self.job.timeout.as_secs_f64();
        self.tell(&Event::TaskStarted { task, timeout })?;
        self.pool.recover();
        let mut report = TaskReport {
            task,
            failure: None,
            inlining: InliningCounts::default(),
            skipped: 0,
            new_programs: 0,
            workers: self.pool.workers(),
            chunks: 0,
            peak_in_flight: 0,
            thread_error: self.pool.take_refused(),
            inline_time: Duration::ZERO,
            execution_time: Duration::ZERO,
            timeout,
        };
        let tasks = self.job.tasks;
        let loaded = self
            .stopwatch
            .time(self.clock, "read tasks", || tasks.load(task));
        match loaded {
            Ok(_) => self.programs(task, begun, &mut report)?,
            Err(error) => report.failure = Some(error.to_string()),
        }
        report.execution_time = self.clock.elapsed().saturating_sub(begun);
        self.summary.add(&report);
        self.tell(&Event::TaskFinished(&report))?;
        Ok(())
    }

    fn programs(
        &mut self,
        task: TaskId,
        begun: Duration,
        report: &mut TaskReport,
    ) -> Result<(), RunError> {
        let items = self.gather(task, report)?;
        let inlined = self.inline(task, begun, &items, report)?;
        self.store(&inlined, report)?;
        Ok(())
    }

    /// The programs of a task that no earlier task has inlined: solvers, base
    /// differs, its own differs.
    fn gather(&mut self, task: TaskId, report: &mut TaskReport) -> Result<Vec<Item>, RunError> {
        let mut items = Vec::new();
        for library in [self.job.solvers, self.job.differs] {
            let role = library.role();
            let mut add = |named: &Arc<NamedProgram>, key| {
                items.push(Item {
                    role,
                    named: Arc::clone(named),
                    key,
                });
            };
            for (index, named) in library.shared().iter().enumerate() {
                match SharedKey::BaseDiffer(index) {
                    key if self.inlined.contains(&key) => report.inlining.cache_hits += 1,
                    key => add(named, Some(key)),
                }
            }
            library
                .of_task(task)
                .iter()
                .for_each(|named| add(named, None));
            let is_unread = |file: &&TaskFile| {
                let key = file
                    .identity()
                    .map(|identity| SharedKey::Stored(role, identity));
                let is_known = key.is_some_and(|key| self.inlined.contains(&key));
                report.inlining.cache_hits += u64::from(is_known);
                !is_known
            };
            let files: Vec<&TaskFile> = library
                .files_of_task(task)
                .iter()
                .filter(is_unread)
                .collect();
            let read = self.stopwatch.time(self.clock, "read programs", || {
                self.pool.map(&files, |file| file.read())
            });
            for (file, result) in files.iter().zip(read.results) {
                // Reading a file of programs does not panic; if it ever does,
                // that is one more file that is passed over.
                let (programs, skipped) = result.unwrap_or_default();
                let key = file
                    .identity()
                    .map(|identity| SharedKey::Stored(role, identity));
                for named in programs {
                    add(&Arc::new(named), key);
                }
                for skipped in skipped {
                    report.skipped += 1;
                    report.inlining.count_error(skipped.error_type());
                    self.tell(&Event::Skipped(&skipped))?;
                }
            }
        }
        Ok(items)
    }

    fn inline(
        &mut self,
        task: TaskId,
        begun: Duration,
        items: &[Item],
        report: &mut TaskReport,
    ) -> Result<Vec<(Role, InlinedItem)>, RunError> {
        let (job, clock) = (self.job, self.clock);
        let deadline = begun.saturating_add(job.timeout);
        let inline = |item: &Item| {
            let program = &item.named.program;
            let start = clock.elapsed();
            let inlined = match start <= deadline {
                true => program.inline(job.inline_budget),
                false => program.raw(),
            };
            InlinedItem {
                identity: inlined.identity,
                form: inlined.form,
                inlined_bytes: program.inlined_length(),
                file: program.expanded_file(),
                time: clock.elapsed().saturating_sub(start),
            }
        };
        let start = clock.elapsed();
        let mapped = self
            .stopwatch
            .time(clock, "inline", || self.pool.map(items, inline));
        report.inline_time = clock.elapsed().saturating_sub(start);
        report.chunks = mapped.chunks;
        report.peak_in_flight = mapped.peak_in_flight;

        let mut inlined = Vec::with_capacity(items.len());
        for (item, result) in items.iter().zip(mapped.results) {
            let program = item.named.name.as_str();
            let result = match result {
                Ok(result) => result,
                Err(panicked) => {
                    report.inlining.count_error("Panic");
                    let problem = panicked.0.as_str();
                    self.tell(&Event::ItemFailed {
                        task,
                        program,
                        problem,
                    })?;
                    continue;
                }
            };
            match result.form {
                TextForm::Inlined => report.inlining.success_count += 1,
                TextForm::Raw => {
                    report.inlining.timeout_count += 1;
                    report.inlining.timeout_retry_success += 1;
                    report.inlining.retry_time += result.time;
                    self.tell(&Event::OverBudget {
                        task,
                        program,
                        inlined_bytes: result.inlined_bytes,
                    })?;
                }
            }
            self.inlined.extend(item.key);
            inlined.push((item.role, result));
        }
        Ok(inlined)
    }

    fn store(
        &mut self,
        inlined: &[(Role, InlinedItem)],
        report: &mut TaskReport,
    ) -> Result<(), RunError> {
        let store = self.job.store;
        let keep =
            |(role, item): &(Role, InlinedItem)| store.keep(*role, item.identity, &item.file);
        let kept = self
            .stopwatch
            .time(self.clock, "store", || self.pool.map(inlined, keep));
        for result in kept.results {
            match result {
                Ok(stored) => report.new_programs += u64::from(stored? == Stored::New),
                Err(_) => report.inlining.count_error("Panic"),
            }
        }
        Ok(())
    }
}
