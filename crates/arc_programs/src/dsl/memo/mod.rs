//! Memo: results of functions on items, remembered while a call of a card runs.
//!
//! Programs that compare every object with every other from every place call the
//! same function on the same item a hundred thousand times, from inside closures.
//! [`Repeated`] is a function that a primitive calls on one item after the other;
//! where that happens inside a closure, and the same function comes a second time,
//! its results are remembered, and from then on answered from memory.
//!
//! # Nobody can tell
//!
//! An answer from memory is the value that the call would have, and has cost and
//! failed what the call would have: its steps are spent again and its failures
//! counted again. Where the call could come to another end, for fewer steps are
//! left or closures could nest too deeply, it is made anew.
//!
//! - Items are the same by identity ([`Identity`]), never by equality: equal sets
//!   may have different orders.
//! - Functions are the same where their wording is: the same operations on the
//!   same parts. Programs make such closures anew for every item, so their
//!   addresses say nothing. A closure is equal to itself only, though, and a
//!   program may look at that. So the wording says which of its closures are one,
//!   no other part of it may hold closures, and nor may what is remembered: then no
//!   comparison of closures comes out otherwise.
//! - Two calls yield two sets, and a program sees whether it meets one with itself.
//!   So only sets that nobody else has are remembered, and each answer is another
//!   one ([`Value::again`]).
//! - What has an address is kept as long as something is remembered of it.
//!
//! # Where it does not help
//!
//! It shall cost next to nothing: calls that spend little never ask
//! ([`Memo::SPENT`]), nor do loops over few items; of a function that comes once
//! nothing is kept but its wording; and one whose results are cheap, or seldom
//! asked for, is left alone. What is remembered is bounded ([`Memo::ENTRIES`],
//! [`Memo::WEIGHT`]); beyond that nothing is added, and what is there goes on
//! answering.

#[cfg(test)]
mod tests;
mod wording;

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::call::call;
use super::charge::{MadeCall, Meter};
use super::context::Context;
use super::primitive::Primitive;
use crate::value::{Identity, Outcome, PrimitiveId, Value};
pub(super) use wording::Wording;

/// What is remembered while a call of a card runs.
#[derive(Debug)]
pub(super) struct Memo {
    functions: FxHashMap<Box<[u64]>, FunctionNumber>,
    uses: Vec<Uses>,
    uses_of_primitives: FxHashMap<PrimitiveId, Uses>,
    results: FxHashMap<Key, MadeCall>,
    /// All objects that something is remembered of, and whether they are free of
    /// closures.
    kept: FxHashMap<Identity, Kept>,
    /// The weight of what is kept and of the results.
    weight: u64,
    words: Vec<u64>,
    /// How many steps a call of a card spends before anything is remembered.
    spent_before: u64,
}

impl Default for Memo {
    fn default() -> Memo {
        Memo {
            functions: FxHashMap::default(),
            uses: Vec::new(),
            uses_of_primitives: FxHashMap::default(),
            results: FxHashMap::default(),
            kept: FxHashMap::default(),
            weight: 0,
            words: Vec::new(),
            spent_before: Memo::SPENT,
        }
    }
}

/// The number of a function, by its wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct FunctionNumber(u32);

/// A function and what it is called on.
type Key = (FunctionNumber, Identity);

/// How a function is used; of a primitive, how often its calls recur.
#[derive(Clone, Copy, Debug, Default)]
struct Uses {
    /// How often it came.
    times: u32,
    /// Calls that were made, though they might have been remembered.
    made: u32,
    /// Calls that were answered from memory.
    answered: u32,
}

impl Uses {
    /// Whether its results are worth remembering, as far as is known.
    fn are_worth_it(self) -> bool {
        self.times > 1 && (self.made < 256 || self.times < 5 || self.answered / 2 >= self.made)
    }
}

/// An object that must live.
#[derive(Debug)]
struct Kept {
    _object: Value,
    is_free_of_closures: bool,
}

impl Memo {
    /// [`Memo::spent_before`], but in tests.
    const SPENT: u64 = 4_000;

