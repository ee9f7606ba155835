//! What a primitive is: an entry of the table, as the families declare it.

use super::context::Context;
use super::hint::{Hint, Kind};
use super::table::find;
use crate::value::{Closure, Failure, Value};

/// A parameter of a primitive.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name, by which keyword arguments know it.
    pub name: &'static str,
    /// What it is meant to be.
    pub hint: Hint,
    /// The primitive that stands in where the argument is left out.
    pub default: Option<&'static str>,
}

/// What a failing call yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// `frozenset()`.
    EmptySet,
    /// `()`.
    EmptyTuple,
    /// `0`.
    Zero,
    /// `False`.
    False,
    /// A function that returns `()` whatever it is given.
    Nothing,
}

impl Default {
    /// The default as a value; a function is a new one each time.
    pub fn value(self) -> Value {
        match self {
            Default::EmptySet => Value::empty_set(),
            Default::EmptyTuple => Value::EMPTY_TUPLE,
            Default::Zero => Value::Integer(0),
            Default::False => Value::Boolean(false),
            Default::Nothing => Value::Closure(Closure::nothing()),
        }
    }

    /// The default of a primitive with these hints: the reference reads it off
    /// the hint on the result, unless it cannot resolve all hints.
    pub(super) const fn of(parameters: &[Parameter], returned: Hint) -> Default {
        let mut place = 0;
        while place < parameters.len() {
            if matches!(parameters[place].hint.kind(), Kind::Unresolved) {
                return Default::EmptyTuple;
            }
            place += 1;
        }
        match returned.kind() {
            Kind::Set => Default::EmptySet,
            Kind::Tuple | Kind::Unresolved => Default::EmptyTuple,
            Kind::Integer => Default::Zero,
            Kind::Boolean => Default::False,
            Kind::Function => Default::Nothing,
        }
    }
}

/// A primitive of the DSL.
#[derive(Clone, Copy, Debug)]
pub struct Primitive {
    /// Its name in programs.
    pub name: &'static str,
    /// Its parameters in order.
    pub parameters: &'static [Parameter],
    /// What it is meant to return.
    pub returned: Hint,
    /// What a failing call yields.
    pub default: Default,
    /// What it means, in Markdown.
    pub documentation: &'static str,
    /// Calls, and the canonical text of what they yield.
    pub examples: &'static [(&'static str, &'static str)],
    /// The primitive itself, given as many arguments as it has parameters.
    pub(super) function: fn(&mut Context, &[Value]) -> Value,
}

impl Primitive {
    /// The same primitive by another name. It is a value of its own.
    pub(super) const fn renamed(self, name: &'static str) -> Primitive {
        Primitive { name, ..self }
    }

    /// How many parameters there are, those with defaults included.
    pub const fn arity(&self) -> usize {
        self.parameters.len()
    }

    /// How many arguments a call needs at least.
    pub fn required(&self) -> usize {
        let optional = |parameter: &&Parameter| parameter.default.is_some();
        self.arity() - self.parameters.iter().filter(optional).count()
    }

    /// What a call with these arguments yields: its default where it fails, as
    /// it does with too many or too few of them.
    #[inline]
    pub fn call(&self, context: &mut Context, arguments: &[Value]) -> Value {
        if arguments.len() == self.arity() {
            return (self.function)(context, arguments);
        }
        match self.completed(arguments) {
            Some(arguments) => (self.function)(context, &arguments),
            None => context.settle(Err(Failure::ArgumentCount), self.default),
        }
    }

    /// The arguments, and the defaults of the parameters that have none;
    /// `None` where there are too many or too few.
    #[cold]
    fn completed(&self, arguments: &[Value]) -> Option<Vec<Value>> {
        let missing = self.parameters.get(arguments.len()..)?;
        let mut completed = arguments.to_vec();
        for parameter in missing {
            completed.push(Value::Primitive(find(parameter.default?)?));
        }
        Some(completed)
    }
}
