//! `run_batt inline`: the texts and identities of programs.

use std::io;
use std::path::Path;

use anyhow::bail;
use arc_programs::program::{InlineBudget, Listing, parse_listings, parse_module};
use run_batt::file_kind::{FileKind, WrongKind};
use serde::{Deserialize, Serialize};

use super::given_programs::dialect_of_module;
use super::idle_lines::idle_lines;
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
        let asked = arguments.dialect.asked();
        let dialect = dialect_of_module(path, &text, asked)?;
        let listings = parse_listings(&text);
        for program in &module.programs {
            let is_own = |own: &&Listing| own.head_position() == program.head_position();
            let listing = listings.iter().find(is_own);
            if let Some(notice) = listing.and_then(|own| idle_lines(own, program, dialect)) {
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
