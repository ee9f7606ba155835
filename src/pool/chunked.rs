//! The pool, and how items go through it.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};

use super::Profile;

/// A fixed number of workers, fewer where the system refuses threads.
pub struct Pool {
    wanted: usize,
    chunk_size: usize,
    /// `None`: the calling thread does all work.
    threads: Option<ThreadPool>,
    /// The same threads, to be waited for.
    handles: Vec<JoinHandle<()>>,
    begin: Begin,
    /// How many workers it is short of, as far as that is in `refused` or was told.
    lacking: usize,
    /// Refusals that nobody has asked for yet.
    refused: u64,
    /// At most how many workers work at once.
    limit: AtomicUsize,
    /// How many of them work beside the calling thread.
    beside: AtomicUsize,
}

/// What begins a thread, where the system grants one.
type Begin = Box<dyn Fn(ThreadBuilder) -> io::Result<JoinHandle<()>> + Send + Sync>;

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
    /// Number of chunks that they are.
    pub chunks: usize,
    /// The most items that were submitted and not finished at any time: one is submitted
    /// as soon as there are fewer than a chunk of them.
    pub peak_in_flight: usize,
}

impl Pool {
    /// A pool of as many workers as the system grants, up to the profile's.
    pub fn new(profile: &Profile) -> Self {
        Self::beginning(profile, Box::new(begin))
    }

    /// The same, whose threads something else begins.
    fn beginning(profile: &Profile, begin: Begin) -> Self {
        let mut pool = Self {
            wanted: profile.workers,
            chunk_size: profile.chunk_size,
            threads: None,
            handles: Vec::new(),
            begin,
            lacking: 0,
            refused: 0,
            limit: AtomicUsize::new(profile.workers),
            beside: AtomicUsize::new(0),
        };
        pool.grow();
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
    pub fn limit_to(&self, workers: usize) {
        self.limit.store(workers.max(1), Ordering::Relaxed);
    }

    /// At most how many items are in flight.
    pub fn chunk_size(&self) -> usize {
        self.chunk_size
    }

    /// Number of threads that the system refused since this was last asked. One that is
    /// refused again and again counts once.
    pub fn take_refused(&mut self) -> u64 {
        std::mem::take(&mut self.refused)
    }

    /// From now on, counts what is refused as a new pool does: another run is to tell what
    /// it is short of, too.
    pub fn count_anew(&mut self) {
        (self.lacking, self.refused) = (0, 0);
    }

    /// Asks the system again for what it refused: what lacked a thread a
    /// second ago may get it now.
    pub fn recover(&mut self) {
        if self.workers() < self.wanted {
            // Beside the new ones they would be more threads than a run has, and more than
            // a limit grants that has room for the new ones alone.
            self.dismiss();
            self.grow();
        }
    }

    /// Takes as many workers as the system grants, where it has none.
    fn grow(&mut self) {
        // One worker is the calling thread.
        for workers in (2..=self.wanted).rev() {
            if self.grow_to(workers) {
                break;
            }
        }
        self.count_lacking();
    }

    fn grow_to(&mut self, workers: usize) -> bool {
        let Self { begin, handles, .. } = self;
        let built = ThreadPoolBuilder::new()
            .num_threads(workers)
            .thread_name(|index| format!("worker-{index}"))
            .spawn_handler(|thread| {
                handles.push(begin(thread)?);
                Ok(())
            })
            .build();
        match built {
            Ok(threads) => {
                self.threads = Some(threads);
                true
            }
            Err(_) => {
                // Some may have begun before one was refused.
                self.dismiss();
                false
            }
        }
    }

    /// Ends the workers, and waits until they are gone.
    fn dismiss(&mut self) {
        self.threads = None;
        for handle in self.handles.drain(..) {
            // Nothing is expected of a thread that broke.
            let _ = handle.join();
        }
    }

    fn count_lacking(&mut self) {
        let lacking = self.wanted.saturating_sub(self.workers());
        self.refused += lacking.saturating_sub(self.lacking) as u64;
        self.lacking = lacking;
    }

    /// Does some work, and other work beside it, by a worker where there are two: else the
    /// other work is done afterwards. A panic of either is that of both.
    pub fn both<Own, Other: Send>(
        &self,
        own: impl FnOnce() -> Own,
        other: impl Fn() -> Other + Sync,
    ) -> (Own, Other) {
        let limit = self.limit.load(Ordering::Relaxed);
        let free = limit.saturating_sub(self.beside.load(Ordering::Relaxed));
        let mut done = None;
        let own = match &self.threads {
            Some(threads) if free > 1 => threads.in_place_scope(|scope| {
                let (strand, done, other) = (Counted::begin(&self.beside), &mut done, &other);
                scope.spawn(move |_| {
                    *done = Some(other());
                    drop(strand);
                });
                own()
            }),
            _ => own(),
        };
        (own, done.unwrap_or_else(other))
    }

    /// Applies `work` to every item. A panic inside one item is that item's result and
    /// touches no other.
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
        let work = |(): &mut (), item: &T| work(item);
        let no_more = |(): &mut ()| false;
        self.map_beside(is_stopped, items, || (), work, no_more, || ())
            .0
    }

