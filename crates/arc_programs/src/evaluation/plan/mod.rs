//! Calls with their names resolved.

mod builder;

use std::ops::Range;

use super::Stage;
use super::spending::Programs;
use crate::dsl::{Dialect, FailureValue, Primitive};
use crate::value::Value;

pub use builder::{Operand, PlanBuilder};

/// Where a value of an evaluation is: first `S`, `I` and `C`, then the plan's
/// constants, then the results of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(pub(super) u32);

/// How many slots there are for what a program is given: one for each [`TaskPart`],
/// in that order, whether the dialect has a parameter for it or not.
pub(super) const GIVEN: usize = 3;

/// What a call calls.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callee {
    /// A primitive, known before evaluation.
    Primitive(&'static Primitive),
    /// A value that is known only then.
    Slot(Slot),
    /// Nothing: the arguments are given in a way that no callee takes, so the
    /// call yields this.
    Failing(FailureValue),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) callee: Callee,
    pub(super) first_argument: u32,
    pub(super) last_argument: u32,
    /// Its arguments, and behind them its callee where that is a value.
    last_read: u32,
}

/// A list of calls, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) dialect: &'static Dialect,
    pub(super) constants: Vec<Value>,
    pub(super) calls: Vec<Call>,
    pub(super) arguments: Vec<Slot>,
    /// Where the plan's result is.
    pub(super) result: Slot,
    /// The stage of each call.
    stages: Vec<Stage>,
    /// The calls by stage, those of a stage in the plan's order.
    order: Vec<u32>,
    /// Where each stage ends in `order`.
    stage_ends: [u32; Stage::ALL.len()],
    /// The programs that are of interest, each until a call of it has no value; `None`
    /// where every call is, or how it ends.
    pub(super) programs: Option<Programs>,
    /// By slot, how many reads are left of a value before any is counted, of one program
    /// alone all of them; where every call's value is of interest, nothing.
    pub(super) reads: Vec<u32>,
}

impl Plan {
    /// The dialect that its names are resolved in.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Number of calls.
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// The stage of a call, the first being 0.
    pub fn stage(&self, call: usize) -> Stage {
        self.stages[call]
    }

    /// The places of the calls of a stage, in the order in which calls are evaluated.
    pub(super) fn calls_of(&self, stage: Stage) -> Range<usize> {
        self.start_of(stage)..self.stage_ends[stage as usize] as usize
    }

    /// Those of the calls of a stage and of those that follow it.
    pub(super) fn calls_from(&self, stage: Stage) -> Range<usize> {
        self.start_of(stage)..self.order.len()
    }

    /// Those of the calls of the stages before this one.
    pub(super) fn calls_before(&self, stage: Stage) -> Range<usize> {
        0..self.start_of(stage)
    }

    /// The calls by their places in the order in which they are evaluated.
    pub(super) fn in_order(&self) -> &[u32] {
        &self.order
    }

    /// The places of the calls in that order.
    fn places(&self) -> Vec<u32> {
        let mut places = vec![0; self.order.len()];
        for (place, &call) in (0..).zip(&self.order) {
            places[call as usize] = place;
        }
        places
    }

    /// Whether some calls depend neither on the input nor on the expected output, so that they
    /// are the same on each sample of a task.
    pub fn has_shared_calls(&self) -> bool {
        !self.calls_before(Stage::Input).is_empty()
    }

    fn start_of(&self, stage: Stage) -> usize {
        match stage as usize {
            0 => 0,
            stage => self.stage_ends[stage - 1] as usize,
        }
    }

    /// The slots of a call's arguments.
    #[inline]
    pub(super) fn arguments_of(&self, call: usize) -> &[Slot] {
        let call = &self.calls[call];
        &self.arguments[call.first_argument as usize..call.last_argument as usize]
    }

    /// The slots that a call reads: its arguments', and its callee's where that is a value.
    #[inline]
    pub(super) fn read_by(&self, call: usize) -> &[Slot] {
        let call = &self.calls[call];
        &self.arguments[call.first_argument as usize..call.last_read as usize]
    }

    /// Whether the result of a call may be dropped when it has been read: it is of one sample,
    /// and not shared by several, and no program's result.
    fn is_passing(&self, call: usize) -> bool {
        let is_result = |programs: &Programs| programs.is_result(call);
        self.stages[call] >= Stage::Input && !self.programs.as_ref().is_some_and(is_result)
    }

    /// By slot, how often calls read it.
    fn times_read(&self) -> Vec<u32> {
        let mut times = vec![0; self.call_slot(self.calls.len())];
        // What the calls read, one call behind the other.
        for &Slot(slot) in &self.arguments {
            times[slot as usize] += 1;
        }
        times
    }

    /// Whether the last call is the result, and each of the others is read by a later one,
    /// so that all are needed for it.
    fn needs_all_calls(&self, Slot(result): Slot, times_read: &[u32]) -> bool {
        let of_calls = &times_read[self.call_slot(0)..];
        match of_calls.split_last() {
            Some((_, others)) => {
                result as usize + 1 == times_read.len() && others.iter().all(|&times| times > 0)
            }
            None => false,
        }
    }

    /// Values are kept until they have been read, but for the result and what samples share:
    /// all calls are evaluated, and of those that are not needed nothing but how they end is of
    /// interest.
    fn keep_result_alone(&mut self) {
        let mut reads = self.times_read();
        reads[self.result.0 as usize] |= Plan::KEPT;
        self.count_down_from(reads);
    }

