//! One JSON file that holds many tasks: which tasks, and where in its text.
//!
//! Only the outermost object is taken apart here; what stands under a task's name is
//! left as a range of the text, and read when the task is.

use std::collections::HashSet;
use std::fs::File;
use std::ops::Range;
use std::path::Path;

use serde_json::value::RawValue;

use arc_programs::json_error::JsonError;
use arc_programs::task::{NotATaskName, TaskName};

use super::{TaskError, scan};
use crate::json_members::RawMembers;
use crate::text_file::MAXIMUM_FILE_BYTES;

/// A member of a JSON object: its name, and where its value stands.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) value: Range<usize>,
}

/// Tasks, and where each stands in a text, in their order.
pub(super) type Places = Vec<(TaskName, Range<usize>)>;

/// The members of the object at `range` of a file's text, in their order.
pub(super) fn members(
    path: &Path,
    text: &str,
    range: Range<usize>,
) -> Result<Vec<Member>, TaskError> {
    let part = &text[range.clone()];
    if let Some(found) = scan::members(part.as_bytes()) {
        let place = |value: Range<usize>| range.start + value.start..range.start + value.end;
        let member = |(name, value)| Member {
            name,
            value: place(value),
        };
        return Ok(found.into_iter().map(member).collect());
    }
    let RawMembers(members) = serde_json::from_str(part)
        .map_err(|error| JsonError::of_part(text, range.start, &error))
        .map_err(TaskError::in_file(path))?;
    let base = text.as_ptr() as usize;
    let locate = |(name, value): (String, &RawValue)| {
        let start = value.get().as_ptr() as usize - base;
        Member {
            name,
            value: start..start + value.get().len(),
        }
    };
    Ok(members.into_iter().map(locate).collect())
}

/// The tasks of a file whose text need not be in memory, and where each stands; `None`
/// where it is not plainly sound, and what is wrong has to be told.
pub(super) fn tasks_on_disk(path: &Path) -> Option<(File, Places)> {
    let file = File::open(path).ok()?;
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > MAXIMUM_FILE_BYTES {
        return None;
    }
    let members = scan::members(&file)?.into_iter();
    let tasks = members.map(|(name, value)| Some((name.parse().ok()?, value)));
    let tasks = tasks.collect::<Option<Places>>()?;
    let mut seen = HashSet::new();
    let are_distinct = tasks.iter().all(|(id, _)| seen.insert(*id));
    are_distinct.then_some((file, tasks))
}

/// The members of the object at `range` of a file's text, where every one is named as
/// tasks are, and none twice.
pub(super) fn members_by_task(
    path: &Path,
    text: &str,
    range: Range<usize>,
) -> Result<Places, TaskError> {
    let mut seen = HashSet::new();
    let check = |Member { name, value }: Member| {
        let malformed = |problem: String| {
            let error = JsonError::at(text, value.start, problem);
            TaskError::in_file(path)(error)
        };
        let id: TaskName = name
            .parse()
            .map_err(|error: NotATaskName| malformed(format!("a member whose name {error}")))?;
        match seen.insert(id) {
            true => Ok((id, value)),
            false => Err(malformed(format!("task {id} again, expected it once"))),
        }
    };
    members(path, text, range)?.into_iter().map(check).collect()
}
