//! What is seen of the instances of a store, on one screen.
//!
//! ```text
//!  instances ─┐
//!  logs ──────┼──▶ Seen ─┐                        ┌──▶ Wish ──▶ commands::watch
//!  data ──────┘          ├──▶ State ──▶ drawing ──┘
//!  keys ─────────────────┘
//! ```
//!
//! All here is values: what was found ([`Seen`]), what the person has chosen
//! ([`State`]), and widgets made of both (module `drawing`). Who reads files, asks a
//! clock or tells a process to stop is `commands::watch`; the terminal is
//! `terminal::Screen`.
//!
//! Every text in it is [`PlainText`](run_batt::instances::PlainText), for all of them
//! come from files that may be anybody's.

mod drawing;
mod finds;
mod seen;
mod series;
mod shown_task;
mod state;

pub use drawing::{Paint, draw, page};
pub use finds::Find;
pub use seen::{Instance, Past, Seen, Strange};
pub use shown_task::{Best, ShownTask};
pub use state::{Key, State, Wish};
