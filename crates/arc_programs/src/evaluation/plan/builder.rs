//! Making a plan, call by call.

use rustc_hash::FxHashMap;

use super::super::Stage;
use super::super::spending::Programs;
use super::{Call, Callee, GIVEN, Plan, Slot};
use crate::dsl::{Dialect, FailureValue, Named, Primitive, TaskPart};
use crate::value::Value;

/// Makes a plan call by call.
///
/// Constants come first among the slots, and their number is known only at the
/// end, so while a plan is made results are counted from the other side.
#[derive(Debug)]
pub struct PlanBuilder {
    dialect: &'static Dialect,
    constants: Vec<Value>,
    /// What the names stand for that were asked for.
    named: FxHashMap<Named, Operand>,
    /// Each with where its operands end.
    calls: Vec<(Callee, u32)>,
    /// The arguments of all calls, those of a call whose callee is a value behind that.
    operands: Vec<Operand>,
}

/// A value while a plan is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// `S`, `I` or `C`, by its position.
    Parameter(u32),
    /// A constant, by its number.
    Constant(u32),
    /// The result of a call, by its number.
    Result(u32),
}

impl PlanBuilder {
    /// A plan without calls, in a dialect.
    pub fn new(dialect: &'static Dialect) -> Self {
        Self {
            dialect,
            constants: Vec::new(),
            named: FxHashMap::default(),
            calls: Vec::new(),
            operands: Vec::new(),
        }
    }

    /// Makes room for a program of so many expressions.
    pub(in crate::evaluation) fn reserve(&mut self, expressions: usize) {
        self.constants.reserve(expressions);
        self.calls.reserve(expressions);
        self.operands.reserve(2 * expressions);
    }

    /// The dialect that names are resolved in.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The operand of a name that is a parameter, a primitive or a constant;
    /// `None` for any other.
    pub fn name(&mut self, name: &str) -> Option<Operand> {
        let named = self.dialect.meaning(name)?;
        if let Some(operand) = self.named.get(&named) {
            return Some(*operand);
        }
        let operand = self.operand_of(named);
        self.named.insert(named, operand);
        Some(operand)
    }

    /// As [`PlanBuilder::name`], of a name that was not asked for before, nor is again.
    pub(in crate::evaluation) fn name_once(&mut self, name: &str) -> Option<Operand> {
        let named = self.dialect.meaning(name)?;
        Some(self.operand_of(named))
    }

    fn operand_of(&mut self, named: Named) -> Operand {
        let value = match named {
            Named::Parameter(TaskPart::Samples) => return Operand::Parameter(0),
            Named::Parameter(TaskPart::Input) => return Operand::Parameter(1),
            Named::Parameter(TaskPart::Expected) => return Operand::Parameter(2),
            Named::Primitive(id) => Value::Primitive(id),
            Named::Constant(place) => self.dialect.constants().at(place),
        };
        self.constant(value)
    }

    /// The operand of a constant.
    pub fn constant(&mut self, value: Value) -> Operand {
        self.constants.push(value);
        Operand::Constant(self.constants.len() as u32 - 1)
    }

