//! The bytes of what was tried: a header, then a block a round, one behind the other.
//!
//! ```text
//! header  mark 8 · format 8 · meaning 16
//! block   mark 8 · checksum 8 · round 8 · trials 8 · trials, 8 each
//! ```
//!
//! Numbers are little-endian. The checksum is over what follows it, and begins from the
//! meaning of the primitives: what was tried with others is to be tried again.

use arc_programs::digest::Digest;
use arc_programs::dsl::Dialect;
use arc_programs::meaning;
use xxhash_rust::xxh3::xxh3_64;

use crate::draw::Trial;
use crate::stamp::Stamp;

const WORD: usize = 8;
const FILE_MARK: [u8; WORD] = *b"RBTRIALS";
const BLOCK_MARK: [u8; WORD] = *b"\xf1round\r\n";
/// Number of the layout, raised with any change of it.
const FORMAT: u64 = 1;

/// Bytes of a file's header.
pub(super) const HEADER: usize = Stamp::BYTES;
/// Bytes of a block before its trials.
const BLOCK_HEADER: usize = 4 * WORD;

/// What trials have to agree in to be of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) meaning: Digest,
}

impl Version {
    /// That of trials in a dialect.
    pub(super) fn of(dialect: &Dialect) -> Self {
        Self {
            meaning: meaning::digest(dialect),
        }
    }
}

/// A round, told apart from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RoundKey(u64);

impl RoundKey {
    pub(super) fn of(run_id: &str) -> Self {
        Self(xxh3_64(run_id.as_bytes()))
    }
}

/// Block of a round.
#[derive(Debug)]
pub(super) struct Block<'bytes> {
    pub(super) round: RoundKey,
    trials: &'bytes [u8],
}

impl Block<'_> {
    pub(super) fn trials(&self) -> impl Iterator<Item = Trial> {
        let words = self.trials.chunks_exact(WORD);
        words.filter_map(number).map(Trial)
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        BLOCK_HEADER + self.trials.len()
    }
}

impl Version {
    /// What a file begins with.
    pub(super) fn header(self) -> [u8; HEADER] {
        self.stamp().header()
    }

    /// The block of a round.
    pub(super) fn block(self, round: RoundKey, trials: &[Trial]) -> Vec<u8> {
        let mut checked = Vec::with_capacity((2 + trials.len()) * WORD);
        checked.extend(round.0.to_le_bytes());
        checked.extend((trials.len() as u64).to_le_bytes());
        for Trial(trial) in trials {
            checked.extend(trial.to_le_bytes());
        }
        let mut block = BLOCK_MARK.to_vec();
        block.extend(self.checksum(&checked).to_le_bytes());
        block.extend(checked);
        block
    }

    /// The block that some bytes begin with, where it is whole.
    fn block_at(self, bytes: &[u8]) -> Option<Block<'_>> {
        let rest = bytes.strip_prefix(&BLOCK_MARK)?;
        let (checksum, checked) = rest.split_at_checked(WORD)?;
        let round = RoundKey(number(checked)?);
        let trials = usize::try_from(number(checked.get(WORD..)?)?).ok()?;
        let length = trials.checked_add(2)?.checked_mul(WORD)?;
        let checked = checked.get(..length)?;
        let is_whole = number(checksum)? == self.checksum(checked);
        is_whole.then_some(Block {
            round,
            trials: &checked[2 * WORD..],
        })
    }

    /// The blocks that bytes without a header begin with, until one is not whole.
    pub(super) fn blocks(self, bytes: &[u8]) -> impl Iterator<Item = Block<'_>> {
        let mut rest = bytes;
        std::iter::from_fn(move || {
            let block = self.block_at(rest)?;
            rest = &rest[block.bytes()..];
            Some(block)
        })
    }

    fn stamp(self) -> Stamp {
        Stamp {
            mark: FILE_MARK,
            format: FORMAT,
            meaning: self.meaning,
        }
    }

    fn checksum(self, bytes: &[u8]) -> u64 {
        self.stamp().checksum(bytes)
    }
}

/// The number that bytes begin with.
fn number(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().copied().map(u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version() -> Version {
        let meaning = Digest::from(7);
        Version { meaning }
    }

    fn blocks(sizes: &[u64]) -> Vec<u8> {
        let of_size = |(place, &size): (usize, &u64)| {
            let trials: Vec<Trial> = (0..size).map(Trial).collect();
            version().block(RoundKey(place as u64), &trials)
        };
        sizes.iter().enumerate().flat_map(of_size).collect()
    }

    #[test]
    fn its_layout_is_a_promise() {
        let mut bytes = version().header().to_vec();
        bytes.extend(version().block(RoundKey::of("run"), &[Trial(258)]));
        let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = [
            // The file: mark, format, meaning.
            "5242545249414c530100000000000000",
            "07000000000000000000000000000000",
            // The block: mark, checksum, round, trials, the trial.
            "f1726f756e640d0a",
            "8c4e406c821c4aa4",
            "4e74c67862b5c3af",
            "0100000000000000",
            "0201000000000000",
        ];
        assert_eq!(hexadecimal, expected.concat());
    }

    #[test]
    fn what_is_cut_off_or_changed_anywhere_is_read_up_to_its_block() {
        let sizes = [3, 0, 2];
        let whole = blocks(&sizes);
        let ends: Vec<usize> = (0..=sizes.len())
            .map(|count| blocks(&sizes[..count]).len())
            .collect();
        let read = |bytes: &[u8]| version().blocks(bytes).count();
        assert_eq!(read(&whole), sizes.len());
        for end in 0..whole.len() {
            let before = ends.iter().filter(|own| **own <= end).count() - 1;
            assert_eq!(read(&whole[..end]), before, "{end}");
            let mut changed = whole.clone();
            changed[end] ^= 1;
            assert_eq!(read(&changed), before, "{end}");
        }
        let other = Version {
            meaning: Digest::from(8),
        };
        assert_eq!(other.blocks(&whole).count(), 0);
    }
}
