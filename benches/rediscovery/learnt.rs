//! What is learnt of solvers and kinds of change while they are tried, and what that decides.

use std::collections::BTreeMap;

use arc_programs::card::mutation::{ChangeKind, ChangeWeights, SolverChange};
use arc_programs::score;
use arc_programs::task::TaskName;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use strum::VariantArray;

use crate::SOLVERS;
use crate::solved::Solved;
use crate::ways::{Cost, Kinds, Solvers};

/// What was learnt.
#[derive(Default)]
pub(crate) struct Learnt {
    /// Mutants, and those that scored more, of each kind.
    kinds: BTreeMap<ChangeKind, (u64, u64)>,
    /// Mutants of the solver of a task, since one scored more.
    solvers: BTreeMap<TaskName, (u64, u64)>,
}

impl Learnt {
    /// Puts solvers into the order of their turns.
    pub(crate) fn order(&self, solvers: &mut Vec<&Solved>, way: Solvers, random: &mut ChaCha8Rng) {
        if let Solvers::Alike = way {
            return solvers.shuffle(random);
        }
        if let Solvers::Cheap(cheap) = way {
            solvers.shuffle(random);
            let among = match cheap.among {
                0 => solvers.len(),
                among => solvers.len().min(among * SOLVERS),
            };
            let others = solvers.split_off(among);
            let weight = |own: &&Solved| {
                let length = own.length as f64;
                let steps = own.steps as f64 / own.samples.len() as f64;
                let speed = (f64::from(score::speed(own.steps)) - 13.0).exp();
                match cheap.by {
                    Cost::Length(power) => length.powf(-power),
                    Cost::Steps(power) => steps.powf(-power),
                    Cost::Speed(power) => speed.powf(power),
                    Cost::LengthAndSpeed(of_length, of_speed) => {
                        length.powf(-of_length) * speed.powf(of_speed)
                    }
                }
            };
            let mean = solvers.iter().map(weight).sum::<f64>() / solvers.len() as f64;
            let mixed = |own: &&Solved| cheap.share * mean + (1.0 - cheap.share) * weight(own);
            in_turn(solvers, mixed, random);
            return solvers.extend(others);
        }
        let weight = |own: &&Solved| {
            let (tried, since) = self.solvers.get(&own.task.name).copied().unwrap_or((0, 0));
            let full = 1000.0 * own.samples.len() as f64;
            match way {
                Solvers::Alike | Solvers::Cheap(_) => 1.0,
                Solvers::Fresh => 1.0 / (8.0 + tried as f64),
                Solvers::Promising => 1.0 / (8.0 + since as f64),
                Solvers::Near => 0.1 + own.score as f64 / full,
            }
        };
        in_turn(solvers, weight, random);
    }

    pub(crate) fn weights(&self, kinds: Kinds) -> Option<ChangeWeights> {
        let own = match kinds {
            Kinds::PerArgument => return None,
            Kinds::By(weights) => return Some(weights),
            Kinds::Learnt(weights) => weights,
        };
        let sums = self.kinds.values().fold((0, 0), |(tried, better), own| {
            (tried + own.0, better + own.1)
        });
        let mean = (sums.1 as f64 + 1.0) / (sums.0 as f64 + 100.0);
        let learnt = ChangeKind::VARIANTS.iter().fold(own, |weights, &kind| {
            let (tried, better) = self.kinds.get(&kind).copied().unwrap_or((0, 0));
            // As if it had been tried 200 times more, with what all come to.
            let share = (better as f64 + 200.0 * mean) / (tried as f64 + 200.0);
            let weight = 64.0 * f64::from(own.of(kind)) * share / mean;
            weights.with(kind, weight.round() as u32)
        });
        Some(learnt)
    }

    pub(crate) fn take_in(&mut self, own: &Solved, change: SolverChange, score: u64) {
        let is_better = score > own.score;
        if let SolverChange::Changed(kind) = change {
            let of_kind = self.kinds.entry(kind).or_default();
            of_kind.0 += 1;
            of_kind.1 += u64::from(is_better);
        }
        let of_solver = self.solvers.entry(own.task.name).or_default();
        of_solver.0 += 1;
        of_solver.1 = if is_better { 0 } else { of_solver.1 + 1 };
    }
}

/// Puts solvers into an order by chance, by exponential clocks: one of twice the weight is as
/// often again before another.
fn in_turn(solvers: &mut Vec<&Solved>, weight: impl Fn(&&Solved) -> f64, random: &mut ChaCha8Rng) {
    let mut turns: Vec<(f64, &Solved)> = solvers
        .iter()
        .map(|own| (-(1.0 - random.random::<f64>()).ln() / weight(own), *own))
        .collect();
    turns.sort_by(|one, other| one.0.total_cmp(&other.0));
    *solvers = turns.into_iter().map(|(_, own)| own).collect();
}
