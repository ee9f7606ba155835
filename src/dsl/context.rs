//! What an evaluation carries: its budget, and how it went.

use std::time::Instant;

use super::table::Default;
use crate::value::{Failure, Outcome, Value};

/// How much an evaluation may do.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Units of work: a call is one, and so is each item that a primitive
    /// looks at or makes.
    pub steps: u64,
    /// How much the values that are kept may weigh, in bytes; see
    /// [`Context::keep`].
    pub bytes: u64,
    /// A point in time beyond which nothing goes on. A guard against a machine
    /// in trouble; results that depend on it are not the same everywhere.
    pub deadline: Option<Instant>,
}

impl Budget {
    /// A budget of steps alone.
    pub fn of_steps(steps: u64) -> Budget {
        Budget {
            steps,
            bytes: u64::MAX,
            deadline: None,
        }
    }
}

/// The state of an evaluation, handed through every call.
///
/// Work is paid for before it is done ([`Context::spend`]). Once the budget is
/// spent, every further payment fails, so that whatever is running comes back
/// at once, and no result is kept: a call that runs out yields its default,
/// whichever inner call it was that ran out.
#[derive(Debug)]
pub struct Context {
    steps: u64,
    bytes: u64,
    until_clock: u64,
    deadline: Option<Instant>,
    depth: u32,
    exhausted: bool,
    failures: u64,
}

impl Context {
    /// How deep calls of closures may nest: any honest program stays far below,
    /// and the stack of a pool's thread is far from full.
    pub const DEPTH: u32 = 128;

    /// How many steps pass between two looks at the clock.
    const CLOCK: u64 = 1 << 14;

    /// A context with this budget.
    pub fn new(budget: Budget) -> Context {
        let mut context = Context {
            steps: 0,
            bytes: 0,
            until_clock: Context::CLOCK,
            deadline: None,
            depth: 0,
            exhausted: false,
            failures: 0,
        };
        context.refill(budget);
        context
    }

    /// Starts anew with this budget, as before the next call of a card.
    pub fn refill(&mut self, budget: Budget) {
        self.steps = budget.steps;
        self.bytes = budget.bytes;
        self.deadline = budget.deadline;
        self.exhausted = false;
    }

    /// The steps that are left.
    pub fn steps_left(&self) -> u64 {
        self.steps
    }

    /// The bytes that are left for values that are kept.
    pub fn bytes_left(&self) -> u64 {
        self.bytes
    }

    /// Whether the deadline, if there is one, has passed.
    pub fn is_late(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Whether the budget ran out since it was last filled.
    pub fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// Pays for a value that outlives its call, as the results of a card do.
    ///
    /// While a call runs, memory is bounded by its steps, for bodies pay for
    /// the items that they make; what a card keeps adds up only here.
    ///
    /// # Errors
    /// [`Failure::OutOfBudget`] where there is not enough left, and from then
    /// on.
    pub fn keep(&mut self, value: &Value) -> Result<(), Failure> {
        let bytes = u64::from(value.measure().weight) * size_of::<Value>() as u64;
        match self.bytes.checked_sub(bytes) {
            Some(left) => {
                self.bytes = left;
                Ok(())
            }
            None => self.exhaust(),
        }
    }

    /// How many calls have failed so far, inner ones included.
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// Pays for work about to be done.
    ///
    /// # Errors
    /// [`Failure::OutOfBudget`] where there is not enough left, and from then
    /// on.
    #[inline]
    pub fn spend(&mut self, steps: usize) -> Result<(), Failure> {
        let steps = steps as u64;
        if self.steps < steps {
            return self.exhaust();
        }
        self.steps -= steps;
        if self.until_clock <= steps {
            return self.look_at_clock();
        }
        self.until_clock -= steps;
        Ok(())
    }

    #[cold]
    fn exhaust(&mut self) -> Result<(), Failure> {
        self.exhausted = true;
        self.steps = 0;
        Err(Failure::OutOfBudget)
    }

    #[cold]
    fn look_at_clock(&mut self) -> Result<(), Failure> {
        self.until_clock = Context::CLOCK;
        if self.is_late() {
            return self.exhaust();
        }
        Ok(())
    }

    /// Runs the inside of a closure one level deeper.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] beyond [`Context::DEPTH`], else that of the inside.
    pub(super) fn nested(&mut self, inside: impl FnOnce(&mut Context) -> Outcome) -> Outcome {
        if self.depth >= Context::DEPTH {
            return Err(Failure::TooDeep);
        }
        self.depth += 1;
        let outcome = inside(self);
        self.depth -= 1;
        outcome
    }

    /// What a primitive yields in the end: its result, or its default where it
    /// failed or the budget is spent.
    #[inline]
    pub(super) fn settle(&mut self, outcome: Outcome, default: Default) -> Value {
        match outcome {
            Ok(value) if !self.exhausted => value,
            _ => {
                self.failures += 1;
                default.value()
            }
        }
    }
}
