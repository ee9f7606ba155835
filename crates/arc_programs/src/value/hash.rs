//! CPython 3.11's hashes, on 64 bits.
//!
//! Set order depends on them, so they are CPython's to the bit
//! (`Python/pyhash.c`, `Objects/tupleobject.c`, `Objects/setobject.c`). Hashes
//! that CPython takes from an address (`None`, `nan`, functions) are fixed
//! numbers here: no result may depend on where such a value lies in a set, for
//! it differs from one run of the reference to the next.

use std::sync::atomic::{AtomicI64, Ordering};

use super::Value;

/// The modulus of numeric hashes, a Mersenne prime.
const MODULUS: u64 = (1 << MODULUS_BITS) - 1;
const MODULUS_BITS: u32 = 61;

/// The hash of positive infinity.
const INFINITY: i64 = 314_159;

/// Stand-ins for hashes by address.
const NONE: i64 = 0x0010_0000_0001;
const NAN: i64 = 0x0010_0000_0002;
const PRIMITIVE: i64 = 0x0020_0000_0000;
const CLOSURE: i64 = 0x0010_0000_0003;

impl Value {
    /// Python's `hash`. Values that are [`same`](Value::same) have one hash.
    #[inline]
    pub fn hash(&self) -> i64 {
        match self {
            Value::Integer(integer) => of_integer(*integer),
            Value::Boolean(boolean) => i64::from(*boolean),
            Value::Float(float) => of_float(*float),
            Value::Tuple(tuple) => tuple.hash(),
            Value::Set(set) => set.hash(),
            Value::None => NONE,
            Value::Primitive(id) => PRIMITIVE + i64::from(id.0) * 16,
            Value::Closure(_) => CLOSURE,
        }
    }
}

/// The hash of an integer: its remainder with its own sign; −1 is kept for
/// errors in CPython, so it becomes −2.
#[inline]
pub const fn of_integer(integer: i64) -> i64 {
    // Below the modulus, the remainder is the integer itself.
    if integer.unsigned_abs() < MODULUS {
        return if integer == -1 { -2 } else { integer };
    }
    let remainder = (integer.unsigned_abs() % MODULUS) as i64;
    match if integer < 0 { -remainder } else { remainder } {
        -1 => -2,
        hash => hash,
    }
}

/// The hash of a float: that of the equal integer where there is one, and in
/// general the float's value as a fraction modulo the same prime.
pub fn of_float(float: f64) -> i64 {
    if float.is_nan() {
        return NAN;
    }
    if float.is_infinite() {
        return if float > 0.0 { INFINITY } else { -INFINITY };
    }
    if float == 0.0 {
        return 0;
    }
    let bits = float.to_bits();
    let exponent_field = (bits >> 52) & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    // The float is `mantissa * 2^exponent`.
    let (mantissa, exponent) = if exponent_field == 0 {
        (fraction, -1074)
    } else {
        (fraction | (1 << 52), exponent_field as i64 - 1075)
    };
    // 2^61 is 1 modulo the prime, so a power of two is a rotation of 61 bits.
    let turn = exponent.rem_euclid(i64::from(MODULUS_BITS)) as u32;
    let hash = if turn == 0 {
        mantissa
    } else {
        ((mantissa << turn) & MODULUS) | (mantissa >> (MODULUS_BITS - turn))
    };
    let signed = if float < 0.0 {
        -(hash as i64)
    } else {
        hash as i64
    };
    if signed == -1 { -2 } else { signed }
}

/// The accumulation of a tuple's hash, item by item.
#[derive(Clone, Copy)]
pub struct TupleHash {
    accumulator: u64,
    length: u64,
}

impl TupleHash {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;

    /// The hash of no items yet.
    #[inline]
    pub const fn new() -> TupleHash {
        TupleHash {
            accumulator: TupleHash::PRIME_5,
            length: 0,
        }
    }

    /// Adds the next item, by its hash.
    #[inline]
    pub const fn push(&mut self, hash: i64) {
        self.accumulator = self
            .accumulator
            .wrapping_add((hash as u64).wrapping_mul(TupleHash::PRIME_2))
            .rotate_left(31)
            .wrapping_mul(TupleHash::PRIME_1);
        self.length += 1;
    }

    /// The hash of all items added.
    #[inline]
    pub fn finish(self) -> i64 {
        let hash = self
            .accumulator
            .wrapping_add(self.length ^ (TupleHash::PRIME_5 ^ 3_527_539));
        if hash == u64::MAX {
            1_546_275_796
        } else {
            hash as i64
        }
    }

    /// The hash of a tuple of these integers.
    #[inline]
    pub fn of_integers(integers: &[i32]) -> i64 {
        let mut hash = TupleHash::new();
        for integer in integers {
            // No 32-bit integer reaches the modulus.
            hash.push(if *integer == -1 {
                -2
            } else {
                i64::from(*integer)
            });
        }
        hash.finish()
    }

    /// The hash of a tuple of items with these hashes: of integers below the modulus, none of them
    /// negative, they are these themselves.
    #[inline]
    pub(super) fn of_small<const COUNT: usize>(hashes: [u64; COUNT]) -> i64 {
        let mut hash = TupleHash::new();
        for own in hashes {
            hash.push(own as i64);
        }
        hash.finish()
    }

    /// The hash of the tuple `(colour, (row, column))` of these integers.
    #[inline]
    pub(super) fn of_colour_first([colour, row, column]: [i32; 3]) -> i64 {
        let mut hash = TupleHash::new();
        hash.push(if colour == -1 { -2 } else { i64::from(colour) });
        hash.push(TupleHash::of_integers(&[row, column]));
        hash.finish()
    }

    /// So many rows, and as many columns, have the places whose hashes are known: a task's grids
    /// have fewer.
    pub(super) const KNOWN_PLACES: u64 = 32;

