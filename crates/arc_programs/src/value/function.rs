//! Functions as values.
//!
//! A function is either a primitive, known here only by its place in a dialect's
//! list, or a closure: one that a primitive made, or one from outside
//! ([`ForeignFunction`]). This room stores closures and
//! compares them by identity; what calling one does is for the DSL to say.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::{Failure, ForeignFunction, Measure, Value};

/// A primitive's place among those of its dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrimitiveId(pub u16);

/// Operation of a closure when it is called, with the values that it holds.
#[derive(Clone, Debug)]
pub enum Operation<Part = Value> {
    /// `outer(inner(x))`.
    Compose {
        /// Called with what `inner` returns.
        outer: Part,
        /// Called with the argument.
        inner: Part,
    },
    /// `last(middle(first(x)))`.
    Chain {
        /// Called with what `middle` returns.
        last: Part,
        /// Called with what `first` returns.
        middle: Part,
        /// Called with the argument.
        first: Part,
    },
    /// `outer(left(x), right(x))`.
    Fork {
        /// Called with both results.
        outer: Part,
        /// Yields the first argument of `outer`.
        left: Part,
        /// Yields the second argument of `outer`.
        right: Part,
    },
    /// `function(x) == target`.
    Match {
        /// Called with the argument.
        function: Part,
        /// What its result is compared with.
        target: Part,
    },
    /// `function(fixed, …)`.
    BindLeft {
        /// The function whose first argument is fixed.
        function: Part,
        /// That argument.
        fixed: Part,
        /// How many arguments remain.
        parameters: u8,
    },
    /// `function(…, fixed)`.
    BindRight {
        /// The function whose last argument is fixed.
        function: Part,
        /// That argument.
        fixed: Part,
        /// How many arguments remain.
        parameters: u8,
    },
    /// `function(function(… x))`, `count` times: one closure for any count,
    /// where the reference nests `count` of them.
    Repeat {
        /// Called with the argument, then with its own results.
        function: Part,
        /// How often, at least two.
        count: u64,
    },
    /// `()`, whatever the arguments.
    Nothing,
    /// What a function from outside yields.
    Foreign(Arc<dyn ForeignFunction>),
}

impl<Part> Operation<Part> {
    /// The values that it holds.
    pub fn parts(&self) -> SmallVec<[&Part; 3]> {
        match self {
            Operation::Compose { outer, inner } => smallvec![outer, inner],
            Operation::Chain {
                last,
                middle,
                first,
            } => smallvec![last, middle, first],
            Operation::Fork { outer, left, right } => smallvec![outer, left, right],
            Operation::Match { function, target } => smallvec![function, target],
            Operation::BindLeft {
                function, fixed, ..
            }
            | Operation::BindRight {
                function, fixed, ..
            } => smallvec![function, fixed],
            Operation::Repeat { function, .. } => smallvec![function],
            Operation::Nothing | Operation::Foreign(_) => smallvec![],
        }
    }

    /// The same operation on other parts.
    pub(crate) fn with_parts<Other>(
        &self,
        mut part: impl FnMut(&Part) -> Other,
    ) -> Operation<Other> {
        match self {
            Operation::Compose { outer, inner } => Operation::Compose {
                outer: part(outer),
                inner: part(inner),
            },
            Operation::Chain {
                last,
                middle,
                first,
            } => Operation::Chain {
                last: part(last),
                middle: part(middle),
                first: part(first),
            },
            Operation::Fork { outer, left, right } => Operation::Fork {
                outer: part(outer),
                left: part(left),
                right: part(right),
            },
            Operation::Match { function, target } => Operation::Match {
                function: part(function),
                target: part(target),
            },
            Operation::BindLeft {
                function,
                fixed,
                parameters,
            } => Operation::BindLeft {
                function: part(function),
                fixed: part(fixed),
                parameters: *parameters,
            },
            Operation::BindRight {
                function,
                fixed,
                parameters,
            } => Operation::BindRight {
                function: part(function),
                fixed: part(fixed),
                parameters: *parameters,
            },
            Operation::Repeat { function, count } => Operation::Repeat {
                function: part(function),
                count: *count,
            },
            Operation::Nothing => Operation::Nothing,
            Operation::Foreign(function) => Operation::Foreign(Arc::clone(function)),
        }
    }

    /// Number of parameters that Python counts (`co_argcount`): those of the inner
    /// function that the reference returns, none for the one that takes anything; `None`
    /// where Python does not count them, of some from outside.
    pub(crate) fn parameters(&self) -> Option<usize> {
        Some(match self {
            Operation::Compose { .. }
            | Operation::Chain { .. }
            | Operation::Fork { .. }
            | Operation::Match { .. }
            | Operation::Repeat { .. } => 1,
            Operation::BindLeft { parameters, .. } | Operation::BindRight { parameters, .. } => {
                usize::from(*parameters)
            }
            Operation::Nothing => 0,
            Operation::Foreign(function) => return function.parameters(),
        })
    }
}

