//! Products: all pairs of an item of one container and an item of another.
//!
//! Programs compare every object with every other by a product that is walked once,
//! and of which they keep a few pairs. Half a million pairs of 72 bytes take longer to
//! make and to drop than to look at. So a [`Product`] keeps its factors. A pair is two
//! numbers: with its hash, which follows from those of its items, it takes 16 bytes in
//! CPython's table, and is made when somebody walks by. What a filter keeps of a product
//! is kept in the same way (`kept`).

mod kept;

use std::ops::Range;
use std::slice;
use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustc_hash::FxHashMap;

use super::super::hash::TupleHash;
use super::super::{Failure, Measure, Value};
use super::general::General;
use super::table::{Element, Table};
use super::{Set, SetBuilder, SetIterator};
use kept::Kept;

/// The pairs of each left item with each right one, the left ones passing faster, as
/// they are inserted into a set; or some of them.
pub struct Product {
    lefts: Arc<Factor>,
    /// The same where a container is multiplied with itself.
    rights: Arc<Factor>,
    /// The pairs, where these are not all.
    kept: Option<Kept>,
    /// Made when somebody asks for an order.
    table: OnceCell<Table<Pair>>,
}

/// The items of a factor, each once, as they come first.
struct Factor {
    items: Vec<Value>,
    hashes: Vec<i64>,
}

/// A slot of a product's table: a pair by the numbers of its items.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    hash: i64,
    left: u32,
    right: u32,
}

/// The pairs of a product in CPython's order.
#[derive(Clone)]
pub(super) struct Pairs<'product> {
    product: &'product Product,
    slots: slice::Iter<'product, Pair>,
}

/// So few pairs are as soon made as kept apart.
const FEW: usize = 8;

impl Product {
    /// The product of two containers.
    ///
    /// # Errors
    /// [`Failure::WrongType`] for what is no container.
    pub fn of(lefts: &Value, rights: &Value) -> Result<Product, Failure> {
        let identity = lefts.identity().filter(|own| own.has_address());
        let are_one = identity.is_some() && identity == rights.identity();
        let lefts = Arc::new(Factor::of(lefts)?);
        let rights = match are_one {
            true => Arc::clone(&lefts),
            false => Arc::new(Factor::of(rights)?),
        };
        Ok(Product {
            lefts,
            rights,
            kept: None,
            table: OnceCell::new(),
        })
    }

    /// The number of pairs.
    pub(super) fn len(&self) -> usize {
        match &self.kept {
            Some(kept) => kept.pairs.len(),
            None => self.lefts.items.len() * self.rights.items.len(),
        }
    }

    /// The nodes of the set of the pairs.
    pub fn nodes(&self) -> u64 {
        let (lefts, rights) = (&self.lefts, &self.rights);
        if let Some(kept) = &self.kept {
            let nodes = kept.pairs.iter().map(|pair| {
                let items = [lefts.item(pair.left), rights.item(pair.right)];
                let weights = items.map(|item| u64::from(item.measure().weight));
                1 + weights[0] + weights[1]
            });
            return 1 + nodes.sum::<u64>();
        }
        let with_lefts = lefts.weight().saturating_mul(rights.items.len() as u64);
        let with_rights = rights.weight().saturating_mul(lefts.items.len() as u64);
        (self.len() as u64 + 1)
            .saturating_add(with_lefts)
            .saturating_add(with_rights)
    }

    /// The measure of the set of the pairs.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`].
    pub(super) fn measure(&self) -> Result<Measure, Failure> {
        let depth = match &self.kept {
            None => self.lefts.depth().max(self.rights.depth()),
            Some(kept) => {
                let depths = kept.pairs.iter().map(|pair| {
                    let items = [self.lefts.item(pair.left), self.rights.item(pair.right)];
                    let [left, right] = items.map(|item| item.measure().depth);
                    left.max(right)
                });
                depths.max().unwrap_or(0)
            }
        };
        let whole = Measure {
            depth: depth + 2,
            weight: u32::try_from(self.nodes()).unwrap_or(u32::MAX),
        };
        whole.checked()
    }

