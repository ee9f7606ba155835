//! The bytes of a segment: a header, then blocks, one behind the other.
//!
//! ```text
//! header  mark 8 · format 8 · meaning 16
//! block   mark 8 · checksum 8 · kind 4 · records 4 · records
//! solver  key 16 · score 8 · output's digest 16
//! differ  key 16 · score 8
//! ```
//!
//! Numbers are little-endian, and everything is whole words of eight bytes. The checksum
//! is over what follows it, and begins from the version, so that a block says by itself
//! that it is whole and of this version. Whoever reads passes over what is no such block,
//! word by word, until there is one: a torn end or damage costs the blocks that it
//! touches and no more, be it in a header or in a length.

use std::io::{self, Read};

use arc_programs::digest::Digest;
use arc_programs::dsl::Dialect;
use arc_programs::meaning;

use super::record::{Kind, Record};
use crate::stamp::Stamp;

const WORD: usize = 8;
const SEGMENT_MARK: [u8; WORD] = *b"RBRESULT";
const BLOCK_MARK: [u8; WORD] = *b"\xf1block\r\n";
/// Number of the layout, raised with any change of it.
const FORMAT: u64 = 1;

/// Bytes of a segment's header.
pub(super) const HEADER: usize = Stamp::BYTES;
/// Bytes of a block before its records.
const BLOCK_HEADER: usize = 3 * WORD;
/// Records of a block at most: so many damage costs.
const MOST_RECORDS: usize = 1024;
/// Bytes of a block at most.
const MOST_BYTES: usize = BLOCK_HEADER + MOST_RECORDS * Kind::Solver.bytes();
/// Bytes that are read at once.
const CHUNK: u64 = 256 << 10;

/// What results have to agree in, besides their keys, to be of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) meaning: Digest,
}

impl Version {
    /// That of this process, in a dialect.
    pub(super) fn own(dialect: &Dialect) -> Self {
        let meaning = meaning::digest(dialect);
        Self { meaning }
    }

    /// What a segment begins with.
    pub(super) fn header(self) -> [u8; HEADER] {
        self.stamp().header()
    }

    fn stamp(self) -> Stamp {
        Stamp {
            mark: SEGMENT_MARK,
            format: FORMAT,
            meaning: self.meaning,
        }
    }

    fn checksum(self, bytes: &[u8]) -> u64 {
        self.stamp().checksum(bytes)
    }

    /// Bytes of the records of a block that is full.
    pub(super) const fn full(kind: Kind) -> usize {
        MOST_RECORDS * kind.bytes()
    }

    /// Adds records of a kind, one behind the other, as blocks.
    pub(super) fn append(self, bytes: &mut Vec<u8>, kind: Kind, records: &[u8]) {
        for records in records.chunks(Self::full(kind)) {
            let number = (records.len() / kind.bytes()) as u32;
            bytes.extend(BLOCK_MARK);
            let checksum_at = bytes.len();
            bytes.extend([0; WORD]);
            bytes.extend((kind as u32).to_le_bytes());
            bytes.extend(number.to_le_bytes());
            bytes.extend(records);
            let checksum = self.checksum(&bytes[checksum_at + WORD..]);
            bytes[checksum_at..checksum_at + WORD].copy_from_slice(&checksum.to_le_bytes());
        }
    }

    /// The kind of the block that some bytes begin with, and the length of its records.
    fn block_at(self, bytes: &[u8]) -> Option<(Kind, usize)> {
        let rest = bytes.strip_prefix(&BLOCK_MARK)?;
        let (checksum, rest) = rest.split_first_chunk()?;
        let (kind, counted) = rest.split_first_chunk()?;
        let number = u32::from_le_bytes(*counted.first_chunk()?) as usize;
        let kind = u32::from_le_bytes(*kind);
        let kind = Kind::ALL.into_iter().find(|own| *own as u32 == kind)?;
        if number > MOST_RECORDS {
            return None;
        }
        let length = number * kind.bytes();
        let checked = rest.get(..WORD + length)?;
        (self.checksum(checked) == u64::from_le_bytes(*checksum)).then_some((kind, length))
    }
}

/// A reader of blocks, which passes over what is none.
pub(super) struct Blocks<R> {
    version: Version,
    reader: R,
    buffer: Vec<u8>,
    /// Where in the buffer begins what has not been read.
    start: usize,
    has_ended: bool,
    passed_over: u64,
}

impl<R: Read> Blocks<R> {
    /// One of what stands behind a header.
    pub(super) fn after_header(version: Version, reader: R) -> Self {
        Self {
            version,
            reader,
            buffer: Vec::new(),
            start: 0,
            has_ended: false,
            passed_over: 0,
        }
    }

    /// One of a whole segment, and whether it has the header of this version.
    pub(super) fn of_segment(version: Version, reader: R) -> io::Result<(Self, bool)> {
        let mut blocks = Self::after_header(version, reader);
        blocks.fill()?;
        let has_header = blocks.buffer.starts_with(&version.header());
        if has_header {
            blocks.start = HEADER;
        }
        Ok((blocks, has_header))
    }

