//! What a submission is worth against outputs that are known.

use std::sync::Arc;

use arc_programs::task::TaskName;
use arc_programs::value::Grid;
use serde::Serialize;

use super::problem::{Problem, task_place};
use super::reading::{ReadSubmission, TaskEntry};
use crate::words::counted;

/// Solution of a task: the outputs of its test samples, `None` where the data do not
/// tell.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The task.
    pub task: TaskName,
    /// The outputs, in the order of its test samples.
    pub outputs: Vec<Option<Arc<Grid>>>,
}

/// Score of a submission.
#[derive(Debug)]
pub struct Scored {
    /// Each task of the data that has test samples.
    pub tasks: Vec<TaskScore>,
    /// What is wrong with the submission.
    pub problems: Vec<Problem>,
    /// Number of problems that are not named.
    pub more_problems: usize,
}

/// Score of a submission on a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TaskScore {
    /// The task.
    pub task: TaskName,
    /// Number of test samples that one of the attempts meets.
    pub met: usize,
    /// Number of test samples whose output is known.
    pub known: usize,
    /// Number of those whose output is not: they are not counted.
    pub unknown: usize,
}

/// Reason why there is nothing to score.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScoringError {
    /// There is no task in it.
    #[error("found a submission of no tasks, expected those of the data")]
    Empty,
    /// No task of the submission is in the data.
    #[error(
        "found a submission for another data set: none of its {submitted} tasks, such as {first}, is among the {known} of the data"
    )]
    OtherData {
        /// Number of the submission's tasks.
        submitted: usize,
        /// The first of them.
        first: String,
        /// Number of the data's.
        known: usize,
    },
    /// The data know no output.
    #[error("found no test sample whose output is known, expected data with solutions")]
    NothingKnown,
}

/// Scores a submission.
///
/// # Errors
/// [`ScoringError`] where nothing of it could count.
pub fn score(
    submission: ReadSubmission<'_>,
    solutions: &[Solution],
) -> Result<Scored, ScoringError> {
    let ReadSubmission {
        mut tasks,
        text,
        mut problems,
    } = submission;
    let (submitted, first) = match tasks.first() {
        Some((name, _)) => (tasks.len(), name.chars().take(40).collect()),
        None => return Err(ScoringError::Empty),
    };
    let is_submitted = |own: &Solution| tasks.contains_key(own.task.as_str());
    if !solutions.iter().any(is_submitted) {
        return Err(ScoringError::OtherData {
            submitted,
            first,
            known: solutions.len(),
        });
    }
    if solutions
        .iter()
        .all(|own| own.outputs.iter().all(Option::is_none))
    {
        return Err(ScoringError::NothingKnown);
    }
    let mut scores = Vec::new();
    for Solution { task, outputs } in solutions {
        let place = || task_place(task.as_str());
        let expected = outputs.len();
        let samples = match tasks.swap_remove(task.as_str()) {
            Some(TaskEntry {
                samples: Some(samples),
                offset,
            }) => {
                if samples.len() != expected {
                    let problem = format!(
                        "attempts at {}, expected them at {expected}",
                        counted(samples.len(), "test sample")
                    );
                    problems.add(offset, place, problem);
                }
                samples
            }
            // That it is no array is told already.
            Some(TaskEntry { samples: None, .. }) => Vec::new(),
            None if expected == 0 => continue,
            None => {
                let expected = counted(expected, "test sample");
                let problem = format!("no entry, expected attempts at {expected}");
                problems.add_missing(place, problem);
                Vec::new()
            }
        };
        let is_met = |(index, output): &(usize, &Option<Arc<Grid>>)| {
            let both = samples.get(*index).zip(output.as_ref());
            both.is_some_and(|(attempts, output)| attempts.meet(output))
        };
        let known = outputs.iter().flatten().count();
        scores.push(TaskScore {
            task: *task,
            met: outputs.iter().enumerate().filter(is_met).count(),
            known,
            unknown: expected - known,
        });
    }
    for (name, TaskEntry { offset, .. }) in &tasks {
        let problem = "a task that the data do not have, expected theirs alone";
        problems.add(*offset, || task_place(name), problem);
    }
    let (problems, more_problems) = problems.located(text);
    Ok(Scored {
        tasks: scores,
        problems,
        more_problems,
    })
}

impl Scored {
    /// Number of test samples that are met.
    pub fn met(&self) -> usize {
        self.tasks.iter().map(|own| own.met).sum()
    }

    /// Number of test samples whose output is known.
    pub fn known(&self) -> usize {
        self.tasks.iter().map(|own| own.known).sum()
    }

    /// Number of test samples whose output is not.
    pub fn unknown(&self) -> usize {
        self.tasks.iter().map(|own| own.unknown).sum()
    }

