//! What distinguishes the inputs of a task from its outputs.

#![allow(
    non_snake_case,
    reason = "`S` is what the reference calls the samples, and keyword arguments too"
)]

use super::macros::primitives;
use crate::value::Value;

primitives! {
    /// The samples whose output differs from their input.
    #[example("dedupe_pair_tuple(((1, 1), (1, 2)))" => "((1, 2),)")]
    fn dedupe_pair_tuple(context, S: Samples) -> Samples {
        let mut samples = Vec::new();
        for sample in S.items()? {
            context.spend(1)?;
            let [input, output] = sample.unpack()?;
            if !input.equals(&output) {
                samples.push(Value::tuple_of_two(input, output)?);
            }
        }
        Value::tuple(samples)
    }
}
