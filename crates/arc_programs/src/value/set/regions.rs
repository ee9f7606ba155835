//! The regions of a grid: cells that are connected.
//!
//! A row is cut into runs of connected cells, and runs of one row and the next are
//! joined where they touch. What is of the background's colour is passed over many
//! cells at a time: a canvas of a million cells may have a dozen others.

use std::ops::Range;

use super::super::Grid;
use super::super::patch::CellLayout;
use super::item::Item;
use super::items::Items;
use super::occupancy::Stretch;
use super::shape::{PlaceSlots, Shape};

/// What connects cells.
#[derive(Clone, Copy)]
pub(super) struct Connection {
    /// Only cells of one colour are connected.
    pub(super) is_univalued: bool,
    /// Cells that touch at their corners are connected too.
    pub(super) is_diagonal: bool,
    /// The colour of cells in no region.
    pub(super) background: Option<i8>,
}

/// The regions of a grid, in the order of their first cells row by row.
pub(super) struct Regions {
    runs: Vec<Run>,
    regions: Vec<Region>,
}

/// The runs of a region, in their order: the first one, and from there each one's next.
#[derive(Clone, Copy)]
struct Region {
    first: u32,
    last: u32,
    /// How many cells they have.
    size: usize,
}

/// As many runs as there is room for at once: as much memory as glibc's allocator
/// keeps at hand.
const FEW_RUNS: usize = 42;

/// Connected cells side by side.
struct Run {
    row: u32,
    /// The first column.
    start: u32,
    /// The column behind the last one.
    end: u32,
    /// The colour of the first cell.
    colour: i8,
    /// Its number; while runs are joined, another run of the same region, or this one.
    region: u32,
    /// The next run of the region, or this one.
    next: u32,
}

/// Where the search for a region's cells begins.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub(super) region: u32,
    pub(super) row: u32,
    pub(super) column: u32,
}

impl Regions {
    /// Those of a grid.
    pub(super) fn of(grid: &Grid, connection: Connection) -> Regions {
        let reach = u32::from(connection.is_diagonal);
        let mut runs: Vec<Run> = Vec::with_capacity(FEW_RUNS);
        let mut above = 0..0;
        for (row, cells) in (0..).zip(grid.rows()) {
            let first = runs.len();
            let mut column = connection.passed(cells, 0);
            if runs.capacity() - first < cells.len() {
                // As many in each of the rows that are left as in those before.
                let rows_left = grid.height() - row as usize;
                runs.reserve(first / (row as usize).max(1) * rows_left + cells.len());
            }
            while let Some(colour) = cells.get(column) {
                let end = connection.end(cells, column);
                let (run, start) = (runs.len() as u32, column as u32);
                runs.push(Run {
                    row,
                    start,
                    end: end as u32,
                    colour: *colour,
                    region: run,
                    next: run,
                });
                while above.start < above.end && runs[above.start].end + reach <= start {
                    above.start += 1;
                }
                for other in above.clone() {
                    if runs[other].start >= end as u32 + reach {
                        break;
                    }
                    if !connection.is_univalued || runs[other].colour == *colour {
                        join(&mut runs, run, other as u32);
                    }
                }
                column = connection.passed(cells, end);
            }
            above = first..runs.len();
        }
        let regions = numbered(&mut runs);
        Regions { runs, regions }
    }

    /// The number of regions.
    pub(super) fn len(&self) -> usize {
        self.regions.len()
    }

    /// The number of cells of a region.
    pub(super) fn size(&self, region: usize) -> usize {
        self.regions.get(region).map_or(0, |region| region.size)
    }

    /// The cells of a region, row by row.
    pub(super) fn cells_of(&self, region: usize, grid: &Grid, layout: CellLayout) -> Items {
        let mut cells = Items::with_capacity(self.size(region));
        let shown = (grid.cells(), grid.width());
        let runs = self.runs_of(region);
        runs.for_each(|run| run.add_cells(shown, layout, &mut cells));
        cells
    }

    /// Hands over the row and the columns of each run of a region.
    pub(super) fn each_run(&self, region: usize, mut each: impl FnMut(usize, Range<usize>)) {
        let runs = self.runs_of(region);
        runs.for_each(|run| each(run.row as usize, run.start as usize..run.end as usize));
    }

