//! What the samples of a task tell a mutation.

use std::cell::OnceCell;

use crate::dsl::{Dialect, Finds};
use crate::evaluation::{Evaluator, Inputs, Limits, PlanBuilder};
use crate::program::parse_expression;
use crate::task::{Sample, Task};
use crate::value::Value;

/// What is the same in all demo samples of a task, as the primitives of a
/// dialect find it; which is found when it is asked for, for most mutations
/// ask for nothing and finding it costs more than they do.
#[derive(Debug)]
pub(super) struct Informed<'a> {
    dialect: &'static Dialect,
    task: &'a Task,
    colours: OnceCell<Vec<FoundColour>>,
    orientation: OnceCell<Option<&'static str>>,
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

impl<'a> Informed<'a> {
    pub(super) fn of(dialect: &'static Dialect, task: &'a Task) -> Self {
        Self {
            dialect,
            task,
            colours: OnceCell::new(),
            orientation: OnceCell::new(),
        }
    }

    /// Colours, in the order of the primitives that find them, those of each in
    /// the order in which it has them.
    pub(super) fn colours(&self) -> &[FoundColour] {
        self.colours.get_or_init(|| {
            let mut found = Vec::new();
            let Some(inputs) = self.inputs() else {
                return found;
            };
            for primitive in self.dialect.primitives() {
                let Some(Finds::Colours { all, one }) = primitive.finds else {
                    continue;
                };
                let colours = yielded(self.dialect, all, &inputs);
                let items = colours.as_ref().and_then(|colours| colours.items().ok());
                let colours = items.into_iter().flatten();
                let colours = colours.filter_map(|item| item.as_integer());
                let own = |(place, colour)| FoundColour { colour, one, place };
                found.extend(colours.enumerate().map(own));
            }
            found
        })
    }

    /// The expression that finds a mirroring or rotation, if there is one.
    pub(super) fn orientation(&self) -> Option<&'static str> {
        *self.orientation.get_or_init(|| {
            let inputs = self.inputs()?;
            self.dialect.primitives().iter().find_map(|primitive| {
                let Some(Finds::Orientation { one }) = primitive.finds else {
                    return None;
                };
                let way = yielded(self.dialect, one, &inputs)?;
                way.as_integer().is_some().then_some(one)
            })
        })
    }

    fn inputs(&self) -> Option<Inputs> {
        let samples = Inputs::samples_of(self.task).ok()?;
        let first: &Sample = self.task.demo.first()?;
        Some(Inputs::new(samples, first))
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
