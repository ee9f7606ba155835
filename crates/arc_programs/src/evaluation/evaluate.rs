//! Evaluating a plan, stage by stage.

use std::ops::Range;

use super::bit_set::BitSet;
use super::plan::{Callee, GIVEN, Slot};
use super::results::{EndedCall, Evaluation, SharedResults};
use super::spending::{CallEnd, Spending};
use super::{Inputs, Limits, Plan, Stage};
use crate::dsl::call::call;
use crate::dsl::{Budget, Context, FailureValue, Primitive, REFERENCE, nominal_bytes};
use crate::value::{Failure, Raised, Value};

/// Evaluates plans; keeps its memory from one to the next.
#[derive(Debug)]
pub struct Evaluator {
    context: Context,
    state: SharedResults,
    reads: Reads,
}

impl Default for Evaluator {
    fn default() -> Self {
        Self::new()
    }
}

impl Evaluator {
    /// An evaluator.
    pub fn new() -> Self {
        Self {
            // Each plan comes with its dialect.
            context: Context::new(&REFERENCE, Budget::of_steps(0)),
            state: SharedResults {
                values: Vec::new(),
                costs: Vec::new(),
                has_ended_early: false,
                over_limit: Vec::new(),
                ended: Vec::new(),
                failures: 0,
                spending: Spending::default(),
            },
            reads: Reads::default(),
        }
    }

    /// An evaluator of programs that closures are already nested around, so deep.
    pub fn at_depth(depth: u32) -> Self {
        let mut own = Self::new();
        own.context = own.context.at_depth(depth);
        own
    }

    /// What a function from outside has raised in the last evaluation, which ended it.
    pub fn take_raised(&mut self) -> Option<Raised> {
        self.context.take_raised()
    }

    /// Evaluates what depends on constants alone.
    pub fn constants(&mut self, plan: &Plan, limits: Limits) -> SharedResults {
        self.begin(plan);
        self.calls(
            plan,
            Calls::InOrder(plan.calls_of(Stage::Constants)),
            limits,
        );
        self.state.clone()
    }

    /// Evaluates what depends on a task's demo samples besides, for the programs that are
    /// asked for.
    pub fn on_task(
        mut self,
        plan: &Plan,
        shared_results: &SharedResults,
        samples: &Value,
        is_asked: impl Fn(usize) -> bool,
        limits: Limits,
    ) -> SharedResults {
        self.state.clone_from(shared_results);
        self.state.values[0] = Some(samples.clone());
        self.state.spending.ask(is_asked);
        self.calls(plan, Calls::InOrder(plan.calls_of(Stage::Samples)), limits);
        self.state
    }

