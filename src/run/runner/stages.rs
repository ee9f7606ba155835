//! Tasks in hand, from their cards to what the store takes of them: the stages in their
//! order, each timed, and its notes told.

use super::super::candidates::{Candidates, candidates};
use super::super::core_slots::Cores;
use super::super::error::{RunError, TaskProblem};
use super::super::evaluate::{Evaluated, evaluate, over_limit, slowest};
use super::super::file::{Trees, file, newcomers};
use super::super::inline::inline;
use super::super::keep::{keep, to_be_kept};
use super::super::note::Note;
use super::super::prepare::{TaskInputs, prepare, unresolved};
use super::super::validate::{Findings, Validated, validate};
use super::Runner;
use super::taking::TaskInHand;
use crate::event::{Event, TaskReport};

/// What became of a task that was begun.
enum Outcome {
    Finished,
    /// Nothing of it is kept.
    Dropped,
}

impl Runner<'_> {
    /// Runs tasks, evaluated together.
    pub(super) fn run_together(
        &mut self,
        hands: Vec<TaskInHand>,
        cores: &mut Cores<'_>,
    ) -> Result<(), RunError> {
        let inputs: Vec<&TaskInputs> = hands.iter().map(|hand| &hand.inputs).collect();
        let clock = self.tools.clock;
        let prepared = self.stopwatch.time(clock, "make cards", || {
            prepare(&inputs, &*self.cards, self.job.budget, &self.tools)
        });
        cores.ask_for_more(&mut self.tools);
        let evaluated = self.stopwatch.time(clock, "evaluate", || {
            evaluate(&inputs, prepared, &self.tools)
        });
        for claim in hands.iter().filter_map(|hand| hand.claim.as_ref()) {
            claim.renew();
        }
        for (hand, evaluated) in hands.into_iter().zip(evaluated) {
            cores.ask_for_more(&mut self.tools);
            self.finish_task(hand, evaluated)?;
        }
        Ok(())
    }

    /// Inlines and keeps what a task's evaluation has found, or drops it.
    fn finish_task(
        &mut self,
        hand: TaskInHand,
        evaluated: Result<Evaluated, TaskProblem>,
    ) -> Result<(), RunError> {
        let begun = self.tools.clock.elapsed();
        let TaskInHand {
            inputs,
            claim,
            mut report,
        } = hand;
        let outcome = match evaluated {
            _ if self.tools.interrupt.is_overdue() => Outcome::Dropped,
            Ok(evaluated) => self.keep_the_best(inputs, &evaluated, &mut report)?,
            Err(problem) => {
                self.take_note(&mut report, vec![Note::Failed(problem)])?;
                Outcome::Finished
            }
        };
        let took = self.time_since(begun);
        self.take_note(&mut report, vec![Note::Took(took)])?;
        report.ended_after = self.tools.clock.elapsed();
        if let Outcome::Dropped = outcome {
            return Ok(self.tell(&Event::TaskDropped(&report))?);
        }
        self.summary.add(&report);
        if let (Some(news), Some(path)) = (report.news(), &report.best.path) {
            let task = report.task;
            self.tell(&Event::Found { task, news, path })?;
        }
        self.tell(&Event::TaskFinished(&report))?;
        if let Some(claim) = claim {
            claim.finish(&self.job.run_id)?;
        }
        Ok(())
    }

    /// The stages from a task's scores to what the store takes of it.
    fn keep_the_best(
        &mut self,
        inputs: TaskInputs,
        evaluated: &Evaluated,
        report: &mut TaskReport,
    ) -> Result<Outcome, RunError> {
        let (job, task) = (self.job, inputs.task);
        let clock = self.tools.clock;
        let mut notes = vec![Note::Took(evaluated.time)];
        notes.extend(unresolved(&inputs.items, &evaluated.card));
        notes.extend(over_limit(&inputs, evaluated));
        notes.extend(slowest(&inputs, evaluated));
        self.take_note(report, notes)?;

        let (trees, notes) = self.stopwatch.time(clock, "list the best", || {
            Trees::list(&job.store, task, &self.tools.pool)
        })?;
        self.take_note(report, notes)?;

        let TaskInputs { samples, items, .. } = inputs;
        let Candidates {
            items,
            candidates,
            notes,
        } = candidates(task, items, evaluated, &trees, &mut *self.cards);
        self.take_note(report, notes)?;

        let (items, notes) = self.stopwatch.time(clock, "inline", || {
            let identities = &mut self.known.identities;
            let patience = job.budget.duration();
            inline(items, job.inline_budget, patience, identities, &self.tools)
        });
        self.take_note(report, notes)?;

        let newcomers = newcomers(&items, &candidates, &trees);
        let Validated {
            valid,
            invalid,
            notes,
        } = self.stopwatch.time(clock, "validate", || {
            let findings = Findings {
                samples: &samples,
                scores: &evaluated.scores,
                batt: &evaluated.card.batt,
                budget: job.budget,
            };
            validate(
                newcomers,
                &items,
                findings,
                &mut self.known.valid,
                &self.tools,
            )
        });
        // Beyond this point the task is finished, for what is kept stays.
        if self.tools.interrupt.is_overdue() {
            return Ok(Outcome::Dropped);
        }
        self.take_note(report, notes)?;

        let kept = to_be_kept(&items, &valid, &invalid, self.cards.keeps_all());
        // From the first program that is kept to the last that is linked.
        let sharing = self.stopwatch.time(clock, "store", || job.store.share())?;
        let notes = self.stopwatch.time(clock, "store", || {
            keep(&kept, &sharing, &mut self.known.sound, &self.tools)
        })?;
        self.take_note(report, notes)?;

        let notes = self.stopwatch.time(clock, "file the best", || {
            file(task, &valid, &items, &sharing, trees, &self.tools)
        })?;
        self.take_note(report, notes)?;
        Ok(Outcome::Finished)
    }
}
