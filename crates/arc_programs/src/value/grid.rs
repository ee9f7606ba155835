//! Rectangles of signed bytes: the fast form of grids and of flat tuples.
//!
//! A task's colours are 0 to 9, and programs add negative ones: the reference's
//! base differ marks with −1 every cell in which an output differs. Nothing adds
//! colours above 127 so regularly, so a byte has a sign; what is beyond it takes
//! the general form.

use std::sync::Arc;

use once_cell::race::OnceBox;
use smallvec::SmallVec;

use super::Value;
use super::census::{Census, occurrences};
use super::grid_parts::{LARGE, Parts, side_by_side};
use super::hash::{CachedHash, TupleHash};
use super::planes::Planes;

/// How many cells are no piece of memory of their own.
pub(super) const FEW: usize = 16;

/// A rectangle of at least one row and one column of small integers (−128 to
/// 127), stored row by row.
///
/// It stands for the tuple of its rows; ARC's colours are 0 to 9, so a task's
/// grids all have this form. What does not fit (empty rows, rows of several
/// lengths, booleans, other integers) is a tuple in its general form.
#[derive(Clone, Debug)]
pub struct Grid {
    height: u32,
    width: u32,
    /// Few lie here: pairs of places are grids too, and there are many. Empty where it is known
    /// what the grid is made of.
    cells: SmallVec<[i8; FEW]>,
    parts: Option<Box<Unlisted>>,
    hash: CachedHash,
    /// Boxed, for most grids are never asked for it.
    survey: OnceBox<Survey>,
}

/// What a grid is made of, and its cells, once somebody has asked for one.
#[derive(Clone, Debug)]
struct Unlisted {
    parts: Parts,
    cells: OnceBox<SmallVec<[i8; FEW]>>,
}

/// What was found out about the cells of a grid.
#[derive(Clone, Debug, Default)]
struct Survey {
    census: OnceBox<Census>,
    planes: Planes,
}

impl Grid {
    /// The grid of these cells, row by row; `None` where they are not
    /// `height * width`, or where there are none.
    pub fn new(height: usize, width: usize, cells: Vec<i8>) -> Option<Grid> {
        let cells = match cells.len() {
            ..=FEW => SmallVec::from_slice(&cells),
            _ => SmallVec::from(cells.into_boxed_slice().into_vec()),
        };
        Grid::of_cells(height, width, cells)
    }

    /// As [`Grid::new`], of cells that are listed as a grid has them: few need no memory.
    pub(super) fn of_cells(
        height: usize,
        width: usize,
        cells: SmallVec<[i8; FEW]>,
    ) -> Option<Grid> {
        if cells.is_empty() || height.checked_mul(width)? != cells.len() {
            return None;
        }
        Some(Grid {
            height: u32::try_from(height).ok()?,
            width: u32::try_from(width).ok()?,
            cells,
            parts: None,
            hash: CachedHash::unknown(),
            survey: OnceBox::new(),
        })
    }

    /// The grid of these parts, which has so many rows and columns, at least one.
    fn of_parts(height: usize, width: usize, parts: Parts) -> Option<Grid> {
        Some(Grid {
            height: u32::try_from(height).ok()?,
            width: u32::try_from(width).ok()?,
            cells: SmallVec::new(),
            parts: Some(Box::new(Unlisted {
                parts,
                cells: OnceBox::new(),
            })),
            hash: CachedHash::unknown(),
            survey: OnceBox::new(),
        })
    }

    /// The grid of so many rows and columns, all cells of which are the same; `None` where
    /// it would be empty.
    pub fn canvas(height: usize, width: usize, cell: i8) -> Option<Grid> {
        let count = height.checked_mul(width)?;
        match count {
            ..LARGE => Grid::of_cells(height, width, SmallVec::from_elem(cell, count)),
            _ => Grid::of_parts(height, width, Parts::Canvas(cell)),
        }
    }

    /// Two grids side by side, as high as the lower of them.
    pub fn beside(left: &Arc<Grid>, right: &Arc<Grid>) -> Option<Grid> {
        let height = left.height().min(right.height());
        let width = left.width() + right.width();
        let count = height.checked_mul(width)?;
        if count < LARGE || left.is_two() || right.is_two() {
            return Grid::of_cells(height, width, side_by_side([left, right], count));
        }
        let parts = Parts::Beside(Arc::clone(left), Arc::clone(right));
        Grid::of_parts(height, width, parts)
    }

    /// Whether it has two grids for parts.
    fn is_two(&self) -> bool {
        let parts = self.parts.as_deref().map(|own| &own.parts);
        matches!(parts, Some(Parts::Beside(..)))
    }

    /// What it is made of, where its cells are not listed.
    pub(super) fn parts(&self) -> Option<&Parts> {
        let unlisted = self.parts.as_deref();
        let unlisted = unlisted.filter(|own| own.cells.get().is_none())?;
        Some(&unlisted.parts)
    }

    /// Its cells in a row behind others.
    pub(super) fn add_row(&self, row: usize, others: &mut SmallVec<[i8; FEW]>) {
        match self.parts() {
            Some(Parts::Canvas(cell)) => others.resize(others.len() + self.width(), *cell),
            _ => others.extend_from_slice(self.row(row).unwrap_or_default()),
        }
    }

    /// The grid that `cell(row, column)` describes; `None` where it would be
    /// empty.
    pub fn from_fn(
        height: usize,
        width: usize,
        mut cell: impl FnMut(usize, usize) -> i8,
    ) -> Option<Grid> {
        let mut cells = Vec::with_capacity(height.checked_mul(width)?);
        for row in 0..height {
            cells.extend((0..width).map(|column| cell(row, column)));
        }
        Grid::new(height, width, cells)
    }

