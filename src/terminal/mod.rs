//! The terminal: results on standard output, all else on standard error.

pub mod grids;
mod narrow;
mod progress;
mod pulse;
mod screen;
mod tally;

use std::io::{self, Write};

use anyhow::Context;
use console::{Style, Term};
use run_batt::one_line::one_line;
use run_batt::summary::Line;

pub use progress::{Progress, Shown};
pub use screen::{Screen, paint};

/// Whether anybody still reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    There,
    /// It has what it wanted, which is no error.
    Gone,
}

/// Writes a result to standard output.
pub fn print_result(text: &str) -> anyhow::Result<Reader> {
    let mut output = io::stdout().lock();
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    match written {
        Ok(()) => Ok(Reader::There),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(error).context("standard output cannot be written"),
    }
}

/// Writes an error, and what can be done about it, as one line on standard error.
pub fn print_error(error: &anyhow::Error, advice: Option<&str>) {
    let error = format!("{error:#}");
    let joint = if error.ends_with('?') { " " } else { "; " };
    let advice = advice.map_or_else(String::new, |advice| format!("{joint}{advice}"));
    let label = Style::new().for_stderr().red().bold().apply_to("error:");
    print_line_as_is(&format!(
        "run_batt: {label} {}",
        one_line(&format!("{error}{advice}"))
    ));
}

/// Writes a line on standard error, whatever is in it. Where even that fails
/// there is nobody to tell.
pub fn print_line(line: &str) {
    print_line_as_is(&one_line(line));
}

/// Asks the person at the terminal; whether the answer is yes.
pub fn ask(question: &str) -> anyhow::Result<bool> {
    let _ = write!(
        io::stderr().lock(),
        "run_batt: {} [y/N] ",
        one_line(question)
    );
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    read.context("standard input cannot be read")?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn print_line_as_is(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Leaves nothing of a bar behind, before the process ends without its drawer.
pub fn clear_bar() {
    let terminal = Term::stderr();
    if terminal.is_term() {
        let _ = terminal.clear_line();
    }
}

/// When there are colours; without a word, where there is a terminal that shows them.
pub fn colour(choice: Option<bool>) {
    if let Some(are_wanted) = choice {
        console::set_colors_enabled(are_wanted);
        console::set_colors_enabled_stderr(are_wanted);
    }
}

/// A line of the summary, its label and what is new in colour.
pub fn coloured(line: &Line) -> String {
    let style = match line.is_news {
        true => Style::new().green().bold(),
        false => Style::new().dim(),
    };
    let text = line.to_string();
    let (label, rest) = text.split_at(line.label.len());
    format!("{}{rest}", style.apply_to(label))
}

/// Which events a person sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// None.
    Quiet,
    /// What went wrong.
    Normal,
    /// All.
    Verbose,
}
