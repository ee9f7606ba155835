//! Whether the run was asked to stop, by a signal or by the time that it was given, and
//! how long it may still take.
//!
//! The first SIGINT or SIGTERM asks: tasks in hand may be finished within
//! [`GRACE`] and are dropped then. The second ends the process at once. The
//! handlers only set flags, and the run looks between tasks and between
//! programs, so no thread is needed. One watches all the same, where the system
//! grants it: what does not come back to look, within [`PATIENCE`], is not
//! waited for.

#![allow(
    clippy::disallowed_methods,
    reason = "a thread looks whether a run that was asked to end is late"
)]

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

/// Time for finishing the tasks in hand, once it was asked to stop.
pub const GRACE: Duration = Duration::from_secs(1);

/// Time from there to the end of the process.
pub const PATIENCE: Duration = Duration::from_millis(1900);

/// From now on a file that may not grow further (`ulimit -f`) is an error of
/// whoever writes to it, as a full disk is, and not the end of the process.
pub fn survive_full_files() -> io::Result<()> {
    flag::register(SIGXFSZ, Arc::default())?;
    Ok(())
}

/// The signal that asked the run to stop, if one did, and when.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    signal: Arc<AtomicUsize>,
    /// When the time is over that it was given.
    end: Arc<OnceLock<Instant>>,
    /// When somebody first noticed.
    noticed: Arc<OnceLock<Instant>>,
}

impl Interrupt {
    /// Listens for SIGINT and SIGTERM. The second of either ends the process
    /// at once, with the exit code of that signal.
    pub fn listen() -> io::Result<Self> {
        let interrupt = Self::default();
        let asked_before = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Handlers run in the order of their registration, so the first
            // signal finds `asked_before` unset.
            let exit_code = Self::exit_code(signal);
            flag::register_conditional_shutdown(signal, exit_code, Arc::clone(&asked_before))?;
            flag::register(signal, Arc::clone(&asked_before))?;
            flag::register_usize(signal, Arc::clone(&interrupt.signal), signal as usize)?;
        }
        Ok(interrupt)
    }

    /// Has a thread call `on_late` if the process is still there [`PATIENCE`]
    /// after it was asked to stop. Where the system refuses the thread, nobody
    /// does.
    pub fn watch(&self, on_late: impl FnOnce(i32) + Send + 'static) {
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
            return;
        };
        let interrupt = self.clone();
        // Never joined: it ends with the process.
        let _ = thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    let asked_for = interrupt.noticed().elapsed();
                    thread::sleep(PATIENCE.saturating_sub(asked_for));
                    on_late(signal);
                }
            });
    }

    /// The signal that asked, if one did.
    pub fn signal(&self) -> Option<i32> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            signal => {
                self.noticed();
                i32::try_from(signal).ok()
            }
        }
    }

    /// Asks to stop now, as SIGINT does, also where a time was given.
    pub fn ask(&self) {
        self.signal.store(SIGINT as usize, Ordering::Relaxed);
    }

    /// Asks to stop when this much time is over, once.
    pub fn end_in(&self, time: Duration) {
        if let Some(end) = Instant::now().checked_add(time) {
            self.end.get_or_init(|| end);
        }
    }

    /// Whether it was asked to stop, by a signal or by the time.
    pub fn is_asked(&self) -> bool {
        let is_over = self.end.get().is_some_and(|&end| Instant::now() >= end);
        if is_over {
            self.noticed();
        }
        is_over || self.signal().is_some()
    }

    /// Whether it was asked to stop longer than [`GRACE`] ago: what is still in
    /// hand is dropped.
    pub fn is_overdue(&self) -> bool {
        self.is_asked() && self.noticed().elapsed() >= GRACE
    }

    fn noticed(&self) -> Instant {
        *self.noticed.get_or_init(Instant::now)
    }

    /// One that was asked to stop too long ago.
    #[cfg(test)]
    pub(crate) fn overdue() -> Self {
        let interrupt = Self::default();
        interrupt.signal.store(SIGTERM as usize, Ordering::Relaxed);
        let noticed = Instant::now().checked_sub(GRACE);
        interrupt
            .noticed
            .get_or_init(|| noticed.expect("the system has run for a second"));
        interrupt
    }

    /// The exit code of a process that a signal ended: 130 for SIGINT, 143 for
    /// SIGTERM.
    pub fn exit_code(signal: i32) -> i32 {
        128 + signal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_asks_as_a_signal_does_and_is_none() {
        let interrupt = Interrupt::default();
        interrupt.end_in(Duration::from_secs(3600));
        assert!(!interrupt.is_asked());
        interrupt.ask();
        assert!(interrupt.is_asked());
        let interrupt = Interrupt::default();
        interrupt.end_in(Duration::ZERO);
        assert!(interrupt.is_asked() && !interrupt.is_overdue());
        assert_eq!(interrupt.signal(), None);
    }
}
