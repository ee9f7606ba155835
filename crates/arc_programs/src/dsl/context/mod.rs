//! What an evaluation carries: its budget, and how it went.

mod budget;
mod nesting;
mod outcome;
mod trial;

use std::sync::Arc;

pub use self::budget::Budget;
pub(crate) use self::budget::nominal_bytes;
use super::charge::MadeCall;
use super::columns::Memory;
use super::dialect::Dialect;
use super::in_hand::InHand;
use super::likeness::{LastLikeness, Likeness};
use super::memo::Memo;
use crate::deadline::Deadline;
use crate::value::{CellLayout, Failure, Raised, Value};

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
    progress: Progress,
    bytes: u64,
    deadline: Option<Deadline>,
    memo: Memo,
    columns: Memory,
    likeness: LastLikeness,
    in_hand: InHand<Value, MadeCall>,
    /// How many calls of forks were answered by others.
    #[cfg(test)]
    answered_forks: usize,
    /// The greatest depth since the budget was last filled.
    deepest: u32,
    /// How often it was asked whether there are frames enough.
    frames_asked: u64,
    /// How many functions from outside were called.
    foreign_calls: u64,
    allows_shortcuts: bool,
    /// Whether what runs may be put back and run in another way.
    is_on_trial: bool,
    raised: Option<Raised>,
}

/// What an evaluation has spent, failed and met so far: what a trial is put back to.
#[derive(Clone, Copy, Debug)]
struct Progress {
    /// The steps that are left.
    steps: u64,
    until_clock: u64,
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
    /// Why the last of them failed.
    last_failure: Option<Failure>,
    /// Whether what runs on trial met a function from outside, for which there is only one way.
    has_given_up_trial: bool,
}

impl Context {
    /// Depth to which calls of closures may nest: any honest program stays far below,
    /// and the stack of a pool's thread is far from full.
    pub const DEPTH: u32 = 128;

    /// The frames that CPython allows.
    pub(in crate::dsl) const FRAMES: u32 = 1_000;

    /// The frames that are there when a program begins to call: a module's and its own.
    const FRAMES_AROUND: u32 = 2;

    /// How many steps pass between two looks at the clock.
    const CLOCK: u64 = 1 << 14;

    /// A context with this budget, for calls in a dialect.
    pub fn new(dialect: &'static Dialect, budget: Budget) -> Context {
        let mut context = Context {
            dialect,
            granted: 0,
            progress: Progress {
                steps: 0,
                until_clock: Context::CLOCK,
                depth: 0,
                exhausted: false,
                has_ended_program: false,
                ended_by: None,
                frames: Context::FRAMES_AROUND,
                unspent: 0,
                failures: 0,
                last_failure: None,
                has_given_up_trial: false,
            },
            bytes: 0,
            deadline: None,
            memo: Memo::default(),
            columns: Memory::default(),
            likeness: LastLikeness::default(),
            in_hand: InHand::default(),
            #[cfg(test)]
            answered_forks: 0,
            deepest: 0,
            frames_asked: 0,
            foreign_calls: 0,
            allows_shortcuts: true,
            is_on_trial: false,
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
        self.deepest = self.progress.depth;
        self.granted = budget.steps;
        self.progress.steps = budget.steps;
        self.bytes = budget.bytes;
        self.deadline = budget.deadline;
        self.progress.exhausted = false;
        self.progress.has_ended_program = false;
        self.progress.ended_by = None;
        self.progress.frames = Context::FRAMES_AROUND;
        self.progress.unspent = 0;
        self.raised = None;
    }

    /// The dialect of the calls.
    #[inline]
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// How the cells of objects are laid out in it.
    #[inline]
    pub(in crate::dsl) fn cells(&self) -> CellLayout {
        self.dialect.cells()
    }

    /// Goes on with calls in another dialect.
    pub(crate) fn set_dialect(&mut self, dialect: &'static Dialect) {
        self.memo.forget();
        self.columns.forget();
        self.dialect = dialect;
    }

    /// What is remembered of calls since the budget was last filled.
    pub(in crate::dsl) fn memo_mut(&mut self) -> &mut Memo {
        &mut self.memo
    }

    /// The same, to be looked at.
    pub(in crate::dsl) fn memo(&self) -> &Memo {
        &self.memo
    }

    /// What is remembered of columns since then.
    pub(in crate::dsl) fn columns_mut(&mut self) -> &mut Memory {
        &mut self.columns
    }

    #[cfg(test)]
    pub(in crate::dsl) fn answered_forks(&self) -> usize {
        self.answered_forks
    }

    #[cfg(test)]
    pub(in crate::dsl) fn count_answered_fork(&mut self) {
        self.answered_forks += 1;
    }

    /// What functions yielded for the values that forks have in hand.
    #[inline]
    pub(in crate::dsl) fn in_hand(&self) -> &InHand<Value, MadeCall> {
        &self.in_hand
    }

    /// The same, to be changed.
    #[inline]
    pub(in crate::dsl) fn in_hand_mut(&mut self) -> &mut InHand<Value, MadeCall> {
        &mut self.in_hand
    }

    /// The likeness of a grid of any values, where it is asked for again and again; only
    /// where shortcuts are allowed.
    pub(in crate::dsl) fn likeness_of(&mut self, grid: &Value) -> Option<Arc<Likeness>> {
        match self.allows_shortcuts {
            true => self.likeness.of(grid),
            false => None,
        }
    }

    /// Whether what is the same as calls one by one may stand for them: columns, likenesses,
    /// numbers for values.
    pub(in crate::dsl) fn allows_shortcuts(&self) -> bool {
        self.allows_shortcuts
    }

    /// From now on functions are called on one item after the other, and values are looked at
    /// as they are.
    #[cfg(test)]
    pub(in crate::dsl) fn forbid_shortcuts(&mut self) {
        self.allows_shortcuts = false;
    }
}
