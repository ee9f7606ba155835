//! Merges three solvers and a differ into a card, evaluates it on a task, and
//! says what each scores.
//!
//! ```sh
//! cargo run -p arc_programs --example card
//! ```
#![allow(clippy::print_stdout, reason = "an example has a terminal")]

use std::error::Error;

use arc_programs::Task;
use arc_programs::batt::{Batt, NoCache, SampleBudget, TaskScores, samples_of};
use arc_programs::card::CardBuilder;
use arc_programs::program::parse_expression;

const TASK: &str = r#"{
    "train": [{"input": [[1, 2], [0, 0]], "output": [[0, 0], [2, 1]]}],
    "test": [{"input": [[3, 4], [5, 0]], "output": [[0, 5], [4, 3]]}]
}"#;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let task = Task::from_json("67385a82".parse()?, TASK)?;
    let texts = ["rot180(I)", "rot90(rot90(I))", "hmirror_t(I)"];
    let differ = parse_expression("astuple(1, add(equality(I, C), 0))")?;
    let mut builder = CardBuilder::new();
    for text in texts {
        let output = builder.add_solver(task.name, &parse_expression(text)?, false)?;
        builder.add_differ("differ_equal", &differ, Some(output))?;
    }
    let card = builder.finish();
    for (id, call) in card.calls() {
        println!("{id} = {call}");
    }

    let batt = Batt::new(&card, SampleBudget::default())?;
    let samples = samples_of(&task)?;
    let begun = batt.on_task(&samples, &NoCache);
    let scores = TaskScores::of(
        samples
            .iter()
            .enumerate()
            .map(|(place, sample)| batt.on_sample(&begun, place, sample, &NoCache)),
    );
    for (text, sum) in texts.iter().zip(&scores.solvers) {
        println!("{text}: {} of {}", sum.score, 1000 * samples.len());
    }
    for (entry, sum) in card.differs().zip(&scores.differs) {
        println!("{} at {}: {}", entry.name, entry.call, sum.score);
    }
    Ok(())
}
