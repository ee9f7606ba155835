//! What the samples of a task tell a mutation.

use crate::evaluation::{Evaluator, Inputs, Limits, Plan};
use crate::program::parse_expression;
use crate::task::{Sample, Task};
use crate::value::Value;

/// What is the same in all demo samples of a task.
#[derive(Clone, Debug, Default)]
pub(super) struct Informed {
    /// The colours that are in inputs and in no output, in the order in which
    /// `c_iz(S, p_g)` has them.
    pub(super) lost: Vec<i64>,
    /// The colours that are in outputs and in no input, as `c_zo(S, p_g)` has
    /// them.
    pub(super) gained: Vec<i64>,
    /// Which way of `mir_rot_t` makes each output of its input.
    pub(super) orientation: Option<i64>,
}

impl Informed {
    pub(super) fn of(task: &Task) -> Self {
        let Ok(samples) = Inputs::samples_of(task) else {
            return Self::default();
        };
        let first: Option<&Sample> = task.demo.first();
        let Some(first) = first else {
            return Self::default();
        };
        let inputs = Inputs::new(samples, first);
        let yielded = |expression: &str| -> Option<Value> {
            let program = parse_expression(expression).ok()?;
            let plan = Plan::of_program(&program).ok()?;
            let mut evaluator = Evaluator::new();
            let evaluation = evaluator.evaluate(&plan, &inputs, Limits::default());
            evaluation.result().cloned()
        };
        let colours = |expression: &str| {
            let colours = yielded(expression);
            let items = colours.as_ref().and_then(|colours| colours.items().ok());
            items.map_or(Vec::new(), |items| {
                items.filter_map(|item| item.as_integer()).collect()
            })
        };
        Self {
            lost: colours("c_iz(S, p_g)"),
            gained: colours("c_zo(S, p_g)"),
            orientation: yielded("a_mr(S)").and_then(|way| way.as_integer()),
        }
    }
}
