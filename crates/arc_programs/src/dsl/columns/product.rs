//! Products in columns: pairs by the numbers of their items.
//!
//! Each item of a factor is in as many pairs as the other has items. So a column of
//! one side of the pairs names the items by their numbers ([`Picked`]), integers being
//! picked at once, and a call on one of them alone is made once for each item, and
//! paid for with every pair ([`PickedCalls`]).

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use smallvec::SmallVec;

use super::super::charge::MadeCall;
use super::Column;
use crate::value::{Product, Set, Value};

/// The pairs of a product.
pub(super) struct ProductColumns {
    factors: [FactorColumn; 2],
    numbers: Numbers,
}

/// Which items are paired, by their numbers.
enum Numbers {
    /// In Python's order.
    InOrder([Vec<u32>; 2]),
    /// As they lie at hand in this set.
    AtHand(Set),
}

/// The items of a factor.
#[derive(Clone)]
enum FactorColumn {
    /// Integers, booleans, or tuples of them.
    Typed(Column),
    Values(Rc<Vec<Value>>),
}

/// Items of a factor that are some pairs', in rows.
#[derive(Clone, Debug)]
pub(in crate::dsl) struct Picked {
    items: Rc<Vec<Value>>,
    numbers: Vec<u32>,
}

/// Calls that were made on items of factors in a loop.
#[derive(Default)]
pub(super) struct PickedCalls(Vec<PickedCall>);

/// A function with its other arguments, and what it yielded for items of a factor.
struct PickedCall {
    /// The function, then the arguments: `None` where the item stands.
    parts: SmallVec<[Option<Value>; 4]>,
    depth: u32,
    items: Rc<Vec<Value>>,
    made: Vec<Option<MadeCall>>,
}

impl ProductColumns {
    /// The pairs in Python's order.
    pub(super) fn in_order(product: &Product) -> ProductColumns {
        ProductColumns::new(product, Numbers::InOrder(product.numbers()))
    }

    /// The pairs as they lie at hand; `None` of a set that is no product.
    pub(super) fn at_hand(set: &Set) -> Option<ProductColumns> {
        let numbers = Numbers::AtHand(set.clone());
        Some(ProductColumns::new(set.product()?, numbers))
    }

    fn new(product: &Product, numbers: Numbers) -> ProductColumns {
        let [lefts, rights] = product.factors();
        let first = FactorColumn::new(lefts);
        let second = match std::ptr::eq(lefts, rights) {
            true => first.clone(),
            false => FactorColumn::new(rights),
        };
        ProductColumns {
            factors: [first, second],
            numbers,
        }
    }

    /// Some of the pairs.
    pub(super) fn rows(&self, rows: Range<usize>) -> Column {
        let numbers = self.numbers.of(rows);
        let sides = self.factors.iter().zip(&numbers);
        Column::Tuples(
            sides
                .map(|(factor, numbers)| factor.picked(numbers))
                .collect(),
        )
    }
}

impl Numbers {
    /// Of some of the pairs.
    fn of(&self, rows: Range<usize>) -> [Cow<'_, [u32]>; 2] {
        match self {
            Numbers::InOrder(numbers) => numbers
                .each_ref()
                .map(|side| Cow::Borrowed(&side[rows.clone()])),
            Numbers::AtHand(set) => match set.product() {
                Some(product) => product.numbers_at_hand(rows).map(Cow::Owned),
                None => Default::default(),
            },
        }
    }
}

impl FactorColumn {
    fn new(items: &[Value]) -> FactorColumn {
        match Column::of_values(items.to_vec()) {
            Column::Values(items) => FactorColumn::Values(Rc::new(items)),
            typed => FactorColumn::Typed(typed),
        }
    }

    fn picked(&self, numbers: &[u32]) -> Column {
        match self {
            FactorColumn::Typed(column) => column.picked(numbers),
            FactorColumn::Values(items) => Column::Picked(Picked {
                items: Rc::clone(items),
                numbers: numbers.to_vec(),
            }),
        }
    }
}

impl Picked {
    /// The item in a row.
    pub(super) fn item(&self, row: usize) -> &Value {
        &self.items[self.numbers[row] as usize]
    }

    /// All items of the factor, by their numbers: the same for all columns that pick of it.
    pub(in crate::dsl) fn factor(&self) -> &Rc<Vec<Value>> {
        &self.items
    }

    /// The items in all rows.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Value> + Clone {
        self.numbers
            .iter()
            .map(|number| &self.items[*number as usize])
    }

    /// The numbers of the items in all rows.
    pub(in crate::dsl) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The rows with these numbers.
    pub(super) fn picked(&self, numbers: &[u32]) -> Picked {
        let picked = numbers.iter().map(|number| self.numbers[*number as usize]);
        Picked {
            items: Rc::clone(&self.items),
            numbers: picked.collect(),
        }
    }

    /// Some of the rows.
    pub(super) fn rows(&self, rows: Range<usize>) -> Picked {
        Picked {
            items: Rc::clone(&self.items),
            numbers: self.numbers[rows].to_vec(),
        }
    }
}

impl PickedCalls {
    /// The number of a call of a function on these arguments, so deeply nested, of
    /// which one is picked and the others are the same in all rows; and the one that is
    /// picked. `None` of all others.
    pub(super) fn find<'column>(
        &mut self,
        function: &Value,
        arguments: &[&'column Column],
        depth: u32,
    ) -> Option<(usize, &'column Picked)> {
        let mut picked = None;
        for argument in arguments {
            match argument {
                Column::Picked(own) if picked.is_none() => picked = Some(own),
                Column::Same(_) => {}
                _ => return None,
            }
        }
        let picked = picked?;
        let is_it = |call: &PickedCall| {
            call.depth == depth
                && Rc::ptr_eq(&call.items, &picked.items)
                && call.parts.len() == arguments.len() + 1
                && is_object(call.parts[0].as_ref(), Some(function))
                && arguments
                    .iter()
                    .zip(&call.parts[1..])
                    .all(|(argument, own)| is_object(own.as_ref(), argument.same()))
        };
        if let Some(known) = self.0.iter().position(is_it) {
            return Some((known, picked));
        }
        let others = arguments.iter().map(|argument| argument.same().cloned());
        self.0.push(PickedCall {
            parts: [Some(function.clone())].into_iter().chain(others).collect(),
            depth,
            items: Rc::clone(&picked.items),
            made: vec![None; picked.items.len()],
        });
        Some((self.0.len() - 1, picked))
    }

    /// What a call yielded for an item.
    pub(super) fn made(&self, call: usize, item: u32) -> Option<&MadeCall> {
        self.0[call].made[item as usize].as_ref()
    }

    /// Keeps it.
    pub(super) fn keep(&mut self, call: usize, item: u32, made: MadeCall) {
        self.0[call].made[item as usize] = Some(made);
    }
}

/// Whether two values are one object, or neither is there.
fn is_object(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(Value::Closure(a)), Some(Value::Closure(b))) => Arc::ptr_eq(a, b),
        (Some(a), Some(b)) => a.identity().is_some_and(|own| b.identity() == Some(own)),
        _ => false,
    }
}
