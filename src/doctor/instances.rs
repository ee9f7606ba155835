//! The instances: whoever says how it stands is there.

use std::fs;
use std::io;
use std::path::Path;

use super::{Doctor, DoctorError, FindingKind};
use crate::clock::time_of_files;
use crate::instances::{Machine, Said, found};

impl Doctor {
    pub(super) fn instances(&mut self, logs: &Path) -> Result<(), DoctorError> {
        let here = Machine::here();
        let found = found(logs, time_of_files()).map_err(|reason| DoctorError::Path {
            path: logs.to_owned(),
            reason,
        })?;
        for own in found {
            let Some(why) = own.is_left(&here) else {
                continue;
            };
            let of = match &own.said {
                Said::Status(status) => {
                    format!("process {} on {}", status.process.id, status.process.host)
                }
                Said::Later(_) | Said::Broken | Said::Unfinished => "an instance".to_owned(),
            };
            // It may have come back, and ended meanwhile.
            let remove = || match fs::remove_file(&own.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
            self.find(
                &own.path,
                FindingKind::AbandonedStatus,
                format!("the status of {of}, which has left it: {why}"),
                "removed",
                remove,
            )?;
        }
        Ok(())
    }
}