    /// The grid whose rows `draw(row, cells)` adds one after the other, `width`
    /// cells each; `None` where it would be empty.
    pub fn by_rows(
        height: usize,
        width: usize,
        mut draw: impl FnMut(usize, &mut Vec<i8>),
    ) -> Option<Grid> {
        let mut cells = Vec::with_capacity(height.checked_mul(width)?);
        for row in 0..height {
            draw(row, &mut cells);
        }
        Grid::new(height, width, cells)
    }

    /// The number of rows.
    #[inline]
    pub fn height(&self) -> usize {
        self.height as usize
    }

    /// The number of columns.
    #[inline]
    pub fn width(&self) -> usize {
        self.width as usize
    }

    /// All cells, row by row.
    #[inline]
    pub fn cells(&self) -> &[i8] {
        match self.cells.is_empty() {
            false => &self.cells,
            true => self.listed(),
        }
    }

    /// The same, where they are listed when somebody asks for them.
    #[cold]
    fn listed(&self) -> &[i8] {
        let list = |parts: &Parts| Box::new(parts.list(self.height(), self.width()));
        match self.parts.as_deref() {
            Some(own) => own.cells.get_or_init(|| list(&own.parts)),
            None => &[],
        }
    }

    /// The rows from top to bottom.
    #[inline]
    pub fn rows(&self) -> std::slice::ChunksExact<'_, i8> {
        self.cells().chunks_exact(self.width as usize)
    }

    /// A row; `None` outside the grid.
    #[inline]
    pub fn row(&self, row: usize) -> Option<&[i8]> {
        let width = self.width as usize;
        let start = row.checked_mul(width)?;
        self.cells().get(start..start.checked_add(width)?)
    }

    /// A cell; `None` outside the grid, negative places too.
    #[inline]
    pub fn cell(&self, row: i64, column: i64) -> Option<i8> {
        self.place(row, column).map(|place| self.cells()[place])
    }

    /// Where a cell lies in [`Grid::cells`]; `None` outside the grid, negative
    /// places too.
    #[inline]
    pub fn place(&self, row: i64, column: i64) -> Option<usize> {
        let inside = (0..i64::from(self.height)).contains(&row)
            && (0..i64::from(self.width)).contains(&column);
        // Both are below 2^32 here, so neither the conversion nor the product
        // can lose anything.
        inside.then(|| row as usize * self.width as usize + column as usize)
    }

    fn survey(&self) -> &Survey {
        self.survey.get_or_init(Box::default)
    }

    /// How often each integer occurs, counted when it is first asked for.
    pub fn census(&self) -> &Census {
        let census = &self.survey().census;
        census.get_or_init(|| Box::new(Census::of_bytes(self.cells())))
    }

    /// The integers that its cells are, each once.
    pub(super) fn colours(&self) -> impl Iterator<Item = i64> {
        let values = self.census().values();
        values.filter_map(Value::as_integer)
    }

    /// The upper left and the lower right corner of the smallest rectangle around the cells that
    /// are taken, the last before the first of none.
    pub(super) fn corners_of(&self, is_taken: impl Fn(i8) -> bool) -> [(i64, i64); 2] {
        let mut corners = [(i64::MAX, i64::MAX), (i64::MIN, i64::MIN)];
        for (row, cells) in (0..).zip(self.rows()) {
            let Some(first) = cells.iter().position(|cell| is_taken(*cell)) else {
                continue;
            };
            let last = cells.iter().rposition(|cell| is_taken(*cell));
            let last = last.unwrap_or(first);
            let [(top, left), (_, right)] = corners;
            corners = [
                (row.min(top), left.min(first as i64)),
                (row, right.max(last as i64)),
            ];
        }
        corners
    }

    /// Where a colour is, as bits, a word for each row, bit 0 its first column; found
    /// out when it is first asked for. `None` of grids wider than a word has bits, and of
    /// what is no colour of a task.
    pub fn plane(&self, colour: i64) -> Option<&[u64]> {
        self.survey().planes.of(self, colour)
    }

    /// How many cells are this integer.
    pub fn count(&self, integer: i64) -> usize {
        let survey = self.survey.get();
        let census = survey.and_then(|survey| survey.census.get());
        match (census, i8::try_from(integer)) {
            (_, Err(_)) => 0,
            (Some(census), _) => census.count(&Value::Integer(integer)),
            (None, Ok(byte)) => occurrences(self.cells(), byte),
        }
    }

    /// Whether both have the same shape and the same cells.
    pub fn equals(&self, other: &Grid) -> bool {
        self.width == other.width && self.cells() == other.cells()
    }

    /// How many cells it has in common with another: the same in the same place.
    pub(crate) fn in_common_with(&self, other: &Grid) -> usize {
        if self.width == other.width {
            return alike(self.cells(), other.cells());
        }
        let rows = self.rows().zip(other.rows());
        rows.map(|(own, other)| alike(own, other)).sum()
    }

    /// The hash of the tuple of rows that this grid stands for.
    pub(super) fn hash(&self) -> i64 {
        self.hash.get_or(|| TupleHash::of_rows(self.rows()))
    }
}

/// How many bytes are the same in two slices, as far as both go.
fn alike(bytes: &[i8], others: &[i8]) -> usize {
    /// A sum of so many ones and zeros is a byte, and bytes add up many at a time.
    const CHUNK: usize = u8::MAX as usize;
    let length = bytes.len().min(others.len());
    let chunks = bytes[..length]
        .chunks(CHUNK)
        .zip(others[..length].chunks(CHUNK));
    let in_chunk = |(own, others): (&[i8], &[i8])| {
        let pairs = own.iter().zip(others);
        pairs.map(|(own, other)| u8::from(own == other)).sum::<u8>()
    };
    chunks.map(|chunks| usize::from(in_chunk(chunks))).sum()
}
