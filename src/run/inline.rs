//! Programs to their identities.

use std::time::Duration;

use super::items::Item;
use super::known::Identities;
use super::note::{Note, Notes};
use super::tools::Tools;
use crate::pool::NotDone;
use arc_programs::program::{Identity, InlineBudget, TextForm};

/// What inlining a program yields.
struct Inlining {
    identity: Identity,
    form: TextForm,
    /// How long its text is, or would have been if it was to be inlined.
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

/// Inlines what no earlier task has inlined. What has not begun after `patience`
/// is kept raw.
pub(super) fn inline(
    items: Vec<Item>,
    budget: InlineBudget,
    patience: Duration,
    identities: &mut Identities,
    tools: &Tools<'_>,
) -> (Vec<Identified>, Notes) {
    let mut identified: Vec<Identified> = items
        .into_iter()
        .map(|item| {
            let identity = identities.inlined(item.key);
            Identified {
                item,
                identity,
                is_new: identity.is_none(),
            }
        })
        .collect();
    let known = identified.iter().filter(|own| !own.is_new).count();
    let mut notes = vec![Note::InlinedBefore(known as u64)];

    let is_wanted = budget != InlineBudget::NONE;
    let clock = tools.clock;
    let begun = clock.elapsed();
    let deadline = begun.saturating_add(patience);
    let inline = |identified: &&mut Identified| {
        let program = identified.item.program.program();
        let start = clock.elapsed();
        let inlined = match start <= deadline {
            true => program.inline(budget),
            false => program.raw(),
        };
        Inlining {
            identity: inlined.identity,
            form: inlined.form,
            inlined_bytes: match inlined.form {
                TextForm::Raw if is_wanted => program.inlined_length(),
                _ => inlined.text.len() as u64,
            },
            time: clock.elapsed().saturating_sub(start),
        }
    };
    let new: Vec<&mut Identified> = identified.iter_mut().filter(|own| own.is_new).collect();
    let mapped = tools.map(&new, inline);
    notes.push(Note::InlineWork {
        time: clock.elapsed().saturating_sub(begun),
        chunks: mapped.chunks,
        peak_in_flight: mapped.peak_in_flight,
    });

    for (identified, result) in new.into_iter().zip(mapped.results) {
        let program = || identified.item.program.name().to_owned();
        let inlining = match result {
            Ok(inlining) => inlining,
            // The task will be dropped.
            Err(NotDone::Stopped) => continue,
            Err(NotDone::Panicked(message)) => {
                let program = program();
                notes.push(Note::InlinePanic { program, message });
                continue;
            }
        };
        notes.push(match inlining.form {
            TextForm::Inlined => Note::Inlined,
            // As it was asked for.
            TextForm::Raw if !is_wanted => Note::Inlined,
            TextForm::Raw => Note::OverBudget {
                program: program(),
                inlined_bytes: inlining.inlined_bytes,
                time: inlining.time,
            },
        });
        identified.identity = Some(inlining.identity);
        if let Some(key) = identified.item.key {
            identities.insert(key, inlining.identity);
        }
    }
    (identified, notes)
}

#[cfg(test)]
mod tests {
    use super::super::items::SharedKey;
    use super::super::testing::{self, StepClock, Surroundings};
    use super::*;
    use crate::interrupt::Interrupt;

    const SECOND: Duration = Duration::from_secs(1);

    fn inlined(
        budget: InlineBudget,
        surroundings: &Surroundings,
        identities: &mut Identities,
    ) -> (Identified, Notes) {
        let mut item = testing::solver("rot180(rot90(I))");
        item.key = Some(SharedKey::BaseDiffer(0));
        let tools = surroundings.tools();
        let (mut identified, notes) = inline(vec![item], budget, SECOND, identities, &tools);
        (identified.remove(0), notes)
    }

    #[test]
    fn a_program_is_inlined_once_a_run() {
        let (budget, quiet) = (InlineBudget::DEFAULT, Surroundings::quiet());
        let mut identities = Identities::default();
        let (first, notes) = inlined(budget, &quiet, &mut identities);
        assert!(matches!(
            notes[..],
            [
                Note::InlinedBefore(0),
                Note::InlineWork { .. },
                Note::Inlined
            ]
        ));
        let program = first.item.program.program();
        assert_eq!(first.identity, Some(program.inline(budget).identity));
        let (again, notes) = inlined(budget, &quiet, &mut identities);
        assert!(matches!(
            notes[..],
            [Note::InlinedBefore(1), Note::InlineWork { chunks: 0, .. }]
        ));
        assert!(first.is_new && !again.is_new);
        assert_eq!(again.identity, first.identity);
    }

    #[test]
    fn a_program_over_its_budget_is_kept_raw_and_told_how_long_it_would_be() {
        let budget = InlineBudget { maximum_bytes: 10 };
        let (own, notes) = inlined(budget, &Surroundings::quiet(), &mut Identities::default());
        let program = own.item.program.program();
        assert_eq!(own.identity, Some(program.raw().identity));
        let Some(Note::OverBudget { inlined_bytes, .. }) = notes.last() else {
            panic!("{notes:?}");
        };
        assert_eq!(*inlined_bytes, program.inlined_length());
    }

    #[test]
    fn a_program_whose_turn_comes_late_is_kept_raw() {
        let slow = Surroundings::of(StepClock::of(2), Interrupt::default());
        let budget = InlineBudget::DEFAULT;
        let (own, notes) = inlined(budget, &slow, &mut Identities::default());
        let program = own.item.program.program();
        assert_eq!(own.identity, Some(program.raw().identity));
        assert!(matches!(notes.last(), Some(Note::OverBudget { .. })));
    }

    #[test]
    fn raw_sources_that_were_asked_for_are_as_they_should_be() {
        let quiet = Surroundings::quiet();
        let (own, notes) = inlined(InlineBudget::NONE, &quiet, &mut Identities::default());
        let program = own.item.program.program();
        assert_eq!(own.identity, Some(program.raw().identity));
        assert!(matches!(notes.last(), Some(Note::Inlined)));
    }

    #[test]
    fn what_was_stopped_has_no_identity() {
        let late = Surroundings::of(StepClock::of(0), Interrupt::overdue());
        let mut identities = Identities::default();
        let (own, _) = inlined(InlineBudget::DEFAULT, &late, &mut identities);
        assert_eq!(own.identity, None);
        assert_eq!(identities.inlined(own.item.key), None);
    }
}
