//! Which option mends an error of the library, which knows of none.

use std::error::Error;
use std::io::{self, ErrorKind};

use run_batt::card_file::CardFileError;
use run_batt::claims::ClaimError;
use run_batt::doctor::DoctorError;
use run_batt::draw::DrawError;
use run_batt::event::ReportError;
use run_batt::file_kind::{FileKind, WrongKind};
use run_batt::job::JobError;
use run_batt::job::given::GivenTasksError;
use run_batt::library::LibraryError;
use run_batt::merge::MergeStoresError;
use run_batt::picture::TooLarge;
use run_batt::refusal::remedy;
use run_batt::run::RunError;
use run_batt::search::{GoalError, JournalError, SearchError};
use run_batt::stats::StatsError;
use run_batt::store::{AloneError, DialectError, NoLocks, NoStore, StoreError};
use run_batt::submission::{MakingError, ScoringError};
use run_batt::tasks::{Split, TaskError};
use run_batt::telemetry::ReadError;

const PROGRAMS: &str = "--tasks names the data that these solvers are for";
const SELECTED: &str = "-t, -c and -s say which tasks are run";
const START: &str = "-s says how many to pass over";
const OUT: &str = "--out names the folder of one, and run_batt makes one";
const FOLDER_OF_STORE: &str = "--out takes a folder";
const FOLDER_OF_LOGS: &str = "--logs takes a folder";
const STORE: &str = "check --out, its permissions and the free space";
const READ_STORE: &str = "check --out and its permissions";
const LOGS: &str = "check --logs, its permissions and the free space";
const ALONE: &str = "--alone goes on, where you know that none is";
const MERGED: &str = "check the permissions and the free space, and merge once more";
const READ: &str = "check --logs and its permissions";
const DATA: &str = "--tasks names other data";
const OUT_OR_DATA: &str = "--out names another store, --tasks other data";
const DRAW: &str =
    "give --solvers and --tasks that go together, or --out of a store that a run has filled";
const LONGER: &str = "give --for more time, or the rounds fewer tasks by -c";
const OTHER_END: &str =
    "--until-solved takes tasks whose outputs are all known; --rounds and --for end any search";
const ALL_OF_TRAIN: &str = "`--data both` also looks among the evaluation tasks";
const ALL_OF_EVAL: &str = "`--data both` also looks among the training tasks";
const SMALLER: &str = "--cell makes a picture smaller, as do fewer and smaller grids";
const DIALECT: &str = "--dialect says which it is, and a store has one";
const NO_PART: &str = "--data names the part";

/// Advice on an error, or on what has led to it.
pub fn advice(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(of_cause)
}

