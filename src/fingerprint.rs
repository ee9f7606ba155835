//! The fingerprint of a task's run: what its outcome depends on, as one MD5.
//!
//! Two runs of a task with the same fingerprint come to the same: it covers the
//! task's samples, the card or the programs that it was given, and the options
//! that programs can feel. It covers neither what a store has found out by
//! itself, which grows while a search goes on, nor the number of workers.

use std::fmt::{self, Write};
use std::str::FromStr;

use md5::{Digest, Md5};
use serde::{Serialize, Serializer};

use arc_programs::card::Card;
use arc_programs::program::{Identity, NotAnIdentity};
use arc_programs::task::{Sample, Task, TaskName};
use arc_programs::value::Grid;

/// Fingerprint of what a task is run with; shown as an MD5 is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(Identity);

/// Collector of what a fingerprint covers.
///
/// What all tasks of a run share is added first, and once: it is cloned for
/// each task.
#[derive(Clone, Debug, Default)]
pub struct Ingredients(Md5);

impl Ingredients {
    /// Adds a text, which no other may run together with.
    pub fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    /// Adds a task's name, for one whose samples are not known.
    pub fn name(&mut self, name: TaskName) {
        self.text(name.as_str());
    }

    /// Adds a task: its name and its samples.
    pub fn task(&mut self, task: &Task) {
        self.name(task.name);
        for samples in [&task.demo, &task.test] {
            self.number(samples.len());
            for Sample { input, output } in samples {
                self.grid(Some(input));
                self.grid(output.as_deref());
            }
        }
    }

    /// Adds a card: its calls, and which are its solvers and differs.
    pub fn card(&mut self, card: &Card) {
        let mut text = String::new();
        for (id, call) in card.calls() {
            text.clear();
            // Writing to a string does not fail.
            let _ = write!(text, "{id} = {call}");
            self.text(&text);
        }
        for solver in card.solvers() {
            self.text(&format!("{} {}", solver.call, solver.task));
        }
        for differ in card.differs() {
            let solver = match differ.solver {
                Some(call) => format!("Some(\"{call}\")"),
                None => "None".to_owned(),
            };
            self.text(&format!("{} {solver}", differ.call));
        }
    }

    fn grid(&mut self, grid: Option<&Grid>) {
        match grid {
            Some(grid) => {
                self.number(grid.height());
                self.number(grid.width());
                let cells = grid.cells().iter().map(|cell| cell.cast_unsigned());
                self.0.update(cells.collect::<Vec<u8>>());
            }
            None => self.number(0),
        }
    }

    fn number(&mut self, number: usize) {
        self.0.update((number as u64).to_le_bytes());
    }

    /// The fingerprint of all that was added.
    pub fn fingerprint(self) -> Fingerprint {
        Fingerprint(Identity::from_md5(self.0.finalize().into()))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Fingerprint({self})")
    }
}

impl FromStr for Fingerprint {
    type Err = NotAnIdentity;

    fn from_str(text: &str) -> Result<Self, NotAnIdentity> {
        text.parse().map(Self)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use arc_programs::card::CardBuilder;
    use arc_programs::program::parse_module;

    use super::*;
    use crate::fixtures;

    #[test]
    fn it_changes_with_each_of_what_it_covers_and_with_nothing_else() {
        let source = fixtures::tasks().unwrap();
        let task = source.load("0520fde7".parse().unwrap()).unwrap();
        let of = |options: &str, task: &Task| {
            let mut ingredients = Ingredients::default();
            ingredients.text(options);
            ingredients.task(task);
            ingredients.fingerprint()
        };
        let own = of("timeout 10", &task);
        assert_eq!(own, of("timeout 10", &task.clone()));
        assert_eq!(own, own.to_string().parse().unwrap());
        // Logs of earlier versions have it, and runs that go on look for it.
        assert_eq!(own.to_string(), "58d87bd73abef20540a627cc8219edee");
        assert_ne!(own, of("timeout 11", &task));
        let mut other = task.clone();
        other.demo.swap(0, 1);
        assert_ne!(own, of("timeout 10", &other));
        let mut other = task.clone();
        other.test[0].output = None;
        assert_ne!(own, of("timeout 10", &other));
        let mut other = task;
        other.name = "007bbfb7".parse().unwrap();
        assert_ne!(own, of("timeout 10", &other));
    }

    #[test]
    fn that_of_a_card_stays() {
        let program = |text: &str| parse_module(text).only_program().unwrap();
        let mut builder = CardBuilder::new();
        let solver = program("def solve(S, I, C):\n    return rot90(I)\n");
        let task = "0520fde7".parse().unwrap();
        let output = builder.add_solver(task, &solver, false).unwrap();
        let differ = program("def differ(S, I, C):\n    return equality(I, C)\n");
        for solver in [None, Some(output)] {
            builder.add_differ("differ_own", &differ, solver).unwrap();
        }
        let mut ingredients = Ingredients::default();
        ingredients.card(&builder.finish());
        assert_eq!(
            ingredients.fingerprint().to_string(),
            "a85739d09c0814d9130a04a72b267f8b"
        );
    }
}
