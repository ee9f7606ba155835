//! Files of text: reading what somebody else wrote, writing what a user asked
//! for.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::refusal::{remedy, similar, without_path};
use arc_programs::did_you_mean;
use arc_programs::program::Position;

/// Size of the largest file that is read, in bytes. The largest bundle of ARC tasks
/// has 6 MB; a file beyond this is not one, and reading it would only cost.
pub const MAXIMUM_FILE_BYTES: u64 = 256 << 20;

/// What some editors begin a text with, to say that it is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Error for a file whose text cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum TextFileError {
    /// The system refused.
    #[error(
        "{}: cannot be read: {reason}{}",
        path.display(),
        what_to_do(reason, similar.as_deref())
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
        /// What stands beside it under nearly its name.
        similar: Option<PathBuf>,
    },
    /// Larger than [`MAXIMUM_FILE_BYTES`].
    #[error("{}: has {bytes} bytes, expected at most {MAXIMUM_FILE_BYTES}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// Not UTF-8.
    #[error("{}: {position}: found bytes that are not UTF-8; save the file as UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Where the first such bytes are.
        position: Position,
    },
}

/// Error for a file that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}: cannot be written: {reason}; {}",
    path.display(),
    remedy(reason, "check the path, its permissions and the free space")
)]
pub struct WriteError {
    path: PathBuf,
    reason: io::Error,
}

/// Writes a file whole or not at all. What was there is replaced.
pub fn write_text(path: &Path, text: &str) -> Result<(), WriteError> {
    write_bytes(path, text.as_bytes())
}

/// The same for a file that is no text, such as a picture.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    atomic_file::replace_bytes(path, bytes).map_err(|reason| WriteError {
        path: path.to_owned(),
        reason: without_path(reason),
    })
}

/// The end of an error's sentence on a path that cannot be read.
pub(crate) fn what_to_do(reason: &io::Error, similar: Option<&Path>) -> String {
    match similar {
        Some(similar) => did_you_mean::question(Some(similar.display())),
        None => format!("; {}", remedy(reason, "check the path and its permissions")),
    }
}

/// Text of a file, all of it but for the byte order mark that some editors put
/// before it.
pub fn read_text(path: &Path) -> Result<String, TextFileError> {
    let unreadable = |reason| TextFileError::Unreadable {
        path: path.to_owned(),
        similar: similar(path, &reason),
        reason,
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    let too_large = |bytes| TextFileError::TooLarge {
        path: path.to_owned(),
        bytes,
    };
    if metadata.len() > MAXIMUM_FILE_BYTES {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(metadata.len() as usize + 1)
        .map_err(|_| unreadable(io::ErrorKind::OutOfMemory.into()))?;
    // A device or a pipe has no length to go by.
    let read = file
        .take(MAXIMUM_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)? as u64;
    if read > MAXIMUM_FILE_BYTES {
        return Err(too_large(read));
    }
    let marked = bytes.starts_with(BYTE_ORDER_MARK.as_bytes());
    bytes.drain(..if marked { BYTE_ORDER_MARK.len() } else { 0 });
    String::from_utf8(bytes).map_err(|error| TextFileError::NotUtf8 {
        path: path.to_owned(),
        position: Position::of_offset(error.as_bytes(), error.utf8_error().valid_up_to()),
    })
}
