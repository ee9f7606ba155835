//! The records of the logs, each declared once: what is written is what is read.
//!
//! A member's name, its place in the line and its type stand here alone. Who
//! needs a member asks the record for it, so that renaming one is an error of
//! the compiler everywhere but in the test that holds the bytes.
//!
//! Logs outlive versions. A member that earlier versions did not write is an
//! `Option`, or has a default; the others, and those of the reference that go
//! by the same names, are what makes a line this record. Members that are not
//! declared here, as a later version may write, are passed over in reading.
//! A later version that means something else by a member says so in `version`,
//! and its record is none that is known here.
//! Nothing is lost by that, for records are never written again: repairing a
//! file copies the lines that stay byte by byte (module `rewriting`).

mod inlining;
#[cfg(test)]
mod tests;
mod timing;

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use inlining::InliningRecord;
pub(super) use timing::{Surroundings, is_interruption};
pub(crate) use timing::{TaskEnd, TaskStart, TimingRecord};

/// A line of one of the files of records.
pub(crate) trait Record: Serialize + Sized {
    /// The file's name under `--logs`.
    const FILE: &'static str;

    /// Whether what its oldest files say is written elsewhere before they go (module
    /// `best_scores`).
    const IS_REMEMBERED: bool = false;

    /// The record that a line is, its newline included or not.
    fn from_line(line: &[u8]) -> serde_json::Result<Self>;
}

/// The version of a record's form, where it says one: only that which is known
/// here is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version;

impl Version {
    const KNOWN: u64 = 1;
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(Self::KNOWN)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            Self::KNOWN => Ok(Self),
            later => Err(serde::de::Error::custom(format!("version {later}"))),
        }
    }
}

/// A duration in milliseconds, to the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1e3
}
