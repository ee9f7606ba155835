//! JSON as Python's `json.dumps` writes it: a space after each colon and
//! comma, and ASCII alone. Operators `grep` these files for it.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// A record as one line, with its newline; empty for what JSON cannot say,
/// which no record holds.
pub(super) fn line(record: &impl Serialize) -> String {
    let mut text = value(record);
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// A value; empty for what JSON cannot say.
pub(super) fn value(value: &impl Serialize) -> String {
    let mut bytes = Vec::with_capacity(512);
    let mut serializer = Serializer::with_formatter(&mut bytes, PythonFormatter);
    match value.serialize(&mut serializer) {
        Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

struct PythonFormatter;

impl Formatter for PythonFormatter {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut units = [0; 2];
        for character in fragment.chars() {
            if character.is_ascii() {
                writer.write_all(&[character as u8])?;
                continue;
            }
            for unit in character.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_escapes_are_python_s() {
        let record = serde_json::json!({"a": [1, 2.5, "é😀\n"], "b": {}, "c": null});
        let expected = "{\"a\": [1, 2.5, \"\\u00e9\\ud83d\\ude00\\n\"], \"b\": {}, \"c\": null}\n";
        assert_eq!(line(&record), expected);
    }
}
