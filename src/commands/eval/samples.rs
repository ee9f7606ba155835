//! The samples of a task that are asked for.

use anyhow::{Context, bail};
use arc_programs::evaluation::Inputs;
use arc_programs::task::{Sample, Task};
use arc_programs::value::Value;
use run_batt::tasks::TaskSource;

use crate::cli::{SampleChoice, SampleKind, SamplesChoice};

/// What a program sees of a sample.
pub fn inputs(source: &TaskSource, task: &Task, choice: SampleChoice) -> anyhow::Result<Inputs> {
    let generated = match choice.kind {
        SampleKind::ArcGen => source.load_arc_gen(task.name)?,
        SampleKind::Demo | SampleKind::Test => Vec::new(),
    };
    let samples = match choice.kind {
        SampleKind::Demo => &task.demo,
        SampleKind::Test => &task.test,
        SampleKind::ArcGen => &generated,
    };
    let Some(sample) = samples.get(choice.index) else {
        bail!(
            "task {} has no sample {choice}; it has {}",
            task.name,
            known_samples(task, &generated)
        );
    };
    Ok(Inputs::new(samples_of(task)?, sample))
}

/// The demo samples of a task as the value of `S`.
pub fn samples_of(task: &Task) -> anyhow::Result<Value> {
    Inputs::samples_of(task).with_context(|| {
        format!(
            "the samples of task {} are more than a value holds",
            task.name
        )
    })
}

/// The samples that are asked for.
pub fn samples(task: &Task, choice: SamplesChoice) -> anyhow::Result<Vec<SampleChoice>> {
    let kinds = match choice {
        SamplesChoice::One(sample) => return Ok(vec![sample]),
        SamplesChoice::All => [
            (SampleKind::Demo, task.demo.len()),
            (SampleKind::Test, task.test.len()),
        ],
    };
    let all = kinds
        .into_iter()
        .flat_map(|(kind, count)| (0..count).map(move |index| SampleChoice { kind, index }));
    let all: Vec<SampleChoice> = all.collect();
    if all.is_empty() {
        bail!("task {} has no samples", task.name);
    }
    Ok(all)
}

/// The samples that there are: `demo:0 to demo:2 and test:0`.
fn known_samples(task: &Task, generated: &[Sample]) -> String {
    let kinds = [
        (SampleKind::Demo, task.demo.len()),
        (SampleKind::Test, task.test.len()),
        (SampleKind::ArcGen, generated.len()),
    ];
    let range = |(kind, samples): (SampleKind, usize)| {
        let name = |index| SampleChoice { kind, index };
        match samples {
            0 => None,
            1 => Some(name(0).to_string()),
            more => Some(format!("{} to {}", name(0), name(more - 1))),
        }
    };
    let ranges: Vec<String> = kinds.into_iter().filter_map(range).collect();
    match ranges.is_empty() {
        true => "none".to_owned(),
        false => ranges.join(" and "),
    }
}
