//! What is wrong with a program's text.

use super::Position;

/// A function, or a statement beside the functions, that is not a program.
///
/// The other functions of the same module are not affected: a module yields
/// its programs and, beside them, these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {}found {found}, expected {expected}", InFunction(.function))]
pub struct SyntaxError {
    /// Position of the first offending token.
    pub position: Position,
    /// The function it stands in; `None` between functions.
    pub function: Option<String>,
    /// Text that stands there, as a person would say it.
    pub found: String,
    /// Text that could have stood there, or what to do instead.
    pub expected: String,
}

struct InFunction<'a>(&'a Option<String>);

impl std::fmt::Display for InFunction<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            // The first characters tell which, however long it is.
            Some(name) => write!(formatter, "in `{name:.80}`: "),
            None => Ok(()),
        }
    }
}
