//! Points in time at which work ends, by a clock that the caller hands in.
//!
//! This crate never looks at a clock of its own. What a deadline decides depends
//! on the machine, so that results are the same everywhere only where none is met.

use std::time::Duration;

/// A clock: the time since some fixed moment, which never goes back.
pub type Clock = fn() -> Duration;

/// A point in time at which work ends.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    clock: Clock,
    at: Duration,
}

impl Deadline {
    /// Whether it has passed.
    pub fn has_passed(self) -> bool {
        (self.clock)() >= self.at
    }
}

/// A time that a piece of work may take, and the clock that it is measured with.
#[derive(Clone, Copy, Debug)]
pub struct Timeout {
    /// Clock that tells the time.
    pub clock: Clock,
    /// Time that the work may take.
    pub duration: Duration,
}

impl Timeout {
    /// The deadline of work that begins now.
    pub fn from_now(self) -> Deadline {
        Deadline {
            clock: self.clock,
            at: (self.clock)().saturating_add(self.duration),
        }
    }
}
