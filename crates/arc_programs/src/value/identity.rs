//! Identity: which object a value is, as Python's `is` tells.
//!
//! Of two equal sets each has its own order, so what is remembered of one says
//! nothing of the other. What is remembered of a value holds for the same object
//! only, or for an atom or a short tuple of the same integers, which has no parts
//! that could differ.

use std::sync::Arc;

use super::Value;

/// The identity of a value. Two values of one identity are not to be told apart,
/// as long as one of them lives: its address is then no other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    /// What kind of value it is, in the low byte, and a third integer above.
    pub(crate) kind: u64,
    /// Its address, or the value itself.
    pub(crate) content: u64,
}

impl Identity {
    /// Kinds below this one lie in the identity itself, those from it on hold an
    /// address.
    const FIRST_WITH_ADDRESS: u64 = 9;

    /// The first number of a kind that no identity has.
    pub(crate) const FIRST_OTHER_KIND: u64 = 16;

    const NONE: u64 = 0;
    const BOOLEAN: u64 = 1;
    const INTEGER: u64 = 2;
    const FLOAT: u64 = 3;
    const PRIMITIVE: u64 = 4;
    const EMPTY_TUPLE: u64 = 5;
    const PAIR: u64 = 6;
    const TRIPLE: u64 = 7;
    const COLOUR_FIRST: u64 = 8;
    const ROW: u64 = 9;
    const GRID: u64 = 10;
    const ITEMS: u64 = 11;
    const SET: u64 = 12;
    const VISITED: u64 = 13;
    const CHAINED: u64 = 14;

    fn new(kind: u64, content: u64) -> Identity {
        Identity { kind, content }
    }

    fn of_address<T>(kind: u64, address: *const T) -> Identity {
        Identity::new(kind, address.addr() as u64)
    }

    pub(super) fn of_empty_tuple() -> Identity {
        Identity::new(Identity::EMPTY_TUPLE, 0)
    }

    pub(super) fn of_pair([first, second]: [i32; 2]) -> Identity {
        Identity::new(Identity::PAIR, joined(first, second))
    }

    pub(super) fn of_triple([first, second, third]: [i32; 3]) -> Identity {
        let kind = Identity::TRIPLE | u64::from(third.cast_unsigned()) << 32;
        Identity::new(kind, joined(first, second))
    }

    /// Of the tuple `(colour, (row, column))`.
    pub(super) fn of_colour_first([colour, row, column]: [i32; 3]) -> Identity {
        let kind = Identity::COLOUR_FIRST | u64::from(colour.cast_unsigned()) << 32;
        Identity::new(kind, joined(row, column))
    }

    /// Of a row of a grid, by where its items lie.
    pub(super) fn of_row(items: &[i8]) -> Identity {
        Identity::of_address(Identity::ROW, items.as_ptr())
    }

    pub(super) fn of_grid<T>(grid: *const T) -> Identity {
        Identity::of_address(Identity::GRID, grid)
    }

    pub(super) fn of_visited<T>(visited: *const T) -> Identity {
        Identity::of_address(Identity::VISITED, visited)
    }

    pub(super) fn of_chained<T>(chained: *const T) -> Identity {
        Identity::of_address(Identity::CHAINED, chained)
    }

    pub(super) fn of_items<T>(items: *const T) -> Identity {
        Identity::of_address(Identity::ITEMS, items)
    }

    /// Whether it stands for an object, which must live as long as its identity
    /// is to mean something.
    pub(crate) fn has_address(self) -> bool {
        self.kind & 0xff >= Identity::FIRST_WITH_ADDRESS
    }
}

fn joined(first: i32, second: i32) -> u64 {
    u64::from(first.cast_unsigned()) << 32 | u64::from(second.cast_unsigned())
}

