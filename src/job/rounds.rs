//! The rounds of a search: what is listed once, and what each round draws anew.
//!
//! ```text
//! JobOptions ──▶ Rounds ──▶ DrawnRound ──▶ Job
//! (what is       (tasks,     (a card from   (what a round
//!  asked for)     base        what the       takes)
//!                 differs:    store has
//!                 once)       now)
//! ```
//!
//! Between the two last stands whoever writes the drawn round down, so that it can be
//! gone on with: [`DrawnRound`] is all that a round is, beside the data and the options.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arc_programs::batt::{NoCache, ResultCache};
use arc_programs::card::Card;
use arc_programs::dsl::{Dialect, REFERENCE};
use arc_programs::task::TaskName;

use super::ingredient_texts as texts;
use super::listing::{Drawing, Listed, Listing, notice_of_shard};
use super::options::{
    CacheBound, JobError, JobOptions, LibraryOptions, ProgramOptions, TaskOptions,
};
use super::{Job, Programs};
use crate::clock::Clock;
use crate::draw::{Scope, TasksOf, Trial};
use crate::event::{FiledCounts, RoundOfSearch};
use crate::fingerprint::{Fingerprint, Ingredients};
use crate::pool::{Pool, Slots};
use crate::result_cache::{self, DiskCache};
use crate::stopwatch::Stopwatch;
use crate::store::Store;
use crate::tasks::{Selection, TaskSource};
use crate::telemetry::{Past, ReadError, Telemetry};

/// The rounds that a search may have: all that they share.
pub struct Rounds {
    options: JobOptions,
    tasks: Arc<TaskSource>,
    drawing: Drawing,
    dialect: &'static Dialect,
    budget: arc_programs::batt::SampleBudget,
    store: Arc<Store>,
    slots: Option<Arc<Slots>>,
    notices: Vec<String>,
    cache: Option<Arc<DiskCache>>,
}

/// Round as it was drawn: its card and its tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnRound {
    /// The seed of all that was drawn for it.
    pub seed: u64,
    /// The card for all of its tasks.
    pub card: Arc<Card>,
    /// The tasks, in their order.
    pub selected: Vec<TaskName>,
    /// Tasks that were named and are not run.
    pub left_out: Vec<TaskName>,
    /// Notices of what could not be used, and of shortfalls: a sentence each.
    pub notices: Vec<String>,
}

impl DrawnRound {
    /// The number of its new programs: the solvers that a mutation has made.
    pub fn new_programs(&self) -> u64 {
        let solvers = self.card.solvers().iter();
        solvers.filter(|solver| solver.mutated).count() as u64
    }
}

impl JobOptions {
    /// The rounds of a search with these options, which are to draw cards; `None`
    /// where they draw none. Nothing is made or written.
    ///
    /// # Errors
    /// [`JobError`] for what could not be read.
    pub fn rounds(
        self,
        clock: &dyn Clock,
        stopwatch: &mut Stopwatch,
    ) -> Result<Option<Rounds>, JobError> {
        let Listing {
            tasks,
            programs,
            dialect,
            budget,
            notices: told,
        } = self.list(clock, stopwatch)?;
        let Listed::Origin(drawing) = programs else {
            return Ok(None);
        };
        let of_data = tasks.notices().iter().map(ToString::to_string);
        let of_shard = shard_of_search(&self.tasks.selection, &tasks)?;
        let notices = self.notices.iter().cloned().chain(of_shard);
        let notices = notices.chain(told).chain(of_data).collect();
        Ok(Some(Rounds {
            tasks: Arc::new(tasks.remembering()),
            drawing,
            dialect,
            budget,
            store: Arc::new(Store::at(&self.out)),
            slots: None,
            notices,
            cache: None,
            options: self,
        }))
    }
}

