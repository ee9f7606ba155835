//! Where an output is not what is expected.

use arc_programs::value::Grid;

/// The most cells that are named.
const NAMED: usize = 10;

/// Difference of an output to what is expected: which of its cells are not those that
/// are expected in their places.
///
/// Of an output of another shape, cells that the expected one does not have differ too;
/// those that the output lacks are not among its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    width: usize,
    /// Whether a cell differs, row by row, as the output has them.
    cells: Vec<bool>,
    /// Whether the two have the same number of rows and of columns.
    is_same_shape: bool,
}

impl Difference {
    /// Compares an output with what is expected.
    pub fn between(output: &Grid, expected: &Grid) -> Self {
        let mut cells = Vec::with_capacity(output.cells().len());
        for (row, own) in output.rows().enumerate() {
            let expected = expected.row(row).unwrap_or_default();
            let differs = |(column, cell)| expected.get(column) != Some(cell);
            cells.extend(own.iter().enumerate().map(differs));
        }
        Self {
            width: output.width(),
            cells,
            is_same_shape: (output.height(), output.width())
                == (expected.height(), expected.width()),
        }
    }

    /// Whether a cell of the output differs; `false` outside it.
    pub fn is_at(&self, row: usize, column: usize) -> bool {
        let place = row * self.width + column;
        column < self.width && self.cells.get(place).copied().unwrap_or(false)
    }

    /// Row and column of each cell that differs, row by row, the first being 0.
    pub fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let differing = self
            .cells
            .iter()
            .enumerate()
            .filter(|(_, differs)| **differs);
        differing.map(|(place, _)| (place / self.width, place % self.width))
    }

    /// Number of cells that differ.
    pub fn count(&self) -> usize {
        self.cells.iter().filter(|differs| **differs).count()
    }

    /// Whether the two have the same number of rows and of columns.
    pub fn is_same_shape(&self) -> bool {
        self.is_same_shape
    }

    /// Whether there is no difference.
    pub fn is_none(&self) -> bool {
        self.is_same_shape && self.count() == 0
    }

    /// What there is to say of it, such as `3 cells differ` or `another shape`.
    pub fn summary(&self) -> String {
        match (self.is_same_shape, self.count()) {
            (false, _) => "another shape".to_owned(),
            (true, 0) => "exact".to_owned(),
            (true, 1) => "1 cell differs".to_owned(),
            (true, differing) => format!("{differing} cells differ"),
        }
    }

    /// The same in a sentence for those who do not see the marks: which cells differ,
    /// the first row and the first column being 1; of many the first ten.
    pub fn description(&self) -> String {
        let differing = self.count();
        if !self.is_same_shape || differing == 0 {
            return self.summary();
        }
        let place = |(row, column)| format!("row {} column {}", row + 1, column + 1);
        let named: Vec<String> = self.places().take(NAMED).map(place).collect();
        let more = match differing.saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}: {}{more}", self.summary(), named.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&[i8]]) -> Grid {
        Grid::new(rows.len(), rows[0].len(), rows.concat()).unwrap()
    }

    #[test]
    fn cells_that_differ_are_found_in_their_places() {
        let expected = grid(&[&[1, 2, 3], &[4, 5, 6]]);
        let same = Difference::between(&expected, &expected);
        assert!(same.is_none() && same.summary() == "exact");
        let other = Difference::between(&grid(&[&[1, 0, 3], &[4, 5, 0]]), &expected);
        assert_eq!(other.places().collect::<Vec<_>>(), [(0, 1), (1, 2)]);
        assert!(
            other.is_at(0, 1) && !other.is_at(0, 0) && !other.is_at(0, 3) && !other.is_at(9, 0)
        );
        let told = "2 cells differ: row 1 column 2, row 2 column 3";
        assert_eq!(other.description(), told);
    }

    #[test]
    fn of_another_shape_what_is_beyond_the_other_differs() {
        let expected = grid(&[&[1, 2], &[3, 4]]);
        let wide = Difference::between(&grid(&[&[1, 2, 0]]), &expected);
        assert_eq!(wide.places().collect::<Vec<_>>(), [(0, 2)]);
        assert_eq!(wide.summary(), "another shape");
        let part = Difference::between(&grid(&[&[1]]), &expected);
        assert!(part.count() == 0 && !part.is_none() && !part.is_same_shape());
    }

    #[test]
    fn of_many_cells_the_first_are_named() {
        let [ones, twos] = [1, 2].map(|colour| Grid::new(3, 4, vec![colour; 12]).unwrap());
        let told = Difference::between(&ones, &twos).description();
        assert!(
            told.starts_with("12 cells differ: row 1 column 1, "),
            "{told}"
        );
        assert!(told.ends_with("row 3 column 2 and 2 more"), "{told}");
    }
}
