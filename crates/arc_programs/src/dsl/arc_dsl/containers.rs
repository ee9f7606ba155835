//! Tuples and sets: measuring, joining, taking out, extremes and orders.

use arc_programs_macros::primitives;

use super::super::columns::item;
use super::super::context::Context;
use super::super::{containers, selection};
use crate::value::{Failure, Value};

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    #[body_of(containers::combine)]
    fn combine(a: Container, b: Container) -> Container;

    #[body_of(containers::intersection)]
    fn intersection(a: FrozenSet, b: FrozenSet) -> FrozenSet;

    #[body_of(containers::difference)]
    fn difference(a: FrozenSet, b: FrozenSet) -> FrozenSet;

    #[body_of(containers::dedupe)]
    fn dedupe(tup: Tuple) -> Tuple;

    #[body_of(selection::order)]
    fn order(container: Container, compfunc: Callable) -> Tuple;

    #[body_of(containers::repeat)]
    fn repeat(item: Any, num: Integer) -> Tuple;

    #[body_of(containers::size)]
    fn size(container: Container) -> Integer;

    #[body_of(selection::maximum)]
    fn maximum(container: IntegerSet) -> Integer;

    #[body_of(selection::minimum)]
    fn minimum(container: IntegerSet) -> Integer;

    #[body_of(selection::valmax)]
    fn valmax(container: Container, compfunc: Callable) -> Integer;

    #[body_of(selection::valmin)]
    fn valmin(container: Container, compfunc: Callable) -> Integer;

    #[body_of(selection::argmax)]
    fn argmax(container: Container, compfunc: Callable) -> Any;

    #[body_of(selection::argmin)]
    fn argmin(container: Container, compfunc: Callable) -> Any;

    #[body_of(selection::mostcommon)]
    fn mostcommon(container: Container) -> Any;

    #[body_of(selection::leastcommon)]
    fn leastcommon(container: Container) -> Any;

    #[body_of(containers::initset)]
    fn initset(value: Any) -> FrozenSet;

    #[body_of(containers::totuple)]
    fn totuple(container: FrozenSet) -> Tuple;

    /// The first item. Fails for nothing.
    #[example("first((3, 2))" => "3")]
    #[in_columns(item(container, 0))]
    fn first(container: Container) -> Any {
        container.nth_item(0)?.ok_or(Failure::NothingNext)
    }

    /// The last item. Fails for nothing.
    #[example("last((3, 2))" => "2")]
    #[example("last({1, 2})" => "2")]
    #[in_columns(item(container, -1))]
    fn last(context: &mut Context, container: Container) -> Any {
        match container {
            Value::Tuple(tuple) if !tuple.is_empty() => container.item(-1),
            _ => {
                let length = container.length()?;
                context.spend(length)?;
                let last = container.nth_item(length.saturating_sub(1))?;
                last.ok_or(Failure::WrongValue)
            }
        }
    }

    #[body_of(containers::insert)]
    fn insert(value: Any, container: FrozenSet) -> FrozenSet;

    #[body_of(containers::remove)]
    fn remove(value: Any, container: Container) -> Container;

    /// The first item that is not this value. Fails where there is none.
    #[example("other((1, 2), 1)" => "2")]
    fn other(context: &mut Context, container: Container, value: Any) -> Any {
        let others = remove(context, value, container);
        Ok(first(context, &others))
    }

    #[body_of(containers::interval)]
    fn interval(start: Integer, stop: Integer, step: Integer) -> Tuple;

    #[body_of(containers::astuple)]
    fn astuple(a: Integer, b: Integer) -> IntegerTuple;

    #[body_of(containers::product)]
    fn product(a: Container, b: Container) -> FrozenSet;

    #[body_of(containers::pair)]
    fn pair(a: Tuple, b: Tuple) -> TupleTuple;

    #[body_of(containers::sizefilter)]
    fn sizefilter(container: Container, n: Integer) -> FrozenSet;
}
