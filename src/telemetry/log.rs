//! `run_batt.log`: what a person would want to read afterwards.

use crate::event::Event;

/// An event as one line, with its newline.
pub(super) fn line(timestamp: &str, run_id: &str, event: &Event<'_>) -> String {
    let mut line = format!("{timestamp} {run_id} ");
    for character in event.to_string().chars() {
        match character {
            // A path may hold anything; a line of the log is one line.
            '\n' => line.push_str("; "),
            _ if character.is_control() => line.extend(character.escape_default()),
            _ => line.push(character),
        }
    }
    line.push('\n');
    line
}