impl Value {
    /// Which object it is; `None` of a closure.
    #[inline]
    pub(crate) fn identity(&self) -> Option<Identity> {
        Some(match self {
            Value::Tuple(tuple) => tuple.identity(),
            Value::Set(set) => Identity::of_address(Identity::SET, set.address()),
            Value::Integer(integer) => Identity::new(Identity::INTEGER, integer.cast_unsigned()),
            Value::None => Identity::new(Identity::NONE, 0),
            Value::Boolean(boolean) => Identity::new(Identity::BOOLEAN, u64::from(*boolean)),
            Value::Float(float) => Identity::new(Identity::FLOAT, float.to_bits()),
            Value::Primitive(id) => Identity::new(Identity::PRIMITIVE, u64::from(id.0)),
            Value::Closure(_) => return None,
        })
    }

    /// Whether a program surely cannot tell it from another value: it is the same object, or a
    /// grid with the same cells, or a tuple of few such. `false` too where that takes long to see.
    pub(crate) fn is_surely(&self, other: &Value) -> bool {
        self.is_surely_within(other, Value::LOOKS_INSIDE)
    }

    /// How deep it is looked into tuples, and at how many items of each.
    const LOOKS_INSIDE: (u32, usize) = (3, 8);

    fn is_surely_within(&self, other: &Value, (depth, items): (u32, usize)) -> bool {
        match (self, other) {
            (Value::Closure(own), Value::Closure(other)) => Arc::ptr_eq(own, other),
            (Value::Tuple(own), Value::Tuple(others)) => {
                if own.identity() == others.identity() {
                    return true;
                }
                if let (Some(own), Some(other)) = (self.as_grid(), other.as_grid()) {
                    return own.equals(other);
                }
                let Some((own, others)) = own.as_slice().zip(others.as_slice()) else {
                    return false;
                };
                depth > 0
                    && own.len() <= items
                    && own.len() == others.len()
                    && std::iter::zip(own, others)
                        .all(|(own, other)| own.is_surely_within(other, (depth - 1, items)))
            }
            _ => self
                .identity()
                .is_some_and(|own| other.identity() == Some(own)),
        }
    }

    /// Whether it holds no set but one that nobody else has, which is the value itself, and no
    /// closure: so that another call may be answered by [`Value::again`]. `false` too where that
    /// takes long to see.
    pub(crate) fn is_nobody_elses(&self) -> bool {
        match self {
            Value::Set(set) => set.is_nobody_elses(),
            value => value.is_free_of(Telling::SetsAndClosures, &mut { Value::LOOKS_FOR_SETS }),
        }
    }

    /// How many parts are looked at to find sets.
    const LOOKS_FOR_SETS: u32 = 1_024;

    /// The value of another call that does the same: of a set another one, for who meets a set
    /// with itself sees that it is. `None` where there is no other one.
    pub(crate) fn again(&self) -> Option<Value> {
        match self {
            Value::Set(set) => set.again().map(Value::Set),
            value => Some(value.clone()),
        }
    }

    /// Whether there is surely no closure in it, found by looking at no more than
    /// so many parts. A closure is equal to itself only, so a value that holds
    /// one is not the same as another with the same text.
    pub(crate) fn is_free_of_closures(&self, looks: &mut u32) -> bool {
        self.is_free_of(Telling::Closures, looks)
    }

    fn is_free_of(&self, telling: Telling, looks: &mut u32) -> bool {
        // Any part of a value of depth 1 is an atom.
        match self {
            Value::Closure(_) => return false,
            Value::Set(_) if telling == Telling::SetsAndClosures => return false,
            Value::Tuple(tuple)
                if tuple.kind_on_demand().is_some() || tuple.as_colour_first().is_some() =>
            {
                return true;
            }
            _ if self.measure().depth <= 1 || self.as_grid().is_some() => return true,
            Value::Set(set) if set.kind().is_some() => return true,
            _ => {}
        }
        let Some(left) = looks.checked_sub(self.length().unwrap_or(0) as u32) else {
            return false;
        };
        *looks = left;
        let mut items = self.items().into_iter().flatten();
        items.all(|item| item.is_free_of(telling, looks))
    }
}

/// Parts by which two values of the same text may be told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    Closures,
    SetsAndClosures,
}
