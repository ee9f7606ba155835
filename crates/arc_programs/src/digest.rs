//! Digests of what results depend on and of what they are.
//!
//! They are for caches and for telling equal outputs: 128 bits, so that two things of one
//! digest are the same thing for all that can happen in the life of a search. They
//! say nothing against somebody who wants to deceive; programs are filed under their
//! MD5.

use std::fmt;

use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_128;

use crate::value::{Grid, Value};

/// Digest of a program, a sample, an output, or of several of these.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(u128);

impl Digest {
    /// The digest of several digests, in their order.
    pub fn of_all(parts: &[Digest]) -> Self {
        let mut bytes: SmallVec<[u8; 4 * size_of::<u128>()]> = SmallVec::new();
        for part in parts {
            bytes.extend_from_slice(&part.0.to_le_bytes());
        }
        Self(xxh3_128(&bytes))
    }

    /// The digest of a grid.
    pub fn of_grid(grid: &Grid) -> Self {
        let mut hasher = DigestHasher::new("grid");
        hasher.grid(grid);
        hasher.finish()
    }

    /// The digest of a value of which equal ones are the same for every program: a grid,
    /// an integer, a boolean, `None`, the empty tuple; `None` for any other. Equal sets,
    /// to say nothing of what contains them, may be walked in different orders.
    pub fn of_output(value: &Value) -> Option<Self> {
        if let Some(grid) = value.as_grid() {
            return Some(Self::of_grid(grid));
        }
        let mut hasher = DigestHasher::new("value");
        match value {
            Value::Integer(integer) => hasher.number(integer.cast_unsigned()),
            Value::Boolean(boolean) => hasher.text(if *boolean { "True" } else { "False" }),
            Value::None => hasher.text("None"),
            Value::Tuple(tuple) if tuple.is_empty() => hasher.text("()"),
            _ => return None,
        }
        Some(hasher.finish())
    }

    /// It as a number.
    pub fn number(self) -> u128 {
        self.0
    }
}

impl From<u128> for Digest {
    fn from(number: u128) -> Self {
        Self(number)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({:032x})", self.0)
    }
}

/// Makes a digest of parts that cannot run together.
///
/// Most are short, and so many bytes are hashed at once sooner than one after the other.
pub(crate) struct DigestHasher(SmallVec<[u8; SHORT]>);

/// Bytes of what is short: a grid of ARC's.
const SHORT: usize = 1 << 10;

impl DigestHasher {
    /// One of things of a kind.
    pub(crate) fn new(kind: &str) -> Self {
        let mut hasher = Self(SmallVec::new());
        hasher.text(kind);
        hasher
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn digest(&mut self, digest: Digest) {
        self.0.extend_from_slice(&digest.0.to_le_bytes());
    }

    pub(crate) fn grid(&mut self, grid: &Grid) {
        self.number(grid.height() as u64);
        self.number(grid.width() as u64);
        let mut bytes = [0; 256];
        for part in grid.cells().chunks(bytes.len()) {
            for (byte, cell) in bytes.iter_mut().zip(part) {
                *byte = cell.cast_unsigned();
            }
            self.0.extend_from_slice(&bytes[..part.len()]);
        }
    }

    /// A grid that may not be known.
    pub(crate) fn optional_grid(&mut self, grid: Option<&Grid>) {
        self.number(u64::from(grid.is_some()));
        if let Some(grid) = grid {
            self.grid(grid);
        }
    }

    pub(crate) fn finish(self) -> Digest {
        Digest(xxh3_128(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use xxhash_rust::xxh3::Xxh3;

    use super::*;

    /// The digest that results were kept under by every version: the parts one after the
    /// other.
    fn of_stream(kind: &str, parts: &[Vec<u8>]) -> Digest {
        let mut hasher = Xxh3::new();
        for part in [kind.as_bytes()]
            .into_iter()
            .chain(parts.iter().map(Vec::as_slice))
        {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Digest(hasher.digest128())
    }

    proptest! {
        #[test]
        fn parts_have_the_digest_of_their_bytes_one_after_the_other(
            parts in prop::collection::vec("[a-z]{0,300}", 0..12),
        ) {
            let mut hasher = DigestHasher::new("kind");
            parts.iter().for_each(|part| hasher.text(part));
            let parts: Vec<Vec<u8>> = parts.into_iter().map(String::into_bytes).collect();
            prop_assert_eq!(hasher.finish(), of_stream("kind", &parts));
        }
    }
}
