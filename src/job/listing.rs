//! What is read before a card can be made: the tasks, the programs of the paths, and
//! the limits that hold. A search lists once and draws many times.

use std::path::PathBuf;
use std::sync::Arc;

use arc_programs::batt::SampleBudget;
use arc_programs::card::Card;
use arc_programs::card::mutation::{MutationOptions, Proposal};
use arc_programs::dsl::{Dialect, REFERENCE};
use arc_programs::task::TaskName;

use super::dialect::SettledDialect;
use super::given;
use super::options::{JobError, JobOptions, LibraryOptions, ProgramOptions, TaskOptions};
use super::typed_limit;
use super::{Libraries, Programs, Resources};
use crate::card_file::read_card;
use crate::clock::Clock;
use crate::draw::{Drawn, Origin, Turns, draw_by};
use crate::library::{LibraryError, Role};
use crate::pool::{Pool, beside};
use crate::stopwatch::Stopwatch;
use crate::store::Store;
use crate::tasks::{Selected, Selection, TaskError, TaskSource};

/// The tasks and the programs of the paths.
pub(super) struct Listing {
    pub(super) tasks: TaskSource,
    pub(super) programs: Listed,
    pub(super) dialect: &'static Dialect,
    pub(super) budget: SampleBudget,
    /// Notices of how words were understood.
    pub(super) notices: Vec<String>,
}

/// The programs of the paths, read or listed.
pub(super) enum Listed {
    Given(Programs),
    Origin(Drawing),
}

/// What a card is drawn from, and how.
pub(super) struct Drawing {
    libraries: Box<Libraries>,
    count: usize,
    mutation: MutationOptions,
}

/// Programs that were drawn for a card, and the tasks that it is to be run on.
pub(super) struct DrawnPrograms {
    pub(super) programs: Drawn,
    pub(super) selected: Selected,
    mutation: MutationOptions,
}

/// A card that was drawn, and the tasks that it is to be run on.
#[derive(Debug)]
pub(super) struct DrawnCard {
    pub(super) card: Card,
    pub(super) selected: Selected,
    pub(super) notices: Vec<String>,
}

impl JobOptions {
    /// Lists the tasks and the programs; nothing is made or written.
    pub(super) fn list(
        &self,
        clock: &dyn Clock,
        stopwatch: &mut Stopwatch,
    ) -> Result<Listing, JobError> {
        let owner = self.owner();
        let settled = SettledDialect::of(self.dialect, Some(&self.out), self.programs.solvers())?;
        let Self {
            tasks:
                TaskOptions {
                    path,
                    split,
                    selection: _,
                    limits,
                },
            programs,
            // Settled.
            dialect: _,
            out,
            is_out_named: _,
            logs: _,
            resume: _,
            claim: _,
            resources,
            cores: _,
            inline_budget: _,
            cache: _,
            notices: _,
        } = self;
        let Resources {
            profile,
            has_room_for_threads,
            budget,
            ..
        } = resources;
        let (tasks, (programs, took)) = beside(
            profile.workers > 1 && *has_room_for_threads,
            || {
                stopwatch.time(clock, "list tasks", || {
                    given::tasks(path.as_deref(), owner, *split)
                })
            },
            || {
                let begun = clock.elapsed();
                let kept = Store::at(out).links(Role::Differ);
                let listed = programs.read(settled.dialect, kept.is_dir().then_some(kept));
                (listed, clock.elapsed().saturating_sub(begun))
            },
        );
        // What went on beside the other took nobody's time.
        let took = took.saturating_sub(stopwatch.time_of("list tasks"));
        stopwatch.add("list programs", took);
        let (tasks, programs) = (tasks?, programs?);
        let dialect = programs.dialect();
        let (budget, mut notices) = typed_limit::settle(limits.clone(), &tasks, *budget);
        notices.splice(0..0, settled.notice);
        Ok(Listing {
            tasks,
            programs,
            dialect,
            budget,
            notices,
        })
    }
}

impl Listed {
    fn dialect(&self) -> &'static Dialect {
        match self {
            Self::Given(Programs::Card(card)) => card.dialect(),
            Self::Given(Programs::Libraries(libraries)) => libraries.solvers.dialect(),
            Self::Origin(drawing) => drawing.libraries.solvers.dialect(),
        }
    }
}

impl Drawing {
    /// Draws programs from what the store has now, and the tasks that their card is run on,
    /// by the numbers of a seed; workers, where there are some, help with that.
    pub(super) fn draw(
        &self,
        tasks: &TaskSource,
        store: &Store,
        selection: &Selection,
        seed: u64,
        workers: Option<&Pool>,
    ) -> Result<DrawnPrograms, JobError> {
        let mut selection = Selection {
            seed,
            ..selection.clone()
        };
        let preferred = preferred(&selection, tasks)?;
        let programs = self.programs(tasks, &preferred, store, seed, workers)?;
        // A changed solver is likeliest to be worth something for the
        // task that it was drawn for. The reserve has what room is left.
        let drawn = programs.solvers.iter().chain(&programs.reserve);
        let room = usize::try_from(selection.count.unsigned_abs()).unwrap_or(usize::MAX);
        let names = drawn.map(|(task, _)| task.name);
        selection.sure = names.take(room.max(programs.solvers.len())).collect();
        Ok(DrawnPrograms {
            programs,
            selected: selection.select(tasks)?,
            mutation: MutationOptions {
                seed,
                ..self.mutation
            },
        })
    }

