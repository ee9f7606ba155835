//! Text that somebody else wrote, as a part of one line.

use std::borrow::Cow;

/// The most bytes of a text that are shown, about: more is nobody's to read.
const LONGEST: usize = 8000;

/// The text without what would break a line or what a terminal would obey:
/// line ends are `; `, other control characters and those that turn the
/// direction of writing are escaped. A very long text ends in `…`.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST {
        let end = text.floor_char_boundary(LONGEST);
        return Cow::Owned(format!("{}…", one_line(&text[..end])));
    }
    if !text.chars().any(is_unruly) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => line.push_str("; "),
            _ if is_unruly(character) => line.extend(character.escape_default()),
            _ => line.push(character),
        }
    }
    Cow::Owned(line)
}

fn is_unruly(character: char) -> bool {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unruly_is_escaped_and_the_rest_stays() {
        assert_eq!(one_line("é 😀 `x`"), "é 😀 `x`");
        assert_eq!(one_line("a\nb\x1b[2J\u{202e}"), "a; b\\u{1b}[2J\\u{202e}");
        let long = "é".repeat(10_000);
        assert_eq!(one_line(&long).len(), LONGEST + "…".len());
    }
}
