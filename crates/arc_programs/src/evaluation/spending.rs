//! What the programs of a plan have spent, each of a budget of its own.
//!
//! The programs of a card share calls, and a shared call is evaluated once; but what a
//! program scores must not follow from the company it is evaluated in. So each program
//! has the whole of the limits, and a call that several share is charged to each of
//! them. Whether a program stays within its limits is then a question of sums over its
//! own calls, whatever the order in which they are evaluated and whatever else is in
//! the plan: a program is the same alone and in any card.
//!
//! A call may take as much as the program can still pay that has spent the least of
//! those it belongs to. Beyond that it is beyond all of them, and has no value. Where
//! it is within that, the others may be beyond their limits, and what they consist of
//! besides is not evaluated. Nothing else needs to be taken back: a call belongs to
//! the programs that end with it and to those that contain them, which have spent as
//! much, so the result of a program beyond its limits never has a value.
//!
//! Memory is shared, for all results of a plan are kept at the same time. A program
//! that finds no room beside the others is *crowded*: nothing is decided about it, and
//! it is to be evaluated alone.

use super::Limits;

/// The programs that each call of a plan belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Programs {
    number: usize,
    /// Whether each call is the result of one, whose value is kept.
    are_results: Vec<bool>,
    /// Those of each call, all lists one behind the other.
    of_calls: Vec<u32>,
    ends: Vec<u32>,
    /// The places of the calls of each in the order of evaluation, likewise.
    own: Vec<u32>,
    own_ends: Vec<u32>,
    /// Whether it is one program, of all calls of the plan.
    is_one: bool,
}

impl Programs {
    /// Programs that consist of these calls each, of the calls whose places in the order of
    /// evaluation these are.
    pub(super) fn new<'a>(
        places: &[u32],
        programs: impl ExactSizeIterator<Item = &'a [u32]> + Clone,
    ) -> Self {
        let calls = places.len();
        let number = programs.len();
        if number == 1 && programs.clone().all(|own| own.len() == calls) {
            let result = programs.clone().find_map(|own| own.last());
            return Self::of_all_calls(calls, result.map(|&call| call as usize));
        }
        let mut are_results = vec![false; calls];
        for &result in programs.clone().filter_map(|own| own.last()) {
            are_results[result as usize] = true;
        }
        let (mut own, mut own_ends) = (Vec::new(), Vec::with_capacity(number));
        for calls in programs.clone() {
            own.extend(calls.iter().map(|&call| places[call as usize]));
            own_ends.push(own.len() as u32);
        }
        let mut ends = vec![0_u32; calls];
        for &call in programs.clone().flatten() {
            ends[call as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            // Where the list begins, until it is filled.
            total += std::mem::replace(end, total);
        }
        let mut of_calls = vec![0; total as usize];
        for (program, calls) in programs.enumerate() {
            for &call in calls {
                let end = &mut ends[call as usize];
                of_calls[*end as usize] = program as u32;
                *end += 1;
            }
        }
        Self {
            is_one: false,
            number,
            are_results,
            of_calls,
            ends,
            own,
            own_ends,
        }
    }

    /// One program of all calls of a plan, of which the last is its result.
    pub(super) fn one(calls: usize) -> Self {
        Self::of_all_calls(calls, calls.checked_sub(1))
    }

    fn of_all_calls(calls: usize, result: Option<usize>) -> Self {
        let mut are_results = vec![false; calls];
        if let Some(result) = result {
            are_results[result] = true;
        }
        // Which calls belong to it nobody needs to look up.
        Self {
            number: 1,
            are_results,
            is_one: true,
            ..Self::default()
        }
    }

    /// Whether it is one program, of all calls of the plan.
    #[inline]
    pub(super) fn is_one(&self) -> bool {
        self.is_one
    }

    /// The places of the calls of a program in the order of evaluation.
    fn places_of(&self, program: usize) -> &[u32] {
        let start = match program {
            0 => 0,
            _ => self.own_ends[program - 1] as usize,
        };
        &self.own[start..self.own_ends[program] as usize]
    }

    /// Whether a call is the result of a program.
    pub(super) fn is_result(&self, call: usize) -> bool {
        self.are_results[call]
    }

    /// Those that a call belongs to.
    fn of(&self, call: usize) -> &[u32] {
        let start = match call {
            0 => 0,
            _ => self.ends[call - 1] as usize,
        };
        &self.of_calls[start..self.ends[call] as usize]
    }
}

