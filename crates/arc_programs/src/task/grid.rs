//! Reading a task's grids.
//!
//! Mini-ARC was made with an editor that writes a cell that was painted as a text,
//! `"3"`, and one that was not as `null` or 0. These are read as the colours that they
//! are, for all data: no other reading of them makes sense.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Unexpected, Visitor};

use crate::json_error::JsonError;
use crate::value::Grid;

/// The most rows or columns that a grid has.
pub const MAXIMUM_SIDE: usize = 30;

/// Grid of a JSON text: an array of 1 to 30 rows of as many colours 0 to 9.
///
/// # Errors
/// Fails, with the place in the text, for anything else; it says which row is at
/// fault and how.
pub fn grid_from_json(text: &str) -> Result<Arc<Grid>, JsonError> {
    let record = serde_json::from_str(text);
    let GridRecord(grid) = record.map_err(|error| JsonError::of_part(text, 0, &error))?;
    Ok(grid)
}

/// Reads an array of 1 to 30 rows of as many colours 0 to 9; an error says
/// which row is at fault and how.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Arc<Grid>, D::Error> {
    deserializer.deserialize_seq(RowsVisitor).map(Arc::new)
}

/// A grid where one may be left out or `null`.
pub(super) fn deserialize_optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Arc<Grid>>, D::Error> {
    let record = Option::<GridRecord>::deserialize(deserializer)?;
    Ok(record.map(|GridRecord(grid)| grid))
}

/// A grid as JSON has it.
#[derive(Deserialize)]
pub(super) struct GridRecord(#[serde(deserialize_with = "deserialize")] pub(super) Arc<Grid>);

struct RowsVisitor;

impl<'de> Visitor<'de> for RowsVisitor {
    type Value = Grid;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a grid: an array of 1 to {MAXIMUM_SIDE} rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Grid, A::Error> {
        let mut cells = Vec::with_capacity(256);
        let mut width = 0;
        let mut height = 0;
        while let Some(RowWidth(row_width)) = rows.next_element_seed(RowSeed {
            cells: &mut cells,
            row: height + 1,
        })? {
            height += 1;
            if height > MAXIMUM_SIDE {
                return Err(A::Error::custom(format_args!(
                    "a grid of more than {MAXIMUM_SIDE} rows, expected 1 to {MAXIMUM_SIDE}"
                )));
            }
            if height > 1 && row_width != width {
                return Err(A::Error::custom(format_args!(
                    "row {height} of a grid has {row_width} cells, expected {width} as in the rows above"
                )));
            }
            width = row_width;
        }
        if height == 0 {
            return Err(A::Error::custom(format_args!(
                "an empty grid, expected 1 to {MAXIMUM_SIDE} rows"
            )));
        }
        Grid::new(height, width, cells)
            .ok_or_else(|| A::Error::custom("rows that make no rectangle"))
    }
}

/// How many cells a row had, between 1 and [`MAXIMUM_SIDE`].
struct RowWidth(usize);

struct RowSeed<'cells> {
    cells: &'cells mut Vec<i8>,
    row: usize,
}

impl<'de> serde::de::DeserializeSeed<'de> for RowSeed<'_> {
    type Value = RowWidth;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<RowWidth, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = RowWidth;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a row: an array of 1 to {MAXIMUM_SIDE} colours")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<RowWidth, A::Error> {
        let before = self.cells.len();
        while let Some(Colour(color)) = row.next_element()? {
            match i8::try_from(color) {
                Ok(color @ 0..=9) => self.cells.push(color),
                _ => {
                    return Err(A::Error::custom(format_args!(
                        "the colour {color} in row {} of a grid, expected 0 to 9",
                        self.row
                    )));
                }
            }
            if self.cells.len() - before > MAXIMUM_SIDE {
                return Err(A::Error::custom(format_args!(
                    "row {} of a grid has more than {MAXIMUM_SIDE} cells, expected 1 to {MAXIMUM_SIDE}",
                    self.row
                )));
            }
        }
        match self.cells.len() - before {
            0 => Err(A::Error::custom(format_args!(
                "row {} of a grid is empty, expected 1 to {MAXIMUM_SIDE} colours",
                self.row
            ))),
            width => Ok(RowWidth(width)),
        }
    }
}

/// What stands in a cell, which need not be a colour that there is.
struct Colour(i64);

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColourVisitor)
    }
}

struct ColourVisitor;

impl Visitor<'_> for ColourVisitor {
    type Value = Colour;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a colour 0 to 9")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Colour, E> {
        let colour = i64::try_from(number).map(Colour);
        colour.map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Colour, E> {
        Ok(Colour(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Colour, E> {
        match text.as_bytes() {
            &[digit @ b'0'..=b'9'] => Ok(Colour(i64::from(digit - b'0'))),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Colour, E> {
        Ok(Colour(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(json: &str) -> String {
        let read = serde_json::from_str::<GridRecord>(json);
        read.err().expect("a problem").to_string()
    }

    #[test]
    fn reads_rows() {
        let GridRecord(grid) = serde_json::from_str("[[1, 2, 3], [4, 5, 6]]").unwrap();
        assert_eq!((grid.height(), grid.width()), (2, 3));
        assert_eq!(grid.row(1), Some([4, 5, 6].as_slice()));
    }

    #[test]
    fn reads_colours_as_the_editor_of_mini_arc_has_them() {
        let text = r#"[["3", null, 0], [7, "0", "9"]]"#;
        let GridRecord(grid) = serde_json::from_str(text).unwrap();
        assert_eq!(grid.row(0), Some([3, 0, 0].as_slice()));
        assert_eq!(grid.row(1), Some([7, 0, 9].as_slice()));
        for wrong in [
            r#"[["10"]]"#,
            r#"[[""]]"#,
            "[[1.5]]",
            "[[true]]",
            "[[[1]]]",
            "[[18446744073709551615]]",
        ] {
            assert!(
                problem(wrong).contains("expected a colour 0 to 9"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_grid() {
        assert!(problem("[]").contains("an empty grid"));
        assert!(problem("[[]]").contains("row 1 of a grid is empty"));
        assert!(problem("[[1, 2], [3]]").contains("row 2 of a grid has 1 cells, expected 2"));
        assert!(problem("[[1, 10]]").contains("the colour 10 in row 1"));
        assert!(problem("[[-1]]").contains("the colour -1 in row 1"));
        let wide = format!("[[{}0]]", "0,".repeat(30));
        assert!(problem(&wide).contains("more than 30 cells"));
        let tall = format!("[{}[0]]", "[0],".repeat(30));
        assert!(problem(&tall).contains("more than 30 rows"));
        assert!(problem("[1]").contains("a row: an array"));
    }
}
