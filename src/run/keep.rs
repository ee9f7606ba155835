//! What the store takes under identities.

use std::collections::HashSet;

use super::file::Newcomer;
use super::inline::Identified;
use super::items::Item;
use super::known::Sound;
use super::note::{Note, Notes};
use super::tools::Tools;
use crate::library::Role;
use crate::store::{Sharing, StoreError, Stored};
use arc_programs::program::Identity;

/// A program to be kept.
pub(super) struct Kept<'a> {
    item: &'a Item,
    identity: Identity,
    /// Whether it is also to be filed among the best.
    is_filed: bool,
}

/// The programs to be kept: what is to be filed, and where `keeps_all` all that no
/// earlier task has inlined; but nothing that is invalid.
pub(super) fn to_be_kept<'a>(
    items: &'a [Identified],
    valid: &[Newcomer],
    invalid: &HashSet<(Role, Identity)>,
    keeps_all: bool,
) -> Vec<Kept<'a>> {
    let filed: HashSet<usize> = valid.iter().map(|own| own.candidate.item).collect();
    items
        .iter()
        .enumerate()
        .map(|(index, own)| (own, filed.contains(&index)))
        .filter(|(own, is_filed)| (keeps_all && own.is_new) || *is_filed)
        .filter_map(|(own, is_filed)| {
            Some(Kept {
                item: &own.item,
                identity: own.identity?,
                is_filed,
            })
        })
        .filter(|kept| !invalid.contains(&(kept.item.role, kept.identity)))
        .collect()
}

/// Keeps programs under their identities.
///
/// # Errors
/// [`StoreError`] where one of them could not be written.
pub(super) fn keep(
    programs: &[Kept<'_>],
    sharing: &Sharing<'_>,
    sound: &mut Sound,
    tools: &Tools<'_>,
) -> Result<Notes, StoreError> {
    let known = &*sound;
    let keep = |kept: &Kept<'_>| {
        let Item { role, program, .. } = kept.item;
        match kept.is_filed && !known.contains(*role, kept.identity) {
            true => sharing.keep_sound(*role, kept.identity, program.text()),
            false => sharing.keep(*role, kept.identity, || program.text().to_owned()),
        }
    };
    let mut notes = Notes::new();
    // To the end, whatever the interrupt says: the task is finished.
    for result in tools.pool.map(programs, keep).results {
        match result.map_err(|_| Note::KeepPanic) {
            Ok(stored) => notes.extend((stored? == Stored::New).then_some(Note::Stored)),
            Err(note) => notes.push(note),
        }
    }
    let filed = programs.iter().filter(|kept| kept.is_filed);
    sound.extend(filed.map(|kept| (kept.item.role, kept.identity)));
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, FULL, Surroundings};
    use super::*;
    use crate::store::{Standing, Store};

    fn newcomer(items: &[Identified]) -> Newcomer {
        let candidate = testing::candidate(0, FULL, true);
        Newcomer {
            standing: Standing {
                score: FULL,
                speed: candidate.speed,
                identity: items[0].identity.unwrap(),
            },
            candidate,
        }
    }

    #[test]
    fn of_a_library_all_that_is_new_is_kept_and_of_a_card_what_is_filed() {
        let mut items = testing::identified(vec![
            testing::solver("rot180(I)"),
            testing::solver("rot90(I)"),
            testing::solver("I"),
        ]);
        items[2].is_new = false;
        let valid = [newcomer(&items)];
        let none = HashSet::new();
        let kept = |keeps_all| to_be_kept(&items, &valid, &none, keeps_all).len();
        assert_eq!((kept(true), kept(false)), (2, 1));
        let invalid = HashSet::from([(Role::Solver, items[1].identity.unwrap())]);
        assert_eq!(to_be_kept(&items, &valid, &invalid, true).len(), 1);
    }

    #[test]
    fn a_damaged_file_is_mended_where_its_program_is_filed() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let items = testing::identified(vec![testing::solver("rot180(I)")]);
        let path = store.path(Role::Solver, items[0].identity.unwrap());
        std::fs::write(&path, "damaged").unwrap();
        let surroundings = Surroundings::quiet();
        let tools = surroundings.tools();
        let mut sound = Sound::default();
        let mut keep_again = |valid: &[Newcomer]| {
            let kept = to_be_kept(&items, valid, &HashSet::new(), true);
            let notes = keep(&kept, &store.share().unwrap(), &mut sound, &tools).unwrap();
            (notes.len(), std::fs::read_to_string(&path).unwrap())
        };
        assert_eq!(keep_again(&[]), (0, "damaged".to_owned()));
        let text = items[0].item.program.text().to_owned();
        assert_eq!(keep_again(&[newcomer(&items)]), (1, text.clone()));
        assert_eq!(keep_again(&[newcomer(&items)]), (0, text));
    }

    #[test]
    fn a_store_that_refuses_ends_it_and_is_named() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let sharing = store.share().unwrap();
        std::fs::remove_dir(store.programs(Role::Solver)).unwrap();
        std::fs::write(store.programs(Role::Solver), "").unwrap();
        let items = testing::identified(vec![testing::solver("rot180(I)")]);
        let kept = to_be_kept(&items, &[], &HashSet::new(), true);
        let surroundings = Surroundings::quiet();
        let mut sound = Sound::default();
        let error = keep(&kept, &sharing, &mut sound, &surroundings.tools()).unwrap_err();
        assert!(error.to_string().contains("solver_md5"), "{error}");
    }
}
