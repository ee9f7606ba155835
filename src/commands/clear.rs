//! `run_batt clear`: back to the start.

use std::fmt;
use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Context, bail};
use run_batt::claims;
use run_batt::instances;
use run_batt::result_cache::{self, SegmentFiles};
use run_batt::search::{self, HistoryFiles};
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
    // Journals and what was tried first: a kill in between is not to leave a search that
    // would go on in an emptied store.
    let removed = Found {
        journals: search::clear(out)?,
        history: at_history(out, search::clear_history)?,
        contents: store::clear(out)?,
        segments: at_result_cache(out, result_cache::clear)?,
        claims: claims::clear(&logs)?,
        statuses: at_instances(&logs, instances::clear)?,
        files: telemetry::clear(&logs)?,
        ..found
    };
    print_result(&format!("removed {removed}\n"))?;
    Ok(ExitStatus::Done)
}

/// What there is to be removed, and where.
struct Found<'a> {
    out: &'a Path,
    logs: &'a Path,
    contents: Contents,
    segments: SegmentFiles,
    journals: u64,
    history: HistoryFiles,
    claims: u64,
    statuses: u64,
    files: LogFiles,
}

impl<'a> Found<'a> {
    fn under(out: &'a Path, logs: &'a Path) -> anyhow::Result<Self> {
        Ok(Self {
            out,
            logs,
            contents: Contents::of(out)?,
            segments: at_result_cache(out, result_cache::found)?,
            journals: search::found(out)?,
            history: at_history(out, search::found_history)?,
            claims: claims::found(logs)?,
            statuses: at_instances(logs, instances::count)?,
            files: telemetry::found(logs)?,
        })
    }

    fn is_nothing(&self) -> bool {
        let Self {
            out: _,
            logs: _,
            contents,
            segments,
            journals,
            history,
            claims,
            statuses,
            files,
        } = self;
        *contents == Contents::default()
            && segments.files + history.files + files.files == 0
            && journals + claims + statuses == 0
    }
}

impl fmt::Display for Found<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Contents {
            programs,
            links,
            others,
        } = self.contents;
        write!(
            formatter,
            "{programs} programs and {links} links of the store under {}, ",
            self.out.display()
        )?;
        if others > 0 {
            write!(formatter, "{others} other files of it, ")?;
        }
        let SegmentFiles { files, bytes } = self.segments;
        if files > 0 {
            write!(formatter, "its result cache ({}), ", Megabytes(bytes))?;
        }
        if self.journals > 0 {
            write!(formatter, "{} journals of its searches, ", self.journals)?;
        }
        let HistoryFiles { files, bytes } = self.history;
        if files > 0 {
            write!(formatter, "their history ({}), ", Megabytes(bytes))?;
        }
        if self.claims > 0 {
            write!(formatter, "{} files of claims, ", self.claims)?;
        }
        if self.statuses > 0 {
            write!(formatter, "{} statuses of instances, ", self.statuses)?;
        }
        let LogFiles { files, bytes } = self.files;
        let logs = self.logs.display();
        write!(
            formatter,
            "{files} files of logs under {logs} ({})",
            Megabytes(bytes)
        )
    }
}

struct Megabytes(u64);

impl fmt::Display for Megabytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.1} MB", self.0 as f64 / 1e6)
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
fn at_history(
    out: &Path,
    action: impl Fn(&Path) -> io::Result<HistoryFiles>,
) -> anyhow::Result<HistoryFiles> {
    action(out).with_context(|| format!("{}: the history of its searches", out.display()))
}

/// Does something with the files of the instances with these logs.
fn at_instances(logs: &Path, action: impl Fn(&Path) -> io::Result<u64>) -> anyhow::Result<u64> {
    action(logs).with_context(|| format!("{}: the instances", logs.display()))
}
