//! What an evaluation carries: its budget, and how it went.

use std::sync::Arc;

use super::columns::Memory;
use super::dialect::{Dialect, FailingCalls};
use super::failure_value::FailureValue;
use super::likeness::{LastLikeness, Likeness};
use super::memo::Memo;
use crate::deadline::Deadline;
use crate::value::{
    CellLayout, Failure, ForeignCall, ForeignFunction, Measure, Outcome, Raised, Value,
};

/// Budget of an evaluation, in steps, bytes and time.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Units of work: a call is one, and so is each item that a primitive
    /// looks at or makes.
    pub steps: u64,
    /// Weight that a value may have, in bytes: no call makes one beyond it. What several
    /// that are kept weigh together is bounded by those who keep them.
    pub bytes: u64,
    /// A point in time beyond which nothing goes on. A guard against a machine
    /// in trouble; results that depend on it are not the same everywhere.
    pub deadline: Option<Deadline>,
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
/// Work is paid for before it is done ([`Context::spend`]), and room is asked for
/// before a value of a known size is built (`Context::room_for`). Once a limit
/// is met, every further payment fails, so that whatever is running comes back
/// at once, and the call has no value ([`Context::is_exhausted`]), whichever
/// inner call it was that met it: Python would have gone on, so nothing
/// stands for what it would have found.
#[derive(Debug)]
pub struct Context {
    dialect: &'static Dialect,
    /// The steps that the budget began with.
    granted: u64,
    steps: u64,
    bytes: u64,
    until_clock: u64,
    deadline: Option<Deadline>,
    depth: u32,
    exhausted: bool,
    has_ended_program: bool,
    /// Why the first call failed that ended the program.
    ended_by: Option<Failure>,
    /// The Python frames that are running, but for those of closures, which are as many
    /// as these are deep: where calls nest beyond [`Context::FRAMES`], they fail.
    frames: u32,
    /// The steps that were left where a limit other than theirs was met.
    unspent: u64,
    failures: u64,
    memo: Memo,
    columns: Memory,
    likeness: LastLikeness,
    allows_shortcuts: bool,
    /// Whether what runs may be put back and run in another way.
    is_on_trial: bool,
    /// Whether it met a function from outside, for which there is only one way.
    has_given_up_trial: bool,
    raised: Option<Raised>,
}

/// What an evaluation has spent, failed and met, to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checkpoint {
    steps: u64,
    until_clock: u64,
    depth: u32,
    exhausted: bool,
    has_ended_program: bool,
    ended_by: Option<Failure>,
    frames: u32,
    unspent: u64,
    failures: u64,
    has_given_up_trial: bool,
}

impl Checkpoint {
    /// The steps that were spent since.
    pub(super) fn spent_by(self, context: &Context) -> u64 {
        self.steps.saturating_sub(context.steps)
    }

    /// Whether something failed or met a limit since.
    pub(super) fn has_failed_by(self, context: &Context) -> bool {
        self.failures != context.failures || context.exhausted
    }
}

/// What a value weighs: the same in whatever form it is kept, shared parts
/// counted as often as they are reached.
#[inline]
pub(crate) fn nominal_bytes(value: &Value) -> u64 {
    u64::from(value.measure().weight) * Measure::NODE_BYTES
}

impl Context {
    /// Depth to which calls of closures may nest: any honest program stays far below,
    /// and the stack of a pool's thread is far from full.
    pub const DEPTH: u32 = 128;

    /// The frames that CPython allows.
    pub(super) const FRAMES: u32 = 1_000;

    /// The frames that are there when a program begins to call: a module's and its own.
    const FRAMES_AROUND: u32 = 2;

    /// How many steps pass between two looks at the clock.
    const CLOCK: u64 = 1 << 14;

    /// A context with this budget, for calls in a dialect.
    pub fn new(dialect: &'static Dialect, budget: Budget) -> Context {
        let mut context = Context {
            dialect,
            granted: 0,
            steps: 0,
            bytes: 0,
            until_clock: Context::CLOCK,
            deadline: None,
            depth: 0,
            exhausted: false,
            has_ended_program: false,
            ended_by: None,
            frames: Context::FRAMES_AROUND,
            unspent: 0,
            failures: 0,
            memo: Memo::default(),
            columns: Memory::default(),
            likeness: LastLikeness::default(),
            allows_shortcuts: true,
            is_on_trial: false,
            has_given_up_trial: false,
            raised: None,
        };
        context.refill(budget);
        context
    }

