//! What a recipe does with one set, where that is said in a few bytes.
//!
//! Most sets that are made of one other are its places, some of its items, or its items in one
//! colour. How they are made lies in the recipe itself then, and takes no piece of memory.

use super::item::Colour;
use super::recipe::Making;

/// A [`Making`] that takes one set and nothing else.
#[derive(Clone, Copy)]
pub(super) enum Brief {
    Copy,
    Colour([u8; 2]),
    Places,
    Select,
    Discard,
}

impl Brief {
    /// `None` of what takes more.
    pub(super) fn of(making: &Making) -> Option<Brief> {
        match making {
            Making::Copy => Some(Brief::Copy),
            Making::Colour(colour) => Some(Brief::Colour(colour.bits().to_ne_bytes())),
            Making::Places => Some(Brief::Places),
            Making::Select => Some(Brief::Select),
            Making::Discard => Some(Brief::Discard),
            Making::Shift(_)
            | Making::Mirror(_)
            | Making::Show(..)
            | Making::Union
            | Making::Chain
            | Making::Merge => None,
        }
    }

    pub(super) fn making(self) -> Making {
        match self {
            Brief::Copy => Making::Copy,
            Brief::Colour(bits) => Making::Colour(Colour::of_bits(u16::from_ne_bytes(bits))),
            Brief::Places => Making::Places,
            Brief::Select => Making::Select,
            Brief::Discard => Making::Discard,
        }
    }
}
