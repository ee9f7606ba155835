//! What a user asks for, and how it becomes a job.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use arc_programs::batt::NoCache;
use arc_programs::card::MergeError;
use arc_programs::card::mutation::MutationOptions;
use arc_programs::dsl::Dialect;
use arc_programs::program::InlineBudget;

use super::coverage::{Coverage, NoSolver};
use super::given::{self, GivenTasksError, Owner};
use super::listing::{Listed, Listing, notice_of_shard, notices_of_wrong_calls, shortfall};
use super::typed_limit::TypedLimit;
use super::{Job, Programs, Resources};
use crate::card_file::CardFileError;
use crate::claims::{ClaimError, Claims};
use crate::clock::Clock;
use crate::draw::DrawError;
use crate::event::ReportError;
use crate::library::LibraryError;
use crate::pool::Slots;
use crate::stopwatch::Stopwatch;
use crate::store::{Store, StoreError};
use crate::tasks::{Selection, Shard, Split, TaskError};
use crate::telemetry::{LogOptions, Past, ReadError, Telemetry};
use crate::words::counted;

/// Options of a run: what a user asks for; [`JobOptions::job`] makes the job of it.
#[derive(Clone, Debug)]
pub struct JobOptions {
    /// Which tasks.
    pub tasks: TaskOptions,
    /// Which programs.
    pub programs: ProgramOptions,
    /// The dialect that they are of; where none is asked for, the store's, or what leaves no
    /// doubt.
    pub dialect: Option<&'static Dialect>,
    /// The folder of the store's folders.
    pub out: PathBuf,
    /// Whether the user has named that folder: its programs count as given then.
    pub is_out_named: bool,
    /// The folder of the records, the log and the claims, and what is kept there.
    pub logs: LogOptions,
    /// Whether the tasks that the logs record as finished are passed over, unless the
    /// store lacks what was filed of them.
    pub resume: bool,
    /// Whether it divides the tasks with other instances, by claims.
    pub claim: bool,
    /// The workers, and the limits of a sample.
    pub resources: Resources,
    /// Sharing of the cores with other instances; `None` for as if there were
    /// none.
    pub cores: Option<CoreSharing>,
    /// The longest inlined text.
    pub inline_budget: InlineBudget,
    /// The bytes of memory, and on disk, that the rounds of a search may take to remember
    /// what programs came to; a run by itself remembers nothing.
    pub cache: CacheBound,
    /// Notices to the user of how the options were understood.
    pub notices: Vec<String>,
}

/// How much the rounds of a search may remember of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheBound {
    /// Bytes of memory; 0 for none.
    pub memory: u64,
    /// Bytes of all instances together on disk; 0 for none.
    pub disk: u64,
}

/// Options that choose a run's tasks.
#[derive(Clone, Debug)]
pub struct TaskOptions {
    /// The data; where there is none, [`given::tasks`] has them.
    pub path: Option<PathBuf>,
    /// The part of the data.
    pub split: Split,
    /// Which of its tasks.
    pub selection: Selection,
    /// Words of the selection that limit the time where they name no task.
    pub limits: Vec<TypedLimit>,
}

/// Options that choose a run's programs.
#[derive(Clone, Debug)]
pub enum ProgramOptions {
    /// A card for all tasks, in a file.
    Card(PathBuf),
    /// Each task's solvers and differs.
    Libraries(LibraryOptions),
    /// A card for all tasks, drawn from the store and changed.
    Drawn {
        /// What is drawn from beside the store.
        libraries: LibraryOptions,
        /// For how many tasks solvers are drawn.
        count: usize,
        /// How the card is changed, and the seed of all that is drawn.
        mutation: MutationOptions,
    },
}

/// Options that choose files of solvers and differs.
#[derive(Clone, Debug, Default)]
pub struct LibraryOptions {
    /// The solvers; the fixtures' where there are none.
    pub solvers: Vec<PathBuf>,
    /// The differs; the fixtures' where there are none.
    pub differs: Vec<PathBuf>,
    /// Whether all solvers of a store's tree are taken, and not each task's best
    /// alone.
    pub all_stored: bool,
}

/// The cores that instances share, and the place where they do.
#[derive(Clone, Debug)]
pub struct CoreSharing {
    /// The system's temporary folder.
    pub temporary: PathBuf,
    /// Number of cores.
    pub cores: usize,
}

