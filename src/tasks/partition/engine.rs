//! What an engine says of which shard this is, in the environment of each of the
//! processes that it starts.
//!
//! | engine | says | counts from |
//! | --- | --- | --- |
//! | Slurm, an array | `SLURM_ARRAY_TASK_ID`, less `_MIN`, by `_STEP` | 0 |
//! | HyperQueue, an array | `HQ_TASK_ID` | as its array does: a number of shards in a row are all of them, from 0 or from 1 |
//! | Kubernetes, an indexed Job | `JOB_COMPLETION_INDEX` | 0 |
//! | GNU parallel | `PARALLEL_SEQ` | 1 |
//!
//! Whatever does not fit is refused: a shard that is run twice, or never, would not be
//! seen in anything but what is missing in the end. So an array of which only some
//! elements are started again has to be given its shards.

use std::ffi::OsString;

use super::Place;

type Variable<'a> = &'a dyn Fn(&str) -> Option<OsString>;

const SLURM: &str = "SLURM_ARRAY_TASK_ID";
const SLURM_LEAST: &str = "SLURM_ARRAY_TASK_MIN";
const SLURM_MOST: &str = "SLURM_ARRAY_TASK_MAX";
const SLURM_STEP: &str = "SLURM_ARRAY_TASK_STEP";
const SLURM_COUNT: &str = "SLURM_ARRAY_TASK_COUNT";
const HYPERQUEUE: &str = "HQ_TASK_ID";
const KUBERNETES: &str = "JOB_COMPLETION_INDEX";
const PARALLEL: &str = "PARALLEL_SEQ";

const ENGINES: [&str; 4] = [SLURM, HYPERQUEUE, KUBERNETES, PARALLEL];

/// Error for an environment that does not say, or not clearly, which shard this is.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No engine's variable is there.
    #[error(
        "no engine says which shard this is: found none of {} in the environment; give it, as in slice:2/8",
        ENGINES.join(", ")
    )]
    None,
    /// Several engines' are.
    #[error(
        "two engines say which shard this is: found {first} and {second} in the environment; give the one that is meant, as in slice:$(({second} + 1))/8, or unset the other"
    )]
    Several {
        /// One variable.
        first: &'static str,
        /// Another.
        second: &'static str,
    },
    /// A variable is no number.
    #[error(
        "the environment has {variable}={value}, expected a whole number; give the shard, as in slice:2/8"
    )]
    NoNumber {
        /// Which.
        variable: &'static str,
        /// What it has.
        value: String,
    },
    /// The engine does not say how many shards there are.
    #[error(
        "{variable} says which shard this is and not how many there are; give their number, as in auto/8"
    )]
    NoCount {
        /// What it says.
        variable: &'static str,
    },
    /// Slurm's array has gaps, or is a part of one.
    #[error(
        "the elements of Slurm's array do not count all shards: {SLURM_COUNT} is {count}, and from {least} to {most} by {step} there are {expected}; give the shard, as in slice:2/8"
    )]
    Gaps {
        /// How many elements there are.
        count: u64,
        /// The least of them.
        least: u64,
        /// The greatest.
        most: u64,
        /// From one to the next.
        step: u64,
        /// How many that makes.
        expected: u64,
    },
    /// Slurm's array has another number of elements than there are to be shards.
    #[error(
        "Slurm's array has {count} elements ({SLURM_COUNT}) for {of} shards; give the shard, as in slice:2/{of}"
    )]
    OtherCount {
        /// How many elements there are.
        count: u64,
        /// How many shards.
        of: u64,
    },
    /// It is none of the shards.
    #[error(
        "{variable} is {value}, which is none of {of} shards; give the shard, as in slice:2/{of}"
    )]
    Beyond {
        /// What the engine says it by.
        variable: &'static str,
        /// What it says.
        value: u64,
        /// How many shards there are.
        of: u64,
    },
}

/// The place of this instance's shard, of so many where that is given, and what it was
/// taken from.
pub(super) fn place(
    variable: Variable<'_>,
    of: Option<u64>,
) -> Result<(Place, String), EngineError> {
    let mut found = ENGINES.into_iter().filter(|name| variable(name).is_some());
    let name = match (found.next(), found.next()) {
        (None, _) => return Err(EngineError::None),
        (Some(first), Some(second)) => return Err(EngineError::Several { first, second }),
        (Some(name), None) => name,
    };
    let value = number(variable, name)?.unwrap_or(0);
    if name == SLURM {
        return slurm(variable, value, of);
    }
    let of = of.ok_or(EngineError::NoCount { variable: name })?;
    let index = match name {
        KUBERNETES => Some(value),
        // Arrays from 0 and from 1 both have all shards.
        HYPERQUEUE if value == 0 => Some(of - 1),
        _ => value.checked_sub(1),
    };
    let place = at(index, name, value, of)?;
    Ok((place, format!("{name} {value}")))
}

