//! Items of several sets put together on a canvas of the size of their bounds.
//!
//! Sets that programs merge lie close together, and often on each other. To mark
//! each item on a canvas and to read it row by row takes a nanosecond an item;
//! sorting them takes ten.

use smallvec::SmallVec;

use super::super::patch::{Bounds, Kind};
use super::item::Item;
use super::lists::kept;
use super::packed::{Items, PackedSet};
use super::table::Element;

/// How many places of a canvas there may be for an item.
const SPARSE: usize = 8;

/// How many colours a canvas has room for in each place.
const COLOURS: usize = 16;

/// The items of all of these sets, of which there are some, row by row, each once.
pub(super) fn gathered<'set>(sets: impl Iterator<Item = &'set PackedSet> + Clone) -> Items {
    let (mut bounds, mut count) = (Bounds::NOTHING, 0_usize);
    for set in sets.clone() {
        bounds = set.bounds_with(bounds);
        count = count.saturating_add(set.len());
    }
    let paint = |canvas: &mut Canvas| {
        for set in sets.clone() {
            let are_alone = set.fold_in_any_order(true, |are_alone, item| {
                canvas.paint(canvas.index_of(item), item) && are_alone
            });
            if !are_alone {
                return false;
            }
            if canvas.is_full() && set.kind() == Kind::Indices {
                // There is no place left, and places are not of different colours.
                break;
            }
        }
        true
    };
    let colours = || {
        let mut colours = Colours::default();
        let all = &mut sets.clone();
        all.all(|set| set.fold_in_any_order(true, |are_few, item| are_few && colours.add(item)))
            .then_some(colours)
    };
    painted((bounds, count), paint, colours).unwrap_or_else(|| {
        let mut items = Vec::with_capacity(count);
        for set in sets {
            set.fold_in_any_order((), |(), item| items.push(item));
        }
        sorted(items)
    })
}

/// The items of a set, [moved](Item::moved) by each of these, row by row, each once; the
/// bounds are those of all.
pub(super) fn stamped(source: &PackedSet, added: &[u64], bounds: Bounds) -> Items {
    let mut stamp: SmallVec<[Item; 32]> = SmallVec::new();
    source.fold_in_any_order((), |(), item| stamp.push(item));
    let count = stamp.len().saturating_mul(added.len());
    let paint = |canvas: &mut Canvas| {
        let Some(first) = added.first() else {
            return true;
        };
        // As all are moved alike, so are their indices.
        let indices: SmallVec<[usize; 32]> = stamp
            .iter()
            .map(|item| canvas.index_of(item.moved(*first)))
            .collect();
        let origin = canvas.index_of(stamp[0].moved(*first));
        added.iter().all(|added| {
            let further = canvas.index_of(stamp[0].moved(*added)).wrapping_sub(origin);
            let stamped = stamp.iter().zip(&indices);
            stamped.fold(true, |are_alone, (item, index)| {
                canvas.paint(index.wrapping_add(further), item.moved(*added)) && are_alone
            })
        })
    };
    let colours = || {
        let mut colours = Colours::default();
        stamp
            .iter()
            .all(|item| colours.add(*item))
            .then_some(colours)
    };
    painted((bounds, count), paint, colours).unwrap_or_else(|| {
        let mut items = Vec::with_capacity(count);
        for added in added {
            items.extend(stamp.iter().map(|item| item.moved(*added)));
        }
        sorted(items)
    })
}

/// The items that are painted on a canvas, first on one with room for one in each place,
/// and if that is not enough on one with room for each colour; `None` where it would be
/// nearly empty.
fn painted(
    (bounds, count): (Bounds, usize),
    paint: impl Fn(&mut Canvas) -> bool,
    colours: impl Fn() -> Option<Colours>,
) -> Option<Items> {
    let mut canvas = Canvas::new(bounds, count, Colours::default())?;
    if !paint(&mut canvas) {
        canvas = Canvas::new(bounds, count, colours()?)?;
        paint(&mut canvas);
    }
    Some(canvas.items())
}

/// Items row by row, each once: mostly several lists, one behind the other, each of which is in
/// order, and the stable sort takes such lists as they are.
fn sorted(mut items: Vec<Item>) -> Items {
    items.sort();
    items.dedup();
    Items::from_vec(items)
}

/// The colours of items, in order: of places there is one.
#[derive(Default)]
struct Colours(SmallVec<[i64; COLOURS]>);

impl Colours {
    /// Adds that of an item; whether there are few yet.
    #[inline]
    fn add(&mut self, item: Item) -> bool {
        if let Err(place) = self.0.binary_search(&item.colour()) {
            self.0.insert(place, item.colour());
        }
        self.0.len() <= COLOURS
    }

    /// How many colours of these come before that of an item.
    #[inline]
    fn before(&self, item: Item) -> usize {
        match self.0.is_empty() {
            true => 0,
            false => self
                .0
                .iter()
                .filter(|colour| **colour < item.colour())
                .count(),
        }
    }
}

/// Items by their places.
struct Canvas {
    bounds: Bounds,
    width: usize,
    /// Each has its own room in each place; where there are none there is one room.
    colours: Colours,
    rooms: usize,
    cells: Vec<Item>,
    distinct: usize,
}

impl Canvas {
    /// `None` where it would be nearly empty.
    fn new(bounds: Bounds, count: usize, colours: Colours) -> Option<Canvas> {
        let width = usize::try_from(bounds.width()).ok()?;
        let area = usize::try_from(bounds.height()).ok()?.checked_mul(width)?;
        let rooms = colours.0.len().max(1);
        let cells = area.checked_mul(rooms)?;
        (cells <= count.saturating_mul(SPARSE)).then(|| Canvas {
            bounds,
            width,
            colours,
            rooms,
            cells: vec![Item::UNUSED; cells],
            distinct: 0,
        })
    }

    /// Where an item goes.
    #[inline]
    fn index_of(&self, item: Item) -> usize {
        let (down, right) = (
            item.row() - self.bounds.top,
            item.column() - self.bounds.left,
        );
        let place = down as usize * self.width + right as usize;
        match self.rooms {
            1 => place,
            rooms => place * rooms + self.colours.before(item),
        }
    }

    /// Paints an item where it goes; whether no other is there.
    #[inline]
    fn paint(&mut self, index: usize, item: Item) -> bool {
        let cell = &mut self.cells[index];
        let is_first = cell.is_unused();
        let is_alone = is_first || *cell == item;
        self.distinct += usize::from(is_first);
        *cell = item;
        is_alone
    }

    /// Whether there is an item wherever there is room for one.
    fn is_full(&self) -> bool {
        self.distinct == self.cells.len()
    }

    /// The items, row by row.
    fn items(&self) -> Items {
        kept(&self.cells, self.distinct, Item::is_held)
    }
}
