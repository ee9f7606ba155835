//! What a run is given, from what a user asks for.
//!
//! ```text
//! JobOptions ──▶ tasks, programs ──▶ drawn card ──▶ selected tasks ──▶ Job
//! (what is       (those of the       (where one     (and what the      (what
//!  asked for)     paths, or those     is asked       logs say of them)  run takes)
//!                 that are there)     for)
//! ```
//!
//! A [`Job`] is all values: it owns the tasks' places, the programs and the
//! store, so that whoever has one can run it. [`JobOptions::job`] makes it, for
//! the command line and for any other front end; it knows nothing of options'
//! names, and its errors do not either.
//!
//! # What decides what comes of a task
//!
//! `Job::ingredients` takes a job apart field by field, and so does
//! [`JobOptions::job`] with the options: a new field does not compile until both
//! say whether it is a part of the tasks' [`Fingerprint`]. The options of the
//! command line are held to the same by a test (`src/cli/fingerprint.rs`).

mod coverage;
mod dialect;
pub mod given;
mod ingredient_texts;
mod listing;
mod options;
mod resources;
mod rounds;
mod typed_limit;

use std::collections::HashMap;
use std::sync::Arc;

use arc_programs::batt::{ResultCache, SampleBudget};
use arc_programs::card::Card;
use arc_programs::dsl::{Dialect, REFERENCE};
use arc_programs::evaluation::Limits;
use arc_programs::program::InlineBudget;
use arc_programs::task::TaskName;

pub use coverage::NoSolver;
pub use dialect::SettledDialect;
pub(crate) use options::not_shared;
#[cfg(test)]
pub(crate) use options::tests::options as options_of_fixtures;
pub use options::{
    CacheBound, CoreSharing, JobError, JobOptions, LibraryOptions, ProgramOptions, TaskOptions,
};
pub use resources::{Resources, TooLittleMemory};
pub use rounds::{DrawnRound, Rounds};
pub use typed_limit::{TypedLimit, settle as settle_limits};

use crate::claims::Claims;
use crate::event::{FiledCounts, RoundOfSearch};
use crate::fingerprint::{Fingerprint, Ingredients};
use crate::library::Library;
use crate::pool::{Profile, Slots};
use crate::store::Store;
use crate::tasks::TaskSource;
use crate::words::path_text;

/// The tasks, the programs and the store of a run, and how it works.
#[derive(Debug)]
pub struct Job {
    /// The name of the run in every record.
    pub run_id: String,
    /// Notices to the user before it begins.
    pub notices: Vec<String>,
    /// Number of tasks that solvers were given for and that are not in the data.
    pub unused_solvers: u64,
    /// The tasks to run, in this order.
    pub selected: Vec<TaskName>,
    /// Tasks that were named and are not run, for the start or the count of the selection
    /// leave them out.
    pub left_out: Vec<TaskName>,
    /// Fingerprints of what was run before, and how many programs were filed of it: a task that
    /// would be run with the same is passed over, if the store still has as many.
    pub finished: HashMap<Fingerprint, FiledCounts>,
    /// The claims by which it divides the tasks with other instances, if it does.
    pub claims: Option<Claims>,
    /// The places of the tasks' samples.
    pub tasks: Arc<TaskSource>,
    /// Programs that are evaluated.
    pub programs: Programs,
    /// The dialect that they are of, and the store.
    pub dialect: &'static Dialect,
    /// The store that programs are kept in.
    pub store: Arc<Store>,
    /// The number of workers, and of programs in flight.
    pub profile: Profile,
    /// The slots by which it shares the cores with other instances; `None` where
    /// it has them for itself.
    pub slots: Option<Arc<Slots>>,
    /// The seed of random choices, for the records.
    pub seed: u64,
    /// The round of a search that it is, if it is one.
    pub round: Option<RoundOfSearch>,
    /// Whether any is made.
    pub is_random: bool,
    /// The limits of a sample; what is inlined later than its timeout is kept
    /// raw.
    pub budget: SampleBudget,
    /// The longest inlined text.
    pub inline_budget: InlineBudget,
    /// What is known of programs' results.
    pub cache: Arc<dyn ResultCache>,
}

/// The programs of a run.
#[derive(Debug)]
pub enum Programs {
    /// Each task's solvers, and its differ list.
    Libraries(Box<Libraries>),
    /// One card for all tasks.
    Card(Arc<Card>),
}

/// The programs that tasks have of their own, and those for all tasks.
#[derive(Debug)]
pub struct Libraries {
    /// The solvers.
    pub solvers: Library,
    /// The differs.
    pub differs: Library,
}

impl Job {
    /// What all tasks are run with, but for programs of libraries, which are added by
    /// whoever makes cards of them.
    pub(crate) fn ingredients(&self) -> Ingredients {
        let Self {
            budget,
            inline_budget: InlineBudget { maximum_bytes },
            store,
            dialect,
            programs,
            // By the fingerprint of each task.
            tasks: _,
            selected: _,
            left_out: _,
            // Who runs a task, when, and how fast.
            run_id: _,
            finished: _,
            claims: _,
            profile: _,
            slots: _,
            // What is told.
            round: _,
            notices: _,
            unused_solvers: _,
            // What it decides is in the programs and in the selection.
            seed: _,
            is_random: _,
            // How long it takes.
            cache: _,
        } = self;
        let SampleBudget { limits, timeout: _ } = budget;
        let Limits {
            call_steps,
            steps,
            bytes,
            // Of an evaluation that has begun.
            deadline: _,
        } = limits;
        let mut ingredients = Ingredients::default();
        // Logs and claims have the fingerprints of this text: a new part of it may
        // only be there where it is not as it always was.
        ingredients.text(&format!(
            "timeout {} s, steps {call_steps} a call and {steps} a sample, {bytes} bytes, inlined {maximum_bytes} bytes, out {}",
            budget.duration().as_secs_f64(),
            path_text(store.out())
        ));
        if dialect != &&REFERENCE {
            ingredients.text(&format!("dialect {}", dialect.name()));
        }
        // Those of libraries by `Cards`, which has their texts.
        if let Programs::Card(card) = programs {
            ingredients.card(card);
        }
        ingredients
    }
}
