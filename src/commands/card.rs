//! `run_batt card`: a card of what the store has, changed a little.

use std::path::{Path, PathBuf};

use anyhow::bail;
use arc_programs::card::Card;
use arc_programs::dsl::REFERENCE;
use arc_programs::task::TaskName;
use run_batt::draw::{Origin, Turns, draw};
use run_batt::job::{SettledDialect, given};
use run_batt::library::Role;
use run_batt::store::Store;
use run_batt::text_file::write_text;

use super::machine::environment;
use super::{ExitStatus, tell_of_data, tell_of_shard};
use crate::cli::{CardArguments, CardFormat};
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &CardArguments) -> anyhow::Result<ExitStatus> {
    let seed = arguments.seed.unwrap_or_else(rand::random);
    let out = arguments.store.out();
    let asked = arguments.dialect.asked();
    let settled = SettledDialect::of(asked, Some(out), &arguments.solvers)?;
    let dialect = settled.or_default();
    if arguments.format() == CardFormat::Py && dialect != &REFERENCE {
        bail!(
            "{}: a module is for the reference, which does not know {}; give --format json, or \
             a file .json",
            arguments.output.display(),
            dialect.name()
        );
    }
    let owner = given::Owner::given(!arguments.solvers.is_empty()).or_stored(out);
    let tasks = given::tasks(arguments.tasks.as_deref(), owner, arguments.split())?;
    tell_of_data(&tasks);
    let selection = arguments.among(tell_of_shard(arguments.shard(&environment)?));
    let among: Vec<TaskName> = selection.select(&tasks)?.tasks;
    let solvers = given::library(Role::Solver, dialect, &arguments.solvers)?;
    let differs = given::library(Role::Differ, dialect, &arguments.differs)?;
    let origin = Origin {
        tasks: &tasks,
        among: &among,
        preferred: &[],
        store: &Store::at(out),
        solvers: &solvers,
        differs: &differs,
    };
    let drawn = draw(origin, arguments.count, Turns::ByChance, seed)?;
    let card = drawn.card(arguments.mutation.options(seed))?;
    let mut status = ExitStatus::Done;
    for skipped in solvers.skipped().iter().chain(differs.skipped()) {
        status = ExitStatus::Incomplete;
        print_line(&format!("run_batt: skipped: {skipped}"));
    }
    for notice in settled.notice.iter().chain(&drawn.notices) {
        print_line(&format!("run_batt: {notice}"));
    }
    print_line(&format!(
        "run_batt: a card of {} solvers and {} differs, {} calls, {} mutations, seed {seed}",
        drawn.solvers.len(),
        drawn.differs.len(),
        card.len(),
        card.mutations().len()
    ));
    write(&card, &arguments.output, arguments.format())?;
    Ok(status)
}

fn write(card: &Card, path: &Path, format: CardFormat) -> anyhow::Result<()> {
    let text = match format {
        CardFormat::Json => card.to_json(),
        CardFormat::Py => card.to_python(),
    };
    if path == Path::new("-") {
        print_result(&text)?;
        return Ok(());
    }
    write_text(path, &text)?;
    if format == CardFormat::Py {
        write_text(&call_module(path), &card.to_python_calls())?;
    }
    Ok(())
}

/// `NAME_run.py` has its `NAME_run_call.py`.
fn call_module(path: &Path) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push("_call.py");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn the_module_of_calls_stands_beside_its_card_whatever_its_name_is() {
        for (card, calls) in [
            (&b"cards/a_run.py"[..], &b"cards/a_run_call.py"[..]),
            (b"caf\xe9.py", b"caf\xe9_call.py"),
            (b"\xff/\xfe.b.py", b"\xff/\xfe.b_call.py"),
        ] {
            let [card, calls] = [card, calls].map(|name| Path::new(OsStr::from_bytes(name)));
            assert_eq!(call_module(card), calls);
        }
    }
}
