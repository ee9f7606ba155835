//! Which tasks a path has, and where each stands: the parts of its layout one after
//! the other, checked against each other.
//!
//! A task that training and evaluation tasks both have is the first's, as it always
//! was. But two files of one part that have a task, or solutions that are none of the
//! challenges', can be a mistake alone: of files that do not differ one is taken, and
//! what contradicts itself is refused.

use std::ops::Range;
use std::path::{Path, PathBuf};

use arc_programs::json_error::JsonError;
use arc_programs::task::{Sample, Task, TaskName};
use arc_programs::value::Grid;
use indexmap::IndexMap;
use indexmap::map::Entry;

use super::bundle::{Member, Places, members, members_by_task, tasks_on_disk};
use super::folder::task_of_file;
use super::layout::{self, Part};
use super::notice::Notice;
use super::source::{Content, Place, Slice, TaskLocation, Twice};
use super::{Split, TaskError, TaskSource};
use crate::file_kind::{self, FileKind};
use crate::text_file::read_text;
use crate::words::counted;

impl TaskSource {
    /// The tasks of a path; of what is none, nothing but that is said.
    pub(super) fn list(path: &Path, split: Split) -> Result<Self, TaskError> {
        let mut source = Self::of_nothing(path.display().to_string(), split);
        source.path = Some(path.to_owned());
        let layout = layout::of(path, split)?;
        source.is_split = layout.is_split;
        source.notices = layout.notices;
        for group in layout.groups {
            source.group += 1;
            for part in group {
                match part {
                    Part::TaskFile(name, path) => source.add(name, TaskLocation::File(path))?,
                    Part::Challenges { path, solutions } => {
                        source.add_challenges(path, solutions)?;
                    }
                    Part::File(path) => source.add_file(path)?,
                }
            }
        }
        if source.places.is_empty() {
            let path = path.to_owned();
            return Err(match source.is_split {
                true => TaskError::EmptyPart { path },
                false => TaskError::Empty {
                    path,
                    within: None,
                    no_task: layout.no_task,
                },
            });
        }
        source
            .notices
            .extend(source.twice.take().map(|(twice, tasks)| {
                let Twice { task, taken, other } = twice;
                Notice::Twice {
                    first: task,
                    tasks,
                    taken,
                    other,
                }
            }));
        Ok(source)
    }

