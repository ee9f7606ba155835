//! Packed sets against CPython's tables of any values, over histories.

mod history;
mod steps;

use proptest::prelude::*;

use super::general::generalized;
use super::*;
use crate::value::SmallPatch;
use crate::value::affine::Axis;
use history::{History, hash_of, texts, values_of};
use steps::{Step, elements, step, step_of_cells};

fn agree(history: &History) -> Result<(), TestCaseError> {
    for (set, model) in &history.0 {
        let values = values_of(model);
        prop_assert_eq!(set.len(), values.len());
        let hash = hash_of(model);
        prop_assert_eq!(set.hash(), hash);
        prop_assert!(values.iter().all(|value| set.contains(value)));
        let listed = Value::tuple(values.clone()).expect("small");
        if let Some(listed) = SmallPatch::of_any(&listed) {
            let value = Value::Set(set.clone());
            let bounds = SmallPatch::of_any(&value).map(SmallPatch::bounds);
            prop_assert_eq!(bounds, Some(listed.bounds()));
        }
        if set.packed().is_some() {
            spans_agree(set, &values)?;
        }
    }
    for (a, a_model) in history.0.iter().rev().take(4) {
        for (b, b_model) in &history.0 {
            let is_subset =
                a_model.len() <= b_model.len() && a_model.iter().all(|slot| b_model.contains(slot));
            prop_assert_eq!(a.is_subset(b), is_subset);
            prop_assert_eq!(a.equals(b), is_subset && a_model.len() == b_model.len());
            prop_assert_eq!(
                values_of(a_model)
                    .iter()
                    .map(|value| b.contains(value))
                    .collect::<Vec<_>>(),
                a_model
                    .iter()
                    .map(|slot| b_model.contains(slot))
                    .collect::<Vec<_>>()
            );
        }
    }
    Ok(())
}

/// Rows and columns of what is packed, and its colours.
fn spans_agree(set: &Set, values: &[Value]) -> Result<(), TestCaseError> {
    let cells = values.iter().filter_map(|value| {
        let place = value.as_pair().map(|(row, column)| (row, column, None));
        let colour_first = || value.as_tuple()?.as_colour_first();
        let cell = value.as_triple().or_else(colour_first);
        place.or(cell.map(|(row, column, colour)| (row, column, Some(colour))))
    });
    let cells: Vec<(i64, i64, Option<i64>)> = cells.collect();
    prop_assert_eq!(cells.len(), values.len());
    for axis in [Axis::Row, Axis::Column] {
        let parts = || cells.iter().map(|cell| axis.choose(cell.0, cell.1));
        prop_assert_eq!(set.span(axis), parts().min().zip(parts().max()));
    }
    let colour = cells[0].2;
    let are_same = cells.iter().all(|cell| cell.2 == colour);
    prop_assert_eq!(set.only_colour(), colour.filter(|_| are_same));
    Ok(())
}