    /// The same, while the calling thread does work of its own, which is to be work that
    /// waits for a disk more than it computes: it takes no worker's place. Maps in it have
    /// what the limit leaves beside these items, and at least the calling thread. Each strand
    /// has a tool, of which items see nothing but what it costs to make one.
    ///
    /// A strand that finds no item left does pieces of `spare` work, which nobody waits for,
    /// as long as an item or the own work is not done, or a piece that was begun before these
    /// were: it is waited for then, and may take long. `spare` says whether it did one. A
    /// strand for which there is none ends.
    pub fn map_beside<T: Sync, R: Send, Tool, Own>(
        &self,
        is_stopped: &(dyn Fn() -> bool + Sync),
        items: &[T],
        tool: impl Fn() -> Tool + Sync,
        work: impl Fn(&mut Tool, &T) -> R + Sync,
        spare: impl Fn(&mut Tool) -> bool + Sync,
        own: impl FnOnce() -> Own,
    ) -> (Mapped<R>, Own) {
        let guarded = |own: &mut Tool, item: &T| match is_stopped() {
            true => Err(NotDone::Stopped),
            false => catch_unwind(AssertUnwindSafe(|| work(own, item))).map_err(|payload| {
                // What a panic has left of it is not to be used.
                *own = tool();
                NotDone::Panicked(panic_message(&*payload))
            }),
        };
        let spare = |own: &mut Tool| {
            let piece = AssertUnwindSafe(|| spare(own));
            !is_stopped() && catch_unwind(piece).unwrap_or(false)
        };
        // The items, and the own work.
        let awaited = AtomicUsize::new(items.len() + 1);
        // Pieces of spare work that were begun while there were any of these.
        let early = AtomicUsize::new(0);
        let go_on = |own: &mut Tool| {
            let is_any = |of: &AtomicUsize| of.load(Ordering::SeqCst) > 0;
            match is_any(&awaited) {
                true => {
                    let _done = Counted::begin(&early);
                    spare(own)
                }
                false => is_any(&early) && spare(own),
            }
        };
        let own = || {
            let _done = Counted(&awaited);
            own()
        };
        let at_once = items.len().min(self.chunk_size);
        let limit = self.limit.load(Ordering::Relaxed);
        let free = limit.saturating_sub(self.beside.load(Ordering::Relaxed));
        let strands = free.min(at_once);
        let queue = Queue::of(items, &tool, guarded, &awaited);
        let own = match &self.threads {
            Some(threads) if strands > 1 => threads.in_place_scope(|scope| {
                for _ in 0..strands {
                    let strand = Counted::begin(&self.beside);
                    let (queue, go_on) = (&queue, &go_on);
                    scope.spawn(move |_| {
                        let mut tool = queue.work_off();
                        while go_on(&mut tool) {}
                        drop(strand);
                    });
                }
                own()
            }),
            _ => {
                let own = own();
                queue.work_off();
                own
            }
        };
        let mapped = Mapped {
            results: queue.results(),
            chunks: items.len().div_ceil(self.chunk_size),
            peak_in_flight: at_once,
        };
        (mapped, own)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.dismiss();
    }
}

fn begin(thread: ThreadBuilder) -> io::Result<JoinHandle<()>> {
    let mut own = thread::Builder::new();
    if let Some(name) = thread.name() {
        own = own.name(name.to_owned());
    }
    own.spawn(|| thread.run())
}

