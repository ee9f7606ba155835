//! From a store, its logs and data to a report: what is read, and the tasks on the pool.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use arc_programs::Solver;
use arc_programs::batt::{SampleBudget, samples_of};
use arc_programs::dsl::Dialect;
use arc_programs::evaluation::Limits;
use arc_programs::task::{Task, TaskName};

use super::Report;
use super::drawing::draw;
use super::moment::Since;
use super::news::News;
use super::pace::PaceStory;
use super::room::Room;
use super::story::{DifferStory, ProgramStory, ProgramText, RiseStory, TaskStory, Times};
use super::timeline::Timeline;
use crate::library::{Role, StoredSolver};
use crate::pool::Pool;
use crate::shown_path::shown;
use crate::stats::{RememberedData, Stats, StatsAndPast, StatsError, StatsTasks, TaskBest};
use crate::store::{NoStore, Standing, Store, StoreError, TaskTree};
use crate::tasks::TaskSource;
use crate::telemetry::{Failure, History, LogPlace, ReadError, Rise, last_lines};
use crate::text_file::read_text;
use crate::words::counted;

/// The most steps that a program may take on a sample to be drawn there. The dearest of
/// the reference's 391 solvers takes nine million on all samples of its task.
pub const DRAWN_STEPS: u64 = 3_000_000;

/// The most differs of a task that are shown.
const DIFFERS: usize = 4;

/// The most characters of a program that are shown. A store is tidied of larger ones.
const TEXT: usize = 10_000;

/// The most failures, of different messages, that are told.
const FAILURES: usize = 50;

/// The most lines of the log that are shown.
const LOG_LINES: usize = 60;

/// The most names in a notice.
const NAMED: usize = 5;

/// What a report is made of.
pub struct Making<'a> {
    /// The store, which may be missing where there are records.
    pub store: &'a Store,
    /// The dialect of the store.
    pub dialect: &'static Dialect,
    /// Where its logs are.
    pub logs: &'a LogPlace,
    /// The tasks that are drawn, and whose samples say what a full score is, as for the
    /// statistics.
    pub tasks: StatsTasks<'a>,
    /// Since when something is new.
    pub since: Since,
    /// The limits of a program on a sample.
    pub budget: SampleBudget,
    /// Timestamp of now.
    pub now: &'a str,
}

/// Error for a report that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum MakingError {
    /// There is neither store nor record.
    #[error("{no_store}; nor records of it in {logs}")]
    Nothing {
        /// The store.
        no_store: NoStore,
        /// The folder of the logs.
        logs: String,
    },
    /// The store or the logs cannot be read.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// A log cannot be read.
    #[error(transparent)]
    Logs(#[from] ReadError),
    /// The store cannot be listed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Data that tasks are drawn from: those that the records remember go before those that
/// are given, where the user has not named any.
struct Data<'a> {
    remembered: &'a [TaskSource],
    given: Option<&'a TaskSource>,
}

impl Data<'_> {
    fn sources(&self) -> impl Iterator<Item = &TaskSource> {
        self.remembered.iter().chain(self.given)
    }

    /// Descriptions of those that have one of these tasks.
    fn descriptions(&self, known: &[Known<'_>]) -> Vec<String> {
        let names = || known.iter().filter_map(|own| own.name);
        let has_one = |source: &&TaskSource| names().any(|name| source.contains(name));
        self.sources()
            .filter(has_one)
            .map(TaskSource::description)
            .collect()
    }

    /// The task, and why it cannot be drawn.
    fn load(&self, name: TaskName) -> Result<Task, String> {
        match self.sources().find(|source| source.contains(name)) {
            Some(source) => source.load(name).map_err(|error| error.to_string()),
            None => Err(MISSING.to_owned()),
        }
    }
}

/// Why a task is not drawn that no data have.
const MISSING: &str = "not in the data";

/// A task, and all that is known of it before it is drawn.
struct Known<'a> {
    task: &'a str,
    name: Option<TaskName>,
    best: Option<&'a TaskBest>,
    tree: Option<&'a TaskTree>,
    history: Vec<&'a Rise>,
}