    /// Begins a plan on the samples of one task, of which `samples` is the value of `S`: what
    /// depends on neither the input nor the expected output is evaluated.
    pub fn begin_task<'evaluator>(
        &'evaluator mut self,
        plan: &'evaluator Plan,
        samples: &Value,
        limits: Limits,
    ) -> BegunTask<'evaluator> {
        self.begin(plan);
        self.state.values[0] = Some(samples.clone());
        self.calls(
            plan,
            Calls::InOrder(plan.calls_before(Stage::Input)),
            limits,
        );
        BegunTask {
            plan,
            over_limit: self.state.over_limit.len(),
            ended: self.state.ended.len(),
            failures: self.state.failures,
            spending: self.state.spending.clone(),
            evaluator: self,
        }
    }

    /// Evaluates the rest on a sample, of the task that `shared_results` is for, for some
    /// of the programs that were asked for there. The values of some calls are known.
    pub fn on_sample<'evaluator>(
        &'evaluator mut self,
        plan: &'evaluator Plan,
        shared_results: &SharedResults,
        inputs: &Inputs,
        known: &[(usize, &Value)],
        is_asked: impl Fn(usize) -> bool,
        limits: Limits,
    ) -> Evaluation<'evaluator> {
        self.state.clone_from(shared_results);
        self.set_parameters(inputs);
        for &(call, value) in known {
            self.state.values[plan.call_slot(call)] = Some(value.clone());
        }
        self.state.spending.ask(is_asked);
        self.calls(plan, Calls::InOrder(plan.calls_from(Stage::Input)), limits);
        self.evaluation(plan, limits)
    }

    /// Evaluates one of a plan's programs without the others: its calls, in their
    /// order, of which one may have an input that is known, the value of another call.
    pub fn alone<'evaluator>(
        &'evaluator mut self,
        plan: &'evaluator Plan,
        program: &[u32],
        known: Option<(usize, &Value)>,
        inputs: &Inputs,
        limits: Limits,
    ) -> Evaluation<'evaluator> {
        self.begin(plan);
        self.set_parameters(inputs);
        if let Some((call, value)) = known {
            self.state.values[plan.call_slot(call)] = Some(value.clone());
        }
        self.calls(plan, Calls::OfProgram(program), limits);
        self.evaluation(plan, limits)
    }

    /// Evaluates all of a plan on a sample.
    pub fn evaluate<'evaluator>(
        &'evaluator mut self,
        plan: &'evaluator Plan,
        inputs: &Inputs,
        limits: Limits,
    ) -> Evaluation<'evaluator> {
        self.begin(plan);
        self.set_parameters(inputs);
        self.calls(
            plan,
            Calls::InOrder(plan.calls_from(Stage::Constants)),
            limits,
        );
        self.evaluation(plan, limits)
    }

    fn evaluation<'evaluator>(
        &'evaluator self,
        plan: &'evaluator Plan,
        limits: Limits,
    ) -> Evaluation<'evaluator> {
        Evaluation {
            plan,
            state: &self.state,
            limits,
        }
    }

    fn begin(&mut self, plan: &Plan) {
        let state = &mut self.state;
        state.values.clear();
        state.values.resize(GIVEN, None);
        state
            .values
            .extend(plan.constants.iter().cloned().map(Some));
        state.values.resize(plan.call_slot(plan.calls()), None);
        state.costs.clear();
        state.costs.resize(plan.calls(), 0);
        state.has_ended_early = false;
        state.over_limit.clear();
        state.ended.clear();
        state.failures = 0;
        state.spending.begin(plan.programs.as_ref());
    }

    fn set_parameters(&mut self, inputs: &Inputs) {
        let parameters = [&inputs.samples, &inputs.input, &inputs.expected];
        for (slot, value) in self.state.values.iter_mut().zip(parameters) {
            *slot = Some(value.clone());
        }
    }

    /// Evaluates calls, each after those that it depends on.
    fn calls(&mut self, plan: &Plan, calls: Calls<'_>, limits: Limits) {
        self.context.set_dialect(plan.dialect);
        let failures_before = self.context.failures();
        let mut room = limits.bytes;
        let needed = match plan.needs_all() {
            true => {
                self.reads.left.clone_from(&plan.reads);
                None
            }
            false => self.needed(plan, &calls),
        };
        let calls = match calls {
            Calls::InOrder(places) => &plan.in_order()[places],
            Calls::OfProgram(calls) => calls,
        };
        let programs = plan.programs.as_ref();
        for &call in needed.as_deref().unwrap_or(calls) {
            let call = call as usize;
            let Some(left) = self.state.spending.left_to(call, programs, &limits) else {
                room += self.drop_after(plan, call);
                continue;
            };
            let allowed = limits.call_steps.min(left.steps);
            self.context.refill(Budget {
                steps: allowed,
                bytes: limits.bytes,
                deadline: limits.deadline,
            });
            let Some(value) = result(&mut self.context, plan, call, &self.state.values) else {
                room += self.drop_after(plan, call);
                continue;
            };
            let used = allowed - self.context.steps_left();
            self.state.costs[call] = used;
            let end = match self.context.is_exhausted() {
                false => CallEnd::of_value(nominal_bytes(&value), left, room),
                true if self.context.has_ended_program() => CallEnd::EndsProgram,
                true if self.context.is_late() => CallEnd::Late,
                true => CallEnd::OverLimit,
            };
            self.state
                .spending
                .charge(call, programs, &limits, used, end);
            match end {
                CallEnd::Value { bytes } => {
                    room -= bytes;
                    self.state.values[plan.call_slot(call)] = Some(value);
                }
                CallEnd::EndsProgram => self.state.ended.push(EndedCall {
                    call: call as u32,
                    failure: self.context.ended_by().unwrap_or(Failure::OutOfBudget),
                }),
                CallEnd::OverLimit | CallEnd::Late => self.state.over_limit.push(call as u32),
                // Its programs are to be evaluated alone.
                CallEnd::Crowded { .. } => {}
            }
            room += self.drop_after(plan, call);
            if end == CallEnd::Late || self.context.has_raised() {
                self.state.has_ended_early = true;
                break;
            }
        }
        self.state.failures += self.context.failures() - failures_before;
    }

    /// Those of some calls that the programs need which were asked for, each of which has its
    /// reads counted; `None` where all are needed. What is not needed takes no time: a card
    /// has thousands of calls, of which a sample needs few where most results are known.
    fn needed(&mut self, plan: &Plan, calls: &Calls<'_>) -> Option<Vec<u32>> {
        let programs = plan.programs.as_ref()?;
        let Reads { left, are_needed } = &mut self.reads;
        let needed = match calls {
            Calls::OfProgram(calls) => calls.to_vec(),
            Calls::InOrder(places) => {
                are_needed.clear(plan.calls());
                self.state
                    .spending
                    .needed(programs, |place| are_needed.insert(place));
                let order = plan.in_order();
                let needed = are_needed.within(places.clone());
                needed.map(|place| order[place]).collect()
            }
        };
        left.resize(plan.reads.len(), 0);
        let read = || needed.iter().flat_map(|&call| plan.read_by(call as usize));
        for &Slot(slot) in read() {
            left[slot as usize] = plan.reads[slot as usize];
        }
        for &Slot(slot) in read() {
            left[slot as usize] += 1;
        }
        Some(needed)
    }

    /// Drops what nothing needs after a call, of what a sample alone has, but for the
    /// results of programs; the nominal bytes of what was dropped.
    #[inline]
    fn drop_after(&mut self, plan: &Plan, call: usize) -> u64 {
        if !plan.drops_values() {
            return 0;
        }
        // One program alone that stays within its limits always has room.
        let always_has_room = plan.needs_all();
        let mut bytes = 0;
        for &Slot(slot) in plan.read_by(call) {
            let left = &mut self.reads.left[slot as usize];
            *left -= 1;
            if *left == 0
                && let Some(dropped) = self.state.values[slot as usize].take()
                && !always_has_room
            {
                bytes += nominal_bytes(&dropped);
            }
        }
        bytes
    }
}

