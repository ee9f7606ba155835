//! Evaluates a solver file on a task file, and says for each sample what came out.
//!
//! ```sh
//! cargo run -p arc_programs --example evaluate -- fixtures/tasks/0520fde7.json 'rot180(I)'
//! ```
#![allow(clippy::print_stdout, reason = "an example has a terminal")]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use arc_programs::{Limits, Solver, Task};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(solver)) = (arguments.next(), arguments.next()) else {
        return Err("give a <task>.json, and a solver: an expression or a file".into());
    };
    let name = Path::new(&path).file_stem().ok_or("a file's name")?;
    let task = Task::from_json(
        name.to_string_lossy().parse()?,
        &std::fs::read_to_string(&path)?,
    )?;
    let solver = match Path::new(&solver).exists() {
        true => Solver::parse(&std::fs::read_to_string(&solver)?)?,
        false => Solver::parse(&solver)?,
    };
    for (number, result) in solver.on_task(&task, Limits::default())?.iter().enumerate() {
        let output = match &result.output {
            Some(output) => output.to_string(),
            None => "no value: a limit was met".to_owned(),
        };
        let exact = match result.is_exact {
            Some(true) => "exact",
            Some(false) => "not exact",
            None => "nobody knows",
        };
        println!("sample {number}: {exact}, {} steps: {output}", result.steps);
    }
    Ok(())
}
