//! What the system refuses, and what to do about it.
//!
//! An error of the system says what it could not do, and seldom why. What nearly
//! always is the reason is said here, once for all that read and write files.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use arc_programs::did_you_mean;
use rustix::io::Errno;

/// What mends a refusal: of open files their limit, whatever was to be opened;
/// `otherwise` of all else.
pub fn remedy<'a>(reason: &io::Error, otherwise: &'a str) -> &'a str {
    match errno(reason) {
        Some(Errno::MFILE | Errno::NFILE) => "raise `ulimit -n`, or run fewer programs at once",
        _ => otherwise,
    }
}

/// The number of a refusal. An error that has the path added to it, as those of
/// `tempfile`, has the number in its text alone.
fn errno(reason: &io::Error) -> Option<Errno> {
    Errno::from_io_error(reason).or_else(|| {
        let text = reason.to_string();
        let (_, rest) = text.split_once("(os error ")?;
        let (number, _) = rest.split_once(')')?;
        Some(Errno::from_raw_os_error(number.parse().ok()?))
    })
}

/// The refusal alone, without the path that may have been added to it: of a file that is
/// written beside its place that is none that a user knows.
pub(crate) fn without_path(reason: io::Error) -> io::Error {
    errno(&reason).map_or(reason, io::Error::from)
}

/// What stands beside a path that is not there, under a name so like its own that
/// it was most likely meant.
pub(crate) fn similar(path: &Path, reason: &io::Error) -> Option<PathBuf> {
    if reason.kind() != ErrorKind::NotFound {
        return None;
    }
    let folder = match path.parent()? {
        folder if folder == Path::new("") => Path::new("."),
        folder => folder,
    };
    let mut names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    let typed = path.file_name()?.to_str()?;
    let nearest = did_you_mean::nearest(typed, names)?;
    Some(path.with_file_name(nearest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_open_files_is_what_mends_that_there_are_too_many() {
        let too_many = io::Error::from(Errno::MFILE);
        assert!(remedy(&too_many, "check it").contains("ulimit -n"));
        let at_path = io::Error::other(format!("{too_many} at path \"store\""));
        assert!(remedy(&at_path, "check it").contains("ulimit -n"));
        assert_eq!(remedy(&Errno::ACCESS.into(), "check it"), "check it");
    }

    #[test]
    fn a_slip_in_a_name_is_found_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("solvers.py");
        fs::write(&file, "").unwrap();
        let missing: io::Error = Errno::NOENT.into();
        let typed = |name: &str| similar(&folder.path().join(name), &missing);
        assert_eq!(typed("solver.py"), Some(file));
        assert_eq!(typed("differs"), None);
        let refused = similar(&folder.path().join("solver.py"), &Errno::ACCESS.into());
        assert_eq!(refused, None);
    }
}
