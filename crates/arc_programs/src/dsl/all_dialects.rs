//! All dialects, and what finds one of them.

use super::arc_dsl::ARC_DSL;
use super::dialect::Dialect;
use super::reference::REFERENCE;

/// All dialects; the first is the one that everything speaks that is told no other.
pub static DIALECTS: [&Dialect; 2] = [&REFERENCE, &ARC_DSL];

impl Dialect {
    /// The dialect of this name; `None` where there is none.
    pub fn of_name(name: &str) -> Option<&'static Dialect> {
        DIALECTS.into_iter().find(|own| own.name() == name)
    }
}
