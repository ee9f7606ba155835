//! What results are worth.

use crate::value::Value;

/// What one sample is worth at most.
pub const FULL: u64 = 1000;

/// How long a step takes in the reference, which its users know speeds by: a
/// microsecond, as most of CPython's operations on a cell do.
const SECONDS_PER_STEP: f64 = 1e-6;

/// What a solver's result on one sample scores: all or nothing; nothing where
/// the expected output is not known.
pub fn of_solver(result: Option<&Value>, expected: Option<&Value>) -> u64 {
    match (result, expected) {
        (Some(result), Some(expected)) if result.equals(expected) => FULL,
        _ => 0,
    }
}

/// What a differ's result on one sample scores: the first element of the
/// `(score, detail)` that it returns, within 0 and 1000; nothing for a result
/// of another form.
pub fn of_differ(result: Option<&Value>) -> u64 {
    let score = result.and_then(|result| result.item(0).ok());
    let score = score.and_then(|score| score.as_integer()).unwrap_or(0);
    u64::try_from(score).map_or(0, |score| score.min(FULL))
}

/// The speed bucket of a program that takes so many steps on all samples of a
/// task together: `11 − trunc(ln(seconds))`, higher being faster, at least 0.
///
/// The seconds are those that the steps stand for, not a clock's, so that the
/// bucket is the same on every machine.
pub fn speed(steps: u64) -> u32 {
    let seconds = steps.max(1) as f64 * SECONDS_PER_STEP;
    // Steps are at least 1, so this is at most 11 + 13.
    (11.0 - seconds.ln().trunc()).max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solver_scores_all_or_nothing() {
        let (one, yes) = (Value::Integer(1), Value::Boolean(true));
        assert_eq!(of_solver(Some(&one), Some(&yes)), 1000, "True == 1");
        assert_eq!(of_solver(Some(&one), Some(&Value::Integer(2))), 0);
        assert_eq!(of_solver(Some(&one), None), 0);
        assert_eq!(of_solver(None, Some(&one)), 0);
        assert_eq!(of_solver(Some(&Value::NAN), Some(&Value::NAN)), 0);
    }

    #[test]
    fn a_differ_scores_its_first_element_within_bounds() {
        let pair = |score: i64| Value::pair(score, 0);
        let of = |score| of_differ(Some(&pair(score)));
        assert_eq!(
            (of(-5), of(0), of(999), of(1000), of(70_000)),
            (0, 0, 999, 1000, 1000)
        );
        assert_eq!(of_differ(Some(&Value::Integer(5))), 0);
        assert_eq!(of_differ(Some(&Value::EMPTY_TUPLE)), 0);
        assert_eq!(of_differ(None), 0);
    }

    #[test]
    fn speed_is_higher_for_faster_programs() {
        assert_eq!(speed(0), 24);
        assert_eq!(speed(1), 24);
        assert_eq!(speed(1000), 17, "a millisecond: ln is -6.9");
        assert_eq!(speed(1_000_000), 11, "a second");
        assert_eq!(speed(10_000_000), 9);
        assert_eq!(speed(u64::MAX), 0);
    }
}
