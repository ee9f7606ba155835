//! The functions that values in JSON name.

use super::context::{Budget, Context};
use super::dialect::Dialect;
use crate::value::json::Functions;
use crate::value::{PrimitiveId, Value};

/// A dialect's functions, for [`json`](crate::value::json).
#[derive(Clone, Copy, Debug)]
pub struct JsonFunctions {
    dialect: &'static Dialect,
}

impl JsonFunctions {
    /// What a call inside JSON may cost: such calls bind and compose, no more.
    const STEPS: u64 = 1 << 20;

    /// The functions of a dialect.
    pub const fn of(dialect: &'static Dialect) -> JsonFunctions {
        JsonFunctions { dialect }
    }
}

impl Functions for JsonFunctions {
    fn named(&mut self, name: &str) -> Option<PrimitiveId> {
        self.dialect.find(name)
    }

    fn called(&mut self, name: &str, arguments: &[Value]) -> Option<Value> {
        let primitive = self.dialect.named(name)?;
        let mut context = Context::new(self.dialect, Budget::of_steps(JsonFunctions::STEPS));
        Some(primitive.call(&mut context, arguments))
    }

    fn name(&self, id: PrimitiveId) -> Option<&str> {
        self.dialect.primitive(id).map(|primitive| primitive.name)
    }
}
