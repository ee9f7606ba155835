//! Functions from outside: what a caller of this crate gives programs to call.
//!
//! A user of Python hands a `lambda` to `apply`. To the value model it is one more
//! function, a [`Closure`](super::Closure) of [`Operation::Foreign`](super::Operation): of
//! what it does nothing is known, not even that it does the same twice. So nothing stands
//! for a call of it: it is never remembered, never called at a time or in an order of our
//! own, has no text, and is the same as itself alone. The caller says what "itself" is
//! ([`ForeignFunction::is`]), for one of its functions may come in several times.
//!
//! In a set all closures have one hash, so who was inserted first decides how they lie, and
//! they lie so in each run. CPython's order is by address, another one in each of its runs.
//!
//! What such a function raises is the caller's own, and comes back to the caller: it is no
//! failure that a primitive may turn into a default ([`Raised`]).

use std::any::Any;
use std::fmt;

use super::Value;

/// Function that the caller of this crate gives.
pub trait ForeignFunction: fmt::Debug + Any + Send + Sync {
    /// What it yields for the arguments.
    ///
    /// # Errors
    /// What it raises, which ends all that is being evaluated.
    fn call(&self, call: ForeignCall<'_>) -> Result<Value, Raised>;

    /// Number of parameters that Python counts (`co_argcount`); `None` where it counts
    /// none, so that binding one of them fails.
    fn parameters(&self) -> Option<usize>;

    /// Whether another is the same object of the caller's.
    fn is(&self, other: &dyn ForeignFunction) -> bool;
}

/// A call of a function from outside.
#[derive(Clone, Copy, Debug)]
pub struct ForeignCall<'call> {
    /// What it is called with.
    pub arguments: &'call [&'call Value],
    /// How deep closures are nested around it. Where it evaluates something itself, that is
    /// to begin there, so that the stack is bounded.
    pub depth: u32,
}

/// What a function from outside has raised, for the caller who knows what it is.
#[derive(Debug)]
pub struct Raised(pub Box<dyn Any + Send>);
