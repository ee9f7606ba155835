//! A submission from JSON, strictly: whatever is not as it should be is named with its
//! task, its sample and its attempt, and the rest is read.
//!
//! Of what stands there twice the last holds, as for the JSON readers of others.

use std::sync::Arc;

use arc_programs::json_error::JsonError;
use arc_programs::task::grid_from_json;
use arc_programs::value::Grid;
use indexmap::IndexMap;
use serde_json::value::RawValue;

use super::problem::{Problem, Problems, task_place};
use super::{ATTEMPTS, Attempts};
use crate::json_members::RawMembers;

/// Submission that was read, of tasks of any names.
#[derive(Debug)]
pub struct ReadSubmission<'text> {
    /// The tasks, in the order of the text.
    pub tasks: IndexMap<String, TaskEntry>,
    pub(super) text: &'text str,
    pub(super) problems: Problems,
}

/// Entry of a task in a submission.
#[derive(Debug)]
pub struct TaskEntry {
    /// The attempts at each test sample; `None` where it is no array.
    pub samples: Option<Vec<Attempts>>,
    /// The byte of the text where it begins.
    pub(super) offset: usize,
}

/// The submission of a text.
///
/// # Errors
/// [`JsonError`] for a text that is no JSON object. What is wrong inside it are
/// problems, which [`ReadSubmission::problems`] and [`score`](super::score) tell.
pub fn read(text: &str) -> Result<ReadSubmission<'_>, JsonError> {
    let RawMembers(members) =
        serde_json::from_str(text).map_err(|error| JsonError::of_part(text, 0, &error))?;
    let mut reading = Reading {
        text,
        problems: Problems::default(),
    };
    let mut tasks = IndexMap::new();
    for (name, value) in members {
        let place = || task_place(&name);
        let offset = reading.offset(value);
        let samples = reading.samples(value, &place);
        if tasks.contains_key(&name) {
            reading
                .problems
                .add(offset, place, "the task again, expected it once");
        }
        tasks.insert(name, TaskEntry { samples, offset });
    }
    Ok(ReadSubmission {
        tasks,
        text,
        problems: reading.problems,
    })
}

impl ReadSubmission<'_> {
    /// Whether there is an attempt in it that could be read.
    pub fn has_attempts(&self) -> bool {
        let mut samples = self.tasks.values().flat_map(|entry| &entry.samples);
        let is_there = |Attempts(grids): &Attempts| grids.iter().any(Option::is_some);
        samples.any(|samples| samples.iter().any(is_there))
    }

    /// The problems, whatever the tasks are, and how many more there are than are
    /// named.
    pub fn problems(self) -> (Vec<Problem>, usize) {
        self.problems.located(self.text)
    }
}

struct Reading<'text> {
    text: &'text str,
    problems: Problems,
}

impl Reading<'_> {
    /// Where a value stands in the text.
    fn offset(&self, value: &RawValue) -> usize {
        value.get().as_ptr() as usize - self.text.as_ptr() as usize
    }

    fn samples(&mut self, value: &RawValue, place: &dyn Fn() -> String) -> Option<Vec<Attempts>> {
        let Ok(samples) = serde_json::from_str::<Vec<&RawValue>>(value.get()) else {
            let problem = format!(
                "{}, expected an array with an object for each test sample",
                kind_of(value)
            );
            self.problems.add(self.offset(value), place, problem);
            return None;
        };
        let samples = samples.into_iter().enumerate();
        let attempts = samples
            .map(|(index, sample)| self.attempts(sample, &|| format!("{}, test:{index}", place())));
        Some(attempts.collect())
    }

    fn attempts(&mut self, value: &RawValue, place: &dyn Fn() -> String) -> Attempts {
        let mut attempts = Attempts::default();
        let Ok(RawMembers(members)) = serde_json::from_str(value.get()) else {
            let [first, second] = ATTEMPTS;
            let problem = format!(
                "{}, expected an object of {first} and {second}",
                kind_of(value)
            );
            self.problems.add(self.offset(value), place, problem);
            return attempts;
        };
        let mut seen = [false; ATTEMPTS.len()];
        for (name, grid) in &members {
            let offset = self.offset(grid);
            let Some(index) = ATTEMPTS.iter().position(|own| own == name) else {
                let name: String = name.chars().take(40).collect();
                let problem = format!(
                    "a member `{name}`, expected {} alone",
                    ATTEMPTS.join(" and ")
                );
                self.problems.add(offset, place, problem);
                continue;
            };
            let place = || format!("{}, {}", place(), ATTEMPTS[index]);
            if std::mem::replace(&mut seen[index], true) {
                self.problems
                    .add(offset, place, "the attempt again, expected it once");
            }
            attempts.0[index] = match strict_grid(grid.get()) {
                Ok(grid) => Some(grid),
                Err(error) => {
                    self.problems.add_within(offset, place, error);
                    None
                }
            };
        }
        for (name, _) in ATTEMPTS.iter().zip(seen).filter(|(_, seen)| !seen) {
            let problem = format!("no {name}, expected {}", ATTEMPTS.join(" and "));
            self.problems.add(self.offset(value), place, problem);
        }
        attempts
    }
}

