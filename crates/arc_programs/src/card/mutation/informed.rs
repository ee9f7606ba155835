//! What the samples of a task tell a mutation.

use crate::dsl::{Dialect, Finds};
use crate::evaluation::{Evaluator, Inputs, Limits, PlanBuilder};
use crate::program::parse_expression;
use crate::task::{Sample, Task};
use crate::value::Value;

/// What is the same in all demo samples of a task, as the primitives of a
/// dialect find it.
#[derive(Clone, Debug, Default)]
pub(super) struct Informed {
    /// Colours, in the order of the primitives that find them, those of each in
    /// the order in which it has them.
    pub(super) colours: Vec<FoundColour>,
    /// The expression that finds a mirroring or rotation, if there is one.
    pub(super) orientation: Option<&'static str>,
}

/// A colour that the samples tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FoundColour {
    /// The colour.
    pub(super) colour: i64,
    /// The expression that finds it, with [`Finds::RANK`] for its place.
    pub(super) one: &'static str,
    /// Its place among those that are found with it.
    pub(super) place: usize,
}

impl Informed {
    pub(super) fn of(dialect: &'static Dialect, task: &Task) -> Self {
        let Ok(samples) = Inputs::samples_of(task) else {
            return Self::default();
        };
        let first: Option<&Sample> = task.demo.first();
        let Some(first) = first else {
            return Self::default();
        };
        let inputs = Inputs::new(samples, first);
        let mut informed = Self::default();
        for primitive in dialect.primitives() {
            match primitive.finds {
                Some(Finds::Colours { all, one }) => {
                    let colours = yielded(dialect, all, &inputs);
                    let items = colours.as_ref().and_then(|colours| colours.items().ok());
                    let colours = items.into_iter().flatten();
                    let colours = colours.filter_map(|item| item.as_integer());
                    let found = |(place, colour)| FoundColour { colour, one, place };
                    informed.colours.extend(colours.enumerate().map(found));
                }
                Some(Finds::Orientation { one }) => {
                    let way = yielded(dialect, one, &inputs);
                    if way.is_some_and(|way| way.as_integer().is_some()) {
                        informed.orientation.get_or_insert(one);
                    }
                }
                None => {}
            }
        }
        informed
    }
}

/// What an expression of a dialect yields; `None` where it has no value.
fn yielded(dialect: &'static Dialect, expression: &str, inputs: &Inputs) -> Option<Value> {
    let program = parse_expression(expression).ok()?;
    let mut builder = PlanBuilder::new(dialect);
    let result = builder.program(&program).ok()?;
    let plan = builder.finish(result);
    let mut evaluator = Evaluator::new();
    let evaluation = evaluator.evaluate(&plan, inputs, Limits::default());
    evaluation.result().cloned()
}