impl Rounds {
    /// Makes the store and the logs where they are missing, and yields the records that
    /// all rounds append to.
    ///
    /// # Errors
    /// [`JobError`] for what could not be made.
    pub fn open(&mut self) -> Result<Telemetry, JobError> {
        let JobOptions {
            out, logs, cores, ..
        } = &self.options;
        self.store = Arc::new(Store::open_in(out, self.dialect)?);
        let CacheBound { memory, mut disk } = self.options.cache;
        if let Some(problem) = self.store.locks().problem() {
            self.notices.push(format!(
                "{}: programs that nothing links to are not removed, for {problem}",
                out.display()
            ));
            // Segments of those who live could be taken for those of the dead.
            disk = 0;
        }
        if memory > 0 {
            let (cache, told) =
                DiskCache::open(&result_cache::folder_of(out), self.dialect, memory, disk);
            self.notices.extend(told.iter().map(ToString::to_string));
            self.cache = Some(Arc::new(cache));
        }
        self.slots = cores
            .as_ref()
            .and_then(|sharing| sharing.open(&mut self.notices));
        let telemetry = Telemetry::open(out, logs)?;
        self.notices.extend(telemetry.notice().map(str::to_owned));
        Ok(telemetry)
    }

    /// The store that they draw from and file in.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The dialect that they are drawn in.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The data.
    pub fn tasks(&self) -> &TaskSource {
        &self.tasks
    }

    /// Notices of how the options were understood.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The tasks that a round may run: of those that are drawn by chance, all.
    ///
    /// # Errors
    /// [`JobError`] for a task that is not there.
    pub fn selectable(&self) -> Result<Vec<TaskName>, JobError> {
        let selection = &self.options.tasks.selection;
        let all = Selection {
            count: selection.count.max(0),
            ..selection.clone()
        };
        Ok(all.select(&self.tasks)?.tasks)
    }

    /// Draws a round from what the store has now, by the numbers of a seed.
    ///
    /// Where every solver is to change, a mutant that was tried is drawn anew, and a solver
    /// that was not goes into the card as it is.
    ///
    /// # Errors
    /// [`JobError`] where there is nothing to draw, or the store cannot be read.
    pub fn draw(
        &self,
        seed: u64,
        is_tried: &dyn Fn(Trial) -> bool,
    ) -> Result<DrawnRound, JobError> {
        self.draw_by(seed, is_tried, None)
    }

    /// As [`Rounds::draw`], with the help of workers where there are some.
    ///
    /// # Errors
    /// As [`Rounds::draw`].
    pub(crate) fn draw_by(
        &self,
        seed: u64,
        is_tried: &dyn Fn(Trial) -> bool,
        workers: Option<&Pool>,
    ) -> Result<DrawnRound, JobError> {
        let selection = &self.options.tasks.selection;
        let (tasks, store) = (&self.tasks, &self.store);
        let programs = self.drawing.draw(tasks, store, selection, seed, workers)?;
        let tasks = programs.selected.tasks.clone();
        let stored = programs.programs.stored.clone();
        let scope = self.scope(&tasks)?;
        let mut in_card = HashSet::new();
        let drawn = programs.card_unless(&mut |proposal| {
            let (digest, task) = (proposal.digest(), proposal.task);
            let is_as_drawn = proposal.change.is_none();
            let is_stored = is_as_drawn && stored.contains(&task);
            let is_known = match scope.trial(digest, task) {
                Some(_) if is_stored && scope.is_tried_by_being_stored() => true,
                Some(trial) => is_tried(trial),
                None => is_as_drawn,
            };
            is_known || !in_card.insert(digest)
        })?;
        let selected = &drawn.selected.tasks;
        self.tasks.check_case(selected, &self.options.out)?;
        Ok(DrawnRound {
            seed,
            card: Arc::new(drawn.card),
            selected: drawn.selected.tasks,
            left_out: drawn.selected.left_out,
            notices: drawn.notices,
        })
    }

    /// What a drawn round tries: its programs on its tasks.
    ///
    /// # Errors
    /// [`JobError`] for a task that is not there.
    pub fn trials(&self, drawn: &DrawnRound) -> Result<Vec<Trial>, JobError> {
        let scope = self.scope(&drawn.selected)?;
        let digests = drawn.card.solver_digests();
        let programs = drawn.card.solvers().iter().zip(digests);
        let trials = programs.filter_map(|(entry, digest)| scope.trial(digest, entry.task));
        let mut once = HashSet::new();
        Ok(trials.filter(|trial| once.insert(*trial)).collect())
    }

