//! The place of a store and its logs: the file system, what locks on it are worth, and
//! what is known of that.

use std::path::Path;

use super::{Doctor, DoctorError, Treatment};
use crate::file_system::FileSystem;
use crate::lock::Locks;
use crate::store::{AloneError, Exclusion, NoLocks, Store};
use crate::telemetry::timing_file;

impl Doctor {
    /// Notes what the place is worth, and refuses to repair where others may be at work
    /// and cannot be kept out.
    pub(super) fn place(&mut self, out: &Path, logs: &Path) -> Result<(), DoctorError> {
        let records = timing_file(logs);
        let all_locks = [
            (out.to_owned(), Store::at(out).locks()),
            (records.clone(), Locks::at(&records)),
        ];
        for (path, locks) in all_locks {
            let Some(problem) = locks.problem() else {
                continue;
            };
            if self.treatment == Treatment::Fix(Exclusion::Locks) {
                return Err(AloneError::from(NoLocks { path, problem }).into());
            }
            self.diagnosis.notes.push(format!(
                "{}: {problem}; tidy, doctor --fix, rotation of logs and the sweep of a search are refused there",
                path.display()
            ));
        }
        // What cannot be asked is no damage.
        if let Ok(file_system) = FileSystem::of(out) {
            let known = file_system.concern();
            let note = known.map(|known| format!("{}: {file_system}: {known}", out.display()));
            self.diagnosis.notes.extend(note);
            self.diagnosis.file_system = Some(file_system.to_string());
        }
        Ok(())
    }
}
