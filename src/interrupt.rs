//! Whether the run was asked to stop.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Remembers the signal that asked the run to stop. No thread waits for it; a
/// run looks between tasks.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    signal: Arc<AtomicUsize>,
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

    /// The signal that asked, if one did.
    pub fn signal(&self) -> Option<i32> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            signal => i32::try_from(signal).ok(),
        }
    }

    /// The exit code of a process that a signal ended: 130 for SIGINT, 143 for
    /// SIGTERM.
    pub fn exit_code(signal: i32) -> i32 {
        128 + signal
    }
}
