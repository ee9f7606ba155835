//! Filters of cells that look at nothing but their colours.
//!
//! `sfilter(object, matcher(first, 3))` is asked of nine hundred cells, and there are ten
//! colours. So the condition is called in columns of one row a colour, of cells that have
//! no places ([`Column::Untold`]): where a call would look at one, there is no result, and
//! all is put back. Each row is paid for as often as it has cells. Of few cells that is worth a
//! try where each colour comes several times.

use super::super::context::Context;
use super::{Column, Columns};
use crate::value::{Colours, Outcome, Set, Value};

/// How many cells a set has at least that is filtered so.
const LEAST_CELLS: usize = 6;

/// As many cells may each have a colour of their own.
const MANY_CELLS: usize = 16;

/// The cells of a set that a condition holds for, in a set; `None` where it is no set of
/// cells that begin with their colours, of a few, or the condition looks at more than these.
pub(super) fn filtered(context: &mut Context, condition: &Value, set: &Set) -> Option<Outcome> {
    if set.len() < LEAST_CELLS {
        return None;
    }
    let rows: Vec<i64> = set.colours()?.iter().collect();
    if set.len() < MANY_CELLS && rows.len() > set.len() / 2 {
        return None;
    }
    let cells = Column::Tuples(vec![Column::integers(rows.clone()), Column::Untold]);
    let before = context.checkpoint();
    let results = context.on_trial(|context| {
        let columns = Columns::of_rows_for(context, rows.len(), set.len());
        columns.results_alike(condition, &cells)
    });
    let Some(results) = results.filter(|_| !context.is_exhausted()) else {
        context.put_back(before);
        return None;
    };
    let kept = (0..).zip(rows).filter(|(row, _)| results.is_true(*row));
    let kept: Colours = kept.map(|(_, colour)| colour).collect();
    Some(set.keeping_colours(kept)?.map(Value::Set))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::testing::{bound, closure};
    use super::super::super::{ARC_DSL, Budget};
    use super::*;
    use crate::value::{Operation, SetBuilder, canonical};

    fn named(name: &str) -> Value {
        Value::Primitive(ARC_DSL.find(name).expect("a primitive"))
    }

    /// What a condition begins with: mostly the colour, now and then all of the cell.
    fn part() -> BoxedStrategy<Value> {
        prop_oneof![
            6 => Just(named("first")),
            1 => prop::sample::select(vec!["last", "identity", "size", "initset", "flip"])
                .prop_map(named),
            1 => Just(closure(Operation::Compose { outer: named("first"), inner: named("last") })),
        ]
        .boxed()
    }

    /// Functions of a colour, of which some cost more for one than for another.
    fn of_colour() -> BoxedStrategy<Value> {
        let unary = prop::sample::select(vec![
            "identity",
            "flip",
            "even",
            "increment",
            "double",
            "positive",
            "sign",
            "toivec",
            "initset",
            "size",
            "first",
            "neighbors",
            "invert",
            "halve",
        ]);
        let binary = prop::sample::select(vec![
            "add",
            "equality",
            "greater",
            "contained",
            "astuple",
            "canvas",
            "connect",
            "divide",
            "interval",
            "branch",
        ]);
        let fixed = prop_oneof![
            (-1..11_i64).prop_map(Value::Integer),
            any::<bool>().prop_map(Value::Boolean),
            (0..5_i64, 0..5_i64).prop_map(|(row, column)| Value::pair(row, column)),
            prop::collection::vec(0..9_i64, 0..6).prop_map(|colours| {
                Value::set(colours.into_iter().map(Value::Integer)).expect("small")
            }),
        ];
        let bound = (binary, fixed.clone(), any::<bool>()).prop_map(|(name, fixed, is_left)| {
            let function = named(name);
            bound(function, fixed, is_left)
        });
        let leaf = prop_oneof![2 => unary.prop_map(named), 3 => bound];
        leaf.prop_recursive(2, 8, 2, move |inner| {
            let pair = (inner.clone(), inner.clone());
            prop_oneof![
                2 => pair.clone().prop_map(|(outer, inner)| {
                    closure(Operation::Compose { outer, inner })
                }),
                1 => pair.prop_map(|(left, right)| {
                    closure(Operation::Fork { outer: named("both"), left, right })
                }),
                2 => (inner, fixed.clone()).prop_map(|(function, target)| {
                    closure(Operation::Match { function, target })
                }),
            ]
        })
        .boxed()
    }

    fn condition() -> impl Strategy<Value = Value> {
        let inner = prop_oneof![3 => Just(None), 1 => of_colour().prop_map(Some)];
        (of_colour(), part(), inner).prop_map(|(outer, inner, other)| match other {
            None => closure(Operation::Compose { outer, inner }),
            Some(other) => closure(Operation::Fork {
                outer: named("either"),
                left: closure(Operation::Compose {
                    outer,
                    inner: inner.clone(),
                }),
                right: closure(Operation::Compose {
                    outer: other,
                    inner,
                }),
            }),
        })
    }

    /// Cells of colours that come again; now and then of one beyond those of grids.
    fn cells() -> impl Strategy<Value = Value> {
        let colour =
            prop_oneof![40 => 0..4_i64, 1 => Just(9), 1 => Just(63), 1 => Just(64), 1 => Just(-1)];
        let cell = (0..9_i64, 0..9_i64, colour);
        prop::collection::vec(cell, 4..70).prop_map(|cells| {
            let mut set = SetBuilder::new();
            for (row, column, colour) in cells {
                set.insert_cell(ARC_DSL.cells(), row, column, colour);
            }
            Value::Set(set.finish().expect("small"))
        })
    }

    /// What a call yields, what it leaves, how often it failed, whether and why it ended.
    fn seen(context: &mut Context, cells: &Value, ways: &[&str], condition: &Value) -> String {
        let primitive = |name| {
            let id = ARC_DSL.find(name).expect("a primitive");
            ARC_DSL.primitive(id).expect("a primitive")
        };
        let mut cells = cells.clone();
        for way in ways {
            cells = primitive(way).call(context, &[cells]);
        }
        let value = primitive("sfilter").call(context, &[cells, condition.clone()]);
        let left = (context.steps_left(), context.failures());
        let end = (context.is_exhausted(), context.ended_by());
        format!("{} {left:?} {end:?}", canonical::text(&value))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(3_000)))]

        #[test]
        fn filters_by_colour_are_those_cell_by_cell(
            cells in cells(),
            ways in prop::collection::vec(
                prop::sample::select(vec!["vmirror", "dmirror", "normalize", "identity"]),
                0..3,
            ),
            condition in condition(),
            steps in prop_oneof![4 => Just(1_000_000_u64), 1 => 0..900_u64],
        ) {
            let mut context = Context::new(&ARC_DSL, Budget::of_steps(steps));
            let found = seen(&mut context, &cells, &ways, &condition);
            let mut context = Context::new(&ARC_DSL, Budget::of_steps(steps));
            context.forbid_shortcuts();
            prop_assert_eq!(found, seen(&mut context, &cells, &ways, &condition));
        }
    }

    #[test]
    fn a_condition_on_colours_is_asked_by_colour_and_one_on_places_is_not() {
        let cells = (0..40_i64).map(|number| (number / 8, number % 8, number % 3));
        let mut set = SetBuilder::new();
        for (row, column, colour) in cells {
            set.insert_cell(ARC_DSL.cells(), row, column, colour);
        }
        let set = set.finish().expect("small");
        let is_asked = |inner: &str| {
            let function = closure(Operation::Match {
                function: named(inner),
                target: Value::Integer(1),
            });
            let mut context = Context::new(&ARC_DSL, Budget::of_steps(10_000));
            filtered(&mut context, &function, &set).is_some()
        };
        assert!(is_asked("first"));
        assert!(!is_asked("last"));
    }
}
