//! From a program to a plan, and what a checker has to say about it.

use super::Plan;
use super::plan::{Operand, PlanBuilder};
use crate::did_you_mean;
use crate::dsl::{Dialect, Primitive, REFERENCE};
use crate::program::{Expression, ExpressionId, Listing, Position, Program};
use crate::value::{Failure, Value};

/// A program that cannot be evaluated: a name that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Neither a parameter nor a primitive nor a constant.
    #[error(
        "{position}: found the name `{name}`, which is neither primitive nor constant{}",
        did_you_mean::question(nearest.as_ref())
    )]
    UnknownName {
        /// Where it stands.
        position: Position,
        /// The name.
        name: String,
        /// The known name that was most likely meant.
        nearest: Option<&'static str>,
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
    /// Whether [`Plan::in_dialect`] would fail, without making a plan.
    ///
    /// # Errors
    /// As [`Plan::in_dialect`].
    pub fn check(dialect: &Dialect, program: &Program) -> Result<(), ResolveError> {
        for (id, expression) in program.expressions() {
            match expression {
                Expression::Name(name) if !dialect.knows(name) => {
                    return Err(unknown(dialect, program, id, name));
                }
                Expression::Tuple(_) => {
                    literal_at(program, id)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Resolves a program's names, in the reference's dialect; in another,
    /// [`PlanBuilder::program`] does.
    ///
    /// The plan has a call for each line of the program's
    /// [expanded](Program::expanded) text that is one, in that order. Every
    /// call's value is kept.
    ///
    /// # Errors
    /// As [`PlanBuilder::program`].
    pub fn of_program(program: &Program) -> Result<Self, ResolveError> {
        Self::in_dialect(&REFERENCE, program)
    }

    /// As [`Plan::of_program`], in a dialect.
    ///
    /// # Errors
    /// As [`PlanBuilder::program`].
    pub fn in_dialect(dialect: &'static Dialect, program: &Program) -> Result<Self, ResolveError> {
        let mut builder = PlanBuilder::new(dialect);
        let result = builder.only_program(program)?;
        Ok(builder.finish(result))
    }

    /// Resolves the names of all lines of a program, in a dialect: a call for each call of
    /// the text, but for equal ones, in its order.
    ///
    /// # Errors
    /// As [`PlanBuilder::program`].
    pub fn of_listing(dialect: &'static Dialect, listing: &Listing) -> Result<Self, ResolveError> {
        let mut builder = PlanBuilder::new(dialect);
        let places = builder.expressions(listing.expressions(), PlanBuilder::name_once)?;
        Ok(builder.finish(places[listing.result().index()]))
    }

    /// As [`Plan::of_listing`], but only the result's value is kept.
    ///
    /// # Errors
    /// As [`PlanBuilder::program`].
    pub fn of_listing_result(
        dialect: &'static Dialect,
        listing: &Listing,
    ) -> Result<Self, ResolveError> {
        let mut builder = PlanBuilder::new(dialect);
        let places = builder.expressions(listing.expressions(), PlanBuilder::name_once)?;
        Ok(builder.finish_result(places[listing.result().index()]))
    }

    /// As [`Plan::in_dialect`], but only the result's value is kept.
    ///
    /// # Errors
    /// As [`Plan::in_dialect`].
    pub fn of_result(dialect: &'static Dialect, program: &Program) -> Result<Self, ResolveError> {
        let mut builder = PlanBuilder::new(dialect);
        let result = builder.only_program(program)?;
        Ok(builder.finish_program(result))
    }
}

impl PlanBuilder {
    /// Adds the calls of a program; the place of its result.
    ///
    /// # Errors
    /// Fails at the first name that the dialect does not know, and at the first
    /// tuple that is too large or too deep for a value.
    pub fn program(&mut self, program: &Program) -> Result<Operand, ResolveError> {
        let places = self.expressions(program, PlanBuilder::name)?;
        Ok(places[program.result().index()])
    }

    /// As [`PlanBuilder::program`], of the one program of a plan: it has each name once.
    fn only_program(&mut self, program: &Program) -> Result<Operand, ResolveError> {
        let places = self.expressions(program, PlanBuilder::name_once)?;
        Ok(places[program.result().index()])
    }

    /// The places of a program's expressions; of its names by what is given for that.
    fn expressions(
        &mut self,
        program: &Program,
        operand_of_name: impl Fn(&mut Self, &str) -> Option<Operand>,
    ) -> Result<Vec<Operand>, ResolveError> {
        self.reserve(program.expressions().len());
        let mut places: Vec<Operand> = Vec::with_capacity(program.expressions().len());
        for (id, expression) in program.expressions() {
            let place = match expression {
                Expression::Name(name) => operand_of_name(self, name)
                    .ok_or_else(|| unknown(self.dialect(), program, id, name))?,
                Expression::Call { callee, arguments } => self.call(
                    places[callee.index()],
                    arguments
                        .iter()
                        .map(|(keyword, value)| (keyword, places[value.index()])),
                ),
                _ => {
                    let literal = literal_at(program, id)?;
                    self.constant(literal)
                }
            };
            places.push(place);
        }
        Ok(places)
    }
}

fn unknown(dialect: &Dialect, program: &Program, id: ExpressionId, name: &str) -> ResolveError {
    ResolveError::UnknownName {
        position: program.position(id),
        name: name.to_owned(),
        nearest: dialect.nearest(name),
    }
}

/// The value of a literal, of which only tuples fail.
fn literal_at(program: &Program, id: ExpressionId) -> Result<Value, ResolveError> {
    literal(program, id).map_err(|failure| ResolveError::Tuple {
        position: program.position(id),
        failure,
    })
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
    /// Position in the program's text.
    pub position: Position,
    /// Name of the primitive that it is about.
    pub name: &'static str,
    /// Concern, and what would be right.
    pub text: String,
}

impl std::fmt::Display for Concern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.position, self.text)
    }
}

/// The calls of the reference's primitives with arguments that they do not take:
/// too many, too few, or by a keyword that is no parameter's name. Each would
/// fail.
pub fn arity_concerns(program: &Program) -> Vec<Concern> {
    arity_concerns_in(&REFERENCE, program)
}

/// As [`arity_concerns`], of a dialect's primitives.
pub fn arity_concerns_in(dialect: &'static Dialect, program: &Program) -> Vec<Concern> {
    let mut concerns = Vec::new();
    for (id, expression) in program.expressions() {
        let Expression::Call { callee, arguments } = expression else {
            continue;
        };
        let Expression::Name(name) = program.expression(callee) else {
            continue;
        };
        let keywords = arguments.iter().map(|(keyword, _)| keyword);
        if let Some((primitive, text)) = wrong_arguments(dialect, name, keywords) {
            concerns.push(Concern {
                position: program.position(id),
                name: primitive.name,
                text,
            });
        }
    }
    concerns
}

/// The same of all lines of a program, those that nothing uses too.
pub fn arity_concerns_of_lines(dialect: &'static Dialect, listing: &Listing) -> Vec<Concern> {
    arity_concerns_in(dialect, listing.expressions())
}

/// What is wrong with the arguments of a call of one of a dialect's primitives, each given
/// by its keyword, if it has one.
pub(crate) fn wrong_arguments<'a>(
    dialect: &'static Dialect,
    name: &str,
    keywords: impl ExactSizeIterator<Item = Option<&'a str>>,
) -> Option<(&'static Primitive, String)> {
    let primitive = dialect.named(name)?;
    let count = keywords.len();
    let is_parameter = |keyword: &&str| {
        let mut parameters = primitive.parameters.iter();
        parameters.any(|parameter| parameter.name == *keyword)
    };
    let found = if let Some(keyword) = keywords.flatten().find(|keyword| !is_parameter(keyword)) {
        format!("the keyword `{keyword}`")
    } else if !(primitive.required()..=primitive.arity()).contains(&count) {
        format!("{count} arguments")
    } else {
        return None;
    };
    let parameters = primitive.parameters.iter();
    let parameters: Vec<&str> = parameters.map(|parameter| parameter.name).collect();
    let parameters = parameters.join(", ");
    let text = format!("found {found} for `{name}`, expected ({parameters})");
    Some((primitive, text))
}
