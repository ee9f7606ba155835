//! The functions that values in JSON name.

use super::context::{Budget, Context};
use super::table;
use crate::value::json::Functions;
use crate::value::{PrimitiveId, Value};

/// The table's functions, for [`json`](crate::value::json).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableFunctions;

impl TableFunctions {
    /// What a call inside JSON may cost: such calls bind and compose, no more.
    const STEPS: u64 = 1 << 20;
}

impl Functions for TableFunctions {
    fn named(&mut self, name: &str) -> Option<PrimitiveId> {
        table::find(name)
    }

    fn called(&mut self, name: &str, arguments: &[Value]) -> Option<Value> {
        let primitive = table::get(table::find(name)?)?;
        let mut context = Context::new(Budget::of_steps(TableFunctions::STEPS));
        Some(primitive.call(&mut context, arguments))
    }

    fn name(&self, id: PrimitiveId) -> Option<&str> {
        table::get(id).map(|primitive| primitive.name)
    }
}
