//! What a mutation of programs may know of a primitive beyond its hints.
//!
//! Hints say what a call takes and yields, each by itself. Of some primitives
//! more is known: what the function is that a call makes, or that a call finds
//! what a program's author chose by hand. It is declared with the primitive, by
//! the attributes `makes` and `finds`, so that nothing else needs to know which
//! primitives there are.

/// The result of a call, where its type follows from the arguments. Arguments
/// are numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// The only argument itself, whatever it is.
    TheArgument,
    /// A function of the type of an argument.
    FunctionLike(usize),
    /// The function that an argument is, without its first parameter.
    WithoutFirst(usize),
    /// The function that an argument is, without its last parameter.
    WithoutLast(usize),
    /// A function of what one argument takes that yields what another yields.
    Composed {
        /// The argument whose parameters it has.
        parameters_of: usize,
        /// The argument whose result it has.
        result_of: usize,
    },
    /// A function of what an argument takes that yields a boolean.
    Test {
        /// The argument whose parameters it has.
        parameters_of: usize,
    },
}

/// Programs, as expressions over `S`, that find in the demo samples of a task
/// what may stand for a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finds {
    /// Colours.
    Colours {
        /// The tuple of all of them.
        all: &'static str,
        /// One of them; [`Finds::RANK`] stands for the constant that is its
        /// place in the tuple.
        one: &'static str,
    },
    /// A mirroring or rotation.
    Orientation {
        /// It.
        one: &'static str,
    },
}

impl Finds {
    /// Name that stands for a rank from the first.
    pub const RANK: &'static str = "RANK";
}