    /// The share of test samples that are met, 0 to 1: Kaggle's score.
    pub fn score(&self) -> f64 {
        self.met() as f64 / self.known().max(1) as f64
    }

    /// Tasks with an output that is known.
    pub fn known_tasks(&self) -> impl Iterator<Item = &TaskScore> {
        self.tasks.iter().filter(|own| own.known > 0)
    }

    /// The mean over the tasks of the share of their test samples that are met, 0 to
    /// 1: as ARC Prize's own harness has it where all tasks are there.
    pub fn mean_of_tasks(&self) -> f64 {
        let shares: Vec<f64> = self
            .known_tasks()
            .map(|own| own.met as f64 / own.known as f64)
            .collect();
        shares.iter().sum::<f64>() / shares.len().max(1) as f64
    }

    /// Number of problems, named or not.
    pub fn number_of_problems(&self) -> usize {
        self.problems.len() + self.more_problems
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn solution(task: &str, colours: &[Option<i8>]) -> Solution {
        let grid = |colour: &Option<i8>| Some(Arc::new(Grid::new(1, 1, vec![(*colour)?])?));
        Solution {
            task: task.parse().unwrap(),
            outputs: colours.iter().map(grid).collect(),
        }
    }

    fn sample(first: i8, second: i8) -> String {
        format!(r#"{{"attempt_1": [[{first}]], "attempt_2": [[{second}]]}}"#)
    }

    #[test]
    fn a_sample_is_met_by_either_attempt() {
        let text = format!(
            r#"{{"a": [{}, {}, {}], "b": [{}], "c": []}}"#,
            sample(1, 0),
            sample(0, 2),
            sample(4, 4),
            sample(5, 0),
        );
        let solutions = [
            solution("a", &[Some(1), Some(2), Some(3)]),
            solution("b", &[Some(5)]),
            solution("c", &[]),
        ];
        let scored = score(read(&text).unwrap(), &solutions).unwrap();
        assert_eq!((scored.met(), scored.known(), scored.unknown()), (3, 4, 0));
        assert!((scored.score() - 0.75).abs() < 1e-9);
        assert!((scored.mean_of_tasks() - (2.0 / 3.0 + 1.0) / 2.0).abs() < 1e-9);
        assert!(scored.problems.is_empty());
    }

    #[test]
    fn what_is_unknown_is_not_counted() {
        let text = format!(
            r#"{{"a": [{}, {}], "b": [{}]}}"#,
            sample(1, 1),
            sample(1, 1),
            sample(1, 1)
        );
        let solutions = [solution("a", &[None, Some(1)]), solution("b", &[None])];
        let scored = score(read(&text).unwrap(), &solutions).unwrap();
        assert_eq!((scored.met(), scored.known(), scored.unknown()), (1, 1, 2));
        assert_eq!(scored.known_tasks().count(), 1);
    }

    #[test]
    fn tasks_and_samples_that_do_not_agree_are_named_and_count_as_not_met() {
        let text = format!(
            "{{\"a\": [{}],\n\"x\": [],\n\"b\": [{}, {}],\n\"d\": 7}}",
            sample(1, 0),
            sample(1, 0),
            sample(1, 0),
        );
        let solutions = [
            solution("a", &[Some(1), Some(1)]),
            solution("b", &[Some(1)]),
            solution("c", &[Some(1)]),
            solution("d", &[Some(1)]),
            solution("no_tests", &[]),
        ];
        let scored = score(read(&text).unwrap(), &solutions).unwrap();
        assert_eq!((scored.met(), scored.known()), (2, 5));
        let told: Vec<String> = scored.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 1, column 7: task a: found attempts at 1 test sample, expected them at 2",
                "line 2, column 6: task x: found a task that the data do not have, expected theirs alone",
                "line 3, column 6: task b: found attempts at 2 test samples, expected them at 1",
                "line 4, column 6: task d: found a number, expected an array with an object for each test sample",
                "task c: found no entry, expected attempts at 1 test sample",
            ]
        );
    }

    #[test]
    fn where_nothing_could_count_that_is_an_error() {
        let error = |text: &str, colour| {
            let solutions = [solution("a", &[colour])];
            score(read(text).unwrap(), &solutions).unwrap_err()
        };
        assert_eq!(error("{}", Some(1)), ScoringError::Empty);
        assert_eq!(error(r#"{"a": []}"#, None), ScoringError::NothingKnown);
        let other = error(r#"{"x": [], "y": []}"#, Some(1)).to_string();
        assert!(
            other.contains("none of its 2 tasks, such as x, is among the 1"),
            "{other}"
        );
    }
}
