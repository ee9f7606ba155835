//! Grids taken apart into indices and objects.

use arc_programs_macros::primitives;

use super::super::components::Search;
use super::super::context::Context;
use super::super::objects::{self, all_cells, by_colour, cells_in};
use super::super::occurrences::places_shown;
use super::colours::{mostcolor, palette};
use super::extents::{shape, toindices};
use super::patches::{normalize, shift};
use crate::value::{Failure, Set};

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    #[body_of(objects::asindices)]
    fn asindices(grid: Grid) -> Indices;

    /// The places of one colour.
    #[example("ofcolor(((1, 2), (2, 0)), 2)" => "{(0, 1), (1, 0)}")]
    #[body_of(objects::f_ofcolor)]
    fn ofcolor(grid: Grid, value: Integer) -> Indices;

    /// The objects of a grid: cells that are neighbours of each other, of one colour where
    /// `univalued`, at corners too where `diagonal`, and none of the most frequent colour
    /// where `without_bg`.
    #[example("objects(((3, 0), (0, 3)), T, T, T)" => "{{(3, (1, 1)), (3, (0, 0))}}")]
    fn objects(
        context: &mut Context,
        grid: Grid,
        univalued: Boolean,
        diagonal: Boolean,
        without_bg: Boolean,
    ) -> Objects {
        Search::new(context, grid, [univalued, diagonal, without_bg], mostcolor)
            .objects(context, grid)
    }

    /// For each colour, all cells of that colour as one object.
    #[example("size(partition(((1, 2), (2, 1))))" => "2")]
    fn partition(context: &mut Context, grid: Grid) -> Objects {
        let palette = palette(context, grid);
        by_colour(context, grid, palette.as_set().ok_or(Failure::WrongType)?)
    }

    /// For each colour but the most frequent one, all cells of that colour as one object.
    #[example("fgpartition(((1, 2), (1, 1)))" => "{{(2, (0, 1))}}")]
    fn fgpartition(context: &mut Context, grid: Grid) -> Objects {
        let palette = palette(context, grid);
        let ground = Set::from_values([mostcolor(context, grid)])?;
        let palette = palette.as_set().ok_or(Failure::WrongType)?;
        by_colour(context, grid, &palette.difference(&ground)?)
    }

    /// The cells of a grid in the places of a patch.
    #[example("toobject({(0, 1), (5, 5)}, ((1, 2),))" => "{(2, (0, 1))}")]
    fn toobject(context: &mut Context, patch: Patch, grid: Grid) -> Object {
        let shape = (grid.length()?, grid.item(0)?.length()?);
        let indices = toindices(context, patch);
        cells_in(context, grid, shape, &indices)
    }

    /// All cells of a grid as one object.
    #[example("size(asobject(((1, 2),)))" => "2")]
    fn asobject(context: &mut Context, grid: Grid) -> Object {
        all_cells(context, grid)
    }

    /// The upper left corners of the places where a grid shows an object, its colours
    /// included.
    #[example("occurrences(((1, 2, 1, 2),), {(1, (5, 5)), (2, (5, 6))})" => "{(0, 2), (0, 0)}")]
    fn occurrences(context: &mut Context, grid: Grid, obj: Object) -> Indices {
        let normalized = normalize(context, obj);
        places_shown(
            context,
            grid,
            &normalized,
            |context| shape(context, obj),
            shift,
        )
    }

    /// The rows and the columns that are of one colour, as objects.
    #[example("size(frontiers(((1, 0), (2, 2))))" => "1")]
    #[body_of(objects::frontiers)]
    fn frontiers(grid: Grid) -> Objects;
}
