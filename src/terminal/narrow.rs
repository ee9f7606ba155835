//! A terminal with room left at the end of its lines.

use std::io;

use console::Term;
use indicatif::TermLike;

/// The columns of the `^C` that a terminal shows where one is typed, and one more.
const INTERRUPT: u16 = 3;

/// Standard error, whose lines seem shorter than they are.
///
/// A bar is drawn to the end of its line. A `^C` typed there would go on the next
/// line, and the bar would be cleared there and stay where it is. So it is told of a
/// narrower terminal.
#[derive(Debug)]
pub struct Narrow(Term);

impl Narrow {
    pub fn stderr() -> Narrow {
        Narrow(Term::buffered_stderr())
    }

    /// The columns that may be written.
    pub fn columns() -> u16 {
        Narrow::stderr().width()
    }
}

impl TermLike for Narrow {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(INTERRUPT).max(1)
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        self.0.write_line(line)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