    /// Bytes so far that belong to no block.
    pub(super) fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// The records of the next block that is whole, all of a kind.
    pub(super) fn next(&mut self) -> io::Result<Option<impl Iterator<Item = Record> + use<'_, R>>> {
        loop {
            self.fill()?;
            let rest = &self.buffer[self.start..];
            if rest.is_empty() {
                return Ok(None);
            }
            if let Some((kind, length)) = self.version.block_at(rest) {
                let records = self.start + BLOCK_HEADER;
                self.start = records + length;
                let records = self.buffer[records..self.start].chunks_exact(kind.bytes());
                return Ok(Some(
                    records.filter_map(move |bytes| Record::read(kind, bytes)),
                ));
            }
            let step = WORD.min(rest.len());
            self.start += step;
            self.passed_over += step as u64;
        }
    }

    /// Sees to it that a whole block is at hand, where there is one.
    fn fill(&mut self) -> io::Result<()> {
        while !self.has_ended && self.buffer.len() - self.start < MOST_BYTES {
            self.buffer.drain(..self.start);
            self.start = 0;
            let mut chunk = self.reader.by_ref().take(CHUNK);
            self.has_ended = chunk.read_to_end(&mut self.buffer)? == 0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::entry::{Score, SolverEntry};
    use super::super::record::Waiting;
    use super::*;

    fn version() -> Version {
        let meaning = Digest::from(7);
        Version { meaning }
    }

    /// A segment, and what it holds: blocks of so many records of either kind.
    fn segment(blocks: &[(bool, usize)]) -> (Vec<u8>, Vec<Record>) {
        let mut bytes = version().header().to_vec();
        let mut held = Vec::new();
        for (place, &(is_solver, number)) in blocks.iter().enumerate() {
            let mut waiting = Waiting::default();
            for number in 0..number {
                let key = Digest::from(number as u128);
                let (score, output) = (Score::from_bits(place as u64), u128::MAX);
                let record = match is_solver {
                    true => Record::Solver(key, SolverEntry { score, output }),
                    false => Record::Differ(key, score),
                };
                waiting.add(record);
                held.push(record);
            }
            let kind = kind_of(is_solver);
            version().append(&mut bytes, kind, waiting.of(kind));
        }
        (bytes, held)
    }

    fn kind_of(is_solver: bool) -> Kind {
        if is_solver {
            Kind::Solver
        } else {
            Kind::Differ
        }
    }

    fn read(version: Version, bytes: &[u8]) -> (Vec<Record>, u64) {
        let (mut blocks, _) = Blocks::of_segment(version, bytes).unwrap();
        let mut read = Vec::new();
        while let Some(records) = blocks.next().unwrap() {
            read.extend(records);
        }
        (read, blocks.passed_over())
    }

    fn is_among(part: &[Record], whole: &[Record]) -> bool {
        let mut whole = whole.iter();
        part.iter().all(|own| whole.any(|other| own == other))
    }

    #[test]
    fn what_is_written_is_read_by_the_same_version_alone() {
        let (bytes, held) = segment(&[(true, 3000), (false, 1), (true, 1), (false, 20_000)]);
        assert_eq!(read(version(), &bytes), (held, 0));
        let other = Version {
            meaning: Digest::from(8),
        };
        assert_eq!(read(other, &bytes), (Vec::new(), bytes.len() as u64));
    }

    #[test]
    fn its_layout_is_a_promise() {
        let (bytes, _) = segment(&[(false, 1)]);
        let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = [
            // The segment: mark, format, meaning.
            "5242524553554c540100000000000000",
            "07000000000000000000000000000000",
            // The block: mark, checksum, kind, records.
            "f1626c6f636b0d0a0f0d57f04e2104f90200000001000000",
            // The record: key, score.
            "000000000000000000000000000000000000000000000000",
        ];
        assert_eq!(hexadecimal, expected.concat());
    }

    proptest! {
        #[test]
        fn damage_costs_the_block_that_it_touches(
            blocks in prop::collection::vec((any::<bool>(), 1_usize..20), 1..6),
            place in any::<prop::sample::Index>(),
            flipped in 1_u8..=255,
        ) {
            let (mut bytes, held) = segment(&blocks);
            let place = place.index(bytes.len());
            bytes[place] ^= flipped;
            let (read, passed_over) = read(version(), &bytes);
            prop_assert!(is_among(&read, &held));
            prop_assert!(passed_over > 0);
            let lost = held.len() - read.len();
            let one_block = blocks.iter().any(|(_, number)| *number == lost);
            prop_assert!(one_block || (place < HEADER && lost == 0), "{lost} lost");
        }

        #[test]
        fn an_end_that_is_torn_costs_the_last_block(
            blocks in prop::collection::vec((any::<bool>(), 1_usize..20), 1..6),
            place in any::<prop::sample::Index>(),
        ) {
            let (bytes, held) = segment(&blocks);
            let end = place.index(bytes.len());
            let (read, _) = read(version(), &bytes[..end]);
            prop_assert_eq!(&read[..], &held[..read.len()]);
            let mut whole = segment(&[]).0.len();
            let ends = blocks.iter().take_while(|(is_solver, number)| {
                whole += BLOCK_HEADER + number * kind_of(*is_solver).bytes();
                whole <= end
            });
            prop_assert_eq!(read.len(), ends.map(|(_, number)| number).sum::<usize>());
        }
    }
}