    /// The set of the pairs.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn into_set(self) -> Result<Set, Failure> {
        let first = match &self.kept {
            Some(kept) => kept.pairs.first().map(|pair| (pair.left, pair.right)),
            None => Some((0, 0)),
        };
        let may_be_places = first.is_none_or(|(left, right)| {
            let items = [(&self.lefts, left), (&self.rights, right)];
            let [left, right] = items.map(|(own, number)| own.items.get(number as usize));
            matches!(left, None | Some(Value::Integer(_)))
                && matches!(right, None | Some(Value::Integer(_)))
        });
        let few = match self.chosen_from() {
            // Their order is left open, and of one there is but one.
            Some(_) => 1,
            None => FEW,
        };
        if !may_be_places && self.len() > few {
            return Set::of_product(self);
        }
        let mut pairs = SetBuilder::new();
        for pair in self.in_turn() {
            let items = [self.lefts.item(pair.left), self.rights.item(pair.right)];
            let [left, right] = items.map(Value::clone);
            pairs.insert(Value::tuple_of_two(left, right)?);
        }
        pairs.finish()
    }

    /// Whether CPython's order is known.
    pub(super) fn has_table(&self) -> bool {
        self.table.get().is_some()
    }

    /// The pair in this place at hand.
    #[inline]
    fn at_hand(&self, place: usize) -> Pair {
        if let Some(kept) = &self.kept {
            return kept.pairs[place];
        }
        let lefts = self.lefts.items.len();
        let (left, right) = (place % lefts, place / lefts);
        Pair::new(
            (left as u32, self.lefts.hashes[left]),
            (right as u32, self.rights.hashes[right]),
        )
    }

    /// The numbers of the left items of some of the pairs as they lie at hand, and those of the
    /// right ones.
    pub(crate) fn numbers_at_hand(&self, places: Range<usize>) -> [Vec<u32>; 2] {
        let Some(kept) = &self.kept else {
            let lefts = self.lefts.items.len() as u32;
            let mut numbers = [(); 2].map(|()| Vec::with_capacity(places.len()));
            let first = self.at_hand(places.start);
            let (mut left, mut right) = (first.left, first.right);
            for _ in places {
                numbers[0].push(left);
                numbers[1].push(right);
                left += 1;
                if left == lefts {
                    (left, right) = (0, right + 1);
                }
            }
            return numbers;
        };
        let pairs = || kept.pairs[places.clone()].iter();
        [
            pairs().map(|pair| pair.left).collect(),
            pairs().map(|pair| pair.right).collect(),
        ]
    }

    /// The places at hand of the pairs in CPython's order.
    pub(super) fn places_in_order(&self) -> Vec<usize> {
        let in_order = self.table().iter().map(Pair::numbers);
        let Some(kept) = &self.kept else {
            let lefts = self.lefts.items.len();
            return in_order
                .map(|(left, right)| right as usize * lefts + left as usize)
                .collect();
        };
        let places: FxHashMap<(u32, u32), usize> =
            kept.pairs.iter().map(Pair::numbers).zip(0..).collect();
        in_order.map(|own| places[&own]).collect()
    }

    /// The pairs as they lie at hand, as values.
    pub(super) fn values_at_hand(&self) -> impl Iterator<Item = Value> {
        (0..self.len()).map(|place| self.value(&self.at_hand(place)))
    }

    /// The left items and the right ones; at one place in memory where a container was
    /// multiplied with itself.
    pub(crate) fn factors(&self) -> [&[Value]; 2] {
        [&self.lefts.items, &self.rights.items]
    }

    /// The numbers of the left items of all pairs in CPython's order, and those of the
    /// right ones.
    pub(crate) fn numbers(&self) -> [Vec<u32>; 2] {
        let [mut lefts, mut rights] = [(); 2].map(|()| Vec::with_capacity(self.len()));
        for pair in self.table().iter() {
            lefts.push(pair.left);
            rights.push(pair.right);
        }
        [lefts, rights]
    }

    /// CPython's table.
    fn table(&self) -> &Table<Pair> {
        self.table.get_or_init(|| match &self.kept {
            Some(kept) if kept.chosen_from.is_some() => {
                Table::from_distinct_without_collisions(&kept.pairs)
                    .unwrap_or_else(|| Table::from_distinct(kept.in_turn()))
            }
            _ => Table::from_distinct(self.all_at_hand()),
        })
    }

    /// The pairs as they are inserted.
    fn in_turn(&self) -> Box<[Pair]> {
        match &self.kept {
            Some(kept) => kept.in_turn(),
            None => self.all_at_hand().collect(),
        }
    }

    /// The pairs as they lie at hand.
    fn all_at_hand(&self) -> impl Iterator<Item = Pair> {
        let all = match self.kept {
            None => Some((0..).zip(&self.rights.hashes)),
            Some(_) => None,
        };
        let all = all.into_iter().flatten().flat_map(|(right, right_hash)| {
            let lefts = (0..).zip(&self.lefts.hashes);
            lefts.map(move |(left, left_hash)| Pair::new((left, *left_hash), (right, *right_hash)))
        });
        let kept = self.kept.iter().flat_map(|kept| kept.pairs.iter());
        all.chain(kept.copied())
    }

    /// The hashes of the pairs, in any order.
    pub(super) fn hashes(&self) -> impl Iterator<Item = i64> {
        self.all_at_hand().map(|pair| pair.hash)
    }

    /// The pairs in CPython's order.
    pub(super) fn iter(&self) -> SetIterator<'_> {
        let pairs = Pairs {
            product: self,
            slots: self.table().slots().iter(),
        };
        SetIterator::of_product(pairs, self.len())
    }

    /// CPython's table of the pairs as values.
    pub(super) fn general_table(&self) -> Table<General> {
        self.table().map(|pair| General::Held {
            hash: pair.hash,
            value: self.value(pair),
        })
    }

    /// Python's `value in set`.
    pub(super) fn contains(&self, value: &Value) -> bool {
        let Some(pair) = value.as_tuple().filter(|tuple| tuple.len() == 2) else {
            return false;
        };
        let find = |factor: &Factor, item| factor.find(&pair.get(item)?);
        match (find(&self.lefts, 0), find(&self.rights, 1)) {
            (Some(left), Some(right)) => {
                self.kept.is_none() || self.table().contains(&Pair::new(left, right))
            }
            _ => false,
        }
    }

    fn value(&self, pair: &Pair) -> Value {
        let left = self.lefts.item(pair.left).clone();
        let right = self.rights.item(pair.right).clone();
        match Value::tuple_of_two(left, right) {
            Ok(value) => value,
            Err(_) => unreachable!("the set of the pairs is within the limits"),
        }
    }
}

