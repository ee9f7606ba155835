//! What runs and searches find around them: the machine and the signals.

use std::path::Path;

use anyhow::Context;
use arc_programs::batt::SampleBudget;
use run_batt::clock::time_since_start;
use run_batt::instances::{Activity, Publication, Publisher};
use run_batt::interrupt::Interrupt;
use run_batt::job::{CoreSharing, Resources};
use run_batt::telemetry::LogPlace;

use super::machine::{cores, environment, resources};
use crate::cli::{ShowArguments, WorkerArguments};
use crate::terminal::{Shown, Verbosity, clear_bar, print_line};

/// What Jupyter sets for its kernels, and so for what their cells run.
const NOTEBOOK: &str = "JPY_PARENT_PID";

/// The machine and the signals.
pub struct Surroundings {
    pub interrupt: Interrupt,
    pub resources: Resources,
    pub sharing: CoreSharing,
    /// How this instance stands, for others to see.
    pub publication: Publication,
}

impl Surroundings {
    /// Listens for signals from now on, and looks what the machine has.
    pub fn find(work: &WorkerArguments, budget: SampleBudget) -> anyhow::Result<Self> {
        let interrupt = Interrupt::listen().context("signals cannot be listened to")?;
        let resources = resources(work, budget)?;
        let publication = Publication::default();
        if resources.has_room_for_threads {
            let publication = publication.clone();
            interrupt.watch(move |signal| end_late(signal, &publication));
        }
        Ok(Self {
            interrupt,
            resources,
            sharing: CoreSharing {
                temporary: std::env::temp_dir(),
                cores: cores(),
            },
            publication,
        })
    }

    /// What is shown while it goes on.
    pub fn shown(&self, show: &ShowArguments) -> Shown {
        Shown {
            verbosity: match (show.quiet, show.verbose) {
                (true, _) => Verbosity::Quiet,
                (_, true) => Verbosity::Verbose,
                _ => Verbosity::Normal,
            },
            heartbeat: show.heartbeat,
            is_notebook: environment(NOTEBOOK).is_some(),
            has_room_for_threads: self.resources.has_room_for_threads,
        }
    }
}

/// Ends a process that was asked to stop and does not come to it.
fn end_late(signal: i32, publication: &Publication) {
    publication.withdraw_at_once();
    clear_bar();
    print_line("run_batt: stopped; what was in hand took too long to end and is dropped");
    std::process::exit(Interrupt::exit_code(signal));
}

/// Begins to publish how an instance stands.
pub fn publish(
    publication: &Publication,
    activity: Activity,
    out: &Path,
    place: &LogPlace,
) -> Publisher {
    let logs = place.folder(out);
    publication.begin(activity, (out, &logs), &new_id(), time_since_start())
}

/// A name for a run or a search, after those before it.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
