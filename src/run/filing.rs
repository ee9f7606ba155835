//! What the store takes: programs under their identities, and the best of a
//! task in its folders.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::candidates::Candidate;
use super::inlining::Identified;
use super::programs::Item;
use super::validate::score_of_file;
use super::{Findings, Outcome, RunError, Runner};
use crate::event::{Event, TaskReport};
use crate::library::Role;
use crate::store::{KEPT, Sharing, Standing, Stored, TaskTree};
use arc_programs::program::Identity;
use arc_programs::task::TaskId;

/// The best programs of a task so far.
pub(super) struct Trees {
    solvers: TaskTree,
    differs: TaskTree,
}

impl Trees {
    pub(super) fn of(&self, role: Role) -> &TaskTree {
        match role {
            Role::Solver => &self.solvers,
            Role::Differ => &self.differs,
        }
    }
}

/// A candidate that would be among the best.
struct Newcomer<'a> {
    standing: Standing,
    candidate: &'a Candidate,
}

impl Runner<'_> {
    /// What a task keeps so far; what is foreign there is told once.
    pub(super) fn trees(&mut self, task: TaskId) -> Result<Trees, RunError> {
        let store = self.job.store;
        let trees = self.stopwatch.time(self.clock, "list the best", || {
            Ok::<_, RunError>(Trees {
                solvers: store.tree(Role::Solver, task)?,
                differs: store.tree(Role::Differ, task)?,
            })
        })?;
        for tree in [&trees.solvers, &trees.differs] {
            for foreign in tree.foreign() {
                let path = foreign.path.display().to_string();
                self.tell_once(path, &Event::Notice(&foreign.to_string()))?;
            }
        }
        Ok(trees)
    }

    /// Validates what would be among the best, keeps programs, and files the
    /// best.
    pub(super) fn keep_and_file(
        &mut self,
        findings: &Findings<'_>,
        items: &[Identified],
        candidates: &[Candidate],
        mut trees: Trees,
        report: &mut TaskReport,
    ) -> Result<Outcome, RunError> {
        let Findings {
            task,
            samples,
            scores,
            ..
        } = *findings;
        let roles = [Role::Solver, Role::Differ];
        let newcomers: Vec<Newcomer<'_>> = roles
            .into_iter()
            .flat_map(|role| newcomers(role, items, candidates, trees.of(role)))
            .collect();
        // What a text computes does not change from task to task.
        let (mut valid, unknown): (Vec<_>, Vec<_>) = newcomers.into_iter().partition(|newcomer| {
            let role = items[newcomer.candidate.item].item.role;
            let is_whole = newcomer.candidate.sum.is_whole;
            is_whole && self.valid.contains(&(role, newcomer.standing.identity))
        });
        let budget = self.job.budget;
        let validate = |newcomer: &Newcomer<'_>| {
            let item = &items[newcomer.candidate.item].item;
            let text = item.named.program.expanded_file();
            let solver = newcomer.candidate.solver;
            score_of_file(item.role, &text, samples, scores, solver, budget)
        };
        let is_overdue = || self.interrupt.is_overdue();
        let validated = self.stopwatch.time(self.clock, "validate", || {
            self.pool.map_until(&is_overdue, &unknown, validate)
        });
        // Beyond this point the task is finished, for what is kept stays.
        if self.interrupt.is_overdue() {
            return Ok(Outcome::Dropped);
        }
        let mut invalid: HashSet<(Role, Identity)> = HashSet::new();
        for (mut newcomer, result) in unknown.into_iter().zip(validated.results) {
            let identified = &items[newcomer.candidate.item];
            let stored = result.unwrap_or_else(|not_done| Err(not_done.to_string()));
            let sum = newcomer.candidate.sum;
            match stored {
                Ok(score) if score == sum.score => {
                    let role = identified.item.role;
                    self.valid.insert((role, newcomer.standing.identity));
                    valid.push(newcomer);
                    continue;
                }
                // Alone it has room that it had to share in the card.
                Ok(score) if score > sum.score && !sum.is_whole => {
                    newcomer.standing.score = score;
                    valid.push(newcomer);
                    continue;
                }
                _ => {}
            }
            report.mismatches += 1;
            invalid.insert((identified.item.role, newcomer.standing.identity));
            self.tell(&Event::Mismatch {
                task,
                program: &identified.item.named.name,
                identity: newcomer.standing.identity,
                card_score: newcomer.standing.score,
                stored: &stored,
            })?;
        }
        valid.sort_by_key(|newcomer| Reverse(newcomer.standing));

        let is_library = self.shared.is_none();
        let is_filed: HashSet<usize> = valid.iter().map(|own| own.candidate.item).collect();
        let kept: Vec<Kept<'_>> = items
            .iter()
            .enumerate()
            .map(|(index, own)| (own, is_filed.contains(&index)))
            .filter(|(own, is_filed)| (is_library && own.is_new) || *is_filed)
            .filter_map(|(own, is_filed)| {
                Some(Kept {
                    item: &own.item,
                    identity: own.identity?,
                    is_filed,
                })
            })
            .filter(|kept| !invalid.contains(&(kept.item.role, kept.identity)))
            .collect();
        // From the first program that is kept to the last that is linked.
        let store = self.job.store;
        let sharing = self.stopwatch.time(self.clock, "store", || store.share())?;
        self.keep(&sharing, &kept, report)?;

        // A link takes the file system a while, and those of one role know nothing
        // of the other's.
        let standings = |role: Role| -> Vec<Standing> {
            let of_role = |own: &&Newcomer<'_>| items[own.candidate.item].item.role == role;
            let newcomers = valid.iter().filter(of_role);
            newcomers.map(|own| own.standing).collect()
        };
        let filings: Vec<(Role, Vec<Standing>)> = roles
            .into_iter()
            .map(|role| (role, standings(role)))
            .filter(|(_, standings)| !standings.is_empty())
            .collect();
        let file = |(role, standings): &(Role, Vec<Standing>)| sharing.file(*role, task, standings);
        let filed = self.stopwatch.time(self.clock, "file the best", || {
            self.pool.map(&filings, file)
        });
        for ((role, _), result) in filings.iter().zip(filed.results) {
            // Filing does not panic; if it ever does, nothing of it is counted.
            let Ok(filed) = result else { continue };
            let filed = filed?;
            report.filed += filed.filed;
            if *role == Role::Solver {
                trees.solvers = filed.tree;
            }
        }
        let best = trees.solvers.standings().last();
        report.best_score = best.map_or(0, |standing| standing.score);
        Ok(Outcome::Finished)
    }

    /// Keeps programs under their identities.
    fn keep(
        &mut self,
        sharing: &Sharing<'_>,
        programs: &[Kept<'_>],
        report: &mut TaskReport,
    ) -> Result<(), RunError> {
        let sound = &self.sound;
        let keep = |kept: &Kept<'_>| {
            let Item { role, named, .. } = kept.item;
            let text = || named.program.expanded_file();
            match kept.is_filed && !sound.contains(&(*role, kept.identity)) {
                true => sharing.keep_sound(*role, kept.identity, &text()),
                false => sharing.keep(*role, kept.identity, text),
            }
        };
        let kept = self
            .stopwatch
            .time(self.clock, "store", || self.pool.map(programs, keep));
        for result in kept.results {
            match result {
                Ok(stored) => report.new_programs += u64::from(stored? == Stored::New),
                Err(_) => report.inlining.count_error("Panic"),
            }
        }
        let filed = programs.iter().filter(|kept| kept.is_filed);
        self.sound
            .extend(filed.map(|kept| (kept.item.role, kept.identity)));
        Ok(())
    }
}