    /// The runs of a region, in their order.
    fn runs_of(&self, region: usize) -> impl Iterator<Item = &Run> {
        let region = self.regions.get(region);
        let mut next = region.map(|region| region.first);
        std::iter::from_fn(move || {
            let number = next?;
            let run = &self.runs[number as usize];
            next = (number != region?.last).then_some(run.next);
            Some(run)
        })
    }

    /// The cells of each region, row by row.
    pub(super) fn cells(&self, grid: &Grid, layout: CellLayout) -> Vec<Items> {
        let sizes = self.regions.iter().map(|region| region.size);
        let mut regions: Vec<Items> = sizes.map(Items::with_capacity).collect();
        let shown = (grid.cells(), grid.width());
        for run in &self.runs {
            run.add_cells(shown, layout, &mut regions[run.region as usize]);
        }
        regions
    }

    /// Where the search for each region's cells begins, in the order in which they are
    /// found: its first place in CPython's order of all places of the grid.
    pub(super) fn starts(&self, shape: Shape) -> Vec<Start> {
        let cells = self.regions.iter().map(|region| region.size).sum();
        let few = shape.has_many_times(cells, self.len());
        let starts = few.then(|| self.starts_of_few(shape)).flatten();
        starts.unwrap_or_else(|| self.starts_by_slots(&shape.slots()))
    }

    /// The same, by the slots of all places.
    fn starts_by_slots(&self, slots: &PlaceSlots) -> Vec<Start> {
        let mut firsts = vec![(u32::MAX, 0, 0); self.len()];
        for run in &self.runs {
            let first = &mut firsts[run.region as usize];
            for column in run.start..run.end {
                let slot = slots.slot_of(run.row, column);
                if slot < first.0 {
                    *first = (slot, run.row, column);
                }
            }
        }
        let mut starts: Vec<_> = (0..).zip(firsts).collect();
        starts.sort_unstable_by_key(|(_, (slot, ..))| *slot);
        let start = |(region, (_, row, column))| Start {
            region,
            row,
            column,
        };
        starts.into_iter().map(start).collect()
    }

    /// The same, by slots among which each of the regions' few places has its own; `None`
    /// where these do not tell the order.
    fn starts_of_few(&self, shape: Shape) -> Option<Vec<Start>> {
        let starts = self.runs.iter().flat_map(|run| {
            (run.start..run.end).map(|column| Start {
                region: run.region,
                row: run.row,
                column,
            })
        });
        let places = starts.clone().map(|start| (start.row, start.column));
        let stretches = shape.stretches(places)?;
        let mut firsts: Vec<First> = vec![First::NOTHING; self.len()];
        for (stretch, start) in stretches.into_iter().zip(starts) {
            firsts[start.region as usize].look_at(stretch, start);
        }
        if !firsts.iter().all(First::is_told) {
            return None;
        }
        firsts.sort_unstable_by_key(|first| first.stretch);
        let are_apart = |pair: &[First]| pair[0].stretch.1 < pair[1].stretch.0;
        if !firsts.windows(2).all(are_apart) {
            return None;
        }
        Some(firsts.into_iter().map(|first| first.start).collect())
    }
}

/// The place of a region that lies before all others, as far as they were looked at.
#[derive(Clone, Copy)]
struct First {
    stretch: Stretch,
    start: Start,
    /// The first slot of those among which another one of the region lies.
    next: usize,
}

impl First {
    const NOTHING: First = First {
        stretch: (usize::MAX, usize::MAX),
        start: Start {
            region: 0,
            row: 0,
            column: 0,
        },
        next: usize::MAX,
    };

    fn look_at(&mut self, stretch: Stretch, start: Start) {
        if stretch.1 >= self.stretch.1 {
            self.next = self.next.min(stretch.0);
            return;
        }
        *self = First {
            stretch,
            start,
            next: self.next.min(self.stretch.0),
        };
    }

    /// Whether it lies before all others of its region wherever they lie.
    fn is_told(&self) -> bool {
        self.stretch.1 < self.next
    }
}

