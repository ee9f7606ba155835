//! Pictures of grids, of tasks and of stores.
//!
//! ARC's palette is declared once ([`palette`]), and so is what it means that an output
//! differs from what is expected ([`Difference`]). A grid is drawn as an element of SVG
//! for pages of HTML ([`GridDrawing`]), and in half blocks where a terminal has little
//! room ([`Thumbnail`]). Tasks and stores are [`Page`]s, laid out once and written as SVG
//! or PNG. All of it is values: nothing here writes a file or knows a terminal.
//!
//! ```text
//! task, outputs ──▶ ShownTask ───┬──▶ blocks ──▶ Page ──┬──▶ SVG
//! tasks, scores ──▶ ShownStore ──┘                      └──▶ PNG
//!                       └──▶ the terminal, of the binary
//! ```
//!
//! # Libraries
//!
//! SVG is written by `quick-xml`, which escapes what is in an attribute too, quotes
//! included; the crate `svg` does not, and texts of others are drawn here. PNG is written
//! by `png`; letters are pixels that `embedded-graphics` carries, for a bare machine has
//! no fonts.

mod block;
mod difference;
mod grid_svg;
mod page;
mod page_png;
mod page_svg;
pub mod palette;
mod runs;
mod shown_store;
mod shown_task;
mod store_page;
mod task_page;
mod thumbnail;
mod xml_text;

pub use difference::Difference;
pub use grid_svg::GridDrawing;
pub use page::{Page, TooLarge};
pub use shown_store::{Progress, ShownStore, StoredTask};
pub use shown_task::{MadeOutput, ShownOutput, ShownProgram, ShownSample, ShownTask};
pub use store_page::store_page;
pub use task_page::{CELL, task_page};
pub use thumbnail::{HalfBlock, Thumbnail, UPPER_HALF};
