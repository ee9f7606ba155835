//! Calls with their names resolved.

use std::collections::HashMap;

use crate::dsl::constants;
use crate::dsl::table::{self, Default, Primitive};
use crate::value::Value;

/// Where a value of an evaluation is: first `S`, `I` and `C`, then the plan's
/// constants, then the results of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(pub(super) u32);

/// The parameters that every plan has, in the order of their slots.
pub(super) const PARAMETERS: [&str; 3] = ["S", "I", "C"];

/// What a call calls.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callee {
    /// A primitive, known before evaluation.
    Primitive(&'static Primitive),
    /// A value that is known only then.
    Slot(Slot),
    /// Nothing: the arguments are given in a way that no callee takes, so the
    /// call yields this default.
    Failing(Default),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) callee: Callee,
    pub(super) first_argument: u32,
    pub(super) last_argument: u32,
}

/// A list of calls, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) constants: Vec<Value>,
    pub(super) calls: Vec<Call>,
    pub(super) arguments: Vec<Slot>,
    /// Where the result is, for a plan that has one.
    pub(super) result: Slot,
}

impl Plan {
    /// How many calls it has.
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// The number of the slot that holds the result of a call, the first being
    /// 0.
    pub(super) fn call_slot(&self, call: usize) -> usize {
        PARAMETERS.len() + self.constants.len() + call
    }
}

/// Makes a plan call by call.
///
/// Constants come first among the slots, and their number is known only at the
/// end, so while a plan is made results are counted from the other side.
#[derive(Debug, std::default::Default)]
pub struct PlanBuilder {
    constants: Vec<Value>,
    constants_by_name: HashMap<String, Place>,
    calls: Vec<(Callee, Vec<Place>)>,
}

/// A value while a plan is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `S`, `I` or `C`, by its position.
    Parameter(u32),
    /// A constant, by its number.
    Constant(u32),
    /// The result of a call, by its number.
    Result(u32),
}

impl PlanBuilder {
    /// A plan without calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// The place of a name that is a parameter, a primitive or a constant;
    /// `None` for any other.
    pub fn name(&mut self, name: &str) -> Option<Place> {
        if let Some(position) = PARAMETERS.iter().position(|own| *own == name) {
            return Some(Place::Parameter(position as u32));
        }
        if let Some(place) = self.constants_by_name.get(name) {
            return Some(*place);
        }
        let value = match table::find(name) {
            Some(id) => Value::Primitive(id),
            None => constants::find(name)?.clone(),
        };
        let place = self.constant(value);
        self.constants_by_name.insert(name.to_owned(), place);
        Some(place)
    }

    /// The place of a constant.
    pub fn constant(&mut self, value: Value) -> Place {
        self.constants.push(value);
        Place::Constant(self.constants.len() as u32 - 1)
    }

    /// The primitive at a place, where that is known.
    pub fn primitive(&self, place: Place) -> Option<&'static Primitive> {
        match place {
            Place::Constant(number) => match self.constants.get(number as usize)? {
                Value::Primitive(id) => table::get(*id),
                _ => None,
            },
            Place::Parameter(_) | Place::Result(_) => None,
        }
    }

    /// Adds a call, each argument with its keyword if it has one; the place of
    /// its result.
    ///
    /// Keywords are resolved to positions. Where that cannot be done (the
    /// callee has no such parameter, or is known only later) the call is one
    /// that fails.
    pub fn call<'keyword>(
        &mut self,
        callee: Place,
        arguments: impl IntoIterator<Item = (Option<&'keyword str>, Place)>,
    ) -> Place {
        let primitive = self.primitive(callee);
        let mut positional = Vec::new();
        let mut by_keyword = Vec::new();
        for (keyword, place) in arguments {
            match keyword {
                None => positional.push(place),
                Some(keyword) => by_keyword.push((keyword, place)),
            }
        }
        let is_resolved = match primitive {
            _ if by_keyword.is_empty() => true,
            Some(primitive) => place_keywords(primitive, &mut positional, by_keyword),
            None => false,
        };
        let callee = match (primitive, is_resolved) {
            (_, false) => Callee::Failing(
                primitive.map_or(Default::EmptyTuple, |primitive| primitive.default),
            ),
            (Some(primitive), true) => Callee::Primitive(primitive),
            // Found again when the number of constants is known.
            (None, true) => {
                positional.insert(0, callee);
                Callee::Slot(Slot(0))
            }
        };
        self.calls.push((callee, positional));
        Place::Result(self.calls.len() as u32 - 1)
    }

    /// The plan, whose result is at a place.
    pub fn finish(self, result: Place) -> Plan {
        let constants = self.constants.len() as u32;
        let slot = |place| {
            let parameters = PARAMETERS.len() as u32;
            Slot(match place {
                Place::Parameter(position) => position,
                Place::Constant(number) => parameters + number,
                Place::Result(call) => parameters + constants + call,
            })
        };
        let mut plan = Plan {
            constants: self.constants,
            calls: Vec::with_capacity(self.calls.len()),
            arguments: Vec::new(),
            result: slot(result),
        };
        for (callee, places) in self.calls {
            let mut slots = places.into_iter().map(slot);
            let callee = match callee {
                Callee::Slot(placeholder) => Callee::Slot(slots.next().unwrap_or(placeholder)),
                known => known,
            };
            let first_argument = plan.arguments.len() as u32;
            plan.arguments.extend(slots);
            plan.calls.push(Call {
                callee,
                first_argument,
                last_argument: plan.arguments.len() as u32,
            });
        }
        plan
    }
}

/// Puts keyword arguments behind the positional ones, in the order of the
/// primitive's parameters; `false` where one has no such parameter, or leaves
/// a gap before it.
fn place_keywords(
    primitive: &Primitive,
    positional: &mut Vec<Place>,
    mut by_keyword: Vec<(&str, Place)>,
) -> bool {
    while !by_keyword.is_empty() {
        let Some(next) = primitive.parameters.get(positional.len()) else {
            return false;
        };
        let Some(found) = by_keyword.iter().position(|(name, _)| *name == next.name) else {
            return false;
        };
        positional.push(by_keyword.swap_remove(found).1);
    }
    true
}
