//! Pictures of grids, of tasks and of stores.
//!
//! ARC's palette is declared once ([`palette`]), and so is what it means that an output
//! differs from what is expected ([`Difference`]). A grid is drawn as an element of SVG
//! for pages of HTML ([`GridDrawing`]), and in half blocks where a terminal has little
//! room ([`Thumbnail`]). All of it is values: nothing here writes a file or knows a
//! terminal.
//!
//! # Libraries
//!
//! SVG is written by `quick-xml`, which escapes what is in an attribute too, quotes
//! included; the crate `svg` does not, and texts of others are drawn here.

mod difference;
mod grid_svg;
pub mod palette;
mod runs;
mod thumbnail;
mod xml_text;

pub use difference::Difference;
pub use grid_svg::GridDrawing;
pub use thumbnail::{HalfBlock, Thumbnail, UPPER_HALF};
