//! The dialect that programs are taken for where nobody says which.
//!
//! Equal text has two meanings, so a dialect is guessed only where names leave no doubt: a
//! module has one of its that the reference's lacks, and none of the reference's that it
//! lacks. A name that none has is misspelt, and says nothing. What imports say is no help,
//! for modules of both have the same. What is guessed is told.

use std::fmt;
use std::path::{Path, PathBuf};

use arc_programs::dsl::{DIALECTS, Dialect, REFERENCE};
use arc_programs::program::{
    Expression, Listing, Program, WholeText, is_module, parse_expression, parse_listings,
};
use walkdir::WalkDir;

use crate::store::{DialectError, dialect_of_path, task_in_path};
use crate::text_file::read_text;

/// The most modules that are looked at before it is the reference's.
const MODULES: usize = 16;

/// Dialect that names leave no doubt of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The dialect.
    pub dialect: &'static Dialect,
    /// The first name that the reference lacks.
    pub name: String,
}

impl fmt::Display for Guess {
    /// Why it is taken for that dialect, as the end of a sentence.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "taken for {}, for the reference has no `{}`; --dialect says which it is",
            self.dialect.name(),
            self.name
        )
    }
}

impl Guess {
    /// The dialect that these names leave no doubt of; `None` where it is the reference's, or
    /// there is a doubt.
    pub fn of_names<'a>(names: impl IntoIterator<Item = &'a str, IntoIter: Clone>) -> Option<Self> {
        let names = names.into_iter();
        DIALECTS.into_iter().find_map(|dialect| {
            let is_of_reference = |name: &str| REFERENCE.knows(name) && !dialect.knows(name);
            let is_own = |name: &&str| dialect.knows(name) && !REFERENCE.knows(name);
            if names.clone().any(is_of_reference) {
                return None;
            }
            let name = names.clone().find(is_own)?.to_owned();
            Some(Self { dialect, name })
        })
    }

    /// As [`Guess::of_names`], of a program's text: an expression, or a module.
    pub fn of_text(text: &str) -> Option<Self> {
        match is_module(text) {
            true => Self::of_module(text),
            false => Self::of_expression(&parse_expression(text).ok()?),
        }
    }

    /// As [`Guess::of_text`], of a text that was read.
    pub fn of_whole_text(text: &str, read: &WholeText) -> Option<Self> {
        match read.has_unused_lines {
            true => Self::of_module(text),
            false => Self::of_expression(&read.program),
        }
    }

    /// As [`Guess::of_names`], of an expression, or of a function without unused lines.
    pub fn of_expression(program: &Program) -> Option<Self> {
        Self::of_names(program.expressions().filter_map(|(_, own)| match own {
            Expression::Name(name) => Some(name),
            _ => None,
        }))
    }

    /// As [`Guess::of_names`], of all lines of a module.
    pub fn of_module(text: &str) -> Option<Self> {
        let listings = parse_listings(text);
        Self::of_names(listings.iter().flat_map(Listing::names))
    }
}

/// Dialect of the programs of some paths: that of the store that one of them is in, or what
/// the first modules leave no doubt of, with the path that says so.
///
/// # Errors
/// [`DialectError`] where a store says something that is not known.
pub fn guess_of_paths(paths: &[PathBuf]) -> Result<Option<(PathBuf, Basis)>, DialectError> {
    for path in paths {
        if let Some(dialect) = dialect_of_path(path)? {
            return Ok(Some((path.clone(), Basis::Store(dialect))));
        }
    }
    for path in paths.iter().flat_map(|path| modules(path)).take(MODULES) {
        let Ok(text) = read_text(&path) else { continue };
        let mut heads = text.lines().filter(|line| line.starts_with("def "));
        if heads.any(|head| head.contains("(S,")) {
            return Ok(None);
        }
        if let Some(guess) = Guess::of_module(&text) {
            return Ok(Some((path, Basis::Names(guess))));
        }
    }
    Ok(None)
}

/// What a dialect was found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The store that a path is in.
    Store(&'static Dialect),
    /// Names.
    Names(Guess),
}

impl Basis {
    /// The dialect.
    pub fn dialect(&self) -> &'static Dialect {
        match self {
            Self::Store(dialect) => dialect,
            Self::Names(guess) => guess.dialect,
        }
    }
}

/// The modules of a path that are for no task that a folder says.
fn modules(path: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let walk = WalkDir::new(path).sort_by_file_name().into_iter();
    let files = walk
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path);
    files.filter(|path| {
        let is_module = path.extension().is_some_and(|own| own == "py");
        is_module && path.is_file() && task_in_path(path).is_none()
    })
}

#[cfg(test)]
mod tests {
    use arc_programs::dsl::ARC_DSL;
    use arc_programs::program::parse_program;

    use super::*;

    #[test]
    fn names_tell_where_they_leave_no_doubt() {
        let of = |text: &str| Guess::of_module(text).map(|guess| guess.dialect);
        let module =
            |line: &str| format!("def solve_0520fde7(I):\n    x1 = {line}\n    return x1\n");
        assert_eq!(of(&module("mostcolor(I)")), Some(&ARC_DSL));
        assert_eq!(of(&module("mostcolor(mirorr(I))")), Some(&ARC_DSL));
        for doubtful in ["rot90(I)", "mostcolor(hmirror_t(I))", "nothing(I)"] {
            assert_eq!(of(&module(doubtful)), None, "{doubtful}");
        }
        let of_text = |text: &str| Guess::of_text(text).map(|guess| guess.dialect);
        assert_eq!(of_text("mostcolor(I)"), Some(&ARC_DSL));
        assert_eq!(of_text(&module("mostcolor(I)")), Some(&ARC_DSL));
        for doubtful in ["rot90(I)", "mostcolor(hmirror_t(I))", "1 +"] {
            assert_eq!(of_text(doubtful), None, "{doubtful}");
        }
        let both = module("mostcolor(I)") + &module("hmirror_t(I)");
        assert_eq!(of(&both), None);
        let unused =
            |line: &str| format!("def solve_0520fde7(I):\n    x1 = {line}\n    return rot90(I)\n");
        for text in [
            module("mostcolor(I)"),
            module("rot90(I)"),
            unused("mostcolor(I)"),
            unused("mostcolor"),
            unused("hmirror_t(I)"),
            "mostcolor(I)".to_owned(),
        ] {
            let read = parse_program(&text).unwrap();
            let guess = Guess::of_whole_text(&text, &read).map(|guess| guess.dialect);
            assert_eq!(guess, of_text(&text), "{text}");
        }
    }

    #[test]
    fn the_first_module_that_tells_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a.py"), "def solve_a(I):\n    return rot90(I)\n").unwrap();
        std::fs::write(path("b.py"), "def solve_b(I):\n    return mostcolor(I)\n").unwrap();
        let found = guess_of_paths(&[folder.path().to_owned()])
            .unwrap()
            .unwrap();
        assert_eq!((found.0, found.1.dialect()), (path("b.py"), &ARC_DSL));
        std::fs::write(path("a.py"), "def solve_a(S, I, C):\n    return I\n").unwrap();
        assert_eq!(guess_of_paths(&[folder.path().to_owned()]).unwrap(), None);
    }
}
