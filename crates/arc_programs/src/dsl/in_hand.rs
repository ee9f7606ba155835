//! What functions yielded for arguments in hand: values that forks have, or columns.
//!
//! An argument is known by where it lies, and no other one lies there as long as it is in hand.
//! So what is kept of calls on it goes when it does.

use std::marker::PhantomData;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::value::Closure;

/// How many calls are kept at most.
const MOST: usize = 32;

/// Arguments in hand, and what calls on them have made.
#[derive(Debug)]
pub(super) struct InHand<Argument, Made> {
    /// Where the arguments lie.
    arguments: SmallVec<[usize; 2]>,
    calls: Vec<KeptCall<Made>>,
    /// Not of whatever a reference is given for: a reference to one lies elsewhere.
    of: PhantomData<fn(&Argument)>,
}

/// A call of a function on an argument in hand.
#[derive(Debug)]
struct KeptCall<Made> {
    function: Arc<Closure>,
    key: Key,
    made: Made,
}

/// Where an argument lies, and how many Python frames are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    argument: usize,
    frames: u32,
}

fn address<Argument>(argument: &Argument) -> usize {
    std::ptr::from_ref(argument).addr()
}

impl<Argument, Made> Default for InHand<Argument, Made> {
    fn default() -> InHand<Argument, Made> {
        InHand {
            arguments: SmallVec::new(),
            calls: Vec::new(),
            of: PhantomData,
        }
    }
}

impl<Argument, Made> InHand<Argument, Made> {
    /// Whether this very argument is in hand.
    #[inline]
    pub(super) fn has(&self, argument: &Argument) -> bool {
        !self.arguments.is_empty() && self.arguments.contains(&address(argument))
    }

    /// Takes an argument in hand, until it is [put down](InHand::put_down).
    pub(super) fn take_up(&mut self, argument: &Argument) {
        self.arguments.push(address(argument));
    }

    /// Puts down the argument that was taken up last, with all that is kept of it.
    pub(super) fn put_down(&mut self, argument: &Argument) {
        let own = address(argument);
        self.arguments.pop();
        self.calls.retain(|call| call.key.argument != own);
    }

    /// What tells a call on an argument from others of its function.
    pub(super) fn key(&self, argument: &Argument, frames: u32) -> Key {
        Key {
            argument: address(argument),
            frames,
        }
    }

    /// What a function made of an argument.
    pub(super) fn made(&self, function: &Arc<Closure>, key: Key) -> Option<&Made> {
        let is_it =
            |call: &&KeptCall<Made>| call.key == key && Arc::ptr_eq(&call.function, function);
        self.calls.iter().find(is_it).map(|call| &call.made)
    }

    /// Whether one more call would be kept.
    pub(super) fn has_room(&self) -> bool {
        self.calls.len() < MOST
    }

    /// Keeps what a function made of an argument.
    pub(super) fn keep(&mut self, function: &Arc<Closure>, key: Key, made: Made) {
        let function = Arc::clone(function);
        self.calls.push(KeptCall {
            function,
            key,
            made,
        });
    }

    /// Whether nothing is in hand, and nothing kept.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.arguments.is_empty() && self.calls.is_empty()
    }
}
