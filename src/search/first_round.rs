//! The round that a search would begin with, looked at: nothing is locked, made or written.

use std::time::Duration;

use super::ending::{Ending, Ends, RoundTimes};
use super::entry::RoundInHand;
use super::journal::{self, Left};
use super::tried::Tried;
use super::{Chance, SearchError, SearchOptions, seeds};
use crate::clock::Clock;
use crate::job::{Job, Rounds};

/// Job of the round that a search with these options would begin with, with notices of what
/// it would go on with, and of what would end it before.
///
/// Which journals other instances have is not looked at, for that takes locks.
///
/// # Errors
/// [`SearchError`] where the search could not begin either.
pub fn first_round(
    rounds: &Rounds,
    options: SearchOptions,
    clock: &dyn Clock,
    chance: Chance,
) -> Result<Job, SearchError> {
    let SearchOptions {
        seed,
        ends,
        goal,
        on_solved: _,
    } = options;
    let (store, out) = (rounds.store(), rounds.store().out());
    let mut notices = rounds.notices().to_vec();
    let left = journal::left(out, rounds.fingerprint(seed))?;
    let (entry, told) = match left {
        Some(Left { path, entry }) => {
            let (id, next) = (&entry.search_id, entry.rounds_done + 1);
            let notice = format!(
                "{}: search {id} goes on with round {next}, unless another instance has it",
                path.display()
            );
            (Some(entry), Some(notice))
        }
        None => (None, None),
    };
    notices.extend(told);
    let times = entry.as_ref().map(|entry| entry.times.clone());
    let (begun, times) = (clock.elapsed(), times.unwrap_or_default());
    too_short(&ends, begun, &times)?;
    let rounds_done = entry.as_ref().map_or(0, |entry| entry.rounds_done);
    let is_solved = match goal {
        Some(mut goal) => goal.is_reached(rounds.tasks(), store)?,
        None => false,
    };
    let ending = match is_solved {
        true => Some(Ending::Solved),
        false => ends.reached(rounds_done, begun, &times),
    };
    notices.extend(ending.map(|ending| format!("no round would be run: {ending}")));
    let (tried, told) = Tried::look(out, rounds.dialect());
    notices.extend(told);
    let search_seed = entry.as_ref().map(|entry| entry.seed).or(seed);
    let in_hand = entry.and_then(|entry| entry.in_hand);
    let is_found = in_hand.is_some();
    let RoundInHand { run_id, drawn } = match in_hand {
        Some(in_hand) => in_hand,
        None => {
            let seed = seeds::of_round(search_seed.unwrap_or_else(chance.seed), rounds_done);
            RoundInHand {
                run_id: (chance.id)(),
                drawn: rounds.draw(seed, &|trial| tried.contains(trial))?,
            }
        }
    };
    let mut job = rounds.job(run_id, &drawn, None);
    if is_found {
        job.finished = rounds.finished()?;
    }
    job.notices.splice(0..0, notices);
    Ok(job)
}

