//! What may be put back and run in another way.

use super::{Context, Progress};

/// How far an evaluation was, to go back to.
#[derive(Clone, Copy, Debug)]
pub(in crate::dsl) struct Checkpoint(Progress);

impl Checkpoint {
    /// The steps that were spent since.
    pub(in crate::dsl) fn spent_by(self, context: &Context) -> u64 {
        self.0.steps.saturating_sub(context.progress.steps)
    }

    /// Whether something failed or met a limit since.
    pub(in crate::dsl) fn has_failed_by(self, context: &Context) -> bool {
        self.0.failures != context.progress.failures || context.progress.exhausted
    }
}

impl Context {
    /// What was spent, failed and met so far.
    pub(in crate::dsl) fn checkpoint(&self) -> Checkpoint {
        Checkpoint(self.progress)
    }

    /// Goes back to it: what was spent, failed and met since is as if it were not.
    pub(in crate::dsl) fn put_back(&mut self, before: Checkpoint) {
        self.progress = before.0;
    }

    /// Runs what may be put back and run in another way: there no function from outside is
    /// called, for somebody would see it.
    pub(in crate::dsl) fn on_trial<T>(&mut self, inside: impl FnOnce(&mut Context) -> T) -> T {
        let was_on_trial = std::mem::replace(&mut self.is_on_trial, true);
        let result = inside(self);
        self.is_on_trial = was_on_trial;
        result
    }

    /// As [`Context::on_trial`], with so many steps at most: beyond them it comes back as where a
    /// limit is met, and is put back.
    pub(in crate::dsl) fn on_trial_within<T>(
        &mut self,
        steps: u64,
        inside: impl FnOnce(&mut Context) -> T,
    ) -> T {
        let held_back = self.progress.steps.saturating_sub(steps);
        let granted = self.granted;
        self.progress.steps -= held_back;
        self.granted = granted.saturating_sub(held_back);
        let result = self.on_trial(inside);
        self.granted = granted;
        if !self.progress.exhausted {
            self.progress.steps += held_back;
        }
        result
    }

    /// Ends a trial, for it has met a function from outside. What runs comes back as where
    /// a limit is met, and is put back.
    pub(in crate::dsl) fn give_up_trial(&mut self) {
        self.progress.has_given_up_trial = true;
        let _ = self.exceed();
    }

    /// Whether a trial was ended that is not put back yet.
    pub(in crate::dsl) fn has_given_up_trial(&self) -> bool {
        self.progress.has_given_up_trial
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Budget, REFERENCE};
    use super::Context;

    #[test]
    fn what_a_trial_spent_is_spent_of_all() {
        let mut context = Context::new(&REFERENCE, Budget::of_steps(1_000));
        let spent = context.on_trial_within(100, |context| context.spend(60));
        assert_eq!(spent, Ok(()));
        assert_eq!((context.steps_left(), context.spent()), (940, 60));
    }

    #[test]
    fn a_trial_ends_where_its_own_steps_do() {
        let mut context = Context::new(&REFERENCE, Budget::of_steps(1_000));
        let before = context.checkpoint();
        let spent = context.on_trial_within(100, |context| context.spend(101));
        assert!(spent.is_err() && context.is_exhausted());
        context.put_back(before);
        assert_eq!(
            (context.steps_left(), context.is_exhausted()),
            (1_000, false)
        );
    }

    #[test]
    fn a_trial_has_no_more_steps_than_there_are() {
        let mut context = Context::new(&REFERENCE, Budget::of_steps(50));
        assert!(
            context
                .on_trial_within(100, |context| context.spend(51))
                .is_err()
        );
    }
}
