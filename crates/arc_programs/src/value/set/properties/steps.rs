//! Steps of a history at random: what sets are made of, and how.

use proptest::prelude::*;

use super::super::item;
use crate::value::patch::Kind;
use crate::value::{CellLayout, Grid, Value};

/// What makes a set, of those before it.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Inserts these in turn.
    Insert(Vec<Value>),
    /// Inserts into a copy of a set, by `set.add`.
    Extend(usize, Vec<Value>),
    Copy(usize),
    Merge(Vec<usize>),
    Chain(Vec<usize>),
    /// The items of all sets in a set of these.
    MergeAll(Vec<usize>),
    Lack(usize, usize),
    Union(usize, usize),
    Intersection(usize, usize),
    Difference(usize, usize),
    Shift(usize, i64, i64),
    /// A set mirrored, turned or scaled by factors of row and column, which may be exchanged.
    Mirror(usize, (i64, i64), bool, i64),
    /// A set moved to several places, and all of these in one.
    Scatter(usize, Vec<(i64, i64)>),
    /// A set moved to each place of another, and all of these in one.
    Stamp(usize, usize),
    Colour(usize, CellLayout, i64),
    Places(usize),
    /// The product of these.
    Product(Vec<Value>, Vec<Value>),
    /// The product of a set with itself.
    Square(usize),
    /// Of a product some of the pairs, as these bits say; of all others all.
    Keep(usize, u64),
    /// All items of this kind of a grid, or those of one colour.
    Grid(Grid, Kind, Option<i8>),
    /// All places of so many rows and columns.
    AllPlaces(usize, usize),
    /// A line of so many places.
    Line((i64, i64), (i64, i64), i64),
    /// What one grid has that another has too; before it what it has not, and both grids.
    Compare(CellLayout, Grid, Grid),
}

/// A coordinate: nearly always in a grid, now and then at an end of the range of
/// packed sets or beyond.
fn coordinate() -> impl Strategy<Value = i64> {
    let (first, last) = (*item::COORDINATES.start(), *item::COORDINATES.end());
    prop_oneof![
        30 => 0..12_i64,
        10 => -3..40_i64,
        1 => first - 1..first + 2,
        1 => last - 1..last + 2,
    ]
}

fn colour() -> impl Strategy<Value = i64> {
    prop_oneof![30 => -1..10_i64, 1 => 32_764..32_770_i64, 1 => -32_770..-32_764_i64]
}

fn element() -> impl Strategy<Value = Value> {
    prop_oneof![
        20 => (coordinate(), coordinate()).prop_map(|(row, column)| Value::pair(row, column)),
        20 => (coordinate(), coordinate(), colour())
            .prop_map(|(row, column, colour)| Value::triple(row, column, colour)),
        1 => (any::<bool>(), 0..3_i64).prop_map(|(row, column)| {
            Value::tuple_of_two(Value::Boolean(row), Value::Integer(column)).expect("small")
        }),
        1 => (0..3_i64).prop_map(Value::Integer),
    ]
}

/// Elements of one kind, in order or not, few or many; sometimes of any kind.
pub(super) fn elements() -> impl Strategy<Value = Vec<Value>> {
    let place = || (coordinate(), coordinate());
    let places = (0..90_usize).prop_flat_map(move |count| {
        prop::collection::vec(
            place().prop_map(|(row, column)| Value::pair(row, column)),
            0..=count,
        )
    });
    let cells = (0..90_usize).prop_flat_map(|count| {
        let cell = (0..12_i64, 0..12_i64, colour());
        let cell = cell.prop_map(|(row, column, colour)| Value::triple(row, column, colour));
        prop::collection::vec(cell, 0..=count)
    });
    let whole = (1..15_i64, 1..15_i64).prop_map(|(height, width)| {
        let rows = 0..height;
        rows.flat_map(|row| (0..width).map(move |column| Value::pair(row, column)))
            .collect()
    });
    prop_oneof![
        4 => places,
        4 => cells,
        2 => whole,
        1 => prop::collection::vec(element(), 0..20),
        2 => prop::collection::vec(no_item(), 1..4),
    ]
}

/// A value that no packed set holds: alone in a set its hash is not known at first.
fn no_item() -> impl Strategy<Value = Value> {
    let places = prop::collection::vec((0..4_i64, 0..4_i64), 0..4);
    let places = places.prop_map(|places| {
        let places = places.into_iter();
        Value::set(places.map(|(row, column)| Value::pair(row, column))).expect("small")
    });
    prop_oneof![
        1 => (0..3_i64).prop_map(Value::Integer),
        2 => places.clone(),
        1 => places.prop_map(|set| Value::tuple(vec![set]).expect("small")),
    ]
}

fn layout() -> impl Strategy<Value = CellLayout> {
    prop_oneof![Just(CellLayout::RowFirst), Just(CellLayout::ColourFirst)]
}

/// Items of a product, some of them equal.
fn factor() -> impl Strategy<Value = Vec<Value>> {
    let set = elements().prop_map(|values| Value::set(values).expect("small"));
    let other = prop_oneof![
        (0..9_i64).prop_map(Value::Integer),
        any::<bool>().prop_map(Value::Boolean),
        Just(Value::NAN),
        Just(Value::EMPTY_TUPLE),
    ];
    prop::collection::vec(prop_oneof![1 => set, 2 => element(), 2 => other], 0..12)
}