    /// Sets how many reads are left of each slot; what samples share is never dropped.
    fn count_down_from(&mut self, mut reads: Vec<u32>) {
        let first_result = self.call_slot(0);
        for (slot, reads) in reads.iter_mut().enumerate() {
            let call = slot.checked_sub(first_result);
            if !call.is_some_and(|call| self.is_passing(call)) {
                *reads |= Plan::KEPT;
            }
        }
        self.reads = reads;
    }

    /// Whether all calls are evaluated, or all of the one program that it is.
    #[inline]
    pub(super) fn needs_all(&self) -> bool {
        self.programs.as_ref().is_none_or(Programs::is_one)
    }

    /// Whether values are dropped that have been read.
    #[inline]
    pub(super) fn drops_values(&self) -> bool {
        !self.reads.is_empty()
    }

    /// Which programs are of interest; and, of one alone that has all calls, how often each
    /// slot is read.
    fn set_programs(&mut self, programs: Programs, times_read: Option<Vec<u32>>) {
        self.programs = Some(programs);
        let slots = self.call_slot(self.calls.len());
        self.count_down_from(times_read.unwrap_or_else(|| vec![0; slots]));
    }

    /// So many reads are always left of what is never dropped.
    const KEPT: u32 = 1 << 31;

    /// The calls that a slot depends on, in the plan's order.
    fn dependencies(&self, Slot(slot): Slot) -> Vec<u32> {
        let first_result = self.call_slot(0);
        let mut is_needed = vec![false; self.calls.len()];
        if let Some(own) = (slot as usize).checked_sub(first_result) {
            is_needed[own] = true;
        }
        let mut needed = Vec::new();
        for call in (0..self.calls.len()).rev() {
            if !is_needed[call] {
                continue;
            }
            needed.push(call as u32);
            for &Slot(slot) in self.read_by(call) {
                if let Some(own) = (slot as usize).checked_sub(first_result) {
                    is_needed[own] = true;
                }
            }
        }
        needed.reverse();
        needed
    }

    /// Sorts the calls into stages.
    fn sort(&mut self) {
        let first_result = self.call_slot(0);
        let stage_of_slot = |stages: &[Stage], Slot(slot): Slot| match slot as usize {
            0 => Stage::Samples,
            1 => Stage::Input,
            2 => Stage::Expected,
            slot if slot < first_result => Stage::Constants,
            slot => stages[slot - first_result],
        };
        for call in 0..self.calls.len() {
            let mut stage = Stage::Constants;
            if let Callee::Slot(callee) = self.calls[call].callee {
                stage = stage_of_slot(&self.stages, callee);
            }
            for &argument in self.arguments_of(call) {
                stage = stage.max(stage_of_slot(&self.stages, argument));
            }
            self.stages.push(stage);
        }
        for stage in &self.stages {
            self.stage_ends[*stage as usize] += 1;
        }
        let mut places = [0; Stage::ALL.len()];
        let mut begun = 0;
        for (place, end) in places.iter_mut().zip(&mut self.stage_ends) {
            *place = begun;
            *end += begun;
            begun = *end;
        }
        self.order = vec![0; self.calls.len()];
        for (call, stage) in (0..).zip(&self.stages) {
            let place = &mut places[*stage as usize];
            self.order[*place as usize] = call;
            *place += 1;
        }
    }

    /// The number of the slot that holds the result of a call, the first being
    /// 0.
    #[inline]
    pub(super) fn call_slot(&self, call: usize) -> usize {
        GIVEN + self.constants.len() + call
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsl::REFERENCE;
    use crate::program::parse_program;

    #[test]
    fn calls_that_nothing_reads_are_found_with_and_without_following_the_reads() {
        for (text, has_all) in [
            ("I", true),
            ("ZERO", true),
            ("rot90(I)", true),
            ("hconcat(rot90(I), rot90(rot90(I)))", true),
            (
                "fill(I, ONE, mapply_f(lbind(shift, asobject(I)), f_ofcolor(I, TWO)))",
                true,
            ),
            ("lbind(add, ONE)(TWO)", true),
            // Keywords of what is known only later fail, and the callee is not looked at.
            ("lbind(add, ONE)(b=TWO)", false),
            ("hconcat(compose(rot90, rot90)(grid=rot90(I)), I)", false),
        ] {
            let program = parse_program(text).unwrap().program;
            let plan = Plan::of_result(&REFERENCE, &program).unwrap();
            let needed = plan.dependencies(plan.result);
            assert_eq!(needed.len() == plan.calls(), has_all, "{text}");
            let is_one = plan.programs.as_ref().is_some_and(Programs::is_one);
            assert_eq!(is_one, has_all, "{text}");
            let times_read = plan.times_read();
            if plan.calls() > 0 {
                let needs_all = plan.needs_all_calls(plan.result, &times_read);
                assert_eq!(needs_all, has_all, "{text}");
            }
            for (slot, &reads) in plan.reads.iter().enumerate() {
                let slots = (0..plan.calls()).flat_map(|call| plan.read_by(call));
                let times = slots.filter(|own| own.0 as usize == slot).count() as u32;
                let call = slot.checked_sub(plan.call_slot(0));
                let is_kept = !call.is_some_and(|call| plan.is_passing(call));
                let expected =
                    if has_all { times } else { 0 } + if is_kept { Plan::KEPT } else { 0 };
                assert_eq!(reads, expected, "{text}, slot {slot}");
            }
        }
    }
}
