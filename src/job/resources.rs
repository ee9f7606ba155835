//! The workers and the budget of a run, where memory is limited.
//!
//! A limit of memory would end the process in the middle of an allocation. So
//! there are only as many workers as have room, and programs may keep only so
//! much: a large program fails then, as it does at any budget, and the rest
//! goes on.

use arc_programs::batt::SampleBudget;

use crate::pool::Profile;

/// What the programs of a worker need, in bytes: honest ones stay far below a
/// quarter of it.
const PROGRAMS: u64 = 24 << 20;

/// What a thread takes from the address space: its stack, and the 64 MiB that
/// the C library's allocator sets aside for it.
const THREAD: u64 = 67 << 20;

/// What all else needs: the data, the library.
const REST: u64 = 16 << 20;

/// Workers, and a budget for their programs, that memory has room for.
#[derive(Clone, Debug)]
pub struct Resources {
    /// The workers.
    pub profile: Profile,
    /// The limits of a sample.
    pub budget: SampleBudget,
    /// Whether there may be threads beside the first.
    pub has_room_for_threads: bool,
    is_limited: bool,
}

/// Error for memory that is limited to less than a run with one worker takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the memory is limited (ulimit -v, or the container): {} MB are left, expected at least {}; raise the limit",
    left >> 20,
    (REST + PROGRAMS) >> 20
)]
pub struct TooLittleMemory {
    /// Bytes that are left.
    pub left: u64,
}

impl Resources {
    /// What is left of a profile and a budget in so many bytes of memory; all of
    /// it where memory is not limited.
    ///
    /// # Errors
    /// [`TooLittleMemory`] where there is no room for one worker.
    pub fn within(
        left: Option<u64>,
        profile: Profile,
        budget: SampleBudget,
    ) -> Result<Self, TooLittleMemory> {
        let Some(left) = left else {
            return Ok(Self {
                profile,
                budget,
                has_room_for_threads: true,
                is_limited: false,
            });
        };
        if left < REST + PROGRAMS {
            return Err(TooLittleMemory { left });
        }
        // One thread waits for signals.
        let for_workers = left.saturating_sub(REST + THREAD);
        let workers = profile
            .workers
            .min((for_workers / (THREAD + PROGRAMS)) as usize);
        let for_programs = match workers as u64 {
            // The first thread does all the work.
            0 => left - REST,
            workers => for_workers / workers - THREAD,
        };
        let own = budget.within(for_programs);
        Ok(Self {
            has_room_for_threads: workers > 0,
            is_limited: workers < profile.workers || own.limits.bytes < budget.limits.bytes,
            profile: Profile {
                workers: workers.max(1),
                ..profile
            },
            budget: own,
        })
    }

    /// Notice to the user where it is less than was wanted.
    pub fn notice(&self) -> Option<String> {
        self.is_limited.then(|| {
            format!(
                "the memory is limited (ulimit -v, or the container): {} workers, and a program may keep {} MB of values",
                self.profile.workers,
                self.budget.limits.bytes >> 20
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use arc_programs::evaluation::Limits;

    use crate::pool::ProfileKind;

    use super::*;

    fn within(megabytes: u64) -> Result<Resources, TooLittleMemory> {
        let profile = Profile {
            kind: ProfileKind::Cpu,
            reason: String::new(),
            workers: 4,
            chunk_size: 8,
        };
        let budget = SampleBudget {
            limits: Limits::default(),
            timeout: None,
        };
        Resources::within(Some(megabytes << 20), profile, budget)
    }

    #[test]
    fn less_memory_means_fewer_workers_and_smaller_programs() {
        assert!(within(39).is_err());
        let mut before = within(40).unwrap();
        assert!(!before.has_room_for_threads);
        for megabytes in 41..8000 {
            let resources = within(megabytes).unwrap();
            let most = resources.profile.workers as u64 * (resources.budget.limits.bytes * 2);
            assert!(most <= megabytes << 20, "{megabytes}");
            assert!(
                resources.profile.workers >= before.profile.workers,
                "{megabytes}"
            );
            before = resources;
        }
        assert!(before.notice().is_none());
        assert_eq!(before.profile.workers, 4);
        assert_eq!(before.budget.limits.bytes, Limits::default().bytes);
    }
}