/// What a program has spent, and whether it goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Spent {
    steps: u64,
    bytes: u64,
    state: State,
}

impl Spent {
    /// Charges a call of the program, if it goes on.
    #[inline]
    fn charge(&mut self, limits: &Limits, steps: u64, end: CallEnd) {
        if self.state != State::Going {
            return;
        }
        self.steps = self.steps.saturating_add(steps);
        if let CallEnd::Value { bytes } | CallEnd::Crowded { bytes } = end {
            self.bytes = self.bytes.saturating_add(bytes);
        }
        let is_within = self.steps <= limits.steps && self.bytes <= limits.bytes;
        self.state = match end {
            CallEnd::Value { .. } if is_within => State::Going,
            CallEnd::Crowded { .. } if is_within => State::Crowded,
            CallEnd::Late => State::Late,
            CallEnd::EndsProgram if is_within => State::Failed,
            // Beyond its own limits it is so with any room.
            _ => State::Ended,
        };
    }
}

/// Where a program stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Going,
    /// Nobody asks for it.
    NotAsked,
    /// A call of it met a limit.
    Ended,
    /// A call of it failed, in a dialect where that ends it.
    Failed,
    /// A call of it found no room beside the other programs.
    Crowded,
    /// The time was up.
    Late,
}

/// What came of a program in an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramEnd {
    /// It was evaluated, or it met its limits, or failed; so it does everywhere, and takes so
    /// many steps: all that it may, where it met a limit or failed.
    Decided {
        /// The steps of its calls.
        steps: u64,
        /// Whether it met a limit, so that it has no value. One that failed has none either.
        met_limit: bool,
    },
    /// The values of other programs left no room for its own.
    Crowded,
    /// The deadline had passed before its end.
    NotEvaluated,
}

/// How the evaluation of a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallEnd {
    /// It has a value of so many nominal bytes.
    Value { bytes: u64 },
    /// It met a limit of its own, or could not be paid by any program.
    OverLimit,
    /// It failed, in a dialect where that ends the program.
    EndsProgram,
    /// There was no room to keep its value of so many nominal bytes.
    Crowded { bytes: u64 },
    /// The deadline passed.
    Late,
}

/// What a program can still pay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    pub(super) steps: u64,
    pub(super) bytes: u64,
}

impl CallEnd {
    /// The end of a call with a value of so many bytes, where the programs that it
    /// belongs to and all of the plan have so much left.
    pub(super) fn of_value(bytes: u64, left: Left, room: u64) -> Self {
        match bytes {
            _ if bytes > left.bytes => Self::OverLimit,
            _ if bytes > room => Self::Crowded { bytes },
            _ => Self::Value { bytes },
        }
    }
}

/// What the programs of a plan have spent, by their places; where every call is of
/// interest, all of the plan is one program, which goes on to its end.
#[derive(Debug, Default)]
pub(super) struct Spending(Vec<Spent>);

impl Clone for Spending {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }

    fn clone_from(&mut self, source: &Self) {
        self.0.clone_from(&source.0);
    }
}

impl Spending {
    /// Nothing is spent yet.
    pub(super) fn begin(&mut self, programs: Option<&Programs>) {
        self.0.clear();
        let number = programs.map_or(1, |programs| programs.number);
        self.0.resize(number, Spent::default());
    }

    /// From now on only some programs are evaluated, which were so far.
    pub(super) fn ask(&mut self, is_asked: impl Fn(usize) -> bool) {
        for (program, spent) in self.0.iter_mut().enumerate() {
            if spent.state == State::Going && !is_asked(program) {
                spent.state = State::NotAsked;
            }
        }
    }

