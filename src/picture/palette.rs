//! ARC's colours, declared once: for pictures, and for terminals of 256 colours.
//!
//! The ten are those of the editor at arcprize.org, by which people know the tasks.

/// Colour of a picture: red, green, blue, 0 to 255 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// ARC's colours 0 to 9: black, blue, red, green, yellow, grey, magenta, orange, light
/// blue, maroon.
pub const COLOURS: [Rgb; 10] = [
    Rgb(0x00, 0x00, 0x00),
    Rgb(0x1e, 0x93, 0xff),
    Rgb(0xf9, 0x3c, 0x31),
    Rgb(0x4f, 0xcc, 0x30),
    Rgb(0xff, 0xdc, 0x00),
    Rgb(0x99, 0x99, 0x99),
    Rgb(0xe5, 0x3a, 0xa3),
    Rgb(0xff, 0x85, 0x1b),
    Rgb(0x87, 0xd8, 0xf1),
    Rgb(0x92, 0x12, 0x31),
];

/// Colour of a cell that is none of ARC's: lavender, which is unlike all of them.
pub const OUTSIDE: Rgb = Rgb(0xc9, 0xb8, 0xff);

/// Colour of the lines between cells.
pub const LINE: Rgb = Rgb(0x55, 0x55, 0x55);

/// Colour of a mark's edge and of its middle: one of them is seen on any cell.
pub const MARK: [Rgb; 2] = [Rgb(0x00, 0x00, 0x00), Rgb(0xff, 0xff, 0xff)];

/// ARC's colours among the 256 of a terminal.
const TERMINAL_COLOURS: [u8; 10] = [16, 33, 196, 40, 226, 245, 201, 208, 117, 88];

/// [`OUTSIDE`] among the 256 of a terminal.
const TERMINAL_OUTSIDE: u8 = 183;

/// Black and white among the 256 of a terminal.
const TERMINAL_TEXT: [u8; 2] = [16, 231];

/// Colour of a cell in a picture; [`OUTSIDE`] for what is none of ARC's.
pub fn rgb(cell: i8) -> Rgb {
    colour(cell).map_or(OUTSIDE, |colour| COLOURS[colour])
}

/// Colour of a cell among the 256 of a terminal.
pub fn terminal(cell: i8) -> u8 {
    colour(cell).map_or(TERMINAL_OUTSIDE, |colour| TERMINAL_COLOURS[colour])
}

/// Colour of text on a cell, black or white, among the 256 of a terminal.
pub fn terminal_text(cell: i8) -> u8 {
    let [black, white] = TERMINAL_TEXT;
    match rgb(cell).is_light() {
        true => black,
        false => white,
    }
}

/// Place of a cell among ARC's colours; `None` for what is none of them.
pub fn colour(cell: i8) -> Option<usize> {
    let colour = usize::try_from(cell).ok()?;
    (colour < COLOURS.len()).then_some(colour)
}

impl Rgb {
    /// As CSS and SVG have it: `#1e93ff`.
    pub fn hex(self) -> String {
        let Self(red, green, blue) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Whether black is read on it better than white.
    fn is_light(self) -> bool {
        let Self(red, green, blue) = self;
        let [red, green, blue] = [red, green, blue].map(u32::from);
        // How bright the three seem to the eye, in thousands.
        299 * red + 587 * green + 114 * blue > 128_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_cells_that_differ_look_alike() {
        let all: Vec<i8> = (0..=10).collect();
        for (place, &cell) in all.iter().enumerate() {
            for &other in &all[..place] {
                assert_ne!(rgb(cell), rgb(other), "{cell} and {other}");
                assert_ne!(terminal(cell), terminal(other), "{cell} and {other}");
            }
        }
        for outside in [-128, -1, 10, 127] {
            assert_eq!(rgb(outside), OUTSIDE);
            assert_eq!(terminal(outside), TERMINAL_OUTSIDE);
        }
    }

    #[test]
    fn a_colour_is_written_as_css_has_it() {
        assert_eq!(rgb(1).hex(), "#1e93ff");
        assert_eq!(rgb(0).hex(), "#000000");
    }
}