/// A plan on the samples of one task, of which what they share is evaluated: each goes on
/// from there, in the memory of the one before.
#[derive(Debug)]
pub struct BegunTask<'evaluator> {
    evaluator: &'evaluator mut Evaluator,
    plan: &'evaluator Plan,
    /// How many calls had met a limit, and how many had ended their program.
    over_limit: usize,
    ended: usize,
    failures: u64,
    spending: Spending,
}

impl BegunTask<'_> {
    /// Whether calls are left of those that were to be evaluated.
    pub fn has_ended_early(&self) -> bool {
        self.evaluator.state.has_ended_early
    }

    /// Evaluates the rest on a sample. What had not ended early, or not been evaluated at
    /// all, comes to what [`Evaluator::evaluate`] comes to.
    pub fn on_sample(&mut self, inputs: &Inputs, limits: Limits) -> Evaluation<'_> {
        let Self { plan, .. } = self;
        let state = &mut self.evaluator.state;
        // What samples share is never dropped; of the one before the rest is.
        for &call in &plan.in_order()[plan.calls_from(Stage::Input)] {
            let call = call as usize;
            state.values[plan.call_slot(call)] = None;
            state.costs[call] = 0;
        }
        state.has_ended_early = false;
        state.over_limit.truncate(self.over_limit);
        state.ended.truncate(self.ended);
        state.failures = self.failures;
        state.spending.clone_from(&self.spending);
        self.evaluator.set_parameters(inputs);
        let rest = Calls::InOrder(plan.calls_from(Stage::Input));
        self.evaluator.calls(plan, rest, limits);
        self.evaluator.evaluation(plan, limits)
    }
}

/// Calls that are evaluated.
enum Calls<'a> {
    /// Those in these places of the plan's order of evaluation.
    InOrder(Range<usize>),
    /// All of a program.
    OfProgram(&'a [u32]),
}

/// How often values are still to be read.
#[derive(Debug, Default)]
struct Reads {
    /// By slot: of those that a needed call reads.
    left: Vec<u32>,
    /// The places of the calls of programs that were asked for, whose reads count.
    are_needed: BitSet,
}

/// What a call of a plan yields; `None` where its callee or an argument has no value.
#[inline]
fn result(
    context: &mut Context,
    plan: &Plan,
    call: usize,
    values: &[Option<Value>],
) -> Option<Value> {
    let value = |&Slot(slot): &Slot| values[slot as usize].as_ref();
    let callee = match &plan.calls[call].callee {
        Callee::Primitive(primitive) => CalleeValue::Primitive(primitive),
        Callee::Slot(slot) => CalleeValue::Value(value(slot)?),
        Callee::Failing(on_failure) => CalleeValue::Failing(*on_failure),
    };
    // Of nearly all calls the number of arguments is one of these, and no list is
    // made of them then.
    Some(match plan.arguments_of(call) {
        [first] => callee.call(context, &[value(first)?]),
        [first, second] => callee.call(context, &[value(first)?, value(second)?]),
        [first, second, third] => {
            callee.call(context, &[value(first)?, value(second)?, value(third)?])
        }
        slots => {
            let arguments: Option<Vec<&Value>> = slots.iter().map(value).collect();
            callee.call(context, &arguments?)
        }
    })
}

/// What a call calls.
enum CalleeValue<'state> {
    Primitive(&'static Primitive),
    Value(&'state Value),
    Failing(FailureValue),
}

impl CalleeValue<'_> {
    #[inline]
    fn call(self, context: &mut Context, arguments: &[&Value]) -> Value {
        match self {
            CalleeValue::Primitive(primitive) => primitive.call_by_reference(context, arguments),
            CalleeValue::Value(callee) => {
                let outcome = call(context, callee, arguments);
                context.settle(outcome, FailureValue::OF_UNKNOWN_CALLEE)
            }
            CalleeValue::Failing(on_failure) => context.refuse(on_failure),
        }
    }
}
