//! What a user should know about data that were listed.

use std::fmt;
use std::path::PathBuf;

use arc_programs::task::TaskName;

use crate::words::counted;

/// Notice about data: what of it was taken, and what not. It stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A path may be several things.
    TakenFor {
        /// The file or the folder.
        path: PathBuf,
        /// What it was taken for.
        taken: &'static str,
        /// What it also has.
        passed_over: String,
    },
    /// JSON files among the task files hold no task.
    NoTask {
        /// The first of them.
        first: PathBuf,
        /// How many they are.
        files: usize,
    },
    /// The names of task files are no names of tasks.
    NoName {
        /// The first of them.
        first: PathBuf,
        /// How many they are.
        files: usize,
        /// What is wrong with the first.
        reason: &'static str,
    },
    /// Folders among those of task files are data of their own.
    OwnData {
        /// The first of them.
        first: PathBuf,
        /// How many they are.
        folders: usize,
    },
    /// Files have the same tasks, and do not differ about them.
    Twice {
        /// One of these tasks.
        first: TaskName,
        /// How many they are.
        tasks: usize,
        /// The file that it is read from.
        taken: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// Few of the challenges have solutions, which are for other tasks.
    FewSolutions {
        /// The solutions.
        solutions: PathBuf,
        /// The challenges that they have solutions of.
        known: usize,
        /// How many challenges there are.
        challenges: usize,
        /// The solutions that are for none of them.
        unused: usize,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TakenFor {
                path,
                taken,
                passed_over,
            } => write!(
                formatter,
                "{}: taken for {taken}; {passed_over} passed over",
                path.display()
            ),
            Self::NoTask { first, files: 1 } => write!(
                formatter,
                "{}: passed over, it holds no task",
                first.display()
            ),
            Self::NoTask { first, files } => write!(
                formatter,
                "{files} JSON files are passed over, they hold no task: {} and others",
                first.display()
            ),
            Self::NoName {
                first,
                files: 1,
                reason,
            } => write!(
                formatter,
                "{}: passed over, its name is not a task's: {reason}; rename it",
                first.display()
            ),
            Self::NoName {
                first,
                files,
                reason,
            } => write!(
                formatter,
                "{files} files are passed over, their names are not tasks': {} ({reason}) and others; rename them",
                first.display()
            ),
            Self::OwnData { first, folders: 1 } => write!(
                formatter,
                "{}: passed over, it is data of its own; give it by its path",
                first.display()
            ),
            Self::OwnData { first, folders } => write!(
                formatter,
                "{folders} folders are passed over, they are data of their own: {} and others; give them by their paths",
                first.display()
            ),
            Self::Twice {
                first,
                tasks,
                taken,
                other,
            } => {
                if *tasks > 1 {
                    write!(formatter, "{tasks} tasks are twice in the data, alike: ")?;
                }
                write!(
                    formatter,
                    "task {first} of {} is in {} too, which is passed over for it",
                    taken.display(),
                    other.display()
                )
            }
            Self::FewSolutions {
                solutions,
                known,
                challenges,
                unused,
            } => write!(
                formatter,
                "{}: solutions of {known} of {}, and {unused} that are for none of them; do they belong together?",
                solutions.display(),
                counted(*challenges, "challenge")
            ),
        }
    }
}