    /// Starts anew with this budget, as before the next call of a card.
    #[inline]
    pub fn refill(&mut self, budget: Budget) {
        self.memo.forget();
        self.columns.forget();
        self.likeness.forget();
        self.granted = budget.steps;
        self.steps = budget.steps;
        self.bytes = budget.bytes;
        self.deadline = budget.deadline;
        self.exhausted = false;
        self.has_ended_program = false;
        self.ended_by = None;
        self.frames = Context::FRAMES_AROUND;
        self.unspent = 0;
        self.raised = None;
    }

    /// The dialect of the calls.
    #[inline]
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// How the cells of objects are laid out in it.
    #[inline]
    pub(super) fn cells(&self) -> CellLayout {
        self.dialect.cells()
    }

    /// Goes on with calls in another dialect.
    pub(crate) fn set_dialect(&mut self, dialect: &'static Dialect) {
        self.memo.forget();
        self.columns.forget();
        self.dialect = dialect;
    }

    /// What is remembered of calls since the budget was last filled.
    pub(super) fn memo_mut(&mut self) -> &mut Memo {
        &mut self.memo
    }

    /// The same, to be looked at.
    pub(super) fn memo(&self) -> &Memo {
        &self.memo
    }

    /// What is remembered of columns since then.
    pub(super) fn columns_mut(&mut self) -> &mut Memory {
        &mut self.columns
    }

    /// The likeness of a grid of any values, where it is asked for again and again; only
    /// where shortcuts are allowed.
    pub(super) fn likeness_of(&mut self, grid: &Value) -> Option<Arc<Likeness>> {
        match self.allows_shortcuts {
            true => self.likeness.of(grid),
            false => None,
        }
    }

    /// Whether what is the same as calls one by one may stand for them: columns, likenesses,
    /// numbers for values.
    pub(super) fn allows_shortcuts(&self) -> bool {
        self.allows_shortcuts
    }

    /// From now on functions are called on one item after the other, and values are looked at
    /// as they are.
    #[cfg(test)]
    pub(super) fn forbid_shortcuts(&mut self) {
        self.allows_shortcuts = false;
    }