    /// The hash of a tuple that begins with the row and the column of a known place, which has this
    /// number row by row: that of the place itself, or of a cell to which its colour is added.
    #[inline]
    pub(super) fn of_known_place(number: u64) -> TupleHash {
        const COUNT: usize = (TupleHash::KNOWN_PLACES * TupleHash::KNOWN_PLACES) as usize;
        static ACCUMULATORS: [u64; COUNT] = {
            let mut accumulators = [0; COUNT];
            let mut number = 0;
            while number < COUNT {
                let mut hash = TupleHash::new();
                hash.push((number as u64 / TupleHash::KNOWN_PLACES) as i64);
                hash.push((number as u64 % TupleHash::KNOWN_PLACES) as i64);
                accumulators[number] = hash.accumulator;
                number += 1;
            }
            accumulators
        };
        TupleHash {
            accumulator: ACCUMULATORS[number as usize % COUNT],
            length: 2,
        }
    }

    /// Adds the next item, a small integer.
    #[inline]
    fn push_byte(&mut self, byte: i8) {
        /// What a small integer's hash adds to the accumulator.
        const ADDED: [u64; 256] = {
            let mut added = [0; 256];
            let mut number: u8 = 0;
            loop {
                let hash = of_integer(number.cast_signed() as i64);
                added[number as usize] = (hash as u64).wrapping_mul(TupleHash::PRIME_2);
                if number == u8::MAX {
                    break added;
                }
                number += 1;
            }
        };
        self.accumulator = self
            .accumulator
            .wrapping_add(ADDED[usize::from(byte.cast_unsigned())])
            .rotate_left(31)
            .wrapping_mul(TupleHash::PRIME_1);
        self.length += 1;
    }

    /// The hash of the tuple of these tuples of integers, which have one length.
    ///
    /// Each step of a tuple's hash waits for the one before it, and those of
    /// several rows wait side by side.
    pub(super) fn of_rows(mut rows: std::slice::ChunksExact<'_, i8>) -> i64 {
        let mut hash = TupleHash::new();
        while rows.len() >= 4 {
            let [a, b, c, d]: [&[i8]; 4] = std::array::from_fn(|_| rows.next().unwrap_or_default());
            let mut hashes = [TupleHash::new(); 4];
            for (((a, b), c), d) in a.iter().zip(b).zip(c).zip(d) {
                hashes[0].push_byte(*a);
                hashes[1].push_byte(*b);
                hashes[2].push_byte(*c);
                hashes[3].push_byte(*d);
            }
            for row in hashes {
                hash.push(row.finish());
            }
        }
        for row in rows {
            hash.push(TupleHash::of_bytes(row));
        }
        hash.finish()
    }

    /// The hash of a tuple of these integers.
    #[inline]
    pub fn of_bytes(bytes: &[i8]) -> i64 {
        let mut hash = TupleHash::new();
        for byte in bytes {
            hash.push_byte(*byte);
        }
        hash.finish()
    }
}

impl Default for TupleHash {
    fn default() -> TupleHash {
        TupleHash::new()
    }
}

/// The accumulation of a frozenset's hash, element by element, in any order.
#[derive(Clone, Copy)]
pub struct SetHash(u64);

impl SetHash {
    /// The hash of no elements yet.
    #[inline]
    pub fn new() -> SetHash {
        SetHash(0)
    }

    /// Adds an element, by its hash.
    #[inline]
    pub fn with(self, hash: i64) -> SetHash {
        SetHash(self.0 ^ shuffle(hash as u64))
    }

    /// What the elements of both add, which have none in common; and where one has all that
    /// the other has, what the rest of its elements adds.
    #[inline]
    pub(super) fn joined(self, other: SetHash) -> SetHash {
        SetHash(self.0 ^ other.0)
    }

    /// The hash of all elements added, of which there are so many.
    #[inline]
    pub fn finish(self, count: usize) -> i64 {
        let mut hash = self.0 ^ (count as u64).wrapping_add(1).wrapping_mul(1_927_868_237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
        if hash == u64::MAX {
            590_923_713
        } else {
            hash as i64
        }
    }
}

impl Default for SetHash {
    fn default() -> SetHash {
        SetHash::new()
    }
}

/// The hash of a frozenset of so many elements with these hashes, in any order.
pub fn of_set(count: usize, hashes: impl Iterator<Item = i64>) -> i64 {
    hashes.fold(SetHash::new(), SetHash::with).finish(count)
}

/// Spreads close hashes, which would cancel each other out when combined.
#[inline]
fn shuffle(hash: u64) -> u64 {
    ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167)
}

/// A hash that is computed when it is first asked for.
///
/// No lock: two threads that race compute the same number.
#[derive(Debug)]
pub(super) struct CachedHash(AtomicI64);

impl CachedHash {
    /// −1 is the hash of nothing in CPython, so it can stand for "not yet".
    const UNKNOWN: i64 = -1;

    pub(super) fn unknown() -> CachedHash {
        CachedHash(AtomicI64::new(CachedHash::UNKNOWN))
    }

    #[inline]
    pub(super) fn get_or(&self, compute: impl FnOnce() -> i64) -> i64 {
        let known = self.0.load(Ordering::Relaxed);
        if known != CachedHash::UNKNOWN {
            return known;
        }
        let hash = compute();
        self.0.store(hash, Ordering::Relaxed);
        hash
    }

    /// The hash, where it has been computed.
    #[inline]
    pub(super) fn known(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|hash| *hash != CachedHash::UNKNOWN)
    }
}

impl Clone for CachedHash {
    fn clone(&self) -> CachedHash {
        CachedHash(AtomicI64::new(self.0.load(Ordering::Relaxed)))
    }
}