impl Making<'_> {
    /// Makes the report: the same for any number of workers.
    ///
    /// # Errors
    /// [`MakingError`] where there is neither a store nor a record of it, or where they
    /// cannot be read.
    pub fn on(&self, pool: &Pool) -> Result<Report, MakingError> {
        let StatsAndPast {
            stats,
            mut history,
            folders,
            trees,
            remembered,
        } = Stats::read_with_past(self.store, self.tasks, self.logs)?;
        if stats.rounds.is_empty()
            && let Err(no_store) = Store::existing(self.store.out())
        {
            let logs = self.logs.folder(self.store.out());
            return Err(MakingError::Nothing {
                no_store,
                logs: shown(&logs).to_string(),
            });
        }
        let mut log = Vec::new();
        for folder in &folders {
            history.course.add_refused_threads(folder)?;
            log.extend(last_lines(folder, LOG_LINES)?);
        }
        log.drain(..log.len().saturating_sub(LOG_LINES));
        let mut notices = stats.notes.clone();
        notices.extend(self.missing_part(&stats));
        let data = self.data(&remembered, &mut notices);
        let known = known(&stats, &trees, &history);
        let differ_trees = self.differ_trees(&known)?;
        let drawn = pool.map(&known, |known| {
            let differs = known.name.and_then(|name| differ_trees.get(&name));
            self.story(known, differs, &data, &history)
        });
        let mut tasks: Vec<TaskStory> = Vec::with_capacity(known.len());
        for (known, result) in known.iter().zip(drawn.results) {
            tasks.push(result.unwrap_or_else(|not_done| TaskStory {
                problem: Some(not_done.to_string()),
                ..known.begun(&history)
            }));
        }
        let cut = Room::of_page(tasks.len()).fit(&mut tasks);
        notices.extend(of_tasks(&tasks, cut));
        let since = self.since.timestamp(self.now);
        let minutes = &history.course.minutes;
        Ok(Report {
            name: name_of(self.store.out()),
            store: shown(self.store.out()).to_string(),
            made: self.now.to_owned(),
            version: env!("CARGO_PKG_VERSION"),
            data: data.descriptions(&known),
            notices,
            timeline: Timeline::of(&history.rises, &stats.rounds),
            news: News::of(since, &history.rises, &stats.rounds, minutes),
            differs: self.differ_texts(&tasks),
            tasks,
            pace: PaceStory::of(&history.course),
            failures: failures(&history.course.failures),
            log,
            stats,
        })
    }

    /// What is said where there are records without a store, or a store without records.
    fn missing_part(&self, stats: &Stats) -> Option<String> {
        let out = shown(self.store.out());
        let logs = self.logs.folder(self.store.out());
        if !self.store.is_there() {
            return Some(format!(
                "there is no store under {out}, so no programs are shown: what is told is of the records in {}",
                shown(&logs)
            ));
        }
        stats.rounds.is_empty().then(|| {
            format!(
                "there are no records of this store in {}, so how it came to be is not told",
                shown(&logs)
            )
        })
    }

    /// The data to draw from.
    fn data<'a>(&'a self, remembered: &'a RememberedData, notices: &mut Vec<String>) -> Data<'a> {
        let usual = match self.tasks {
            StatsTasks::Named(named) => {
                return Data {
                    remembered: &[],
                    given: Some(named),
                };
            }
            StatsTasks::Recorded(usual) => usual,
        };
        let told = |problem: &String| {
            format!(
                "the data of earlier runs cannot be read; --tasks names where they are: {problem}"
            )
        };
        notices.extend(remembered.problems().iter().map(told));
        Data {
            remembered: remembered.sources(),
            given: usual,
        }
    }

    fn differ_trees(&self, known: &[Known<'_>]) -> Result<HashMap<TaskName, TaskTree>, StoreError> {
        let with_differs: BTreeSet<TaskName> =
            self.store.tasks(Role::Differ)?.into_iter().collect();
        let names = known.iter().filter_map(|known| known.name);
        names
            .filter(|name| with_differs.contains(name))
            .map(|name| Ok((name, self.store.tree(Role::Differ, name)?)))
            .collect()
    }

    fn story(
        &self,
        known: &Known<'_>,
        differs: Option<&TaskTree>,
        data: &Data<'_>,
        history: &History,
    ) -> TaskStory {
        let mut story = known.begun(history);
        if let Some(differs) = differs {
            story.differs_kept = differs.standings().len();
            let best = differs.standings().iter().rev().take(DIFFERS);
            let told = |standing: &Standing| DifferStory {
                score: standing.score,
                speed: standing.speed,
                identity: standing.identity.to_string(),
            };
            story.differs = best.map(told).collect();
        }
        let Some(name) = known.name else {
            return story;
        };
        let mut solver = None;
        if let Some(tree) = known.tree
            && let Some(standing) = tree.best()
        {
            match best_program(self.dialect, name, tree, standing) {
                Ok((program, told)) => {
                    solver = Some(program);
                    story.program = Some(told);
                }
                Err(problem) => story.problem = Some(problem),
            }
        }
        match data.load(name).and_then(|task| {
            let inputs = samples_of(&task).map_err(|failure| failure.to_string())?;
            Ok((task, inputs))
        }) {
            Ok((task, inputs)) => {
                story.samples = draw(&task, &inputs, solver.as_ref(), || self.limits());
                story.shown = shown_sample(&story);
            }
            Err(problem) => story.problem = Some(problem),
        }
        story
    }

    fn limits(&self) -> Limits {
        let limits = self.budget.limits_from_now();
        Limits {
            steps: limits.steps.min(DRAWN_STEPS),
            ..limits
        }
    }

    /// The texts of the differs that tasks name.
    fn differ_texts(&self, tasks: &[TaskStory]) -> BTreeMap<String, ProgramText> {
        let named = tasks.iter().flat_map(|own| &own.differs);
        let named: BTreeSet<&str> = named.map(|own| own.identity.as_str()).collect();
        let text = |identity: &str| {
            let path = self.store.path(Role::Differ, identity.parse().ok()?);
            let text = read_text(&path).ok()?;
            let told = ProgramText::new(shown(&path).to_string(), text, TEXT);
            Some((identity.to_owned(), told))
        };
        named.into_iter().filter_map(text).collect()
    }
}