impl Run {
    /// Its cells from left to right, behind others, as the cells of a grid so wide are.
    #[inline]
    fn add_cells(&self, (cells, width): (&[i8], usize), layout: CellLayout, others: &mut Items) {
        let row = self.row as usize * width;
        let cells = &cells[row + self.start as usize..row + self.end as usize];
        let Some(first) = Item::place(i64::from(self.row), i64::from(self.start)) else {
            return;
        };
        if let [cell] = cells {
            others.push(first.coloured_by_byte(layout, *cell));
            return;
        }
        let mut place = first;
        others.extend(cells.iter().map(|cell| {
            let item = place.coloured_by_byte(layout, *cell);
            place = place.moved(Item::offset(0, 1));
            item
        }));
    }
}

impl Connection {
    /// The first column from this one on that is not of the background.
    fn passed(self, cells: &[i8], column: usize) -> usize {
        match self.background {
            Some(background) => first_other(cells, column, background),
            None => column,
        }
    }

    /// The column behind the last one that is connected with this one by those
    /// between.
    fn end(self, cells: &[i8], column: usize) -> usize {
        if self.is_univalued {
            return first_other(cells, column, cells[column]);
        }
        let Some(background) = self.background else {
            return cells.len();
        };
        let mut behind = cells[column..].iter();
        let length = behind.position(|cell| *cell == background);
        length.map_or(cells.len(), |length| column + length)
    }
}

/// The first place from this one on where there is another byte.
pub(super) fn first_other(bytes: &[i8], from: usize, byte: i8) -> usize {
    /// As many are compared at once.
    const CHUNK: usize = 32;
    if bytes.len() - from < CHUNK {
        // Of a task's grids.
        let other = bytes[from..].iter().position(|own| *own != byte);
        return other.map_or(bytes.len(), |other| from + other);
    }
    let chunks = bytes[from..].chunks_exact(CHUNK);
    let same = chunks.take_while(|chunk| **chunk == [byte; CHUNK]).count();
    let from = from + same * CHUNK;
    let other = bytes[from..].iter().position(|own| *own != byte);
    other.map_or(bytes.len(), |other| from + other)
}

/// The first run of the region of a run, as far as it is known.
fn root(runs: &mut [Run], mut run: u32) -> u32 {
    while runs[run as usize].region != run {
        let region = runs[run as usize].region;
        runs[run as usize].region = runs[region as usize].region;
        run = runs[run as usize].region;
    }
    run
}

/// Makes two runs one region.
fn join(runs: &mut [Run], one: u32, other: u32) {
    let (one, other) = (root(runs, one), root(runs, other));
    runs[one.max(other) as usize].region = one.min(other);
}

/// Gives each run the number of its region, for another run of it; yields the regions.
fn numbered(runs: &mut [Run]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for number in 0..runs.len() {
        let run = &runs[number];
        let (root, size) = (run.region as usize, (run.end - run.start) as usize);
        if root == number {
            runs[number].region = regions.len() as u32;
            regions.push(Region {
                first: number as u32,
                last: number as u32,
                size,
            });
            continue;
        }
        // A region's first run comes first, and has its number by now.
        let own = runs[root].region;
        runs[number].region = own;
        let region = &mut regions[own as usize];
        runs[region.last as usize].next = number as u32;
        region.last = number as u32;
        region.size += size;
    }
    regions
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Where the places of all regions tell where these begin, they tell what the slots
        /// of all places tell.
        #[test]
        fn few_places_begin_where_the_slots_say(
            (height, width) in (1..90_usize, 61..130_usize),
            places in prop::collection::vec((any::<prop::sample::Index>(), 1..4_i8), 2..40),
            is_diagonal in any::<bool>(),
        ) {
            let mut cells = vec![0; height * width];
            for (place, colour) in places {
                cells[place.index(height * width)] = colour;
            }
            let grid = Grid::new(height, width, cells).expect("cells");
            let connection = Connection {
                is_univalued: true,
                is_diagonal,
                background: Some(0),
            };
            let regions = Regions::of(&grid, connection);
            let shape = Shape::new(height, width).expect("a shape");
            let told = |starts: Vec<Start>| -> Vec<(u32, u32, u32)> {
                let start = |start: Start| (start.region, start.row, start.column);
                starts.into_iter().map(start).collect()
            };
            if let Some(few) = regions.starts_of_few(shape) {
                prop_assert_eq!(told(few), told(regions.starts_by_slots(&shape.slots())));
            }
        }
    }
}