    /// A task that two groups of parts hold is the first group's. One that a group holds
    /// twice is the first, too, if it is the same; else nobody can say which is meant.
    pub(super) fn add(&mut self, name: TaskName, location: TaskLocation) -> Result<(), TaskError> {
        let group = self.group;
        let found = match self.places.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(Place { group, location });
                return Ok(());
            }
            Entry::Occupied(entry) => entry.index(),
        };
        let first = &self.places[found];
        if first.group != group {
            return Ok(());
        }
        let (taken, other) = (self.file_of(&first.location), self.file_of(&location));
        let tasks = [&first.location, &location].map(|own| self.load_from(name, own));
        match tasks {
            [Ok(first), Ok(second)] if is_same(&first, &second) => {
                let twice = Twice {
                    task: name,
                    taken: taken.to_owned(),
                    other: other.to_owned(),
                };
                self.twice.get_or_insert((twice, 0)).1 += 1;
                Ok(())
            }
            _ => Err(TaskError::Twice {
                task: Box::new(name),
                first: taken.to_owned(),
                second: other.to_owned(),
            }),
        }
    }

    fn file_of<'a>(&'a self, location: &'a TaskLocation) -> &'a Path {
        match location {
            TaskLocation::File(path) => path,
            TaskLocation::Text { task, .. } => &self.texts[task.text].path,
        }
    }

    /// The tasks of a bundle, and where in which text they stand.
    fn read_bundle(&mut self, path: PathBuf) -> Result<Vec<(TaskName, Slice)>, TaskError> {
        let (content, tasks) = match tasks_on_disk(&path) {
            Some((file, tasks)) => (Content::Disk(file), tasks),
            None => {
                let text = read_text(&path)?;
                let tasks = members_by_task(&path, &text, 0..text.len())?;
                (Content::Memory(text.into()), tasks)
            }
        };
        let text = self.add_text(path, content);
        let task = |(id, range)| (id, Slice { text, range });
        Ok(tasks.into_iter().map(task).collect())
    }

    fn add_challenges(
        &mut self,
        path: PathBuf,
        solutions: Option<PathBuf>,
    ) -> Result<(), TaskError> {
        let mut by_task = IndexMap::new();
        if let Some(path) = &solutions {
            by_task.extend(self.read_bundle(path.clone())?);
        }
        let solved = by_task.len();
        let tasks = self.read_bundle(path.clone())?;
        let challenges = tasks.len();
        for (name, task) in tasks {
            let solution = by_task.swap_remove(&name);
            self.add(name, TaskLocation::Text { task, solution })?;
        }
        let (known, unused) = (solved - by_task.len(), by_task.len());
        match solutions {
            Some(solutions) if known == 0 && unused > 0 && challenges > 0 => {
                Err(TaskError::layout(
                    &solutions,
                    format!(
                        "found solutions of none of the tasks of {}, expected theirs; put these beside it, or move this file away to have the outputs unknown",
                        path.display()
                    ),
                ))
            }
            Some(solutions) if known < challenges && unused > 0 => {
                self.notices.push(Notice::FewSolutions {
                    solutions,
                    known,
                    challenges,
                    unused,
                });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A JSON file that its name says nothing about: a task, tasks by split, tasks by
    /// name.
    fn add_file(&mut self, path: PathBuf) -> Result<(), TaskError> {
        let content = read_text(&path)?;
        let path = path.as_path();
        let whole = 0..content.len();
        let kind = FileKind::of_text(path, &content);
        if let Some(found @ FileKind::Submission) = kind {
            return Err(TaskError::wrong_kind(path, found));
        }
        if content.trim_start().starts_with('[') && kind == Some(FileKind::Task) {
            let name = task_of_file(path)?;
            return self.add_from(path, content, vec![vec![(name, whole)]]);
        }
        let outer = members(path, &content, whole.clone())?;
        let starts_with = |name: &str, bracket| {
            let is_member = |member: &&_| {
                let Member { name: own, value } = member;
                own == name && content[value.clone()].starts_with(bracket)
            };
            outer
                .iter()
                .find(is_member)
                .map(|member| member.value.clone())
        };
        let mut taken_for = |taken, own: &[&str]| {
            let is_other = |member: &&Member| {
                let value = &content[member.value.clone()];
                !own.contains(&&*member.name) && file_kind::is_task(value)
            };
            let tasks = outer.iter().filter(is_other).count();
            if tasks > 0 {
                self.notices.push(Notice::TakenFor {
                    path: path.to_owned(),
                    taken,
                    passed_over: format!("{} beside", counted(tasks, "task")),
                });
            }
        };
        let lists = ["train", "test"].map(|name| starts_with(name, '['));
        let found = if let [Some(_), None] | [None, Some(_)] = lists {
            let problem = "a task with one of the lists `train` and `test`, expected both";
            let error = JsonError::at(&content, 0, problem);
            return Err(TaskError::in_file(path)(error));
        } else if let [Some(_), Some(_)] = lists {
            taken_for("one task, having train and test", &["train", "test"]);
            let task = (task_of_file(path)?, whole);
            return self.add_from(path, content, vec![vec![task]]);
        } else if starts_with("train", '{').is_some() || starts_with("eval", '{').is_some() {
            taken_for("tasks by split, having train or eval", &["train", "eval"]);
            let mut found = Vec::new();
            for (name, is_wanted) in [
                ("train", self.split.has_train()),
                ("eval", self.split.has_eval()),
            ] {
                if let Some(range) = starts_with(name, '{').filter(|_| is_wanted) {
                    self.is_split = true;
                    found.push(members_by_task(path, &content, range)?);
                }
            }
            found
        } else {
            vec![members_by_task(path, &content, whole)?]
        };
        let places = || found.iter().flatten();
        let is_task = |(name, range): &(TaskName, Range<usize>)| {
            name.is_hexadecimal() || file_kind::is_task(&content[range.clone()])
        };
        if places().next().is_some() && !places().any(is_task) {
            let problem = "an object without a task, expected one, {\"train\": […], \"test\": […]}, or tasks by their names";
            let error = JsonError::at(&content, 0, problem);
            return Err(TaskError::in_file(path)(error));
        }
        self.add_from(path, content, found)
    }

    /// The tasks of a text, by groups.
    fn add_from(
        &mut self,
        path: &Path,
        content: String,
        groups: Vec<Places>,
    ) -> Result<(), TaskError> {
        let text = self.add_text(path.to_owned(), Content::Memory(content.into()));
        for group in groups {
            self.group += 1;
            for (name, range) in group {
                let task = Slice { text, range };
                let solution = None;
                self.add(name, TaskLocation::Text { task, solution })?;
            }
        }
        Ok(())
    }
}

/// Whether two tasks are the same, but for their names.
fn is_same(first: &Task, second: &Task) -> bool {
    let is_same_grid = |first: &Grid, second: &Grid| {
        first.height() == second.height()
            && first.width() == second.width()
            && first.cells() == second.cells()
    };
    let is_same_sample = |(first, second): (&Sample, &Sample)| {
        is_same_grid(&first.input, &second.input)
            && match (&first.output, &second.output) {
                (Some(first), Some(second)) => is_same_grid(first, second),
                (None, None) => true,
                _ => false,
            }
    };
    let is_same_list = |first: &[Sample], second: &[Sample]| {
        first.len() == second.len() && first.iter().zip(second).all(is_same_sample)
    };
    is_same_list(&first.demo, &second.demo) && is_same_list(&first.test, &second.test)
}
