//! From a store and data to a submission: the tasks on the pool, each read, and its
//! stored solvers evaluated, when its turn comes.

use std::path::PathBuf;

use arc_programs::batt::{SampleBudget, samples_of};
use arc_programs::dsl::Dialect;
use arc_programs::task::TaskName;

use super::contender::Contender;
use super::evaluating::{Samples, evaluate};
use super::ranking::attempts;
use super::{Attempts, Submission};
use crate::library::{FileContent, Role, TaskFile};
use crate::pool::Pool;
use crate::store::Store;
use crate::tasks::TaskSource;

/// What a submission is made of.
pub struct Making<'a> {
    /// The data.
    pub tasks: &'a TaskSource,
    /// The tasks of it that are handed in, in this order.
    pub selected: &'a [TaskName],
    /// The store with their solvers.
    pub store: &'a Store,
    /// The dialect of the store.
    pub dialect: &'static Dialect,
    /// The limits of a program on a sample.
    pub budget: SampleBudget,
}

/// Submission that was made, and what is to be told of it.
#[derive(Debug, Default)]
pub struct Made {
    /// The submission.
    pub submission: Submission,
    /// Number of tasks with a program that is exact on all demo samples.
    pub exact: usize,
    /// Number of tasks without a program.
    pub without_program: usize,
    /// Programs of the store and tasks of the data that could not be used, a line each.
    pub passed_over: Vec<String>,
}

/// Reason why there is nothing to hand in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MakingError {
    /// No task has a program that can be used.
    #[error(
        "{}: found no solver that can be used for any of the {tasks} tasks of {data}, expected those of a run on them",
        links.display()
    )]
    NoProgram {
        /// The folder of the solvers.
        links: PathBuf,
        /// Number of tasks.
        tasks: usize,
        /// The data.
        data: String,
    },
    /// No task has a test sample.
    #[error("{data}: found no test samples, expected tasks that ask for an output")]
    NoTestSample {
        /// The data.
        data: String,
    },
}

/// What came of a task.
struct Answered {
    attempts: Vec<Attempts>,
    programs: usize,
    is_exact: bool,
    passed_over: Vec<String>,
}

impl Making<'_> {
    /// Makes the submission: the same for any number of workers.
    pub fn on(&self, pool: &Pool) -> Made {
        let mut made = Made::default();
        let results = pool.map(self.selected, |task| self.answer(*task)).results;
        for (task, result) in self.selected.iter().zip(results) {
            let answered = result.map_err(|not_done| format!("task {task}: {not_done}"));
            match answered.and_then(|answered| answered) {
                Ok(answered) => made.add(*task, answered),
                Err(problem) => made.passed_over.push(problem),
            }
        }
        made
    }

    /// Fails where what was made is nothing that anybody would hand in.
    ///
    /// # Errors
    /// [`MakingError`].
    pub fn check(&self, made: &Made) -> Result<(), MakingError> {
        let data = self.tasks.description();
        let Submission(tasks) = &made.submission;
        if tasks.len() == made.without_program {
            return Err(MakingError::NoProgram {
                links: self.store.links(Role::Solver),
                tasks: self.selected.len(),
                data,
            });
        }
        match made.test_samples() {
            0 => Err(MakingError::NoTestSample { data }),
            _ => Ok(()),
        }
    }

    /// The attempts at a task.
    ///
    /// # Errors
    /// What is wrong with a task that cannot be read.
    fn answer(&self, name: TaskName) -> Result<Answered, String> {
        let task = self.tasks.load(name).map_err(|error| error.to_string())?;
        let all = samples_of(&task).map_err(|failure| format!("task {name}: {failure}"))?;
        let (demo, test) = all.split_at(task.demo.len());
        let samples = Samples { demo, test };
        let (contenders, passed_over) = self.contenders(name, samples);
        Ok(Answered {
            programs: contenders.len(),
            is_exact: contenders.iter().any(|own| !own.rank.is_inexact),
            attempts: attempts(contenders, test.len()),
            passed_over,
        })
    }

    /// The solvers that the store has of a task, evaluated; and what could not be used.
    fn contenders(&self, name: TaskName, samples: Samples<'_>) -> (Vec<Contender>, Vec<String>) {
        let tree = match self.store.tree(Role::Solver, name) {
            Ok(tree) => tree,
            Err(error) => return (Vec::new(), vec![error.to_string()]),
        };
        let mut passed_over: Vec<String> = tree.foreign().iter().map(ToString::to_string).collect();
        let mut contenders: Vec<Contender> = Vec::new();
        for standing in tree.standings() {
            // An earlier version made two links of one program.
            let identity = standing.identity;
            if contenders.iter().any(|own| own.rank.identity == identity) {
                continue;
            }
            let path = tree.path(standing);
            let FileContent {
                programs, skipped, ..
            } = TaskFile::new(Role::Solver, self.dialect, name, path.clone()).read();
            passed_over.extend(skipped.iter().map(ToString::to_string));
            let Some(program) = programs.into_iter().next() else {
                continue;
            };
            match evaluate(
                self.dialect,
                &program.program,
                identity,
                samples,
                self.budget,
            ) {
                Ok(contender) => contenders.push(contender),
                Err(error) => passed_over.push(format!("{}: {error}", path.display())),
            }
        }
        (contenders, passed_over)
    }
}

impl Made {
    fn add(&mut self, task: TaskName, answered: Answered) {
        let Answered {
            attempts,
            programs,
            is_exact,
            passed_over,
        } = answered;
        let Submission(tasks) = &mut self.submission;
        tasks.insert(task, attempts);
        self.exact += usize::from(is_exact);
        self.without_program += usize::from(programs == 0);
        self.passed_over.extend(passed_over);
    }

    /// Number of tasks.
    pub fn tasks(&self) -> usize {
        self.submission.0.len()
    }

    /// Number of test samples.
    pub fn test_samples(&self) -> usize {
        self.submission.0.values().map(Vec::len).sum()
    }
}
