//! The members of a JSON object, found without reading their values.
//!
//! A bundle has megabytes of tasks, of which a run takes a few. Where each begins
//! and ends is told by brackets and quotes alone; what stands between is read when
//! its turn comes, and fails alone if it is damaged. Runs of bytes without a quote
//! in which no value can end, which are nearly all of a grid, are passed over 64 at
//! a time, or 16: the compiler counts their brackets with vector instructions.
//!
//! The text comes through a buffer that stays in the processor's cache: to have all
//! of it in memory would cost more than to scan it.
//!
//! This never says what is wrong: what is not plainly sound is left to a real
//! parser, which does.

use std::io::{ErrorKind, Read};
use std::ops::Range;

/// The numbers of bytes that are passed over together: as many as can be, and where
/// there is a quote among those, or many narrow rows end, these few.
const MANY: usize = 64;
const FEW: usize = 16;

/// The number of bytes that are in memory at a time.
const BUFFER: usize = 64 << 10;

/// The longest name that is found, in bytes.
const LONGEST_NAME: usize = 256;

/// The name and the range of the value of each member of the object that a text is,
/// in their order. `None` where the text cannot be read or is not UTF-8, the object is
/// not plainly sound, or a name has an escape.
pub(super) fn members(text: impl Read) -> Option<Vec<(String, Range<usize>)>> {
    let mut scan = Scan {
        text,
        buffer: vec![0; BUFFER],
        passed: 0,
        at: 0,
        sound: 0,
        end: 0,
        is_over: false,
    };
    let mut members = Vec::new();
    scan.take(b'{')?;
    if scan.next()? != Some(b'}') {
        loop {
            let name = scan.name()?;
            scan.take(b':')?;
            members.push((name, scan.value()?));
            match scan.next()? {
                Some(b',') => scan.at += 1,
                _ => break,
            }
        }
    }
    scan.take(b'}')?;
    scan.next()?.is_none().then_some(members)
}

/// A text that is gone through.
struct Scan<Text> {
    text: Text,
    /// A part of it, up to `end`.
    buffer: Vec<u8>,
    /// The number of bytes before the buffer's.
    passed: usize,
    /// Where it is in the buffer.
    at: usize,
    /// Up to where the buffer is known to be UTF-8.
    sound: usize,
    end: usize,
    /// Whether nothing comes after the buffer.
    is_over: bool,
}

impl<Text: Read> Scan<Text> {
    /// Has so many bytes in the buffer, or all that are left.
    fn ensure(&mut self, bytes: usize) -> Option<()> {
        while self.end - self.at < bytes && !self.is_over {
            self.fill()?;
        }
        Some(())
    }

    fn fill(&mut self) -> Option<()> {
        let kept = self.at.min(self.sound);
        self.buffer.copy_within(kept..self.end, 0);
        self.passed += kept;
        self.at -= kept;
        self.sound -= kept;
        self.end -= kept;
        let read = loop {
            match self.text.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read.ok()?,
            }
        };
        self.end += read;
        self.is_over = read == 0;
        match std::str::from_utf8(&self.buffer[self.sound..self.end]) {
            Ok(_) => self.sound = self.end,
            // The rest of a character may come.
            Err(error) if error.error_len().is_none() && !self.is_over => {
                self.sound += error.valid_up_to();
            }
            Err(_) => return None,
        }
        Some(())
    }

    /// The bytes that are in memory and not gone through.
    fn rest(&self) -> &[u8] {
        &self.buffer[self.at..self.end]
    }

    /// The next byte that is no white space; `Some(None)` where there is none.
    fn next(&mut self) -> Option<Option<u8>> {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        loop {
            self.ensure(1)?;
            let rest = self.rest();
            match rest.iter().position(|byte| !is_space(byte)) {
                Some(spaces) => {
                    let byte = rest[spaces];
                    self.at += spaces;
                    return Some(Some(byte));
                }
                None if self.is_over => return Some(None),
                None => self.at = self.end,
            }
        }
    }

    fn take(&mut self, expected: u8) -> Option<()> {
        (self.next()? == Some(expected)).then(|| self.at += 1)
    }

    /// A string without escapes and control characters; what it says.
    fn name(&mut self) -> Option<String> {
        self.take(b'"')?;
        self.ensure(LONGEST_NAME + 1)?;
        let rest = self.rest();
        let length = rest
            .iter()
            .position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)?;
        let name = String::from_utf8(rest[..length].to_vec()).ok()?;
        self.at += length;
        self.take(b'"')?;
        Some(name)
    }

    /// An object or an array, by its brackets; other values are no task's.
    fn value(&mut self) -> Option<Range<usize>> {
        let first = self.next()??;
        let start = self.passed + self.at;
        if first != b'{' && first != b'[' {
            return None;
        }
        let mut depth = 0_usize;
        loop {
            self.ensure(MANY)?;
            if self.pass::<MANY>(&mut depth) || self.pass::<FEW>(&mut depth) {
                continue;
            }
            let end = self.end.min(self.at + FEW);
            if self.at == end {
                return None;
            }
            while self.at < end {
                let byte = self.buffer[self.at];
                self.at += 1;
                if byte == b'"' {
                    self.pass_string()?;
                    break;
                } else if is_opening(byte) {
                    depth += 1;
                } else if is_closing(byte) {
                    depth -= 1;
                    if depth == 0 {
                        return Some(start..self.passed + self.at);
                    }
                }
            }
        }
    }

    /// Passes so many bytes, unless there are fewer, or a quote is among them, or the
    /// value may end there. Whether it did.
    fn pass<const BYTES: usize>(&mut self, depth: &mut usize) -> bool {
        let Some(chunk) = self.rest().first_chunk::<BYTES>() else {
            return false;
        };
        let count = |is: fn(u8) -> bool| -> usize {
            let counted: u8 = chunk.iter().map(|&byte| u8::from(is(byte))).sum();
            usize::from(counted)
        };
        let closing = count(is_closing);
        let is_plain = closing < *depth && count(|byte| byte == b'"') == 0;
        if is_plain {
            *depth = *depth + count(is_opening) - closing;
            self.at += BYTES;
        }
        is_plain
    }

    /// Passes the rest of a string, whose opening quote was passed.
    fn pass_string(&mut self) -> Option<()> {
        loop {
            self.ensure(2)?;
            let (&byte, rest) = self.rest().split_first()?;
            self.at += match byte {
                b'\\' if rest.is_empty() => return None,
                b'\\' => 2,
                _ => 1,
            };
            if byte == b'"' {
                return Some(());
            }
        }
    }
}

