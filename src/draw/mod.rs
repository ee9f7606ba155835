//! Which programs a card is made of, drawn from a store by what they score.
//!
//! Tasks are taken in an order that the seed shuffles (module `turns`). Of a task's stored
//! solvers one is drawn, the better the likelier: the second best is half as
//! likely as the best, the third a third. (Scores do not serve as weights: 32
//! solvers that all lack a little score nearly the same, and the one to go on
//! from would hardly ever be drawn.) A task that has none in
//! the store draws from the given solvers; one that has neither is passed over.
//! So only the folders of tasks whose turn comes are listed, and a store of a
//! thousand tasks costs what the drawn ones cost.
//!
//! Where every solver is to change, twice as many are drawn, and cheap ones come
//! first. The others are the reserve: a solver of which every mutant was tried
//! gives its slot to one of them.
//!
//! Every drawn task offers one of its stored differs likewise. The given
//! differs, the base, are all taken.
//!
//! A stored file that cannot be used is told, and another one of its task is
//! drawn.

mod error;
mod pick;
mod trial;
mod turns;

use std::collections::HashSet;
use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub use error::DrawError;
use pick::Pick;
pub use trial::{Scope, TasksOf, Trial};
use turns::Candidate;
pub use turns::Turns;

use crate::library::{Library, NamedProgram, Role};
use crate::pool::Pool;
use crate::store::Store;
use crate::tasks::TaskSource;
use arc_programs::card::mutation::{
    DrawnDiffer, DrawnSolver, MutatedCard, MutationOptions, Proposal, make_card_unless,
};
use arc_programs::card::{Card, MergeError};
use arc_programs::dsl::Dialect;
use arc_programs::task::{Task, TaskName};
use arc_programs::value::Grid;

/// Largest number of differs that a card has besides the base.
pub const STORED_DIFFERS: usize = 32;

/// The stream of a seed's numbers that programs are drawn from.
const PROGRAMS: u64 = 1;

/// Origin of the programs of a card: where they are drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Samples of the tasks.
    pub tasks: &'a TaskSource,
    /// The tasks that solvers may be drawn for.
    pub among: &'a [TaskName],
    /// Those of them that the card will be run on, where that is known: half of the
    /// solvers are drawn for these, for a changed solver is likeliest to be worth
    /// something for its own task; and half for others, which have other ideas.
    pub preferred: &'a [TaskName],
    /// The best programs of each task.
    pub store: &'a Store,
    /// The solvers of the tasks that have none in the store.
    pub solvers: &'a Library,
    /// The base differs: those that are for all tasks. All three are of the solvers'
    /// dialect.
    pub differs: &'a Library,
}

/// Drawn programs of a card.
#[derive(Debug)]
pub struct Drawn {
    /// The dialect that they are of.
    pub dialect: &'static Dialect,
    /// A solver for each drawn task, the largest task first.
    pub solvers: Vec<(Task, Arc<NamedProgram>)>,
    /// Solvers for those of which every mutant is refused, in the order of their turns.
    pub reserve: Vec<(Task, Arc<NamedProgram>)>,
    /// The tasks whose solver is the store's.
    pub stored: HashSet<TaskName>,
    /// The base differs, then those drawn.
    pub differs: Vec<Arc<NamedProgram>>,
    /// Notices of what could not be used, and of shortfalls: a sentence each.
    pub notices: Vec<String>,
}

/// Draws solvers for `count` tasks, and differs; the same for the same seed.
///
/// # Errors
/// [`DrawError`] where there is not one solver to draw, or the store cannot be
/// listed. Fewer than were asked for are no error, but told.
pub fn draw(origin: Origin<'_>, count: usize, turns: Turns, seed: u64) -> Result<Drawn, DrawError> {
    draw_by(origin, count, turns, seed, None)
}

