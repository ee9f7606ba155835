//! A file to which whole lines are appended.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use crate::event::ReportError;

pub(super) struct AppendFile {
    path: PathBuf,
    file: File,
}

impl AppendFile {
    pub(super) fn open(path: PathBuf) -> Result<Self, ReportError> {
        match OpenOptions::new().create(true).append(true).open(&path) {
            Ok(file) => Ok(Self { path, file }),
            Err(reason) => Err(ReportError { path, reason }),
        }
    }

    /// Appends a line, which brings its newline, in one write.
    pub(super) fn append(&mut self, line: &str) -> Result<(), ReportError> {
        self.file
            .write_all(line.as_bytes())
            .map_err(|reason| ReportError {
                path: self.path.clone(),
                reason,
            })
    }
}
