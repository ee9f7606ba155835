//! What time it is, passed in to whoever needs to know.

#![allow(
    clippy::disallowed_methods,
    reason = "this is where the time comes from"
)]

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// A source of time.
pub trait Clock: Sync {
    /// The local date and time, as telemetry records have it:
    /// `2026-11-23T11:15:34.198645`.
    fn timestamp(&self) -> String;

    /// How long the clock has been running; never goes back.
    fn elapsed(&self) -> Duration;
}

/// The time since the process first asked, for deadlines; never goes back.
pub fn time_since_start() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// The system's time.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock that starts now.
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn timestamp(&self) -> String {
        jiff::ZonedDateTime::now()
            .strftime("%Y-%m-%dT%H:%M:%S.%6f")
            .to_string()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}