    /// How many items a loop has at least.
    const ITEMS: usize = 4;

    /// How many steps a remembered call took at least: a cheaper one is as soon
    /// made as found.
    const STEPS: u64 = 8;

    /// How many results, functions and objects it holds: 10 to 20 MB.
    const ENTRIES: usize = 112 << 10;

    /// How much all that is kept may weigh, in nodes.
    const WEIGHT: u64 = 1 << 20;

    /// How many words the wording of a function has at most.
    const WORDS: usize = 256;

    /// How many calls of a primitive are tried before it is known whether they
    /// recur.
    const TRIALS: u32 = 2_048;

    /// How many parts of an object are looked at to find closures.
    const LOOKS: u32 = 4_096;

    /// Forgets all, as when a call of a card begins.
    #[inline]
    pub(super) fn forget(&mut self) {
        if !self.functions.is_empty() {
            self.forget_all();
        }
    }

    #[cold]
    fn forget_all(&mut self) {
        self.functions.clear();
        self.uses.clear();
        self.uses_of_primitives.clear();
        self.results.clear();
        self.kept.clear();
        self.weight = 0;
    }

    /// The number of a function whose results are worth remembering; `None` of
    /// all others. A call with all its arguments is one too.
    fn number(&mut self, parts: &[&Value]) -> Option<FunctionNumber> {
        self.words.clear();
        let mut wording = Wording::new(&mut self.words);
        wording.word(Wording::CALL, parts.len() as u64);
        parts.iter().try_for_each(|part| wording.add(part))?;
        if let Some(&number) = self.functions.get(self.words.as_slice()) {
            let uses = &mut self.uses[number.0 as usize];
            uses.times += 1;
            return Some(number).filter(|_| uses.are_worth_it());
        }
        let nodes = self.words.len() as u64 / 2;
        if self.has_room_for(nodes) && parts.iter().all(|part| self.keep_objects_of(part)) {
            let number = FunctionNumber(self.uses.len() as u32);
            self.uses.push(Uses {
                times: 1,
                ..Uses::default()
            });
            self.functions.insert(self.words.as_slice().into(), number);
        }
        None
    }

    /// The number of a call of a primitive; `None` where such calls seldom recur.
    fn number_of_call(
        &mut self,
        id: PrimitiveId,
        function: &Value,
        arguments: &[&Value],
    ) -> Option<FunctionNumber> {
        let uses = self.uses_of_primitives.entry(id).or_default();
        if uses.made >= Memo::TRIALS && uses.answered < uses.made {
            return None;
        }
        uses.made += 1;
        let mut parts: SmallVec<[&Value; 6]> = smallvec![function];
        parts.extend_from_slice(arguments);
        let number = self.number(&parts)?;
        if let Some(uses) = self.uses_of_primitives.get_mut(&id) {
            uses.answered += 1;
        }
        Some(number)
    }

    /// Keeps all objects that a function holds; `false` where one may hold a
    /// closure, or is too much.
    fn keep_objects_of(&mut self, function: &Value) -> bool {
        match function {
            Value::Closure(closure) => closure
                .operation()
                .parts()
                .iter()
                .all(|part| self.keep_objects_of(part)),
            object => self.keep(object),
        }
    }

    /// Keeps an object; `false` where it may hold a closure, or is too much.
    fn keep(&mut self, object: &Value) -> bool {
        let Some(identity) = object.identity() else {
            return false;
        };
        if !identity.has_address() {
            return true;
        }
        if let Some(kept) = self.kept.get(&identity) {
            return kept.is_free_of_closures;
        }
        if !self.has_room_for(u64::from(object.measure().weight)) {
            return false;
        }
        let is_free_of_closures = object.is_free_of_closures(&mut { Memo::LOOKS });
        self.kept.insert(
            identity,
            Kept {
                _object: object.clone(),
                is_free_of_closures,
            },
        );
        is_free_of_closures
    }

