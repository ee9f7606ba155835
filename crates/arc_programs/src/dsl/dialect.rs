//! A dialect: all that the names in a program may mean.
//!
//! A [`Dialect`] is a value, so that several can stand side by side: the
//! reference's ([`REFERENCE`](super::REFERENCE)) is one of them, and whoever is
//! told none speaks it. A plan is made in a dialect, and is evaluated in that
//! one; a function value is a place among its dialect's primitives, and means
//! nothing in another.
//!
//! Dialects are static: a plan, a context and a card hold a reference to
//! theirs, which costs nothing to copy, and calling a function value is one look
//! into an array.

use std::fmt;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::constants::Constants;
use super::hint::Hint;
use super::knowledge::Made;
use super::primitive::Primitive;
use crate::did_you_mean;
use crate::value::{CellLayout, PrimitiveId, Value};

/// The primitives, constants and parameters of programs, and what failing calls
/// do.
pub struct Dialect {
    name: &'static str,
    primitives: &'static [Primitive],
    constants: Constants,
    parameters: &'static [ProgramParameter],
    failing_calls: FailingCalls,
    cells: CellLayout,
    identity: &'static Primitive,
    input: ProgramParameter,
    by_name: OnceLock<FxHashMap<&'static str, Named>>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Named {
    /// A parameter, which is given this.
    Parameter(TaskPart),
    /// A primitive.
    Primitive(PrimitiveId),
    /// A constant, by its place among all.
    Constant(u16),
}

/// A parameter that every program may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramParameter {
    /// Its name.
    pub name: &'static str,
    /// Part of a task that it is given.
    pub given: TaskPart,
    /// The hint on it.
    pub hint: Hint,
}

/// A part of a task that a program may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskPart {
    /// The demo samples.
    Samples,
    /// The input of the sample in hand.
    Input,
    /// The expected output of the sample in hand.
    Expected,
}

/// Effect of a failing call on the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailingCalls {
    /// Each yields the primitive's [`FailureValue`](super::FailureValue), inner
    /// ones too, and the program goes on with it.
    YieldAValue,
    /// The program ends, and has no value.
    EndTheProgram,
}

/// The parts of a dialect.
pub(crate) struct DialectParts {
    pub(crate) name: &'static str,
    /// In the order that numbers them.
    pub(crate) primitives: &'static [Primitive],
    pub(crate) constants: Constants,
    pub(crate) parameters: &'static [ProgramParameter],
    pub(crate) failing_calls: FailingCalls,
    /// How the cells of objects are laid out.
    pub(crate) cells: CellLayout,
}

impl Dialect {
    /// The dialect of these parts.
    ///
    /// # Panics
    /// Where no primitive yields its argument, for cards say `identity(I)` for a
    /// program that is no call, and where no parameter is given the input. A
    /// static dialect is made by the compiler, which then refuses it.
    pub(crate) const fn new(parts: DialectParts) -> Dialect {
        Dialect {
            name: parts.name,
            primitives: parts.primitives,
            constants: parts.constants,
            parameters: parts.parameters,
            failing_calls: parts.failing_calls,
            cells: parts.cells,
            identity: identity(parts.primitives),
            input: input(parts.parameters),
            by_name: OnceLock::new(),
        }
    }

