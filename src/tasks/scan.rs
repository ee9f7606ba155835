//! The members of a JSON object, found without reading their values.
//!
//! A bundle has megabytes of tasks, of which a run takes a few. Where each begins
//! and ends is told by brackets and quotes alone; what stands between is read when
//! its turn comes, and fails alone if it is damaged. Runs of bytes without a quote
//! in which no value can end, which are nearly all of a grid, are passed over 64 at
//! a time, or 16: the compiler counts their brackets with vector instructions.
//!
//! This never says what is wrong: what is not plainly sound is left to a real
//! parser, which does.

use std::ops::Range;

/// The numbers of bytes that are passed over together: as many as can be, and where
/// there is a quote among those, or many narrow rows end, these few.
const MANY: usize = 64;
const FEW: usize = 16;

/// The name and the range of the value of each member of the object that a range
/// of a text is, in their order. `None` where the object is not plainly sound, or a
/// name has an escape.
pub(super) fn members(text: &str, range: Range<usize>) -> Option<Vec<(&str, Range<usize>)>> {
    let mut scan = Scan {
        bytes: &text.as_bytes()[..range.end],
        at: range.start,
    };
    let mut members = Vec::new();
    scan.take(b'{')?;
    if scan.next() != Some(b'}') {
        loop {
            let name = scan.name()?;
            scan.take(b':')?;
            let value = scan.value()?;
            members.push((&text[name], value));
            match scan.next()? {
                b',' => scan.at += 1,
                _ => break,
            }
        }
    }
    scan.take(b'}')?;
    scan.next().is_none().then_some(members)
}

/// A text that is gone through.
struct Scan<'text> {
    bytes: &'text [u8],
    at: usize,
}

impl Scan<'_> {
    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let rest = self.bytes.get(self.at..)?;
        self.at += rest.iter().take_while(|byte| is_space(byte)).count();
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, expected: u8) -> Option<()> {
        (self.next()? == expected).then(|| self.at += 1)
    }

    /// A string without escapes and control characters; the range of what it says.
    fn name(&mut self) -> Option<Range<usize>> {
        self.take(b'"')?;
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)?;
        let name = self.at..self.at + length;
        self.at = name.end;
        self.take(b'"')?;
        Some(name)
    }

    /// An object or an array, by its brackets; other values are no task's.
    fn value(&mut self) -> Option<Range<usize>> {
        let first = self.next()?;
        let start = self.at;
        if first != b'{' && first != b'[' {
            return None;
        }
        let mut depth = 0_usize;
        loop {
            if self.pass::<MANY>(&mut depth) || self.pass::<FEW>(&mut depth) {
                continue;
            }
            let end = self.bytes.len().min(self.at + FEW);
            if self.at == end {
                return None;
            }
            while self.at < end {
                let byte = self.bytes[self.at];
                self.at += 1;
                if byte == b'"' {
                    self.pass_string()?;
                } else if is_opening(byte) {
                    depth += 1;
                } else if is_closing(byte) {
                    depth -= 1;
                    if depth == 0 {
                        return Some(start..self.at);
                    }
                }
            }
        }
    }

    /// Passes so many bytes, unless there are fewer, or a quote is among them, or the
    /// value may end there. Whether it did.
    fn pass<const BYTES: usize>(&mut self, depth: &mut usize) -> bool {
        let Some(chunk) = self.bytes[self.at..].first_chunk::<BYTES>() else {
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
            let byte = *self.bytes.get(self.at)?;
            self.at += match byte {
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

    proptest! {
        #[test]
        fn values_are_found_where_they_stand(
            members in prop::collection::vec(("[0-9a-f]{8}", value()), 0..5),
            is_pretty: bool,
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
            let found = super::members(&text, 0..text.len()).expect("a sound object");
            prop_assert_eq!(found.len(), members.len());
            for ((name, range), (own, value)) in found.into_iter().zip(&members) {
                prop_assert_eq!(name, own);
                let again: Value = serde_json::from_str(&text[range]).unwrap();
                prop_assert_eq!(&again, value);
            }
            // Cut off anywhere, it is not sound.
            for end in (0..text.trim_end().len()).filter(|end| text.is_char_boundary(*end)) {
                prop_assert_eq!(super::members(&text, 0..end), None);
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
            assert_eq!(members(text, 0..text.len()), None, "{text}");
        }
        assert_eq!(members(" {} ", 0..4), Some(Vec::new()));
    }
}
