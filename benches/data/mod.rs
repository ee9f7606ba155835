//! What benches of drawn cards are run on.

use std::path::{Path, PathBuf};

use arc_programs::dsl::REFERENCE;
use run_batt::fixtures;
use run_batt::library::{Library, Role};
use run_batt::tasks::{Split, TaskSource};

/// The data of the environment variable `TASKS`; else the Kaggle tasks beside the
/// repository where they are there, and the fixtures where not. Which of them is printed,
/// for figures of one say nothing of another.
pub fn tasks() -> TaskSource {
    let kaggle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/arc/kaggle-2025");
    let path = match std::env::var_os("TASKS") {
        Some(path) => Some(PathBuf::from(path)),
        None => Some(kaggle).filter(|path| path.exists()),
    };
    match path {
        Some(path) => {
            println!("tasks of {}", path.display());
            TaskSource::open(&path, Split::Both)
        }
        None => {
            println!("tasks of the fixtures: `TASKS` names others");
            fixtures::tasks()
        }
    }
    .expect("tasks")
}

/// The solvers of the environment variable `SOLVERS`, or the fixtures'.
pub fn solvers() -> Library {
    match std::env::var_os("SOLVERS") {
        Some(path) => {
            Library::open(Role::Solver, &REFERENCE, &[path.into()]).expect("a folder of solvers")
        }
        None => fixtures::library(Role::Solver),
    }
}