    /// Name of the dialect.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// All primitives; a [`PrimitiveId`] is a place in here.
    pub fn primitives(&self) -> &'static [Primitive] {
        self.primitives
    }

    /// The place of the primitive of this name; `None` where there is none.
    pub fn find(&self, name: &str) -> Option<PrimitiveId> {
        match self.meaning(name) {
            Some(Named::Primitive(id)) => Some(id),
            Some(Named::Parameter(_) | Named::Constant(_)) | None => None,
        }
    }

    /// What a name stands for.
    pub(crate) fn meaning(&self, name: &str) -> Option<Named> {
        let by_name = self.by_name.get_or_init(|| {
            let constants = (0..).zip(self.constants.iter());
            let constants = constants.map(|(place, (name, _))| (name, Named::Constant(place)));
            let named = |(place, primitive): (usize, &Primitive)| {
                let id = u16::try_from(place).map(PrimitiveId).ok()?;
                Some((primitive.name, Named::Primitive(id)))
            };
            let primitives = self.primitives.iter().enumerate();
            let parameters = self.parameters.iter();
            let parameters = parameters.map(|own| (own.name, Named::Parameter(own.given)));
            // Of a constant and a primitive of one name the primitive is meant.
            let values = constants.chain(primitives.filter_map(named));
            values.chain(parameters).collect()
        });
        by_name.get(name).copied()
    }

    /// The primitive at this place; `None` for a number that
    /// [`Dialect::find`] never gave.
    #[inline]
    pub fn primitive(&self, id: PrimitiveId) -> Option<&'static Primitive> {
        self.primitives.get(usize::from(id.0))
    }

    /// The primitive of this name; `None` where there is none.
    pub fn named(&self, name: &str) -> Option<&'static Primitive> {
        self.primitive(self.find(name)?)
    }

    /// The primitive that yields its argument.
    pub fn identity(&self) -> &'static Primitive {
        self.identity
    }

    /// The constants.
    pub fn constants(&self) -> &Constants {
        &self.constants
    }

    /// The parameters that programs may name.
    pub fn parameters(&self) -> &'static [ProgramParameter] {
        self.parameters
    }

    /// Their names, in the order in which a program has them.
    pub fn parameter_names(&self) -> impl ExactSizeIterator<Item = &'static str> {
        self.parameters.iter().map(|parameter| parameter.name)
    }

    /// The parameter of this name; `None` where there is none.
    pub fn parameter(&self, name: &str) -> Option<ProgramParameter> {
        let mut parameters = self.parameters.iter();
        parameters.find(|own| own.name == name).copied()
    }

    /// The parameter that is given the input.
    pub fn input(&self) -> ProgramParameter {
        self.input
    }

    /// Whether a name is the parameter that is given this.
    pub(crate) fn is_given(&self, name: &str, given: TaskPart) -> bool {
        self.parameter(name).is_some_and(|own| own.given == given)
    }

    /// Whether programs can compare an output with the expected one, as differs do.
    pub fn has_differs(&self) -> bool {
        let mut parameters = self.parameters.iter();
        parameters.any(|own| own.given == TaskPart::Expected)
    }

    /// Effect of failing calls.
    pub fn failing_calls(&self) -> FailingCalls {
        self.failing_calls
    }

    /// How the cells of objects are laid out.
    #[inline]
    pub fn cells(&self) -> CellLayout {
        self.cells
    }

    /// The value that a name stands for before a program is evaluated: a
    /// function or a constant; `None` for any other.
    pub fn value(&self, name: &str) -> Option<Value> {
        match self.meaning(name)? {
            Named::Parameter(_) => None,
            Named::Primitive(id) => Some(Value::Primitive(id)),
            Named::Constant(place) => Some(self.constants.at(place)),
        }
    }

    /// Whether a name means something.
    pub fn knows(&self, name: &str) -> bool {
        self.meaning(name).is_some()
    }

    /// The name of this dialect that was most likely meant by another.
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        let primitives = self.primitives.iter().map(|primitive| primitive.name);
        let constants = self.constants.iter().map(|(name, _)| name);
        let parameters = self.parameters.iter().map(|parameter| parameter.name);
        did_you_mean::nearest(name, primitives.chain(constants).chain(parameters))
    }
}

impl PartialEq for Dialect {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Dialect {}

impl fmt::Debug for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Dialect({:?})", self.name)
    }
}

const fn identity(primitives: &'static [Primitive]) -> &'static Primitive {
    let mut place = 0;
    while place < primitives.len() {
        if let Some(Made::TheArgument) = primitives[place].makes {
            return &primitives[place];
        }
        place += 1;
    }
    panic!("a dialect needs a primitive that makes `TheArgument`");
}

const fn input(parameters: &'static [ProgramParameter]) -> ProgramParameter {
    let mut place = 0;
    while place < parameters.len() {
        if let TaskPart::Input = parameters[place].given {
            return parameters[place];
        }
        place += 1;
    }
    panic!("a dialect needs a parameter that is given the `Input`");
}

/// How many primitives there are in families.
pub(super) const fn count(families: &[&[Primitive]]) -> usize {
    let mut count = 0;
    let mut family = 0;
    while family < families.len() {
        count += families[family].len();
        family += 1;
    }
    count
}

/// The primitives of families, one family after the other.
pub(super) const fn joined<const COUNT: usize>(families: &[&[Primitive]]) -> [Primitive; COUNT] {
    let mut primitives = [families[0][0]; COUNT];
    let (mut family, mut next) = (0, 0);
    while family < families.len() {
        let mut place = 0;
        while place < families[family].len() {
            primitives[next] = families[family][place];
            next += 1;
            place += 1;
        }
        family += 1;
    }
    primitives
}