impl Known<'_> {
    /// What is known without data.
    fn begun(&self, history: &History) -> TaskStory {
        let full = match self.best {
            Some(best) => best.full_score,
            None => history
                .full_score(self.task, || None)
                .map(|full| full.score),
        };
        let recorded = self.history.last();
        TaskStory {
            task: self.task.to_owned(),
            best: match (self.best, recorded) {
                (Some(best), _) => best.score,
                (None, recorded) => recorded.map_or(0, |rise| rise.now),
            },
            full,
            verdict: match self.best {
                Some(best) => best.verdict,
                None => full.and(Some(
                    recorded.map_or_else(Default::default, |rise| rise.verdict),
                )),
            },
            solvers: self.best.map_or(0, |best| best.solvers),
            differs_kept: 0,
            program: None,
            differs: Vec::new(),
            samples: Vec::new(),
            shown: None,
            samples_left_out: 0,
            thumbnails_left_out: false,
            problem: None,
            history: self
                .history
                .iter()
                .map(|rise| RiseStory::from(*rise))
                .collect(),
            times: history
                .course
                .tasks
                .get(self.task)
                .map_or_else(Times::default, Times::from),
        }
    }
}

/// Name of the folder that a store is in, which a path such as `.` does not say.
fn name_of(out: &Path) -> String {
    let absolute = std::path::absolute(out);
    let name = absolute.as_deref().ok().and_then(Path::file_name);
    name.map_or_else(
        || shown(out).to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// All tasks, of the store and of the records, by name.
fn known<'a>(
    stats: &'a Stats,
    trees: &'a [(TaskName, TaskTree)],
    history: &'a History,
) -> Vec<Known<'a>> {
    let mut known: BTreeMap<&str, Known<'_>> = BTreeMap::new();
    let new = |task: &'a str| Known {
        task,
        name: task.parse().ok(),
        best: None,
        tree: None,
        history: Vec::new(),
    };
    for (best, (_, tree)) in stats.best.iter().zip(trees) {
        let own = known
            .entry(best.task.as_str())
            .or_insert_with_key(|task| new(task));
        own.best = Some(best);
        own.tree = Some(tree);
    }
    for (task, _) in history.best_scores() {
        known.entry(task).or_insert_with(|| new(task));
    }
    for rise in &history.rises {
        let own = known.entry(&rise.task).or_insert_with(|| new(&rise.task));
        own.history.push(rise);
    }
    known.into_values().collect()
}