    /// Whether so many nodes more may be kept, which are then counted.
    fn has_room_for(&mut self, nodes: u64) -> bool {
        let weight = self.weight + nodes;
        let kept = self.results.len() + self.kept.len() + self.functions.len();
        let has_room = weight <= Memo::WEIGHT && kept < Memo::ENTRIES;
        if has_room {
            self.weight = weight;
        }
        has_room
    }

    fn remember(&mut self, key: Key, item: &Value, made: MadeCall) {
        if made.steps() >= Memo::STEPS && self.keep(item) && self.has_room_for(made.weight()) {
            self.results.insert(key, made);
        }
    }
}

/// The value of a call, from memory if it is there; otherwise it is made, and
/// remembered.
fn remembered(
    context: &mut Context,
    (function, item): (FunctionNumber, &Value),
    make: impl FnOnce(&mut Context) -> Outcome,
) -> Outcome {
    let Some(identity) = item.identity() else {
        return make(context);
    };
    let key = (function, identity);
    let meter = Meter::of(context);
    let memo = context.memo_mut();
    let uses = &mut memo.uses[function.0 as usize];
    if let Some(made) = memo.results.get(&key)
        && let Some((value, charge)) = made.answer(&meter)
    {
        uses.answered += 1;
        charge.again(context)?;
        return Ok(value);
    }
    uses.made += 1;
    let value = make(context)?;
    if !context.is_exhausted()
        && let Some(made) = MadeCall::new(&value, meter.charge(context))
    {
        context.memo_mut().remember(key, item, made);
    }
    Ok(value)
}

/// Result of calling a primitive that takes a function, inside a closure, from
/// memory if it is there.
pub(super) fn call_remembered(
    context: &mut Context,
    (id, primitive): (PrimitiveId, &Primitive),
    arguments: &[&Value],
) -> Value {
    let function = Value::Primitive(id);
    let Some(number) = context.memo_mut().number_of_call(id, &function, arguments) else {
        return primitive.call_by_reference(context, arguments);
    };
    let outcome = remembered(context, (number, &Value::None), |context| {
        Ok(primitive.call_by_reference(context, arguments))
    });
    match outcome {
        Ok(value) => value,
        Err(failure) => context.settle(Err(failure), primitive.on_failure),
    }
}

/// Whether calls may recur so often that remembering them helps.
#[inline]
pub(super) fn may_recur(context: &Context) -> bool {
    context.depth() > 0 && context.spent() >= context.memo().spent_before
}

/// A function that is called on one item after the other.
pub(super) struct Repeated<'function> {
    function: &'function Value,
    /// The function, where it is a primitive.
    primitive: Option<&'static Primitive>,
    number: Option<FunctionNumber>,
}

impl<'function> Repeated<'function> {
    /// A function that is about to be called on so many items.
    pub(super) fn new(
        context: &mut Context,
        function: &'function Value,
        items: usize,
    ) -> Repeated<'function> {
        let may_recur = items >= Memo::ITEMS && may_recur(context);
        Repeated {
            function,
            primitive: match function {
                Value::Primitive(id) => context.dialect().primitive(*id),
                _ => None,
            },
            number: match may_recur {
                true => context.memo_mut().number(&[function]),
                false => None,
            },
        }
    }

    /// The function.
    pub(super) fn function(&self) -> &'function Value {
        self.function
    }

    /// Whether its results are remembered.
    pub(super) fn is_remembered(&self) -> bool {
        self.number.is_some()
    }

    /// Whether it is made of other functions.
    pub(super) fn is_composed(&self) -> bool {
        matches!(self.function, Value::Closure(_))
    }

    /// Result of calling it on an item.
    ///
    /// # Errors
    /// As [`call`].
    #[inline]
    pub(super) fn call(&self, context: &mut Context, item: &Value) -> Outcome {
        if let Some(number) = self.number {
            return remembered(context, (number, item), |context| {
                call(context, self.function, &[item])
            });
        }
        match self.primitive {
            Some(primitive) => Ok(primitive.call_by_reference(context, &[item])),
            None => call(context, self.function, &[item]),
        }
    }
}
