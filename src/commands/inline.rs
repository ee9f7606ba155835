//! `run_batt inline`: the texts and identities of programs.

use std::io::{self, BufRead, Read, Write};
use std::path::Path;

use anyhow::Context;
use run_batt::program::{InlineBudget, Program, parse_module};
use run_batt::text_file::read_text;
use serde::{Deserialize, Serialize};

use super::ExitStatus;
use crate::cli::InlineArguments;
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &InlineArguments) -> anyhow::Result<ExitStatus> {
    if arguments.requests {
        return answer_requests(arguments.inline_budget());
    }
    let standard_input = [Path::new("-").to_owned()];
    let files = match arguments.files.as_slice() {
        [] => &standard_input,
        files => files,
    };
    let mut status = ExitStatus::Done;
    let mut separator = "";
    for path in files {
        let text = read(path)?;
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
            print_result(&shown).context("standard output cannot be written")?;
        }
    }
    Ok(status)
}

fn read(path: &Path) -> anyhow::Result<String> {
    if path != Path::new("-") {
        return Ok(read_text(path)?);
    }
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .context("standard input cannot be read as UTF-8 text")?;
    Ok(text)
}

#[derive(Deserialize)]
struct Request {
    source: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Inlined {
        inlined: String,
        md5: String,
        expanded: String,
    },
    Error {
        error: String,
    },
}

/// Answers each line as soon as it is read, until there are no more.
fn answer_requests(budget: InlineBudget) -> anyhow::Result<ExitStatus> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = input
            .read_until(b'\n', &mut line)
            .context("standard input cannot be read")?;
        if length == 0 {
            return Ok(ExitStatus::Done);
        }
        let mut answer = serde_json::to_vec(&answer(&line, budget))?;
        answer.push(b'\n');
        let mut output = io::stdout().lock();
        match output.write_all(&answer).and_then(|()| output.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return Ok(ExitStatus::Done);
            }
            written => written.context("standard output cannot be written")?,
        }
    }
}

fn answer(line: &[u8], budget: InlineBudget) -> Answer {
    let program = match serde_json::from_slice::<Request>(line) {
        Ok(request) => the_one_program(&request.source),
        Err(error) => Err(format!(
            "{error}; expected a line {{\"source\": \"def solve(S, I, C): …\"}}"
        )),
    };
    match program {
        Ok(program) => {
            let inlined = program.inline(budget);
            Answer::Inlined {
                inlined: inlined.text,
                md5: inlined.identity.to_string(),
                expanded: program.expanded_file(),
            }
        }
        Err(error) => Answer::Error { error },
    }
}

fn the_one_program(source: &str) -> Result<Program, String> {
    let module = parse_module(source);
    if let Some(error) = module.skipped.first() {
        return Err(error.to_string());
    }
    let found = module.programs.len();
    match <[Program; 1]>::try_from(module.programs) {
        Ok([program]) => Ok(program),
        Err(_) => Err(format!("found {found} functions, expected one")),
    }
}
