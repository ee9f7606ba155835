//! Texts of others in XML, and XML as text.

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;

/// The text with `U+FFFD` in place of characters that XML cannot have, even escaped:
/// most control characters, and two that are none. Whoever writes it escapes markup.
pub(super) fn xml_text(text: &str) -> Cow<'_, str> {
    match text.chars().all(is_of_xml) {
        true => Cow::Borrowed(text),
        false => text
            .chars()
            .map(|own| if is_of_xml(own) { own } else { '\u{fffd}' })
            .collect(),
    }
}

fn is_of_xml(character: char) -> bool {
    let is_space = matches!(character, '\t' | '\n' | '\r');
    let is_none = matches!(character, '\u{fffe}' | '\u{ffff}');
    is_space || (character >= ' ' && !is_none)
}

/// The text that was written into memory.
pub(super) fn finished(written: io::Result<()>, writer: Writer<Vec<u8>>) -> String {
    // Memory takes all that is written, and all that is written is of texts.
    debug_assert!(written.is_ok());
    String::from_utf8_lossy(&writer.into_inner()).into_owned()
}
