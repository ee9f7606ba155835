//! The cores that a run works on, which it shares with other instances.

use super::{RunError, Runner};
use crate::event::Event;
use crate::pool::HeldSlots;

/// What came of asking for cores.
pub(super) enum Cores<'a> {
    /// The slots, where they are shared.
    Asked(Option<HeldSlots<'a>>),
    /// The run was asked to stop meanwhile.
    Stopped,
}

impl<'a> Runner<'a> {
    /// Waits until other instances leave it a core to work on.
    pub(super) fn wait_for_cores(&mut self) -> Result<Cores<'a>, RunError> {
        let Some(slots) = &self.job.slots else {
            return Ok(Cores::Asked(None));
        };
        let is_stopped = || self.interrupt.signal().is_some();
        let wanted = self.pool.workers();
        let taken = self.stopwatch.time(self.clock, "wait for cores", || {
            slots.take(wanted, &is_stopped)
        });
        match taken {
            Ok(Some(held)) => {
                self.pool.limit_to(held.count());
                Ok(Cores::Asked(Some(held)))
            }
            Ok(None) => Ok(Cores::Stopped),
            Err(error) => {
                self.pool.limit_to(wanted);
                let notice = format!("cores are not shared with other instances: {error}");
                self.tell_once("cores".to_owned(), &Event::Notice(&notice))?;
                Ok(Cores::Asked(None))
            }
        }
    }

    /// Takes the cores that other instances have left meanwhile. Where that
    /// fails it goes on with what it has.
    pub(super) fn ask_for_more(&mut self, cores: &mut Option<HeldSlots<'_>>) {
        if let Some(held) = cores
            && held.grow_to(self.pool.workers()).is_ok()
        {
            self.pool.limit_to(held.count());
        }
    }
}
