//! One JSON file that holds many tasks: which tasks, and where in its text.
//!
//! Only the outermost object is taken apart here; what stands under a task's ID is
//! left as a range of the text, and read when the task is.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use arc_programs::json_error::JsonError;
use arc_programs::task::TaskId;

use super::{TaskError, scan};

/// A member of a JSON object: its name, and where its value stands.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) value: Range<usize>,
}

/// The members of the object at `range` of a file's text, in their order.
pub(super) fn members(
    path: &Path,
    text: &str,
    range: Range<usize>,
) -> Result<Vec<Member>, TaskError> {
    if let Some(found) = scan::members(text, range.clone()) {
        let member = |(name, value): (&str, _)| Member {
            name: name.to_owned(),
            value,
        };
        return Ok(found.into_iter().map(member).collect());
    }
    let RawMembers(members) = serde_json::from_str(&text[range.clone()])
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

/// The same, where every member is named by a task's ID, and none twice.
pub(super) fn members_by_task(
    path: &Path,
    text: &str,
    range: Range<usize>,
) -> Result<Vec<(TaskId, Range<usize>)>, TaskError> {
    let mut seen = std::collections::HashSet::new();
    let check = |Member { name, value }: Member| {
        let malformed = |problem: String| {
            let error = JsonError::at(text, value.start, problem);
            TaskError::in_file(path)(error)
        };
        let id: TaskId = name
            .parse()
            .map_err(|_| malformed(format!("a member `{name}`, expected task IDs")))?;
        match seen.insert(id) {
            true => Ok((id, value)),
            false => Err(malformed(format!("task {id} again, expected it once"))),
        }
    };
    members(path, text, range)?.into_iter().map(check).collect()
}

struct RawMembers<'text>(Vec<(String, &'text RawValue)>);

impl<'de> Deserialize<'de> for RawMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = RawMembers<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object of tasks")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawMembers<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(RawMembers(members))
    }
}
