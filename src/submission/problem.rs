//! What is wrong with a submission, and where.
//!
//! A file may come from anywhere: so many problems are named as anybody would read,
//! and the rest is counted; and their places are found in one pass over the text,
//! which is often a single line of some megabytes.

use std::fmt;

use arc_programs::json_error::JsonError;
use arc_programs::program::Position;

/// How many problems are named: more than any data set has tasks that could be missing.
const NAMED: usize = 2000;

/// The most characters of a name that are told.
const NAME: usize = 80;

/// Problem of a submission: where, what was found, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Position in the file; `None` for what is missing from it.
    pub position: Option<Position>,
    /// Task, sample and attempt: `task 0520fde7, test:0, attempt_1`.
    pub place: String,
    /// What was found, and what was expected.
    pub problem: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(formatter, "{position}: ")?;
        }
        write!(formatter, "{}: found {}", self.place, self.problem)
    }
}

/// A task of a submission by its name, which may be any text.
pub(super) fn task_place(name: &str) -> String {
    format!("task {}", name.chars().take(NAME).collect::<String>())
}

/// Problems as they are found.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Found>,
    more: usize,
}

/// A problem whose position is still to be found.
#[derive(Debug)]
struct Found {
    /// The byte of the text where the value begins that is at fault.
    offset: Option<usize>,
    /// The position in that value.
    within: Position,
    place: String,
    problem: String,
}

const BEGINNING: Position = Position { line: 1, column: 1 };

impl Problems {
    /// A problem of the value at a byte of the text.
    pub(super) fn add(
        &mut self,
        offset: usize,
        place: impl FnOnce() -> String,
        problem: impl Into<String>,
    ) {
        self.push(|| Found {
            offset: Some(offset),
            within: BEGINNING,
            place: place(),
            problem: problem.into(),
        });
    }

    /// A problem inside the value at a byte of the text.
    pub(super) fn add_within(
        &mut self,
        offset: usize,
        place: impl FnOnce() -> String,
        error: JsonError,
    ) {
        self.push(|| Found {
            offset: Some(offset),
            within: error.position,
            place: place(),
            problem: error.problem,
        });
    }

    /// Something that is nowhere in the text.
    pub(super) fn add_missing(
        &mut self,
        place: impl FnOnce() -> String,
        problem: impl Into<String>,
    ) {
        self.push(|| Found {
            offset: None,
            within: BEGINNING,
            place: place(),
            problem: problem.into(),
        });
    }

    fn push(&mut self, found: impl FnOnce() -> Found) {
        match self.found.len() < NAMED {
            true => self.found.push(found()),
            false => self.more += 1,
        }
    }

    /// The problems in the order of the text, what is missing last; and how many more
    /// there are.
    pub(super) fn located(mut self, text: &str) -> (Vec<Problem>, usize) {
        self.found
            .sort_by_key(|found| (found.offset.is_none(), found.offset));
        let mut walk = Walk::new(text);
        let problem = |found: Found| Problem {
            position: found
                .offset
                .map(|offset| after(walk.to(offset), found.within)),
            place: found.place,
            problem: found.problem,
        };
        (self.found.into_iter().map(problem).collect(), self.more)
    }
}

/// A position within a value that begins at another.
fn after(begin: Position, within: Position) -> Position {
    match within.line {
        0 | 1 => Position {
            line: begin.line,
            column: begin.column + within.column.saturating_sub(1),
        },
        line => Position {
            line: begin.line + line - 1,
            column: within.column,
        },
    }
}

/// A walk through a text that knows where it is.
struct Walk<'text> {
    rest: &'text str,
    offset: usize,
    position: Position,
}

impl<'text> Walk<'text> {
    fn new(text: &'text str) -> Self {
        Self {
            rest: text,
            offset: 0,
            position: BEGINNING,
        }
    }

    /// Goes on to an offset, which is not before the last.
    fn to(&mut self, offset: usize) -> Position {
        let (passed, rest) = self.rest.split_at(offset - self.offset);
        let saturate = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let lines = saturate(passed.bytes().filter(|byte| *byte == b'\n').count());
        let last = passed.rsplit('\n').next().unwrap_or(passed);
        let columns = saturate(last.chars().count());
        self.position = match lines {
            0 => Position {
                column: self.position.column.saturating_add(columns),
                ..self.position
            },
            lines => Position {
                line: self.position.line.saturating_add(lines),
                column: columns.saturating_add(1),
            },
        };
        (self.rest, self.offset) = (rest, offset);
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_whole_text_in_its_order() {
        let text = "é{\n \"a\": [[\n1,\n é 2]]\n}";
        let mut problems = Problems::default();
        problems.add_missing(|| "task b".to_owned(), "nothing");
        let offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
        for &offset in offsets.iter().rev() {
            problems.add(offset, || "task a".to_owned(), "this");
        }
        let (located, more) = problems.located(text);
        assert_eq!(more, 0);
        assert_eq!(located.len(), offsets.len() + 1);
        for (problem, offset) in located.iter().zip(&offsets) {
            let expected = Position::of_offset(text.as_bytes(), *offset);
            assert_eq!(problem.position, Some(expected));
        }
        assert_eq!(located.last().unwrap().to_string(), "task b: found nothing");
        let mut within = Problems::default();
        let inner = text.find('[').unwrap();
        for (line, column) in [(1, 2), (3, 4)] {
            let error = JsonError {
                position: Position { line, column },
                problem: "this".to_owned(),
            };
            within.add_within(inner, || "task a".to_owned(), error);
        }
        let told: Vec<String> = within
            .located(text)
            .0
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "line 2, column 8: task a: found this",
                "line 4, column 4: task a: found this"
            ]
        );
    }

    #[test]
    fn so_many_are_named_and_the_rest_is_counted() {
        let mut problems = Problems::default();
        for _ in 0..NAMED + 3 {
            problems.add(0, || task_place(&"x".repeat(200)), "this");
        }
        let (located, more) = problems.located("{}");
        assert_eq!((located.len(), more), (NAMED, 3));
        assert_eq!(located[0].place.len(), "task ".len() + NAME);
    }
}
