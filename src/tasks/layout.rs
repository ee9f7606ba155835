//! How a path lays out its tasks, told by the names it holds.

use std::path::{Path, PathBuf};

use super::{Split, TaskError};
use arc_programs::task::TaskName;

const CHALLENGES: &str = "_challenges.json";
const SOLUTIONS: &str = "_solutions.json";

/// A file that holds tasks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// One task.
    TaskFile(TaskName, PathBuf),
    /// A Kaggle bundle: the tasks, and elsewhere the outputs of their test
    /// samples.
    Challenges {
        path: PathBuf,
        solutions: Option<PathBuf>,
    },
    /// A file whose content has to tell.
    File(PathBuf),
}

/// What a path holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The parts that the split chooses, in their order.
    pub(super) parts: Vec<Part>,
    /// Whether training and evaluation tasks are told apart.
    pub(super) is_split: bool,
}

impl Layout {
    fn unsplit(parts: Vec<Part>) -> Self {
        Self {
            parts,
            is_split: false,
        }
    }
}

/// What `path` holds, and what of it `split` chooses.
pub(super) fn of(path: &Path, split: Split) -> Result<Layout, TaskError> {
    let name = file_name(path);
    if !path.is_dir() {
        return if name.ends_with(CHALLENGES) {
            Ok(Layout::unsplit(vec![challenges(path)]))
        } else if name.ends_with(SOLUTIONS) {
            Err(TaskError::layout(
                path,
                format!(
                    "found solutions alone, expected the challenges they belong to; give {}",
                    name.replace(SOLUTIONS, CHALLENGES)
                ),
            ))
        } else {
            Ok(Layout::unsplit(vec![Part::File(path.to_owned())]))
        };
    }
    let entries = list(path)?;
    let is_bundle = |path: &PathBuf| {
        let name = file_name(path);
        name.ends_with(CHALLENGES) || name.ends_with(SOLUTIONS)
    };
    if entries.iter().any(is_bundle) {
        return bundles(&entries, split);
    }
    let split_folders = [
        ("training", split.has_train()),
        ("evaluation", split.has_eval()),
    ];
    if split_folders
        .iter()
        .any(|(name, _)| path.join(name).is_dir())
    {
        let mut parts = Vec::new();
        for (name, is_wanted) in split_folders {
            let folder = path.join(name);
            if is_wanted && folder.is_dir() {
                parts.extend(task_files(&list(&folder)?)?);
            }
        }
        return Ok(Layout {
            parts,
            is_split: true,
        });
    }
    Ok(Layout::unsplit(task_files(&entries)?))
}

/// The task that a file of the name `<task>.json` holds.
pub(super) fn task_of_file(path: &Path) -> Result<TaskName, TaskError> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.parse().map_err(|error| {
        TaskError::layout(
            path,
            format!("the file's name {error}; rename it or move it out of the folder of tasks"),
        )
    })
}

fn task_files(entries: &[PathBuf]) -> Result<Vec<Part>, TaskError> {
    entries
        .iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| Ok(Part::TaskFile(task_of_file(path)?, path.clone())))
        .collect()
}

fn bundles(entries: &[PathBuf], split: Split) -> Result<Layout, TaskError> {
    let (mut training, mut evaluation, mut unsplit) = (Vec::new(), Vec::new(), Vec::new());
    for path in entries {
        let name = file_name(path);
        if let Some(stem) = name.strip_suffix(SOLUTIONS) {
            let partner = path.with_file_name(format!("{stem}{CHALLENGES}"));
            if !partner.is_file() {
                return Err(TaskError::layout(
                    path,
                    format!(
                        "found solutions without their challenges, expected {stem}{CHALLENGES} beside them"
                    ),
                ));
            }
        } else if let Some(stem) = name.strip_suffix(CHALLENGES) {
            let group = if stem.contains("training") {
                &mut training
            } else if stem.contains("evaluation") {
                &mut evaluation
            } else if stem.ends_with("test") {
                // The tasks of a competition's hidden test: no split has them,
                // and they can be given by their file.
                continue;
            } else {
                &mut unsplit
            };
            group.push(challenges(path));
        }
    }
    let is_split = !training.is_empty() || !evaluation.is_empty();
    let mut parts = unsplit;
    if split.has_train() {
        parts.append(&mut training);
    }
    if split.has_eval() {
        parts.append(&mut evaluation);
    }
    Ok(Layout { parts, is_split })
}

fn challenges(path: &Path) -> Part {
    let solutions = path.with_file_name(file_name(path).replace(CHALLENGES, SOLUTIONS));
    Part::Challenges {
        path: path.to_owned(),
        solutions: solutions.is_file().then_some(solutions),
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// A folder's entries, sorted by name.
fn list(folder: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let unlistable = |reason| TaskError::Unlistable {
        path: folder.to_owned(),
        reason,
    };
    let mut paths = std::fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(unlistable)?;
    paths.sort();
    Ok(paths)
}