/// The best solver of a task, ready and as it is told.
fn best_program(
    dialect: &'static Dialect,
    name: TaskName,
    tree: &TaskTree,
    standing: &Standing,
) -> Result<(Solver, ProgramStory), String> {
    let read = StoredSolver::read(dialect, name, tree, standing);
    let StoredSolver { program, path, .. } = read.map_err(|problems| {
        let first = problems.into_iter().next();
        first.unwrap_or_else(|| format!("{}: has no solver", tree.path(standing).display()))
    })?;
    let solver = Solver::in_dialect(dialect, &program)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let text = program.expanded_file();
    let told = ProgramStory {
        identity: standing.identity.to_string(),
        speed: standing.speed,
        text: ProgramText::new(shown(&path).to_string(), text, TEXT),
    };
    Ok((solver, told))
}

/// The sample that thumbnails show: the first test sample, or the first of all where
/// nothing is asked; of a task that is not solved the first that is not met.
fn shown_sample(story: &TaskStory) -> Option<usize> {
    let samples = &story.samples;
    let is_missed = |sample: &super::SampleStory| sample.score.is_some_and(|score| score < 1000);
    let test = || {
        samples
            .iter()
            .position(|sample| sample.name.starts_with("test"))
    };
    let missed = samples.iter().position(is_missed);
    missed.or_else(test).or((!samples.is_empty()).then_some(0))
}

/// What is to be said of tasks that are not drawn whole.
fn of_tasks(tasks: &[TaskStory], cut: usize) -> Vec<String> {
    let missing: Vec<&str> = tasks
        .iter()
        .filter(|own| own.problem.as_deref() == Some(MISSING))
        .map(|own| own.task.as_str())
        .collect();
    let mut notices = Vec::new();
    if !missing.is_empty() {
        let named = missing[..missing.len().min(NAMED)].join(", ");
        let more = match missing.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (they, are) = if missing.len() == 1 {
            ("it", "is")
        } else {
            ("they", "are")
        };
        notices.push(format!(
            "the data lack {} of the store or its records, so {they} {are} not drawn: {named}{more}",
            counted(missing.len(), "task"),
        ));
    }
    let is_other = |own: &&TaskStory| own.problem.as_deref().is_some_and(|own| own != MISSING);
    let others = tasks.iter().filter(is_other);
    notices.extend(others.clone().take(NAMED).map(|own| {
        let problem = own.problem.as_deref().unwrap_or_default();
        format!("task {}: {problem}", own.task)
    }));
    let more = others.count().saturating_sub(NAMED);
    if more > 0 {
        notices.push(format!(
            "{} with something wrong; each says it where it is opened",
            counted(more, "more task")
        ));
    }
    if cut > 0 {
        notices.push(format!(
            "of {} not all samples are shown, for the page would be too large",
            counted(cut, "large task")
        ));
    }
    notices
}

/// The last failure with each message, and how often it was, the last first.
fn failures(all: &[Failure]) -> Vec<(Failure, u64)> {
    let mut told: Vec<(Failure, u64)> = Vec::new();
    for failure in all.iter().rev() {
        let same = told
            .iter()
            .position(|(own, _)| own.message == failure.message);
        match same {
            Some(place) => told[place].1 += 1,
            None if told.len() < FAILURES => told.push((failure.clone(), 1)),
            None => {}
        }
    }
    told
}
