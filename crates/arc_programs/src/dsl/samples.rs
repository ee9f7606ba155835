//! What distinguishes the inputs of a task from its outputs.

#![allow(
    non_snake_case,
    reason = "`S` is what the reference calls the samples, and keyword arguments too"
)]

use arc_programs_macros::primitives;

use super::call::call;
use super::collect::Collector;
use super::containers::{dedupe, difference_tuple, first, second};
use super::context::Context;
use super::functions::mapply_t;
use super::grids::mir_rot_t;
use crate::value::{Failure, Outcome, Value};

/// A primitive of one argument.
type Pick = fn(&mut Context, &Value) -> Value;

/// What a function yields for the inputs of the samples and for their outputs,
/// merged and each value once.
fn sides(context: &mut Context, samples: &Value, function: &Value) -> Result<[Value; 2], Failure> {
    let mut side = |pick: Pick| {
        let grids = match each(context, samples, pick) {
            Err(failure) if failure.ends_all() => return Err(failure),
            grids => grids.unwrap_or(Value::EMPTY_TUPLE),
        };
        let found = mapply_t(context, function, &grids);
        Ok(dedupe(context, &found))
    };
    Ok([side(first)?, side(second)?])
}

/// What is picked of each sample, in a container of the samples' kind.
fn each(context: &mut Context, samples: &Value, pick: Pick) -> Outcome {
    let mut picked = Collector::like(samples)?;
    for sample in samples.items()? {
        picked.push(pick(context, &sample));
    }
    picked.finish()
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The first of the eight ways of `mir_rot_t` that makes the output of every
    /// sample from its input; `None` where there is none.
    #[example("a_mr(((((1, 2),), ((1,), (2,))),))" => "1")]
    #[example("a_mr(((((1, 2),), ((5,),)),))" => "None")]
    #[finds(Orientation { one: "a_mr(S)" })]
    fn a_mr(context: &mut Context, S: Samples) -> A8 {
        for way in 0..8 {
            let way = Value::Integer(way);
            let mut makes_all = true;
            for sample in S.items()? {
                let [input, output]: [Value; 2] = sample.unpack()?;
                if !output.equals(&mir_rot_t(context, &input, &way)) {
                    makes_all = false;
                    break;
                }
            }
            if makes_all {
                return Ok(way);
            }
        }
        Ok(Value::None)
    }

    /// What a function finds in the inputs and not in the outputs: the colours
    /// that are lost, for `p_g`.
    #[example("c_iz(((((1, 2),), ((1, 3),)),), p_g)" => "(2,)")]
    fn c_iz(context: &mut Context, S: Samples, function: Callable) -> Any {
        let [inputs, outputs] = sides(context, S, function)?;
        Ok(difference_tuple(context, &inputs, &outputs))
    }

    /// What a function picks of what another finds in the inputs and not in the
    /// outputs.
    #[example("c_iz_n(((((1, 2),), ((1, 3),)),), p_g, first)" => "2")]
    #[finds(Colours { all: "c_iz(S, p_g)", one: "c_iz_n(S, p_g, rbind(get_nth_t, RANK))" })]
    fn c_iz_n(context: &mut Context, S: Samples, function: Callable, pick: Callable) -> C_ {
        let lost = c_iz(context, S, function);
        call(context, pick, &[&lost])
    }

    /// What a function finds in the outputs and not in the inputs: the colours
    /// that are gained, for `p_g`.
    #[example("c_zo(((((1, 2),), ((1, 3),)),), p_g)" => "(3,)")]
    fn c_zo(context: &mut Context, S: Samples, function: Callable) -> Any {
        let [inputs, outputs] = sides(context, S, function)?;
        Ok(difference_tuple(context, &outputs, &inputs))
    }

    /// What a function picks of what another finds in the outputs and not in the
    /// inputs.
    #[example("c_zo_n(((((1, 2),), ((1, 3),)),), p_g, first)" => "3")]
    #[finds(Colours { all: "c_zo(S, p_g)", one: "c_zo_n(S, p_g, rbind(get_nth_t, RANK))" })]
    fn c_zo_n(context: &mut Context, S: Samples, function: Callable, pick: Callable) -> C_ {
        let gained = c_zo(context, S, function);
        call(context, pick, &[&gained])
    }

    /// The samples whose output differs from their input.
    #[example("dedupe_pair_tuple(((1, 1), (1, 2)))" => "((1, 2),)")]
    fn dedupe_pair_tuple(context: &mut Context, S: Samples) -> Samples {
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
