//! What is kept of a result, in memory as on disk.

use arc_programs::batt::{KnownOutput, ProgramScore, SolverResult};

/// A decided score in eight bytes: whether it met a limit, the steps, the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Score(u64);

impl Score {
    const SCORE_BITS: u32 = 16;
    const STEP_BITS: u32 = 47;

    /// `None` for one that is not decided, or beyond what any is.
    pub(super) fn pack(own: ProgramScore) -> Option<Self> {
        let ProgramScore {
            score,
            steps,
            met_limit,
            is_decided,
        } = own;
        let has_room = score >> Self::SCORE_BITS == 0 && steps >> Self::STEP_BITS == 0;
        (is_decided && has_room).then(|| {
            let steps_and_limit = steps << 1 | u64::from(met_limit);
            Self(steps_and_limit << Self::SCORE_BITS | score)
        })
    }

    pub(super) fn unpack(self) -> ProgramScore {
        let steps_and_limit = self.0 >> Self::SCORE_BITS;
        ProgramScore {
            score: self.0 & ((1 << Self::SCORE_BITS) - 1),
            steps: steps_and_limit >> 1,
            met_limit: steps_and_limit & 1 == 1,
            is_decided: true,
        }
    }

    /// It as a number, from which [`Score::from_bits`] makes it again.
    pub(super) fn bits(self) -> u64 {
        self.0
    }

    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

/// What a solver came to: its score, and which output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SolverEntry {
    pub(super) score: Score,
    /// The output's digest, or one of the two numbers below, which are none in practice.
    pub(super) output: u128,
}

impl SolverEntry {
    const NOTHING: u128 = 0;
    const UNKNOWN: u128 = 1;

    /// `None` where [`Score::pack`] yields it.
    pub(super) fn pack(result: SolverResult) -> Option<Self> {
        let output = match result.output {
            KnownOutput::Nothing => Self::NOTHING,
            KnownOutput::Unknown => Self::UNKNOWN,
            KnownOutput::Digest(digest) => digest.number(),
        };
        let score = Score::pack(result.score)?;
        Some(Self { score, output })
    }

    pub(super) fn unpack(self) -> SolverResult {
        SolverResult {
            score: self.score.unpack(),
            output: match self.output {
                Self::NOTHING => KnownOutput::Nothing,
                Self::UNKNOWN => KnownOutput::Unknown,
                digest => KnownOutput::Digest(digest.into()),
            },
        }
    }
}
