//! Programs of a store for the tests of what files them.

use super::Standing;

/// A program that has this number for an identity, and how it stands.
pub(super) fn standing(score: u64, speed: u32, number: u128) -> Standing {
    Standing {
        score,
        speed,
        identity: format!("{number:032x}").parse().unwrap(),
    }
}
