//! `run_batt.log`: what a person would want to read afterwards.

use crate::event::Event;
use crate::one_line::one_line;

/// An event as one line, with its newline.
pub(super) fn line(timestamp: &str, run_id: &str, event: &Event<'_>) -> String {
    let event = event.to_string();
    format!("{timestamp} {run_id} {}\n", one_line(&event))
}
