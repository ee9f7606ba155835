//! Repairing files of records, while instances may be writing to them.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use crate::atomic_file;
use crate::event::ReportError;
use crate::lock::Lock;

/// Writes a file again without some lines, by their numbers, which count from
/// 1, where they are still to go: it may have been rotated since it was read. Who
/// appends to it waits, and goes on in the new file.
pub(crate) fn without_lines(
    path: &Path,
    lines: &HashSet<u64>,
    still_goes: impl Fn(&[u8]) -> bool,
) -> Result<(), ReportError> {
    let rewrite = || -> io::Result<()> {
        let _lock = match Lock::exclusive(path) {
            // What has gone has no lines.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        let file = File::open(path)?;
        let permissions = file.metadata()?.permissions();
        let mut reader = BufReader::new(file);
        let mut rewritten = atomic_file::begin_alone(path, permissions)?;
        let mut writer = BufWriter::new(&mut rewritten);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if reader.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if !lines.contains(&number) || !still_goes(&line) {
                writer.write_all(&line)?;
            }
        }
        writer.flush()?;
        drop(writer);
        rewritten.persist(path)?;
        Ok(())
    };
    rewrite().map_err(|reason| ReportError {
        path: path.to_owned(),
        reason,
    })
}
