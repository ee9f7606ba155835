//! What stages work with: workers, a clock, and whether there is time left.

use crate::clock::Clock;
use crate::interrupt::Interrupt;
use crate::pool::{Mapped, Pool};

/// The workers, the clock and the interrupt of a run.
pub(super) struct Tools<'a> {
    pub(super) pool: Pool,
    pub(super) clock: &'a dyn Clock,
    pub(super) interrupt: &'a Interrupt,
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