    /// What a trial is of in a round with these tasks.
    fn scope<'a>(&self, tasks: &'a [TaskName]) -> Result<Scope<'a>, JobError> {
        let TaskOptions {
            path,
            split,
            selection,
            limits: _,
        } = &self.options.tasks;
        let is_by_chance = selection.is_by_chance() && tasks.len() < self.selectable()?.len();
        let tasks = match is_by_chance {
            true => TasksOf::Chance(tasks),
            false => TasksOf::EachRound(tasks),
        };
        let (path, split) = (texts::path(path.as_ref()), texts::split(*split));
        Ok(Scope::new(tasks, &format!("({path}, {split})")))
    }

    /// The job of a drawn round, with its place in a search that it is run in.
    pub fn job(&self, run_id: String, drawn: &DrawnRound, round: Option<RoundOfSearch>) -> Job {
        Job {
            run_id,
            notices: drawn.notices.clone(),
            unused_solvers: 0,
            selected: drawn.selected.clone(),
            left_out: drawn.left_out.clone(),
            finished: HashMap::new(),
            claims: None,
            tasks: Arc::clone(&self.tasks),
            programs: Programs::Card(Arc::clone(&drawn.card)),
            dialect: self.dialect,
            store: Arc::clone(&self.store),
            profile: self.options.resources.profile.clone(),
            slots: self.slots.clone(),
            seed: drawn.seed,
            round,
            is_random: true,
            budget: self.budget,
            inline_budget: self.options.inline_budget,
            cache: match &self.cache {
                Some(cache) => Arc::clone(cache) as Arc<dyn ResultCache>,
                None => Arc::new(NoCache),
            },
        }
    }

    /// Writes what the round has found out of results, and reads what other instances have;
    /// yields what a user should know.
    pub fn flush_cache(&self) -> Vec<String> {
        let told = self.cache.iter().flat_map(|cache| cache.flush());
        told.map(|notice| notice.to_string()).collect()
    }

    /// What the logs say was finished, for a round that was begun before.
    ///
    /// # Errors
    /// [`ReadError`] where they cannot be read.
    pub fn finished(&self) -> Result<HashMap<Fingerprint, FiledCounts>, ReadError> {
        let JobOptions { out, logs, .. } = &self.options;
        let past = Past::read(out, &logs.place, |_| true)?;
        Ok(past.history.finished)
    }

    /// The fingerprint of all options that decide what rounds draw and file, with the
    /// seed where one is given: of the same command the same.
    pub fn fingerprint(&self, seed: Option<u64>) -> Fingerprint {
        let JobOptions {
            tasks:
                TaskOptions {
                    path,
                    split,
                    selection,
                    // In the budget.
                    limits: _,
                },
            programs,
            // Settled.
            dialect: _,
            inline_budget,
            // The journals are in it.
            out: _,
            is_out_named: _,
            // Who runs a round, how fast, and what is told of it.
            logs: _,
            resume: _,
            claim: _,
            resources: _,
            cores: _,
            cache: _,
            notices: _,
        } = &self.options;
        let Selection {
            exactly,
            only,
            start,
            count,
            shard,
            // Of each round.
            seed: _,
            sure: _,
            // So it is of every search.
            samples_shard: _,
        } = selection;
        let mut ingredients = Ingredients::default();
        let (path, split) = (texts::path(path.as_ref()), texts::split(*split));
        ingredients.text(&format!("{} {path} {split}", texts::seed(seed)));
        let (exactly, only) = (texts::words(exactly), texts::words(only));
        ingredients.text(&format!("{exactly} {only} {start} {count}"));
        // Journals have the fingerprints of searches without one.
        if let Some(shard) = shard {
            ingredients.text(&shard.ingredient());
        }
        if let ProgramOptions::Drawn {
            libraries:
                LibraryOptions {
                    solvers,
                    differs,
                    all_stored,
                },
            count,
            mutation,
        } = programs
        {
            let (solvers, differs) = (texts::paths(solvers), texts::paths(differs));
            ingredients.text(&format!("{solvers} {differs} {all_stored}"));
            ingredients.text(&format!("{count} {}", texts::mutation(mutation)));
        }
        // Journals have the fingerprints of searches in the reference's.
        if self.dialect != &REFERENCE {
            ingredients.text(&format!("dialect {}", self.dialect.name()));
        }
        let timeout = texts::shown(self.budget.duration());
        ingredients.text(&format!("{timeout} {}", inline_budget.maximum_bytes));
        ingredients.fingerprint()
    }
}