/// The grid of an attempt. Data may have a colour in other forms than a number, for
/// which the reader of grids makes allowance; whoever scores a submission makes none.
fn strict_grid(text: &str) -> Result<Arc<Grid>, JsonError> {
    let grid = grid_from_json(text)?;
    let is_of_numbers = |byte: u8| b"[],".contains(&byte) || byte.is_ascii_digit();
    let is_odd = |byte: u8| !is_of_numbers(byte) && !byte.is_ascii_whitespace();
    match text.bytes().position(is_odd) {
        None => Ok(grid),
        Some(offset) => {
            let problem = "a cell that is no number, expected 0 to 9";
            Err(JsonError::at(text, offset, problem))
        }
    }
}

/// What a value is, in words.
fn kind_of(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let (problems, more) = read(text).unwrap().problems();
        assert_eq!(more, 0);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_sound_is_read() {
        let text = r#"{"a": [{"attempt_2": [[1, 2]], "attempt_1": [[3]]}], "b": []}"#;
        let submission = read(text).unwrap();
        let samples = submission.tasks["a"].samples.as_ref().unwrap();
        let cells = samples[0]
            .0
            .each_ref()
            .map(|grid| grid.as_ref().unwrap().cells().to_vec());
        assert_eq!(cells, [vec![3], vec![1, 2]]);
        assert!(submission.tasks["b"].samples.as_ref().unwrap().is_empty());
        assert!(submission.problems().0.is_empty());
    }

    #[test]
    fn each_fault_is_named_with_its_place() {
        let sample =
            |one: &str, two: &str| format!(r#"{{"attempt_1": {one}, "attempt_2": {two}}}"#);
        for (one, problem) in [
            ("[[1, 2], [3]]", "row 2 of a grid has 1 cells, expected 2"),
            (
                "[[10]]",
                "the colour 10 in row 1 of a grid, expected 0 to 9",
            ),
            ("[[-1]]", "the colour -1 in row 1"),
            ("[[1.5]]", "invalid type: floating point `1.5`"),
            ("[[true]]", "invalid type: boolean `true`"),
            ("[]", "an empty grid"),
            ("[[]]", "row 1 of a grid is empty"),
            ("[1]", "invalid type: integer `1`"),
            ("null", "invalid type: null"),
        ] {
            let text = format!(
                "{{\"a\":\n[{}, {}]}}",
                sample("[[0]]", "[[0]]"),
                sample(one, "[[0]]")
            );
            let told = told(&text);
            let [told] = &told[..] else {
                panic!("{one}: {told:?}")
            };
            assert!(told.starts_with("line 2, column "), "{told}");
            let named = format!("task a, test:1, attempt_1: found {problem}");
            assert!(told.contains(&named), "{told}");
        }
        for (text, expected) in [
            (
                r#"{"a": {"train": []}}"#,
                "line 1, column 7: task a: found an object, expected an array with an object for each test sample",
            ),
            (
                r#"{"a": [[[1]]]}"#,
                "line 1, column 8: task a, test:0: found an array, expected an object of attempt_1 and attempt_2",
            ),
            (
                r#"{"a": [{"attempt_1": [[1]]}]}"#,
                "line 1, column 8: task a, test:0: found no attempt_2, expected attempt_1 and attempt_2",
            ),
            (
                r#"{"a": [{"attempt_1": [[1]], "attempt_2": [[1]], "attempt_3": [[1]]}]}"#,
                "line 1, column 62: task a, test:0: found a member `attempt_3`, expected attempt_1 and attempt_2 alone",
            ),
            (
                r#"{"a": [{"attempt_1": [[1]], "attempt_1": [[1]], "attempt_2": [[1]]}]}"#,
                "line 1, column 42: task a, test:0, attempt_1: found the attempt again, expected it once",
            ),
            (
                r#"{"a": [], "a": []}"#,
                "line 1, column 16: task a: found the task again, expected it once",
            ),
        ] {
            assert_eq!(told(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_colour_is_a_number_whatever_data_have_for_one() {
        for cell in ["\"3\"", "null", "3.0", "true", "3e0"] {
            let text = format!(r#"{{"a": [{{"attempt_1": [[{cell}]], "attempt_2": [[0]]}}]}}"#);
            let told = told(&text);
            assert_eq!(told.len(), 1, "{cell}: {told:?}");
            assert!(
                told[0].contains("task a, test:0, attempt_1: found "),
                "{told:?}"
            );
        }
    }

    #[test]
    fn of_what_stands_there_twice_the_last_holds() {
        let text = r#"{"a": [{"attempt_1": [[1]], "attempt_1": [[2]], "attempt_2": [[3]]}]}"#;
        let submission = read(text).unwrap();
        let Attempts([first, _]) = &submission.tasks["a"].samples.as_ref().unwrap()[0];
        assert_eq!(first.as_ref().unwrap().cells(), [2]);
    }

    #[test]
    fn what_is_no_object_is_an_error_with_its_line() {
        for (text, expected) in [
            ("", "line 1, column 1: found an empty file, expected JSON"),
            (
                "[]",
                "line 1, column 1: found invalid type: sequence, expected a JSON object of tasks",
            ),
            (
                "{\"a\":\n [1,",
                "line 2, column 4: found the end of the file inside a value; is it cut off?",
            ),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), expected);
        }
    }
}
