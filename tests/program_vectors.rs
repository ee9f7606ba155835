//! Whole programs on samples, every call against what the reference yields.

mod common;

use std::collections::HashMap;
use std::path::Path;

use arc_programs::dsl::REFERENCE;
use arc_programs::evaluation::{Evaluator, Inputs, Limits, PlanBuilder};
use arc_programs::task::{Task, TaskName};
use arc_programs::value::{Value, canonical};
use run_batt::tasks::{Split, TaskSource};
use serde::Deserialize;

#[derive(Deserialize)]
struct Record {
    task: String,
    kind: String,
    index: usize,
    calls: Vec<Vec<String>>,
    out: Vec<String>,
}

/// The tasks of a source, each read once.
struct Tasks {
    source: TaskSource,
    read: HashMap<TaskName, (Task, Value)>,
}

impl Tasks {
    fn inputs(&mut self, record: &Record) -> Inputs {
        let id = record.task.parse().expect("a task ID");
        let (task, samples) = self.read.entry(id).or_insert_with(|| {
            let task = self.source.load(id).expect("a sound task");
            let samples = Inputs::samples_of(&task).expect("a task of a usual size");
            (task, samples)
        });
        let samples_of_kind = match record.kind.as_str() {
            "demo" => &task.demo,
            "test" => &task.test,
            kind => panic!("{kind}: demo or test expected"),
        };
        Inputs::new(samples.clone(), &samples_of_kind[record.index])
    }
}

/// Checks every call of every program; the first that differs in each of the
/// first few programs is shown with both values.
fn check(path: &Path, source: TaskSource) {
    let mut tasks = Tasks {
        source,
        read: HashMap::new(),
    };
    let mut evaluator = Evaluator::new();
    let (mut programs, mut calls) = (0, 0);
    let mut differing = Vec::new();
    for record in common::vectors(path) {
        let record: Record = serde_json::from_value(record).expect("a record");
        let mut builder = PlanBuilder::new(&REFERENCE);
        let mut places = Vec::new();
        for call in &record.calls {
            let mut place = |name: &String| match name.strip_prefix('t').map(str::parse::<usize>) {
                Some(Ok(number)) => places[number - 1],
                _ => builder
                    .name(name)
                    .unwrap_or_else(|| panic!("{name}: not known")),
            };
            let found: Vec<_> = call.iter().map(&mut place).collect();
            let arguments = found[1..].iter().map(|&place| (None, place));
            places.push(builder.call(found[0], arguments));
        }
        let plan = builder.finish(places[places.len() - 1]);
        let inputs = tasks.inputs(&record);
        let evaluation = evaluator.evaluate(&plan, &inputs, Limits::default());
        assert!(evaluation.is_complete(), "within the limits");
        programs += 1;
        calls += record.calls.len();
        let ours: Vec<String> = evaluation
            .results()
            .map(|value| value.map_or_else(String::new, canonical::digest))
            .collect();
        if let Some(first) = (0..ours.len()).find(|&call| ours[call] != record.out[call]) {
            differing.push(format!(
                "program {programs}, task {} {} {}, t{} = {:?}\n  theirs {}\n  ours   {}",
                record.task,
                record.kind,
                record.index,
                first + 1,
                record.calls[first],
                record.out[first],
                ours[first],
            ));
        }
    }
    assert!(programs > 0, "{} holds no program", path.display());
    assert!(
        differing.is_empty(),
        "{} of {programs} programs ({calls} calls) differ:\n{}",
        differing.len(),
        differing[..differing.len().min(10)].join("\n")
    );
}

#[test]
fn every_call_of_every_program_is_the_reference_s() {
    let (Some(path), Some(arc)) = (
        common::shared("vectors/programs.jsonl"),
        common::shared("arc/kaggle-2025"),
    ) else {
        return;
    };
    check(&path, TaskSource::open(&arc, Split::Both).expect("tasks"));
}