fn slurm(
    variable: Variable<'_>,
    value: u64,
    of: Option<u64>,
) -> Result<(Place, String), EngineError> {
    let least = number(variable, SLURM_LEAST)?.unwrap_or(0);
    let step = number(variable, SLURM_STEP)?.unwrap_or(1).max(1);
    let most = number(variable, SLURM_MOST)?;
    let count = number(variable, SLURM_COUNT)?;
    let of = match (of, count, most) {
        (None, Some(count), Some(most)) => {
            let expected = most.saturating_sub(least) / step + 1;
            if count != expected {
                return Err(EngineError::Gaps {
                    count,
                    least,
                    most,
                    step,
                    expected,
                });
            }
            count
        }
        (None, ..) => return Err(EngineError::NoCount { variable: SLURM }),
        (Some(of), Some(count), _) if count != of => {
            return Err(EngineError::OtherCount { count, of });
        }
        (Some(of), ..) => of,
    };
    let offset = value.checked_sub(least);
    let index = offset.filter(|offset| offset % step == 0);
    let place = at(index.map(|offset| offset / step), SLURM, value, of)?;
    let from = match (least, step) {
        (0, 1) => format!("{SLURM} {value}"),
        (_, 1) => format!("{SLURM} {value} of those from {least}"),
        _ => format!("{SLURM} {value} of those from {least} by {step}"),
    };
    Ok((place, from))
}

fn at(
    index: Option<u64>,
    variable: &'static str,
    value: u64,
    of: u64,
) -> Result<Place, EngineError> {
    match index {
        Some(index) if index < of => Ok(Place {
            number: index + 1,
            of,
        }),
        _ => Err(EngineError::Beyond {
            variable,
            value,
            of,
        }),
    }
}

fn number(variable: Variable<'_>, name: &'static str) -> Result<Option<u64>, EngineError> {
    let Some(value) = variable(name) else {
        return Ok(None);
    };
    let text = value.to_string_lossy();
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(EngineError::NoNumber {
            variable: name,
            value: text.into_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(environment: &[(&str, &str)], of: Option<u64>) -> Result<(u64, u64), EngineError> {
        let variable = |name: &str| {
            let mut own = environment.iter().filter(|(own, _)| *own == name);
            own.next().map(|(_, value)| OsString::from(value))
        };
        place(&variable, of).map(|(place, _)| (place.number, place.of))
    }

    fn array(id: &'static str, rest: [&'static str; 4]) -> Vec<(&'static str, &'static str)> {
        let names = [SLURM_LEAST, SLURM_MOST, SLURM_STEP, SLURM_COUNT];
        let rest = names
            .into_iter()
            .zip(rest)
            .filter(|(_, value)| !value.is_empty());
        [(SLURM, id)].into_iter().chain(rest).collect()
    }

    #[test]
    fn each_engine_counts_in_its_own_way() {
        for (variable, value, expected) in [
            (KUBERNETES, "0", 1),
            (KUBERNETES, "7", 8),
            (PARALLEL, "1", 1),
            (PARALLEL, "8", 8),
            (HYPERQUEUE, "1", 1),
            (HYPERQUEUE, "8", 8),
            (HYPERQUEUE, "0", 8),
            (SLURM, "0", 1),
        ] {
            assert_eq!(of(&[(variable, value)], Some(8)).unwrap(), (expected, 8));
        }
        for (variable, value) in [
            (KUBERNETES, "8"),
            (PARALLEL, "0"),
            (PARALLEL, "9"),
            (HYPERQUEUE, "9"),
        ] {
            let error = of(&[(variable, value)], Some(8)).unwrap_err();
            assert!(
                matches!(error, EngineError::Beyond { .. }),
                "{variable} {value}: {error}"
            );
        }
    }

    #[test]
    fn slurm_says_how_many_there_are_where_its_array_has_no_gaps() {
        for (environment, asked, expected) in [
            (array("5", ["1", "8", "1", "8"]), None, (5, 8)),
            (array("0", ["0", "7", "1", "8"]), Some(8), (1, 8)),
            (array("7", ["3", "9", "2", "4"]), None, (3, 4)),
            (array("7", ["3", "9", "2", "4"]), Some(4), (3, 4)),
            (array("4", ["2", "", "2", ""]), Some(8), (2, 8)),
        ] {
            assert_eq!(
                of(&environment, asked).unwrap(),
                expected,
                "{environment:?}"
            );
        }
        let gaps = of(&array("5", ["1", "8", "1", "2"]), None).unwrap_err();
        assert!(
            matches!(gaps, EngineError::Gaps { expected: 8, .. }),
            "{gaps}"
        );
        let part = of(&array("5", ["5", "6", "1", "2"]), Some(8)).unwrap_err();
        assert!(
            matches!(part, EngineError::OtherCount { count: 2, of: 8 }),
            "{part}"
        );
        let between = of(&array("4", ["3", "9", "2", "4"]), None).unwrap_err();
        assert!(matches!(between, EngineError::Beyond { .. }), "{between}");
    }

    #[test]
    fn what_does_not_say_it_clearly_is_refused_with_what_to_give() {
        let none = of(&[], Some(8)).unwrap_err();
        assert!(none.to_string().contains("PARALLEL_SEQ"), "{none}");
        let two = of(&[(SLURM, "1"), (PARALLEL, "1")], Some(8)).unwrap_err();
        assert!(matches!(two, EngineError::Several { .. }), "{two}");
        let uncounted = of(&[(PARALLEL, "1")], None).unwrap_err();
        assert!(uncounted.to_string().contains("auto/8"), "{uncounted}");
        let uncounted = of(&[(SLURM, "1")], None).unwrap_err();
        assert!(
            matches!(uncounted, EngineError::NoCount { .. }),
            "{uncounted}"
        );
        let word = of(&[(KUBERNETES, "two")], Some(8)).unwrap_err();
        assert!(
            word.to_string().contains("JOB_COMPLETION_INDEX=two"),
            "{word}"
        );
    }
}