/// A grid of few colours, of one of a few shapes or mostly of one width, so that two have
/// cells in common.
fn grid() -> impl Strategy<Value = Grid> {
    let width = prop_oneof![3 => Just(6_usize), 1 => 1..9_usize, 1 => 25..30_usize];
    let size = prop_oneof![shape(), (1..30_usize, width)];
    size.prop_flat_map(|(height, width)| {
        let cell = prop_oneof![3 => 0..1_i8, 2 => 0..3_i8];
        let cells = prop::collection::vec(cell, height * width);
        cells.prop_map(move |cells| Grid::new(height, width, cells).expect("cells"))
    })
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let index = || 0..1_000_usize;
    prop_oneof![
        4 => elements().prop_map(Step::Insert),
        1 => (index(), elements()).prop_map(|(set, values)| Step::Extend(set, values)),
        1 => index().prop_map(Step::Copy),
        1 => prop::collection::vec(index(), 0..4).prop_map(Step::Merge),
        1 => prop::collection::vec(index(), 0..4).prop_map(Step::Chain),
        2 => prop::collection::vec(index(), 0..40).prop_map(Step::MergeAll),
        1 => (index(), index()).prop_map(|(a, b)| Step::Lack(a, b)),
        2 => (index(), index()).prop_map(|(a, b)| Step::Union(a, b)),
        2 => (index(), index()).prop_map(|(a, b)| Step::Intersection(a, b)),
        3 => (index(), index()).prop_map(|(a, b)| Step::Difference(a, b)),
        3 => (index(), -4..5_i64, -4..5_i64).prop_map(|(set, down, right)| Step::Shift(set, down, right)),
        3 => (index(), (-2..3_i64, -2..3_i64), any::<bool>(), coordinate()).prop_map(
            |(set, factors, is_turned, ends)| Step::Mirror(set, factors, is_turned, ends)
        ),
        2 => (index(), prop::collection::vec((-4..5_i64, -4..5_i64), 1..20))
            .prop_map(|(set, places)| Step::Scatter(set, places)),
        2 => (index(), index()).prop_map(|(set, places)| Step::Stamp(set, places)),
        1 => (index(), coordinate(), coordinate())
            .prop_map(|(set, down, right)| Step::Shift(set, down, right)),
        2 => (index(), layout(), colour())
            .prop_map(|(set, layout, colour)| Step::Colour(set, layout, colour)),
        2 => index().prop_map(Step::Places),
        1 => (factor(), factor()).prop_map(|(lefts, rights)| Step::Product(lefts, rights)),
        1 => index().prop_map(Step::Square),
        2 => (index(), any::<u64>()).prop_map(|(set, bits)| Step::Keep(set, bits)),
        2 => ((coordinate(), coordinate()), (0..2_i64, -1..2_i64), 0..40_i64)
            .prop_map(|(start, step, count)| Step::Line(start, step, count)),
        3 => (grid(), kind(), prop::option::of(0..3_i8))
            .prop_map(|(grid, kind, only)| Step::Grid(grid, kind, only)),
        2 => shape().prop_map(|(height, width)| Step::AllPlaces(height, width)),
        2 => (layout(), grid(), grid())
            .prop_map(|(layout, one, other)| Step::Compare(layout, one, other)),
    ]
}

/// One of a few shapes, so that grids often have the same.
fn shape() -> impl Strategy<Value = (usize, usize)> {
    prop::sample::select(vec![(1, 1), (3, 2), (4, 9), (13, 11), (16, 16)])
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Indices), layout().prop_map(Kind::Object)]
}

/// Cells of a few colours in a few places, so that most of these have several.
fn crowded_cells() -> impl Strategy<Value = Vec<Value>> {
    (layout(), 1..7_i64, 3..18_i64, 0..500_usize).prop_flat_map(|(layout, colours, side, most)| {
        let cell = (-1..side, -1..side, 0..colours);
        let cell =
            cell.prop_map(move |(row, column, colour)| layout.small_cell(row, column, colour));
        prop::collection::vec(cell, 0..=most)
    })
}

/// What makes sets of cells of others, whose order nobody asks for.
pub(super) fn step_of_cells() -> impl Strategy<Value = Step> {
    let index = || 0..1_000_usize;
    let many = || prop::collection::vec(index(), 1..6);
    prop_oneof![
        4 => crowded_cells().prop_map(Step::Insert),
        2 => index().prop_map(Step::Copy),
        4 => many().prop_map(Step::Chain),
        4 => many().prop_map(Step::MergeAll),
        2 => (index(), index()).prop_map(|(a, b)| Step::Lack(a, b)),
        4 => (index(), index()).prop_map(|(a, b)| Step::Union(a, b)),
        2 => (index(), index()).prop_map(|(a, b)| Step::Difference(a, b)),
        2 => (index(), -4..5_i64, -4..5_i64).prop_map(|(set, down, right)| Step::Shift(set, down, right)),
        1 => (index(), any::<bool>(), 0..12_i64)
            .prop_map(|(set, is_turned, ends)| Step::Mirror(set, (1, 1), is_turned, ends)),
        3 => (index(), prop::collection::vec((-4..5_i64, -4..5_i64), 1..20))
            .prop_map(|(set, places)| Step::Scatter(set, places)),
    ]
}
