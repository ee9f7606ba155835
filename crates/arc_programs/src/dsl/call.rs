//! Calling a value.
//!
//! A function from outside ([`ForeignFunction`](crate::value::ForeignFunction)) is called
//! when and as often as CPython would call it, and what it raises ends all that is running:
//! see `Context::call_foreign`.

use std::sync::Arc;

use super::context::Context;
use super::fixed_point::call_repeatedly;
use super::forked;
use super::memo::{call_remembered, may_recur};
use super::primitive::Primitive;
use crate::value::{Closure, Failure, Operation, Outcome, PrimitiveId, Value};

/// Result of calling a value. A primitive never fails; a closure does where
/// it is given the wrong number of arguments, or calls what is no function.
///
/// # Errors
/// [`Failure::NotCallable`], [`Failure::ArgumentCount`], [`Failure::TooDeep`]
/// where calls nest beyond [`Context::DEPTH`], [`Failure::OutOfBudget`],
/// [`Failure::Raised`].
#[inline]
pub fn call(context: &mut Context, function: &Value, arguments: &[&Value]) -> Outcome {
    call_here(context, function, arguments)
}

/// As [`call`], where closures call their parts: most of them are primitives, which need nothing
/// of what calling a closure needs.
#[inline(always)]
fn call_here(context: &mut Context, function: &Value, arguments: &[&Value]) -> Outcome {
    match function {
        Value::Primitive(id) => match context.dialect().primitive(*id) {
            Some(primitive) if primitive.calls_a_function => {
                Ok(call_caller(context, (*id, primitive), arguments))
            }
            Some(primitive) => Ok(primitive.call_by_reference(context, arguments)),
            None => Err(Failure::NotCallable),
        },
        Value::Closure(closure) => call_function(context, closure, arguments),
        _ => Err(Failure::NotCallable),
    }
}

/// A call of a primitive that calls a function.
#[inline(never)]
fn call_caller(
    context: &mut Context,
    (id, primitive): (PrimitiveId, &Primitive),
    arguments: &[&Value],
) -> Value {
    match may_recur(context) {
        true => call_remembered(context, (id, primitive), arguments),
        false => primitive.call_by_reference(context, arguments),
    }
}

#[inline(never)]
fn call_function(context: &mut Context, closure: &Arc<Closure>, arguments: &[&Value]) -> Outcome {
    match arguments {
        // What only one place has is called once.
        [argument] if context.in_hand().has(argument) && Arc::strong_count(closure) > 1 => {
            forked::recalled(context, closure, argument)
        }
        _ => made(context, closure, arguments),
    }
}

/// As [`call`], of a closure, which is called indeed.
pub(super) fn call_made(context: &mut Context, closure: &Closure, arguments: &[&Value]) -> Outcome {
    made(context, closure, arguments)
}

/// The same as a part of [`call`], where nearly all calls of closures are made.
#[inline(always)]
fn made(context: &mut Context, closure: &Closure, arguments: &[&Value]) -> Outcome {
    context.spend(1)?;
    context.enter()?;
    let outcome = call_closure(context, closure, arguments);
    context.leave();
    outcome
}

/// How many parameters a function has, defaults included, as the reference
/// counts them when it binds one.
///
/// # Errors
/// [`Failure::NoAttribute`] for what is no function, and for one from outside whose
/// parameters Python does not count.
pub(super) fn parameters(context: &Context, function: &Value) -> Result<usize, Failure> {
    match function {
        Value::Primitive(id) => context
            .dialect()
            .primitive(*id)
            .map(Primitive::arity)
            .ok_or(Failure::NoAttribute),
        Value::Closure(closure) => closure.parameters().ok_or(Failure::NoAttribute),
        _ => Err(Failure::NoAttribute),
    }
}

#[inline(always)]
fn call_closure(context: &mut Context, closure: &Closure, arguments: &[&Value]) -> Outcome {
    match closure.operation() {
        Operation::Compose { outer, inner } => {
            let inside = call_here(context, inner, &[only(arguments)?])?;
            call_here(context, outer, &[&inside])
        }
        Operation::Chain {
            last,
            middle,
            first,
        } => {
            let inside = call_here(context, first, &[only(arguments)?])?;
            let inside = call_here(context, middle, &[&inside])?;
            call_here(context, last, &[&inside])
        }
        Operation::Fork { outer, left, right } => {
            let argument = only(arguments)?;
            let both = |context: &mut Context| {
                let left = call_here(context, left, &[argument])?;
                Ok((left, call_here(context, right, &[argument])?))
            };
            let (left, right) = match closure.is_fork_of_one_beginning() {
                true => forked::with_in_hand(context, argument, both)?,
                false => both(context)?,
            };
            call_here(context, outer, &[&left, &right])
        }
        Operation::Match { function, target } => {
            let result = call_here(context, function, &[only(arguments)?])?;
            Ok(Value::Boolean(result.equals(target)))
        }
        Operation::BindLeft {
            function,
            fixed,
            parameters,
        } => match *arguments {
            _ if arguments.len() != usize::from(*parameters) => Err(Failure::ArgumentCount),
            [a] => call_here(context, function, &[fixed, a]),
            [a, b] => call_here(context, function, &[fixed, a, b]),
            _ => call_here(context, function, &[&[fixed], arguments].concat()),
        },
        Operation::BindRight {
            function,
            fixed,
            parameters,
        } => match *arguments {
            _ if arguments.len() != usize::from(*parameters) => Err(Failure::ArgumentCount),
            [a] => call_here(context, function, &[a, fixed]),
            [a, b] => call_here(context, function, &[a, b, fixed]),
            _ => call_here(context, function, &[arguments, &[fixed]].concat()),
        },
        Operation::Repeat { function, count } => {
            call_repeatedly(context, function, *count, only(arguments)?)
        }
        Operation::Nothing => Ok(Value::EMPTY_TUPLE),
        Operation::Foreign(function) => context.call_foreign(&**function, arguments),
    }
}

/// The argument, where there is one.
fn only<'value>(arguments: &[&'value Value]) -> Result<&'value Value, Failure> {
    match *arguments {
        [argument] => Ok(argument),
        _ => Err(Failure::ArgumentCount),
    }
}
