//! What stages note of a task: each note may be an event, and adds to the task's
//! report.
//!
//! A stage says what it found, and neither whom it is told to nor what is summed
//! up of it: that is known here, in one match each.

use std::time::Duration;

use super::error::{StoredTextError, TaskProblem, UnusableProgram};
use crate::event::{BestSolver, Event, TaskReport};
use crate::library::{Role, Skipped};
use arc_programs::evaluation::Concern;
use arc_programs::program::Identity;
use arc_programs::task::TaskName;

/// The notes of a stage, in the order in which they are told.
pub(super) type Notes = Vec<Note>;

/// One thing that a stage has found out about a task.
#[derive(Debug)]
pub(super) enum Note {
    /// The system refused threads.
    ThreadsRefused(u64),
    /// A function or a file of its own is passed over.
    Skipped(Skipped),
    /// It cannot be run.
    Failed(TaskProblem),
    /// A program of it cannot be evaluated.
    Unresolved {
        program: String,
        problem: UnusableProgram,
    },
    /// A program of it calls a primitive with arguments that it does not take.
    WrongCall { program: String, concern: Concern },
    /// A call met a limit on some samples: `demo:0, test:0`.
    OverLimit {
        call: String,
        samples: String,
        count: u64,
    },
    /// On so many samples some call met a limit.
    TimedOut(u64),
    /// Something in its folders is not the store's: where, and a sentence.
    Foreign { path: String, sentence: String },
    /// What its programs score.
    Scored(Scoring),
    /// So many programs were inlined by earlier tasks.
    InlinedBefore(u64),
    /// A program was inlined, or kept raw as it was asked for.
    Inlined,
    /// A program is kept raw, for its inlined text is too long or came too late.
    OverBudget {
        program: String,
        inlined_bytes: u64,
        time: Duration,
    },
    /// Inlining a program panicked, with this message.
    InlinePanic { program: String, message: String },
    /// How inlining went over the pool.
    InlineWork {
        time: Duration,
        chunks: usize,
        peak_in_flight: usize,
    },
    /// The stored text of a program scores otherwise than in the card.
    Mismatch {
        program: String,
        identity: Identity,
        card_score: u64,
        stored: Result<u64, StoredTextError>,
    },
    /// A program was new to the store.
    Stored,
    /// Keeping a program panicked.
    KeepPanic,
    /// So many programs of a role were filed among the best.
    Filed(Role, u64),
    /// The best solver of the store, before and now.
    Best(BestSolver),
    /// The program whose evaluation took the most steps, and how many.
    Slowest { program: String, steps: u64 },
    /// A part of the work on it took so long.
    Took(Duration),
}

/// What the programs of a task score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scoring {
    /// What the best solver scores; 0 without one.
    pub(super) best: u64,
    /// How many different solvers score above 0.
    pub(super) candidates: u64,
    /// What all differs score, together.
    pub(super) differs: u64,
}