    /// What was spent, failed and met so far.
    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            steps: self.steps,
            until_clock: self.until_clock,
            depth: self.depth,
            exhausted: self.exhausted,
            has_ended_program: self.has_ended_program,
            ended_by: self.ended_by,
            frames: self.frames,
            unspent: self.unspent,
            failures: self.failures,
            has_given_up_trial: self.has_given_up_trial,
        }
    }

    /// Goes back to it: what was spent, failed and met since is as if it were not.
    pub(super) fn put_back(&mut self, before: Checkpoint) {
        self.steps = before.steps;
        self.until_clock = before.until_clock;
        self.depth = before.depth;
        self.exhausted = before.exhausted;
        self.has_ended_program = before.has_ended_program;
        self.ended_by = before.ended_by;
        self.frames = before.frames;
        self.unspent = before.unspent;
        self.failures = before.failures;
        self.has_given_up_trial = before.has_given_up_trial;
    }

    /// Runs what may be put back and run in another way: there no function from outside is
    /// called, for somebody would see it.
    pub(super) fn on_trial<T>(&mut self, inside: impl FnOnce(&mut Context) -> T) -> T {
        let was_on_trial = std::mem::replace(&mut self.is_on_trial, true);
        let result = inside(self);
        self.is_on_trial = was_on_trial;
        result
    }

    /// Ends a trial, for it has met a function from outside. What runs comes back as where
    /// a limit is met, and is put back.
    pub(super) fn give_up_trial(&mut self) {
        self.has_given_up_trial = true;
        let _ = self.exceed();
    }

    /// Whether a trial was ended that is not put back yet.
    pub(super) fn has_given_up_trial(&self) -> bool {
        self.has_given_up_trial
    }

    /// Calls a function from outside.
    ///
    /// # Errors
    /// [`Failure::Raised`] where it raises something, which is kept for who made the
    /// context ([`Context::take_raised`]); no call is made from then on.
    /// [`Failure::OutOfBudget`] on trial.
    pub(super) fn call_foreign(
        &mut self,
        function: &dyn ForeignFunction,
        arguments: &[&Value],
    ) -> Outcome {
        if self.is_on_trial {
            self.give_up_trial();
            return Err(Failure::OutOfBudget);
        }
        let depth = self.depth;
        let raised = match function.call(ForeignCall { arguments, depth }) {
            Ok(value) => return Ok(value),
            Err(raised) => raised,
        };
        // Whatever becomes of this failure on its way out.
        let _ = self.exceed();
        self.raised = Some(raised);
        Err(Failure::Raised)
    }

    /// Whether a function from outside has raised something since the budget was last
    /// filled: that has ended what was running, as a limit does.
    pub(crate) fn has_raised(&self) -> bool {
        self.raised.is_some()
    }

    /// What it has raised.
    pub fn take_raised(&mut self) -> Option<Raised> {
        self.raised.take()
    }

    /// The context of calls that closures are already nested around, so deep.
    pub fn at_depth(mut self, depth: u32) -> Context {
        self.depth = depth;
        self
    }

    /// The steps that were spent since the budget was last filled; 0 while what
    /// runs is paid for.
    pub(super) fn spent(&self) -> u64 {
        self.granted.saturating_sub(self.steps)
    }

    /// How deep the closure that is running is nested; 0 where none is.
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// Spends and fails what a call did that is answered from memory. It must be
    /// within what is left.
    ///
    /// # Errors
    /// [`Failure::OutOfBudget`] where the deadline has passed.
    pub(super) fn repeat(&mut self, steps: u64, failures: u64) -> Result<(), Failure> {
        self.failures += failures;
        self.spend(steps as usize)
    }

    /// The steps that are left, of a call over a limit those that it did not
    /// take.
    #[inline]
    pub fn steps_left(&self) -> u64 {
        self.steps + self.unspent
    }

    /// Whether the deadline, if there is one, has passed.
    pub fn is_late(&self) -> bool {
        self.deadline.is_some_and(Deadline::has_passed)
    }

    /// Whether a limit was met since the budget was last filled: its steps, the
    /// deadline, or how large or deep a value, or how deep calls, may be. The
    /// call in hand has no value then. Nor has it where a failing call ended the
    /// program ([`Context::has_ended_program`]), which stops what is running in
    /// the same way.
    #[inline]
    pub fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// Whether a call has failed since the budget was last filled, in a dialect
    /// whose failing calls end the program.
    #[inline]
    pub fn has_ended_program(&self) -> bool {
        self.has_ended_program
    }

    /// Why the first call failed of those that failed since the budget was last
    /// filled, in a dialect whose failing calls end the program: the innermost one.
    #[inline]
    pub fn ended_by(&self) -> Option<Failure> {
        self.ended_by
    }

    /// What runs inside of a generator: nothing that comes next is another failure
    /// there, for it would end the generator as if it were done.
    #[inline]
    pub(super) fn in_generator<T>(
        &mut self,
        inside: impl FnOnce(&mut Context) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let had_ended = self.has_ended_program;
        let outcome = inside(self);
        if !had_ended && self.ended_by == Some(Failure::NothingNext) {
            self.ended_by = Some(Failure::NothingNextInGenerator);
        }
        match outcome {
            Err(Failure::NothingNext) => Err(Failure::NothingNextInGenerator),
            outcome => outcome,
        }
    }

    /// What runs so many Python frames further in.
    #[inline]
    pub(super) fn with_frames<T>(
        &mut self,
        frames: u32,
        inside: impl FnOnce(&mut Context) -> T,
    ) -> T {
        self.frames += frames;
        let result = inside(self);
        self.frames = self.frames.saturating_sub(frames);
        result
    }

    /// The frames that are running, but for those of closures.
    #[inline]
    pub(super) fn frames_mut(&mut self) -> &mut u32 {
        &mut self.frames
    }

    /// Checks that so many frames more are allowed.
    ///
    /// # Errors
    /// [`Failure::Recursion`] where they are not.
    pub(super) fn room_for_frames(&self, frames: u64) -> Result<(), Failure> {
        if self.dialect.failing_calls() == FailingCalls::YieldAValue {
            // Nobody sees how deep the reference's calls would nest.
            return Ok(());
        }
        let running = u64::from(self.frames + self.depth);
        match running.saturating_add(frames) > u64::from(Context::FRAMES) {
            true => Err(Failure::Recursion),
            false => Ok(()),
        }
    }

    /// Checks that a value of so many nodes may be built, before it is.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] beyond [`Measure::WEIGHT`], and where it could not
    /// be kept.
    #[inline]
    pub(super) fn room_for(&self, nodes: u64) -> Result<(), Failure> {
        if nodes > u64::from(Measure::WEIGHT) || nodes > self.bytes / Measure::NODE_BYTES {
            return Err(Failure::TooLarge);
        }
        Ok(())
    }

    /// Number of calls that have failed so far, inner ones included.
    #[inline]
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// Whether so many steps are left, and no limit was met.
    pub(super) fn affords(&self, steps: usize) -> bool {
        !self.exhausted && self.steps >= steps as u64
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

    /// Runs what is paid for already: whatever it calls costs nothing. Only for
    /// what takes no longer than was paid for, so not for functions that a
    /// program hands over.
    #[inline]
    pub(super) fn prepaid<T>(&mut self, inside: impl FnOnce(&mut Context) -> T) -> T {
        if self.exhausted {
            return inside(self);
        }
        let steps = std::mem::replace(&mut self.steps, u64::MAX);
        let result = inside(self);
        if !self.exhausted {
            self.steps = steps;
        } else if self.unspent > 0 {
            self.unspent = steps;
        }
        result
    }

    #[cold]
    fn exhaust(&mut self) -> Result<(), Failure> {
        self.exhausted = true;
        self.steps = 0;
        Err(Failure::OutOfBudget)
    }

    /// Ends the call for another reason than its steps.
    #[cold]
    fn exceed(&mut self) -> Result<(), Failure> {
        if !self.exhausted {
            self.unspent = self.steps;
        }
        self.exhaust()
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
        self.enter()?;
        let outcome = inside(self);
        self.leave();
        outcome
    }

    /// Whether a closure may be called here.
    pub(super) fn may_nest(&self) -> bool {
        self.depth < Context::DEPTH
    }

    /// Begins the inside of a closure.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] beyond [`Context::DEPTH`].
    #[inline]
    pub(super) fn enter(&mut self) -> Result<(), Failure> {
        if self.depth >= Context::DEPTH {
            return Err(Failure::TooDeep);
        }
        self.depth += 1;
        Ok(())
    }

    /// Ends it.
    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// What a call yields in the end: its result, or what stands for it where it
    /// failed. Where a limit was met, or the failure ends the program, that only
    /// stands in until all that is running has come back.
    #[inline]
    pub(crate) fn settle(&mut self, outcome: Outcome, on_failure: FailureValue) -> Value {
        match outcome {
            Ok(value) if !self.exhausted => value,
            Ok(_) => self.fail(Failure::OutOfBudget, on_failure),
            Err(failure) => {
                if failure.ends_all() {
                    // What was spent stays spent; this only ends the call.
                    let _ = self.exceed();
                }
                self.fail(failure, on_failure)
            }
        }
    }

    /// What a call yields that is not begun, for its arguments are given in a way
    /// that no callee takes.
    pub(crate) fn refuse(&mut self, on_failure: FailureValue) -> Value {
        self.end_program_where_failures_do(Failure::ArgumentCount);
        on_failure.value()
    }

    fn fail(&mut self, failure: Failure, on_failure: FailureValue) -> Value {
        self.failures += 1;
        self.end_program_where_failures_do(failure);
        on_failure.value()
    }

    #[inline]
    fn end_program_where_failures_do(&mut self, failure: Failure) {
        let ends = self.dialect.failing_calls() == FailingCalls::EndTheProgram;
        if ends && !self.exhausted {
            self.has_ended_program = true;
            self.ended_by = Some(failure);
            let _ = self.exceed();
        }
    }
}
