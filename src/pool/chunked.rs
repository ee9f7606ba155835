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
    /// At most how many workers work at once.
    limit: usize,
}

/// Reason why there is no result for an item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// Its work panicked, with this message.
    #[error("{0}")]
    Panicked(String),
    /// Its turn came after the work was stopped.
    #[error("stopped")]
    Stopped,
}

/// Results of mapping items.
#[derive(Debug)]
pub struct Mapped<R> {
    /// The results, in the order of the items.
    pub results: Vec<Result<R, NotDone>>,
    /// Number of chunks that they were submitted in.
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
            limit: profile.workers,
        };
        // One worker is the calling thread.
        for workers in (2..=profile.workers).rev() {
            if pool.grow_to(workers) {
                break;
            }
        }
        pool
    }

    /// Number of threads that work, the calling one included where it works alone.
    pub fn workers(&self) -> usize {
        self.threads
            .as_ref()
            .map_or(1, ThreadPool::current_num_threads)
    }

    /// Number of workers where the system refuses none.
    pub fn wanted(&self) -> usize {
        self.wanted
    }

    /// From now on, lets at most so many workers work at once; at least one.
    pub fn limit_to(&mut self, workers: usize) {
        self.limit = workers.max(1);
    }

    /// At most how many items are in flight.
    pub fn chunk_size(&self) -> usize {
        self.chunk_size
    }

    /// Number of threads that the system refused since this was last asked.
    pub fn take_refused(&mut self) -> u64 {
        std::mem::take(&mut self.refused)
    }

    /// Asks the system again for what it refused: what lacked a thread a
    /// second ago may get it now.
    pub fn recover(&mut self) {
        if self.workers() < self.wanted {
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
        self.map_until(&|| false, items, work)
    }

    /// The same, but once `is_stopped` says so no further item is begun.
    pub fn map_until<T: Sync, R: Send>(
        &self,
        is_stopped: &(dyn Fn() -> bool + Sync),
        items: &[T],
        work: impl Fn(&T) -> R + Sync,
    ) -> Mapped<R> {
        let in_flight = AtomicUsize::new(0);
        let mut mapped = Mapped {
            results: Vec::with_capacity(items.len()),
            chunks: 0,
            peak_in_flight: 0,
        };
        let guarded = |item: &T| {
            let result = match is_stopped() {
                true => Err(NotDone::Stopped),
                false => catch_unwind(AssertUnwindSafe(|| work(item)))
                    .map_err(|payload| NotDone::Panicked(panic_message(&*payload))),
            };
            in_flight.fetch_sub(1, Ordering::Relaxed);
            result
        };
        for chunk in items.chunks(self.chunk_size) {
            let submitted = in_flight.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len();
            mapped.chunks += 1;
            mapped.peak_in_flight = mapped.peak_in_flight.max(submitted);
            let strands = self.limit.min(chunk.len());
            match &self.threads {
                Some(threads) if strands > 1 => {
                    let results = threads.install(|| in_strands(chunk, strands, guarded));
                    mapped.results.extend(results);
                }
                _ => mapped.results.extend(chunk.iter().map(guarded)),
            }
        }
        mapped
    }
}

/// Applies `work` to every item, at most `strands` at once: each strand takes
/// the next item that none has taken.
fn in_strands<T: Sync, R: Send>(
    items: &[T],
    strands: usize,
    work: impl Fn(&T) -> R + Sync,
) -> impl Iterator<Item = R> {
    let next = AtomicUsize::new(0);
    let strand = |_| {
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match items.get(index) {
                Some(item) => results.push((index, work(item))),
                None => return results,
            }
        }
    };
    let mut results: Vec<(usize, R)> = (0..strands)
        .into_par_iter()
        .with_max_len(1)
        .flat_map_iter(strand)
        .collect();
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result)
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|message| (*message).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}
