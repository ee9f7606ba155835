//! The data of a page, for its script: the report as JSON inside of HTML.

use std::fmt::Write as _;

use serde::Serialize;

/// What begins markup, and what ends a line of a script.
const SPECIAL: [char; 5] = ['<', '>', '&', '\u{2028}', '\u{2029}'];

/// A value as JSON that can stand in an element `script`: nothing in it ends the element
/// or begins a comment, and no character in it ends a line of a script.
pub(super) fn as_data(value: &impl Serialize) -> String {
    // All keys of a report are texts, and it has no number that JSON cannot write.
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut data = String::with_capacity(json.len() + json.len() / 16);
    let mut rest = json.as_str();
    // They stand in texts alone, where any character may be written so.
    while let Some(place) = rest.find(SPECIAL) {
        let (before, from) = rest.split_at(place);
        let mut characters = from.chars();
        data.push_str(before);
        if let Some(special) = characters.next() {
            // Writing to a string does not fail.
            let _ = write!(data, "\\u{:04x}", u32::from(special));
        }
        rest = characters.as_str();
    }
    data.push_str(rest);
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_ends_the_element() {
        let data = as_data(&["</script><!--", "]]>&amp;", "\u{2028}\u{2029}"]);
        assert_eq!(
            data,
            r#"["\u003c/script\u003e\u003c!--","]]\u003e\u0026amp;","\u2028\u2029"]"#
        );
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(text in any::<String>()) {
            let data = as_data(&text);
            let has_markup = data.contains(SPECIAL);
            prop_assert!(!has_markup);
            prop_assert_eq!(serde_json::from_str::<String>(&data).unwrap(), text);
        }
    }
}
