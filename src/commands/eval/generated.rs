//! A program on all samples that a generator has added to a task.
//!
//! A solver that is exact on the few samples of a task may still have learnt them by
//! heart. The list `arc-gen` has hundreds of the same kind, which tell; they are for
//! looking, and a task is solved without them.

use anyhow::bail;
use arc_programs::evaluation::{Evaluator, Inputs};
use arc_programs::score::{self, FULL};
use arc_programs::task::{Sample, Task};
use arc_programs::value::Value;
use run_batt::library::Role;
use run_batt::words::counted;
use serde::Serialize;

use super::{ExitStatus, Subject, samples_of};
use crate::cli::{EvalArguments, Format, SampleChoice, SampleKind};
use crate::terminal::print_result;

/// The most samples that are named.
const NAMED: usize = 10;

/// What a machine gets to read.
#[derive(Serialize)]
struct Record {
    task: String,
    /// The number of samples, and of those with the expected output.
    samples: usize,
    exact: usize,
    /// The sum of the scores, of at most 1000 a sample.
    score: u64,
    /// The others, as `--sample` takes them.
    not_exact: Vec<String>,
    /// Whether every call of every sample has a value.
    complete: bool,
}

pub fn score_all(
    arguments: &EvalArguments,
    subject: &Subject,
    task: &Task,
    samples: &[Sample],
) -> anyhow::Result<ExitStatus> {
    let Some(Role::Solver) = subject.result else {
        bail!("--arc-gen scores a solver; give the FILE of one, or an expression with -e");
    };
    if samples.is_empty() {
        bail!(
            "task {} has no samples of a generator, expected a list arc-gen in its JSON",
            task.name
        );
    }
    let of_task = samples_of(task)?;
    let mut evaluator = Evaluator::new();
    let mut record = Record {
        task: task.name.to_string(),
        samples: samples.len(),
        exact: 0,
        score: 0,
        not_exact: Vec::new(),
        complete: true,
    };
    for (index, sample) in samples.iter().enumerate() {
        let seen = Inputs::new(of_task.clone(), sample);
        let evaluation = evaluator.evaluate(&subject.plan, &seen.withheld(), arguments.limits());
        let known = !matches!(seen.expected, Value::None);
        let score = evaluation.result().map_or(0, |result| {
            score::of_solver(result, known.then_some(&seen.expected))
        });
        record.score += score;
        record.complete &= evaluation.is_complete();
        match score {
            FULL => record.exact += 1,
            _ => {
                let kind = SampleKind::ArcGen;
                record
                    .not_exact
                    .push(SampleChoice { kind, index }.to_string());
            }
        }
    }
    let text = match arguments.format {
        Format::Text => page(&record),
        Format::Json => serde_json::to_string(&record)? + "\n",
    };
    print_result(&text)?;
    Ok(match record.complete {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    })
}

fn page(record: &Record) -> String {
    let mut page = format!(
        "task {}: exact on {} of {}, score {} of {}\n",
        record.task,
        record.exact,
        counted(record.samples, "arc-gen sample"),
        record.score,
        record.samples as u64 * FULL,
    );
    let named = record.not_exact.iter().take(NAMED).cloned();
    let named: Vec<String> = named.collect();
    if !named.is_empty() {
        let more = match record.not_exact.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} others"),
        };
        page.push_str(&format!("not exact: {}{more}\n", named.join(", ")));
    }
    page
}
