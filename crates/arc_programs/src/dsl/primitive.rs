//! What a primitive is: an entry of a dialect, as the families declare it.

use super::context::Context;
use super::failure_value::FailureValue;
use super::hint::Hint;
use super::knowledge::{Finds, Made};
use crate::value::{Failure, Value};

/// A parameter of a primitive.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name, by which keyword arguments know it.
    pub name: &'static str,
    /// Hint: what it is meant to be.
    pub hint: Hint,
    /// The primitive that stands in where the argument is left out.
    pub default: Option<&'static str>,
}

/// A primitive of the DSL.
#[derive(Clone, Copy, Debug)]
pub struct Primitive {
    /// Its name in programs.
    pub name: &'static str,
    /// Its parameters in order.
    pub parameters: &'static [Parameter],
    /// Hint on what it returns.
    pub returned: Hint,
    /// Value that a failing call yields.
    pub on_failure: FailureValue,
    /// Function that a call makes, where that follows from the arguments.
    pub makes: Option<Made>,
    /// Finding in a task's samples that mutation may use.
    pub finds: Option<Finds>,
    /// Meaning, in Markdown.
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

    /// Number of parameters, those with defaults included.
    pub const fn arity(&self) -> usize {
        self.parameters.len()
    }

    /// Number of arguments that a call needs at least.
    pub fn required(&self) -> usize {
        let optional = |parameter: &&Parameter| parameter.default.is_some();
        self.arity() - self.parameters.iter().filter(optional).count()
    }

    /// Result of a call with these arguments; of one that fails, as it does
    /// with too many or too few of them, what the primitive yields then.
    #[inline]
    pub fn call(&self, context: &mut Context, arguments: &[Value]) -> Value {
        if arguments.len() == self.arity() {
            return (self.function)(context, arguments);
        }
        match self.completed(context, arguments) {
            Some(arguments) => (self.function)(context, &arguments),
            None => context.settle(Err(Failure::ArgumentCount), self.on_failure),
        }
    }

    /// The arguments, and the defaults of the parameters that have none;
    /// `None` where there are too many or too few.
    #[cold]
    fn completed(&self, context: &Context, arguments: &[Value]) -> Option<Vec<Value>> {
        let missing = self.parameters.get(arguments.len()..)?;
        let mut completed = arguments.to_vec();
        for parameter in missing {
            let default = context.dialect().find(parameter.default?)?;
            completed.push(Value::Primitive(default));
        }
        Some(completed)
    }
}
