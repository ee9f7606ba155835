//! What a user should know of a cache that is not what it could be.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Notice of why results were not remembered, or will not be: none of it changes what a
/// search finds.
#[derive(Debug)]
pub enum Notice {
    /// Segments that another version wrote, or that nothing can be read of.
    OtherVersion {
        /// Folder that they are in.
        folder: PathBuf,
        /// Number of them.
        segments: usize,
    },
    /// A segment of which a part is damaged or cut off.
    Damaged {
        /// Segment.
        path: PathBuf,
        /// Number of bytes that are of no use.
        bytes: u64,
    },
    /// What the system refused; nothing is read or written there any more.
    Refused {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Segments of instances that are at work fill what the cache may take of the disk.
    Full {
        /// Folder that they are in.
        folder: PathBuf,
        /// Number of bytes that they may take.
        bytes: u64,
    },
    /// A bound on bytes on disk that is too small.
    SmallOnDisk {
        /// The bound.
        bytes: u64,
        /// The smallest that is of use.
        least: u64,
    },
    /// A bound on bytes in memory that holds no result.
    SmallInMemory {
        /// The bound.
        bytes: u64,
        /// The smallest that is of use.
        least: u64,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::OtherVersion { folder, segments } => write!(
                formatter,
                "{}: {segments} segments of the result cache are of another version, or \
                 damaged; the cache is made anew",
                folder.display()
            ),
            Notice::Damaged { path, bytes } => write!(
                formatter,
                "{}: {bytes} bytes of the result cache are damaged or cut off; what they \
                 held is evaluated again",
                path.display()
            ),
            Notice::Refused { path, reason } => write!(
                formatter,
                "{}: the result cache cannot be read or written here: {reason}; the search \
                 goes on without, check permissions and free space",
                path.display()
            ),
            Notice::Full { folder, bytes } => write!(
                formatter,
                "{}: instances at work fill the {bytes} bytes that the result cache may \
                 take of the disk; what is new is kept in memory alone, allow it more",
                folder.display()
            ),
            Notice::SmallOnDisk { bytes, least } => write!(
                formatter,
                "{bytes} bytes on disk are too few for a result cache, expected {least} or \
                 more; the search goes on with results in memory alone"
            ),
            Notice::SmallInMemory { bytes, least } => write!(
                formatter,
                "{bytes} bytes of memory are too few for a result cache, expected {least} \
                 or more; the search goes on without"
            ),
        }
    }
}
