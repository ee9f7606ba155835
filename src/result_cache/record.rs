//! Records of results, as they lie on disk.

use arc_programs::digest::Digest;

use super::entry::{Score, SolverEntry};

const WORD: usize = 8;

/// Kind of a record, which says how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Solver = 1,
    Differ = 2,
}

impl Kind {
    pub(super) const ALL: [Kind; 2] = [Kind::Solver, Kind::Differ];

    pub(super) const fn bytes(self) -> usize {
        match self {
            Kind::Solver => 5 * WORD,
            Kind::Differ => 3 * WORD,
        }
    }
}

/// A result and its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    Solver(Digest, SolverEntry),
    Differ(Digest, Score),
}

impl Record {
    pub(super) fn kind(self) -> Kind {
        match self {
            Record::Solver(..) => Kind::Solver,
            Record::Differ(..) => Kind::Differ,
        }
    }

    pub(super) fn key(self) -> Digest {
        match self {
            Record::Solver(key, _) | Record::Differ(key, _) => key,
        }
    }

    /// Adds its bytes, of which there are [`Kind::bytes`].
    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.key().number().to_le_bytes());
        match self {
            Record::Solver(_, SolverEntry { score, output }) => {
                bytes.extend(score.bits().to_le_bytes());
                bytes.extend(output.to_le_bytes());
            }
            Record::Differ(_, score) => bytes.extend(score.bits().to_le_bytes()),
        }
    }

    /// The record that has these bytes.
    pub(super) fn read(kind: Kind, bytes: &[u8]) -> Option<Self> {
        let word = |place: usize| {
            let bytes = bytes.get(place * WORD..)?.first_chunk()?;
            Some(u64::from_le_bytes(*bytes))
        };
        let two_words = |place: usize| {
            let (low, high) = (word(place)?, word(place + 1)?);
            Some(u128::from(high) << 64 | u128::from(low))
        };
        let key = Digest::from(two_words(0)?);
        let score = Score::from_bits(word(2)?);
        Some(match kind {
            Kind::Differ => Record::Differ(key, score),
            Kind::Solver => {
                let output = two_words(3)?;
                Record::Solver(key, SolverEntry { score, output })
            }
        })
    }
}

/// Bytes of records that wait to be written, those of a kind one behind the other.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    solvers: Vec<u8>,
    differs: Vec<u8>,
}

impl Waiting {
    pub(super) fn add(&mut self, record: Record) {
        record.write(self.of_mut(record.kind()));
    }

    pub(super) fn of(&self, kind: Kind) -> &[u8] {
        match kind {
            Kind::Solver => &self.solvers,
            Kind::Differ => &self.differs,
        }
    }

    pub(super) fn of_mut(&mut self, kind: Kind) -> &mut Vec<u8> {
        match kind {
            Kind::Solver => &mut self.solvers,
            Kind::Differ => &mut self.differs,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.solvers.len() + self.differs.len()
    }
}