impl Operation {
    /// The measure of a closure that carries it out.
    fn measure(&self) -> Measure {
        match self {
            Operation::Compose { outer, inner } => Measure::of_parts([outer, inner]),
            Operation::Chain {
                last,
                middle,
                first,
            } => Measure::of_parts([last, middle, first]),
            Operation::Fork { outer, left, right } => Measure::of_parts([outer, left, right]),
            Operation::Match {
                function: part,
                target: other,
            }
            | Operation::BindLeft {
                function: part,
                fixed: other,
                ..
            }
            | Operation::BindRight {
                function: part,
                fixed: other,
                ..
            } => Measure::of_parts([part, other]),
            Operation::Repeat { function, .. } => Measure::of_parts([function]),
            Operation::Nothing | Operation::Foreign(_) => Measure::flat(0),
        }
    }
}

/// A function that a primitive made, or one from outside. Equal to itself only.
#[derive(Debug)]
pub struct Closure {
    operation: Operation,
    measure: Measure,
    is_fork_of_one_beginning: bool,
}

impl Closure {
    /// A new function, different from all others.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] where the values that it
    /// holds reach the limits of [`Measure`].
    pub fn new(operation: Operation) -> Result<Arc<Closure>, Failure> {
        let measure = operation.measure().checked()?;
        Ok(Arc::new(Closure {
            is_fork_of_one_beginning: is_fork_of_one_beginning(&operation),
            operation,
            measure,
        }))
    }

    /// A new function that returns `()` whatever it is given: what a failing
    /// call yields where a function was due.
    pub fn nothing() -> Arc<Closure> {
        Arc::new(Closure {
            operation: Operation::Nothing,
            measure: Measure::flat(0),
            is_fork_of_one_beginning: false,
        })
    }

    /// A function from outside, as often as it comes in the same one.
    pub fn foreign(function: Arc<dyn ForeignFunction>) -> Arc<Closure> {
        Arc::new(Closure {
            operation: Operation::Foreign(function),
            measure: Measure::flat(0),
            is_fork_of_one_beginning: false,
        })
    }

    /// The function from outside that it is.
    pub fn as_foreign(&self) -> Option<&dyn ForeignFunction> {
        match &self.operation {
            Operation::Foreign(function) => Some(&**function),
            _ => None,
        }
    }

    /// Whether another is the same function: Python's `is`.
    pub(super) fn is(&self, other: &Closure) -> bool {
        match (self.as_foreign(), other.as_foreign()) {
            (Some(own), Some(other)) => own.is(other),
            _ => std::ptr::eq(self, other),
        }
    }

    /// Operation that a call carries out.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// Whether it is a fork both sides of which call one function, no primitive, on the argument
    /// itself.
    #[inline]
    pub(crate) fn is_fork_of_one_beginning(&self) -> bool {
        self.is_fork_of_one_beginning
    }

    /// Number of parameters that Python counts (`co_argcount`): those of the inner
    /// function that the reference returns, none for the one that takes anything; `None`
    /// where Python does not count them, of some from outside.
    pub fn parameters(&self) -> Option<usize> {
        self.operation.parameters()
    }

    /// Measure of the values that it holds: depth and weight.
    pub fn measure(&self) -> Measure {
        self.measure
    }
}

/// As [`Closure::is_fork_of_one_beginning`].
fn is_fork_of_one_beginning(operation: &Operation) -> bool {
    let Operation::Fork { left, right, .. } = operation else {
        return false;
    };
    let mut of_left: SmallVec<[*const Closure; 8]> = SmallVec::new();
    each_beginning(left, &mut { LOOKS }, &mut |own| of_left.push(own));
    if of_left.is_empty() {
        return false;
    }
    let mut is_found = false;
    each_beginning(right, &mut { LOOKS }, &mut |own| {
        is_found |= of_left.contains(&own)
    });
    is_found
}

/// How many functions are looked at to find one that both sides of a fork begin with.
const LOOKS: u32 = 32;

/// Hands over the closures that a call of a function calls on its argument itself, that function
/// among them; no more than so many.
fn each_beginning(function: &Value, looks: &mut u32, each: &mut impl FnMut(*const Closure)) {
    let Value::Closure(closure) = function else {
        return;
    };
    if *looks == 0 {
        return;
    }
    *looks -= 1;
    each(Arc::as_ptr(closure));
    match &closure.operation {
        Operation::Compose { inner: first, .. }
        | Operation::Chain { first, .. }
        | Operation::Match {
            function: first, ..
        } => each_beginning(first, looks, each),
        Operation::Fork { left, right, .. } => {
            each_beginning(left, looks, each);
            each_beginning(right, looks, each);
        }
        _ => {}
    }
}
