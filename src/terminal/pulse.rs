//! A thread that does the same every so often, while others work.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A thread that calls a function every so often until it is dropped.
#[derive(Debug)]
pub struct Pulse {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Pulse {
    /// Begins; `None` where the system refuses the thread: then nobody calls it.
    pub fn every(period: Duration, mut beat: impl FnMut() + Send + 'static) -> Option<Pulse> {
        let (stop, stopped) = mpsc::channel::<()>();
        let run = move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(period) {
                beat();
            }
        };
        let thread = thread::Builder::new()
            .name("progress".to_owned())
            .spawn(run);
        Some(Pulse {
            stop: Some(stop),
            thread: Some(thread.ok()?),
        })
    }
}

impl Drop for Pulse {
    /// Once it is dropped nothing is called any more.
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic there has been told, and is nothing to the run.
            let _ = thread.join();
        }
    }
}