impl Note {
    /// What is told of it, if anything.
    pub(super) fn event(&self, task: TaskName) -> Option<Event<'_>> {
        Some(match self {
            Self::Skipped(skipped) => Event::Skipped(skipped),
            Self::Unresolved { program, problem } => Event::Unresolved {
                task,
                program,
                problem,
            },
            Self::WrongCall { program, concern } => Event::WrongCall {
                task,
                program,
                concern,
            },
            Self::OverLimit { call, samples, .. } => Event::OverLimit {
                task,
                samples,
                call,
            },
            Self::Foreign { sentence, .. } => Event::Notice(sentence),
            Self::OverBudget {
                program,
                inlined_bytes,
                ..
            } => Event::OverBudget {
                task,
                program,
                inlined_bytes: *inlined_bytes,
            },
            Self::InlinePanic { program, message } => Event::ItemFailed {
                task,
                program,
                problem: message,
            },
            Self::Mismatch {
                program,
                identity,
                card_score,
                stored,
            } => Event::Mismatch {
                task,
                program,
                identity: *identity,
                card_score: *card_score,
                stored,
            },
            // The report tells these, when the task is finished.
            Self::ThreadsRefused(_)
            | Self::Failed(_)
            | Self::TimedOut(_)
            | Self::Scored(_)
            | Self::InlinedBefore(_)
            | Self::Inlined
            | Self::InlineWork { .. }
            | Self::Stored
            | Self::KeepPanic
            | Self::Filed(..)
            | Self::Best(_)
            | Self::Slowest { .. }
            | Self::Took(_) => return None,
        })
    }

    /// What it is known by, where it is the same for every task that it concerns
    /// and is told the first time only.
    pub(super) fn told_once(&self) -> Option<String> {
        match self {
            Self::Unresolved { program, problem } => Some(match problem.unknown_name() {
                // Of the programs that have it the first is told; all are counted.
                Some(name) => format!("name {name}"),
                None => format!("{program}: {problem}"),
            }),
            Self::WrongCall { concern, .. } => Some(format!("call {}", concern.name)),
            Self::Foreign { path, .. } => Some(path.clone()),
            _ => None,
        }
    }

    /// Adds it to the report of its task.
    pub(super) fn add_to(self, report: &mut TaskReport) {
        match self {
            Self::ThreadsRefused(count) => report.thread_error += count,
            Self::Skipped(skipped) => {
                report.skipped += 1;
                report.inlining.count_error(skipped.error_type());
            }
            Self::Failed(problem) => {
                // What fails after it fails because of it.
                report.failure.get_or_insert(problem.to_string());
            }
            Self::Unresolved { problem, .. } => {
                report.unresolved += 1;
                if let Some(name) = problem.unknown_name() {
                    report.count_misused(name);
                }
            }
            Self::WrongCall { concern, .. } => report.count_misused(concern.name),
            Self::OverLimit { call, count, .. } => {
                report.over_limit.insert(call, count);
            }
            Self::TimedOut(samples) => report.timed_out_samples = samples,
            Self::Foreign { .. } => {}
            Self::Scored(scoring) => {
                report.verdict = report.full_score.verdict(scoring.best);
                report.candidates = scoring.candidates;
                report.differ_score = scoring.differs;
            }
            Self::InlinedBefore(count) => report.inlining.cache_hits += count,
            Self::Inlined => report.inlining.success_count += 1,
            Self::OverBudget { time, .. } => {
                report.inlining.timeout_count += 1;
                report.inlining.timeout_retry_success += 1;
                report.inlining.retry_time += time;
            }
            Self::InlinePanic { .. } | Self::KeepPanic => report.inlining.count_error("Panic"),
            Self::InlineWork {
                time,
                chunks,
                peak_in_flight,
            } => {
                report.inline_time = time;
                report.chunks = chunks;
                report.peak_in_flight = peak_in_flight;
            }
            Self::Mismatch { .. } => report.mismatches += 1,
            Self::Stored => report.new_programs += 1,
            Self::Filed(role, count) => *report.filed.of(role) += count,
            Self::Best(best) => report.best = best,
            Self::Slowest { program, steps } => report.slowest = Some((program, steps)),
            Self::Took(time) => report.execution_time += time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::task_id;
    use super::*;
    use crate::fingerprint::Ingredients;
    use arc_programs::program::NotOneProgram;

    fn report(notes: Notes) -> TaskReport {
        let fingerprint = Ingredients::default().fingerprint();
        let mut report = TaskReport::new(task_id(), fingerprint, 1.0, 1);
        notes.into_iter().for_each(|note| note.add_to(&mut report));
        report
    }

    #[test]
    fn the_first_failure_counts() {
        let failure = report(vec![
            Note::Failed(TaskProblem::NoSamples),
            Note::Failed(crate::pool::NotDone::Stopped.into()),
        ]);
        assert!(
            failure
                .failure
                .unwrap()
                .starts_with("a task without samples")
        );
    }

    #[test]
    fn inlining_counts_add_up() {
        let over_budget = || Note::OverBudget {
            program: "solve".to_owned(),
            inlined_bytes: 9,
            time: Duration::from_secs(1),
        };
        let panic = Note::InlinePanic {
            program: "solve".to_owned(),
            message: "no".to_owned(),
        };
        let report = report(vec![
            Note::Inlined,
            over_budget(),
            panic,
            over_budget(),
            Note::KeepPanic,
        ]);
        assert_eq!(report.inlining.total_attempts(), 5);
        assert_eq!(report.inlining.retry_time, Duration::from_secs(2));
        assert_eq!(report.inlining.error_types["Panic"], 2);
    }

    #[test]
    fn what_is_told_of_a_mismatch_says_what_is_wrong() {
        let note = Note::Mismatch {
            program: "solve_own".to_owned(),
            identity: Identity::of("text"),
            card_score: 7,
            stored: Err(NotOneProgram::Number { found: 2 }.into()),
        };
        let told = note.event(task_id()).unwrap().to_string();
        assert!(told.contains("solve_own scores 7 in the card"), "{told}");
        assert!(
            told.contains("cannot be evaluated: found 2 functions"),
            "{told}"
        );
        assert!(note.told_once().is_none());
        assert_eq!(report(vec![note]).mismatches, 1);
    }
}
