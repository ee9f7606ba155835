//! How a path lays out its tasks, told by the names it holds.

use std::path::{Path, PathBuf};

use super::folder::{TaskFiles, is_task_by_name};
use super::notice::Notice;
use super::{Split, TaskError};
use crate::words::counted;
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
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The parts that the split chooses, in their order. A task that two groups have is
    /// the first's; the parts of a group may not differ about one.
    pub(super) groups: Vec<Vec<Part>>,
    /// Whether training and evaluation tasks are told apart.
    pub(super) is_split: bool,
    /// What a user should know of what is not taken.
    pub(super) notices: Vec<Notice>,
    /// A JSON file that holds no task, where there is one.
    pub(super) no_task: Option<PathBuf>,
}

impl Layout {
    fn of_part(part: Part) -> Self {
        Self {
            groups: vec![vec![part]],
            ..Self::default()
        }
    }

    fn add(&mut self, found: TaskFiles) {
        self.notices.extend(found.notices());
        self.no_task = self.no_task.take().or(found.no_task.first().cloned());
        let part = |(name, path)| Part::TaskFile(name, path);
        self.groups
            .push(found.files.into_iter().map(part).collect());
    }

    /// Says what a folder also has that `taken` is taken for.
    fn say_what_is_beside(&mut self, path: &Path, entries: &[PathBuf], taken: &'static str) {
        let files = entries.iter().filter(|path| is_task_by_name(path)).count();
        if files > 0 {
            self.notices.push(Notice::TakenFor {
                path: path.to_owned(),
                taken,
                passed_over: format!("{} beside them", counted(files, "task file")),
            });
        }
    }
}

const TRAINING: &str = "training";
const EVALUATION: &str = "evaluation";

/// Whether a folder tells training and evaluation tasks apart by folders of its own.
pub(crate) fn is_split(folder: &Path) -> bool {
    [TRAINING, EVALUATION]
        .iter()
        .any(|name| folder.join(name).is_dir())
}

/// Whether a file's name says that it is a bundle, or solutions of one.
pub(crate) fn is_bundle(path: &Path) -> bool {
    let name = file_name(path);
    name.ends_with(CHALLENGES) || name.ends_with(SOLUTIONS)
}

/// What `path` holds, and what of it `split` chooses.
pub(super) fn of(path: &Path, split: Split) -> Result<Layout, TaskError> {
    match path.is_dir() {
        true => of_folder(path, split),
        false => of_file(path),
    }
}

fn of_file(path: &Path) -> Result<Layout, TaskError> {
    let name = file_name(path);
    if name.ends_with(CHALLENGES) {
        Ok(Layout::of_part(challenges(path)))
    } else if name.ends_with(SOLUTIONS) {
        Err(TaskError::layout(
            path,
            format!(
                "found solutions alone, expected the challenges they belong to; give {}",
                name.replace(SOLUTIONS, CHALLENGES)
            ),
        ))
    } else if path.extension().is_some_and(|own| own == "zip") {
        let folder = path.with_extension("");
        Err(TaskError::layout(
            path,
            format!(
                "found a zip archive, expected what is in it; unpack it: unzip {name} -d {}",
                file_name(&folder)
            ),
        ))
    } else {
        Ok(Layout::of_part(Part::File(path.to_owned())))
    }
}

fn of_folder(path: &Path, split: Split) -> Result<Layout, TaskError> {
    let entries = list(path)?;
    if entries.iter().any(|path| is_bundle(path)) {
        let mut layout = bundles(&entries, split)?;
        layout.say_what_is_beside(path, &entries, "its bundles");
        if is_split(path) {
            layout.notices.push(Notice::TakenFor {
                path: path.to_owned(),
                taken: "its bundles",
                passed_over: format!("its folders {TRAINING} and {EVALUATION}"),
            });
        }
        return Ok(layout);
    }
    let mut layout = Layout::default();
    if !is_split(path) {
        layout.add(TaskFiles::of_folders(path)?);
        return Ok(layout);
    }
    layout.is_split = true;
    for (name, is_wanted) in [
        (TRAINING, split.has_train()),
        (EVALUATION, split.has_eval()),
    ] {
        let folder = path.join(name);
        if is_wanted && folder.is_dir() {
            layout.add(TaskFiles::of_folder(&folder)?);
        }
    }
    let taken = "its folders training and evaluation";
    layout.say_what_is_beside(path, &entries, taken);
    Ok(layout)
}

fn bundles(entries: &[PathBuf], split: Split) -> Result<Layout, TaskError> {
    let (mut training, mut evaluation) = (Vec::new(), Vec::new());
    let (mut unsplit, mut test) = (Vec::new(), Vec::new());
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
                &mut test
            } else {
                &mut unsplit
            };
            group.push(challenges(path));
        }
    }
    let is_split = !training.is_empty() || !evaluation.is_empty();
    if !is_split && unsplit.is_empty() {
        unsplit = test;
    }
    // Else the tasks of a competition's hidden test are not meant: no split has them,
    // and they can be given by their file.
    let mut groups = vec![unsplit];
    if split.has_train() {
        groups.push(training);
    }
    if split.has_eval() {
        groups.push(evaluation);
    }
    Ok(Layout {
        groups,
        is_split,
        ..Layout::default()
    })
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

/// A folder's entries, sorted by name, without hidden ones.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>, TaskError> {
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
    paths.retain(|path| !file_name(path).starts_with('.'));
    paths.sort();
    Ok(paths)
}
