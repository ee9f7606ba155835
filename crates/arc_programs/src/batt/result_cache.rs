//! What is known of a program's results, so that they need not be computed again.

use std::fmt;

use super::ProgramScore;
use crate::digest::Digest;
use crate::value::Value;

/// Results of programs on samples, by the digest of all that they follow from.
///
/// A cache changes nothing but time: it may forget whatever it likes, and has to yield
/// what it was given, or nothing.
pub trait ResultCache: fmt::Debug + Send + Sync {
    /// What is known of a solver on a sample.
    fn solver(&self, key: Digest) -> Option<SolverResult>;
    /// What is known of a differ on a sample and an output.
    fn differ(&self, key: Digest) -> Option<ProgramScore>;
    /// The same of several solvers at once, in their order.
    fn solvers(&self, keys: &[Digest]) -> Vec<Option<SolverResult>> {
        keys.iter().map(|key| self.solver(*key)).collect()
    }
    /// The same of several differs at once, in their order.
    fn differs(&self, keys: &[Digest]) -> Vec<Option<ProgramScore>> {
        keys.iter().map(|key| self.differ(*key)).collect()
    }
    /// The output of a digest, for a differ that is not known on it.
    fn output(&self, digest: Digest) -> Option<Value> {
        let _ = digest;
        None
    }
    /// Is given an output that has a digest.
    fn keep_output(&self, digest: Digest, output: &Value) {
        let _ = (digest, output);
    }
    /// Is given what a solver came to on a sample.
    fn keep_solver(&self, key: Digest, result: SolverResult);
    /// Is given what a differ came to on a sample and an output.
    fn keep_differ(&self, key: Digest, score: ProgramScore);
    /// Is given the same of several differs.
    fn keep_differs(&self, scores: &[(Digest, ProgramScore)]) {
        for &(key, score) in scores {
            self.keep_differ(key, score);
        }
    }
}

/// What a solver came to on a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SolverResult {
    /// Its score.
    pub score: ProgramScore,
    /// Its output.
    pub output: KnownOutput,
}

/// What is known of an output that is not at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownOutput {
    /// There is none.
    Nothing,
    /// It has this digest.
    Digest(Digest),
    /// It has none: it is to be computed again where a differ needs it.
    Unknown,
}

/// A cache that remembers nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCache;

impl ResultCache for NoCache {
    fn solver(&self, _: Digest) -> Option<SolverResult> {
        None
    }

    fn differ(&self, _: Digest) -> Option<ProgramScore> {
        None
    }

    fn keep_solver(&self, _: Digest, _: SolverResult) {}

    fn keep_differ(&self, _: Digest, _: ProgramScore) {}
}