/// A program to be kept.
struct Kept<'a> {
    item: &'a Item,
    identity: Identity,
    /// Whether it is also to be filed among the best.
    is_filed: bool,
}

/// The candidates of a role that would be among the best and are not yet, or that
/// are there with another score or speed; from best to worst; of equal programs
/// the best.
fn newcomers<'a>(
    role: Role,
    items: &[Identified],
    candidates: &'a [Candidate],
    tree: &TaskTree,
) -> Vec<Newcomer<'a>> {
    let mut newcomers: Vec<Newcomer<'a>> = candidates
        .iter()
        .filter(|candidate| items[candidate.item].item.role == role)
        .filter_map(|candidate| {
            let standing = Standing {
                score: candidate.sum.score,
                speed: candidate.speed,
                identity: items[candidate.item].identity?,
            };
            Some(Newcomer {
                standing,
                candidate,
            })
        })
        .collect();
    newcomers.sort_by_key(|newcomer| Reverse(newcomer.standing));
    let mut seen = HashSet::new();
    newcomers.retain(|newcomer| seen.insert(newcomer.standing.identity));
    let stays = |own: &&Standing| !seen.contains(&own.identity);
    let others: Vec<Standing> = tree.standings().iter().filter(stays).copied().collect();
    // Those before it are better, and so are some that are there: with 32 of
    // both, there is no room.
    let mut before = 0;
    newcomers.retain(|newcomer| {
        let standing = newcomer.standing;
        let better = others.len() - others.partition_point(|own| *own < standing);
        let has_room = before + better < KEPT;
        before += 1;
        match tree.of(standing.identity) {
            None => has_room,
            Some(own) if own == standing => false,
            // What a limit took from it says nothing against what it once scored.
            Some(own) => own < standing || newcomer.candidate.sum.is_whole,
        }
    });
    newcomers
}