    /// The primitive of an operand, where that is known.
    pub fn primitive(&self, operand: Operand) -> Option<&'static Primitive> {
        match operand {
            Operand::Constant(number) => match self.constants.get(number as usize)? {
                Value::Primitive(id) => self.dialect.primitive(*id),
                _ => None,
            },
            Operand::Parameter(_) | Operand::Result(_) => None,
        }
    }

    /// Adds a call, each argument with its keyword if it has one; the operand that is
    /// its result.
    ///
    /// Keywords are resolved to positions. Where that cannot be done (the
    /// callee has no such parameter, or is known only later) the call is one
    /// that fails.
    pub fn call<'keyword>(
        &mut self,
        callee: Operand,
        arguments: impl IntoIterator<Item = (Option<&'keyword str>, Operand)>,
    ) -> Operand {
        let primitive = self.primitive(callee);
        if primitive.is_none() {
            self.operands.push(callee);
        }
        let first = self.operands.len();
        let mut by_keyword = Vec::new();
        for (keyword, operand) in arguments {
            match keyword {
                None => self.operands.push(operand),
                Some(keyword) => by_keyword.push((keyword, operand)),
            }
        }
        let is_resolved = match primitive {
            _ if by_keyword.is_empty() => true,
            Some(primitive) => place_keywords(primitive, &mut self.operands, first, by_keyword),
            None => false,
        };
        let callee = match (primitive, is_resolved) {
            (None, false) => {
                self.operands.remove(first - 1);
                Callee::Failing(FailureValue::OF_UNKNOWN_CALLEE)
            }
            (Some(primitive), false) => Callee::Failing(primitive.on_failure),
            (Some(primitive), true) => Callee::Primitive(primitive),
            // Found again when the number of constants is known.
            (None, true) => Callee::Slot(Slot(0)),
        };
        self.calls.push((callee, self.operands.len() as u32));
        Operand::Result(self.calls.len() as u32 - 1)
    }

    /// The plan whose result is this operand. Every call's value is kept.
    pub fn finish(self, result: Operand) -> Plan {
        self.assemble(result).0
    }

    /// The plan of a program all of whose calls are evaluated, whether its result needs them or
    /// not, but whose result's value alone is kept.
    pub fn finish_result(self, result: Operand) -> Plan {
        let (mut plan, _) = self.assemble(result);
        plan.keep_result_alone();
        plan
    }

    /// The plan of a program of which nothing but the result is of interest; its value
    /// alone is kept.
    pub fn finish_program(self, result: Operand) -> Plan {
        let (mut plan, slot) = self.assemble(result);
        let kept = slot(result);
        let times_read = plan.times_read();
        if plan.needs_all_calls(kept, &times_read) {
            // Nearly always: a program has what its result needs.
            plan.set_programs(Programs::one(plan.calls()), Some(times_read));
            return plan;
        }
        let own = plan.dependencies(kept);
        let programs = Programs::new(&plan.places(), [own.as_slice()].into_iter());
        let times_read = programs.is_one().then_some(times_read);
        plan.set_programs(programs, times_read);
        plan
    }

    /// The plan of several programs, each the calls that it consists of, in their
    /// order, with its result at the end: a card's. Their results alone are kept; the
    /// plan's is the first of them.
    pub fn finish_programs<'a>(
        self,
        programs: impl ExactSizeIterator<Item = &'a [u32]> + Clone,
    ) -> Plan {
        let first = programs.clone().find_map(|own| own.last());
        let result = first.map_or(Operand::Parameter(0), |&call| Operand::Result(call));
        let (mut plan, _) = self.assemble(result);
        let programs = Programs::new(&plan.places(), programs);
        let times_read = programs.is_one().then(|| plan.times_read());
        plan.set_programs(programs, times_read);
        plan
    }

    fn assemble(self, result: Operand) -> (Plan, impl Fn(Operand) -> Slot) {
        let constants = self.constants.len() as u32;
        let slot = move |operand| {
            let parameters = GIVEN as u32;
            Slot(match operand {
                Operand::Parameter(position) => position,
                Operand::Constant(number) => parameters + number,
                Operand::Result(call) => parameters + constants + call,
            })
        };
        let mut plan = Plan {
            dialect: self.dialect,
            constants: self.constants,
            calls: Vec::with_capacity(self.calls.len()),
            arguments: Vec::with_capacity(self.operands.len()),
            result: slot(result),
            stages: Vec::with_capacity(self.calls.len()),
            order: Vec::new(),
            stage_ends: [0; Stage::ALL.len()],
            programs: None,
            reads: Vec::new(),
        };
        let mut operands = self.operands.into_iter().map(slot);
        let mut begin = 0;
        for (callee, end) in self.calls {
            let mut slots = operands.by_ref().take((end - begin) as usize);
            begin = end;
            let callee = match callee {
                Callee::Slot(placeholder) => Callee::Slot(slots.next().unwrap_or(placeholder)),
                known => known,
            };
            let first_argument = plan.arguments.len() as u32;
            plan.arguments.extend(slots);
            let last_argument = plan.arguments.len() as u32;
            if let Callee::Slot(slot) = callee {
                plan.arguments.push(slot);
            }
            plan.calls.push(Call {
                callee,
                first_argument,
                last_argument,
                last_read: plan.arguments.len() as u32,
            });
        }
        plan.sort();
        (plan, slot)
    }
}

/// Puts keyword arguments behind the positional ones, which begin in this place of a list, in
/// the order of the primitive's parameters; `false` where one has no such parameter, or leaves
/// a gap before it.
fn place_keywords(
    primitive: &Primitive,
    positional: &mut Vec<Operand>,
    first: usize,
    mut by_keyword: Vec<(&str, Operand)>,
) -> bool {
    while !by_keyword.is_empty() {
        let Some(next) = primitive.parameters.get(positional.len() - first) else {
            return false;
        };
        let Some(found) = by_keyword.iter().position(|(name, _)| *name == next.name) else {
            return false;
        };
        positional.push(by_keyword.swap_remove(found).1);
    }
    true
}
