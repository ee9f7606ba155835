//! What a primitive is: an entry of a dialect, as the families declare it.

use smallvec::SmallVec;

use super::columns::InColumns;
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

impl Parameter {
    /// Whether one of these parameters is hinted to be a function.
    pub(super) const fn any_is_a_function(parameters: &[Parameter]) -> bool {
        let mut place = 0;
        while place < parameters.len() {
            if matches!(parameters[place].hint, Hint::Callable) {
                return true;
            }
            place += 1;
        }
        false
    }
}

/// What calls of a primitive yield on every pair of an item of the first container
/// and an item of the second, in a set: those of the first pass faster. It spends what
/// the calls spend. `None` where they must be made one by one, and then nothing is
/// spent.
pub(super) type OnPairs = fn(&mut Context, &Value, &Value) -> Result<Option<Value>, Failure>;

/// What calls of a primitive, its first argument fixed to the first value, yield on every
/// item of a container, in a set: those of the functions that fix it pass faster. It
/// spends what the calls spend. `None` where they must be made one by one, and then
/// nothing is spent.
pub(super) type OnEach = fn(&mut Context, &Value, &Value) -> Result<Option<Value>, Failure>;

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
    /// Its way on every pair of items at once, where it has one.
    pub(super) on_pairs: Option<OnPairs>,
    /// Its way on a value and every item of a container at once, where it has one.
    pub(super) on_each: Option<OnEach>,
    /// Whether it calls a function that it is given: on one item after the other,
    /// mostly, so that its calls are dear.
    pub(super) calls_a_function: bool,
    /// Its way in columns, where it has one.
    pub(super) in_columns: Option<InColumns>,
    /// Whether it follows from what kinds of values its arguments are if a call fails for one of
    /// the wrong type, or with the wrong number of items, and how many steps it takes then.
    pub(super) fails_alike: bool,
    /// Meaning, in Markdown.
    pub documentation: &'static str,
    /// Calls, and the canonical text of what they yield.
    pub examples: &'static [(&'static str, &'static str)],
    /// The primitive itself, given as many arguments as it has parameters.
    pub(super) function: fn(&mut Context, &[&Value]) -> Value,
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
    pub fn call(&self, context: &mut Context, arguments: &[Value]) -> Value {
        let arguments: SmallVec<[&Value; 4]> = arguments.iter().collect();
        self.call_by_reference(context, &arguments)
    }

    /// [`Primitive::call`] with arguments that lie here and there: none is
    /// copied.
    #[inline]
    pub fn call_by_reference(&self, context: &mut Context, arguments: &[&Value]) -> Value {
        if arguments.len() == self.arity() {
            return (self.function)(context, arguments);
        }
        self.call_completed(context, arguments)
    }

    /// A call with more or fewer arguments than there are parameters: those that
    /// have none get their defaults.
    #[cold]
    fn call_completed(&self, context: &mut Context, arguments: &[&Value]) -> Value {
        let Some(defaults) = self.defaults_from(context, arguments.len()) else {
            return context.settle(Err(Failure::ArgumentCount), self.on_failure);
        };
        let mut completed = arguments.to_vec();
        completed.extend(&defaults);
        (self.function)(context, &completed)
    }

    /// The defaults of the parameters from this one on; `None` where one has
    /// none, or there are fewer parameters.
    fn defaults_from(&self, context: &Context, first: usize) -> Option<Vec<Value>> {
        let missing = self.parameters.get(first..)?.iter();
        let default = |parameter: &Parameter| context.dialect().find(parameter.default?);
        missing
            .map(|parameter| default(parameter).map(Value::Primitive))
            .collect()
    }
}