/// A strand or a piece of work that is counted as long as it lasts.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    /// One more.
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Items that any number of strands work off: each takes the next that none has taken.
struct Queue<'a, T, R, Tool, Work> {
    items: &'a [T],
    tool: &'a (dyn Fn() -> Tool + Sync),
    work: Work,
    next: AtomicUsize,
    /// How much is not done yet of what is waited for.
    awaited: &'a AtomicUsize,
    results: Mutex<Vec<(usize, R)>>,
}

impl<'a, T, R, Tool, Work: Fn(&mut Tool, &T) -> R> Queue<'a, T, R, Tool, Work> {
    fn of(
        items: &'a [T],
        tool: &'a (dyn Fn() -> Tool + Sync),
        work: Work,
        awaited: &'a AtomicUsize,
    ) -> Self {
        Self {
            items,
            tool,
            work,
            next: AtomicUsize::new(0),
            awaited,
            results: Mutex::new(Vec::with_capacity(items.len())),
        }
    }

    /// Does items until none is left to begin; yields the tool.
    fn work_off(&self) -> Tool {
        let (mut results, mut tool) = (Vec::new(), (self.tool)());
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = self.items.get(index) else {
                break;
            };
            let _done = Counted(self.awaited);
            results.push((index, (self.work)(&mut tool, item)));
        }
        let mut all = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        all.append(&mut results);
        tool
    }

    /// The results, in the order of the items, once all strands have ended.
    fn results(self) -> Vec<R> {
        let results = self.results.into_inner();
        let mut results = results.unwrap_or_else(PoisonError::into_inner);
        results.sort_unstable_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|message| (*message).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

#[cfg(test)]
pub(crate) mod testing {
    use std::sync::Arc;

    use super::*;
    use crate::pool::ProfileKind;

    /// A system that has so many threads at most, and counts them.
    #[derive(Default)]
    pub(crate) struct System {
        limit: AtomicUsize,
        pub(crate) now: AtomicUsize,
        pub(crate) most: AtomicUsize,
        pub(crate) refusals: AtomicUsize,
    }

    impl System {
        pub(crate) fn pool(self: &Arc<Self>, workers: usize) -> Pool {
            let profile = Profile {
                kind: ProfileKind::Cpu,
                reason: String::new(),
                workers,
                chunk_size: 8,
            };
            let system = Arc::clone(self);
            Pool::beginning(&profile, Box::new(move |thread| system.begin(thread)))
        }

        fn begin(self: &Arc<Self>, thread: ThreadBuilder) -> io::Result<JoinHandle<()>> {
            if self.now.load(Ordering::SeqCst) >= self.limit.load(Ordering::SeqCst) {
                self.refusals.fetch_add(1, Ordering::SeqCst);
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            let system = Arc::clone(self);
            let run = move || {
                thread.run();
                system.now.fetch_sub(1, Ordering::SeqCst);
            };
            thread::Builder::new().spawn(run)
        }

        pub(crate) fn grant(&self, threads: usize) {
            self.limit.store(threads, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::testing::System;
    use super::*;

    #[test]
    fn a_limit_that_is_raised_to_what_is_wanted_gives_all_workers_and_never_more_threads() {
        let system = Arc::new(System::default());
        system.grant(3);
        let mut pool = system.pool(4);
        assert_eq!((pool.workers(), pool.take_refused()), (3, 1));
        for _ in 0..3 {
            pool.recover();
            assert_eq!((pool.workers(), pool.take_refused()), (3, 0));
        }
        system.grant(4);
        pool.recover();
        assert_eq!((pool.workers(), pool.take_refused()), (4, 0));
        assert_eq!(system.most.load(Ordering::SeqCst), 4);
        let doubled = pool.map(&[1, 2, 3], |item| item * 2);
        assert_eq!(doubled.results, [Ok(2), Ok(4), Ok(6)]);
        drop(pool);
        assert_eq!(system.now.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_thread_that_is_refused_is_counted_once_a_run() {
        let system = Arc::new(System::default());
        system.grant(2);
        let mut pool = system.pool(4);
        assert_eq!(pool.take_refused(), 2);
        pool.count_anew();
        pool.recover();
        assert_eq!(pool.take_refused(), 2);
        // Another process has taken one.
        system.grant(1);
        pool.recover();
        assert_eq!((pool.workers(), pool.take_refused()), (1, 1));
        system.grant(9);
        pool.recover();
        assert_eq!((pool.workers(), pool.take_refused()), (4, 0));
    }
}
