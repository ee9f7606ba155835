//! The hashes of many lines, each of its ends alone.
//!
//! CPython's hash of a set puts the hashes of its elements together by exclusive or. So
//! that of a line is what all places up to its last one come to, and those before its
//! first one taken out again: sums along the rows, columns and diagonals of a rectangle
//! have the hashes of all lines in it.

use super::super::hash::SetHash;
use super::item::Item;
use super::line::{Line, Way};
use super::table::Element;

/// The sums of a rectangle around lines.
pub(super) struct LineHashes {
    top: i64,
    left: i64,
    width: usize,
    places: Vec<SetHash>,
    /// By way, of all places of the rectangle that come before each on that way.
    before: [Vec<SetHash>; Way::ALL.len()],
}

impl LineHashes {
    /// Those of a rectangle around these lines; `None` where the lines have fewer places than
    /// it has sums, so that it is not worth it.
    pub(super) fn around(lines: impl Iterator<Item = Line>) -> Option<LineHashes> {
        let (mut rows, mut columns) = ((i64::MAX, i64::MIN), (i64::MAX, i64::MIN));
        let with = |span: (i64, i64), own: i64| (span.0.min(own), span.1.max(own));
        let mut count = 0_usize;
        for line in lines {
            count += line.len();
            for end in line.ends() {
                (rows, columns) = (with(rows, end.row()), with(columns, end.column()));
            }
        }
        let length = |(first, last): (i64, i64)| usize::try_from(last.checked_sub(first)?).ok();
        let (height, width) = (length(rows)? + 1, length(columns)? + 1);
        let area = height.checked_mul(width)?;
        if area.checked_mul(Way::ALL.len())? > count {
            return None;
        }
        let mut places = Vec::with_capacity(area);
        for row in rows.0..=rows.1 {
            for column in columns.0..=columns.1 {
                let place = Item::place(row, column)?;
                places.push(SetHash::new().with(place.hash()));
            }
        }
        let before = Way::ALL.map(|way| {
            let (down, right) = way.step();
            let mut before: Vec<SetHash> = Vec::with_capacity(area);
            for row in 0..height as i64 {
                for column in 0..width as i64 {
                    let (above, beside) = (row - down, column - right);
                    let is_within = above >= 0 && (0..width as i64).contains(&beside);
                    before.push(match is_within {
                        true => {
                            let previous = above as usize * width + beside as usize;
                            before[previous].joined(places[previous])
                        }
                        false => SetHash::new(),
                    });
                }
            }
            before
        });
        Some(LineHashes {
            top: rows.0,
            left: columns.0,
            width,
            places,
            before,
        })
    }

    /// CPython's hash of one of the lines, as a set.
    pub(super) fn hash(&self, line: Line) -> i64 {
        let index = |place: Item| {
            let (down, right) = (place.row() - self.top, place.column() - self.left);
            down as usize * self.width + right as usize
        };
        let [first, last] = line.ends().map(index);
        let before = &self.before[line.way as usize];
        let up_to_last = before[last].joined(self.places[last]);
        up_to_last.joined(before[first]).finish(line.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_the_hashes_of_their_places() {
        let places =
            (-3..5).flat_map(|row| (-2..7).filter_map(move |column| Item::place(row, column)));
        let places: Vec<Item> = places.collect();
        let pairs = places
            .iter()
            .flat_map(|a| places.iter().map(move |b| (*a, *b)));
        let lines: Vec<Line> = pairs.filter_map(|(a, b)| Line::between(a, b)).collect();
        let hashes = LineHashes::around(lines.iter().copied()).expect("many lines");
        for line in lines {
            let places = line.items().map(|place| place.hash());
            assert_eq!(
                hashes.hash(line),
                super::super::super::hash::of_set(line.len(), places)
            );
        }
    }

    #[test]
    fn a_few_lines_far_apart_have_no_rectangle() {
        let line = |row| Line::between(Item::place(row, 0)?, Item::place(row, 3)?);
        let lines = [0, 1_000_000].map(|row| line(row).expect("a line"));
        assert!(LineHashes::around(lines.into_iter()).is_none());
        assert!(LineHashes::around([].into_iter()).is_none());
    }
}
