//! Work that Ctrl-C ends.
//!
//! Python's handlers of signals run on its main thread, between two steps of its
//! interpreter. So the work is done on a thread of its own, without the interpreter's
//! lock, while the caller's thread asks for signals every now and then, and hands what
//! the work tells to Python, and renews the leases that the work holds. The thread ends with the work: nothing is left that a fork
//! could lose.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use run_batt::lease;

use crate::without_lock::without_lock;

/// How often signals are asked for while nothing happens.
const LOOK: Duration = Duration::from_millis(20);

/// How much the work may have told that nobody has heard yet.
const UNHEARD: usize = 1024;

/// Does some work, hands what it tells to `hear`, and yields what comes of it. Where a
/// signal's handler or `hear` raises, `stop` is called, the work is waited for, and the
/// exception is the outcome.
///
/// # Errors
/// That exception; `OSError` where the system refuses the thread.
pub fn interruptible<Told: Send, Done: Send>(
    py: Python<'_>,
    work: impl FnOnce(SyncSender<Told>) -> Done + Send,
    mut hear: impl FnMut(Told) -> PyResult<()>,
    stop: impl Fn(),
) -> PyResult<Done> {
    let (sender, receiver) = sync_channel(UNHEARD);
    let receiver = Mutex::new(receiver);
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("run_batt".to_owned());
        let worker = builder
            .spawn_scoped(scope, move || work(sender))
            .map_err(|reason| PyOSError::new_err(format!("a thread was refused: {reason}")))?;
        let heard = listen(py, &receiver, &mut hear);
        if heard.is_err() {
            stop();
        }
        // What is told from now on is not heard, and keeps nobody waiting.
        drop(receiver);
        let done = without_lock(py, || worker.join());
        let done = done.unwrap_or_else(|panic| resume_unwind(panic));
        heard.map(|()| done)
    })
}

/// Hears all that is told, until there is nobody to tell anything.
fn listen<Told: Send>(
    py: Python<'_>,
    receiver: &Mutex<Receiver<Told>>,
    hear: &mut impl FnMut(Told) -> PyResult<()>,
) -> PyResult<()> {
    let mut renewed = Instant::now();
    loop {
        py.check_signals()?;
        if renewed.elapsed() >= lease::RENEWAL {
            without_lock(py, lease::renew_held);
            renewed = Instant::now();
        }
        let told = without_lock(py, || {
            let receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
            receiver.recv_timeout(LOOK)
        });
        match told {
            Ok(told) => hear(told)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}
