//! What time it is, passed in to whoever needs to know.

#![allow(
    clippy::disallowed_methods,
    reason = "this is where the time comes from"
)]

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rustix::time::ClockId;

/// A source of time.
pub trait Clock: Sync {
    /// The local date and time, as telemetry records have it:
    /// `2026-11-23T11:15:34.198645`.
    fn timestamp(&self) -> String;

    /// How long the clock has been running; never goes back.
    fn elapsed(&self) -> Duration;
}

/// A clock that began to run when another one had run for some time.
pub struct ClockSince<'a> {
    clock: &'a dyn Clock,
    start: Duration,
}

impl<'a> ClockSince<'a> {
    /// The time since a clock had run for so long.
    pub fn new(clock: &'a dyn Clock, start: Duration) -> Self {
        Self { clock, start }
    }
}

impl Clock for ClockSince<'_> {
    fn timestamp(&self) -> String {
        self.clock.timestamp()
    }

    fn elapsed(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.start)
    }
}

/// The time since the process first asked, for deadlines; never goes back.
pub fn time_since_start() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// The time as files have it, to tell how old one is.
pub fn time_of_files() -> SystemTime {
    SystemTime::now()
}

/// The time that file systems of this machine give to what changes now, in nanoseconds
/// since the epoch: that of the system's last tick, by which their times go.
pub(crate) fn time_of_changes() -> i64 {
    let now = rustix::time::clock_gettime(ClockId::RealtimeCoarse);
    let seconds = now.tv_sec.saturating_mul(1_000_000_000);
    seconds.saturating_add(now.tv_nsec)
}

/// The system's time.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
    zone: LazyLock<TimeZone>,
}

impl SystemClock {
    /// A clock that starts now.
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
            zone: LazyLock::new(local_zone),
        }
    }
}

impl SystemClock {
    /// The date as the system's `date` writes it where no language is set: `Thu Nov 26
    /// 14:08:35 UTC 2026`.
    pub fn date(&self) -> String {
        Timestamp::now()
            .to_zoned_datetime(self.zone.clone())
            .strftime("%a %b %e %H:%M:%S %Z %Y")
            .to_string()
    }
}

impl Clock for SystemClock {
    fn timestamp(&self) -> String {
        Timestamp::now()
            .to_zoned_datetime(self.zone.clone())
            .strftime("%Y-%m-%dT%H:%M:%S.%6f")
            .to_string()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// The rules of the local time. Where the system's file has them, and the user has not
/// named a zone, its name does not matter: to look it up, all zones would be listed,
/// which is a twentieth of a short run.
fn local_zone() -> TimeZone {
    let of_system = || {
        let rules = std::fs::read("/etc/localtime").ok()?;
        TimeZone::tzif("", &rules).ok()
    };
    let is_named = std::env::var_os("TZ").is_some();
    let zone = if is_named { None } else { of_system() };
    zone.unwrap_or_else(TimeZone::system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_time_is_the_system_s_summer_and_winter() {
        let (zone, system) = (local_zone(), TimeZone::system());
        for day in 0..400 {
            let time = Timestamp::from_second(1_700_000_000 + day * 86_400).unwrap();
            assert_eq!(zone.to_offset(time), system.to_offset(time), "{time}");
        }
    }
}
