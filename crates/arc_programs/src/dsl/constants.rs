//! The constants of a dialect.

use super::hint::Hint;
use crate::value::Value;

/// The constants that programs name, and what each is for.
#[derive(Debug)]
pub struct Constants {
    values: &'static [(&'static str, Value)],
    ranges: &'static [Range],
}

/// Constants for one purpose.
#[derive(Debug)]
pub(crate) struct Range {
    /// The hints that ask for them. The first is what the constants are of.
    pub(crate) hints: &'static [Hint],
    /// The names of the constants, in order: neighbours are alike.
    pub(crate) names: &'static [&'static str],
}

impl Constants {
    /// The constants of these names and values. One of several ranges is of the
    /// first of them.
    pub(crate) const fn new(
        values: &'static [(&'static str, Value)],
        ranges: &'static [Range],
    ) -> Constants {
        Constants { values, ranges }
    }

    /// All constants, with their names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'static str, &'static Value)> + use<> {
        self.values.iter().map(|(name, value)| (*name, value))
    }

    /// The constant of this name; `None` where there is none.
    pub fn find(&self, name: &str) -> Option<&'static Value> {
        let named = self.values.iter().find(|(own, _)| *own == name);
        named.map(|(_, value)| value)
    }

    /// The value of the constant in this place, one that was told.
    pub(crate) fn at(&self, place: u16) -> Value {
        let constant = self.values.get(usize::from(place));
        constant.map_or(Value::None, |(_, value)| value.clone())
    }

    /// The names of the constants that a hint asks for; none for a hint of no
    /// range.
    pub fn range(&self, hint: Hint) -> &'static [&'static str] {
        let found = self.ranges.iter().find(|range| range.hints.contains(&hint));
        found.map_or(&[], |range| range.names)
    }

    /// Hint on a constant, by its name; `None` for what is no constant, or
    /// one of no range.
    pub fn hint(&self, name: &str) -> Option<Hint> {
        let found = self.ranges.iter().find(|range| range.names.contains(&name));
        found.and_then(|range| range.hints.first()).copied()
    }
}
