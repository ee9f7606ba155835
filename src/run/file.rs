//! What a task files among its best.

use std::cmp::Reverse;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::candidates::Candidate;
use super::inline::Identified;
use super::note::{Note, Notes};
use super::tools::Tools;
use crate::event::BestSolver;
use crate::library::Role;
use crate::pool::Pool;
use crate::store::{KEPT, Sharing, Standing, Store, StoreError, TaskTree};
use arc_programs::program::Identity;
use arc_programs::task::TaskName;

const ROLES: [Role; 2] = [Role::Solver, Role::Differ];

/// The best programs of a task so far.
pub(super) struct Trees {
    solvers: TaskTree,
    differs: TaskTree,
}

impl Trees {
    /// What a task keeps so far; what is foreign there is noted.
    ///
    /// # Errors
    /// [`StoreError`] where its folders cannot be listed.
    pub(super) fn list(
        store: &Store,
        task: TaskName,
        pool: &Pool,
    ) -> Result<(Self, Notes), StoreError> {
        let list = |role: &Role| store.tree(*role, task);
        let listed = match store.remembers_folders() {
            // A worker would take longer to hear of it.
            true => Vec::new(),
            false => pool.map(&ROLES, list).results,
        };
        let mut listed = listed.into_iter();
        // Listing does not panic; if it ever does, it does here.
        let mut tree = |role| {
            let listed = listed.next().and_then(Result::ok);
            listed.unwrap_or_else(|| store.tree(role, task))
        };
        let trees = Self {
            solvers: tree(Role::Solver)?,
            differs: tree(Role::Differ)?,
        };
        let foreign = ROLES.iter().flat_map(|&role| trees.of(role).foreign());
        let notes = foreign.map(|foreign| Note::Foreign {
            path: foreign.path.display().to_string(),
            sentence: foreign.to_string(),
        });
        let notes = notes.collect();
        Ok((trees, notes))
    }

    pub(super) fn of(&self, role: Role) -> &TaskTree {
        match role {
            Role::Solver => &self.solvers,
            Role::Differ => &self.differs,
        }
    }
}

/// A candidate that would be among the best.
#[derive(Debug)]
pub(super) struct Newcomer {
    pub(super) standing: Standing,
    pub(super) candidate: Candidate,
}

impl Newcomer {
    pub(super) fn role(&self, items: &[Identified]) -> Role {
        items[self.candidate.item].item.role
    }
}

/// The candidates that would be among the best and are not yet, or that are there
/// with another score or speed: solvers, then differs, each from best to worst; of
/// equal programs the best.
pub(super) fn newcomers(
    items: &[Identified],
    candidates: &[Candidate],
    trees: &Trees,
) -> Vec<Newcomer> {
    let of_role = |&role: &Role| newcomers_of(role, items, candidates, trees.of(role));
    ROLES.iter().flat_map(of_role).collect()
}

fn newcomers_of(
    role: Role,
    items: &[Identified],
    candidates: &[Candidate],
    tree: &TaskTree,
) -> Vec<Newcomer> {
    // By their places, for of hundreds few are left; of equal ones the first comes first.
    let mut ranked: Vec<(Reverse<Standing>, usize)> = candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| items[candidate.item].item.role == role)
        .filter_map(|(place, candidate)| {
            let standing = Standing {
                score: candidate.sum.score,
                speed: candidate.speed,
                identity: items[candidate.item].identity?,
            };
            Some((Reverse(standing), place))
        })
        .collect();
    ranked.sort_unstable();
    let mut seen = FxHashSet::with_capacity_and_hasher(ranked.len(), FxBuildHasher);
    ranked.retain(|(Reverse(standing), _)| seen.insert(standing.identity));
    let standings = tree.standings().iter();
    // Of several links of one program the best is the last.
    let there: FxHashMap<Identity, Standing> =
        standings.clone().map(|own| (own.identity, *own)).collect();
    let stays = |own: &&Standing| !seen.contains(&own.identity);
    let others: Vec<Standing> = standings.filter(stays).copied().collect();
    let ranked = ranked.into_iter().enumerate();
    let newcomers = ranked.filter_map(|(before, (Reverse(standing), place))| {
        let candidate = &candidates[place];
        let is_newcomer = match there.get(&standing.identity) {
            // Those before it are better, and so are some that are there: with 32 of
            // both, there is no room.
            None => {
                let better = || others.len() - others.partition_point(|own| *own < standing);
                before < KEPT && before + better() < KEPT
            }
            Some(own) if *own == standing => false,
            // What a limit took from it says nothing against what it once scored.
            Some(own) => *own < standing || candidate.sum.is_whole,
        };
        is_newcomer.then(|| Newcomer {
            standing,
            candidate: candidate.clone(),
        })
    });
    newcomers.collect()
}

