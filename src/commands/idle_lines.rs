//! The lines of a function that nothing uses. Inlining leaves them out; where a failing call ends
//! the program they may end it.

use std::collections::HashSet;

use arc_programs::dsl::{Dialect, FailingCalls};
use arc_programs::program::{Listing, Position, Program};

/// The notice that a program has such lines, in a dialect in which they count.
pub fn idle_lines(listing: &Listing, program: &Program, dialect: &Dialect) -> Option<String> {
    if dialect.failing_calls() != FailingCalls::EndTheProgram {
        return None;
    }
    let used: HashSet<Position> = program
        .expressions()
        .map(|(id, _)| program.position(id))
        .collect();
    let mut idle: Vec<u32> = listing
        .calls()
        .filter(|position| !used.contains(position))
        .map(|position| position.line)
        .collect();
    idle.dedup();
    let lines: Vec<String> = idle.iter().map(u32::to_string).collect();
    (!lines.is_empty()).then(|| {
        format!(
            "in `{}`: left out is what nothing uses in line {}, where in {} a failing call \
             would end the program",
            program.name(),
            lines.join(", "),
            dialect.name()
        )
    })
}