    fn programs(
        &self,
        tasks: &TaskSource,
        preferred: &[TaskName],
        store: &Store,
        seed: u64,
        workers: Option<&Pool>,
    ) -> Result<Drawn, JobError> {
        let all: Vec<TaskName> = tasks.names().collect();
        let origin = Origin {
            tasks,
            among: &all,
            preferred,
            store,
            solvers: &self.libraries.solvers,
            differs: &self.libraries.differs,
        };
        let turns = match self.mutation.every_solver {
            Some(_) if !self.mutation.freeze_solvers => Turns::CheapFirst,
            _ => Turns::ByChance,
        };
        Ok(draw_by(origin, self.count, turns, seed, workers)?)
    }
}

impl DrawnPrograms {
    /// Their card, in which each solver is changed that is to be.
    pub(super) fn card(self) -> Result<DrawnCard, JobError> {
        self.card_unless(&mut |proposal| proposal.change.is_none())
    }

    /// Their card, without what is refused where every solver is to change.
    pub(super) fn card_unless(
        self,
        refuses: &mut dyn FnMut(&Proposal<'_>) -> bool,
    ) -> Result<DrawnCard, JobError> {
        let Self {
            programs,
            selected,
            mutation,
        } = self;
        let card = programs.card_unless(mutation, refuses)?.card;
        let mut notices = programs.notices;
        notices.extend(notices_of_wrong_calls(&card));
        notices.extend(shortfall(&selected));
        Ok(DrawnCard {
            card,
            selected,
            notices,
        })
    }
}

/// The tasks that a card is drawn for in the first place.
fn preferred(selection: &Selection, tasks: &TaskSource) -> Result<Vec<TaskName>, TaskError> {
    match selection.count {
        // A random sample has those that were drawn for.
        ..0 => Ok(Vec::new()),
        _ => Ok(selection.select(tasks)?.tasks),
    }
}

pub(super) fn notices_of_wrong_calls(card: &Card) -> Vec<String> {
    let wrong = card.wrong_calls();
    let told = wrong.iter();
    told.map(|wrong| format!("the card has calls that always fail: {wrong}"))
        .collect()
}

pub(super) fn shortfall(selected: &Selected) -> Option<String> {
    let asked = selected.asked?;
    Some(format!(
        "{asked} tasks were asked for and there are {}; running these",
        selected.of_all_shards.len()
    ))
}

/// How much of what was selected is this shard's, where it is one.
pub(super) fn notice_of_shard(selection: &Selection, selected: &Selected) -> Option<String> {
    let shard = selection.shard.as_ref()?;
    Some(shard.notice(selected.tasks.len(), selected.of_all_shards.len()))
}

impl ProgramOptions {
    /// The files of solvers that are given.
    pub(super) fn solvers(&self) -> &[PathBuf] {
        match self {
            Self::Card(_) => &[],
            Self::Libraries(libraries) | Self::Drawn { libraries, .. } => &libraries.solvers,
        }
    }

    /// The card; or the solvers and the differs of a dialect, those given or the fixtures',
    /// and the differs in the folder `kept`, which the store has kept for a task.
    /// What is drawn from the store is listed where it is drawn.
    fn read(
        &self,
        dialect: Option<&'static Dialect>,
        kept: Option<PathBuf>,
    ) -> Result<Listed, JobError> {
        let of_libraries = dialect.unwrap_or(&REFERENCE);
        Ok(match self {
            Self::Card(path) => {
                let card = read_card(path)?;
                let found = card.dialect();
                if let Some(expected) = dialect.filter(|&expected| expected != found) {
                    return Err(JobError::CardOfOther {
                        path: path.clone(),
                        found,
                        expected,
                    });
                }
                Listed::Given(Programs::Card(Arc::new(card)))
            }
            Self::Libraries(libraries) => {
                let mut libraries = libraries.read(of_libraries)?;
                if let Some(kept) = kept {
                    libraries.differs.add_kept(&kept)?;
                }
                Listed::Given(Programs::Libraries(libraries))
            }
            Self::Drawn {
                libraries,
                count,
                mutation,
            } => Listed::Origin(Drawing {
                libraries: libraries.read(of_libraries)?,
                count: *count,
                mutation: *mutation,
            }),
        })
    }
}

impl LibraryOptions {
    fn read(&self, dialect: &'static Dialect) -> Result<Box<Libraries>, LibraryError> {
        let Self {
            solvers,
            differs,
            all_stored,
        } = self;
        let mut solvers = given::library(Role::Solver, dialect, solvers)?;
        if !all_stored {
            solvers.keep_best_stored();
        }
        Ok(Box::new(Libraries {
            solvers,
            differs: given::library(Role::Differ, dialect, differs)?,
        }))
    }
}
