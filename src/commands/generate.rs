//! `run_batt generate`: what is made from the command line's definitions.

use std::path::Path;

use anyhow::Context;
use run_batt::text_file::write_text;

use super::ExitStatus;
use crate::cli::{GenerateArguments, Made};
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &GenerateArguments) -> anyhow::Result<ExitStatus> {
    match arguments.make().context("it cannot be made")? {
        Made::Text(text) => {
            print_result(&String::from_utf8_lossy(&text))?;
        }
        Made::Files(folder, files) => {
            make_folder(&folder)?;
            for (name, text) in &files {
                write_text(&folder.join(name), &String::from_utf8_lossy(text))?;
            }
            print_line(&format!(
                "run_batt: {} man pages in {}; man -l {} shows the first",
                files.len(),
                folder.display(),
                folder.join("run_batt.1").display()
            ));
        }
    }
    Ok(ExitStatus::Done)
}

#[allow(
    clippy::disallowed_methods,
    reason = "the edge: a folder for the files that the user asks for"
)]
fn make_folder(folder: &Path) -> anyhow::Result<()> {
    let made = std::fs::create_dir_all(folder);
    made.with_context(|| format!("{}: cannot be made; check --dir", folder.display()))
}