/// Files newcomers, from best to worst, among the best of a task.
///
/// # Errors
/// [`StoreError`] where its folders cannot be written.
pub(super) fn file(
    task: TaskName,
    newcomers: &[Newcomer],
    items: &[Identified],
    sharing: &Sharing<'_>,
    mut trees: Trees,
    tools: &Tools<'_>,
) -> Result<Notes, StoreError> {
    // A link takes the file system a while, and those of one role know nothing
    // of the other's.
    let standings = |role: Role| -> Vec<Standing> {
        let of_role = newcomers.iter().filter(|own| own.role(items) == role);
        of_role.map(|own| own.standing).collect()
    };
    let filings: Vec<(Role, Vec<Standing>)> = ROLES
        .into_iter()
        .map(|role| (role, standings(role)))
        .filter(|(_, standings)| !standings.is_empty())
        .collect();
    let file = |(role, standings): &(Role, Vec<Standing>)| sharing.file(*role, task, standings);
    let filed = tools.pool.map(&filings, file);
    // Where no solver is filed, what was listed is what there is.
    let mut best_before = trees.solvers.best().copied();
    let mut notes = Notes::new();
    for ((role, _), result) in filings.iter().zip(filed.results) {
        // Filing does not panic; if it ever does, nothing of it is counted.
        let Ok(filed) = result else { continue };
        let filed = filed?;
        notes.push(Note::Filed(*role, filed.filed));
        if *role == Role::Solver {
            trees.solvers = filed.tree;
            best_before = filed.best_before;
        }
    }
    let best = trees.solvers.best();
    let score = |standing: Option<&Standing>| standing.map_or(0, |standing| standing.score);
    notes.push(Note::Best(BestSolver {
        before: score(best_before.as_ref()),
        now: score(best),
        path: best.map(|best| trees.solvers.path(best)),
    }));
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, FULL, Surroundings};
    use super::*;
    use std::os::unix::fs::symlink;

    fn store() -> (tempfile::TempDir, Store) {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        (out, store)
    }

    fn file_all(store: &Store, items: &[Identified], candidates: &[Candidate]) -> Notes {
        let surroundings = Surroundings::quiet();
        let tools = surroundings.tools();
        let task = testing::task_id();
        let (trees, _) = Trees::list(store, task, &tools.pool).unwrap();
        let newcomers = newcomers(items, candidates, &trees);
        let sharing = store.share().unwrap();
        for own in items {
            let text = || own.item.program.text().to_owned();
            sharing
                .keep(own.item.role, own.identity.unwrap(), text)
                .unwrap();
        }
        file(task, &newcomers, items, &sharing, trees, &tools).unwrap()
    }

    #[test]
    fn the_best_are_filed_and_what_is_there_is_no_newcomer() {
        let (_out, store) = store();
        let items = testing::identified(vec![
            testing::solver("rot180(I)"),
            testing::solver("I"),
            testing::item(Role::Differ, "differ_own", "astuple(1, 1)"),
        ]);
        let candidates =
            [(0, FULL), (1, 5), (2, 7)].map(|(item, score)| testing::candidate(item, score, true));
        let notes = file_all(&store, &items, &candidates);
        assert!(matches!(
            notes[..],
            [
                Note::Filed(Role::Solver, 2),
                Note::Filed(Role::Differ, 1),
                Note::Best(BestSolver {
                    before: 0,
                    now: FULL,
                    path: Some(_),
                })
            ]
        ));
        let (trees, _) = Trees::list(&store, testing::task_id(), &testing::pool()).unwrap();
        assert!(newcomers(&items, &candidates, &trees).is_empty());
        // What a limit took from it says nothing against what it once scored.
        let of = |score, is_whole| {
            let candidate = testing::candidate(0, score, is_whole);
            newcomers(&items, &[candidate], &trees).len()
        };
        assert_eq!((of(1, false), of(1, true)), (0, 1));
    }

    #[test]
    fn of_equal_programs_the_best_is_the_newcomer_and_there_is_room_for_so_many() {
        let (_out, store) = store();
        let (trees, _) = Trees::list(&store, testing::task_id(), &testing::pool()).unwrap();
        let twice = vec![testing::solver("I"), testing::solver("I")];
        let items = testing::identified(twice);
        let candidates =
            [(0, 3), (1, 4)].map(|(item, score)| testing::candidate(item, score, true));
        let equal = newcomers(&items, &candidates, &trees);
        assert_eq!(equal.len(), 1);
        assert_eq!(equal[0].standing.score, 4);

        let many =
            (0..2 * KEPT as u64).map(|place| testing::solver(&format!("canvas({place}, I)")));
        let items = testing::identified(many.collect());
        let candidates: Vec<Candidate> = (0..items.len())
            .map(|item| testing::candidate(item, 1 + item as u64, true))
            .collect();
        let best = newcomers(&items, &candidates, &trees);
        assert_eq!(best.len(), KEPT);
        assert_eq!(best[0].standing.score, 2 * KEPT as u64);
    }

    #[test]
    fn a_store_that_refuses_ends_it_and_is_named() {
        let (out, store) = store();
        let task = testing::task_id();
        let (trees, notes) = Trees::list(&store, task, &testing::pool()).unwrap();
        assert!(notes.is_empty());
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::create_dir(out.path().join("solver_dir")).unwrap();
        let folder = out.path().join(format!("solver_dir/solve_{task}"));
        symlink(elsewhere.path(), &folder).unwrap();
        let items = testing::identified(vec![testing::solver("I")]);
        let newcomers = newcomers(&items, &[testing::candidate(0, 1, true)], &trees);
        let surroundings = Surroundings::quiet();
        let sharing = store.share().unwrap();
        let error = file(
            task,
            &newcomers,
            &items,
            &sharing,
            trees,
            &surroundings.tools(),
        );
        let error = error.unwrap_err().to_string();
        assert!(error.contains(&folder.display().to_string()), "{error}");
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_foreign_is_noted_where_it_is() {
        let (out, store) = store();
        let task = testing::task_id();
        let path = out.path().join(format!("solver_dir/solve_{task}/best"));
        std::fs::create_dir_all(&path).unwrap();
        let (_, notes) = Trees::list(&store, task, &testing::pool()).unwrap();
        let [
            Note::Foreign {
                path: found,
                sentence,
            },
        ] = &notes[..]
        else {
            panic!("{notes:?}");
        };
        assert_eq!(found, &path.display().to_string());
        assert!(
            sentence.contains("found no score as its name"),
            "{sentence}"
        );
    }
}