/// What a set of cells shows on a grid, painted on all of its cells and on those of one colour.
fn paintings_agree(set: &Set, values: &[Value]) -> Result<(), TestCaseError> {
    let Some(Kind::Object(layout)) = set.kind() else {
        return Ok(());
    };
    let grid = Grid::from_fn(9, 10, |row, column| ((row * 7 + column) % 3) as i8).expect("cells");
    let painted = |cells: Vec<(i64, i64, i64)>, ground: Option<i8>| {
        let mut painted = grid.cells().to_vec();
        for (row, column, colour) in cells {
            let colour = i8::try_from(colour).ok()?;
            if let Some(place) = grid.place(row, column)
                && ground.is_none_or(|ground| painted[place] == ground)
            {
                painted[place] = colour;
            }
        }
        Some(painted)
    };
    for ground in [None, Some(0), Some(1)] {
        let mut cells = Vec::new();
        let mut add = |row, column, colour| cells.push((row, column, colour));
        set.each_painted(layout, &grid, ground, &mut add);
        let in_order = values.iter().filter_map(|value| layout.small_parts(value));
        let in_order = painted(in_order.collect(), ground);
        prop_assert_eq!(painted(cells, ground), in_order.clone());
        let mut own = grid.cells().to_vec();
        if let Some(are_bytes) = set.paint(&grid, ground, &mut own) {
            prop_assert_eq!(are_bytes.then_some(own), in_order);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn order_on_demand_is_that_of_the_same_history(
        steps in prop::collection::vec(step(), 1..14),
        looks in prop::collection::vec(any::<bool>(), 14),
    ) {
        let mut history = History(Vec::new());
        for (step, looks_now) in steps.into_iter().zip(looks) {
            history.take(step);
            let (set, model) = history.0.last().expect("one was made");
            if looks_now {
                prop_assert_eq!(texts(&set.iter().collect::<Vec<_>>()), texts(&values_of(model)));
            }
        }
        agree(&history)?;
        for (set, model) in history.0.iter().rev() {
            let values: Vec<Value> = set.iter().collect();
            prop_assert_eq!(texts(&values), texts(&values_of(model)));
            let packed = set.packed().map(|packed| texts(&values_of(&generalized(packed.table()))));
            prop_assert!(packed.is_none_or(|packed| packed == texts(&values)));
            let backwards: Vec<Value> = set.iter().rev().collect();
            prop_assert!(texts(&values).iter().eq(texts(&backwards).iter().rev()));
        }
        // And once more, with all orders known.
        agree(&history)?;
    }

    #[test]
    fn all_lines_are_those_of_pair_after_pair(
        lefts in prop::collection::vec((0..9_i64, -2..9_i64), 1..30),
        rights in prop::collection::vec((0..9_i64, -2..9_i64), 1..30),
        are_the_same in any::<bool>(),
    ) {
        let set = |places: &[(i64, i64)]| {
            let places = places.iter().map(|(row, column)| Value::pair(*row, *column));
            Set::from_values(places).expect("small")
        };
        let lefts = set(&lefts);
        let rights = if are_the_same { lefts.clone() } else { set(&rights) };
        let (mut lines, mut count) = (SetBuilder::new(), 0);
        for right in &rights {
            for left in &lefts {
                let (right, left) = (right.as_pair().expect("one"), left.as_pair().expect("one"));
                let (first, last) = (right.min(left), right.max(left));
                let way = (last.0 - first.0, last.1 - first.1);
                let further = way.0.max(way.1.abs());
                let places = (0..=further).map(|number| {
                    Value::pair(first.0 + number * way.0.signum(), first.1 + number * way.1.signum())
                });
                let is_line = way.0 == 0 || way.1 == 0 || way.0 == way.1.abs();
                let line = Set::from_values(places.filter(|_| is_line)).expect("small");
                count += line.len();
                lines.insert(Value::Set(line));
            }
        }
        if let Some(fewer) = count.checked_sub(1) {
            prop_assert!(Lines::between(&lefts, &rights, fewer).is_none());
        }
        let all = Lines::between(&lefts, &rights, count).expect("small");
        prop_assert_eq!(all.places(), count);
        let all = all.into_set().expect("small");
        let lines = lines.finish().expect("small");
        prop_assert_eq!(
            texts(&all.iter().collect::<Vec<_>>()),
            texts(&lines.iter().collect::<Vec<_>>())
        );
        prop_assert_eq!(all.hash(), lines.hash());
    }

    #[test]
    fn what_is_painted_is_what_the_same_history_shows(
        steps in prop::collection::vec(step_of_cells(), 1..10),
    ) {
        let mut history = History(Vec::new());
        steps.into_iter().for_each(|step| history.take(step));
        for (set, model) in history.0.iter().rev() {
            paintings_agree(set, &values_of(model))?;
        }
        for (set, _) in &history.0 {
            if let Some(packed) = set.packed()
                && let Some(slots) = packed.recipe().slots(packed.len())
            {
                prop_assert_eq!(packed.table().slots().len(), slots);
            }
        }
    }

    #[test]
    fn long_chains_are_carried_out_in_time(length in 1..300_usize, values in elements()) {
        let mut history = History(Vec::new());
        history.take(Step::Insert(values));
        for number in 0..length {
            history.take(match number % 3 {
                0 => Step::Shift(number + 1, 1, -1),
                1 => Step::Union(number + 1, number),
                _ => Step::Difference(number + 1, 0),
            });
        }
        let (set, model) = history.0.last().expect("one was made");
        prop_assert_eq!(texts(&set.iter().collect::<Vec<_>>()), texts(&values_of(model)));
    }
}