/// Fails where a search has less time than a round takes.
pub(super) fn too_short(
    ends: &Ends,
    begun: Duration,
    times: &RoundTimes,
) -> Result<(), SearchError> {
    match ends.time {
        Some(time) if ends.is_too_late(begun, times) => Err(SearchError::TooShort {
            time,
            begun,
            round: times.expected(),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use super::super::Journal;
    use super::super::entry::Entry;
    use super::*;
    use crate::clock::SystemClock;
    use crate::job::options_of_fixtures;
    use crate::job::{LibraryOptions, ProgramOptions, Programs};
    use crate::stopwatch::Stopwatch;
    use arc_programs::card::Card;
    use arc_programs::card::mutation::{ChangeWeights, MutationOptions};

    const SEED: u64 = 7;

    const CHANCE: Chance = Chance {
        seed: || SEED,
        id: || "drawn".to_owned(),
    };

    fn rounds(folder: &tempfile::TempDir) -> Rounds {
        let mut options = options_of_fixtures(folder);
        options.programs = ProgramOptions::Drawn {
            libraries: LibraryOptions::default(),
            count: 3,
            mutation: MutationOptions {
                probability: 0.0,
                freeze_solvers: false,
                freeze_differs: false,
                every_solver: Some(ChangeWeights::default()),
                seed: 0,
            },
        };
        let (clock, mut stopwatch) = (SystemClock::start(), Stopwatch::default());
        let rounds = options.rounds(&clock, &mut stopwatch).unwrap();
        rounds.expect("it draws")
    }

    fn looked_at(rounds: &Rounds, ends: Ends) -> Job {
        let options = SearchOptions {
            seed: None,
            ends,
            goal: None,
            on_solved: None,
        };
        first_round(rounds, options, &SystemClock::start(), CHANCE).unwrap()
    }

    fn card_of(job: &Job) -> Arc<Card> {
        match &job.programs {
            Programs::Card(card) => Arc::clone(card),
            Programs::Libraries(_) => panic!("it draws"),
        }
    }

    /// All files under a folder, with their bytes.
    fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
        let entries = entries.into_iter().map(Result::unwrap);
        let read = |entry: walkdir::DirEntry| {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            (entry.into_path(), bytes)
        };
        entries.map(read).collect()
    }

    #[test]
    fn what_was_tried_is_heeded_and_what_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let rounds = rounds(&folder);
        let fresh = rounds.draw(SEED, &|_| false).unwrap();
        assert_eq!(card_of(&looked_at(&rounds, Ends::default())), fresh.card);
        assert_eq!(files(folder.path()).len(), 1, "nothing is made");

        let out = rounds.store().out();
        fs::create_dir(out).unwrap();
        let (mut tried, _) = Tried::open(out, rounds.dialect());
        tried.add("run", &rounds.trials(&fresh).unwrap(), false);
        let before = files(folder.path());
        let expected = rounds.draw(SEED, &|trial| tried.contains(trial)).unwrap();
        assert_ne!(expected.card, fresh.card);
        assert_eq!(card_of(&looked_at(&rounds, Ends::default())), expected.card);
        assert_eq!(files(folder.path()), before);
        // Damaged it is told, and left to who writes.
        let path = out.join("search_history/tried");
        fs::write(&path, "damaged").unwrap();
        let job = looked_at(&rounds, Ends::default());
        assert!(job.notices.iter().any(|notice| notice.contains("damaged")));
        assert_eq!(fs::read(&path).unwrap(), b"damaged");
    }

    #[test]
    fn the_round_in_hand_is_shown_and_the_journal_stays() {
        let folder = tempfile::tempdir().unwrap();
        let rounds = rounds(&folder);
        let out = rounds.store().out();
        let command = rounds.fingerprint(None);
        let mut journal = Journal::take(out, command).unwrap().journal;
        let drawn = rounds.draw(99, &|_| false).unwrap();
        let entry = Entry {
            command: command.to_string(),
            search_id: "this".to_owned(),
            seed: SEED,
            rounds_done: 4,
            times: RoundTimes::default(),
            told_solved: Default::default(),
            in_hand: Some(RoundInHand {
                run_id: "in hand".to_owned(),
                drawn: drawn.clone(),
            }),
        };
        journal.write(&entry).unwrap();
        let before = files(folder.path());
        let ends = Ends {
            rounds: Some(4),
            time: None,
        };
        let job = looked_at(&rounds, ends);
        assert_eq!(job.run_id, "in hand");
        assert_eq!(card_of(&job), drawn.card);
        for part in ["search this goes on with round 5", "all rounds are done"] {
            let told = &job.notices;
            assert!(told.iter().any(|notice| notice.contains(part)), "{told:?}");
        }
        assert_eq!(files(folder.path()), before);
    }
}
