//! A task whose samples are being evaluated: whoever brings the last of them has them all.

use std::sync::{Arc, Mutex, PoisonError};

use super::cards::TaskCard;
use super::early::ScoredSample;
use super::prepare::Prepared;
use arc_programs::batt::BegunTask;

/// A task in the workers' hands, and what is to come of it.
pub(super) struct Pending<Whole> {
    pub(super) card: Arc<TaskCard>,
    pub(super) begun: BegunTask,
    /// What came of each sample so far.
    scored: Mutex<Vec<Option<ScoredSample>>>,
    whole: Mutex<Option<Whole>>,
}

impl<Whole> Pending<Whole> {
    /// One that was prepared, some samples of which may be evaluated.
    pub(super) fn of(prepared: Prepared) -> Self {
        let Prepared { card, begun, early } = prepared;
        Self {
            card,
            begun,
            scored: Mutex::new(early),
            whole: Mutex::default(),
        }
    }

    /// The places of the samples that are to be evaluated.
    pub(super) fn missing(&self) -> Vec<usize> {
        let scored = self.scored.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = scored.iter().enumerate().filter(|(_, own)| own.is_none());
        missing.map(|(place, _)| place).collect()
    }

    /// Takes in what came of a sample; yields that of all, in their order, where it was the
    /// last one.
    pub(super) fn take_in(&self, place: usize, own: ScoredSample) -> Option<Vec<ScoredSample>> {
        let mut scored = self.scored.lock().unwrap_or_else(PoisonError::into_inner);
        scored[place] = Some(own);
        all_of(&mut scored)
    }

    /// What came of all samples, in their order, where none is missing.
    pub(super) fn take_all(&self) -> Option<Vec<ScoredSample>> {
        all_of(&mut self.scored.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Says what came of it.
    pub(super) fn end(&self, whole: Whole) {
        *self.whole.lock().unwrap_or_else(PoisonError::into_inner) = Some(whole);
    }

    /// What came of it, if anything did.
    pub(super) fn into_whole(self) -> Option<Whole> {
        let whole = self.whole.into_inner();
        whole.unwrap_or_else(PoisonError::into_inner)
    }
}

fn all_of(scored: &mut Vec<Option<ScoredSample>>) -> Option<Vec<ScoredSample>> {
    let has_all = !scored.is_empty() && scored.iter().all(Option::is_some);
    has_all.then(|| std::mem::take(scored).into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::super::testing::{self, Surroundings, prepare_all};
    use super::*;
    use arc_programs::batt::{SampleBudget, SampleScores};

    fn pending() -> Pending<usize> {
        let inputs = testing::inputs(vec![testing::solver("rot180(I)")]);
        let (surroundings, cards) = (Surroundings::quiet(), testing::own_cards());
        let tools = surroundings.tools();
        let mut prepared = prepare_all(&[&inputs], &*cards, SampleBudget::default(), &tools);
        Pending::of(prepared.remove(0).ok().unwrap())
    }

    fn scored(number: u64) -> ScoredSample {
        let scores = SampleScores {
            evaluated: number,
            ..SampleScores::default()
        };
        (scores, Duration::ZERO)
    }

    fn numbers(samples: &[ScoredSample]) -> Vec<u64> {
        samples.iter().map(|(scores, _)| scores.evaluated).collect()
    }

    #[test]
    fn whoever_brings_the_last_has_all_in_their_order() {
        let pending = pending();
        assert_eq!(pending.missing(), [0, 1]);
        assert!(pending.take_all().is_none());
        assert!(pending.take_in(1, scored(8)).is_none());
        assert_eq!(pending.missing(), [0]);
        let all = pending.take_in(0, scored(7)).unwrap();
        assert_eq!(numbers(&all), [7, 8]);
        assert!(pending.take_all().is_none(), "they are had once");
        assert_eq!(pending.into_whole(), None);
    }

    #[test]
    fn of_many_at_once_one_has_them_all() {
        for _ in 0..50 {
            let pending = pending();
            let had = thread::scope(|scope| {
                let bring = |place| {
                    let own = &pending;
                    scope.spawn(move || {
                        let all = own.take_in(place, scored(place as u64));
                        all.map(|all| own.end(all.len())).is_some()
                    })
                };
                let both = [0, 1].map(bring);
                both.map(|own| own.join().unwrap())
            });
            assert!(had[0] != had[1], "{had:?}");
            assert_eq!(pending.into_whole(), Some(2));
        }
    }
}
