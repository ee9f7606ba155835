//! One set moved to each of some places: a set of sets that is not made before somebody
//! asks for it.
//!
//! Programs look for an object in a grid, move it to where it occurs, and merge what they
//! get. What is in all of these sets together follows from the one and the places; so does
//! how many they are, for no two places move it alike. The sets themselves, in the order
//! of the places, are for those who ask for the order.

use std::sync::Arc;

use once_cell::sync::OnceCell;

use super::super::affine::Axis;
use super::super::patch::{Bounds, Kind};
use super::super::{Failure, Measure, Value};
use super::general::GeneralSet;
use super::item::COORDINATES;
use super::items::{Items, held};
use super::moved_hashes::MovedHashes;
use super::packed::PackedSet;
use super::recipe::{Offset, Recipe};
use super::{Form, Set, canvas};

/// A set of small integers that is not empty, moved to each of some places, so that it
/// stays in their range.
pub(super) struct MovedSets {
    source: Set,
    places: Set,
    /// In the order of the places.
    sets: OnceCell<Box<[Value]>>,
}

impl MovedSets {
    /// `None` where either is no packed set, or something would leave the range of one.
    fn new(source: &Set, places: &Set) -> Option<MovedSets> {
        let (packed, all) = (source.packed()?, places.packed()?);
        let keeps_in_range = |axis: Axis| {
            let ((first, last), (least, most)) = (packed.span(axis), all.span(axis));
            COORDINATES.contains(&(first + least)) && COORDINATES.contains(&(last + most))
        };
        let is_possible = all.kind() == Kind::Indices
            && keeps_in_range(Axis::Row)
            && keeps_in_range(Axis::Column);
        is_possible.then(|| MovedSets {
            source: source.clone(),
            places: places.clone(),
            sets: OnceCell::new(),
        })
    }

    /// The number of sets.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The measure of the set of them.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] beyond the limits of [`Measure`].
    pub(super) fn measure(&self) -> Result<Measure, Failure> {
        Measure::around_alike(self.source.measure(), self.len())
    }

    /// What the items of each set are.
    fn kind(&self) -> Kind {
        self.source.packed().map_or(Kind::Indices, PackedSet::kind)
    }

    /// The sets, in the order of the places.
    pub(super) fn sets(&self) -> &[Value] {
        self.sets.get_or_init(|| {
            let kind = self.kind();
            let offsets = self.places.items_in_order().filter_map(Offset::to);
            let moved = offsets.map(|offset| PackedSet::moved(&self.source, kind, offset));
            moved
                .map(|moved| Value::Set(Set(Arc::new(Form::Packed(moved)))))
                .collect()
        })
    }

    /// The same, of which each has its hash found.
    pub(super) fn hashed_sets(&self) -> &[Value] {
        let sets = self.sets();
        let hashes = self.source.packed().zip(self.bounds());
        let hashes =
            hashes.and_then(|(source, bounds)| MovedHashes::within(source, sets.len(), bounds));
        if let Some(hashes) = hashes {
            let packed = sets.iter().filter_map(|set| set.as_set()?.packed());
            for (packed, (_, added)) in packed.filter_map(|own| Some((own, own.moved_from()?))) {
                packed.set_hash(hashes.hash(added));
            }
        }
        sets
    }

    /// What is around all of the sets.
    fn bounds(&self) -> Option<Bounds> {
        let bounds = |set: &PackedSet| set.bounds_with(Bounds::NOTHING);
        let (own, all) = (bounds(self.source.packed()?), bounds(self.places.packed()?));
        Some(Bounds {
            top: own.top + all.top,
            left: own.left + all.left,
            bottom: own.bottom + all.bottom,
            right: own.right + all.right,
        })
    }

    /// What is in any of the sets, row by row.
    fn items(&self) -> Items {
        let (Some(source), Some(places)) = (self.source.packed(), self.places.packed()) else {
            return Items::new();
        };
        let offsets = held(places.slots_in_any_order()).filter_map(Offset::to);
        let added: Vec<u64> = offsets.map(|offset| offset.added().number()).collect();
        match self.bounds() {
            Some(bounds) => canvas::stamped(source, &added, bounds),
            None => Items::new(),
        }
    }
}

/// What merging the sets of one set that is moved to some places yields.
pub(crate) struct MergedMoved<'set> {
    whole: &'set Set,
    moved: &'set MovedSets,
    /// How many items the sets have, one after the other.
    pub(crate) items: usize,
}

impl MergedMoved<'_> {
    /// The items of the sets, inserted one by one, each set's in its order, the sets in
    /// theirs.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn set(&self) -> Result<Set, Failure> {
        let kind = self.moved.kind();
        let sources = [self.moved.source.clone(), self.moved.places.clone()];
        let recipe = Recipe::merging(self.whole.clone(), &sources);
        Set::of_packed(PackedSet::of_items(kind, self.moved.items(), recipe))
    }
}

impl Set {
    /// The set of this one moved to each of some places; `None` where they must be made
    /// one by one.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn moved_to_each(&self, places: &Set) -> Result<Option<Set>, Failure> {
        match MovedSets::new(self, places) {
            None => Ok(None),
            Some(moved) => {
                let moved = GeneralSet::of_moved(moved)?;
                Ok(Some(Set(Arc::new(Form::General(moved)))))
            }
        }
    }

    /// What merging the elements yields, where they are one set moved to some places.
    pub(crate) fn merged_moved(&self) -> Option<MergedMoved<'_>> {
        match &*self.0 {
            Form::Packed(_) => None,
            Form::General(general) => general.moved().map(|moved| MergedMoved {
                whole: self,
                moved,
                items: moved.source.len() * moved.len(),
            }),
        }
    }
}
