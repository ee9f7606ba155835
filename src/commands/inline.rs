//! `run_batt inline`: the texts and identities of programs.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use anyhow::bail;
use arc_programs::dsl::{Dialect, FailingCalls};
use arc_programs::program::{InlineBudget, Position, Program, parse_listings, parse_module};
use run_batt::file_kind::{FileKind, WrongKind};
use serde::{Deserialize, Serialize};

use super::named_text::read_named;
use super::{ExitStatus, json_lines};
use crate::cli::InlineArguments;
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &InlineArguments) -> anyhow::Result<ExitStatus> {
    if arguments.requests {
        let budget = arguments.inline_budget();
        return json_lines::answer(io::stdin().lock(), |line| answer(line, budget));
    }
    let standard_input = [Path::new("-").to_owned()];
    let files = match arguments.files.as_slice() {
        [] => &standard_input,
        files => files,
    };
    let mut status = ExitStatus::Done;
    let mut separator = "";
    for path in files {
        let text = read_named(path)?;
        if let Some(wrong) = wrong_kind(path, &text) {
            // Nothing that this command takes is of use for it.
            bail!("{wrong}");
        }
        let module = parse_module(&text);
        for error in &module.skipped {
            print_line(&format!("run_batt: skipped: {}: {error}", path.display()));
            status = ExitStatus::Incomplete;
        }
        if module.programs.is_empty() && module.skipped.is_empty() {
            print_line(&format!(
                "run_batt: {}: found no function, expected `def …`",
                path.display()
            ));
            status = ExitStatus::Incomplete;
        }
        if let Some(dialect) = arguments.dialect.asked()
            && dialect.failing_calls() == FailingCalls::EndTheProgram
        {
            for notice in idle_lines(&text, &module.programs, dialect) {
                print_line(&format!("run_batt: {}: {notice}", path.display()));
            }
        }
        for program in &module.programs {
            let inlined = program.inline(arguments.inline_budget());
            let shown = if arguments.md5 {
                format!("{}\n", inlined.identity)
            } else if arguments.expand {
                format!("{separator}{}", program.expanded_file())
            } else {
                format!("{separator}{}\n", inlined.text)
            };
            separator = "\n";
            print_result(&shown)?;
        }
    }
    Ok(status)
}

/// The lines that inlining leaves out, of each program that has some: they may end it.
fn idle_lines(text: &str, programs: &[Program], dialect: &Dialect) -> Vec<String> {
    let listings = parse_listings(text);
    let of_program = |program: &Program| {
        let mut listings = listings.iter();
        let listing = listings.find(|own| own.head_position() == program.head_position())?;
        let used: HashSet<Position> = program
            .expressions()
            .map(|(id, _)| program.position(id))
            .collect();
        let mut idle: Vec<u32> = listing
            .calls()
            .filter(|position| !used.contains(position))
            .map(|position| position.line)
            .collect();
        idle.dedup();
        let lines: Vec<String> = idle.iter().map(u32::to_string).collect();
        (!lines.is_empty()).then(|| {
            format!(
                "in `{}`: left out is what nothing uses in line {}, where in {} a failing call \
                 would end the program",
                program.name(),
                lines.join(", "),
                dialect.name()
            )
        })
    };
    programs.iter().filter_map(of_program).collect()
}

/// That a file is something else than programs, if it is.
fn wrong_kind(path: &Path, text: &str) -> Option<WrongKind> {
    let found = FileKind::of_text(path, text)?;
    let is_wrong = matches!(
        found,
        FileKind::Task | FileKind::Tasks | FileKind::Submission | FileKind::Card
    );
    let expected = "programs";
    let path = path.to_owned();
    is_wrong.then_some(WrongKind {
        path,
        found,
        expected,
    })
}

#[derive(Deserialize)]
struct Request {
    source: String,
}

#[derive(Serialize)]
struct Answer {
    inlined: String,
    md5: String,
    expanded: String,
}

fn answer(line: &[u8], budget: InlineBudget) -> Result<Answer, String> {
    let request: Request = serde_json::from_slice(line).map_err(|error| {
        format!("{error}; expected a line {{\"source\": \"def solve(S, I, C): …\"}}")
    })?;
    let module = parse_module(&request.source);
    let program = module.only_program().map_err(|error| error.to_string())?;
    let inlined = program.inline(budget);
    Ok(Answer {
        inlined: inlined.text,
        md5: inlined.identity.to_string(),
        expanded: program.expanded_file(),
    })
}
