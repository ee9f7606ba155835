//! The programs of a task.

use std::sync::Arc;

use super::{RunError, Runner};
use crate::card::CallId;
use crate::event::{Event, TaskReport};
use crate::library::{Library, NamedProgram, Role, TaskFile};
use crate::program::Identity;
use crate::tasks::TaskId;

/// By what a program that several tasks use is recognised.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SharedKey {
    /// Its place among the base differs.
    BaseDiffer(usize),
    /// Its file's name in the store.
    Stored(Role, Identity),
    /// Its call in the card that all tasks have, and what is its `I` there.
    Call(CallId, Option<CallId>),
}

/// A program of a task.
pub(super) struct Item {
    pub(super) role: Role,
    pub(super) named: Arc<NamedProgram>,
    pub(super) key: Option<SharedKey>,
}

impl Runner<'_> {
    /// The programs of a task: solvers, base differs, its own differs.
    pub(super) fn gather(
        &mut self,
        task: TaskId,
        libraries: [&Library; 2],
        report: &mut TaskReport,
    ) -> Result<Vec<Item>, RunError> {
        let mut items = Vec::new();
        for library in libraries {
            let role = library.role();
            let mut add = |named: &Arc<NamedProgram>, key| {
                items.push(Item {
                    role,
                    named: Arc::clone(named),
                    key,
                });
            };
            for (index, named) in library.shared().iter().enumerate() {
                add(named, Some(SharedKey::BaseDiffer(index)));
            }
            for named in library.of_task(task) {
                add(named, None);
            }
            let files: Vec<&TaskFile> = library.files_of_task(task).iter().collect();
            let read = self.stopwatch.time(self.clock, "read programs", || {
                self.pool.map(&files, |file| file.read())
            });
            for (file, result) in files.iter().zip(read.results) {
                // Reading a file of programs does not panic; if it ever does,
                // that is one more file that is passed over.
                let (programs, skipped) = result.unwrap_or_default();
                let key = file
                    .identity()
                    .map(|identity| SharedKey::Stored(role, identity));
                for named in programs {
                    add(&Arc::new(named), key);
                }
                for skipped in skipped {
                    report.skipped += 1;
                    report.inlining.count_error(skipped.error_type());
                    self.tell(&Event::Skipped(&skipped))?;
                }
            }
        }
        Ok(items)
    }
}
