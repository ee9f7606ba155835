//! Programs of a store for the tests of what files them, and stores that remember.

use std::path::Path;

use super::remembered::Remembered;
use super::{Standing, Store};

/// A program that has this number for an identity, and how it stands.
pub(super) fn standing(score: u64, speed: u32, number: u128) -> Standing {
    Standing {
        score,
        speed,
        identity: format!("{number:032x}").parse().unwrap(),
    }
}

/// A store that remembers its folders whatever file system it is on, for nobody else has a
/// test's; as where each change is told, or as where times come in ticks.
pub(super) fn remembering(out: &Path, tells_each_change: bool) -> Store {
    let mut store = Store::open(out).unwrap();
    let remembered = Remembered::on_one_machine(&store.solvers, tells_each_change);
    store.remembered = Some(remembered.unwrap());
    store
}
