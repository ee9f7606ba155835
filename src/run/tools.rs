//! What stages work with: workers, a clock, and whether there is time left.

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
}
