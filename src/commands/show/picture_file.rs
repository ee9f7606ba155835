//! The files that pictures are written to.

use std::path::{Path, PathBuf};

use run_batt::memory;
use run_batt::one_line::one_line;
use run_batt::picture::Page;
use run_batt::shown_path::shown;
use run_batt::text_file::write_bytes;

use crate::cli::ShowTaskArguments;
use crate::terminal::print_result;

/// Whether a picture is asked for.
pub fn is_asked_for(arguments: &ShowTaskArguments) -> bool {
    arguments.svg.is_some() || arguments.png.is_some()
}

/// Writes the pictures that are asked for, and tells of each. All are made before the
/// first is written.
pub fn write(arguments: &ShowTaskArguments, page: &Page) -> anyhow::Result<()> {
    let mut files: Vec<(&PathBuf, Vec<u8>)> = Vec::new();
    // What is made takes room from what is made next; pixels take most.
    if let Some(path) = &arguments.png {
        files.push((path, page.to_png(memory::free_bytes())?));
    }
    if let Some(path) = &arguments.svg {
        files.push((path, page.to_svg(memory::free_bytes())?.into_bytes()));
    }
    for (path, bytes) in files {
        write_bytes(path, &bytes)?;
        print_result(&line(path, page, bytes.len()))?;
    }
    Ok(())
}

fn line(path: &Path, page: &Page, bytes: usize) -> String {
    let told = format!(
        "{}: {} × {} pixels, {bytes} bytes",
        shown(path),
        page.width(),
        page.height()
    );
    format!("{}\n", one_line(&told))
}
