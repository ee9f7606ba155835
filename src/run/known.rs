//! What earlier tasks of a run have found out, which need not be found out
//! again.

use arc_programs::program::Identity;
use rustc_hash::{FxHashMap, FxHashSet};

use super::items::SharedKey;
use crate::library::Role;

/// What earlier tasks have found out, for the stages that need it.
#[derive(Default)]
pub(super) struct Known {
    pub(super) identities: Identities,
    pub(super) valid: Valid,
    pub(super) sound: Sound,
}

/// The identities of programs that several tasks use.
#[derive(Default)]
pub(super) struct Identities(FxHashMap<SharedKey, Identity>);

impl Identities {
    /// The identity that an earlier task's inlining gave.
    pub(super) fn inlined(&self, key: Option<SharedKey>) -> Option<Identity> {
        self.0.get(&key?).copied()
    }

    pub(super) fn insert(&mut self, key: SharedKey, identity: Identity) {
        self.0.insert(key, identity);
    }
}

/// The programs whose stored text was seen to score what the card says.
#[derive(Default)]
pub(super) struct Valid(FxHashSet<(Role, Identity)>);

impl Valid {
    pub(super) fn contains(&self, role: Role, identity: Identity) -> bool {
        self.0.contains(&(role, identity))
    }

    pub(super) fn insert(&mut self, role: Role, identity: Identity) {
        self.0.insert((role, identity));
    }
}

/// The programs that are known to be kept as they should be.
#[derive(Default)]
pub(super) struct Sound(FxHashSet<(Role, Identity)>);

impl Sound {
    pub(super) fn contains(&self, role: Role, identity: Identity) -> bool {
        self.0.contains(&(role, identity))
    }

    pub(super) fn extend(&mut self, programs: impl Iterator<Item = (Role, Identity)>) {
        self.0.extend(programs);
    }
}