    /// Hands over the places of the calls of the programs that go on, in the order of
    /// evaluation; that of a call of several as often.
    pub(super) fn needed(&self, programs: &Programs, mut take: impl FnMut(usize)) {
        for (program, spent) in self.0.iter().enumerate() {
            if spent.state == State::Going {
                for &place in programs.places_of(program) {
                    take(place as usize);
                }
            }
        }
    }

    /// The limits that are left to a call, of the program that has most left; `None`
    /// for a call of which no program needs the value any more.
    #[inline]
    pub(super) fn left_to(
        &self,
        call: usize,
        programs: Option<&Programs>,
        limits: &Limits,
    ) -> Option<Left> {
        let left = |steps: u64, bytes: u64| Left {
            steps: limits.steps.saturating_sub(steps),
            bytes: limits.bytes.saturating_sub(bytes),
        };
        let Some(programs) = programs else {
            return self.0.first().map(|all| left(all.steps, all.bytes));
        };
        if programs.is_one {
            let own = self.0.first()?;
            return (own.state == State::Going).then(|| left(own.steps, own.bytes));
        }
        let (mut steps, mut bytes, mut any_goes) = (u64::MAX, u64::MAX, false);
        for &program in programs.of(call) {
            let spent = &self.0[program as usize];
            if spent.state == State::Going {
                any_goes = true;
                steps = steps.min(spent.steps);
                bytes = bytes.min(spent.bytes);
            }
        }
        any_goes.then(|| left(steps, bytes))
    }

    /// Charges a call to the programs that it belongs to.
    #[inline]
    pub(super) fn charge(
        &mut self,
        call: usize,
        programs: Option<&Programs>,
        limits: &Limits,
        steps: u64,
        end: CallEnd,
    ) {
        let Some(programs) = programs else {
            let bytes = match end {
                CallEnd::Value { bytes } => bytes,
                _ => 0,
            };
            for all in &mut self.0 {
                all.steps = all.steps.saturating_add(steps);
                all.bytes = all.bytes.saturating_add(bytes);
            }
            return;
        };
        if programs.is_one {
            if let Some(own) = self.0.first_mut() {
                own.charge(limits, steps, end);
            }
            return;
        }
        for &program in programs.of(call) {
            self.0[program as usize].charge(limits, steps, end);
        }
    }

    /// What came of a program whose result has a value, or has none.
    pub(super) fn end_of(&self, program: usize, has_value: bool, limits: &Limits) -> ProgramEnd {
        let Spent { steps, state, .. } = self.0[program];
        match state {
            State::Going if has_value => ProgramEnd::Decided {
                steps,
                met_limit: false,
            },
            // What goes on has no value only where the evaluation did not, and of what was
            // not asked for nobody asks here.
            State::Going | State::Late | State::NotAsked => ProgramEnd::NotEvaluated,
            // How far it came depends on the order of the calls, which is a card's.
            State::Ended | State::Failed => ProgramEnd::Decided {
                steps: limits.steps,
                met_limit: state == State::Ended,
            },
            State::Crowded => ProgramEnd::Crowded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsl::nominal_bytes;
    use crate::value::Value;

    #[test]
    fn what_is_kept_is_paid_for() {
        let [pair, triple] = [Value::pair(1, 2), Value::triple(1, 2, 3)];
        let limits = Limits {
            bytes: 100,
            ..Limits::default()
        };
        let own: [&[u32]; 1] = [&[0, 1]];
        let programs = Programs::new(&[0, 1], own.into_iter());
        let mut spending = Spending::default();
        spending.begin(Some(&programs));
        let mut keep = |call, value: &Value| {
            let left = spending.left_to(call, Some(&programs), &limits).unwrap();
            let end = CallEnd::of_value(nominal_bytes(value), left, limits.bytes);
            spending.charge(call, Some(&programs), &limits, 1, end);
            end
        };
        assert!(matches!(keep(0, &pair), CallEnd::Value { .. }));
        assert_eq!(keep(1, &triple), CallEnd::OverLimit);
        let met_limit = ProgramEnd::Decided {
            steps: limits.steps,
            met_limit: true,
        };
        assert_eq!(spending.end_of(0, false, &limits), met_limit);
    }
}
