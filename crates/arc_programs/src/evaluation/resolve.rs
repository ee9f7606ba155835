//! From a program to a plan, and what a checker has to say about it.

use super::Plan;
use super::plan::{PARAMETERS, Place, PlanBuilder};
use crate::dsl::{constants, table};
use crate::program::{Expression, ExpressionId, Position, Program};
use crate::value::{Failure, Value};

/// A program that cannot be evaluated: a name that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Neither a parameter nor a primitive nor a constant.
    #[error(
        "{position}: found the name `{name}`, which is neither primitive nor constant; the nearest is `{nearest}`"
    )]
    UnknownName {
        /// Where it stands.
        position: Position,
        /// The name.
        name: String,
        /// The known name that is most like it.
        nearest: String,
    },
    /// A tuple of literals that is larger or deeper than a value may be.
    #[error("{position}: found a tuple that cannot be made: {failure}")]
    Tuple {
        /// Where it stands.
        position: Position,
        /// Why.
        failure: Failure,
    },
}

impl Plan {
    /// Whether [`Plan::of_program`] would fail, without making a plan.
    ///
    /// # Errors
    /// As [`Plan::of_program`].
    pub fn check(program: &Program) -> Result<(), ResolveError> {
        for (id, expression) in program.expressions() {
            match expression {
                Expression::Name(name) if !is_known(name) => {
                    return Err(unknown(program, id, name));
                }
                Expression::Tuple(_) => {
                    literal(program, id).map_err(|failure| ResolveError::Tuple {
                        position: program.position(id),
                        failure,
                    })?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Resolves a program's names.
    ///
    /// The plan has a call for each line of the program's
    /// [expanded](Program::expanded) text that is one, in that order. Every
    /// call's value is kept.
    pub fn of_program(program: &Program) -> Result<Self, ResolveError> {
        let (builder, result) = resolved(program)?;
        Ok(builder.finish(result))
    }

    /// As [`Plan::of_program`], but only the result's value is kept.
    ///
    /// # Errors
    /// As [`Plan::of_program`].
    pub fn of_result(program: &Program) -> Result<Self, ResolveError> {
        let (builder, result) = resolved(program)?;
        Ok(builder.finish_keeping(&[result]))
    }
}

fn resolved(program: &Program) -> Result<(PlanBuilder, Place), ResolveError> {
    let mut builder = PlanBuilder::new();
    let mut places: Vec<Place> = Vec::with_capacity(program.expressions().len());
    for (id, expression) in program.expressions() {
        let place = match expression {
            Expression::Name(name) => builder
                .name(name)
                .ok_or_else(|| unknown(program, id, name))?,
            Expression::Call { callee, arguments } => builder.call(
                places[callee.index()],
                arguments
                    .iter()
                    .map(|(keyword, value)| (keyword, places[value.index()])),
            ),
            _ => {
                let literal = literal(program, id).map_err(|failure| ResolveError::Tuple {
                    position: program.position(id),
                    failure,
                })?;
                builder.constant(literal)
            }
        };
        places.push(place);
    }
    let result = places[program.result().index()];
    Ok((builder, result))
}

fn is_known(name: &str) -> bool {
    PARAMETERS.contains(&name) || table::find(name).is_some() || constants::find(name).is_some()
}

fn unknown(program: &Program, id: ExpressionId, name: &str) -> ResolveError {
    ResolveError::UnknownName {
        position: program.position(id),
        name: name.to_owned(),
        nearest: nearest_name(name).to_owned(),
    }
}

/// The value of a literal; `()` for what is none, which its callers rule out.
fn literal(program: &Program, id: ExpressionId) -> Result<Value, Failure> {
    match program.expression(id) {
        Expression::Integer(integer) => Ok(Value::Integer(integer)),
        Expression::Boolean(boolean) => Ok(Value::Boolean(boolean)),
        Expression::Tuple(items) => {
            let items = items.iter().map(|(_, item)| literal(program, item));
            Value::tuple(items.collect::<Result<_, _>>()?)
        }
        Expression::Name(_) | Expression::Call { .. } => Ok(Value::EMPTY_TUPLE),
    }
}

/// Something that a program may do, and that is probably not meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// Where.
    pub position: Position,
    /// What, and what would be right.
    pub text: String,
}

impl std::fmt::Display for Concern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.position, self.text)
    }
}

/// The calls of primitives with arguments that they do not take: too many, too
/// few, or by a keyword that is no parameter's name. Each would yield the
/// primitive's default.
pub fn arity_concerns(program: &Program) -> Vec<Concern> {
    let mut concerns = Vec::new();
    for (id, expression) in program.expressions() {
        let Expression::Call { callee, arguments } = expression else {
            continue;
        };
        let Expression::Name(name) = program.expression(callee) else {
            continue;
        };
        let Some(primitive) = table::find(name).and_then(table::get) else {
            continue;
        };
        let parameters: Vec<&str> = primitive
            .parameters
            .iter()
            .map(|parameter| parameter.name)
            .collect();
        let mut concern = |found: String| {
            concerns.push(Concern {
                position: program.position(id),
                text: format!(
                    "found {found} for `{name}`, expected ({})",
                    parameters.join(", ")
                ),
            });
        };
        let unknown = arguments
            .iter()
            .filter_map(|(keyword, _)| keyword)
            .find(|keyword| !parameters.contains(keyword));
        if let Some(keyword) = unknown {
            concern(format!("the keyword `{keyword}`"));
        } else if !(primitive.required()..=primitive.arity()).contains(&arguments.len()) {
            concern(format!("{} arguments", arguments.len()));
        }
    }
    concerns
}

/// The parameter, primitive or constant whose name is most like this one.
pub(crate) fn nearest_name(name: &str) -> &'static str {
    let primitives = table::all().iter().map(|primitive| primitive.name);
    let constants = constants::CONSTANTS.iter().map(|(name, _)| *name);
    primitives
        .chain(constants)
        .chain(PARAMETERS)
        .min_by_key(|known| strsim::damerau_levenshtein(known, name))
        .unwrap_or("I")
}