/// As [`draw`]; workers, where there are some, list the folders of the first tasks before
/// their turn, which decides nothing.
///
/// # Errors
/// As [`draw`].
pub(crate) fn draw_by(
    origin: Origin<'_>,
    count: usize,
    turns: Turns,
    seed: u64,
    workers: Option<&Pool>,
) -> Result<Drawn, DrawError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(PROGRAMS);
    let order = turns::of_tasks(origin.among, origin.preferred, &mut random);
    let preferred: HashSet<&TaskName> = origin.preferred.iter().collect();
    let dialect = origin.solvers.dialect();
    let mut drawn = Drawn {
        dialect,
        solvers: Vec::new(),
        reserve: Vec::new(),
        stored: HashSet::new(),
        differs: Vec::new(),
        notices: Vec::new(),
    };
    let mut pick = Pick::new(origin.store, dialect, random)?;
    if let Some(workers) = workers {
        pick.list_ahead(&order, turns.candidates(count), workers);
    }
    let mut candidates = Vec::new();
    for task in order {
        if candidates.len() == turns.candidates(count) {
            break;
        }
        let stored = pick.stored(Role::Solver, task)?;
        if stored.is_some() {
            drawn.stored.insert(task);
        }
        let Some(picked) = stored.or_else(|| pick.given(task, origin.solvers)) else {
            continue;
        };
        match origin.tasks.load(task) {
            Ok(loaded) => candidates.push(Candidate {
                is_preferred: preferred.contains(&task),
                task: loaded,
                program: picked.program,
                speed: picked.speed,
            }),
            Err(error) => pick.notices.push(error.to_string()),
        }
    }
    if turns == Turns::CheapFirst {
        candidates = turns::of_solvers(candidates, &mut pick.random);
    }
    let mut solvers = candidates.into_iter().map(|own| (own.task, own.program));
    drawn.solvers = solvers.by_ref().take(count).collect();
    drawn.reserve = solvers.collect();
    if drawn.solvers.is_empty() {
        return Err(DrawError::Nothing {
            store: origin.store.out().to_owned(),
            tasks: origin.among.len(),
            broken: pick.notices,
        });
    }
    if drawn.solvers.len() < count {
        pick.notices.push(format!(
            "solvers for {count} tasks were asked for and there are some for {}; taking these",
            drawn.solvers.len()
        ));
    }
    drawn
        .solvers
        .sort_by_key(|(task, _)| (std::cmp::Reverse(cells(task)), task.name));

    drawn.differs = origin.differs.shared().to_vec();
    let most = drawn.differs.len() + STORED_DIFFERS;
    for (task, _) in &drawn.solvers {
        if drawn.differs.len() == most {
            break;
        }
        if let Some(differ) = pick.stored(Role::Differ, task.name)?
            && !drawn
                .differs
                .iter()
                .any(|own| own.program == differ.program.program)
        {
            drawn.differs.push(differ.program);
        }
    }
    drawn.notices = pick.notices;
    Ok(drawn)
}

impl Drawn {
    /// The programs merged into a card, changed as the options say.
    ///
    /// # Errors
    /// [`MergeError::NameOfCall`] for a program with such a name.
    pub fn card(&self, options: MutationOptions) -> Result<Card, MergeError> {
        let is_as_drawn = &mut |proposal: &Proposal<'_>| proposal.change.is_none();
        Ok(self.card_unless(options, is_as_drawn)?.card)
    }

    /// As [`Drawn::card`], without the mutants that `refuses` tells where every solver is to
    /// change: [`make_card_unless`].
    ///
    /// # Errors
    /// As [`Drawn::card`].
    pub fn card_unless(
        &self,
        options: MutationOptions,
        refuses: &mut dyn FnMut(&Proposal<'_>) -> bool,
    ) -> Result<MutatedCard, MergeError> {
        fn drawn(solvers: &[(Task, Arc<NamedProgram>)]) -> Vec<DrawnSolver<'_>> {
            let drawn = solvers.iter().map(|(task, own)| DrawnSolver {
                task,
                program: &own.program,
            });
            drawn.collect()
        }
        let (solvers, reserve) = (drawn(&self.solvers), drawn(&self.reserve));
        let differs: Vec<DrawnDiffer<'_>> = self
            .differs
            .iter()
            .map(|own| DrawnDiffer {
                name: &own.name,
                program: &own.program,
            })
            .collect();
        make_card_unless(self.dialect, &solvers, &reserve, &differs, options, refuses)
    }
}

