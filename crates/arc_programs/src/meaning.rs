//! What programs mean, as one digest, for results that are kept longer than a process
//! lives.
//!
//! What a program comes to on a sample follows from the program, the sample, the limits,
//! which are in the key of a result, and from this version's primitives, its rule of
//! costs and its scores, which are not: they are the same for as long as a process
//! lives. What outlives it is kept beside [`digest`], and is of no use under another.
//!
//! Names and parameters of primitives are read off the dialect. What a body answers and
//! what it charges cannot be: [`MEANING`] stands for that and is raised by hand. The
//! test `meaning` remembers it, for it knows a digest of answers, costs and scores for
//! each number.

use crate::digest::{Digest, DigestHasher};
use crate::dsl::{Dialect, REFERENCE};
use crate::value::canonical;

/// Number of what primitives answer, calls cost, evaluation allows and scores are. It is
/// raised with any change of one of these.
pub const MEANING: u64 = 5;

/// Digest of what results follow from besides program, sample and limits, in a dialect.
pub fn digest(dialect: &Dialect) -> Digest {
    let mut hasher = DigestHasher::new("meaning");
    hasher.number(MEANING);
    // What is kept of the reference's was there before there was another.
    if *dialect != REFERENCE {
        hasher.text(dialect.name());
    }
    let primitives = dialect.primitives();
    hasher.number(primitives.len() as u64);
    for primitive in primitives {
        hasher.text(primitive.name);
        hasher.text(&format!("{:?}", primitive.on_failure));
        hasher.number(primitive.arity() as u64);
        for parameter in primitive.parameters {
            hasher.text(parameter.name);
            hasher.text(parameter.default.unwrap_or_default());
        }
    }
    for (name, constant) in dialect.constants().iter() {
        hasher.text(name);
        hasher.text(&canonical::text(constant));
    }
    hasher.finish()
}
