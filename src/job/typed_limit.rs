//! Values of `-t` that may be a time limit or a task.
//!
//! `-t` names tasks here and limits the time in the reference. A number is a limit by
//! its form, unless the data has a task of that name; so which it is can be said only
//! when the tasks are known.

use std::time::Duration;

use arc_programs::batt::SampleBudget;

use crate::tasks::TaskSource;

/// A value of `-t` that has the form of a time limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedLimit {
    /// How it was typed: perhaps a task's name.
    pub typed: String,
    /// The time limit that it is otherwise.
    pub limit: Duration,
    /// Whether another limit was typed after it.
    pub is_overruled: bool,
}

/// The budget of a sample under the last of the limits that is one, and the notices to
/// the user of what was taken for which.
pub fn settle(
    limits: Vec<TypedLimit>,
    tasks: &TaskSource,
    mut budget: SampleBudget,
) -> (SampleBudget, Vec<String>) {
    let is_task = |limit: &TypedLimit| tasks.find(&limit.typed).is_ok();
    let (named, limits): (Vec<_>, Vec<_>) = limits.into_iter().partition(is_task);
    let as_task = |TypedLimit { typed, .. }: &TypedLimit| {
        format!(
            "-t {typed} names a task of the data; --timeout {typed} limits the time, -i {typed} can name the task alone"
        )
    };
    let mut notices: Vec<String> = named.iter().map(as_task).collect();
    let last = limits.iter().rfind(|limit| !limit.is_overruled);
    if let (Some(TypedLimit { typed, limit, .. }), Some(timeout)) = (last, &mut budget.timeout) {
        timeout.duration = *limit;
        notices.push(format!(
            "-t {typed} is taken as the time limit, as the reference has it; --timeout {typed} says the same"
        ));
    }
    (budget, notices)
}

#[cfg(test)]
mod tests {
    use arc_programs::deadline::Timeout;

    use super::*;

    #[test]
    fn it_limits_the_time_unless_a_task_has_its_name() {
        let of = |typed: &str, seconds, is_overruled| TypedLimit {
            typed: typed.to_owned(),
            limit: Duration::from_secs(seconds),
            is_overruled,
        };
        let source = [("7.json", r#"{"train": [], "test": []}"#)];
        let tasks = TaskSource::from_texts("made up", source).unwrap();
        let budget = SampleBudget {
            timeout: Some(Timeout {
                clock: || Duration::ZERO,
                duration: Duration::from_secs(10),
            }),
            ..SampleBudget::default()
        };
        for (limits, seconds, notices) in [
            (vec![], 10, &[][..]),
            (vec![of("20", 20, false)], 20, &["-t 20 is"]),
            (vec![of("20", 20, true)], 10, &[]),
            (
                vec![of("20", 20, false), of("30", 30, false)],
                30,
                &["-t 30 is"],
            ),
            (vec![of("7", 7, false)], 10, &["-t 7 names"]),
            (vec![of("7", 7, true)], 10, &["-t 7 names"]),
            (
                vec![of("20", 20, false), of("7", 7, false)],
                20,
                &["-t 7 names", "-t 20 is"],
            ),
        ] {
            let (own, told) = settle(limits.clone(), &tasks, budget);
            assert_eq!(own.duration(), Duration::from_secs(seconds), "{limits:?}");
            assert_eq!(told.len(), notices.len(), "{told:?}");
            for (told, expected) in told.iter().zip(notices) {
                assert!(told.starts_with(expected), "{told}");
            }
        }
    }
}
