//! Tasks that were read, kept within a bound: a search runs the same ones round after round.

use std::sync::{Mutex, PoisonError};

use arc_programs::task::{Task, TaskName};
use rustc_hash::FxHashMap;

/// The most cells of all grids that are kept, a byte each: those of a thousand tasks of ARC's
/// are a quarter of it, while a generator's data may have more than memory has room for.
const MOST_CELLS: usize = 8 << 20;

/// Tasks that were read.
#[derive(Debug, Default)]
pub(super) struct RememberedTasks(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    tasks: FxHashMap<TaskName, Task>,
    cells: usize,
}

impl RememberedTasks {
    /// A task that was read before and is kept; else what `read` reads, which is kept where
    /// there is room.
    pub(super) fn or_read<E>(
        &self,
        name: TaskName,
        read: impl FnOnce() -> Result<Task, E>,
    ) -> Result<Task, E> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = kept().tasks.get(&name) {
            return Ok(task.clone());
        }
        // Others may go on meanwhile, or read the same.
        let task = read()?;
        let cells = cells(&task);
        let mut kept = kept();
        if kept.cells + cells <= MOST_CELLS && kept.tasks.insert(name, task.clone()).is_none() {
            kept.cells += cells;
        }
        Ok(task)
    }
}

fn cells(task: &Task) -> usize {
    let samples = task.demo.iter().chain(&task.test);
    let grids = samples.flat_map(|sample| [Some(&sample.input), sample.output.as_ref()]);
    grids.flatten().map(|grid| grid.cells().len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: TaskName, side: usize) -> Task {
        let row = format!("[{}]", vec!["3"; side].join(","));
        let grid = format!("[{}]", vec![row; side].join(","));
        let text = format!(r#"{{"train": [], "test": [{{"input": {grid}}}]}}"#);
        Task::from_json(name, &text).unwrap()
    }

    #[test]
    fn a_task_is_read_once_while_there_is_room_and_a_failure_each_time() {
        let remembered = RememberedTasks::default();
        let [mut reads, mut failures] = [0; 2];
        for _ in 0..3 {
            let name = "0123abcd".parse().unwrap();
            let read = || {
                reads += 1;
                Ok::<Task, ()>(task(name, 2))
            };
            let read = remembered.or_read(name, read).unwrap();
            assert_eq!((read.name, cells(&read)), (name, 4));
            let other = "4567abcd".parse().unwrap();
            let fails = || {
                failures += 1;
                Err::<Task, ()>(())
            };
            assert!(remembered.or_read(other, fails).is_err());
        }
        assert_eq!((reads, failures), (1, 3));
    }

    #[test]
    fn they_are_no_more_than_so_many_cells() {
        let remembered = RememberedTasks::default();
        let large = task("0123abcd".parse().unwrap(), 30);
        let number = MOST_CELLS / 900 + 9;
        for place in 0..number {
            let name = format!("{place:08x}").parse().unwrap();
            let read = || Ok::<Task, ()>(large.clone());
            remembered.or_read(name, read).unwrap();
        }
        let kept = remembered.0.lock().unwrap();
        assert_eq!(
            (kept.tasks.len(), kept.cells),
            (number - 9, (number - 9) * 900)
        );
    }
}