fn of_cause(error: &(dyn Error + 'static)) -> Option<&'static str> {
    // An error that only hands another one on stands in its place.
    if let Some(error) = error.downcast_ref() {
        return match error {
            RunError::Store(error) => of_cause(error),
            RunError::Report(error) => of_cause(error),
            RunError::Claim(error) => of_cause(error),
            RunError::Card(_) => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            JobError::GivenTasks(error) => of_cause(error),
            JobError::Task(error) => of_cause(error),
            JobError::Store(error) => of_cause(error),
            JobError::Draw(error) => of_cause(error),
            JobError::Report(error) => of_cause(error),
            JobError::Read(error) => of_cause(error),
            JobError::Claim(error) => of_cause(error),
            JobError::Library(error) => of_cause(error),
            JobError::Card(error) => of_cause(error),
            JobError::NoSolver(error) => Some(match error.is_in_data() {
                true => SELECTED,
                false => PROGRAMS,
            }),
            JobError::CardOfOther { .. } => Some(DIALECT),
            JobError::Merge(_) | JobError::EmptyShard { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            SearchError::Job(error) => of_cause(error),
            SearchError::Run(error) => of_cause(error),
            SearchError::Goal(error) => of_cause(error),
            SearchError::Store(error) => of_cause(error),
            SearchError::Journal(error) => of_cause(error),
            SearchError::Report(error) => of_cause(error),
            SearchError::Read(error) => of_cause(error),
            SearchError::TooShort { .. } => Some(LONGER),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            GoalError::Task(error) => of_cause(error),
            GoalError::NotSelected { .. } => Some(SELECTED),
            GoalError::NotKnown { .. } => Some(OTHER_END),
            GoalError::Store(error) => of_cause(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            DoctorError::Store(error) => of_cause(error),
            DoctorError::Alone(error) => of_cause(error),
            DoctorError::Logs(error) => of_cause(error),
            DoctorError::Report(error) => of_cause(error),
            DoctorError::Path { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            AloneError::Store(error) => of_cause(error),
            AloneError::NoLocks(error) => of_cause(error),
        };
    }
    if error.downcast_ref::<NoLocks>().is_some() {
        return Some(ALONE);
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            // The stores are no options, and what is said of the others is enough.
            MergeStoresError::NoStore(_)
            | MergeStoresError::Itself { .. }
            | MergeStoresError::NoLogs { .. }
            | MergeStoresError::Dialects { .. } => None,
            MergeStoresError::Store(error @ StoreError::Dialect(_)) => of_cause(error),
            MergeStoresError::Store(_) | MergeStoresError::Records(_) => Some(MERGED),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            StatsError::Store(error) => of_cause(error),
            StatsError::History(error) => of_cause(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            GivenTasksError::Given(error) => of_cause(error),
            GivenTasksError::Reference(_) => Some(DATA),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            DrawError::Store(error) => of_cause(error),
            DrawError::Nothing { .. } => Some(DRAW),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            TaskError::Unknown { split, .. } => match split {
                Split::Train => Some(ALL_OF_TRAIN),
                Split::Eval => Some(ALL_OF_EVAL),
                Split::Both => None,
            },
            TaskError::EmptyPart { .. } => Some(NO_PART),
            TaskError::NoneLeft { .. } => Some(START),
            TaskError::WrongKind(error) => of_cause(error),
            _ => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            MakingError::NoProgram { .. } => Some(OUT_OR_DATA),
            MakingError::NoTestSample { .. } => Some(DATA),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            ScoringError::OtherData { .. } | ScoringError::NothingKnown => Some(DATA),
            ScoringError::Empty => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            LibraryError::WrongKind(error) => of_cause(error),
            LibraryError::NoDiffers { .. } => Some(DIALECT),
            LibraryError::Unreadable { .. } | LibraryError::NoProgram { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            CardFileError::WrongKind(error) => of_cause(error),
            CardFileError::Text(_) | CardFileError::Card(_) => None,
        };
    }
    if let Some(WrongKind { found, .. }) = error.downcast_ref() {
        return of_kind(*found);
    }
    if let Some(error) = error.downcast_ref::<StoreError>() {
        match error {
            StoreError::Unwritable { reason, .. } => {
                Some(of_system(reason, FOLDER_OF_STORE, STORE))
            }
            StoreError::Unreadable { reason, .. } => {
                Some(of_system(reason, FOLDER_OF_STORE, READ_STORE))
            }
            StoreError::Dialect(error) => of_cause(error),
        }
    } else if let Some(error) = error.downcast_ref::<DialectError>() {
        match error {
            DialectError::Unreadable { reason, .. } => {
                Some(of_system(reason, FOLDER_OF_STORE, READ_STORE))
            }
            // They say what to do themselves.
            DialectError::Other { .. } | DialectError::Unknown { .. } => None,
        }
    } else if let Some(error) = error.downcast_ref::<ReportError>() {
        Some(of_system(&error.reason, FOLDER_OF_LOGS, LOGS))
    } else if let Some(error) = error.downcast_ref::<ClaimError>() {
        Some(of_system(error.reason(), FOLDER_OF_LOGS, LOGS))
    } else if let Some(error) = error.downcast_ref::<JournalError>() {
        Some(of_system(&error.reason, FOLDER_OF_STORE, STORE))
    } else if error.is::<ReadError>() {
        Some(READ)
    } else if error.is::<NoStore>() {
        Some(OUT)
    } else if error.is::<TooLarge>() {
        Some(SMALLER)
    } else {
        None
    }
}

/// What takes a file or a folder of a kind.
fn of_kind(kind: FileKind) -> Option<&'static str> {
    Some(match kind {
        FileKind::Task | FileKind::Tasks => "use --tasks",
        FileKind::Submission => "score it with run_batt score",
        FileKind::Card => "use --card",
        FileKind::Solvers => "--solvers?",
        FileKind::Differs => "--differs?",
        FileKind::Programs => "--solvers, --differs?",
        FileKind::Store => "--out? Its solvers are in its solver_dir",
        FileKind::Python => return None,
    })
}

fn of_system(
    reason: &io::Error,
    of_no_folder: &'static str,
    otherwise: &'static str,
) -> &'static str {
    match reason.kind() {
        ErrorKind::NotADirectory => of_no_folder,
        _ => remedy(reason, otherwise),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use run_batt::claims::Claims;
    use run_batt::library::Role;
    use run_batt::store::Store;

    #[test]
    fn an_error_is_advised_on_however_deep_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let store = || Store::open(&file).unwrap_err();
        let claim = || Claims::open(&file).unwrap_err();
        std::os::unix::fs::symlink("/", folder.path().join("solver_dir")).unwrap();
        let unread = || Store::at(folder.path()).tasks(Role::Solver).unwrap_err();
        let tasks = || TaskError::EmptyPart {
            path: Path::new("data").to_owned(),
        };
        let errors: [(anyhow::Error, &str); 8] = [
            (unread().into(), "check --out and its permissions"),
            (store().into(), "--out"),
            (JobError::from(store()).into(), "--out"),
            (JobError::from(DrawError::from(store())).into(), "--out"),
            (RunError::from(claim()).into(), "--logs"),
            (anyhow::Error::from(claim()).context("claiming"), "--logs"),
            (tasks().into(), "--data"),
            (
                JobError::from(GivenTasksError::Reference(tasks())).into(),
                "--tasks",
            ),
        ];
        for (error, option) in errors {
            let told = format!("{error:#}");
            assert!(!told.contains("--"), "{told}");
            let advice = advice(&error).unwrap_or_default();
            assert!(advice.contains(option), "{told}: {advice}");
        }
        assert_eq!(advice(&anyhow::anyhow!("something else")), None);
    }
}
