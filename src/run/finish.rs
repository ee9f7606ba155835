//! From a task's scores to what the store takes of it, and what is told of that.

use super::candidates::Candidates;
use super::cards::Cards;
use super::core_slots::Cores;
use super::error::{RunError, TaskProblem};
use super::evaluate::{Evaluated, over_limit, slowest};
use super::file::{file, newcomers};
use super::inline::inline;
use super::keep::{keep, to_be_kept};
use super::known::Known;
use super::note::Note;
use super::prepare::{Prepared, TaskInputs, unresolved};
use super::rank::{Ranked, RankedTask};
use super::teller::Teller;
use super::tools::Tools;
use super::validate::{Findings, Validated, validate};
use crate::claims::OwnClaim;
use crate::event::{Event, TaskReport};
use crate::job::Job;
use crate::summary::Summary;

/// A task that has been begun.
pub(super) struct TaskInHand {
    pub(super) inputs: TaskInputs,
    /// Its card, where that was made.
    pub(super) prepared: Option<Result<Prepared, TaskProblem>>,
    /// What keeps other instances from it.
    pub(super) claim: Option<OwnClaim>,
    pub(super) report: TaskReport,
}

/// A task in hand, and what came of evaluating it.
pub(super) struct ScoredTask {
    pub(super) hand: TaskInHand,
    pub(super) ranked: RankedTask,
}

/// What finishes tasks, one after the other, in their order.
pub(super) struct Finisher<'a> {
    pub(super) job: &'a Job,
    pub(super) teller: Teller<'a>,
    pub(super) known: Known,
    pub(super) summary: Summary,
}

/// What became of a task that was begun.
enum Outcome {
    Finished,
    /// Nothing of it is kept.
    Dropped,
}

impl Finisher<'_> {
    /// Finishes tasks, in their order.
    pub(super) fn finish_all(
        &mut self,
        scored: Vec<ScoredTask>,
        cards: &dyn Cards,
        cores: &mut Cores<'_>,
        tools: &Tools<'_>,
    ) -> Result<(), RunError> {
        for scored in scored {
            cores.ask_for_more(tools);
            self.finish(scored, cards, tools)?;
        }
        Ok(())
    }

    /// Inlines and keeps what a task's evaluation has found, or drops it.
    fn finish(
        &mut self,
        scored: ScoredTask,
        cards: &dyn Cards,
        tools: &Tools<'_>,
    ) -> Result<(), RunError> {
        let begun = tools.clock.elapsed();
        let ScoredTask { hand, ranked } = scored;
        let TaskInHand {
            inputs,
            prepared: _,
            claim,
            mut report,
        } = hand;
        let outcome = match ranked {
            _ if tools.interrupt.is_overdue() => Outcome::Dropped,
            Ok((evaluated, ranked)) => {
                self.note_evaluation(&inputs, &evaluated, &mut report)?;
                let whole = (inputs, evaluated, ranked?);
                self.keep_the_best(whole, &mut report, cards, tools)?
            }
            Err(problem) => {
                let failed = vec![Note::Failed(problem)];
                self.teller.take_note(&mut report, failed)?;
                Outcome::Finished
            }
        };
        let took = tools.clock.elapsed().saturating_sub(begun);
        self.teller.take_note(&mut report, vec![Note::Took(took)])?;
        report.ended_after = tools.clock.elapsed();
        if let Outcome::Dropped = outcome {
            return Ok(self.teller.tell(&Event::TaskDropped(&report))?);
        }
        self.summary.add(&report);
        if let (Some(news), Some(path)) = (report.news(), &report.best.path) {
            let task = report.task;
            self.teller.tell(&Event::Found { task, news, path })?;
        }
        self.teller.tell(&Event::TaskFinished(&report))?;
        if let Some(claim) = claim {
            claim.finish(&self.job.run_id)?;
        }
        Ok(())
    }

    /// What is told of a task's evaluation.
    fn note_evaluation(
        &mut self,
        inputs: &TaskInputs,
        evaluated: &Evaluated,
        report: &mut TaskReport,
    ) -> Result<(), RunError> {
        let mut notes = vec![Note::Took(evaluated.time)];
        notes.extend(unresolved(&inputs.items, &evaluated.card));
        notes.extend(over_limit(inputs, evaluated));
        notes.extend(slowest(inputs, evaluated));
        Ok(self.teller.take_note(report, notes)?)
    }

    /// The stages from a task's candidates to what the store takes of it.
    fn keep_the_best(
        &mut self,
        (inputs, evaluated, ranked): (TaskInputs, Evaluated, Ranked),
        report: &mut TaskReport,
        cards: &dyn Cards,
        tools: &Tools<'_>,
    ) -> Result<Outcome, RunError> {
        let (job, task) = (self.job, inputs.task);
        let (teller, known) = (&mut self.teller, &mut self.known);
        let Ranked {
            trees,
            foreign,
            candidates,
        } = ranked;
        teller.take_note(report, foreign)?;
        let Candidates {
            items,
            candidates,
            notes,
        } = candidates;
        teller.take_note(report, notes)?;

        let (items, notes) = teller.time("inline", || {
            let identities = &mut known.identities;
            let patience = job.budget.duration();
            inline(items, job.inline_budget, patience, identities, tools)
        });
        teller.take_note(report, notes)?;

        let newcomers = newcomers(&items, &candidates, &trees);
        let Validated {
            valid,
            invalid,
            notes,
        } = teller.time("validate", || {
            let findings = Findings {
                samples: &inputs.samples,
                scores: &evaluated.scores,
                batt: &evaluated.card.batt,
                budget: job.budget,
            };
            validate(newcomers, &items, findings, &mut known.valid, tools)
        });
        // Beyond this point the task is finished, for what is kept stays.
        if tools.interrupt.is_overdue() {
            return Ok(Outcome::Dropped);
        }
        teller.take_note(report, notes)?;

        let kept = to_be_kept(&items, &valid, &invalid, cards.keeps_all());
        // From the first program that is kept to the last that is linked.
        let sharing = teller.time("store", || job.store.share())?;
        let notes = teller.time("store", || keep(&kept, &sharing, &mut known.sound, tools))?;
        teller.take_note(report, notes)?;

        let notes = teller.time("file the best", || {
            file(task, &valid, &items, &sharing, trees, tools)
        })?;
        teller.take_note(report, notes)?;
        Ok(Outcome::Finished)
    }
}
