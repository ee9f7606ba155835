//! Forks that keep what both sides call against forks that call it twice.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::call::call;
use super::testing::closure;
use super::{ARC_DSL, Budget, Context, Dialect, REFERENCE};
use crate::value::{CellLayout, Operation, SetBuilder, Value, canonical};

/// A function by its parts, in whatever dialect.
#[derive(Clone, Debug)]
enum Function {
    Named(&'static str),
    /// A filter of cells, by their places or colours.
    Filter(&'static str, i64),
    Compose(Arc<Function>, Arc<Function>),
    Chain(Arc<Function>, Arc<Function>, Arc<Function>),
    Fork(&'static str, Arc<Function>, Arc<Function>),
    Match(Arc<Function>, i64),
}

/// Functions of a dialect, each made once, however often it comes.
struct Maker<'dialect> {
    dialect: &'dialect Dialect,
    made: Vec<(Arc<Function>, Value)>,
}

impl Maker<'_> {
    fn named(&self, name: &str) -> Value {
        let sets = [
            "sfilter",
            "toindices",
            "normalize",
            "shift",
            "ulcorner",
            "palette",
        ];
        let of_sets = match sets.contains(&name) {
            true => self.dialect.find(&format!("{name}_f")),
            false => None,
        };
        let found = self.dialect.find(name).or(of_sets);
        Value::Primitive(found.unwrap_or_else(|| panic!("no {name}")))
    }

    fn function(&mut self, function: &Arc<Function>) -> Value {
        let mut known = self.made.iter();
        if let Some((_, made)) = known.find(|(own, _)| Arc::ptr_eq(own, function)) {
            return made.clone();
        }
        let made = match &**function {
            Function::Named(name) => self.named(name),
            Function::Filter(part, target) => closure(Operation::BindRight {
                function: self.named("sfilter"),
                fixed: closure(Operation::Match {
                    function: self.named(part),
                    target: Value::Integer(*target),
                }),
                parameters: 1,
            }),
            Function::Compose(outer, inner) => closure(Operation::Compose {
                outer: self.function(outer),
                inner: self.function(inner),
            }),
            Function::Chain(last, middle, first) => closure(Operation::Chain {
                last: self.function(last),
                middle: self.function(middle),
                first: self.function(first),
            }),
            Function::Fork(outer, left, right) => closure(Operation::Fork {
                outer: self.named(outer),
                left: self.function(left),
                right: self.function(right),
            }),
            Function::Match(function, target) => closure(Operation::Match {
                function: self.function(function),
                target: Value::Integer(*target),
            }),
        };
        self.made.push((Arc::clone(function), made.clone()));
        made
    }
}

/// Functions that begin with this one, or with one that was made of it.
fn beginning_with(first: Arc<Function>) -> impl Strategy<Value = Arc<Function>> {
    let plain = || {
        select(vec![
            "identity",
            "normalize",
            "toindices",
            "size",
            "palette",
            "initset",
        ])
    };
    let named = move || plain().prop_map(|name| Arc::new(Function::Named(name)));
    let leaf = prop_oneof![2 => Just(first.clone()), 1 => named()];
    leaf.prop_recursive(4, 12, 2, move |inner| {
        let outer = select(vec![
            "intersection",
            "difference",
            "combine",
            "equality",
            "astuple",
            "shift",
        ]);
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            3 => (named(), inner.clone())
                .prop_map(|(outer, inner)| Arc::new(Function::Compose(outer, inner))),
            1 => (named(), named(), inner.clone()).prop_map(|(last, middle, first)| {
                Arc::new(Function::Chain(last, middle, first))
            }),
            4 => (outer, pair)
                .prop_map(|(outer, (left, right))| Arc::new(Function::Fork(outer, left, right))),
            1 => (inner, 0..9_i64)
                .prop_map(|(function, target)| Arc::new(Function::Match(function, target))),
        ]
    })
}

/// Functions both sides of which mostly begin with one.
fn function() -> impl Strategy<Value = Arc<Function>> {
    let filter = (select(vec!["first", "last", "size"]), 0..4_i64)
        .prop_map(|(part, target)| Arc::new(Function::Filter(part, target)));
    let composed = (
        filter.clone(),
        select(vec!["toindices", "normalize", "identity"]),
    )
        .prop_map(|(filter, outer)| {
            Arc::new(Function::Compose(Arc::new(Function::Named(outer)), filter))
        });
    prop_oneof![filter, composed].prop_flat_map(beginning_with)
}

/// Objects of cells of few colours, many of which get in each other's way in a set.
fn object(layout: CellLayout) -> impl Strategy<Value = Value> {
    let cell = (0..9_i64, 0..9_i64, 0..3_i64);
    prop::collection::vec(cell, 0..50).prop_map(move |cells| {
        let mut set = SetBuilder::new();
        for (row, column, colour) in cells {
            set.insert_cell(layout, row, column, colour);
        }
        Value::Set(set.finish().expect("small"))
    })
}

/// What calls on these yield, what they leave, how often they failed, and how they ended.
fn seen(context: &mut Context, function: &Value, objects: &[Value]) -> String {
    let mut seen = String::new();
    for object in objects {
        let value = call(context, function, &[object]);
        let text = value.map(|value| canonical::text(&value));
        let left = (context.steps_left(), context.failures(), context.ended_by());
        seen += &format!("{text:?} {left:?} {}\n", context.is_exhausted());
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(3_000)))]

    #[test]
    fn forks_yield_and_spend_what_calls_do(
        function in function(),
        (of_reference, of_original) in (
            prop::collection::vec(object(CellLayout::RowFirst), 1..3),
            prop::collection::vec(object(CellLayout::ColourFirst), 1..3),
        ),
        steps in prop_oneof![4 => Just(1_000_000_u64), 1 => 0..600_u64],
    ) {
        for (dialect, objects) in [(&REFERENCE, of_reference), (&ARC_DSL, of_original)] {
            let mut maker = Maker {
                dialect,
                made: Vec::new(),
            };
            let function = maker.function(&function);
            let mut context = Context::new(dialect, Budget::of_steps(steps));
            let found = seen(&mut context, &function, &objects);
            prop_assert!(context.in_hand().is_empty());
            let mut context = Context::new(dialect, Budget::of_steps(steps));
            context.forbid_shortcuts();
            prop_assert_eq!(found, seen(&mut context, &function, &objects));
        }
    }
}

#[test]
fn a_function_on_both_sides_is_called_once() {
    let named = |name| Arc::new(Function::Named(name));
    let filter = Arc::new(Function::Filter("first", 1));
    let composed = |outer| Arc::new(Function::Compose(named(outer), Arc::clone(&filter)));
    let mut maker = Maker {
        dialect: &ARC_DSL,
        made: Vec::new(),
    };
    let mut object = SetBuilder::new();
    for place in 0..40_i64 {
        object.insert_cell(CellLayout::ColourFirst, place / 8, place % 8, place % 3);
    }
    let object = Value::Set(object.finish().expect("small"));
    let mut answered = |left, right| {
        let fork = maker.function(&Arc::new(Function::Fork("astuple", left, right)));
        let mut context = Context::new(&ARC_DSL, Budget::of_steps(10_000));
        call(&mut context, &fork, &[&object]).expect("a pair");
        context.answered_forks()
    };
    assert_eq!(answered(composed("normalize"), composed("ulcorner")), 1);
    assert_eq!(answered(Arc::clone(&filter), composed("ulcorner")), 1);
    // Another filter, though it is made of the same parts.
    let other = Arc::new(Function::Filter("first", 1));
    assert_eq!(answered(other, composed("ulcorner")), 0);
}
