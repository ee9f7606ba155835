//! `run_batt clear`: back to the start.

use std::fmt;
use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Context, bail};
use run_batt::instances;
use run_batt::result_cache::{self, SegmentFiles};
use run_batt::search;
use run_batt::store::{self, Contents};
use run_batt::telemetry::{self, LogFiles};

use super::ExitStatus;
use crate::cli::ClearArguments;
use crate::terminal::{ask, print_line, print_result};

pub fn execute(arguments: &ClearArguments) -> anyhow::Result<ExitStatus> {
    let (out, logs) = (arguments.output.store.out(), arguments.output.logs());
    let found = Found::under(out, &logs)?;
    if found.is_nothing() {
        print_result(&format!("nothing to remove: {found}\n"))?;
        run_batt::claims::clear(&logs)?;
        clear_instances(&logs)?;
        search::clear(out)?;
        at_history(out, search::clear_history)?;
        return Ok(ExitStatus::Done);
    }
    if !arguments.yes {
        if !io::stdin().is_terminal() {
            bail!(
                "nothing was removed, for nobody can be asked where standard input is no terminal; --yes removes {found}"
            );
        }
        if !ask(&format!("remove {found}?"))? {
            print_result("nothing was removed\n")?;
            return Ok(ExitStatus::CouldNotRun);
        }
    }
    if arguments.yes {
        print_line(&format!("run_batt: removing {found}"));
    }
    search::clear(out)?;
    at_history(out, search::clear_history)?;
    let contents = store::clear(out)?;
    let segments = at_result_cache(out, result_cache::clear)?;
    run_batt::claims::clear(&logs)?;
    clear_instances(&logs)?;
    let files = telemetry::clear(&logs)?;
    let removed = Found {
        contents,
        segments,
        files,
        ..found
    };
    print_result(&format!("removed {removed}\n"))?;
    Ok(ExitStatus::Done)
}

fn clear_instances(logs: &Path) -> anyhow::Result<()> {
    instances::clear(logs).with_context(|| format!("{}: the instances", logs.display()))
}

/// What there is to be removed, and where.
struct Found<'a> {
    out: &'a Path,
    logs: &'a Path,
    contents: Contents,
    segments: SegmentFiles,
    files: LogFiles,
}

impl<'a> Found<'a> {
    fn under(out: &'a Path, logs: &'a Path) -> anyhow::Result<Self> {
        Ok(Self {
            out,
            logs,
            contents: Contents::of(out)?,
            segments: at_result_cache(out, result_cache::found)?,
            files: telemetry::found(logs)?,
        })
    }

    fn is_nothing(&self) -> bool {
        self.contents == Contents::default()
            && self.segments == SegmentFiles::default()
            && self.files == LogFiles::default()
    }
}

impl fmt::Display for Found<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Contents { programs, links } = self.contents;
        write!(
            formatter,
            "{programs} programs and {links} links of the store under {}, ",
            self.out.display()
        )?;
        let SegmentFiles { files, bytes } = self.segments;
        if files > 0 {
            let megabytes = bytes as f64 / 1e6;
            write!(formatter, "its result cache ({megabytes:.1} MB), ")?;
        }
        let LogFiles { files, bytes } = self.files;
        write!(
            formatter,
            "{files} files of logs under {} ({:.1} MB)",
            self.logs.display(),
            bytes as f64 / 1e6
        )
    }
}

/// Does something with the result cache of the store under `out`.
fn at_result_cache(
    out: &Path,
    action: impl Fn(&Path) -> io::Result<SegmentFiles>,
) -> anyhow::Result<SegmentFiles> {
    let folder = result_cache::folder_of(out);
    action(&folder).with_context(|| format!("{}: the result cache", folder.display()))
}

/// Does something with what was tried in the store under `out`.
fn at_history(out: &Path, action: impl Fn(&Path) -> io::Result<u64>) -> anyhow::Result<u64> {
    action(out).with_context(|| format!("{}: the history of its searches", out.display()))
}
