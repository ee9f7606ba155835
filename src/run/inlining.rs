//! Programs to their identities.

use std::time::Duration;

use super::programs::Item;
use super::{RunError, Runner};
use crate::event::{Event, TaskReport};
use crate::pool::NotDone;
use arc_programs::program::{Identity, InlineBudget, TextForm};
use arc_programs::task::TaskId;

/// What inlining a program yields.
struct Inlining {
    identity: Identity,
    form: TextForm,
    inlined_bytes: u64,
    time: Duration,
}

/// A program with its identity.
pub(super) struct Identified {
    pub(super) item: Item,
    /// `None` where inlining failed.
    pub(super) identity: Option<Identity>,
    /// Whether no earlier task has inlined it.
    pub(super) is_new: bool,
}

impl Runner<'_> {
    /// Inlines what no earlier task has inlined.
    pub(super) fn inline(
        &mut self,
        task: TaskId,
        items: Vec<Item>,
        report: &mut TaskReport,
    ) -> Result<Vec<Identified>, RunError> {
        let identities = &self.identities;
        let mut identified: Vec<Identified> = items
            .into_iter()
            .map(|item| {
                let identity = item.key.and_then(|key| identities.get(&key).copied());
                Identified {
                    item,
                    identity,
                    is_new: identity.is_none(),
                }
            })
            .collect();
        let is_new = |identified: &&mut Identified| identified.is_new;
        report.inlining.cache_hits += identified.iter().filter(|own| !own.is_new).count() as u64;

        let (job, clock) = (self.job, self.clock);
        let begun = clock.elapsed();
        let deadline = begun.saturating_add(job.budget.duration());
        let inline = |identified: &&mut Identified| {
            let program = &identified.item.named.program;
            let start = clock.elapsed();
            let inlined = match start <= deadline {
                true => program.inline(job.inline_budget),
                false => program.raw(),
            };
            Inlining {
                identity: inlined.identity,
                form: inlined.form,
                inlined_bytes: program.inlined_length(),
                time: clock.elapsed().saturating_sub(start),
            }
        };
        let new: Vec<&mut Identified> = identified.iter_mut().filter(is_new).collect();
        let is_overdue = || self.interrupt.is_overdue();
        let mapped = self.stopwatch.time(clock, "inline", || {
            self.pool.map_until(&is_overdue, &new, inline)
        });
        report.inline_time = clock.elapsed().saturating_sub(begun);
        report.chunks = mapped.chunks;
        report.peak_in_flight = mapped.peak_in_flight;

        for (identified, result) in new.into_iter().zip(mapped.results) {
            let program = identified.item.named.name.as_str();
            let inlining = match result {
                Ok(inlining) => inlining,
                // The task will be dropped.
                Err(NotDone::Stopped) => continue,
                Err(NotDone::Panicked(message)) => {
                    report.inlining.count_error("Panic");
                    let problem = message.as_str();
                    self.tell(&Event::ItemFailed {
                        task,
                        program,
                        problem,
                    })?;
                    continue;
                }
            };
            match inlining.form {
                TextForm::Inlined => report.inlining.success_count += 1,
                // As it was asked for.
                TextForm::Raw if job.inline_budget == InlineBudget::NONE => {
                    report.inlining.success_count += 1;
                }
                TextForm::Raw => {
                    report.inlining.timeout_count += 1;
                    report.inlining.timeout_retry_success += 1;
                    report.inlining.retry_time += inlining.time;
                    self.tell(&Event::OverBudget {
                        task,
                        program,
                        inlined_bytes: inlining.inlined_bytes,
                    })?;
                }
            }
            identified.identity = Some(inlining.identity);
            if let Some(key) = identified.item.key {
                self.identities.insert(key, inlining.identity);
            }
        }
        Ok(identified)
    }
}
