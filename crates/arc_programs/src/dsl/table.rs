//! The one table of all primitives.
//!
//! Each family declares its primitives with
//! `#[primitives]` and contributes a
//! slice; the table is these slices one after the other, put together by the
//! compiler. A [`PrimitiveId`] is a place in it, so calling a function value is
//! one look into an array.

use std::collections::HashMap;
use std::sync::LazyLock;

pub use super::primitive::{Default, Parameter, Primitive};
use super::{
    arithmetic, colours, containers, corners, extents, functions, grids, logic, mirrors, objects,
    painting, parts, patches, relations, samples, selection, shapes,
};
use crate::value::PrimitiveId;

/// The families, in the table's order.
const FAMILIES: &[&[Primitive]] = &[
    arithmetic::PRIMITIVES,
    logic::PRIMITIVES,
    functions::PRIMITIVES,
    containers::PRIMITIVES,
    selection::PRIMITIVES,
    extents::PRIMITIVES,
    corners::PRIMITIVES,
    patches::PRIMITIVES,
    mirrors::PRIMITIVES,
    relations::PRIMITIVES,
    shapes::PRIMITIVES,
    grids::PRIMITIVES,
    parts::PRIMITIVES,
    painting::PRIMITIVES,
    colours::PRIMITIVES,
    objects::PRIMITIVES,
    samples::PRIMITIVES,
];

const COUNT: usize = {
    let mut count = 0;
    let mut family = 0;
    while family < FAMILIES.len() {
        count += FAMILIES[family].len();
        family += 1;
    }
    count
};

static TABLE: [Primitive; COUNT] = {
    let mut table = [FAMILIES[0][0]; COUNT];
    let (mut family, mut next) = (0, 0);
    while family < FAMILIES.len() {
        let mut place = 0;
        while place < FAMILIES[family].len() {
            table[next] = FAMILIES[family][place];
            next += 1;
            place += 1;
        }
        family += 1;
    }
    table
};

static BY_NAME: LazyLock<HashMap<&'static str, PrimitiveId>> = LazyLock::new(|| {
    let named = |(place, primitive): (usize, &Primitive)| {
        let id = u16::try_from(place).map(PrimitiveId).ok()?;
        Some((primitive.name, id))
    };
    TABLE.iter().enumerate().filter_map(named).collect()
});

/// All primitives; a [`PrimitiveId`] is a place in here.
pub fn all() -> &'static [Primitive] {
    &TABLE
}

/// The primitive of this name; `None` where there is none.
pub fn find(name: &str) -> Option<PrimitiveId> {
    BY_NAME.get(name).copied()
}

/// The primitive at this place; `None` for a number that [`find`] never gave.
#[inline]
pub fn get(id: PrimitiveId) -> Option<&'static Primitive> {
    TABLE.get(usize::from(id.0))
}
