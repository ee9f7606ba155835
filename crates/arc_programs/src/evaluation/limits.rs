//! Limits of evaluations.

use crate::deadline::Deadline;
use crate::digest::{Digest, DigestHasher};

/// Limits on the evaluation of a stage, in steps, bytes and time.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The steps of one call. A call beyond it has no value.
    pub call_steps: u64,
    /// The steps of all calls of a program together, those that it shares with others
    /// too. Beyond it there are no values.
    pub steps: u64,
    /// Weight of all results of a program together, in nominal bytes, and of those
    /// that a plan keeps at the same time. A call whose result would go beyond it has
    /// no value.
    pub bytes: u64,
    /// A point in time at which it ends, whatever it is at: for a machine in
    /// trouble. What it decides is not the same on every machine.
    pub deadline: Option<Deadline>,
}

impl Limits {
    /// Digest of those that decide the same on every machine.
    pub fn digest(&self) -> Digest {
        let mut hasher = DigestHasher::new("limits");
        for limit in [self.call_steps, self.steps, self.bytes] {
            hasher.number(limit);
        }
        hasher.finish()
    }
}

impl Default for Limits {
    /// Limits that an honest program does not meet. Over the reference's 391
    /// solvers on their own tasks the dearest call takes 4.4 million steps, the
    /// dearest solver 8.9 million; over nine of its cards on 20 tasks each the
    /// dearest sample takes 7.3 million. The product of a grid's 900 cells with
    /// themselves takes 0.8 million, and with 117 MB it may be kept four times.
    fn default() -> Self {
        Self {
            call_steps: 6_000_000,
            steps: 12_000_000,
            bytes: 512 << 20,
            deadline: None,
        }
    }
}
