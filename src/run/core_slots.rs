//! The cores that a run works on, which it shares with other instances.

use std::io;

use super::tools::Tools;
use crate::pool::{HeldSlots, Slots};

/// What came of asking for cores.
pub(super) enum Cores<'a> {
    /// As many as it has workers.
    All,
    /// As many as it holds slots for.
    Held(HeldSlots<'a>),
    /// None: the run was asked to stop meanwhile.
    Stopped,
}

/// Waits until other instances leave a core to work on.
///
/// # Errors
/// Fails where cores cannot be shared; the pool has all its workers then.
pub(super) fn wait_for_cores<'a>(slots: &'a Slots, tools: &Tools<'_>) -> io::Result<Cores<'a>> {
    let wanted = tools.pool.workers();
    match slots.take(wanted, &|| tools.interrupt.is_asked()) {
        Ok(Some(held)) => {
            tools.pool.limit_to(held.count());
            Ok(Cores::Held(held))
        }
        Ok(None) => Ok(Cores::Stopped),
        Err(error) => {
            tools.pool.limit_to(wanted);
            Err(error)
        }
    }
}

impl Cores<'_> {
    /// Takes the cores that other instances have left meanwhile. Where that
    /// fails it goes on with what it has.
    pub(super) fn ask_for_more(&mut self, tools: &Tools<'_>) {
        if let Self::Held(held) = self
            && held.grow_to(tools.pool.workers()).is_ok()
        {
            tools.pool.limit_to(held.count());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{StepClock, Surroundings};
    use super::*;
    use crate::interrupt::Interrupt;

    #[test]
    fn a_run_has_as_many_workers_as_it_holds_slots_and_takes_what_others_leave() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::open(folder.path(), 2).unwrap();
        let others = slots.take(1, &|| false).unwrap().unwrap();
        let surroundings = Surroundings::quiet();
        let tools = surroundings.tools();
        let mut cores = wait_for_cores(&slots, &tools).unwrap();
        let held = |cores: &Cores<'_>| match cores {
            Cores::Held(held) => held.count(),
            Cores::All | Cores::Stopped => 0,
        };
        assert_eq!(held(&cores), 1);
        drop(others);
        cores.ask_for_more(&tools);
        assert_eq!(held(&cores), 2);
    }

    #[test]
    fn a_run_that_is_stopped_waits_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::open(folder.path(), 1).unwrap();
        let _others = slots.take(1, &|| false).unwrap().unwrap();
        let surroundings = Surroundings::of(StepClock::of(0), Interrupt::overdue());
        let cores = wait_for_cores(&slots, &surroundings.tools()).unwrap();
        assert!(matches!(cores, Cores::Stopped));
    }

    #[test]
    fn cores_that_cannot_be_shared_are_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::open(folder.path(), 1).unwrap();
        drop(folder);
        let surroundings = Surroundings::quiet();
        assert!(wait_for_cores(&slots, &surroundings.tools()).is_err());
    }
}