fn is_opening(byte: u8) -> bool {
    byte | 0x20 == b'{'
}

fn is_closing(byte: u8) -> bool {
    byte | 0x20 == b'}'
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Value::from),
            r#"[a-z"\\\[\]{}\n é]{0,12}"#.prop_map(Value::from),
            prop::collection::vec(0..10_i64, 0..90).prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((r#"[a-z"\[{]{1,4}"#, inner), 0..4)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    /// A text that comes in pieces.
    struct Pieces<'text> {
        text: &'text [u8],
        bytes: usize,
    }

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let bytes = self.bytes.min(buffer.len());
            self.text.read(&mut buffer[..bytes])
        }
    }

    fn members_of(text: &str) -> Option<Vec<(String, Range<usize>)>> {
        members(text.as_bytes())
    }

    proptest! {
        #[test]
        fn values_are_found_where_they_stand(
            members in prop::collection::vec(("[0-9a-f]{8}", value()), 0..5),
            is_pretty: bool,
            bytes in 1..200_usize,
        ) {
            let members: BTreeMap<String, Value> = members
                .into_iter()
                .map(|(name, value)| (name, json!([value])))
                .collect();
            let text = match is_pretty {
                true => serde_json::to_string_pretty(&members).unwrap(),
                false => serde_json::to_string(&members).unwrap(),
            };
            let text = format!("  {text}\n");
            let found = members_of(&text).expect("a sound object");
            prop_assert_eq!(found.len(), members.len());
            let pieces = Pieces { text: text.as_bytes(), bytes };
            let in_pieces = super::members(pieces);
            prop_assert_eq!(in_pieces.as_ref(), Some(&found));
            for ((name, range), (own, value)) in found.into_iter().zip(&members) {
                prop_assert_eq!(&name, own);
                let again: Value = serde_json::from_str(&text[range]).unwrap();
                prop_assert_eq!(&again, value);
            }
            // Cut off anywhere, it is not sound.
            for end in (0..text.trim_end().len()).filter(|end| text.is_char_boundary(*end)) {
                prop_assert_eq!(members_of(&text[..end]), None);
            }
        }
    }

    #[test]
    fn what_is_not_plainly_sound_is_left_to_a_parser() {
        for text in [
            "",
            "[]",
            "{",
            r#"{"a": 1}"#,
            r#"{"a": [1],}"#,
            r#"{"a": [1] "b": [2]}"#,
            r#"{"\u0061": [1]}"#,
            r#"{"a": [1]} x"#,
            r#"{"a": ["\"]}"#,
        ] {
            assert_eq!(members_of(text), None, "{text}");
        }
        assert_eq!(members_of(" {} "), Some(Vec::new()));
    }

    #[test]
    fn a_text_longer_than_the_buffer_is_gone_through_in_pieces() {
        let row = format!("[{}]", "7, ".repeat(40) + "\u{e9}");
        let value = format!(r#"["{}", {}]"#, "[\u{e9}\\\"".repeat(50), row);
        let members: Vec<String> = (0..900)
            .map(|id| format!(r#""{id:08x}": {value}"#))
            .collect();
        let text = format!("{{{}}}", members.join(", "));
        assert!(text.len() > 3 * BUFFER);
        let found = members_of(&text).unwrap();
        assert_eq!(found.len(), 900);
        for (_, range) in found {
            assert_eq!(text[range], value);
        }
    }

    #[test]
    fn what_is_not_utf_8_is_not_sound() {
        let text = r#"{"a": ["\u{e9}"]}"#.replace("\\u{e9}", "\u{e9}");
        let bytes = text.into_bytes();
        for pieces in 1..4 {
            let of = |text: &[u8]| {
                members(Pieces {
                    text,
                    bytes: pieces,
                })
                .map(|own| own.len())
            };
            assert_eq!(of(&bytes), Some(1));
            let half: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0xa9).collect();
            assert_eq!(of(&half), None);
        }
    }
}
