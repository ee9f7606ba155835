//! The colours of plots, declared once: as the plot library draws them, and as the style
//! sheet replaces them by the theme's.
//!
//! `plotters` writes colours into each element. A rule of CSS goes before such an
//! attribute, so a rule for each ink, by the value of the attribute, gives it the theme's
//! colour, light or dark; and where styles are lost the plot has colours all the same.

use plotters::style::RGBColor;

/// Ink of a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Solved,
    Demos,
    Total,
    Grid,
    Text,
}

impl Ink {
    const ALL: [Self; 5] = [
        Self::Solved,
        Self::Demos,
        Self::Total,
        Self::Grid,
        Self::Text,
    ];

    /// Its colour where there is no style sheet.
    pub(super) fn colour(self) -> RGBColor {
        match self {
            Self::Solved => RGBColor(0x2f, 0x8f, 0x5b),
            Self::Demos => RGBColor(0xb7, 0x79, 0x1f),
            Self::Total => RGBColor(0x2b, 0x6c, 0xb0),
            Self::Grid => RGBColor(0xe4, 0xe2, 0xdc),
            Self::Text => RGBColor(0x6b, 0x70, 0x79),
        }
    }

    /// Name of the theme's colour in the style sheet.
    fn variable(self) -> &'static str {
        match self {
            Self::Solved => "--solved",
            Self::Demos => "--demos",
            Self::Total => "--accent",
            Self::Grid => "--line",
            Self::Text => "--soft",
        }
    }

    /// The rules that give all inks the theme's colours.
    pub(super) fn rules() -> String {
        let rule = |ink: &Self| {
            let RGBColor(red, green, blue) = ink.colour();
            let (hex, variable) = (format!("#{red:02X}{green:02X}{blue:02X}"), ink.variable());
            format!(
                ".plot [fill=\"{hex}\"]{{fill:var({variable})}}.plot [stroke=\"{hex}\"]{{stroke:var({variable})}}"
            )
        };
        Self::ALL.iter().map(rule).collect()
    }
}
