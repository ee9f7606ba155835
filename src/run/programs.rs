//! The programs of a task.

use std::collections::HashMap;
use std::sync::Arc;

use super::Runner;
use crate::fingerprint::Ingredients;
use crate::library::{Library, NamedProgram, Role, Skipped, TaskFile};
use arc_programs::card::CallId;
use arc_programs::program::Identity;
use arc_programs::task::TaskId;

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

impl SharedKey {
    /// The identity of the program, where it is known without work.
    pub(super) fn identity(self, known: &HashMap<SharedKey, Identity>) -> Option<Identity> {
        match self {
            Self::Stored(_, identity) => Some(identity),
            Self::BaseDiffer(_) | Self::Call(..) => known.get(&self).copied(),
        }
    }
}

/// A program of a task.
pub(super) struct Item {
    pub(super) role: Role,
    pub(super) named: Arc<NamedProgram>,
    pub(super) key: Option<SharedKey>,
}

/// The programs of a task, and what had to be passed over.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) items: Vec<Item>,
    pub(super) skipped: Vec<Skipped>,
}

impl Runner<'_> {
    /// The programs of a task: solvers, base differs, its own differs. Those
    /// that were given for it go into `ingredients`.
    pub(super) fn gather(
        &mut self,
        task: TaskId,
        libraries: [&Library; 2],
        ingredients: &mut Ingredients,
    ) -> Gathered {
        let mut gathered = Gathered::default();
        for library in libraries {
            let role = library.role();
            let mut add = |named: &Arc<NamedProgram>, key| {
                gathered.items.push(Item {
                    role,
                    named: Arc::clone(named),
                    key,
                });
            };
            for (index, named) in library.shared().iter().enumerate() {
                add(named, Some(SharedKey::BaseDiffer(index)));
            }
            for named in library.of_task(task) {
                ingredients.text(&named.program.expanded_file());
                add(named, None);
            }
            let files: Vec<&TaskFile> = library.files_of_task(task).iter().collect();
            let read = self.stopwatch.time(self.clock, "read programs", || {
                self.pool.map(&files, |file| file.read())
            });
            for (file, result) in files.iter().zip(read.results) {
                // Reading a file of programs does not panic; if it ever does,
                // that is one more file that is passed over.
                let content = result.unwrap_or_default();
                if !file.is_kept() {
                    // Printing its programs would cost four times as much.
                    let text = content.text.map(|identity| identity.to_string());
                    ingredients.text(text.as_deref().unwrap_or_default());
                }
                let key = file
                    .identity()
                    .map(|identity| SharedKey::Stored(role, identity));
                for named in content.programs {
                    add(&Arc::new(named), key);
                }
                gathered.skipped.extend(content.skipped);
            }
        }
        gathered
    }
}
