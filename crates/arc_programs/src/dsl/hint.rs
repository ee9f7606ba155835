//! The hints on parameters and results.

/// Declares the hints with what a failing call yields where one is returned.
macro_rules! hints {
    ($($(#[doc = $documentation:literal])+ $name:ident => $outcome:ident,)*) => {
        /// A hint: what a parameter is meant to be, or what a
        /// primitive is meant to return. Hints bind nobody; they guide the
        /// mutation of programs and decide what a failing call yields. They
        /// keep the names of the dialects' authors, by which files and telemetry know
        /// them.
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Hint {
            $($(#[doc = $documentation])+ $name,)*
        }

        impl Hint {
            /// The hint's name; `None` for the absence of a hint.
            pub const fn name(self) -> Option<&'static str> {
                let name = match self {
                    $(Hint::$name => stringify!($name),)*
                };
                match self {
                    Hint::Missing => None,
                    _ => Some(name),
                }
            }

            /// What the reference makes of the hint when it looks for what a
            /// failing call yields.
            pub(super) const fn kind(self) -> Kind {
                match self {
                    $(Hint::$name => Kind::$outcome,)*
                }
            }
        }
    };
}

/// What the reference makes of a hint when it looks for what a failing call
/// yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Set-like.
    Set,
    /// Tuple-like, or of no known kind.
    Tuple,
    /// An integer.
    Integer,
    /// A boolean.
    Boolean,
    /// A function.
    Function,
    /// A name that the reference's type module does not define. One such hint
    /// on a primitive, wherever it stands, hides all of them.
    Unresolved,
}

hints! {
    /// No hint is given.
    Missing => Tuple,
    /// Anything.
    Any => Tuple,
    /// A boolean.
    Boolean => Boolean,
    /// An integer.
    Integer => Integer,
    /// An integer, or a pair of integers.
    Numerical => Tuple,
    /// A rank counted from the first.
    F_ => Function,
    /// A rank counted from the first, or below zero from the last.
    FL => Integer,
    /// One of ten symbols. No primitive asks for one, but constants are.
    R_ => Integer,
    /// A colour.
    C_ => Integer,
    /// A row.
    I_ => Integer,
    /// A column.
    J_ => Integer,
    /// A number of four.
    R4 => Unresolved,
    /// A number of eight.
    R8 => Unresolved,
    /// A mirroring or rotation of four.
    A4 => Unresolved,
    /// A mirroring or rotation of eight.
    A8 => Unresolved,
    /// A row and a column.
    IJ => Tuple,
    /// A row and a column, in the original's words.
    IntegerTuple => Tuple,
    /// A row, a column and a colour.
    Cell => Tuple,
    /// A tuple.
    Tuple => Tuple,
    /// A tuple of tuples.
    TupleTuple => Tuple,
    /// A tuple of tuples of cells.
    TTT_iii => Tuple,
    /// A tuple or a set.
    Container => Tuple,
    /// A tuple or a set of tuples or sets.
    ContainerContainer => Tuple,
    /// A grid.
    Grid => Tuple,
    /// Pairs of input and output grids.
    Samples => Tuple,
    /// A set.
    FrozenSet => Set,
    /// A set of integers.
    IntegerSet => Set,
    /// A set of `(row, column)`.
    Indices => Set,
    /// A set of cells.
    Object => Set,
    /// A set of objects.
    Objects => Set,
    /// A set of sets of `(row, column)`.
    IndicesSet => Set,
    /// Indices or an object.
    Patch => Set,
    /// A grid or an object.
    Element => Tuple,
    /// A grid, indices or an object.
    Piece => Tuple,
    /// A function.
    Callable => Function,
}
