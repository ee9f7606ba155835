//! A thread that does some things every so often, while others work.

#![allow(
    clippy::disallowed_methods,
    reason = "a thread shows how far a run is while its tasks keep all others busy"
)]

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use run_batt::clock::time_since_start;

/// A thread that calls functions, each every so often, until it is dropped.
#[derive(Debug)]
pub struct Pulse {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A function, and how often it is called.
pub struct Beat {
    period: Duration,
    call: Box<dyn FnMut() + Send>,
}

impl Beat {
    pub fn every(period: Duration, call: impl FnMut() + Send + 'static) -> Self {
        Self {
            period,
            call: Box::new(call),
        }
    }
}

impl Pulse {
    /// Begins; `None` where the system refuses the thread, or there is nothing to call.
    pub fn of(beats: Vec<Beat>) -> Option<Pulse> {
        if beats.is_empty() {
            return None;
        }
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = thread::Builder::new()
            .name("progress".to_owned())
            .spawn(move || {
                let is_stopped =
                    |wait| stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
                beat(beats, is_stopped);
            });
        Some(Pulse {
            stop: Some(stop),
            thread: Some(thread.ok()?),
        })
    }
}

/// Calls each when its time has come; between, it is waited for being stopped.
fn beat(beats: Vec<Beat>, is_stopped: impl Fn(Duration) -> bool) {
    let begun = time_since_start();
    let mut beats: Vec<(Duration, Beat)> = beats
        .into_iter()
        .map(|beat| (begun + beat.period, beat))
        .collect();
    while let Some(next) = beats.iter().map(|(due, _)| *due).min() {
        if is_stopped(next.saturating_sub(time_since_start())) {
            return;
        }
        for (due, beat) in &mut beats {
            let now = time_since_start();
            if *due <= now {
                (beat.call)();
                *due = now + beat.period;
            }
        }
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
