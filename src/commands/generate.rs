//! `run_batt generate`: what is made from the command line's definitions.

use std::path::Path;

use anyhow::Context;
use run_batt::text_file::write_text;

use super::ExitStatus;
use crate::cli::{GenerateArguments, Made};
use crate::terminal::print_result;

pub fn execute(arguments: &GenerateArguments) -> anyhow::Result<ExitStatus> {
    let Made { files, folder } = arguments.make().context("it cannot be made")?;
    match folder {
        None => {
            for (_, text) in files.iter().take(1) {
                print_result(&String::from_utf8_lossy(text))?;
            }
        }
        Some(folder) => {
            make_folder(&folder)?;
            for (name, text) in &files {
                let path = folder.join(name);
                write_text(&path, &String::from_utf8_lossy(text))?;
                print_result(&format!("{}\n", path.display()))?;
            }
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
