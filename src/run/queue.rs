//! Which tasks are next, where other instances may have them in hand.

use std::collections::VecDeque;

use crate::claims::{Claim, ClaimError, Claims, OwnClaim};
use crate::fingerprint::Fingerprint;
use arc_programs::task::TaskName;

/// The tasks that are not in hand yet.
#[derive(Debug)]
pub(super) struct Queue {
    /// Not looked at yet.
    waiting: VecDeque<TaskName>,
    /// In the hands of other instances, when last looked at.
    elsewhere: VecDeque<(TaskName, Fingerprint)>,
}

/// Whose turn a task is.
#[derive(Debug)]
pub(super) enum Turn {
    /// This instance's; with its claim, where tasks are claimed.
    Own(Option<OwnClaim>),
    /// Another instance has it in hand; it is in the queue again.
    Elsewhere,
    /// Nobody's: another instance has finished it.
    Finished,
}

impl Queue {
    /// All tasks of a job.
    pub(super) fn of(selected: &[TaskName]) -> Self {
        Self {
            waiting: selected.iter().copied().collect(),
            elsewhere: VecDeque::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.elsewhere.is_empty()
    }

    /// The next task that was not looked at yet.
    pub(super) fn next(&mut self) -> Option<TaskName> {
        self.waiting.pop_front()
    }

    /// The next tasks, in their order.
    pub(super) fn peek(&self, most: usize) -> Vec<TaskName> {
        self.waiting.iter().take(most).copied().collect()
    }

    /// All tasks that others had in hand, once all others were looked at.
    pub(super) fn take_elsewhere(&mut self) -> VecDeque<(TaskName, Fingerprint)> {
        match self.waiting.is_empty() {
            true => std::mem::take(&mut self.elsewhere),
            false => VecDeque::new(),
        }
    }

    /// Puts a task back that others had in hand.
    pub(super) fn put_back(&mut self, task: TaskName, fingerprint: Fingerprint) {
        self.elsewhere.push_back((task, fingerprint));
    }

    /// Whose turn a task is; where tasks are claimed, it is claimed.
    ///
    /// # Errors
    /// [`ClaimError`] where the claim could not be made.
    pub(super) fn turn(
        &mut self,
        claims: Option<&Claims>,
        task: TaskName,
        fingerprint: Fingerprint,
    ) -> Result<Turn, ClaimError> {
        let Some(claims) = claims else {
            return Ok(Turn::Own(None));
        };
        Ok(match claims.claim(fingerprint)? {
            Claim::Own(claim) => Turn::Own(Some(claim)),
            Claim::Taken => {
                self.put_back(task, fingerprint);
                Turn::Elsewhere
            }
            Claim::Finished => Turn::Finished,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Ingredients;

    #[test]
    fn a_task_of_another_instance_comes_again_when_all_others_were_looked_at() {
        let logs = tempfile::tempdir().unwrap();
        let [own, other] = [(); 2].map(|()| Claims::open(logs.path()).unwrap());
        let tasks = ["00000001", "00000002"].map(|id| id.parse().unwrap());
        let fingerprint = |task: TaskName| {
            let mut ingredients = Ingredients::default();
            ingredients.name(task);
            ingredients.fingerprint()
        };
        let Claim::Own(held) = other.claim(fingerprint(tasks[0])).unwrap() else {
            panic!("nobody else has it");
        };
        let mut queue = Queue::of(&tasks);
        let first = queue.next().unwrap();
        let turn =
            |queue: &mut Queue, task| queue.turn(Some(&own), task, fingerprint(task)).unwrap();
        assert!(matches!(turn(&mut queue, first), Turn::Elsewhere));
        assert!(queue.take_elsewhere().is_empty(), "one was not looked at");
        let second = queue.next().unwrap();
        assert!(matches!(turn(&mut queue, second), Turn::Own(Some(_))));
        assert!(queue.next().is_none() && !queue.is_empty());
        held.finish("other").unwrap();
        let elsewhere = queue.take_elsewhere();
        assert_eq!(elsewhere, [(tasks[0], fingerprint(tasks[0]))]);
        assert!(matches!(turn(&mut queue, tasks[0]), Turn::Finished));
        assert!(queue.is_empty());
    }

    #[test]
    fn every_task_is_its_own_where_nothing_is_claimed() {
        let task = "00000001".parse().unwrap();
        let mut queue = Queue::of(&[task]);
        let fingerprint = Ingredients::default().fingerprint();
        assert!(matches!(
            queue.turn(None, task, fingerprint),
            Ok(Turn::Own(None))
        ));
    }
}
