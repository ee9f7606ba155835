//! Whose turn it is: the tasks that solvers are drawn for, and which of these solvers come
//! first.
//!
//! Where mutants of every solver are made, nine tenths of a search are their evaluation, and
//! a mutant costs about what its solver does. So of twice as many solvers as a card takes
//! cheap ones come first, by chance and by [`Candidate::weight`]. That half of them have a
//! turn in any case is the share of the dear ones, without which tasks that only long solvers
//! come near would be given up. The other half is the card's reserve, for solvers whose mutants
//! were all tried.

use std::collections::HashSet;
use std::sync::Arc;

use itertools::Itertools;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::library::NamedProgram;
use arc_programs::score;
use arc_programs::task::{Task, TaskName};

/// The order in which solvers come into a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turns {
    /// That of their tasks, by chance.
    ByChance,
    /// Cheap ones first, of twice as many; the others are the reserve.
    CheapFirst,
}

/// How many solvers are drawn for each that comes into the card, where cheap ones come
/// first. `cargo bench --bench rediscovery` compares others.
const AMONG: usize = 2;

/// Weight of a solver of one expression, in the folder of the fastest.
const LARGEST: u64 = 1 << 30;

/// How many times as likely a solver is as one in the next slower folder, which takes
/// [e](std::f64::consts::E) times as long.
const A_FOLDER: u64 = 3;

impl Turns {
    /// How many solvers are drawn for a card of `count`.
    pub(super) fn candidates(self, count: usize) -> usize {
        match self {
            Self::ByChance => count,
            Self::CheapFirst => count.saturating_mul(AMONG),
        }
    }
}

/// Solver that may come into a card.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) task: Task,
    pub(super) program: Arc<NamedProgram>,
    /// The speed folder that it is in, if it is in one.
    pub(super) speed: Option<u32>,
    pub(super) is_preferred: bool,
}

impl Candidate {
    /// How likely its turn is to come next, against others: the shorter it is, and the faster
    /// the folder is that a store has it in. Of a program in no folder the length tells.
    fn weight(&self) -> u64 {
        let expressions = self.program.program.expressions().len().max(1) as u64;
        let fastest = score::speed(0);
        let slower = self.speed.map_or(0, |own| fastest.saturating_sub(own));
        // By the root of the length, without numbers that machines may round in their own ways.
        let of_length = (LARGEST * LARGEST / expressions).isqrt();
        (of_length / A_FOLDER.pow(slower)).max(1)
    }
}

/// Tasks in the order of their turns: by chance, the preferred ones and the others in turn
/// while there are both.
pub(super) fn of_tasks(
    among: &[TaskName],
    preferred: &[TaskName],
    random: &mut ChaCha8Rng,
) -> Vec<TaskName> {
    let preferred: HashSet<&TaskName> = preferred.iter().collect();
    let is_preferred = |task: &&TaskName| preferred.contains(*task);
    let (mut first, mut others): (Vec<TaskName>, Vec<TaskName>) =
        among.iter().partition(is_preferred);
    first.shuffle(random);
    others.shuffle(random);
    first.into_iter().interleave(others).collect()
}

/// Solvers in the order of their turns, cheap ones first, as [`of_tasks`] has the tasks.
pub(super) fn of_solvers(candidates: Vec<Candidate>, random: &mut ChaCha8Rng) -> Vec<Candidate> {
    let is_preferred = |candidate: &Candidate| candidate.is_preferred;
    let (first, others) = candidates.into_iter().partition(is_preferred);
    let first = by_weight(first, Candidate::weight, random);
    let others = by_weight(others, Candidate::weight, random);
    first.into_iter().interleave(others).collect()
}

/// All of them, each drawn from those that are left by its weight.
fn by_weight<T>(mut left: Vec<T>, weight: impl Fn(&T) -> u64, random: &mut ChaCha8Rng) -> Vec<T> {
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let all: u64 = left.iter().map(&weight).sum();
        let mut rest = random.random_range(0..all);
        let place = left.iter().position(|item| {
            let own = weight(item);
            let is_drawn = rest < own;
            rest = rest.saturating_sub(own);
            is_drawn
        });
        order.push(left.remove(place.unwrap_or(0)));
    }
    order
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use arc_programs::program::parse_expression;

    fn candidate(expression: &str, speed: Option<u32>) -> Candidate {
        let text = r#"{"train": [], "test": [{"input": [[3]]}]}"#;
        let program = parse_expression(expression).unwrap();
        Candidate {
            task: Task::from_json("0520fde7".parse().unwrap(), text).unwrap(),
            program: Arc::new(NamedProgram {
                name: "solve".to_owned(),
                program,
            }),
            speed,
            is_preferred: false,
        }
    }

    #[test]
    fn a_short_solver_in_a_fast_folder_is_likelier() {
        let weight = |expression, speed| candidate(expression, speed).weight();
        let fastest = weight("rot90(I)", Some(13));
        assert_eq!(fastest, weight("rot90(I)", None));
        assert_eq!(fastest, weight("rot90(I)", Some(14)));
        // Ten calls and two names, where there are a call and two names.
        let long = &format!("{}I{}", "rot90(".repeat(10), ")".repeat(10));
        assert_eq!(fastest / weight(long, None), 2);
        assert_eq!(fastest / weight("rot90(I)", Some(11)), 9);
        assert_eq!(fastest / weight(long, Some(12)), 6);
        assert!(weight(long, Some(0)) > 0);
    }

    #[test]
    fn what_has_three_times_the_weight_comes_first_three_times_as_often() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut first = 0;
        for _ in 0..4000 {
            let order = by_weight(vec![1, 3], |&own| own, &mut random);
            assert_eq!(order.len(), 2);
            first += u32::from(order[0] == 3);
        }
        assert!((2800..3200).contains(&first), "{first}");
    }

    #[test]
    fn the_preferred_and_the_others_come_in_turn_while_there_are_both() {
        let names = ["a", "b", "c", "d", "e", "f"].map(|name| name.parse().unwrap());
        let preferred_at = |preferred: &[TaskName]| {
            let order = of_tasks(&names, preferred, &mut ChaCha8Rng::seed_from_u64(1));
            let places = order.iter().map(|task| preferred.contains(task));
            places.collect::<Vec<bool>>()
        };
        let half = [true, false, true, false, false, false];
        assert_eq!(preferred_at(&names[2..4]), half);
        assert_eq!(preferred_at(&names), [true; 6]);
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut candidates: Vec<Candidate> = (0..6).map(|_| candidate("rot90(I)", None)).collect();
        candidates[4].is_preferred = true;
        candidates[5].is_preferred = true;
        let order = of_solvers(candidates, &mut random);
        let preferred: Vec<bool> = order.iter().map(|own| own.is_preferred).collect();
        assert_eq!(preferred, [true, false, true, false, false, false]);
    }
}
