//! What stages work with: workers, a clock, and whether there is time left.

use std::sync::atomic::{AtomicBool, Ordering};

use arc_programs::batt::ResultCache;

use crate::clock::Clock;
use crate::interrupt::Interrupt;
use crate::pool::{Mapped, Pool};

/// The workers, the clock, the interrupt and the cache of a run.
pub(super) struct Tools<'a> {
    pub(super) pool: Pool,
    pub(super) clock: &'a dyn Clock,
    pub(super) interrupt: &'a Interrupt,
    /// What is known of programs' results.
    pub(super) cache: &'a dyn ResultCache,
}

impl Tools<'_> {
    /// Applies `work` to every item on the pool; once the run is overdue no
    /// further item is begun.
    pub(super) fn map<T: Sync, R: Send>(
        &self,
        items: &[T],
        work: impl Fn(&T) -> R + Sync,
    ) -> Mapped<R> {
        let is_overdue = || self.interrupt.is_overdue();
        self.pool.map_until(&is_overdue, items, work)
    }

    /// The same, while the calling thread does work of its own; where that fails no further
    /// item is begun either. What workers do that have no item left is `spare` work.
    pub(super) fn map_beside<T: Sync, R: Send, Tool, Own, Problem>(
        &self,
        items: &[T],
        tool: impl Fn() -> Tool + Sync,
        work: impl Fn(&mut Tool, &T) -> R + Sync,
        spare: impl Fn(&mut Tool) -> bool + Sync,
        own: impl FnOnce() -> Result<Own, Problem>,
    ) -> (Mapped<R>, Result<Own, Problem>) {
        let has_failed = AtomicBool::new(false);
        let is_stopped = || has_failed.load(Ordering::Relaxed) || self.interrupt.is_overdue();
        let own = || own().inspect_err(|_| has_failed.store(true, Ordering::Relaxed));
        self.pool
            .map_beside(&is_stopped, items, tool, work, spare, own)
    }
}
