//! Why a call failed.

use thiserror::Error;

/// Failure of an operation on values: why it has no result.
///
/// Where the reference raises an exception, a call here returns one of these,
/// and the primitive around it yields its default; but for what ends the whole call
/// ([`Failure::ends_all`]), a limit of ours or an exception of the caller's. The reason never reaches a
/// program; it is counted, it makes a mismatch readable, and where failing calls end
/// the program it is told with the class of the exception
/// ([`Failure::exception`]). The type has four bytes, as many as what tells values apart:
/// so `Result<Value, Failure>` costs no more than the value, and is moved in as few pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[repr(u32)]
pub enum Failure {
    /// An operand of a kind that the operation does not take (`TypeError`).
    #[error("a value of the wrong type")]
    WrongType,
    /// A value of the right kind that does not fit: the wrong number of items
    /// to unpack, the maximum of nothing (`ValueError`).
    #[error("a value that does not fit")]
    WrongValue,
    /// An index that is not there (`IndexError`).
    #[error("no such item")]
    MissingItem,
    /// A key that is not there (`KeyError`).
    #[error("no such key")]
    MissingKey,
    /// A value without what is asked of its kind: a set's count, the parameters of
    /// what is no function (`AttributeError`).
    #[error("a value without such an attribute")]
    NoAttribute,
    /// The first item of nothing (`StopIteration`).
    #[error("no first item")]
    NothingNext,
    /// The same, met inside of a generator (`RuntimeError`).
    #[error("no first item, met inside of a generator")]
    NothingNextInGenerator,
    /// Calls nested deeper than CPython's frames (`RecursionError`).
    #[error("calls nested deeper than 1,000 frames")]
    Recursion,
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
    /// A function from outside has raised something
    /// ([`Raised`](super::Raised)).
    #[error("an exception of a function from outside")]
    Raised,
}

impl Failure {
    /// Class of the exception that CPython raises; `None` for a limit of ours, met
    /// where it would have gone on, and for what a function from outside has raised, which
    /// its caller knows.
    pub fn exception(self) -> Option<&'static str> {
        Some(match self {
            Self::WrongType | Self::NotCallable | Self::ArgumentCount => "TypeError",
            Self::WrongValue => "ValueError",
            Self::MissingItem => "IndexError",
            Self::MissingKey => "KeyError",
            Self::NoAttribute => "AttributeError",
            Self::NothingNext => "StopIteration",
            Self::NothingNextInGenerator => "RuntimeError",
            Self::Recursion => "RecursionError",
            Self::DivisionByZero => "ZeroDivisionError",
            Self::Overflow | Self::TooDeep | Self::TooLarge | Self::OutOfBudget | Self::Raised => {
                return None;
            }
        })
    }

    /// Whether it ends all that is running, for nothing stands for what would have come:
    /// a limit of ours was met, beyond which Python would have gone on, or a function from
    /// outside has raised something. Any other failing call yields its default.
    pub fn ends_all(self) -> bool {
        matches!(
            self,
            Self::TooDeep | Self::TooLarge | Self::OutOfBudget | Self::Raised
        )
    }
}
