//! Counts and sizes in sentences, and paths as text that tells them apart.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A count of what a word means: `1 task`, `2 tasks`.
pub fn counted(count: impl TryInto<u64>, word: &str) -> String {
    match count.try_into() {
        Ok(1) => format!("1 {word}"),
        Ok(count) => format!("{count} {word}s"),
        Err(_) => format!("more {word}s than can be counted"),
    }
}

/// A size in its largest unit that is not too large: `0.3 kB`, `12.0 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        ..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// A path as text, to be written down: as it is where it is UTF-8, and else with each byte
/// that is none as `\xE9`. What is shown to a person may have a replacement character, but
/// with that two paths would be one.
pub(crate) fn path_text(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn a_path_is_itself_where_it_is_utf_8_and_else_tells_each_byte() {
        for (path, text) in [
            (&b"store/caf\xc3\xa9"[..], "store/caf\u{e9}"),
            (b"caf\xe9/\xff\xfe.x", "caf\\xE9/\\xFF\\xFE.x"),
        ] {
            assert_eq!(path_text(Path::new(OsStr::from_bytes(path))), text);
        }
    }

    #[test]
    fn sizes_have_a_unit() {
        assert_eq!(size(288), "0.3 kB");
        assert_eq!(size(32 << 20), "33.6 MB");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(0_u64, "task"), "0 tasks");
        assert_eq!(counted(1_usize, "task"), "1 task");
        assert_eq!(counted(2_u64, "task"), "2 tasks");
    }
}