impl Factor {
    fn of(container: &Value) -> Result<Factor, Failure> {
        let items: Vec<Value> = match container {
            Value::Set(set) => set.iter().collect(),
            _ => {
                let mut met = SetBuilder::new();
                let is_new = |item: &Value| met.insert(item.clone());
                container.items()?.filter(is_new).collect()
            }
        };
        let hashes = items.iter().map(Value::hash).collect();
        Ok(Factor { items, hashes })
    }

    fn weight(&self) -> u64 {
        let weights = self.items.iter().map(|item| item.measure().weight);
        weights.map(u64::from).sum()
    }

    fn depth(&self) -> u32 {
        let depths = self.items.iter().map(|item| item.measure().depth);
        depths.max().unwrap_or(0)
    }

    #[inline]
    fn item(&self, number: u32) -> &Value {
        &self.items[number as usize]
    }

    /// The number of the item that is, or equals, this value, and its hash.
    fn find(&self, value: &Value) -> Option<(u32, i64)> {
        let hash = value.hash();
        let is_it = |(own, item): (&i64, &Value)| *own == hash && item.same(value);
        let number = self.hashes.iter().zip(&self.items).position(is_it)?;
        Some((number as u32, hash))
    }
}

impl Pair {
    /// The pair of two items, each by its number and its hash.
    #[inline]
    fn new((left, left_hash): (u32, i64), (right, right_hash): (u32, i64)) -> Pair {
        let mut hash = TupleHash::new();
        hash.push(left_hash);
        hash.push(right_hash);
        let hash = hash.finish();
        Pair { hash, left, right }
    }

    /// The numbers of its items.
    #[inline]
    fn numbers(&self) -> (u32, u32) {
        (self.left, self.right)
    }
}

impl Iterator for Pairs<'_> {
    type Item = Value;

    #[inline]
    fn next(&mut self) -> Option<Value> {
        let pair = self.slots.find(|slot| slot.is_held())?;
        Some(self.product.value(pair))
    }
}

impl DoubleEndedIterator for Pairs<'_> {
    fn next_back(&mut self) -> Option<Value> {
        let pair = self.slots.rfind(|slot| slot.is_held())?;
        Some(self.product.value(pair))
    }
}

impl Pairs<'_> {
    /// Passes over a pair, which is not made.
    pub(super) fn pass(&mut self) {
        self.slots.find(|slot| slot.is_held());
    }
}

impl Element for Pair {
    const UNUSED: Pair = Pair {
        hash: 0,
        left: u32::MAX,
        right: 0,
    };
    const DISCARDED: Pair = Pair {
        hash: 0,
        left: u32::MAX,
        right: 1,
    };

    #[inline]
    fn is_unused(&self) -> bool {
        self.left == u32::MAX && self.right == 0
    }

    #[inline]
    fn is_held(&self) -> bool {
        self.left != u32::MAX
    }

    #[inline]
    fn hash(&self) -> i64 {
        self.hash
    }

    #[inline]
    fn same(&self, other: &Pair) -> bool {
        (self.left, self.right) == (other.left, other.right)
    }

    fn unused(count: usize) -> Box<[Pair]> {
        vec![Pair::UNUSED; count].into_boxed_slice()
    }
}