/// Error for a job that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The tasks could not be listed.
    #[error(transparent)]
    GivenTasks(#[from] GivenTasksError),
    /// A task was asked for that is not there.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// A path of programs is not there.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The card could not be read.
    #[error(transparent)]
    Card(#[from] CardFileError),
    /// A card is of another dialect than is asked for, or than the store's.
    #[error(
        "{}: this card is in the dialect {}, expected {}",
        path.display(), found.name(), expected.name()
    )]
    CardOfOther {
        /// The file.
        path: PathBuf,
        /// The card's.
        found: &'static Dialect,
        /// The one that it should be of.
        expected: &'static Dialect,
    },
    /// No task of the run has a solver.
    #[error(transparent)]
    NoSolver(#[from] NoSolver),
    /// A search has no tasks.
    #[error("none of the {} is this shard's ({shard}); give fewer shards than there are tasks", counted(*tasks, "task"))]
    EmptyShard {
        /// The shard.
        shard: Shard,
        /// Number of the tasks of all shards.
        tasks: usize,
    },
    /// The store could not be made.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There was nothing to draw.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// The drawn programs make no card.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// The records could not be opened.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The records could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The folder of the claims could not be made.
    #[error(transparent)]
    Claim(#[from] ClaimError),
}

impl JobOptions {
    /// The job, and the records that a run of it appends to.
    ///
    /// The store, the logs and the claims are made where they are missing; all
    /// else is read. The run is named by `run_id`.
    ///
    /// # Errors
    /// [`JobError`] for what could not be read or made. What can be done without is
    /// a notice of the job instead: tasks or programs that are fewer than were
    /// asked for, cores that cannot be shared.
    pub fn job(
        self,
        run_id: String,
        clock: &dyn Clock,
        stopwatch: &mut Stopwatch,
    ) -> Result<(Job, Telemetry), JobError> {
        let (out, logs, claim) = (self.out.clone(), self.logs.clone(), self.claim);
        let cores = self.cores.clone();
        let mut job = self.plan(run_id, clock, stopwatch)?;
        job.store = Arc::new(Store::open_in(&out, job.dialect)?);
        job.slots = cores.and_then(|sharing| sharing.open(&mut job.notices));
        let telemetry = Telemetry::open(&out, &logs)?;
        job.notices.extend(telemetry.notice().map(str::to_owned));
        let folder = logs.place.folder(&out);
        job.claims = claim.then(|| Claims::open(&folder)).transpose()?;
        Ok((job, telemetry))
    }

    /// The job as far as it can be had by reading alone: nothing is made or written.
    /// It has no claims and shares no cores.
    ///
    /// # Errors
    /// [`JobError`] for what could not be read.
    pub fn plan(
        self,
        run_id: String,
        clock: &dyn Clock,
        stopwatch: &mut Stopwatch,
    ) -> Result<Job, JobError> {
        let Listing {
            tasks,
            programs,
            dialect,
            budget,
            notices: told,
        } = self.list(clock, stopwatch)?;
        let owner = self.owner();
        let are_solvers_given = self.programs.has_given_solvers();
        let Self {
            tasks: TaskOptions {
                path, selection, ..
            },
            out,
            logs,
            resume,
            resources,
            inline_budget,
            mut notices,
            ..
        } = self;
        notices.extend(told);
        notices.extend(tasks.notices().iter().map(ToString::to_string));
        let store = Store::at(&out);
        store.check_dialect(dialect)?;
        let is_random = selection.count < 0 || matches!(programs, Listed::Origin(_));
        let (programs, selected) = match programs {
            Listed::Given(programs) => {
                if let Programs::Card(card) = &programs {
                    notices.extend(notices_of_wrong_calls(card));
                }
                let selected = selection.select(&tasks)?;
                notices.extend(shortfall(&selected));
                notices.extend(notice_of_shard(&selection, &selected));
                (programs, selected)
            }
            Listed::Origin(drawing) => stopwatch.time(clock, "make card", || {
                let drawn = drawing.draw(&tasks, &store, &selection, selection.seed, None)?;
                let drawn = drawn.card()?;
                notices.extend(drawn.notices);
                Ok::<_, JobError>((Programs::Card(Arc::new(drawn.card)), drawn.selected))
            })?,
        };
        tasks.check_case(&selected.tasks, &out)?;
        let mut unused_solvers = 0;
        if let Programs::Libraries(libraries) = &programs {
            let coverage = Coverage {
                solvers: &libraries.solvers,
                selected: &selected.of_all_shards,
                tasks: &tasks,
            };
            match are_solvers_given {
                false => notices.extend(coverage.notice_of_none()),
                true => {
                    let all = || given::tasks(path.as_deref(), owner, Split::Both);
                    let unused = coverage.check(all)?;
                    unused_solvers = unused.number;
                    notices.extend(unused.notice);
                }
            }
        }
        let finished = match resume {
            true => {
                // A fingerprint says of which store it is.
                let read = || Past::read(&out, &logs.place, |_| true);
                let Past {
                    history, notice, ..
                } = stopwatch.time(clock, "read logs", read)?;
                notices.extend(notice);
                notices.extend(history.notice_of_others());
                notices.extend(history.notice_of_other_stores());
                history.finished
            }
            false => HashMap::new(),
        };
        Ok(Job {
            run_id,
            notices,
            unused_solvers,
            selected: selected.tasks,
            left_out: selected.left_out,
            finished,
            claims: None,
            tasks: Arc::new(tasks),
            programs,
            dialect,
            store: Arc::new(store),
            profile: resources.profile,
            slots: None,
            seed: selection.seed,
            round: None,
            is_random,
            budget,
            inline_budget,
            cache: Arc::new(NoCache),
        })
    }

    /// Whose programs it is given. A store counts where it is asked for: it may
    /// also be what an earlier run of the fixtures has left.
    pub(super) fn owner(&self) -> Owner {
        let (is_card, is_drawn) = match &self.programs {
            ProgramOptions::Card(_) => (true, false),
            ProgramOptions::Libraries(_) => (false, false),
            ProgramOptions::Drawn { .. } => (false, true),
        };
        let owner = Owner::given(is_card || self.programs.has_given_solvers());
        match is_drawn || self.is_out_named {
            true => owner.or_stored(&self.out),
            false => owner,
        }
    }
}

impl CoreSharing {
    /// The slots by which cores are shared; that they are not is a notice.
    pub(super) fn open(&self, notices: &mut Vec<String>) -> Option<Arc<Slots>> {
        let opened = Slots::open(&self.temporary, self.cores);
        let tell = |error| notices.push(not_shared(&error));
        opened.map_err(tell).ok().map(Arc::new)
    }
}

/// That cores are not shared, and why.
pub(crate) fn not_shared(error: &std::io::Error) -> String {
    format!("cores are not shared with other instances: {error}")
}

impl ProgramOptions {
    /// Whether the user has named files of solvers.
    fn has_given_solvers(&self) -> bool {
        !self.solvers().is_empty()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;
    use crate::clock::SystemClock;
    use crate::pool::{Profile, ProfileKind};
    use crate::tasks::Asked;
    use crate::telemetry::{LogBound, LogDetail, LogPlace};
    use arc_programs::batt::SampleBudget;
    use arc_programs::task::TaskName;

    /// What is asked for where nothing is: the fixtures, in a folder.
    pub(crate) fn options(folder: &tempfile::TempDir) -> JobOptions {
        let profile = Profile {
            kind: ProfileKind::Cpu,
            reason: String::new(),
            workers: 1,
            chunk_size: 1,
        };
        JobOptions {
            tasks: TaskOptions {
                path: None,
                split: Split::Train,
                selection: Selection::default(),
                limits: Vec::new(),
            },
            cache: CacheBound::default(),
            programs: ProgramOptions::Libraries(LibraryOptions::default()),
            dialect: None,
            out: folder.path().join("store"),
            is_out_named: true,
            logs: LogOptions {
                place: LogPlace::Named(folder.path().join("logs")),
                bound: LogBound::DEFAULT,
                detail: LogDetail::Normal,
            },
            resume: false,
            claim: false,
            resources: Resources::within(None, profile, SampleBudget::default()).unwrap(),
            cores: None,
            inline_budget: InlineBudget::DEFAULT,
            notices: vec!["told".to_owned()],
        }
    }

    fn job(options: JobOptions) -> Result<Job, JobError> {
        let clock = SystemClock::start();
        let job = options.job("run".to_owned(), &clock, &mut Stopwatch::default());
        job.map(|(job, _telemetry)| job)
    }

    #[test]
    fn nothing_named_means_the_fixtures() {
        let folder = tempfile::tempdir().unwrap();
        let job = job(options(&folder)).unwrap();
        assert_eq!(job.tasks.description(), "the fixtures");
        assert_eq!(job.selected.len(), job.tasks.names().len());
        assert_eq!(job.notices, ["told"]);
        let Programs::Libraries(libraries) = &job.programs else {
            panic!("no card was asked for");
        };
        assert!(!libraries.differs.shared().is_empty());
        assert!(job.claims.is_none() && job.slots.is_none() && job.finished.is_empty());
        assert!(folder.path().join("store/solver_md5").is_dir());
    }

    #[test]
    fn stores_whose_names_are_not_utf_8_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let of = |byte: u8| {
            let mut options = options(&folder);
            let name = OsStr::from_bytes(&[b's', byte]).to_owned();
            options.out = folder.path().join(name);
            job(options).unwrap().ingredients().fingerprint()
        };
        assert_ne!(of(0xfe), of(0xff));
    }

    #[test]
    fn what_can_be_done_without_is_a_notice() {
        let folder = tempfile::tempdir().unwrap();
        let mut options = options(&folder);
        options.tasks.selection.count = 1_000_000;
        options.cores = Some(CoreSharing {
            temporary: folder.path().join("nowhere"),
            cores: 1,
        });
        let job = job(options).unwrap();
        let [_, tasks, cores] = &job.notices[..] else {
            panic!("{:?}", job.notices);
        };
        assert!(tasks.starts_with("1000000 tasks were asked for"), "{tasks}");
        assert!(cores.starts_with("cores are not shared"), "{cores}");
    }

    #[test]
    fn what_is_not_there_is_an_error_of_its_own_kind() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("nowhere");
        let of = |change: &dyn Fn(&mut JobOptions)| {
            let mut options = options(&folder);
            change(&mut options);
            job(options).unwrap_err()
        };
        let unknown = |options: &mut JobOptions| {
            options.tasks.selection.only = vec![Asked::Task("ffffffff".to_owned())];
        };
        assert!(matches!(of(&unknown), JobError::Task(_)));
        let tasks = |options: &mut JobOptions| options.tasks.path = Some(nowhere.clone());
        assert!(matches!(of(&tasks), JobError::GivenTasks(_)));
        let solvers = |options: &mut JobOptions| {
            options.programs = ProgramOptions::Libraries(LibraryOptions {
                solvers: vec![nowhere.clone()],
                ..LibraryOptions::default()
            });
        };
        assert!(matches!(of(&solvers), JobError::Library(_)));
        let card = |options: &mut JobOptions| {
            options.programs = ProgramOptions::Card(nowhere.clone());
        };
        assert!(matches!(of(&card), JobError::Card(_)));
        std::fs::write(folder.path().join("file"), "").unwrap();
        let out = |options: &mut JobOptions| options.out = folder.path().join("file");
        assert!(matches!(of(&out), JobError::Store(_)));
        let logs = |options: &mut JobOptions| {
            options.logs.place = LogPlace::Named(folder.path().join("file"))
        };
        assert!(matches!(of(&logs), JobError::Report(_)));
    }

    #[test]
    fn a_drawn_card_is_run_on_the_tasks_that_it_was_drawn_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut options = options(&folder);
        options.tasks.selection.count = -2;
        options.programs = ProgramOptions::Drawn {
            libraries: LibraryOptions::default(),
            count: 2,
            mutation: MutationOptions {
                probability: 0.0,
                freeze_solvers: false,
                freeze_differs: false,
                every_solver: None,
                seed: 7,
            },
        };
        let job = job(options).unwrap();
        let Programs::Card(card) = &job.programs else {
            panic!("a card was asked for");
        };
        let mut drawn: Vec<TaskName> = card.solvers().iter().map(|entry| entry.task).collect();
        drawn.sort();
        let mut selected = job.selected;
        selected.sort();
        assert_eq!(drawn, selected);
    }
}