/// How large a task is: the cells of all its grids.
fn cells(task: &Task) -> usize {
    let samples = task.demo.iter().chain(&task.test);
    let size = |grid: &Grid| grid.height() * grid.width();
    samples
        .map(|sample| size(&sample.input) + sample.output.as_deref().map_or(0, size))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::{Profile, ProfileKind};
    use crate::store::Standing;
    use arc_programs::program::{Identity, parse_module};

    const TASK: &str = r#"{"train": [], "test": [{"input": [[1, 2]]}]}"#;

    fn pool(workers: usize) -> Pool {
        Pool::new(&Profile {
            kind: ProfileKind::Cpu,
            reason: String::new(),
            workers,
            chunk_size: 8,
        })
    }

    /// Keeps and files a program of a role, or what is none.
    fn file(store: &Store, role: Role, task: TaskName, expression: &str, score: u64) {
        let function = role.function_name();
        let text = format!("def {function}(S, I, C):\n    return {expression}\n");
        let program = parse_module(&text).only_program().unwrap();
        let text = program.expanded_file();
        let standing = Standing {
            score,
            speed: 13,
            identity: Identity::of(&text),
        };
        let sharing = store.share().unwrap();
        sharing.keep(role, standing.identity, || text).unwrap();
        sharing.file(role, task, &[standing]).unwrap();
    }

    #[test]
    fn the_same_is_drawn_with_workers_that_list_ahead() {
        let names: Vec<String> = (0..24).map(|number| format!("{number:08x}.json")).collect();
        let tasks = TaskSource::from_texts("made up", names.iter().map(|own| (own.clone(), TASK)));
        let tasks = tasks.unwrap();
        let all: Vec<TaskName> = tasks.names().collect();
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let expressions = ["rot90(I)", "rot180(I)", "rot270(I)", "hmirror(I)"];
        // A third of the tasks have no solvers, and some of those that have no differ.
        for (place, task) in all.iter().enumerate().filter(|(place, _)| place % 3 > 0) {
            for (score, expression) in (1..).zip(&expressions[place % 3..]) {
                file(&store, Role::Solver, *task, expression, score);
            }
            if place % 4 > 0 {
                let differ = format!("equality(I, rot90({}))", expressions[place % 4]);
                file(&store, Role::Differ, *task, &differ, 5);
            }
        }
        // What cannot be used is told, and another is drawn.
        let damaged = store.programs(Role::Solver).join(format!(
            "{}.py",
            store
                .tree(Role::Solver, all[1])
                .unwrap()
                .best()
                .unwrap()
                .identity
        ));
        std::fs::write(damaged, "???").unwrap();
        let none = [Role::Solver, Role::Differ].map(Library::new);
        let origin = Origin {
            tasks: &tasks,
            among: &all,
            preferred: &all[..8],
            store: &store,
            solvers: &none[0],
            differs: &none[1],
        };
        let (alone, several) = (pool(1), pool(2));
        let mut notices = 0;
        for seed in 0..30 {
            for (count, turns) in [
                (3, Turns::ByChance),
                (4, Turns::CheapFirst),
                (40, Turns::ByChance),
            ] {
                let drawn = |workers| {
                    let drawn = draw_by(origin, count, turns, seed, workers).unwrap();
                    let mut stored: Vec<TaskName> = drawn.stored.into_iter().collect();
                    stored.sort_unstable();
                    let told = (drawn.solvers, drawn.reserve, drawn.differs, drawn.notices);
                    (stored, told.3.len(), format!("{told:?}"))
                };
                let expected = drawn(None);
                notices += expected.1;
                assert_eq!(drawn(Some(&alone)), expected);
                assert_eq!(drawn(Some(&several)), expected);
            }
        }
        assert!(notices > 30, "some were damaged");
    }
}
