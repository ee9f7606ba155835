//! The pool, and how items go through it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Profile;

/// A fixed number of workers, fewer where the system refuses threads.
pub struct Pool {
    wanted: usize,
    chunk_size: usize,
    /// `None`: the calling thread does all work.
    threads: Option<ThreadPool>,
    /// Refusals that nobody has asked for yet.
    refused: u64,
}

/// An item's work panicked; the panic's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked(pub String);

/// What came of mapping items.
#[derive(Debug)]
pub struct Mapped<R> {
    /// The results, in the order of the items.
    pub results: Vec<Result<R, Panicked>>,
    /// How many chunks they were submitted in.
    pub chunks: usize,
    /// The most items that were submitted and not finished at any time.
    pub peak_in_flight: usize,
}

impl Pool {
    /// A pool of as many workers as the system grants, up to the profile's.
    pub fn new(profile: &Profile) -> Self {
        let mut pool = Self {
            wanted: profile.workers,
            chunk_size: profile.chunk_size,
            threads: None,
            refused: 0,
        };
        for workers in (1..=profile.workers).rev() {
            if pool.grow_to(workers) {
                break;
            }
        }
        pool
    }

    /// How many threads work, the calling one included where it works alone.
    pub fn workers(&self) -> usize {
        self.threads
            .as_ref()
            .map_or(1, ThreadPool::current_num_threads)
    }

    /// At most how many items are in flight.
    pub fn chunk_size(&self) -> usize {
        self.chunk_size
    }

    /// How often the system refused threads since this was last asked.
    pub fn take_refused(&mut self) -> u64 {
        std::mem::take(&mut self.refused)
    }

    /// Asks the system again for what it refused: what lacked a thread a
    /// second ago may get it now.
    pub fn recover(&mut self) {
        let has_all = self.threads.is_some() && self.workers() == self.wanted;
        if !has_all {
            self.grow_to(self.wanted);
        }
    }

    fn grow_to(&mut self, workers: usize) -> bool {
        let built = ThreadPoolBuilder::new()
            .num_threads(workers)
            .thread_name(|index| format!("worker-{index}"))
            .build();
        match built {
            Ok(threads) => {
                self.threads = Some(threads);
                true
            }
            Err(_) => {
                self.refused += 1;
                false
            }
        }
    }

    /// Applies `work` to every item, a chunk at a time. A panic inside one item
    /// is that item's result and touches no other.
    pub fn map<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Mapped<R> {
        let in_flight = AtomicUsize::new(0);
        let mut mapped = Mapped {
            results: Vec::with_capacity(items.len()),
            chunks: 0,
            peak_in_flight: 0,
        };
        let guarded = |item: &T| {
            let result = catch_unwind(AssertUnwindSafe(|| work(item)));
            in_flight.fetch_sub(1, Ordering::Relaxed);
            result.map_err(|payload| Panicked(panic_message(&*payload)))
        };
        for chunk in items.chunks(self.chunk_size) {
            let submitted = in_flight.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len();
            mapped.chunks += 1;
            mapped.peak_in_flight = mapped.peak_in_flight.max(submitted);
            match &self.threads {
                Some(threads) => threads.install(|| {
                    mapped
                        .results
                        .par_extend(chunk.par_iter().with_max_len(1).map(guarded));
                }),
                None => mapped.results.extend(chunk.iter().map(guarded)),
            }
        }
        mapped
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|message| (*message).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}