/// The sentence on the shard that a search is of, if it is of one.
fn shard_of_search(selection: &Selection, tasks: &TaskSource) -> Result<Option<String>, JobError> {
    let Some(shard) = &selection.shard else {
        return Ok(None);
    };
    let of_shard = Selection {
        count: selection.count.max(0),
        ..selection.clone()
    };
    let selected = of_shard.select(tasks)?;
    match selected.tasks.is_empty() {
        true => Err(JobError::EmptyShard {
            shard: shard.clone(),
            tasks: selected.of_all_shards.len(),
        }),
        false => Ok(notice_of_shard(&of_shard, &selected)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::options::tests::options;
    use super::*;
    use crate::clock::SystemClock;
    use crate::tasks::{Asked, Partition, Split};
    use arc_programs::card::mutation::{ChangeWeights, MutationOptions};
    use arc_programs::digest::Digest;

    const TASKS: [&str; 2] = ["007bbfb7", "0520fde7"];

    fn rounds(change: impl FnOnce(&mut TaskOptions), programs: ProgramOptions) -> Rounds {
        let folder = tempfile::tempdir().unwrap();
        let mut options = options(&folder);
        change(&mut options.tasks);
        options.programs = programs;
        let (clock, mut stopwatch) = (SystemClock::start(), Stopwatch::default());
        let rounds = options.rounds(&clock, &mut stopwatch).unwrap();
        rounds.expect("it draws")
    }

    fn drawn(libraries: LibraryOptions, mutation: MutationOptions) -> ProgramOptions {
        ProgramOptions::Drawn {
            libraries,
            count: 3,
            mutation,
        }
    }

    fn trial(rounds: &Rounds, tasks: &[&str]) -> Trial {
        let tasks: Vec<TaskName> = tasks.iter().map(|task| task.parse().unwrap()).collect();
        let scope = rounds.scope(&tasks).unwrap();
        scope.trial(Digest::from(1), tasks[0]).unwrap()
    }

    #[test]
    fn journals_and_the_history_are_found_again_by_what_earlier_versions_wrote() {
        let plain = rounds(
            |_| (),
            drawn(
                LibraryOptions::default(),
                MutationOptions {
                    probability: 0.05,
                    freeze_solvers: false,
                    freeze_differs: false,
                    every_solver: None,
                    seed: 0,
                },
            ),
        );
        let [by_name, by_chance] = [0, -1].map(|count| {
            let of_tasks = |tasks: &mut TaskOptions| {
                tasks.path = Some(PathBuf::from("fixtures/tasks"));
                tasks.split = Split::Both;
                tasks.selection.only = TASKS.map(|task| Asked::Task(task.to_owned())).to_vec();
                tasks.selection.count = count;
                if count == 0 {
                    let named = Asked::TaskIfKnown("007bbfb7".to_owned());
                    tasks.selection.exactly.push(named);
                    let partition: Partition = "slice:1/1".parse().unwrap();
                    let (shard, _) = partition.shard(&|_| None, None).unwrap();
                    tasks.selection.shard = Some(shard);
                }
            };
            let libraries = LibraryOptions {
                solvers: vec![PathBuf::from("fixtures/solvers")],
                differs: vec![PathBuf::from("fixtures/differs/base.py")],
                all_stored: true,
            };
            let mutation = MutationOptions {
                probability: 0.5,
                freeze_solvers: true,
                freeze_differs: true,
                every_solver: Some(ChangeWeights::default()),
                seed: 7,
            };
            rounds(of_tasks, drawn(libraries, mutation))
        });
        let fingerprints = [
            plain.fingerprint(None),
            by_name.fingerprint(Some(7)),
            by_chance.fingerprint(Some(7)),
        ];
        assert_eq!(
            fingerprints.map(|own| own.to_string()),
            [
                "f996b2d79a09b186e80d287f62305b1b",
                "98cd2a28938f2995300dc632166d0442",
                "d736e3e3ad7337b990db86d2a869d821",
            ]
        );
        let trials = [
            trial(&plain, &TASKS),
            trial(&by_name, &TASKS),
            trial(&by_chance, &TASKS[..1]),
        ];
        assert_eq!(
            trials,
            [
                Trial(15843109119412193736),
                Trial(15175900537618814802),
                Trial(8110145347106753259),
            ]
        );
    }
}
