//! Why a call failed.

use thiserror::Error;

/// Failure of an operation on values: why it has no result.
///
/// Where the reference raises an exception, a call here returns one of these,
/// and the primitive around it yields its default; but for a limit of ours
/// ([`Failure::is_limit`]), which ends the whole call. The reason never reaches a
/// program; it is counted, and it makes a mismatch readable. The type is a byte
/// so that `Result<Value, Failure>` costs no more than the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum Failure {
    /// An operand of a kind that the operation does not take (`TypeError`).
    #[error("a value of the wrong type")]
    WrongType,
    /// A value of the right kind that does not fit: the wrong number of items
    /// to unpack, the maximum of nothing (`ValueError`).
    #[error("a value that does not fit")]
    WrongValue,
    /// An index or key that is not there (`IndexError`, `KeyError`).
    #[error("no such item")]
    MissingItem,
    /// Division or modulo by zero (`ZeroDivisionError`).
    #[error("division by zero")]
    DivisionByZero,
    /// An integer outside 64 bits; the reference's integers have no bounds.
    #[error("an integer outside 64 bits")]
    Overflow,
    /// A call of something that is not a function (`TypeError`).
    #[error("a call of something that is no function")]
    NotCallable,
    /// A call with too many or too few arguments (`TypeError`).
    #[error("a call with the wrong number of arguments")]
    ArgumentCount,
    /// A value nested, or calls nested, deeper than is allowed here (in the
    /// reference `RecursionError`, at a greater depth).
    #[error("nested too deeply")]
    TooDeep,
    /// A value larger than is allowed here (`MemoryError`, or a long wait).
    #[error("a value that is too large")]
    TooLarge,
    /// The evaluation's budget is spent.
    #[error("out of budget")]
    OutOfBudget,
}

impl Failure {
    /// Whether a limit of ours was met, beyond which Python would have gone on: a
    /// call that meets one has no value, where any other failing call yields its
    /// default.
    pub fn is_limit(self) -> bool {
        matches!(self, Self::TooDeep | Self::TooLarge | Self::OutOfBudget)
    }
}
