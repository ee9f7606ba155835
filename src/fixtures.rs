//! Tasks and programs to start with, inside the binary, so that it does
//! something real wherever it is started from. `fixtures/README.md` says what
//! they are and where they come from.

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::library::{Library, Role};
use crate::tasks::{TaskError, TaskSource};

static TASKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/tasks");
static SOLVERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/solvers");
static DIFFERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/differs");

/// The fixtures' tasks.
///
/// Fails only where the folder they were built from holds a file that is no
/// task.
pub fn tasks() -> Result<TaskSource, TaskError> {
    let texts = TASKS
        .files()
        .filter_map(|file| Some((file.path(), file.contents_utf8()?)));
    TaskSource::from_texts("the fixtures", texts)
}

/// The fixtures' programs of a role.
pub fn library(role: Role) -> Library {
    let (folder, name) = match role {
        Role::Solver => (&SOLVERS, "fixtures/solvers"),
        Role::Differ => (&DIFFERS, "fixtures/differs"),
    };
    let mut library = Library::new(role);
    add_folder(&mut library, Path::new(name), folder);
    library
}

fn add_folder(library: &mut Library, base: &Path, folder: &'static Dir<'static>) {
    for file in folder.files() {
        if let Some(text) = file.contents_utf8() {
            library.add_text(&base.join(file.path()), text);
        }
    }
    for folder in folder.dirs() {
        add_folder(library, base, folder);
    }
}
