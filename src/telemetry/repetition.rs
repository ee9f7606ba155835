//! Files that begin with all that the file before them has.
//!
//! A log is rotated by copying it and cutting it then. What dies between the two
//! leaves all its records twice: the file that was to be cut begins with every
//! byte of the copy. That is how it is known again, and nothing else looks like it:
//! a record has the time to the microsecond and the ID of its run, so no file has
//! another's by chance.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// How much of both files is held at once.
const PIECE: usize = 1 << 16;

/// How many bytes of `file` repeat `before`: all of those that `before` has, if
/// there are any, or none.
pub(super) fn repeated_bytes(before: &File, file: &File) -> io::Result<u64> {
    let length = before.metadata()?.len();
    if length == 0 || file.metadata()?.len() < length {
        return Ok(0);
    }
    let (mut own, mut other) = (vec![0; PIECE], vec![0; PIECE]);
    let mut place = 0;
    while place < length {
        let size = PIECE.min(usize::try_from(length - place).unwrap_or(PIECE));
        let (own, other) = (&mut own[..size], &mut other[..size]);
        file.read_exact_at(own, place)?;
        before.read_exact_at(other, place)?;
        if own != other {
            return Ok(0);
        }
        place += size as u64;
        // Of a line that was cut off nobody knows how it goes on.
        if place == length && own.last() != Some(&b'\n') {
            return Ok(0);
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_repeats_all_of_another_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("{}\n", "x".repeat(2 * PIECE));
        for (before, file, expected) in [
            ("", "a\n", 0),
            ("a\n", "", 0),
            ("a\n", "a\n", 2),
            ("a\n", "a\nb\n", 2),
            ("a\n", "b\na\n", 0),
            ("a\nb\n", "a\n", 0),
            ("a", "ab\n", 0),
            (&long, &format!("{long}a"), long.len() as u64),
            (&long, &format!("{}y\n", &long[..long.len() - 2]), 0),
        ] {
            let open = |name: &str, content: &str| {
                let path = folder.path().join(name);
                std::fs::write(&path, content).unwrap();
                File::open(path).unwrap()
            };
            let (before, file) = (open("before", before), open("file", file));
            assert_eq!(repeated_bytes(&before, &file).unwrap(), expected);
        }
    }
}
